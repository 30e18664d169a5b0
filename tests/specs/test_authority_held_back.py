"""Authority suspended, restored and directed: refusals in order of precedence, and the right side of each."""

from __future__ import annotations

from datetime import date
from typing import Any

from domain.authority import (
    AuthorityInstructionIssued,
    AuthorityRestored,
    AuthorityRevoked,
    AuthoritySuspended,
    chain_of,
)
from domain.collaboration import subjects
from domain.dates import Interval
from domain.kernel import Subject
from domain.vocabulary import Holder
from tests.spec import At, Given, at, command, seal
from tests.specs.body_books import COUNCIL, DEPUTY, MANAGER, SOURCE, body, governed, granted, office

AUKRA = Holder(kind="member", id="aukra")
BY_COUNCIL = {"body": "council"}


def suspend(grant_id: str = "g-1", **fields: Any) -> Any:
    """Returns a command by which the council suspends a grant from 2026-12-01."""
    known = {"grant_id": grant_id, "effective": "2026-12-01", "acted_by": BY_COUNCIL}
    return command("authority.suspend", **{**known, **fields})


def restore(grant_id: str = "g-1", **fields: Any) -> Any:
    """Returns a command by which the council restores a grant from 2027."""
    known = {"grant_id": grant_id, "effective": "2027-01-01", "acted_by": BY_COUNCIL}
    return command("authority.restore", **{**known, **fields})


def instruct(by: Holder = COUNCIL, **fields: Any) -> Any:
    """Returns an instruction on the manager's grant."""
    known = {"instruction_id": "i-1", "grant_id": "g-1", "by": by.model_dump(), "text": "Spør først."}
    return command("authority_instruction.issue", **{**known, "effective": "2023-01-01", **fields})


def issued(by: Holder = COUNCIL, **fields: Any) -> AuthorityInstructionIssued:
    """Returns the event it leads to."""
    known: dict[str, Any] = {"instruction_id": "i-1", "grant_id": "g-1", "by": by, "text": seal("Spør først.")}
    return AuthorityInstructionIssued(**{**known, **fields})


def chain(*more: At) -> Given:
    """Returns a book in which power went from the council to the manager and on to the deputy."""
    return governed(granted("g-1", COUNCIL, MANAGER, depth=1), granted("g-2", MANAGER, DEPUTY), *more)


def strength(book: Given, grant_id: str, day: str) -> int:
    """Returns how strongly a grant holds on a day: 2 for certain, 0 for not."""
    grant = book.state.authority.grants[grant_id]
    return chain_of(book.state.authority, grant, Interval.exact(date.fromisoformat(day))).strength


# Suspension -------------------------------------------------------------------------------


def test_a_suspension_holds_back_everything_under_it_until_it_is_lifted() -> None:
    after = (
        chain()
        .when(suspend(reason_text="Under gransking."))
        .then(AuthoritySuspended(grant_id="g-1", reason=seal("Under gransking.")))
    )
    assert [strength(after, g, "2026-11-30") for g in ("g-1", "g-2")] == [2, 2]
    assert [strength(after, g, "2026-12-01") for g in ("g-1", "g-2")] == [0, 0]
    assert after.state.authority.grants["g-2"].suspensions == ()
    lifted = after.when(restore()).then(AuthorityRestored(grant_id="g-1"))
    assert [strength(lifted, g, "2026-12-31") for g in ("g-1", "g-2")] == [0, 0]
    assert [strength(lifted, g, "2027-01-01") for g in ("g-1", "g-2")] == [2, 2]


def test_it_ends_by_itself_after_its_last_day() -> None:
    after = chain().when(suspend(until="2026-12-24")).then(AuthoritySuspended(grant_id="g-1", until=date(2026, 12, 24)))
    assert [strength(after, "g-1", day) for day in ("2026-12-24", "2026-12-25")] == [0, 2]
    after.when(restore()).then_rejected("authority.not_suspended", on="2027-01-01")
    again = after.when(suspend(effective="2026-12-25")).then(AuthoritySuspended(grant_id="g-1"))
    assert strength(again, "g-1", "2026-12-25") == 0


def test_what_another_grant_carries_as_well_holds() -> None:
    book = chain(granted("g-3", COUNCIL, MANAGER, depth=1))
    after = book.when(suspend()).then(AuthoritySuspended(grant_id="g-1"))
    assert [strength(after, g, "2026-12-01") for g in ("g-1", "g-2", "g-3")] == [0, 2, 2]


def test_a_fact_about_a_grant_nobody_knows_changes_nothing() -> None:
    events = (AuthoritySuspended(grant_id="g-9"), AuthorityRestored(grant_id="g-9"), issued(grant_id="g-9"))
    book = chain()
    assert book.and_(*(at("2023-01-01", event) for event in events)).state.authority == book.state.authority
    assert subjects(events[0]) == (Subject("grant", "g-9"),)


def test_only_a_grant_that_is_there_is_suspended_or_restored() -> None:
    for sent in (suspend("g-9"), restore("g-9")):
        rejection = governed().when(sent).then_rejected("authority.unknown_grant", grant_id="g-9")
        assert rejection.nature == "fact"
    gone = chain(at("2026-12-01", AuthorityRevoked(grant_id="g-1", cascade=("g-2",))))
    gone.when(suspend()).then_rejected("authority.already_revoked", since="2026-12-01")
    gone.when(restore()).then_rejected("authority.already_revoked")
    over = governed(granted("g-1", COUNCIL, MANAGER, until=date(2026, 11, 30)))
    over.when(suspend()).then_rejected("authority.already_expired", until="2026-11-30")


