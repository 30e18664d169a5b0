"""What stands against a vote as it was cast: unknown things, a meeting that is not open, ballots and counts amiss.

Kommuneloven §§ 7-4, 7-5, 7-7, 7-8, 8-1, 11-3, 11-10; IKS-loven §§ 9, 15; aksjeloven §§ 5-3, 6-27. Whether those
elected can be is asked when they take their seats.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, Literal

from domain.cases import against_case
from domain.kernel import Rejection
from domain.meetings.state import Meeting, Question
from domain.rulebook.voting import NAMES_PER_SEAT
from domain.votes.ballots import Ballot, Election, GroupVote
from domain.votes.counting import Count
from domain.votes.evidence import Tally
from domain.votes.room import Surroundings
from domain.votes.state import Vote, Votes
from domain.votes.taking import TakeVote
from domain.votes.tallying import CHOOSING, total


def against_names(command: TakeVote, state: Votes, around: Surroundings) -> Iterator[Rejection]:
    """Yields what the vote names that is not there, or belongs elsewhere."""
    known = state.by_id.get(command.vote_id)
    if known is not None:
        yield Rejection("vote.already_taken", "fact", entries=(known.entry,), vote_id=command.vote_id)
    meeting = None if command.meeting_id is None else around.meetings.by_id.get(command.meeting_id)
    if command.meeting_id is not None and meeting is None:
        yield Rejection("vote.unknown_meeting", "fact", meeting_id=command.meeting_id)
    if meeting is not None and meeting.body_id != command.body_id:
        yield Rejection(
            "vote.meeting_of_another_body",
            "fact",
            entries=(meeting.entry,),
            meeting_id=meeting.meeting_id,
            body_id=command.body_id,
        )
    if command.case_id is not None:
        yield from against_case(around.cases, command.case_id)
    yield from _against_proposals(command, state)
    persons = (*(b.person_id for b in command.ballots), *(command.election.named if command.election else ()))
    strangers = sorted({*persons, *command.concerns} - set(around.bodies.persons))
    if strangers:
        yield Rejection("vote.unknown_person", "fact", vote_id=command.vote_id, persons=strangers)
    if meeting is not None:
        yield from _against_meeting(command, meeting)
    elif command.meeting_id is None and command.method != "written":
        yield Rejection("vote.meeting_missing", "unknown", vote_id=command.vote_id, body_id=command.body_id)


def _against_proposals(command: TakeVote, state: Votes) -> Iterator[Rejection]:
    unknown = sorted({p for p in command.proposals if p not in state.proposals})
    if unknown:
        yield Rejection("vote.unknown_proposal", "fact", vote_id=command.vote_id, proposals=unknown)
    twice = sorted(p for p, times in Counter(command.proposals).items() if times > 1)
    if twice:
        yield Rejection("vote.proposal_put_twice", "fact", vote_id=command.vote_id, proposals=twice)
    held = [state.proposals[p] for p in command.proposals if p in state.proposals]
    elsewhere = sorted(p.proposal_id for p in held if p.case_id != command.case_id)
    if elsewhere:
        yield Rejection(
            "vote.proposal_of_another_case",
            "fact",
            entries=(p.entry for p in held),
            vote_id=command.vote_id,
            proposals=elsewhere,
        )
    settled = sorted(p.proposal_id for p in held if p.result is not None)
    if settled:
        entries = (p.settled_by for p in held if p.settled_by is not None)
        yield Rejection(
            "vote.proposal_already_settled", "fact", entries=entries, vote_id=command.vote_id, proposals=settled
        )
    if command.about == "proposal" and not command.proposals:
        yield Rejection("vote.proposal_missing", "unknown", vote_id=command.vote_id)
    if command.about == "election" and command.election is None:
        yield Rejection("vote.election_missing", "fact", vote_id=command.vote_id)
    if command.election is not None and (command.proposals or command.about not in CHOOSING):
        yield Rejection("vote.election_with_proposals", "fact", vote_id=command.vote_id, about=command.about)


def _against_meeting(command: TakeVote, meeting: Meeting) -> Iterator[Rejection]:
    params: dict[str, Any] = {"vote_id": command.vote_id, "meeting_id": meeting.meeting_id}
    if not meeting.is_open and meeting.mode != "written":
        nature: Literal["rule", "unknown"] = "unknown" if meeting.opened_by is None else "rule"
        entries = (meeting.entry, *(() if meeting.adjourned_by is None else (meeting.adjourned_by,)))
        yield Rejection("vote.meeting_not_open", nature, entries=entries, **params)
    if command.case_id is not None and command.case_id not in (*meeting.agenda, *meeting.added):
        yield Rejection(
            "vote.case_not_on_agenda",
            law="kommuneloven § 11-3; IKS-loven § 9",
            entries=(meeting.entry,),
            case_id=command.case_id,
            **params,
        )


def against_ballots(count: Count) -> Iterator[Rejection]:
    """Yields what stands against the ballots: from whom they are, how many, for what, with which weight."""
    cast, room, rule = count.cast, count.room, count.room.rule
    params: dict[str, Any] = {"vote_id": cast.vote_id}
    twice = sorted(p for p, times in Counter(b.person_id for b in cast.ballots).items() if times > 1)
    if twice:
        yield Rejection("vote.duplicate_ballot", "fact", persons=twice, **params)
    voters = {ballot.person_id for ballot in cast.ballots}
    out = sorted(voters & room.shut_out)
    if out:
        law = None if rule is None else rule.partiality_law
        entries = _entries_of(count, out)
        yield Rejection(
            "vote.ballot_from_disqualified", law=law or "forvaltningsloven § 8", entries=entries, persons=out, **params
        )
    away = sorted(voters - room.shut_out - set(count.weights))
    if away and room.names_known:
        yield Rejection("vote.not_present", "fact", entries=room.entries, persons=away, **params)
    missing = sorted(set(count.weights) - voters)
    if cast.ballots and missing and room.names_known and rule is not None and rule.duty_law is not None:
        yield Rejection("vote.ballot_missing", law=rule.duty_law, entries=room.entries, persons=missing, **params)
    if cast.method == "secret" and any(ballot.choice is not None for ballot in cast.ballots):
        yield Rejection("vote.secret_with_choices", "fact", **params)
    stray = sorted(set(_stray_options(count)))
    if stray:
        yield Rejection("vote.unknown_option", "fact", options=stray, **params)
    yield from _against_weights(count)


def _entries_of(count: Count, persons: Iterable[str]) -> Iterator[int]:
    meeting, case_id = count.room.meeting, count.room.case_id
    if meeting is None or case_id is None:
        return
    for person_id in persons:
        answered = meeting.answers.get(Question(case_id, person_id))
        if answered is not None:
            yield answered.entry


def _stray_options(count: Count) -> Iterator[str]:
    """Yields what votes were given to that was not put; where there are several, none is for or against."""
    cast = count.cast
    every: tuple[Ballot | GroupVote, ...] = (*cast.ballots, *cast.groups)
    for told in every:
        if told.choice is None:
            continue
        if (told.choice == "option") != (told.option is not None) or (
            told.choice in ("for", "against") and count.options
        ):
            yield told.option or told.choice
        elif told.option is not None and told.option not in count.options:
            yield told.option
    if cast.counts is not None:
        yield from (counted.option for counted in cast.counts.options if counted.option not in count.options)
    if cast.chair_option is not None and cast.chair_option not in count.options:
        yield cast.chair_option
    if cast.stated_option is not None and cast.stated_option not in cast.proposals:
        yield cast.stated_option


def _against_weights(count: Count) -> Iterator[Rejection]:
    """Yields where the ballots carry other votes than the body's seat plan and rules give those who cast them."""
    room, cast = count.room, count.cast
    params: dict[str, Any] = {"vote_id": cast.vote_id, "body_id": cast.body_id}
    if not room.names_known or not cast.ballots:
        return
    members = {entitled.person_id: entitled.on_behalf_of for entitled in count.entitled}
    wrong, unsaid = set[str](), set[str]()
    together: defaultdict[str, int] = defaultdict(int)
    for ballot in cast.ballots:
        member_id = members.get(ballot.person_id)
        held = room.weight_of(member_id)
        if held == "unknown" and ballot.weight is None:
            unsaid.add(ballot.person_id)
        elif held == "unknown" and member_id is not None:
            together[member_id] += ballot.weight or 0
        elif held != "unknown" and ballot.weight not in (None, held):
            wrong.add(ballot.person_id)
    for member_id, weight in together.items():
        votes = room.votes_of.get(member_id, "unknown")
        persons = {p for p, m in members.items() if m == member_id}
        if votes == "unknown":
            unsaid |= persons
        elif weight > votes:
            wrong |= persons
    if wrong:
        yield Rejection("vote.weight_differs", entries=(room.body.entry,), persons=sorted(wrong), **params)
    if unsaid:
        yield Rejection("vote.weight_unknown", "unknown", persons=sorted(unsaid), **params)


