"""Meetings opened: refusals in order of precedence, and what lies just beside each."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.collaboration import subjects
from domain.kernel import Subject
from domain.meetings import AgendaItem, MeetingAdjourned, MeetingHead, MeetingOpened
from domain.vocabulary import LegalFormId
from tests.spec import Given, at
from tests.specs.body_books import SOURCE, body, seated
from tests.specs.meeting_books import ALL_THERE, DAY, FULL, called, in_meeting, meeting_book, opened, ruled, there

AUKRA_AWAY: dict[str, Any] = {"absent": ["p-1"], "chair": "p-2"}
HEAD: dict[str, Any] = {"body_id": "council", "meeting_number": "3/2024", "agenda": [{"case_id": "c-1"}]}
FROM_SOURCE = {"mode": "import", "source": SOURCE}


def sent(**fields: Any) -> Any:
    """Returns a command to open the meeting with all three members there."""
    return in_meeting("meeting.open", **{**FULL, **fields})


def present(*people: Any) -> list[Any]:
    """Returns who is there as a client sends it: ids, or pairs of a deputy and whose place it is."""
    return [{"person_id": p} if isinstance(p, str) else {"person_id": p[0], "deputy_for": p[1]} for p in people]


def event(**fields: Any) -> MeetingOpened:
    """Returns the meeting opened."""
    known: dict[str, Any] = {"meeting_id": "m-1", "body_id": "council", "chair": "p-1", "present": ALL_THERE}
    return MeetingOpened(**{**known, **fields})


def book(*facts: Any, **fields: Any) -> Given:
    """Returns a book in which the meeting was called."""
    return meeting_book(called(), *facts, **fields)


# Accepted ----------------------------------------------------------------------------------


def test_a_meeting_is_opened_with_those_there() -> None:
    fields: dict[str, Any] = {"others_present": ("daglig leder",), "minute_signers": ("p-2", "p-3")}
    meeting = book().when(sent(**fields)).then(event(**fields)).state.meetings.by_id["m-1"]
    assert meeting.is_open
    assert [(a.person_id, a.on_behalf_of) for a in meeting.taking_part(None)] == [
        ("p-1", "aukra"),
        ("p-2", "molde"),
        ("p-3", "molde"),
    ]
    assert (meeting.chair, meeting.signers, meeting.present_count) == ("p-1", ("p-2", "p-3"), None)
    assert set(meeting.ever_present) == {"p-1", "p-2", "p-3"}


def test_an_opening_touches_all_it_names() -> None:
    head = MeetingHead(body_id="council", agenda=(AgendaItem(case_id="c-1"),))
    told = event(head=head, present=(there("p-1"),), absent=("p-2",), minute_signers=("p-3",))
    kinds = [("meeting", "m-1"), ("body", "council"), ("case", "c-1"), ("person", "p-1"), ("person", "p-2")]
    assert subjects(told) == tuple(Subject(*kind) for kind in (*kinds, ("person", "p-3")))


def test_a_deputy_sits_for_who_is_away() -> None:
    people = (there("d-1", "aukra", "p-1"), there("p-2", "molde"), there("p-3", "molde"))
    wanted = sent(present=present(("d-1", "p-1"), "p-2", "p-3"), **AUKRA_AWAY)
    meeting = book().when(wanted).then(event(present=people, absent=("p-1",), chair="p-2")).state.meetings.by_id["m-1"]
    assert [a.person_id for a in meeting.taking_part("c-1")] == ["d-1", "p-2", "p-3"]


# Called or not -----------------------------------------------------------------------------


def test_a_meeting_is_called_before_it_is_opened() -> None:
    rejection = meeting_book().when(sent()).then_rejected("meeting.not_called", meeting_id="m-1")
    assert rejection.nature == "fact"


def test_a_source_may_show_a_meeting_and_no_call() -> None:
    head = MeetingHead(body_id="council", meeting_number="3/2024", agenda=(AgendaItem(case_id="c-1"),))
    rejection = meeting_book().when(sent(head=HEAD)).then_rejected("meeting.not_called")
    assert rejection.nature == "unknown"
    told = meeting_book().when(sent(head=HEAD, **FROM_SOURCE)).then(event(head=head), unverified=["meeting.not_called"])
    meeting = told.state.meetings.by_id["m-1"]
    assert (meeting.agenda, meeting.number, meeting.on) == (("c-1",), "3/2024", date.fromisoformat(DAY))
    assert meeting.called_by is None


def test_the_counts_of_a_source_may_be_all_there_is() -> None:
    fields: dict[str, Any] = {"present": (), "present_count": 33, "chair": "unknown"}
    codes = ["meeting.attendance_unknown", "meeting.chair_unknown"]
    told = book().when(sent(**fields, **FROM_SOURCE)).then(event(**fields), unverified=codes)
    assert told.state.meetings.by_id["m-1"].present_count == 33


def test_once() -> None:
    rejection = book(opened()).when(sent(head=HEAD)).then_rejected("meeting.already_open")
    assert rejection.nature == "fact"
    ended = at(DAY, MeetingAdjourned(meeting_id="m-1", ended=True))
    book(opened(), ended).when(sent()).then_rejected("meeting.already_open")


def test_with_no_other_head_than_its_call() -> None:
    book().when(sent(head={"body_id": "nowhere"})).then_rejected("meeting.already_called")


def test_of_a_known_body_and_known_cases() -> None:
    meeting_book().when(sent(head={"body_id": "nowhere"}, **FROM_SOURCE)).then_rejected("body.unknown_body")
    strange = {**HEAD, "agenda": [{"case_id": "c-9"}]}
    meeting_book().when(sent(head=strange, chair="nobody", **FROM_SOURCE)).then_rejected("case.unknown_case")


# Who is there ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [
        {"present": present("p-1", "p-1", "nobody")},
        {"absent": ["nobody"]},
        {"chair": "nobody"},
        {"minute_signers": ["nobody"]},
    ],
)
def test_only_known_persons(fields: dict[str, Any]) -> None:
    book().when(sent(**fields)).then_rejected("meeting.unknown_person", persons=["nobody"])


def test_nobody_is_there_twice() -> None:
    wanted = sent(present=present("p-1", "p-1", "p-2"), absent=["p-2"])
    book().when(wanted).then_rejected("meeting.person_present_twice", persons=["p-1"])


def test_nobody_is_there_and_away() -> None:
    wanted = sent(absent=["p-2"], present_count=2)
    book().when(wanted).then_rejected("meeting.present_and_absent", persons=["p-2"])


def test_a_count_fits_the_names() -> None:
    wanted = sent(present_count=2, effective="2024-03-30")
    book().when(wanted).then_rejected("meeting.counts_do_not_fit", count=2, named=3)
    book().when(sent(present_count=3)).then(event(present_count=3))


def test_on_the_day_it_was_called_to() -> None:
    wanted = sent(effective="2024-03-30", present=present("x-1"))
    rejection = book().when(wanted).then_rejected("meeting.on_another_day", called=DAY, on="2024-03-30")
    assert (rejection.law, rejection.nature) == ("kommuneloven § 11-3", "rule")
    rough = {"effective": {"earliest": "2024-03-01", "latest": "2024-03-31"}, **FROM_SOURCE}
    book().when(sent(**rough)).then(event(), unverified=["meeting.day_uncertain"])


def test_before_the_founding_the_rules_are_unknown() -> None:
    early = body("early", "board", day="2020-01-01")
    wanted = sent(meeting_id="m-2", head={"body_id": "early"}, effective="2020-06-01", present=present("p-1"))
    told = meeting_book(early).when(wanted.model_copy(update={"mode": "import", "source": None}))
    codes = told.decide().ruling.unverified
    assert codes[:2] == ("meeting.not_called", "meeting.form_unknown")


def test_somebody_is_there() -> None:
    wanted = sent(present=[], chair="unknown")
    rejection = book().when(wanted).then_rejected("meeting.attendance_unknown")
    assert rejection.nature == "unknown"


def test_only_who_has_a_seat() -> None:
    wanted = sent(present=present("p-1", "x-1"), chair="x-1")
    rejection = book().when(wanted).then_rejected("meeting.person_without_seat", person_id="x-1")
    assert rejection.nature == "rule"


def test_a_body_whose_seats_are_not_shown_may_seat_anyone() -> None:
    empty = body("group", "steering_group")
    head = {"body_id": "group"}
    wanted = sent(head=head, present=present("x-1"), chair="unknown", meeting_id="m-2", **FROM_SOURCE)
    told = event(
        meeting_id="m-2", body_id="group", head=MeetingHead(body_id="group"), present=(there("x-1"),), chair="unknown"
    )
    meeting_book(empty).when(wanted).then(told, unverified=["meeting.not_called", "meeting.seats_unknown"])


def test_who_was_elected_by_one_member_does_not_sit_for_another() -> None:
    people = [{"person_id": "p-1", "on_behalf_of": "molde"}]
    rejection = book().when(sent(present=people)).then_rejected("meeting.elected_by_another", elected_by="aukra")
    assert rejection.nature == "fact"


def test_a_seat_may_be_uncertain() -> None:
    rough = seated("x-1", "2024-01-01", "2024-12-31", body_id="council")
    wanted = sent(present=present("p-1", "x-1"))
    rejection = book(rough).when(wanted).then_rejected("meeting.seat_uncertain", person_id="x-1")
    assert rejection.nature == "unknown"


def test_a_member_sits_for_nobody_else() -> None:
    wanted = sent(present=present("p-1", ("p-2", "p-3")))
    book().when(wanted).then_rejected("meeting.deputy_has_seat", deputy_for="p-3")


def test_a_deputy_sits_for_somebody() -> None:
    rejection = book().when(sent(present=present("p-1", "d-1"))).then_rejected("meeting.deputy_for_whom")
    assert rejection.nature == "unknown"


def test_who_has_a_seat() -> None:
    for nobody in ("x-1", "d-2"):
        wanted = sent(present=present("p-1", ("d-1", nobody)))
        book().when(wanted).then_rejected("meeting.person_without_seat", person_id=nobody)


def test_of_the_same_member() -> None:
    wanted = sent(present=present("p-1", ("d-1", "p-2")), absent=["p-2"])
    rejection = book().when(wanted).then_rejected("meeting.deputy_of_another_member", deputy_for="p-2")
    assert rejection.law == "kommuneloven § 7-10"


def test_who_is_away() -> None:
    wanted = sent(present=present("p-1", ("d-1", "p-1")))
    book().when(wanted).then_rejected("meeting.deputy_not_needed", deputy_for="p-1")


def test_and_has_no_deputy_yet() -> None:
    wanted = sent(present=present("p-1", ("d-2", "p-2"), ("d-3", "p-2")), absent=["p-2"])
    book().when(wanted).then_rejected("meeting.deputy_already_there", other="d-2", person_id="d-3")


def test_deputies_come_in_their_order() -> None:
    wanted = {"present": present("p-1", "p-2", ("d-3", "p-3"))}
    rejection = book().when(sent(**wanted, absent=["p-3"])).then_rejected("meeting.deputy_out_of_turn")
    assert rejection.params["passed_by"] == ["d-2"]
    people = (there("p-1", "aukra"), there("p-2", "molde"), there("d-3", "molde", "p-3"))
    both_away = ("p-3", "d-2")
    book().when(sent(**wanted, absent=both_away)).then(event(present=people, absent=both_away))


def test_no_order_is_laid_down_for_an_iks() -> None:
    wanted = sent(present=present("p-1", "p-2", ("d-3", "p-3")), absent=["p-3"], minute_signers=["p-2", "d-3"])
    people = (there("p-1", "aukra"), there("p-2", "molde"), there("d-3", "molde", "p-3"))
    told = event(present=people, absent=("p-3",), minute_signers=("p-2", "d-3"))
    book(legal_form="iks").when(wanted).then(told)


def test_members_of_a_company_send_whom_they_like() -> None:
    company: dict[str, Any] = {"legal_form": "as", "kind": "general_meeting"}
    elected: dict[str, Any] = {"chair": "x-1", "chair_elected": True}
    wanted = sent(present=[{"person_id": "p-1", "on_behalf_of": "molde"}], **elected)
    book(**company).when(wanted).then(event(present=(there("p-1", "molde"),), **elected))
    book(**company).when(sent(present=present("p-1"), **elected)).then_rejected("meeting.proxy_for_whom")
    strange = [{"person_id": "p-1", "on_behalf_of": "vestnes"}]
    book(**company).when(sent(present=strange, **elected)).then_rejected("body.unknown_member")
    unelected = book(**company).when(sent(present=[{"person_id": "p-1", "on_behalf_of": "aukra"}]))
    assert unelected.then_rejected("meeting.chair_not_entitled").law == "aksjeloven § 5-12"


# Who leads, who signs ----------------------------------------------------------------------


def test_it_is_known_who_leads() -> None:
    rejection = book().when(sent(chair="unknown")).then_rejected("meeting.chair_unknown")
    assert rejection.nature == "unknown"


def test_who_leads_is_there() -> None:
    wanted = sent(present=present("p-2", "p-3"), absent=["p-1"])
    book().when(wanted).then_rejected("meeting.chair_not_present", chair="p-1")


@pytest.mark.parametrize(("form", "law"), [("ko", "kommuneloven § 11-2"), ("iks", "IKS-loven § 9")])
def test_leader_or_deputy_leader_leads(form: LegalFormId, law: str) -> None:
    signers = {"minute_signers": ["p-2", "p-3"]}
    wanted = sent(chair="p-3", chair_elected=True, **signers)
    rejection = book(legal_form=form).when(wanted).then_rejected("meeting.chair_not_entitled", leaders=["p-1", "p-2"])
    assert (rejection.law, rejection.nature) == (law, "rule")
    if form == "ko":
        book().when(sent(chair="p-2")).then(event(chair="p-2"))


def test_where_neither_is_there_somebody_is_elected() -> None:
    people = (there("d-1", "aukra", "p-1"), there("d-2", "molde", "p-2"), there("p-3", "molde"))
    away: dict[str, Any] = {"present": present(("d-1", "p-1"), ("d-2", "p-2"), "p-3"), "absent": ["p-1", "p-2"]}
    book().when(sent(chair="p-3", **away)).then_rejected("meeting.chair_not_entitled")
    told = event(chair="p-3", chair_elected=True, present=people, absent=("p-1", "p-2"))
    book().when(sent(chair="p-3", chair_elected=True, **away)).then(told)


def test_a_body_may_have_no_leader_the_book_shows() -> None:
    other = body("other", "board")
    seat = seated("x-1", body_id="other", on_behalf_of="aukra")
    call = called("m-2", body_id="other", agenda=())
    wanted = {"meeting_id": "m-2", "present": present("x-1"), "chair": "x-1"}
    rejection = meeting_book(other, seat, call).when(sent(**wanted)).then_rejected("meeting.leader_unknown")
    assert rejection.nature == "unknown"
    told = event(meeting_id="m-2", body_id="other", present=(there("x-1", "aukra"),), chair="x-1", chair_elected=True)
    meeting_book(other, seat, call).when(sent(chair_elected=True, **wanted)).then(told)


def test_two_elected_sign_for_the_council_of_an_iks() -> None:
    iks = book(legal_form="iks")
    unknown = iks.when(sent()).then_rejected("meeting.signers_unknown", needed=2)
    assert (unknown.law, unknown.nature) == ("IKS-loven § 9a", "unknown")
    few = iks.when(sent(minute_signers=["p-1", "p-2"])).then_rejected("meeting.signers_not_elected", chosen=1, needed=2)
    assert (few.law, few.nature) == ("IKS-loven § 9a", "rule")
    iks.when(sent(minute_signers=["p-2", "p-3"])).then(event(minute_signers=("p-2", "p-3")))


def test_a_body_may_have_some_sign() -> None:
    own = book(ruled(minute_signers=1))
    rejection = own.when(sent(minute_signers=[])).then_rejected("meeting.signers_not_elected", chosen=0, needed=1)
    assert rejection.law is None
    own.when(sent(minute_signers=["p-2"])).then(event(minute_signers=("p-2",)))


def test_who_signs_is_there() -> None:
    wanted = sent(minute_signers=["p-2", "d-1"])
    book().when(wanted).then_rejected("meeting.signer_not_present", persons=["d-1"])


def test_the_minutes_may_be_of_another_day_than_the_meeting() -> None:
    """The day of a meeting is that of its opening, whenever it is recorded."""
    told = book().when(sent()).then(event())
    assert told.state.meetings.by_id["m-1"].on == date.fromisoformat(DAY)
