"""Authority asked about over HTTP: could they, the map, and what would fall with a grant."""

from __future__ import annotations

from typing import Any

import pytest

from api.authority_answers import AuthorityCascade, AuthorityMap, CouldThey
from tests.api.spec import BASE, SHIELD, Door, get, person, post, service

BOOK = "prove-fullmakt"
URL = f"{BASE}/{BOOK}"
CHARTER = [{"kind": "charter", "ref": "vedtekter"}]


def founding() -> dict[str, Any]:
    """Returns the founding of a joint task cooperation."""
    founders = [{"member_id": "nordvik", "name": "Nordvik"}, {"member_id": "sorvik", "name": "Sørvik"}]
    name = "Prøve kommunalt oppgavefellesskap"
    return {"type": "collaboration.found", "name": name, "legal_form": "ko", "founders": founders,
            "effective": "2022-01-01"}  # fmt: skip


def office(office_id: str) -> dict[str, Any]:
    """Returns the setting up of an office."""
    return {"type": "office.establish", "office_id": office_id, "title": office_id.title(), "kind": "other",
            "effective": "2022-01-01"}  # fmt: skip


def seated(person_id: str, office_id: str) -> dict[str, Any]:
    """Returns a person put into an office."""
    return {"type": "seat.fill", "person_id": person_id, "office_id": office_id, "effective": "2022-01-01"}


def granted(**more: Any) -> dict[str, Any]:
    """Returns powers granted by the collaboration to the leader."""
    return {
        "type": "authority.grant", "grant_id": "g-1", "grantor": {"kind": "collaboration", "id": "this"},
        "grantee": {"kind": "office", "id": "leiar"}, "powers": ["spend"], "limits": {"per_act": 100_00},
        "until": "2027-12-31", "depth": 1, "effective": "2023-01-01", "basis": CHARTER, **more,
    }  # fmt: skip


def passed_on(**more: Any) -> dict[str, Any]:
    """Returns part of it passed on to the cashier."""
    return {
        "type": "authority.subdelegate", "grant_id": "g-2", "parent_grant_id": "g-1",
        "grantee": {"kind": "office", "id": "kasserar"}, "powers": ["spend"], "limits": {"per_act": 50_00},
        "until": "2026-12-31", "effective": "2023-01-01", **more,
    }  # fmt: skip


@pytest.fixture
def door(sqlite_door: Door) -> Door:
    """The door on a book with a chain of two grants; the last entry is number nine."""
    sqlite_door.given(
        founding(), office("leiar"), office("kasserar"), person("per"), person("kari"), seated("per", "leiar"),
        seated("kari", "kasserar"), granted(), passed_on(), book=BOOK,
    )  # fmt: skip
    return sqlite_door


def asked(door: Door, query: str, **more: Any) -> Any:
    """Returns the answer to whether the cashier could spend."""
    answer = door.see(f"{URL}/could-they?office=kasserar&power=spend&{query}", **more)
    return CouldThey.model_validate(answer) and answer


# Could they? -----------------------------------------------------------------------------


def test_yes_with_the_whole_chain_of_entries(door: Door) -> None:
    answer = asked(door, "amount_ore=5000&effective_on=2024-05-01")
    assert (answer["answer"], answer["reasons"], answer["entry"]) == ("yes", [], 9)
    assert [(step["kind"], step["id"], step["entry"]) for step in answer["chain"]] == [
        ("basis", "charter:vedtekter", None),
        ("grant", "g-1", 8),
        ("grant", "g-2", 9),
        ("office", "kasserar", 3),
        ("person", "kari", 7),
    ]


def test_no_with_the_reasons_in_every_language(door: Door) -> None:
    answer = asked(door, "amount_ore=5001&effective_on=2024-05-01")
    assert answer["answer"] == "no"
    (reason,) = answer["reasons"]
    assert (reason["code"], reason["entries"]) == ("authority.limit_exceeded", [9])
    assert reason["params"]["excess_ore"] == 1
    assert set(reason["texts"]) == {"nb", "nn", "en"}
    assert "“g-2”" in reason["texts"]["en"]["detail"]


