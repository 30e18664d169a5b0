"""Quorum and majority under each act: the numbers exactly at the limit, and one step beyond."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from domain.bodies import BodyRules, Threshold
from domain.bodies.state import MajorityRule
from domain.constitution import LegalFormChanged
from domain.rulebook.bodies import HALF, MORE_THAN_HALF, TWO_THIRDS
from domain.rulebook.forms import FIRST_COUNCIL_2019, FORMS
from domain.rulebook.voting import RULES, voting_rule
from domain.text import Share
from domain.vocabulary import BodyKind, LegalFormId, SeatAllotment
from domain.votes import Entitled, Majority, Quorum, Tally, VoteTaken
from tests.spec import at
from tests.specs.body_books import allotted
from tests.specs.vote_books import MEMBERS, ballots, book, meeting, sitting, take, taken, with_meeting

Kind = tuple[LegalFormId, BodyKind]

IKS: Kind = ("iks", "council_of_representatives")
IKS_BOARD: Kind = ("iks", "board")
AS_BOARD: Kind = ("as", "board")
AS_MEETING: Kind = ("as", "general_meeting")
KO: Kind = ("ko", "council_of_representatives")


def test_the_numbers_of_the_acts_are_these() -> None:
    told = {r.id: (r.quorum, r.quorum_counts, r.quorum_votes) for r in RULES.values() if r.readable}
    assert told == {
        "KL-11-9": (HALF, "voting", None),
        "IKS-9": (HALF, "present", TWO_THIRDS),
        "IKS-12": (HALF, "present", None),
        "ASL-6-24": (MORE_THAN_HALF, "present", None),
        "ASL-5-17": (None, "present", None),
    }
    assert RULES[("iks", "liquidation_board")] == RULES[IKS_BOARD]


def test_a_rule_is_in_force_from_a_day() -> None:
    day_before = FIRST_COUNCIL_2019.replace(day=FIRST_COUNCIL_2019.day - 1)
    assert voting_rule(FORMS["ko"], "council_of_representatives", day_before) is None
    rule = voting_rule(FORMS["ko"], "council_of_representatives", FIRST_COUNCIL_2019)
    assert rule is not None
    assert (rule.id, rule.charter[0].law) == ("KL-11-9", "kommuneloven § 19-4")
    assert voting_rule(None, "board", FIRST_COUNCIL_2019) is None
    assert voting_rule(FORMS["ko"], "steering_group", FIRST_COUNCIL_2019) is None


@pytest.mark.parametrize(
    ("kind", "size", "enough"),
    [
        (KO, 4, 2),
        (KO, 5, 3),
        (IKS_BOARD, 4, 2),
        (IKS_BOARD, 5, 3),
        (AS_BOARD, 4, 3),
        (AS_BOARD, 5, 3),
        (AS_MEETING, 4, 1),
        (IKS, 6, 4),
        (("host_joint_board", "joint_board"), 6, 3),
        (("informal", "steering_group"), 6, 1),
    ],
)
def test_a_quorum_is_exactly_so_many(kind: Kind, size: int, enough: int) -> None:
    event = taken(book(*kind, size=size, present=enough), unanimous=True)
    assert event.quorum.met is True
    assert (event.quorum.members, event.quorum.counted) == (size, enough)
    if enough > 1:
        refused = book(*kind, size=size, present=enough - 1).when(take(unanimous=True))
        rejection = refused.then_rejected("vote.quorum_not_met", members=size, counted=enough - 1)
        assert rejection.law == event.quorum.law is not None
        assert rejection.nature == "rule"


def test_the_same_meeting_has_a_quorum_in_the_board_of_an_iks_and_not_of_an_as() -> None:
    changed = LegalFormChanged(
        from_form="iks", to_form="as", charter_version="v2", law="kommuneloven § 5-4", transfers_to="unknown"
    )
    given = sitting("iks", "board", 4).and_(at("2024-06-01", changed))
    held = with_meeting(given, meeting(("p-1", "p-2")))
    before = taken(held, unanimous=True)
    assert (before.rule_id, before.quorum.met, before.result) == ("IKS-12", True, "adopted")
    after = held.when(take(unanimous=True, effective="2024-06-01"))
    assert after.then_rejected("vote.quorum_not_met", members=4, counted=2).law == "aksjeloven § 6-24"


def test_under_kommuneloven_those_who_voted_are_counted_and_not_those_who_were_there() -> None:
    there = book(*KO, size=6, present=3, out=("p-3",))
    there.when(take(unanimous=True)).then_rejected("vote.quorum_not_met", members=6, counted=2)
    assert taken(book(*KO, size=6, present=4, out=("p-4",)), unanimous=True).quorum.counted == 3


def test_a_deputy_in_the_place_of_one_shut_out_counts() -> None:
    held = book(*KO, size=4, present=("p-1", "p-2", "p-6"), out=("p-2",))
    assert [e.person_id for e in taken(held, unanimous=True).entitled] == ["p-1", "p-6"]


def weighted(*votes: int, seats: int = 1) -> tuple[SeatAllotment, ...]:
    return tuple(allotted(m, seats, 2, v) for m, v in zip(MEMBERS, votes, strict=False))


def test_in_an_iks_half_of_the_members_must_carry_two_thirds_of_the_votes() -> None:
    plan = weighted(3, 3, 2, 1)
    exactly = taken(book(*IKS, present=2, plan=plan), unanimous=True)
    assert (exactly.quorum.weight_present, exactly.quorum.weight_total, exactly.quorum.met) == (6, 9, True)
    one_less = book(*IKS, present=("p-1", "p-3"), plan=plan).when(take(unanimous=True))
    one_less.then_rejected("vote.quorum_not_met", counted=2, weight_present=5, weight_total=9)
    heavy = book(*IKS, present=1, plan=weighted(9, 1, 1, 1)).when(take(unanimous=True))
    heavy.then_rejected("vote.quorum_not_met", counted=1, weight_present=9, weight_total=12)


def test_a_bodys_own_rule_counts_where_it_is_stricter() -> None:
    rules = BodyRules(quorum=Threshold(share=Share(numerator=3, denominator=4)))
    assert taken(book(*KO, present=3, rules=rules), unanimous=True).quorum.needed == Share(numerator=3, denominator=4)
    book(*KO, present=2, rules=rules).when(take(unanimous=True)).then_rejected("vote.quorum_not_met", counted=2)
    free = book("informal", "steering_group", present=2, rules=rules).when(take(unanimous=True))
    assert free.then_rejected("vote.quorum_not_met").law is None


def test_what_is_not_known_of_the_quorum_is_unknown() -> None:
    held = book(*KO, attendees=meeting(()).attendees)
    fields: dict[str, Any] = {"unanimous": True}
    assert held.when(take(**fields)).then_rejected("vote.quorum_unknown", counted="unknown").nature == "unknown"
    source: dict[str, Any] = {"mode": "import", "source": {"title": "Møtebok", "read_on": "2026-05-01"}}
    event = taken(held, ["vote.quorum_unknown"], **fields, **source)
    assert (event.result, event.adopted, event.tally.in_favour) == ("adopted", "a", "unknown")
    counted = book(*KO, attendees=meeting(()).attendees, present_count=2)
    assert taken(counted, **fields).quorum == Quorum(
        law="kommuneloven § 11-9",
        members=4,
        counted=2,
        needed=Share(numerator=1, denominator=2),
        weight_total=4,
        weight_present=2,
        met=True,
    )


def test_of_the_act_of_1992_no_numbers_are_held() -> None:
    held = book("historic_27", "board")
    counts: dict[str, Any] = {"counts": {"in_favour": 3, "against": 1, "blank": 0}}
    rejection = held.when(take(**counts)).then_rejected("vote.rule_not_held", rule_id="KL92-33")
    assert rejection.law == "LOV-1992-09-25-107 §§ 33-38"
    source: dict[str, Any] = {"mode": "import", "source": {"title": "Møtebok", "read_on": "2026-05-01"}}
    event = taken(held, ["vote.rule_not_held"], **counts, **source)
    assert (event.result, event.quorum.met) == ("adopted", "unknown")


# Majorities ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "size", "cast", "fields", "result"),
    [
        (KO, 5, "fffaa", {}, "adopted"),
        (KO, 5, "ffaaa", {}, "rejected"),
        (KO, 6, "ffffaa", {"matter_kind": "charter"}, "adopted"),
        (KO, 5, "fffaa", {"matter_kind": "charter"}, "rejected"),
        (IKS, 5, "ff--a", {}, "adopted"),
        (IKS, 6, "ffffaa", {"matter_kind": "charter"}, "adopted"),
        (IKS, 6, "ffff-a", {"matter_kind": "charter"}, "adopted"),
        (IKS, 5, "fff-a", {"matter_kind": "charter"}, "adopted"),
        (IKS, 5, "fffaa", {"matter_kind": "charter"}, "rejected"),
        (IKS_BOARD, 5, "fff--", {}, "adopted"),
        (IKS_BOARD, 5, "ff---", {}, "rejected"),
        (AS_BOARD, 5, "fff--", {}, "adopted"),
        (AS_BOARD, 5, "ff--a", {}, "rejected"),
        (AS_MEETING, 5, "ff--a", {}, "adopted"),
        (("informal", "steering_group"), 5, "ff--a", {}, "adopted"),
        (("informal", "steering_group"), 5, "ff-aa", {}, "tie"),
    ],
)
def test_a_majority_is_exactly_so_many(kind: Kind, size: int, cast: str, fields: dict[str, Any], result: str) -> None:
    assert taken(book(*kind, size=size), ballots=ballots(cast), **fields).result == result


@pytest.mark.parametrize(
    ("kind", "present", "cast", "result"),
    [
        (IKS_BOARD, 3, "ffa", "rejected"),
        (IKS_BOARD, 3, "fff", "adopted"),
        (IKS_BOARD, 4, "ffaa", "rejected"),
        (AS_BOARD, 4, "fff-", "adopted"),
    ],
)
def test_more_than_a_third_of_all_board_members_must_be_for(kind: Kind, present: int, cast: str, result: str) -> None:
    """In a board of six two are exactly a third, with the chair's vote or without."""
    size = 6 if kind == IKS_BOARD else 5
    assert taken(book(*kind, size=size, present=present), ballots=ballots(cast)).result == result


