"""Cases opened and closed (saker): under which number, by which bodies they are treated, and how they ended.

A case number is the secretary's text and need not be unique: real minutes use one twice, and one matter has a number
for each body. Kommuneloven §§ 18-1, 19-1 and 20-2 on who may be given a case about an individual.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from typing import Annotated, Literal

from pydantic import Field

from domain.bodies import Bodies
from domain.cases.state import Case, CaseKind, Cases, CaseType, Closing, ClosingOutcome
from domain.copying import replace
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.rulebook import Standing
from domain.text import Id, Name, Unknown
from domain.vocabulary import LegalFormId

Route = Annotated[tuple[Id, ...], Field(max_length=20)]

# Events: stored for ever -----------------------------------------------------------------


class CaseOpened(Event):
    """A matter was taken up, to be treated by one body after the other."""

    type: Literal["case.opened"] = "case.opened"
    case_id: Id
    case_number: Name | Unknown
    """As the secretary writes it; need not be unique."""
    matter: Name | None = None
    """The archive's reference."""
    kind: CaseKind
    title: Name
    topic: Name | None = None
    bodies: Route = ()
    """The bodies it is to go through, the one that decides last; empty where the source does not show them."""
    owner_office: Id | None = None
    """The office that prepares it."""
    individual: bool = False
    """Whether it is about the rights or duties of someone named (enkeltvedtak, forvaltningsloven § 2)."""
    case_type: CaseType | None = None
    service_id: Id | None = None
    party: Name | None = None
    """The organisation it is about; never a private person's name."""
    responds_to: Id | None = None
    """An earlier case it takes up again."""


class CaseClosed(Event):
    """Nothing more is done in a case."""

    type: Literal["case.closed"] = "case.closed"
    case_id: Id
    outcome: ClosingOutcome
    continued_as: Id | None = None
    """The case that carries the matter on."""


# Commands --------------------------------------------------------------------------------


class OpenCase(Command):
    """Open a case under the secretary's number, with the bodies it goes through."""

    type: Literal["case.open"]
    case_id: Id
    case_number: Name | Unknown = "unknown"
    matter: Name | None = None
    kind: CaseKind = "decision"
    title: Name
    topic: Name | None = None
    bodies: Route = ()
    owner_office: Id | None = None
    individual: bool = False
    case_type: CaseType | None = None
    service_id: Id | None = None
    party: Name | None = None
    responds_to: Id | None = None


class CloseCase(Command):
    """Close a case."""

    type: Literal["case.close"]
    case_id: Id
    outcome: ClosingOutcome
    continued_as: Id | None = None


# evolve ----------------------------------------------------------------------------------


def opened(state: Cases, event: CaseOpened, fact: Fact) -> Cases:
    """Returns the state with one more case."""
    case = Case(
        case_id=event.case_id,
        entry=fact.number,
        number=event.case_number,
        kind=event.kind,
        title=event.title,
        opened=fact.effective,
        route=event.bodies,
        individual=event.individual,
        service_id=event.service_id,
        matter=event.matter,
        topic=event.topic,
        case_type=event.case_type,
        owner_office=event.owner_office,
        party=event.party,
        responds_to=event.responds_to,
    )
    return replace(state, by_id=state.by_id.insert(case.case_id, case))


def corrected(state: Cases, event: CaseOpened, fact: Fact) -> Cases:
    """Returns the state in which a case is as it should have been opened; its documents and its closing stand."""
    case = state.by_id.get(event.case_id)
    if case is None:
        return state
    right = opened(state, event, fact).by_id[event.case_id]
    kept = replace(right, documents=case.documents, closing=case.closing)
    return replace(state, by_id=state.by_id.insert(event.case_id, kept))


def closed(state: Cases, event: CaseClosed, fact: Fact) -> Cases:
    """Returns the state in which the case is closed; as it was where the book has no such case."""
    case = state.by_id.get(event.case_id)
    if case is None:
        return state
    closing = Closing(event.outcome, fact.number, fact.effective, event.continued_as)
    return replace(state, by_id=state.by_id.insert(case.case_id, replace(case, closing=closing)))


# subjects --------------------------------------------------------------------------------


