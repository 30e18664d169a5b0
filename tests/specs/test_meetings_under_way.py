"""Attendance, doors and impartiality while a meeting goes on: refusals in order of precedence, and what lies beside."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from rpds import HashTrieMap

from domain.collaboration import subjects
from domain.kernel import Subject
from domain.meetings import (
    WHOLE_MEETING,
    AttendanceChanged,
    ImpartialityDecided,
    Meeting,
    MeetingAccessChanged,
    MeetingAdjourned,
)
from domain.rulebook.meetings import GROUNDS, ClosingGround
from domain.vocabulary import BodyKind, LegalFormId
from domain.votes.state import Vote, Votes
from tests.spec import At, Given, at, seal
from tests.specs.body_books import SOURCE, body
from tests.specs.meeting_books import DAY, called, in_meeting, meeting_book, opened, there, under_way

FROM_SOURCE: dict[str, Any] = {"mode": "import", "source": SOURCE}
WITHOUT_P3 = (there("p-1", "aukra"), there("p-2", "molde"))
BASIS = "forvaltningsloven § 6"
ENDED = at(DAY, MeetingAdjourned(meeting_id="m-1", ended=True))


def move(person_id: str, change: str = "arrived", **fields: Any) -> Any:
    """Returns a command to record that somebody came or left."""
    return in_meeting("attendance.change", person_id=person_id, change=change, **fields)


def moved(person_id: str, change: Any = "arrived", **fields: Any) -> AttendanceChanged:
    """Returns that somebody came or left."""
    return AttendanceChanged(meeting_id="m-1", person_id=person_id, change=change, **fields)


def shut_out(person_id: str, case_id: str = "c-1", **fields: Any) -> ImpartialityDecided:
    """Returns that somebody may not take part in a case."""
    known: dict[str, Any] = {"outcome": "disqualified", "legal_basis": BASIS, "took_part": ("p-1",), **fields}
    return ImpartialityDecided(meeting_id="m-1", case_id=case_id, person_id=person_id, **known)


def ask(person_id: str = "p-2", **fields: Any) -> Any:
    """Returns a command to shut somebody out of a case."""
    known: dict[str, Any] = {"case_id": "c-1", "person_id": person_id, "outcome": "disqualified", "took_part": ["p-1"]}
    return in_meeting("impartiality.decide", **{**known, "legal_basis": BASIS, **fields})


def doors(state: str = "closed", **fields: Any) -> Any:
    """Returns a command to close or open the doors."""
    return in_meeting("meeting_access.change", doors=state, **fields)


def turned(state: Any = "closed", **fields: Any) -> MeetingAccessChanged:
    """Returns the doors closed or opened."""
    return MeetingAccessChanged(meeting_id="m-1", doors=state, **fields)


def meeting_of(given: Given) -> Meeting:
    """Returns the meeting."""
    return given.state.meetings.by_id["m-1"]


def voters(given: Given, case_id: str | None) -> list[str]:
    """Returns who may vote in a case."""
    return [attendee.person_id for attendee in meeting_of(given).taking_part(case_id)]


def with_vote(given: Given) -> Given:
    """Returns the book with a vote in it."""
    vote = Vote("v-1", 99, "council", None, "m-1", "closing", "adopted", None, (), None, frozenset())
    return replace(given, state=replace(given.state, votes=Votes(by_id=HashTrieMap({"v-1": vote}))))


def two_there(*facts: At, **fields: Any) -> Given:
    """Returns a book in which p-3 did not come to the meeting."""
    return meeting_book(called(), opened(present=WITHOUT_P3, absent=("p-3",)), *facts, **fields)


# attendance.change -------------------------------------------------------------------------


def test_somebody_leaves_and_comes_back() -> None:
    gone = under_way().when(move("p-2", "left", at_case="c-2")).then(moved("p-2", "left", at_case="c-2"))
    assert voters(gone, "c-2") == ["p-1", "p-3"]
    back = gone.when(move("p-2")).then(moved("p-2", on_behalf_of="molde"))
    assert voters(back, "c-2") == ["p-1", "p-2", "p-3"]
    assert set(meeting_of(gone).ever_present) == {"p-1", "p-2", "p-3"}


def test_a_movement_touches_meeting_people_and_case() -> None:
    kinds = (("meeting", "m-1"), ("person", "d-2"), ("person", "p-2"), ("case", "c-1"))
    told = moved("d-2", deputy_for="p-2", at_case="c-1")
    assert subjects(told) == tuple(Subject(*kind) for kind in kinds)


@pytest.mark.parametrize("name", ["attendance.change", "meeting_access.change", "impartiality.decide"])
def test_nothing_happens_in_a_meeting_that_is_not_going_on(name: str) -> None:
    fields = {"attendance.change": move("p-1"), "meeting_access.change": doors(), "impartiality.decide": ask()}
    meeting_book().when(fields[name]).then_rejected("meeting.unknown_meeting", meeting_id="m-1")
    for facts in ((called(),), (called(), opened(), ENDED)):
        rejection = meeting_book(*facts).when(fields[name]).then_rejected("meeting.meeting_not_open")
        assert rejection.nature == "fact"


def test_only_known_people_come() -> None:
    under_way().when(move("nobody", "left")).then_rejected("meeting.unknown_person", persons=["nobody"])
    under_way().when(move("d-2", deputy_for="nobody")).then_rejected("meeting.unknown_person", persons=["nobody"])


def test_who_is_not_there_cannot_leave() -> None:
    two_there().when(move("p-3", "left", at_case="c-9")).then_rejected("attendance.not_in_meeting", person_id="p-3")


def test_who_is_there_cannot_come() -> None:
    under_way().when(move("p-3", at_case="c-9")).then_rejected("attendance.already_present", person_id="p-3")


def test_at_a_case_on_the_agenda() -> None:
    two_there().when(move("p-3", at_case="c-3")).then_rejected("meeting.case_not_on_agenda", case_id="c-3")


def test_only_who_has_a_seat_comes() -> None:
    two_there().when(move("x-1")).then_rejected("meeting.person_without_seat", person_id="x-1")


def test_a_deputy_comes_for_who_is_away_and_makes_way_when_they_come() -> None:
    after = two_there().when(move("d-2", deputy_for="p-3")).then(moved("d-2", on_behalf_of="molde", deputy_for="p-3"))
    assert voters(after, "c-1") == ["d-2", "p-1", "p-2"]
    back = after.when(move("p-3")).then(moved("p-3", on_behalf_of="molde"))
    assert voters(back, "c-1") == ["p-1", "p-2", "p-3"]


def test_a_deputy_comes_in_turn() -> None:
    rejection = two_there().when(move("d-3", deputy_for="p-3")).then_rejected("meeting.deputy_out_of_turn")
    assert rejection.params["passed_by"] == ["d-2"]


def test_a_deputy_counts_only_in_the_case_a_member_is_shut_out_of() -> None:
    book = under_way(at(DAY, shut_out("p-2")))
    assert voters(book, "c-1") == ["p-1", "p-3"]
    book.when(move("d-2", deputy_for="p-2", at_case="c-2")).then_rejected("meeting.deputy_not_needed")
    told = moved("d-2", on_behalf_of="molde", deputy_for="p-2", at_case="c-1")
    after = book.when(move("d-2", deputy_for="p-2", at_case="c-1")).then(told)
    assert voters(after, "c-1") == ["d-2", "p-1", "p-3"]
    assert voters(after, "c-2") == ["p-1", "p-2", "p-3"]
    assert voters(after, None) == ["p-1", "p-2", "p-3"]
    both = after.and_(at(DAY, shut_out("d-2")))
    assert voters(both, "c-1") == ["p-1", "p-3"]


# meeting_access.change ---------------------------------------------------------------------


@pytest.mark.parametrize("ground", list(GROUNDS))
def test_the_doors_are_closed_on_a_ground_of_the_act(ground: ClosingGround) -> None:
    told = turned(case_id="c-1", ground=ground, legal_basis=GROUNDS[ground].law)
    after = under_way().when(doors(case_id="c-1", ground=ground)).then(told)
    assert set(meeting_of(after).closed) == {"c-1"}
    again = after.when(doors("open", case_id="c-1")).then(turned("open", case_id="c-1"))
    assert not meeting_of(again).closed


def test_a_closing_touches_meeting_case_and_vote() -> None:
    kinds = (("meeting", "m-1"), ("case", "c-1"), ("vote", "v-1"))
    assert subjects(turned(case_id="c-1", vote_id="v-1")) == tuple(Subject(*kind) for kind in kinds)


def test_only_for_a_case_on_the_agenda() -> None:
    wanted = doors(case_id="c-3", vote_id="v-9")
    under_way().when(wanted).then_rejected("meeting.case_not_on_agenda", case_id="c-3")


def test_only_by_a_known_vote() -> None:
    under_way().when(doors(vote_id="v-9")).then_rejected("meeting.unknown_vote", vote_id="v-9")
    fields: dict[str, Any] = {"vote_id": "v-1", "ground": "privacy"}
    law = GROUNDS["privacy"].law
    with_vote(under_way()).when(doors(**fields)).then(turned(legal_basis=law, **fields))


def test_closed_doors_are_not_closed_again() -> None:
    whole = under_way(at(DAY, turned()))
    assert set(meeting_of(whole).closed) == {WHOLE_MEETING}
    for fields in ({}, {"case_id": "c-1"}):
        rejection = whole.when(doors(**fields)).then_rejected("meeting_access.already_closed")
        assert rejection.nature == "fact"
    one = under_way(at(DAY, turned(case_id="c-1")))
    one.when(doors(case_id="c-1")).then_rejected("meeting_access.already_closed")
    law = GROUNDS["privacy"].law
    one.when(doors(ground="privacy")).then(turned(ground="privacy", legal_basis=law))


def test_open_doors_are_not_opened_again() -> None:
    under_way().when(doors("open")).then_rejected("meeting_access.already_open")
    one = under_way(at(DAY, turned(case_id="c-1")))
    one.when(doors("open", case_id="c-2")).then_rejected("meeting_access.already_open")
    assert not meeting_of(one.when(doors("open")).then(turned("open"))).closed


@pytest.mark.parametrize(("form", "law"), [("ko", "kommuneloven § 11-4"), ("iks", "IKS-loven § 8a")])
def test_the_minutes_hold_the_legal_basis(form: LegalFormId, law: str) -> None:
    rejection = under_way(legal_form=form).when(doors()).then_rejected("meeting_access.legal_basis_missing")
    assert (rejection.law, rejection.nature) == (law, "rule")


def test_a_legal_basis_alone_is_no_ground() -> None:
    wanted = doors(legal_basis="etter avtale")
    rejection = under_way().when(wanted).then_rejected("meeting_access.ground_not_lawful", legal_basis="etter avtale")
    assert rejection.law == "kommuneloven § 11-5"


def test_the_ground_may_be_unknown_to_a_source() -> None:
    unknown = under_way().when(doors(ground="unknown")).then_rejected("meeting_access.ground_unknown")
    assert unknown.nature == "unknown"
    from_source = doors(ground="unknown", **FROM_SOURCE)
    under_way().when(from_source).then(turned(ground="unknown"), unverified=["meeting_access.ground_unknown"])


@pytest.mark.parametrize(
    ("ground", "closes"),
    [("staff_matter", False), ("confidentiality", False), ("privacy", True), ("public_interest", True)],
)
def test_what_must_be_closed_is_not_treated_remotely(ground: ClosingGround, closes: bool) -> None:
    when = meeting_book(called(meeting_mode="remote"), opened()).when(doors(ground=ground))
    if closes:
        when.then(turned(ground=ground, legal_basis=GROUNDS[ground].law))
    else:
        rejection = when.then_rejected("meeting_access.remote_meeting_cannot_close")
        assert rejection.law == "kommuneloven § 11-7"


def test_that_rule_is_not_among_those_of_an_iks() -> None:
    remote = meeting_book(called(meeting_mode="remote"), opened(), legal_form="iks")
    law = GROUNDS["staff_matter"].law
    remote.when(doors(ground="staff_matter")).then(turned(ground="staff_matter", legal_basis=law))


@pytest.mark.parametrize(("form", "kind"), [("iks", "board"), ("as", "board"), ("ko", "steering_group")])
def test_meetings_no_act_opens_may_be_closed_at_will(form: LegalFormId, kind: BodyKind) -> None:
    under_way(legal_form=form, kind=kind).when(doors()).then(turned())


# impartiality.decide -----------------------------------------------------------------------


def test_somebody_is_shut_out_of_a_case() -> None:
    after = under_way().when(ask(took_part=["p-1", "p-3"])).then(shut_out("p-2", took_part=("p-1", "p-3")))
    assert meeting_of(after).shut_out("c-1") == {"p-2"}
    assert voters(after, "c-1") == ["p-1", "p-3"]
    assert voters(after, "c-2") == ["p-1", "p-2", "p-3"]
    changed = shut_out("p-2", outcome="qualified", legal_basis=None, took_part=("p-1",))
    assert voters(after.when(ask(outcome="qualified", legal_basis=None)).then(changed), "c-1") == ["p-1", "p-2", "p-3"]


def test_an_answer_touches_meeting_case_person_and_vote() -> None:
    kinds = (("meeting", "m-1"), ("case", "c-1"), ("person", "p-2"), ("vote", "v-1"))
    assert subjects(shut_out("p-2", vote_id="v-1")) == tuple(Subject(*kind) for kind in kinds)


def test_only_of_a_case_on_the_agenda() -> None:
    under_way().when(ask("nobody", case_id="c-3")).then_rejected("meeting.case_not_on_agenda", case_id="c-3")


def test_only_of_and_by_known_persons() -> None:
    under_way().when(ask("nobody", vote_id="v-9")).then_rejected("meeting.unknown_person", persons=["nobody"])
    wanted = ask(took_part=["nobody"], vote_id="v-9")
    under_way().when(wanted).then_rejected("meeting.unknown_person", persons=["nobody"])


def test_only_by_a_vote_there_was() -> None:
    under_way(at(DAY, shut_out("p-2"))).when(ask(vote_id="v-9")).then_rejected("meeting.unknown_vote")


def test_only_answered_so_once() -> None:
    rejection = under_way(at(DAY, shut_out("x-1"))).when(ask("x-1")).then_rejected("impartiality.already_decided")
    assert rejection.nature == "fact"


def test_only_of_who_is_there_or_may_be_called() -> None:
    under_way().when(ask("x-1", took_part=["d-1"])).then_rejected("impartiality.not_of_the_body", person_id="x-1")
    under_way().when(ask("d-2")).then(shut_out("d-2"))


def test_a_body_whose_seats_are_not_shown_may_have_anyone() -> None:
    facts = (body("group", "steering_group"), called("m-2", body_id="group"))
    begun = opened("m-2", body_id="group", present=())
    wanted = ask("x-1", meeting_id="m-2")
    rejection = meeting_book(*facts, begun).when(wanted).then_rejected("impartiality.seat_unknown", body_id="group")
    assert rejection.nature == "unknown"


def test_only_those_there_decide() -> None:
    wanted = ask(took_part=["p-1", "d-1"], legal_basis=None)
    under_way().when(wanted).then_rejected("impartiality.not_in_meeting", persons=["d-1"])


def test_the_minutes_hold_the_legal_basis_for_shutting_out() -> None:
    wanted = ask(legal_basis=None, took_part=["p-2"])
    rejection = under_way().when(wanted).then_rejected("impartiality.legal_basis_missing")
    assert (rejection.law, rejection.nature) == ("kommuneloven § 11-4", "rule")
    told = shut_out("p-2", outcome="qualified", legal_basis=None)
    under_way().when(ask(outcome="qualified", legal_basis=None)).then(told)


def test_the_legal_basis_may_be_unknown_to_a_source() -> None:
    code = "impartiality.legal_basis_unknown"
    under_way().when(ask(legal_basis="unknown")).then_rejected(code)
    under_way().when(ask(legal_basis="unknown", **FROM_SOURCE)).then(
        shut_out("p-2", legal_basis="unknown"), unverified=[code]
    )


def test_an_excuse_has_its_own_provision_and_a_reason() -> None:
    excused: dict[str, Any] = {"outcome": "excused", "legal_basis": "kommuneloven § 11-11"}
    wrong = ask(outcome="excused", grounds="Sykdom")
    rejection = under_way().when(wrong).then_rejected("impartiality.excuse_not_by_law", legal_basis=BASIS)
    assert rejection.law == "kommuneloven § 11-11"
    silent = under_way().when(ask(took_part=["p-2"], **excused)).then_rejected("impartiality.excuse_without_reason")
    assert silent.law == "kommuneloven § 11-11"
    told = shut_out("p-2", grounds=seal("Sykdom"), **excused)
    after = under_way().when(ask(grounds="Sykdom", **excused)).then(told)
    assert meeting_of(after).shut_out("c-1") == {"p-2"}


def test_who_decided_may_be_unknown_to_a_source() -> None:
    under_way().when(ask(took_part="unknown")).then_rejected("impartiality.deciders_unknown")
    from_source = ask(took_part="unknown", **FROM_SOURCE)
    under_way().when(from_source).then(
        shut_out("p-2", took_part="unknown"), unverified=["impartiality.deciders_unknown"]
    )


@pytest.mark.parametrize(
    ("form", "kind", "law"),
    [
        ("ko", "council_of_representatives", "forvaltningsloven § 8"),
        ("iks", "board", "forvaltningsloven § 8"),
        ("as", "board", "aksjeloven § 6-27"),
    ],
)
def test_nobody_decides_their_own_question(form: LegalFormId, kind: BodyKind, law: str) -> None:
    wanted = ask(took_part=["p-1", "p-2"], all_for_quorum=True)
    book = under_way(legal_form=form, kind=kind)
    rejection = book.when(wanted).then_rejected("impartiality.person_took_part_in_own_question", person_id="p-2")
    assert (rejection.law, rejection.nature) == (law, "rule")


def test_nor_anothers_where_theirs_is_raised_too() -> None:
    book = under_way(at(DAY, shut_out("p-3", outcome="qualified", legal_basis=None)))
    wanted = ask(took_part=["p-1", "p-3"])
    book.when(wanted).then_rejected("impartiality.others_in_question_took_part", persons=["p-3"])
    everyone: dict[str, Any] = {"took_part": ("p-1", "p-2", "p-3"), "all_for_quorum": True}
    book.when(ask(**everyone)).then(shut_out("p-2", **everyone))
    other_case = ask(case_id="c-2", took_part=["p-1", "p-3"])
    book.when(other_case).then(shut_out("p-2", "c-2", took_part=("p-1", "p-3")))


def test_folding_what_the_book_does_not_know_changes_nothing() -> None:
    before = meeting_book()
    told = (moved("p-1"), turned(), shut_out("p-1"), ENDED.event)
    after = before.and_(*(at(DAY, event) for event in told))
    assert after.state.meetings == before.state.meetings
