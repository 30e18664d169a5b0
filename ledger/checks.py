"""What `verify` checks of a book: each row against its record, and what is kept beside the book against its entries.

An archive goes through the same checks when it is written and when it is restored.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from eventsourcing.persistence import StoredEvent

from domain.text import SALT_BYTES
from ledger.application import Ledger
from ledger.entry import SCHEMA, AnyEntry, encode, format_instant
from ledger.erased_documents import still_read
from ledger.erasing import erased_by
from ledger.errors import DamagedEntry, LedgerUnavailable
from ledger.glancing import Glance, Key, as_bytes, glance, key_in
from ledger.location import SQLiteLocation
from ledger.pages import all_commands, all_texts, count, pages, places
from ledger.rows import CommandRow, Glanced, Led, Page, TextRow

NOT_CANONICAL = "its bytes are not the canonical form of what they say"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was recorded."""

    code: str
    """Such as `damaged_entry`: what a program branches on."""
    collaboration: str | None
    """None where it cannot be said of which book."""
    entry: int | None
    what: str


# One book --------------------------------------------------------------------------------


@dataclass(slots=True)
class _Run:
    """Consecutive entries of one command."""

    key: Key
    first: int
    last: int
    whole: bool
    """False beside a row that cannot be read, which may have belonged to it."""


@dataclass(slots=True)
class BookCheck:
    """Checks the pages of one book in order, and counts what it sees."""

    ledger: Ledger
    collaboration_id: str
    entries: int = 0
    commands: int = 0
    texts: int = 0
    last_number: int = 0
    last_sha256: str = ""
    """Of the last row's bytes, in hexadecimal."""
    erased: dict[str, int] = field(default_factory=dict)
    """The entry of the order, by the commitment of each text, and the hash of each document, that was erased."""
    unkept: dict[str, int] = field(default_factory=dict)
    """The first entry that holds it, by each commitment whose text is not kept for an entry of the same page."""
    read_after: int = 0
    """Entries after this one are read into their classes; up to it only what a glance shows amiss is."""
    _recorded_at: datetime | None = None
    _run: _Run | None = None
    _beside_unreadable: bool = False
    _pending: dict[Key, CommandRow | Led] = field(default_factory=dict)

    def page(self, page: Page | Glanced) -> Iterator[Finding]:
        """Yields what is wrong with a page."""
        self._pending.update({(row.principal, row.command_id): row for row in page.commands})
        self.commands += len(page.commands)
        self.texts += len(page.texts)
        glances = page.glances or [glance(row) for row in page.rows]
        for row, seen in zip(page.rows, glances, strict=True):
            follows = self._follows(row, seen)
            if not follows:
                yield from self._numbering(row)
            yield from self._identity(seen.key, row.originator_version)
            if not follows:
                yield from self._record(row, seen)
        self.entries += len(page.rows)
        if page.rows:
            self.last_sha256 = hashlib.sha256(as_bytes(page.rows[-1].state)).hexdigest()
        held = places(page.rows, glances)
        kept = {text.commitment for text in page.texts}
        for commitment, numbers in held.items():
            if commitment not in kept:
                self.unkept.setdefault(commitment, numbers[0])
        for text in page.texts:
            yield from self._text(text, held.get(text.commitment, ()))

    def end(self) -> Iterator[Finding]:
        """Yields what is wrong with the last command; to be called after the last page."""
        yield from self._end_of_run()

    def count_anew(self) -> None:
        """Forgets what was counted so far, and goes on from there."""
        self.entries = self.commands = self.texts = 0
        self.erased, self.unkept = {}, {}

    def _found(self, code: str, entry: int | None, what: str) -> Finding:
        return Finding(code, self.collaboration_id, entry, what)

    def _follows(self, row: StoredEvent, seen: Glance) -> bool:
        """Returns whether a row that need not be read is the next one, as nearly all are; then that is all of it."""
        number, at = self.last_number + 1, seen.recorded_at
        if at is None or row.originator_version != number or number > self.read_after:
            return False
        if self._recorded_at is not None and at < self._recorded_at:
            return False
        self.last_number, self._recorded_at = number, at
        return True

    def _numbering(self, row: StoredEvent) -> Iterator[Finding]:
        number: object = row.originator_version
        if not isinstance(number, int):
            yield self._found("numbering", None, f"a row is numbered {str(number)[:40]!r}, which is no number")
            return
        expected = self.last_number + 1
        if number != expected:
            missing = f"entry {expected} is" if number == expected + 1 else f"entries {expected} to {number - 1} are"
            yield self._found("numbering", expected, f"{missing} missing: after {self.last_number} comes {number}")
        self.last_number = number

    def _record(self, row: StoredEvent, seen: Glance) -> Iterator[Finding]:
        number = row.originator_version if isinstance(row.originator_version, int) else None
        if seen.recorded_at is not None and number is not None and number <= self.read_after:
            yield from self._time(number, seen.recorded_at)
            return
        if not isinstance(row.state, bytes):
            yield self._found("damaged_entry", number, "its record is not kept as bytes")
            return
        try:
            entry = self.ledger.read(row).entry
        except DamagedEntry as error:
            yield self._found("damaged_entry", number, error.what)
            return
        self.erased.update({row.commitment: row.number for row in erased_by(entry)})
        if not is_canonical(entry, row.state):
            yield self._found("not_canonical", number, NOT_CANONICAL)
        yield from self._time(entry.number, entry.recorded_at)

    def _time(self, number: int, recorded_at: datetime) -> Iterator[Finding]:
        last, self._recorded_at = self._recorded_at, recorded_at
        if last is not None and recorded_at < last:
            what = f"it was recorded at {format_instant(recorded_at)}, the entry before it at {format_instant(last)}"
            yield self._found("time_goes_back", number, what)

    def _identity(self, key: Key | None, number: int) -> Sequence[Finding]:
        if key is None:
            if self._run is not None:
                self._run.whole = False
            self._beside_unreadable = True
            return ()
        if self._run is not None and self._run.key == key:
            self._run.last = number
            return ()
        found = self._end_of_run()
        self._run = _Run(key, number, number, not self._beside_unreadable)
        self._beside_unreadable = False
        return found

    def _end_of_run(self) -> Sequence[Finding]:
        run, self._run = self._run, None
        if run is None:
            return ()
        row = self._pending.pop(run.key, None)
        if row is None:
            what = f"the identity of its command {run.key[1]!r} is not kept, so the command could be recorded twice"
            return (self._found("identity_missing", run.first, what),)
        if run.whole and (row.first_number != run.first or row.last_number != run.last):
            said, carried = _numbers(row.first_number, row.last_number), _numbers(run.first, run.last)
            what = f"its command {run.key[1]!r} is kept as having led to {said}, but {carried} carry it"
            return (self._found("identity_wrong", run.first, what),)
        return ()

    def _text(self, row: TextRow, held_by: Sequence[int]) -> Iterator[Finding]:
        if len(row.salt) != SALT_BYTES or hashlib.sha256(row.salt + row.text.encode()).hexdigest() != row.commitment:
            what = f"the text kept for it does not match its commitment {row.commitment[:12]}…"
            yield self._found("text_altered", held_by[0] if held_by else row.number, what)
        elif row.number not in held_by:
            what = f"a text is kept for it under the commitment {row.commitment[:12]}…, which it does not hold"
            yield self._found("text_misplaced", row.number, what)


