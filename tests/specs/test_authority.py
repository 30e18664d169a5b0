"""Granting authority: refusals in order of precedence, and what lies just on the right side of each."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.agreements import ServiceAgreementConcluded
from domain.authority import AuthorityGranted, Condition
from domain.bodies import BodyDissolved
from domain.collaboration import subjects
from domain.kernel import Subject
from domain.resolutions import MemberResolutionRecorded, ResolutionSubject
from domain.vocabulary import Holder, Limits, Scope
from tests.spec import At, Given, at, command, seal
from tests.specs.body_books import CLERK, COUNCIL, DEPUTY, MANAGER, SINCE, SOURCE, body, governed, granted, imported
from tests.specs.test_bodies import AUKRA_LEFT

BASIS = [{"kind": "charter", "ref": "v1"}]
AUKRA = Holder(kind="member", id="aukra")
WIDE: dict[str, Any] = {"powers": ("spend", "contract"), "depth": 2}


def grant(grantor: Holder = COUNCIL, grantee: Holder = MANAGER, **fields: Any) -> Any:
    """Returns a command to grant power to spend from 2023 to the end of 2024, on the charter."""
    known = {
        "grant_id": "g-new",
        "grantor": grantor.model_dump(),
        "grantee": grantee.model_dump(),
        "powers": ["spend"],
        "effective": "2023-01-01",
        "until": "2024-12-31",
        "basis": BASIS,
    }
    return command("authority.grant", **{**known, **fields})


def given_power(grantor: Holder = COUNCIL, grantee: Holder = MANAGER, **terms: Any) -> AuthorityGranted:
    """Returns the event the command leads to."""
    parent = None if grantor != MANAGER else "g-1"
    known: dict[str, Any] = {"powers": ("spend",), "until": date(2024, 12, 31), "parent_grant_id": parent, **terms}
    return AuthorityGranted(grant_id="g-new", grantor=grantor, grantee=grantee, **known)


RESOLVED = [{"kind": "resolution", "ref": "9"}]
"""The resolution `resolved` records first of all in a governed book."""


def resolved(member_id: str, grant_id: str = "g-new", outcome: Any = "adopted") -> At:
    """Returns a council's resolution on a grant."""
    subject = ResolutionSubject(kind="grant", ref=grant_id)
    return at(SINCE, MemberResolutionRecorded(member_id=member_id, council=member_id, subject=subject, outcome=outcome))


def held(**terms: Any) -> Given:
    """Returns a book in which the manager holds a grant that may be passed on."""
    return governed(granted("g-1", COUNCIL, MANAGER, **{**WIDE, **terms}))


def passed_on(**fields: Any) -> Any:
    """Returns a command by which the manager passes power on to the deputy."""
    return grant(MANAGER, DEPUTY, **fields)


# Accepted ---------------------------------------------------------------------------------


def test_the_top_body_grants_power_once() -> None:
    terms: dict[str, Any] = {"limits": Limits(per_act=100_00), "scope": Scope(members=("aukra",)), "depth": 1}
    sent = grant(limits={"per_act": 100_00}, scope={"members": ["aukra"]}, depth=1)
    after = governed().when(sent).then(given_power(**terms))
    days = ("2022-12-31", "2023-01-01", "2024-12-31", "2025-01-01")
    assert [after.state.authority.open_grants(date.fromisoformat(day)) for day in days] == [
        (),
        ("g-new",),
        ("g-new",),
        (),
    ]


def test_conditions_are_sealed() -> None:
    conditions = [{"kind": "other", "text": "Bare etter drøfting."}]
    event = given_power(conditions=(Condition(kind="other", text=seal("Bare etter drøfting.")),))
    governed().when(grant(conditions=conditions)).then(event)


