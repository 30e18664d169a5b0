"""Reasons, strategies and benefits on pages: how each stands, and what is missing."""

from __future__ import annotations

from tests.pages.sheet_books import AT, DAY, decimal, entries, on
from tests.pages.support import Visitor

REASONS = {
    "met": "Målt og nådd.",
    "good_enough": "Målt og godt nok.",
    "not_yet": "Målt og ikke nådd ennå, men fristen er ikke gått ut.",
    "missed": "Noe som er målt, er ikke nådd.",
    "uncomputable": "Målt, men det kan ikke regnes ut om det er nådd.",
    "not_measured": "Kan måles, men ingenting er målt.",
    "no_measurable_goal": "Ingen mål som kan måles, er satt for denne grunnen.",
}
GOALS = {"met": "nådd", "good_enough": "godt nok", "not_yet": "ikke nådd ennå", "missed": "ikke nådd"}


def test_every_reason_of_the_founding_says_how_it_stands(vindfjord: Visitor) -> None:
    seen = vindfjord.see(f"{AT}/why-are-we-here?{DAY}")
    told = vindfjord.json(f"/api/v1{AT}/why-are-we-here?{DAY}")
    assert {reason["state"] for reason in told["reasons"]} >= {"met", "not_yet", "no_measurable_goal"}
    for reason in told["reasons"]:
        assert REASONS[reason["state"]] in seen.text
    benefits = [one for reason in told["reasons"] for goal in reason["goals"] for one in goal["benefits"]]
    for one in benefits:
        value, outcome = decimal(one["value"]), GOALS[one["outcome"]]
        assert f"{one['title']}: {value} per {on(one['as_of'])}, {outcome} Innførsel {one['entry']}" in seen.text
    assert benefits
    assert entries(*(one["entry"] for one in (*told["reasons"], *benefits))) <= set(seen.links)


def test_every_goal_says_how_it_stands_and_what_was_measured(vindfjord: Visitor) -> None:
    map_, why = (vindfjord.see(f"{AT}/{sheet}?{DAY}") for sheet in ("strategy-map", "why-are-we-here"))
    goals = vindfjord.json(f"/api/v1{AT}/strategy-map?{DAY}")["goals"]
    assert {goal["measured"]["state"] for goal in goals} >= {"met", "not_yet"}
    assert any(goal["measured"]["in_agreement"] for goal in goals)
    for goal in goals:
        measured = goal["measured"]
        said = f"{GOALS[measured['state']]} {decimal(measured['value'])} per {on(measured['as_of'])}"
        place = "" if measured["in_agreement"] is None else " målt i avtalen: Tjenesteavtale om drift (oppdiktet)"
        for seen in (map_, why):
            assert f"{said}{place} Innførsel {measured['entry']}" in seen.text


def test_a_goal_that_nothing_was_measured_of_yet_is_said_to_be_so(vindfjord: Visitor) -> None:
    goals = vindfjord.json(f"/api/v1{AT}/strategy-map?effective_on=2022-11-01")["goals"]
    states = [goal["measured"]["state"] for goal in goals]
    seen = vindfjord.see(f"{AT}/strategy-map?effective_on=2022-11-01")
    assert states.count("not_measured") == seen.html.count('<span class="gap">ikke målt</span>') > 0


def test_the_map_shows_what_no_strategy_covers(vindfjord: Visitor) -> None:
    seen = vindfjord.see(f"{AT}/strategy-map?{DAY}")
    told = vindfjord.json(f"/api/v1{AT}/strategy-map?{DAY}")
    assert f"{len(told['uncovered'])} av {len(told['cells'])} ruter er ikke dekket av noen strategi." in seen.text
    assert seen.html.count('<span class="gap">ikke dekket</span>') == len(told["uncovered"])
    blocking = [one["entry"] for one in told["alignments"] if one["contribution"] == "blocks"]
    assert f"Tjeneste: Det gamle sakarkivet (oppdiktet) Innførsel {blocking[0]}" in seen.text
    assert entries(*(one["entry"] for one in (*told["alignments"], *told["strategies"]))) <= set(seen.links)


def test_benefits_stand_by_level_and_participants(vindfjord: Visitor) -> None:
    seen = vindfjord.see(f"{AT}/benefits-line?{DAY}")
    told = {one["id"]: one for one in vindfjord.json(f"/api/v1{AT}/benefits-line?{DAY}")["benefits"]}
    open_, licences = told["dognaapent"], told["felles-lisenser"]
    assert f"Prosesstøtte 5 1 1 0 {open_['entry']} Drift ingen" in seen.text
    assert seen.text.index("Utvikling ingen") < seen.text.index(f"Anskaffelser 5 1 1 1 {licences['entry']}")
    found = open_["follow_up"]
    said = f"{decimal(found['value'])} {open_['unit']} per {on(found['as_of'])} Godt nok Innførsel {found['entry']}"
    assert f"Målt sist {said}" in seen.text
    assert "600 000,00 kr budsjettet for 2025, linje lonn, endring nr. 1" in seen.text
    assert "Mangler Fristen er gått ut" in vindfjord.see(f"{AT}/benefits-line?effective_on=2026-06-01").text
