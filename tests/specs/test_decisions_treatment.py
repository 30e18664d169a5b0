"""How a decision came about: its case, meeting and vote, its effects and conditions; refusals in order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from api.catalogue import LANGUAGES, Language, catalogue
from domain.cases.state import Case, Cases
from domain.collaboration import subjects
from domain.dates import Interval
from domain.decisions import DecisionCondition, DecisionConditionFulfilled, Effect, Term
from domain.kernel import Subject
from domain.meetings.state import Meeting, Meetings
from domain.votes.state import Vote, VoteResult, Votes
from tests.spec import Given, at, command, seal
from tests.specs.body_books import SOURCE, body, governed
from tests.specs.test_decisions import AGREED, made, make

ON = Interval.exact(date(2023, 5, 1))


def treated(legal_form: Any = "ko", result: VoteResult = "adopted", **meeting: Any) -> Given:
    """Returns a book in which the council's meeting `m-1` has the case `c-1` on its agenda, and voted on it."""
    book = governed(body("board", "board"), body("group", "steering_group"), legal_form=legal_form)
    known: dict[str, Any] = {"agenda": ("c-1",), "opened_by": 52, **meeting}
    held = [
        Meeting(meeting_id=f"m-{n}", body_id=b, entry=50 + n, number="1/23", on=ON.latest, mode="in_person")
        for n, b in ((1, "council"), (2, "board"))
    ]
    meetings = {one.meeting_id: one for one in held} | {"m-1": replace(held[0], **known)}
    cases = {c: Case(case_id=c, entry=40, number="1/23", kind="decision", title="Sak", opened=ON, route=("council",))
             for c in ("c-1", "c-2")}  # fmt: skip
    votes = {
        v: Vote(vote_id=v, entry=60, body_id=b, case_id=c, meeting_id="m-1", about="proposal", result=result,
                adopted=None, elected=(), rule_id=None, voters=frozenset())
        for v, b, c in (("v-1", "council", "c-1"), ("v-2", "council", "c-2"), ("v-3", "board", "c-1"))
    }  # fmt: skip
    state = replace(
        book.state,
        cases=Cases(Cases().by_id.update(cases)),
        meetings=Meetings(Meetings().by_id.update(meetings)),
        votes=Votes(by_id=Votes().by_id.update(votes)),
    )
    return Given(state, book.number)


WHERE = {"case_id": "c-1", "meeting_id": "m-1", "vote_id": "v-1"}


def told(**fields: Any) -> Any:
    """Returns a command to record what the council decided in the case, by the vote."""
    return make(**{**WHERE, "vote": None, **fields})


def test_a_body_decides_a_case_in_its_meeting_by_a_vote() -> None:
    event = made(vote=None, **WHERE)
    treated().when(told()).then(event)
    assert subjects(event) == (
        Subject("decision", "d-1"),
        Subject("body", "council"),
        Subject("case", "c-1"),
        Subject("meeting", "m-1"),
        Subject("vote", "v-1"),
    )


@pytest.mark.parametrize(
    ("fields", "code", "params"),
    [
        ({"case_id": "c-9", "meeting_id": "m-9"}, "unknown_case", {"case_id": "c-9"}),
        ({"meeting_id": "m-9", "vote_id": "v-9"}, "unknown_meeting", {"meeting_id": "m-9"}),
        ({"meeting_id": "m-2", "vote_id": "v-9"}, "meeting_of_another_body", {"body_id": "board"}),
        ({"vote_id": "v-9", "vote": {"form": "unanimous", "against": 1}}, "unknown_vote", {"vote_id": "v-9"}),
        ({"vote_id": "v-2"}, "vote_of_another_case", {"case_id": "c-2"}),
        ({"vote_id": "v-1", "case_id": None}, "vote_of_another_case", {"case_id": "c-1"}),
        ({"vote_id": "v-3", "kind": "individual_decision"}, "vote_of_another_body", {"body_id": "board"}),
    ],
)
def test_what_it_came_about_by_is_in_the_book(fields: Any, code: str, params: Any) -> None:
    for mode in ({}, {"mode": "record", "reason": "Slik ble det."}):
        rejection = treated().when(told(**fields, **mode)).then_rejected(f"decision.{code}", **params)
        assert rejection.nature == "fact"


