"""The simulator: every effect and every refusal of a plan, by the real rules, and a book that is as it was."""

from __future__ import annotations

import json
from typing import Any

from tests.api.spec import BASE, BOOK, JSON, SHIELD, Door, Request, customer, founding, get, person, post, service

SIMULATE = f"{BASE}/{BOOK}/simulate"


def simulation(*commands: JSON, by: Any = "auditor", path: str = SIMULATE) -> Request:
    """Returns the request to simulate these commands."""
    return Request("POST", path, by, {"content-type": "application/json"}, json.dumps(list(commands)).encode())


def simulated(door: Door, *commands: JSON, query: str = "") -> Any:
    """Returns what these commands would lead to."""
    answer = door.send(simulation(*commands, path=SIMULATE + query))
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_plan_is_seen_whole_with_what_would_be_recorded_and_what_would_be_refused(door: Door) -> None:
    door.given(service("drift"))
    seen = simulated(door, service("nett"), service("nett"), customer("kunde"))
    assert (seen["entry"], seen["accepted"], seen["refused"], seen["commands"]) == (2, 2, 1, None)
    assert [step["accepted"] for step in seen["steps"]] == [True, False, True]
    assert [[e["number"] for e in step["entries"]] for step in seen["steps"]] == [[3], [], [4]]
    refusal = seen["steps"][1]["refusal"]
    assert (refusal["code"], refusal["entries"], seen["steps"][1]["pointer"]) == (
        "service.already_registered",
        [3],
        "/1",
    )
    assert set(refusal["texts"]) == {"nb", "nn", "en"}


def test_the_rows_that_would_be_others_are_shown_before_and_after(door: Door) -> None:
    door.given(customer("kunde"))
    rows = simulated(door, {"type": "member.depart", "member_id": "kunde", "cause": "withdrawn"})["rows"]
    member = [row for row in rows if (row["projection"], row["id"]) == ("members", "kunde")]
    told = [(row["before"], row["after"]["body"]["status"], row["after"]["certain_to"]) for row in member]
    assert told[0][0]["certain_to"] is None
    assert [(status, ended is not None) for _, status, ended in told] == [("member", True), ("left", False)]
    assert told[1][0] is None


def test_nothing_is_recorded_and_the_same_is_accepted_afterwards(door: Door) -> None:
    door.given(service("drift"))
    simulated(door, service("nett"))
    assert door.house.ledger.head(BOOK) == 2
    door.given(service("nett"))
    assert door.types(BOOK, 2) == ["service.registered"]


def test_as_the_book_was_after_an_entry(door: Door) -> None:
    door.given(service("drift"), service("nett"))
    assert simulated(door, service("nett"), query="?entry=2")["accepted"] == 1
    assert simulated(door, service("nett"))["refused"] == 1


def test_what_stands_between_a_collaboration_and_another_form_is_said(door: Door) -> None:
    door.given(founding())
    seen = door.see("form-change-simulation?to=ko", by="auditor")
    assert [command["type"] for command in seen["commands"]] == ["charter.propose", "legal_form.change"]
    refusals = [step["refusal"] for step in seen["steps"]]
    assert [(refusal["code"], refusal["law"]) for refusal in refusals] == [
        ("charter.clause_missing", "kommuneloven § 19-4; arkivforskrifta § 8"),
        ("legal_form.charter_of_target_form_missing", "kommuneloven § 19-4"),
    ]
    assert refusals[0]["params"]["clauses"]


def test_all_the_rules_an_act_breaks_are_named_and_not_only_the_first(door: Door) -> None:
    door.given(founding(legal_form="ko", name="Prøve KO"))
    (step,) = simulated(door, {"type": "member.depart", "member_id": "nordvik", "cause": "withdrawn"})["steps"]
    assert step["refusal"]["code"] == step["refusal"]["broken"][0]
    assert len(step["refusal"]["broken"]) > 1


