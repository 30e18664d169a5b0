"""From an entry back to the command that would lead to it: what `recheck` decides again.

Names come in threes, and so do fields: what a command and its event both have was sent; what only the event has was
worked out. A text is stood in for by its commitment, and sealing that gives the same commitment again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import orjson
from pydantic import ValidationError

from domain.collaboration import COMMANDS, EVENTS, AnyCommand, Collaboration
from domain.constitution import CharterProposed
from domain.dates import Interval
from domain.text import SealedText
from ledger.entry import AnyEntry

Fields = dict[str, Any]

PARTICIPLES: Mapping[str, str] = {
    "begin": "begun",
    "bring": "brought",
    "cast": "cast",
    "choose": "chosen",
    "draw": "drawn",
    "find": "found",
    "give": "given",
    "hold": "held",
    "lay": "laid",
    "leave": "left",
    "make": "made",
    "put": "put",
    "send": "sent",
    "set": "set",
    "take": "taken",
    "withdraw": "withdrawn",
}
"""What was done, of verbs that do not add -ed."""

LED_BY: Mapping[str, str] = {}
"""The command, of events that are named for something else than its verb."""

_COMMITMENT = re.compile(r"^[0-9a-f]{64}$")
_NO_TEXT = SealedText.of("nothing was sealed here", bytes(32))


class NotRebuilt(Exception):
    """No command leads to an entry. The message says why."""


# Names -----------------------------------------------------------------------------------


def done(verb: str) -> frozenset[str]:
    """Returns how a verb may stand in an event's name, such as `admitted` for `admit`."""
    first, _, rest = verb.partition("_")
    tail = f"_{rest}" if rest else ""
    if first in PARTICIPLES:
        return frozenset({PARTICIPLES[first] + tail})
    stems = {f"{first}ed", f"{first}{first[-1]}ed", f"{first[:-1]}ied"} | ({f"{first}d"} if first[-1] == "e" else set())
    return frozenset(stem + tail for stem in stems)


def _paired() -> dict[str, str]:
    """Returns the command that leads to an event of its own name, by the event's stored name."""
    pairs = dict(LED_BY)
    for name in COMMANDS:
        subject, _, verb = name.partition(".")
        pairs.update({event: name for event in (f"{subject}.{past}" for past in done(verb)) if event in EVENTS})
    return pairs


COMMAND_OF: Mapping[str, str] = _paired()
"""The command by the event it leads to first. An event that is missing here only follows from another's command."""


# Fields ----------------------------------------------------------------------------------


def seal_again(text: str) -> SealedText:
    """Returns the commitment a text stands in for; for any other text one that no entry holds."""
    return SealedText(commitment=text) if _COMMITMENT.match(text) else _NO_TEXT


def rebuilt(entry: AnyEntry, before: Collaboration) -> Iterator[AnyCommand]:
    """Yields the commands that could have led to an entry, the likeliest first, at least one.

    Raises NotRebuilt if there is none by that name, ValidationError if none of today's form says the same.
    """
    name = COMMAND_OF.get(entry.type)
    if name is None:
        raise NotRebuilt(f"no command leads to {entry.type} by itself")
    sent = sent_fields(name, entry.event.model_dump(mode="json"))
    yield _validated(name, sent | _envelope(entry))
    for fields in VARIANTS[name](entry, sent, before) if name in VARIANTS else ():
        yield _validated(name, fields | _envelope(entry))


def sent_fields(name: str, event: Fields, text: str | None = None) -> Fields:
    """Returns what was sent of an event that command `name` led to, as JSON has it.

    Each sealed text is `text`, or its commitment where none is given.
    """
    return _sent(name, _with_stand_ins(event, text))


def _with_stand_ins(value: Any, text: str | None) -> Any:
    """Returns a value with each sealed text as what stands in for the text."""
    if isinstance(value, dict):
        if value.keys() == {"commitment"}:
            return value["commitment"] if text is None else text
        return {name: _with_stand_ins(inner, text) for name, inner in value.items()}
    return [_with_stand_ins(inner, text) for inner in value] if isinstance(value, list) else value


def _sent(name: str, event: Fields) -> Fields:
    """Returns the event's fields that the command has. `reason_text` is sent where the event says `reason`."""
    fields: Fields = {}
    for field in COMMANDS[name].model_fields:
        stem = field.removesuffix("_text")
        if field in event:
            fields[field] = event[field]
        elif stem != field and stem in event:
            fields[field] = event[stem]
    for effect in fields["effects"] if name == "decision.make" else ():
        # An event keeps each term in JSON of one form; a command gives them as the act's own fields.
        effect["terms"] = {term["field"]: orjson.loads(term["value"]) for term in effect["terms"]}
    return fields


def _envelope(entry: AnyEntry) -> Fields:
    """Returns what comes with any command, as the entry keeps it. A reason is kept only where a rule was broken."""
    envelope: Fields = {
        "type": COMMAND_OF[entry.type],
        "mode": entry.mode,
        "effective": _date(entry.effective),
        "basis": entry.basis,
        "evidence": entry.evidence,
        "access": entry.access,
    }
    if entry.mode == "record" or entry.reason is not None:
        envelope["reason"] = (entry.reason or _NO_TEXT).commitment
    if entry.acted_by is not None:
        envelope["acted_by"] = entry.acted_by
    if entry.source is not None:
        envelope["source"] = entry.source
    if entry.corrects is not None:
        envelope["corrects"] = entry.corrects
    return envelope


def _date(interval: Interval) -> Any:
    """Returns a date as a command gives it: a day, or bounds."""
    if interval.is_exact and interval.text is None and not interval.derived:
        return interval.earliest
    return interval.model_dump(mode="json")


def _validated(name: str, fields: Fields) -> AnyCommand:
    """Returns the command, without what was worked out inside its parts. Raises ValidationError."""
    plain = orjson.loads(orjson.dumps(fields, default=lambda value: value.model_dump(mode="json")))
    while True:
        try:
            return COMMANDS[name].model_validate_json(orjson.dumps(plain))
        except ValidationError as error:
            extra = [one["loc"] for one in error.errors(include_url=False) if one["type"] == "extra_forbidden"]
            if not sum(_without(plain, loc) for loc in extra):
                raise


def _without(value: Any, loc: Sequence[Any]) -> bool:
    """Takes away what stands at a place, whose path may name members of unions too. Returns whether it was there."""
    *path, last = loc
    for part in path:
        if (isinstance(value, dict) and part in value) or (isinstance(value, list) and isinstance(part, int)):
            value = value[part]
    return isinstance(value, dict) and value.pop(last, _NO_TEXT) is not _NO_TEXT


# What may have been sent in more than one way --------------------------------------------

Variants = Callable[[AnyEntry, Fields, Collaboration], Iterator[Fields]]


def _charters(entry: AnyEntry, fields: Fields, before: Collaboration) -> Iterator[Fields]:
    """Yields a proposal without the clauses at its end that stand in the charter in force: ever more of them left out.

    On the route of the top body's two thirds what is demanded and left out is carried over, in order of its key.
    """
    event, current = entry.event, before.constitution.charter_on(entry.effective.latest)
    if not isinstance(event, CharterProposed) or event.route != "top_body_two_thirds" or current is None:
        return
    for kept in range(len(event.clauses) - 1, -1, -1):
        clause = event.clauses[kept]
        if current.clauses.get(clause.key) != clause:
            return
        yield fields | {"clauses": fields["clauses"][:kept]}


VARIANTS: Mapping[str, Variants] = {"charter.propose": _charters}
"""Other ways to send what an event says, of those that keep what was worked out among what was sent."""
