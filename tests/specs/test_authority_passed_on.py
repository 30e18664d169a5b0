"""Authority passed on: refusals in order of precedence, and what lies just on the right side of each."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.authority import AuthorityRevoked, AuthoritySubdelegated, AuthoritySuspended, Condition, chain_of
from domain.collaboration import subjects
from domain.dates import Interval
from domain.kernel import Subject
from domain.vocabulary import Holder, Limits, Scope
from tests.spec import At, Given, at, command, seal
from tests.specs.body_books import CLERK, COUNCIL, DEPUTY, MANAGER, SINCE, SOURCE, governed, granted

AUKRA = Holder(kind="member", id="aukra")


def pass_on(**fields: Any) -> Any:
    """Returns a command by which the manager passes power to spend on to the deputy, from 2023."""
    known = {
        "grant_id": "g-2",
        "parent_grant_id": "g-1",
        "grantee": DEPUTY.model_dump(),
        "powers": ["spend"],
        "effective": "2023-01-01",
    }
    return command("authority.subdelegate", **{**known, **fields})


def passed_on(**terms: Any) -> AuthoritySubdelegated:
    """Returns the event the command leads to."""
    known: dict[str, Any] = {"grant_id": "g-2", "parent_grant_id": "g-1", "grantor": MANAGER, "grantee": DEPUTY}
    return AuthoritySubdelegated(**{**known, "powers": ("spend",), **terms})


def held(*facts: At, **terms: Any) -> Given:
    """Returns a book in which the manager holds a grant that may be passed on."""
    return governed(granted("g-1", COUNCIL, MANAGER, **{"depth": 2, **terms}), *facts)


def links(book: Given, grant_id: str, day: str) -> tuple[tuple[str, ...], int]:
    """Returns the chain a grant rests on, and how strongly it holds."""
    grant = book.state.authority.grants[grant_id]
    chain = chain_of(book.state.authority, grant, Interval.exact(date.fromisoformat(day)))
    return tuple(link.grant_id for link in chain.links), chain.strength


# Accepted ---------------------------------------------------------------------------------


def test_part_of_a_grant_is_passed_on_once() -> None:
    after = held().when(pass_on(depth=1)).then(passed_on(depth=1))
    grant = after.state.authority.grants["g-2"]
    assert (grant.parent, grant.bound) == ("g-1", True)
    further = pass_on(grant_id="g-3", parent_grant_id="g-2", grantee=CLERK.model_dump())
    event = passed_on(grant_id="g-3", parent_grant_id="g-2", grantor=DEPUTY, grantee=CLERK)
    assert links(after.when(further).then(event), "g-3", "2023-01-01") == (("g-1", "g-2", "g-3"), 2)


def test_it_touches_its_parent_holders_members_and_agreements() -> None:
    condition = Condition(kind="other", text=seal("Etter drøfting."))
    event = passed_on(scope=Scope(members=("aukra",)), conditions=(condition,))
    assert subjects(event) == (
        Subject("grant", "g-2"),
        Subject("grant", "g-1"),
        Subject("office", "manager"),
        Subject("office", "deputy"),
        Subject("member", "aukra"),
    )


def test_it_stands_and_falls_with_its_parent_whatever_else_carries_it() -> None:
    book = held(granted("g-4", COUNCIL, MANAGER, depth=2)).when(pass_on()).then(passed_on())
    sent = command("authority.revoke", grant_id="g-1", effective="2027-01-01", acted_by={"body": "council"})
    after = book.when(sent).then(AuthorityRevoked(grant_id="g-1", cascade=("g-2",)))
    assert links(after, "g-2", "2026-12-31") == (("g-1", "g-2"), 2)
    assert links(after, "g-2", "2027-01-01") == (("g-1", "g-2"), 0)


def test_a_fact_about_a_parent_nobody_knows_is_no_chain() -> None:
    book = governed(at(SINCE, passed_on(parent_grant_id="g-9")))
    assert links(book, "g-2", "2023-01-01") == (("g-2",), 0)


# What contradicts the book ----------------------------------------------------------------


def test_the_parent_must_be_known() -> None:
    rejection = governed().when(pass_on()).then_rejected("authority.unknown_parent", grant_id="g-1")
    assert rejection.nature == "fact"


def test_an_id_is_used_once() -> None:
    rejection = held().when(pass_on(grant_id="g-1")).then_rejected("authority.grant_exists", grant_id="g-1")
    assert rejection.nature == "fact"


def test_the_named_must_be_there_as_for_any_grant() -> None:
    book = held()
    nobody = {"kind": "office", "id": "nobody"}
    book.when(pass_on(grantee=nobody)).then_rejected("authority.unknown_grantee", grantee="nobody")
    book.when(pass_on(scope={"members": ["vestnes"]})).then_rejected("authority.unknown_member", members=["vestnes"])
    early = pass_on(until="2022-12-31")
    book.when(early).then_rejected("authority.period_empty", until="2022-12-31")
    book.when(pass_on(until="2023-01-01")).then(passed_on(until=date(2023, 1, 1)))


# What law or the chain does not allow -----------------------------------------------------


def test_power_never_goes_back_up() -> None:
    council = pass_on(grantee=COUNCIL.model_dump(), depth=2)
    rejection = held().when(council).then_rejected("authority.cycle", grantee="council", grant_id="g-1")
    assert (rejection.nature, rejection.entries) == ("rule", (9,))
    below = held(at(SINCE, passed_on(depth=1)))
    back = pass_on(grant_id="g-3", parent_grant_id="g-2", grantee=MANAGER.model_dump())
    below.when(back).then_rejected("authority.cycle", grantee="manager")


def test_what_is_suspended_taken_back_or_not_begun_is_not_passed_on() -> None:
    suspended = held(at("2023-01-01", AuthoritySuspended(grant_id="g-1", until=date(2023, 1, 31))))
    rejection = suspended.when(pass_on(depth=2)).then_rejected("authority.parent_inactive", grant_id="g-1", link="g-1")
    assert (rejection.nature, rejection.entries) == ("rule", (9, 10))
    suspended.when(pass_on(effective="2023-02-01")).then(passed_on())
    gone = held(at("2023-01-01", AuthorityRevoked(grant_id="g-1")))
    gone.when(pass_on()).then_rejected("authority.parent_inactive", on="2023-01-01")
    later = held(day="2023-01-02")
    later.when(pass_on()).then_rejected("authority.parent_inactive")
    held(day="2023-01-01").when(pass_on()).then(passed_on())


def test_nor_what_rests_on_a_link_that_is_suspended() -> None:
    book = held(at(SINCE, passed_on(depth=1)), at("2023-01-01", AuthoritySuspended(grant_id="g-1")))
    sent = pass_on(grant_id="g-3", parent_grant_id="g-2", grantee=CLERK.model_dump())
    book.when(sent).then_rejected("authority.parent_inactive", grant_id="g-2", link="g-1")


def test_a_parent_that_is_only_possible_passes_unverified_in_an_import() -> None:
    book = held(day="2022-06-01", latest="2023-06-01")
    rejection = book.when(pass_on()).then_rejected("authority.parent_uncertain", link="g-1")
    assert rejection.nature == "unknown"
    book.when(pass_on(mode="import", source=SOURCE)).then(
        passed_on(), unverified=["authority.parent_uncertain", "authority.grantor_power_unknown"]
    )


def test_the_legal_form_binds_the_sub_delegate_too() -> None:
    book = held(powers=("individual_decision",))
    sent = pass_on(powers=["individual_decision"])
    book.when(sent).then_rejected("authority.power_not_allowed_for_form", powers=["individual_decision"])


def test_what_may_not_be_passed_on_is_not() -> None:
    rejection = held(depth=0).when(pass_on(powers=["hire"])).then_rejected("authority.not_redelegable", grant_id="g-1")
    assert (rejection.nature, rejection.entries) == ("rule", (9,))
    held(depth=1).when(pass_on()).then(passed_on())


def test_each_level_is_one_less() -> None:
    held().when(pass_on(depth=2, powers=["hire"])).then_rejected("authority.depth_exhausted", depth=2, most=1)
    held().when(pass_on(depth=1)).then(passed_on(depth=1))


@pytest.mark.parametrize(
    ("held_terms", "sent", "dimension"),
    [
        ({}, {"powers": ["spend", "contract"]}, "powers"),
        ({"scope": Scope(services=("a",))}, {}, "services"),
        ({"scope": Scope(members=("aukra",))}, {"scope": {"members": ["molde"]}}, "members"),
        ({"scope": Scope(law_refs=("l",))}, {}, "law_refs"),
        ({"scope": Scope(case_types=("c",))}, {"scope": {"case_types": ["d"]}}, "case_types"),
        ({"limits": Limits(per_act=100_00)}, {"limits": {"per_act": 100_01}}, "per_act"),
        ({"limits": Limits(per_year=100_00)}, {"limits": {"per_year": 100_01}}, "per_year"),
        ({"limits": Limits(per_party=100_00)}, {}, "per_party"),
        ({"until": date(2023, 12, 31)}, {"until": "2024-01-01"}, "period"),
        ({"conditions": (Condition(kind="service_level", agreement_id="sla-1"),)}, {}, "conditions"),
    ],
)
def test_a_part_is_no_wider_than_the_whole(held_terms: Any, sent: Any, dimension: str) -> None:
    rejection = held(**held_terms).when(pass_on(**sent)).then_rejected("authority.not_a_subset", grant_id="g-1")
    assert (rejection.nature, rejection.entries, rejection.params["dimensions"]) == ("rule", (9,), [dimension])


def test_every_dimension_it_goes_past_is_named() -> None:
    book = held(scope=Scope(services=("a",)), limits=Limits(per_act=1), until=date(2023, 12, 31))
    book.when(pass_on(powers=["hire"])).then_rejected(
        "authority.not_a_subset", dimensions=["powers", "services", "per_act", "period"]
    )


def test_just_as_wide_is_no_wider() -> None:
    terms: dict[str, Any] = {"scope": Scope(services=("a",)), "limits": Limits(per_act=1), "until": date(2023, 12, 31)}
    sent = pass_on(scope={"services": ["a"]}, limits={"per_act": 1}, until="2023-12-31")
    held(**terms).when(sent).then(passed_on(**terms))


def test_limits_the_source_does_not_show_pass_unverified() -> None:
    book = held(limits=Limits(per_act="unknown"))
    sent = pass_on(limits={"per_act": 1})
    book.when(sent).then_rejected("authority.grantor_power_unknown", grantor="manager", dimensions=["per_act"])
    told = pass_on(limits={"per_act": 1}, mode="import", source=SOURCE)
    book.when(told).then(passed_on(limits=Limits(per_act=1)), unverified=["authority.grantor_power_unknown"])


def test_what_broke_a_rule_is_recorded_without_effect() -> None:
    book = held(depth=0)
    sent = pass_on(mode="record", reason="Gitt muntlig.")
    after = book.when(sent).then(passed_on(), irregular=["authority.not_redelegable"])
    assert "g-2" not in after.state.authority.grants
