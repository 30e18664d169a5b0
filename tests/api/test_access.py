"""Who may do what: every role, action, book and class of access; keys; and what is withheld of a shielded entry."""

from __future__ import annotations

import hashlib
import json
from itertools import product
from typing import get_args

import pytest

from api.access import ANONYMOUS, AccessClass, Action, Principal, allow
from api.answers import EntryAnswer, EntryList, Overview
from ledger import keys
from ledger.keys import ROLES, Role
from tests.api.spec import BASE, BOOK, SHIELD, Door, customer, founding, get, person, post, service

# The matrix ------------------------------------------------------------------------------

ACTIONS: tuple[Action, ...] = get_args(Action)
CLASSES: tuple[AccessClass, ...] = get_args(AccessClass)
KEYS: dict[str, frozenset[str] | None] = {"own": frozenset({BOOK, "more"}), "other": frozenset({"more"}), "all": None}
"""What a key opens, seen from the book that is asked about."""

MAY = frozenset(
    {
        *((role, "read", key, "public") for role in (*ROLES, "anonymous", "no-such-role") for key in KEYS),
        *((role, "read", key, "shielded") for role in ("secretary", "auditor") for key in ("own", "all")),
        *(("secretary", "record", key, access) for key in ("own", "all") for access in CLASSES),
    }
)
"""All that is allowed, by role, action, book and class of access."""


@pytest.mark.parametrize("role", [*ROLES, "anonymous", "no-such-role"])
def test_what_is_not_allowed_is_denied(role: str) -> None:
    for action, key, access in product(ACTIONS, KEYS, CLASSES):
        found = allow(Principal("someone", role, KEYS[key]), action, BOOK, access)
        assert found == ((role, action, key, access) in MAY), (action, key, access)


def test_nobody_may_record_without_a_key() -> None:
    assert ANONYMOUS.is_anonymous
    assert not any(allow(ANONYMOUS, "record", BOOK, access) for access in CLASSES)
    assert not allow(ANONYMOUS, "read", BOOK, "shielded")


@pytest.mark.parametrize("role", [*ROLES, None])
@pytest.mark.parametrize("shielded", [False, True])
def test_the_door_records_for_those_who_may(door: Door, role: Role | None, shielded: bool) -> None:
    sent = post(service("drift", **({"access": SHIELD} if shielded else {})), by=role)
    when = door.given().when(sent)
    if role == "secretary":
        when.then(201, "service.registered")
    elif role is None:
        when.then_refused(401, "not_authenticated")
    else:
        when.then_refused(403, "not_allowed", role=role, collaboration=BOOK)


def test_a_key_records_in_its_own_books_and_no_other(door: Door) -> None:
    door.given()
    bearer = f"Bearer {door.key('secretary', 'more,others')}"
    sent = post(service("drift"), by=None, authorization=bearer)
    door.given().when(sent).then_refused(403, "not_allowed", role="secretary", collaboration=BOOK)
    door.given().when(post(founding(), book="more", by=None, authorization=bearer)).then(201, "collaboration.founded")


def test_who_may_not_record_is_told_so_before_the_body_is_read(door: Door) -> None:
    for body in (b"", b"{", b"[1]"):
        answer = door.client.post(f"{BASE}/{BOOK}/entries", content=body, headers={"content-type": "application/json"})
        assert answer.status_code == 401, body
        assert answer.headers["www-authenticate"] == 'Bearer realm="styringsbok"'


def test_one_key_has_its_own_command_ids(door: Door) -> None:
    """Two secretaries may come upon the same Idempotency-Key; each gets what is his."""
    door.given().when(post(service("drift"), idempotency_key="1")).then(201, "service.registered")
    other = keys.create(door.house.ledger, "secretary-2", "secretary")
    sent = post(service("vakt"), by=None, idempotency_key="1", authorization=f"Bearer {other}")
    answer = door.given().when(sent).then(201, "service.registered")
    assert answer.json()["entries"][0]["recorded_by"] == "secretary-2"


# Keys ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer sbk_nonsense",
        "Bearer nonsense",
        "Basic c2VjcmV0OnNlY3JldA==",
        "\xe6\xf8\xe5",
        "Bearer \xff",
    ],
)
@pytest.mark.parametrize("path", [f"{BASE}/{BOOK}", "/api/v1/commands", "/healthz"])
def test_a_key_that_is_not_known_opens_nothing(sqlite_door: Door, header: str, path: str) -> None:
    answer = sqlite_door.client.get(path, headers={b"authorization": header.encode("latin-1")})
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")


def test_a_revoked_key_opens_nothing_from_then_on(door: Door) -> None:
    door.given()
    secret = door.key("secretary")
    door.given().when(post(service("drift"))).then(201, "service.registered")
    keys.revoke(door.house.ledger, hashlib.sha256(secret.encode()).hexdigest()[:12])
    door.secrets[("auditor", keys.ALL_BOOKS)] = secret
    answer = door.send(post(service("vakt")))
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    assert door.send(get("", by="secretary")).status_code == 401
    assert door.types(BOOK)[-1] == "service.registered"
    assert len(door.types(BOOK)) == 2


def test_no_answer_and_no_row_holds_a_key(door: Door) -> None:
    door.given()
    secret = door.key("secretary")
    refused = door.send(post({"type": "no.such"}))
    assert secret not in refused.text + str(refused.headers)
    kept = door.house.ledger.query("SELECT * FROM api_keys")
    assert secret.encode() not in b"".join(bytes(row[0]) for row in kept) + repr(kept).encode()


# What is shielded ------------------------------------------------------------------------

SECRET = "Hemmeleg Namnesen"