def is_canonical(entry: AnyEntry, state: bytes) -> bool:
    """Returns whether the bytes of an entry are those it would be written in; of an older schema nobody can tell."""
    return entry.schema_number != SCHEMA or encode(entry) == state


def _numbers(first: int, last: int) -> str:
    return f"entry {first}" if first == last else f"entries {first} to {last}"


def check_book(ledger: Ledger, collaboration_id: str) -> Iterator[Finding | int]:
    """Yields what is wrong with a book and, after each page, how many of its rows were read."""
    check = BookCheck(ledger, collaboration_id)
    try:
        for page in pages(ledger, collaboration_id):
            yield from check.page(page)
            yield check.entries
        yield from check.end()
        yield from (found for found in check_beside(ledger, check) if found is not None)
    except LedgerUnavailable as error:
        yield Finding("unreadable", collaboration_id, check.last_number + 1, f"the book cannot be read on: {error}")


def check_beside(ledger: Ledger, check: BookCheck, up_to: int | None = None) -> Iterator[Finding | None]:
    """Yields what is wrong beside a book whose pages were checked, and None after each row that was looked at.

    With `up_to` what is kept for entries after that is left alone. Raises LedgerUnavailable.
    """
    book = check.collaboration_id
    yield from _not_erased(ledger, check)
    yield from _not_kept(ledger, check)
    if count(ledger, "command_identities", book, up_to) != check.commands:
        for command in all_commands(ledger, book):
            if up_to is None or command.first_number <= up_to:
                yield from _stray_command(ledger, command)
            yield None
    if count(ledger, "sealed_texts", book, up_to) != check.texts:
        for text in all_texts(ledger, book):
            if up_to is None or text.number <= up_to:
                yield from _stray_text(ledger, text)
            yield None


