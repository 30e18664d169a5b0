"""Readiness and pitfalls over HTTP: what people scored and raised stands beside what the book itself shows."""

from __future__ import annotations

from typing import Any, get_args

from api.catalogue import LANGUAGES, catalogue
from domain.readiness.figures import Lack
from domain.rulebook.readiness import PAIRS
from tests.api.spec import BASE, BOOK, SHIELD, Door, founding, get, service

RADAR = f"{BASE}/{BOOK}/pitfall-radar"
READY = f"{BASE}/{BOOK}/readiness-pairs"
METER = f"{BASE}/{BOOK}/formality-meter"
THIS = {"kind": "collaboration", "id": "this"}


def office(office_id: str, member_id: str, **fields: Any) -> dict[str, Any]:
    """Returns the setting up of a member's office of orderer."""
    known = {"office_id": office_id, "title": "Bestiller", "kind": "orderer", "member_id": member_id}
    return {"type": "office.establish", "effective": "2021-01-01", **known, **fields}


def raised(concern_id: str, pitfall_id: str, day: str, **fields: Any) -> dict[str, Any]:
    """Returns that a pitfall is raised."""
    return {"type": "pitfall.raise", "concern_id": concern_id, "pitfall_id": pitfall_id, "effective": day, **fields}


def assessed(assessment_id: str, day: str, score: int, **fields: Any) -> dict[str, Any]:
    """Returns an assessment in which every pair has the same score."""
    scores = [{"pair": pair, "score": score} for pair in PAIRS]
    return {"type": "readiness.assess", "assessment_id": assessment_id, "effective": day, "scores": scores, **fields}


def people(day: str) -> dict[str, Any]:
    """Returns how many live in the two members, 1,000 together, as it was on a day."""
    figures = [{"member_id": "nordvik", "value": "600"}, {"member_id": "sorvik", "value": "400"}]
    return {
        "type": "cost_drivers.record", "driver": "population", "as_of": day, "driver_values": figures,
        "effective": day,
    }  # fmt: skip


def pitfall(answer: dict[str, Any], pitfall_id: str) -> dict[str, Any]:
    """Returns one pitfall of a radar."""
    found: list[dict[str, Any]] = [one for one in answer["pitfalls"] if one["id"] == pitfall_id]
    assert len(found) == 1
    return found[0]


def test_the_radar_shows_the_whole_catalogue_and_says_what_it_does_not_know(sqlite_door: Door) -> None:
    sqlite_door.given(founding())
    radar = sqlite_door.see(RADAR)
    assert len(radar["pitfalls"]) == 18
    assert (radar["shown"], radar["unknown"], radar["open"], radar["withheld"]) == (0, 18, 0, 0)
    fast = pitfall(radar, "too_fast")
    assert (fast["heading"], fast["names"]["nb"]) == ("transition", "for raskt til felles løsninger")
    assert set(fast["names"]) == {"nb", "nn", "en"}
    for one in radar["pitfalls"]:
        assert one["indicator"]["lacks"] is not None
        assert set(one["indicator"]["why"]) == {"nb", "nn", "en"}
    assert fast["indicator"]["why"]["en"] == "No agreement has come that far."


def test_whatever_a_book_lacks_is_said_in_every_language() -> None:
    for language in LANGUAGES:
        told = {
            code.partition(".")[2] for code in catalogue().codes("page", language) if code.startswith("figure_lacks.")
        }
        assert told == set(get_args(Lack))


def test_an_indicator_shows_it_and_it_is_raised_and_handled(sqlite_door: Door) -> None:
    told = raised("x-1", "ordering_competence", "2024-02-01", raised_by="indicator", severity="high")
    handled = {"type": "pitfall.handle", "concern_id": "x-1", "outcome": "accepted", "effective": "2024-05-01"}
    sqlite_door.given(founding(), office("bestiller-1", "nordvik"), told, handled)
    one = pitfall(sqlite_door.see(RADAR), "ordering_competence")
    assert one["indicator"] == {
        "value": 2, "of": 2, "unit": "members", "entries": [2], "withheld": False, "raised": True, "lacks": None,
        "why": None,
    }  # fmt: skip
    (concern,) = one["concerns"]
    assert (concern["status"], concern["entry"], concern["handled_by_entry"]) == ("accepted", 3, 4)


def test_the_radar_of_an_earlier_day_or_entry_knows_nothing_of_what_came_later(sqlite_door: Door) -> None:
    told = raised("x-1", "ordering_competence", "2024-02-01", raised_by="indicator")
    handled = {"type": "pitfall.handle", "concern_id": "x-1", "outcome": "accepted", "effective": "2024-05-01"}
    sqlite_door.given(founding(), office("bestiller-1", "nordvik"), told, handled)
    between = sqlite_door.see(f"{RADAR}?effective_on=2024-04-30")
    assert between["open"] == 1
    assert pitfall(between, "ordering_competence")["concerns"][0]["status"] == "open"
    assert sqlite_door.see(f"{RADAR}?effective_on=2024-05-01")["open"] == 0
    assert pitfall(sqlite_door.see(f"{RADAR}?effective_on=2024-01-31"), "ordering_competence")["concerns"] == []
    first = sqlite_door.see(f"{RADAR}?entry=1")
    assert (first["entry"], first["unknown"]) == (1, 18)


