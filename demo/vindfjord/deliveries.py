"""Services, the agreement on operations, its service levels and prices, and what was measured month by month."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from demo.vindfjord.matters import held_on
from demo.vindfjord.telling import (
    COUNCIL,
    FOUNDED,
    MEMBERS,
    YEARS,
    EntryOf,
    Fields,
    Story,
    days,
    decided,
    holder,
    months,
    paper,
)

GROUPS = {
    "procurement": "pass_through",
    "infrastructure": "fixed",
    "operations": "price_per_performance",
    "process_support": "included",
    "development": "agreed_price",
}
SERVICES = {
    "drift": ("Drift av servere og fagsystemer", "operations"),
    "nett": ("Nett mellom kommunene", "infrastructure"),
    "brukerstotte": ("Brukerstøtte", "process_support"),
    "innkjop": ("Felles innkjøp av utstyr", "procurement"),
    "utvikling": ("Utviklingsprosjekter", "development"),
    "gammelt-arkiv": ("Det gamle sakarkivet", "operations"),
}
UPTIME = {1: "99.5", 2: "99.6", 3: "99.8", 4: "99.9"}
"""The uptime asked for, by version: each July the parties ask for a little more."""
ANSWER = {1: "60", 2: "45", 3: "30", 4: "20"}
"""Minutes until the service desk answers, at most."""
USER_PRICE = {1: 4_600_00, 2: 4_800_00, 3: 5_050_00, 4: 5_200_00}
CORRECTED = date(2023, 3, 1)
"""The month whose figures were wrong at first, and were put right."""
CREDIT_ORE = 15_000_00
MISSED_CHANCE, CREDITED_CHANCE = 0.1, 0.5
LAST_SETTLED_MONTH = 9
"""Of the last year: breaches after it are still open when the story ends."""


def tell(story: Story) -> None:
    """Tells the services and the agreement from the first day to the last."""
    for group, model in GROUPS.items():
        story.tell(FOUNDED, "product_group.define", group=group, pricing_model=model)
    for service, (name, group) in SERVICES.items():
        told = {"service_id": service, "name": f"{name} (oppdiktet)", "group": group, "owner_office": "driftsleder"}
        ambition = "strategic" if group == "development" else "operational"
        story.tell(FOUNDED, "service.register", **told, consumers=list(MEMBERS), statutory=False, ambition=ambition)
    told = {
        "service_id": "utskrift",
        "name": "Utskrift (oppdiktet)",
        "group": "operations",
        "owner_office": "driftsleder",
    }
    why = "Tjenesten ble satt i gang uten vedtak (oppdiktet)."
    story.tell("2025-05-02", "service.register", **told, consumers=["fjordvik"], mode="record", reason=why)
    story.tell("2024-06-30", "service.retire", service_id="gammelt-arkiv", successor_service="drift")
    _agreement(story)
    for version in UPTIME:
        _level(story, version)
    _prices(story)
    for first, last in months():
        if first >= date(2022, 7, 1):
            _measured(story, first, last)
    _phases(story)
    for year in YEARS:
        for on in (date(year, 8, 30), days(date(year + 1, 2, 27), 0)):
            if on.year <= YEARS[-1]:
                _review(story, on)


def _agreement(story: Story) -> None:
    story.tell(
        held_on(COUNCIL, 2022, 1),
        "service_agreement.conclude",
        agreement_id="drift",
        name="Tjenesteavtale om drift (oppdiktet)",
        provider=holder("collaboration", "this"),
        customers=list(MEMBERS),
        services=["drift", "nett", "brukerstotte"],
        review_months=12,
        notice_months=12,
        conditions=[{"condition_id": "samband", "what": "Sambandet mellom kommunene er oppe"}],
        basis=decided("avtale-drift"),
    )


def _level(story: Story, version: int) -> None:
    year = YEARS[version - 1]
    targets = [
        {"target_id": "oppetid", "metric": "Oppetid", "operator": "at_least", "value": UPTIME[version]},
        {
            "target_id": "svartid",
            "metric": "Svartid ved brukerstøtten",
            "operator": "at_most",
            "value": ANSWER[version],
        },
    ]
    uptime = {
        "unit": "prosent",
        "good_enough": "99.0",
        "ideal": "100",
        "calendar": "alle dager, hele døgnet",
        "binding": True,
    }
    answer = {"unit": "minutter", "good_enough": "90", "calendar": "hverdager kl. 7–17", "binding": True}
    both = {"window": "måned", "measured_by": "overvåking", "consequence": "Prisavslag etter avtalen"}
    story.tell(
        date(year, 7, 1),
        "service_level.revise",
        agreement_id="drift",
        sla_version=version,
        name=f"Tjenestenivå {year} (oppdiktet)",
        targets=[{**targets[0], **uptime, **both}, {**targets[1], **answer, **both}],
        targets_complete=True,
        basis=decided(f"tjenesteniva-{year}"),
    )


def _prices(story: Story) -> None:
    for version, price in USER_PRICE.items():
        year = YEARS[version - 1]
        items: list[Fields] = [
            {"item_id": "bruker", "name": "Bruker", "group": "operations", "unit": "bruker og år", "price_ore": price},
            {"item_id": "nett", "name": "Nett", "group": "infrastructure", "unit": "år", "price_ore": 400_000_00},
            {"item_id": "utstyr", "name": "Utstyr", "group": "procurement", "unit": "til kostpris", "price_ore": None},
        ]
        items[0]["price_index"] = "konsumprisindeksen"
        day = held_on(COUNCIL, 2022, 1) if version == 1 else date(year, 1, 1)
        basis = decided("avtale-drift" if version == 1 else f"priser-{year}")
        story.tell(day, "price_terms.revise", agreement_id="drift", price_version=version, items=items, basis=basis)


def _measured(story: Story, first: date, last: date) -> None:
    """Tells one month's figures; a month below the mark is declared a breach, and settled."""
    r, on = story.r, days(last, 5)
    version = next(v for v in sorted(UPTIME, reverse=True) if first >= date(YEARS[v - 1], 7, 1))
    missed = r.random() < MISSED_CHANCE
    gross = Decimal(UPTIME[version]) - (Decimal("1.1") if missed else Decimal("-0.05"))
    minutes = r.choice((30, 60, 90))
    net = gross + Decimal("0.03")
    period = {"first_day": first.isoformat(), "last_day": last.isoformat()}
    excluded = [{"minutes": minutes, "why": "Varslet vedlikehold"}]
    seen = {"measured_by": "overvåking", "observations": 40_000 + r.randint(0, 4_000)}
    rows: list[Fields] = [
        {"target_id": "oppetid", "value": str(gross), "net_value": str(net), "excluded": excluded, **seen},
        {"target_id": "svartid", "value": str(int(ANSWER[version]) - r.randint(1, 9)), "measured_by": "sakssystemet"},
    ]
    told: Fields = {"agreement_id": "drift", "period": period}
    story.tell_marked(f"{first:%Y-%m}", on, "targets.measure", **told, rows=rows)
    if first == CORRECTED:
        right = [{**rows[0], "observations": 44_640}, rows[1]]
        story.tell(on, "targets.measure", **told, rows=right, corrects=EntryOf(f"{first:%Y-%m}"))
    if missed:
        _breach(story, f"oppetid-{first:%Y-%m}", period, on)


