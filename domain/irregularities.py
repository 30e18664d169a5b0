"""Irregular acts (ugyldige handlinger ført i etterkant) and their healing.

An act that happened and broke a rule is kept with the codes of what it broke, and has no effect. It takes effect when
whoever could have acted rightly ratifies it by a new decision, or when a challenge of it ends with the decision upheld
(kommuneloven §§ 27-1, 27-3; forvaltningsloven §§ 34, 35, 41). What nobody in the collaboration could have decided,
nobody in it can ratify. Until then the ids it chose are reserved: they name this act, and no other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import Field
from rpds import HashTrieMap

from domain.authority import Authority
from domain.bodies import Bodies
from domain.copying import replace
from domain.decisions import Decisions, Made
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.rulebook import Standing
from domain.text import Frozen, Name

# Events: stored for ever -----------------------------------------------------------------


class Touched(Frozen):
    """Something a healed act is about."""

    kind: Name
    id: Name


class IrregularityHealed(Event):
    """An irregular act was ratified: it takes effect from this entry's date, as if recorded by this entry."""

    type: Literal["irregularity.healed"] = "irregularity.healed"
    entry: Annotated[int, Field(ge=1)]
    """The number of the irregular act."""
    touched: tuple[Touched, ...]
    """Everything the act is about, computed when it was healed."""


# Commands --------------------------------------------------------------------------------


class HealIrregularity(Command):
    """Ratify an irregular act; the decision that ratifies it is the basis."""

    type: Literal["irregularity.heal"]
    entry: Annotated[int, Field(ge=1)]


# State -----------------------------------------------------------------------------------

ID_OF: Mapping[str, tuple[str, str]] = {
    "charter.proposed": ("charter.propose", "charter_version"),
    "body.established": ("body.establish", "body_id"),
    "office.established": ("office.establish", "office_id"),
    "person.registered": ("person.register", "person_id"),
    "interest.declared": ("interest.declare", "interest_id"),
    "case.opened": ("case.open", "case_id"),
    "meeting.called": ("meeting.call", "meeting_id"),
    "proposal.tabled": ("proposal.table", "proposal_id"),
    "vote.taken": ("vote.take", "vote_id"),
    "decision.made": ("decision.make", "decision_id"),
    "decision.challenged": ("decision.challenge", "challenge_id"),
    "follow_up.assigned": ("follow_up.assign", "follow_up_id"),
    "authority.granted": ("authority.grant", "grant_id"),
    "authority.subdelegated": ("authority.subdelegate", "grant_id"),
    "audit.opened": ("audit.open", "audit_id"),
    "audit_finding.raised": ("audit_finding.raise", "finding_id"),
    "service.registered": ("service.register", "service_id"),
    "service_agreement.concluded": ("service_agreement.conclude", "agreement_id"),
    "costs.allocated": ("costs.allocate", "allocation_id"),
    "readiness.assessed": ("readiness.assess", "assessment_id"),
    "model_options.assessed": ("model_options.assess", "comparison_id"),
    "pitfall.raised": ("pitfall.raise", "concern_id"),
    "loan.authorised": ("loan.authorise", "loan_id"),
}
"""The command that leads to an event, and the field of both that holds the id the act chooses, by the event's name.

A member's id is not among them: it is the municipality's, however often it is admitted.
"""

ID_FIELDS: Mapping[str, str] = dict(ID_OF.values())
"""The field with the id an act chooses, by command."""

NOT_HEALABLE: Mapping[str, str] = {
    "decision.form_cannot_decide": "kommuneloven §§ 18-1, 19-1",
    "authority.power_not_allowed_for_form": "kommuneloven §§ 18-1, 19-1",
    "authority.principle_matter": "kommuneloven §§ 5-4, 13-1, 20-2",
    "decision.principle_matter_not_delegable": "kommuneloven §§ 5-4, 13-1, 20-2",
    "seat.not_eligible": "kommuneloven §§ 7-2, 7-3; IKS-loven §§ 6, 10",
    "legal_form.transition_not_allowed": "kommuneloven §§ 17-1, 31-2",
    "collaboration.fewer_than_two_members": "kommuneloven § 17-1",
    "collaboration.iks_member_not_municipal": "IKS-loven § 1",
    "member.iks_member_not_municipal": "IKS-loven § 1",
    "body.kind_not_in_legal_form": "kommuneloven §§ 18-3, 19-3, 20-3; IKS-loven §§ 6, 10",
}
"""Codes of what no decision of the collaboration can put right, with the provision that takes it out of its hands: the
form has not the power, or the person or party is barred. It is done anew by who may do it, or in another way."""


