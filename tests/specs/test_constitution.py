"""Founding: refusals in order of precedence, what lies just on the right side of each, and what is known then."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.collaboration import subjects
from domain.constitution import CollaborationFounded, Constitution
from domain.kernel import Rejection, Subject
from domain.members import Party
from domain.rulebook import FORMS
from domain.vocabulary import LegalFormId
from tests.spec import Given, When, command, given, seal
from tests.specs.constitution_books import (
    ROR,
    SOURCE,
    clause,
    founded,
    in_force,
    parties,
    party,
    proposed,
    reformed,
    refusal,
)


def found(form: str = "iks", *members: str | Party, **fields: Any) -> When:
    """Returns a founding sent to an empty book, of Aukra and Molde unless others are named."""
    founders = [member.model_dump() for member in parties(*(members or ("aukra", "molde")))]
    sent = {"name": "Romsdal IKT", "legal_form": form, "founders": founders, "effective": "2021-03-01", **fields}
    return Given().when(command("collaboration.found", **sent))


def founding(form: str = "iks", *members: str | Party, **fields: Any) -> CollaborationFounded:
    """Returns the event a founding leads to."""
    known = {"name": "Romsdal IKT", "purpose": None, "legal_form": form, "founders": parties(*members), **fields}
    return CollaborationFounded.model_validate(known)


# What is accepted -------------------------------------------------------------------------


def test_a_collaboration_is_founded_once() -> None:
    after = found(purpose="Felles drift.").then(founding("iks", "aukra", "molde", purpose=seal("Felles drift.")))
    assert after.state.members.on(date(2021, 3, 1)) == ("aukra", "molde")
    assert after.state.members.on(date(2021, 2, 28)) == ()


def test_everything_said_of_it_is_kept() -> None:
    owner = party("molde", org_no="921221967", member_class="office", seats=2, votes=2)
    found(
        "ko",
        "aukra",
        owner,
        name="Romsdal IKT KO",
        own_legal_person=False,
        org_no="999999999",
        language="nn",
        reason_codes=["recruit_staff"],
    ).then(
        founding(
            "ko",
            "aukra",
            owner,
            name="Romsdal IKT KO",
            own_legal_person=False,
            org_no="999999999",
            language="nn",
            reason_codes=("recruit_staff",),
        )
    )


def test_the_founding_of_ror_ikt_in_2013_is_imported() -> None:
    found("historic_27", *ROR, name="ROR-IKT", effective="2013-09-26", mode="import", source=SOURCE).then(
        founding("historic_27", *ROR, name="ROR-IKT")
    )


def test_a_founding_touches_the_collaboration_and_each_founder() -> None:
    assert subjects(founding("iks", "aukra", "molde")) == (
        Subject("collaboration", "this"),
        Subject("member", "aukra"),
        Subject("member", "molde"),
    )


# What is refused, in order of precedence --------------------------------------------------


def test_before_the_founding_nothing_else_is_recorded() -> None:
    for sent in (
        command("charter.propose", charter_version="v1", kind="articles", legal_form="as"),
        command("member.admit", member_id="nesset", name="Nesset"),
        command("withdrawal_notice.give", member_id="nesset", departs_on="2027-01-01"),
    ):
        rejection = Given().when(sent).then_rejected("collaboration.not_founded")
        assert rejection.nature == "fact"


def test_a_book_has_one_founding() -> None:
    again = found("ipr", "aukra", "aukra").sent
    rejection = given(founded("iks", "aukra", "molde")).when(again).then_rejected("collaboration.already_founded")
    assert (rejection.nature, rejection.entries) == ("fact", (1,))


@pytest.mark.parametrize("mode", ["decide", "record", "import"])
def test_a_founder_is_listed_once(mode: str) -> None:
    refused = found("iks", "aukra", "molde", "aukra", mode=mode, source=SOURCE, reason="Fra papir.")
    assert refused.then_rejected("collaboration.founder_listed_twice", founders=["aukra"]).nature == "fact"


def test_it_takes_two() -> None:
    rejection = found("ipr", "aukra").then_rejected("collaboration.fewer_than_two_members", named=1, least=2)
    assert rejection.law == "kommuneloven § 18-1"
    assert found("as", "aukra").then_rejected("collaboration.fewer_than_two_members").law == "kommuneloven § 17-1"
    found("ipr", "aukra", "molde", name="Romsdal IPR").decide()


def test_customers_and_observers_do_not_count_among_the_two() -> None:
    customer = party("sunndal", member_class="external_customer")
    found("ipr", "aukra", customer).then_rejected("collaboration.fewer_than_two_members", named=1)


@pytest.mark.parametrize(
    ("form", "too_soon", "first"),
    [
        ("historic_27", "1992-12-31", "1993-01-01"),
        ("historic_28", "2006-12-31", "2007-01-01"),
        ("iks", "1999-12-31", "2000-01-01"),
        ("as", "1998-12-31", "1999-01-01"),
        ("ko", "2019-10-31", "2019-11-01"),
        ("ipr", "2019-10-31", "2019-11-01"),
        ("host_admin", "2019-10-31", "2019-11-01"),
        ("host_joint_board", "2019-10-31", "2019-11-01"),
    ],
)
def test_a_form_is_lawful_from_the_day_its_act_is_in_force(form: str, too_soon: str, first: str) -> None:
    name = {"ko": "Romsdal KO", "ipr": "Romsdal IPR"}.get(form, "Romsdal IKT")
    found(form, name=name, effective=too_soon).then_rejected(
        "collaboration.form_not_lawful", legal_form=form, on=too_soon
    )
    found(form, name=name, effective=first).decide()


@pytest.mark.parametrize("form", ["historic_27", "historic_28"])
def test_the_forms_of_the_1992_act_ended_with_it(form: LegalFormId) -> None:
    found(form, effective="2019-11-01").then_rejected("collaboration.form_not_lawful", window=FORMS[form].window)
    found(form, effective="2019-10-31").decide()


def test_a_rough_date_with_one_lawful_day_is_lawful() -> None:
    found("historic_27", effective={"earliest": "2019-10-31", "latest": "2020-12-31"}).decide()
    found("historic_27", effective={"earliest": "2019-11-01", "latest": "2020-12-31"}).then_rejected(
        "collaboration.form_not_lawful"
    )


def test_in_the_autumn_of_2019_the_book_cannot_tell_which_act_was_in_force() -> None:
    within = found("ko", name="Romsdal KO", effective="2019-10-20", mode="import", source=SOURCE)
    assert refusal(within, "decide").nature == "unknown"
    assert within.decide().ruling.unverified == ("collaboration.form_not_lawful",)
    before = found("ko", name="Romsdal KO", effective="2019-10-02", mode="import", source=SOURCE)
    assert before.then_rejected("collaboration.form_not_lawful").nature == "rule"


def test_the_name_shows_the_form() -> None:
    found("ko").then_rejected(
        "collaboration.name_lacks_form_marker",
        name="Romsdal IKT",
        words="kommunalt oppgavefellesskap",
        abbreviation="KO",
    )
    found("ipr", name="Romsdal KO").then_rejected("collaboration.name_lacks_form_marker", abbreviation="IPR")
    found("ko", name="Romsdal KO").decide()
    found("iks", name="Romsdal IKT").decide()


def test_in_an_iks_all_members_are_municipal() -> None:
    company = party("telenor", kind="company")
    found("iks", "aukra", "molde", company).then_rejected(
        "collaboration.iks_member_not_municipal", founders=["telenor"]
    )
    county, iks = party("more", kind="county"), party("rir", kind="iks")
    found("iks", "aukra", county, iks).decide()


def test_in_the_forms_of_kommuneloven_all_members_are_municipalities_and_counties() -> None:
    found("host_admin", "aukra", "molde", party("rir", kind="iks")).then_rejected(
        "collaboration.member_kind_not_allowed", founders=["rir"], legal_form="host_admin"
    )
    found("host_admin", "aukra", party("more", kind="county")).decide()
    found("as", "aukra", party("telenor", kind="company")).decide()


def test_a_customer_of_any_kind_may_stand_beside_the_founders_without_a_seat() -> None:
    seated = party("telenor", kind="company", member_class="external_customer", votes=1)
    found("iks", "aukra", "molde", seated).then_rejected(
        "collaboration.external_customer_cannot_hold_seat", founders=["telenor"]
    )
    found("iks", "aukra", "molde", seated.model_copy(update={"votes": 0})).decide()


def test_a_founding_on_paper_against_the_rules_is_recorded_without_effect() -> None:
    after = found("ko", "aukra", mode="record", reason="Stiftet uten råd.").then(
        founding("ko", "aukra"),
        irregular=["collaboration.fewer_than_two_members", "collaboration.name_lacks_form_marker"],
    )
    assert after.state.constitution == Constitution()
    assert after.state.members.on(date(2026, 11, 24)) == ()


# What the state knows ---------------------------------------------------------------------


def test_before_the_founding_there_is_no_form_and_no_charter() -> None:
    standing = given(founded("iks", "aukra", "molde")).state.constitution.standing(date(2019, 12, 31))
    assert (standing.form, standing.charter_version, standing.entry) == (None, None, None)
    assert dict(standing.clauses) == {}


def test_the_standing_of_a_day_names_form_charter_clauses_and_the_entries_they_rest_on() -> None:
    clauses = [clause("name"), clause("withdrawal", "")]
    book = given(founded("iks", "aukra", "molde"), proposed("iks", clauses=clauses), in_force(day="2020-06-01"))
    assert book.state.constitution.standing(date(2020, 5, 31)).charter_version is None
    after = book.state.constitution.standing(date(2020, 6, 1))
    assert after.form is not None
    assert (after.form.id, after.charter_version, after.entry, after.charter_entry) == ("iks", "v1", 1, 3)
    assert dict(after.clauses) == {"name": True, "withdrawal": False}


def test_the_form_of_a_day_is_the_one_taken_last() -> None:
    state = given(founded("iks", "aukra", "molde"), reformed("2022-01-01", "iks", "as")).state.constitution
    forms = [state.standing(day).form for day in (date(2021, 12, 31), date(2022, 1, 1))]
    assert [form and form.id for form in forms] == ["iks", "as"]


def test_a_rough_founding_does_not_outlast_a_change_of_form() -> None:
    book = given(
        founded("historic_27", *ROR, day="2013-06-18", latest="2026-05-02"),
        reformed("2021-01-01", "historic_27", "host_admin"),
    )
    form = book.state.constitution.standing(date(2026, 11, 24)).form
    assert form is not None
    assert form.id == "host_admin"


def test_nor_do_a_rough_name_and_a_rough_host() -> None:
    first: dict[str, Any] = {"name": "ROR-IKT KO", "host": "molde"}
    book = given(
        founded("historic_27", *ROR, day="2013-06-18", latest="2026-05-02"),
        reformed("2020-01-01", "historic_27", "host_admin", latest="2026-05-02", **first),
        reformed("2022-01-01", "host_admin", "host_joint_board", name="ROR-IKT", host="aukra"),
    )
    constitution = book.state.constitution
    assert constitution.name_on(date(2026, 11, 24)) == "ROR-IKT"
    assert constitution.hosts.certain(date(2026, 11, 24)) == "aukra"
    assert constitution.hosts.ever(date(2021, 12, 31)) == ("molde",)


def test_folding_never_fails_on_what_was_never_proposed() -> None:
    state = given(in_force("v9")).state.constitution
    assert state.charter_on(date(2026, 1, 1)) is None


def test_the_entries_of_a_rejection_are_sorted_and_each_named_once() -> None:
    assert Rejection("x.y", entries=(3, 1, 3)).entries == (1, 3)
