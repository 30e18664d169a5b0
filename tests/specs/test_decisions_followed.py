"""What comes after a decision: dissent, notification and tasks; refusals in order of precedence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, get_args

import pytest

from domain.agreements import ServiceReviewHeld
from domain.bodies import SeatVacated
from domain.collaboration import subjects
from domain.decisions import DecisionNotified, DissentRecorded, FollowUpAssigned, FollowUpReported, Origin
from domain.decisions.follow_ups import OriginKind
from domain.kernel import Subject
from domain.minutes import Minutes
from domain.minutes.state import Protocol, Signature
from domain.vocabulary import Holder
from tests.spec import At, Given, at, command, seal
from tests.specs.body_books import SOURCE, governed, imported, seated
from tests.specs.test_decisions import made
from tests.specs.test_decisions_treatment import WHERE, treated


def decided(**meeting: Any) -> Given:
    """Returns a book in which the council decided in its meeting, p-1 having voted and p-2 been there."""
    book = treated(**{"ever_present": governed().state.bodies.persons.remove("p-3").remove("p-1"), **meeting})
    vote = replace(book.state.votes.by_id["v-1"], voters=frozenset({"p-1"}))
    votes = replace(book.state.votes, by_id=book.state.votes.by_id.insert("v-1", vote))
    told = Given(replace(book.state, votes=votes), book.number)
    return told.and_(at("2023-06-01", made(vote=None, **WHERE)))


# Dissent ----------------------------------------------------------------------------------


def dissent(**fields: Any) -> Any:
    """Returns a command to enter the dissent of p-1."""
    known = {"decision_id": "d-1", "person_id": "p-1", "text": "Jeg er uenig.", "effective": "2023-06-01"}
    return command("dissent.record", **{**known, **fields})


def dissented(person_id: str = "p-1") -> DissentRecorded:
    """Returns the event of it."""
    return DissentRecorded(decision_id="d-1", person_id=person_id, meeting_id="m-1", text=seal("Jeg er uenig."))


@pytest.mark.parametrize("person_id", ["p-1", "p-2"])
def test_who_took_part_has_their_dissent_entered(person_id: str) -> None:
    after = decided().when(dissent(person_id=person_id)).then(dissented(person_id))
    assert dict(after.state.decisions.by_id["d-1"].dissents.items()) == {person_id: after.number}
    assert set(subjects(dissented())) == {
        Subject("decision", "d-1"), Subject("person", "p-1"), Subject("meeting", "m-1")
    }  # fmt: skip


def test_dissent_is_from_a_decision_in_the_book() -> None:
    governed().when(dissent()).then_rejected("decision.unknown_decision", decision_id="d-1")
    lost = governed(at("2023-06-01", dissented()))
    assert lost.state.decisions == governed().state.decisions


def test_once() -> None:
    book = decided().and_(at("2023-06-01", dissented("p-3")))
    rejection = book.when(dissent(person_id="p-3")).then_rejected("dissent.already_recorded", person_id="p-3")
    assert (rejection.nature, rejection.entries) == ("fact", (book.number,))


def test_and_from_who_took_part() -> None:
    book = signed(decided())
    assert book.when(dissent(person_id="p-3")).then_rejected("dissent.not_a_participant").nature == "fact"
    plain = governed(at("2023-06-01", made()))
    rejection = plain.when(dissent()).then_rejected("dissent.participants_unknown", person_id="p-1")
    assert rejection.nature == "unknown"
    sent = dissent(mode="import", source=SOURCE)
    event = dissented().model_copy(update={"meeting_id": None})
    plain.when(sent).then(event, unverified=["dissent.participants_unknown"])


def signed(book: Given) -> Given:
    """Returns the book with the minutes of the meeting signed."""
    protocol = Protocol(signature=Signature(entry=80, first_entry=50, last_entry=79, sha256="0" * 64, signers=("p-1",)))
    minutes = Minutes(by_meeting=Minutes().by_meeting.insert("m-1", protocol))
    return Given(replace(book.state, minutes=minutes), book.number)


@pytest.mark.parametrize(
    ("form", "law"), [("ko", "kommuneloven § 11-4"), ("iks", "IKS-loven § 12"), ("as", "aksjeloven § 6-29")]
)
def test_before_the_minutes_are_signed(form: Any, law: str) -> None:
    held = decided(legal_form=form)
    rejection = signed(held).when(dissent()).then_rejected("dissent.minutes_already_signed", meeting_id="m-1")
    assert (rejection.nature, rejection.law) == ("rule", law)
    held.when(dissent()).then(dissented())


# Notification -----------------------------------------------------------------------------


def notify(**fields: Any) -> Any:
    """Returns a command to record that Aukra was notified."""
    known = {"decision_id": "d-1", "to": {"kind": "member", "id": "aukra"}, "effective": "2023-06-05"}
    return command("decision.notify", **{**known, **fields})


def notified(**fields: Any) -> DecisionNotified:
    """Returns the event of it."""
    known: dict[str, Any] = {"to": Holder(kind="member", id="aukra"), "ground": "party", **fields}
    return DecisionNotified(decision_id="d-1", **known)


MADE = at("2023-06-01", made())


def test_each_is_notified_once_for_each_reason() -> None:
    after = governed(MADE).when(notify()).then(notified())
    (entry, when) = after.state.decisions.by_id["d-1"].notified["member:aukra", "party"]
    assert (entry, when.latest) == (10, date(2023, 6, 5))
    rejection = after.when(notify(effective="2023-07-01")).then_rejected("decision.already_notified", to="member:aukra")
    assert (rejection.nature, rejection.entries) == ("fact", (10,))
    after.when(notify(ground="host_decision")).then(notified(ground="host_decision"))
    after.when(notify(to=None, recipient="Prøve AS")).then(notified(to=None, recipient="Prøve AS"))
    assert set(subjects(notified())) == {Subject("decision", "d-1"), Subject("member", "aukra")}


def test_of_a_decision_in_the_book_to_one_it_names() -> None:
    governed().when(notify(to=None)).then_rejected("decision.unknown_decision", decision_id="d-1")
    for wrong in ({"to": None}, {"recipient": "Prøve AS"}):
        assert governed(MADE).when(notify(**wrong)).then_rejected("decision.one_recipient").nature == "fact"


@pytest.mark.parametrize(
    ("kind", "code"),
    [("member", "decision.unknown_member"), ("body", "decision.unknown_body"), ("office", "decision.unknown_office")],
)
def test_and_the_book_knows_them(kind: str, code: str) -> None:
    rejection = governed(MADE).when(notify(to={"kind": kind, "id": "nowhere"})).then_rejected(code)
    assert rejection.nature == "fact"
    known = {"member": "molde", "body": "council", "office": "clerk"}[kind]
    assert governed(MADE).when(notify(to={"kind": kind, "id": known})).decide().events
    assert governed(at("2023-01-01", notified())).state.decisions == governed().state.decisions


# Tasks ------------------------------------------------------------------------------------


def assign(**fields: Any) -> Any:
    """Returns a command to give the manager a task."""
    known = {
        "follow_up_id": "t-1",
        "origin": {"kind": "decision", "ref": "d-1"},
        "title": "Lyse ut",
        "task": "Før sommeren.",
        "owner_office": "manager",
        "due": "2023-09-01",
        "effective": "2023-06-02",
    }
    return command("follow_up.assign", **{**known, **fields})


def assigned(**fields: Any) -> FollowUpAssigned:
    """Returns the event of it."""
    known: dict[str, Any] = {
        "origin": Origin(kind="decision", ref="d-1"),
        "task": seal("Før sommeren."),
        "due": date(2023, 9, 1),
    }
    return FollowUpAssigned(follow_up_id="t-1", title="Lyse ut", owner_office="manager", **{**known, **fields})


HELD = seated("p-1", office_id="manager")


def tasked(*facts: At) -> Given:
    """Returns a book with the decision, entry 10, and a manager in office."""
    return governed(HELD, MADE, *facts)


def test_a_task_is_given_to_an_office_somebody_holds() -> None:
    after = tasked().when(assign()).then(assigned())
    task = after.state.decisions.follow_ups["t-1"]
    assert (task.entry, task.status, task.origin, task.due) == (11, "open", ("decision", "d-1"), date(2023, 9, 1))
    assert set(subjects(assigned())) == {
        Subject("follow_up", "t-1"), Subject("office", "manager"), Subject("decision", "d-1")
    }  # fmt: skip


def test_a_task_is_given_once() -> None:
    sent = assign(origin={"kind": "decision", "ref": "d-9"})
    rejection = tasked(at("2023-06-02", assigned())).when(sent).then_rejected("follow_up.already_assigned")
    assert (rejection.nature, rejection.entries) == ("fact", (11,))


@pytest.mark.parametrize("kind", get_args(OriginKind))
def test_a_task_comes_from_something_in_the_book(kind: Any) -> None:
    sent = assign(origin={"kind": kind, "ref": "x-9"}, due="2023-06-01")
    rejection = tasked().when(sent).then_rejected("follow_up.unknown_origin", kind=kind, ref="x-9")
    assert rejection.nature == "fact"
    at_meeting = treated().and_(HELD)
    assert at_meeting.when(assign(origin={"kind": "meeting", "ref": "m-1"})).decide().events


@pytest.mark.parametrize("ref", ["drift", "drift:2023-05-02", "drift:2023-05-03"])
def test_a_task_comes_from_a_review_by_its_agreement_and_if_need_be_its_day(ref: str) -> None:
    review = ServiceReviewHeld(agreement_id="drift", customers_present=("aukra",), provider_present=True)
    book = tasked(at("2023-05-02", review, "2023-05-03"))
    origin = Origin(kind="review", ref=ref)
    book.when(assign(origin=origin.model_dump())).then(assigned(origin=origin))
    for other in ("drift:2023-05-01", "drift:2023-05-04", "drifts"):
        sent = assign(origin={"kind": "review", "ref": other})
        book.when(sent).then_rejected("follow_up.unknown_origin", ref=other)


def test_a_task_is_due_when_it_is_given_or_later() -> None:
    sent = assign(due="2023-06-01", owner_office="nowhere")
    assert tasked().when(sent).then_rejected("follow_up.due_before_assigned", due="2023-06-01").nature == "fact"
    tasked().when(assign(due="2023-06-02")).then(assigned(due=date(2023, 6, 2)))


def test_the_office_is_in_the_book_and_held() -> None:
    assert tasked().when(assign(owner_office="nowhere")).then_rejected("follow_up.unknown_office").nature == "fact"
    left = tasked(at("2023-06-02", SeatVacated(person_id="p-1", office_id="manager", cause="resigned")))
    rejection = left.when(assign()).then_rejected("follow_up.owner_not_seated", office_id="manager", on="2023-06-02")
    assert (rejection.nature, rejection.entries) == ("rule", (3,))
    left.when(assign(effective="2023-06-01")).then(assigned())


def test_on_a_rough_date_it_may_be() -> None:
    rough = governed(seated("p-1", "2023-01-01", "2024-01-01", office_id="manager"), MADE)
    rejection = rough.when(assign()).then_rejected("follow_up.owner_uncertain", office_id="manager")
    assert rejection.nature == "unknown"
    sent = assign(**imported("2023-06-02", "2023-06-02"))
    rough.when(sent).then(assigned(), unverified=["follow_up.owner_uncertain"])


def report(status: str = "done", **fields: Any) -> Any:
    """Returns a command to report on the task."""
    known = {"follow_up_id": "t-1", "status": status, "effective": "2023-08-01"}
    return command("follow_up.report", **{**known, **fields})


def reported(status: Any = "done") -> FollowUpReported:
    """Returns the event of it."""
    return FollowUpReported(follow_up_id="t-1", status=status)


GIVEN = at("2023-06-02", assigned())


def test_a_task_is_reported_on_until_it_is_done() -> None:
    after = tasked(GIVEN).when(report("open")).then(reported("open"))
    rejection = after.when(report("open")).then_rejected("follow_up.already_reported", on="2023-08-01")
    assert (rejection.nature, rejection.entries) == ("fact", (11, 12))
    again = after.when(report("open", effective="2023-08-02")).then(reported("open"))
    done = again.when(report(note="Utlyst.")).then(reported().model_copy(update={"note": seal("Utlyst.")}))
    assert done.state.decisions.follow_ups["t-1"].status == "done"
    closed = done.when(report("open", effective="2023-09-01")).then_rejected("follow_up.already_closed", status="done")
    assert (closed.nature, closed.entries) == ("fact", (11, 14))


def test_a_task_that_is_reported_on_was_given() -> None:
    assert tasked().when(report()).then_rejected("follow_up.unknown", follow_up_id="t-1").nature == "fact"
    assert tasked(at("2023-08-01", reported())).state.decisions == tasked().state.decisions


def test_a_task_is_dropped_by_a_decision() -> None:
    lawful = [{"kind": "law", "ref": "kommuneloven § 13-1"}]
    rejection = tasked(GIVEN).when(report("dropped", basis=lawful)).then_rejected("follow_up.dropped_without_decision")
    assert (rejection.nature, rejection.entries) == ("rule", (11,))
    tasked(GIVEN).when(report("dropped", basis=[{"kind": "decision", "ref": "d-1"}])).then(reported("dropped"))