ONCE = frozenset(
    {
        "legal_form.changed",
        "charter.entered_into_force",
        "member.admitted",
        "member.departed",
        "body.dissolved",
        "seat.filled",
        "seat.vacated",
        "authority.revoked",
        "budget.adopted",
        "accounts.adopted",
        "member_frame.set",
    }
)
"""Events that, once done rightly, leave nothing to heal of an irregular act of the same kind about the same things."""

Done = tuple[str, tuple[Subject, ...]]
"""An act by its stored name and everything it is about."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An irregular act, as it was recorded."""

    fact: Fact
    type: str
    """The stored name of its event."""
    healed_by: int | None = None
    overtaken_by: int | None = None
    """The entry that since did the same rightly."""


@dataclass(frozen=True)
class Irregularities:
    """Every irregular act, and the ids reserved for those that are not healed."""

    by_entry: HashTrieMap[int, Kept] = field(default_factory=HashTrieMap)
    reserved: HashTrieMap[tuple[str, str], int] = field(default_factory=HashTrieMap)
    """The entry an id belongs to, by command and id."""
    awaited: HashTrieMap[Done, int] = field(default_factory=HashTrieMap)
    """Acts of the kinds in `ONCE` that are not healed."""

    def decision(self, decision_id: str) -> Fact | None:
        """Returns a decision that is irregular and not healed, None where there is none of that id."""
        entry = self.reserved.get(("decision.make", decision_id))
        return None if entry is None else self.by_entry[entry].fact


def kept(state: Irregularities, type_: str, fact: Fact, about: tuple[Subject, ...]) -> Irregularities:
    """Returns the state with one more irregular act; `type_` is the stored name of its event."""
    reserved, awaited = state.reserved, state.awaited
    if type_ in ONCE:
        awaited = awaited.insert((type_, about), fact.number)
    chosen = _id_of(fact.event, type_)
    if chosen is not None and chosen not in reserved:
        reserved = reserved.insert(chosen, fact.number)
    return Irregularities(state.by_entry.insert(fact.number, Kept(fact, type_)), reserved, awaited)


def overtaken(state: Irregularities, type_: str, fact: Fact, about: tuple[Subject, ...]) -> Irregularities:
    """Returns the state after a regular act: an irregular one that did the same has nothing left to heal."""
    entry = state.awaited.get((type_, about)) if type_ in ONCE else None
    found = None if entry is None else state.by_entry.get(entry)
    if entry is None or found is None:
        return state
    by_entry = state.by_entry.insert(entry, replace(found, overtaken_by=fact.number))
    return Irregularities(by_entry, state.reserved, state.awaited.remove((type_, about)))


def _id_of(event: Event, type_: str) -> tuple[str, str] | None:
    command, name = ID_OF.get(type_, ("", ""))
    id_ = getattr(event, name, None) if name else None
    return (command, id_) if isinstance(id_, str) else None


def healed(state: Irregularities, event: IrregularityHealed, fact: Fact) -> tuple[Irregularities, Fact | None]:
    """Returns the state in which the act is healed, and the act as it now takes effect; None if it is none to heal."""
    found = state.by_entry.get(event.entry)
    if found is None or found.healed_by is not None:
        return state, None
    reserved = state.reserved
    chosen = _id_of(found.fact.event, found.type)
    if chosen is not None and reserved.get(chosen) == event.entry:
        reserved = reserved.remove(chosen)
    by_entry = state.by_entry.insert(event.entry, replace(found, healed_by=fact.number))
    effective = replace(
        found.fact, number=fact.number, effective=fact.effective, recorded_at=fact.recorded_at, irregular=()
    )
    return Irregularities(by_entry, reserved, state.awaited), effective


# subjects --------------------------------------------------------------------------------


def subjects(event: IrregularityHealed) -> Iterator[Subject]:
    """Yields the irregular act, and everything it is about."""
    yield subject(event.entry)
    yield from (Subject(touched.kind, touched.id) for touched in event.touched)


def subject(entry: int) -> Subject:
    """Returns an irregular act as something an entry touches."""
    return Subject("irregular_act", str(entry))


# Rules -----------------------------------------------------------------------------------


