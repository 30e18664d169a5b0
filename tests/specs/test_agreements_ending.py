"""Ending an agreement: refusals in order of precedence, and when an agreement is in force."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.agreements import ServiceAgreementTerminated
from domain.collaboration import subjects
from domain.kernel import Subject
from domain.members import MemberSucceeded, Party, Succession
from domain.vocabulary import Holder
from tests.spec import Given, at, command, seal
from tests.specs.agreement_books import BASIS, IMPORTED, TERMS, UNIT, book, concluded


def terminate(**fields: Any) -> Any:
    """Returns a command to end the agreement, complete but for what `fields` change."""
    known: dict[str, Any] = {
        "agreement_id": "sla",
        "by": {"kind": "member", "id": "aukra"},
        "notice_given_on": "2026-11-24",
        "exit_plan": "Data leveres ut.",
    }
    return command("service_agreement.terminate", **{**known, **fields})


def terminated(**fields: Any) -> ServiceAgreementTerminated:
    """Returns the event it leads to."""
    known: dict[str, Any] = {
        "agreement_id": "sla",
        "by": Holder(kind="member", id="aukra"),
        "notice_given_on": date(2026, 11, 24),
        "exit_plan": seal("Data leveres ut."),
    }
    return ServiceAgreementTerminated.model_validate({**known, **fields})


def in_force(given: Given, *days: str) -> list[bool | None]:
    """Returns whether the agreement is in force on each day; None where that is uncertain."""
    return [given.state.agreements.agreements["sla"].life.on(date.fromisoformat(day)) for day in days]


def test_an_ended_agreement_stays_ended() -> None:
    after = book(concluded()).when(terminate(effective="2027-01-01")).then(terminated())
    assert in_force(after, "2025-12-31", "2026-01-01", "2026-12-31", "2027-01-01") == [False, True, True, False]
    refused = after.when(terminate(effective="2027-06-01")).then_rejected(
        "agreement.already_terminated", agreement_id="sla", ended="2027-01-01"
    )
    assert (refused.nature, refused.entries) == ("fact", (6, 7))
    again = command("service_agreement.conclude", **TERMS, basis=BASIS)
    after.when(again).then_rejected("agreement.already_concluded")


def test_an_end_on_a_rough_date_is_certain_from_its_last_day() -> None:
    after = book(concluded(), at("2026-11-01", terminated(), "2026-11-20"))
    assert in_force(after, "2026-10-31", "2026-11-01", "2026-11-19", "2026-11-20") == [True, None, None, False]
    after.when(terminate()).then_rejected("agreement.already_terminated", ended="2026-11-20")


def test_which_agreements_are_in_force_is_answered_for_any_day() -> None:
    rough = concluded("2026-03-01", "2026-06-01", agreement_id="b-rough")
    dated = concluded("2026-01-01", agreement_id="a-dated", until=date(2026, 4, 30))
    agreements = book(rough, dated, concluded(agreement_id="c-open")).state.agreements

    def on(day: str) -> tuple[list[str], list[str]]:
        present = agreements.in_force(date.fromisoformat(day))
        return [a.agreement_id for a in present.certain], [a.agreement_id for a in present.possible]

    assert on("2025-12-31") == ([], [])
    assert on("2026-01-01") == (["a-dated", "c-open"], [])
    assert on("2026-04-30") == (["a-dated", "c-open"], ["b-rough"])
    assert on("2026-05-01") == (["c-open"], ["b-rough"])
    assert on("2026-06-01") == (["b-rough", "c-open"], [])


def test_a_rough_beginning_does_not_outlive_an_exact_end() -> None:
    rough = concluded("2013-09-26", "2018-11-15", until=date(2016, 12, 31))
    assert in_force(book(rough), "2013-09-26", "2016-12-31", "2017-01-01", "2019-01-01") == [None, None, False, False]


def test_only_an_agreement_in_the_book_ends() -> None:
    refused = book().when(terminate()).then_rejected("agreement.unknown_agreement", agreement_id="sla")
    assert refused.nature == "fact"
    stray = at("2026-11-24", terminated())
    assert len(book(stray).state.agreements.agreements) == 0


def test_an_agreement_that_has_expired_is_not_ended_again() -> None:
    before = book(concluded(until=date(2026, 12, 31)))
    refused = before.when(terminate(effective="2027-01-01")).then_rejected(
        "agreement.already_expired", agreement_id="sla", last_day="2026-12-31"
    )
    assert (refused.nature, refused.entries) == ("fact", (6,))
    before.when(terminate(effective="2026-12-31")).then(terminated())


def test_an_agreement_ends_after_it_begins() -> None:
    before = book(concluded("2027-01-01"))
    refused = before.when(terminate(effective="2027-01-01")).then_rejected(
        "agreement.period_empty", agreement_id="sla", begins="2027-01-01", last_day="2026-12-31"
    )
    assert refused.nature == "fact"
    before.when(terminate(effective="2027-01-02")).then(terminated())


@pytest.mark.parametrize(
    ("by", "is_party"),
    [
        (Holder(kind="member", id="molde"), True),
        (Holder(kind="collaboration", id="this"), True),
        (Holder(kind="member", id="midsund"), False),
        (Holder(kind="office", id="manager"), False),
        (Holder(kind="office", id="molde"), False),
    ],
)
def test_a_party_ends_the_agreement(by: Holder, *, is_party: bool) -> None:
    sent = book(concluded()).when(terminate(by=by.model_dump(), basis=BASIS))
    if is_party:
        sent.then(terminated(by=by))
        return
    refused = sent.then_rejected("agreement.not_a_party", agreement_id="sla", kind=by.kind, id=by.id)
    assert (refused.nature, refused.entries) == ("rule", (6,))


def test_on_a_rough_date_whoever_may_be_a_party_is_one() -> None:
    merger = MemberSucceeded(
        predecessors=("molde",),
        successors=(Party(member_id="molde-2020", name="Molde"),),
        cause="change_of_name",
        mapping=Succession(agreements=("sla",)),
    )
    molde = Holder(kind="member", id="molde")
    for terms in ({"provider": molde, "customers": ["aukra"]}, {"customers": ["aukra", "molde"]}):
        before = book(concluded("2014-01-01", **terms), at("2020-01-01", merger))
        for party, earliest, latest, is_party in (
            ("molde", "2019-12-31", "2020-06-30", True),
            ("molde", "2020-01-01", "2020-06-30", False),
            ("molde-2020", "2019-06-30", "2020-01-01", True),
            ("molde-2020", "2019-06-30", "2019-12-31", False),
        ):
            by = {"kind": "member", "id": party}
            rough = {"earliest": earliest, "latest": latest}
            sent = before.when(terminate(by=by, effective=rough, notice_given_on="2019-01-01", **IMPORTED))
            if is_party:
                sent.decide()
            else:
                sent.then_rejected("agreement.not_a_party", kind="member", id=party)


def test_on_a_rough_date_an_agreement_may_end_after_it_begins() -> None:
    before = book(concluded("2020-01-01"))
    for latest, code in (("2020-01-01", "agreement.period_empty"), ("2020-01-02", None)):
        rough = {"earliest": "2019-01-01", "latest": latest}
        sent = before.when(terminate(effective=rough, notice_given_on="2019-01-01", **IMPORTED))
        if code is None:
            sent.decide()
        else:
            sent.then_rejected(code, begins="2020-01-01", last_day="2019-12-31")
    expiring = book(concluded("2014-01-01", until=date(2019, 12, 31)))
    rough = {"earliest": "2019-12-31", "latest": "2020-06-30"}
    expiring.when(terminate(effective=rough, notice_given_on="2019-01-01", **IMPORTED)).decide()


def test_notice_comes_before_the_end() -> None:
    before = book(concluded())
    refused = before.when(terminate(notice_given_on="2026-11-25")).then_rejected(
        "agreement.notice_after_end", agreement_id="sla", notice_given_on="2026-11-25", ended="2026-11-24"
    )
    assert refused.nature == "rule"
    before.when(terminate()).then(terminated())


@pytest.mark.parametrize(
    ("months", "day", "earliest"),
    [
        (12, "2027-11-23", "2027-11-24"),
        (12, "2027-11-24", None),
        (3, "2027-02-23", "2027-02-24"),
        (0, "2026-11-24", None),
        ("unknown", "2026-11-24", None),
    ],
)
def test_notice_is_as_long_as_agreed(months: int | str, day: str, earliest: str | None) -> None:
    sent = book(concluded(notice_months=months)).when(terminate(effective=day))
    if earliest is None:
        sent.then(terminated())
        return
    refused = sent.then_rejected(
        "agreement.notice_too_short",
        agreement_id="sla",
        notice_given_on="2026-11-24",
        notice_months=months,
        ended=day,
        earliest=earliest,
    )
    assert (refused.nature, refused.entries) == ("rule", (6,))


def test_notice_given_on_the_last_of_a_month_runs_to_the_last_of_a_shorter_one() -> None:
    before = book(concluded(notice_months=3))
    given_on = {"notice_given_on": "2026-11-30"}
    before.when(terminate(effective="2027-02-27", **given_on)).then_rejected(
        "agreement.notice_too_short", earliest="2027-02-28"
    )
    before.when(terminate(effective="2027-02-28", **given_on)).decide()


def test_on_a_rough_date_only_notice_that_must_be_too_short_is_refused() -> None:
    before = book(concluded("2019-01-01", notice_months=12))
    for latest, fits in (("2020-12-31", False), ("2021-01-01", True)):
        rough = {"earliest": "2020-06-01", "latest": latest}
        sent = before.when(terminate(effective=rough, notice_given_on="2020-01-01", **IMPORTED))
        if fits:
            sent.decide()
        else:
            sent.then_rejected("agreement.notice_too_short", earliest="2021-01-01")


def test_a_source_need_not_show_notice_or_exit_plan() -> None:
    before = book(concluded("2020-01-01"))
    assert (
        before.when(terminate(notice_given_on="unknown")).then_rejected("agreement.notice_unknown").nature == "unknown"
    )
    assert before.when(terminate(exit_plan=None)).then_rejected("agreement.exit_plan_missing").nature == "rule"
    sent = terminate(notice_given_on="unknown", exit_plan=None, effective="2022-01-01", **IMPORTED)
    before.when(sent).then(
        terminated(notice_given_on="unknown", exit_plan=None),
        unverified=["agreement.notice_unknown", "agreement.exit_plan_missing"],
    )


def test_objections_to_an_end_come_in_order() -> None:
    before = book(
        concluded("2027-01-01", until=date(2027, 6, 30), notice_months=1),
        concluded(agreement_id="ended"),
        at("2026-11-01", terminated(agreement_id="ended")),
    )
    wrong: dict[str, Any] = {
        "agreement_id": "none",
        "by": {"kind": "member", "id": "midsund"},
        "effective": "2027-07-01",
        "notice_given_on": "2027-08-01",
        "exit_plan": None,
    }
    ladder: list[tuple[str, dict[str, Any]]] = [
        ("agreement.unknown_agreement", {"agreement_id": "ended"}),
        ("agreement.already_terminated", {"agreement_id": "sla"}),
        ("agreement.already_expired", {"effective": "2027-01-01"}),
        ("agreement.period_empty", {"effective": "2027-06-30"}),
        ("agreement.not_a_party", {"by": UNIT.model_dump()}),
        ("agreement.authority_unknown", {"basis": BASIS}),
        ("agreement.notice_after_end", {"notice_given_on": "unknown"}),
        ("agreement.notice_unknown", {"notice_given_on": "2027-06-30"}),
        ("agreement.notice_too_short", {"notice_given_on": "2027-05-30"}),
        ("agreement.exit_plan_missing", {"exit_plan": "Data leveres ut."}),
    ]
    natures = []
    for code, repair in ladder:
        natures.append(before.when(terminate(**wrong)).then_rejected(code).nature)
        wrong |= repair
    assert natures == [*["fact"] * 4, "rule", "unknown", "rule", "unknown", "rule", "rule"]
    before.when(terminate(**wrong)).decide()


def test_an_end_touches_the_agreement_and_whoever_ended_it() -> None:
    assert subjects(terminated()) == (Subject("agreement", "sla"), Subject("member", "aukra"))
    assert subjects(terminated(by=UNIT)) == (Subject("agreement", "sla"),)
