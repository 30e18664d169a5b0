"""Votes taken: refusals in order of precedence, and what lies just beside each."""

from __future__ import annotations

from typing import Any

import pytest
from rpds import HashTrieMap

from domain.bodies import BodyDissolved, BodyRules
from domain.cases import CaseClosed
from domain.votes import ProposalWithdrawn
from tests.spec import Given, at
from tests.specs.body_books import allotted
from tests.specs.vote_books import (
    HELD,
    MEETING_ENTRY,
    MEMBERS,
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


# What it names ---------------------------------------------------------------------------


def test_the_body_is_there() -> None:
    refused(KO, "body.unknown_body", body_id="nowhere")
    gone = with_meeting(sitting(facts=(at("2024-03-01", BodyDissolved(body_id="body")),)), meeting())
    refused(gone, "body.dissolved", meeting_id="nowhere")


def test_a_vote_is_taken_once() -> None:
    again = KO.when(take(unanimous=True)).then(taken(KO, unanimous=True))
    held = with_meeting(again, meeting())
    assert refused(held, "vote.already_taken", meeting_id="nowhere").entries == (again.number,)
    assert taken(held, vote_id="v-2", proposals=["b"], unanimous=True).result == "adopted"


def test_the_meeting_is_known_and_of_the_body() -> None:
    refused(KO, "vote.unknown_meeting", meeting_id="nowhere", case_id="nowhere")
    other = with_meeting(sitting(), meeting(body_id="elsewhere"))
    assert refused(other, "vote.meeting_of_another_body", case_id="nowhere").entries == (MEETING_ENTRY,)


def test_the_case_is_open() -> None:
    refused(KO, "case.unknown_case", case_id="nowhere", proposals=["nothing"])
    closed = sitting(facts=(at(HELD, CaseClosed(case_id="c-1", outcome="withdrawn")),))
    refused(with_meeting(closed, meeting()), "case.closed", proposals=["nothing"])


def test_the_proposals_are_put_in_this_case_and_not_settled() -> None:
    refused(KO, "vote.unknown_proposal", proposals=["nothing", "a", "a"])
    refused(KO, "vote.proposal_put_twice", proposals=["a", "a"])
    other = with_meeting(sitting(facts=(proposal("c", "c-2"),)), meeting())
    refused(other, "vote.proposal_of_another_case", proposals=["c"])
    gone = sitting(facts=(at(HELD, ProposalWithdrawn(proposal_id="a")),))
    rejection = refused(with_meeting(gone, meeting()), "vote.proposal_already_settled")
    assert rejection.entries == (gone.number,)
    refused(KO, "vote.proposal_missing", "unknown", proposals=[])
    assert taken(KO, ["vote.proposal_missing"], proposals=[], unanimous=True, **SOURCE).adopted is None


def test_a_matter_of_the_meeting_needs_no_proposal() -> None:
    event = taken(KO, about="closing", proposals=[], unanimous=True)
    assert (event.result, event.adopted) == ("adopted", None)


def test_an_election_is_told_as_one() -> None:
    refused(KO, "vote.election_missing", about="election", proposals=[])
    election: dict[str, Any] = {"procedure": "majority", "elected_as": "leader", "places": 1, "candidates": ["p-1"]}
    refused(KO, "vote.election_with_proposals", about="election", election=election)
    refused(KO, "vote.election_with_proposals", about="procedure", proposals=[], election=election)


def test_everyone_named_is_registered() -> None:
    stranger = [*ballots("fff"), {"person_id": "stranger", "choice": "for"}]
    rejection = refused(KO, "vote.unknown_person", ballots=stranger, meeting_id=None)
    assert rejection.params["persons"] == ["stranger"]
    refused(KO, "vote.unknown_person", concerns=["stranger"])


def test_a_vote_is_taken_in_a_meeting_or_in_writing() -> None:
    refused(KO, "vote.meeting_missing", "unknown", meeting_id=None)
    unverified = ["vote.meeting_missing", "vote.quorum_unknown"]
    assert taken(KO, unverified, meeting_id=None, unanimous=True, **SOURCE).result == "adopted"


@pytest.mark.parametrize(
    ("state", "nature"), [({"opened_by": None}, "unknown"), ({"adjourned_by": MEETING_ENTRY + 9}, "rule")]
)
def test_the_meeting_is_open(state: dict[str, Any], nature: str) -> None:
    held = book(**state)
    rejection = refused(held, "vote.meeting_not_open", nature, case_id="c-2", proposals=[], about="procedure")
    assert rejection.params["meeting_id"] == "m-1"


def test_the_case_is_on_the_agenda_or_was_added_to_it() -> None:
    off: dict[str, Any] = {"case_id": "c-2", "proposals": [], "about": "procedure"}
    assert refused(KO, "vote.case_not_on_agenda", "rule", **off).law == "kommuneloven § 11-3; IKS-loven § 9"
    added = book(added=HashTrieMap({"c-2": MEETING_ENTRY + 3}))
    assert taken(added, unanimous=True, **off).result == "adopted"


# Ballots ---------------------------------------------------------------------------------


def test_nobody_votes_twice() -> None:
    refused(KO, "vote.duplicate_ballot", unanimous=False, ballots=[*ballots("ffff"), *ballots("f")])


def test_whoever_is_shut_out_does_not_vote() -> None:
    held = book(out=("p-4",))
    rejection = refused(held, "vote.ballot_from_disqualified", "rule", ballots=ballots("ffff"), unanimous=False)
    assert (rejection.law, rejection.entries) == ("kommuneloven § 11-10", (MEETING_ENTRY + 2,))
    assert rejection.params["persons"] == ["p-4"]
    assert taken(held, ballots=ballots("fff")).result == "adopted"
    free = book("informal", "steering_group", out=("p-4",))
    assert refused(free, "vote.ballot_from_disqualified", "rule", ballots=ballots("ffff")).law == (
        "forvaltningsloven § 8"
    )


def test_nobody_takes_part_in_what_is_decided_of_their_own_impartiality() -> None:
    own: dict[str, Any] = {"about": "impartiality", "concerns": ["p-2"], "proposals": []}
    refused(KO, "vote.ballot_from_disqualified", "rule", ballots=ballots("ffff"), **own)
    event = taken(KO, ballots=ballots("f-ff"), **own)
    assert [e.person_id for e in event.entitled] == ["p-1", "p-3", "p-4"]


def test_whoever_votes_is_there() -> None:
    held = book(present=3)
    rejection = refused(held, "vote.not_present", ballots=ballots("ffff"), unanimous=False)
    assert rejection.params["persons"] == ["p-4"]
    assert taken(held, ballots=ballots("fff")).result == "adopted"


def test_everyone_there_must_vote_in_a_municipal_body_only() -> None:
    rejection = refused(KO, "vote.ballot_missing", "rule", ballots=ballots("fff"), unanimous=False)
    assert (rejection.law, rejection.params["persons"]) == ("kommuneloven § 8-1", ["p-4"])
    assert taken(book("iks"), ballots=ballots("fff")).result == "adopted"


def test_a_secret_vote_shows_who_voted_and_not_what() -> None:
    refused(KO, "vote.secret_with_choices", method="secret", ballots=ballots("ffff"), unanimous=False)
    counts: dict[str, Any] = {"in_favour": 3, "against": 1}
    event = taken(KO, method="secret", ballots=ballots("****"), counts=counts)
    assert [ballot.choice for ballot in event.ballots] == [None] * 4
    assert (event.tally.in_favour, event.quorum.counted) == (3, 4)


def test_votes_are_given_to_what_was_put() -> None:
    both: dict[str, Any] = {"proposals": ["a", "b"], "unanimous": False}
    refused(KO, "vote.unknown_option", ballots=options("a", "a", "b", "c"), **both)
    refused(KO, "vote.unknown_option", ballots=ballots("ffff"), **both)
    refused(KO, "vote.unknown_option", ballots=options("a", "a", "a", "a"), unanimous=False)
    refused(KO, "vote.unknown_option", counts={"options": [{"option": "c", "votes": 1}]}, **both)
    refused(KO, "vote.unknown_option", chair_option="c", **both)
    refused(KO, "vote.unknown_option", stated_option="c", **both)
    event = taken(KO, ballots=options("a", "a", "b", "a"), proposals=["a", "b"])
    assert (event.result, event.adopted) == ("adopted", "a")


# Weights ---------------------------------------------------------------------------------

EVEN = (allotted("k-1", 2, 2, 4), *(allotted(m, 1, 2, 1) for m in MEMBERS[1:4]))
POOLED = (allotted("k-1", 2, 2, 1), *(allotted(m, 1, 2, 1) for m in MEMBERS[1:4]))


def test_a_member_s_votes_are_spread_over_its_representatives() -> None:
    held = book("iks", plan=EVEN, size=4)
    event = taken(held, ballots=ballots("faaa"))
    assert [e.weight for e in event.entitled] == [2, 1, 1, 1]
    assert (event.tally.in_favour, event.tally.against, event.result) == (2, 3, "rejected")
    rejection = refused(held, "vote.weight_differs", "rule", ballots=ballots("ffff", p_1=3), unanimous=False)
    assert rejection.params["persons"] == ["p-1"]
    assert taken(held, ballots=ballots("ffff", p_1=2)).result == "adopted"


def test_of_two_who_represent_one_vote_the_ballots_tell_who_holds_it() -> None:
    held = book("iks", plan=POOLED, size=4)
    refused(held, "vote.weight_unknown", "unknown", ballots=ballots("ffff"), unanimous=False)
    assert taken(held, ballots=ballots("ffff", p_1=1)).tally.in_favour == 4
    assert taken(held, ballots=ballots("afff", p_1=0)).tally.against == 0
    refused(held, "vote.weight_differs", "rule", ballots=ballots("ffff", p_1=2), unanimous=False)


def test_a_seat_plan_that_is_silent_on_one_member_leaves_its_votes_unknown() -> None:
    plan = (allotted("k-1", 1, 2, "unknown"), *(allotted(m, 1, 2, 2) for m in MEMBERS[1:4]))
    held = book("iks", plan=plan)
    cast = ballots("ffff", p_1=3)
    refused(held, "vote.weight_unknown", "unknown", ballots=cast, unanimous=False)
    event = taken(held, ["vote.weight_unknown", "vote.quorum_unknown"], ballots=cast, **SOURCE)
    assert event.tally.in_favour == 9


def test_a_body_may_give_every_member_one_vote_or_every_person() -> None:
    by_member = book("iks", plan=EVEN, rules=BodyRules(weights="per_member"))
    refused(by_member, "vote.weight_unknown", "unknown", ballots=ballots("ffff"), unanimous=False)
    assert taken(by_member, ballots=ballots("ffff", p_1=1)).quorum.weight_total == 4
    by_person = book("iks", plan=EVEN, rules=BodyRules(weights="per_person"))
    assert taken(by_person, ballots=ballots("ffff")).tally.in_favour == 4
    by_shares = book("iks", plan=EVEN, rules=BodyRules(weights="by_shares"))
    refused(by_shares, "vote.weight_unknown", "unknown", ballots=ballots("ffff"), unanimous=False)


def test_in_a_board_everyone_has_one_vote_whatever_the_plan_says() -> None:
    assert [e.weight for e in taken(book("iks", "board", plan=EVEN), **UNANIMOUS).entitled] == [1, 1, 1, 1]


# Counts ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields", [{"ballots": ballots("fffb")}, {"counts": {"in_favour": 3, "against": 0, "blank": 1}}]
)
def test_a_blank_vote_is_for_elections_and_appointments(fields: dict[str, Any]) -> None:
    rejection = refused(KO, "vote.blank_vote_not_allowed", "rule", unanimous=False, **fields)
    assert rejection.law == "kommuneloven § 8-1"
    assert taken(KO, about="appointment", **fields).tally.blank == 1
    assert taken(book("iks"), **fields).tally.blank == 1


