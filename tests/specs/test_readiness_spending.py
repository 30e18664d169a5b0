"""Indicators that look at money and benefits: what was spent, what a user costs, and what was promised and not kept."""

from __future__ import annotations

from datetime import date

import pytest

from domain.agreements import ServiceRegistered
from domain.agreements.cover import BudgetEffect
from domain.benefits import BenefitMeasured, BenefitPlanned
from tests.spec import At, Given, at
from tests.specs.agreement_books import book, concluded
from tests.specs.readiness_books import (
    allocated,
    amended,
    budget,
    figures,
    forecast,
    indicated,
    level,
    line,
    measured,
    prices,
    short,
    spent,
    target,
)

NEVER = (None, None, None)

# 95 --------------------------------------------------------------------------------------

COSTS = "transition_costs"
STARTING = (budget(2026, "2025-12-01"), concluded())


def test_what_a_year_of_start_up_came_to_beyond_its_first_budget_is_a_cost() -> None:
    within = book(*STARTING, spent(2026, "2026-06-01", running=100, fees=500))
    assert short(indicated(COSTS, within)) == (0, None, False)
    over = within.and_(spent(2026, "2026-09-01", running=30))
    assert short(indicated(COSTS, over)) == (30, None, True)
    assert indicated(COSTS, over).entries == (6, 7, 8, 9)
    assert short(indicated(COSTS, over, date(2026, 8, 31))) == (0, None, False)


def test_what_was_reported_to_come_counts_before_it_has_come() -> None:
    heading = book(*STARTING, forecast(2026, "2026-05-01", running=125), spent(2026, "2026-06-01", running=40))
    assert short(indicated(COSTS, heading)) == (25, None, True)
    assert short(indicated(COSTS, heading, date(2026, 4, 30))) == (0, None, False)
    better = heading.and_(forecast(2026, "2026-09-01", running=101))
    assert short(indicated(COSTS, better)) == (1, None, True)


def test_what_was_amended_and_what_was_spent_are_not_added() -> None:
    given = book(*STARTING, amended(2026, "2026-03-01", running=40), spent(2026, "2026-06-01", running=130))
    assert short(indicated(COSTS, given)) == (40, None, True)
    assert short(indicated(COSTS, given.and_(spent(2026, "2026-07-01", running=20)))) == (50, None, True)


def test_a_year_in_which_nothing_starts_costs_nothing_of_the_transition() -> None:
    given = book(budget(2025, "2024-12-01"), *STARTING, spent(2025, "2025-06-01", running=300))
    assert short(indicated(COSTS, given)) == (0, None, False)


# 96 --------------------------------------------------------------------------------------

GAP = "expectation_gap"


def planned(due: str = "2026-12-31", effect_from: str = "2026-01-01") -> At:
    """Returns the plan of a benefit of which 100 is wanted."""
    event = {
        "benefit_id": "b", "benefit_version": 1, "title": "Vakt", "category": "ict", "benefit_type": "unpriced",
        "hierarchy_level": "operations", "change_kind": None, "member_ids": (), "owner_office": "unknown",
        "unit": "timer", "operator": "at_least", "target": "100", "minimum": None, "baseline_due": "unknown",
        "effect_from": date.fromisoformat(effect_from), "due": date.fromisoformat(due), "measures": (),
    }  # fmt: skip
    return at("2025-12-01", BenefitPlanned.model_validate(event))


def came_to(value: str, as_of: str, measured_as: str = "follow_up") -> At:
    """Returns what the benefit was measured at."""
    told = {"benefit_id": "b", "measured_as": measured_as, "as_of": date.fromisoformat(as_of), "value": value}
    return at(as_of, BenefitMeasured.model_validate({**told, "measured_how": "unknown"}))


@pytest.mark.parametrize(("value", "missed"), [("99", 1), ("100", 0)])
def test_a_benefit_due_in_its_first_year_is_a_promise(value: str, missed: int) -> None:
    given = book(planned(), came_to("0", "2026-01-01", "baseline"), came_to(value, "2026-11-01"))
    figure = indicated(GAP, given)
    assert (short(figure), figure.unit, figure.entries) == ((missed, 1, bool(missed)), "promises", (6, 8))
    assert short(indicated(GAP, given, date(2026, 12, 30))) == NEVER


def test_what_is_due_later_or_was_not_followed_up_is_no_promise_of_the_first_year() -> None:
    late = book(planned(due="2027-01-02"), came_to("1", "2026-11-01"))
    assert short(indicated(GAP, late, date(2027, 6, 1))) == NEVER
    on_the_day = book(planned(due="2027-01-01"), came_to("1", "2027-01-01"))
    assert short(indicated(GAP, on_the_day, date(2027, 6, 1))) == (1, 1, True)
    assert short(indicated(GAP, book(planned(), came_to("1", "2025-12-31")))) == NEVER
    assert short(indicated(GAP, book(planned()))) == NEVER


def test_targets_and_benefits_are_promises_alike() -> None:
    start = (concluded(), level(1, "2026-01-01", target("99")), measured("2026-01-01", "2026-01-31", "99", "met"))
    assert short(indicated(GAP, book(*start, planned(), came_to("1", "2026-11-01")))) == (1, 2, True)


# 98 --------------------------------------------------------------------------------------

STANDARD = "dearer_by_higher_standard"
RAISED = (level(1, "2026-01-01", target("99")), level(2, "2027-01-01", target("99.5")))
LATER = date(2027, 12, 31)


