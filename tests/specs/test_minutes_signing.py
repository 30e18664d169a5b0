"""Signing of minutes: refusals in order of precedence, by act, form and day."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from rpds import HashTrieMap, List

from domain.bodies import BodyRules, BodyRulesAdopted
from domain.collaboration import subjects
from domain.decisions import DecisionMade, VoteSummary
from domain.kernel import Subject
from domain.meetings import Answered, MeetingAccessChanged, Question
from domain.minutes import MinutesSigned, Signer, minutes_digest, signed_meetings
from domain.votes.state import Vote, Votes
from tests.spec import At, Given, at, digest
from tests.specs.body_books import SOURCE
from tests.specs.minutes_books import LINES, PEOPLE, SHA256, line, minuted, protocol_of, sign, with_lines

CHAIR = (Signer(person_id="p-1", role="chair"),)
SIGNED = MinutesSigned(meeting_id="m-1", first_entry=20, last_entry=23, minutes_sha256=SHA256, signers=CHAIR)


def by(*signers: tuple[str, str]) -> MinutesSigned:
    """Returns the event of these signing."""
    return SIGNED.model_copy(update={"signers": tuple(Signer(person_id=who, role=role) for who, role in signers)})  # type: ignore[arg-type]


def all_of_them(*people: str) -> list[tuple[str, str]]:
    """Returns each of these people as a member who signs."""
    return [(who, "member") for who in people]


# What is signed --------------------------------------------------------------------------


def test_minutes_are_signed_over_the_entries_they_are_made_of() -> None:
    after = minuted().when(sign()).then(SIGNED)
    protocol = protocol_of(after)
    assert protocol.is_signed
    assert protocol.signed_lines == LINES
    assert protocol.additions == ()
    assert set(signed_meetings(after.state.minutes)) == {"m-1"}


def test_anyone_can_compute_the_digest_from_numbers_and_hashes() -> None:
    told = "".join(f"{number} {digest(number).hex()}\n" for number in (20, 21, 22, 23))
    assert hashlib.sha256(told.encode()).hexdigest() == SHA256
    assert minutes_digest(()) == hashlib.sha256(b"").hexdigest()


def test_the_digest_is_of_order_number_and_hash() -> None:
    others = (
        minutes_digest(LINES[::-1]),
        minutes_digest(LINES[1:]),
        minutes_digest((*LINES[:3], LINES[3]._replace(sha256=digest(99).hex()))),
        minutes_digest((*LINES[:3], LINES[3]._replace(number=24))),
    )
    assert len({SHA256, *others}) == 5


def test_a_signature_touches_the_minutes_the_meeting_and_the_signers() -> None:
    touched = (Subject("minutes", "m-1"), Subject("meeting", "m-1"), Subject("person", "p-1"))
    assert subjects(SIGNED) == touched


def test_what_comes_after_the_signature_is_an_addition_and_is_signed_anew() -> None:
    after = with_lines(minuted().when(sign()).then(SIGNED), line(40))
    assert protocol_of(after).additions == (line(40),)
    assert not protocol_of(after).is_signed
    whole = minutes_digest((*LINES, line(40)))
    longer = SIGNED.model_copy(update={"last_entry": 40, "minutes_sha256": whole})
    again = after.when(sign(minutes_sha256=whole)).then(longer)
    assert protocol_of(again).additions == ()


def test_an_irregular_signature_signs_nothing() -> None:
    sent = sign(("p-9", "chair"), mode="record", reason="Slik ble det (prøve).")
    minuted().when(sent).then_rejected("minutes.unknown_person", persons=["p-9"])
    book = minuted(place=None)
    after = book.when(sign(mode="record", reason="Slik ble det (prøve).")).then(
        SIGNED, irregular=["minutes.minutes_incomplete"]
    )
    assert protocol_of(after).signature is None


# Refusals, in order of precedence ----------------------------------------------------------


def test_minutes_are_of_a_known_meeting() -> None:
    rejection = minuted().when(sign(meeting_id="m-2")).then_rejected("minutes.unknown_meeting", meeting_id="m-2")
    assert rejection.nature == "fact"


def test_a_meeting_that_goes_on_has_no_minutes_to_sign() -> None:
    rejection = minuted(adjourned_by=None).when(sign()).then_rejected("minutes.not_adjourned", meeting_id="m-1")
    assert (rejection.nature, rejection.entries) == ("fact", (21,))


def test_nor_one_that_was_called_and_never_opened_unless_a_source_says_it_was_held() -> None:
    book = minuted(adjourned_by=None, opened_by=None)
    assert book.when(sign()).then_rejected("minutes.not_adjourned").nature == "unknown"
    book.when(sign(mode="import", source=SOURCE)).then(SIGNED, unverified=["minutes.not_adjourned"])


def test_minutes_are_signed_on_the_day_of_the_meeting_or_later() -> None:
    minuted().when(sign(effective="2026-03-09")).then_rejected(
        "minutes.signed_before_meeting", on="2026-03-09", held_on="2026-03-10"
    )
    minuted().when(sign(effective="2026-03-10")).then(SIGNED)


def test_what_is_signed_and_unchanged_is_not_signed_again() -> None:
    after = minuted().when(sign()).then(SIGNED)
    rejection = after.when(sign(("p-2", "member"))).then_rejected("minutes.already_signed", meeting_id="m-1")
    assert (rejection.nature, rejection.entries) == ("fact", (31,))


@pytest.mark.parametrize(
    ("fields", "lacking"),
    [
        ({"time": None}, ["time"]),
        ({"place": None}, ["place"]),
        ({"ever_present": HashTrieMap()}, ["present"]),
        ({"agenda": ()}, ["cases"]),
        ({"outcomes": HashTrieMap()}, ["decisions"]),
        ({"time": None, "place": None, "outcomes": HashTrieMap()}, ["time", "place", "decisions"]),
    ],
)
def test_minutes_hold_what_kommuneloven_wants(fields: dict[str, Any], lacking: list[str]) -> None:
    rejection = minuted(**fields).when(sign()).then_rejected("minutes.minutes_incomplete", fields=lacking)
    assert (rejection.nature, rejection.law) == ("rule", "kommuneloven § 11-4")
    assert rejection.params["cases"] == (["s-1"] if "decisions" in lacking else [])


def test_a_seated_member_has_come_or_was_absent() -> None:
    book = minuted(seats=(*PEOPLE[:2], "p-5"), ever_present=HashTrieMap({"p-1": 21}), absent=("p-2",))
    book.when(sign()).then_rejected("minutes.minutes_incomplete", fields=["absent"])
    accounted = minuted(seats=PEOPLE[:2], ever_present=HashTrieMap({"p-1": 21}), absent=("p-2",))
    accounted.when(sign()).then(SIGNED)


def test_a_remote_meeting_has_no_place() -> None:
    minuted(place=None, mode="remote").when(sign()).then(SIGNED)


def with_vote(book: Given, meeting_id: str | None, about: Any = "proposal", result: Any = "adopted") -> Given:
    """Returns the book with a vote in the case, taken in a meeting."""
    vote = Vote(
        vote_id="v-1",
        entry=22,
        body_id="council",
        case_id="s-1",
        meeting_id=meeting_id,
        about=about,
        result=result,
        adopted="f-1",
        elected=(),
        rule_id="KL-11-9",
        voters=frozenset(),
    )
    votes = Votes(by_id=HashTrieMap({"v-1": vote}), by_case=HashTrieMap({"s-1": List(["v-1"])}))
    return replace(book, state=replace(book.state, votes=votes))


def test_a_case_that_was_voted_on_in_the_meeting_is_settled() -> None:
    with_vote(minuted(outcomes=HashTrieMap()), "m-1").when(sign()).then(SIGNED)
    elsewhere = with_vote(minuted(outcomes=HashTrieMap()), "m-0")
    elsewhere.when(sign()).then_rejected("minutes.minutes_incomplete", fields=["decisions"], cases=["s-1"])
    for told in ({"about": "impartiality"}, {"result": "tie"}):
        undecided = with_vote(minuted(outcomes=HashTrieMap()), "m-1", **told)
        undecided.when(sign()).then_rejected("minutes.minutes_incomplete", cases=["s-1"])


def test_minutes_name_the_provision_for_closing_the_doors() -> None:
    for basis, lacking in ((None, ["closing_basis"]), ("kommuneloven § 11-5", None)):
        closed = MeetingAccessChanged(meeting_id="m-1", doors="closed", legal_basis=basis)
        book = minuted().and_(at("2026-03-10", closed))
        sent = sign(minutes_sha256=minutes_digest(protocol_of(book).lines))
        if lacking is None:
            assert book.when(sent).decide().ruling.irregular == ()
        else:
            book.when(sent).then_rejected("minutes.minutes_incomplete", fields=lacking)


def test_an_irregular_closing_stands_in_them_as_it_was() -> None:
    closed = MeetingAccessChanged(meeting_id="m-1", doors="closed")
    book = minuted().and_(at("2026-03-10", closed, irregular="meeting_access.legal_basis_missing"))
    assert book.when(sign(minutes_sha256=minutes_digest(protocol_of(book).lines))).decide().ruling.irregular == ()


def test_and_the_provision_by_which_someone_took_no_part() -> None:
    question = Question("s-1", "p-5")
    for outcome, basis, lacks in (
        ("disqualified", None, True),
        ("excused", None, True),
        ("qualified", None, False),
        ("disqualified", "forvaltningsloven § 6", False),
    ):
        book = minuted(answers=HashTrieMap({question: Answered(outcome, 22, basis)}))  # type: ignore[arg-type]
        if lacks:
            book.when(sign()).then_rejected("minutes.minutes_incomplete", fields=["impartiality_basis"])
        else:
            book.when(sign()).then(SIGNED)


def decided(book: Given, **fields: Any) -> Given:
    """Returns the book with a decision in the case."""
    told = {"decision_id": "d-1", "title": "Sak", "kind": "resolution", "text": None, "body_id": "council", **fields}
    return book.and_(at("2026-03-10", DecisionMade(**{"case_id": "s-1", "meeting_id": "m-1", **told})))


def test_a_case_that_was_decided_in_the_meeting_is_settled_and_shows_how_they_voted() -> None:
    book = minuted(outcomes=HashTrieMap())
    counted = VoteSummary(form="counted", in_favour=7, against=3)
    for fields, lacking in (
        ({"vote": counted}, None),
        ({"vote_id": "v-1"}, None),
        ({"kind": "noted"}, None),
        ({}, ["vote_results"]),
        ({"vote": counted, "meeting_id": "m-0"}, ["decisions"]),
        ({"vote": counted, "case_id": "s-2"}, ["decisions"]),
    ):
        held_so = decided(book, **fields)
        sent = sign(minutes_sha256=minutes_digest(protocol_of(held_so).lines))
        if lacking is None:
            assert held_so.when(sent).decide().ruling.irregular == ()
        else:
            held_so.when(sent).then_rejected("minutes.minutes_incomplete", fields=lacking)


def test_what_a_source_does_not_show_is_not_known_to_be_missing() -> None:
    lines = tuple(line(number, mode="import") for number in (20, 21, 22, 23))
    book = minuted("ko", "council_of_representatives", *lines, place=None)
    assert book.when(sign()).then_rejected("minutes.minutes_incomplete").nature == "unknown"
    book.when(sign(mode="import", source=SOURCE)).then(SIGNED, unverified=["minutes.minutes_incomplete"])
    decided = minuted(place=None)
    decided.when(sign(mode="import", source=SOURCE)).then_rejected("minutes.minutes_incomplete")


def test_nor_is_what_minutes_held_under_the_act_of_1992() -> None:
    book = minuted("historic_27", "board", place=None, on=date(2015, 3, 10))
    assert book.when(sign()).then_rejected("minutes.minutes_incomplete").nature == "unknown"


@pytest.mark.parametrize(
    ("form", "kind", "wanted"),
    [
        ("iks", "council_of_representatives", ["decisions"]),
        ("iks", "board", ["present", "decisions"]),
        ("as", "board", ["time", "place", "present", "decisions"]),
        ("as", "general_meeting", ["time", "present", "decisions"]),
        ("ipr", "board", ["time", "place", "present", "cases", "decisions"]),
    ],
)
def test_each_act_wants_its_own(form: Any, kind: Any, wanted: list[str]) -> None:
    nothing: dict[str, Any] = {"time": None, "place": None, "ever_present": HashTrieMap(), "outcomes": HashTrieMap()}
    agenda = () if "cases" in wanted else ("s-1",)
    expected = [name for name in wanted if name != "decisions" or agenda]
    rejection = minuted(form, kind, **nothing, agenda=agenda).when(sign()).then_rejected("minutes.minutes_incomplete")
    assert rejection.params["fields"] == expected


def test_a_body_that_only_advises_is_held_to_no_act() -> None:
    minuted("ko", "advisory_group", time=None, place=None, agenda=()).when(sign()).then(SIGNED)


def test_who_signs_is_known_in_the_book_and_signs_once_in_a_role_of_their_own() -> None:
    book = minuted(signers=("p-2", "p-3"))
    book.when(sign(("p-8", "member"))).then_rejected("minutes.unknown_person", persons=["p-8"])
    twice = sign(("p-1", "chair"), ("p-1", "member"))
    book.when(twice).then_rejected("minutes.signer_listed_twice", persons=["p-1"])
    book.when(sign(("p-2", "chair"))).then_rejected("minutes.signer_role_differs", persons=["p-2"])
    book.when(sign(("p-4", "signer"))).then_rejected("minutes.signer_role_differs", persons=["p-4"])


TWO = {"signers": ("p-2", "p-3")}
CHOSEN = (("p-1", "chair"), ("p-2", "signer"), ("p-3", "signer"))


def test_whoever_led_it_and_two_chosen_sign_for_an_iks_council() -> None:
    book = minuted("iks", "council_of_representatives", **TWO)
    book.when(sign(*CHOSEN)).then(by(*CHOSEN))
    rejection = book.when(sign(*CHOSEN[:2])).then_rejected("minutes.signer_missing", persons=[], lacking=1)
    assert (rejection.nature, rejection.law) == ("rule", "IKS-loven §§ 8a, 9a")
    book.when(sign(*CHOSEN[1:])).then_rejected("minutes.signer_missing", persons=["p-1"], lacking=0)
    others = sign(CHOSEN[0], CHOSEN[1], ("p-4", "member"))
    book.when(others).then_rejected("minutes.signer_missing", lacking=1)


def test_before_2024_the_rulebook_does_not_hold_the_wording() -> None:
    for day, nature in ((date(2023, 12, 31), "unknown"), (date(2024, 1, 1), "rule")):
        book = minuted("iks", "council_of_representatives", on=day, **TWO)
        assert book.when(sign(*CHOSEN[:2])).then_rejected("minutes.signer_missing").nature == nature


def test_everyone_present_signs_for_an_iks_board() -> None:
    book = minuted("iks", "board")
    book.when(sign(*all_of_them(*PEOPLE))).then(by(*all_of_them(*PEOPLE)))
    book.when(sign(*all_of_them(*PEOPLE[:4]))).then_rejected("minutes.signer_missing", persons=["p-5"], lacking=0)


def test_a_company_board_of_five_may_choose_two() -> None:
    two = [("p-2", "signer"), ("p-3", "signer")]
    minuted("as", "board", seats=PEOPLE, **TWO).when(sign(*two)).then(by(*two))
    one = minuted("as", "board", seats=PEOPLE, **TWO).when(sign(two[0]))
    one.then_rejected("minutes.signer_missing", persons=[], lacking=1)


def test_but_not_one_of_four_nor_of_what_it_decided_in_writing() -> None:
    two = sign(("p-2", "signer"), ("p-3", "signer"))
    four = HashTrieMap(dict.fromkeys(PEOPLE[:4], 21))
    small = minuted("as", "board", seats=PEOPLE[:4], ever_present=four, **TWO)
    small.when(two).then_rejected("minutes.signer_missing", persons=["p-1", "p-4"])
    written = minuted("as", "board", seats=PEOPLE, mode="written", **TWO)
    written.when(two).then_rejected("minutes.signer_missing", persons=["p-1", "p-4", "p-5"])


def test_whoever_led_it_and_one_other_sign_for_a_general_meeting() -> None:
    both = [("p-1", "chair"), ("p-2", "member")]
    minuted("as", "general_meeting").when(sign(*both)).then(by(*both))
    minuted("as", "general_meeting").when(sign(both[0])).then_rejected("minutes.signer_missing", lacking=1)


def test_kommuneloven_leaves_it_to_the_body_but_someone_signs() -> None:
    minuted().when(sign(("p-4", "member"))).then(by(("p-4", "member")))
    rejection = minuted().when(sign(signers=[])).then_rejected("minutes.signer_missing", persons=[], lacking=1)
    assert rejection.nature == "unknown"
    minuted().when(sign(signers=[], mode="import", source=SOURCE)).then(
        SIGNED.model_copy(update={"signers": ()}), unverified=["minutes.signer_missing"]
    )


def own_rules(**rules: Any) -> At:
    """Returns the body's own rules."""
    return at("2022-01-01", BodyRulesAdopted(body_id="council", rules=BodyRules(**rules)))


