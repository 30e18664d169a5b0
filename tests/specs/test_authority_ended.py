"""Authority taken back, lapsed and taken over: refusals in order of precedence, and what falls with what."""

from __future__ import annotations

from datetime import date
from typing import Any

from domain.authority import AuthorityRevoked
from domain.collaboration import subjects
from domain.constitution import GrantMapping, LegalFormChanged
from domain.kernel import Subject
from domain.members import MemberSucceeded, Party, Succession
from domain.vocabulary import Holder, Limits, Scope
from tests.spec import At, Given, at, command, seal
from tests.specs.body_books import (
    CLERK,
    COUNCIL,
    DEPUTY,
    MANAGER,
    SOURCE,
    body,
    founded,
    governed,
    granted,
    imported,
    office,
    seated,
)
from tests.specs.body_books import council as set_up_council
from tests.specs.test_authority import resolved

MOLDE = Holder(kind="member", id="molde")
BY_COUNCIL = {"body": "council"}
LEAVES = "2027-01-01"


def revoke(grant_id: str = "g-1", **fields: Any) -> Any:
    """Returns a command by which the council takes a grant back from 2027."""
    known = {"grant_id": grant_id, "effective": LEAVES, "acted_by": BY_COUNCIL}
    return command("authority.revoke", **{**known, **fields})


def chain(*more: At) -> Given:
    """Returns a book in which power went from the council to the manager, the deputy and the clerk."""
    return governed(
        granted("g-1", COUNCIL, MANAGER, depth=2),
        granted("g-2", MANAGER, DEPUTY, depth=1),
        granted("g-3", DEPUTY, CLERK),
        *more,
    )


def open_on(book: Given, day: str) -> tuple[str, ...]:
    """Returns the grants certainly in force."""
    return book.state.authority.open_grants(date.fromisoformat(day))


# Accepted, and what falls with it ---------------------------------------------------------


def test_what_was_passed_on_falls_with_it() -> None:
    event = AuthorityRevoked(grant_id="g-1", cascade=("g-2", "g-3"))
    after = chain().when(revoke()).then(event)
    assert open_on(after, "2026-12-31") == ("g-1", "g-2", "g-3")
    assert open_on(after, LEAVES) == ()
    assert {grant.ended_by for grant in after.state.authority.grants.values()} == {12}
    assert subjects(event) == (Subject("grant", "g-1"), Subject("grant", "g-2"), Subject("grant", "g-3"))


def test_what_it_came_from_stays() -> None:
    after = (
        chain()
        .when(revoke("g-2", reason_text="Ny ordning."))
        .then(AuthorityRevoked(grant_id="g-2", cascade=("g-3",), reason=seal("Ny ordning.")))
    )
    assert open_on(after, LEAVES) == ("g-1",)


def test_what_another_grant_carries_as_well_stays() -> None:
    book = chain(granted("g-4", COUNCIL, MANAGER, depth=2))
    after = book.when(revoke()).then(AuthorityRevoked(grant_id="g-1"))
    assert open_on(after, LEAVES) == ("g-2", "g-3", "g-4")
    after.when(revoke("g-4")).then(AuthorityRevoked(grant_id="g-4", cascade=("g-2", "g-3")))


def test_what_another_carries_in_part_falls() -> None:
    for short in ({"depth": 1}, {"depth": 2, "limits": Limits(per_act=1)}, {"depth": 2, "until": date(2027, 6, 30)}):
        book = chain(granted("g-4", COUNCIL, MANAGER, **short))
        book.when(revoke()).then(AuthorityRevoked(grant_id="g-1", cascade=("g-2", "g-3")))


def test_one_that_falls_carries_nothing_that_falls_with_it() -> None:
    """The deputy holds the power twice, and both ways go back to the same grant."""
    book = chain(granted("g-4", MANAGER, DEPUTY, depth=1))
    book.when(revoke()).then(AuthorityRevoked(grant_id="g-1", cascade=("g-2", "g-3", "g-4")))
    book.when(revoke("g-2")).then(AuthorityRevoked(grant_id="g-2"))


def test_what_the_grantor_never_held_through_it_stays() -> None:
    other = granted("g-0", COUNCIL, MANAGER, powers=("hire",), depth=2)
    book = chain(other, granted("g-5", MANAGER, CLERK, powers=("hire",)))
    book.when(revoke("g-0")).then(AuthorityRevoked(grant_id="g-0", cascade=("g-5",)))
    book.when(revoke()).then(AuthorityRevoked(grant_id="g-1", cascade=("g-2", "g-3")))