@pytest.fixture
def shielded(door: Door) -> Door:
    """A book whose entries 3 and 4, a customer and a person, are shielded."""
    door.given(service("drift"), customer("loynd-kunde", access=SHIELD), person("p-1", SECRET, access=SHIELD))
    door.given(service("vakt"))
    return door


OUTSIDE: tuple[Role | None, ...] = (None, "reader", "administrator")
INSIDE: tuple[Role, ...] = ("secretary", "auditor")
READS = ("", "entries", "entries/3", "entries/4", "members", "history", "minute-book", "history?subject=person:p-1")


@pytest.mark.parametrize("role", OUTSIDE)
def test_no_read_gives_away_what_is_shielded(shielded: Door, role: Role | None) -> None:
    for path in READS:
        answer = shielded.send(get(path, by=role))
        assert answer.status_code == 200, path
        content = answer.text.replace(shielded.house.ledger.location.name, "")
        assert not any(word in content for word in ("loynd", "Loynd", "Hemmeleg")), path
        assert '"texts":{}' in content or path in ("members", ""), path
    listed = shielded.see(BASE, by=role)["collaborations"]
    assert [one["members"] for one in listed] == [2]


@pytest.mark.parametrize("role", OUTSIDE)
def test_a_shielded_entry_stands_withheld_in_its_place(shielded: Door, role: Role | None) -> None:
    answer = shielded.send(get("entries", by=role))
    listed = EntryList.model_validate_json(answer.content)
    assert [getattr(entry, "withheld", False) for entry in listed.entries] == [False, False, True, True, False]
    assert listed.withheld == 2
    third = shielded.send(get("entries/3", by=role))
    assert third.json()["entry"] == answer.json()["entries"][2]
    assert set(third.json()["entry"]) == {
        "schema", "type", "collaboration_id", "number", "recorded_at", "mode", "access", "rulebook_version", "withheld",
    }  # fmt: skip
    assert third.json()["entry"]["access"]["legal_basis"] == SHIELD["legal_basis"]
    EntryAnswer.model_validate_json(third.content)


@pytest.mark.parametrize("role", OUTSIDE)
def test_shielded_rows_are_absent_and_counted(shielded: Door, role: Role | None) -> None:
    seen = shielded.see("", by=role)
    Overview.model_validate_json(json.dumps(seen))
    assert (len(seen["members"]), seen["withheld"]) == (2, 1)
    for path, rows, withheld in (("members", 2, 1), ("minute-book", 3, 2), ("services", 2, 0), ("tenures", 0, 0)):
        page = shielded.see(path, by=role)
        assert (len(page["rows"]), page["withheld"]) == (rows, withheld), path
    before = shielded.see("members?entry=2", by=role)
    assert (len(before["rows"]), before["withheld"]) == (2, 0)


@pytest.mark.parametrize("role", OUTSIDE)
def test_the_count_of_a_history_says_nothing_of_its_subject(shielded: Door, role: Role | None) -> None:
    counts = {
        shielded.see(f"history{query}", by=role)["withheld"]
        for query in ("", "?subject=person:p-1", "?subject=person:nobody")
    }
    assert len(counts) == 1
    assert shielded.see("history?subject=person:p-1", by=role)["rows"] == []


def test_what_a_shielded_entry_only_names_stays_as_everyone_could_see_it(door: Door) -> None:
    group = {"type": "body.establish", "body_id": "gruppe", "name": "Gruppe", "kind": "advisory_group"}
    seat = {"type": "seat.fill", "person_id": "p-1", "body_id": "gruppe", "access": SHIELD}
    door.given(group, person("p-1"), seat)
    assert [body["id"] for body in door.see("bodies")["rows"]] == ["gruppe"]
    assert (door.see("tenures")["rows"], door.see("tenures")["withheld"]) == ([], 1)
    gone = {"type": "body.dissolve", "body_id": "gruppe", "access": SHIELD}
    door.given(gone)
    ever = door.see("bodies?effective_on=all")
    assert (ever["rows"], ever["withheld"]) == ([], 1)


@pytest.mark.parametrize("role", INSIDE)
def test_those_who_may_see_what_is_shielded(shielded: Door, role: Role) -> None:
    seen = shielded.see("", by=role)
    assert "loynd-kunde" in {member["id"] for member in seen["members"]}
    assert seen["withheld"] == shielded.see("members", by=role)["withheld"] == 0
    assert [row["number"] for row in shielded.see("history?subject=person:p-1", by=role)["rows"]] == [4]
    listed = shielded.see("entries", by=role)
    assert (listed["withheld"], list(listed["texts"].values())) == (0, [SECRET])
    assert shielded.see("entries/4", by=role)["texts"] == listed["texts"]
    assert shielded.send(get("entries/4", by=role)).headers["cache-control"] == "private, no-cache"


@pytest.mark.parametrize("role", INSIDE)
def test_a_key_for_other_books_sees_no_more_than_anyone(shielded: Door, role: Role) -> None:
    bearer = f"Bearer {shielded.key(role, 'more')}"
    for path in READS:
        anyone, other = shielded.send(get(path)), shielded.send(get(path, authorization=bearer))
        assert (other.content, other.headers["etag"]) == (anyone.content, anyone.headers["etag"]), path


def test_the_hash_of_a_withheld_entry_is_that_of_its_stored_bytes(shielded: Door) -> None:
    stored = list(shielded.house.ledger.entries(BOOK))[2].state
    assert shielded.see("entries/3")["sha256"] == hashlib.sha256(stored).hexdigest()
    assert shielded.see("entries/3", by="auditor")["sha256"] == hashlib.sha256(stored).hexdigest()


def test_the_answer_to_who_recorded_it_shows_it_whole(door: Door) -> None:
    answer = door.given().when(post(customer("loynd", access=SHIELD))).then(201, "member.admitted")
    assert answer.json()["entries"][0]["event"]["member_id"] == "loynd"
