"""What must hold after any run, seen from outside: in the stores, and in what the clients were told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from domain.kernel import Rejection
from ledger.deciding import Receipt, Submission
from ledger.errors import LedgerError, LedgerUnavailable, OutcomeUnknown, StaleBook, UnknownCollaboration
from ledger.location import Location
from ledger.log.merkle import Frontier, leaf_hash
from ledger.reading import Recorded
from tests.faults.simulation_processes import SimulatedLedger, projector_of
from tests.faults.simulation_store import Datastore, Store

Identity = tuple[str, str]
"""A book, and the id of a command."""


@dataclass(frozen=True)
class Told:
    """What a client was told of one call."""

    client: int
    submission: Submission
    outcome: object
    """A receipt or an error; None where the process ended first, or the client hung up."""
    hung_up: bool = False
    """What it had sent may still wait in a process, while the same is sent to another."""


def look(
    stores: tuple[Store, Store], location: Location, clock: Callable[[], datetime], told: Sequence[Told]
) -> Iterator[str]:
    """Yields what is wrong. Rows that are behind may catch up first, as at the next start, when nothing fails."""
    book_store, views_store = (Datastore(store, None, lambda: None) for store in stores)
    ledger = SimulatedLedger(book_store, location, clock)
    projector = projector_of(ledger, views_store)
    projector.catch_up()
    found: dict[Identity, list[Recorded]] = {}
    for book in ledger.heads():
        recorded = list(ledger.entries(book))
        yield from _numbered(book, recorded)
        yield from _beside(ledger, book, recorded)
        for one in recorded:
            found.setdefault((book, one.entry.command_id), []).append(one)
        if projector.views.position(book) != len(recorded):
            yield f"{book}: the rows are at {projector.views.position(book)} of {len(recorded)} entries"
        for difference in projector.verify(book):
            yield f"{book}: {difference}"
    yield from _as_told(told, found)


def _numbered(book: str, recorded: Sequence[Recorded]) -> Iterator[str]:
    """Yields what is wrong with numbers and times."""
    numbers = [one.entry.number for one in recorded]
    if numbers != list(range(1, len(recorded) + 1)):
        yield f"{book}: the entries have the numbers {numbers}"
    times = [one.entry.recorded_at for one in recorded]
    if any(earlier >= later for earlier, later in pairwise(times)):
        yield f"{book}: an entry was recorded before the one before it"


def _beside(ledger: SimulatedLedger, book: str, recorded: Sequence[Recorded]) -> Iterator[str]:
    """Yields where what is kept beside the entries is not theirs: the tree, the texts, the identities."""
    stored = ledger.log_of(book).stored_frontier() or Frontier()
    grown = Frontier().grown(leaf_hash(one.state) for one in recorded)
    if (stored.size, stored.root) != (grown.size, grown.root):
        yield f"{book}: the tree of {stored.size} entries is not that of the {len(recorded)} there are"
    texts = ledger.query("SELECT number FROM sealed_texts WHERE collaboration_id = %s ORDER BY number", (book,))
    sealed = [one.entry.number for one in recorded if one.entry.type == "person.registered"]
    if [number for (number,) in texts] != sealed:
        yield f"{book}: entries {sealed} seal texts, and there are texts of {[number for (number,) in texts]}"
    rows = ledger.query(
        "SELECT command_id, first_number, last_number FROM command_identities WHERE collaboration_id = %s", (book,)
    )
    covered = {number: command_id for command_id, first, last in rows for number in range(first, last + 1)}
    if covered != {one.entry.number: one.entry.command_id for one in recorded}:
        yield f"{book}: the identities {rows} are not those of the entries"


def _as_told(told: Sequence[Told], found: dict[Identity, list[Recorded]]) -> Iterator[str]:
    """Yields where somebody was told something else than what is there."""
    by_identity: dict[Identity, list[Told]] = {}
    for one in told:
        if isinstance(one.outcome, Exception) and not isinstance(one.outcome, Rejection | LedgerError):
            yield f"{one.submission.command_id} was answered with {type(one.outcome).__name__}: {one.outcome}"
        identity = (one.submission.collaboration_id, one.submission.command_id)
        by_identity.setdefault(identity, []).append(one)
    for identity, all_told in by_identity.items():
        entries = found.pop(identity, [])
        receipts = [one.outcome for one in all_told if isinstance(one.outcome, Receipt)]
        for receipt in receipts:
            if list(receipt.recorded) != entries:
                yield f"{identity} was acknowledged as {_numbers(receipt.recorded)}, and is {_numbers(entries)}"
        if sum(not receipt.repeated for receipt in receipts) > 1:
            yield f"{identity} was acknowledged twice as recorded just now"
        if entries and not receipts and all(_says_no(one.outcome) for one in all_told):
            yield f"{identity} was refused ({[str(one.outcome) for one in all_told]}), and is {_numbers(entries)}"
        alone = len({one.client for one in all_told}) == 1 and not any(one.hung_up for one in all_told)
        if entries and alone and _is_refused(all_told[-1].outcome):
            yield f"{identity} was refused at last ({all_told[-1].outcome}), and is {_numbers(entries)}"
        sent = [len(one.submission.commands) for one in all_told]
        if entries and len(entries) not in sent:
            yield f"{identity} was sent with {sent} commands, and led to {len(entries)} entries"
    for identity, entries in found.items():
        yield f"{identity} was never sent, and is {_numbers(entries)}"


def _says_no(outcome: object) -> bool:
    """Whether an answer says that nothing was recorded."""
    if isinstance(outcome, LedgerUnavailable):
        return not isinstance(outcome, OutcomeUnknown)
    return isinstance(outcome, Exception)


def _is_refused(outcome: object) -> bool:
    """Whether it was looked up, found not to be recorded, and decided against."""
    return isinstance(outcome, Rejection | StaleBook | UnknownCollaboration)


def _numbers(recorded: Sequence[Recorded]) -> list[int]:
    return [one.entry.number for one in recorded]
