"""The ledger: commands decided against the folded book, entries appended in one durable transaction, and read back."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from datetime import datetime
from typing import cast

from eventsourcing.persistence import (
    IntegrityError,
    PersistenceError,
    StoredEvent,
)

from domain.collaboration import evolve
from domain.kernel import Rejection
from ledger.attachments import Attachments
from ledger.cache import BookCache
from ledger.collecting import not_collecting
from ledger.committing import Committer
from ledger.deciding import (
    Decided,
    Receipt,
    Submission,
    SubmissionFailed,
    advanced,
    decide_submission,
    fingerprint,
    utc_now,
)
from ledger.entry import AnyEntry
from ledger.erasing import erase_again, erased_by, finish
from ledger.errors import (
    CommandIdReused,
    EntryTooLarge,
    LedgerUnavailable,
    OutcomeUnknown,
    StaleBook,
)
from ledger.failures import not_written, told
from ledger.kept_states import KeptStates
from ledger.location import Location, SQLiteLocation
from ledger.log.book_log import BookLog
from ledger.log.installation_log import InstallationLog
from ledger.log.merkle import Frontier, leaf_hash
from ledger.log.tables import INSTALLATION
from ledger.mapper import stored_row
from ledger.opening import Opened
from ledger.reading import Book, Change, Commit, Recorded, Step
from ledger.rows import CommandRow, FrontierRow, Identity

PAGE_ENTRIES = 2_000
"""Entries read from the database at a time."""
CHUNK_ENTRIES = 2_000
"""Entries written in one transaction when many commands are recorded together."""
COMMANDS_MAX = 100
"""Commands that may be recorded together, all or none."""
TEXTS_AT_A_TIME = 500


class Ledger(Opened):
    """Records, reads and folds the books of one database."""

    def __init__(self, location: Location, *, read_only: bool = False, clock: Callable[[], datetime] = utc_now) -> None:
        """Opens the database, making its tables if need be. Raises LedgerHeld, NoLedger or LedgerUnavailable."""
        super().__init__(location, read_only=read_only)
        self.clock = clock
        self.listeners: list[Callable[[Commit], None]] = []
        """Called with each commit, in order, after it is durable; must not raise."""
        self.attachments = Attachments(self)
        self.committer = Committer(self, self._writing)
        self.cache = BookCache()
        self.states = KeptStates(self)
        if not read_only:
            try:
                self.finish_erasures()
            except BaseException:
                self.close()
                raise

    def finish_erasures(self) -> None:
        """Takes away what an erasure left behind, and what came back with an older file. Raises LedgerUnavailable."""
        try:
            erase_again(self.book_recorder, self.location)
        except (PersistenceError, OSError) as error:
            raise LedgerUnavailable(f"{self.location.name}: what was erased cannot be looked up: {error}") from error
        finish(self.book_recorder, self.location)

    def close(self) -> None:
        """Commits what waits, keeps what took long to fold, closes the database and gives the file back."""
        self.committer.close()
        books, self.cache = self.cache.books(), BookCache()
        self.states.keep(books)
        super().close()

    # Reading -----------------------------------------------------------------------------

    def heads(self) -> dict[str, int]:
        """Returns the number of the last entry by collaboration."""
        return {change.collaboration_id: change.number for change in self.changes(0)}

    def changes(self, after: int) -> list[Change]:
        """Returns the books with entries committed after a position of the whole ledger."""
        rows = self.query(
            "SELECT originator_id, MAX(originator_version), MAX(notification_id) FROM stored_events "
            "WHERE notification_id > %s GROUP BY originator_id ORDER BY originator_id",
            (after,),
        )
        return [Change(str(book), int(number), int(position)) for book, number, position in rows]

    def head(self, collaboration_id: str) -> int:
        """Returns the number of a book's last entry, 0 where there is none."""
        rows = self.query(
            "SELECT MAX(originator_version) FROM stored_events WHERE originator_id = %s", (collaboration_id,)
        )
        return int(rows[0][0] or 0)

    def entries(self, collaboration_id: str, after: int = 0, up_to: int | None = None) -> Iterator[Recorded]:
        """Returns the entries of a book in order, read a page at a time. Raises DamagedEntry at one it cannot trust."""
        return map(self.read, self.rows(collaboration_id, after, up_to))

    def read(self, row: StoredEvent) -> Recorded:
        """Returns the entry in a row. Raises DamagedEntry if the row cannot be trusted."""
        return Recorded(cast("AnyEntry", self.mapper.to_domain_event(row)), bytes(row.state))

    def rows(
        self, collaboration_id: str, after: int = 0, up_to: int | None = None, at_a_time: int = PAGE_ENTRIES
    ) -> Iterator[StoredEvent]:
        """Yields the rows of a book as they are stored, unread; so many are read from the database at a time."""
        while True:
            try:
                rows = self.recorder.select_events(collaboration_id, gt=after, lte=up_to, limit=at_a_time)
            except PersistenceError as error:
                raise LedgerUnavailable(f"{self.location.name} cannot be read: {error}") from error
            yield from rows
            if len(rows) < at_a_time:
                return
            after = rows[-1].originator_version

    def entry(self, collaboration_id: str, number: int) -> Recorded | None:
        """Returns one entry, None if the book has none of that number. Raises DamagedEntry."""
        return next(self.entries(collaboration_id, number - 1, number), None)

    def steps(self, book: Book, up_to: int | None = None) -> Iterator[Step]:
        """Yields the entries that follow a folded book, each with the state after it."""
        state = book.state
        for recorded in self.entries(book.id, book.number, up_to):
            fact = recorded.entry.fact(recorded.state)
            state = evolve(state, fact)
            yield Step(recorded, fact, state)

    def book(self, collaboration_id: str, *, number: int | None = None) -> Book:
        """Returns a book folded up to `number`, or to its end. Raises DamagedEntry."""
        if number is not None:
            return self._folded(Book(collaboration_id), number)
        with self._writing:
            book = self.cache.book(collaboration_id)
            if book is None or self._others_write:
                book = self._folded(book or self.states.book(collaboration_id) or Book(collaboration_id))
            if book.number:
                self.cache.keep(book)
            return book

    def _folded(self, book: Book, up_to: int | None = None) -> Book:
        with not_collecting():
            return advanced(book, deque(self.steps(book, up_to), maxlen=1))

    def texts(self, collaboration_id: str, commitments: Sequence[str]) -> dict[str, str]:
        """Returns the texts that are still kept, by commitment."""
        found: dict[str, str] = {}
        for start in range(0, len(commitments), TEXTS_AT_A_TIME):
            part = list(commitments[start : start + TEXTS_AT_A_TIME])
            marks = ",".join(["%s"] * len(part))
            rows = self.query(
                f"SELECT commitment, text FROM sealed_texts WHERE collaboration_id = %s AND commitment IN ({marks})",  # noqa: S608
                [collaboration_id, *part],
            )
            found.update({str(commitment): str(text) for commitment, text in rows})
        return found

    def erased(self, collaboration_id: str, commitments: Sequence[str]) -> dict[str, int]:
        """Returns the entry of the order that took a text away, by commitment; those that are kept are not in it."""
        found: dict[str, int] = {}
        for start in range(0, len(commitments), TEXTS_AT_A_TIME):
            part = list(commitments[start : start + TEXTS_AT_A_TIME])
            marks = ",".join(["%s"] * len(part))
            rows = self.query(
                "SELECT commitment, number FROM erased_texts "  # noqa: S608
                f"WHERE number > 0 AND collaboration_id = %s AND commitment IN ({marks})",
                [collaboration_id, *part],
            )
            found.update({str(commitment): int(number) for commitment, number in rows})
        return found

    def commands(self, identities: Collection[Identity]) -> dict[Identity, CommandRow]:
        """Returns what is known of commands, by their identities, in one question. Raises LedgerUnavailable."""
        rows = (
            [CommandRow(*row) for row in self.query(*self.book_recorder.asking_for(identities))] if identities else []
        )
        return {row.identity: row for row in rows}

    # Recording ---------------------------------------------------------------------------

    def record(self, submission: Submission, *, dry_run: bool = False) -> Receipt:
        """Decides the commands and appends their entries in one transaction; with `dry_run` only decides.

        The same submission again records nothing and returns its first entries. Raises Rejection (the rules say no),
        UnknownCollaboration, StaleBook, CommandIdReused, BookHeld or LedgerUnavailable; then nothing is recorded, but
        for OutcomeUnknown, where it may have been.
        """
        if not dry_run:
            return self.committer.record(submission)
        with self._writing:
            row = self.commands([submission.identity]).get(submission.identity)
            if row is not None:
                return self.repeated(submission, row)
            decided = self.decide(self.book(submission.collaboration_id), submission)
            return Receipt(tuple(step.recorded for step in decided.steps))

    async def record_soon(self, submission: Submission) -> Receipt:
        """Records from a coroutine, committed together with what others send. Raises as `record`, and LedgerBusy.

        Cancelling it does not undo what is being committed.
        """
        return await self.committer.record_soon(submission)

    def holding(self, collaboration_ids: Iterable[str]) -> AbstractContextManager[None]:
        """Holds books against other processes until what is written within is committed, or nothing was.

        Raises NothingWritten where the connection was lost before anything was written, LedgerUnavailable where another
        process keeps one of them.
        """
        return told(self.location, self.book_recorder.holding(collaboration_ids))

    def importing(self, collaboration_id: str) -> AbstractContextManager[None]:
        """Holds a book against other processes over all that is decided and written within. Raises as `holding`."""
        return told(self.location, self.book_recorder.importing(collaboration_id))

    def repeated(self, submission: Submission, row: CommandRow) -> Receipt:
        """Returns the receipt of the same submission recorded before. Raises as `assert_same`."""
        self.assert_same(submission, row)
        recorded = self.entries(row.collaboration_id, row.first_number - 1, row.last_number)
        return Receipt(tuple(recorded), repeated=True)

    @staticmethod
    def assert_same(submission: Submission, row: CommandRow) -> None:
        """Raises CommandIdReused if what has this identity had other content.

        That cannot be told where a text it sent was erased.
        """
        if row.fingerprint and row.fingerprint != fingerprint(submission.commands, row.salt):
            raise CommandIdReused(submission.collaboration_id, submission.command_id, row.first_number)

    def decide(self, book: Book, submission: Submission) -> Decided:
        """Returns what a submission leads to in `book`, writing nothing. Raises as `record` does."""
        self.assert_free(book.id, book.number)
        return decide_submission(book, submission, self.clock(), self._encoded)

    def record_all(
        self, submissions: Iterable[Submission], *, dry_run: bool = False, progress: Callable[[int], None] | None = None
    ) -> tuple[int, int]:
        """Records many submissions to one book: all are decided before the first is written, then written in chunks.

        The book is held against other processes from the first decision to the last chunk. Raises BookImporting where
        another process does the same.

        Returns the counts of entries recorded and of submissions that were there already. Raises SubmissionFailed, with
        the submission's index, before anything is written. A run that was cut short, by LedgerUnavailable, is resumed
        by sending the same again.
        """
        with self._writing, ExitStack() as held:
            start: Book | None = None
            book: Book | None = None
            decided: list[Decided] = []
            seen: dict[Identity, CommandRow] = {}
            present = 0
            for index, submission in enumerate(submissions):
                if start is None and not dry_run:
                    held.enter_context(self.importing(submission.collaboration_id))
                start = start or self.book(submission.collaboration_id)
                book = book or start
                try:
                    if submission.collaboration_id != start.id:
                        raise ValueError(f"{submission.collaboration_id} is another book than {start.id}")
                    identity = submission.identity
                    row = seen.get(identity) or self.commands([identity]).get(identity)
                    if row is not None:
                        self.assert_same(submission, row)
                        present += 1
                    else:
                        decided.append(self.decide(book, submission))
                        book = advanced(book, decided[-1].steps)
                        seen[identity] = decided[-1].command
                except Exception as error:
                    raise SubmissionFailed(index, error) from error
                if progress is not None:
                    progress(index + 1)
            if start is not None and not dry_run:
                self._write_in_chunks(start, decided)
            return sum(len(one.steps) for one in decided), present

    def _encoded(self, entry: AnyEntry) -> bytes:
        try:
            return self.mapper.to_stored_event(entry).state
        except EntryTooLarge as error:
            raise Rejection("entry.too_large", "fact", size=error.size, limit=error.limit) from error

    def _write_in_chunks(self, book: Book, decided: Sequence[Decided]) -> None:
        chunk: list[Decided] = []
        size = 0
        try:
            for index, one in enumerate(decided, start=1):
                chunk.append(one)
                size += len(one.steps)
                if size >= CHUNK_ENTRIES or index == len(decided):
                    self.write((book,), chunk)
                    book = advanced(book, (step for done in chunk for step in done.steps))
                    chunk, size = [], 0
        except IntegrityError as error:
            raise StaleBook(book.id, book.number, self.head(book.id)) from error

    def write(self, before: Sequence[Book], decided: Sequence[Decided]) -> None:
        """Writes what was decided on the books in one transaction, then tells the listeners, book by book.

        Raises IntegrityError where another process recorded first, NothingWritten where the connection was lost before
        it was written, LedgerUnavailable where it cannot be written.
        """
        if self.read_only:
            raise LedgerUnavailable(f"{self.location.name} was opened for reading only")
        if self._lock is not None:
            self._lock.assert_own_process()
        steps = [step for one in decided for step in one.steps]
        own = {book.id: tuple(s for s in steps if s.recorded.entry.collaboration_id == book.id) for book in before}
        frontiers = {book.id: self._grown(book, own[book.id]) for book in before}
        erased = [row for step in steps for row in erased_by(step.recorded.entry)]
        try:
            self.recorder.insert_events(
                [stored_row(step.recorded) for step in steps],
                commands=[one.command for one in decided],
                texts=[row for one in decided for row in one.texts],
                erased=erased,
                frontiers=[FrontierRow(book_id, f.size, f.packed) for book_id, f in frontiers.items()],
            )
        except PersistenceError as error:
            # Someone was first, or it failed, or only the answer was lost. What stands in the book tells.
            for book in before:
                self.cache.forget(book.id)
            if not self._came_through(decided[-1].command):
                if isinstance(error, IntegrityError):
                    raise
                raise not_written(self.location, error) from error
        if erased:
            finish(self.book_recorder, self.location)
        for book in before:
            self.cache.keep(advanced(book, own[book.id]), frontiers[book.id])
            for listener in self.listeners:
                listener(Commit(book, own[book.id]))

    def _grown(self, book: Book, steps: Iterable[Step]) -> Frontier:
        """Returns the frontier of a book's log after more entries."""
        held = self.cache.frontier(book) or self.log_of(book.id).frontier(book.number)
        return held.grown(leaf_hash(step.recorded.state) for step in steps)

    def log_of(self, collaboration_id: str) -> BookLog:
        """Returns the transparency log of a book, or of the installation itself."""
        return InstallationLog(self) if collaboration_id == INSTALLATION else BookLog(self, collaboration_id)

    def _came_through(self, command: CommandRow) -> bool:
        """Reads back after an outcome that is not known: was it written after all? Raises OutcomeUnknown.

        A server may go on with a transaction whose connection is lost: it has come to its end before we look.
        """
        try:
            with self.book_recorder.settled(command.collaboration_id):
                row = self.commands([command.identity]).get(command.identity)
        except (PersistenceError, LedgerUnavailable) as error:
            raise OutcomeUnknown(
                f"{error}; whether it was recorded is not known: send the same again, with the same id"
            ) from error
        return row is not None and row.salt == command.salt

    @property
    def _others_write(self) -> bool:
        return self.read_only or not isinstance(self.location, SQLiteLocation)
