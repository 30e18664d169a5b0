"""Proposals put forward and taken back: refusals in order of precedence, and what lies just beside each."""

from __future__ import annotations

from typing import Any

import pytest
from rpds import HashTrieMap

from domain.cases import CaseClosed
from domain.collaboration import subjects
from domain.kernel import Subject
from domain.votes import ProposalTabled, ProposalWithdrawn, Proposer
from tests.spec import Given, at, command, seal
from tests.specs.body_books import office
from tests.specs.vote_books import HELD, MEETING_ENTRY, book, meeting, sitting, take, taken, with_meeting

KO = book()
FROM_P1 = {"person_id": "p-1"}


def table(proposal_id: str = "c", **fields: Any) -> Any:
    """Returns a command to put a proposal forward in the meeting."""
    known: dict[str, Any] = {"case_id": "c-1", "meeting_id": "m-1", "text": "Kjøpet blir utsett.", "proposer": FROM_P1}
    return command("proposal.table", **{"proposal_id": proposal_id, "effective": HELD, **known, **fields})


def withdraw(proposal_id: str = "a") -> Any:
    """Returns a command to take a proposal back."""
    return command("proposal.withdraw", proposal_id=proposal_id, effective=HELD)


def refused(held: Given, code: str, nature: str = "fact", **fields: Any) -> Any:
    """Asserts that a proposal is refused, and returns the rejection."""
    rejection = held.when(table(**fields)).then_rejected(code)
    assert rejection.nature == nature
    return rejection


def test_a_proposal_is_put_forward() -> None:
    after = KO.when(table(kind="amendment", amends="a")).then(
        ProposalTabled(
            proposal_id="c",
            case_id="c-1",
            meeting_id="m-1",
            kind="amendment",
            text=seal("Kjøpet blir utsett."),
            proposer=Proposer(person_id="p-1"),
            amends="a",
        )
    )
    proposal = after.state.votes.proposals["c"]
    assert (proposal.entry, proposal.kind, proposal.result) == (after.number, "amendment", None)


def test_it_is_put_forward_once() -> None:
    assert refused(KO, "proposal.already_tabled", proposal_id="a", case_id="nowhere").params == {"proposal_id": "a"}


def test_its_case_is_open() -> None:
    refused(KO, "case.unknown_case", case_id="nowhere", meeting_id="nowhere")
    closed = sitting(facts=(at(HELD, CaseClosed(case_id="c-1", outcome="withdrawn")),))
    refused(closed, "case.closed", meeting_id="nowhere")


def test_its_meeting_is_known_and_open() -> None:
    refused(KO, "proposal.unknown_meeting", meeting_id="nowhere", amends="nothing")
    assert refused(book(opened_by=None), "proposal.meeting_not_open", "unknown", case_id="c-2").entries
    refused(book(adjourned_by=MEETING_ENTRY + 9), "proposal.meeting_not_open", "rule", case_id="c-2")


def test_its_case_is_on_the_agenda() -> None:
    rejection = refused(KO, "proposal.case_not_on_agenda", "rule", case_id="c-2", amends="nothing")
    assert rejection.law == "kommuneloven § 11-3"
    added = book(added=HashTrieMap({"c-2": MEETING_ENTRY + 3}))
    added.when(table(case_id="c-2")).decide()


def test_what_it_would_change_is_in_the_same_case() -> None:
    refused(KO, "proposal.amends_unknown", amends="nothing", proposer={"person_id": "stranger"})
    assert refused(book(agenda=("c-1", "c-2")), "proposal.amends_unknown", case_id="c-2", amends="a").entries


@pytest.mark.parametrize("proposer", [{"person_id": "x"}, {"office_id": "x"}, {"body_id": "x"}, {"member_id": "x"}])
def test_whoever_puts_it_forward_is_known(proposer: dict[str, str]) -> None:
    assert refused(KO, "proposal.unknown_proposer", proposer=proposer).params["proposers"] == ["x"]


def test_members_of_the_body_who_are_there_may_propose() -> None:
    rejection = refused(KO, "proposal.not_entitled_to_propose", "rule", proposer={"person_id": "p-9"})
    assert (rejection.law, rejection.params["proposer_id"]) == ("kommuneloven § 8-1", "p-9")
    refused(KO, "proposal.not_entitled_to_propose", "rule", proposer={"body_id": "body"})
    refused(book(out=("p-1",)), "proposal.not_entitled_to_propose", "rule")
    unnamed = with_meeting(sitting(), meeting(()))
    refused(unnamed, "proposal.not_entitled_to_propose", "unknown")
    refused(KO, "proposal.proposer_unknown", "unknown", proposer="unknown")
    for held in (book("iks", "board"), book("informal", "steering_group")):
        held.when(table(proposer={"person_id": "p-9"})).decide()
    KO.when(table(proposer={"member_id": "k-1", "group_name": "Lista"})).decide()


def test_an_office_may_recommend() -> None:
    held = with_meeting(sitting(facts=(office("manager", "managing_director"),)), meeting())
    refused(held, "proposal.not_entitled_to_propose", "rule", proposer={"office_id": "manager"})
    held.when(table(kind="recommendation", proposer={"office_id": "manager"})).decide()
    held.when(table(proposer={"office_id": "manager"}, meeting_id=None)).decide()


def test_a_proposal_is_taken_back_before_the_vote() -> None:
    after = KO.when(withdraw()).then(ProposalWithdrawn(proposal_id="a"))
    assert after.state.votes.proposals["a"].result == "withdrawn"
    KO.when(withdraw("nothing")).then_rejected("proposal.unknown_proposal", proposal_id="nothing")
    voted = KO.when(take(unanimous=True)).then(taken(KO, unanimous=True))
    rejection = voted.when(withdraw()).then_rejected("proposal.already_settled", result="adopted")
    assert rejection.entries == (voted.state.votes.proposals["a"].entry, voted.number)


def test_a_proposal_touches_its_case_its_meeting_and_whoever_put_it_forward() -> None:
    sent = table(amends="a", proposer={"person_id": "p-1", "member_id": "k-1", "group_name": "Lista"})
    (event,) = KO.when(sent).decide().events
    assert subjects(event) == (  # type: ignore[arg-type]
        Subject("proposal", "c"),
        Subject("case", "c-1"),
        Subject("meeting", "m-1"),
        Subject("proposal", "a"),
        Subject("person", "p-1"),
        Subject("member", "k-1"),
    )
    assert subjects(ProposalWithdrawn(proposal_id="a")) == (Subject("proposal", "a"),)