def test_on_another_day_and_as_known_before(door: Door) -> None:
    assert asked(door, "effective_on=2022-12-31")["answer"] == "no"
    assert asked(door, "effective_on=2026-12-31")["answer"] == "yes"
    assert asked(door, "effective_on=2027-01-01")["answer"] == "no"
    before = asked(door, "effective_on=2024-05-01&entry=8")
    assert (before["answer"], before["chain"][0]["kind"]) == ("no", "office")
    assert before["reasons"][0]["code"] == "authority.no_valid_grant_at_time"


def test_for_whom_and_by_whom(door: Door) -> None:
    assert asked(door, "person=kari&member=nordvik&member=sorvik&effective_on=2024-05-01")["answer"] == "yes"
    other = asked(door, "person=per&effective_on=2024-05-01")
    assert [reason["code"] for reason in other["reasons"]] == ["authority.office_not_held"]
    unknown = door.see(f"{URL}/could-they?office=ukjent&power=hire")
    assert unknown["reasons"][0]["code"] == "authority.unknown_actor"


def test_an_amount_takes_the_power_to_spend_as_well(door: Door) -> None:
    door.given(granted(grant_id="g-3", powers=["contract"], basis=CHARTER), book=BOOK)
    url = f"{URL}/could-they?office=leiar&effective_on=2024-05-01&power=contract"
    assert door.see(url)["answer"] == "yes"
    answer = door.see(f"{url}&amount_ore=1")
    assert [reason["code"] for reason in answer["reasons"]] == ["authority.power_not_granted"]


def test_the_answer_has_a_tag(door: Door) -> None:
    request = get(f"{URL}/could-they?office=leiar&power=spend&effective_on=2024-05-01")
    tag = door.send(request).headers["etag"]
    assert door.send(get(request.path, if_none_match=tag)).status_code == 304


@pytest.mark.parametrize("query", ["office=leiar", "power=spend", "office=leiar&power=fly", "office=%20&power=spend"])
def test_a_question_that_asks_nothing_is_refused(door: Door, query: str) -> None:
    door.given(book=BOOK).when(get(f"{URL}/could-they?{query}")).then_refused(422, "invalid")


def test_what_is_shielded_is_not_told_to_everyone(door: Door) -> None:
    door.given(granted(grant_id="g-4", powers=["hire"], access=SHIELD, basis=CHARTER), book=BOOK)
    url = f"{URL}/could-they?office=leiar&power=hire&effective_on=2024-05-01&amount_ore=1"
    everyone, auditor = door.see(url), door.see(url, by="auditor")
    assert [step["id"] for step in auditor["chain"] if step["kind"] == "grant"] == ["g-4"]
    assert (auditor["withheld"], everyone["withheld"]) == (0, 2)
    assert [step["id"] for step in everyone["chain"] if step["kind"] == "grant"] == [None]
    assert [(reason["params"], reason["texts"]) for reason in everyone["reasons"]] == [({}, None)]
    assert "g-4" not in str(everyone)


# The map ---------------------------------------------------------------------------------


def test_the_map_shows_what_rests_on_what_and_what_was_used(door: Door) -> None:
    act = {
        "type": "authority.exercise", "act_id": "a-1", "title": "Kjøp", "power": "spend", "amount_ore": 30_00,
        "actor": {"kind": "office", "id": "kasserar"}, "effective": "2024-04-01",
    }  # fmt: skip
    door.given(act, book=BOOK)
    seen = door.see(f"{URL}/authority-map?effective_on=2024-05-01")
    AuthorityMap.model_validate(seen)
    nodes = {node["id"]: node for node in seen["grants"]}
    assert {id_: (node["parent"], node["children"]) for id_, node in nodes.items()} == {
        "g-1": (None, ["g-2"]),
        "g-2": ("g-1", []),
    }
    assert {(n["holds"], n["suspended"], n["vacant"], n["used_ore"], n["unreported"]) for n in nodes.values()} == {
        ("yes", "no", False, 30_00, 1)
    }
    assert {node["used_ore"] for node in door.see(f"{URL}/authority-map?effective_on=2025-05-01")["grants"]} == {0}
    assert door.see(f"{URL}/authority-map?effective_on=2022-05-01")["grants"] == []


