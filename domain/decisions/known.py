"""What the book knows of what a decision names, and of who may act on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from domain.authority import Authority
from domain.bodies import Bodies
from domain.cases.state import Cases
from domain.decisions.state import Decisions
from domain.kernel import Fact, Rejection
from domain.meetings.state import Meetings
from domain.members import Members
from domain.vocabulary import Holder
from domain.votes.state import Votes


@dataclass(frozen=True, slots=True)
class Known:
    """The registers that decisions are judged by."""

    decisions: Decisions
    bodies: Bodies
    members: Members
    authority: Authority = Authority()
    cases: Cases = Cases()
    meetings: Meetings = Meetings()
    votes: Votes = Votes()
    signed: Callable[[str], bool] = lambda _: False
    """Returns whether the minutes of a meeting are signed."""
    irregular: Callable[[str], Fact | None] = lambda _: None
    """Returns a decision recorded with broken rules and not healed, by its id."""
    found: Callable[[str], bool] = lambda _: False
    """Returns whether an audit found something, by the finding's id."""
    reviewed: Callable[[str], bool] = lambda _: False
    """Returns whether there was a review: of an agreement by its id, and on a day where one follows after a colon."""
    host: Callable[[], str | None] = lambda: None
    """Returns the host municipality, in the forms of kommuneloven chapter 20."""

    def against_holder(self, holder: Holder) -> Iterator[Rejection]:
        """Yields that a body, an office or a member is not in the book."""
        match holder.kind:
            case "body" if holder.id not in self.bodies.bodies:
                yield Rejection("decision.unknown_body", "fact", body_id=holder.id)
            case "office" if holder.id not in self.bodies.offices:
                yield Rejection("decision.unknown_office", "fact", office_id=holder.id)
            case "member" if holder.id not in self.members.parties:
                yield Rejection("decision.unknown_member", "fact", members=[holder.id])
            case _:
                pass
