"""Corrections of how a meeting was called and held; who was there and what was decided in it stays."""

from __future__ import annotations

from datetime import date
from typing import Any

from domain.cases import CaseClosed
from domain.collaboration import subjects
from domain.kernel import Subject
from domain.meetings import AgendaItem, MeetingAdjourned, MeetingCalled, MeetingHead, Notified
from tests.spec import At, Given, at, command
from tests.specs.body_books import SOURCE
from tests.specs.meeting_books import ALL_THERE, CALLED, DAY, FULL, TOLD, called, meeting_book, opened

NOTIFIED = Notified.model_validate({name: tuple(ids) for name, ids in TOLD.items()})
AGENDA = [{"case_id": "c-1"}, {"case_id": "c-2"}]


def book(*facts: At) -> Given:
    """Returns a book in which the meeting was called to the wrong place, and then these facts."""
    return meeting_book(called(place="Rdhuset", meeting_number="3/2042", notified=NOTIFIED), *facts)


CALL = meeting_book().number + 1
"""The entry of the call."""


def call(**fields: Any) -> Any:
    """Returns the call as it should have been recorded."""
    told: dict[str, Any] = {
        "meeting_id": "m-1",
        "body_id": "council",
        "starts_on": DAY,
        "place": "Rådhuset",
        "meeting_number": "3/2024",
        "agenda": AGENDA,
        "notified": TOLD,
        "corrects": CALL,
    }
    return command("meeting.call", **{**told, **fields})


def right(**fields: Any) -> MeetingCalled:
    """Returns what that call says."""
    known: dict[str, Any] = {"place": "Rådhuset", "meeting_number": "3/2024", "notified": NOTIFIED, **fields}
    event = called(**known).event
    assert isinstance(event, MeetingCalled)
    return event


def test_the_head_of_a_call_is_put_right_though_the_meeting_is_over_and_its_cases_closed() -> None:
    over = (
        opened(),
        at(DAY, MeetingAdjourned(meeting_id="m-1", ended=True)),
        at(DAY, CaseClosed(case_id="c-1", outcome="settled")),
    )
    after = book(*over).when(call()).then(right())
    meeting = after.state.meetings.by_id["m-1"]
    assert (meeting.place, meeting.number, meeting.called_by, meeting.entry) == (
        "Rådhuset",
        "3/2024",
        after.number,
        CALL,
    )
    assert (meeting.opened_by, meeting.adjourned_by, meeting.on) == (CALL + 1, CALL + 2, date.fromisoformat(DAY))
    assert after.state.cases.by_id["c-1"].closing is not None
    assert [one.meeting_id for one in after.state.meetings.of_body("council")] == ["m-1"]
    assert Subject("meeting", "m-1") in subjects(right())


def test_the_day_of_a_call_is_the_day_of_a_meeting_that_was_not_held_yet() -> None:
    later = "2024-04-05"
    moved = right(starts_on=date.fromisoformat(later))
    after = book().when(call(starts_on=later)).then(moved)
    assert after.state.meetings.by_id["m-1"].on == date(2024, 4, 5)
    after = book(opened()).when(call(starts_on=later)).then(moved)
    meeting = after.state.meetings.by_id["m-1"]
    assert (meeting.on, meeting.called_to) == (date.fromisoformat(DAY), date(2024, 4, 5))


def test_a_call_is_judged_as_it_was_and_its_agenda_stays() -> None:
    short = book().when(call(starts_on="2024-02-20"))
    short.then_rejected("meeting.called_after_it_began", sent=CALLED)
    without = book().when(call(agenda=AGENDA[:1]))
    without.then_rejected("correction.fields_fixed", fields=["agenda"])
    remote = book().when(call(meeting_mode="remote"))
    remote.then_rejected("correction.fields_fixed", fields=["meeting_mode"])
    same = book().when(call(place="Rdhuset", meeting_number="3/2042", effective=CALLED))
    same.then_rejected("correction.nothing_changed", entry=CALL)


# Openings ----------------------------------------------------------------------------------


def open_(**fields: Any) -> Any:
    """Returns the opening as it should have been recorded, the entry after the call."""
    told = {"meeting_id": "m-1", "corrects": CALL + 1, **FULL, "others_present": ["daglig leder"]}
    return command("meeting.open", **{**told, **fields})


def test_who_else_was_there_is_put_right_and_who_voted_is_not() -> None:
    held = opened(others_present=("dagleg leiar",))
    after = (
        book(held, at(DAY, MeetingAdjourned(meeting_id="m-1", ended=True)))
        .when(open_())
        .then(held.event.model_copy(update={"others_present": ("daglig leder",)}))
    )
    meeting = after.state.meetings.by_id["m-1"]
    assert (meeting.others_present, meeting.opened_by, meeting.adjourned_by) == (
        ("daglig leder",),
        after.number,
        CALL + 2,
    )
    assert {one.entry for one in meeting.attendees.values()} == {CALL + 1}
    assert set(meeting.ever_present) == {"p-1", "p-2", "p-3"}
    away = open_(present=[{"person_id": "p-1"}, {"person_id": "p-2"}], absent=["p-3"])
    book(held).when(away).then_rejected("correction.fields_fixed", fields=["absent"])
    deputy = open_(present=[*FULL["present"][:2], {"person_id": "d-2", "deputy_for": "p-3"}])
    book(held).when(deputy).then_rejected("correction.fields_fixed", fields=["present"])


def test_a_meeting_is_held_on_the_day_it_was_called_to() -> None:
    before = book(opened())
    before.when(open_(effective="2024-03-30")).then_rejected("meeting.on_another_day", called=DAY)
    moved = before.when(call(starts_on="2024-03-30")).then(right(starts_on=date(2024, 3, 30)))
    held = opened(others_present=("daglig leder",)).event
    after = moved.when(open_(effective="2024-03-30")).then(held)
    assert after.state.meetings.by_id["m-1"].on == date(2024, 3, 30)


def test_the_head_of_a_meeting_no_call_is_known_of_is_put_right_with_its_opening() -> None:
    agenda = (AgendaItem(case_id="c-1"),)
    head = MeetingHead(body_id="council", meeting_number="2/1999", place="Bud", agenda=agenda)
    before = meeting_book(opened(head=head))
    told: dict[str, Any] = {"body_id": "council", "meeting_number": "2/1998", "place": "Bud", "agenda": AGENDA[:1]}
    sent: dict[str, Any] = {"mode": "import", "source": SOURCE, "others_present": [], "corrects": CALL}
    right_head = head.model_copy(update={"meeting_number": "2/1998"})
    after = before.when(open_(**sent, head=told)).then(
        opened(head=right_head).event, unverified=("meeting.not_called",)
    )
    meeting = after.state.meetings.by_id["m-1"]
    assert (meeting.number, meeting.place, meeting.called_by, meeting.opened_by) == ("2/1998", "Bud", None, CALL + 1)
    assert sorted(meeting.attendees) == [one.person_id for one in ALL_THERE]
    other = {**told, "body_id": "board"}
    before.when(open_(**sent, head=other)).then_rejected("correction.fields_fixed", fields=["head.body_id"])
    more = {**told, "agenda": AGENDA}
    before.when(open_(**sent, head=more)).then_rejected("correction.fields_fixed", fields=["head.agenda"])
