"""Authority granted by the council, passed on, used month by month, suspended, restored, and reported every year."""

from __future__ import annotations

from datetime import date

from demo.vindfjord.matters import MANDATE, held_on
from demo.vindfjord.telling import COUNCIL, FOUNDED, MEMBERS, YEARS, Fields, Story, days, decided, holder, months

GRANT, PASSED_ON = "innkjop", "innkjop-drift"
PURCHASES = ("Nettverksutstyr", "Bærbare maskiner", "Lisenser", "Kurs for superbrukere", "Reservestrøm", "Skjermer")
PARTIES = ("Prøve Nett AS (oppdiktet)", "Prøve Data AS (oppdiktet)", "Prøve Kontor AS (oppdiktet)")
APPROVED = {2024: ("brann-2024",)}
"""Acts beyond authority that the council approved afterwards, by year: they count from then on."""
LEADER_CHANCE = 0.4
SUSPENDED, RESTORED = date(2023, 7, 1), date(2023, 8, 15)


def tell(story: Story) -> None:
    """Tells what was granted and what was done under it."""
    _granted(story)
    used: dict[int, list[str]] = {year: [] for year in YEARS}
    for first, _ in months():
        if first > held_on(COUNCIL, 2022, 1):
            used[first.year] += _used(story, first)
    for year in YEARS:
        _reported(story, year, used[year])
    for version, year in enumerate(YEARS[::3], start=1):
        told = {"owner": holder("member", "fjordvik"), "version": version, "covers_from": f"{year}-07-01"}
        basis = [{"kind": "law", "ref": "kommuneloven § 5-14"}]
        story.tell(date(year, 6, 15), "delegation_rules.adopt", **told, basis=basis)
    told = {"owner": holder("body", COUNCIL), "version": 1, "covers_from": "2022-03-15"}
    story.tell(held_on(COUNCIL, 2022, 1), "delegation_rules.adopt", **told, basis=decided("fullmakt-2022"))


def _granted(story: Story) -> None:
    to_leader = {"grantor": holder("body", COUNCIL), "grantee": holder("office", "daglig-leder")}
    day = held_on(COUNCIL, 2022, 1)
    terms: Fields = {**MANDATE, "until": "2026-12-31", "depth": 1}
    story.tell(day, "authority.grant", grant_id=GRANT, **to_leader, **terms, basis=decided("fullmakt-2022"))
    passed = {"powers": ["spend"], "limits": {"per_act": 30_000_000, "per_year": 600_000_000}, "until": "2026-12-31"}
    grantee = holder("office", "driftsleder")
    story.tell(
        "2022-04-01", "authority.subdelegate", grant_id=PASSED_ON, parent_grant_id=GRANT, grantee=grantee, **passed
    )
    for member in MEMBERS:
        given = {"grantor": holder("member", member), "grantee": holder("body", COUNCIL), "powers": ["operate"]}
        basis = [{"kind": "charter", "ref": "avtale-1"}]
        terms = {"grant_id": f"drift-{member}", "review_on": "2026-01-01", "basis": basis, "depth": 1}
        story.tell(FOUNDED, "authority.grant", **given, **terms)
    by = {"body": COUNCIL}
    why = "Innkjøpene gjennomgås (oppdiktet)."
    story.tell(SUSPENDED, "authority.suspend", grant_id=PASSED_ON, reason_text=why, acted_by={"office": "daglig-leder"})
    story.tell(RESTORED, "authority.restore", grant_id=PASSED_ON, acted_by={"office": "daglig-leder"})
    story.tell("2025-11-30", "authority.revoke", grant_id="drift-nordli", reason_text=why, acted_by=by)


def _used(story: Story, first: date) -> list[str]:
    """Tells the purchases of a month and returns their ids; while it is suspended, nothing is bought under it."""
    r, acts = story.r, list[str]()
    for number in range(1, r.randint(1, 3) + 1):
        on = days(first, r.randint(1, 26))
        by_leader = r.random() < LEADER_CHANCE or SUSPENDED <= on <= RESTORED
        grant, office, most = (GRANT, "daglig-leder", 150) if by_leader else (PASSED_ON, "driftsleder", 25)
        act_id = f"kjop-{first:%Y-%m}-{number}"
        bought = {"title": f"{r.choice(PURCHASES)} (oppdiktet)", "party": r.choice(PARTIES)}
        spent = {"power": "spend", "amount_ore": r.randint(2, most) * 1_000_000, "service_id": "innkjop"}
        person = f"{office}-1"
        by = {"actor": holder("office", office), "person_id": person, "grant_id": grant}
        story.tell(on, "authority.exercise", act_id=act_id, **bought, **spent, **by)
        acts.append(act_id)
    return acts


def _reported(story: Story, year: int, acts: list[str]) -> None:
    day = held_on(COUNCIL, year, 4)
    since = held_on(COUNCIL, 2022, 1) if year == YEARS[0] else date(year, 1, 1)
    done = [{"kind": "act", "id": act} for act in (*acts, *APPROVED.get(year, ()))]
    told = {"report_id": f"bruk-{year}", "grants": [GRANT, PASSED_ON], "to_body": COUNCIL}
    period = {"period_from": since.isoformat(), "period_to": f"{year}-12-31"}
    on = date(year, 12, 31)
    story.tell(max(on, day), "authority_use.report", **told, **period, acts=done)
