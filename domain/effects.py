"""What acts rest on: the decisions, resolutions and charters they name, and the effects those decisions lay down.

An effect is carried out once, by an act that names the decision and does what it says. No act may rest on a decision
that is not in the book, that is not in force, or that decided something else.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from domain.copying import replace
from domain.decisions import Decisions, Made, MakeDecision
from domain.decisions.effects import ACT_OF_EVENT, ACTS, Effect, EffectAct, same
from domain.kernel import Basis, Command, Context, Event, Fact, Rejection
from domain.resolutions import Resolutions
from domain.text import running_texts

DIGITS_MAX = 15
"""Of an entry's number, as a basis names it."""

OWN_FIELDS = frozenset(Command.model_fields) - {"effective"} | {"type"}
"""Fields every command has, which say how an act is recorded and not what it is."""


@dataclass(frozen=True, slots=True)
class Named:
    """What the book knows of the things an act can rest on."""

    decisions: Decisions
    resolutions: Resolutions
    charters: Collection[str]
    """The versions proposed."""
    irregular: Callable[[str], Fact | None]
    """Returns a decision recorded with broken rules and not healed, by its id."""


# Rules -----------------------------------------------------------------------------------


def against(command: Command, type_: str, named: Named, context: Context) -> Iterator[Rejection]:
    """Yields what stands against the act resting on what it names, `type_` being the command's."""
    for basis in context.basis:
        match basis.kind:
            case "decision":
                yield from _against_decision(basis.ref, named, context)
            case "resolution":
                yield from _against_resolution(basis.ref, named.resolutions)
            case "charter":
                yield from _against_charter(basis.ref, named.charters)
            case "law" | "document":
                pass
    act = _act(type_)
    if act is not None:
        yield from _against_effects(command, act, named.decisions, context)


def _act(type_: str) -> EffectAct | None:
    return next((act for act in ACTS if act == type_), None)


def _against_decision(decision_id: str, named: Named, context: Context) -> Iterator[Rejection]:
    made = named.decisions.by_id.get(decision_id)
    if made is None:
        kept = named.irregular(decision_id)
        if kept is None:
            yield Rejection("basis.unknown_decision", "fact", decision_id=decision_id)
        else:
            yield Rejection("basis.decision_irregular", entries=(kept.number,), decision_id=decision_id)
        return
    there = made.in_force(context.effective)
    if made.end is not None and there is not True:
        params: dict[str, Any] = {"decision_id": decision_id, "end": made.end.kind, "on": context.on.isoformat()}
        entries = (made.entry, made.end.entry)
        if there is False:
            yield Rejection("basis.decision_not_in_force", entries=entries, **params)
        else:
            yield Rejection("basis.decision_perhaps_ended", "unknown", entries=entries, **params)
    if made.stayed_by is not None:
        entries = (made.entry, made.stayed_by)
        yield Rejection("basis.decision_stayed", law="kommuneloven § 27-3", entries=entries, decision_id=decision_id)
    if made.open_conditions:
        conditions = sorted(made.open_conditions)
        yield Rejection("basis.condition_open", entries=(made.entry,), decision_id=decision_id, conditions=conditions)


def _against_resolution(ref: str, resolutions: Resolutions) -> Iterator[Rejection]:
    """Yields a number that is no resolution's; a council's own reference, which is no number, is taken as it is."""
    if ref.isascii() and ref.isdecimal() and (len(ref) > DIGITS_MAX or int(ref) not in resolutions.by_entry):
        yield Rejection("basis.unknown_resolution", "fact", ref=ref)


def _against_charter(ref: str, charters: Collection[str]) -> Iterator[Rejection]:
    if charters and ref not in charters:
        yield Rejection("basis.unknown_charter", "unknown", charter_version=ref)


