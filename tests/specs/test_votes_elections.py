"""Elections: by majority, in proportion, by agreement; lots where votes are equal."""

from __future__ import annotations

from typing import Any

import pytest

from domain.kernel import Rejection
from domain.votes.ballots import CandidateList, Election, Lot
from domain.votes.elections import elect
from tests.spec import Given
from tests.specs.vote_books import after, book, meeting, options, sitting, take, taken, with_meeting

FIVE = ("p-1", "p-2", "p-3", "p-4", "p-5")
KO = book(size=5)
IKS = book("iks", size=5)


def election(procedure: str = "majority", **fields: Any) -> dict[str, Any]:
    """Returns an election as a client tells it."""
    known: dict[str, Any] = {
        "procedure": procedure,
        "elected_as": "leader",
        "places": 1,
        "candidates": ["p-1", "p-2", "p-3"],
    }
    return {**known, **fields}


def listed(list_id: str, *candidates: str, **fields: Any) -> dict[str, Any]:
    """Returns a list of candidates."""
    return {"list_id": list_id, "group_name": f"Gruppe {list_id}", "candidates": candidates, **fields}


def counts(blank: int = 0, **votes: int) -> dict[str, Any]:
    """Returns the votes of each candidate or list."""
    told = [{"option": name.replace("_", "-"), "votes": number} for name, number in votes.items()]
    return {"in_favour": 0, "against": 0, "blank": blank, "options": told}


def sent(**fields: Any) -> dict[str, Any]:
    """Returns the fields of an election."""
    return {"about": "election", "proposals": [], "election": election(), **fields}


def refused(held: Given, code: str, nature: str = "fact", **fields: Any) -> Rejection:
    """Asserts that an election is refused, and returns the rejection."""
    rejection = held.when(take(**sent(**fields))).then_rejected(code)
    assert rejection.nature == nature
    return rejection


# By majority -----------------------------------------------------------------------------


def test_more_than_half_of_the_votes_elect_at_the_first_ballot() -> None:
    event = taken(KO, **sent(ballots=options("p-1", "p-1", "p-1", "p-2", "")))
    assert (event.result, event.elected, event.rule_id, event.law) == (
        "elected",
        ("p-1",),
        "KL-7-8",
        "kommuneloven § 7-8",
    )
    assert taken(book(size=4), **sent(ballots=options("p-1", "p-1", "p-2", ""))).result == "not_elected"


def test_a_new_ballot_goes_to_whoever_has_most() -> None:
    held = after(KO, meeting(FIVE), **sent(ballots=options("p-1", "p-1", "p-2", "p-3", "")))
    second = sent(vote_id="v-2", election=election(round=2), ballots=options("p-1", "p-1", "p-2", "p-3", ""))
    assert taken(held, **second).elected == ("p-1",)
    refused(KO, "vote.no_first_ballot", **second)


def again() -> Given:
    """Returns a book in which a first ballot elected nobody."""
    return after(KO, meeting(FIVE), **sent(ballots=options("p-1", "p-1", "p-2", "p-2", "p-3")))


def test_of_equal_votes_lots_are_drawn_and_the_chair_has_no_say() -> None:
    held = again()
    tied: dict[str, Any] = {
        "vote_id": "v-2",
        "election": election(round=2),
        "ballots": options("p-1", "p-1", "p-2", "p-2", "p-3"),
    }
    rejection = refused(held, "vote.lot_missing", "unknown", **tied)
    assert rejection.params["tied"] == ["p-1", "p-2"]
    refused(held, "vote.lot_winner_not_tied", lot={"winners": ["p-3"]}, **tied)
    event = taken(held, **sent(lot={"winners": ["p-2"], "drawn_by": "p-5"}, **tied))
    assert (event.result, event.elected, event.lot_decided) == ("elected", ("p-2",), True)
    refused(held, "vote.chair_cannot_decide_election", "rule", chair_choice="option", chair_option="p-1", **tied)
    source: dict[str, Any] = {"mode": "import", "source": {"title": "Møtebok", "read_on": "2026-05-01"}}
    assert taken(held, ["vote.lot_missing"], **sent(**tied, **source)).result == "tie"


