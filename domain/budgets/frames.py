"""Members' frames (rammer): what each member's council lets its contributions of a year come to.

Kommuneloven § 14-8: an inter-municipal political council and a municipal task community draw up a budget of their own
within frames adopted by the councils of their members.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal, TypeAlias, assert_never

from pydantic import Field
from rpds import HashTrieMap

from domain.dates import Mark, Timeline
from domain.kernel import Command, Context, Decision, Event, Fact, Nature, Rejection, judge
from domain.members import Members
from domain.resolutions import Ratification, Resolutions, ratification
from domain.rulebook import Standing
from domain.text import Amount, Id

Year = Annotated[int, Field(ge=1838, le=2199)]
Part = Literal["operating", "investment"]
PARTS: tuple[Part, Part] = ("operating", "investment")

# Events: stored for ever -----------------------------------------------------------------


class MemberFrameSet(Event):
    """A member's council set the frame its share of the budget must stay within (kommuneloven § 14-8)."""

    type: Literal["member_frame.set"] = "member_frame.set"
    year: Year
    member_id: Id
    operating_frame: Amount
    investment_frame: Amount


# Commands --------------------------------------------------------------------------------


class SetMemberFrame(Command):
    """Record the frame a member's council set for a year."""

    type: Literal["member_frame.set"]
    year: Year
    member_id: Id
    operating_frame: Amount
    investment_frame: Amount


# State -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Frame:
    """The most a member's contributions of a year may come to, in oere."""

    operating: int
    investment: int

    def of(self, part: Part) -> int:
        """Returns the frame of one part of the budget."""
        return self.operating if part == "operating" else self.investment


Frames: TypeAlias = "HashTrieMap[tuple[int, str], Timeline[Frame]]"
"""By year and member id. A council may set a new frame in the course of the year."""
_NO_FRAME: Timeline[Frame] = Timeline()
_NEVER_MEMBER: Timeline[bool] = Timeline()


def evolve(frames: Frames, event: MemberFrameSet, fact: Fact) -> Frames:
    """Returns the frames after one more was set."""
    key = (event.year, event.member_id)
    frame = Frame(event.operating_frame, event.investment_frame)
    return frames.insert(key, frames.get(key, _NO_FRAME).with_mark(fact.effective, fact.number, frame))


# Rules -----------------------------------------------------------------------------------

LAW = "kommuneloven § 14-8"


def decide(
    command: SetMemberFrame,
    frames: Frames,
    members: Members,
    standing: Standing,
    resolutions: Resolutions,
    context: Context,
) -> Decision:
    """Returns the frame as it was set. Raises Rejection."""
    ruling = judge(_against(command, frames, members, standing, resolutions, context), context.mode)
    event = MemberFrameSet(
        year=command.year,
        member_id=command.member_id,
        operating_frame=command.operating_frame,
        investment_frame=command.investment_frame,
    )
    return Decision((event,), ruling)


def _against(
    command: SetMemberFrame,
    frames: Frames,
    members: Members,
    standing: Standing,
    resolutions: Resolutions,
    context: Context,
) -> Iterator[Rejection]:
    year, member_id = command.year, command.member_id
    resolved = ratification(resolutions, ("frame", str(year)), required=(member_id,), on=context.on)
    if member_id not in members.parties:
        yield Rejection("budget.unknown_member", "fact", member_ids=[member_id], year=year)
    held = frames.get((year, member_id), _NO_FRAME).last
    if held is not None and not _is_news(command, held, resolved):
        yield Rejection("budget.duplicate_frame", "fact", entries=(held.number,), member_id=member_id, year=year)
    if not may_be_member_in(year, member_id, members):
        yield Rejection("budget.not_a_member", entries=members.entries(member_id), member_id=member_id, year=year)
    nature = nature_of_missing(resolved, context)
    if nature is not None:
        law = LAW if _is_framed(standing) else None
        yield Rejection(
            "budget.frame_not_by_council", nature, law=law, entries=resolved.entries, member_id=member_id, year=year
        )


def _is_news(command: SetMemberFrame, held: Mark[Frame], resolved: Ratification) -> bool:
    """Whether the council set another frame than the one held, by a resolution recorded after it."""
    frame = Frame(command.operating_frame, command.investment_frame)
    return frame != held.value and any(number > held.number for _, number in resolved.adopted)


def may_be_member_in(year: int, member_id: str, members: Members) -> bool:
    """Whether it certainly or possibly is a member on some day of the year: joining in July, it has a frame too."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    marks = members.membership.get(member_id, _NEVER_MEMBER).marks
    days = (first, *(mark.effective.earliest for mark in marks))
    return any(first <= day <= last and members.is_member(member_id, day) is not False for day in days)


def nature_of_missing(resolved: Ratification, context: Context) -> Nature | None:
    """What it means that no council resolution carries the frame, None where one does."""
    if resolved.rejected:
        return "rule"
    if resolved.missing:
        return "unknown"
    match resolved.precedes(context.effective):
        case "yes":
            return None
        case "no":
            return "rule"
        case "unknown":
            return "unknown"
        case other:
            assert_never(other)


def _is_framed(standing: Standing) -> bool:
    return standing.form is not None and standing.form.frames_from_members


Contributions = Mapping[tuple[str, Part], int]
"""What members are to pay in a year, in oere, by member id and part."""


def against_contributions(
    contributions: Contributions, year: int, frames: Frames, members: Members, standing: Standing, on: date
) -> Iterator[Rejection]:
    """Yields an objection for each contribution above the frame that certainly holds on `on`, or without one.

    Only where the legal form's budget keeps within members' frames, and for those party to the charter: what a
    customer pays is no matter for its council's frame (kommuneloven § 14-8).
    """
    if not _is_framed(standing):
        return
    for (member_id, part), amount in sorted(contributions.items()):
        if amount <= 0 or not members.decides(member_id):
            continue
        mark = frames.get((year, member_id), _NO_FRAME).on(on).certain
        if mark is None:
            yield Rejection(
                "budget.frame_missing", "unknown", law=LAW, member_id=member_id, year=year, part=part, amount_ore=amount
            )
        elif amount > (frame := mark.value.of(part)):
            yield Rejection(
                "budget.exceeds_member_frames",
                law=LAW,
                entries=(mark.number,),
                member_id=member_id,
                year=year,
                part=part,
                amount_ore=amount,
                frame_ore=frame,
                excess_ore=amount - frame,
            )