def test_a_meeting_decides_while_it_goes_on() -> None:
    called, over = treated(opened_by=None), treated(adjourned_by=70)
    rejection = called.when(told()).then_rejected("decision.meeting_not_open", meeting_id="m-1")
    assert (rejection.nature, rejection.law, rejection.entries) == ("rule", "kommuneloven § 11-2", (51,))
    assert over.when(told()).then_rejected("decision.meeting_not_open").entries == (51, 52, 70)
    over.when(told(mode="import", source=SOURCE)).then(made(vote=None, **WHERE))
    treated(opened_by=None, mode="written").when(told()).then(made(vote=None, **WHERE))


def test_on_the_cases_of_its_agenda() -> None:
    book = treated(agenda=("c-2",))
    rejection = book.when(told()).then_rejected("decision.case_not_on_agenda", case_id="c-1", meeting_id="m-1")
    assert (rejection.nature, rejection.law, rejection.entries) == ("rule", "kommuneloven § 11-3", (51,))
    where = {**WHERE, "case_id": "c-2", "vote_id": "v-2"}
    book.when(told(**where)).then(made(vote=None, **where))


@pytest.mark.parametrize("result", ["rejected", "not_elected", "tie"])
@pytest.mark.parametrize(("legal_form", "law"), [("ko", "kommuneloven § 11-9"), ("iks", "IKS-loven § 9")])
def test_what_was_voted_down_is_not_decided(result: Any, legal_form: Any, law: str) -> None:
    book = treated(legal_form, result)
    rejection = book.when(told()).then_rejected("decision.vote_not_won", vote_id="v-1", result=result)
    assert (rejection.nature, rejection.law, rejection.entries) == ("rule", law, (60,))
    book.when(told(kind="election")).then_rejected("decision.vote_not_won")
    book.when(told(kind="noted")).then(made(kind="noted", vote=None, **WHERE))
    treated(legal_form, "elected").when(told(kind="election")).then(made(kind="election", vote=None, **WHERE))


def test_a_body_decides_by_voting() -> None:
    silent = make(vote=None)
    rejection = treated().when(silent).then_rejected("decision.no_vote", body_id="council", kind="resolution")
    assert (rejection.nature, rejection.law) == ("unknown", "kommuneloven § 11-9")
    imported = make(vote=None, mode="import", source=SOURCE)
    treated().when(imported).then(made(vote=None), unverified=["decision.no_vote"])
    treated().when(make(vote=None, kind="noted")).then(made(kind="noted", vote=None))
    treated().when(make(vote=None, body_id="group")).then(made(body_id="group", vote=None))
    treated().when(make()).then(made(vote=AGREED))


# A form that may not decide, and the route that is open ----------------------------------


@pytest.mark.parametrize("case_type", ["internal", "grants"])
def test_a_ko_decides_individual_matters_of_its_own_and_on_grants(case_type: str) -> None:
    sent = make(kind="individual_decision", case_type=case_type)
    governed().when(sent).then(made(kind="individual_decision", case_type=case_type))
    other = make(kind="individual_decision", case_type=None)
    rejection = governed().when(other).then_rejected("decision.form_cannot_decide", legal_form="ko")
    assert rejection.law == "kommuneloven § 19-1"


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_may_not_is_told_the_route_by_a_host_municipality(language: Language) -> None:
    told = catalogue().text("rejection", "decision.form_cannot_decide", "how", {}, language)
    assert "§§ 20-2 og 20-3" in told or "§§ 20-2 and 20-3" in told


# Effects and conditions ------------------------------------------------------------------


def effect(effect_id: str = "e-1", **fields: Any) -> dict[str, Any]:
    """Returns an effect as a client sends it."""
    return {"effect_id": effect_id, "act": "authority.grant", "subject": "g-1", **fields}


def test_effects_are_stored_in_one_form() -> None:
    terms = {"powers": ["spend"], "limits": {"per_year": None, "per_act": 5}, "depth": 0, "legal_basis": "§ 1 é"}
    stored = Effect(
        effect_id="e-1",
        act="authority.grant",
        subject="g-1",
        terms=(
            Term(field="depth", value="0"),
            Term(field="legal_basis", value='"§ 1 é"'),
            Term(field="limits", value='{"per_act":5,"per_year":null}'),
            Term(field="powers", value='["spend"]'),
        ),
    )
    assert [term.read() for term in stored.terms] == [terms[term.field] for term in stored.terms]
    governed().when(make(effects=[effect(terms=terms)])).then(made(effects=(stored,)))


