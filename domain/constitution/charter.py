"""The charter (samarbeidsavtale, selskapsavtale, vedtekter): what it must contain, who adopts it and from when.

Kommuneloven §§ 18-4, 19-4, 20-4; IKS-loven §§ 4, 22; aksjeloven § 2-2; arkivforskrifta § 8. The members' councils adopt
what the act lists; the rest the top body may change by two thirds, where there is one. That a charter may agree another
majority for its own change is words, and not judged here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError
from rpds import HashTrieMap

from domain.constitution.state import Charter, Clause, ClauseKey, Constitution
from domain.dates import Day
from domain.kernel import Command, Context, Decision, Event, Nature, Rejection, judge
from domain.members import Members
from domain.resolutions import Ratification, RatifiedBy, Resolutions, ratification
from domain.rulebook import FORMS, transition
from domain.text import Amount, Count, Frozen, Id, Name, Text
from domain.vocabulary import CharterKind, LegalFormId

CLAUSES_MAX = 200
Route = Literal["member_councils", "top_body_two_thirds"]


class CharterProposed(Event):
    """A charter version was put before those who adopt it."""

    type: Literal["charter.proposed"] = "charter.proposed"
    charter_version: Id
    kind: CharterKind
    legal_form: LegalFormId
    """The form the charter is written for."""
    clauses: Annotated[tuple[Clause, ...], Field(max_length=CLAUSES_MAX)]
    route: Route
    lock_in_until: Day | None = None
    """Until this day, itself included, no member may give notice of withdrawal (IKS-loven § 30); None without such a
    time."""
    loan_ceiling_ore: Amount | None = None
    """All it may borrow (IKS-loven § 22), as the clause on it says; None where it sets none or it is not shown."""


class Tally(Frozen):
    """Votes cast, blank ones left out, and those in favour."""

    cast: Count
    in_favour: Count

    @model_validator(mode="after")
    def _no_more_than_cast(self) -> Self:
        if self.in_favour > self.cast:
            raise PydanticCustomError("votes_above_cast", "no more votes are in favour than are cast")
        return self


class CharterEnteredIntoForce(Event):
    """A charter version took effect."""

    type: Literal["charter.entered_into_force"] = "charter.entered_into_force"
    charter_version: Id
    ratified_by: tuple[RatifiedBy, ...]
    """The resolutions it rests on, found when it was decided."""
    vote: Tally | None = None
    """In the top body, for a change by its two thirds."""


class ClauseText(Frozen):
    """One clause as proposed; leave the text out where a source does not show it."""

    key: ClauseKey
    heading: Name | None = None
    text: Text | None = None


class ProposeCharter(Command):
    """Put a charter version before those who adopt it.

    On the route of the top body's two thirds a clause the act reserves for the councils stands as it is. Leave out what
    is demanded and does not change, and it is carried over from the charter in force.
    """

    type: Literal["charter.propose"]
    charter_version: Id
    kind: CharterKind
    legal_form: LegalFormId
    clauses: Annotated[tuple[ClauseText, ...], Field(max_length=CLAUSES_MAX)] = ()
    route: Route = "member_councils"
    lock_in_until: Day | None = None
    loan_ceiling_ore: Amount | None = None


class EnterCharterIntoForce(Command):
    """Put a proposed charter version into force, once every council has resolved or two thirds have voted for it."""

    type: Literal["charter.enter_into_force"]
    charter_version: Id
    vote: Tally | None = None


def charter_of(event: CharterProposed, entry: int) -> Charter:
    """Returns the charter an entry proposes."""
    return Charter(
        entry=entry,
        legal_form=event.legal_form,
        by_councils=event.route == "member_councils",
        clauses=HashTrieMap({clause.key: clause for clause in event.clauses}),
        lock_in_until=event.lock_in_until,
        loan_ceiling_ore=event.loan_ceiling_ore,
    )


def propose(command: ProposeCharter, constitution: Constitution, context: Context) -> Decision:
    """Returns the proposal. Raises Rejection."""
    event = CharterProposed(
        charter_version=command.charter_version,
        kind=command.kind,
        legal_form=command.legal_form,
        clauses=_clauses(command, constitution, context),
        route=command.route,
        lock_in_until=_lock_in(command, constitution, context),
        loan_ceiling_ore=_loan_ceiling(command, constitution, context),
    )
    return Decision((event,), judge(_against_proposal(event, command, constitution, context), context.mode))


def _clauses(command: ProposeCharter, constitution: Constitution, context: Context) -> tuple[Clause, ...]:
    """Returns the clauses proposed and, on the two-thirds route, those in force that are demanded and were left out."""
    proposed = tuple(
        Clause(key=clause.key, heading=clause.heading, text=None if clause.text is None else context.seal(clause.text))
        for clause in command.clauses
    )
    current = constitution.charter_on(context.on)
    if command.route != "top_body_two_thirds" or current is None:
        return proposed
    keys = {clause.key for clause in proposed}
    demanded = {demand.key for demand in FORMS[command.legal_form].demanded(current.clauses, context.effective)}
    carried = (current.clauses[key] for key in sorted(demanded & set(current.clauses) - keys))
    return (*proposed, *carried)[:CLAUSES_MAX]


def _lock_in(command: ProposeCharter, constitution: Constitution, context: Context) -> date | None:
    """Returns the last day no notice may be given: as proposed, else on the two-thirds route as it is."""
    current = constitution.charter_on(context.on)
    if command.lock_in_until is not None or command.route != "top_body_two_thirds" or current is None:
        return command.lock_in_until
    return current.lock_in_until


def _loan_ceiling(command: ProposeCharter, constitution: Constitution, context: Context) -> int | None:
    """Returns the ceiling for borrowing: as proposed, else on the two-thirds route as it is."""
    current = constitution.charter_on(context.on)
    if command.loan_ceiling_ore is not None or command.route != "top_body_two_thirds" or current is None:
        return command.loan_ceiling_ore
    return current.loan_ceiling_ore


def _reserved(form: LegalFormId, clauses: Mapping[str, Clause], context: Context) -> set[str]:
    """Returns the keys of the clauses only the councils adopt, of a charter with these clauses."""
    return {demand.key for demand in FORMS[form].demanded(clauses, context.effective) if demand.reserved}


def _against_proposal(
    event: CharterProposed, command: ProposeCharter, constitution: Constitution, context: Context
) -> Iterator[Rejection]:
    version, proposal = event.charter_version, charter_of(event, entry=0)
    known = constitution.charters.get(version)
    if known is not None:
        yield Rejection("charter.already_proposed", "fact", entries=(known.entry,), charter_version=version)
    yield from _against_form(event, constitution, context)
    keys = [clause.key for clause in command.clauses]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        yield Rejection("charter.clause_listed_twice", "fact", charter_version=version, clauses=twice)
    yield from _against_missing(version, proposal, context)
    silent = sorted({clause.key for clause in command.clauses if clause.text is None})
    if silent:
        yield Rejection("charter.clause_unknown", "unknown", charter_version=version, clauses=silent)
    if not proposal.by_councils:
        yield from _against_route(version, proposal, constitution, frozenset(keys), context)


def _against_form(event: CharterProposed, constitution: Constitution, context: Context) -> Iterator[Rejection]:
    held = constitution.form_on(context.on)
    if held is None or event.legal_form == held.value or transition(held.value, event.legal_form) is not None:
        return
    yield Rejection(
        "charter.form_mismatch",
        law=FORMS[event.legal_form].law,
        entries=(held.number,),
        charter_version=event.charter_version,
        legal_form=event.legal_form,
        in_force=held.value,
    )


def _against_missing(version: str, charter: Charter, context: Context) -> Iterator[Rejection]:
    """Yields the clauses that are demanded and not there; whether a dated demand applies may hang on a rough date."""
    demands = FORMS[charter.legal_form].demanded(charter.clauses, context.effective)
    missing = [demand for demand in demands if demand.key not in charter.clauses]
    natures: tuple[Nature, Nature] = ("rule", "unknown")
    for nature in natures:
        lacking = [d for d in missing if (nature == "rule") == (d.since <= context.effective.earliest)]
        if lacking:
            yield Rejection(
                "charter.clause_missing",
                nature,
                law="; ".join(dict.fromkeys(demand.law for demand in lacking)),
                charter_version=version,
                legal_form=charter.legal_form,
                clauses=[demand.key for demand in lacking],
            )


def _against_route(
    version: str, charter: Charter, constitution: Constitution, listed: frozenset[str], context: Context
) -> Iterator[Rejection]:
    """Yields what speaks against changing the charter by two thirds of the top body.

    A clause reserved for the councils must be the one in force; whether one `listed` is, only its text can tell.
    """
    form, current = FORMS[charter.legal_form], constitution.charter_on(context.on)
    changed: list[str] = []
    doubtful: list[str] = []
    if current is not None:
        reserved = _reserved(charter.legal_form, {**current.clauses, **charter.clauses}, context)
        changed = sorted(key for key in reserved if _changed(charter.clauses.get(key), current.clauses.get(key)))
        if "withdrawal" in reserved - set(changed) and charter.lock_in_until != current.lock_in_until:
            changed = sorted((*changed, "withdrawal"))
        if "loan_ceiling" in reserved - set(changed) and _moved(charter.loan_ceiling_ore, current.loan_ceiling_ore):
            changed = sorted((*changed, "loan_ceiling"))
        doubtful = sorted(
            key for key in reserved & listed if _doubtful(charter.clauses.get(key), current.clauses.get(key))
        )
    reformed = current is not None and current.legal_form != charter.legal_form
    broken = current is None or reformed or not form.top_body_amends or bool(changed)
    if broken or doubtful:
        yield Rejection(
            "charter.route_too_weak",
            "rule" if broken else "unknown",
            law=form.charter_law,
            entries=() if current is None else (current.entry,),
            charter_version=version,
            legal_form=charter.legal_form,
            clauses=changed or doubtful,
        )


def _moved(new: int | None, old: int | None) -> bool:
    """Whether a ceiling is another; one that the book did not show before may be the same."""
    return old is not None and new != old


def _changed(new: Clause | None, old: Clause | None) -> bool:
    if new is None or old is None:
        return new is not old
    return new.text is not None and old.text is not None and new.text != old.text


def _doubtful(new: Clause | None, old: Clause | None) -> bool:
    return new is not None and old is not None and (new.text is None or old.text is None)


def enter_into_force(
    command: EnterCharterIntoForce,
    constitution: Constitution,
    members: Members,
    resolutions: Resolutions,
    context: Context,
) -> Decision:
    """Returns the charter's entering into force, with the resolutions it rests on. Raises Rejection."""
    charter = constitution.charters.get(command.charter_version)
    round_ = ratification(
        resolutions,
        ("charter", command.charter_version),
        required=members.required_on(context.on),
        on=context.on,
    )
    by_councils = charter is None or charter.by_councils
    event = CharterEnteredIntoForce(
        charter_version=command.charter_version,
        ratified_by=tuple(RatifiedBy(member_id=m, entry=entry) for m, entry in round_.adopted) if by_councils else (),
        vote=command.vote,
    )
    return Decision((event,), judge(_against_entering(command, charter, constitution, round_, context), context.mode))


