"""Historical facts that no other event fits, taken in from a source with how certain they are.

History comes in as the ordinary events, in mode `import`. This is for the rest: what a source tells of the time before
the book and no register has a place for. It has no effect on any rule, and is read as it was found, with its figures as
they are printed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from domain.copying import replace
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.records.state import Records
from domain.text import Frozen, Id, Name, SealedText, Text

Certainty = Literal["certain", "likely", "uncertain"]

# Events: stored for ever -----------------------------------------------------------------


class Told(Frozen):
    """One thing a source says, word for word or figure for figure."""

    what: Name
    value: Name


class HistoricalEntryImported(Event):
    """A historical fact was read in a source; the envelope names it, and the day or days it is about."""

    type: Literal["historical_entry.imported"] = "historical_entry.imported"
    historical_id: Id
    kind: Name
    """What kind of fact, in the words of whoever took it in."""
    data: Annotated[tuple[Told, ...], Field(max_length=200)] = ()
    text: SealedText | None = None
    certainty: Certainty


# Commands --------------------------------------------------------------------------------


class ImportHistoricalEntry(Command):
    """Take in a historical fact from a source that no other command fits, dated before the book was live."""

    type: Literal["historical_entry.import"]
    historical_id: Id
    kind: Name
    data: Annotated[tuple[Told, ...], Field(max_length=200)] = ()
    text: Text | None = None
    certainty: Certainty


# evolve ----------------------------------------------------------------------------------


def taken_in(state: Records, event: HistoricalEntryImported, fact: Fact) -> Records:
    """Returns the state that knows the fact by its id."""
    return replace(state, historical=state.historical.insert(event.historical_id, fact.number))


# subjects --------------------------------------------------------------------------------


def subjects(event: HistoricalEntryImported) -> Iterator[Subject]:
    """Yields the historical fact."""
    yield Subject("historical_entry", event.historical_id)


# Rules -----------------------------------------------------------------------------------


def take_in(command: ImportHistoricalEntry, state: Records, context: Context) -> Decision:
    """Returns the fact taken in. Raises Rejection."""
    ruling = judge(_against(command, state, context), context.mode)
    event = HistoricalEntryImported(
        historical_id=command.historical_id,
        kind=command.kind,
        data=command.data,
        text=None if command.text is None else context.seal(command.text),
        certainty=command.certainty,
    )
    return Decision((event,), ruling)


def _against(command: ImportHistoricalEntry, state: Records, context: Context) -> Iterator[Rejection]:
    if command.source is None:
        yield Rejection("historical_entry.source_missing", "fact", historical_id=command.historical_id)
    elif context.mode != "import":
        yield Rejection("historical_entry.not_imported", "fact", historical_id=command.historical_id)
    known = state.historical.get(command.historical_id)
    if known is not None:
        yield Rejection(
            "historical_entry.already_imported", "fact", entries=(known,), historical_id=command.historical_id
        )
    if command.text is None and not command.data:
        yield Rejection("historical_entry.nothing_told", "fact", historical_id=command.historical_id)
    live = state.live_since
    if live is not None and context.on >= live:
        yield Rejection(
            "historical_entry.after_book_was_live",
            "fact",
            historical_id=command.historical_id,
            on=context.on.isoformat(),
            live_since=live.isoformat(),
        )