def subjects(event: CaseOpened | CaseClosed) -> Iterator[Subject]:
    """Yields the case, cases tied to it, the bodies it goes through, the office that prepares it, and its service."""
    yield Subject("case", event.case_id)
    if isinstance(event, CaseClosed):
        if event.continued_as is not None:
            yield Subject("case", event.continued_as)
        return
    if event.responds_to is not None:
        yield Subject("case", event.responds_to)
    yield from (Subject("body", body_id) for body_id in event.bodies)
    if event.owner_office is not None:
        yield Subject("office", event.owner_office)
    if event.service_id is not None:
        yield Subject("service", event.service_id)


# Rules -----------------------------------------------------------------------------------

DECIDED: frozenset[CaseKind] = frozenset({"decision", "delegated"})
"""Kinds of case that end in a decision on someone's rights or duties; the others are heard of, asked or elected in."""

INDIVIDUAL_LAW: Mapping[LegalFormId, str] = {"ipr": "kommuneloven § 18-1", "ko": "kommuneloven § 19-1"}
"""The provision that keeps individual decisions from a form, where one does."""


def open_case(
    command: OpenCase, state: Cases, bodies: Bodies, services: Container[str], standing: Standing, context: Context
) -> Decision:
    """Returns the case opened. Raises Rejection."""
    objections = _against_opening(command, state, bodies, services, standing, context)
    ruling = judge(objections, context.mode)
    event = CaseOpened(**{name: getattr(command, name) for name in CaseOpened.model_fields if name != "type"})
    return Decision((event,), ruling)


def close_case(command: CloseCase, state: Cases, context: Context) -> Decision:
    """Returns the case closed. Raises Rejection."""
    ruling = judge(_against_closing(command, state), context.mode)
    event = CaseClosed(case_id=command.case_id, outcome=command.outcome, continued_as=command.continued_as)
    return Decision((event,), ruling)


def against_case(state: Cases, case_id: str) -> Iterator[Rejection]:
    """Yields what stands against a case being treated: that the book has no such case, or that it is closed."""
    case = state.by_id.get(case_id)
    if case is None:
        yield Rejection("case.unknown_case", "fact", case_id=case_id)
    elif case.closing is not None:
        entries = (case.entry, case.closing.entry)
        yield Rejection("case.closed", "fact", entries=entries, case_id=case_id, outcome=case.closing.outcome)


def _against_opening(
    command: OpenCase, state: Cases, bodies: Bodies, services: Container[str], standing: Standing, context: Context
) -> Iterator[Rejection]:
    known = state.by_id.get(command.case_id)
    if known is not None:
        yield Rejection("case.already_open", "fact", entries=(known.entry,), case_id=command.case_id)
    unknown = sorted({body_id for body_id in command.bodies if body_id not in bodies.bodies})
    if unknown:
        yield Rejection("case.unknown_body", "fact", case_id=command.case_id, bodies=unknown)
    if command.owner_office is not None and command.owner_office not in bodies.offices:
        yield Rejection("case.unknown_office", "fact", case_id=command.case_id, office_id=command.owner_office)
    if command.service_id is not None and command.service_id not in services:
        yield Rejection("case.unknown_service", "fact", case_id=command.case_id, service_id=command.service_id)
    if command.responds_to is not None and command.responds_to not in state.by_id:
        yield Rejection("case.unknown_earlier_case", "fact", case_id=command.case_id, responds_to=command.responds_to)
    if command.individual and command.kind in DECIDED:
        yield from _against_form(command, standing, context)


def _against_form(command: OpenCase, standing: Standing, context: Context) -> Iterator[Rejection]:
    """An individual case belongs where it can be decided: a member, or a host municipality it delegated to (§ 20-2)."""
    form = standing.form
    if form is None:
        yield Rejection("case.form_unknown", "unknown", case_id=command.case_id, on=context.on.isoformat())
        return
    if form.individual_decisions == "delegated":
        return
    if form.individual_decisions == "internal_only" and command.case_type is not None:
        return
    yield Rejection(
        "case.form_cannot_decide",
        law=INDIVIDUAL_LAW.get(form.id, form.law),
        entries=() if standing.entry is None else (standing.entry,),
        case_id=command.case_id,
        legal_form=form.id,
    )


def _against_closing(command: CloseCase, state: Cases) -> Iterator[Rejection]:
    yield from against_case(state, command.case_id)
    later = command.continued_as
    if later is not None and (later == command.case_id or later not in state.by_id):
        yield Rejection("case.unknown_later_case", "fact", case_id=command.case_id, continued_as=later)