def against_counts(count: Count) -> Iterator[Rejection]:
    """Yields what stands against the numbers: blank votes, other numbers than the ballots', too many votes."""
    cast, rule = count.cast, count.room.rule
    params: dict[str, Any] = {"vote_id": cast.vote_id}
    blank = any(b.choice == "blank" for b in cast.ballots) or count.told.blank not in (0, "unknown")
    if blank and rule is not None and rule.blank_law is not None and cast.about not in CHOOSING:
        yield Rejection("vote.blank_vote_not_allowed", law=rule.blank_law, about=cast.about, **params)
    against = count.told.against not in (0, "unknown") or count.told.blank not in (0, "unknown")
    if cast.unanimous and against:
        yield Rejection("vote.unanimous_with_votes_against", "fact", against=count.told.against, **params)
    for told in (count.from_ballots if count.ballots_shown else None, count.from_groups if cast.groups else None):
        if told is not None and cast.counts is not None and _differ(told, count.from_counts):
            yield Rejection(
                "vote.counts_do_not_match_ballots",
                "fact",
                in_favour=cast.counts.in_favour,
                against=cast.counts.against,
                **params,
            )
            break
    yield from _against_too_many(count)


def _differ(one: Tally, other: Tally) -> bool:
    pairs = [(getattr(one, name), getattr(other, name)) for name in ("in_favour", "against", "blank")]
    pairs += [(a.votes, b.votes) for a, b in zip(one.options, other.options, strict=True)]
    return any("unknown" not in pair and pair[0] != pair[1] for pair in pairs)