def test_what_was_unanimous_has_no_votes_against() -> None:
    counts: dict[str, Any] = {"in_favour": 3, "against": 1}
    assert refused(KO, "vote.unanimous_with_votes_against", counts=counts).params["against"] == 1
    assert taken(KO, unanimous=True, counts={"in_favour": 4, "against": 0}).tally.in_favour == 4


def test_counts_and_ballots_say_the_same() -> None:
    cast: dict[str, Any] = {"ballots": ballots("fffa"), "unanimous": False}
    refused(KO, "vote.counts_do_not_match_ballots", counts={"in_favour": 4, "against": 0}, **cast)
    assert taken(KO, ballots=ballots("fffa"), counts={"in_favour": 3}).tally.against == 1
    groups = [
        {"group_name": "Lista", "choice": "for", "votes": 2},
        {"group_name": "Andre", "choice": "against", "votes": 2},
    ]
    by_group: dict[str, Any] = {"groups": groups, "unanimous": False}
    refused(KO, "vote.counts_do_not_match_ballots", counts={"in_favour": 3, "against": 1}, **by_group)


def test_there_are_no_more_votes_than_those_there_carry() -> None:
    rejection = refused(
        KO, "vote.more_votes_than_entitled", unanimous=False, counts={"in_favour": 3, "against": 2, "blank": 0}
    )
    assert (rejection.params["cast"], rejection.params["entitled"]) == (5, 4)
    assert taken(KO, counts={"in_favour": 3, "against": 1}).tally.blank == 0


