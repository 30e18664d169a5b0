"""The organisation map over HTTP: who is where on a day, what is empty, and what is only possible."""

from __future__ import annotations

from typing import Any

from tests.api.spec import BASE, SHIELD, Door, person

BOOK = "prove-kart"
MAP = f"{BASE}/{BOOK}/organisation-map"
FOUNDERS = [{"member_id": "nordvik", "name": "Nordvik"}, {"member_id": "sorvik", "name": "Sørvik"}]
SEATS = [{"member_id": m, "seats": 1, "deputies": 1} for m in ("nordvik", "sorvik")]

ACTS: tuple[dict[str, Any], ...] = (
    {"type": "collaboration.found", "name": "Prøve KO", "legal_form": "ko", "founders": FOUNDERS},
    {
        "type": "body.establish", "body_id": "council", "name": "Rådet", "kind": "council_of_representatives",
        "seat_plan": SEATS,
    },
    {"type": "body.establish", "body_id": "board", "name": "Styret", "kind": "board", "parent": "council"},
    {"type": "office.establish", "office_id": "boss", "title": "Leiar", "kind": "other", "body_id": "board"},
    person("per"),
    person("kari"),
    {"type": "seat.fill", "person_id": "per", "body_id": "council", "on_behalf_of": "nordvik", "until": "2025-12-31"},
    {
        "type": "seat.fill", "person_id": "kari", "body_id": "council", "on_behalf_of": "nordvik", "deputy_rank": 1,
    },
    {"type": "seat.fill", "person_id": "kari", "office_id": "boss", "effective": "2024-01-01", "deputy_rank": 1},
)  # fmt: skip


def told(door: Door) -> Door:
    """Returns a door to a book with two members, two bodies, an office and two people."""
    door.given(*({"effective": "2022-01-01", **act} for act in ACTS), book=BOOK)
    return door


def nodes(answer: dict[str, Any]) -> dict[str, Any]:
    """Returns what each node says of its being empty, by kind and id."""
    return {f"{node['kind']}:{node['id']}": node["empty"] for node in answer["nodes"]}


def ties(answer: dict[str, Any]) -> set[tuple[str, str, str]]:
    """Returns every tie by kind and ends."""
    return {(tie["kind"], tie["source"]["id"], tie["target"]["id"]) for tie in answer["ties"]}


def test_everyone_is_on_the_map_with_what_ties_them_together(sqlite_door: Door) -> None:
    seen = told(sqlite_door).see(f"{MAP}?effective_on=2025-12-31")
    assert nodes(seen) == {
        "member:nordvik": None,
        "member:sorvik": None,
        "body:council": False,
        "body:board": True,
        "office:boss": True,
        "person:per": None,
        "person:kari": None,
    }
    assert ties(seen) == {
        ("answers_to", "board", "council"),
        ("belongs_to", "boss", "board"),
        ("represented_in", "nordvik", "council"),
        ("represented_in", "sorvik", "council"),
        ("sits_in", "per", "council"),
        ("deputy_in", "kari", "council"),
        ("deputy_in", "kari", "boss"),
    }
    (sits,) = (tie for tie in seen["ties"] if tie["kind"] == "sits_in")
    assert (sits["on_behalf_of"], sits["rank"], sits["certain"]) == ("nordvik", None, True)
    assert {node["name"] for node in seen["nodes"] if node["kind"] == "person"} == {"Prøve Prøvesen"}


def test_a_term_that_is_over_leaves_the_council_empty(sqlite_door: Door) -> None:
    seen = told(sqlite_door).see(f"{MAP}?effective_on=2026-01-01")
    assert nodes(seen)["body:council"] is True
    assert "person:per" not in nodes(seen)


def test_the_map_is_as_of_any_entry(sqlite_door: Door) -> None:
    seen = told(sqlite_door).see(f"{MAP}?entry=3&effective_on=2025-12-31")
    assert set(nodes(seen)) == {"member:nordvik", "member:sorvik", "body:council", "body:board"}
    before = sqlite_door.see(f"{MAP}?effective_on=2021-12-31")
    assert (before["nodes"], before["ties"]) == ([], [])


def test_what_is_shielded_is_counted_and_not_shown(sqlite_door: Door) -> None:
    told(sqlite_door)
    hidden = {"type": "body.establish", "body_id": "secret", "name": "Gruppa", "kind": "steering_group"}
    sqlite_door.given({**hidden, "parent": "board", "effective": "2022-01-01", "access": SHIELD}, book=BOOK)
    seen = sqlite_door.see(f"{MAP}?effective_on=2025-12-31")
    assert "body:secret" not in nodes(seen)
    assert ("answers_to", "secret", "board") not in ties(seen)
    assert seen["withheld"] > 0
    everything = sqlite_door.see(f"{MAP}?effective_on=2025-12-31", by="secretary")
    assert ("answers_to", "secret", "board") in ties(everything)
