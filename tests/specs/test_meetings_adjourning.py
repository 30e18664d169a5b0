"""Meetings adjourned: refusals in order of precedence, and what lies just beside each."""

from __future__ import annotations

from datetime import date
from typing import Any

from domain.collaboration import subjects
from domain.kernel import Subject
from domain.meetings import MeetingAdjourned, UndecidedCase
from tests.spec import Given, at
from tests.specs.body_books import SOURCE
from tests.specs.meeting_books import DAY, called, in_meeting, meeting_book, under_way
from tests.specs.test_meetings_agenda import voted

LATER = {"ended": False, "continues_on": "2024-04-05"}


def adjourn(*outcomes: tuple[str, str], **fields: Any) -> Any:
    """Returns a command to end the meeting, with what became of cases that were not decided."""
    undecided = [{"case_id": case_id, "outcome": outcome} for case_id, outcome in outcomes]
    return in_meeting("meeting.adjourn", undecided=undecided, **fields)


def adjourned(*outcomes: tuple[str, Any], **fields: Any) -> MeetingAdjourned:
    """Returns the meeting adjourned."""
    undecided = tuple(UndecidedCase(case_id=case_id, outcome=outcome) for case_id, outcome in outcomes)
    return MeetingAdjourned(**{"meeting_id": "m-1", "ended": True, "undecided": undecided, **fields})


def handled() -> Given:
    """Returns a book in which one of the two cases was decided in the meeting."""
    return voted(under_way(), "c-1")


def test_a_meeting_ends_when_every_case_has_its_outcome() -> None:
    after = handled().when(adjourn(("c-2", "postponed"))).then(adjourned(("c-2", "postponed")))
    meeting = after.state.meetings.by_id["m-1"]
    assert not meeting.is_open
    assert dict(meeting.outcomes.items()) == {"c-2": "postponed"}


def test_an_adjournment_touches_meeting_and_undecided_cases() -> None:
    assert subjects(adjourned(("c-2", "noted"))) == (Subject("meeting", "m-1"), Subject("case", "c-2"))


def test_only_a_meeting_that_is_going_on_ends() -> None:
    meeting_book().when(adjourn(**LATER)).then_rejected("meeting.unknown_meeting")
    meeting_book(called()).when(adjourn()).then_rejected("meeting.meeting_not_open")
    ended = at(DAY, adjourned())
    under_way(ended).when(adjourn()).then_rejected("meeting.meeting_not_open")


def test_it_ends_or_goes_on() -> None:
    for fields in ({"ended": False}, {"ended": True, "continues_on": "2024-04-05"}):
        rejection = under_way().when(adjourn(("c-9", "noted"), **fields)).then_rejected("meeting.ends_or_continues")
        assert rejection.nature == "fact"


def test_it_goes_on_another_day() -> None:
    stored = adjourned(ended=False, continues_on=date(2024, 4, 5))
    meeting = under_way().when(adjourn(**LATER)).then(stored).state.meetings.by_id["m-1"]
    assert meeting.is_open
    assert meeting.continues_on == date(2024, 4, 5)


def test_which_it_does_once() -> None:
    book = under_way(at(DAY, adjourned(ended=False, continues_on=date(2024, 4, 5))))
    late = adjourn(effective="2024-04-06", **LATER)
    book.when(late).then_rejected("meeting.already_adjourned", on="2024-04-05")


def test_and_not_before() -> None:
    wanted = adjourn(("c-9", "noted"), effective="2024-04-06", **LATER)
    under_way().when(wanted).then_rejected("meeting.continues_before", on="2024-04-05")
    same_day = adjourn(effective="2024-04-05", **LATER)
    under_way().when(same_day).then(adjourned(ended=False, continues_on=date(2024, 4, 5)))


def test_a_case_is_listed_once() -> None:
    wanted = adjourn(("c-9", "noted"), ("c-2", "noted"), ("c-2", "postponed"))
    handled().when(wanted).then_rejected("meeting.case_listed_twice", cases=["c-2"])


def test_only_cases_on_the_agenda() -> None:
    wanted = adjourn(("c-1", "noted"), ("c-3", "noted"))
    handled().when(wanted).then_rejected("meeting.case_not_on_agenda", case_id="c-3")


def test_that_were_not_decided() -> None:
    handled().when(adjourn(("c-1", "noted"))).then_rejected("meeting.case_already_decided", cases=["c-1"])


def test_no_case_is_left_without_an_outcome() -> None:
    rejection = handled().when(adjourn()).then_rejected("meeting.agenda_item_without_outcome", cases=["c-2"])
    assert (rejection.law, rejection.nature) == ("kommuneloven § 11-4", "unknown")
    from_source = adjourn(mode="import", source=SOURCE)
    handled().when(from_source).then(adjourned(), unverified=["meeting.agenda_item_without_outcome"])


def test_what_was_postponed_before_the_break_keeps_its_outcome() -> None:
    broken_off = adjourned(("c-1", "postponed"), ended=False, continues_on=date(2024, 4, 5))
    book = under_way(at(DAY, broken_off))
    book.when(adjourn(("c-2", "withdrawn"), effective="2024-04-05")).then(adjourned(("c-2", "withdrawn")))
