"""Irregular acts: kept without effect, their ids reserved, healed by whoever could have acted rightly."""

from __future__ import annotations

from typing import Any

import pytest

from domain.authority import AuthorityGranted
from domain.bodies import BodyDissolved, SeatFilled, SeatPlanAdopted, SeatVacated
from domain.collaboration import COMMANDS, EVENTS, subjects
from domain.decisions import DecisionMade, Effect
from domain.irregularities import ID_OF, NOT_HEALABLE, ONCE, IrregularityHealed, Touched
from domain.kernel import Subject
from tests.spec import At, Given, at, command, given
from tests.specs.body_books import COUNCIL, MANAGER, PLAN, body, founded, governed, granted
from tests.specs.test_decisions import made, make, managed

TOO_MUCH = "authority.limit_exceeded"
ABOUT = (
    Touched(kind="decision", id="d-1"),
    Touched(kind="office", id="manager"),
    Touched(kind="grant", id="g-1"),
)
HEALED = IrregularityHealed(entry=11, touched=ABOUT)


def decision(decision_id: str, **fields: Any) -> DecisionMade:
    """Returns the event of a decision by the council."""
    return made(**fields).model_copy(update={"decision_id": decision_id})


def exceeded(*facts: At, code: str = TOO_MUCH, **fields: Any) -> Given:
    """Returns a book in which the manager's decision, entry 11, broke a rule, and these facts after it."""
    bought = managed(amount=200_00, **fields)
    first = (body("board", "board"), granted("g-1", COUNCIL, MANAGER))
    return governed(*first, at("2023-06-01", bought, irregular=code), *facts)


RATIFIED = at("2023-07-01", decision("d-2"))
"""The council decides on it: entry 12."""


def heal(*refs: str, **fields: Any) -> Any:
    """Returns a command to heal the manager's decision by these."""
    basis = [{"kind": "decision", "ref": ref} for ref in refs or ("d-2",)]
    return command("irregularity.heal", **{"entry": 11, "basis": basis, "effective": "2023-07-02", **fields})


# Kept -------------------------------------------------------------------------------------


def test_an_irregular_act_is_kept_and_changes_nothing_else() -> None:
    book = exceeded()
    assert "d-1" not in book.state.decisions.by_id
    kept = book.state.irregular.by_entry[11]
    assert (kept.type, kept.fact.irregular, kept.healed_by) == ("decision.made", (TOO_MUCH,), None)
    assert book.state.irregular.decision("d-1") == kept.fact


def test_its_id_is_its_own() -> None:
    for sent in (make(), make(mode="record", reason="Igjen.")):
        rejection = exceeded().when(sent).then_rejected("irregular.id_reserved", id="d-1", entry=11)
        assert (rejection.nature, rejection.entries) == ("fact", (11,))
    exceeded().when(make(decision_id="d-3")).decide()


def test_the_first_of_two_keeps_the_id() -> None:
    again = at("2023-06-02", managed(amount=300_00), irregular=TOO_MUCH)
    kept = exceeded(again).state.irregular.decision("d-1")
    assert kept is not None
    assert kept.number == 11


# Healed -----------------------------------------------------------------------------------


def test_the_body_that_could_have_decided_ratifies_it() -> None:
    before = exceeded(RATIFIED)
    after = before.when(heal()).then(HEALED)
    record = after.state.decisions.by_id["d-1"]
    assert (record.entry, record.interval.latest.isoformat(), record.amount) == (13, "2023-07-02", 200_00)
    assert after.state.irregular.by_entry[11].healed_by == 13
    assert after.state.irregular.decision("d-1") is None
    assert subjects(HEALED) == (
        Subject("irregular_act", "11"),
        Subject("decision", "d-1"),
        Subject("office", "manager"),
        Subject("grant", "g-1"),
    )


