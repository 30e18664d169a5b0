"""What acts rest on, and the effects of decisions: each carried out once, by an act that does what was decided."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, get_args

import pytest
from pydantic import JsonValue

from domain.authority import AuthorityGranted
from domain.collaboration import COMMANDS, EVENTS, touched
from domain.constitution import CharterProposed
from domain.dates import Interval
from domain.decisions import DecisionCondition, Effect, EffectAct, Term
from domain.decisions.effects import ACTS, same, written
from domain.decisions.state import End
from domain.kernel import Fact, Subject
from domain.resolutions import MemberResolutionRecorded, ResolutionSubject
from domain.vocabulary import Limits
from tests.spec import RECORDED, At, Given, at, command, seal
from tests.specs.body_books import COUNCIL, MANAGER, SOURCE, governed, imported
from tests.specs.test_decisions import made

DECIDED = [{"kind": "decision", "ref": "d-1"}]


def effect(effect_id: str = "e-1", subject: str = "g-1", act: EffectAct = "authority.grant", **terms: Any) -> Effect:
    """Returns an effect: that a grant is made, if nothing else is said."""
    laid_down = tuple(Term(field=name, value=written(value)) for name, value in sorted(terms.items()))
    return Effect(effect_id=effect_id, act=act, subject=subject, terms=laid_down)


def decided(*effects: Effect, **fields: Any) -> At:
    """Returns the council's decision that lays down the effects; it is entry 9."""
    return at("2023-06-01", made(effects=effects, **fields))


def grant(**fields: Any) -> Any:
    """Returns a command to grant the manager powers by the decision."""
    known = {
        "grant_id": "g-1",
        "grantor": COUNCIL.model_dump(),
        "grantee": MANAGER.model_dump(),
        "powers": ["spend", "contract"],
        "limits": {"per_act": 100_00},
        "review_on": "2027-01-01",
        "effective": "2023-07-01",
        "basis": DECIDED,
    }
    return command("authority.grant", **{**known, **fields})


def event(**fields: Any) -> AuthorityGranted:
    """Returns the event of that grant."""
    known: dict[str, Any] = {
        "grant_id": "g-1",
        "grantor": COUNCIL,
        "grantee": MANAGER,
        "powers": ("spend", "contract"),
        "limits": Limits(per_act=100_00),
        "review_on": date(2027, 1, 1),
    }
    return AuthorityGranted(**{**known, **fields})


def effects_of(book: Given, decision_id: str = "d-1") -> dict[str, int]:
    """Returns the entry that carried out each effect."""
    return dict(book.state.decisions.by_id[decision_id].applied.items())


# Carried out ------------------------------------------------------------------------------


def test_an_act_carries_out_what_was_decided() -> None:
    laid_down = effect(powers=["contract", "spend"], limits={"per_act": 100_00}, effective="2023-07-01")
    before = governed(decided(laid_down))
    assert before.state.decisions.by_id["d-1"].open_effects == (laid_down,)
    after = before.when(grant()).then(event())
    assert effects_of(after) == {"e-1": 10}
    assert after.state.decisions.by_id["d-1"].open_effects == ()
    assert list(after.state.decisions.by_id["d-1"].rested_on_by) == [10]


def test_an_act_that_rests_on_a_decision_touches_it() -> None:
    basis = grant().basis
    fact = Fact(event(), 10, Interval.exact(RECORDED.date()), RECORDED, basis=basis)
    assert Subject("decision", "d-1") in touched(fact)
    assert Subject("decision", "d-1") not in touched(replace(fact, basis=()))


def test_a_decision_in_words_alone_can_be_rested_on() -> None:
    after = governed(decided()).when(grant()).then(event())
    assert effects_of(after) == {}


def test_of_several_decisions_the_one_that_lays_it_down_counts() -> None:
    other = replace(decided(effect("e-2", "g-2")), event=made(effects=(effect("e-2", "g-2"),)).model_copy(
        update={"decision_id": "d-2"}))  # fmt: skip
    basis = [{"kind": "decision", "ref": "d-2"}, *DECIDED]
    after = governed(decided(effect()), other).when(grant(basis=basis)).then(event())
    assert (effects_of(after), effects_of(after, "d-2")) == ({"e-1": 11}, {})


def test_an_irregular_act_leaves_its_effect_open() -> None:
    sent = grant(limits={"per_act": 200_00}, mode="record", reason="Gitt muntlig.")
    granted = event(limits=Limits(per_act=200_00))
    after = governed(decided(effect(limits={"per_act": 100_00}))).when(sent).then(granted, irregular=["effect.differs"])
    assert effects_of(after) == {}