def _against_too_many(count: Count) -> Iterator[Rejection]:
    """Yields that more votes were cast than those who were there carry, as far as the numbers are known."""
    if count.many_choices or count.carried == "unknown":
        return
    told = count.told
    numbers = (told.in_favour, told.against, told.blank, *(option.votes for option in told.options))
    cast = total(number for number in numbers if number != "unknown")
    if cast != "unknown" and cast > count.carried:
        yield Rejection(
            "vote.more_votes_than_entitled",
            "fact",
            entries=count.room.entries,
            vote_id=count.cast.vote_id,
            cast=cast,
            entitled=count.carried,
        )


# Elections -------------------------------------------------------------------------------


def against_election(count: Count, election: Election, state: Votes) -> Iterator[Rejection]:
    """Yields what stands against how an election is held."""
    rule, cast = count.room.rule, count.cast
    params: dict[str, Any] = {"vote_id": cast.vote_id, "procedure": election.procedure}
    municipal = rule is not None and rule.elections == "municipal"
    leader = election.elected_as in ("leader", "deputy_leader")
    if municipal and cast.about == "election" and election.elected_as != "other":
        if leader != (election.procedure == "majority"):
            yield Rejection(
                "vote.election_procedure_not_allowed",
                law="kommuneloven § 7-4",
                elected_as=election.elected_as,
                **params,
            )
        if election.procedure == "majority" and cast.method == "secret":
            yield Rejection("vote.secret_not_allowed", law="kommuneloven § 7-8", **params)
    if election.round > 1 and not any(_first_ballot(count, vote) for vote in state.by_id.values()):
        yield Rejection("vote.no_first_ballot", "fact", **params)
    yield from _against_lists(count, election)
    if election.procedure == "agreed":
        if len(election.candidates) != election.places:
            yield Rejection(
                "vote.agreed_names_do_not_fit",
                law="kommuneloven § 7-7",
                places=election.places,
                names=len(election.candidates),
                **params,
            )
        if not count.as_one:
            yield Rejection("vote.agreed_election_not_unanimous", law="kommuneloven § 7-7", **params)
    elif count.as_one and len(election.candidates) > election.places:
        yield Rejection(
            "vote.more_elected_than_places",
            "fact",
            places=election.places,
            names=len(election.candidates),
            **params,
        )


def _first_ballot(count: Count, vote: Vote) -> bool:
    same = (vote.body_id, vote.case_id, vote.meeting_id) == (
        count.cast.body_id,
        count.cast.case_id,
        count.cast.meeting_id,
    )
    return same and vote.result == "not_elected"


def _against_lists(count: Count, election: Election) -> Iterator[Rejection]:
    params: dict[str, Any] = {"vote_id": count.cast.vote_id}
    named = Counter(election.named)
    twice = sorted(p for p, times in named.items() if times > 1)
    if twice:
        yield Rejection("vote.candidate_named_twice", "fact", persons=twice, **params)
    if election.procedure == "proportional":
        groups = Counter(listed.group_name for listed in election.lists)
        doubled = sorted(group for group, times in groups.items() if times > 1)
        if doubled:
            yield Rejection("vote.two_lists_of_one_group", law="kommuneloven § 7-5", groups=doubled, **params)
        most = NAMES_PER_SEAT * election.places
        long = sorted(listed.list_id for listed in election.lists if len(listed.candidates) > most)
        if long:
            yield Rejection("vote.list_too_long", law="kommuneloven § 7-5", lists=long, most=most, **params)
