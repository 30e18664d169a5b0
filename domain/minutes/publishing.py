"""Publication of minutes: what of the signed ones everyone may read, and by which provision the rest is left out.

Kommuneloven § 11-4; IKS-loven § 9a; offentleglova §§ 13 to 26; offentlegforskrifta § 7.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from domain.copying import replace
from domain.kernel import Command, Event, Fact, Rejection, Subject
from domain.meetings.state import Meeting
from domain.minutes.state import Line, Minutes, Protocol, Publication, Redaction, public_digest
from domain.rulebook.minutes import exempts
from domain.text import FieldName, Frozen, Id, Name, Sha256

# Events: stored for ever -----------------------------------------------------------------


class LeftOut(Frozen):
    """What of an entry the public version leaves out, and by which provision."""

    entry: Annotated[int, Field(ge=1)]
    legal_basis: Name | None = None
    """Such as `offentleglova § 13, jf. forvaltningsloven § 13`."""
    fields: Annotated[tuple[FieldName, ...], Field(max_length=40)] = ()
    """Fields of the event; empty for the whole entry."""


class MinutesPublished(Event):
    """The public version of signed minutes was made known."""

    type: Literal["minutes.published"] = "minutes.published"
    meeting_id: Id
    public_sha256: Sha256
    """Over the lines of the public version; docs/schema.md says how it is computed."""
    redactions: tuple[LeftOut, ...] = ()


# Commands --------------------------------------------------------------------------------


class PublishMinutes(Command):
    """Publish the signed minutes of a meeting, without what is exempt from access.

    What is left out here is left out of the minutes; who may read the entry itself is said by the entry's own access.
    """

    type: Literal["minutes.publish"]
    meeting_id: Id
    redactions: Annotated[tuple[LeftOut, ...], Field(max_length=500)] = ()


# evolve ----------------------------------------------------------------------------------


def published(state: Minutes, event: MinutesPublished, fact: Fact) -> Minutes:
    """Returns the state in which the signed minutes are published without these parts."""
    protocol = state.of(event.meeting_id)
    publication = Publication(
        entry=fact.number,
        last_entry=0 if protocol.signature is None else protocol.signature.last_entry,
        sha256=event.public_sha256,
        redactions=_left_out(event.redactions),
    )
    return replace(
        state, by_meeting=state.by_meeting.insert(event.meeting_id, replace(protocol, publication=publication))
    )


def _left_out(redactions: tuple[LeftOut, ...]) -> tuple[Redaction, ...]:
    named = (Redaction(one.entry, one.legal_basis, tuple(sorted(set(one.fields)))) for one in redactions)
    return tuple(sorted(named, key=lambda redaction: redaction.entry))


# subjects --------------------------------------------------------------------------------


def subjects(event: MinutesPublished) -> Iterator[Subject]:
    """Yields the minutes and the meeting they are of."""
    yield Subject("minutes", event.meeting_id)
    yield Subject("meeting", event.meeting_id)


# Rules -----------------------------------------------------------------------------------


def publishing(command: PublishMinutes, protocol: Protocol) -> MinutesPublished:
    """Returns the event of publishing what is signed."""
    return MinutesPublished(
        meeting_id=command.meeting_id,
        public_sha256=public_digest(protocol.signed_lines, _left_out(command.redactions)),
        redactions=command.redactions,
    )


def against_publishing(
    command: PublishMinutes, meeting: Meeting | None, protocol: Protocol, law: str | None, today: date
) -> Iterator[Rejection]:
    """Yields what stands against publishing minutes, in order of precedence. `law` is the act the minutes are under."""
    if meeting is None:
        yield Rejection("minutes.unknown_meeting", "fact", meeting_id=command.meeting_id)
        return
    if protocol.signature is None:
        # A source may show published minutes and not who signed them.
        yield Rejection(
            "minutes.not_signed", "unknown", law=law, entries=(meeting.entry,), meeting_id=command.meeting_id
        )
    lines = protocol.signed_lines
    yield from _against_redactions(command, lines, protocol)
    yield from _against_shielded(command, lines, today)
    publication = protocol.publication
    if publication is not None and publication.sha256 == publishing(command, protocol).public_sha256:
        entries = (publication.entry,)
        yield Rejection("minutes.already_published", "fact", entries=entries, meeting_id=command.meeting_id)


def _against_redactions(command: PublishMinutes, lines: tuple[Line, ...], protocol: Protocol) -> Iterator[Rejection]:
    without = sorted({one.entry for one in command.redactions if not exempts(one.legal_basis or "")})
    if without:
        law = "offentleglova §§ 13-26"
        yield Rejection("minutes.redaction_without_basis", law=law, entries=without, redacted=without)
    own = {line.number for line in lines}
    foreign = sorted({one.entry for one in command.redactions} - own)
    if foreign:
        entries = () if protocol.signature is None else (protocol.signature.entry,)
        yield Rejection("minutes.redaction_of_foreign_entry", "fact", entries=entries, redacted=foreign)
    twice = sorted(number for number, times in Counter(one.entry for one in command.redactions).items() if times > 1)
    if twice:
        yield Rejection("minutes.redacted_twice", "fact", entries=twice, redacted=twice)


def _against_shielded(command: PublishMinutes, lines: tuple[Line, ...], today: date) -> Iterator[Rejection]:
    """Yields that an entry everyone may not read, or fields of one, would stand in the public version."""
    whole = {one.entry for one in command.redactions if not one.fields}
    fields = {one.entry: set(one.fields) for one in command.redactions if one.fields}
    shown = [
        line.number
        for line in lines
        if line.is_shielded(today)
        and line.number not in whole
        and not (line.shielded_fields and set(line.shielded_fields) <= fields.get(line.number, set()))
    ]
    if shown:
        yield Rejection(
            "minutes.would_publish_prohibited_content", law="offentlegforskrifta § 7", entries=shown, shielded=shown
        )
