"""What the rules of one register are told of the others: the book as each of them sees it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from functools import partial

from domain import agreements, audits, authority, bodies, members, readiness, votes
from domain.bodies import Elsewhere
from domain.constitution import Surroundings
from domain.dates import Interval
from domain.folding import Collaboration
from domain.kernel import Context
from domain.meetings import Around, Meeting
from domain.members import ChecklistItem, Ties
from domain.vocabulary import Holder


def ties_of(s: Collaboration, interval: Interval, member_ids: Collection[str]) -> Ties:
    """Returns everything that ties the members in an interval: seats, grants, agreements, and services they use."""
    return Ties(
        (
            *bodies.seats_of(s.bodies, member_ids, interval),
            *authority.grants_of(s.authority, s.bodies, member_ids, interval),
            *agreements.agreements_of(s.agreements.agreements, member_ids, interval),
            *agreements.services_of(s.agreements.services, member_ids),
        )
    )


def departure_checklist(state: Collaboration, member_id: str, day: date) -> tuple[ChecklistItem, ...]:
    """Returns what has to be settled before a member leaves on `day`, and what is; see `domain.members.checklist`."""
    ties = ties_of(state, Interval.exact(day), (member_id,))
    return members.checklist(state.members, member_id, ties, day)


def around_constitution(s: Collaboration, context: Context) -> Surroundings:
    """Returns what surrounds the constitution in the interval of an act."""
    grants = authority.open_grants(s.authority, context.effective)
    concluded = agreements.open_agreements(s.agreements.agreements, context.effective)
    return Surroundings(Ties((*grants, *concluded)), partial(bodies.represented, s.bodies))


def elsewhere(s: Collaboration) -> Elsewhere:
    """Returns what bodies and offices must know of the registers above theirs before they cease to be."""

    def open_cases(body_id: str) -> list[str]:
        decided = {made.event.case_id for made in s.decisions.by_id.values() if made.event.body_id == body_id}
        ending_here = (case for case in s.cases.by_id.values() if case.route[-1:] == (body_id,))
        return [case.case_id for case in ending_here if case.closing is None and case.case_id not in decided]

    def grants_of(holder: Holder, day: date) -> list[str]:
        return [grant.grant_id for grant in s.authority.held_by(holder, day) if grant.life.outlasts(day)]

    return Elsewhere(grants_of=grants_of, open_cases=open_cases)


def book_of(state: Collaboration, day: date) -> authority.Book:
    """Returns a book as the rules on authority see it on a day."""
    return authority.Book(
        authority=state.authority,
        bodies=state.bodies,
        members=state.members,
        resolutions=state.resolutions,
        standing=state.constitution.standing(day),
        decisions=state.decisions.by_id,
        agreements=state.agreements.agreements,
        meetings=state.meetings.by_id,
    )


def readiness_book(state: Collaboration) -> readiness.Book:
    """Returns a book as the indicators of readiness see it."""
    broken = (
        readiness.Broken(entry, kept.type, kept.fact.irregular, kept.fact.effective.latest, kept.healed_by)
        for entry, kept in sorted(state.irregular.by_entry.items())
    )
    return readiness.Book(
        constitution=state.constitution,
        members=state.members,
        bodies=state.bodies,
        authority=state.authority,
        cases=state.cases,
        meetings=state.meetings,
        votes=state.votes,
        decisions=state.decisions,
        agreements=state.agreements,
        budgets=state.budgets,
        benefits=state.benefits.by_id,
        broken=tuple(broken),
        strategies=tuple(_strategies(state)),
        head=state.head,
    )


def _strategies(state: Collaboration) -> Iterator[readiness.Held]:
    for _, versions in sorted(state.benefits.strategies.items()):
        for mark in versions.marks:
            told = mark.value.event
            joint = told.owned_by.kind in ("collaboration", "body")
            yield readiness.Held(
                told.strategy_level, mark.value.holds_for, joint, mark.effective, told.until, mark.number
            )


def around_agreements(s: Collaboration) -> agreements.Around:
    """Returns what services and agreements must know of the registers below."""
    return agreements.Around(s.members, s.bodies, s.authority, s.decisions, s.budgets)


def around_audits(s: Collaboration) -> audits.Known:
    """Returns what audits must know of the registers below."""
    return audits.Known(s.audits, s.bodies, s.members, s.agreements.services, s.head)


def host_of(s: Collaboration, day: date) -> str | None:
    """Returns the host municipality: by the last change of form, else the member founded or admitted as host."""
    named = s.constitution.hosts.certain(day)
    hosts = (m for m, party in sorted(s.members.parties.items()) if party.member_class == "host")
    return named or next(hosts, None)


def around_meetings(s: Collaboration) -> Around:
    """Returns what surrounds a meeting: its body, members, form, votes, and which of its cases are decided."""

    def decided_in(meeting: Meeting) -> frozenset[str]:
        voted = (case_id for case_id in meeting.agenda if _voted_on(s, meeting.meeting_id, case_id))
        return s.decisions.cases_decided_in(meeting.meeting_id).union(voted)

    return Around(s.meetings, s.cases, s.bodies, s.members, s.constitution.standing, s.votes.by_id, decided_in)


def _voted_on(s: Collaboration, meeting_id: str, case_id: str) -> bool:
    """Returns whether a vote in the meeting settled something in the case itself."""
    taken = (s.votes.by_id[vote_id] for vote_id in s.votes.by_case.get(case_id) or ())
    return any(v.meeting_id == meeting_id and v.about in votes.SETTLING and v.result != "tie" for v in taken)
