"""Votes in a meeting that was called, opened and changed by entries of its own: who can vote follows from them."""

from __future__ import annotations

from typing import Any

import pytest

from domain.votes import VoteTaken
from tests.spec import Given, fold
from tests.specs.meeting_books import in_meeting, under_way

LEFT = in_meeting("attendance.change", person_id="p-2", change="left")
OUT = in_meeting(
    "impartiality.decide",
    case_id="c-1",
    person_id="p-3",
    outcome="disqualified",
    legal_basis="kommuneloven § 11-10",
    took_part=["p-1", "p-2"],
)
CALLED_IN = in_meeting("attendance.change", person_id="d-2", change="arrived", deputy_for="p-3")


def after(book: Given, *sent: Any) -> Given:
    """Returns the book with these commands decided one after the other."""
    for command in sent:
        decision = book.when(command).decide()
        state = fold(book.state, decision, command, book.number + 1)
        book = Given(state, book.number + len(decision.events))
    return book


def vote(**fields: Any) -> Any:
    """Returns a command to vote on how case c-1 is treated."""
    known = {"vote_id": "v-1", "body_id": "council", "case_id": "c-1", "about": "procedure", "method": "roll"}
    return in_meeting("vote.take", **{**known, **fields})


def cast(*persons: str) -> list[dict[str, str]]:
    """Returns a ballot in favour of each."""
    return [{"person_id": person_id, "choice": "for"} for person_id in persons]


def entitled(book: Given, **fields: Any) -> list[tuple[str, str | None, str | None]]:
    """Returns who could vote, for whom and in whose place."""
    (event,) = book.when(vote(**fields)).decide().events
    assert isinstance(event, VoteTaken)
    return [(one.person_id, one.on_behalf_of, one.deputy_for) for one in event.entitled]


def test_a_deputy_votes_in_the_place_of_one_who_is_shut_out_of_the_case() -> None:
    book = after(under_way(), OUT, CALLED_IN)
    book.when(vote(ballots=cast("p-1", "p-2", "p-3"))).then_rejected("vote.ballot_from_disqualified", persons=["p-3"])
    assert entitled(book, ballots=cast("p-1", "p-2", "d-2")) == [
        ("d-2", "molde", "p-3"),
        ("p-1", "aukra", None),
        ("p-2", "molde", None),
    ]
    other = {"case_id": "c-2", "ballots": cast("p-1", "p-2", "p-3")}
    assert [person for person, *_ in entitled(book, **other)] == ["p-1", "p-2", "p-3"]


def test_whoever_left_does_not_vote_and_is_missed_in_the_quorum() -> None:
    book = after(under_way(), LEFT)
    book.when(vote(ballots=cast("p-1", "p-2", "p-3"))).then_rejected("vote.not_present", persons=["p-2"])
    assert [person for person, *_ in entitled(book, ballots=cast("p-1", "p-3"))] == ["p-1", "p-3"]
    after(under_way(), OUT, LEFT).when(vote(ballots=cast("p-1"))).then_rejected(
        "vote.quorum_not_met", members=3, counted=1
    )


def test_a_proposal_is_tabled_voted_on_and_settles_its_case() -> None:
    tabled = in_meeting("proposal.table", proposal_id="f-1", case_id="c-1", text="Kjøp.", proposer={"person_id": "p-2"})
    voted = vote(about="proposal", proposals=["f-1"], ballots=cast("p-1", "p-2", "p-3"))
    book = after(under_way(), tabled, voted)
    assert book.state.votes.proposals["f-1"].result == "adopted"
    ended = in_meeting("meeting.adjourn", undecided=[{"case_id": "c-2", "outcome": "postponed"}])
    assert not after(book, ended).state.meetings.by_id["m-1"].is_open


@pytest.mark.parametrize(("about", "settled"), [("appointment", True), ("procedure", False)])
def test_a_meeting_ends_with_a_case_settled_by_an_appointment_but_not_by_how_it_is_treated(
    about: str, settled: bool
) -> None:
    book = after(under_way(), vote(about=about, unanimous=True))
    ended = book.when(in_meeting("meeting.adjourn", undecided=[{"case_id": "c-2", "outcome": "postponed"}]))
    if settled:
        ended.decide()
    else:
        ended.then_rejected("meeting.agenda_item_without_outcome", cases=["c-1"])
