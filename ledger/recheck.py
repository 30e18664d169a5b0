"""`recheck`: every stored verdict of a book decided again, by the rulebook its entry is stamped with.

For each entry the command that would lead to it is rebuilt and decided on the book as it stood before, on the day it
was recorded. What the rules say now is held against what is stored: that it was accepted, its irregular and unverified
codes, and everything in the event that was worked out and not sent. Nothing is written and nothing is repaired.

No text is read: each is stood in for by its commitment, so that a book answers the same after an erasure. No rule may
rest on what a text says, then, and a rule that did would be found here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal, cast

import orjson
from pydantic import ValidationError

from domain.collaboration import AnyCommand, AnyEvent, Collaboration, decide
from domain.kernel import RULEBOOK, Context, Decision, Event, Rejection, Ruling, context_for
from ledger.application import Ledger
from ledger.deciding import today_in_oslo
from ledger.entry import SCHEMA, AnyEntry
from ledger.errors import DamagedEntry, LedgerUnavailable
from ledger.reading import Book, Recorded
from ledger.rebuilding import NotRebuilt, rebuilt, seal_again
from ledger.state_bytes import same_state

Decide = Callable[[AnyCommand, Collaboration, Context], Decision]

RULEBOOKS: Mapping[str, Decide] = {RULEBOOK: decide}
"""Every rulebook this version can judge by, as entries are stamped with it."""

Kind = Literal[
    "damaged",
    "rulebook_unknown",
    "not_rebuilt",
    "refused_now",
    "accepted_differently",
    "irregular_differs",
    "unverified_differs",
    "content_differs",
    "kept_state",
]
"""How a verdict may differ from the one stored.

`damaged`: the entry cannot be read, so nothing after it can be re-checked. `rulebook_unknown`: it is stamped with rules
this version does not hold. `not_rebuilt`: no command can be made that would lead to it. `refused_now`: the rules refuse
it. `accepted_differently`: the same command leads to other kinds of entry, or to more or fewer. `irregular_differs` and
`unverified_differs`: it is accepted with other codes. `content_differs`: what was worked out comes out otherwise.
`kept_state`: the state that is kept up to it for the next start is not what the entries fold to.
"""


@dataclass(frozen=True, slots=True)
class Difference:
    """One stored verdict that the rules do not give again."""

    collaboration: str
    entry: int
    type: str
    """The event's stored name; empty where the entry cannot be read."""
    kind: Kind
    code: str | None = None
    """Of the rejection, for `refused_now`."""
    law: str | None = None
    fields: tuple[str, ...] = ()
    """Of the event, for `content_differs`."""
    stored: Any = None
    recomputed: Any = None


@dataclass(frozen=True, slots=True)
class _Awaited:
    """What the last command leads to beyond the entries already seen."""

    command_id: str
    number: int
    type: str
    events: tuple[Event, ...]
    ruling: Ruling


def recheck_book(ledger: Ledger, collaboration_id: str) -> Iterator[Difference | int]:
    """Yields where the stored verdicts of a book differ from those given again and, after each entry, its number.

    Only the folded state is kept in memory. A damaged entry ends the book: what follows it rests on it. Raises
    LedgerUnavailable.
    """
    before, awaited, number = Collaboration(), None, 0
    kept = ledger.states.book(collaboration_id)
    try:
        for step in ledger.steps(Book(collaboration_id)):
            differences, awaited = _entry(step.recorded, before, awaited)
            yield from differences
            before, number = step.after, step.fact.number
            if kept is not None and kept.number == number and not same_state(kept.state, before):
                yield _difference(step.recorded.entry, "kept_state", stored=str(ledger.states.folder))
            yield number
    except DamagedEntry as error:
        yield Difference(collaboration_id, number + 1, "", "damaged", stored=error.what)
        return
    if awaited is not None:
        yield _too_few(collaboration_id, awaited)


def _entry(
    recorded: Recorded, before: Collaboration, awaited: _Awaited | None
) -> tuple[list[Difference], _Awaited | None]:
    """Returns how one entry differs, and what is still awaited after it."""
    entry, found = recorded.entry, list[Difference]()
    if awaited is not None:
        if (entry.command_id, entry.type) == (awaited.command_id, _name(awaited.events[0])):
            found = list(_compared(recorded, awaited.events[0], awaited.ruling))
            return found, _rest(entry, awaited.events[1:], awaited.ruling)
        found.append(_too_few(entry.collaboration_id, awaited))
    decided = _decided_again(recorded, before)
    if isinstance(decided, Difference):
        return [*found, decided], None
    first, *others = decided.events
    if _name(first) != entry.type:
        types = [_name(event) for event in decided.events]
        return [*found, _difference(entry, "accepted_differently", stored=entry.type, recomputed=types)], None
    found += _compared(recorded, first, decided.ruling)
    return found, _rest(entry, tuple(others), decided.ruling)