def test_a_departure_is_planned_from_the_book(door: Door) -> None:
    plan = [{"member_id": m, "seats": 1} for m in ("nordvik", "sorvik", "ostvik")]
    founders = [{"member_id": m, "name": m.title()} for m in ("nordvik", "sorvik", "ostvik")]
    body = {
        "type": "body.establish", "body_id": "gruppe", "name": "Gruppa", "kind": "working_committee", "seat_plan": plan,
    }  # fmt: skip
    seat = {"type": "seat.fill", "person_id": "kari", "body_id": "gruppe", "on_behalf_of": "nordvik"}
    door.given(founding(founders=founders), body, person("kari"), seat)
    seen = door.see("members/nordvik/departure-simulation", by="secretary")
    assert [command["type"] for command in seen["commands"]] == [
        "withdrawal_notice.give",
        "seat.vacate",
        "member.depart",
    ]
    assert [(step["accepted"], step["refusal"]) for step in seen["steps"]] == [(True, None)] * 3
    assert any(row["projection"] == "members" and row["id"] == "nordvik" for row in seen["rows"])
    again = simulated(door, *seen["commands"])
    assert (again["accepted"], again["rows"]) == (3, seen["rows"])
    assert door.house.ledger.head(BOOK) == 4


def test_an_office_is_given_up_as_an_office(sqlite_door: Door) -> None:
    founders = [{"member_id": m, "name": m.title()} for m in ("nordvik", "sorvik", "ostvik")]
    office = {"type": "office.establish", "office_id": "bestiller", "title": "Bestiller", "kind": "orderer"}
    office["member_id"] = "nordvik"
    seat = {"type": "seat.fill", "person_id": "kari", "office_id": "bestiller", "on_behalf_of": "nordvik"}
    sqlite_door.given(founding(founders=founders), office, person("kari"), seat)
    seen = sqlite_door.see("members/nordvik/departure-simulation", by="secretary")
    (vacated,) = [command for command in seen["commands"] if command["type"] == "seat.vacate"]
    assert (vacated["office_id"], "body_id" in vacated) == ("bestiller", False)
    assert [step["refusal"] for step in seen["steps"]] == [None] * 3


def test_a_share_is_divided_among_the_others_to_the_fraction(sqlite_door: Door) -> None:
    founders = [{"member_id": m, "name": m.title()} for m in ("nordvik", "sorvik", "ostvik")]
    owned = [{"member_id": m, "share": {"numerator": n, "denominator": 7}} for m, n in (("nordvik", 1), ("sorvik", 2))]
    rest = {"member_id": "ostvik", "share": {"numerator": 4, "denominator": 7}}
    shares = {"type": "shares.restate", "shares_version": "e1", "shares": [*owned, rest]}
    sqlite_door.given(founding(founders=founders), shares)
    seen = sqlite_door.see("members/nordvik/departure-simulation", by="auditor")
    (restated,) = [command for command in seen["commands"] if command["type"] == "shares.restate"]
    assert {s["member_id"]: (s["share"]["numerator"], s["share"]["denominator"]) for s in restated["shares"]} == {
        "nordvik": (0, 1),
        "ostvik": (2, 3),
        "sorvik": (1, 3),
    }
    assert seen["refused"] == 0


def test_one_without_a_key_that_reads_all_is_turned_away(door: Door) -> None:
    door.given(service("drift", access=SHIELD))
    assert door.send(simulation(service("nett"), by=None)).status_code == 401
    assert door.send(simulation(service("nett"), by="reader")).status_code == 403
    assert door.send(get("members/nordvik/departure-simulation")).status_code == 401


def test_what_a_hurried_user_gets_wrong(door: Door) -> None:
    door.given(service("drift"))
    wrong = door.send(simulation({"type": "service.registre"}))
    assert (wrong.status_code, wrong.json()["code"]) == (422, "invalid")
    assert door.send(get("members/ingen/departure-simulation", by="auditor")).json()["code"] == "unknown_member"
    assert door.send(get("form-change-simulation?to=aksje", by="auditor")).status_code == 422
    assert door.send(simulation(service("x"), path=SIMULATE + "?entry=99")).json()["code"] == "entry_not_yet"
    assert door.send(post(service("nett"))).status_code == 201