@pytest.mark.parametrize(
    ("fields", "tally"),
    [
        ({"counts": {"against": 1}}, (3, 1, 0)),
        ({"counts": {"in_favour": 4}}, (4, 0, 0)),
        (
            {"groups": [{"group_name": "A", "choice": "for", "votes": 3}, {"group_name": "B", "choice": "against"}]},
            (3, 1, 0),
        ),
    ],
)
def test_what_is_not_told_follows_from_the_duty_to_vote(fields: dict[str, Any], tally: tuple[int, ...]) -> None:
    found = taken(KO, **fields).tally
    assert (found.in_favour, found.against, found.blank) == tally


def test_without_a_duty_to_vote_what_is_not_told_is_unknown() -> None:
    held = book("iks")
    refused(held, "vote.result_missing", unanimous=False, counts={"against": 1})
    stated: dict[str, Any] = {"counts": {"against": 1}, "stated_result": "adopted"}
    refused(held, "vote.majority_unknown", "unknown", unanimous=False, **stated)
    event = taken(held, ["vote.majority_unknown"], **stated, **SOURCE)
    assert (event.result, event.adopted, event.tally.in_favour) == ("adopted", "a", "unknown")


def test_groups_without_numbers_leave_the_result_to_the_source() -> None:
    groups = [{"group_name": "Lista", "choice": "for"}, {"group_name": "Andre", "choice": "against"}]
    refused(KO, "vote.result_missing", unanimous=False, groups=groups)
    event = taken(KO, ["vote.majority_unknown"], groups=groups, stated_result="rejected", **SOURCE)
    assert event.result == "rejected"


def test_of_weighted_votes_counted_together_it_is_known_who_voted_only_if_all_did() -> None:
    held = book(plan=EVEN)
    assert taken(held, counts={"in_favour": 3, "against": 2, "blank": 0}).quorum.counted == 4
    refused(held, "vote.quorum_unknown", "unknown", unanimous=False, counts={"in_favour": 3, "against": 1, "blank": 0})
    nobody: dict[str, Any] = {"in_favour": 0, "against": 0, "blank": 0}
    assert refused(held, "vote.quorum_not_met", "rule", unanimous=False, counts=nobody).params["counted"] == 0