def test_a_grant_touches_its_holders_members_and_agreements() -> None:
    condition = Condition(kind="service_level", agreement_id="sla-1")
    event = given_power(AUKRA, MANAGER, scope=Scope(members=("aukra", "molde")), conditions=(condition,))
    assert subjects(event) == (
        Subject("grant", "g-new"),
        Subject("member", "aukra"),
        Subject("office", "manager"),
        Subject("member", "molde"),
        Subject("agreement", "sla-1"),
    )
    whole = given_power(Holder(kind="collaboration", id="this"), COUNCIL)
    assert subjects(whole) == (Subject("grant", "g-new"), Subject("body", "council"))


def test_a_rough_grant_is_possible_before_it_is_certain() -> None:
    book = governed(granted("g-1", COUNCIL, MANAGER, day="2023-01-01", latest="2024-01-01", until=date(2025, 1, 1)))
    days = [date(2022, 12, 31), date(2023, 1, 1), date(2024, 1, 1), date(2025, 1, 1), date(2025, 1, 2)]
    readings = [book.state.authority.in_force(day) for day in days]
    assert [[grant.grant_id for grant in reading.certain] for reading in readings] == [[], [], ["g-1"], ["g-1"], []]
    assert [[grant.grant_id for grant in reading.possible] for reading in readings] == [[], ["g-1"], [], [], []]


# What contradicts the book ----------------------------------------------------------------


def test_a_grant_is_not_made_twice() -> None:
    sent = passed_on(grant_id="g-1", powers=["hire"])
    rejection = held().when(sent).then_rejected("authority.grant_exists", grant_id="g-1")
    assert (rejection.nature, rejection.entries) == ("fact", (9,))


@pytest.mark.parametrize("kind", ["member", "body", "office"])
def test_the_grantor_must_be_known(kind: Any) -> None:
    nobody = Holder(kind=kind, id="nobody")
    rejection = governed().when(grant(nobody, nobody)).then_rejected("authority.unknown_grantor", grantor="nobody")
    assert (rejection.nature, rejection.params["kind"]) == ("fact", kind)


def test_and_there_on_the_day() -> None:
    gone = (body("board", "board"), at("2023-01-01", BodyDissolved(body_id="board")))
    governed(*gone).when(grant(Holder(kind="body", id="board"))).then_rejected(
        "authority.unknown_grantor", on="2023-01-01"
    )
    sent = grant(AUKRA, effective="2024-01-01")
    governed(AUKRA_LEFT).when(sent).then_rejected("authority.unknown_grantor", grantor="aukra")
    governed(AUKRA_LEFT).when(grant(AUKRA, effective="2023-12-31")).then(given_power(AUKRA))


def test_the_grantee_must_be_known() -> None:
    sent = grant(grantee=Holder(kind="office", id="nobody"), scope={"members": ["vestnes"]})
    governed().when(sent).then_rejected("authority.unknown_grantee", grantee="nobody")
    early = grant(effective="2021-12-31")
    governed(body("board", "board", day="2021-06-01")).when(early).then_rejected("authority.unknown_grantor")


def test_nobody_grants_to_itself() -> None:
    governed().when(grant(COUNCIL, COUNCIL)).then_rejected("authority.grantee_is_grantor", grantor="council")


def test_a_holder_that_is_only_possible_passes_unverified_in_an_import() -> None:
    board = body("board", "board", day="2023-01-01")
    to_board = Holder(kind="body", id="board")
    rough = imported("2022-06-01", "2023-06-01")
    governed(board).when(grant(grantee=to_board, **rough)).then(
        given_power(grantee=to_board), unverified=["authority.holder_uncertain"]
    )
    sent = grant(AUKRA, effective={"earliest": "2023-06-01", "latest": "2024-06-01"})
    governed(AUKRA_LEFT).when(sent).then_rejected("authority.holder_uncertain", holders=["aukra"])


def test_only_members_are_in_scope() -> None:
    sent = grant(scope={"members": ["rauma", "aukra"]}, conditions=[{"kind": "service_level", "agreement_id": "none"}])
    rejection = governed().when(sent).then_rejected("authority.unknown_member", members=["rauma"])
    assert rejection.nature == "fact"
    rough = imported("2023-06-01", "2024-06-01")
    governed(AUKRA_LEFT).when(grant(scope={"members": ["aukra"]}, **rough)).then(
        given_power(scope=Scope(members=("aukra",))), unverified=["authority.member_uncertain"]
    )


