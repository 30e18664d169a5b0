"""The same meeting before and after a change of legal form: each vote is judged by the rules in force on its day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.vocabulary import SeatAllotment
from tests.spec import Given
from tests.specs.constitution_books import reformed
from tests.specs.vote_books import HELD, MEMBERS, meeting, sitting, take, taken, with_meeting

CHANGED, LATER = "2024-06-01", "2024-09-10"
PLAN = tuple(SeatAllotment(member_id=m, seats=1, votes=v) for m, v in zip(MEMBERS, (1, 1, 1, 3), strict=False))
"""Six votes, half of them one member's."""
BEFORE: dict[str, Any] = {"meeting_id": "m-1", "effective": HELD}
AFTER: dict[str, Any] = {"meeting_id": "m-2", "effective": LATER, "vote_id": "v-2"}
FOR = [{"person_id": person, "choice": "for"} for person in ("p-1", "p-2")]


def book(*present: str) -> Given:
    """Returns a task community that became an intermunicipal company between two meetings of the same persons."""
    told = sitting(plan=PLAN, facts=(reformed(CHANGED, "ko", "iks"),))
    second = meeting(present, meeting_id="m-2", entry=950, opened_by=951, on=date.fromisoformat(LATER))
    return with_meeting(told, meeting(present), second)


def test_half_of_the_members_are_enough_before_and_not_without_two_thirds_of_the_votes_after() -> None:
    before = taken(book("p-1", "p-2"), **BEFORE, ballots=FOR)
    assert (before.rule_id, before.result) == ("KL-11-9", "adopted")
    refused = book("p-1", "p-2").when(take(**AFTER, ballots=FOR)).then_rejected("vote.quorum_not_met")
    assert refused.law == "IKS-loven § 9"


def test_with_two_thirds_of_the_votes_there_both_adopt_each_by_its_own_rule() -> None:
    there = ("p-1", "p-2", "p-4")
    cast = [{"person_id": person, "choice": "for"} for person in there]
    votes = [taken(book(*there), **when, ballots=cast) for when in (BEFORE, AFTER)]
    assert [(vote.rule_id, vote.result) for vote in votes] == [("KL-11-9", "adopted"), ("IKS-9", "adopted")]


@pytest.mark.parametrize("known", [True, False])
def test_a_vote_recorded_late_is_judged_by_the_rules_of_its_meeting_whether_the_change_is_in_the_book_or_not(
    known: bool,
) -> None:
    told = book("p-1", "p-2") if known else with_meeting(sitting(plan=PLAN), meeting(("p-1", "p-2")))
    assert taken(told, **BEFORE, ballots=FOR).rule_id == "KL-11-9"


def test_the_day_of_the_change_is_the_first_under_the_new_rules() -> None:
    told = sitting(plan=PLAN, facts=(reformed(CHANGED, "ko", "iks"),))
    there = ("p-1", "p-2", "p-4")
    cast = [{"person_id": person, "choice": "for"} for person in there]

    def rule_on(day: str) -> str | None:
        held = with_meeting(told, meeting(there, on=date.fromisoformat(day)))
        return taken(held, meeting_id="m-1", effective=day, ballots=cast).rule_id

    assert [rule_on("2024-05-31"), rule_on(CHANGED)] == ["KL-11-9", "IKS-9"]
