"""What holds for any history of services and agreements."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, get_args

from hypothesis import example, given
from hypothesis import strategies as st

from domain.agreements import AgreementCommand, AgreementEvent, Agreements, decide, evolve, subjects
from domain.collaboration import COMMANDS, Collaboration
from domain.kernel import Context, Fact, Rejection, context_for
from domain.outlook import around_agreements
from tests.spec import RECORDED, TODAY, command, fold, seal
from tests.specs.agreement_books import BASIS, IMPORTED, TERMS, book, concluded

DAYS = [date(2014, 1, 1) + timedelta(days=number) for number in range(30)]
BOOK = book(concluded("2014-01-01"))


def context(sent: Any) -> Context:
    """Returns what the command is decided in."""
    return context_for(sent, TODAY, seal)


def judged(state: Collaboration, sent: Any) -> Any:
    """Returns the decision on a command of this register, None where it is refused."""
    try:
        return decide(sent, state.agreements, around_agreements(state), context(sent))
    except Rejection:
        return None


def versions_on_each_day(agreements: Agreements) -> list[int | None]:
    """Returns the version certainly in force on each of the days."""
    readings = [agreements.level_on("sla", day).certain for day in DAYS]
    return [None if mark is None else mark.value.sla_version for mark in readings]


intervals = st.tuples(st.sampled_from(DAYS), st.integers(0, 12)).map(
    lambda pair: (pair[0], pair[0] + timedelta(pair[1]))
)


@given(st.lists(intervals, max_size=8))
@example([(DAYS[0], DAYS[20]), (DAYS[3], DAYS[5]), (DAYS[4], DAYS[25]), (DAYS[6], DAYS[6])])
def test_a_later_version_never_changes_an_earlier_certain_day(drawn: list[tuple[date, date]]) -> None:
    state, accepted = BOOK.state, 0
    for number, (earliest, latest) in enumerate(drawn, start=7):
        rough = {"earliest": earliest.isoformat(), "latest": latest.isoformat()}
        sent = command(
            "service_level.revise",
            **{**IMPORTED, "agreement_id": "sla", "sla_version": accepted + 1, "name": "SLA", "effective": rough},
        )
        decision = judged(state, sent)
        if decision is None:
            continue
        before = versions_on_each_day(state.agreements)
        state = fold(state, decision, sent, number)
        accepted += 1
        after = versions_on_each_day(state.agreements)
        assert [v for day, v in zip(DAYS, after, strict=True) if day < latest] == [
            v for day, v in zip(DAYS, before, strict=True) if day < latest
        ]
        assert {v for day, v in zip(DAYS, after, strict=True) if day >= latest} <= {accepted}
    assert accepted > 0 or not drawn
    marks = state.agreements.levels.get("sla")
    assert [mark.value.sla_version for mark in (marks.marks if marks else ())] == list(range(1, accepted + 1))


# Whatever is sent -------------------------------------------------------------------------

ids = st.sampled_from(["sla", "aukra", "molde", "desk", "manager", "board", "eide", "stranger"])
holders = st.fixed_dictionaries({"kind": st.sampled_from(["member", "body", "office"]), "id": ids}) | st.just(
    {"kind": "collaboration", "id": "this"}
)
days = st.sampled_from(["1837-01-14", "2014-01-01", "2014-01-05", "2026-11-24", "2199-12-31"])
efforts = st.sampled_from(["unknown", "99", "99.5", "-1"])
targets = st.fixed_dictionaries(
    {
        "target_id": ids,
        "metric": st.just("Oppetid"),
        "operator": st.sampled_from(["at_least", "at_most"]),
        "value": efforts,
        "unit": st.just("prosent"),
        "good_enough": st.none() | efforts,
        "ideal": st.none() | efforts,
    }
)
effects = st.fixed_dictionaries(
    {"year": st.sampled_from([2026, 2027]), "line_id": ids, "amount": st.sampled_from([-(2**53) + 1, 0, 1, 2**53 - 1])}
)
periods = st.sampled_from(
    [
        {"first_day": "2014-01-01", "last_day": "2014-01-05"},
        {"first_day": "2014-01-05", "last_day": "2026-11-24"},
        {"first_day": "1837-01-14", "last_day": "2199-12-31"},
    ]
)
rows = st.fixed_dictionaries({"target_id": ids, "value": st.sampled_from(["99", "99.5", "-1"])})
prices = st.fixed_dictionaries(
    {
        "item_id": ids,
        "name": st.just("Pris"),
        "group": st.sampled_from(["operations", "procurement"]),
        "unit": st.just("bruker"),
        "price_ore": st.none() | st.sampled_from([0, 2**53 - 1]),
    }
)
fields: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "service.register": {
        "service_id": ids,
        "name": st.just("Tjeneste"),
        "group": st.just("operations"),
        "owner_office": ids,
        "consumers": st.lists(ids, max_size=3),
    },
    "service_agreement.conclude": {
        "agreement_id": ids,
        "name": st.just("Avtale"),
        "provider": holders,
        "customers": st.lists(ids, min_size=1, max_size=3),
        "services": st.lists(ids, max_size=2),
        "until": st.none() | days,
        "review_months": st.sampled_from(["unknown", 12]),
    },
    "service_level.revise": {
        "agreement_id": ids,
        "sla_version": st.integers(1, 3),
        "name": st.just("SLA"),
        "targets": st.lists(targets, max_size=3),
        "budget_effect": st.none() | effects,
    },
    "product_group.define": {
        "group": st.sampled_from(["operations", "procurement"]),
        "pricing_model": st.sampled_from(["fixed", "pass_through", "price_per_performance"]),
    },
    "service.retire": {"service_id": ids, "successor_service": st.none() | ids},
    "agreement_phase.change": {
        "agreement_id": ids,
        "to_phase": st.sampled_from(["start_up", "operation", "continuous_evaluation", "exit"]),
        "conditions_met": st.lists(ids, max_size=2),
    },
    "price_terms.revise": {
        "agreement_id": ids,
        "price_version": st.integers(1, 3),
        "items": st.lists(prices, min_size=1, max_size=2),
        "budget_effect": st.none() | effects,
    },
    "targets.measure": {"agreement_id": ids, "period": periods, "rows": st.lists(rows, min_size=1, max_size=3)},
    "service_review.hold": {
        "agreement_id": ids,
        "customers_present": st.lists(ids, max_size=2),
        "provider_present": st.booleans(),
        "next_review": st.none() | days,
    },
    "breach.declare": {"breach_id": ids, "agreement_id": ids, "target_id": ids, "period": periods, "by": holders},
    "breach.resolve": {
        "breach_id": ids,
        "outcome": st.sampled_from(["credited", "waived"]),
        "credit_ore": st.none() | st.just(0),
    },
    "service_agreement.terminate": {
        "agreement_id": ids,
        "by": holders,
        "notice_given_on": st.just("unknown") | days,
        "exit_plan": st.none() | st.just("Plan."),
    },
}
envelopes = st.fixed_dictionaries(
    {
        "mode": st.sampled_from(["decide", "record", "import"]),
        "effective": st.none() | days | st.just({"earliest": "2014-01-01", "latest": "2026-01-01"}),
        "basis": st.sampled_from([[], BASIS]),
    }
)


@st.composite
def commands(draw: st.DrawFn) -> Any:
    """Returns any command of this register."""
    name = draw(st.sampled_from(sorted(fields)))
    told = {**draw(envelopes), **draw(st.fixed_dictionaries(fields[name]))}
    return command(name, **{**told, "reason": "Protokoll.", "source": IMPORTED["source"]})


@given(st.lists(commands(), max_size=8))
def test_a_command_is_answered_or_refused_in_any_state(sent: list[Any]) -> None:
    state = BOOK.state
    for number, one in enumerate(sent, start=7):
        decision = judged(state, one)
        if decision is not None:
            assert list(subjects(decision.events[0]))
            state = fold(state, decision, one, number)


@given(st.lists(commands(), max_size=8))
def test_any_events_fold_in_any_order(sent: list[Any]) -> None:
    state = Agreements()
    for number, one in enumerate(sent, start=1):
        decision = judged(BOOK.state, one.model_copy(update={"mode": "record"}))
        for event in () if decision is None else decision.events:
            assert isinstance(event, AgreementEvent)
            state = evolve(state, event, Fact(event, number, context(one).effective, RECORDED))
    for day in (*DAYS, date(1837, 1, 14), date(2199, 12, 31)):
        present = state.in_force(day)
        assert not {a.agreement_id for a in present.certain} & {a.agreement_id for a in present.possible}


def test_every_command_of_the_register_is_tried() -> None:
    assert {name for name, sent in COMMANDS.items() if sent in get_args(AgreementCommand)} == set(fields)
    assert TERMS["agreement_id"] in BOOK.state.agreements.agreements