def test_an_agreement_in_a_condition_must_be_known() -> None:
    conditions = [{"kind": "service_level", "agreement_id": "sla-1"}]
    sent = grant(conditions=conditions, basis=[{"kind": "decision", "ref": "d-1"}])
    governed().when(sent).then_rejected("authority.unknown_agreement", agreement_id="sla-1")


def test_a_decision_it_rests_on_must_be_known() -> None:
    sent = grant(basis=[{"kind": "decision", "ref": "d-1"}], until="2022-12-31")
    governed().when(sent).then_rejected("authority.basis_unknown", decision_id="d-1")


def test_a_grant_has_at_least_one_day() -> None:
    sent = grant(until="2022-12-31", powers=["individual_decision"])
    governed().when(sent).then_rejected("authority.period_empty", starts="2023-01-01", until="2022-12-31")
    governed().when(grant(until="2023-01-01")).then(given_power(until=date(2023, 1, 1)))


# What the legal form does not allow ------------------------------------------------------


@pytest.mark.parametrize("power", ["individual_decision", "regulation"])
@pytest.mark.parametrize(("legal_form", "law"), [("ko", "kommuneloven § 19-1"), ("ipr", "kommuneloven § 18-1")])
def test_a_council_or_task_community_makes_no_individual_decisions(legal_form: Any, law: str, power: str) -> None:
    book = governed(legal_form=legal_form)
    sent = grant(powers=["spend", power], scope={"case_types": ["internal", "building"]})
    rejection = book.when(sent).then_rejected("authority.power_not_allowed_for_form", powers=[power])
    assert (rejection.nature, rejection.law, rejection.entries) == ("rule", law, (1,))


def test_except_on_internal_matters_and_grant_schemes() -> None:
    scope = {"case_types": ["grants", "internal"]}
    governed().when(grant(powers=["individual_decision"], scope=scope)).then(
        given_power(powers=("individual_decision",), scope=Scope(case_types=("grants", "internal")))
    )
    nothing = grant(powers=["individual_decision"], scope={"case_types": []})
    governed().when(nothing).then_rejected("authority.power_not_allowed_for_form")


def test_a_host_may_be_given_them() -> None:
    book = governed(resolved("aukra"), legal_form="host_admin")
    sent = grant(AUKRA, powers=["individual_decision"], basis=RESOLVED)
    book.when(sent).then(given_power(AUKRA, powers=("individual_decision",)))
    rejection = governed(legal_form="informal").when(sent).then_rejected("authority.power_not_allowed_for_form")
    assert rejection.params["legal_form"] == "informal"


def test_before_the_founding_is_certain_the_form_is_unknown() -> None:
    early = body("group", "steering_group", day="2020-01-01")
    whole, group = Holder(kind="collaboration", id="this"), Holder(kind="body", id="group")
    sent = grant(whole, group, powers=["regulation"], effective="2020-12-31")
    governed(early).when(sent).then_rejected("authority.form_unknown", powers=["regulation"], on="2020-12-31")


# What the grantor does not hold -----------------------------------------------------------


def test_a_council_grants_nothing_over_other_members() -> None:
    rejection = (
        governed()
        .when(grant(AUKRA, scope={"members": ["aukra", "molde"]}))
        .then_rejected("authority.grants_for_other_members", members=["molde"])
    )
    assert rejection.law == "kommuneloven § 5-3"
    own = Scope(members=("aukra",))
    governed().when(grant(AUKRA, scope={"members": ["aukra"]})).then(given_power(AUKRA, scope=own))


def test_an_office_without_a_grant_passes_nothing_on() -> None:
    rejection = governed().when(passed_on()).then_rejected("authority.grantor_lacks_power", powers=["spend"])
    assert rejection.nature == "rule"


