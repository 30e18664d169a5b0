"""Meetings called: refusals in order of precedence, and what lies just beside each."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.bodies import BodyDissolved
from domain.cases import CaseClosed, CaseDocumentAttached
from domain.collaboration import subjects
from domain.constitution import LegalFormChanged
from domain.dates import Interval
from domain.kernel import Subject
from domain.meetings import AgendaItem, MeetingCalled, Notified, PresentPerson
from domain.vocabulary import BodyKind, LegalFormId
from tests.spec import Given, at, command, seal
from tests.specs.body_books import SOURCE, body, imported, seated
from tests.specs.meeting_books import CALLED, DAY, TOLD, called, meeting_book, ruled

IKS: LegalFormId = "iks"


def sent(**fields: Any) -> Any:
    """Returns a call to the council, four weeks before the meeting."""
    known: dict[str, Any] = {"meeting_id": "m-1", "body_id": "council", "starts_on": DAY, "effective": CALLED}
    return command("meeting.call", **{**known, "notified": TOLD, **fields})


def event(**fields: Any) -> MeetingCalled:
    """Returns the call as it is stored."""
    known: dict[str, Any] = {
        "meeting_id": "m-1",
        "body_id": "council",
        "starts_on": date.fromisoformat(DAY),
        "meeting_mode": "in_person",
        "notified": Notified.model_validate({name: tuple(ids) for name, ids in TOLD.items()}),
        **fields,
    }
    return MeetingCalled(**known)


def told(**fields: Any) -> dict[str, Any]:
    """Returns who was told, changed a little."""
    return {**TOLD, **fields}


def as_event(who: dict[str, Any]) -> Notified:
    """Returns who was told, as it is stored."""
    return Notified.model_validate({n: tuple(ids) if isinstance(ids, list) else ids for n, ids in who.items()})


# Accepted ----------------------------------------------------------------------------------


def test_a_meeting_is_called_with_its_agenda() -> None:
    fields: dict[str, Any] = {"meeting_number": "6/2014", "starts_at": "09:30", "place": "Rådhuset"}
    agenda = [{"case_id": "c-2"}, {"case_id": "c-1", "title": "Kjøp"}]
    stored = (AgendaItem(case_id="c-2"), AgendaItem(case_id="c-1", title="Kjøp"))
    after = meeting_book().when(sent(agenda=agenda, **fields)).then(event(agenda=stored, **fields))
    meeting = after.state.meetings.by_id["m-1"]
    assert (meeting.agenda, meeting.number, meeting.on) == (("c-2", "c-1"), "6/2014", date.fromisoformat(DAY))
    assert meeting.sent == Interval.exact(date.fromisoformat(CALLED))
    assert not meeting.is_open
    assert [m.meeting_id for m in after.state.meetings.of_body("council")] == ["m-1"]


def test_a_call_touches_meeting_body_cases_and_those_told() -> None:
    stored = event(agenda=(AgendaItem(case_id="c-1"),))
    kinds = ("meeting", "m-1"), ("body", "council"), ("case", "c-1")
    people = [Subject("person", p) for p in TOLD["persons"]]
    assert subjects(stored) == (
        *(Subject(*kind) for kind in kinds),
        *people,
        *(Subject("member", m) for m in TOLD["members"]),
    )


def test_the_latest_called_comes_first() -> None:
    book = meeting_book(called("m-1"), called("m-2"))
    assert [m.meeting_id for m in book.state.meetings.of_body("council")] == ["m-2", "m-1"]


# What contradicts the book -----------------------------------------------------------------


def test_a_meeting_is_called_once() -> None:
    rejection = meeting_book(called()).when(sent(body_id="nowhere")).then_rejected("meeting.already_called")
    assert rejection.nature == "fact"
    assert len(rejection.entries) == 1


def test_only_of_a_known_body() -> None:
    wanted = sent(body_id="nowhere", effective="2024-04-01")
    meeting_book().when(wanted).then_rejected("body.unknown_body", body_id="nowhere")


def test_that_is_there_on_the_day_of_the_meeting() -> None:
    gone = at("2024-03-29", BodyDissolved(body_id="council"))
    meeting_book(gone).when(sent()).then_rejected("body.dissolved", body_id="council")
    early = {"starts_on": "2024-03-28", "effective": "2024-02-01"}
    meeting_book(gone).when(sent(**early)).then(event(starts_on=date(2024, 3, 28)))


def test_not_after_it_was_held() -> None:
    late = sent(effective="2024-03-30", agenda=[{"case_id": "nothing"}])
    meeting_book().when(late).then_rejected("meeting.called_after_it_began", sent="2024-03-30", starts_on=DAY)
    meeting_book().when(sent(effective=DAY)).then(event())


def test_a_case_is_listed_once() -> None:
    agenda = [{"case_id": "c-1"}, {"case_id": "c-9"}, {"case_id": "c-1"}]
    meeting_book().when(sent(agenda=agenda)).then_rejected("meeting.case_listed_twice", cases=["c-1"])


def test_only_on_known_cases() -> None:
    wanted = sent(agenda=[{"case_id": "c-1"}, {"case_id": "c-9"}], documents=["d-1"])
    meeting_book().when(wanted).then_rejected("case.unknown_case", case_id="c-9")


def test_that_are_not_closed() -> None:
    closed = at("2024-02-01", CaseClosed(case_id="c-1", outcome="withdrawn"))
    meeting_book(closed).when(sent(agenda=[{"case_id": "c-1"}])).then_rejected("case.closed", outcome="withdrawn")


def test_only_with_documents_of_its_cases() -> None:
    document = CaseDocumentAttached(case_id="c-1", document_id="d-1", title="Framlegg", sha256="a" * 64)
    book = meeting_book(at("2024-02-01", document))
    agenda = [{"case_id": "c-1"}]
    wanted = sent(agenda=agenda, documents=["d-1", "d-2"], notified=told(persons=["nobody"]))
    book.when(wanted).then_rejected("meeting.unknown_document", documents=["d-2"])
    stored = event(agenda=(AgendaItem(case_id="c-1"),), documents=("d-1",))
    book.when(sent(agenda=agenda, documents=["d-1"])).then(stored)


def test_only_known_persons_are_told() -> None:
    wanted = sent(notified=told(persons=["nobody"], members=["vestnes"]))
    meeting_book().when(wanted).then_rejected("meeting.unknown_person", persons=["nobody"])


@pytest.mark.parametrize("who", ["members", "control_committees"])
def test_only_members_are_told(who: str) -> None:
    meeting_book().when(sent(notified=told(**{who: ["vestnes"]}))).then_rejected("body.unknown_member")


def test_before_the_founding_the_rules_are_unknown() -> None:
    early = {"body_id": "early", "starts_on": "2020-06-01", "effective": "2020-05-01"}
    book = meeting_book(body("early", "board", day="2020-01-01"))
    none: dict[str, Any] = {"persons": [], "members": [], "control_committees": []}
    rejection = book.when(sent(notified=none, **early)).then_rejected("meeting.form_unknown", on="2020-06-01")
    assert rejection.nature == "unknown"


# Notice ------------------------------------------------------------------------------------


def test_the_council_of_an_iks_has_four_weeks() -> None:
    book = meeting_book(legal_form=IKS)
    rejection = book.when(sent(effective="2024-03-02")).then_rejected("meeting.notice_too_short", days=27, asked=28)
    assert (rejection.law, rejection.nature) == ("IKS-loven § 8", "rule")
    assert rejection.entries == (1, 2)
    book.when(sent(effective=CALLED)).then(event())


def test_urgency_shortens_it_with_a_reason() -> None:
    urgent = sent(effective="2024-03-28", urgent_reason="Banken svarer ikke.")
    after = meeting_book(legal_form=IKS).when(urgent).then(event(urgent_reason=seal("Banken svarer ikke.")))
    assert after.state.meetings.by_id["m-1"].urgent


def test_a_general_meeting_has_one_week_and_no_exception() -> None:
    book = meeting_book(legal_form="as", kind="general_meeting")
    late = sent(effective="2024-03-23", urgent_reason="Det haster.")
    rejection = book.when(late).then_rejected("meeting.notice_too_short", days=6, asked=7)
    assert rejection.law == "aksjeloven § 5-10"
    book.when(sent(effective="2024-03-22")).then(event())


def test_reasonable_notice_has_no_number() -> None:
    meeting_book().when(sent(effective=DAY)).then(event())


def test_a_body_may_ask_for_more() -> None:
    book = meeting_book(ruled(notice_days=10))
    rejection = book.when(sent(effective="2024-03-20")).then_rejected("meeting.notice_too_short", days=9, asked=10)
    assert rejection.law is None
    book.when(sent(effective="2024-03-19")).then(event())


def test_the_longer_of_the_two_counts() -> None:
    book = meeting_book(ruled(notice_days=7), legal_form=IKS)
    book.when(sent(effective="2024-03-02")).then_rejected("meeting.notice_too_short", asked=28)


def test_an_urgent_remote_meeting_may_come_sooner() -> None:
    book = meeting_book(ruled(notice_days=10))
    urgent = {"effective": "2024-03-28", "urgent_reason": "Det haster."}
    book.when(sent(**urgent)).then_rejected("meeting.notice_too_short", days=1)
    stored = event(meeting_mode="remote", urgent_reason=seal("Det haster."))
    book.when(sent(meeting_mode="remote", **urgent)).then(stored)


def test_a_rough_day_of_sending_may_be_in_time() -> None:
    book = meeting_book(legal_form=IKS)
    rough = sent(**imported("2024-02-20", "2024-03-02"))
    book.when(rough).then(event(), unverified=["meeting.notice_uncertain"])
    late = sent(**imported("2024-03-02", "2024-03-03"))
    book.when(late).then_rejected("meeting.notice_too_short", days=27)


def test_an_act_whose_text_is_not_at_hand_breaks_nothing() -> None:
    early = {"starts_on": "2023-12-29", "effective": "2023-12-20"}
    book = meeting_book(legal_form=IKS)
    rejection = book.when(sent(**early)).then_rejected("meeting.notice_too_short", days=9)
    assert rejection.nature == "unknown"
    source = {"mode": "import", "source": SOURCE}
    book.when(sent(**early, **source)).then(
        event(starts_on=date(2023, 12, 29)), unverified=["meeting.notice_too_short"]
    )


def test_the_same_call_is_judged_by_the_form_on_the_day_of_the_meeting() -> None:
    """A meeting before the change needs no number of days, the same after it needs four weeks."""
    changed = LegalFormChanged(
        from_form="ko", to_form="iks", charter_version="v-2", law="IKS-loven § 1", transfers_to=()
    )
    book = meeting_book(at("2025-01-01", changed))
    call = {"effective": "2024-12-20"}
    book.when(sent(starts_on="2024-12-31", **call)).then(event(starts_on=date(2024, 12, 31)))
    book.when(sent(starts_on="2025-01-02", **call)).then_rejected("meeting.notice_too_short", days=13)


# Who is told -------------------------------------------------------------------------------


def test_every_member_of_the_body_is_told() -> None:
    wanted = sent(notified=told(persons=["p-1", "p-3"], members="unknown"))
    rejection = meeting_book().when(wanted).then_rejected("meeting.member_not_notified", persons=["p-2"])
    assert rejection.law == "kommuneloven § 11-3"


def test_deputies_need_not_be() -> None:
    meeting_book().when(sent()).then(event())


def test_who_was_told_may_be_unknown_to_a_source() -> None:
    silent = sent(notified={}, mode="import", source=SOURCE)
    codes = ["meeting.notified_unknown"]
    meeting_book(legal_form=IKS).when(silent).then(event(notified=Notified()), unverified=codes)
    meeting_book().when(sent(notified={})).then_rejected("meeting.notified_unknown", who="persons")


def test_who_sits_in_the_body_may_be_uncertain() -> None:
    rough = seated("x-1", "2024-01-01", "2024-12-31", body_id="council")
    rejection = meeting_book(rough).when(sent()).then_rejected("meeting.members_unknown", persons=["x-1"])
    assert rejection.nature == "unknown"
    everyone = told(persons=[*TOLD["persons"], "x-1"])
    meeting_book(rough).when(sent(notified=everyone)).then(event(notified=as_event(everyone)))


def test_the_members_themselves_are_told_in_an_iks() -> None:
    wanted = told(members=["aukra"], control_committees=["aukra"])
    book = meeting_book(legal_form=IKS)
    rejection = book.when(sent(notified=wanted)).then_rejected("meeting.participants_not_notified", members=["molde"])
    assert rejection.law == "IKS-loven § 8"
    elsewhere = told(members=["aukra"])
    meeting_book().when(sent(notified=elsewhere)).then(event(notified=as_event(elsewhere)))


@pytest.mark.parametrize(
    ("form", "kind", "told_too"),
    [
        ("ko", "council_of_representatives", True),
        ("iks", "council_of_representatives", True),
        ("as", "general_meeting", True),
        ("ko", "board", False),
        ("iks", "board", False),
    ],
)
def test_control_committees_are_told_of_the_top_body(form: LegalFormId, kind: BodyKind, told_too: bool) -> None:
    wanted = told(control_committees=["aukra"])
    when = meeting_book(legal_form=form, kind=kind).when(sent(notified=wanted))
    if told_too:
        rejection = when.then_rejected("meeting.control_committee_not_notified", members=["molde"])
        assert rejection.law == "kommuneloven § 23-6"
    else:
        when.then(event(notified=as_event(wanted)))


# Form of meeting ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "kind", "law"),
    [
        ("ko", "council_of_representatives", "kommuneloven § 11-7"),
        ("iks", "council_of_representatives", "IKS-loven § 8a"),
        ("iks", "board", "IKS-loven § 12"),
    ],
)
def test_a_remote_meeting_must_have_been_allowed(form: LegalFormId, kind: BodyKind, law: str) -> None:
    remote = sent(meeting_mode="remote")
    unknown = meeting_book(legal_form=form, kind=kind).when(remote).then_rejected("meeting.remote_unknown")
    assert (unknown.law, unknown.nature) == (law, "unknown")
    forbidden = meeting_book(ruled(remote_allowed=False), legal_form=form, kind=kind)
    assert forbidden.when(remote).then_rejected("meeting.remote_not_allowed").law == law
    allowed = meeting_book(ruled(remote_allowed=True), legal_form=form, kind=kind)
    allowed.when(remote).then(event(meeting_mode="remote"))


def test_the_board_of_a_company_chooses_itself() -> None:
    meeting_book(legal_form="as", kind="board").when(sent(meeting_mode="remote")).then(event(meeting_mode="remote"))


def test_a_procedure_in_writing_says_why() -> None:
    rejection = meeting_book().when(sent(meeting_mode="written")).then_rejected("meeting.written_needs_urgency")
    assert rejection.law == "kommuneloven § 11-8"


def test_a_procedure_in_writing_is_open_to_every_member_from_the_call_on() -> None:
    asked = tuple(
        PresentPerson(person_id=p, on_behalf_of=m) for p, m in (("p-1", "aukra"), ("p-2", "molde"), ("p-3", "molde"))
    )
    urgent = sent(meeting_mode="written", urgent_reason="Det haster.")
    stored = event(meeting_mode="written", urgent_reason=seal("Det haster."), asked=asked)
    meeting = meeting_book().when(urgent).then(stored).state.meetings.by_id["m-1"]
    assert meeting.is_open
    assert [attendee.person_id for attendee in meeting.taking_part("c-1")] == ["p-1", "p-2", "p-3"]


def test_bodies_that_only_advise_meet_as_they_like() -> None:
    free = sent(notified={}, effective=DAY, meeting_mode="remote")
    book: Given = meeting_book(kind="steering_group")
    book.when(free).then(event(notified=Notified(), meeting_mode="remote"))
