"""Pitfalls (fallgruver): raised by someone or by what the book itself shows, and handled.

A pitfall is one of the catalogue. Raised by its indicator, it stores what the indicator came to and the entries that
rests on, so that it can be worked out again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal, TypeAlias, cast

from pydantic import Field
from rpds import HashTrieMap

from domain.copying import replace
from domain.dates import Interval
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.readiness.book import Book
from domain.readiness.figures import Figure, Unit
from domain.rulebook.readiness import CATALOGUE, CATALOGUES, CatalogueId, PitfallId
from domain.text import INT_MAX, Frozen, Id, SealedText, Text, Unknown

RaisedBy = Literal["indicator", "person"]
Severity = Literal["low", "medium", "high"]
PitfallOutcome = Literal["avoided", "mitigated", "accepted", "unfounded"]
"""unngått, dempet, akseptert, ubegrunnet."""

# Events: stored for ever -----------------------------------------------------------------


class IndicatorShown(Frozen):
    """What the indicator of a pitfall came to when it was raised."""

    measured: Annotated[int, Field(ge=-INT_MAX, le=INT_MAX)]
    out_of: Annotated[int, Field(ge=0, le=INT_MAX)] | None
    """Of how many, where it is a share."""
    unit: Unit


class PitfallRaised(Event):
    """A pitfall was raised."""

    type: Literal["pitfall.raised"] = "pitfall.raised"
    concern_id: Id
    pitfall_id: PitfallId
    raised_by: RaisedBy
    severity: Severity | Unknown
    evidence_entries: Annotated[tuple[int, ...], Field(max_length=100)] = ()
    description: SealedText | None = None
    catalogue: CatalogueId
    """The version of the catalogue it was raised from."""
    indicator: IndicatorShown | None = None
    """None where someone raised it."""
    rests_on: Annotated[tuple[int, ...], Field(max_length=100)] = ()
    """The latest entries the indicator was worked out from."""


class PitfallHandled(Event):
    """What came of a pitfall that was raised."""

    type: Literal["pitfall.handled"] = "pitfall.handled"
    concern_id: Id
    outcome: PitfallOutcome
    follow_up_id: Id | None = None
    remarks: SealedText | None = None


# Commands --------------------------------------------------------------------------------


class RaisePitfall(Command):
    """Raise a pitfall of the catalogue, by oneself or because its indicator shows it."""

    type: Literal["pitfall.raise"]
    concern_id: Id
    pitfall_id: Id
    raised_by: RaisedBy = "person"
    severity: Severity | Unknown = "unknown"
    evidence_entries: Annotated[tuple[Annotated[int, Field(ge=1, le=INT_MAX)], ...], Field(max_length=100)] = ()
    description: Text | None = None


class HandlePitfall(Command):
    """Say what came of a pitfall that was raised."""

    type: Literal["pitfall.handle"]
    concern_id: Id
    outcome: PitfallOutcome
    follow_up_id: Id | None = None
    remarks: Text | None = None


# State -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Concern:
    """A pitfall that was raised, and what came of it."""

    event: PitfallRaised
    entry: int
    on: Interval
    outcome: PitfallOutcome | None = None
    follow_up_id: str | None = None
    handled: Interval | None = None
    handled_by: int | None = None
    """The entry that says so."""
    remarks: SealedText | None = None


Concerns: TypeAlias = "HashTrieMap[str, Concern]"
"""Pitfalls that were raised, by the id of the concern."""


def raised(concerns: Concerns, event: PitfallRaised, fact: Fact) -> Concerns:
    """Returns the concerns after one more."""
    return concerns.insert(event.concern_id, Concern(event, fact.number, fact.effective))


def handled(concerns: Concerns, event: PitfallHandled, fact: Fact) -> Concerns:
    """Returns the concerns after one was handled; one that is not there, or was handled before, stays as it is."""
    concern = concerns.get(event.concern_id)
    if concern is None or concern.handled_by is not None:
        return concerns
    after = replace(
        concern,
        outcome=event.outcome,
        follow_up_id=event.follow_up_id,
        handled=fact.effective,
        handled_by=fact.number,
        remarks=event.remarks,
    )
    return concerns.insert(event.concern_id, after)


def subjects(event: PitfallRaised | PitfallHandled) -> Iterator[Subject]:
    """Yields the concern, and the task that is to deal with it."""
    yield Subject("concern", event.concern_id)
    if isinstance(event, PitfallHandled) and event.follow_up_id is not None:
        yield Subject("follow_up", event.follow_up_id)


# Rules -----------------------------------------------------------------------------------

RESTS_ON_AT_MOST = 100
Indicate = Callable[[Book, date], Figure]
"""Works out one indicator on a day."""


def decide_raising(
    command: RaisePitfall, concerns: Concerns, book: Book, indicators: Mapping[str, Indicate], context: Context
) -> Decision:
    """Returns the pitfall as raised. Raises Rejection."""
    indicate = indicators.get(command.pitfall_id) if command.raised_by == "indicator" else None
    figure = None if indicate is None else indicate(book, context.on)
    ruling = judge(_against_raising(command, concerns, book, figure), context.mode)
    event = PitfallRaised(
        concern_id=command.concern_id,
        pitfall_id=cast("PitfallId", command.pitfall_id),  # one that is none has been refused, in every mode
        raised_by=command.raised_by,
        severity=command.severity,
        evidence_entries=command.evidence_entries,
        description=None if command.description is None else context.seal(command.description),
        catalogue=CATALOGUE,
        indicator=_shown(figure),
        rests_on=() if figure is None else figure.entries[-RESTS_ON_AT_MOST:],
    )
    return Decision((event,), ruling)


def _shown(figure: Figure | None) -> IndicatorShown | None:
    if figure is None or figure.value is None:
        return None
    return IndicatorShown(measured=figure.value, out_of=figure.of, unit=figure.unit)


def _against_raising(
    command: RaisePitfall, concerns: Concerns, book: Book, figure: Figure | None
) -> Iterator[Rejection]:
    concern_id, pitfall_id = command.concern_id, command.pitfall_id
    held = concerns.get(concern_id)
    if held is not None:
        yield Rejection("pitfall.already_raised", "fact", entries=(held.entry,), concern_id=concern_id)
    if pitfall_id not in CATALOGUES[CATALOGUE]:
        yield Rejection("pitfall.not_in_catalogue", "fact", pitfall_id=pitfall_id, catalogue=CATALOGUE)
    still = [c for c in concerns.values() if c.event.pitfall_id == pitfall_id and c.handled_by is None]
    for concern in sorted(still, key=lambda concern: concern.entry)[:1]:
        yield Rejection(
            "pitfall.still_open",
            "fact",
            entries=(concern.entry,),
            pitfall_id=pitfall_id,
            concern_id=concern.event.concern_id,
        )
    beyond = sorted(number for number in set(command.evidence_entries) if number > book.head)
    if beyond:
        yield Rejection(
            "pitfall.unknown_entry",
            "fact",
            concern_id=concern_id,
            unknown=[str(number) for number in beyond],
            head=book.head,
        )
    if figure is not None and figure.raised is not True:
        told = {"pitfall_id": pitfall_id, "concern_id": concern_id}
        if figure.raised is None:
            yield Rejection("pitfall.indicator_unknown", "unknown", entries=figure.entries, **told)
        else:
            yield Rejection("pitfall.indicator_not_raised", "fact", entries=figure.entries, **told)


def decide_handling(command: HandlePitfall, concerns: Concerns, book: Book, context: Context) -> Decision:
    """Returns the pitfall as handled. Raises Rejection."""
    ruling = judge(_against_handling(command, concerns, book, context), context.mode)
    event = PitfallHandled(
        concern_id=command.concern_id,
        outcome=command.outcome,
        follow_up_id=command.follow_up_id,
        remarks=None if command.remarks is None else context.seal(command.remarks),
    )
    return Decision((event,), ruling)


def _against_handling(command: HandlePitfall, concerns: Concerns, book: Book, context: Context) -> Iterator[Rejection]:
    concern_id = command.concern_id
    concern = concerns.get(concern_id)
    if concern is None:
        yield Rejection("pitfall.unknown_concern", "fact", concern_id=concern_id)
        return
    if concern.handled_by is not None:
        yield Rejection("pitfall.not_open", "fact", entries=(concern.entry, concern.handled_by), concern_id=concern_id)
    if command.follow_up_id is not None and command.follow_up_id not in book.decisions.follow_ups:
        yield Rejection("pitfall.unknown_follow_up", "fact", concern_id=concern_id, follow_up_id=command.follow_up_id)
    if context.effective.latest < concern.on.earliest:
        yield Rejection(
            "pitfall.handled_before_raised",
            "fact",
            entries=(concern.entry,),
            concern_id=concern_id,
            on=context.on.isoformat(),
            raised_on=concern.on.earliest.isoformat(),
        )
    if command.outcome == "mitigated" and command.follow_up_id is None:
        yield Rejection("pitfall.measure_missing", "unknown", entries=(concern.entry,), concern_id=concern_id)
