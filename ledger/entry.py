"""The entry: the stored envelope around one event, and its canonical bytes.

The bytes are the record. They are written once, hashed as stored, exported as stored and never encoded again:
JSON in UTF-8 with sorted keys and no white space, at most 65,535 bytes (entry bundles give a leaf two bytes of length).
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, TypeVar

import orjson
from pydantic import AfterValidator, Field, PlainSerializer, StringConstraints

from domain.collaboration import EVENTS
from domain.dates import Interval
from domain.kernel import Access, Actor, Basis, Event, Evidence, Fact, Mode, Source
from domain.text import Frozen, SealedText

SCHEMA = 2
"""The number of the form entries are written in; raised with every change of the stored bytes."""

ENTRY_BYTES_MAX = 65_535

CollaborationId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$")]
"""The id of a book: 1 to 64 of a-z, 0-9 and hyphen."""

CommandId = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,200}$")]
"""The identity of a command, chosen by who sends it: 1 to 200 visible ASCII characters."""

Principal = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9@._:-]{1,100}$")]
"""Who is signed in, as an opaque id: never a name."""


def format_instant(instant: datetime) -> str:
    """Returns the instant in UTC to the microsecond, always 27 characters, such as 2026-11-24T08:00:00.000000Z."""
    return f"{instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def _utc(instant: datetime) -> datetime:
    if instant.utcoffset() is None or instant.utcoffset().total_seconds() != 0:  # type: ignore[union-attr]
        raise ValueError("an instant is in UTC")
    return instant.astimezone(UTC)


Instant = Annotated[datetime, AfterValidator(_utc), PlainSerializer(format_instant, return_type=str, when_used="json")]

E = TypeVar("E", bound=Event)


class Entry(Frozen, Generic[E]):
    """One entry of a minute book."""

    schema_number: Annotated[int, Field(alias="schema", ge=1)]
    type: str
    """The event's stored name."""
    collaboration_id: CollaborationId
    number: Annotated[int, Field(ge=1)]
    """1, 2, 3 ... without gaps within one collaboration."""
    entry_id: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
    command_id: CommandId
    recorded_at: Instant
    """By the server's clock, in UTC; never earlier than the entry before."""
    recorded_by: Principal
    acted_by: Actor | None = None
    mode: Mode
    effective: Interval
    basis: tuple[Basis, ...] = ()
    source: Source | None = None
    evidence: tuple[Evidence, ...] = ()
    access: Access = Access()
    rulebook_version: str
    irregular: tuple[str, ...] = ()
    """Codes of the rules the act broke; it then has no effects until healed."""
    unverified: tuple[str, ...] = ()
    """Codes of the rules it could not be held against, for want of a fact."""
    reason: SealedText | None = None
    """Why an act was recorded that breaks a rule."""
    corrects: Annotated[int, Field(ge=1)] | None = None
    """The entry this one corrects; both stay visible."""
    event: E

    @property
    def originator_id(self) -> str:
        """The collaboration, as `eventsourcing` calls it."""
        return self.collaboration_id

    @property
    def originator_version(self) -> int:
        """The number, as `eventsourcing` calls it."""
        return self.number

    def fact(self, state: bytes) -> Fact:
        """Returns what folding may know of this entry, whose stored bytes are `state`."""
        return Fact(
            event=self.event,
            number=self.number,
            effective=self.effective,
            recorded_at=self.recorded_at,
            mode=self.mode,
            irregular=self.irregular,
            basis=self.basis,
            actor=self.acted_by,
            sha256=hashlib.sha256(state).digest(),
            access=self.access,
            reason=self.reason,
            corrects=self.corrects,
            documents=tuple(one.sha256 for one in self.evidence),
        )


AnyEntry = Entry[Any]

ENTRY_CLASSES: dict[str, type[Entry[Any]]] = {name: Entry[event] for name, event in EVENTS.items()}  # type: ignore[valid-type]
"""The entry's class by stored name: a closed set, so that text in a database never chooses what is imported."""

_ABSENT_WHEN_NONE = ("acted_by", "source", "reason", "corrects")


def encode(entry: AnyEntry) -> bytes:
    """Returns the entry's canonical bytes. The event's name stands in the envelope only."""
    record = entry.model_dump(mode="json", by_alias=True, exclude={"event": {"type"}})
    for name in _ABSENT_WHEN_NONE:
        if record[name] is None:
            del record[name]
    return orjson.dumps(record, option=orjson.OPT_SORT_KEYS)
