"""What stands against what came of a vote: no quorum, no agreement, equal votes, another result than the votes show.

Kommuneloven §§ 7-8, 11-8, 11-9; IKS-loven §§ 4, 9, 12; aksjeloven §§ 5-17, 5-18, 6-24, 6-25.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from domain.bodies.presence import against_body
from domain.kernel import Context, Decision, Rejection, judge
from domain.votes.casting import against_ballots, against_counts, against_election, against_names
from domain.votes.counting import Count, Verdict
from domain.votes.evidence import Quorum, Tally
from domain.votes.room import Room, Surroundings
from domain.votes.state import Votes
from domain.votes.taking import Cast, TakeVote, VoteTaken


def take(command: TakeVote, state: Votes, around: Surroundings, context: Context) -> Decision:
    """Returns the vote with the evidence it was decided on. Raises Rejection."""
    ruling = judge(_against_taking(command, state, around, context), context.mode)
    count = counted(command, around, context)
    if count is None:  # an unknown body has been objected to, in every mode
        raise Rejection("body.unknown_body", "fact", body_id=command.body_id)
    verdict = told(count)
    rule = count.rule
    event = VoteTaken(
        **{name: getattr(command, name) for name in Cast.model_fields},
        rule_id=None if rule is None else rule[0],
        law=None if rule is None else rule[1],
        entitled=count.entitled,
        quorum=count.quorum,
        tally=count.tally,
        majorities=count.majorities,
        chair_decided=verdict.chair_decided,
        lot_decided=verdict.lot_decided,
        result=verdict.result or "rejected",
        adopted=verdict.adopted,
        elected=verdict.elected,
    )
    return Decision((event,), ruling)


def counted(cast: Cast, around: Surroundings, context: Context) -> Count | None:
    """Returns the vote reckoned as the book stands, None if the body is unknown."""
    body = around.bodies.bodies.get(cast.body_id)
    if body is None:
        return None
    meeting = None if cast.meeting_id is None else around.meetings.by_id.get(cast.meeting_id)
    in_writing = cast.method == "written" or (meeting is not None and meeting.mode == "written")
    room = Room(around, body, meeting, cast.case_id, context.on, in_writing, frozenset(cast.concerns))
    return Count(room, cast)


def told(count: Count) -> Verdict:
    """Returns what came of it: what the votes show, else what the source states."""
    shown, cast = count.verdict, count.cast
    rule = count.room.rule
    silent_tie = shown.result == "tie" and (count.chair_breaks or rule is None or not rule.readable)
    if cast.stated_result is None or (shown.result is not None and not silent_tie):
        return shown
    if cast.stated_result == "adopted":
        proposal = cast.stated_option or (cast.proposals[0] if len(cast.proposals) == 1 else None)
        return Verdict("adopted", proposal)
    return Verdict(cast.stated_result, elected=cast.stated_elected if cast.stated_result == "elected" else ())


def _against_taking(command: TakeVote, state: Votes, around: Surroundings, context: Context) -> Iterator[Rejection]:
    yield from against_body(around.bodies, command.body_id, context.effective)
    yield from against_names(command, state, around)
    count = counted(command, around, context)
    if count is None:
        return
    yield from against_ballots(count)
    yield from against_counts(count)
    if command.election is not None:
        yield from against_election(count, command.election, state)
    yield from _against_quorum(count, count.quorum)
    yield from _against_disagreement(count)
    yield from _against_ties(count)
    yield from _against_result(count)


def _against_quorum(count: Count, quorum: Quorum) -> Iterator[Rejection]:
    params: dict[str, Any] = {
        "body_id": count.cast.body_id,
        "members": quorum.members,
        "counted": quorum.counted,
        "weight_present": quorum.weight_present,
        "weight_total": quorum.weight_total,
    }
    rule = count.room.rule
    if rule is not None and not rule.readable:
        yield Rejection("vote.rule_not_held", "unknown", law=rule.law, rule_id=rule.id, body_id=count.cast.body_id)
    elif quorum.met is False:
        yield Rejection("vote.quorum_not_met", law=quorum.law, entries=count.room.entries, **params)
    elif quorum.met == "unknown":
        yield Rejection("vote.quorum_unknown", "unknown", law=quorum.law, entries=count.room.entries, **params)


def _against_disagreement(count: Count) -> Iterator[Rejection]:
    """Yields that not all agreed where all must: in writing, and in a body that decides by consensus."""
    room, cast, tally = count.room, count.cast, count.tally
    params: dict[str, Any] = {"vote_id": cast.vote_id, "body_id": cast.body_id}
    rule = room.rule
    if room.in_writing and rule is not None and rule.written_law is not None:
        all_for = count.heads_in_favour == room.size != "unknown"
        if cast.agreed_in_writing is False or not (all_for or count.heads_in_favour == "unknown"):
            yield Rejection("vote.written_needs_all", law=rule.written_law, in_favour=count.heads_in_favour, **params)
        elif not all_for or cast.agreed_in_writing == "unknown":
            yield Rejection("vote.written_agreement_unknown", "unknown", law=rule.written_law, **params)
    if (room.own.consensus or cast.method == "consensus") and cast.election is None and not _agreed(tally, count):
        yield Rejection(
            "vote.consensus_not_reached", entries=(room.body.entry,), against=tally.against, blank=tally.blank, **params
        )


def _agreed(tally: Tally, count: Count) -> bool:
    against = count.against if count.options else tally.against
    return against in (0, "unknown")


def _against_ties(count: Count) -> Iterator[Rejection]:
    room, cast, rule = count.room, count.cast, count.room.rule
    params: dict[str, Any] = {"vote_id": cast.vote_id}
    law = None if rule is None else rule.law
    if cast.election is not None:
        if cast.chair_choice is not None or cast.chair_option is not None:
            yield Rejection("vote.chair_cannot_decide_election", law=law, **params)
        yield from _against_lots(count)
        return
    if cast.lot is not None:
        yield Rejection("vote.lot_not_needed", "fact", **params)
    chair = None if room.meeting is None else room.meeting.chair
    outsider = chair is not None and room.names_known and chair not in count.weights
    if count.waits_for_chair and outsider and not (rule is not None and rule.chair_without_vote):
        yield Rejection("vote.chair_not_entitled", law=law, entries=room.entries, chair=chair, **params)
    if count.waits_for_chair and count.verdict.result == "tie" and cast.stated_result in (None, "tie"):
        yield Rejection("vote.tie_needs_chair", "unknown", law=law, in_favour=count.in_favour, **params)


def _against_lots(count: Count) -> Iterator[Rejection]:
    lot, found = count.cast.lot, count.polled
    params: dict[str, Any] = {"vote_id": count.cast.vote_id, "tied": list(found.tied)}
    if lot is None:
        if found.result == "tie":
            law = "kommuneloven §§ 7-6, 7-8; IKS-loven § 9; aksjeloven § 5-17"
            yield Rejection("vote.lot_missing", "unknown", law=law, **params)
    elif found.result is not None and not found.tied:
        yield Rejection("vote.lot_not_needed", "fact", vote_id=count.cast.vote_id)
    elif found.tied and not (set(lot.winners) <= set(found.tied) and found.by_lot):
        yield Rejection("vote.lot_winner_not_tied", "fact", winners=list(lot.winners), **params)


def _against_result(count: Count) -> Iterator[Rejection]:
    """Yields that the result cannot be told, rests on the source alone, or is another than the votes show."""
    cast, shown, found = count.cast, count.verdict, told(count)
    params: dict[str, Any] = {"vote_id": cast.vote_id}
    if found.result is None:
        yield Rejection("vote.result_missing", "fact", **params)
        return
    fits = cast.stated_result in (None, found.result) and cast.stated_option in (None, found.adopted)
    if not fits or (cast.stated_elected and set(cast.stated_elected) != set(found.elected)):
        yield Rejection("vote.result_differs", "fact", stated=cast.stated_result, result=found.result, **params)
    election = cast.election
    if election is not None and len(found.elected) > election.places:
        yield Rejection(
            "vote.more_elected_than_places",
            "fact",
            places=election.places,
            names=len(found.elected),
            procedure=election.procedure,
            **params,
        )
    if shown.result is None:
        law = next((m.law for m in count.majorities if m.reached == "unknown" and m.law), None)
        yield Rejection("vote.majority_unknown", "unknown", law=law, result=found.result, **params)
