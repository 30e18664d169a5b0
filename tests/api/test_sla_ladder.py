"""The ladder of service levels: what each version changes, on which decision, and what was measured under it."""

from __future__ import annotations

from typing import Any

from tests.api.spec import SHIELD, Door

THIS = {"kind": "collaboration", "id": "this"}
UPTIME = {"target_id": "oppetid", "metric": "Oppetid", "operator": "at_least", "value": "99.5", "unit": "prosent"}
ANSWER = {"target_id": "svar", "metric": "Svartid", "operator": "at_most", "value": "4", "unit": "timer"}
AGREED = {
    "type": "service_agreement.conclude", "agreement_id": "drift", "name": "Driftsavtalen", "provider": THIS,
    "customers": ["nordvik"], "services": [], "effective": "2026-01-01", "mode": "import",
    "source": {"title": "Avtale (prøve)", "read_on": "2026-11-24"},
}  # fmt: skip


def level(version: int, day: str, *targets: Any, **more: Any) -> Any:
    """Returns a version of the agreement's levels, as a source shows it."""
    named = {"agreement_id": "drift", "sla_version": version, "name": f"Nivå {version}"}
    source = {"mode": "import", "source": {"title": "Avtale (prøve)", "read_on": "2026-11-24"}}
    return {"type": "service_level.revise", **named, "targets": targets, "effective": day, **source, **more}


def prices(version: int, day: str, *items: Any, **more: Any) -> Any:
    """Returns a version of the agreement's prices, as a source shows it."""
    source = {"mode": "import", "source": {"title": "Avtale (prøve)", "read_on": "2026-11-24"}}
    named = {"agreement_id": "drift", "price_version": version, "items": items}
    return {"type": "price_terms.revise", **named, "effective": day, **source, **more}


def price(item_id: str, ore: int | None, **more: Any) -> Any:
    """Returns one price."""
    named = {"item_id": item_id, "name": "Pris", "group": "operations", "unit": "bruker"}
    return {**named, "price_ore": ore, **more}


def measured(first: str, last: str, value: str) -> Any:
    """Returns what the uptime came to."""
    period = {"first_day": first, "last_day": last}
    rows = [{"target_id": "oppetid", "value": value}]
    return {"type": "targets.measure", "agreement_id": "drift", "period": period, "rows": rows, "effective": last}


def test_june_stays_met_under_the_version_that_judged_it_when_the_target_is_raised(door: Door) -> None:
    raised = {**UPTIME, "value": "99.9"}
    door.given(
        AGREED,
        level(1, "2026-01-01", UPTIME),
        measured("2026-06-01", "2026-06-30", "99.7"),
        level(2, "2026-07-01", raised, ANSWER),
        measured("2026-07-01", "2026-07-31", "99.7"),
    )
    seen = door.see("sla-ladder?effective_on=2026-08-01")
    ((first, second),) = [ladder["rungs"] for ladder in seen["agreements"]]
    assert first["redline"] == {"added": ["oppetid"], "removed": [], "changed": []}
    changed = {"target": "oppetid", "field": "value", "was": "99.5", "now": "99.9"}
    assert second["redline"] == {"added": ["svar"], "removed": [], "changed": [changed]}
    assert [(rung["in_force"], [row["outcome"] for row in rung["scorecard"]]) for rung in (first, second)] == [
        (False, ["met"]),
        (True, ["missed"]),
    ]
    assert [rung["in_force"] for rung in door.see("sla-ladder?effective_on=2026-06-15")["agreements"][0]["rungs"]] == [
        True,
        False,
    ]


def test_as_the_book_was_and_only_one_agreement(sqlite_door: Door) -> None:
    sqlite_door.given(AGREED, level(1, "2026-01-01", UPTIME), level(2, "2026-07-01", ANSWER))
    assert len(sqlite_door.see("sla-ladder?entry=3")["agreements"][0]["rungs"]) == 1
    taken = sqlite_door.see("sla-ladder?agreement=drift")["agreements"][0]["rungs"][1]["redline"]
    assert (taken["added"], taken["removed"]) == (["svar"], ["oppetid"])
    assert sqlite_door.see("sla-ladder?agreement=ingen")["agreements"] == []


def test_a_version_shielded_from_whoever_asks_is_counted_and_not_shown(sqlite_door: Door) -> None:
    sqlite_door.given(AGREED, level(1, "2026-01-01", UPTIME), level(2, "2026-07-01", ANSWER, access=SHIELD))
    public, auditor = sqlite_door.see("sla-ladder"), sqlite_door.see("sla-ladder", by="auditor")
    assert len(auditor["agreements"][0]["rungs"]) > len(public["agreements"][0]["rungs"])
    assert (public["withheld"] > 0, auditor["withheld"]) == (True, 0)


def test_prices_are_told_version_by_version_against_the_one_before(door: Door) -> None:
    indexed = price("bruker", 500_00, price_index="konsumprisindeksen")
    door.given(
        AGREED,
        prices(1, "2026-01-01", price("bruker", 480_00), price("lisens", 90_00)),
        prices(2, "2026-07-01", indexed, price("lager", 10_00)),
    )
    (ladder,) = door.see("sla-ladder?effective_on=2026-08-01")["agreements"]
    first, second = ladder["prices"]
    assert (first["price_version"], first["entry"], first["in_force"], first["decisions"]) == (1, 3, False, [])
    assert first["redline"] == {"added": ["bruker", "lisens"], "removed": [], "changed": []}
    changed = [
        {"item": "bruker", "field": "price_index", "was": None, "now": "konsumprisindeksen"},
        {"item": "bruker", "field": "price_ore", "was": 480_00, "now": 500_00},
    ]
    assert second["redline"] == {"added": ["lager"], "removed": ["lisens"], "changed": changed}
    assert (second["price_version"], second["entry"], second["in_force"]) == (2, 4, True)
    assert (second["items"], ladder["rungs"]) == ([indexed, {**price("lager", 10_00), "price_index": None}], [])
    earlier = door.see("sla-ladder?effective_on=2026-06-15")["agreements"][0]["prices"]
    assert [rung["in_force"] for rung in earlier] == [True, False]


def test_a_shielded_version_of_the_prices_is_counted_and_not_shown(sqlite_door: Door) -> None:
    sqlite_door.given(AGREED, prices(1, "2026-01-01", price("bruker", 1), access=SHIELD))
    public, auditor = sqlite_door.see("sla-ladder"), sqlite_door.see("sla-ladder", by="auditor")
    assert (public["agreements"][0]["prices"], public["withheld"]) == ([], 1)
    assert (len(auditor["agreements"][0]["prices"]), auditor["withheld"]) == (1, 0)