def test_an_effect_is_carried_out_once_in_any_history() -> None:
    book = governed(decided(effect()), at("2023-07-01", event(), by="d-1"), at("2023-08-01", event(), by="d-1"))
    assert effects_of(book) == {"e-1": 10}


# Refused ----------------------------------------------------------------------------------


def test_what_is_done_is_what_was_decided() -> None:
    laid_down = effect(powers=["spend"], limits={"per_act": 100_00}, depth=0)
    rejection = (
        governed(decided(laid_down))
        .when(grant(depth=1))
        .then_rejected("effect.differs", decision_id="d-1", effect_id="e-1", fields=["depth", "powers"])
    )
    assert (rejection.nature, rejection.entries) == ("rule", (9,))
    limits = {"per_act": 100_01}
    governed(decided(laid_down)).when(grant(limits=limits, powers=["spend"])).then_rejected(
        "effect.differs", fields=["limits"]
    )
    later = effect(effective="2023-07-02")
    governed(decided(later)).when(grant()).then_rejected("effect.differs", fields=["effective"])
    rough = governed(decided(effect(effective="2023-07-01"))).when(grant(**imported("2023-06-30", "2023-07-01")))
    rough.then_rejected("effect.differs", fields=["effective"])


def test_and_nothing_that_was_not() -> None:
    book = governed(decided(effect("e-1", "g-2"), effect("e-2", "g-1", "authority.revoke")))
    rejection = book.when(grant()).then_rejected(
        "effect.not_decided", act="authority.grant", subject="g-1", decisions=["d-1"]
    )
    assert (rejection.nature, rejection.entries) == ("rule", (9,))


def test_and_once() -> None:
    book = governed(decided(effect()), at("2023-07-01", event(grant_id="g-0"), by="d-1"))
    spent = Given(replace(book.state, decisions=book.state.decisions.with_made(
        "d-1", replace(book.state.decisions.by_id["d-1"],
                       applied=book.state.decisions.by_id["d-1"].applied.insert("e-1", 10)))), book.number)  # fmt: skip
    rejection = spent.when(grant()).then_rejected("effect.already_applied", decision_id="d-1", effect_id="e-1")
    assert (rejection.nature, rejection.entries) == ("fact", (9, 10))
    spent.when(grant(mode="record", reason="Igjen.")).then_rejected("effect.already_applied")


def test_a_decision_that_is_rested_on_is_in_the_book() -> None:
    basis = [{"kind": "decision", "ref": "d-9"}]
    seat = command("seat.vacate", person_id="p-1", body_id="council", cause="resigned", basis=basis)
    assert seat.type == "seat.vacate"
    plan = command("office.establish", office_id="o-9", title="Kontakt", kind="contact", basis=basis)
    rejection = governed().when(plan).then_rejected("basis.unknown_decision", decision_id="d-9")
    assert rejection.nature == "fact"
    lawful = [{"kind": "law", "ref": "kommuneloven § 19-3"}, {"kind": "document", "ref": "notat"}]
    governed().when(plan.model_copy(update={"basis": grant(basis=lawful).basis})).decide()


def test_and_regular() -> None:
    book = governed(at("2023-06-01", made(), irregular="decision.majority_not_met"))
    plan = command("office.establish", office_id="o-9", title="Kontakt", kind="contact", basis=DECIDED)
    rejection = book.when(plan).then_rejected("basis.decision_irregular", decision_id="d-1")
    assert (rejection.nature, rejection.entries) == ("rule", (9,))


def ended(kind: Any, earliest: str = "2023-08-01", latest: str | None = None) -> Given:
    """Returns a book whose decision ceased to be in force by entry 20."""
    book = governed(decided(effect()))
    interval = at(earliest, made(), latest).effective
    over = replace(book.state.decisions.by_id["d-1"], end=End(kind, 20, interval))
    return Given(replace(book.state, decisions=book.state.decisions.with_made("d-1", over)), book.number)


def test_and_in_force() -> None:
    rejection = (
        ended("reversed")
        .when(grant(effective="2023-08-01"))
        .then_rejected("basis.decision_not_in_force", decision_id="d-1", end="reversed", on="2023-08-01")
    )
    assert (rejection.nature, rejection.entries) == ("rule", (9, 20))
    ended("reversed").when(grant(effective="2023-07-31")).then(event())
    ended("annulled").when(grant(effective="2023-07-31")).then_rejected("basis.decision_not_in_force", end="annulled")


