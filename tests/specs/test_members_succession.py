"""Succession by merger, split and change of name: refusals in order of precedence, and what is just right."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.bodies import BodyEstablished
from domain.collaboration import subjects
from domain.kernel import Subject
from domain.members import BodySeats, MemberSucceeded, Party, Succession, WithdrawalNoticeGiven
from domain.text import Share
from domain.vocabulary import BodyKind, SeatAllotment
from tests.spec import At, Given, When, at, command, given
from tests.specs.constitution_books import (
    ROR,
    SOURCE,
    admitted,
    departed,
    founded,
    party,
    refusal,
)

NEW_MOLDE = party("molde-2020", org_no="921221967")
THREE = ("midsund", "molde", "nesset")


def ror(*facts: At) -> Given:
    """Returns the book of ROR-IKT with six members, as in 2019, and these facts."""
    return given(founded("historic_27", *ROR, day="2013-09-26"), admitted("2018-11-15", "nesset"), *facts)


def succeed(
    book: Given,
    predecessors: tuple[str, ...],
    *successors: Party,
    cause: str = "merger",
    bodies: tuple[BodySeats, ...] = (),
    **fields: Any,
) -> When:
    """Returns a succession on 1 January 2020 sent to a book."""
    sent = {
        "predecessors": predecessors,
        "successors": [successor.model_dump() for successor in successors],
        "cause": cause,
        "mapping": {"bodies": [seats.model_dump() for seats in bodies]},
        "effective": "2020-01-01",
    }
    return book.when(command("member.succeed", **{**sent, **fields}))


def merger(**fields: Any) -> MemberSucceeded:
    """Returns the event of the merger that became the new Molde."""
    return MemberSucceeded(predecessors=THREE, successors=(NEW_MOLDE,), cause="merger", **fields)


def liable(member_id: str, numerator: int, denominator: int) -> Party:
    """Returns a member that is liable for a share."""
    return party(member_id, liability=Share(numerator=numerator, denominator=denominator))


# What is accepted -------------------------------------------------------------------------


def test_midsund_molde_and_nesset_become_the_new_molde() -> None:
    after = succeed(ror(), THREE, NEW_MOLDE).then(merger())
    assert after.state.members.on(date(2019, 12, 31)) == ("aukra", "midsund", "molde", "nesset", "rauma", "vestnes")
    assert after.state.members.on(date(2020, 1, 1)) == ("aukra", "molde-2020", "rauma", "vestnes")
    assert after.state.members.parties["molde-2020"].org_no == "921221967"


def test_a_municipality_is_split_in_two() -> None:
    halves = (party("haram-2024"), party("aalesund-2024"))
    book = given(founded("historic_27", "aalesund", "giske", day="2013-09-26"))
    after = succeed(book, ("aalesund",), *halves, cause="split").then(
        MemberSucceeded(predecessors=("aalesund",), successors=halves, cause="split")
    )
    assert after.state.members.on(date(2020, 1, 1)) == ("aalesund-2024", "giske", "haram-2024")


def test_a_municipality_may_change_its_name_and_keep_its_id() -> None:
    renamed = Party(member_id="rauma", name="Rauma herad")
    book = ror(allotted("styret", "board", "rauma"))
    event = MemberSucceeded(predecessors=("rauma",), successors=(renamed,), cause="change_of_name")
    members = succeed(book, ("rauma",), renamed, cause="change_of_name").then(event).state.members
    assert members.parties["rauma"].name == "Rauma herad"
    assert [members.is_member("rauma", day) for day in (date(2019, 12, 31), date(2020, 1, 1))] == [True, True]


def test_a_municipality_may_change_its_id_with_its_name() -> None:
    succeed(ror(), ("rauma",), party("romsdal"), cause="change_of_name").decide()


def test_a_founder_s_successor_resolves_in_its_place() -> None:
    members = succeed(ror(), THREE, NEW_MOLDE).then(merger()).state.members
    assert members.required_on(date(2020, 1, 2)) == ("aukra", "molde-2020", "rauma", "vestnes")
    assert members.required_on(date(2019, 12, 31)) == ("aukra", "midsund", "molde", "nesset", "rauma", "vestnes")


def test_an_open_notice_is_spent_with_the_member_that_gave_it() -> None:
    notice = at("2019-12-01", WithdrawalNoticeGiven(member_id="nesset", departs_on=date(2021, 1, 1)))
    assert ror(notice).state.members.notices.get("nesset") is not None
    after = succeed(ror(notice), THREE, NEW_MOLDE).then(merger())
    assert after.state.members.notices.get("nesset") is None


def test_a_succession_touches_everyone_and_everything_it_maps() -> None:
    mapping = Succession(
        bodies=(BodySeats(member_id="molde-2020", body_id="styret"),),
        agreements=("sla-molde",),
        grants=("drift",),
        services=("nett",),
    )
    assert subjects(merger(mapping=mapping)) == (
        Subject("member", "midsund"),
        Subject("member", "molde"),
        Subject("member", "nesset"),
        Subject("member", "molde-2020"),
        Subject("body", "styret"),
        Subject("agreement", "sla-molde"),
        Subject("grant", "drift"),
        Subject("service", "nett"),
        Subject("collaboration", "this"),
    )


def test_and_what_is_owned_together_as_soon_as_somebody_owns_nothing_any_more() -> None:
    """Also where the act, recorded as it was done, says of nobody that it owns the predecessors' shares."""
    assert Subject("collaboration", "this") in subjects(merger(mapping=Succession()))
    renamed = MemberSucceeded(
        predecessors=("molde",), successors=(party("molde", org_no="921221967"),), cause="change_of_name"
    )
    assert subjects(renamed) == (Subject("member", "molde"),)