def test_lots_are_drawn_only_where_votes_are_equal() -> None:
    clear = options("p-1", "p-1", "p-1", "p-2", "p-3")
    refused(KO, "vote.lot_not_needed", ballots=clear, lot={"winners": ["p-2"]})


def test_in_an_iks_whoever_has_most_is_elected_unless_a_new_ballot_was_decided_on() -> None:
    cast = options("p-1", "p-1", "p-2", "p-3", "p-4")
    names: dict[str, Any] = {"candidates": ["p-1", "p-2", "p-3", "p-4"], "elected_as": "other"}
    assert taken(IKS, **sent(election=election(**names), ballots=cast)).elected == ("p-1",)
    beforehand = election(needs_majority=True, **names)
    assert taken(IKS, **sent(election=beforehand, ballots=cast)).result == "not_elected"
    assert taken(IKS, **sent(election=election(**names), ballots=cast)).rule_id == "IKS-9"


def test_several_are_elected_in_the_order_of_their_votes() -> None:
    votes = counts(p_1=2, p_2=5, p_3=2)
    two = election(places=2, elected_as="other")
    refused(IKS, "vote.lot_missing", "unknown", election=two, counts=votes)
    event = taken(IKS, **sent(election=two, counts=votes, lot={"winners": ["p-3"]}))
    assert (event.elected, event.lot_decided) == (("p-2", "p-3"), True)
    assert taken(IKS, **sent(election=two, counts=counts(p_1=3, p_2=5, p_3=2))).elected == ("p-2", "p-1")


def test_a_unanimous_election_elects_everyone_there_is_a_place_for() -> None:
    three = election(places=3, elected_as="other")
    event = taken(IKS, **sent(election=three, unanimous=True))
    assert (event.result, event.elected) == ("elected", ("p-1", "p-2", "p-3"))
    rejection = refused(IKS, "vote.more_elected_than_places", election=election(places=2), unanimous=True)
    assert (rejection.params["places"], rejection.params["names"]) == (2, 3)


def test_a_source_may_state_who_was_elected() -> None:
    stated: dict[str, Any] = {"stated_result": "elected", "stated_elected": ["p-1"]}
    refused(IKS, "vote.result_missing")
    refused(IKS, "vote.majority_unknown", "unknown", **stated)
    refused(IKS, "vote.more_elected_than_places", stated_result="elected", stated_elected=["p-1", "p-2"])
    source: dict[str, Any] = {"mode": "import", "source": {"title": "Møtebok", "read_on": "2026-05-01"}}
    assert taken(IKS, ["vote.majority_unknown"], **sent(**stated, **source)).elected == ("p-1",)
    refused(IKS, "vote.result_differs", counts=counts(p_1=1, p_2=3, p_3=0), **stated)


# How it is held --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("procedure", "elected_as"),
    [("majority", "members"), ("proportional", "leader"), ("agreed", "deputy_leader")],
)
def test_members_are_elected_in_proportion_or_by_agreement_and_leaders_by_majority(
    procedure: str, elected_as: str
) -> None:
    fields: dict[str, Any] = {"election": election(procedure, elected_as=elected_as), "unanimous": True}
    assert refused(KO, "vote.election_procedure_not_allowed", "rule", **fields).law == "kommuneloven § 7-4"


def test_an_election_by_majority_is_not_secret_under_kommuneloven() -> None:
    votes: dict[str, Any] = {"counts": counts(p_1=3, p_2=1, p_3=1), "method": "secret"}
    assert refused(KO, "vote.secret_not_allowed", "rule", **votes).law == "kommuneloven § 7-8"
    assert taken(IKS, **sent(**votes)).elected == ("p-1",)


def test_a_candidate_is_named_once() -> None:
    refused(KO, "vote.candidate_named_twice", election=election(candidates=["p-1", "p-1"]), unanimous=True)