def test_what_rested_on_an_unknown_limit_falls_unless_another_carries_it_as_well() -> None:
    unknown, known = Limits(per_act="unknown"), Limits(per_act=5)
    book = governed(
        granted("g-1", COUNCIL, MANAGER, depth=1, limits=unknown),
        granted("g-2", MANAGER, DEPUTY, limits=known),
    )
    book.when(revoke()).then(AuthorityRevoked(grant_id="g-1", cascade=("g-2",)))
    same = book.and_(granted("g-3", COUNCIL, MANAGER, depth=1, limits=unknown))
    same.when(revoke()).then(AuthorityRevoked(grant_id="g-1"))


def test_what_has_run_out_does_not_fall() -> None:
    book = governed(
        granted("g-1", COUNCIL, MANAGER, depth=1), granted("g-2", MANAGER, DEPUTY, until=date(2026, 12, 31))
    )
    book.when(revoke()).then(AuthorityRevoked(grant_id="g-1"))
    book.when(revoke(effective="2026-12-31")).then(AuthorityRevoked(grant_id="g-1", cascade=("g-2",)))


def test_what_the_top_body_gave_stays_whatever_it_holds_itself() -> None:
    whole = Holder(kind="collaboration", id="this")
    book = governed(granted("g-1", whole, COUNCIL, depth=2), granted("g-2", COUNCIL, MANAGER))
    book.when(revoke()).then(AuthorityRevoked(grant_id="g-1"))


def test_after_a_revocation_to_come_nothing_is_passed_on_past_it() -> None:
    after = chain().when(revoke()).then(AuthorityRevoked(grant_id="g-1", cascade=("g-2", "g-3")))
    sent = {
        "grant_id": "g-9",
        "grantor": MANAGER.model_dump(),
        "grantee": CLERK.model_dump(),
        "powers": ["spend"],
        "effective": "2026-12-01",
        "basis": [{"kind": "charter", "ref": "v1"}],
    }
    late = command("authority.grant", **sent, until=LEAVES)
    after.when(late).then_rejected("authority.exceeds_grantor", dimensions=["period"])
    after.when(command("authority.grant", **sent, until="2026-12-31")).decide()


# What contradicts the book ----------------------------------------------------------------


def test_an_unknown_grant_is_not_taken_back() -> None:
    rejection = governed().when(revoke()).then_rejected("authority.unknown_grant", grant_id="g-1")
    assert rejection.nature == "fact"


def test_nor_one_that_fell_with_another() -> None:
    book = chain(at("2026-12-01", AuthorityRevoked(grant_id="g-1", cascade=("g-2", "g-3"))))
    rejection = book.when(revoke("g-3")).then_rejected("authority.already_revoked", since="2026-12-01")
    assert (rejection.nature, rejection.entries) == ("fact", (12,))


def test_but_one_to_be_taken_back_later_may_be_taken_back_sooner() -> None:
    book = chain(at("2027-06-01", AuthorityRevoked(grant_id="g-1", cascade=("g-2", "g-3"))))
    event = AuthorityRevoked(grant_id="g-1", cascade=("g-2", "g-3"))
    book.when(revoke(effective="2027-06-01")).then_rejected("authority.already_revoked", since="2027-06-01")
    after = book.when(revoke(effective="2027-05-31")).then(event)
    assert open_on(after, "2027-05-31") == ()


def test_what_was_to_fall_later_falls_with_what_carries_it() -> None:
    book = chain(at("2027-06-01", AuthorityRevoked(grant_id="g-2", cascade=("g-3",))))
    after = book.when(revoke()).then(AuthorityRevoked(grant_id="g-1", cascade=("g-2", "g-3")))
    assert open_on(after, LEAVES) == ()


def test_nor_one_that_has_run_out() -> None:
    book = governed(granted("g-1", COUNCIL, MANAGER, until=date(2026, 12, 31)))
    book.when(revoke()).then_rejected("authority.already_expired", until="2026-12-31")
    book.when(revoke(effective="2026-12-31")).then(AuthorityRevoked(grant_id="g-1"))


def test_one_to_come_may_be_taken_back_before_it_begins() -> None:
    book = governed(granted("g-1", COUNCIL, MANAGER, day="2028-01-01"))
    after = book.when(revoke()).then(AuthorityRevoked(grant_id="g-1"))
    assert open_on(after, "2028-01-01") == ()


# Who may, and from when -------------------------------------------------------------------


def test_only_the_grantor_or_the_top_body_takes_back() -> None:
    book = chain(body("board", "board"))
    for actor in ({"body": "board"}, {"office": "clerk"}, {"person": "p-1"}, {"office": "manager"}):
        rejection = book.when(revoke(acted_by=actor)).then_rejected("authority.not_competent", grantor="council")
        assert (rejection.nature, rejection.entries) == ("rule", (9,))
    book.when(revoke("g-2", acted_by={"office": "manager"})).then(AuthorityRevoked(grant_id="g-2", cascade=("g-3",)))
    book.when(revoke("g-2")).then(AuthorityRevoked(grant_id="g-2", cascade=("g-3",)))
    silent = revoke(acted_by=None)
    rejection = book.when(silent).then_rejected("authority.actor_missing", grant_id="g-1", grantor="council")
    assert rejection.nature == "unknown"
    told = revoke(acted_by=None, mode="import", source=SOURCE)
    event = AuthorityRevoked(grant_id="g-1", cascade=("g-2", "g-3"))
    book.when(told).then(event, unverified=["authority.actor_missing"])