def test_what_rests_on_a_shielded_entry_is_withheld_from_the_public(sqlite_door: Door) -> None:
    hidden = raised("x-1", "ordering_competence", "2024-02-01", access=SHIELD)
    sqlite_door.given(founding(), office("bestiller-1", "nordvik", access=SHIELD), hidden)
    seen = sqlite_door.see(RADAR, by="secretary")
    public = sqlite_door.see(RADAR)
    assert (seen["shown"], seen["open"], seen["withheld"]) == (1, 1, 0)
    assert (public["shown"], public["open"], public["withheld"]) == (0, 0, 2)
    one = pitfall(public, "ordering_competence")
    assert (one["indicator"]["value"], one["indicator"]["entries"], one["concerns"]) == (None, [], [])


def test_every_pair_has_its_hint_and_its_scores_over_time(sqlite_door: Door) -> None:
    sqlite_door.given(founding(), service("drift", effective="2021-01-01"), service("nett", effective="2021-01-01"),
                      people("2025-06-30"),
                      assessed("r-2", "2025-01-01", 1), assessed("r-1", "2024-01-01", -2))  # fmt: skip
    ready = sqlite_door.see(READY)
    assert [one["pair"] for one in ready["pairs"]] == list(PAIRS)
    last = ready["pairs"][-1]
    assert last["hint"] == {
        "value": 2, "of": 1000, "unit": "services", "entries": [2, 3, 4], "withheld": False, "higher": "village",
        "leans": "village", "village_from": "1/500", "city_from": "1/2000", "lacks": None, "why": None,
    }  # fmt: skip
    assert ready["thresholds"] == "terskler-1"
    stale = sqlite_door.see(f"{READY}?effective_on=2027-01-01")["pairs"][-1]["hint"]
    assert (stale["value"], stale["leans"], stale["lacks"]) == (None, None, "drivers")
    assert [(one["assessment"], one["score"]) for one in last["scores"]] == [("r-1", -2), ("r-2", 1)]
    before = sqlite_door.see(f"{READY}?effective_on=2024-12-31")["pairs"][0]["scores"]
    assert [one["assessment"] for one in before] == ["r-1"]


def test_a_shielded_assessment_is_counted_and_not_shown(sqlite_door: Door) -> None:
    sqlite_door.given(founding(), assessed("r-1", "2024-01-01", 0, access=SHIELD))
    public = sqlite_door.see(READY)
    assert (public["pairs"][0]["scores"], public["withheld"]) == ([], 1)


def agreed(**fields: Any) -> dict[str, Any]:
    """Returns the conclusion of an agreement for 2022."""
    known = {"agreement_id": "sla", "name": "Drift", "provider": THIS, "customers": ["nordvik"], "review_months": 12}
    basis = [{"kind": "resolution", "ref": "Avtale"}]
    return {
        "type": "service_agreement.conclude", "effective": "2022-01-01", "until": "2022-12-31", "basis": basis,
        **known, **fields,
    }  # fmt: skip


def test_paperwork_before_during_and_after_agreement(sqlite_door: Door) -> None:
    days = ("2021-12-31", "2022-12-31", "2023-01-01")
    services = (service(f"tjeneste-{n}", effective=day) for n, day in enumerate(days))
    sqlite_door.given(founding(), agreed(), *services)
    meter = sqlite_door.see(METER)
    phases = [(one["phase"], one["since"], one["until"], one["entries"], one["formal"]) for one in meter["phases"]]
    assert phases == [
        ("before", None, "2021-12-31", 2, 0),
        ("during", "2022-01-01", "2022-12-31", 2, 1),
        ("after", "2023-01-01", None, 1, 0),
    ]
    assert meter["phases"][1]["kinds"] == {"service_agreement.concluded": 1}
    assert sqlite_door.see(f"{METER}?agreement=sla")["phases"] == meter["phases"]


def test_where_nothing_is_agreed_everything_comes_before(sqlite_door: Door) -> None:
    sqlite_door.given(founding())
    (only,) = sqlite_door.see(METER)["phases"]
    assert (only["phase"], only["until"], only["entries"]) == ("before", None, 1)


def test_an_agreement_without_an_end_goes_on(sqlite_door: Door) -> None:
    sqlite_door.given(founding(), agreed(), agreed(agreement_id="sla-2", until=None))
    assert [one["phase"] for one in sqlite_door.see(METER)["phases"]] == ["before", "during"]
    assert [one["phase"] for one in sqlite_door.see(f"{METER}?agreement=sla")["phases"]][-1] == "after"


def test_an_agreement_the_book_does_not_have_is_not_measured(sqlite_door: Door) -> None:
    sqlite_door.given(founding()).when(get(f"{METER}?agreement=gone")).then_refused(404, "unknown_agreement")