def test_nor_does_a_body_that_is_not_the_top_body() -> None:
    board = Holder(kind="body", id="board")
    book = governed(body("board", "board"))
    book.when(grant(board)).then_rejected("authority.grantor_lacks_power", grantor="board")
    book.and_(granted("g-1", COUNCIL, board, depth=1)).when(grant(board)).then(
        given_power(board, parent_grant_id="g-1")
    )


def test_money_follows_from_no_other_power() -> None:
    book = held(powers=("contract", "operate", "hire", "sign", "order"))
    book.when(passed_on(powers=["contract", "spend"])).then_rejected("authority.grantor_lacks_power", powers=["spend"])


def test_what_may_not_be_passed_on_is_not_passed_on() -> None:
    held(depth=0).when(passed_on()).then_rejected("authority.grantor_lacks_power", powers=["spend"])
    held(depth=1).when(passed_on()).then(given_power(MANAGER, DEPUTY))


def test_nor_what_has_ended_or_not_begun() -> None:
    ended = held(until=date(2022, 12, 31))
    ended.when(passed_on()).then_rejected("authority.grantor_lacks_power", powers=["spend"])
    later = held(day="2023-01-02")
    later.when(passed_on()).then_rejected("authority.grantor_lacks_power", powers=["spend"])
    held(day="2023-01-01").when(passed_on()).then(given_power(MANAGER, DEPUTY))


def test_powers_held_by_two_grants_are_not_passed_on_as_one() -> None:
    book = governed(
        granted("g-1", COUNCIL, MANAGER, powers=("spend",), depth=1),
        granted("g-2", COUNCIL, MANAGER, powers=("contract",), depth=1),
    )
    book.when(passed_on(powers=["spend", "contract"])).then_rejected(
        "authority.exceeds_grantor", grant_id="g-1", dimensions=["powers"]
    )


@pytest.mark.parametrize("dimension", ["services", "members", "law_refs", "case_types"])
def test_a_scope_is_not_widened(dimension: str) -> None:
    narrow = {"members": ("aukra",)} if dimension == "members" else {dimension: ("a", "b")}
    book = held(scope=Scope(**narrow))
    wider = ["aukra", "molde"] if dimension == "members" else ["a", "c"]
    for scope in ({dimension: wider}, {}):
        rejection = book.when(passed_on(scope=scope)).then_rejected("authority.exceeds_grantor", grant_id="g-1")
        assert (rejection.params["dimensions"], rejection.entries) == ([dimension], (9,))
    same = {dimension: list(narrow[dimension])}
    book.when(passed_on(scope=same)).then(given_power(MANAGER, DEPUTY, scope=Scope(**narrow)))


def test_what_a_council_granted_covers_its_own_municipality_only() -> None:
    book = governed(granted("g-1", AUKRA, MANAGER, depth=1))
    book.when(passed_on()).then_rejected("authority.exceeds_grantor", dimensions=["members"])
    book.when(passed_on(scope={"members": ["molde"]})).then_rejected(
        "authority.exceeds_grantor", dimensions=["members"]
    )
    own = Scope(members=("aukra",))
    book.when(passed_on(scope={"members": ["aukra"]})).then(given_power(MANAGER, DEPUTY, scope=own))


@pytest.mark.parametrize("ceiling", ["per_act", "per_year", "per_party"])
def test_a_ceiling_is_not_raised(ceiling: Any) -> None:
    book = held(limits=Limits(**{ceiling: 100_00}))
    for limits in ({ceiling: 100_01}, {}):
        book.when(passed_on(limits=limits)).then_rejected("authority.exceeds_grantor", dimensions=[ceiling])
    book.when(passed_on(limits={ceiling: 100_00})).then(
        given_power(MANAGER, DEPUTY, limits=Limits(**{ceiling: 100_00}))
    )


def test_a_period_is_not_lengthened() -> None:
    book = held(until=date(2024, 12, 31))
    for until in ("2025-01-01", None):
        sent = passed_on(until=until, review_on="2024-01-01")
        book.when(sent).then_rejected("authority.exceeds_grantor", dimensions=["period"])
    book.when(passed_on()).then(given_power(MANAGER, DEPUTY))