def _against_effects(command: Command, act: EffectAct, decisions: Decisions, context: Context) -> Iterator[Rejection]:
    named = (decisions.by_id.get(decision_id) for decision_id in resting_on(context.basis, command))
    deciding = [made for made in named if made is not None and made.event.effects]
    if not deciding:
        return
    subject = _subject(command, act)
    found = next(((made, effect) for made in deciding if (effect := _laid_down(made, act, subject))), None)
    if found is None:
        entries = tuple(made.entry for made in deciding)
        ids = [made.event.decision_id for made in deciding]
        yield Rejection("effect.not_decided", entries=entries, act=act, subject=subject, decisions=ids)
        return
    made, effect = found
    params: dict[str, Any] = {"decision_id": made.event.decision_id, "effect_id": effect.effect_id}
    applied = made.applied.get(effect.effect_id)
    if applied is not None:
        yield Rejection("effect.already_applied", "fact", entries=(made.entry, applied), **params)
    fields = _differing(effect, command, context)
    if fields:
        yield Rejection("effect.differs", entries=(made.entry,), fields=fields, **params)


def resting_on(basis: tuple[Basis, ...], act: Command | Event) -> tuple[str, ...]:
    """Returns the decisions an act names, in its envelope or in a field of its own, each once."""
    named = [one.ref for one in basis if one.kind == "decision"]
    own = getattr(act, "decision_id", None)
    if isinstance(own, str):
        named.append(own)
    return tuple(dict.fromkeys(named))


def _subject(act: Command | Event, kind: EffectAct) -> str:
    """Returns what an act is about, as an effect names it."""
    return str(getattr(act, ACTS[kind].subject, ""))


def _laid_down(made: Made, act: EffectAct, subject: str) -> Effect | None:
    return next((e for e in made.event.effects if e.act == act and e.subject == subject), None)


def _differing(effect: Effect, command: Command, context: Context) -> list[str]:
    """Returns the fields in which an act is not what the decision lays down."""
    done = command.model_dump(mode="json")
    done["effective"] = context.on.isoformat() if context.effective.is_exact else None
    return [term.field for term in effect.terms if not same(term.read(), done.get(term.field))]


def carried_out(decisions: Decisions, event: Event, type_: str, fact: Fact) -> int | None:
    """Returns the entry that already carried out what an act rests on a decision for, None where none has."""
    act = ACT_OF_EVENT.get(type_)
    named = () if act is None else resting_on(fact.basis, event)
    for made in (decisions.by_id.get(decision_id) for decision_id in named):
        effect = None if made is None or act is None else _laid_down(made, act, _subject(event, act))
        if made is not None and effect is not None and effect.effect_id in made.applied:
            return made.applied[effect.effect_id]
    return None


def against_terms(command: MakeDecision, commands: Mapping[str, type[BaseModel]]) -> Iterator[Rejection]:
    """Yields effects that lay down what the act has no field for, `commands` being the commands by type.

    Nor is running text laid down: terms stand in the entry as they are, and no order could take a text out of it.
    """
    for effect in command.effects:
        fields = sorted(set(effect.terms) - (set(commands[effect.act].model_fields) - OWN_FIELDS))
        if fields:
            yield Rejection("effect.unknown_field", "fact", effect_id=effect.effect_id, act=effect.act, fields=fields)
        known = commands[effect.act].model_fields
        texts = [
            path
            for name, value in sorted(effect.terms.items())
            if name in known
            for path in running_texts(known[name].rebuild_annotation(), value, name)
        ]
        if texts:
            yield Rejection("effect.text_laid_down", "fact", effect_id=effect.effect_id, act=effect.act, fields=texts)


# State -----------------------------------------------------------------------------------


def applied(decisions: Decisions, event: Event, type_: str, fact: Fact) -> Decisions:
    """Returns the state in which what the act rests on knows of it, and the effect it carries out is spent.

    `type_` is the event's stored name. Of an effect carried out twice the first time counts.
    """
    act = ACT_OF_EVENT.get(type_)
    for decision_id in () if act is None else resting_on(fact.basis, event):
        made = decisions.by_id.get(decision_id)
        if made is None:
            continue
        made = replace(made, rested_on_by=made.rested_on_by.push_front(fact.number))
        effect = None if act is None else _laid_down(made, act, _subject(event, act))
        if effect is not None and effect.effect_id not in made.applied:
            made = replace(made, applied=made.applied.insert(effect.effect_id, fact.number))
        decisions = decisions.with_made(decision_id, made)
    return decisions
