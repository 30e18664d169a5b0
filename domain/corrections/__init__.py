"""Corrections (rettelser): an entry that was wrong when it was recorded gets another in its place, and both stay.

A correction carries the whole replacement and is decided as the one it corrects was, on a book without that one. From
the correction on, the state is as if the replacement stood there instead; rows as of entries before it show the old.
What is in minutes that were signed is corrected by the body itself (kommuneloven § 11-4).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from domain.corrections.anew import INSTEAD
from domain.corrections.kinds import REGISTERS, Registers
from domain.corrections.replacing import EVENT_OF, KINDS
from domain.corrections.signed import SignedIn, signed_with
from domain.corrections.state import Corrections, Held, kept, superseded
from domain.kernel import Command, Context, Event, Fact, Rejection

__all__ = [
    "KINDS",
    "REGISTERS",
    "Corrections",
    "Held",
    "Known",
    "Registers",
    "SignedIn",
    "against_replacement",
    "against_signed",
    "is_correctable",
    "kept",
    "replaced",
    "signed_with",
    "standing",
    "superseded",
    "target_of",
    "without",
]

MINUTES = "kommuneloven § 11-4"


@dataclass(frozen=True, slots=True)
class Known:
    """What the book knows of the acts that may be corrected."""

    corrections: Corrections
    head: int
    """The number of the last entry."""
    healed: Callable[[int], tuple[bool, int | None]]
    """Returns whether an entry was recorded as irregular, and the entry that healed it."""


def standing(corrections: Corrections, entry: int, healed_by: int | None = None) -> Held | None:
    """Returns the act an entry recorded, found by the entry that healed it where it was irregular; None if unknown."""
    return corrections.by_entry.get(entry if healed_by is None else healed_by)


def is_correctable(event_type: str) -> bool:
    """Returns whether acts with this stored name may be corrected; the others need a new decision."""
    return event_type in KINDS


def target_of(command: Command, command_type: str, known: Known) -> Held:
    """Returns the act a command corrects. Raises Rejection where there is none that it can correct."""
    event_type = EVENT_OF.get(command_type)
    entry = command.corrects or 0
    if event_type is None:
        raise Rejection(
            "correction.needs_new_decision",
            "fact",
            entries=(entry,),
            entry=entry,
            type=command_type,
            instead=list(INSTEAD[command_type]),
        )
    if entry > known.head:
        raise Rejection("correction.target_missing", "fact", entry=entry, head=known.head)
    irregular, healed_by = known.healed(entry)
    if irregular and healed_by is None:
        raise Rejection("correction.target_irregular", "fact", entries=(entry,), entry=entry)
    held = standing(known.corrections, entry, healed_by)
    if held is None or held.type != event_type:
        found = None if held is None else held.type
        raise Rejection(
            "correction.other_type", "fact", entries=(entry,), entry=entry, type=command_type, corrected=found
        )
    if held.corrected_by is not None:
        last = known.corrections.last_of(held.corrected_by)
        raise Rejection("correction.already_corrected", "fact", entries=(entry, last), entry=entry, by=last)
    kind = KINDS[event_type]
    changed = [path for path in kind.fixed if _at(command, path) != _at(held.fact.event, path)]
    if changed:
        raise Rejection("correction.fields_fixed", "fact", entries=(entry,), entry=entry, fields=changed)
    return held


def _at(told: object, path: str) -> object:
    """Returns what stands in a field, or in a field of a part; None in one of a part that is not there."""
    for name in path.split("."):
        told = None if told is None else getattr(told, name)
    return told


def against_replacement(held: Held, event: Event, context: Context) -> Iterator[Rejection]:
    """Yields that something is moved that stays, or that nothing is corrected. Of sealed texts nobody can tell."""
    fact, kind = held.fact, KINDS[held.type]
    moved = [name for name in kind.settled if _at(event, name) != _at(fact.event, name)]
    if not kind.dated and context.effective != fact.effective:
        moved.append("effective")
    if moved:
        yield Rejection("correction.fields_fixed", "fact", entries=(fact.number,), entry=fact.number, fields=moved)
    told = (event, context.effective, context.basis, context.actor)
    if told == (fact.event, fact.effective, fact.basis, fact.actor):
        yield Rejection("correction.nothing_changed", "fact", entries=(fact.number,), entry=fact.number)


def against_signed(
    held: Held, signed: Iterable[SignedIn], decided_by: Callable[[str], str | None], context: Context
) -> Iterator[Rejection]:
    """Yields that what stands in signed minutes would be corrected without the body whose minutes they are.

    `decided_by` returns the body that made a decision, None for one that is not in the book.
    """
    bodies = {decided_by(basis.ref) for basis in context.basis if basis.kind == "decision"}
    for one in signed:
        if one.body_id not in bodies:
            yield Rejection(
                "correction.signed_without_body",
                law=MINUTES,
                entries=(held.fact.number, one.signed_by),
                entry=held.fact.number,
                meeting_id=one.meeting_id,
                body_id=one.body_id,
            )


def without(registers: Registers, held: Held) -> Registers:
    """Returns the registers as if an act had not been recorded."""
    return KINDS[held.type].without(registers, held)


def replaced(registers: Registers, held: Held, event: Event, fact: Fact) -> Registers:
    """Returns the registers in which an event stands in the place of an act of the same kind."""
    return KINDS[held.type].replaced(registers, held, event, fact)
