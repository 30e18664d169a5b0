"""The rulebook: when each legal form was there to take, what its charter must hold, and where one can go from it."""

from __future__ import annotations

import json
from datetime import date
from typing import get_args

import pytest

from domain.dates import FIRST_DAY, LAST_DAY, Interval
from domain.rulebook import FORMS, TRANSITIONS, form_row, form_table, transition
from domain.vocabulary import BodyKind, LegalFormId, MemberKind

ALWAYS = Interval(earliest=FIRST_DAY, latest=LAST_DAY)


def day(text: str) -> Interval:
    return Interval.exact(date.fromisoformat(text))


def keys(form: LegalFormId, on: str, *has: str) -> list[str]:
    return [demand.key for demand in FORMS[form].demanded(has, day(on))]


def test_every_legal_form_has_its_row() -> None:
    assert set(FORMS) == set(get_args(LegalFormId))
    assert [form.id for form in FORMS.values()] == list(FORMS)


@pytest.mark.parametrize(
    ("form", "first", "last"),
    [
        ("informal", FIRST_DAY, LAST_DAY),
        ("historic_27", date(1993, 1, 1), date(2019, 10, 31)),
        ("historic_28", date(2007, 1, 1), date(2019, 10, 31)),
        ("ipr", date(2019, 11, 1), LAST_DAY),
        ("ko", date(2019, 11, 1), LAST_DAY),
        ("host_admin", date(2019, 11, 1), LAST_DAY),
        ("host_joint_board", date(2019, 11, 1), LAST_DAY),
        ("purchase", FIRST_DAY, LAST_DAY),
        ("iks", date(2000, 1, 1), LAST_DAY),
        ("as", date(1999, 1, 1), LAST_DAY),
        ("association", FIRST_DAY, LAST_DAY),
        ("cooperative", FIRST_DAY, LAST_DAY),
    ],
)
def test_a_form_is_there_from_its_first_day_to_its_last(form: LegalFormId, first: date, last: date) -> None:
    assert FORMS[form].available(Interval.exact(first)) == "yes"
    assert FORMS[form].available(Interval.exact(last)) == "yes"
    if first > FIRST_DAY:
        assert FORMS[form].available(Interval.exact(date.fromordinal(first.toordinal() - 1))) != "yes"
    if last < LAST_DAY:
        assert FORMS[form].available(Interval.exact(date.fromordinal(last.toordinal() + 1))) == "no"


def test_one_day_of_a_rough_date_is_enough() -> None:
    around = Interval(earliest=date(2019, 1, 1), latest=date(2019, 12, 31))
    assert FORMS["historic_27"].available(around) == "yes"
    assert FORMS["ko"].available(around) == "yes"


@pytest.mark.parametrize("form", ["ipr", "ko", "host_admin", "host_joint_board"])
def test_in_the_autumn_of_2019_it_hangs_on_each_council_s_first_meeting(form: LegalFormId) -> None:
    assert FORMS[form].available(day("2019-10-02")) == "no"
    assert FORMS[form].available(day("2019-10-03")) == "unknown"
    assert FORMS[form].available(day("2019-10-31")) == "unknown"
    assert FORMS[form].available(day("2019-11-01")) == "yes"
    assert FORMS[form].available(Interval(earliest=date(2019, 9, 1), latest=date(2019, 10, 3))) == "unknown"


def test_the_days_of_a_form_are_shown_as_first_and_last() -> None:
    assert FORMS["historic_27"].window == "1993-01-01 – 2019-10-31"
    assert FORMS["ko"].window == "2019-11-01 –"


def test_the_clauses_of_kommuneloven_18_4() -> None:
    assert keys("ipr", "2025-12-31") == [
        "name",
        "legal_personality",
        "seats",
        "matters",
        "authority",
        "shares_and_liability",
        "withdrawal",
        "dissolution",
    ]


def test_the_clauses_of_kommuneloven_19_4() -> None:
    assert keys("ko", "2025-12-31") == [
        "name",
        "legal_personality",
        "seats",
        "tasks_and_authority",
        "contributions",
        "shares_and_liability",
        "borrowing",
        "reporting",
        "withdrawal",
        "dissolution",
    ]


def test_the_clauses_of_kommuneloven_20_4_and_the_seats_of_a_joint_board() -> None:
    host = keys("host_admin", "2025-12-31")
    assert host == [
        "parties",
        "host",
        "tasks_and_authority",
        "transfer_date",
        "notification",
        "settlement",
        "withdrawal",
        "dissolution",
    ]
    assert keys("host_joint_board", "2025-12-31") == [*host, "seats"]


def test_the_clauses_of_iks_loven_4() -> None:
    assert keys("iks", "2026-11-24") == [
        "name",
        "parties",
        "purpose",
        "head_office",
        "board_size",
        "contributions",
        "shares_and_liability",
        "seats",
    ]


def test_an_iks_that_may_borrow_has_a_ceiling() -> None:
    assert "loan_ceiling" not in keys("iks", "2026-11-24", "name")
    assert "loan_ceiling" in keys("iks", "2026-11-24", "borrowing")