def test_what_was_healed_is_used_and_carries_out_what_it_rests_on() -> None:
    laid_down = Effect(effect_id="e-1", act="authority.grant", subject="g-2")
    grant = AuthorityGranted(grant_id="g-2", grantor=COUNCIL, grantee=MANAGER, powers=("spend",))
    book = governed(
        at("2023-05-01", made(effects=(laid_down,))),
        at("2023-06-01", grant, by="d-1", irregular="authority.exceeds_grantor"),
        at("2023-07-01", decision("d-2")),
    )
    assert dict(book.state.decisions.by_id["d-1"].applied.items()) == {}
    touched = (Touched(kind="grant", id="g-2"), Touched(kind="body", id="council"),
               Touched(kind="office", id="manager"), Touched(kind="decision", id="d-1"))  # fmt: skip
    (event,) = book.when(heal(entry=10)).decide().events
    assert isinstance(event, IrregularityHealed)
    assert set(event.touched) >= {touched[0], touched[3]}
    after = book.and_(at("2023-07-02", event))
    assert dict(after.state.decisions.by_id["d-1"].applied.items()) == {"e-1": 12}
    assert "g-2" in after.state.authority.grants


@pytest.mark.parametrize("by", ["council", "board"])
def test_a_bodys_own_act_is_ratified_by_itself_or_the_top_body(by: str) -> None:
    lost = at("2023-06-01", made(body_id="board"), irregular="decision.majority_not_met")
    book = governed(body("board", "board"), lost, at("2023-07-01", decision("d-2", body_id=by)))
    book.when(heal(entry=10)).then(
        IrregularityHealed(entry=10, touched=(Touched(kind="decision", id="d-1"), Touched(kind="body", id="board")))
    )


def test_where_nobody_is_on_top_any_body_that_decides_may() -> None:
    group = body("group", "steering_group")
    lost = at("2023-06-01", made(body_id=None, office_id="manager"), irregular=TOO_MUCH)
    book = given(founded("host_admin"), group, lost, at("2023-07-01", decision("d-2", body_id="group")))
    assert book.when(heal(entry=3)).decide().events


def test_healing_what_is_not_kept_or_is_healed_changes_nothing() -> None:
    before = exceeded(RATIFIED)
    for entry in (1, 99):
        lost = before.and_(at("2023-07-02", IrregularityHealed(entry=entry, touched=())))
        assert lost.state == before.state
    after = before.and_(at("2023-07-02", HEALED))
    assert after.and_(at("2023-07-03", HEALED)).state == after.state


# Refused ----------------------------------------------------------------------------------


def test_only_what_broke_a_rule_is_healed() -> None:
    for entry in (10, 99):
        rejection = exceeded(RATIFIED).when(heal(entry=entry)).then_rejected("irregular.not_irregular", entry=entry)
        assert rejection.nature == "fact"


def test_once() -> None:
    book = exceeded(RATIFIED, at("2023-07-02", HEALED))
    rejection = book.when(heal()).then_rejected("irregular.already_healed", entry=11)
    assert (rejection.nature, rejection.entries) == ("fact", (11, 13))


def test_unless_it_was_done_rightly_since() -> None:
    seat = SeatFilled(person_id="p-1", body_id="council", on_behalf_of="aukra")
    book = governed(
        at("2023-06-01", seat, irregular="seat.no_seat_left"),
        at("2023-06-02", seat),
        at("2023-07-01", decision("d-2")),
    )
    rejection = book.when(heal(entry=9)).then_rejected("irregular.overtaken", entry=9)
    assert (rejection.nature, rejection.entries) == ("fact", (9, 10))
    other = seat.model_copy(update={"person_id": "p-2"})
    apart = governed(
        at("2023-06-01", seat, irregular="seat.no_seat_left"),
        at("2023-06-02", other),
        at("2023-06-03", SeatVacated(person_id="p-2", body_id="council", cause="resigned")),
        at("2023-07-01", decision("d-2")),
    )
    assert apart.when(heal(entry=9)).decide().events


