"""Indicators of the transition, the operator and the preparation: raised, not raised, and what the book cannot know."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.agreements import AgreementPhaseChanged, BreachDeclared, Period, ServiceRegistered, StartUpCondition
from domain.authority import ActRef, AuthorityExercised, AuthorityUseReported, ChainLink
from domain.collaboration import readiness_book
from domain.dates import Interval
from domain.decisions import DecisionMade
from domain.irregularities import IrregularityHealed
from domain.readiness import INDICATORS, Held
from domain.readiness.starting import STEERED_IN
from domain.text import INT_MAX
from domain.vocabulary import Holder
from tests.spec import At, Given, at
from tests.specs.agreement_books import book, concluded
from tests.specs.body_books import MANAGER, governed, granted
from tests.specs.readiness_books import (
    amended,
    budget,
    indicated,
    level,
    line,
    measured,
    moved,
    prices,
    short,
    target,
)

NEVER = (None, None, None)


def operating(day: str, latest: str | None = None, *, met: tuple[str, ...] = (), irregular: str = "") -> At:
    """Returns that the agreement was put into operation."""
    event = AgreementPhaseChanged(agreement_id="sla", from_phase="start_up", to_phase="operation", conditions_met=met)
    return at(day, event, latest, irregular=irregular)


# 95 --------------------------------------------------------------------------------------

COSTS = "transition_costs"


def test_costs_of_the_transition_are_what_was_added_while_starting_up() -> None:
    starting = book(budget(2026, "2025-12-01"), concluded())
    assert short(indicated(COSTS, starting)) == (0, None, False)
    more = starting.and_(amended(2026, "2026-03-01", running=40, fees=40))
    assert short(indicated(COSTS, more)) == (40, None, True)
    assert indicated(COSTS, more).unit == "ore"
    assert indicated(COSTS, more).entries == (6, 7, 8)


def test_what_is_added_once_it_runs_or_is_saved_is_no_cost_of_the_transition() -> None:
    facts = (budget(2026, "2025-12-01"), concluded(), operating("2026-03-01"))
    on_the_day = book(*facts, amended(2026, "2026-03-01", running=40))
    after = book(*facts, amended(2026, "2026-03-02", running=40))
    less = book(*facts, amended(2026, "2026-02-01", running=-40))
    assert short(indicated(COSTS, on_the_day)) == (40, None, True)
    assert short(indicated(COSTS, after)) == (0, None, False)
    assert short(indicated(COSTS, less)) == (-40, None, False)


def test_two_agreements_that_start_together_are_charged_once() -> None:
    both = (concluded(), concluded("2026-02-01", agreement_id="sla-2"))
    more = book(budget(2026, "2025-12-01"), *both, amended(2026, "2026-03-01", running=40))
    assert short(indicated(COSTS, more)) == (40, None, True)


def test_without_a_budget_or_a_start_up_nothing_is_known_of_costs() -> None:
    assert short(indicated(COSTS, book(concluded()))) == NEVER
    assert short(indicated(COSTS, book(budget(2026, "2025-12-01")))) == NEVER
    later = book(budget(2026, "2025-12-01"), concluded())
    assert short(indicated(COSTS, later, date(2025, 12, 31))) == NEVER


def test_a_sum_no_reader_would_keep_exactly_is_not_known() -> None:
    most = (amended(2026, "2026-03-01", running=INT_MAX), amended(2026, "2026-03-01", 2, running=1))
    start = (budget(2026, "2025-12-01"), concluded())
    assert short(indicated(COSTS, book(*start, most[0]))) == (INT_MAX, None, True)
    assert short(indicated(COSTS, book(*start, *most))) == NEVER


# 96 --------------------------------------------------------------------------------------

GAP = "expectation_gap"


def test_the_first_year_shows_the_gap() -> None:
    start = (concluded(), level(1, "2026-01-01", target("99")))
    good = book(*start, measured("2026-01-01", "2026-01-31", "99.5", "met"))
    assert short(indicated(GAP, good)) == (0, 1, False)
    bad = good.and_(measured("2026-02-01", "2026-02-28", "90", "missed"))
    assert short(indicated(GAP, bad)) == (1, 2, True)
    assert indicated(GAP, bad).entries == (8, 9)
    assert short(indicated(GAP, bad, date(2026, 2, 27))) == (0, 1, False)


@pytest.mark.parametrize(("last", "figure"), [("2027-01-01", (1, 1, True)), ("2027-01-02", NEVER)])
def test_the_first_year_ends_a_year_after_it_began(last: str, figure: object) -> None:
    late = book(concluded(), measured("2026-12-01", last, "90", "missed"))
    assert short(indicated(GAP, late, date(2027, 6, 1))) == figure


def test_what_could_not_be_judged_shows_no_gap() -> None:
    assert short(indicated(GAP, book(concluded(), measured("2026-01-01", "2026-01-31", "1", "uncomputable")))) == NEVER


# 97 --------------------------------------------------------------------------------------

FAST = "too_fast"


def test_put_into_operation_as_the_rules_ask_is_not_too_fast() -> None:
    start = (concluded(conditions=[StartUpCondition(condition_id="line", what="Samband")]),)
    ready = (measured("2026-01-01", "2026-01-31", "99", "met"), operating("2026-02-01", met=("line",)))
    assert short(indicated(FAST, book(*start, *ready))) == (0, 1, False)
    assert short(indicated(FAST, book(*start, *ready), date(2026, 1, 31))) == NEVER


def test_what_an_old_source_does_not_show_is_not_known_to_be_too_fast() -> None:
    bare = book(concluded(), operating("2026-02-01"))
    assert short(indicated(FAST, bare)) == NEVER
    assert indicated(FAST, bare).entries == (7,)
    conditions = [StartUpCondition(condition_id="line", what="Samband")]
    measured_only = (measured("2026-01-01", "2026-01-31", "99", "met"), operating("2026-02-01"))
    assert short(indicated(FAST, book(concluded(conditions=conditions), *measured_only))) == NEVER


@pytest.mark.parametrize("code", ["no_baseline_measurement", "open_start_up_conditions"])
def test_what_was_put_into_operation_all_the_same_was_too_fast(code: str) -> None:
    hasty = book(concluded(), operating("2026-02-01", irregular=f"agreement_phase.{code}"))
    assert short(indicated(FAST, hasty)) == (1, 1, True)
    assert short(indicated(FAST, hasty, date(2026, 1, 31))) == NEVER
    healed = hasty.and_(at("2026-05-01", IrregularityHealed(entry=hasty.number, touched=())))
    assert short(indicated(FAST, healed)) == (1, 1, True)


# 98 --------------------------------------------------------------------------------------

STANDARD = "dearer_by_higher_standard"


@pytest.mark.parametrize(
    ("price", "value", "raised"), [(101, "99.9", True), (100, "99.9", False), (101, "99.5", False), (90, "90", False)]
)
def test_costs_that_rise_with_the_standard(price: int, value: str, raised: bool) -> None:
    start = (concluded(), prices(1, "2026-01-01", 100), level(1, "2026-01-01", target("99.5")))
    after = book(*start, prices(2, "2026-07-01", price), level(2, "2026-07-01", target(value)))
    assert short(indicated(STANDARD, after)) == (int(raised), 1, raised)
    assert indicated(STANDARD, after).entries == (7, 8, 9, 10)


def test_a_lower_ceiling_is_a_higher_standard() -> None:
    start = (concluded(), prices(1, "2026-01-01", 100), level(1, "2026-01-01", target("60", operator="at_most")))
    after = book(*start, prices(2, "2026-07-01", 101), level(2, "2026-07-01", target("30", operator="at_most")))
    assert short(indicated(STANDARD, after)) == (1, 1, True)


def test_nothing_to_compare_is_not_known() -> None:
    only_prices = book(concluded(), prices(1, "2026-01-01", 100), prices(2, "2026-07-01", 200))
    other_item = only_prices.and_(level(1, "2026-01-01", target("99")), prices(3, "2026-08-01", 1, "server"))
    other_target = only_prices.and_(level(1, "2026-01-01", target("99")), level(2, "2026-07-01", target("1", "speed")))
    unknown_value = only_prices.and_(level(1, "2026-01-01", target("unknown")), level(2, "2026-07-01", target("1")))
    for given in (only_prices, other_item, other_target, unknown_value):
        assert short(indicated(STANDARD, given)) == NEVER


# 99 --------------------------------------------------------------------------------------

STEERING = "steering_of_the_company"


@pytest.mark.parametrize(("day", "late"), [("2026-12-31", 0), ("2027-01-01", 1)])
def test_a_budget_is_late_once_its_year_has_begun(day: str, late: int) -> None:
    given = book(budget(2027, day))
    assert short(indicated(STEERING, given, date(2027, 6, 1))) == (late, None, bool(late))


@pytest.mark.parametrize("register", STEERED_IN)
def test_broken_rules_of_steering_are_counted(register: str) -> None:
    decision = DecisionMade(decision_id="d-1", title="Kjøp", kind="resolution", text=None)
    broken = book(at("2026-03-01", decision, irregular=f"{register}.some_rule"))
    assert short(indicated(STEERING, broken)) == (1, None, True)
    assert indicated(STEERING, broken).entries == (6,)
    assert short(indicated(STEERING, broken, date(2026, 2, 28))) == NEVER


def test_other_broken_rules_are_not_about_steering() -> None:
    decision = DecisionMade(decision_id="d-1", title="Kjøp", kind="resolution", text=None)
    given = book(at("2026-03-01", decision, irregular="seat.not_eligible"), at("2026-03-02", decision))
    assert short(indicated(STEERING, given)) == (0, None, False)


def exercised(*facts: At) -> Given:
    """Returns a book in which authority was used on 10 March 2024."""
    event = AuthorityExercised(
        act_id="a-1", title="Kjøp", actor=MANAGER, power="spend", grant_id="g-1",
        chain=(ChainLink(grant_id="g-1", entry=10),),
    )  # fmt: skip
    grant = granted("g-1", Holder(kind="member", id="aukra"), MANAGER)
    return governed(grant, at("2024-03-10", event), *facts)


@pytest.mark.parametrize(("day", "silent"), [(date(2025, 3, 10), 0), (date(2025, 3, 11), 1)])
def test_an_act_is_unreported_after_a_year(day: date, silent: int) -> None:
    assert short(indicated(STEERING, exercised(), day)) == (silent, None, bool(silent))


def test_a_reported_act_is_in_order() -> None:
    report = AuthorityUseReported(
        report_id="r-1", grants=("g-1",), period_from=date(2024, 1, 1), period_to=date(2024, 12, 31),
        acts=(ActRef(kind="act", id="a-1"),), to_body="council",
    )  # fmt: skip
    assert short(indicated(STEERING, exercised(at("2025-01-10", report)))) == (0, None, False)


# 100 -------------------------------------------------------------------------------------

CAPACITY = "capacity_for_the_service_level"
STAFFED = moved("drift", "this", "3")


def two_years(*facts: At, before: str = "met") -> Given:
    """Returns a book in which something was missed in 2026, and judged so in 2025."""
    year = (measured("2025-03-01", "2025-03-31", "99", before), measured("2026-03-01", "2026-03-31", "9", "missed"))
    return book(concluded("2024-01-01"), *year, *facts)


def test_more_misses_with_no_more_staff_is_too_little_capacity() -> None:
    assert short(indicated(CAPACITY, two_years(STAFFED))) == (1, 1, True)
    assert indicated(CAPACITY, two_years(STAFFED)).entries == (7, 8, 9)
    more = two_years(STAFFED, moved("drift", "this", "0.5", "2026-02-01"))
    assert short(indicated(CAPACITY, more)) == (1, 1, False)
    assert short(indicated(CAPACITY, two_years(STAFFED, before="missed"))) == (1, 1, False)


def test_more_breaches_are_too_little_capacity_too() -> None:
    period = Period(first_day=date(2026, 3, 1), last_day=date(2026, 3, 31))
    declared = BreachDeclared(
        breach_id="b-1", agreement_id="sla", target_id="uptime", period=period,
        by=Holder(kind="member", id="aukra"), sla_version=1, measured_in=8,
    )  # fmt: skip
    given = two_years(STAFFED, at("2026-05-01", declared), before="missed")
    assert short(indicated(CAPACITY, given)) == (1, 1, True)
    assert indicated(CAPACITY, given).entries == (7, 8, 9, 10)
    assert short(indicated(CAPACITY, given, date(2026, 4, 30))) == (1, 1, False)
    more = given.and_(moved("drift", "this", "0.5", "2026-02-01"))
    assert short(indicated(CAPACITY, more)) == (1, 1, False)


def test_capacity_is_not_known_without_both_years_and_the_staff() -> None:
    assert short(indicated(CAPACITY, two_years())) == NEVER
    assert short(indicated(CAPACITY, two_years(moved("drift", "aukra", "3")))) == NEVER
    gone = (moved("drift", "aukra", "1"), moved("drift", "aukra", "1", "2025-01-01", came_from="this"))
    assert short(indicated(CAPACITY, two_years(*gone))) == NEVER
    assert short(indicated(CAPACITY, two_years(STAFFED), date(2025, 12, 30))) == NEVER


@pytest.mark.parametrize(("last", "now"), [("2025-12-31", 1), ("2026-01-01", 2)])
def test_a_year_back_is_the_same_day(last: str, now: int) -> None:
    given = two_years(STAFFED, measured("2025-12-01", last, "9", "missed"))
    assert indicated(CAPACITY, given).of == now


# 101 -------------------------------------------------------------------------------------

DEVELOPING = "development_before_operation"
PORTAL = at("2020-01-01", ServiceRegistered(service_id="portal", name="Portal", group="development"))


def test_without_misses_or_without_development_neither_is_at_the_cost_of_the_other() -> None:
    missed = measured("2026-03-01", "2026-03-31", "9", "missed")
    both = indicated(DEVELOPING, book(concluded(), PORTAL, missed))
    assert (short(both), both.lacks, both.entries) == (NEVER, "actuals", (7, 8))
    assert short(indicated(DEVELOPING, book(concluded(), missed))) == (1, 1, False)
    met = measured("2026-03-01", "2026-03-31", "99", "met")
    assert short(indicated(DEVELOPING, book(concluded(), PORTAL, met))) == (0, 1, False)


def test_what_does_not_run_says_nothing_of_running() -> None:
    missed = measured("2026-03-01", "2026-03-31", "9", "missed")
    only_portal = book(PORTAL, concluded(services=["portal"]), missed)
    assert short(indicated(DEVELOPING, only_portal)) == NEVER
    long_ago = measured("2025-12-01", "2025-12-31", "9", "missed")
    assert short(indicated(DEVELOPING, book(concluded("2025-01-01"), PORTAL, long_ago))) == NEVER
    nothing_named = book(concluded(services=["gone"]), PORTAL, missed)
    assert short(indicated(DEVELOPING, nothing_named)) == NEVER


# 102 -------------------------------------------------------------------------------------

STRATEGY = "no_joint_strategy"


def held(day: str, *, joint: bool = True, until: date | None = None, level: str = "regional_ict") -> Held:
    """Returns a version of a strategy."""
    began = Interval.exact(date.fromisoformat(day))
    return Held(level=level, members=None if joint else ("aukra",), joint=joint, began=began, until=until, entry=99)


def strategic(given: Given, *strategies: Held, day: date = date(2026, 12, 31)) -> object:
    """Returns the indicator in a book that holds these strategies too."""
    figure = INDICATORS[STRATEGY](replace(readiness_book(given.state), strategies=strategies), day)
    return short(figure)


def test_a_budget_is_adopted_under_a_joint_strategy() -> None:
    given = book(budget(2027, "2026-11-01"))
    assert strategic(given, held("2026-11-01")) == (0, 1, False)
    assert strategic(given, held("2026-11-02")) == (1, 1, True)
    assert strategic(given, held("2020-01-01", until=date(2026, 10, 31))) == (1, 1, True)
    assert strategic(given, held("2020-01-01", until=date(2026, 11, 1))) == (0, 1, False)
    assert strategic(given, held("2020-01-01", joint=False)) == (1, 1, True)


def test_a_joint_strategy_is_looked_for_before_the_first_budget_too() -> None:
    assert strategic(book(), held("2026-11-01")) == (0, 0, False)
    assert strategic(book(), held("2026-11-01", joint=False)) == (0, 0, True)


def test_a_book_without_any_strategy_does_not_know() -> None:
    given = book(budget(2027, "2026-11-01"))
    assert strategic(given) == NEVER
    assert strategic(given, held("2027-01-01")) == NEVER


def test_lines_of_income_and_of_no_one_add_no_cost() -> None:
    lines = (line("running", "expense", 100), line("fees", "income", 100))
    given = book(budget(2026, "2025-12-01", *lines), concluded(), amended(2026, "2026-03-01", fees=40, gone=7))
    assert short(indicated(COSTS, given)) == (0, None, False)
