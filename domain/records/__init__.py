"""The book as a record: who may read what of it, what it is tied to in other systems, and with whom it is compared.

History that fits nowhere else is taken in here too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from domain.decisions import Decisions
from domain.kernel import Context, Decision, Fact, Subject
from domain.records import access, benchmarking, external, historical
from domain.records.access import ChangeEntryAccess, EntryAccessChanged
from domain.records.benchmarking import (
    MEASURES,
    BenchmarkConsentGiven,
    BenchmarkConsentWithdrawn,
    GiveBenchmarkConsent,
    Measure,
    WithdrawBenchmarkConsent,
)
from domain.records.external import ExternalRecordLinked, LinkExternalRecord
from domain.records.historical import HistoricalEntryImported, ImportHistoricalEntry, Told
from domain.records.state import AccessNow, Change, Consent, Records, entered, in_force

__all__ = [
    "MEASURES",
    "AccessNow",
    "BenchmarkConsentGiven",
    "BenchmarkConsentWithdrawn",
    "Change",
    "ChangeEntryAccess",
    "Consent",
    "EntryAccessChanged",
    "ExternalRecordLinked",
    "GiveBenchmarkConsent",
    "HistoricalEntryImported",
    "ImportHistoricalEntry",
    "LinkExternalRecord",
    "Measure",
    "RecordCommand",
    "RecordEvent",
    "Records",
    "Told",
    "WithdrawBenchmarkConsent",
    "decide",
    "entered",
    "evolve",
    "in_force",
    "subjects",
]

RecordEvent = (
    EntryAccessChanged
    | ExternalRecordLinked
    | HistoricalEntryImported
    | BenchmarkConsentGiven
    | BenchmarkConsentWithdrawn
)
RecordCommand = (
    ChangeEntryAccess | LinkExternalRecord | ImportHistoricalEntry | GiveBenchmarkConsent | WithdrawBenchmarkConsent
)


def evolve(state: Records, event: RecordEvent, fact: Fact) -> Records:
    """Returns the state after one event."""
    match event:
        case EntryAccessChanged():
            return access.changed(state, event, fact)
        case ExternalRecordLinked():
            return external.linked(state, event, fact)
        case HistoricalEntryImported():
            return historical.taken_in(state, event, fact)
        case BenchmarkConsentGiven():
            return benchmarking.given(state, event, fact)
        case BenchmarkConsentWithdrawn():
            return benchmarking.withdrawn(state, event, fact)
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
        case BenchmarkConsentGiven() | BenchmarkConsentWithdrawn():
            return benchmarking.subjects(event)
        case _:
            assert_never(event)


def decide(command: RecordCommand, state: Records, decisions: Decisions, head: int, context: Context) -> Decision:
    """Returns what a command leads to; `head` is the number of the book's last entry. Raises Rejection."""
    match command:
        case ChangeEntryAccess():
            return access.change(command, state, head, context)
        case LinkExternalRecord():
            return external.link(command, state, head, context)
        case ImportHistoricalEntry():
            return historical.take_in(command, state, context)
        case GiveBenchmarkConsent():
            return benchmarking.give(command, state, decisions, context)
        case WithdrawBenchmarkConsent():
            return benchmarking.withdraw(command, state, decisions, context)
        case _:
            assert_never(command)