def test_the_bodys_own_rules_may_say_who_signs() -> None:
    book = minuted(signers=("p-2",)).and_(own_rules(minute_signers=1))
    two = [("p-1", "chair"), ("p-2", "signer")]
    book.when(sign(*two)).then(by(*two))
    rejection = book.when(sign(two[0])).then_rejected("minutes.signer_missing", persons=[], lacking=1)
    assert (rejection.nature, rejection.law) == ("rule", None)
    book.when(sign(two[1])).then_rejected("minutes.signer_missing", persons=["p-1"])


def test_they_may_ask_for_more_than_the_act_and_never_for_less() -> None:
    for own, wanted in ((3, 3), (1, 2)):
        book = minuted("iks", "council_of_representatives", signers=("p-2", "p-3", "p-4"))
        book = book.and_(own_rules(minute_signers=own))
        book.when(sign()).then_rejected("minutes.signer_missing", lacking=wanted)
    everyone = minuted().and_(own_rules(all_present_sign=True))
    everyone.when(sign()).then_rejected("minutes.signer_missing", persons=["p-2", "p-3", "p-4", "p-5"])
    everyone.when(sign(*all_of_them(*PEOPLE))).then(by(*all_of_them(*PEOPLE)))


def test_who_was_not_there_does_not_sign() -> None:
    book = minuted(ever_present=HashTrieMap({"p-2": 21}))
    rejection = book.when(sign(("p-4", "member"))).then_rejected("minutes.signer_not_present", persons=["p-4"])
    assert rejection.nature == "rule"