def _breach(story: Story, breach_id: str, period: Fields, on: date) -> None:
    by = holder("member", story.r.choice(list(MEMBERS)))
    story.tell(
        days(on, 7),
        "breach.declare",
        breach_id=breach_id,
        agreement_id="drift",
        target_id="oppetid",
        period=period,
        by=by,
        consequence="Prisavslag etter avtalen",
    )
    if on.year == YEARS[-1] and on.month > LAST_SETTLED_MONTH:
        return
    credited = (
        {"outcome": "credited", "credit_ore": CREDIT_ORE}
        if story.r.random() < CREDITED_CHANCE
        else {"outcome": "remedied"}
    )
    story.tell(days(on, 40), "breach.resolve", breach_id=breach_id, **credited)


def _phases(story: Story) -> None:
    story.tell(
        "2022-10-01",
        "agreement_phase.change",
        agreement_id="drift",
        to_phase="operation",
        conditions_met=["samband"],
        evidence=paper(story, "Overtakelsesprotokoll"),
    )
    story.tell("2024-01-15", "agreement_phase.change", agreement_id="drift", to_phase="continuous_evaluation")


def _review(story: Story, on: date) -> None:
    present = story.r.sample(list(MEMBERS), story.r.randint(3, len(MEMBERS)))
    improvement = {"improvement_id": f"tiltak-{on:%Y-%m}", "what": "Flere på vakt om morgenen"}
    due = {"owner_office": "driftsleder", "due": days(on, 90).isoformat()}
    story.tell(
        on,
        "service_review.hold",
        agreement_id="drift",
        customers_present=sorted(present),
        provider_present=True,
        findings="Oppetiden er god; svartiden kan bli bedre (oppdiktet).",
        improvements=[{**improvement, **due}],
        next_review=days(on, 180).isoformat(),
    )