def test_a_suspension_has_a_day_and_comes_once() -> None:
    chain().when(suspend(until="2026-11-30")).then_rejected("authority.period_empty", until="2026-11-30")
    book = chain(at("2026-12-01", AuthoritySuspended(grant_id="g-1")))
    clerk = {"office": "clerk"}
    rejection = book.when(suspend(acted_by=clerk)).then_rejected("authority.already_suspended", grant_id="g-1")
    assert (rejection.nature, rejection.entries) == ("fact", (11,))
    chain().when(restore(acted_by=clerk)).then_rejected("authority.not_suspended", grant_id="g-1")


def test_only_the_grantor_or_the_top_body_suspends_and_restores() -> None:
    book = chain(at("2026-12-01", AuthoritySuspended(grant_id="g-1")))
    for sent in (suspend("g-2", acted_by={"office": "clerk"}), restore(acted_by={"office": "manager"})):
        rejection = book.when(sent).then_rejected("authority.not_competent")
        assert rejection.nature == "rule"
    for sent in (suspend("g-2", acted_by=None), restore(acted_by=None)):
        assert book.when(sent).then_rejected("authority.actor_missing").nature == "unknown"
    told = suspend("g-2", acted_by=None, mode="import", source=SOURCE)
    book.when(told).then(AuthoritySuspended(grant_id="g-2"), unverified=["authority.actor_missing"])
    book.when(suspend("g-2", acted_by={"office": "manager"})).then(AuthoritySuspended(grant_id="g-2"))


def test_authority_is_neither_held_back_nor_restored_from_before_today() -> None:
    book = chain(at("2026-11-01", AuthoritySuspended(grant_id="g-1")))
    for sent in (suspend("g-2", effective="2026-11-23"), restore(effective="2026-11-23")):
        rejection = book.when(sent).then_rejected("authority.retroactive_suspension", today="2026-11-24")
        assert rejection.nature == "rule"
    book.when(suspend("g-2", effective="2026-11-24")).then(AuthoritySuspended(grant_id="g-2"))
    told = restore(effective="2026-11-23", mode="import", source=SOURCE)
    book.when(told).then(AuthorityRestored(grant_id="g-1"))


# Instructions -----------------------------------------------------------------------------


def hosted(*facts: At) -> Given:
    """Returns a book of a host with a director and a body of its own, and a grant of Aukra's."""
    director = office("director", "chief_executive", "molde")
    return governed(director, body("board", "board"), granted("g-1", AUKRA, MANAGER), *facts, legal_form="host_admin")


def test_the_one_it_comes_from_instructs_once() -> None:
    event = issued()
    after = chain().when(instruct()).then(event)
    (instruction,) = after.state.authority.grants["g-1"].instructions
    assert (instruction.entry, instruction.by, instruction.members) == (11, COUNCIL, None)
    own = issued(AUKRA, members=("aukra",))
    assert subjects(own) == (Subject("grant", "g-1"), Subject("member", "aukra"))


def test_an_instruction_names_what_is_there() -> None:
    chain(at("2023-01-01", issued())).when(instruct(grant_id="g-9")).then_rejected("authority.instruction_exists")
    chain().when(instruct(grant_id="g-9", members=["vestnes"])).then_rejected("authority.unknown_grant")
    chain().when(instruct(members=["vestnes"], until="2022-12-31")).then_rejected(
        "authority.unknown_member", members=["vestnes"]
    )
    chain().when(instruct(until="2022-12-31")).then_rejected("authority.period_empty")
    chain().when(instruct(until="2023-01-01")).then(issued(until=date(2023, 1, 1)))


def test_after_it_is_taken_back_nobody_is_instructed() -> None:
    book = chain(at("2023-01-01", AuthorityRevoked(grant_id="g-1", cascade=("g-2",))))
    rejection = book.when(instruct(DEPUTY)).then_rejected("authority.after_revocation", since="2023-01-01")
    assert (rejection.nature, rejection.entries) == ("rule", (11,))
    book.when(instruct(effective="2022-12-31")).then(issued())


def test_nobody_else_instructs() -> None:
    rejection = chain().when(instruct(DEPUTY)).then_rejected("authority.not_principal", principals=["council"])
    assert (rejection.nature, rejection.law, rejection.entries) == ("rule", None, (9,))
    chain().when(instruct(MANAGER, grant_id="g-2")).then(issued(MANAGER, grant_id="g-2"))
    chain().when(instruct(COUNCIL, grant_id="g-2")).then(issued(COUNCIL, grant_id="g-2"))


def test_the_top_body_instructs_in_what_is_the_collaborations_own() -> None:
    whole = Holder(kind="collaboration", id="this")
    governed(granted("g-1", whole, MANAGER)).when(instruct()).then(issued())
    member = governed(granted("g-1", AUKRA, MANAGER))
    member.when(instruct()).then_rejected("authority.not_principal", law=None)


def test_elected_bodies_of_the_host_do_not_instruct_and_the_principal_does() -> None:
    """Kommuneloven § 20-2 third and fourth paragraphs."""
    board = Holder(kind="body", id="board")
    for by in (board, Holder(kind="member", id="molde"), Holder(kind="office", id="director")):
        rejection = hosted().when(instruct(by)).then_rejected("authority.not_principal", principals=["aukra"])
        assert rejection.law == "kommuneloven § 20-2"
    hosted().when(instruct(AUKRA)).then(issued(AUKRA))


def test_the_principal_instructs_in_matters_of_its_own_only() -> None:
    sent = instruct(AUKRA, members=["aukra", "molde"])
    rejection = hosted().when(sent).then_rejected("authority.instruction_for_others", members=["molde"])
    assert (rejection.nature, rejection.law) == ("rule", "kommuneloven § 20-2")
    hosted().when(instruct(AUKRA, members=["aukra"])).then(issued(AUKRA, members=("aukra",)))