def _against_entering(
    command: EnterCharterIntoForce,
    charter: Charter | None,
    constitution: Constitution,
    round_: Ratification,
    context: Context,
) -> Iterator[Rejection]:
    version = command.charter_version
    if charter is None:
        yield Rejection("charter.not_proposed", "fact", charter_version=version)
        return
    if charter.in_force_entry is not None:
        yield Rejection("charter.already_in_force", "fact", entries=(charter.in_force_entry,), charter_version=version)
    if charter.by_councils:
        yield from _against_ratification(version, charter, round_, context)
    else:
        yield from _against_vote(command, charter)
        yield from _against_route(version, charter, constitution, frozenset(), context)
    yield from _against_missing(version, charter, context)


def _against_ratification(
    version: str, charter: Charter, round_: Ratification, context: Context
) -> Iterator[Rejection]:
    law, entries = FORMS[charter.legal_form].charter_law, (charter.entry, *round_.entries)
    if round_.rejected:
        yield Rejection(
            "charter.rejected_by_member",
            law=law,
            entries=entries,
            charter_version=version,
            members=list(round_.rejected),
        )
    if round_.missing:
        yield Rejection(
            "charter.not_ratified_by_all",
            round_.nature_of_gap,
            law=law,
            entries=entries,
            charter_version=version,
            members=list(round_.missing),
            ratified=len(round_.adopted),
            required=len(round_.required),
        )
    resolved = round_.precedes(context.effective)
    if resolved != "yes":
        yield Rejection(
            "charter.effective_before_last_ratification",
            "rule" if resolved == "no" else "unknown",
            law=law,
            entries=entries,
            charter_version=version,
            effective=context.on.isoformat(),
            earliest=round_.last_day.isoformat(),
        )


def _against_vote(command: EnterCharterIntoForce, charter: Charter) -> Iterator[Rejection]:
    vote = command.vote
    if vote is None or vote.cast == 0 or 3 * vote.in_favour < 2 * vote.cast:
        yield Rejection(
            "charter.two_thirds_not_met",
            "unknown" if vote is None else "rule",
            law=FORMS[charter.legal_form].charter_law,
            entries=(charter.entry,),
            charter_version=command.charter_version,
            in_favour="unknown" if vote is None else vote.in_favour,
            cast="unknown" if vote is None else vote.cast,
        )