def test_a_body_takes_back_what_it_gave() -> None:
    board = Holder(kind="body", id="board")
    book = governed(body("board", "board"), granted("g-1", COUNCIL, board, depth=1), granted("g-2", board, MANAGER))
    book.when(revoke("g-2", acted_by={"body": "board"})).then(AuthorityRevoked(grant_id="g-2"))
    book.when(revoke("g-1", acted_by={"body": "board"})).then_rejected("authority.not_competent")


def test_whoever_holds_the_office_takes_back_what_it_gave() -> None:
    book = chain(seated("p-1", office_id="manager", until=date(2027, 1, 1)))
    gone = revoke("g-2", acted_by={"person": "p-1"}, effective="2027-01-02")
    book.when(gone).then_rejected("authority.not_competent")
    book.when(revoke("g-2", acted_by={"person": "p-1"})).then(AuthorityRevoked(grant_id="g-2", cascade=("g-3",)))


def test_a_members_administration_or_council_takes_back_what_the_member_gave() -> None:
    director, other = office("director", "chief_executive", "molde"), office("rival", "chief_executive", "aukra")
    book = governed(director, other, granted("g-1", MOLDE, MANAGER), legal_form="host_admin")
    event = AuthorityRevoked(grant_id="g-1")
    book.when(revoke(acted_by={"office": "rival"})).then_rejected("authority.not_competent", grantor="molde")
    book.when(revoke(acted_by={"office": "director"})).then(event)
    loose = [{"kind": "resolution", "ref": "K-sak 12/26"}]
    rejection = book.when(revoke(acted_by={"person": "p-1"}, basis=loose)).then_rejected("authority.competence_unknown")
    assert rejection.nature == "unknown"


def test_a_councils_resolution_in_the_book_takes_back_what_it_gave() -> None:
    book = governed(granted("g-1", MOLDE, MANAGER), resolved("molde", "g-1"), resolved("aukra", "g-1"),
                    resolved("molde", "g-2"), resolved("molde", "g-1", "rejected"))  # fmt: skip
    event = AuthorityRevoked(grant_id="g-1")
    for ref in ("11", "12", "13", "99"):
        sent = revoke(acted_by={"person": "p-1"}, basis=[{"kind": "resolution", "ref": ref}])
        book.when(sent).then_rejected("authority.not_competent", grantor="molde")
    book.when(revoke(acted_by=None, basis=[{"kind": "resolution", "ref": "10"}])).then(event)


def test_the_resolution_to_grant_is_none_to_take_back() -> None:
    book = governed(resolved("molde", "g-1"), granted("g-1", MOLDE, MANAGER))
    sent = revoke(acted_by={"person": "p-1"}, basis=[{"kind": "resolution", "ref": "9"}])
    book.when(sent).then_rejected("authority.not_competent", grantor="molde")


def test_what_the_collaboration_gave_is_taken_back_by_the_top_body_where_there_is_one() -> None:
    whole = Holder(kind="collaboration", id="this")
    book = governed(granted("g-1", whole, MANAGER))
    book.when(revoke(acted_by={"office": "clerk"})).then_rejected("authority.not_competent")
    loose = governed(granted("g-1", whole, MANAGER), legal_form="informal")
    loose.when(revoke(acted_by={"office": "clerk"})).then(AuthorityRevoked(grant_id="g-1"))


def test_nothing_is_taken_back_from_before_today() -> None:
    book = chain()
    sent = {"effective": "2026-11-23"}
    event = AuthorityRevoked(grant_id="g-1", cascade=("g-2", "g-3"))
    book.when(revoke(**sent)).then_rejected("authority.retroactive_revocation", today="2026-11-24")
    book.when(revoke(effective="2026-11-24")).then(event)
    book.when(revoke(**sent, mode="import", source=SOURCE)).then(event)
    book.when(revoke(**sent, mode="record", reason="Vedtatt i går.")).then(event)


def test_a_rough_end_is_possible_before_it_is_certain() -> None:
    after = (
        governed(granted("g-1", COUNCIL, MANAGER))
        .when(revoke(**imported("2024-01-01", "2025-01-01")))
        .then(AuthorityRevoked(grant_id="g-1"))
    )
    days = [date(2023, 12, 31), date(2024, 1, 1), date(2025, 1, 1)]
    readings = [after.state.authority.in_force(day) for day in days]
    assert [len(reading.certain) for reading in readings] == [1, 0, 0]
    assert [len(reading.possible) for reading in readings] == [0, 1, 0]


