"""What comes of a vote: agreement, equal votes, the result, and what it settles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from domain.bodies import BodyRules
from domain.collaboration import subjects
from domain.kernel import Subject
from domain.votes import VoteTaken
from tests.spec import Given
from tests.specs.vote_books import (
    after,
    ballots,
    book,
    meeting,
    options,
    proposal,
    sitting,
    take,
    taken,
    with_meeting,
)

KO = book()
SOURCE = {"mode": "import", "source": {"title": "Møtebok", "read_on": "2026-05-01"}}
UNANIMOUS: dict[str, Any] = {"unanimous": True}


def refused(held: Given, code: str, nature: str = "fact", **fields: Any) -> Any:
    """Asserts that a vote is refused, and returns the rejection."""
    rejection = held.when(take(**{**UNANIMOUS, **fields})).then_rejected(code)
    assert rejection.nature == nature
    return rejection


# Agreement -------------------------------------------------------------------------------

IN_WRITING: dict[str, Any] = {"method": "written", "meeting_id": None}


def test_in_writing_all_members_agree_to_the_text_and_to_the_way() -> None:
    held = sitting()
    agreed = {**IN_WRITING, "agreed_in_writing": True}
    event = taken(held, ballots=ballots("ffff"), **agreed)
    assert (event.result, [e.person_id for e in event.entitled]) == ("adopted", ["p-1", "p-2", "p-3", "p-4"])
    rejection = refused(held, "vote.written_needs_all", "rule", unanimous=False, ballots=ballots("fffa"), **agreed)
    assert rejection.law == "kommuneloven § 11-8"
    refused(held, "vote.written_needs_all", "rule", **{**IN_WRITING, "agreed_in_writing": False})
    refused(held, "vote.written_agreement_unknown", "unknown", **IN_WRITING)
    refused(held, "vote.ballot_missing", "rule", unanimous=False, ballots=ballots("fff"), **agreed)


def test_the_board_of_an_as_need_not_agree_to_decide_in_writing() -> None:
    assert taken(sitting("as", "board"), ballots=ballots("fffa"), **IN_WRITING).result == "adopted"


def test_a_meeting_held_in_writing_is_as_a_vote_in_writing() -> None:
    held = with_meeting(sitting(), meeting((), mode="written", opened_by=None))
    assert len(taken(held, unanimous=True, method="unknown", agreed_in_writing=True).entitled) == 4


@pytest.mark.parametrize(
    ("rules", "fields"), [(BodyRules(consensus=True), {}), (None, {"method": "consensus"})], ids=["rules", "method"]
)
def test_consensus_is_that_nobody_is_against(rules: BodyRules | None, fields: dict[str, Any]) -> None:
    held = book("informal", "steering_group", rules=rules)
    refused(held, "vote.consensus_not_reached", "rule", unanimous=False, ballots=ballots("fffa"), **fields)
    assert taken(held, ballots=ballots("fffb"), **fields).result == "adopted"


# Equal votes -----------------------------------------------------------------------------


@pytest.mark.parametrize(("cast", "result"), [("ffaa", "adopted"), ("aaff", "rejected")])
def test_the_chair_decides_between_equal_votes(cast: str, result: str) -> None:
    event = taken(KO, ballots=ballots(cast))
    assert (event.result, event.chair_decided) == (result, True)


@pytest.mark.parametrize("kind", [("ko", "council_of_representatives"), ("iks", "board"), ("as", "general_meeting")])
def test_of_equal_counts_the_chair_s_vote_is_told(kind: Any) -> None:
    held = book(*kind)
    counts: dict[str, Any] = {"counts": {"in_favour": 2, "against": 2, "blank": 0}}
    assert refused(held, "vote.tie_needs_chair", "unknown", unanimous=False, **counts).params["in_favour"] == 2
    assert taken(held, chair_choice="for", **counts).result == "adopted"
    assert taken(held, chair_choice="against", **counts).result == "rejected"
    assert taken(held, ["vote.tie_needs_chair"], **counts, **SOURCE).result == "tie"


def test_the_source_may_say_how_equal_votes_ended() -> None:
    counts: dict[str, Any] = {"counts": {"in_favour": 2, "against": 2, "blank": 0}}
    assert taken(KO, stated_result="adopted", **counts).adopted == "a"


def test_a_chair_who_is_not_there_decides_in_a_general_meeting_only() -> None:
    fields: dict[str, Any] = {"counts": {"in_favour": 2, "against": 2, "blank": 0}, "chair_choice": "for"}
    refused(book(chair="p-9"), "vote.chair_not_entitled", "rule", unanimous=False, **fields)
    assert taken(book("as", "general_meeting", chair="p-9"), **fields).result == "adopted"


def test_where_no_act_speaks_the_body_says_whether_the_chair_decides() -> None:
    tied: dict[str, Any] = {"ballots": ballots("ffaa")}
    assert taken(book("informal", "steering_group"), **tied).result == "tie"
    casting = book("informal", "steering_group", rules=BodyRules(casting_vote=True))
    assert taken(casting, **tied).result == "adopted"


def test_of_two_proposals_with_equal_votes_the_chair_s_is_adopted() -> None:
    event = taken(KO, proposals=["a", "b"], ballots=options("b", "a", "a", "b"))
    assert (event.result, event.adopted, event.chair_decided) == ("adopted", "b", True)
    counts: dict[str, Any] = {"options": [{"option": "a", "votes": 2}, {"option": "b", "votes": 2}]}
    both: dict[str, Any] = {"proposals": ["a", "b"], "counts": counts}
    refused(KO, "vote.tie_needs_chair", "unknown", unanimous=False, **both)
    assert taken(KO, chair_option="a", **both).adopted == "a"


def test_of_three_proposals_none_is_adopted_without_a_majority_and_all_can_be_put_again() -> None:
    held = with_meeting(sitting(size=5, facts=(proposal("c"),)), meeting(("p-1", "p-2", "p-3", "p-4", "p-5")))
    three: dict[str, Any] = {"proposals": ["a", "b", "c"], "ballots": options("a", "a", "b", "b", "c")}
    assert taken(held, **three).result == "rejected"
    held = after(held, meeting(("p-1", "p-2", "p-3", "p-4", "p-5")), **three)
    assert {p.result for p in held.state.votes.proposals.values()} == {None}
    assert taken(held, vote_id="v-2", proposals=["a", "b"], ballots=options("a", "a", "b", "b", "b")).adopted == "b"


def test_lots_are_not_drawn_over_proposals() -> None:
    refused(KO, "vote.lot_not_needed", lot={"winners": ["p-1"]})


# The result ------------------------------------------------------------------------------


def test_the_result_is_the_one_the_votes_show() -> None:
    refused(KO, "vote.result_differs", unanimous=False, ballots=ballots("fffa"), stated_result="rejected")
    refused(KO, "vote.result_differs", unanimous=False, ballots=ballots("aaaa"), stated_option="a")
    assert taken(KO, ballots=ballots("fffa"), stated_result="adopted", stated_option="a").result == "adopted"


def test_a_vote_settles_the_proposals_it_was_on() -> None:
    event = taken(KO, proposals=["a", "b"], ballots=options("a", "a", "b", "a"))
    recorded = KO.when(take(proposals=["a", "b"], ballots=options("a", "a", "b", "a"))).then(event)
    votes = recorded.state.votes
    found = {p.proposal_id: (p.result, p.settled_by) for p in votes.proposals.values()}
    assert found == {"a": ("adopted", recorded.number), "b": ("fallen", recorded.number)}
    outcome = votes.outcome("c-1")
    assert outcome is not None
    assert (outcome.vote_id, outcome.adopted, outcome.voters) == ("v-1", "a", frozenset({"p-1", "p-2", "p-3", "p-4"}))
    assert votes.outcome("c-2") is None


def test_a_vote_on_how_a_case_is_treated_settles_nothing_in_it() -> None:
    fields: dict[str, Any] = {"about": "procedure", "proposals": [], "unanimous": True}
    recorded = KO.when(take(**fields)).then(taken(KO, **fields))
    assert recorded.state.votes.outcome("c-1") is None
    assert [vote.vote_id for vote in recorded.state.votes.of_case("c-1")] == ["v-1"]


def test_a_vote_touches_all_it_is_about() -> None:
    assert subjects(taken(KO, ballots=ballots("fffa"))) == (
        Subject("vote", "v-1"),
        Subject("case", "c-1"),
        Subject("meeting", "m-1"),
        Subject("body", "body"),
        Subject("proposal", "a"),
        *(Subject("person", p) for p in ("p-1", "p-2", "p-3", "p-4")),
    )


def test_a_vote_without_quorum_that_was_taken_is_recorded_as_irregular() -> None:
    held = book(present=1)
    sent = take(ballots=ballots("f"), mode="record", reason="Ført i etterkant.")
    (event,) = held.when(sent).decide().events
    assert isinstance(event, VoteTaken)
    recorded = held.when(sent).then(event, irregular=["vote.quorum_not_met"])
    assert "v-1" not in recorded.state.votes.by_id


def names(of: Sequence[Any]) -> list[str]:
    return [entitled.person_id for entitled in of]


def test_the_roll_is_frozen_at_the_vote() -> None:
    event = taken(KO, ballots=ballots("fffa"), method="roll", taken_at="11:04")
    assert names(event.entitled) == ["p-1", "p-2", "p-3", "p-4"]
    assert event.taken_at == "11:04"