def test_on_a_rough_date_it_may_be() -> None:
    rough = ended("reversed", "2023-07-01", "2023-08-01")
    rejection = rough.when(grant()).then_rejected("basis.decision_perhaps_ended", on="2023-07-01")
    assert rejection.nature == "unknown"
    sent = grant(mode="import", source=SOURCE)
    rough.when(sent).then(event(), unverified=["basis.decision_perhaps_ended"])


def test_and_not_put_off() -> None:
    book = governed(decided(effect()))
    stayed = replace(book.state.decisions.by_id["d-1"], stayed_by=12)
    put_off = Given(replace(book.state, decisions=book.state.decisions.with_made("d-1", stayed)), book.number)
    rejection = put_off.when(grant()).then_rejected("basis.decision_stayed", decision_id="d-1")
    assert (rejection.nature, rejection.law, rejection.entries) == ("rule", "kommuneloven § 27-3", (9, 12))


def test_and_its_conditions_fulfilled() -> None:
    condition = DecisionCondition(condition_id="money", text=seal("Penger."))
    book = governed(decided(effect(), conditions=(condition,)))
    rejection = book.when(grant()).then_rejected("basis.condition_open", conditions=["money"])
    assert (rejection.nature, rejection.entries) == ("rule", (9,))
    fulfilled = command("decision_condition.fulfil", decision_id="d-1", condition_id="money", effective="2023-06-02")
    after = Given(book.state, book.number)
    (told,) = after.when(fulfilled).decide().events
    after.and_(at("2023-06-02", told)).when(grant()).then(event())  # type: ignore[arg-type]


# Resolutions and charters -----------------------------------------------------------------


def test_a_numbered_resolution_is_one_of_the_book() -> None:
    subject = ResolutionSubject(kind="grant", ref="g-1")
    told = MemberResolutionRecorded(member_id="aukra", council="Aukra", subject=subject, outcome="adopted")
    book = governed(at("2023-05-01", told))
    for ref in ("8", "10", "9" * 16):
        rejection = book.when(grant(basis=[{"kind": "resolution", "ref": ref}])).then_rejected(
            "basis.unknown_resolution", ref=ref
        )
        assert rejection.nature == "fact"
    for ref in ("9", "PS 12/23", "sak ٣"):
        book.when(grant(basis=[{"kind": "resolution", "ref": ref}])).then(event())


def test_a_charter_is_one_of_those_the_book_knows_once_it_knows_any() -> None:
    basis = [{"kind": "charter", "ref": "avtale-1"}, *DECIDED]
    governed(decided(effect())).when(grant(basis=basis)).then(event())
    other = CharterProposed(charter_version="avtale-2", kind="cooperation_agreement", legal_form="ko",
                            clauses=(), route="member_councils")  # fmt: skip
    book = governed(decided(effect()), at("2023-01-01", other))
    rejection = book.when(grant(basis=basis)).then_rejected("basis.unknown_charter", charter_version="avtale-1")
    assert rejection.nature == "unknown"
    book.when(grant(basis=[{"kind": "charter", "ref": "avtale-2"}, *DECIDED])).then(event())


# The table of acts, and comparing -----------------------------------------------------------


def test_every_act_that_carries_out_a_decision_is_a_command_with_its_event() -> None:
    assert set(ACTS) == set(get_args(EffectAct))
    for act, kind in ACTS.items():
        assert kind.subject in COMMANDS[act].model_fields, act
        assert kind.subject in EVENTS[kind.event].model_fields, act


@pytest.mark.parametrize(
    ("laid_down", "done", "is_same"),
    [
        (["a", "b"], ["b", "a"], True),
        (["a"], ["a", "b"], False),
        ([1, 2], [2, 1], False),
        ([{"x": 1}], [{"x": 1, "y": 2}], True),
        ({"x": 1}, {"x": 1, "y": 2}, True),
        ({"x": None}, {"y": 2}, False),
        ({"x": 1}, 1, False),
        ([1], 1, False),
        (1, True, False),
        (None, None, True),
        ("a", "A", False),
    ],
)
def test_what_is_done_is_compared_with_what_is_laid_down(laid_down: JsonValue, done: object, is_same: bool) -> None:
    assert same(laid_down, done) is is_same


def test_a_term_that_is_no_json_reads_as_it_is() -> None:
    assert Term(field="x", value="{").read() == "{"
