"""What a merger does to services and agreements: successors stand where their predecessors did."""

from __future__ import annotations

from datetime import date

from domain.agreements import Agreements
from domain.members import MemberSucceeded, Party, Succession
from domain.vocabulary import Holder
from tests.spec import At, at
from tests.specs.agreement_books import book, concluded, service

MOLDE = Holder(kind="member", id="molde")
NEW_MOLDE = Holder(kind="member", id="molde-2020")


def merged(
    day: str = "2020-01-01",
    latest: str | None = None,
    agreements: tuple[str, ...] = ("sla",),
    services: tuple[str, ...] = (),
) -> At:
    """Returns that Midsund and Molde became the new Molde, with these agreements and services mapped."""
    event = MemberSucceeded(
        predecessors=("midsund", "molde"),
        successors=(Party(member_id="molde-2020", name="Molde"),),
        cause="merger",
        mapping=Succession(agreements=agreements, services=services),
    )
    return at(day, event, latest)


ALL = ["aukra", "midsund", "molde"]
AFTER = ("aukra", "molde-2020")


def customers(agreements: Agreements, day: str, agreement_id: str = "sla") -> tuple[tuple[str, ...], ...]:
    """Returns the customers that certainly hold on a day, then those that possibly do."""
    return agreements.agreements[agreement_id].customers.ever(date.fromisoformat(day))


def test_the_successor_takes_the_predecessors_place_once_from_the_day() -> None:
    agreements = book(concluded("2014-01-01", customers=ALL, provider=MOLDE), merged()).state.agreements
    assert customers(agreements, "2019-12-31") == (("aukra", "midsund", "molde"),)
    assert customers(agreements, "2020-01-01") == (AFTER,)
    provider = agreements.agreements["sla"].provider
    assert [provider.certain(date(2019, 12, 31)), provider.certain(date(2020, 1, 1))] == [MOLDE, NEW_MOLDE]


def test_only_mapped_agreements_change() -> None:
    facts = (concluded("2014-01-01", customers=ALL), concluded("2014-01-01", customers=ALL, agreement_id="other"))
    agreements = book(*facts, merged(agreements=("other", "unheard-of"))).state.agreements
    assert customers(agreements, "2020-01-01") == (("aukra", "midsund", "molde"),)
    assert customers(agreements, "2020-01-01", "other") == (AFTER,)


def test_an_agreement_without_the_predecessors_is_left_alone() -> None:
    facts = (concluded("2014-01-01", customers=["aukra"]), merged())
    agreement = book(*facts).state.agreements.agreements["sla"]
    assert [mark.number for mark in agreement.customers.marks] == [6]
    assert [mark.number for mark in agreement.provider.marks] == [6]


def test_the_successor_uses_the_mapped_services_in_the_predecessors_place() -> None:
    unmapped = service("phone", "2014-01-01", "midsund")
    services = book(unmapped, merged(services=("desk", "mail", "unheard-of"))).state.agreements.services
    assert services["desk"].consumers.certain(date(2019, 12, 31)) == ("aukra", "midsund")
    assert services["desk"].consumers.certain(date(2020, 1, 1)) == AFTER
    assert [mark.number for mark in services["mail"].consumers.marks] == [5]
    assert services["phone"].consumers.certain(date(2020, 1, 1)) == ("midsund",)


def test_a_rough_succession_is_possible_before_it_is_certain() -> None:
    agreements = book(concluded("2014-01-01", customers=ALL), merged("2020-01-01", "2020-06-30")).state.agreements
    assert customers(agreements, "2020-02-01") == (("aukra", "midsund", "molde"), AFTER)
    assert customers(agreements, "2020-06-30") == (AFTER,)


def test_nothing_is_succeeded_to_before_it_began() -> None:
    agreements = book(concluded("2021-01-01", customers=ALL), merged()).state.agreements
    assert customers(agreements, "2020-12-31") == ()
    assert customers(agreements, "2021-01-01") == (AFTER,)
    rough = book(concluded("2019-01-01", "2021-01-01", customers=ALL), merged()).state.agreements
    assert customers(rough, "2019-06-01") == (("aukra", "midsund", "molde"),)
    assert customers(rough, "2020-06-01") == (("aukra", "midsund", "molde"), AFTER)
    assert customers(rough, "2021-01-01") == (AFTER,)


def test_a_succession_recorded_late_reaches_what_was_laid_down_for_later() -> None:
    split = MemberSucceeded(
        predecessors=("aukra",),
        successors=(Party(member_id="gossa", name="Gossa"), Party(member_id="julsund", name="Julsund")),
        cause="split",
        mapping=Succession(agreements=("sla",)),
    )
    facts = (concluded("2014-01-01", customers=ALL), at("2024-01-01", split), merged())
    agreements = book(*facts).state.agreements
    assert customers(agreements, "2023-12-31") == (AFTER,)
    assert customers(agreements, "2024-01-01") == (("gossa", "julsund", "molde-2020"),)


def test_one_succession_follows_another() -> None:
    renamed = MemberSucceeded(
        predecessors=("molde-2020",),
        successors=(Party(member_id="molde-2025", name="Molde"),),
        cause="change_of_name",
        mapping=Succession(agreements=("sla",)),
    )
    agreements = book(concluded("2014-01-01", customers=ALL), merged(), at("2025-01-01", renamed)).state.agreements
    assert customers(agreements, "2024-12-31") == (AFTER,)
    assert customers(agreements, "2025-01-01") == (("aukra", "molde-2025"),)


def test_a_body_that_shares_its_id_with_a_predecessor_is_no_predecessor() -> None:
    body = Holder(kind="body", id="molde")
    agreement = book(concluded("2014-01-01", provider=body), merged()).state.agreements.agreements["sla"]
    assert agreement.provider.ever(date(2020, 1, 1)) == (body,)


def test_a_rough_later_succession_keeps_its_place() -> None:
    left = MemberSucceeded(
        predecessors=("aukra",),
        successors=(Party(member_id="gossa", name="Gossa"),),
        cause="change_of_name",
        mapping=Succession(agreements=("sla",)),
    )
    rough = at("2019-01-01", left, "2024-01-01")
    agreements = book(concluded("2014-01-01", customers=ALL), rough, merged()).state.agreements
    assert customers(agreements, "2019-12-31") == (("aukra", "midsund", "molde"), ("gossa", "molde-2020"))
    assert customers(agreements, "2020-01-01") == (AFTER, ("gossa", "molde-2020"))
    assert customers(agreements, "2024-01-01") == (("gossa", "molde-2020"),)