def test_the_clauses_of_27_in_the_act_of_1992() -> None:
    assert keys("historic_27", "2013-06-18") == [
        "board_composition",
        "field_of_work",
        "contributions",
        "borrowing",
        "withdrawal",
        "dissolution",
    ]


@pytest.mark.parametrize("form", get_args(LegalFormId))
def test_from_2026_those_who_share_a_system_agree_who_answers_for_its_documentation(form: LegalFormId) -> None:
    shares = form in {"ipr", "ko", "host_admin", "host_joint_board"}
    assert "documentation_responsibility" not in keys(form, "2025-12-31")
    assert ("documentation_responsibility" in keys(form, "2026-01-01")) is shares


@pytest.mark.parametrize(
    "name",
    [
        "Romsdal interkommunalt politisk råd",
        "INTERKOMMUNALT POLITISK RÅD for Romsdal",
        "Interkommunalt  politisk råd",
        "Romsdal IPR",
        "IPR-Romsdal",
    ],
)
def test_these_names_show_an_ipr(name: str) -> None:
    marker = FORMS["ipr"].name_marker
    assert marker is not None
    assert marker.marks(name)


@pytest.mark.parametrize(
    "name", ["Romsdal regionråd", "Romsdal ipr", "ROMSDALIPR", "IPRO", "Romsdal KO", "Politisk råd"]
)
def test_these_names_show_no_ipr(name: str) -> None:
    marker = FORMS["ipr"].name_marker
    assert marker is not None
    assert not marker.marks(name)


@pytest.mark.parametrize(
    "name",
    ["IKT Agder KO", "Kommunalt oppgavefellesskap Agder", "Nordhordland kommunalt oppgåvefellesskap", "KO (IKT)"],
)
def test_these_names_show_a_ko(name: str) -> None:
    marker = FORMS["ko"].name_marker
    assert marker is not None
    assert marker.marks(name)


@pytest.mark.parametrize("name", ["IKT Agder", "Ku og ko", "KOM IKT", "Oppgavefellesskapet Agder", "Agder IPR"])
def test_these_names_show_no_ko(name: str) -> None:
    marker = FORMS["ko"].name_marker
    assert marker is not None
    assert not marker.marks(name)


def test_only_the_two_forms_of_chapters_18_and_19_must_show_in_the_name() -> None:
    assert {form.id for form in FORMS.values() if form.name_marker} == {"ipr", "ko"}


@pytest.mark.parametrize(
    ("from_form", "targets"),
    [
        ("informal", set(get_args(LegalFormId)) - {"informal"}),
        ("historic_27", {"ipr", "ko", "historic_28", "host_admin", "host_joint_board", "iks", "as"}),
        ("historic_28", {"host_admin", "host_joint_board"}),
        ("host_admin", {"host_joint_board"}),
        ("host_joint_board", {"host_admin"}),
        ("iks", {"as"}),
        ("ipr", set()),
        ("ko", set()),
        ("purchase", set()),
        ("as", set()),
        ("association", set()),
        ("cooperative", set()),
    ],
)
def test_the_table_of_transitions(from_form: LegalFormId, targets: set[str]) -> None:
    assert {to_form for form, to_form in TRANSITIONS if form == from_form} == targets


def test_a_board_under_27_is_converted_by_31_2() -> None:
    way = transition("historic_27", "ko")
    assert way is not None
    assert way.law == "kommuneloven § 31-2"
    assert not way.needs_transfer_list


def test_an_iks_becomes_a_company_only_with_a_list_of_what_passes_to_whom() -> None:
    way = transition("iks", "as")
    assert way is not None
    assert way.needs_transfer_list
    assert [key for key, other in TRANSITIONS.items() if other.needs_transfer_list] == [("iks", "as")]


def test_a_top_body_is_one_of_the_bodies_its_form_may_have() -> None:
    for form in FORMS.values():
        assert form.top_body is None or form.top_body in form.body_kinds
        assert form.body_kinds <= set(get_args(BodyKind))
        assert form.min_seats_per_member == 0 or form.top_body is not None


@pytest.mark.parametrize(
    ("form", "top_body", "seats"),
    [
        ("ipr", "council_of_representatives", 1),
        ("ko", "council_of_representatives", 1),
        ("iks", "council_of_representatives", 1),
        ("host_joint_board", "joint_board", 2),
        ("host_admin", None, 0),
        ("historic_27", "board", 0),
        ("as", "general_meeting", 0),
    ],
)
def test_the_top_body_and_each_member_s_seats_in_it(form: LegalFormId, top_body: BodyKind | None, seats: int) -> None:
    assert (FORMS[form].top_body, FORMS[form].min_seats_per_member) == (top_body, seats)


def test_members_are_liable_without_limit_in_an_ipr_a_ko_and_an_iks() -> None:
    assert {form.id for form in FORMS.values() if form.unlimited_liability} == {"ipr", "ko", "iks"}


