"""Every stored verdict decided again: one that is as the rules give it is not named, any other is, with its entry."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest

from domain.collaboration import COMMANDS, EVENTS, decide
from domain.kernel import Context, Decision
from ledger.application import Ledger
from ledger.entry import AnyEntry, encode
from ledger.location import SQLiteLocation
from ledger.mapper import read_record, stored_row
from ledger.reading import Recorded
from ledger.rebuilding import COMMAND_OF, done
from ledger.recheck import RULEBOOKS, Difference, recheck_book, recheck_books
from tests.ledger.support import BOOK, Clock, founding, person, send, service
from tests.properties.histories import tell

HISTORIES = 20
HISTORIES_MAX = 2_000
Wanted = Callable[[AnyEntry], bool]


def differences(ledger: Ledger, book: str) -> list[Difference]:
    """Returns what is found in a book."""
    return [found for found in recheck_book(ledger, book) if isinstance(found, Difference)]


# Books that say something else -----------------------------------------------------------


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """Books of all kinds of history, none of them touched."""
    ledger = Ledger(SQLiteLocation(tmp_path_factory.mktemp("told") / "book.db"))
    for seed in range(HISTORIES):
        tell(ledger, f"b-{seed}", seed, 50)
    yield ledger
    ledger.close()


def found(told: Ledger, wanted: Wanted) -> AnyEntry:
    """Returns the first entry of that kind in any of the books, and tells more of them until there is one."""
    for seed in range(HISTORIES_MAX):
        if not told.head(f"b-{seed}"):
            tell(told, f"b-{seed}", seed, 50)
        for recorded in told.entries(f"b-{seed}"):
            if wanted(recorded.entry):
                return recorded.entry
    raise AssertionError("no history has such an entry")


def with_event(entry: AnyEntry, **fields: Any) -> AnyEntry:
    """Returns an entry whose event says something else."""
    return entry.model_copy(update={"event": entry.event.model_copy(update=fields)})


def forged(told: Ledger, ledger: Ledger, changed: AnyEntry) -> list[Difference]:
    """Writes a book up to an entry with that entry changed, past all rules, and returns what is found in it."""
    kept = list(told.entries(changed.collaboration_id, 0, changed.number - 1))
    assert differences(told, changed.collaboration_id) == []
    rows = [stored_row(recorded) for recorded in (*kept, Recorded(changed, encode(changed)))]
    ledger.recorder.insert_events(rows)
    return differences(ledger, changed.collaboration_id)


def one(differences: list[Difference], entry: AnyEntry) -> Difference:
    """Returns the only difference, which names its entry."""
    (difference,) = differences
    named = (difference.collaboration, difference.entry, difference.type)
    assert named == (entry.collaboration_id, entry.number, entry.type)
    return difference


def test_an_irregular_code_taken_away_is_found(told: Ledger, ledger: Ledger) -> None:
    entry = found(told, lambda entry: len(entry.irregular) == 1)
    difference = one(forged(told, ledger, entry.model_copy(update={"irregular": ()})), entry)
    assert difference.kind == "irregular_differs"
    assert (difference.stored, difference.recomputed) == ([], list(entry.irregular))


def test_an_irregular_code_put_in_is_found(told: Ledger, ledger: Ledger) -> None:
    entry = found(told, lambda entry: entry.mode == "record" and not entry.irregular)
    difference = one(forged(told, ledger, entry.model_copy(update={"irregular": ("seat.no_seat_left",)})), entry)
    assert (difference.kind, difference.recomputed) == ("irregular_differs", [])


def test_an_unverified_code_taken_away_is_found(told: Ledger, ledger: Ledger) -> None:
    entry = found(told, lambda entry: bool(entry.unverified))
    difference = one(forged(told, ledger, entry.model_copy(update={"unverified": ()})), entry)
    assert difference.kind == "unverified_differs"
    assert (difference.stored, difference.recomputed) == ([], list(entry.unverified))


def test_an_irregular_act_made_a_decision_is_found_with_the_rule_it_breaks(told: Ledger, ledger: Ledger) -> None:
    entry = found(told, lambda entry: bool(entry.irregular))
    decided = {"irregular": (), "mode": "decide", "reason": None}
    difference = one(forged(told, ledger, entry.model_copy(update=decided)), entry)
    assert (difference.kind, difference.code) == ("refused_now", entry.irregular[0])
    assert set(difference.recomputed) == {"entries", "params"}


def test_a_cascade_made_shorter_is_found(told: Ledger, ledger: Ledger) -> None:
    entry = found(told, lambda entry: entry.type == "authority.revoked" and bool(entry.event.cascade))
    difference = one(forged(told, ledger, with_event(entry, cascade=entry.event.cascade[1:])), entry)
    assert (difference.kind, difference.fields) == ("content_differs", ("cascade",))
    assert difference.recomputed == {"cascade": list(entry.event.cascade)}


def test_resolutions_a_charter_rests_on_taken_away_are_found(told: Ledger, ledger: Ledger) -> None:
    entry = found(told, lambda entry: entry.type == "charter.entered_into_force" and bool(entry.event.ratified_by))
    difference = one(forged(told, ledger, with_event(entry, ratified_by=())), entry)
    assert (difference.kind, difference.fields, difference.stored) == (
        "content_differs",
        ("ratified_by",),
        {"ratified_by": []},
    )


def test_an_act_that_was_never_possible_is_found(told: Ledger, ledger: Ledger) -> None:
    entry = found(told, lambda entry: entry.type == "person.registered" and not entry.irregular)
    again = entry.model_copy(update={"number": entry.number + 1, "command_id": "again", "entry_id": "0" * 32})
    kept = list(told.entries(entry.collaboration_id, 0, entry.number))
    ledger.recorder.insert_events([stored_row(recorded) for recorded in (*kept, Recorded(again, encode(again)))])
    difference = one(differences(ledger, entry.collaboration_id), again)
    assert (difference.kind, difference.recomputed["entries"]) == ("refused_now", [entry.number])


def test_rules_this_version_does_not_hold_are_named_and_not_guessed(told: Ledger, ledger: Ledger) -> None:
    entry = found(told, lambda entry: entry.number == 3)
    difference = one(forged(told, ledger, entry.model_copy(update={"rulebook_version": "nb-1992"})), entry)
    assert (difference.kind, difference.stored) == ("rulebook_unknown", "nb-1992")
    assert difference.recomputed == sorted(RULEBOOKS)


def test_a_damaged_entry_ends_its_book_and_no_other(told: Ledger, ledger: Ledger) -> None:
    entry = found(told, lambda entry: entry.number == 3)
    rows = [stored_row(recorded) for recorded in told.entries(entry.collaboration_id, 0, 5)]
    rows[2] = type(rows[2])(entry.collaboration_id, 3, "person.registered", b"{}")
    ledger.recorder.insert_events(rows)
    ledger.record(send(founding()))
    said = list(recheck_books(ledger, [entry.collaboration_id, BOOK], lambda _: None))
    assert [(one.entry, one.kind) if isinstance(one, Difference) else one for one in said] == [(3, "damaged"), 2, 1]


# Books that are as the rules give them ---------------------------------------------------


def test_nothing_is_found_in_books_nobody_touched(told: Ledger) -> None:
    heads = told.heads()
    assert list(recheck_books(told, sorted(heads), lambda _: None)) == [heads[book] for book in sorted(heads)]


def test_progress_counts_over_all_books(told: Ledger) -> None:
    heads, seen = told.heads(), list[int]()
    list(recheck_books(told, sorted(heads), seen.append))
    assert seen == list(range(1, sum(heads.values()) + 1))


def test_a_rough_date_and_one_that_was_worked_out_are_decided_as_they_were(ledger: Ledger) -> None:
    ledger.clock = Clock()
    ledger.record(send(founding()))
    source = {"title": "Avis (prøve)", "read_on": "2024-05-02"}
    dates = ({"earliest": "2021-01-01"}, {"earliest": "2021-02-01", "latest": "2021-02-01", "derived": True})
    for number, effective in enumerate(dates):
        sent = service(f"teneste-{number}", mode="import", source=source, effective=effective)
        ledger.record(send(sent))
    assert differences(ledger, BOOK) == []


def test_an_act_is_decided_on_the_day_it_was_recorded_even_where_the_clock_went_back(ledger: Ledger) -> None:
    clock = Clock()
    ledger.clock = clock
    ledger.record(send(founding()))
    clock.turn(days=-2)
    ledger.record(send(service("it-drift")))
    (entry,) = (recorded.entry for recorded in ledger.entries(BOOK, 1))
    assert entry.effective.latest.isoformat() == "2026-11-24"
    assert differences(ledger, BOOK) == []


def test_several_commands_of_one_submission_are_each_decided_on_what_came_before(ledger: Ledger) -> None:
    ledger.record(send(founding(), person("person-1"), person("person-2"), service("it-drift")))
    assert list(recheck_book(ledger, BOOK)) == [1, 2, 3, 4]


def test_what_an_older_schema_did_not_write_cannot_differ(told: Ledger, ledger: Ledger) -> None:
    """A field that came later is worked out now, and its default then."""
    entry = found(told, lambda entry: entry.type == "authority.revoked" and bool(entry.event.cascade))
    record = orjson.loads(encode(entry)) | {"schema": 1}
    kept = list(told.entries(entry.collaboration_id, 0, entry.number - 1))

    def older(event: dict[str, Any]) -> Recorded:
        state = orjson.dumps(record | {"event": event}, option=orjson.OPT_SORT_KEYS)
        return Recorded(read_record(state), state)

    unwritten = {name: value for name, value in record["event"].items() if name != "cascade"}
    ledger.recorder.insert_events([stored_row(recorded) for recorded in (*kept, older(unwritten))])
    assert differences(ledger, entry.collaboration_id) == []


# Rules that lead elsewhere ---------------------------------------------------------------


def rules(monkeypatch: pytest.MonkeyPatch, change: Callable[[Decision], Decision]) -> None:
    """Lets the stamped rulebook decide something else than it did when the book was written."""

    def other(sent: Any, state: Any, context: Context) -> Decision:
        return change(decide(sent, state, context))

    for version in RULEBOOKS:
        monkeypatch.setitem(RULEBOOKS, version, other)


def test_more_entries_than_are_stored_are_missed(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger.record(send(founding()))
    ledger.record(send(person("person-1")))
    rules(monkeypatch, lambda decision: Decision(decision.events * 2, decision.ruling))
    said = [(one.entry, one.kind, one.stored, one.recomputed) for one in differences(ledger, BOOK)]
    assert said == [
        (1, "accepted_differently", [], ["collaboration.founded"]),
        (2, "accepted_differently", [], ["person.registered"]),
    ]


def test_entries_of_one_command_are_compared_together(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger.record(send(founding(), person("person-1")))

    def both(decision: Decision) -> Decision:
        return Decision((*decision.events, registered), decision.ruling)

    (_, recorded) = ledger.entries(BOOK)
    registered = recorded.entry.event
    rules(monkeypatch, both)
    assert [(one.entry, one.recomputed) for one in differences(ledger, BOOK)] == []
    rules(monkeypatch, lambda decision: Decision((*decision.events, registered, registered), decision.ruling))
    assert [(one.entry, one.recomputed) for one in differences(ledger, BOOK)] == [(2, ["person.registered"])]


def test_an_entry_of_another_kind_is_found(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger.record(send(founding()))
    ledger.record(send(person("person-1")))
    (founded, registered) = (recorded.entry.event for recorded in ledger.entries(BOOK))
    swapped = {founded: registered, registered: founded}
    rules(monkeypatch, lambda decision: Decision((swapped.get(decision.events[0], founded),), decision.ruling))
    said = [(one.entry, one.kind, one.stored) for one in differences(ledger, BOOK)]
    assert said == [
        (1, "accepted_differently", "collaboration.founded"),
        (2, "accepted_differently", "person.registered"),
    ]


# From an entry to its command ------------------------------------------------------------


def test_every_command_leads_to_an_event_of_its_name() -> None:
    assert set(COMMAND_OF.values()) == set(COMMANDS)
    assert set(COMMAND_OF) <= set(EVENTS)


@pytest.mark.parametrize(
    ("verb", "past"),
    [
        ("admit", "admitted"),
        ("revise", "revised"),
        ("notify", "notified"),
        ("adopt", "adopted"),
        ("give", "given"),
        ("enter_into_force", "entered_into_force"),
    ],
)
def test_names_come_in_threes(verb: str, past: str) -> None:
    assert past in done(verb)


def test_what_only_follows_from_another_command_is_not_rebuilt(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger.record(send(founding()))
    monkeypatch.setattr("ledger.rebuilding.COMMAND_OF", {})
    (difference,) = differences(ledger, BOOK)
    assert (difference.kind, difference.recomputed) == (
        "not_rebuilt",
        "no command leads to collaboration.founded by itself",
    )


def test_a_command_that_could_not_be_sent_today_is_said_to_be_none(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.record(send(founding(), service("it-drift")))
    monkeypatch.setitem(COMMAND_OF, "service.registered", "person.register")
    (difference,) = differences(ledger, BOOK)
    assert (difference.entry, difference.kind) == (2, "not_rebuilt")
    assert "person_id" in difference.recomputed
