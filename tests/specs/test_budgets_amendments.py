"""Amending a budget: refusals in order of precedence, what lies just on the right side, and the two columns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from domain.budgets import BudgetAdopted, BudgetAmended, LineDelta, MemberFrameSet
from domain.collaboration import subjects
from domain.decisions import DecisionMade
from domain.kernel import Subject
from domain.text import INT_MAX
from tests.spec import At, Given, at, command, seal
from tests.specs.budget_books import book, line

LINES = [
    line("aukra", "operating", "income", 600, 600, member_id="aukra"),
    line("fees", "operating", "income", 400, 400),
    line("staff", "operating", "expense", 900, 900),
    line("rent", "operating", "expense", 100, 100),
    line("loan", "investment", "income", 50, 0),
    line("servers", "investment", "expense", 50, 0),
]
FRAME = MemberFrameSet(year=2027, member_id="aukra", operating_frame=650, investment_frame=0)


def adopted(day: str = "2026-11-22", lines: list[dict[str, Any]] | None = None) -> At:
    """Returns that the budget of 2027 was adopted."""
    sent: Any = command("budget.adopt", year=2027, lines=LINES if lines is None else lines, decision_id="budget-2027")
    told = {name: getattr(sent, name) for name in ("year", "lines", "decision_id", "new_loans")}
    return at(day, BudgetAdopted.model_validate(told))


def with_budget(form: str = "as") -> Given:
    """Returns a book with the budget of 2027 in entry 4."""
    return book(form, at("2026-11-10", FRAME), adopted())


Deltas = Mapping[str, tuple[int, ...]]
MOVED: Deltas = {"staff": (-100, 0), "rent": (100, 0)}


def amend(changes: Deltas | None = None, **fields: Any) -> Any:
    """Returns a command to amend it, by what each line changes in each year."""
    told = [{"line_id": key, "amounts": amounts} for key, amounts in (MOVED if changes is None else changes).items()]
    known = {"year": 2027, "amendment_no": 1, "deltas": told, "cause": "Ny leieavtale.", "decision_id": "budget-2027"}
    return command("budget.amend", **{**known, **fields})


def amended(deltas: Deltas | None = None, **fields: Any) -> BudgetAmended:
    """Returns the event the command leads to."""
    told = tuple(LineDelta(line_id=key, amounts=value) for key, value in (MOVED if deltas is None else deltas).items())
    known: dict[str, Any] = {"year": 2027, "amendment_no": 1, "deltas": told, "decision_id": "budget-2027", **fields}
    return BudgetAmended(cause=seal("Ny leieavtale."), **known)


# What is accepted -------------------------------------------------------------------------


def test_an_amendment_keeps_the_original_beside_it() -> None:
    after = with_budget().when(amend(effective="2027-03-01")).then(amended())
    budget = after.state.budgets.by_year[2027]
    assert budget.lines["staff"].original.amounts == (900, 900)
    assert budget.lines["staff"].amended == (800, 900)
    assert [(a.amendment_no, a.entry) for a in budget.amendments] == [(1, 5)]
    assert budget.entries == (4, 5)


def test_amounts_are_answered_for_any_day() -> None:
    first, second = (
        at("2027-05-01", amended()),
        at("2027-02-01", amended({"staff": (-1, 0), "rent": (1, 0)}, amendment_no=2)),
    )
    rough = at("2027-06-01", amended({"staff": (-10, 0), "rent": (10, 0)}, amendment_no=3), "2027-08-01")
    budget = with_budget().and_(first, second, rough).state.budgets.by_year[2027]
    days = {"2026-11-21": None, "2026-11-22": 900, "2027-02-01": 899, "2027-05-01": 799, "2027-08-01": 789}
    for day, amount in days.items():
        amounts = budget.amounts_on("staff", date.fromisoformat(day))
        assert (None if amounts is None else amounts[0]) == amount
    assert budget.amounts_on("cars", date(2027, 8, 1)) is None
    for day, numbers in {
        "05-31": ([1, 2], []),
        "06-01": ([1, 2], [3]),
        "07-31": ([1, 2], [3]),
        "08-01": ([1, 2, 3], []),
    }.items():
        certain, possible = budget.amendments_on(date.fromisoformat(f"2027-{day}"))
        assert ([a.amendment_no for a in certain], [a.amendment_no for a in possible]) == numbers


def test_a_budget_of_a_rough_date_answers_from_its_last_day() -> None:
    rough = at("2026-11-01", adopted().event, "2026-11-22")
    budget = book("as", rough).state.budgets.by_year[2027]
    assert budget.amounts_on("rent", date(2026, 11, 21)) is None
    assert budget.amounts_on("rent", date(2026, 11, 22)) == (100, 100)


def test_an_amendment_touches_the_budget_and_its_decision() -> None:
    assert subjects(amended()) == (Subject("budget", "2027"), Subject("decision", "budget-2027"))
    assert subjects(amended(decision_id="unknown")) == (Subject("budget", "2027"),)


def test_an_amendment_of_what_is_not_there_changes_nothing() -> None:
    stray = at("2027-03-01", amended({"cars": (1, 1), "staff": (1, 1, 1), "rent": (1,)}))
    assert len(book("as", stray).state.budgets.by_year) == 0
    budget = with_budget().and_(stray).state.budgets.by_year[2027]
    assert budget.lines["staff"].amended == (901, 901)
    assert budget.lines["rent"].amended == (101, 100)
    assert budget.lines.get("cars") is None


# What contradicts the book or itself ------------------------------------------------------


def test_only_an_adopted_budget_is_amended() -> None:
    refused = with_budget().when(amend(year=2028)).then_rejected("budget.not_adopted", year=2028)
    assert refused.nature == "fact"


@pytest.mark.parametrize("number", [2, 10_000])
def test_amendments_are_numbered_without_gaps(number: int) -> None:
    with_budget().when(amend(amendment_no=number)).then_rejected(
        "budget.amendment_not_next", year=2027, amendment_no=number, expected=1
    )
    after = with_budget().when(amend()).then(amended())
    assert after.when(amend(amendment_no=3)).then_rejected("budget.amendment_not_next", expected=2).entries == (5,)
    after.when(amend(amendment_no=2)).then(amended(amendment_no=2))


def test_only_lines_of_the_budget_are_amended() -> None:
    strange = {"staff": (-2, 0), "cars": (1, 0), "boats": (1, 0)}
    refused = (
        with_budget().when(amend(strange)).then_rejected("budget.line_unknown", line_ids=["boats", "cars"], year=2027)
    )
    assert refused.entries == (4,)


def test_a_line_is_amended_once_in_an_amendment() -> None:
    twice = [{"line_id": "rent", "amounts": [1, 0]}, {"line_id": "rent", "amounts": [-1, 0]}]
    with_budget().when(amend(None, deltas=twice)).then_rejected(
        "budget.line_listed_twice", line_ids=["rent"], year=2027
    )


@pytest.mark.parametrize("years", [1, 3])
def test_a_line_is_amended_in_every_year_of_the_plan(years: int) -> None:
    short = {"staff": (0,) * years, "rent": (0, 0)}
    with_budget().when(amend(short)).then_rejected("budget.plan_length", line_id="staff", years=years, plan_years=2)


def test_the_decision_on_an_amendment_is_in_the_book() -> None:
    with_budget().when(amend(decision_id="b-28")).then_rejected("budget.decision_unknown", decision_id="b-28")


def test_amended_sums_are_numbers_that_every_reader_keeps_exactly() -> None:
    room = INT_MAX - 1_000
    fits = {"fees": (room, 0), "rent": (room, 0)}
    with_budget().when(amend(fits)).then(amended(fits))
    over = {"fees": (room + 1, 0), "rent": (room + 1, 0)}
    refused = (
        with_budget()
        .when(amend(over))
        .then_rejected("budget.amount_too_large", part="operating", year=2027, largest_ore=INT_MAX)
    )
    assert refused.nature == "fact"


@pytest.mark.parametrize(
    "deltas",
    [
        {"fees": (INT_MAX, 0), "rent": (-1, 0)},
        {"fees": (-1, 0), "rent": (INT_MAX, 0)},
        {"fees": (-INT_MAX, 0), "aukra": (-1, 0), "rent": (-INT_MAX, 0)},
        {"fees": (-INT_MAX, 0), "rent": (-INT_MAX, 0), "staff": (-1, 0)},
    ],
)
def test_changes_and_what_they_are_off_by_are_such_numbers_too(deltas: Deltas) -> None:
    with_budget().when(amend(deltas)).then_rejected("budget.amount_too_large", part="operating", year=2027)


# What breaks a rule -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("deltas", "year", "part", "difference"),
    [
        ({"staff": (-100, 0), "rent": (99, 0)}, 2027, "operating", 1),
        ({"staff": (0, 1), "rent": (0, 0)}, 2028, "operating", -1),
        ({"rent": (-5, 0), "servers": (5, 0)}, 2027, "operating", 5),
        ({"loan": (1, 0)}, 2027, "investment", 1),
    ],
)
def test_an_amendment_balances_in_each_year_and_part(deltas: Any, year: int, part: str, difference: int) -> None:
    refused = (
        with_budget("iks")
        .when(amend(deltas))
        .then_rejected("budget.deltas_not_balanced", year=year, part=part, difference_ore=difference)
    )
    assert refused.law == "IKS-loven § 20"


def test_changes_in_a_source_that_do_not_balance_are_kept_as_printed_and_flagged() -> None:
    deltas = {"rent": (100, 0)}
    imported = amend(deltas, mode="import", source={"title": "Vedtak (prøve)", "read_on": "2026-11-24"})
    after = with_budget().when(imported).then(amended(deltas), unverified=["budget.deltas_not_balanced"])
    assert after.state.budgets.by_year[2027].lines["rent"].amended[0] == 200


def test_a_line_may_be_emptied_but_not_overdrawn() -> None:
    emptied = {"rent": (-100, 0), "staff": (100, 0)}
    after = with_budget().when(amend(emptied)).then(amended(emptied))
    overdrawn = {"rent": (-101, 0), "staff": (101, 0)}
    with_budget().when(amend(overdrawn)).then_rejected(
        "budget.line_negative", line_id="rent", year=2027, amount_ore=-1, missing_ore=1
    )
    more = {"rent": (-1, 0), "staff": (1, 0)}
    refused = after.when(amend(more, amendment_no=2)).then_rejected(
        "budget.line_negative", line_id="rent", missing_ore=1
    )
    assert refused.entries == (4, 5)


def test_an_amendment_keeps_within_members_frames() -> None:
    filled = {"aukra": (50, 100), "staff": (50, 100)}
    with_budget("ko").when(amend(filled)).then(amended(filled))
    over = {"aukra": (51, 0), "staff": (51, 0)}
    with_budget("ko").when(amend(over)).then_rejected(
        "budget.exceeds_member_frames",
        member_id="aukra",
        year=2027,
        part="operating",
        amount_ore=651,
        frame_ore=650,
        excess_ore=1,
    )
    with_budget("as").when(amend(over)).then(amended(over))


def test_only_a_contribution_that_rises_is_held_against_its_frame() -> None:
    before = book("ko", adopted())
    before.when(amend()).then(amended())
    lower = {"aukra": (-1, 0), "staff": (-1, 0)}
    before.when(amend(lower)).then(amended(lower))
    later = {"aukra": (0, 5), "staff": (0, 5)}
    before.when(amend(later)).then(amended(later))
    raised = {"aukra": (1, 0), "staff": (1, 0)}
    before.when(amend(raised)).then_rejected(
        "budget.frame_missing", member_id="aukra", part="operating", amount_ore=601
    )


@pytest.mark.parametrize(
    ("decision_id", "code", "nature"),
    [("unknown", "budget.decision_missing", "unknown"), ("pre", "budget.decision_adopts_nothing", "rule")],
)
def test_an_amendment_rests_on_a_decision(decision_id: str, code: str, nature: str) -> None:
    made = DecisionMade(decision_id="pre", title="Innstilling", kind="recommendation", text=None)
    refused = with_budget("iks").and_(at("2026-11-23", made)).when(amend(decision_id=decision_id)).then_rejected(code)
    assert (refused.nature, refused.law) == (nature, "IKS-loven § 18")


def test_objections_to_an_amendment_come_in_order() -> None:
    before = with_budget("ko")
    wrong: dict[str, Any] = {"year": 2028, "amendment_no": 2, "decision_id": "nowhere"}
    deltas: Any = [
        ("cars", [1]),
        ("aukra", [100, 0]),
        ("aukra", [100, 0]),
        ("rent", [-INT_MAX, 0]),
        ("staff", [-INT_MAX, 0]),
    ]

    def send() -> Any:
        return amend(None, deltas=[{"line_id": key, "amounts": amounts} for key, amounts in deltas], **wrong)

    ladder: list[tuple[str, dict[str, Any], Any]] = [
        ("budget.not_adopted", {"year": 2027}, deltas),
        ("budget.amendment_not_next", {"amendment_no": 1}, deltas),
        ("budget.line_unknown", {}, [("fees", [1]), *deltas[1:]]),
        ("budget.line_listed_twice", {}, [("fees", [1]), *deltas[2:]]),
        ("budget.plan_length", {}, [("fees", [1, 0]), *deltas[2:]]),
        ("budget.decision_unknown", {"decision_id": "unknown"}, [("fees", [1, 0]), *deltas[2:]]),
        ("budget.amount_too_large", {}, [("aukra", [100, 0]), ("rent", [-200, 0])]),
        ("budget.deltas_not_balanced", {}, [("aukra", [100, 0]), ("rent", [-200, 0]), ("staff", [300, 0])]),
        ("budget.line_negative", {}, [("aukra", [100, 0]), ("staff", [100, 0])]),
        ("budget.exceeds_member_frames", {}, [("aukra", [50, 0]), ("staff", [50, 0])]),
        ("budget.decision_missing", {"decision_id": "budget-2027"}, [("aukra", [50, 0]), ("staff", [50, 0])]),
    ]
    natures = []
    for code, repair, repaired in ladder:
        natures.append(before.when(send()).then_rejected(code).nature)
        wrong |= repair
        deltas = repaired
    assert natures == [*["fact"] * 7, *["rule"] * 3, "unknown"]
    final = {"aukra": (50, 0), "staff": (50, 0)}
    before.when(amend(final)).then(amended(final))


def test_an_amendment_that_broke_rules_is_recorded_without_effect() -> None:
    deltas = {"rent": (-101, 0)}
    sent = amend(deltas, mode="record", reason="Vedtatt slik.", decision_id="unknown")
    after = (
        with_budget()
        .when(sent)
        .then(
            amended(deltas, decision_id="unknown"),
            irregular=["budget.deltas_not_balanced", "budget.line_negative", "budget.decision_missing"],
        )
    )
    assert after.state.budgets.by_year[2027].lines["rent"].amended == (100, 100)
