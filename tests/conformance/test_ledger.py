"""What is recorded and read back, on each engine: identity, batches, dry run, time, modes and sealed texts."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson
import pytest

from domain.collaboration import evolve
from domain.kernel import Rejection
from ledger.application import Ledger
from ledger.entry import SCHEMA, Entry, encode, format_instant
from ledger.errors import CommandIdReused, StaleBook, UnknownCollaboration
from ledger.location import Location
from ledger.reading import Book
from tests.conformance.database import Database
from tests.ledger.support import BOOK, Clock, begin, founding, numbers, person, send, service, states
from tests.spec import command

SOURCE = {"title": "Møtebok (prøve)", "read_on": "2026-11-20"}


def envelope(ledger: Ledger, number: int) -> Entry[Any]:
    """Returns an entry that is there."""
    recorded = ledger.entry(BOOK, number)
    assert recorded is not None
    return recorded.entry


def test_what_is_recorded_is_read_back_as_it_was_answered(ledger: Ledger) -> None:
    answered = [*ledger.record(send(founding())).recorded, *ledger.record(send(service("it-drift"))).recorded]
    assert [recorded.entry.number for recorded in answered] == [1, 2]
    assert list(ledger.entries(BOOK)) == answered
    assert ledger.entry(BOOK, 2) == answered[1]
    assert ledger.entry(BOOK, 3) is None
    assert list(ledger.entries(BOOK, after=1)) == answered[1:]
    assert list(ledger.entries(BOOK, up_to=1)) == answered[:1]
    assert [encode(recorded.entry) for recorded in answered] == [recorded.state for recorded in answered]


def test_an_entry_says_who_and_when_and_how(ledger: Ledger, clock: Clock) -> None:
    begin(ledger)
    clock.turn(hours=1)
    later = clock.now
    sent = service(
        "it-drift",
        effective="2020-02-03",
        acted_by={"office": "leder"},
        evidence=[{"sha256": "a" * 64, "name": "vedtak.pdf"}],
    )
    ledger.record(send(sent, command_id="first", by="someone-else"))
    entry = envelope(ledger, 2)
    assert (entry.collaboration_id, entry.type, entry.schema_number) == (BOOK, "service.registered", SCHEMA)
    assert (entry.recorded_by, entry.command_id, entry.recorded_at) == ("someone-else", "first", later)
    assert entry.acted_by is not None
    assert entry.acted_by.office == "leder"
    assert entry.effective.is_exact
    assert entry.effective.earliest.isoformat() == "2020-02-03"
    assert [document.name for document in entry.evidence] == ["vedtak.pdf"]
    assert (entry.mode, entry.irregular, entry.unverified, entry.reason) == ("decide", (), (), None)
    assert len({recorded.entry.entry_id for recorded in ledger.entries(BOOK)}) == 2


def test_books_are_numbered_each_for_itself(ledger: Ledger) -> None:
    begin(ledger, service("it-drift"))
    begin(ledger, service("vakt"), service("arkiv"), book="andre")
    assert numbers(ledger) == [1, 2]
    assert numbers(ledger, "andre") == [1, 2, 3]
    assert ledger.heads() == {BOOK: 2, "andre": 3}
    assert ledger.head("tredje") == 0
    (first, second) = sorted(ledger.changes(0), key=lambda change: change.position)
    assert (first.collaboration_id, second.collaboration_id) == (BOOK, "andre")
    assert ledger.changes(first.position) == [second]
    assert ledger.changes(second.position) == []


# Identity --------------------------------------------------------------------------------


def test_the_same_submission_again_records_nothing_and_answers_with_the_first_entries(ledger: Ledger) -> None:
    begin(ledger)
    submission = send(service("it-drift"), service("vakt"), command_id="both")
    first = ledger.record(submission)
    ledger.record(send(service("arkiv")))
    again = ledger.record(submission)
    assert not first.repeated
    assert again.repeated
    assert again.recorded == first.recorded
    assert numbers(ledger) == [1, 2, 3, 4]


def test_the_same_submission_is_known_after_a_restart_and_however_it_is_written(location: Location) -> None:
    first = Ledger(location)
    begin(first)
    written = first.record(send(service("it-drift", mode="decide", consumers=[]), command_id="once")).recorded
    first.close()
    second = Ledger(location)
    assert second.record(send(service("it-drift"), command_id="once")).recorded == written
    assert second.record(send(service("it-drift"), command_id="once"), dry_run=True).recorded == written
    second.close()


def test_the_same_id_with_other_content_is_refused(ledger: Ledger) -> None:
    begin(ledger)
    ledger.record(send(service("it-drift"), command_id="once"))
    for other in ((service("vakt"),), (service("it-drift"), service("vakt")), (service("it-drift", statutory=True),)):
        with pytest.raises(CommandIdReused) as caught:
            ledger.record(send(*other, command_id="once"))
        assert (caught.value.command_id, caught.value.first_number) == ("once", 2)
    assert numbers(ledger) == [1, 2]


def test_an_id_is_of_its_principal_and_its_book(ledger: Ledger) -> None:
    begin(ledger)
    begin(ledger, book="andre")
    ledger.record(send(service("it-drift"), command_id="once"))
    ledger.record(send(service("vakt"), command_id="once", by="someone-else"))
    ledger.record(send(service("arkiv"), command_id="once", book="andre"))
    assert numbers(ledger) == [1, 2, 3]
    assert numbers(ledger, "andre") == [1, 2]


def test_what_already_holds_is_judged_by_the_rules_under_a_new_id(ledger: Ledger) -> None:
    begin(ledger, service("it-drift"))
    with pytest.raises(Rejection) as caught:
        ledger.record(send(service("it-drift")))
    assert caught.value.code == "service.already_registered"
    assert caught.value.entries == (2,)


def test_a_refused_submission_may_come_again_with_its_id(ledger: Ledger) -> None:
    begin(ledger)
    consumer = service("it-drift", consumers=["vestvik"])
    with pytest.raises(Rejection):
        ledger.record(send(consumer, command_id="once"))
    ledger.record(send(service("it-drift"), command_id="once"))
    assert numbers(ledger) == [1, 2]


def test_the_fingerprint_of_a_command_gives_nothing_away(ledger: Ledger, database: Database) -> None:
    begin(ledger)
    begin(ledger, book="andre")
    rows = database.rows("SELECT salt, fingerprint FROM command_identities")
    assert len({bytes(salt) for salt, _ in rows}) == len({bytes(fingerprint) for _, fingerprint in rows}) == 2


# Batches, expectations, dry run ----------------------------------------------------------


def test_a_batch_is_decided_in_order_and_recorded_whole(ledger: Ledger) -> None:
    agreement = command(
        "service_agreement.conclude",
        agreement_id="sla",
        name="Driftsavtale",
        provider={"kind": "collaboration", "id": "this"},
        customers=["nordvik"],
        services=["it-drift"],
        review_months=12,
        basis=[{"kind": "resolution", "ref": "prøve"}],
    )
    receipt = ledger.record(send(founding(), service("it-drift"), agreement))
    assert [recorded.entry.number for recorded in receipt.recorded] == [1, 2, 3]
    assert len({recorded.entry.command_id for recorded in receipt.recorded}) == 1
    assert len({recorded.entry.recorded_at for recorded in receipt.recorded}) == 3


def test_a_batch_with_one_refusal_records_nothing(ledger: Ledger, database: Database) -> None:
    begin(ledger)
    before = database.everything()
    with pytest.raises(Rejection) as caught:
        ledger.record(send(service("it-drift"), person("p1"), service("it-drift")))
    assert caught.value.code == "service.already_registered"
    assert database.everything() == before
    ledger.record(send(service("it-drift")))
    assert numbers(ledger) == [1, 2]


def test_a_stale_expectation_is_refused_with_where_the_book_is(ledger: Ledger) -> None:
    begin(ledger, service("it-drift"))
    with pytest.raises(StaleBook) as caught:
        ledger.record(send(service("vakt"), expected=1))
    assert (caught.value.expected, caught.value.current) == (1, 2)
    ledger.record(send(service("vakt"), expected=2))
    assert numbers(ledger) == [1, 2, 3]


def test_a_repetition_is_answered_though_its_expectation_is_stale_by_now(ledger: Ledger) -> None:
    begin(ledger)
    submission = send(service("it-drift"), expected=1)
    assert ledger.record(submission).recorded == ledger.record(submission).recorded


def test_a_book_begins_with_its_founding(ledger: Ledger, database: Database) -> None:
    with pytest.raises(UnknownCollaboration, match="'ukjent'"):
        ledger.record(send(service("it-drift"), book="ukjent"))
    assert list(ledger.entries("ukjent")) == []
    assert database.everything()["stored_events"] == []


def test_a_dry_run_decides_and_records_nothing(ledger: Ledger, database: Database) -> None:
    seen: list[object] = []
    begin(ledger)
    ledger.listeners.append(seen.append)
    before = database.everything()
    receipt = ledger.record(send(service("it-drift"), person("p1")), dry_run=True)
    assert [recorded.entry.type for recorded in receipt.recorded] == ["service.registered", "person.registered"]
    with pytest.raises(Rejection):
        ledger.record(send(service("it-drift"), service("it-drift")), dry_run=True)
    assert database.everything() == before
    assert seen == []
    assert ledger.book(BOOK).number == 1


# Time ------------------------------------------------------------------------------------


def test_the_time_of_recording_never_goes_back(ledger: Ledger, clock: Clock) -> None:
    begin(ledger)
    clock.turn(hours=-3)
    ledger.record(send(service("it-drift"), service("vakt")))
    clock.turn(days=1)
    ledger.record(send(service("arkiv")))
    times = [recorded.entry.recorded_at for recorded in ledger.entries(BOOK)]
    assert times == sorted(set(times))
    assert times[1] == times[0] + timedelta(microseconds=1)
    assert times[3] == clock.now


def test_the_time_of_recording_never_goes_back_after_a_restart(location: Location, clock: Clock) -> None:
    for turned in (0.0, -5.0):
        clock.turn(hours=turned)
        ledger = Ledger(location, clock=clock)
        ledger.record(send(founding() if turned == 0 else service("it-drift")))
        ledger.close()
    ledger = Ledger(location, read_only=True)
    first, second = (recorded.entry.recorded_at for recorded in ledger.entries(BOOK))
    ledger.close()
    assert second > first


def test_instants_are_written_alike_to_the_microsecond(ledger: Ledger, clock: Clock) -> None:
    begin(ledger)
    record = orjson.loads(states(ledger)[0])
    assert record["recorded_at"] == format_instant(clock.now) == "2026-11-24T08:00:00.000000Z"


# Modes -----------------------------------------------------------------------------------

BROKEN = {"body_id": "styret", "name": "Styret", "kind": "board", "effective": "2021-01-01"}
"""A board, which an informal collaboration cannot have."""


def test_decide_refuses_what_breaks_a_rule(ledger: Ledger) -> None:
    begin(ledger)
    with pytest.raises(Rejection) as caught:
        ledger.record(send(command("body.establish", **BROKEN)))
    assert caught.value.code == "body.kind_not_in_legal_form"


def test_record_keeps_an_act_that_broke_a_rule_without_effect_and_with_its_sealed_reason(ledger: Ledger) -> None:
    begin(ledger)
    why = "Styret ble valgt i møtet (prøve)."
    ledger.record(send(command("body.establish", **BROKEN, mode="record", reason=why)))
    entry = envelope(ledger, 2)
    assert (entry.mode, entry.irregular) == ("record", ("body.kind_not_in_legal_form",))
    assert not entry.fact(b"").regular
    assert entry.reason is not None
    assert ledger.texts(BOOK, [entry.reason.commitment]) == {entry.reason.commitment: why}
    after, before = ledger.book(BOOK).state, ledger.book(BOOK, number=1).state
    assert list(after.irregular.by_entry) == [2]
    assert replace(after, irregular=before.irregular) == before


def test_record_without_a_broken_rule_has_effect_and_keeps_no_reason(ledger: Ledger, database: Database) -> None:
    begin(ledger)
    ledger.record(send(service("it-drift", mode="record", reason="Ført fra papir (prøve).")))
    entry = envelope(ledger, 2)
    assert (entry.mode, entry.irregular, entry.reason) == ("record", (), None)
    assert "it-drift" in ledger.book(BOOK).state.agreements.services
    assert database.everything()["sealed_texts"] == []


def test_import_keeps_what_rests_on_the_unknown_with_effect_and_with_its_codes(ledger: Ledger) -> None:
    begin(ledger)
    agreement = {
        "agreement_id": "sla",
        "name": "Driftsavtale",
        "provider": {"kind": "collaboration", "id": "this"},
        "customers": ["nordvik"],
    }
    with pytest.raises(Rejection):
        ledger.record(send(command("service_agreement.conclude", **agreement)))
    effective = {"earliest": "2021-01-01", "text": "en gang på nyåret"}
    ledger.record(
        send(command("service_agreement.conclude", **agreement, mode="import", source=SOURCE, effective=effective))
    )
    entry = envelope(ledger, 2)
    assert entry.mode == "import"
    assert entry.unverified == ("agreement.review_interval_missing", "agreement.basis_missing")
    assert entry.irregular == ()
    assert entry.source is not None
    assert entry.effective.latest == entry.source.read_on
    assert entry.effective.text == "en gang på nyåret"
    assert "sla" in ledger.book(BOOK).state.agreements.agreements


# Sealed texts ----------------------------------------------------------------------------


def test_a_sealed_text_is_readable_and_its_entry_holds_only_the_commitment(ledger: Ledger, database: Database) -> None:
    name = "Kari Prøvesen Æøå"
    begin(ledger, person("p1", name=name), person("p2", name=name))
    first, second = (envelope(ledger, number).event.name.commitment for number in (2, 3))
    assert ledger.texts(BOOK, [first, second, "f" * 64]) == {first: name, second: name}
    assert first != second
    assert ledger.texts("andre", [first]) == {}
    assert not any(name.encode() in state for state in states(ledger))
    ((salt, text),) = database.rows(f"SELECT salt, text FROM sealed_texts WHERE commitment = '{first}'")
    assert hashlib.sha256(bytes(salt) + str(text).encode()).hexdigest() == first


def test_a_text_knows_the_entry_it_stands_for(ledger: Ledger, database: Database) -> None:
    begin(ledger)
    ledger.record(send(person("p1", name="En"), service("it-drift"), person("p2", name="To")))
    assert sorted(database.rows("SELECT number, text FROM sealed_texts")) == [(2, "En"), (4, "To")]


# Folding ---------------------------------------------------------------------------------


def test_a_book_folds_to_any_entry_and_its_steps_lead_there(ledger: Ledger) -> None:
    begin(ledger, service("it-drift"), service("vakt"))
    for number in range(4):
        book = ledger.book(BOOK, number=number)
        assert book.number == number
        assert len(book.state.agreements.services) == max(0, number - 1)
        (*_, last) = [None, *ledger.steps(book)]
        assert (book.state if last is None else last.after) == ledger.book(BOOK).state
    folded = Book(BOOK)
    for step in ledger.steps(Book(BOOK)):
        assert step.after == evolve(folded.state, step.fact)
        folded = Book(BOOK, step.fact.number, step.recorded.entry.recorded_at, step.after)
    assert folded == ledger.book(BOOK)


def test_a_long_book_is_read_in_pages(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    begin(ledger, *(service(f"s{number}") for number in range(6)))
    whole = list(ledger.entries(BOOK))
    for size in (1, 2, 3, 7, 8):
        monkeypatch.setattr("ledger.application.PAGE_ENTRIES", size)
        assert list(ledger.entries(BOOK)) == whole
        assert list(ledger.entries(BOOK, 2, 5)) == whole[2:5]
