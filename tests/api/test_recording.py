"""Recording over HTTP: what is accepted, what is refused, and that nothing is recorded that was refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.api.spec import BASE, BOOK, JSON, Door, customer, founding, get, person, post, raw, service

# Accepted --------------------------------------------------------------------------------


def test_a_founding_opens_a_book(door: Door) -> None:
    answer = door.given(book="another").when(post(founding())).then(201, "collaboration.founded")
    entry = answer.json()["entries"][0]
    assert (entry["number"], entry["collaboration_id"], entry["mode"]) == (1, BOOK, "decide")


def test_an_answer_says_where_the_book_has_come_to(door: Door) -> None:
    answer = (
        door.given().when(post(service("drift"), person("p-1"))).then(201, "service.registered", "person.registered")
    )
    assert answer.headers["location"] == f"{BASE}/{BOOK}/entries/2"
    assert answer.headers["ledger-position"] == "3"
    assert answer.headers["etag"] == '"3"'
    assert answer.json()["entry"] == 3
    first = door.send(get(answer.headers["location"])).json()["entry"]
    assert first == answer.json()["entries"][0]


def test_what_was_recorded_is_there_to_be_read_at_once(door: Door) -> None:
    door.given()
    for number in range(2, 12):
        answer = door.send(post(customer(f"kunde-{number}")))
        assert answer.status_code == 201
        seen = door.see("")
        assert seen["entry"] == seen["head"] == number
        assert f"kunde-{number}" in {member["id"] for member in seen["members"]}
        assert door.see("entries?limit=1000")["entries"][-1] == answer.json()["entries"][0]


def test_who_recorded_is_what_the_key_says(door: Door) -> None:
    answer = door.given().when(post(service("drift"))).then(201, "service.registered")
    assert answer.json()["entries"][0]["recorded_by"] == "secretary-1"


def test_the_tag_of_an_answer_is_what_the_next_command_insists_on(door: Door) -> None:
    first = door.given().when(post(service("drift"), if_match='"1"')).then(201, "service.registered")
    tag = first.headers["etag"]
    door.given().when(post(service("vakt"), if_match=tag)).then(201, "service.registered")
    for path in ("", "entries", "members", "history"):
        tag = door.send(get(path)).headers["etag"]
        door.given().when(post(service(f"etter-{path}x"), if_match=tag)).then(201, "service.registered")


def test_a_dry_run_shows_what_would_be_recorded(door: Door) -> None:
    dry = replace(post(service("drift"), service("vakt")), path=f"{BASE}/{BOOK}/entries?dry_run=true")
    answer = door.given().when(dry).then(200)
    assert [entry["number"] for entry in answer.json()["entries"]] == [2, 3]
    assert (answer.json()["dry_run"], answer.json()["repeated"]) == (True, False)
    assert not {"etag", "location", "ledger-position"} & set(answer.headers)


def test_a_dry_run_is_refused_as_the_command_would_be(door: Door) -> None:
    dry = replace(post(service("drift")), path=f"{BASE}/{BOOK}/entries?dry_run=true")
    door.given(service("drift")).when(dry).then_refused(409, "service.already_registered", service_id="drift")


def test_a_list_holds_as_one(door: Door) -> None:
    sent = [service(f"tjeneste-{number}") for number in range(100)]
    door.given().when(post(*sent)).then(201, *["service.registered"] * 100)


# Rejected by the rules -------------------------------------------------------------------


def test_a_list_fails_as_one_and_says_which_command_it_failed_on(door: Door) -> None:
    sent = post(service("a"), service("b"), service("c"), service("a"), service("d"))
    problem = door.given().when(sent).then_refused(409, "service.already_registered", service_id="a")
    assert problem["pointer"] == "/3"


def test_a_list_of_one_says_so_too_and_a_single_command_stands_nowhere(door: Door) -> None:
    given = door.given(service("drift"))
    assert (
        given.when(post(service("drift"), as_list=True)).then_refused(409, "service.already_registered")["pointer"]
        == "/0"
    )
    assert "pointer" not in given.when(post(service("drift"))).then_refused(409, "service.already_registered")


def test_a_rejection_names_the_rule_the_entries_and_every_language(door: Door) -> None:
    sent = post(service("drift"), accept_language="nn")
    problem = door.given(service("drift")).when(sent).then_refused(409, "service.already_registered")
    assert problem["type"] == "urn:styringsbok:rejection:service.already_registered"
    assert problem["entries"] == [2]
    assert set(problem["texts"]) == {"nb", "nn", "en"}
    assert problem["detail"] == problem["texts"]["nn"]["detail"]


def test_a_command_that_is_no_founding_opens_no_book(door: Door) -> None:
    door.given(book="another").when(post(service("drift"))).then_refused(
        404, "unknown_collaboration", collaboration=BOOK
    )


# Bad input, one by one -------------------------------------------------------------------


def test_a_number_that_overflows(door: Door) -> None:
    body = b'{"type": "member.admit", "member_id": "a", "name": "A", "seats": 9007199254740992}'
    problem = door.given().when(raw(body)).then_refused(400, "json_integer_too_large", pointer="/seats")
    assert problem["params"]["limit"] == 2**53 - 1


def test_not_a_number(door: Door) -> None:
    body = b'{"type": "member.admit", "member_id": "a", "name": "A", "seats": NaN}'
    door.given().when(raw(body)).then_refused(400, "json_not_finite", pointer="/seats")


def test_a_date_that_does_not_exist(door: Door) -> None:
    problem = door.given().when(post(service("drift", effective="2026-02-30"))).then_refused(422, "invalid", count=1)
    assert problem["errors"][0]["pointer"] == "/effective"
    assert problem["errors"][0]["code"] == "date"


def test_malformed_json(door: Door) -> None:
    door.given().when(raw(b'{"type": "member.admit",\n "name": A}')).then_refused(400, "json_syntax", line=2, column=10)


def test_an_unknown_command(door: Door) -> None:
    problem = door.given().when(post({"type": "member.admitt"})).then_refused(422, "invalid", count=1)
    assert (problem["errors"][0]["pointer"], problem["errors"][0]["code"]) == ("/type", "misspelt_type")
    assert "member.admit" in problem["errors"][0]["message"]


def test_an_unknown_field_and_a_wrong_type_are_told_of_the_chosen_command_alone(door: Door) -> None:
    sent = post(service("drift", name=7, colour="blue"))
    problem = door.given().when(sent).then_refused(422, "invalid", count=2)
    assert {(e["pointer"], e["code"]) for e in problem["errors"]} == {("/name", "kind"), ("/colour", "unknown_field")}


def test_a_fault_in_a_list_is_told_with_its_place(door: Door) -> None:
    problem = door.given().when(post(service("a"), service("b", name=""))).then_refused(422, "invalid", count=1)
    assert problem["errors"][0]["pointer"] == "/1/name"


def test_who_recorded_is_not_taken_from_a_body(door: Door) -> None:
    problem = door.given().when(post(service("drift", recorded_by="chair"))).then_refused(422, "invalid", count=1)
    assert (problem["errors"][0]["pointer"], problem["errors"][0]["code"]) == ("/recorded_by", "unknown_field")


LINES = [
    {"line_id": "inn", "name": "Tilskudd", "part": "operating", "direction": "income", "amounts": [500_000] * 4},
    {"line_id": "ut", "name": "Lønn", "part": "operating", "direction": "expense", "amounts": [512_345] * 4},
]
BUDGET: JSON = {"type": "budget.adopt", "effective": "2026-11-20", "year": 2027, "lines": LINES, "new_loans": 0}


def test_amounts_that_do_not_balance(door: Door) -> None:
    body = {"type": "body.establish", "body_id": "gruppe", "name": "Gruppa", "kind": "working_committee"}
    made = {"decision_id": "v-1", "title": "Budsjett", "kind": "resolution", "body_id": "gruppe"}
    vote = {"form": "unanimous"}
    decided = {"type": "decision.make", "effective": "2026-11-19", **made, "vote": vote}
    given = door.given({**body, "effective": "2026-01-01"}, decided)
    problem = given.when(post({**BUDGET, "decision_id": "v-1"})).then_refused(409, "budget.not_balanced")
    assert 12_345 in [abs(value) for value in problem["params"].values() if isinstance(value, int)]


def test_amounts_a_source_shows_that_do_not_balance_are_kept_as_printed_and_flagged(door: Door) -> None:
    source = {"mode": "import", "source": {"title": "Budsjett", "read_on": "2026-11-23"}}
    door.given({**BUDGET, "decision_id": "unknown", **source})
    (entry,) = door.see("entries?after=1")["entries"]
    assert "budget.not_balanced" in entry["unverified"]
    assert entry["event"]["lines"][1]["amounts"] == [512_345] * 4


def test_a_body_over_one_mebibyte(door: Door) -> None:
    door.given().when(raw(b" " * (1024 * 1024 + 1))).then_refused(413, "body_too_large", limit_bytes=1024 * 1024)


def test_more_than_a_hundred_commands(door: Door) -> None:
    sent = post(*[service(f"t-{number}") for number in range(101)])
    door.given().when(sent).then_refused(422, "command_count", count=101, most=100)


def test_a_stale_tag(door: Door) -> None:
    sent = post(service("vakt"), if_match='"1"')
    door.given(service("drift")).when(sent).then_refused(412, "stale", current=2)
    assert door.send(sent).headers["etag"] == '"2"'


@pytest.mark.parametrize("tag", ["17", "abc", '"x"', '"1', '""', '"1", "2"', "'1'"])
def test_a_tag_that_is_none_of_ours(sqlite_door: Door, tag: str) -> None:
    sqlite_door.given().when(post(service("vakt"), if_match=tag)).then_refused(422, "if_match_unreadable")


def test_a_reused_idempotency_key(door: Door) -> None:
    door.given().when(post(service("drift"), idempotency_key="k-1")).then(201, "service.registered")
    door.given().when(post(service("vakt"), idempotency_key="k-1")).then_refused(
        409, "idempotency_key_reused", key="k-1"
    )


@pytest.mark.parametrize("key", ["", "with space", "x" * 201])
def test_an_idempotency_key_of_the_wrong_form(sqlite_door: Door, key: str) -> None:
    problem = (
        sqlite_door.given().when(post(service("drift"), idempotency_key=key)).then_refused(422, "invalid", count=1)
    )
    assert problem["errors"][0]["parameter"] == "Idempotency-Key"


def test_a_repeated_key_answers_first_even_where_the_tag_has_gone_stale(door: Door) -> None:
    """The retry after a lost answer: it carries the tag of before its own entry."""
    door.given().when(post(service("drift"), idempotency_key="k-1", if_match='"1"')).then(201, "service.registered")


def test_an_entry_too_large_for_the_book(door: Door) -> None:
    evidence = [{"sha256": "0" * 64, "name": "æ" * 300}] * 20
    basis = [{"kind": "document", "ref": "ø" * 300}] * 20
    founders = [{"member_id": f"m{number}", "name": "Å" * 300} for number in range(60)]
    sent = post(founding(founders=founders, evidence=evidence, basis=basis))
    problem = door.given(book="another").when(sent).then_refused(409, "entry.too_large")
    assert problem["params"]["limit"] == 65_535
