"""External records (journalposter): what in other systems is the same document or was sent to them, with their receipt.

Arkivlova and arkivforskrifta leave the journal and the archive to systems made for it; the book tells where in them an
entry is found, and does not stand in for them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from domain.copying import replace
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.records.state import Records
from domain.text import INT_MAX, Name

ExternalSystem = Literal["noark", "fiks", "einnsyn", "bronnoysund", "archive", "other"]
"""Noark-arkivkjerne, KS Fiks, eInnsyn, Brønnøysundregistrene, arkivdepot, annet."""
Direction = Literal["sent", "received", "refers_to"]

# Events: stored for ever -----------------------------------------------------------------


class ExternalRecordLinked(Event):
    """An entry was tied to a record of another system."""

    type: Literal["external_record.linked"] = "external_record.linked"
    entry: Annotated[int, Field(ge=1)]
    system: ExternalSystem
    external_id: Name
    """As the other system writes it, such as a journal number."""
    direction: Direction
    receipt: Name | None = None
    """What the other system answered with."""


# Commands --------------------------------------------------------------------------------


class LinkExternalRecord(Command):
    """Tie an entry to a record of another system."""

    type: Literal["external_record.link"]
    entry: Annotated[int, Field(ge=1, le=INT_MAX)]
    system: ExternalSystem
    external_id: Name
    direction: Direction
    receipt: Name | None = None


# evolve ----------------------------------------------------------------------------------


def linked(state: Records, event: ExternalRecordLinked, fact: Fact) -> Records:
    """Returns the state in which the entry is tied to the record outside."""
    key = (event.entry, event.system, event.external_id)
    return state if key in state.links else replace(state, links=state.links.insert(key, fact.number))


def subjects(event: ExternalRecordLinked) -> Iterator[Subject]:
    """Yields the record outside."""
    yield Subject("external_record", f"{event.system}:{event.external_id}")


# Rules -----------------------------------------------------------------------------------


def link(command: LinkExternalRecord, state: Records, head: int, context: Context) -> Decision:
    """Returns the entry linked; `head` is the number of the book's last entry. Raises Rejection."""
    ruling = judge(_against(command, state, head), context.mode)
    event = ExternalRecordLinked(
        entry=command.entry,
        system=command.system,
        external_id=command.external_id,
        direction=command.direction,
        receipt=command.receipt,
    )
    return Decision((event,), ruling)


def _against(command: LinkExternalRecord, state: Records, head: int) -> Iterator[Rejection]:
    if command.entry > head:
        yield Rejection("external_record.unknown_entry", "fact", entry=command.entry, head=head)
    known = state.links.get((command.entry, command.system, command.external_id))
    if known is not None:
        yield Rejection(
            "external_record.already_linked",
            "fact",
            entries=(command.entry, known),
            entry=command.entry,
            system=command.system,
            external_id=command.external_id,
        )
