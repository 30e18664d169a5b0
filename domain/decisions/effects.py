"""Effects (virkninger): what a decision lays down that an act is then to carry out, each once.

An effect names the command that carries it out, what that is about, and the part of the command the decision lays
down. The act names the decision as its basis; that the two agree is judged in `domain.effects`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, Field, JsonValue, StringConstraints
from pydantic_core import PydanticCustomError

from domain.text import INT_MAX, Frozen, Id, clean_text

EffectAct = Literal[
    "charter.enter_into_force",
    "legal_form.change",
    "member.admit",
    "member.depart",
    "body.establish",
    "body.dissolve",
    "seat_plan.adopt",
    "body_rules.adopt",
    "office.establish",
    "seat.fill",
    "seat.vacate",
    "authority.grant",
    "authority.subdelegate",
    "authority.revoke",
    "service.register",
    "service.retire",
    "service_agreement.conclude",
    "agreement_phase.change",
    "service_agreement.terminate",
    "service_level.revise",
    "price_terms.revise",
    "budget.adopt",
    "budget.amend",
    "cost_key.adopt",
    "costs.allocate",
    "accounts.adopt",
    "loan.authorise",
    "member_frame.set",
    "strategy.adopt",
    "benefit_status.decide",
    "benchmark_consent.give",
    "benchmark_consent.withdraw",
]
"""The commands that can carry out a decision."""


@dataclass(frozen=True, slots=True)
class ActKind:
    """How an act that carries out a decision is recognised in the book."""

    event: str
    """The stored name of what it is recorded as."""
    subject: str
    """The field of the command, and of the event, that says what it is about."""


ACTS: Mapping[EffectAct, ActKind] = {
    "charter.enter_into_force": ActKind("charter.entered_into_force", "charter_version"),
    "legal_form.change": ActKind("legal_form.changed", "to_form"),
    "member.admit": ActKind("member.admitted", "member_id"),
    "member.depart": ActKind("member.departed", "member_id"),
    "body.establish": ActKind("body.established", "body_id"),
    "body.dissolve": ActKind("body.dissolved", "body_id"),
    "seat_plan.adopt": ActKind("seat_plan.adopted", "body_id"),
    "body_rules.adopt": ActKind("body_rules.adopted", "body_id"),
    "office.establish": ActKind("office.established", "office_id"),
    "seat.fill": ActKind("seat.filled", "person_id"),
    "seat.vacate": ActKind("seat.vacated", "person_id"),
    "authority.grant": ActKind("authority.granted", "grant_id"),
    "authority.subdelegate": ActKind("authority.subdelegated", "grant_id"),
    "authority.revoke": ActKind("authority.revoked", "grant_id"),
    "service.register": ActKind("service.registered", "service_id"),
    "service.retire": ActKind("service.retired", "service_id"),
    "agreement_phase.change": ActKind("agreement_phase.changed", "agreement_id"),
    "price_terms.revise": ActKind("price_terms.revised", "agreement_id"),
    "service_agreement.conclude": ActKind("service_agreement.concluded", "agreement_id"),
    "service_agreement.terminate": ActKind("service_agreement.terminated", "agreement_id"),
    "service_level.revise": ActKind("service_level.revised", "agreement_id"),
    "budget.adopt": ActKind("budget.adopted", "year"),
    "budget.amend": ActKind("budget.amended", "year"),
    "cost_key.adopt": ActKind("cost_key.adopted", "key_id"),
    "costs.allocate": ActKind("costs.allocated", "allocation_id"),
    "accounts.adopt": ActKind("accounts.adopted", "year"),
    "loan.authorise": ActKind("loan.authorised", "loan_id"),
    "member_frame.set": ActKind("member_frame.set", "member_id"),
    "strategy.adopt": ActKind("strategy.adopted", "strategy_id"),
    "benefit_status.decide": ActKind("benefit_status.decided", "benefit_id"),
    "benchmark_consent.give": ActKind("benchmark_consent.given", "consent_id"),
    "benchmark_consent.withdraw": ActKind("benchmark_consent.withdrawn", "consent_id"),
}
"""Each act by its command. A decision lays down at most one of a kind about the same subject."""

ACT_OF_EVENT: Mapping[str, EffectAct] = {kind.event: act for act, kind in ACTS.items()}
"""The command that leads to an event, by the event's stored name."""

