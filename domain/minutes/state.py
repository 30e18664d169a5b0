"""The state of the register of minutes: of which entries each meeting's minutes are made, and who signed them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from rpds import HashTrieMap, List

from domain.copying import replace
from domain.kernel import Access, Fact, Mode
from domain.meetings import MeetingAccessChanged
from domain.text import Unknown


class Line(NamedTuple):
    """One entry that touches a meeting."""

    number: int
    type: str
    """The event's stored name."""
    sha256: str
    """Of the entry's stored bytes, in hexadecimal."""
    mode: Mode
    shielded_by: str | None
    """The legal basis it is shielded by, None for what everyone may read."""
    shielded_until: date | None = None
    """The first day everyone may read it again, None where the shield has no end."""
    shielded_fields: tuple[str, ...] = ()
    """The fields it is shielded in; empty for the whole entry."""

    def is_shielded(self, day: date) -> bool:
        """Returns whether not everyone may read it, or all of it, on a day."""
        return self.shielded_by is not None and (self.shielded_until is None or self.shielded_until > day)


class Redaction(NamedTuple):
    """What of an entry the public version leaves out."""

    entry: int
    legal_basis: str | None
    fields: tuple[str, ...]
    """Fields of the event; empty for the whole entry."""


@dataclass(frozen=True, slots=True)
class Signature:
    """That the minutes were signed as they stood."""

    entry: int
    first_entry: int
    last_entry: int
    sha256: str | Unknown
    """Of what the signers saw."""
    signers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Publication:
    """That a public version was published."""

    entry: int
    last_entry: int
    """The last of the entries it was made of."""
    sha256: str
    redactions: tuple[Redaction, ...]


@dataclass(frozen=True, slots=True)
class Approval:
    """That a later meeting approved the minutes."""

    entry: int
    approved_in: str
    """The later meeting."""
    last_entry: int
    """The last of the entries there were then; 0 where there were none."""


@dataclass(frozen=True, slots=True)
class Protocol:
    """The minutes of one meeting."""

    newest_first: List[Line] = field(default_factory=List)
    closed_without_basis: List[int] = field(default_factory=List)
    """Entries that closed the doors and name no provision, the newest first."""
    signature: Signature | None = None
    """The latest."""
    publication: Publication | None = None
    """The latest."""
    approval: Approval | None = None
    """The latest."""

    @property
    def lines(self) -> tuple[Line, ...]:
        """The entries that touch the meeting, in order."""
        return tuple(self.newest_first)[::-1]

    @property
    def last_entry(self) -> int:
        """The number of the last of them, 0 where there are none."""
        return next((line.number for line in self.newest_first), 0)

    @property
    def is_signed(self) -> bool:
        """Whether everything in them is signed."""
        return self.signature is not None and self.signature.last_entry >= self.last_entry

    @property
    def signed_lines(self) -> tuple[Line, ...]:
        """The entries the latest signature covers."""
        return () if self.signature is None else up_to(self.lines, self.signature.last_entry)

    @property
    def additions(self) -> tuple[Line, ...]:
        """The entries that came after the latest signature; where nothing is signed there are none."""
        return () if self.signature is None else self.lines[len(self.signed_lines) :]


@dataclass(frozen=True)
class Minutes:
    """The minutes of every meeting that an entry touches."""

    by_meeting: HashTrieMap[str, Protocol] = field(default_factory=HashTrieMap)
    signed: HashTrieMap[str, int] = field(default_factory=HashTrieMap)
    """The meetings whose minutes were signed, each with the entry of the latest signature."""

    def of(self, meeting_id: str) -> Protocol:
        """Returns the minutes of a meeting; empty where nothing touches it."""
        return self.by_meeting.get(meeting_id) or Protocol()


def signed_meetings(minutes: Minutes) -> Collection[str]:
    """Returns the ids of the meetings whose minutes have been signed, whatever was added since."""
    return minutes.signed


def up_to(lines: Iterable[Line], number: int) -> tuple[Line, ...]:
    """Returns the lines with numbers of at most `number`."""
    return tuple(line for line in lines if line.number <= number)


def minutes_digest(lines: Iterable[Line]) -> str:
    """Returns the SHA-256 of the minutes, in hexadecimal: over `<number> <sha256>` and a line feed for each entry.

    docs/schema.md says how anyone computes it from the entries as they are stored.
    """
    return _digest(f"{line.number} {line.sha256}" for line in lines)


def public_digest(lines: Iterable[Line], redactions: Iterable[Redaction]) -> str:
    """Returns the SHA-256 of the public version: as `minutes_digest`, but what is left out is named with its basis.

    An entry left out whole is `<number> redacted <legal basis>`; one that some fields are left out of is
    `<number> <sha256> without <fields, sorted, with commas> <legal basis>`.
    """
    by_entry = {redaction.entry: redaction for redaction in redactions}
    return _digest(_public_line(line, by_entry.get(line.number)) for line in lines)


def _public_line(line: Line, redaction: Redaction | None) -> str:
    if redaction is None:
        return f"{line.number} {line.sha256}"
    basis = redaction.legal_basis or "-"
    if not redaction.fields:
        return f"{line.number} redacted {basis}"
    return f"{line.number} {line.sha256} without {','.join(sorted(redaction.fields))} {basis}"


def _digest(lines: Iterable[str]) -> str:
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


def entered(minutes: Minutes, meeting_ids: Iterable[str], event_type: str, fact: Fact) -> Minutes:
    """Returns the state in which an entry belongs to the minutes of these meetings, an irregular one too."""
    shielded_by = fact.access.legal_basis if fact.access.level == "shielded" else None
    line = Line(fact.number, event_type, fact.sha256.hex(), fact.mode, shielded_by, fact.access.until)
    by_meeting = minutes.by_meeting
    for meeting_id in meeting_ids:
        protocol = minutes.of(meeting_id)
        protocol = replace(protocol, newest_first=protocol.newest_first.push_front(line))
        if _closes_without_basis(fact):
            closed = protocol.closed_without_basis.push_front(fact.number)
            protocol = replace(protocol, closed_without_basis=closed)
        by_meeting = by_meeting.insert(meeting_id, protocol)
    return replace(minutes, by_meeting=by_meeting)


def reclassified(minutes: Minutes, entry: int, access: Access, fields: tuple[str, ...]) -> Minutes:
    """Returns the state in which an entry, or fields of it, is read by whoever may, in the minutes it belongs to."""
    changed: dict[str, Any] = {
        "shielded_by": access.legal_basis,
        "shielded_until": access.until,
        "shielded_fields": tuple(sorted(set(fields))),
    }
    by_meeting = minutes.by_meeting
    for meeting_id, protocol in minutes.by_meeting.items():
        if not any(line.number == entry for line in protocol.newest_first):
            continue
        there = protocol.newest_first
        lines = List([line._replace(**changed) if line.number == entry else line for line in there])
        by_meeting = by_meeting.insert(meeting_id, replace(protocol, newest_first=lines))
    return replace(minutes, by_meeting=by_meeting)


def _closes_without_basis(fact: Fact) -> bool:
    """Returns whether an act with effect closed the doors and named no provision, as a source may leave it out."""
    event = fact.event
    return (
        fact.regular
        and isinstance(event, MeetingAccessChanged)
        and event.doors == "closed"
        and event.legal_basis is None
    )