def test_nor_what_a_decision_laid_down_and_something_else_carried_out() -> None:
    laid_down = Effect(effect_id="e-1", act="seat_plan.adopt", subject="board")
    plan = SeatPlanAdopted(body_id="board", seat_plan=PLAN)
    first = (body("board", "board"), at("2023-05-01", made(effects=(laid_down,))))
    wrong = at("2023-06-01", plan, by="d-1", irregular="effect.differs")
    ratified = at("2023-07-01", decision("d-2"))
    book = governed(*first, wrong, at("2023-06-02", plan, by="d-1"), ratified)
    rejection = book.when(heal(entry=11)).then_rejected("irregular.overtaken", entry=11)
    assert (rejection.nature, rejection.entries) == ("fact", (11, 12))
    assert governed(*first, wrong, ratified).when(heal(entry=11)).decide().events


@pytest.mark.parametrize("code", NOT_HEALABLE)
def test_what_the_law_gives_to_others_is_not_the_collaborations_to_ratify(code: str) -> None:
    book = exceeded(RATIFIED, code=f"{TOO_MUCH} {code}")
    rejection = book.when(heal("d-9")).then_rejected("irregular.not_healable", entry=11, broken=code)
    assert (rejection.nature, rejection.law, rejection.entries) == ("rule", NOT_HEALABLE[code], (11,))


@pytest.mark.parametrize(
    "fact",
    [
        at("2023-07-01", decision("d-2", body_id="board")),
        at("2023-07-01", decision("d-2", body_id=None, office_id="manager")),
        at("2023-07-01", decision("d-2", kind="noted")),
        at("2023-07-01", decision("d-3")),
        at("2023-07-01", BodyDissolved(body_id="board")),
    ],
)
def test_it_takes_a_decision_of_one_that_could_have_decided(fact: At) -> None:
    rejection = (
        exceeded(fact)
        .when(heal())
        .then_rejected("irregular.no_healing_decision", decisions=["d-2"], bodies=["council"])
    )
    assert (rejection.nature, rejection.law, rejection.entries) == ("rule", "forvaltningsloven § 35", (11,))


def test_made_after_it() -> None:
    before = (body("board", "board"), granted("g-1", COUNCIL, MANAGER), at("2023-07-01", decision("d-2")))
    book = governed(*before, at("2023-06-01", managed(amount=200_00), irregular=TOO_MUCH))
    book.when(heal(entry=12)).then_rejected("irregular.no_healing_decision", decisions=["d-2"])


def test_healing_against_a_rule_is_irregular_itself_and_may_be_healed() -> None:
    sent = heal("d-3", mode="record", reason="Ble gjort slik.")
    wrong = at("2023-07-01", decision("d-3", body_id="board"))
    book = exceeded(wrong).when(sent).then(HEALED, irregular=["irregular.no_healing_decision"])
    assert "d-1" not in book.state.decisions.by_id
    right = book.and_(at("2023-07-03", decision("d-2")))
    (event,) = right.when(heal(entry=13, effective="2023-07-04")).decide().events
    assert isinstance(event, IrregularityHealed)
    after = right.and_(at("2023-07-04", event))
    assert after.state.decisions.by_id["d-1"].entry == 15
    assert [after.state.irregular.by_entry[n].healed_by for n in (11, 13)] == [15, 15]


def test_irregular_healings_of_each_other_come_to_an_end() -> None:
    book = given(
        founded(),
        at("2023-01-01", IrregularityHealed(entry=3, touched=()), irregular="irregular.no_healing_decision"),
        at("2023-01-01", IrregularityHealed(entry=2, touched=()), irregular="irregular.no_healing_decision"),
        at("2023-01-01", IrregularityHealed(entry=2, touched=())),
    )
    assert [book.state.irregular.by_entry[n].healed_by for n in (2, 3)] == [4, 4]


# The tables -------------------------------------------------------------------------------


def test_the_tables_name_what_there_is() -> None:
    known = {event: chosen for event, chosen in ID_OF.items() if event in EVENTS}
    assert {"decision.made", "authority.granted", "body.established"} <= set(known)
    for event, (sent, name) in known.items():
        assert name in EVENTS[event].model_fields, event
        assert name in COMMANDS[sent].model_fields, event
    assert set(EVENTS) >= ONCE