TERMS_MAX = 40
TERM_CHARACTERS_MAX = 4_000
"""Of one term, in JSON."""
DEPTH_MAX = 6
"""Lists and objects within each other, in one term."""

FieldName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]


def _kept(value: JsonValue, depth: int = 0) -> JsonValue:
    """Returns a value with its texts in NFC. Raises PydanticCustomError where no act could hold it."""
    match value:
        case str():
            return clean_text(value) if value else value
        case bool() | None:
            return value
        case int() if abs(value) <= INT_MAX:
            return value
        case list() if depth < DEPTH_MAX:
            return [_kept(item, depth + 1) for item in value]
        case dict() if depth < DEPTH_MAX:
            return {clean_text(key): _kept(item, depth + 1) for key, item in value.items()}
        case _:
            raise PydanticCustomError("term_value", "a term holds texts, whole numbers, lists and objects of them")


def _bounded(value: JsonValue) -> JsonValue:
    kept = _kept(value)
    if len(written(kept)) > TERM_CHARACTERS_MAX:
        raise PydanticCustomError("term_too_long", "a term is too long")
    return kept


def written(value: JsonValue) -> str:
    """Returns a value as JSON in the one form terms are stored in."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


TermValue = Annotated[JsonValue, AfterValidator(_bounded)]


class Term(Frozen):
    """One field of the act as the decision lays it down."""

    field: FieldName
    value: Annotated[str, StringConstraints(min_length=1, max_length=TERM_CHARACTERS_MAX)]
    """In JSON, with sorted keys and no white space."""

    def read(self) -> JsonValue:
        """Returns the value; what is no JSON reads as the text it is."""
        try:
            return json.loads(self.value)  # type: ignore[no-any-return]
        except ValueError:
            return self.value


class Effect(Frozen):
    """What one act is to carry out."""

    effect_id: Id
    act: EffectAct
    subject: Id
    """What the act is about: the id of the grant, body, member, agreement or the like; for a budget its year."""
    terms: tuple[Term, ...] = ()
    """The fields of the act that the decision lays down; of the others it leaves the choice to who acts."""


class EffectGiven(Frozen):
    """An effect as a command gives it."""

    effect_id: Id
    act: EffectAct
    subject: Id
    terms: Annotated[dict[FieldName, TermValue], Field(default_factory=dict, max_length=TERMS_MAX)]

    def stored(self) -> Effect:
        """Returns the effect as it is stored."""
        terms = tuple(Term(field=name, value=written(value)) for name, value in sorted(self.terms.items()))
        return Effect(effect_id=self.effect_id, act=self.act, subject=self.subject, terms=terms)


def same(laid_down: JsonValue, done: object) -> bool:
    """Returns whether what is done is what a term lays down.

    An object lays down the keys it names and no more; the order of a list of ids or words says nothing.
    """
    if isinstance(laid_down, dict):
        return isinstance(done, dict) and all(key in done and same(item, done[key]) for key, item in laid_down.items())
    if isinstance(laid_down, list):
        if not isinstance(done, list) or len(laid_down) != len(done):
            return False
        if all(isinstance(item, str) for item in (*laid_down, *done)):
            return sorted(map(str, laid_down)) == sorted(map(str, done))
        return all(same(one, other) for one, other in zip(laid_down, done, strict=True))
    return type(laid_down) is type(done) and laid_down == done


def acts_known() -> frozenset[str]:
    """Returns the commands that can carry out a decision."""
    return frozenset(get_args(EffectAct))
