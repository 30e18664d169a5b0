"""Dissolution (oppløsning): the collaboration is no more, its archive has a keeper and nothing is left without anyone.

Kommuneloven §§ 18-2, 18-4, 19-2, 19-4 and 20-8; IKS-loven §§ 32-36; aksjeloven § 16-1; § 27 of the 1992 act.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from domain.constitution.state import Constitution
from domain.constitution.surroundings import Surroundings
from domain.kernel import Command, Context, Decision, Event, Nature, Rejection, judge
from domain.members import Members, nature_of
from domain.resolutions import COLLABORATION, Ratification, Resolutions, ratification
from domain.rulebook import Standing
from domain.text import Frozen, Id, Name, SealedText, Share, Text, Unknown

DissolutionCause = Literal["agreed", "one_member_left", "breach", "by_law"]
"""`one_member_left`, `breach`: it must be, or a member whose rights were broken demands it (IKS-loven § 32). `by_law`:
such as where all its members become one municipality."""


class Custodian(Frozen):
    """Who keeps the archive afterwards: a member by its id, or an archive institution by its name."""

    kind: Literal["member", "archive"]
    name: Name


class Liable(Frozen):
    """What one member stays liable for."""

    member_id: Id
    liability: Share | Unknown = "unknown"


class Obligation(Frozen):
    """What becomes of one thing that is open: it ends, or someone takes it over."""

    kind: Literal["grant", "agreement", "loan", "other"]
    ref: Id
    outcome: Literal["ended", "assigned"]
    to: Name | None = None
    """Who takes it over, a member by its id or anyone else by name; None where it ends."""


_SETTLED = Annotated[tuple[Obligation, ...], Field(max_length=400)]
_LIABLE = Annotated[tuple[Liable, ...], Field(max_length=400)]


class CollaborationDissolved(Event):
    """The collaboration ceased to be, its affairs wound up. Membership, grants and agreements end with it."""

    type: Literal["collaboration.dissolved"] = "collaboration.dissolved"
    cause: DissolutionCause
    members: Annotated[tuple[Id, ...], Field(max_length=400)]
    """Everyone whose membership ends with it, found when it was decided."""
    archive_custodian: Custodian | Unknown | None
    settlement: SealedText | None = None
    residual_liability: _LIABLE = ()
    """For forms whose members are liable for their shares of what is owed."""
    obligations: _SETTLED = ()


class DissolveCollaboration(Command):
    """Record that the collaboration ceases to be; `effective` is the first day it is no more, after winding up."""

    type: Literal["collaboration.dissolve"]
    cause: DissolutionCause
    archive_custodian: Custodian | Unknown | None = None
    settlement: Text | None = None
    residual_liability: _LIABLE = ()
    obligations: _SETTLED = ()


AFTERWARDS = frozenset(
    {
        "collaboration.dissolve",
        "member_resolution.record",
        "minutes.approve",
        "minutes.correct",
        "minutes.publish",
        "minutes.remark",
        "minutes.sign",
        "decision.notify",
        "decision.challenge",
        "challenge.resolve",
        "follow_up.report",
        "irregularity.heal",
        "authority_use.report",
        "case.close",
        "personal_data.erase",
        "audit.open",
        "audit_finding.raise",
        "audit_finding.answer",
    }
)
"""Commands that finish what was done before, or look back on it, and so are taken of days after the dissolution too."""

NEVER_AGAIN = frozenset({"member.admit", "member.succeed"})
"""Commands that give it members, which it has none of in the end, whatever day they are of."""


def require_standing(constitution: Constitution, command: str, context: Context) -> None:
    """Raises Rejection for an act of a day on which the collaboration certainly is no more, but for what looks back."""
    gone = constitution.dissolution
    if gone is None or command in AFTERWARDS:
        return
    if command in NEVER_AGAIN or context.effective.earliest >= gone.effective.latest:
        raise Rejection(
            "collaboration.dissolved",
            "fact",
            entries=(gone.entry,),
            since=gone.effective.latest.isoformat(),
            on=context.on.isoformat(),
        )


def dissolve(
    command: DissolveCollaboration,
    constitution: Constitution,
    members: Members,
    resolutions: Resolutions,
    around: Surroundings,
    context: Context,
) -> Decision:
    """Returns the dissolution. Raises Rejection."""
    event = CollaborationDissolved(
        cause=command.cause,
        members=tuple(sorted(m for m in members.membership if members.stays(m))),
        archive_custodian=command.archive_custodian,
        settlement=None if command.settlement is None else context.seal(command.settlement),
        residual_liability=command.residual_liability,
        obligations=command.obligations,
    )
    return Decision((event,), judge(_against(event, constitution, members, resolutions, around, context), context.mode))


def _against(
    event: CollaborationDissolved,
    constitution: Constitution,
    members: Members,
    resolutions: Resolutions,
    around: Surroundings,
    context: Context,
) -> Iterator[Rejection]:
    gone, standing = constitution.dissolution, constitution.standing(context.on)
    if gone is not None:
        since = gone.effective.latest.isoformat()
        yield Rejection("collaboration.already_dissolved", "fact", entries=(gone.entry,), since=since)
    yield from _against_custodian(event, members, standing)
    yield from _against_strangers(event, members)
    yield from _against_unresolved(members, resolutions, standing, context)
    yield from _against_cause(event, members, standing, context)
    yield from _against_no_liquidation(around, standing, context)
    yield from _against_lost_liability(event, members, standing, context)
    yield from _against_unassigned(event, around)


def _against_custodian(event: CollaborationDissolved, members: Members, standing: Standing) -> Iterator[Rejection]:
    keeper, law = event.archive_custodian, standing.form.archive_law if standing.form else None
    if keeper is None or keeper == "unknown":
        yield Rejection("collaboration.archive_custodian_missing", "rule" if keeper is None else "unknown", law=law)
    elif keeper.kind == "member" and keeper.name not in members.parties:
        yield Rejection("collaboration.archive_custodian_not_a_member", "fact", law=law, custodian=keeper.name)


def _against_strangers(event: CollaborationDissolved, members: Members) -> Iterator[Rejection]:
    strangers = sorted({liable.member_id for liable in event.residual_liability} - set(members.parties))
    if strangers:
        yield Rejection("collaboration.liability_of_stranger", "fact", members=strangers)


def _against_unresolved(
    members: Members, resolutions: Resolutions, standing: Standing, context: Context
) -> Iterator[Rejection]:
    """Yields what those who dissolve it have not resolved: every council, or in a company the general meeting.

    Where the act leaves it to the charter, and the charter's words are known, the decision it rests on is enough.
    """
    form = standing.form
    decided = any(basis.kind == "decision" for basis in context.basis)
    if form is None or (form.ending == "as_charter_says" and decided and standing.clauses.get("dissolution")):
        return
    if form.ending == "general_meeting":
        if not decided:
            yield Rejection("collaboration.dissolution_decision_missing", "unknown", law=form.ending_law)
        return
    required = members.required_on(context.on)
    round_ = ratification(resolutions, ("dissolution", COLLABORATION), required=required, on=context.on)
    yield from _against_round(round_, form.ending_law, context)


def _against_round(round_: Ratification, law: str | None, context: Context) -> Iterator[Rejection]:
    if round_.rejected:
        yield Rejection(
            "collaboration.dissolution_rejected_by_member",
            law=law,
            entries=round_.entries,
            members=list(round_.rejected),
        )
    if round_.missing:
        yield Rejection(
            "collaboration.dissolution_resolution_missing",
            round_.nature_of_gap,
            law=law,
            entries=round_.entries,
            members=list(round_.missing),
        )
    resolved = round_.precedes(context.effective)
    if resolved != "yes":
        yield Rejection(
            "collaboration.dissolved_before_last_resolution",
            "rule" if resolved == "no" else "unknown",
            law=law,
            entries=round_.entries,
            effective=context.on.isoformat(),
            earliest=round_.last_day.isoformat(),
        )


def _against_cause(
    event: CollaborationDissolved, members: Members, standing: Standing, context: Context
) -> Iterator[Rejection]:
    left = members.deciding_on(context.on)
    if event.cause == "one_member_left" and len(left) > 1:
        yield Rejection(
            "collaboration.more_than_one_member_left",
            "fact",
            law=standing.form.ending_law if standing.form else None,
            entries=members.entries(*left),
            members=list(left),
        )


def _against_no_liquidation(around: Surroundings, standing: Standing, context: Context) -> Iterator[Rejection]:
    if standing.form is None or standing.form.id != "iks" or around.seated("liquidation_board", context.on):
        return
    # What an old company was wound up by is a matter of what the source shows.
    nature: Nature = "unknown" if context.mode == "import" else "rule"
    yield Rejection("collaboration.liquidation_board_missing", nature, law="IKS-loven § 33")


def _against_lost_liability(
    event: CollaborationDissolved, members: Members, standing: Standing, context: Context
) -> Iterator[Rejection]:
    form = standing.form
    if form is None or not form.unlimited_liability:
        return
    said = {liable.member_id: liable.liability for liable in event.residual_liability}
    parties = members.deciding_on(context.on)
    natures: tuple[Nature, Nature] = ("rule", "unknown")
    for nature in natures:
        lacking = [m for m in parties if (m not in said if nature == "rule" else said.get(m) == "unknown")]
        if lacking:
            yield Rejection("collaboration.residual_liability_missing", nature, law=form.liability_law, members=lacking)


def _against_unassigned(event: CollaborationDissolved, around: Surroundings) -> Iterator[Rejection]:
    settled = {(o.kind, o.ref) for o in event.obligations if o.outcome == "ended" or o.to is not None}
    left = tuple(tie for tie in around.ties.open if (tie.kind, tie.id) not in settled)
    if left:
        yield Rejection(
            "collaboration.open_obligations_unassigned",
            nature_of(left),
            entries=(tie.entry for tie in left),
            obligations=[tie.id for tie in left],
        )
    taken = sorted(o.ref for o in event.obligations if o.outcome == "assigned" and o.to is None)
    if taken:
        yield Rejection("collaboration.obligation_without_taker", obligations=taken)
