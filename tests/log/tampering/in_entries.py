"""Kinds of tampering with the entries themselves, by whoever can write the database file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.log.tampering.hand import (
    Hand,
    Kind,
    as_python_writes,
    by,
    decomposed,
    inserted,
    renamed,
    replaced,
    swapped,
    without,
)
from tests.log.tampering.installation import AKER, BIRK, NOW

FILE = "the file"
DERIVED = "the file, and care"
"""The care to work out anew all that the program keeps beside the entries."""
ENTRY = 42
"""The one that is tampered with where any would do: before the auditor's last visit."""
CONTACT = 4
"""The entry that is shielded."""
SHIELDED = '"legal_basis":"offentleglova § 13","level":"shielded"'.encode()


def _bytes(name: str, change: Callable[[bytes], bytes | str], number: int = ENTRY) -> Kind:
    return Kind(name, FILE, by(lambda hand: hand.bytes_of(AKER, number, change)))


IN_THE_BYTES = (
    _bytes("the last byte of an entry cut off", lambda state: state[:-1]),
    _bytes("one bit of an entry flipped", replaced(b"Brannvern", b"Crannvern")),
    _bytes("an entry stored as text and no longer as bytes", lambda state: state.decode()),
    _bytes("a space put into an entry", replaced(b",", b", ")),
    _bytes("the fields of an entry in another order", as_python_writes),
    _bytes("a letter written as an escape", replaced(b"Brann", b"\\u0042rann")),
    _bytes("a letter written as two characters that look like it", decomposed),
    _bytes("a letter exchanged for one of another alphabet that looks the same", replaced(b"ann", "аnn".encode())),
    _bytes("a whole number written as a decimal", replaced(b'"schema":2', b'"schema":2.0')),
    _bytes("a field written twice", replaced(b'"mode":"decide"', b'"mode":"decide","mode":"decide"')),
    _bytes("a field added that no entry has", replaced(b'"schema":2', b'"schema":2,"secret":1')),
    _bytes("an entry made to say another number", replaced(b'"number":42', b'"number":43')),
    _bytes("an entry made to say another book", replaced(b'"collaboration_id":"aker"', b'"collaboration_id":"birk"')),
    _bytes("an entry made to look newer than the program", replaced(b'"schema":2', b'"schema":9')),
    _bytes("another said to have recorded an entry", replaced(b"secretary-1", b"secretary-2")),
    _bytes("an entry backdated to before the one before it", replaced(b'"recorded_at":"2026', b'"recorded_at":"2025')),
    _bytes("the day an act holds from changed", replaced(b'"latest":"2026-11-24"', b'"latest":"2026-11-25"')),
    _bytes("a decision made to look like imported history", replaced(b'"mode":"decide"', b'"mode":"import"')),
    _bytes("an entry's shielding lifted", replaced(SHIELDED, b'"legal_basis":null,"level":"public"'), CONTACT),
    _bytes("a member's votes changed in the founding", replaced(b'"votes":"unknown"', b'"votes":9'), 1),
    _bytes("an entry made to correct another", replaced(b'"effective"', b'"corrects":41,"effective"')),
)


def _row(name: str, set_: str, number: int = ENTRY) -> Kind:
    where = f"WHERE originator_id = '{AKER}' AND originator_version = {number}"
    return Kind(name, FILE, by(lambda hand: hand.run(f"UPDATE stored_events SET {set_} {where}")))


def _swap_rows(hand: Hand) -> None:
    for was, becomes in ((ENTRY, -1), (ENTRY + 1, ENTRY), (-1, ENTRY + 1)):
        update = "UPDATE stored_events SET originator_version = ? WHERE originator_id = ? AND originator_version = ?"
        hand.run(update, becomes, AKER, was)


def _delete(*numbers: int) -> Callable[[Hand], None]:
    def does(hand: Hand) -> None:
        for number in numbers:
            where = "WHERE originator_id = ? AND originator_version = ?"
            hand.run(f"DELETE FROM stored_events {where}", AKER, number)

    return does


IN_THE_ROWS = (
    _row("the type beside an entry changed", "topic = 'member.admitted'"),
    _row("an entry moved to the end of another book", "originator_id = 'birk', originator_version = 7", NOW),
    _row("an entry numbered with a word", "originator_version = 'two'", NOW),
    Kind("an entry deleted from the middle", FILE, by(_delete(ENTRY))),
    Kind("the last entry deleted", FILE, by(_delete(NOW))),
    Kind("two entries changed places", FILE, by(_swap_rows)),
)

Change = Callable[[list[dict[str, Any]]], list[dict[str, Any]]]


def _rewritten(name: str, change: Change, *, count: bool = True, grown: bool = False) -> Kind:
    def does(hand: Hand) -> None:
        hand.rewrite(AKER, change(hand.records(AKER)), count=count)
        if grown:
            hand.grow(AKER)

    return Kind(name, DERIVED, by(does))


def _by_another(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    records[ENTRY - 1].update(recorded_by="secretary-2")
    return records


def _earlier(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Moves the time of the first entry after the auditor's visit to that of the entry before it."""
    records[200].update(recorded_at=records[199]["recorded_at"])
    return records


def _to_another_book(hand: Hand) -> None:
    taken, others = hand.records(AKER), hand.records(BIRK)
    moved = taken.pop()
    hand.rewrite(AKER, taken)
    hand.rewrite(BIRK, [*others, moved])
    hand.grow(AKER)
    hand.grow(BIRK)


CAREFULLY = (
    _rewritten("an entry taken out and the rest numbered anew", lambda all_: without(all_, ENTRY), count=False),
    _rewritten(
        "an entry taken out, the rest numbered anew and the file's count of entries set back",
        lambda all_: without(all_, ENTRY),
    ),
    _rewritten(
        "another service registered by an entry, with frontier and tiles", lambda all_: renamed(all_, ENTRY), grown=True
    ),
    _rewritten("another said to have recorded an entry, in its command's identity too", _by_another),
    _rewritten("an entry put in between, and the rest numbered anew", lambda all_: inserted(all_, ENTRY)),
    _rewritten("two entries changed places, each with the other's number and time", lambda all_: swapped(all_, ENTRY)),
    _rewritten("an entry's time moved to that of the one before", _earlier, grown=True),
    _rewritten("the last entries dropped with everything beside them", lambda all_: all_[:250], grown=True),
    _rewritten("an entry added at the end past the program", lambda all_: [*all_, inserted(all_, NOW)[NOW - 1]]),
    Kind("an entry moved from the end of one book to that of another", DERIVED, by(_to_another_book)),
)
KINDS = (*IN_THE_BYTES, *IN_THE_ROWS, *CAREFULLY)
