"""How a decision came about: its case, its meeting and its vote.

Kommuneloven §§ 11-3, 11-9; IKS-loven § 9; aksjeloven § 5-17. A matter is decided in a meeting, by vote, in the cases on
its agenda; a source may show the outcome and no more, and then only what it shows is judged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from domain.bodies import Bodies
from domain.cases.state import Cases
from domain.decisions.recorded import DecisionKind, VoteSummary
from domain.kernel import Context, Rejection
from domain.meetings.state import Meetings
from domain.rulebook import ADVISORY, Standing
from domain.vocabulary import LegalFormId
from domain.votes.state import Votes

ADOPTING: frozenset[DecisionKind] = frozenset({"resolution", "individual_decision", "regulation", "recommendation"})
"""Kinds that need a majority; an election may be won by most votes, or by lot (§ 7-8)."""

VOTED_ON: frozenset[DecisionKind] = ADOPTING | {"election"}

MAJORITY_LAW: Mapping[LegalFormId, str] = {"iks": "IKS-loven § 9", "as": "aksjeloven § 5-17"}
"""The provision on majority in the forms kommuneloven § 11-9 is not for."""


@dataclass(frozen=True, slots=True)
class Treated:
    """What a decision says of how it came about."""

    kind: DecisionKind
    body_id: str | None
    case_id: str | None
    meeting_id: str | None
    vote_id: str | None
    vote: VoteSummary | None


def against_the_named(treated: Treated, cases: Cases, meetings: Meetings, votes: Votes) -> Iterator[Rejection]:
    """Yields what the book says otherwise of the case, the meeting and the vote."""
    if treated.case_id is not None and treated.case_id not in cases.by_id:
        yield Rejection("decision.unknown_case", "fact", case_id=treated.case_id)
    if treated.meeting_id is not None:
        meeting = meetings.by_id.get(treated.meeting_id)
        if meeting is None:
            yield Rejection("decision.unknown_meeting", "fact", meeting_id=treated.meeting_id)
        elif treated.body_id is not None and meeting.body_id != treated.body_id:
            yield Rejection(
                "decision.meeting_of_another_body",
                "fact",
                entries=(meeting.entry,),
                meeting_id=treated.meeting_id,
                body_id=meeting.body_id,
            )
    if treated.vote_id is not None:
        yield from _against_vote(treated, treated.vote_id, votes)


def _against_vote(treated: Treated, vote_id: str, votes: Votes) -> Iterator[Rejection]:
    vote = votes.by_id.get(vote_id)
    if vote is None:
        yield Rejection("decision.unknown_vote", "fact", vote_id=vote_id)
        return
    if vote.case_id != treated.case_id:
        entries = (vote.entry,)
        yield Rejection("decision.vote_of_another_case", "fact", entries=entries, vote_id=vote_id, case_id=vote.case_id)
    if vote.body_id != treated.body_id:
        entries = (vote.entry,)
        yield Rejection("decision.vote_of_another_body", "fact", entries=entries, vote_id=vote_id, body_id=vote.body_id)


def against_contradicted_vote(vote: VoteSummary | None) -> Iterator[Rejection]:
    """Yields counts that cannot be, of a vote in which all agreed."""
    if vote is None or vote.form not in ("unanimous", "consensus") or vote.against in (0, "unknown"):
        return
    yield Rejection(
        "decision.counts_do_not_fit", "fact", form=vote.form, in_favour=vote.in_favour, against=vote.against
    )


def against_meeting(treated: Treated, meetings: Meetings, context: Context) -> Iterator[Rejection]:
    """Yields what stands against a meeting deciding it now: it is not going on, or has not the case on its agenda."""
    meeting = None if treated.meeting_id is None else meetings.by_id.get(treated.meeting_id)
    if meeting is None or context.mode == "import":
        return
    if not meeting.is_open and meeting.mode != "written":
        entries = tuple(n for n in (meeting.entry, meeting.opened_by, meeting.adjourned_by) if n is not None)
        yield Rejection(
            "decision.meeting_not_open", law="kommuneloven § 11-2", entries=entries, meeting_id=meeting.meeting_id
        )
    if treated.case_id is not None and treated.case_id not in meeting.agenda:
        yield Rejection(
            "decision.case_not_on_agenda",
            law="kommuneloven § 11-3",
            entries=(meeting.entry,),
            meeting_id=meeting.meeting_id,
            case_id=treated.case_id,
        )


def against_missing_majority(treated: Treated, bodies: Bodies, votes: Votes, standing: Standing) -> Iterator[Rejection]:
    """Yields what stands against there being a majority: no vote is known, it was lost, or its counts say otherwise."""
    law = "kommuneloven § 11-9" if standing.form is None else MAJORITY_LAW.get(standing.form.id, "kommuneloven § 11-9")
    vote = None if treated.vote_id is None else votes.by_id.get(treated.vote_id)
    if vote is not None and treated.kind in VOTED_ON and vote.result in ("rejected", "not_elected", "tie"):
        entries = (vote.entry,)
        yield Rejection("decision.vote_not_won", law=law, entries=entries, vote_id=treated.vote_id, result=vote.result)
    body = None if treated.body_id is None else bodies.bodies.get(treated.body_id)
    votes_at_all = body is not None and body.kind not in ADVISORY and treated.kind in ADOPTING
    if votes_at_all and treated.vote_id is None and treated.vote is None:
        yield Rejection("decision.no_vote", "unknown", law=law, body_id=treated.body_id, kind=treated.kind)
    if treated.vote is not None and treated.kind in ADOPTING:
        yield from _against_counts(treated.vote, law)


def _against_counts(vote: VoteSummary, law: str) -> Iterator[Rejection]:
    if vote.in_favour == "unknown" or vote.against == "unknown":
        return
    if vote.form in ("unanimous", "consensus") or vote.in_favour > vote.against:
        return
    params: dict[str, Any] = {"form": vote.form, "in_favour": vote.in_favour, "against": vote.against}
    tie = vote.in_favour == vote.against
    if not tie or vote.casting_vote is False:
        yield Rejection("decision.majority_not_met", law=law, **params)
    elif vote.casting_vote == "unknown":
        yield Rejection("decision.casting_vote_unknown", "unknown", law=law, **params)