def test_the_map_shows_what_is_held_back_and_vacant(door: Door) -> None:
    held_back = {"type": "authority.suspend", "grant_id": "g-1", "acted_by": {"office": "leiar"}, "mode": "record",
                 "reason": "Muntlig.", "effective": "2024-04-01"}  # fmt: skip
    door.given(held_back, {**office("tom")}, granted(grant_id="g-5", grantee={"kind": "office", "id": "tom"},
                                                     basis=CHARTER), book=BOOK)  # fmt: skip
    nodes = {n["id"]: n for n in door.see(f"{URL}/authority-map?effective_on=2024-05-01")["grants"]}
    assert (nodes["g-1"]["holds"], nodes["g-5"]["vacant"]) == ("yes", True)


def test_a_shielded_grant_is_counted_and_not_shown(door: Door) -> None:
    door.given(granted(grant_id="g-4", access=SHIELD, basis=CHARTER), book=BOOK)
    seen = door.see(f"{URL}/authority-map?effective_on=2024-05-01")
    assert ([node["id"] for node in seen["grants"]], seen["withheld"]) == (["g-1", "g-2"], 1)
    assert len(door.see(f"{URL}/authority-map?effective_on=2024-05-01", by="auditor")["grants"]) == 3


# What would fall -------------------------------------------------------------------------


def test_what_would_fall_is_shown_before_anything_is_taken_back(door: Door) -> None:
    seen = door.see(f"{URL}/authority/g-1/cascade?effective_on=2026-11-24")
    AuthorityCascade.model_validate(seen)
    assert [grant["id"] for grant in seen["falls"]] == ["g-2"]
    assert door.see(f"{URL}/authority/g-2/cascade")["falls"] == []
    assert door.see(f"{URL}/authority/g-1/cascade?effective_on=2027-01-01")["falls"] == []
    door.given(book=BOOK).when(get(f"{URL}/authority/g-9/cascade")).then_refused(404, "unknown_grant", grant="g-9")
    earlier = get(f"{URL}/authority/g-1/cascade?entry=7")
    door.given(book=BOOK).when(earlier).then_refused(404, "unknown_grant")


def test_a_dry_run_of_taking_back_shows_the_same(door: Door) -> None:
    sent = {"type": "authority.revoke", "grant_id": "g-1", "effective": "2026-11-24", "acted_by": {"person": "per"},
            "mode": "record", "reason": "Muntlig."}  # fmt: skip
    request = post(sent, book=BOOK)
    answer = door.send(type(request)(request.method, f"{request.path}?dry_run=true", request.by, request.headers,
                                     request.body))  # fmt: skip
    assert answer.json()["entries"][0]["event"]["cascade"] == ["g-2"]


def test_the_dashboards_rows_are_there(door: Door) -> None:
    door.given(service("drift"), book=BOOK)
    for projection in ("authority-use", "authority-ceilings", "authority-reports", "delegation-rules"):
        assert door.see(f"{URL}/{projection}?effective_on=all")["rows"] == []
    balance = door.see(f"{URL}/power-balance?effective_on=2024-05-01")["rows"]
    assert [(row["grant"], row["member"], row["given_to"]["id"]) for row in balance] == [
        ("g-1", None, "leiar"),
        ("g-2", None, "kasserar"),
    ]


def test_what_was_used_does_not_tell_the_ceiling_of_a_shielded_grant(sqlite_door: Door) -> None:
    act = {
        "type": "authority.exercise", "act_id": "a-1", "title": "Kjøp", "power": "spend", "amount_ore": 30_00,
        "actor": {"kind": "office", "id": "leiar"}, "effective": "2024-04-01",
    }  # fmt: skip
    grant = granted(limits={"per_year": 100_00}, access=SHIELD)
    sqlite_door.given(founding(), office("leiar"), person("per"), seated("per", "leiar"), grant, act, book=BOOK)
    path = f"{URL}/authority_ceilings?effective_on=all"
    assert (sqlite_door.see(path)["rows"], sqlite_door.see(path)["withheld"]) == ([], 1)
    (row,) = sqlite_door.see(path, by="auditor")["rows"]
    assert (row["limit_ore"], row["left_ore"]) == (100_00, 70_00)
