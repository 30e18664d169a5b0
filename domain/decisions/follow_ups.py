"""Follow-ups (oppfølging): what someone is to do after a decision, a meeting, a review or a finding, until done."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, assert_never

from domain.bodies import Place
from domain.copying import replace
from domain.dates import Day
from domain.decisions.known import Known
from domain.decisions.state import Decisions, FollowUp, FollowUpStatus
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.text import Frozen, Id, Name, SealedText, Text

OriginKind = Literal["decision", "meeting", "review", "finding"]


class Origin(Frozen):
    """What a task comes from."""

    kind: OriginKind
    ref: Name
    """The id of the decision, the meeting or the finding; of a review that of the agreement, with or without its day:
    `drift` or `drift:2026-03-01`."""


# Events: stored for ever -----------------------------------------------------------------


class FollowUpAssigned(Event):
    """Someone was given a task."""

    type: Literal["follow_up.assigned"] = "follow_up.assigned"
    follow_up_id: Id
    origin: Origin
    title: Name
    task: SealedText | None = None
    owner_office: Id
    due: Day | None = None


class FollowUpReported(Event):
    """How far a task has come."""

    type: Literal["follow_up.reported"] = "follow_up.reported"
    follow_up_id: Id
    status: FollowUpStatus
    note: SealedText | None = None


# Commands --------------------------------------------------------------------------------


class AssignFollowUp(Command):
    """Give whoever holds an office a task."""

    type: Literal["follow_up.assign"]
    follow_up_id: Id
    origin: Origin
    title: Name
    task: Text | None = None
    owner_office: Id
    due: Day | None = None


class ReportFollowUp(Command):
    """Report how far a task has come. One that is dropped rests on a decision: its basis."""

    type: Literal["follow_up.report"]
    follow_up_id: Id
    status: FollowUpStatus
    note: Text | None = None


# State -----------------------------------------------------------------------------------


def assigned(state: Decisions, event: FollowUpAssigned, fact: Fact) -> Decisions:
    """Returns the state with one more task."""
    told = FollowUp(
        follow_up_id=event.follow_up_id,
        entry=fact.number,
        title=event.title,
        origin=(event.origin.kind, event.origin.ref),
        owner_office=event.owner_office,
        assigned=fact.effective,
        due=event.due,
        task=event.task,
    )
    return replace(state, follow_ups=state.follow_ups.insert(event.follow_up_id, told))


def reported(state: Decisions, event: FollowUpReported, fact: Fact) -> Decisions:
    """Returns the state in which the task has come so far."""
    held = state.follow_ups.get(event.follow_up_id)
    if held is None:
        return state
    told = replace(held, status=event.status, reported_by=fact.number, reported=fact.effective)
    return replace(state, follow_ups=state.follow_ups.insert(event.follow_up_id, told))


# subjects --------------------------------------------------------------------------------


def subjects(event: FollowUpAssigned | FollowUpReported) -> Iterator[Subject]:
    """Yields the task, whose it is, and what it comes from where the book holds that."""
    yield Subject("follow_up", event.follow_up_id)
    if isinstance(event, FollowUpAssigned):
        yield Subject("office", event.owner_office)
        if event.origin.kind in ("decision", "meeting", "finding"):
            yield Subject(event.origin.kind, event.origin.ref)


# Rules -----------------------------------------------------------------------------------


def assign(command: AssignFollowUp, known: Known, context: Context) -> Decision:
    """Returns the task given. Raises Rejection."""
    ruling = judge(_against_assigning(command, known, context), context.mode)
    event = FollowUpAssigned(
        follow_up_id=command.follow_up_id,
        origin=command.origin,
        title=command.title,
        task=None if command.task is None else context.seal(command.task),
        owner_office=command.owner_office,
        due=command.due,
    )
    return Decision((event,), ruling)


def _against_assigning(command: AssignFollowUp, known: Known, context: Context) -> Iterator[Rejection]:
    before = known.decisions.follow_ups.get(command.follow_up_id)
    if before is not None:
        yield Rejection(
            "follow_up.already_assigned", "fact", entries=(before.entry,), follow_up_id=command.follow_up_id
        )
    origin = command.origin
    if not _exists(origin, known):
        yield Rejection("follow_up.unknown_origin", "fact", kind=origin.kind, ref=origin.ref)
    if command.due is not None and command.due < context.effective.earliest:
        yield Rejection("follow_up.due_before_assigned", "fact", due=command.due.isoformat(), on=context.on.isoformat())
    office = known.bodies.offices.get(command.owner_office)
    if office is None:
        yield Rejection("follow_up.unknown_office", "fact", office_id=command.owner_office)
        return
    place = Place("office", command.owner_office)
    seated = [tenure.life.during(context.effective) for tenure in known.bodies.tenures_at(place)]
    if True not in seated:
        params: dict[str, Any] = {"office_id": command.owner_office, "on": context.on.isoformat()}
        if None in seated:
            yield Rejection("follow_up.owner_uncertain", "unknown", entries=(office.entry,), **params)
        else:
            yield Rejection("follow_up.owner_not_seated", entries=(office.entry,), **params)


def _exists(origin: Origin, known: Known) -> bool:
    """Returns whether the book holds what a task comes from."""
    match origin.kind:
        case "decision":
            return origin.ref in known.decisions.by_id
        case "meeting":
            return origin.ref in known.meetings.by_id
        case "finding":
            return known.found(origin.ref)
        case "review":
            return known.reviewed(origin.ref)
        case _:
            assert_never(origin.kind)


def report(command: ReportFollowUp, known: Known, context: Context) -> Decision:
    """Returns the report. Raises Rejection."""
    ruling = judge(_against_reporting(command, known, context), context.mode)
    event = FollowUpReported(
        follow_up_id=command.follow_up_id,
        status=command.status,
        note=None if command.note is None else context.seal(command.note),
    )
    return Decision((event,), ruling)


def _against_reporting(command: ReportFollowUp, known: Known, context: Context) -> Iterator[Rejection]:
    held = known.decisions.follow_ups.get(command.follow_up_id)
    if held is None:
        yield Rejection("follow_up.unknown", "fact", follow_up_id=command.follow_up_id)
        return
    params: dict[str, Any] = {"follow_up_id": command.follow_up_id, "status": held.status}
    if held.status != "open" and held.reported_by is not None:
        yield Rejection("follow_up.already_closed", "fact", entries=(held.entry, held.reported_by), **params)
    elif held.reported == context.effective and held.reported_by is not None and command.status == held.status:
        entries, on = (held.entry, held.reported_by), context.on.isoformat()
        yield Rejection("follow_up.already_reported", "fact", entries=entries, on=on, **params)
    if command.status == "dropped" and all(basis.kind != "decision" for basis in context.basis):
        yield Rejection("follow_up.dropped_without_decision", entries=(held.entry,), follow_up_id=command.follow_up_id)
