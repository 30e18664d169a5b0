"""What holds for any history of budgets."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from domain.budgets import Around, BudgetAdopted, BudgetAmended, BudgetEvent, Budgets, decide, evolve, subjects
from domain.collaboration import COMMANDS, Collaboration
from domain.dates import LAST_DAY
from domain.kernel import Context, Decision, Fact, Rejection, context_for
from domain.text import INT_MAX
from tests.spec import RECORDED, TODAY, at, command, fold, seal
from tests.specs.budget_books import book, charter, line

FORMS = ("as", "ko", "iks", "host_admin")
BOOKS = {form: book(form, *charter(form, ("borrowing", None))) for form in FORMS}
FIRST = 5
"""The number of the first entry after a book's own."""


def context(sent: Any) -> Context:
    """Returns what the command is decided in."""
    return context_for(sent, TODAY, seal)


def judged(state: Collaboration, sent: Any) -> Decision | None:
    """Returns the decision on a command of this register, None where it is refused."""
    held = context(sent)
    around = Around(
        members=state.members,
        standing=state.constitution.standing(held.on),
        decisions=state.decisions,
        resolutions=state.resolutions,
        bodies=state.bodies.bodies,
        cases=state.cases.by_id,
        agreements=state.agreements.agreements,
    )
    try:
        return decide(sent, state.budgets, around, held)
    except Rejection:
        return None


# Original and amended ---------------------------------------------------------------------

LINES = [
    line("fee", "operating", "income", 10, 20),
    line("aid", "operating", "income", 10, 0),
    line("staff", "operating", "expense", 15, 20),
    line("rent", "operating", "expense", 5, 0),
    line("sale", "investment", "income", 3, 3),
    line("plant", "investment", "expense", 3, 3),
]
SIGN = {shape["line_id"]: 1 if shape["direction"] == "income" else -1 for shape in LINES}
PART = {shape["line_id"]: shape["part"] for shape in LINES}


@st.composite
def balanced(draw: st.DrawFn) -> dict[str, list[int]]:
    """Returns what an amendment changes each line by: most often two lines of a part, so that it balances."""
    first = draw(st.sampled_from(sorted(SIGN)))
    second = draw(st.sampled_from([key for key in sorted(SIGN) if PART[key] == PART[first]]))
    amounts = draw(st.lists(st.integers(-8, 8), min_size=2, max_size=2))
    off = draw(st.sampled_from([0, 0, 0, 1]))
    opposite = [-amount * SIGN[first] * SIGN[second] + off for amount in amounts]
    return {first: amounts, second: opposite} if first != second else {first: [0, 0]}


def amending(number: int, deltas: dict[str, list[int]]) -> Any:
    """Returns a command to amend the budget of 2027."""
    told = [{"line_id": key, "amounts": amounts} for key, amounts in deltas.items()]
    return command(
        "budget.amend", year=2027, amendment_no=number, deltas=told, cause="Endring.", decision_id="budget-2027"
    )


@given(st.lists(balanced(), max_size=12))
def test_the_amended_budget_is_the_original_and_every_amendment(drawn: list[dict[str, list[int]]]) -> None:
    sent: Any = command("budget.adopt", year=2027, lines=LINES, decision_id="budget-2027")
    adopted = judged(BOOKS["as"].state, sent)
    assert adopted is not None
    state = fold(BOOKS["as"].state, adopted, sent, FIRST)
    accepted: list[BudgetAmended] = []
    for number, deltas in enumerate(drawn, start=FIRST + 1):
        one = amending(len(accepted) + 1, deltas)
        decision = judged(state, one)
        if decision is not None:
            accepted.extend(event for event in decision.events if isinstance(event, BudgetAmended))
            state = fold(state, decision, one, number)
    budget = state.budgets.by_year[2027]
    for shape in LINES:
        key = shape["line_id"]
        changes = [delta.amounts for event in accepted for delta in event.deltas if delta.line_id == key]
        columns = zip(shape["amounts"], *changes, strict=True)
        assert budget.lines[key].original.amounts == shape["amounts"]
        assert budget.lines[key].amended == tuple(sum(column) for column in columns)
        assert budget.lines[key].amended == budget.amounts_on(key, LAST_DAY)
        assert min(budget.lines[key].amended) >= 0
    for part in ("operating", "investment"):
        for year in (0, 1):
            assert sum(SIGN[key] * budget.lines[key].amended[year] for key in SIGN if PART[key] == part) == 0