def _rest(entry: AnyEntry, events: tuple[Event, ...], ruling: Ruling) -> _Awaited | None:
    return _Awaited(entry.command_id, entry.number, entry.type, events, ruling) if events else None


def _too_few(collaboration_id: str, awaited: _Awaited) -> Difference:
    missing = [_name(event) for event in awaited.events]
    return Difference(
        collaboration_id, awaited.number, awaited.type, "accepted_differently", stored=[], recomputed=missing
    )


def _name(event: Event) -> str:
    """Returns an event's stored name."""
    return cast("AnyEvent", event).type


def _difference(entry: AnyEntry, kind: Kind, **what: Any) -> Difference:
    return Difference(entry.collaboration_id, entry.number, entry.type, kind, **what)


# Deciding again --------------------------------------------------------------------------


def _decided_again(recorded: Recorded, before: Collaboration) -> Decision | Difference:
    """Returns what the rules say of an entry, or why they say nothing of it.

    Where several commands could have led to it, it stands if one of them does.
    """
    entry = recorded.entry
    judge = RULEBOOKS.get(entry.rulebook_version)
    if judge is None:
        known = sorted(RULEBOOKS)
        return _difference(entry, "rulebook_unknown", stored=entry.rulebook_version, recomputed=known)
    today = today_in_oslo(entry.recorded_at)
    first: Decision | Difference | None = None
    try:
        for command in rebuilt(entry, before):
            answer = _judged(judge, command, entry, before, today)
            if isinstance(answer, Decision) and not any(_compared(recorded, answer.events[0], answer.ruling)):
                return answer
            first = first or answer
    except (NotRebuilt, ValidationError) as error:
        first = first or _difference(entry, "not_rebuilt", recomputed=_said(error))
    return first or _difference(entry, "not_rebuilt")


def _judged(
    judge: Decide, command: AnyCommand, entry: AnyEntry, before: Collaboration, today: date
) -> Decision | Difference:
    context = replace(context_for(command, today, seal_again), rulebook=entry.rulebook_version)
    try:
        return judge(command, before, context)
    except Rejection as rejection:
        params = {name: rejection.params[name] for name in sorted(rejection.params)}
        said = {"entries": list(rejection.entries), "params": orjson.loads(orjson.dumps(params, default=str))}
        return _difference(entry, "refused_now", code=rejection.code, law=rejection.law, recomputed=said)


def _said(error: Exception) -> str:
    if isinstance(error, ValidationError):
        one = error.errors(include_input=False, include_url=False)[0]
        return f"{'.'.join(map(str, one['loc']))}: {one['msg']}"
    return str(error)


# Comparing -------------------------------------------------------------------------------


def _compared(recorded: Recorded, event: Event, ruling: Ruling) -> Iterator[Difference]:
    """Yields where an entry is not what the rules lead to."""
    entry = recorded.entry
    if entry.type != _name(event):
        yield _difference(entry, "accepted_differently", stored=entry.type, recomputed=[_name(event)])
        return
    for name in ("irregular", "unverified"):
        said, says = getattr(entry, name), getattr(ruling, name)
        if said != says:
            kind: Kind = "irregular_differs" if name == "irregular" else "unverified_differs"
            yield _difference(entry, kind, stored=list(said), recomputed=list(says))
    if entry.event == event:
        return
    stored, again = entry.event.model_dump(mode="json"), event.model_dump(mode="json")
    record = orjson.loads(recorded.state)
    if record["schema"] < SCHEMA:
        again = _as_far_as_written(record["event"] | {"type": entry.type}, again, stored)
    fields = tuple(name for name in sorted(stored) if stored[name] != again[name])
    if fields:
        yield _difference(
            entry,
            "content_differs",
            fields=fields,
            stored={name: stored[name] for name in fields},
            recomputed={name: again[name] for name in fields},
        )


def _as_far_as_written(written: Any, again: Any, stored: Any) -> Any:
    """Returns `again` with what an older schema did not write taken from `stored`: it cannot differ in it."""
    if isinstance(written, dict) and isinstance(again, dict) and isinstance(stored, dict):
        return {
            name: _as_far_as_written(written[name], value, stored[name]) if name in written else stored[name]
            for name, value in again.items()
            if name in stored
        }
    if isinstance(written, list) and isinstance(again, list) and len(written) == len(again):
        return [_as_far_as_written(*three) for three in zip(written, again, stored, strict=True)]
    return again


# Whole ledgers ---------------------------------------------------------------------------


def recheck_books(ledger: Ledger, ids: list[str], progress: Callable[[int], None]) -> Iterator[Difference | int]:
    """Yields the differences of several books and, after each book, how many entries of it were re-checked."""
    before = 0
    for collaboration_id in ids:
        number = 0
        try:
            for found in recheck_book(ledger, collaboration_id):
                if isinstance(found, Difference):
                    yield found
                else:
                    number = found
                    progress(before + number)
        except LedgerUnavailable as error:
            yield Difference(collaboration_id, number + 1, "", "damaged", stored=str(error))
        before += number
        yield number
