"""Entries read into their classes, once each, on the way to the state they lead to.

Reading tells what a glance at a row does not: a field that no entry has, a value that none may hold, bytes that say the
same as others would.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from eventsourcing.persistence import StoredEvent

from domain.collaboration import Collaboration, evolve
from ledger.application import Ledger
from ledger.checks import NOT_CANONICAL, Finding, is_canonical
from ledger.errors import DamagedEntry
from ledger.reading import Recorded, Step

TOLD_AT_A_TIME = 500


class Reading:
    """Reads the entries of one book, and keeps what is found amiss."""

    def __init__(
        self,
        ledger: Ledger,
        collaboration_id: str,
        after: int = 0,
        *,
        progress: Callable[[int], None] = lambda _: None,
    ) -> None:
        """`after` is an entry up to which all are known to read; `progress` is told how many more are read."""
        self.ledger, self.collaboration_id = ledger, collaboration_id
        self.findings: list[Finding] = []
        self._last = self._told = after
        self._progress = progress

    def steps(self, up_to: int | None = None) -> Iterator[Step]:
        """Yields every entry from the first on, each with the state after it. Raises DamagedEntry."""
        state = Collaboration()
        for row in self.ledger.rows(self.collaboration_id, 0, up_to):
            recorded = self.ledger.read(row)
            self._looked_at(row, recorded)
            fact = recorded.entry.fact(recorded.state)
            state = evolve(state, fact)
            yield Step(recorded, fact, state)

    def rest(self, up_to: int) -> None:
        """Reads what was not read yet, up to an entry; what cannot be read is a finding. Raises LedgerUnavailable."""
        for row in self.ledger.rows(self.collaboration_id, self._last, up_to):
            try:
                self._looked_at(row, self.ledger.read(row))
            except DamagedEntry as error:
                self._last = row.originator_version
                self._found("damaged_entry", row.originator_version, error.what)
        self._tell()

    def _looked_at(self, row: StoredEvent, recorded: Recorded) -> None:
        number = recorded.entry.number
        if number > self._last and not is_canonical(recorded.entry, row.state):
            self._found("not_canonical", number, NOT_CANONICAL)
        self._last = max(self._last, number)
        if self._last - self._told >= TOLD_AT_A_TIME:
            self._tell()

    def _tell(self) -> None:
        self._progress(self._last - self._told)
        self._told = self._last

    def _found(self, code: str, number: int, what: str) -> None:
        self.findings.append(Finding(code, self.collaboration_id, number, what))
