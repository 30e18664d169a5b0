"""A shield put on an entry later hides what it said from every route and as of every entry, and lifting it shows it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from api.answers import EntryAnswer, EntryList
from ledger.deciding import today_in_oslo
from projections import reclassifying
from tests.api.minutes_books import MEETING, meeting_held
from tests.api.spec import BASE, BOOK, JSON, SHIELD, Door, get, person, post, service
from tests.api.test_erasing import office, paths

MARK = "Merket-QX73"


def shield(entry: int) -> JSON:
    """Returns the shielding of an entry."""
    return {"type": "entry_access.change", "entry": entry, "level": "shielded", "legal_basis": "offentleglova § 13"}


def lift(entry: int) -> JSON:
    """Returns the opening of an entry to everyone."""
    return {"type": "entry_access.change", "entry": entry, "level": "public"}


def showing(door: Door, by: str | None = None) -> set[str]:
    """Returns the paths of answers with the mark in them, now and as of every entry before access was changed."""
    found = set()
    for path in dict.fromkeys(paths(door)):
        for query in ("?effective_on=all", "", *(f"?entry={number}" for number in range(2, 7))):
            for accept in ("application/json", "text/html"):
                answer = door.send(get(f"{path}{query}", by=by, accept=accept))  # type: ignore[arg-type]
                if MARK in answer.text:
                    found.add(f"{path}{query}")
    return found


def bundle(door: Door, width: int, by: str | None = None) -> str:
    """Returns the entries of the book as its transparency log gives them."""
    answer = door.send(get(f"{BASE}/{BOOK}/log/tile/entries/000.p/{width}", by=by))  # type: ignore[arg-type]
    return answer.text


def filled(door: Door) -> None:
    """Records the mark in a title and a text of an office, entry 2, in later versions of a service, and in a name."""
    door.given(
        office(title=f"{MARK} leder", purpose=f"{MARK} formål"),
        service("drift", name=f"{MARK} drift"),
        service("drift", name=f"{MARK} driften", corrects=3),
        person("p1", f"{MARK} Navnesen"),
        {"type": "office.abolish", "office_id": "leder"},
    )


def test_a_shield_reaches_every_route_and_every_version_and_is_lifted_again(sqlite_door: Door) -> None:
    filled(sqlite_door)
    before = showing(sqlite_door)
    assert {f"{BASE}/{BOOK}/entries", f"{BASE}/{BOOK}/offices?entry=2", f"/collaborations/{BOOK}/entries/2"} <= before
    assert MARK in bundle(sqlite_door, 6)
    sqlite_door.given(*(shield(entry) for entry in (2, 3, 4, 5)))
    assert (MARK in bundle(sqlite_door, 6), MARK in bundle(sqlite_door, 6, "auditor")) == (False, True)
    assert showing(sqlite_door) == set()
    assert {path for path in before if path.startswith("/api/")} <= showing(sqlite_door, "auditor")
    told = sqlite_door.send(get(f"{BASE}/{BOOK}/entries/2")).json()
    assert told["entry"]["withheld"] is True
    assert told["entry"]["access"] == told["access"] == {**SHIELD, "until": None}
    sqlite_door.given(*(lift(entry) for entry in (2, 3, 4, 5)))
    assert before <= showing(sqlite_door)


def test_what_shielding_does_is_what_a_rebuild_gives(sqlite_door: Door) -> None:
    filled(sqlite_door)
    for command in (shield(3), shield(2), lift(3), shield(4), lift(2)):
        sqlite_door.given(command)
        assert list(sqlite_door.house.projector.verify(BOOK)) == []
    list(sqlite_door.house.projector.rebuild([BOOK]))
    assert list(sqlite_door.house.projector.verify(BOOK)) == []
    rows = sqlite_door.send(get(f"{BASE}/{BOOK}/services?effective_on=all")).json()
    assert (rows["rows"], rows["withheld"]) == ([], 1)


def test_a_projector_that_leaves_old_rows_open_is_caught(sqlite_door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reclassifying, "following", lambda *_: None)
    filled(sqlite_door)
    sqlite_door.given(shield(2))
    assert any(MARK in sqlite_door.send(get(path)).text for path in (f"{BASE}/{BOOK}/offices?entry=2",))
    assert list(sqlite_door.house.projector.verify(BOOK)) != []


def test_the_answer_as_of_before_the_change_has_another_tag(sqlite_door: Door) -> None:
    filled(sqlite_door)
    address = f"{BASE}/{BOOK}/offices?entry=2"
    tag = sqlite_door.send(get(address)).headers["ETag"]
    sqlite_door.given(shield(2))
    again = sqlite_door.send(get(address, if_none_match=tag))
    assert again.status_code == 200
    assert again.json()["rows"] == []


def test_only_who_may_see_what_is_shielded_may_record_it(sqlite_door: Door) -> None:
    filled(sqlite_door)
    assert sqlite_door.send(post(shield(2), by="auditor")).status_code == 403
    assert sqlite_door.send(post(shield(2))).status_code == 201
    assert MEETING not in sqlite_door.send(get(f"{BASE}/{BOOK}/entry-access")).text


def entry_of(door: Door, kind: str, case_id: str) -> int:
    """Returns the entry of a kind about a case."""
    found = door.send(get(f"{BASE}/{BOOK}/entries?limit=100", by="auditor")).json()["entries"]
    about = (one for one in found if one["type"] == kind and one["event"].get("case_id") == case_id)
    return int(next(about)["number"])


def test_the_minutes_and_the_page_of_a_meeting_tell_nothing_of_what_was_shielded_since(sqlite_door: Door) -> None:
    door = meeting_held(sqlite_door)
    routes = (f"{BASE}/{BOOK}/meetings/{MEETING}/minutes", f"/collaborations/{BOOK}/meetings/{MEETING}")
    opened, closing = entry_of(door, "case.opened", "s-2"), entry_of(door, "meeting_access.changed", "s-2")

    def told(by: str | None = None) -> list[str]:
        return [door.send(get(path, by=by)).text for path in routes]  # type: ignore[arg-type]

    assert all("Tilsetting" in text and "andre ledd" in text for text in told())
    door.given(shield(opened), shield(closing))
    assert all("Tilsetting" not in text and "andre ledd" not in text for text in told())
    assert "Tilsetting" in told("auditor")[0]
    whose = {one["number"]: one["shielded_by"] for one in door.send(get(routes[0])).json()["entries"]}
    assert whose[closing] == "offentleglova § 13"
    door.given(lift(opened), lift(closing))
    assert all("Tilsetting" in text and "andre ledd" in text for text in told())


def test_a_shield_with_an_end_opens_by_itself_on_that_day_and_from_every_point_of_the_book(sqlite_door: Door) -> None:
    door = sqlite_door
    filled(door)
    before = showing(door)
    until = (today_in_oslo(door.clock()) + timedelta(days=2)).isoformat()
    later = (today_in_oslo(door.clock()) + timedelta(days=3)).isoformat()
    door.given(*({**shield(entry), "until": until} for entry in (2, 3, 5)), {**shield(4), "until": later})
    assert showing(door) == set()
    address = f"{BASE}/{BOOK}/offices?entry=2"
    tag = door.send(get(address)).headers["ETag"]
    door.clock.turn(days=1)
    assert showing(door) == set()
    assert MARK not in bundle(door, 6)
    door.clock.turn(days=1)
    shown = showing(door)
    assert {f"{BASE}/{BOOK}/entries/2", f"/collaborations/{BOOK}/entries/2", address} <= shown
    assert not any("services" in path for path in shown if "?entry" not in path)
    assert door.send(get(address, if_none_match=tag)).status_code == 200
    assert door.send(get(f"{BASE}/{BOOK}/entries/4")).json()["entry"]["withheld"] is True
    assert list(door.house.projector.verify(BOOK)) == []
    door.clock.turn(days=1)
    assert before <= showing(door)
    assert MARK in bundle(door, 6)
    assert door.send(get(f"{BASE}/{BOOK}/entries/2")).json()["access"]["level"] == "public"


def test_what_was_recorded_with_an_end_to_its_shield_opens_too(door: Door) -> None:
    until = (today_in_oslo(door.clock()) + timedelta(days=1)).isoformat()
    door.given(service("drift", name=MARK, access={**SHIELD, "until": until}))
    routes = (f"{BASE}/{BOOK}/services?effective_on=all", f"{BASE}/{BOOK}/entries/2")
    assert not any(MARK in door.send(get(path)).text for path in routes)
    door.clock.turn(days=1)
    assert all(MARK in door.send(get(path)).text for path in routes)


def test_a_shield_on_fields_hides_them_everywhere_and_shows_the_rest(sqlite_door: Door) -> None:
    door = sqlite_door
    door.given(
        office(title=f"{MARK} leder", purpose="Åpent formål"),
        service("drift", name=f"{MARK} drift"),
        service("drift", name=f"{MARK} driften", corrects=3),
        person("p1", f"{MARK} Navnesen"),
    )
    before = showing(door)
    assert f"{BASE}/{BOOK}/offices" in before
    fields = {2: "title", 3: "name", 4: "name", 5: "name"}
    door.given(*({**shield(entry), "fields": [field]} for entry, field in fields.items()))
    assert showing(door) == set()
    assert (MARK in bundle(door, 5), MARK in bundle(door, 5, "auditor")) == (False, True)
    assert {path for path in before if path.startswith("/api/")} <= showing(door, "auditor")
    answer = door.send(get(f"{BASE}/{BOOK}/entries/2"))
    told = answer.json()
    assert (told["entry"]["withheld_fields"], told["access"]["fields"]) == (["title"], ["title"])
    assert "title" not in told["entry"]["event"]
    assert list(told["texts"].values()) == ["Åpent formål"]
    EntryAnswer.model_validate_json(answer.text)
    answer = door.send(get(f"{BASE}/{BOOK}/entries"))
    listed = answer.json()
    assert (listed["withheld"], listed["entries"][1]["event"]["office_id"]) == (0, "leder")
    EntryList.model_validate_json(answer.text)
    page = door.send(get(f"/collaborations/{BOOK}/entries/2", accept="text/html")).text
    assert "Åpent formål" in page
    assert "Skjermet felt: unntatt offentlighet etter offentleglova § 13" in page
    assert list(door.house.projector.verify(BOOK)) == []
    door.given(*(lift(entry) for entry in fields))
    assert before <= showing(door)


def test_the_minutes_tell_the_rest_of_what_is_shielded_in_some_fields(sqlite_door: Door) -> None:
    door = meeting_held(sqlite_door)
    routes = (f"{BASE}/{BOOK}/meetings/{MEETING}/minutes", f"/collaborations/{BOOK}/meetings/{MEETING}")
    opened, closing = entry_of(door, "case.opened", "s-2"), entry_of(door, "meeting_access.changed", "s-2")
    door.given({**shield(opened), "fields": ["title"]}, {**shield(closing), "fields": ["legal_basis"]})
    texts = [door.send(get(path)).text for path in routes]
    assert all("Tilsetting" not in text and "andre ledd" not in text for text in texts)
    minutes = door.send(get(routes[0])).json()
    case = next(one for one in minutes["cases"] if one["case"] == "s-2")
    assert (case["number"], case["title"], case["doors"][0]["doors"]) == ("2/26", None, "closed")
    assert case["doors"][0]["left_out"] == ["legal_basis"]
    assert "Tilsetting" in door.send(get(routes[0], by="auditor")).text