# What is refused, in order of precedence ---------------------------------------------------


@pytest.mark.parametrize("mode", ["decide", "record", "import"])
def test_only_members_are_succeeded(mode: str) -> None:
    book = ror(departed("2020-01-01", "vestnes"))
    refused = succeed(book, ("vestnes", "oslo", "rauma"), party("aukra"), source=SOURCE, reason="x")
    rejection = refusal(refused, mode)
    assert (rejection.code, rejection.nature) == ("member.predecessor_not_member", "fact")
    assert rejection.params == {"members": ["vestnes", "oslo"], "on": "2020-01-01"}
    assert rejection.entries == (1, 3)
    succeed(ror(departed("2020-01-02", "vestnes")), ("vestnes", "rauma"), party("romsdal")).decide()


def test_whether_a_roughly_dated_member_is_succeeded_is_not_known() -> None:
    book = given(founded("historic_27", *ROR, day="2013-09-26"), admitted("2018-11-15", "nesset", "2026-05-02"))
    doubtful = succeed(book, THREE, NEW_MOLDE, mode="import", source=SOURCE)
    after = doubtful.then(merger(), unverified=["member.predecessor_not_member"])
    assert after.state.members.is_member("nesset", date(2026, 11, 24)) is False
    assert refusal(doubtful, "decide").params["members"] == ["nesset"]
    assert refusal(doubtful, "decide").entries == (2,)


def test_a_successor_is_new_but_for_one_that_changes_its_name() -> None:
    for successor in ("molde", "rauma"):
        rejection = succeed(ror(), THREE, party(successor)).then_rejected(
            "member.successor_already_member", members=[successor]
        )
        assert (rejection.nature, rejection.entries) == ("fact", (1,))
    succeed(ror(), ("rauma",), party("molde"), cause="change_of_name").then_rejected(
        "member.successor_already_member", members=["molde"]
    )


def test_a_municipality_that_left_long_ago_may_come_back_as_successor() -> None:
    succeed(ror(departed("2015-01-01", "vestnes")), THREE, party("vestnes")).decide()
    book = ror(admitted("2019-06-01", "fraena", "2020-06-01"), departed("2021-01-01", "fraena"))
    doubtful = succeed(book, THREE, party("fraena"), mode="import", source=SOURCE)
    assert doubtful.decide().ruling.unverified == ("member.successor_already_member",)
    assert refusal(doubtful, "decide").entries == (3, 4)


@pytest.mark.parametrize(
    ("cause", "before", "after"),
    [
        ("merger", ("rauma",), ("a",)),
        ("merger", ("rauma", "vestnes"), ("a", "b")),
        ("merger", ("rauma", "rauma"), ("a",)),
        ("split", ("rauma",), ("a",)),
        ("split", ("rauma", "vestnes"), ("a", "b")),
        ("split", ("rauma",), ("a", "a")),
        ("change_of_name", ("rauma", "vestnes"), ("a",)),
        ("change_of_name", ("rauma",), ("a", "b")),
    ],
)
def test_each_cause_has_its_shape(cause: str, before: tuple[str, ...], after: tuple[str, ...]) -> None:
    refused = succeed(ror(), before, *(party(successor) for successor in after), cause=cause)
    rejection = refused.then_rejected(
        "member.succession_shape", cause=cause, predecessors=len(before), successors=len(after)
    )
    assert rejection.nature == "rule"