def _not_erased(ledger: Ledger, check: BookCheck) -> Iterator[Finding]:
    """Yields the texts that are kept although an entry orders them erased, or whose place does not say so."""
    book, commitments = check.collaboration_id, list(check.erased)
    listed = ledger.erased(book, commitments)
    kept = ledger.texts(book, commitments)
    for commitment, number in check.erased.items():
        if commitment in kept:
            what = f"it orders the text under the commitment {commitment[:12]}… erased, and it is kept"
            yield Finding("text_not_erased", book, number, what)
        elif listed.get(commitment) != number:
            what = f"what stands under the hash {commitment[:12]}… is erased by it, and that is not noted beside it"
            yield Finding("erasure_not_noted", book, number, what)
    documents = {one.sha256 for one in ledger.attachments.all()} if check.erased else set()
    for sha256 in sorted(documents & set(check.erased)):
        if not still_read(ledger, ledger.location, sha256):
            what = f"it orders the document {sha256[:12]}… erased, no other book names it, and it is kept"
            yield Finding("document_not_erased", book, check.erased[sha256], what)


def _not_kept(ledger: Ledger, check: BookCheck) -> Iterator[Finding]:
    """Yields the texts that are gone although nothing says that they were erased.

    The order can be lost where an older book was restored and the list of what was erased took its texts again; then
    the command that sent the text has no fingerprint any more.
    """
    book, commitments = check.collaboration_id, [one for one in check.unkept if one not in check.erased]
    if not commitments:
        return
    kept = ledger.texts(book, commitments)
    forgotten = ledger.query(
        "SELECT first_number, last_number FROM command_identities "
        "WHERE collaboration_id = %s AND length(fingerprint) = 0",
        (book,),
    )
    for commitment in commitments:
        number = check.unkept[commitment]
        if commitment not in kept and not any(first <= number <= last for first, last in forgotten):
            what = f"the text under its commitment {commitment[:12]}… is not kept, and no entry orders it erased"
            yield Finding("text_missing", book, number, what)


def _stray_command(ledger: Ledger, row: CommandRow) -> Iterator[Finding]:
    book, first = row.collaboration_id, row.first_number
    entry = next(ledger.rows(book, first - 1, first), None)
    if entry is None:
        led_to = _numbers(first, row.last_number)
        yield Finding(
            "entry_missing", book, first, f"command {row.command_id!r} led to {led_to}; the book has no entry {first}"
        )
        return
    key = key_in(entry.state)
    if key is not None and key != (row.principal, row.command_id):
        what = f"the identity of command {row.command_id!r} points at it, but it carries command {key[1]!r}"
        yield Finding("identity_wrong", book, first, what)


def _stray_text(ledger: Ledger, row: TextRow) -> Iterator[Finding]:
    book, number = row.collaboration_id, row.number
    entry = next(ledger.rows(book, number - 1, number), None)
    if entry is None:
        yield Finding("entry_missing", book, number, f"a text is kept for entry {number}; the book has no such entry")
    elif row.commitment.encode() not in as_bytes(entry.state):
        what = f"a text is kept for it under the commitment {row.commitment[:12]}…, which it does not hold"
        yield Finding("text_misplaced", book, number, what)


# The database ----------------------------------------------------------------------------


def books(ledger: Ledger) -> tuple[set[str], list[Finding]]:
    """Returns the ids of the books of which anything is kept, if only a text, and which tables cannot be read."""
    found: set[str] = set()
    unreadable: list[Finding] = []
    for table, column in (
        ("stored_events", "originator_id"),
        ("command_identities", "collaboration_id"),
        ("sealed_texts", "collaboration_id"),
    ):
        try:
            found.update(str(row[0]) for row in ledger.query(f"SELECT DISTINCT {column} FROM {table}"))  # noqa: S608
        except LedgerUnavailable as error:
            unreadable.append(Finding("unreadable", None, None, f"the table {table}: {error}"))
    return found, unreadable


def check_file(ledger: Ledger) -> Iterator[Finding]:
    """Yields what is wrong with an SQLite file as a whole: pages that do not fit together, rows that were removed."""
    if not isinstance(ledger.location, SQLiteLocation):
        return
    try:
        for (said,) in ledger.query("PRAGMA integrity_check"):
            if said != "ok":
                yield Finding("file_damaged", None, None, str(said)[:300])
        present, given = ledger.query(
            "SELECT (SELECT COUNT(*) FROM stored_events), "
            "COALESCE((SELECT seq FROM sqlite_sequence WHERE name = 'stored_events'), 0)"
        )[0]
    except LedgerUnavailable as error:
        yield Finding("file_damaged", None, None, str(error)[:300])
        return
    if present != given:
        what = f"{given} entries were recorded in this file, over all books; {present} are in it"
        yield Finding("entries_removed", None, None, what)
