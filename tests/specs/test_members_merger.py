"""A merger in full: shares, seats, grants, agreements and services follow exactly, and nothing is lost on the way."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.agreements import ServiceAgreementConcluded, ServiceRegistered
from domain.authority import AuthorityGranted, AuthorityRevoked
from domain.bodies import BodyEstablished
from domain.collaboration import subjects
from domain.kernel import Subject
from domain.members import MemberShare, MemberSucceeded, SharesRestated, Succession
from domain.text import Share
from domain.vocabulary import Holder, SeatAllotment
from tests.spec import At, Given, When, at, command, given
from tests.specs.constitution_books import SOURCE, founded, party, refusal

PAIR = ("midsund", "molde")
MEMBERS = ("aukra", *PAIR)
DAY = "2025-01-01"
AFTER = date(2025, 1, 1)
BEFORE = date(2024, 12, 31)
THIS = Holder(kind="collaboration", id="this")
MOLDE = Holder(kind="member", id="molde")


def share(member_id: str, numerator: int, denominator: int) -> dict[str, Any]:
    """Returns what a member owns, as a client sends it."""
    return {"member_id": member_id, "share": {"numerator": numerator, "denominator": denominator}}


def owning(*shares: dict[str, Any], version: str = "a-1", day: str = "2021-01-01", liability: Any = None) -> At:
    """Returns shares laid down."""
    owned = tuple(MemberShare.model_validate(one) for one in shares)
    liable = None if liability is None else tuple(MemberShare.model_validate(one) for one in liability)
    return at(day, SharesRestated(shares_version=version, shares=owned, liability=liable))


SHARES = owning(share("aukra", 1, 7), share("midsund", 2, 7), share("molde", 4, 7))


def granted(grant_id: str, grantee: Holder = MOLDE, latest: str | None = None) -> At:
    """Returns a grant by the collaboration as a whole."""
    event = AuthorityGranted(grant_id=grant_id, grantor=THIS, grantee=grantee, powers=("operate",))
    return at("2021-01-01", event, latest)


def agreement(agreement_id: str, *customers: str) -> At:
    """Returns an agreement the collaboration delivers by."""
    event = ServiceAgreementConcluded(
        agreement_id=agreement_id, name="Drift", provider=THIS, customers=customers, services=("nett",)
    )
    return at("2021-01-01", event)


def service(service_id: str, *consumers: str) -> At:
    """Returns a service these use."""
    event = ServiceRegistered(
        service_id=service_id, name="Nett", group="operations", owner_office="unknown", consumers=consumers
    )
    return at("2021-01-01", event)


def merge(told: Given, *successors: str, cause: str = "merger", before: tuple[str, ...] = PAIR, **mapping: Any) -> When:
    """Returns a succession on 1 January 2025 sent to a book."""
    new = [party(member_id).model_dump() for member_id in successors or ("molde-2025",)]
    sent = {"predecessors": before, "successors": new, "cause": cause, "effective": DAY, "mapping": mapping}
    return told.when(command("member.succeed", **sent))


def book(*facts: At) -> Given:
    """Returns a book of three members and these facts."""
    return given(founded("host_admin", *MEMBERS), *facts)


# The story --------------------------------------------------------------------------------


def test_two_municipalities_merge_and_all_they_have_follows_exactly() -> None:
    plan = tuple(SeatAllotment(member_id=m, seats=n, votes=n) for m, n in (("aukra", 1), ("midsund", 2), ("molde", 3)))
    body = at(
        "2021-01-01", BodyEstablished(body_id="utvalg", name="Utvalget", kind="working_committee", seat_plan=plan)
    )
    told = book(
        SHARES,
        body,
        granted("drift"),
        granted("nett", Holder(kind="member", id="midsund")),
        granted("annet", Holder(kind="member", id="aukra")),
        service("nett", *MEMBERS),
        agreement("sla", *MEMBERS),
    )
    seats = {"body_id": "utvalg", "member_id": "molde-2025", "seats": 5, "votes": 5}
    state = (
        merge(
            told,
            bodies=[seats],
            grants=["drift", "nett"],
            agreements=["sla"],
            services=["nett"],
            shares=[share("molde-2025", 6, 7)],
        )
        .decide()
        .events[0]
    )
    after = told.and_(at(DAY, state)).state  # type: ignore[arg-type]
    owned = [after.members.shares.certain(day) for day in (BEFORE, AFTER)]
    assert [{m: str(s.fraction) for m, s in held.ownership.items()} for held in owned if held] == [
        {"aukra": "1/7", "midsund": "2/7", "molde": "4/7"},
        {"aukra": "1/7", "molde-2025": "6/7"},
    ]
    seated = after.bodies.bodies["utvalg"].seat_plans.certain(AFTER)
    assert {a.member_id: a.seats for a in seated or ()} == {"aukra": 1, "molde-2025": 5}
    grants = after.authority.grants
    assert {g: grants[g].terms_on(AFTER).grantee.id for g in grants} == {
        "drift": "molde-2025",
        "nett": "molde-2025",
        "annet": "aukra",
    }
    assert after.authority.open_grants(AFTER) == ("annet", "drift", "nett")
    assert after.agreements.agreements["sla"].customers.certain(AFTER) == ("aukra", "molde-2025")
    assert after.agreements.services["nett"].consumers.certain(AFTER) == ("aukra", "molde-2025")


# Shares -----------------------------------------------------------------------------------


def test_what_the_predecessors_owned_is_owned_to_the_fraction() -> None:
    rejection = merge(book(SHARES)).then_rejected("member.shares_not_conserved", before="6/7", after="0")
    assert (rejection.nature, rejection.entries) == ("rule", (2,))
    for wrong in (share("molde-2025", 5, 7), share("molde-2025", 857142, 1000000)):
        merge(book(SHARES), shares=[wrong]).then_rejected("member.shares_not_conserved", before="6/7")
    mapping = Succession(shares=(MemberShare.model_validate(share("molde-2025", 12, 14)),))
    event = MemberSucceeded(predecessors=PAIR, successors=(party("molde-2025"),), cause="merger", mapping=mapping)
    merge(book(SHARES), shares=[share("molde-2025", 12, 14)]).then(event)
    assert subjects(event)[-1] == Subject("collaboration", "this")


def test_a_split_divides_what_was_owned() -> None:
    halves: dict[str, Any] = {
        "cause": "split",
        "before": ("molde",),
        "shares": [share("nord", 1, 7), share("sor", 3, 7)],
    }
    decided = merge(book(SHARES), "nord", "sor", **halves).decide()
    after = book(SHARES).and_(at(DAY, decided.events[0])).state.members.shares.certain(AFTER)  # type: ignore[arg-type]
    assert after is not None
    assert after.owned(after.ownership) == 1
    halves["shares"] = [share("nord", 2, 7), share("sor", 3, 7)]
    merge(book(SHARES), "nord", "sor", **halves).then_rejected("member.shares_not_conserved", before="4/7", after="5/7")


def test_a_member_that_only_changes_its_name_keeps_its_share() -> None:
    renamed = party("molde").model_copy(update={"name": "Molde herad"}).model_dump()
    sent = {"predecessors": ["molde"], "successors": [renamed], "cause": "change_of_name", "effective": DAY}
    decided = book(SHARES).when(command("member.succeed", **sent)).decide()
    after = book(SHARES).and_(at(DAY, decided.events[0])).state.members.shares.certain(AFTER)  # type: ignore[arg-type]
    assert after is not None
    assert after.ownership["molde"] == Share(numerator=4, denominator=7)


def test_shares_the_book_never_saw_cannot_be_held_against_it() -> None:
    told = merge(book(), shares=[share("molde-2025", 1, 2)])
    rejection = told.then_rejected("member.shares_not_conserved", before="unknown", after="1/2")
    assert rejection.nature == "unknown"
    merge(book()).decide()


def test_shares_go_to_successors_and_nobody_else() -> None:
    stray = merge(book(SHARES), shares=[share("molde-2025", 5, 7), share("oslo", 1, 7)])
    assert stray.then_rejected("member.share_mapping_to_stranger", members=["oslo"]).nature == "fact"


def test_shares_laid_down_for_a_later_day_name_nobody_who_is_gone_by_then() -> None:
    later = owning(share("aukra", 1, 3), share("midsund", 1, 3), share("molde", 1, 3), version="a-2", day="2025-01-02")
    rejection = merge(book(SHARES, later), shares=[share("molde-2025", 6, 7)]).then_rejected(
        "member.shares_restated_later", members=["midsund", "molde"], on=DAY
    )
    assert (rejection.nature, rejection.entries) == ("fact", (3,))
    fine = owning(share("aukra", 1, 1), version="a-2", day="2025-01-02")
    merge(book(SHARES, fine), shares=[share("molde-2025", 6, 7)]).decide()


def test_liability_that_differs_follows_what_is_said_of_the_successor() -> None:
    liable = [share("aukra", 1, 2), share("midsund", 1, 4), share("molde", 1, 4)]
    told = book(owning(share("aukra", 1, 7), share("midsund", 2, 7), share("molde", 4, 7), liability=liable))
    new = party("molde-2025", liability=Share(numerator=1, denominator=2)).model_dump()
    sent = {
        "predecessors": PAIR,
        "cause": "merger",
        "effective": DAY,
        "mapping": {"shares": [share("molde-2025", 6, 7)]},
    }
    decided = told.when(command("member.succeed", successors=[new], **sent)).decide()
    after = told.and_(at(DAY, decided.events[0])).state.members.shares.certain(AFTER)  # type: ignore[arg-type]
    assert after is not None
    assert after.liability is not None
    assert {m: str(s.fraction) for m, s in after.liability.items()} == {"aukra": "1/2", "molde-2025": "1/2"}
    short = party("molde-2025", liability=Share(numerator=1, denominator=4)).model_dump()
    told.when(command("member.succeed", successors=[short], **sent)).then_rejected(
        "member.shares_not_conserved", before="1/2", after="1/4"
    )


# Grants, agreements, services --------------------------------------------------------------


def test_every_open_grant_of_a_predecessor_is_mapped() -> None:
    told = book(granted("drift"), granted("innkjop"), granted("annet", Holder(kind="member", id="aukra")))
    rejection = merge(told, grants=["drift"]).then_rejected("member.grant_mapping_incomplete", grants=["innkjop"])
    assert (rejection.nature, rejection.entries) == ("rule", (3,))
    merge(told, grants=["drift", "innkjop"]).decide()
    ended = at(DAY, AuthorityRevoked(grant_id="innkjop"))
    merge(told.and_(ended), grants=["drift"]).decide()
    merge(told.and_(at("2025-01-02", AuthorityRevoked(grant_id="innkjop"))), grants=["drift"]).then_rejected(
        "member.grant_mapping_incomplete"
    )


def test_a_grant_that_may_not_have_begun_is_not_known_to_be_open() -> None:
    told = book(granted("drift", latest="2025-12-31"))
    assert refusal(merge(told), "decide").nature == "unknown"
    sent = {"predecessors": PAIR, "successors": [party("ny").model_dump()], "cause": "merger", "effective": DAY}
    imported = told.when(command("member.succeed", mode="import", source=SOURCE, **sent))
    assert imported.decide().ruling.unverified == ("member.grant_mapping_incomplete",)


@pytest.mark.parametrize(
    ("fact", "code", "params"),
    [
        (agreement("sla", "molde", "aukra"), "member.agreement_mapping_incomplete", {"agreements": ["sla"]}),
        (service("nett", "midsund", "aukra"), "member.service_mapping_incomplete", {"services": ["nett"]}),
    ],
)
def test_every_agreement_and_service_of_a_predecessor_is_mapped(fact: At, code: str, params: dict[str, Any]) -> None:
    assert merge(book(fact)).then_rejected(code, **params).entries == (2,)
    merge(book(fact), **params).decide()


def test_what_concerns_nobody_that_is_followed_is_left_alone() -> None:
    merge(book(agreement("sla", "aukra"), service("nett", "aukra"))).decide()
