"""What the rules know of audits, and of what they found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rpds import HashTrieMap

from domain.dates import Interval
from domain.rulebook.audits import AuditKind
from domain.vocabulary import Holder

if TYPE_CHECKING:
    from domain.audits.findings import AuditFindingAnswered, AuditFindingRaised
    from domain.audits.opening import AuditOpened


@dataclass(frozen=True, slots=True)
class Audit:
    """An audit that was opened."""

    event: AuditOpened
    entry: int
    opened: Interval

    @property
    def kind(self) -> AuditKind:
        """What is audited."""
        return self.event.kind


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to a finding."""

    event: AuditFindingAnswered
    entry: int
    given: Interval


@dataclass(frozen=True, slots=True)
class Found:
    """A finding, and what was answered to it."""

    event: AuditFindingRaised
    entry: int
    raised: Interval
    answers: tuple[Answer, ...] = ()
    """In the order they were recorded."""

    @property
    def addressee(self) -> Holder:
        """Who is to answer it."""
        return self.event.addressee

    @property
    def status(self) -> str:
        """Returns `open` until it is answered, then what the last answer says."""
        return self.answers[-1].event.status if self.answers else "open"

    @property
    def closed_by(self) -> int | None:
        """The entry that closed it, None while it is open."""
        return next((answer.entry for answer in self.answers if answer.event.status == "closed"), None)


@dataclass(frozen=True)
class Audits:
    """Every audit and every finding, by id."""

    by_id: HashTrieMap[str, Audit] = field(default_factory=HashTrieMap)
    findings: HashTrieMap[str, Found] = field(default_factory=HashTrieMap)