@pytest.mark.parametrize(
    ("effects", "named"),
    [
        ([effect(), effect(subject="g-2")], ["e-1"]),
        ([effect(), effect("e-2")], ["e-1", "e-2"]),
    ],
)
def test_a_decision_lays_the_same_down_once(effects: Any, named: list[str]) -> None:
    sent = make(effects=effects, conditions=[{"condition_id": "a", "text": "Én."}] * 2)
    rejection = governed().when(sent).then_rejected("decision.effect_twice", effects=named)
    assert rejection.nature == "fact"
    twice = make(conditions=[{"condition_id": "a", "text": "Én."}] * 2, kind="individual_decision")
    governed().when(twice).then_rejected("decision.condition_twice", conditions=["a"])


@pytest.mark.parametrize("terms", [{"x": 1.5}, {"x": 2**53}, {"x": [[[[[[[1]]]]]]]}, {"x": "a\u202eb"}, {"X": 1}])
def test_a_term_holds_what_an_act_can_hold(terms: Any) -> None:
    with pytest.raises(ValueError, match=r"validation error|term"):
        make(effects=[effect(terms=terms)])


def test_an_effect_lays_down_fields_the_act_has() -> None:
    sent = make(effects=[effect(terms={"powers": ["spend"], "power": "spend", "mode": "record"})])
    rejection = governed().when(sent).then_rejected("effect.unknown_field", fields=["mode", "power"], effect_id="e-1")
    assert rejection.nature == "fact"
    governed().when(make(effects=[effect(terms={"effective": "2023-07-01"})])).then(
        made(effects=(Effect(effect_id="e-1", act="authority.grant", subject="g-1",
                             terms=(Term(field="effective", value='"2023-07-01"'),)),))
    )  # fmt: skip


@pytest.mark.parametrize(
    ("act", "terms", "fields"),
    [
        ("office.establish", {"kind": "contact", "purpose": "Si fra om Kari"}, ["purpose"]),
        ("authority.grant", {"conditions": [{"kind": "other"}, {"kind": "other", "text": "Etter avtale"}]},
         ["conditions.1.text"]),
        ("budget.amend", {"cause": "Sykefravær", "year": 2024}, ["cause"]),
    ],
)  # fmt: skip
def test_running_text_is_not_laid_down_in_clear(act: str, terms: dict[str, Any], fields: list[str]) -> None:
    effect = {"effect_id": "e-1", "act": act, "subject": "x", "terms": terms}
    rejection = governed().when(make(effects=[effect])).then_rejected("effect.text_laid_down", act=act, fields=fields)
    assert rejection.nature == "fact"
    named = {**effect, "act": "office.establish", "subject": "leder", "terms": {"title": "Leder", "kind": "leader"}}
    assert governed().when(make(effects=[named])).decide().events


CONDITIONS = (DecisionCondition(condition_id="money", text=seal("Penger er bevilget.")),)


def fulfil(**fields: Any) -> Any:
    """Returns a command to say that the condition is fulfilled."""
    known = {"decision_id": "d-1", "condition_id": "money", "effective": "2023-07-01"}
    return command("decision_condition.fulfil", **{**known, **fields})


def test_a_condition_is_fulfilled_once() -> None:
    sent = make(conditions=[{"condition_id": "money", "text": "Penger er bevilget."}])
    before = governed().when(sent).then(made(conditions=CONDITIONS))
    assert before.state.decisions.by_id["d-1"].open_conditions == ("money",)
    event = DecisionConditionFulfilled(decision_id="d-1", condition_id="money")
    after = before.when(fulfil()).then(event)
    assert after.state.decisions.by_id["d-1"].open_conditions == ()
    again = after.when(fulfil()).then_rejected("decision.condition_already_fulfilled", condition_id="money")
    assert again.entries == (10,)
    assert subjects(event) == (Subject("decision", "d-1"),)


def test_of_a_decision_that_has_it() -> None:
    governed().when(fulfil()).then_rejected("decision.unknown_decision", decision_id="d-1")
    plain = governed(at("2023-06-01", made()))
    assert plain.when(fulfil()).then_rejected("decision.unknown_condition", condition_id="money").entries == (9,)
    lost = Given(plain.state, plain.number).and_(
        at("2023-07-01", DecisionConditionFulfilled(decision_id="d-9", condition_id="money"))
    )
    assert lost.state.decisions == plain.state.decisions