def test_whoever_led_it_need_not_have_a_seat() -> None:
    minuted(ever_present=HashTrieMap({"p-2": 21})).when(sign()).then(SIGNED)


def test_where_a_source_names_nobody_it_is_not_known_who_was_there() -> None:
    lines = tuple(line(number, mode="import") for number in (20, 21, 22, 23))
    book = minuted("ko", "advisory_group", *lines, ever_present=HashTrieMap(), present_count=8)
    assert book.when(sign(("p-4", "member"))).then_rejected("minutes.signer_not_present").nature == "unknown"


def test_what_the_signers_saw_is_what_stands_in_the_book() -> None:
    rejection = (
        minuted().when(sign(minutes_sha256="0" * 64)).then_rejected("minutes.hash_mismatch", minutes_sha256=SHA256)
    )
    assert (rejection.nature, rejection.entries) == ("fact", (20, 23))
    after = with_lines(minuted(), line(24))
    after.when(sign()).then_rejected("minutes.hash_mismatch")


def test_of_a_signature_read_in_a_source_it_is_not_known_what_was_seen() -> None:
    assert minuted().when(sign(minutes_sha256="unknown")).then_rejected("minutes.hash_unknown").nature == "unknown"
    sent = sign(minutes_sha256="unknown", mode="import", source=SOURCE)
    unseen = SIGNED.model_copy(update={"minutes_sha256": "unknown"})
    after = minuted().when(sent).then(unseen, unverified=["minutes.hash_unknown"])
    assert protocol_of(after).is_signed