def test_the_board_of_an_as_needs_a_third_of_all_for_a_change_only() -> None:
    held = book(*AS_BOARD, size=6, present=4)
    tied: dict[str, Any] = {"ballots": ballots("ffaa")}
    ordinary = taken(held, **tied)
    assert (ordinary.result, ordinary.chair_decided) == ("adopted", True)
    assert len(ordinary.majorities) == 1
    change = taken(held, **tied, matter_kind="change")
    assert (change.result, change.chair_decided) == ("rejected", False)
    assert [(m.law, m.counted, m.base, m.reached) for m in change.majorities] == [
        ("aksjeloven § 6-25", 2, 4, False),
        ("aksjeloven § 6-25", 2, 6, False),
    ]


def test_a_change_of_articles_needs_two_thirds_of_the_capital_too_which_the_book_does_not_hold() -> None:
    held = book(*AS_MEETING, size=6)
    counts: dict[str, Any] = {"ballots": ballots("fffffa"), "matter_kind": "charter"}
    held.when(take(**counts)).then_rejected("vote.result_missing")
    stated = {**counts, "stated_result": "adopted"}
    assert held.when(take(**stated)).then_rejected("vote.majority_unknown").law == "aksjeloven § 5-18"
    assert taken(held, ballots=ballots("ffffff"), matter_kind="charter").result == "adopted"
    assert taken(held, ballots=ballots("fffaaa"), matter_kind="charter").result == "rejected"