def against_reserved(command: Command, type_: str, state: Irregularities) -> Iterator[Rejection]:
    """Yields an id that names an irregular act, `type_` being the command's: that act is healed, not done again."""
    name = ID_FIELDS.get(type_)
    id_ = None if name is None else getattr(command, name, None)
    entry = None if id_ is None else state.reserved.get((type_, id_))
    if entry is not None:
        yield Rejection("irregular.id_reserved", "fact", entries=(entry,), id=id_, entry=entry)


@dataclass(frozen=True, slots=True)
class Ratifying:
    """What healing is judged by."""

    decisions: Decisions
    bodies: Bodies
    authority: Authority
    standing: Standing
    carried_out: int | None
    """The entry that since carried out what the act rests on a decision for: an effect is carried out once."""


def heal(
    command: HealIrregularity,
    state: Irregularities,
    ratifying: Ratifying,
    touched: tuple[Subject, ...],
    context: Context,
) -> Decision:
    """Returns the act healed; `touched` is everything it is about. Raises Rejection."""
    ruling = judge(_against(command, state, ratifying, context), context.mode)
    about = tuple(Touched(kind=one.kind, id=one.id) for one in touched)
    return Decision((IrregularityHealed(entry=command.entry, touched=about),), ruling)


def _against(
    command: HealIrregularity, state: Irregularities, ratifying: Ratifying, context: Context
) -> Iterator[Rejection]:
    found = state.by_entry.get(command.entry)
    if found is None:
        yield Rejection("irregular.not_irregular", "fact", entry=command.entry)
        return
    if found.healed_by is not None:
        entries = (command.entry, found.healed_by)
        yield Rejection("irregular.already_healed", "fact", entries=entries, entry=command.entry)
    since = found.overtaken_by or ratifying.carried_out
    if since is not None and found.healed_by is None:
        entries = (command.entry, since)
        yield Rejection("irregular.overtaken", "fact", entries=entries, entry=command.entry)
    for code in found.fact.irregular:
        law = NOT_HEALABLE.get(code)
        if law is not None:
            yield Rejection(
                "irregular.not_healable", law=law, entries=(command.entry,), entry=command.entry, broken=code
            )
    if not _ratified(found, ratifying, context):
        decided = [basis.ref for basis in context.basis if basis.kind == "decision"]
        bodies = sorted(_competent(found, ratifying, context))
        params: dict[str, Any] = {"entry": command.entry, "decisions": decided, "bodies": bodies}
        yield Rejection(
            "irregular.no_healing_decision", law="forvaltningsloven § 35", entries=(command.entry,), **params
        )


def _ratified(found: Kept, ratifying: Ratifying, context: Context) -> bool:
    """Returns whether a later decision of a competent body, or a challenge that upheld the act, carries the healing."""
    decision_id = getattr(found.fact.event, "decision_id", None)
    challenged = decision_id if isinstance(decision_id, str) and found.type == "decision.made" else ""
    if any(one.outcome == "upheld" for one in ratifying.decisions.challenges_of(challenged)):
        return True
    competent = _competent(found, ratifying, context)
    named = (ratifying.decisions.by_id.get(basis.ref) for basis in context.basis if basis.kind == "decision")
    return any(made is not None and _ratifies(made, found, competent, context) for made in named)


def _ratifies(made: Made, found: Kept, competent: frozenset[str], context: Context) -> bool:
    adopts = made.kind in ("resolution", "individual_decision", "regulation", "election")
    later = made.entry > found.fact.number and made.in_force(context.effective) is not False
    return adopts and later and made.body is not None and (not competent or made.body in competent)


def _competent(found: Kept, ratifying: Ratifying, context: Context) -> frozenset[str]:
    """Returns the bodies that can ratify: the one that acted, whose grant was used, and the top bodies.

    Empty where the form has no top body and the act names none: then any body that decides can.
    """
    event, actor = found.fact.event, found.fact.actor
    tops = {b.body_id for b in ratifying.bodies.bodies.values() if b.is_top_of(ratifying.standing)}
    acted = {getattr(event, "body_id", None) if found.type == "decision.made" else None}
    if actor is not None:
        acted.add(actor.body)
    grant = ratifying.authority.grants.get(str(getattr(event, "grant_id", "")))
    if grant is not None and found.type != "authority.granted":
        grantor = grant.terms_on(context.on).grantor
        acted.add(grantor.id if grantor.kind == "body" else None)
    return frozenset(body_id for body_id in (*tops, *acted) if body_id is not None)
