"""An erased text is in no answer any more, on no page, as of no entry; in its place stands which entry ordered it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

import pytest
from fastapi.routing import iter_route_contexts

from projections.registry import BY_NAME
from tests.api.spec import BASE, BOOK, JSON, Door, get, person, post

MARK = "Merket-QX71"
ORDER = {"kind": "single_item", "ref": "26/1042", "issued_by": "Nasjonalarkivet", "issued_on": "2026-11-20"}

PARAMETER = re.compile(r"\{(\w+)[^}]*\}")

PLACES = {
    "collaboration_id": (BOOK,),
    "number": ("1", "2", "3", "4", "5", "6"),
    "meeting_id": ("styremote",),
    "projection": tuple(BY_NAME),
    "office_id": ("leder",),
    "year": ("2026",),
    "command_type": ("personal_data.erase",),
    "type": ("personal_data.erase",),
}
"""What stands in the paths of routes, by the name of the parameter."""


def office(**fields: str) -> JSON:
    """Returns the setting up of an office."""
    return {"type": "office.establish", "office_id": "leder", "title": "Leder", "kind": "leader", **fields}


def erase(*entries: int) -> JSON:
    """Returns an erasure of every text of these entries."""
    return {"type": "personal_data.erase", "texts": [{"entry": entry} for entry in entries], "order": ORDER}


def filled(door: Door) -> None:
    """Records texts with the mark in them, entries 2 and 3, and one without, entry 4."""
    marked = office(purpose=f"{MARK} formål", accountabilities=f"{MARK} ansvar")
    door.given(person("p1", f"{MARK} Navnesen"), marked, person("p2", "Annen Prøvesen"))


def paths(door: Door) -> Iterator[str]:
    """Yields every path there is to read, of this book and of all of its entries."""
    for route in iter_route_contexts(door.client.app.routes):  # type: ignore[attr-defined]
        path, methods = getattr(route, "path", ""), route.methods or ()
        if "GET" not in methods:
            continue
        names = PARAMETER.findall(path)
        for values in product(*(PLACES.get(name, ("p1",)) for name in names)):
            given = dict(zip(names, values, strict=True))
            yield PARAMETER.sub(lambda found, given=given: given[found[1]], path)


def showing(door: Door) -> set[str]:
    """Returns the paths of answers with the mark in them, now and as of every entry, to those who may see all."""
    found = set()
    head = door.house.ledger.head(BOOK)
    for path in dict.fromkeys(paths(door)):
        for query in ("?effective_on=all", "", *(f"?entry={number}" for number in range(1, head + 1))):
            for accept in ("application/json", "text/html"):
                answer = door.send(get(f"{path}{query}", by="auditor", accept=accept))
                if MARK in answer.text:
                    found.add(f"{path}{query}")
    return found


def test_a_planted_text_is_found_by_the_walk_and_by_none_after_it_is_erased(sqlite_door: Door) -> None:
    filled(sqlite_door)
    before = showing(sqlite_door)
    assert {f"{BASE}/{BOOK}/entries", f"{BASE}/{BOOK}/entries/2", f"/collaborations/{BOOK}/entries/2"} <= before
    assert len(before) > 20
    sqlite_door.given(erase(2, 3))
    assert showing(sqlite_door) == set()


def test_in_its_place_stands_the_entry_of_the_order(door: Door) -> None:
    filled(door)
    before = door.see("entries/2")
    (commitment,) = before["texts"]
    assert before["erased"] == {}
    door.given().when(post(erase(2))).then(201, "personal_data.erased")
    after = door.see("entries/2")
    assert after == {**before, "texts": {commitment: None}, "erased": {commitment: 5}}
    for path in ("entries", "entries?entry=2"):
        listed = door.see(path)
        assert (listed["texts"][commitment], listed["erased"]) == (None, {commitment: 5})
    door.given(erase(3))
    minutes = door.see("entries?entry=3")
    assert set(minutes["texts"].values()) == {None}
    assert set(minutes["erased"]) == set(minutes["texts"])


def test_no_tag_of_before_is_good_after(door: Door) -> None:
    filled(door)
    paths_with_tags = ["entries/2", "entries?entry=3", "entries", "offices", "?entry=3"]
    tags = {path: door.send(get(path)).headers["etag"] for path in paths_with_tags}
    door.given(erase(2, 3))
    for path in ("entries/2", "entries?entry=3", "entries"):
        assert door.send(get(path, if_none_match=tags[path])).status_code == 200, path


def test_who_erased_what_by_which_order_is_listed(door: Door) -> None:
    filled(door)
    door.given(erase(2, 3))
    rows = door.see("erasures")["rows"]
    assert [(row["of_entry"], row["field"], row["entry"]) for row in rows] == [
        (2, "event.name", 5),
        (3, "event.accountabilities", 5),
        (3, "event.purpose", 5),
    ]
    assert all(row["order"] == ORDER for row in rows)


def test_a_page_says_which_entry_erased_it(sqlite_door: Door) -> None:
    filled(sqlite_door)
    sqlite_door.given(erase(2, 3))
    page = sqlite_door.send(get(f"/collaborations/{BOOK}/entries/3", accept="text/html")).text
    assert "slettet etter pålegg, ved innførsel 5" in page


def test_what_speaks_against_it_is_told(door: Door) -> None:
    filled(door)
    sent = {"type": "personal_data.erase", "texts": [{"entry": 1}], "order": ORDER}
    door.given().when(post(sent)).then_refused(409, "erasure.not_separable", entry=1, field="event")
    door.given(erase(2))
    problem = door.given().when(post(erase(2))).then_refused(409, "erasure.already_erased", erased=[2], by=[5])
    assert problem["entries"] == [2, 5]


@pytest.mark.parametrize("role", ["reader", "auditor", None])
def test_only_who_may_record_may_erase(door: Door, role: str | None) -> None:
    filled(door)
    door.given()
    answer = door.send(post(erase(2), by=role))  # type: ignore[arg-type]
    assert answer.status_code in (401, 403)
    assert door.house.ledger.head(BOOK) == 4