def test_a_proposed_committee_is_adopted_unanimously_with_a_name_for_each_place() -> None:
    agreed = election("agreed", elected_as="members", places=3)
    event = taken(KO, **sent(election=agreed, unanimous=True))
    assert (event.elected, event.rule_id) == (("p-1", "p-2", "p-3"), "KL-7-7")
    split: dict[str, Any] = {"counts": {"in_favour": 4, "against": 1, "blank": 0}}
    assert refused(KO, "vote.agreed_election_not_unanimous", "rule", election=agreed, **split).law == (
        "kommuneloven § 7-7"
    )
    two = election("agreed", elected_as="members", places=2)
    refused(KO, "vote.agreed_names_do_not_fit", "rule", election=two, unanimous=True)


# In proportion ---------------------------------------------------------------------------

A, B = listed("a", "p-1", "p-2", "p-3"), listed("b", "p-4", "p-5", "p-6")


def proportional(*lists: dict[str, Any], places: int = 3) -> dict[str, Any]:
    """Returns an election in proportion between lists."""
    return election("proportional", elected_as="members", places=places, candidates=[], lists=lists)


def test_places_go_to_the_largest_quotients() -> None:
    event = taken(KO, **sent(election=proportional(A, B), counts=counts(a=3, b=2)))
    assert (event.result, event.elected, event.rule_id) == ("elected", ("p-1", "p-4", "p-2"), "KL-7-6")


def test_of_equal_quotients_the_larger_list_has_the_place() -> None:
    event = taken(book(size=6), **sent(election=proportional(A, B, places=2), counts=counts(a=4, b=2)))
    assert event.elected == ("p-1", "p-2")


def test_of_lists_with_equal_votes_lots_are_drawn() -> None:
    held = book(size=6)
    fields: dict[str, Any] = {"election": proportional(A, B, places=3), "counts": counts(a=3, b=3)}
    assert refused(held, "vote.lot_missing", "unknown", **fields).params["tied"] == ["a", "b"]
    event = taken(held, **sent(lot={"winners": ["b"]}, **fields))
    assert (sorted(event.elected), event.lot_decided) == (["p-1", "p-4", "p-5"], True)


def test_someone_may_move_up_on_a_list() -> None:
    up = listed("a", "p-1", "p-2", "p-3", moved_up=["p-3"])
    event = taken(KO, **sent(election=proportional(up, B), counts=counts(a=3, b=2)))
    assert event.elected == ("p-1", "p-4", "p-3")


def test_a_list_has_at_most_two_names_for_a_place_and_a_group_one_list() -> None:
    votes = counts(a=3, b=2)
    rejection = refused(KO, "vote.list_too_long", "rule", election=proportional(A, B, places=1), counts=votes)
    assert (rejection.params["most"], rejection.law) == (2, "kommuneloven § 7-5")
    assert taken(KO, **sent(election=proportional(A, B, places=2), counts=votes)).elected == ("p-1", "p-4")
    same = proportional(A, {**B, "group_name": "Gruppe a"})
    assert refused(KO, "vote.two_lists_of_one_group", "rule", election=same, counts=votes).law == "kommuneloven § 7-5"


def test_the_quotients_are_exact() -> None:
    lists = tuple(
        CandidateList(list_id=list_id, group_name=list_id, candidates=names)
        for list_id, names in (("a", FIVE), ("b", ("p-6", "p-7")), ("c", ("p-8", "p-9")))
    )
    chosen = Election(procedure="proportional", elected_as="members", places=7, lists=lists)
    found = elect(chosen, {"a": 10, "b": 5, "c": 3}, 18, None, half_needed=False)
    # 10, 5 (of list a, which has more votes), 5, 10/3, 3, 10/4, 5/2
    assert found.persons == ("p-1", "p-2", "p-6", "p-3", "p-8", "p-4", "p-7")
    four = chosen.model_copy(update={"places": 4})
    level = elect(four, {"a": 5, "b": 5, "c": 5}, 15, Lot(winners=("c",)), half_needed=False)
    assert (sorted(level.persons), level.by_lot) == (["p-1", "p-6", "p-8", "p-9"], True)


def test_nobody_is_elected_who_got_no_vote() -> None:
    held = with_meeting(sitting("iks", size=5), meeting(FIVE))
    nobody = taken(held, **sent(election=election(elected_as="other"), counts=counts(p_1=0, p_2=0, p_3=0)))
    assert (nobody.result, nobody.elected) == ("not_elected", ())
