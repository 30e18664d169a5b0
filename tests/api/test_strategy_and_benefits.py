"""Strategy map, benefits by place, and why the collaboration is here: composed from rows, and gaps said to be gaps."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.keys import Role
from tests.api.spec import BASE, SHIELD, Door

JSON = dict[str, Any]
BOOK = "prove-gevinst"
HERE = f"{BASE}/{BOOK}"
THIS = {"kind": "collaboration", "id": "this"}
FOUNDERS = [{"member_id": "nordvik", "name": "Nordvik"}, {"member_id": "sorvik", "name": "Sørvik"}]
REASONS = ["recruit_staff", "everyone_does", "cost_efficiency", "public_services"]


def founding(**fields: Any) -> JSON:
    """Returns the founding of a joint task cooperation for four reasons."""
    known = {"name": "Prøve KO", "legal_form": "ko", "founders": FOUNDERS, "reason_codes": REASONS}
    return {"type": "collaboration.found", "effective": "2022-01-01", **known, **fields}


def office(office_id: str, **fields: Any) -> JSON:
    """Returns the setting up of an office."""
    return {"type": "office.establish", "office_id": office_id, "title": "Leiar", "kind": "head_of_service", **fields}


def goal(goal_id: str, **fields: Any) -> JSON:
    """Returns the setting of a goal."""
    known = {
        "kind": "effect", "title": f"Mål {goal_id}", "indicator": "Slutta", "unit": "årsverk", "operator": "at_most",
        "target": "1", "due": "2028-12-31", "owned_by": THIS,
    }  # fmt: skip
    return {"type": "goal.define", "goal_id": goal_id, **known, **fields}


def strategy(strategy_id: str, level: str, *, owned_by: JSON = THIS, **fields: Any) -> JSON:
    """Returns the adoption of a strategy, by a decision the source does not show."""
    source = {"title": "Strategiplan (prøve)", "read_on": "2026-11-01"}
    known = {"strategy_version": 1, "title": f"Strategi {strategy_id}", "strategy_level": level, "owned_by": owned_by}
    return {"type": "strategy.adopt", "strategy_id": strategy_id, "mode": "import", "source": source, **known, **fields}


def align(kind: str, id_: str, goal_id: str, contribution: str = "supports") -> JSON:
    """Returns that something does something for a goal."""
    node = {"kind": kind, "id": id_}
    return {"type": "goal.align", "aligned": node, "goal_id": goal_id, "contribution": contribution}


def benefit(benefit_id: str, **fields: Any) -> JSON:
    """Returns the planning of a benefit."""
    known = {
        "benefit_version": 1, "title": f"Gevinst {benefit_id}", "category": "municipal_business",
        "benefit_type": "unpriced", "hierarchy_level": "process_support", "member_ids": ["nordvik", "sorvik"],
        "owner_office": "line", "unit": "timer", "target": "100", "minimum": "50", "baseline_due": "2022-02-01",
        "effect_from": "2022-03-01", "due": "2023-01-01",
    }  # fmt: skip
    return {"type": "benefit.plan", "benefit_id": benefit_id, **known, **fields}


def measured(benefit_id: str, value: str, as_of: str, measured_as: str = "follow_up") -> JSON:
    """Returns a measurement."""
    found = {"measured_as": measured_as, "as_of": as_of, "value": value}
    return {"type": "benefit.measure", "benefit_id": benefit_id, **found}


def told(door: Door, *acts: JSON, first: JSON | None = None) -> Door:
    """Returns a door to a book with two members, two offices, and these acts."""
    offices = (office("line", member_id="nordvik"), office("boss", kind="managing_director"))
    given = (first or founding(), *offices, *acts)
    door.given(*({"effective": "2022-01-01", **act} for act in given), book=BOOK)
    return door


# Strategy map ----------------------------------------------------------------------------


def covered(answer: JSON, level: str) -> dict[str, Any]:
    """Returns what a level is for each member."""
    return {cell["member"]: cell["covered"] for cell in answer["cells"] if cell["level"] == level}


def test_cells_are_covered_by_the_strategies_that_hold_for_a_member(sqlite_door: Door) -> None:
    door = told(
        sqlite_door,
        goal("a"), goal("b"), align("goal", "a", "b"),
        strategy("own", "ict", owned_by={"kind": "member", "id": "nordvik"}),
        strategy("joint", "regional_ict", strategy_for=["nordvik", "sorvik"], goal_ids=["a"], until="2022-12-31"),
        strategy("vague", "business"),
        strategy("lost", "unknown", strategy_for=["sorvik"]),
    )  # fmt: skip
    seen = door.see(f"{HERE}/strategy-map?effective_on=2022-12-31")
    assert seen["members"] == ["nordvik", "sorvik"]
    assert (len(seen["levels"]), len(seen["cells"])) == (7, 14)
    assert covered(seen, "ict") == {"nordvik": True, "sorvik": None}
    assert covered(seen, "regional_ict") == {"nordvik": True, "sorvik": True}
    assert covered(seen, "business") == {"nordvik": None, "sorvik": None}
    assert covered(seen, "municipal") == {"nordvik": False, "sorvik": None}
    assert {"level": "municipal", "member": "nordvik"} in seen["uncovered"]
    assert {"level": "municipal", "member": "sorvik"} not in seen["uncovered"]
    assert seen["unaligned"] == [{"level": "ict", "member": "nordvik"}]
    assert [one["strategies"] for one in seen["goals"]] == [["joint"], []]
    assert [(one["id"], one["goal"], one["contribution"]) for one in seen["alignments"]] == [("a", "b", "supports")]
    later = door.see(f"{HERE}/strategy-map?effective_on=2023-01-01")
    assert covered(later, "regional_ict") == {"nordvik": False, "sorvik": None}
    assert "joint" not in {one["id"] for one in later["strategies"]}


def test_a_map_without_strategies_names_every_cell_as_uncovered(sqlite_door: Door) -> None:
    seen = told(sqlite_door).see(f"{HERE}/strategy-map")
    assert len(seen["uncovered"]) == 14
    assert (seen["unaligned"], seen["strategies"], seen["effective_on"]) == ([], [], "2026-11-24")
    assert told_before(sqlite_door)["members"] == []


def told_before(door: Door) -> JSON:
    """Returns the map on a day before the founding."""
    return dict(door.see(f"{HERE}/strategy-map?effective_on=2021-12-31"))


# Benefits --------------------------------------------------------------------------------


def test_benefits_stand_where_they_come_from_planned_and_measured(sqlite_door: Door) -> None:
    door = told(
        sqlite_door,
        benefit("few", member_ids=["nordvik"], hierarchy_level="procurement", owner_office="boss", category="ict"),
        benefit("many", owner_office="boss"),
        benefit("money", benefit_type="budget", category="citizens"),
        measured("many", "0", "2022-02-01", "baseline"),
        measured("many", "10", "2022-04-01"),
        measured("many", "60", "2022-06-01"),
    )
    seen = door.see(f"{HERE}/benefits-line?effective_on=2022-12-31")
    places = [(p["hierarchy_level"], p["participants"], p["planned"], p["measured"]) for p in seen["places"]]
    assert places == [("procurement", 1, 1, 0), ("process_support", 2, 2, 1)]
    by_id = {one["id"]: one for one in seen["benefits"]}
    assert by_id["many"]["follow_up"]["outcome"] == "good_enough"
    assert (by_id["many"]["baseline"]["value"], by_id["many"]["baseline"]["outcome"]) == ("0", None)
    assert by_id["many"]["hints"] == ["owner_outside_the_line"]
    assert by_id["few"]["hints"] == ["no_baseline", "no_follow_up"]
    assert by_id["money"]["hints"] == ["no_baseline", "no_follow_up", "no_budget_effect"]
    assert by_id["money"]["owner_in_the_line"] is True
    totals = {total["category"]: (total["planned"], total["measured"], total["met"]) for total in seen["categories"]}
    assert totals == {"citizens": (1, 0, 0), "municipal_business": (1, 1, 1), "ict": (1, 0, 0)}
    early = door.see(f"{HERE}/benefits-line?effective_on=2022-05-31")
    assert {one["id"]: one["follow_up"] for one in early["benefits"]}["many"]["outcome"] == "missed"
    late = door.see(f"{HERE}/benefits-line?effective_on=2023-01-02")
    assert all("overdue" in one["hints"] for one in late["benefits"])
    on_the_day = door.see(f"{HERE}/benefits-line?effective_on=2023-01-01")
    assert not any("overdue" in one["hints"] for one in on_the_day["benefits"])


def test_a_dropped_benefit_is_waited_for_no_more(sqlite_door: Door) -> None:
    source = {"title": "Møtebok (prøve)", "read_on": "2026-11-01"}
    dropped = {
        "type": "benefit_status.decide", "benefit_id": "b", "status": "dropped", "mode": "import", "source": source,
        "effective": "2022-08-01",
    }  # fmt: skip
    seen = told(sqlite_door, benefit("b", owner_office="boss", category="ict"), dropped).see(f"{HERE}/benefits-line")
    (one,) = seen["benefits"]
    assert (one["status"], one["hints"], one["owner_in_the_line"]) == ("dropped", [], False)


def test_a_shielded_benefit_is_counted_as_withheld(sqlite_door: Door) -> None:
    seen = told(sqlite_door, {**benefit("b"), "access": SHIELD}).see(f"{HERE}/benefits-line")
    assert (seen["benefits"], seen["places"], seen["withheld"]) == ([], [], 1)


# Why are we here -------------------------------------------------------------------------


def test_each_reason_is_held_against_what_was_measured(sqlite_door: Door) -> None:
    door = told(
        sqlite_door,
        goal("stay", reason_code="recruit_staff"),
        goal("cheap", reason_code="cost_efficiency"),
        goal("step"),
        goal("loose", reason_code="keep_local"),
        benefit("b"),
        benefit("in-the-way"),
        align("goal", "step", "stay"),
        align("benefit", "b", "step", "enables"),
        align("benefit", "in-the-way", "stay", "blocks"),
        measured("b", "40", "2022-04-01"),
        measured("in-the-way", "100", "2022-04-01"),
    )
    seen = door.see(f"{HERE}/why-are-we-here")
    assert seen["known"] is True
    assert [(one["reason"], one["state"]) for one in seen["reasons"]] == [
        ("recruit_staff", "missed"),
        ("everyone_does", "no_measurable_goal"),
        ("cost_efficiency", "not_measured"),
        ("public_services", "no_measurable_goal"),
    ]
    (stay,) = seen["reasons"][0]["goals"]
    assert [(one["id"], one["outcome"], one["value"]) for one in stay["benefits"]] == [("b", "missed", "40")]
    assert stay["blocked_by"] == ["benefit:in-the-way"]
    assert seen["other_goals"] == ["loose", "step"]
    before = door.see(f"{HERE}/why-are-we-here?effective_on=2022-03-31")
    assert before["reasons"][0]["state"] == "not_measured"


def test_a_reason_whose_goal_cannot_be_measured_has_no_measurable_goal(sqlite_door: Door) -> None:
    source = {"title": "Sak (prøve)", "read_on": "2026-11-01"}
    vague = {**goal("vague", reason_code="everyone_does", target="unknown"), "mode": "import", "source": source}
    seen = told(sqlite_door, vague).see(f"{HERE}/why-are-we-here")
    everyone = seen["reasons"][1]
    assert (everyone["state"], everyone["goals"][0]["measurable"]) == ("no_measurable_goal", False)


def test_where_the_founding_names_no_reason_the_book_does_not_know(sqlite_door: Door) -> None:
    seen = told(sqlite_door, goal("stay", reason_code="recruit_staff"), first=founding(reason_codes=[]))
    answer = seen.see(f"{HERE}/why-are-we-here")
    assert (answer["known"], answer["reasons"], answer["other_goals"]) == (False, [], ["stay"])


# Goals measured --------------------------------------------------------------------------

UPTIME = {"target_id": "t", "metric": "Oppetid", "operator": "at_least", "value": "99", "unit": "prosent"}
SOURCE = {"mode": "import", "source": {"title": "Avtale (prøve)", "read_on": "2026-11-01"}}


def delivering(*values: tuple[str, str, str]) -> list[JSON]:
    """Returns an agreement with a promise of uptime, a goal tied to it, and what was measured in these periods."""
    agreed = {
        "type": "service_agreement.conclude", "agreement_id": "drift", "name": "Drift", "provider": THIS,
        "customers": ["nordvik"], "services": [], **SOURCE,
    }  # fmt: skip
    level = {
        "type": "service_level.revise", "agreement_id": "drift", "sla_version": 1, "name": "Nivå 1",
        "targets": [UPTIME], "targets_complete": True, **SOURCE,
    }  # fmt: skip
    tied = {
        "kind": "operating", "unit": "prosent", "operator": "at_least", "target": "99.5",
        "tied_to": {"agreement_id": "drift", "metric": "Oppetid"}, "reason_code": "public_services",
    }  # fmt: skip
    told_ = [
        {
            "type": "targets.measure", "agreement_id": "drift", "rows": [{"target_id": "t", "value": value}],
            "period": {"first_day": first, "last_day": last}, "effective": last,
        }
        for first, last, value in values
    ]  # fmt: skip
    return [agreed, level, goal("up", **tied), *told_]


def of_goal(goal_id: str, value: str, as_of: str, **fields: Any) -> JSON:
    """Returns a measurement of a goal."""
    return {"type": "goal.measure", "goal_id": goal_id, "value": value, "as_of": as_of, "effective": as_of, **fields}


def test_the_map_shows_how_each_goal_stands_by_itself_or_in_its_agreement(sqlite_door: Door) -> None:
    door = told(
        sqlite_door,
        *delivering(("2022-05-01", "2022-05-31", "99.2"), ("2022-06-01", "2022-06-30", "99.7")),
        goal("stay", due="2022-08-31"),
        of_goal("stay", "2.5", "2022-07-01", measured_how="Personalsystemet"),
        goal("still"),
    )
    seen = {one["id"]: one["measured"] for one in door.see(f"{HERE}/strategy-map?effective_on=2022-08-31")["goals"]}
    assert {id_: (one["state"], one["value"], one["as_of"], one["in_agreement"]) for id_, one in seen.items()} == {
        "stay": ("not_yet", "2.5", "2022-07-01", None),
        "still": ("not_measured", None, None, None),
        "up": ("met", "99.7", "2022-06-30", "drift"),
    }
    late = {one["id"]: one for one in door.see(f"{HERE}/strategy-map?effective_on=2022-09-01")["goals"]}
    assert late["stay"]["measured"]["state"] == "missed"
    early = {one["id"]: one for one in door.see(f"{HERE}/strategy-map?effective_on=2022-06-29")["goals"]}
    assert (early["up"]["measured"]["state"], early["up"]["measured"]["value"]) == ("not_yet", "99.2")
    (row,) = door.see(f"{HERE}/goal_measurements")["rows"]
    assert (row["goal"], row["value"], row["method"], row["outcome"]) == ("stay", "2.5", "Personalsystemet", "missed")


def test_a_reason_is_measured_by_its_goals_themselves(sqlite_door: Door) -> None:
    door = told(
        sqlite_door,
        *delivering(("2022-05-01", "2022-05-31", "99.5")),
        goal("stay", reason_code="recruit_staff"),
        of_goal("stay", "2", "2022-07-01"),
        goal("cheap", reason_code="cost_efficiency", good_enough="3"),
        of_goal("cheap", "3", "2022-07-01"),
        benefit("b"),
        align("benefit", "b", "cheap"),
    )
    seen = door.see(f"{HERE}/why-are-we-here?effective_on=2022-12-31")
    states = {one["reason"]: one["state"] for one in seen["reasons"]}
    assert states == {
        "recruit_staff": "not_yet",
        "everyone_does": "no_measurable_goal",
        "cost_efficiency": "good_enough",
        "public_services": "met",
    }
    (up,) = seen["reasons"][-1]["goals"]
    assert (up["measured"]["value"], up["measured"]["in_agreement"]) == ("99.5", "drift")
    due = door.see(f"{HERE}/why-are-we-here?effective_on=2029-01-01")
    assert {one["reason"]: one["state"] for one in due["reasons"]}["recruit_staff"] == "missed"


def test_a_shielded_measurement_is_withheld_and_says_nothing_of_the_goal(sqlite_door: Door) -> None:
    shielded = {**of_goal("stay", "2", "2022-07-01"), "access": SHIELD}
    door = told(sqlite_door, goal("stay", reason_code="recruit_staff"), shielded)
    seen = door.see(f"{HERE}/strategy-map?effective_on=2022-12-31")
    (stay,) = seen["goals"]
    assert stay["measured"] == {
        "state": None, "value": None, "as_of": None, "entry": None, "in_agreement": None, "withheld": True,
    }  # fmt: skip
    assert seen["withheld"] == 1
    (reason, *_) = door.see(f"{HERE}/why-are-we-here?effective_on=2022-12-31")["reasons"]
    assert (reason["state"], reason["goals"][0]["measured"]["value"]) == ("not_measured", None)


@pytest.mark.parametrize("later", [False, True])
@pytest.mark.parametrize(
    ("planned", "found", "projection"),
    [
        (goal("stay"), of_goal("stay", "2", "2022-07-01"), "goal_measurements"),
        (benefit("hours"), measured("hours", "9", "2022-01-15", "baseline"), "benefit_measurements"),
    ],
)
def test_what_is_measured_does_not_tell_what_a_shielded_plan_was(
    sqlite_door: Door, planned: JSON, found: JSON, projection: str, later: bool
) -> None:
    """The rows repeat the target and the unit of the plan, entry 4, so they are for those who may read it."""
    access = {} if later else {"access": SHIELD}
    door = told(sqlite_door, {**planned, **access}, found)
    path = f"{HERE}/{projection}?effective_on=all"

    def shown(by: Role | None = None) -> int:
        return len(door.see(path, by=by)["rows"])

    change = {"type": "entry_access.change", "entry": 4}
    if later:
        assert shown() == 1
        door.given({**change, "level": "shielded", "legal_basis": "offentleglova § 13"}, book=BOOK)
    assert (shown(), shown("auditor"), door.see(path)["withheld"]) == (0, 1, 1)
    door.given({**change, "level": "public"}, book=BOOK)
    assert shown() == 1
