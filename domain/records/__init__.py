"""Entries as records: who may read them, what they are tied to in other systems, and history that fits nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from domain.kernel import Context, Decision, Fact, Subject
from domain.records import access, external, historical
from domain.records.access import ChangeEntryAccess, EntryAccessChanged
from domain.records.external import ExternalRecordLinked, LinkExternalRecord
from domain.records.historical import HistoricalEntryImported, ImportHistoricalEntry, Told
from domain.records.state import Change, Records, entered

__all__ = [
    "Change",
    "ChangeEntryAccess",
    "EntryAccessChanged",
    "ExternalRecordLinked",
    "HistoricalEntryImported",
    "ImportHistoricalEntry",
    "LinkExternalRecord",
    "RecordCommand",
    "RecordEvent",
    "Records",
    "Told",
    "decide",
    "entered",
    "evolve",
    "subjects",
]

RecordEvent = EntryAccessChanged | ExternalRecordLinked | HistoricalEntryImported
RecordCommand = ChangeEntryAccess | LinkExternalRecord | ImportHistoricalEntry


def evolve(state: Records, event: RecordEvent, fact: Fact) -> Records:
    """Returns the state after one event."""
    match event:
        case EntryAccessChanged():
            return access.changed(state, event, fact)
        case ExternalRecordLinked():
            return external.linked(state, event, fact)
        case HistoricalEntryImported():
            return historical.taken_in(state, event, fact)
        case _:
            assert_never(event)


def subjects(event: RecordEvent) -> Iterator[Subject]:
    """Yields what an event touches, what it is about first."""
    match event:
        case EntryAccessChanged():
            return access.subjects(event)
        case ExternalRecordLinked():
            return external.subjects(event)
        case HistoricalEntryImported():
            return historical.subjects(event)
        case _:
            assert_never(event)


def decide(command: RecordCommand, state: Records, head: int, context: Context) -> Decision:
    """Returns what a command leads to; `head` is the number of the book's last entry. Raises Rejection."""
    match command:
        case ChangeEntryAccess():
            return access.change(command, state, head, context)
        case LinkExternalRecord():
            return external.link(command, state, head, context)
        case ImportHistoricalEntry():
            return historical.take_in(command, state, context)
        case _:
            assert_never(command)