def test_a_bodys_own_majority_comes_on_top() -> None:
    needed = Threshold(share=Share(numerator=2, denominator=3))
    rules = BodyRules(majorities=(MajorityRule(needed=needed),))
    assert taken(book(*KO, size=6, rules=rules), ballots=ballots("ffffaa")).result == "adopted"
    assert taken(book(*KO, size=5, rules=rules), ballots=ballots("fffaa")).result == "rejected"
    of_budget = BodyRules(majorities=(MajorityRule(about="budget", needed=needed),))
    held = book("informal", "steering_group", size=5, rules=of_budget)
    assert taken(held, ballots=ballots("fffaa")).result == "adopted"
    assert taken(held, ballots=ballots("fffaa"), matter_kind="budget").result == "rejected"


def test_the_evidence_is_stored_with_the_vote() -> None:
    held = book(*KO, size=2)
    half = Share(numerator=1, denominator=2)
    held.when(take(ballots=ballots("fa"), method="roll")).then(
        VoteTaken(
            vote_id="v-1",
            body_id="body",
            case_id="c-1",
            meeting_id="m-1",
            proposals=("a",),
            method="roll",
            ballots=take(ballots=ballots("fa")).ballots,
            rule_id="KL-11-9",
            law="kommuneloven § 11-9",
            entitled=(
                Entitled(person_id="p-1", on_behalf_of="k-1", weight=1),
                Entitled(person_id="p-2", on_behalf_of="k-2", weight=1),
            ),
            quorum=Quorum(
                law="kommuneloven § 11-9",
                members=2,
                counted=2,
                needed=half,
                weight_total=2,
                weight_present=2,
                met=True,
            ),
            tally=Tally(in_favour=1, against=1, blank=0),
            majorities=(
                Majority(
                    law="kommuneloven § 11-9",
                    needed=half,
                    more_than=True,
                    majority_of="votes_cast",
                    base=2,
                    counted=1,
                    reached=False,
                ),
            ),
            chair_decided=True,
            result="adopted",
            adopted="a",
        )
    )


def test_two_thirds_and_a_half_are_fractions_and_not_rounded() -> None:
    assert TWO_THIRDS.share == Fraction(2, 3)
    held = book(*KO, size=12, present=10)
    assert taken(held, ballots=ballots("fffffffaaa"), matter_kind="charter").result == "adopted"
    assert taken(held, ballots=ballots("ffffffaaaa"), matter_kind="charter").result == "rejected"
