"""The agenda changed: refusals in order of precedence, and what lies just beside each."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from rpds import HashTrieMap, List

from domain.cases import CaseClosed
from domain.collaboration import subjects
from domain.kernel import Subject
from domain.meetings import AgendaChanged, MeetingAdjourned, UndecidedCase
from domain.votes.state import Vote, Votes
from tests.spec import Given, at
from tests.specs.body_books import SOURCE
from tests.specs.meeting_books import DAY, called, in_meeting, meeting_book, opened, under_way

ENDED = at(
    DAY,
    MeetingAdjourned(
        meeting_id="m-1",
        ended=True,
        undecided=(UndecidedCase(case_id="c-1", outcome="noted"), UndecidedCase(case_id="c-2", outcome="noted")),
    ),
)


def change(**fields: Any) -> Any:
    """Returns a command to change the agenda in the meeting."""
    return in_meeting("agenda.change", **fields)


def changed(**fields: Any) -> AgendaChanged:
    """Returns the agenda changed."""
    return AgendaChanged(meeting_id="m-1", **fields)


def voted(book: Given, case_id: str) -> Given:
    """Returns the book in which a vote in the meeting settled a case."""
    vote = Vote("v-1", 99, "council", case_id, "m-1", "proposal", "adopted", None, (), None, frozenset())
    votes = Votes(by_id=HashTrieMap({"v-1": vote}), by_case=HashTrieMap({case_id: List(["v-1"])}))
    return replace(book, state=replace(book.state, votes=votes))


def test_a_case_is_added_in_the_meeting_and_another_taken_off() -> None:
    fields: dict[str, Any] = {"added": ("c-3",), "removed": ("c-1",)}
    meeting = under_way().when(change(**fields)).then(changed(**fields)).state.meetings.by_id["m-1"]
    assert meeting.agenda == ("c-2", "c-3")
    assert set(meeting.added) == {"c-3"}


def test_a_change_touches_meeting_and_cases() -> None:
    kinds = (("meeting", "m-1"), ("case", "c-3"), ("case", "c-1"))
    assert subjects(changed(added=("c-3",), removed=("c-1",))) == tuple(Subject(*kind) for kind in kinds)


def test_only_of_a_known_meeting() -> None:
    meeting_book().when(change()).then_rejected("meeting.unknown_meeting", meeting_id="m-1")


def test_that_has_not_ended() -> None:
    under_way(ENDED).when(change()).then_rejected("meeting.already_ended")


def test_only_with_something_changed() -> None:
    rejection = under_way().when(change()).then_rejected("agenda.nothing_changed")
    assert rejection.nature == "fact"


def test_a_case_is_named_once() -> None:
    wanted = change(added=["c-9", "c-1"], removed=["c-1"])
    under_way().when(wanted).then_rejected("meeting.case_listed_twice", cases=["c-1"])


def test_only_known_and_open_cases_are_added() -> None:
    under_way().when(change(added=["c-9", "c-1"])).then_rejected("case.unknown_case", case_id="c-9")
    closed = at("2024-02-01", CaseClosed(case_id="c-3", outcome="dropped"))
    under_way(closed).when(change(added=["c-3"])).then_rejected("case.closed", case_id="c-3")


def test_that_are_not_on_it() -> None:
    under_way().when(change(added=["c-1"], removed=["c-3"])).then_rejected("agenda.case_already_on", cases=["c-1"])


def test_only_what_is_on_it_is_taken_off() -> None:
    wanted = change(removed=["c-3"], chair_objects=True)
    under_way().when(wanted).then_rejected("meeting.case_not_on_agenda", case_id="c-3")


def test_what_has_been_treated_stays_on_it() -> None:
    wanted = change(added=["c-3"], removed=["c-1"], chair_objects=True)
    voted(under_way(), "c-1").when(wanted).then_rejected("agenda.case_already_handled", cases=["c-1"])
    voted(under_way(), "c-1").when(change(removed=["c-2"])).then(changed(removed=("c-2",)))


# Objections: kommuneloven § 11-3 -----------------------------------------------------------


def test_the_chair_alone_keeps_a_case_off() -> None:
    rejection = (
        under_way().when(change(added=["c-3"], chair_objects=True)).then_rejected("agenda.objection_blocks_addition")
    )
    assert (rejection.law, rejection.nature) == ("kommuneloven § 11-3", "rule")


@pytest.mark.parametrize(("objecting", "there", "blocks"), [(1, 3, True), (1, 4, False), (2, 6, True), (2, 7, False)])
def test_exactly_a_third_of_those_there_keeps_it_off(objecting: int, there: int, blocks: bool) -> None:
    fields: dict[str, Any] = {"added": ("c-3",), "objecting": objecting, "voters_present": there}
    when = under_way().when(change(**fields))
    if blocks:
        when.then_rejected("agenda.objection_blocks_addition", objecting=objecting, present=there)
    else:
        when.then(changed(**fields))


def test_those_there_are_counted_where_no_number_is_given() -> None:
    under_way().when(change(added=["c-3"], objecting=1)).then_rejected("agenda.objection_blocks_addition", present=3)
    counted = meeting_book(called(), opened(present=(), present_count=7))
    counted.when(change(added=["c-3"], objecting=3)).then_rejected("agenda.objection_blocks_addition", present=7)
    counted.when(change(added=["c-3"], objecting=2)).then(changed(added=("c-3",), objecting=2))


def test_more_cannot_object_than_are_there() -> None:
    wanted = change(added=["c-3"], objecting=4, chair_objects=True)
    rejection = under_way().when(wanted).then_rejected("agenda.counts_do_not_fit", objecting=4, present=3)
    assert rejection.nature == "fact"


def test_without_a_number_it_is_unknown_what_a_third_is() -> None:
    silent = meeting_book(called(), opened(present=()))
    rejection = silent.when(change(added=["c-3"], objecting=1)).then_rejected("agenda.present_unknown")
    assert rejection.nature == "unknown"
    silent.when(change(added=["c-3"])).then(changed(added=("c-3",)))


# Consent: IKS-loven § 9 --------------------------------------------------------------------


def test_every_representative_of_an_iks_must_consent() -> None:
    book = under_way(legal_form="iks")
    refused = book.when(change(added=["c-3"], all_consent=False)).then_rejected("agenda.all_must_consent")
    assert (refused.law, refused.nature) == ("IKS-loven § 9", "rule")
    silent = book.when(change(added=["c-3"])).then_rejected("agenda.consent_unknown")
    assert silent.nature == "unknown"
    from_source = change(added=["c-3"], mode="import", source=SOURCE)
    book.when(from_source).then(changed(added=("c-3",)), unverified=["agenda.consent_unknown"])
    book.when(change(added=["c-3"], all_consent=True)).then(changed(added=("c-3",), all_consent=True))


def test_unless_it_is_sent_as_early_as_a_call() -> None:
    far = called(starts_on=date(2024, 5, 31))
    book = meeting_book(far, legal_form="iks")
    book.when(change(added=["c-3"], effective="2024-05-03")).then(changed(added=("c-3",)))
    late = change(added=["c-3"], all_consent=False, effective="2024-05-04")
    book.when(late).then_rejected("agenda.all_must_consent")


def test_the_board_of_an_iks_takes_up_what_it_likes() -> None:
    fields: dict[str, Any] = {"added": ("c-3",), "chair_objects": True}
    under_way(legal_form="iks", kind="board").when(change(**fields)).then(changed(**fields))