def by_users(first: int, then: int, *facts: At, users: str = "10") -> Given:
    """Returns a book in which the agreement cost these amounts in two years, for 10 users and then for so many."""
    return book(
        concluded(), *RAISED, figures("users", "2026-01-01", aukra="6", molde="4", midsund="99"),
        figures("users", "2027-01-01", aukra=users, molde="0"), allocated(2026, "2026-01-01", first),
        allocated(2027, "2027-01-01", then), *facts,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("then", "users", "raised"), [(101, "10", True), (100, "10", False), (200, "20", False), (100, "9", True)]
)
def test_each_user_costs_more_while_the_standard_is_raised(then: int, users: str, raised: bool) -> None:
    figure = indicated(STANDARD, by_users(100, then, users=users), LATER)
    assert (short(figure), figure.entries) == ((int(raised), 1, raised), (7, 8, 9, 10, 11, 12))


def test_what_a_user_did_cost_goes_before_the_budget_and_before_prices() -> None:
    dearer = (prices(1, "2026-01-01", 1), prices(2, "2027-01-01", 2))
    assert short(indicated(STANDARD, by_users(100, 90, *dearer), LATER)) == (0, 1, False)
    actual = allocated(2027, "2027-06-01", 101, "actual")
    assert short(indicated(STANDARD, by_users(100, 90, *dearer, actual), LATER)) == (1, 1, True)
    assert short(indicated(STANDARD, by_users(100, 90, *dearer, actual), date(2027, 5, 31))) == (0, 1, False)


def test_stale_figures_say_nothing_of_what_a_user_costs() -> None:
    stale = book(
        concluded(), *RAISED, figures("users", "2024-12-31", aukra="10"), allocated(2026, "2026-01-01", 1),
        allocated(2027, "2027-01-01", 9),
    )  # fmt: skip
    assert (short(indicated(STANDARD, stale, LATER)), indicated(STANDARD, stale, LATER).lacks) == (NEVER, "comparison")
    fresh = book(
        concluded(), *RAISED, figures("users", "2026-01-01", aukra="10"), allocated(2026, "2026-01-01", 1),
        allocated(2027, "2027-01-01", 9),
    )  # fmt: skip
    assert short(indicated(STANDARD, fresh, LATER)) == (1, 1, True)


# 112 -------------------------------------------------------------------------------------

BAD = "dear_and_bad"


def served(then: int, users: str = "6") -> Given:
    """Returns a book in which what `aukra` bears went from 60 to this, for 6 users and then so many, and got worse."""
    return by_users(
        60, then, measured("2026-01-01", "2026-01-31", "9", "met"), measured("2027-01-01", "2027-01-31", "8", "met"),
        users=users,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("then", "users", "dearer"), [(61, "6", True), (60, "6", False), (61, "7", False), (60, "5", True)]
)
def test_a_member_bears_more_for_each_of_its_users_and_gets_less(then: int, users: str, dearer: bool) -> None:
    figure = indicated(BAD, served(then, users), LATER)
    assert (short(figure), figure.entries) == ((int(dearer), 1, dearer), (8, 9, 10, 11, 12, 13, 14))


# 101 -------------------------------------------------------------------------------------

DEVELOPING = "development_before_operation"


def developing(*facts: At) -> Given:
    """Returns a book in which one line is for running, one for development, and what runs was missed in 2026."""
    costing = [BudgetEffect(year=year, line_id="new", amount=1) for year in (2025, 2026)]
    running = [BudgetEffect(year=year, line_id="running", amount=1) for year in (2025, 2026)]
    lines = (line("running", "expense", 100), line("new", "expense", 100), line("fees", "income", 200))
    return book(
        at("2020-01-01", ServiceRegistered(service_id="portal", name="Portal", group="development")),
        budget(2025, "2024-12-01", *lines), budget(2026, "2025-12-01", *lines),
        concluded("2025-01-01"), concluded("2025-01-01", agreement_id="made", services=["portal"]),
        level(1, "2025-01-01", target("99"), budget_effect=running[0]),
        level(2, "2026-01-01", target("99"), budget_effect=running[1]),
        level(1, "2025-01-01", target("1"), agreement_id="made", budget_effect=costing[0]),
        level(2, "2026-01-01", target("1"), agreement_id="made", budget_effect=costing[1]),
        measured("2026-03-01", "2026-03-31", "9", "missed"), *facts,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("now", "raised"),
    [({"running": 60, "new": 40}, False), ({"running": 59, "new": 41}, True), ({"running": 6, "new": 4}, False)],
)
def test_a_larger_share_for_development_while_what_runs_is_missed(now: dict[str, int], raised: bool) -> None:
    given = developing(spent(2025, "2025-12-31", running=60, new=40, fees=7), spent(2026, "2026-12-31", **now))
    figure = indicated(DEVELOPING, given)
    assert (short(figure), figure.entries) == ((1, 1, raised), (6, *range(11, 18)))


def test_without_actuals_of_both_years_it_is_not_known() -> None:
    before, now = spent(2025, "2025-12-31", running=60, new=40), spent(2026, "2026-06-01", running=1, new=9)
    for given in (developing(), developing(before), developing(now)):
        assert (short(indicated(DEVELOPING, given)), indicated(DEVELOPING, given).lacks) == (NEVER, "actuals")
    later = developing(before, now)
    assert short(indicated(DEVELOPING, later)) == (1, 1, True)
    assert short(indicated(DEVELOPING, later, date(2026, 5, 31))) == NEVER


def test_a_line_that_pays_for_both_is_not_for_development() -> None:
    shared = prices(
        1, "2025-01-01", 1, agreement_id="sla", budget_effect=BudgetEffect(year=2026, line_id="new", amount=1)
    )
    given = developing(shared, spent(2025, "2025-12-31", running=60, new=40), spent(2026, "2026-06-01", new=9))
    assert short(indicated(DEVELOPING, given)) == (1, 1, False)