# Whatever is sent -------------------------------------------------------------------------

years = st.sampled_from([2026, 2027, 2199])
members = st.sampled_from(["aukra", "molde", "sunndal", "eide"])
line_ids = st.sampled_from(["fee", "aid", "staff", "stray"])
decision_ids = st.sampled_from(["budget-2027", "unknown", "nowhere"])
amounts = st.sampled_from([0, 1, 5, INT_MAX])
changes = st.sampled_from([-INT_MAX, -1, 0, 1, INT_MAX])
lines = st.fixed_dictionaries(
    {
        "line_id": line_ids,
        "name": st.just("Linje"),
        "part": st.sampled_from(["operating", "investment"]),
        "direction": st.sampled_from(["income", "expense"]),
        "amounts": st.lists(amounts, min_size=1, max_size=2) | st.lists(amounts, min_size=4, max_size=4),
        "member_id": st.none() | members,
    }
)
deltas_of = st.fixed_dictionaries({"line_id": line_ids, "amounts": st.lists(changes, min_size=1, max_size=4)})
fields: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "member_frame.set": {
        "year": years,
        "member_id": members,
        "operating_frame": amounts,
        "investment_frame": amounts,
    },
    "budget.adopt": {
        "year": years,
        "lines": st.lists(lines, min_size=1, max_size=4),
        "new_loans": st.sampled_from([0, 1]),
        "decision_id": decision_ids,
    },
    "budget.amend": {
        "year": years,
        "amendment_no": st.integers(1, 2),
        "deltas": st.lists(deltas_of, min_size=1, max_size=3),
        "cause": st.just("Endring."),
        "decision_id": decision_ids,
    },
}
envelopes = st.fixed_dictionaries(
    {
        "mode": st.sampled_from(["decide", "record", "import"]),
        "effective": st.sampled_from([None, "1837-01-14", "2026-11-24", {"earliest": "2014-01-01"}, "2199-12-31"]),
    }
)


@st.composite
def commands(draw: st.DrawFn) -> Any:
    """Returns any command of this register."""
    name = draw(st.sampled_from(sorted(fields)))
    told = {**draw(envelopes), **draw(st.fixed_dictionaries(fields[name]))}
    source = {"title": "Protokoll", "read_on": "2026-11-24"}
    return command(name, **{**told, "reason": "Protokoll.", "source": source})


def with_budget(form: str) -> Collaboration:
    """Returns the state of a book with the budget of 2027."""
    sent: Any = command("budget.adopt", year=2027, lines=LINES, decision_id="budget-2027")
    event = BudgetAdopted(year=2027, lines=sent.lines, new_loans=0, decision_id="budget-2027")
    return BOOKS[form].and_(at("2026-11-21", event)).state


@given(st.sampled_from(FORMS), st.lists(commands(), max_size=8))
def test_a_command_is_answered_or_refused_in_any_state(form: str, sent: list[Any]) -> None:
    state = with_budget(form)
    for number, one in enumerate(sent, start=FIRST + 1):
        decision = judged(state, one)
        if decision is not None:
            state = fold(state, decision, one, number)
    for budget in state.budgets.by_year.values():
        assert all(0 <= amount <= INT_MAX for held in budget.lines.values() for amount in held.amended)


@given(st.lists(commands(), max_size=8))
def test_any_events_fold_in_any_order(sent: list[Any]) -> None:
    state = Budgets()
    for number, one in enumerate(sent, start=1):
        decision = judged(BOOKS["as"].state, one.model_copy(update={"mode": "record"}))
        for event in () if decision is None else decision.events:
            assert isinstance(event, BudgetEvent)
            assert list(subjects(event))
            state = evolve(state, event, Fact(event, number, context(one).effective, RECORDED))
    for budget in state.by_year.values():
        assert all(budget.amounts_on(line_id, LAST_DAY) == budget.lines[line_id].amended for line_id in budget.order)


def test_every_command_of_the_register_is_tried() -> None:
    assert {name for name in COMMANDS if name.partition(".")[0] in ("budget", "member_frame")} == set(fields)