# Legal form and succession ----------------------------------------------------------------


def test_what_is_mapped_to_lapse_ends_with_the_legal_form() -> None:
    grants = (GrantMapping(grant_id="g-1", outcome="continues"), GrantMapping(grant_id="g-2", outcome="lapses"))
    changed = LegalFormChanged(
        from_form="ko", to_form="iks", charter_version="v2", law="IKS-loven § 1", transfers_to=(), grants=grants
    )
    after = chain(at(LEAVES, changed))
    assert (open_on(after, "2026-12-31"), open_on(after, LEAVES)) == (("g-1", "g-2", "g-3"), ("g-1", "g-3"))
    assert after.state.authority.grants["g-2"].ended_by == 12


def test_what_was_taken_back_before_does_not_end_with_the_legal_form() -> None:
    lapses = (GrantMapping(grant_id="g-3", outcome="lapses"), GrantMapping(grant_id="g-9", outcome="lapses"))
    changed = LegalFormChanged(
        from_form="ko", to_form="iks", charter_version="v2", law="IKS-loven § 1", transfers_to=(), grants=lapses
    )
    after = chain(at("2026-12-01", AuthorityRevoked(grant_id="g-3")), at(LEAVES, changed))
    assert after.state.authority.grants["g-3"].ended_by == 12


def merged(*grant_ids: str, successors: tuple[str, ...] = ("molde",)) -> At:
    """Returns the merger of Midsund and Molde on New Year's Day of 2025."""
    parties = tuple(Party(member_id=m, name=m.title()) for m in successors)
    mapping = Succession(grants=grant_ids)
    return at("2025-01-01", MemberSucceeded(
        predecessors=("midsund", "molde"), successors=parties, cause="merger", mapping=mapping,
    ))  # fmt: skip


def merging(*facts: At) -> Given:
    """Returns a book of three members, two of which merge."""
    return Given().and_(founded("ko", "aukra", "midsund", "molde"), set_up_council(), office("manager"), *facts)


def test_the_successor_takes_the_predecessors_place_from_that_day() -> None:
    midsund, new = Holder(kind="member", id="midsund"), Holder(kind="member", id="new-molde")
    scope = Scope(members=("aukra", "midsund", "molde"), services=("a",))
    after = merging(
        granted("g-1", COUNCIL, midsund, scope=scope), granted("g-2", midsund, MANAGER),
        merged("g-1", "g-2", "g-9", successors=("new-molde",)),
    )  # fmt: skip
    state = after.state.authority
    before, later = (state.grants["g-1"].terms_on(day) for day in (date(2024, 12, 31), date(2025, 1, 1)))
    assert (before.grantee, before.scope) == (midsund, scope)
    assert (later.grantee, later.scope) == (new, Scope(members=("aukra", "new-molde"), services=("a",)))
    assert state.grants["g-2"].terms_on(date(2025, 1, 1)).members == ("new-molde",)
    held = [[g.grant_id for g in state.held_by(who, date(2025, 1, 1))] for who in (midsund, new)]
    given = [[g.grant_id for g in state.given_by(who, date(2024, 12, 31))] for who in (midsund, new)]
    assert (held, given) == ([[], ["g-1"]], [["g-2"], []])


def test_also_in_a_grant_that_begins_later() -> None:
    after = merging(granted("g-1", MOLDE, MANAGER, day="2026-01-01"), merged("g-1", successors=("new-molde",)))
    assert after.state.authority.grants["g-1"].terms_on(date(2026, 1, 1)).members == ("new-molde",)


def test_only_the_predecessors_are_followed() -> None:
    aukra, house = Holder(kind="member", id="aukra"), Holder(kind="office", id="molde")
    scope = Scope(members=("aukra",))
    after = merging(granted("g-1", aukra, house, scope=scope), merged("g-1", successors=("new-molde",)))
    terms = after.state.authority.grants["g-1"].terms_on(date(2025, 1, 1))
    assert (terms.grantor, terms.grantee, terms.scope) == (aukra, house, scope)


def test_of_a_split_member_the_first_successor_holds() -> None:
    scope = Scope(members=("molde",))
    after = merging(granted("g-1", MOLDE, MANAGER, scope=scope), merged("g-1", successors=("east", "west")))
    terms = after.state.authority.grants["g-1"].terms_on(date(2025, 1, 1))
    assert (terms.grantor.id, terms.scope.members) == ("east", ("east", "west"))


def test_a_grant_that_is_not_mapped_stays_as_it_was() -> None:
    after = merging(granted("g-1", MOLDE, MANAGER), merged(successors=("new-molde",)))
    assert after.state.authority.grants["g-1"].terms_on(date(2025, 1, 1)).grantor == MOLDE