def test_an_ipr_and_a_ko_make_no_individual_decisions_but_on_their_own_affairs() -> None:
    assert {form.id for form in FORMS.values() if form.individual_decisions == "internal_only"} == {
        "ipr",
        "ko",
        "historic_27",
    }
    assert FORMS["informal"].individual_decisions == "none"
    assert FORMS["host_admin"].individual_decisions == "delegated"


def test_only_an_ipr_and_a_ko_have_a_budget_of_their_own_within_the_members_frames() -> None:
    assert {form.id for form in FORMS.values() if form.frames_from_members} == {"ipr", "ko"}


def test_an_iks_may_be_a_member_of_an_iks_and_of_no_form_of_kommuneloven() -> None:
    assert sorted(FORMS["iks"].member_kinds or ()) == ["county", "iks", "municipality"]
    assert sorted(FORMS["ko"].member_kinds or ()) == ["county", "municipality"]
    assert FORMS["as"].member_kinds is None
    for form in FORMS.values():
        assert form.member_kinds is None or form.member_kinds <= set(get_args(MemberKind))


def test_where_the_act_names_a_year_s_notice() -> None:
    rules = {form.id: form.withdrawal for form in FORMS.values() if form.withdrawal != "unregulated"}
    assert rules == {
        "historic_27": "one_year_unless_agreed",
        "historic_28": "one_year_unless_agreed",
        "host_admin": "one_year_unless_agreed",
        "host_joint_board": "one_year_unless_agreed",
        "iks": "one_year_unless_agreed",
        "ipr": "as_charter_says",
        "ko": "as_charter_says",
    }


def test_every_demand_and_transition_names_its_law() -> None:
    for form in FORMS.values():
        assert form.law
        assert all(demand.law for demand in form.demanded({"borrowing"}, ALWAYS))
        assert (form.withdrawal == "unregulated") == (form.withdrawal_law is None)
    assert all(way.law for way in TRANSITIONS.values())


# The table ---------------------------------------------------------------------------------


def test_the_table_has_a_row_for_every_form_and_is_plain_json() -> None:
    rows = form_table()
    assert [row["id"] for row in rows] == list(FORMS)
    assert json.loads(json.dumps(rows)) == list(rows)
    assert {tuple(row) for row in rows} == {tuple(rows[0])}


@pytest.mark.parametrize(
    ("form", "person", "assets", "control", "exclusion", "ending", "notice"),
    [
        ("informal", "never", "the_members", "unregulated", "unregulated", "unregulated", None),
        ("ipr", "charter_says", "its_own_if_a_person", "each_member", "as_charter_says", "as_charter_says", None),
        ("ko", "charter_says", "its_own_if_a_person", "each_member", "as_charter_says", "as_charter_says", None),
        ("host_admin", "never", "the_host", "host", "unregulated", "all_councils", "county_governor"),
        ("host_joint_board", "never", "the_host", "host", "unregulated", "all_councils", "county_governor"),
        ("iks", "always", "its_own", "each_member", "unanimous_others", "all_councils", "business_register"),
        ("as", "always", "its_own", "each_member", "by_court", "general_meeting", "business_register"),
    ],
)
def test_what_each_act_says_of_person_assets_control_and_end(
    form: LegalFormId, person: str, assets: str, control: str, exclusion: str, ending: str, notice: str | None
) -> None:
    row = form_row(form)
    assert (row["legal_person"], row["assets"]) == (person, assets)
    rules = [row[name]["rule"] for name in ("control", "exclusion", "dissolution", "notice_to")]
    assert rules == [control, exclusion, ending, notice]


@pytest.mark.parametrize(("form", "per_seat"), [("ipr", 1), ("ko", 1), ("iks", 2), ("host_joint_board", 0)])
def test_deputies_for_each_seat_in_the_top_body(form: LegalFormId, per_seat: int) -> None:
    assert form_row(form)["top_body"]["deputies_per_seat"] == per_seat == FORMS[form].deputies_per_seat


def test_only_the_acts_that_say_so_have_the_charter_name_who_keeps_the_archive() -> None:
    assert {form.id: form.archive_law for form in FORMS.values() if form.archive_clause} == {
        "ipr": "kommuneloven § 18-4",
        "ko": "kommuneloven § 19-4",
    }


def test_top_bodies_meet_in_public_where_an_act_says_so() -> None:
    assert {form.id: form.openness_law for form in FORMS.values() if form.openness_law} == {
        "ipr": "kommuneloven § 11-5",
        "ko": "kommuneloven § 11-5",
        "host_joint_board": "kommuneloven § 11-5",
        "iks": "IKS-loven § 8 a",
    }


def test_the_documentation_moves_where_another_body_takes_over() -> None:
    moved = {(way.from_form, way.to_form) for way in TRANSITIONS.values() if way.moves_archive}
    assert moved == {
        ("iks", "as"),
        *(("historic_27", to) for to in ("historic_28", "host_admin", "host_joint_board", "iks", "as")),
    }
