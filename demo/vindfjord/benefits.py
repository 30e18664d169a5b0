"""Why they work together: strategies, goals of the founding reasons, and benefits planned, measured and decided on."""

from __future__ import annotations

from datetime import date

from demo.vindfjord.matters import held_on
from demo.vindfjord.money import CHANGE_ORE
from demo.vindfjord.telling import COUNCIL, MEMBERS, YEARS, Fields, Story, holder

DECIDED = held_on(COUNCIL, 2022, 3)
"""When all of it was set: the first service levels were agreed by then, and the goal of uptime is measured by them."""
GOALS: dict[str, Fields] = {
    "oppetid": {
        "kind": "operating",
        "title": "Fagsystemene er oppe når folk er på jobb",
        "indicator": "Oppetid i kontortiden",
        "unit": "prosent",
        "operator": "at_least",
        "target": "99.5",
        "good_enough": "99",
        "arena": "operator",
        "reason_code": "public_services",
        "tied_to": {"agreement_id": "drift", "metric": "Oppetid"},
    },
    "kostnad": {
        "kind": "effect",
        "title": "IKT koster mindre per bruker",
        "indicator": "Kroner per bruker og år",
        "unit": "kroner",
        "operator": "at_most",
        "target": "4500",
        "good_enough": "4800",
        "arena": "operator",
        "reason_code": "cost_efficiency",
    },
    "rekruttering": {
        "kind": "effect",
        "title": "Stillingene blir besatt",
        "indicator": "Ledige stillinger",
        "unit": "årsverk",
        "operator": "at_most",
        "target": "1",
        "arena": "operator",
        "reason_code": "recruit_staff",
    },
}
"""A goal for each founding reason but one: of the legal minimum nobody said how it is measured."""
OF_GOALS = {"kostnad": ("5100", "4900", "4750", "4480"), "rekruttering": ("4", "3", "2.5", "1.5")}
"""What was measured at the end of each year; how much is up is measured in the agreement."""
BENEFITS: dict[str, Fields] = {
    "felles-lisenser": {
        "title": "Felles lisenser",
        "category": "ict",
        "benefit_type": "budget",
        "hierarchy_level": "procurement",
        "change_kind": "transaction",
        "unit": "kroner i året",
        "operator": "at_least",
        "target": "600000",
        "minimum": "300000",
    },
    "dognaapent": {
        "title": "Søknader kan sendes hele døgnet",
        "category": "citizens",
        "benefit_type": "unpriced",
        "hierarchy_level": "process_support",
        "change_kind": "transformation",
        "unit": "prosent av søknadene",
        "operator": "at_least",
        "target": "80",
        "minimum": "50",
    },
}
VALUES = {"felles-lisenser": ("0", "250000", "480000", "610000"), "dognaapent": ("5", "31", "52", "67")}
"""The baseline, and what was measured each year after it."""


def tell(story: Story) -> None:
    """Tells the strategies of the first year, and what became of the benefits."""
    for goal_id, told in GOALS.items():
        title = f"{told['title']} (oppdiktet)"
        by = {"owned_by": holder("office", "daglig-leder"), "due": "2025-12-31"}
        story.tell(DECIDED, "goal.define", goal_id=goal_id, **{**told, "title": title}, **by)
    for goal_id, values in OF_GOALS.items():
        for year, value in zip(YEARS, values, strict=True):
            on = date(year, 12, 1)
            measured = {"as_of": on.isoformat(), "value": value, "measured_how": "Årsmeldingen"}
            story.tell(on, "goal.measure", goal_id=goal_id, **measured)
    _strategies(story)
    for aligned, goal, contribution in (
        (holder_of("service", "drift"), "oppetid", "enables"),
        (holder_of("agreement", "drift"), "oppetid", "supports"),
        (holder_of("service", "gammelt-arkiv"), "kostnad", "blocks"),
    ):
        story.tell(DECIDED, "goal.align", aligned=aligned, goal_id=goal, contribution=contribution)
    for benefit_id, told in BENEFITS.items():
        _benefit(story, benefit_id, told)
    story.tell(
        DECIDED,
        "goal.align",
        aligned=holder_of("benefit", "felles-lisenser"),
        goal_id="kostnad",
        contribution="supports",
    )
    saving = {"year": 2025, "amendment_no": 1, "line_id": "lonn", "amount_ore": CHANGE_ORE}
    settled = {"status": "realised", "budget_saving": saving, "decision_id": "gevinst-2025"}
    day = held_on(COUNCIL, 2025, 3)
    story.tell(day, "benefit_status.decide", benefit_id="felles-lisenser", **settled)


def holder_of(kind: str, id_: str) -> Fields:
    """Returns what is aligned to a goal."""
    return {"kind": kind, "id": id_}


def _strategies(story: Story) -> None:
    joint = {"strategy_level": "regional_ict", "owned_by": holder("collaboration", "this")}
    told = {"strategy_version": 1, "title": "IKT-strategi 2022–2029 (oppdiktet)", "until": "2029-12-31"}
    story.tell(
        DECIDED,
        "strategy.adopt",
        strategy_id="ikt-strategi",
        **told,
        **joint,
        strategy_for=list(MEMBERS),
        goal_ids=list(GOALS),
        decision_id="strategi-2022",
    )


def _benefit(story: Story, benefit_id: str, told: Fields) -> None:
    planned = {**told, "title": f"{told['title']} (oppdiktet)", "member_ids": list(MEMBERS)}
    when = {"baseline_due": "2022-12-31", "effect_from": "2023-01-01", "due": "2025-12-31"}
    measures = [{"what": "Si opp de gamle avtalene", "by_office": "driftsleder"}]
    story.tell(
        DECIDED,
        "benefit.plan",
        benefit_id=benefit_id,
        benefit_version=1,
        owner_office="bestiller-fjordvik",
        **planned,
        **when,
        measures=measures,
    )
    for order, value in enumerate(VALUES[benefit_id]):
        year = YEARS[0] + order
        on = date(year, 10, 1) if order == 0 else date(year, 9, 1)
        kind = "baseline" if order == 0 else "follow_up"
        measured = {"measured_as": kind, "as_of": on.isoformat(), "value": value, "measured_how": "Egen telling"}
        story.tell(on, "benefit.measure", benefit_id=benefit_id, **measured)
