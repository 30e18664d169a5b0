"""Decisions called in question and reversed: who may, until when, and what becomes of what they led to."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.authority import AuthorityGranted
from domain.collaboration import subjects
from domain.constitution import LegalFormChanged
from domain.decisions import ChallengeResolved, DecisionChallenged, DecisionNotified
from domain.irregularities import IrregularityHealed
from domain.kernel import Subject
from domain.rulebook.time_limits import easter, is_working_day, last_day
from tests.spec import At, Given, at, command
from tests.specs.body_books import COUNCIL, MANAGER, SOURCE, governed, granted
from tests.specs.test_decisions import AUKRA, made, managed

MADE = at("2023-06-01", made(kind="individual_decision", case_type="internal"))
"""A Thursday; three weeks later is Thursday 22 June."""


def challenge(**fields: Any) -> Any:
    """Returns a command for three councillors of Aukra to demand a review of legality."""
    known = {
        "challenge_id": "k-1",
        "decision_id": "d-1",
        "challenge": "legality_review",
        "councillors": 3,
        "council_of": "aukra",
        "effective": "2023-06-10",
    }
    return command("decision.challenge", **{**known, **fields})


def challenged(**fields: Any) -> DecisionChallenged:
    """Returns the event of it."""
    known: dict[str, Any] = {"challenge": "legality_review", "councillors": 3, "council_of": "aukra", **fields}
    return DecisionChallenged(challenge_id="k-1", decision_id="d-1", **known)


PLAIN = {"councillors": None, "council_of": None}


def complaint(**fields: Any) -> Any:
    """Returns a command for a party to complain."""
    return challenge(**{"challenge": "complaint", "parties": ["Prøve AS"], **PLAIN, **fields})


def complained(**fields: Any) -> DecisionChallenged:
    """Returns the event of it."""
    return challenged(**{"challenge": "complaint", "parties": ("Prøve AS",), **PLAIN, **fields})


# Who, and against what --------------------------------------------------------------------


def test_three_councillors_may_demand_a_review_of_legality() -> None:
    after = governed(MADE).when(challenge(stay=True)).then(challenged(stay=True))
    record = after.state.decisions.challenges["k-1"]
    assert (record.entry, record.kind, record.outcome) == (10, "legality_review", None)
    assert after.state.decisions.by_id["d-1"].stayed_by == 10
    assert set(subjects(challenged(persons=("p-1",)))) == {
        Subject("challenge", "k-1"),
        Subject("decision", "d-1"),
        Subject("person", "p-1"),
        Subject("member", "aukra"),
    }


def test_a_challenge_is_made_once() -> None:
    book = governed(MADE, at("2023-06-05", challenged()))
    rejection = book.when(challenge(decision_id="d-9")).then_rejected("challenge.already_made", challenge_id="k-1")
    assert (rejection.nature, rejection.entries) == ("fact", (10,))
    again = book.when(challenge(challenge_id="k-2", councillors=1)).then_rejected("challenge.already_open", by="k-1")
    assert (again.nature, again.entries) == ("fact", (10,))
    other = challenged(council_of="molde").model_copy(update={"challenge_id": "k-2"})
    book.when(challenge(challenge_id="k-2", council_of="molde")).then(other)


def test_of_a_decision_in_the_book_an_irregular_one_too() -> None:
    assert governed().when(challenge(persons=["nobody"])).then_rejected("challenge.unknown_decision").nature == "fact"
    irregular = governed(at("2023-06-01", made(), irregular="decision.majority_not_met"))
    after = irregular.when(challenge(stay=True)).then(challenged(stay=True))
    settled = after.and_(at("2023-07-01", resolved("upheld")))
    touched = subjects(made())
    (event,) = settled.when(command("irregularity.heal", entry=9, effective="2023-07-02")).decide().events
    assert isinstance(event, IrregularityHealed)
    assert tuple((one.kind, one.id) for one in event.touched) == touched
    annulled = after.and_(at("2023-07-01", resolved("annulled")))
    annulled.when(command("irregularity.heal", entry=9, effective="2023-07-02")).then_rejected(
        "irregular.no_healing_decision"
    )


def test_those_behind_it_are_known_and_there_are_some() -> None:
    wrong = challenge(persons=["nobody"], members=["vestnes"], councillors=1)
    rejection = (
        governed(MADE)
        .when(wrong)
        .then_rejected("challenge.unknown_challenger", members=["vestnes"], persons=["nobody"])
    )
    assert rejection.nature == "fact"
    governed(MADE).when(challenge(council_of="vestnes")).then_rejected("challenge.unknown_challenger")
    assert governed(MADE).when(complaint(parties=[])).then_rejected("challenge.by_nobody").nature == "fact"


@pytest.mark.parametrize("kind", ["recommendation", "noted", "postponed"])
def test_only_final_decisions_are_reviewed(kind: Any) -> None:
    rejection = (
        governed(at("2023-06-01", made(kind=kind)))
        .when(challenge(councillors=2))
        .then_rejected("challenge.not_reviewable", kind=kind, legal_form="ko")
    )
    assert (rejection.nature, rejection.law, rejection.entries) == ("rule", "kommuneloven § 27-2", (9,))


@pytest.mark.parametrize(("form", "open_"), [("iks", False), ("as", False), ("ipr", True), ("ko", True)])
def test_of_elected_organs(form: Any, open_: bool) -> None:
    sent = governed(MADE, legal_form=form).when(challenge())
    if open_:
        sent.then(challenged())
    else:
        sent.then_rejected("challenge.not_reviewable", legal_form=form)


def test_two_councillors_are_too_few() -> None:
    rejection = (
        governed(MADE)
        .when(challenge(councillors=2))
        .then_rejected("challenge.too_few_councillors", councillors=2, least=3)
    )
    assert (rejection.nature, rejection.law) == ("rule", "kommuneloven § 27-1")
    governed(MADE).when(challenge(councillors=3)).then(challenged())
    for silent in ("unknown", None):
        unknown = governed(MADE).when(challenge(councillors=silent, members=["aukra"]))
        assert unknown.then_rejected("challenge.councillors_unknown").nature == "unknown"
    governed(MADE).when(challenge(council_of=None)).then_rejected("challenge.council_unknown")
    sent = challenge(councillors="unknown", council_of=None, mode="import", source=SOURCE)
    unverified = ["challenge.councillors_unknown", "challenge.council_unknown"]
    governed(MADE).when(sent).then(challenged(councillors="unknown", council_of=None), unverified=unverified)


def test_the_ministry_reviews_of_its_own_accord_at_any_time() -> None:
    sent = challenge(own_initiative=True, effective="2025-01-01", **PLAIN)
    governed(MADE).when(sent).then(challenged(own_initiative=True, **PLAIN))


def hosted(*facts: At, **decision: Any) -> Given:
    """Returns a book of a host municipality, Molde, whose manager decided for Aukra by its power; entry 11."""
    changed = LegalFormChanged(
        from_form="ko", to_form="host_admin", charter_version="avtale-1", law="kommuneloven § 20-2", name="Prøve",
        host="molde", transfers_to=("molde",), grants=(),
    )  # fmt: skip
    known: dict[str, Any] = {"kind": "individual_decision", "binding_on": ("aukra",), **decision}
    return governed(
        at("2022-06-01", changed),
        granted("g-1", AUKRA, MANAGER, "2022-06-02", powers=("individual_decision",)),
        at("2023-06-01", managed(**known)),
        *facts,
    )


def test_at_a_host_its_own_councillors_may_not() -> None:
    rejection = (
        hosted()
        .when(challenge(council_of="molde"))
        .then_rejected("challenge.wrong_council", council_of="molde", binding_on=["aukra"])
    )
    assert (rejection.nature, rejection.law) == ("rule", "kommuneloven § 20-7")
    hosted().when(challenge()).then(challenged())
    for_both = hosted(binding_on=("aukra", "molde"))
    for_both.when(challenge(council_of="molde")).then_rejected("challenge.wrong_council")
    for_all = hosted(binding_on=())
    for_all.when(challenge(council_of="molde")).then_rejected("challenge.wrong_council", binding_on=[])
    for_all.when(challenge()).then(challenged())


def test_but_those_it_was_decided_for_may_the_host_itself_too() -> None:
    own = hosted(binding_on=("molde",))
    own.when(challenge()).then_rejected("challenge.wrong_council", council_of="aukra", binding_on=["molde"])
    own.when(challenge(council_of="molde")).then(challenged(council_of="molde"))


# Until when -------------------------------------------------------------------------------


def test_a_review_is_demanded_within_three_weeks() -> None:
    governed(MADE).when(challenge(effective="2023-06-22")).then(challenged())
    rejection = (
        governed(MADE)
        .when(challenge(effective="2023-06-23"))
        .then_rejected("challenge.too_late", last_day="2023-06-22", received="2023-06-23")
    )
    assert (rejection.nature, rejection.law, rejection.entries) == (
        "rule",
        "kommuneloven § 27-1; forvaltningsloven § 30",
        (9,),
    )


def test_a_rough_date_may_be_in_time() -> None:
    rough = governed(at("2023-06-01", made(), "2023-06-02"))
    rough.when(challenge(effective="2023-06-22")).then(challenged())
    rejection = rough.when(challenge(effective="2023-06-23")).then_rejected("challenge.perhaps_too_late")
    assert rejection.nature == "unknown"
    rough.when(challenge(effective="2023-06-24")).then_rejected("challenge.too_late", last_day="2023-06-23")
    sent = challenge(effective="2023-06-23", mode="import", source=SOURCE)
    rough.when(sent).then(challenged(), unverified=["challenge.perhaps_too_late"])


def test_a_party_complains_of_an_individual_decision() -> None:
    governed(MADE).when(complaint()).then(complained())
    plain = governed(at("2023-06-01", made()))
    rejection = plain.when(complaint(effective="2025-01-01")).then_rejected(
        "challenge.not_open_to_complaint", kind="resolution"
    )
    assert (rejection.nature, rejection.law) == ("rule", "forvaltningsloven § 28")
    objection = challenge(challenge="objection", members=["molde"], effective="2025-01-01", **PLAIN)
    plain.when(objection).then(challenged(challenge="objection", members=("molde",), **PLAIN))


NOTIFIED = at("2023-06-05", DecisionNotified(decision_id="d-1", recipient="Prøve AS", ground="party"))


def test_within_three_weeks_of_being_notified() -> None:
    told = governed(MADE, NOTIFIED)
    told.when(complaint(effective="2023-06-26")).then(complained())
    rejection = told.when(complaint(effective="2023-06-27")).then_rejected("challenge.too_late", last_day="2023-06-26")
    assert (rejection.nature, rejection.law) == ("rule", "forvaltningsloven §§ 29, 30")
    told.when(complaint(effective="2023-06-27", accepted_late=True)).then(complained(accepted_late=True))
    untold = complaint(effective="2023-06-27", parties=["Prøve AS", "Andre AS"])
    told.when(untold).then(complained(parties=("Prøve AS", "Andre AS")))


def test_and_never_after_a_year() -> None:
    for late in (False, True):
        sent = complaint(effective="2024-05-31", accepted_late=late)
        governed(MADE).when(sent).then(complained(accepted_late=late))
        after = complaint(effective="2024-06-01", accepted_late=late)
        rejection = governed(MADE).when(after).then_rejected("challenge.too_late", last_day="2024-05-31")
        assert rejection.law == "forvaltningsloven § 31"


@pytest.mark.parametrize(
    ("start", "last"),
    [
        (date(2023, 6, 1), date(2023, 6, 22)),
        (date(2023, 6, 2), date(2023, 6, 23)),
        (date(2023, 6, 3), date(2023, 6, 26)),
        (date(2023, 3, 16), date(2023, 4, 11)),
        (date(2023, 4, 27), date(2023, 5, 19)),
        (date(2023, 12, 4), date(2023, 12, 27)),
        (date(2023, 12, 11), date(2024, 1, 2)),
    ],
)
def test_a_time_limit_ends_on_a_working_day(start: date, last: date) -> None:
    assert last_day(start, 3) == last
    assert is_working_day(last)


def test_easter_is_when_it_is() -> None:
    known = {2000: (4, 23), 2008: (3, 23), 2011: (4, 24), 2019: (4, 21), 2023: (4, 9), 2024: (3, 31), 2038: (4, 25)}
    assert {year: (easter(year).month, easter(year).day) for year in known} == known
    assert all(easter(year).weekday() == 6 for year in range(1837, 2201))
    assert all(date(year, 3, 22) <= easter(year) <= date(year, 4, 25) for year in range(1837, 2201))


# What it comes to -------------------------------------------------------------------------


def resolve(outcome: str = "annulled", **fields: Any) -> Any:
    """Returns a command to settle the challenge."""
    known = {"challenge_id": "k-1", "outcome": outcome, "by": "Statsforvalteren", "effective": "2023-08-01"}
    return command("challenge.resolve", **{**known, **fields})


def resolved(outcome: Any = "annulled", *entries: int, **fields: Any) -> ChallengeResolved:
    """Returns the event of it."""
    return ChallengeResolved(
        challenge_id="k-1", decision_id="d-1", outcome=outcome, by="Statsforvalteren", effects_rolled_back=entries,
        **fields,
    )  # fmt: skip


CHALLENGED = at("2023-06-10", challenged(stay=True))
GRANTED = AuthorityGranted(grant_id="g-2", grantor=COUNCIL, grantee=MANAGER, powers=("spend",))


@pytest.mark.parametrize("outcome", ["annulled", "changed"])
def test_what_falls_lists_what_is_to_be_undone(outcome: Any) -> None:
    book = governed(MADE, at("2023-06-05", GRANTED, by="d-1"), CHALLENGED)
    after = book.when(resolve(outcome)).then(resolved(outcome, 10))
    record = after.state.decisions.by_id["d-1"]
    assert record.end is not None
    assert (record.end.kind, record.end.entry, record.stayed_by) == (outcome, 12, None)
    assert "g-2" in after.state.authority.grants
    assert set(subjects(resolved(by_body="council", replaced_by="d-2"))) == {
        Subject("challenge", "k-1"),
        Subject("decision", "d-1"),
        Subject("body", "council"),
        Subject("decision", "d-2"),
    }


@pytest.mark.parametrize("outcome", ["upheld", "dismissed"])
def test_what_stands_goes_on(outcome: Any) -> None:
    book = governed(MADE, at("2023-06-05", GRANTED, by="d-1"), CHALLENGED)
    after = book.when(resolve(outcome)).then(resolved(outcome))
    record = after.state.decisions.by_id["d-1"]
    assert (record.end, record.stayed_by) == (None, None)


def test_one_of_two_stays_is_enough() -> None:
    other = challenged(council_of="molde", stay=True).model_copy(update={"challenge_id": "k-2"})
    book = governed(MADE, CHALLENGED, at("2023-06-11", other), at("2023-07-01", resolved("upheld")))
    assert book.state.decisions.by_id["d-1"].stayed_by == 11


def test_only_an_open_challenge_is_settled() -> None:
    rejection = governed(MADE).when(resolve(by_body="nowhere")).then_rejected("challenge.no_open_challenge")
    assert (rejection.nature, rejection.entries) == ("fact", ())
    settled = governed(MADE, CHALLENGED, at("2023-07-01", resolved("upheld")))
    again = settled.when(resolve()).then_rejected("challenge.no_open_challenge", challenge_id="k-1")
    assert again.entries == (10, 11)
    assert settled.and_(at("2023-07-02", resolved())).state == settled.state
    assert governed(at("2023-07-02", resolved())).state.decisions == governed().state.decisions


def test_by_a_body_and_with_a_decision_that_the_book_knows() -> None:
    book = governed(MADE, CHALLENGED, at("2023-07-01", made().model_copy(update={"decision_id": "d-2"})))
    book.when(resolve(by_body="nowhere", replaced_by="d-9")).then_rejected("decision.unknown_body", body_id="nowhere")
    book.when(resolve(replaced_by="d-9")).then_rejected("decision.unknown_decision", decision_id="d-9")
    by = {"by_body": "council", "replaced_by": "d-2"}
    book.when(resolve("changed", **by)).then(resolved("changed", **by))