@pytest.mark.parametrize(
    ("cause", "before", "after"), [("merger", 2, 1), ("split", 1, 2), ("split", 1, 3), ("change_of_name", 1, 1)]
)
def test_these_shapes_are_right(cause: str, before: int, after: int) -> None:
    successors = [party(f"new-{number}") for number in range(after)]
    succeed(ror(), ("rauma", "vestnes")[:before], *successors, cause=cause).decide()


def test_a_change_of_name_changes_something() -> None:
    rejection = succeed(ror(), ("rauma",), party("rauma"), cause="change_of_name").then_rejected(
        "member.nothing_changed", member_id="rauma"
    )
    assert (rejection.nature, rejection.entries) == ("fact", (1,))


def shared(*extra: Party) -> Given:
    """Returns an IKS in which Aukra, Midsund and Molde are liable for a sixth, a third and a half."""
    return given(founded("iks", liable("aukra", 1, 6), liable("midsund", 1, 3), liable("molde", 1, 2), *extra))


def test_the_successor_is_liable_for_what_its_predecessors_were() -> None:
    pair = ("midsund", "molde")
    for share in ((5, 6), (10, 12)):
        succeed(shared(), pair, liable("molde-2020", *share), effective="2020-06-01").decide()
    rejection = succeed(shared(), pair, liable("molde-2020", 4, 6), effective="2020-06-01").then_rejected(
        "member.shares_not_conserved", before="5/6", after="2/3"
    )
    assert (rejection.nature, rejection.entries) == ("rule", (1,))


def test_whether_shares_are_kept_is_not_known_where_only_some_are() -> None:
    one_side = succeed(
        shared(), ("midsund", "molde"), party("molde-2020"), effective="2020-06-01", mode="import", source=SOURCE
    )
    assert one_side.decide().ruling.unverified == ("member.shares_not_conserved",)
    assert refusal(one_side, "decide").params == {"before": "5/6", "after": "unknown"}
    some = succeed(shared(party("nesset")), ("molde", "nesset"), liable("ny", 1, 2), effective="2020-06-01")
    assert some.then_rejected("member.shares_not_conserved", before="unknown", after="1/2").nature == "unknown"


def test_where_no_share_is_known_none_is_lost() -> None:
    succeed(ror(), THREE, NEW_MOLDE).decide()


def allotted(body_id: str, kind: BodyKind, *member_ids: str) -> At:
    """Returns a body set up with a seat for each of these members."""
    plan = tuple(SeatAllotment(member_id=member_id, seats=1) for member_id in member_ids)
    return at("2019-01-01", BodyEstablished(body_id=body_id, name=body_id.title(), kind=kind, seat_plan=plan))


def test_every_body_in_which_a_predecessor_sits_is_mapped() -> None:
    book = ror(
        allotted("styret", "board", "molde", "rauma"),
        allotted("utvalg", "order_committee", "nesset"),
        allotted("faggruppe", "professional_group", "rauma"),
    )
    succeed(book, THREE, NEW_MOLDE).then_rejected("member.seat_mapping_incomplete", bodies=["styret", "utvalg"])
    board = BodySeats(body_id="styret", member_id="molde-2020", seats=1, votes=1)
    rejection = succeed(book, THREE, NEW_MOLDE, bodies=(board,)).then_rejected(
        "member.seat_mapping_incomplete", bodies=["utvalg"]
    )
    assert rejection.nature == "rule"
    committee = BodySeats(body_id="utvalg", member_id="molde-2020", seats=1)
    mapped = Succession(bodies=(board, committee))
    succeed(book, THREE, NEW_MOLDE, bodies=(board, committee)).then(merger(mapping=mapped))


def test_seats_pass_to_successors_and_nobody_else() -> None:
    stray = BodySeats(body_id="styret", member_id="oslo", seats=1)
    rejection = succeed(ror(), THREE, NEW_MOLDE, bodies=(stray,)).then_rejected(
        "member.seat_mapping_to_stranger", members=["oslo"]
    )
    assert rejection.nature == "fact"


def test_a_successor_that_is_a_customer_has_no_seat() -> None:
    seated = party("molde-2020", member_class="external_customer", seats=1)
    succeed(ror(), THREE, seated).then_rejected("member.external_customer_cannot_hold_seat", members=["molde-2020"])


def test_successors_are_of_a_kind_the_form_allows() -> None:
    succeed(ror(), THREE, party("ny", kind="company")).then_rejected(
        "member.kind_not_allowed", members=["ny"], legal_form="historic_27"
    )
    succeed(
        shared(),
        ("aukra",),
        liable("ny", 1, 6).model_copy(update={"kind": "company"}),
        cause="change_of_name",
        effective="2020-06-01",
    ).then_rejected("member.iks_member_not_municipal", members=["ny"])
