"""The table of legal forms over HTTP, and what a member has to settle before it leaves."""

from __future__ import annotations

from typing import get_args

from domain.vocabulary import LegalFormId
from tests.api.spec import BASE, BOOK, SHIELD, Door, get, person, service

LIST = f"{BASE}/{BOOK}/members/nordvik/departure-checklist"


def seated(**more: object) -> list[dict[str, object]]:
    """Returns a body, and a person who sits in it on behalf of a member."""
    return [
        {
            "type": "body.establish", "body_id": "gruppe", "name": "Gruppa", "kind": "working_committee",
            "seat_plan": [{"member_id": "nordvik", "seats": 1}],
        },
        person("kari"),
        {"type": "seat.fill", "person_id": "kari", "body_id": "gruppe", "on_behalf_of": "nordvik", **more},
    ]  # fmt: skip


def test_every_legal_form_is_there_with_its_rules_and_their_provisions(sqlite_door: Door) -> None:
    forms = {form["id"]: form for form in sqlite_door.see("/api/v1/legal-forms")["legal_forms"]}
    assert forms.keys() == set(get_args(LegalFormId))
    assert forms["ko"]["law"] == "kommuneloven § 19-1"
    assert forms["historic_27"]["available"]["until"] == "2019-10-31"


def test_what_is_open_is_listed_with_its_entry_and_what_is_settled_as_done(door: Door) -> None:
    door.given(*seated())
    seen = door.see(LIST)
    assert (seen["member"], seen["complete"], seen["withheld"]) == ("nordvik", False, 0)
    assert [(item["kind"], item["id"], item["done"], item["entry"]) for item in seen["items"]] == [
        ("notice", "nordvik", False, None),
        ("seat", "gruppe", False, 4),
        ("grant", None, True, None),
        ("agreement", None, True, None),
        ("share", "nordvik", True, None),
    ]
    assert [item["done"] for item in door.see(f"{LIST}?entry=3")["items"]] == [False, True, True, True, True]


def test_what_rests_on_a_shielded_entry_is_counted_and_not_named(sqlite_door: Door) -> None:
    sqlite_door.given(*seated(access=SHIELD))
    public, auditor = sqlite_door.see(LIST), sqlite_door.see(LIST, by="auditor")
    assert (public["items"][1]["id"], public["withheld"]) == (None, 1)
    assert (auditor["items"][1]["id"], auditor["withheld"]) == ("gruppe", 0)


def test_somebody_the_book_does_not_know(sqlite_door: Door) -> None:
    when = sqlite_door.given(service("a")).when(get(LIST.replace("nordvik", "ingen")))
    when.then_refused(404, "unknown_member", member="ingen")