def test_each_passing_on_is_one_less() -> None:
    book = held(depth=2)
    book.when(passed_on(depth=2)).then_rejected("authority.exceeds_grantor", dimensions=["depth"])
    book.when(passed_on(depth=1)).then(given_power(MANAGER, DEPUTY, depth=1))


def test_a_service_level_that_bounds_the_grantor_bounds_the_grantee() -> None:
    level = Condition(kind="service_level", agreement_id="sla-1")
    provider = Holder(kind="collaboration", id="this")
    concluded = ServiceAgreementConcluded(agreement_id="sla-1", name="SLA", provider=provider, customers=("aukra",))
    book = held(conditions=(level,)).and_(at("2022-01-01", concluded))
    book.when(passed_on()).then_rejected("authority.exceeds_grantor", dimensions=["conditions"])
    sent = passed_on(conditions=[{"kind": "service_level", "agreement_id": "sla-1"}])
    book.when(sent).then(given_power(MANAGER, DEPUTY, conditions=(level,)))


def test_of_several_grants_the_nearest_is_named() -> None:
    book = held(scope=Scope(services=("a",)), limits=Limits(per_act=1)).and_(
        granted("g-2", COUNCIL, MANAGER, depth=2, limits=Limits(per_act=1))
    )
    book.when(passed_on(limits={"per_act": 2})).then_rejected(
        "authority.exceeds_grantor", grant_id="g-2", dimensions=["per_act"]
    )


def test_limits_the_source_does_not_show_pass_unverified() -> None:
    book = held(limits=Limits(per_act="unknown"))
    limits = {"per_act": 100_00}
    rejection = book.when(passed_on(limits=limits)).then_rejected(
        "authority.grantor_power_unknown", grant_id="g-1", dimensions=["per_act"]
    )
    assert rejection.nature == "unknown"
    sent = passed_on(limits=limits, mode="import", source=SOURCE)
    book.when(sent).then(
        given_power(MANAGER, DEPUTY, limits=Limits(per_act=100_00)), unverified=["authority.grantor_power_unknown"]
    )


def test_nor_can_a_grant_that_is_only_possible_be_passed_on_for_certain() -> None:
    book = held(day="2022-06-01", latest="2023-06-01")
    book.when(passed_on()).then_rejected("authority.grantor_power_unknown", dimensions=["period"])


# What it rests on -------------------------------------------------------------------------


def test_a_grant_rests_on_a_decision_a_resolution_the_charter_or_law() -> None:
    sent = grant(basis=[{"kind": "document", "ref": "Reglement"}], until=None)
    rejection = governed().when(sent).then_rejected("authority.basis_decision_missing", grant_id="g-new")
    assert rejection.nature == "unknown"


def test_a_grant_ends_or_is_reviewed() -> None:
    governed().when(grant(until=None)).then_rejected("authority.no_end_and_no_review_date", grant_id="g-new")
    reviewed = given_power(until=None, review_on=date(2025, 1, 1))
    governed().when(grant(until=None, review_on="2025-01-01")).then(reviewed)


def test_a_source_may_be_silent_on_both() -> None:
    sent = grant(until=None, basis=[], mode="import", source=SOURCE)
    unverified = ["authority.basis_decision_missing", "authority.no_end_and_no_review_date"]
    governed().when(sent).then(given_power(until=None), unverified=unverified)


def test_what_broke_a_rule_is_recorded_without_effect() -> None:
    sent = passed_on(mode="record", reason="Fullmakten ble gitt muntlig.")
    after = (
        governed()
        .when(sent)
        .then(given_power(MANAGER, DEPUTY, parent_grant_id=None), irregular=["authority.grantor_lacks_power"])
    )
    assert list(after.state.authority.held_by(CLERK, date(2023, 1, 1))) == []
    assert "g-new" not in after.state.authority.grants
