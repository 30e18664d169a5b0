"""Indicators of agreements, of staff at the members and of power given up: raised, not raised, and not known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.agreements import AgreementPhaseChanged, ServiceReviewHeld
from domain.agreements.cover import BudgetEffect
from domain.budgets import MemberFrameSet
from domain.collaboration import readiness_book
from domain.dates import Interval
from domain.decisions import DecisionMade, DissentRecorded
from domain.members import MemberDeparted
from domain.readiness import INDICATORS, Held
from domain.vocabulary import Holder
from tests.spec import At, Given, at
from tests.specs.agreement_books import book, concluded
from tests.specs.body_books import MANAGER, governed, granted, office, seated
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
    spent,
    target,
)

NEVER = (None, None, None)
UPTIME = target("99.5")


# 103 -------------------------------------------------------------------------------------

START = "sla_at_start"
OPERATING = AgreementPhaseChanged(agreement_id="sla", from_phase="start_up", to_phase="operation")


def test_a_service_level_is_laid_down_by_the_end_of_the_start_up() -> None:
    assert short(indicated(START, book(concluded()))) == (1, 1, True)
    assert short(indicated(START, book(concluded(), level(1, "2026-06-01", UPTIME)))) == (0, 1, False)
    assert indicated(START, book(concluded(), level(1, "2026-06-01", UPTIME))).entries == (6, 7)


@pytest.mark.parametrize(("day", "without"), [("2026-03-01", 0), ("2026-03-02", 1)])
def test_one_that_comes_once_it_runs_comes_too_late(day: str, without: int) -> None:
    late = book(concluded(), at("2026-03-01", OPERATING), level(1, day, UPTIME))
    assert short(indicated(START, late)) == (without, 1, bool(without))


def test_before_an_agreement_has_begun_nothing_is_known() -> None:
    assert short(indicated(START, book(concluded()), date(2025, 12, 31))) == NEVER
    rough = book(concluded("2026-01-01", "2026-06-30"))
    assert short(indicated(START, rough, date(2026, 6, 29))) == NEVER
    assert short(indicated(START, rough, date(2026, 6, 30))) == (1, 1, True)


# 104 -------------------------------------------------------------------------------------

RUNNING = "sla_in_operation"


def lasting(*facts: At) -> Given:
    """Returns a book in which two targets were promised from 2025 on."""
    return book(concluded("2025-01-01"), level(1, "2025-01-01", UPTIME, target("9", "speed")), *facts)


def test_targets_that_nobody_measures() -> None:
    assert short(indicated(RUNNING, lasting())) == (2, 2, True)
    one = lasting(measured("2026-02-01", "2026-02-28", "99", "missed"))
    assert short(indicated(RUNNING, one)) == (1, 2, True)
    both = one.and_(measured("2026-03-01", "2026-03-31", "9", "met", "speed"))
    assert short(indicated(RUNNING, both)) == (0, 2, False)
    assert indicated(RUNNING, both).entries == (7, 8, 9)


@pytest.mark.parametrize(("last", "unmeasured"), [("2025-12-31", 2), ("2026-01-01", 1)])
def test_a_measurement_counts_for_a_year(last: str, unmeasured: int) -> None:
    given = lasting(measured("2025-12-01", last, "99", "met"))
    assert indicated(RUNNING, given).value == unmeasured


def test_what_was_promised_less_than_a_year_ago_need_not_be_measured_yet() -> None:
    new = book(concluded("2026-01-01"), level(1, "2026-01-01", UPTIME))
    assert short(indicated(RUNNING, new)) == NEVER
    assert short(indicated(RUNNING, new, date(2027, 1, 1))) == (1, 1, True)
    added = lasting(level(2, "2026-06-01", UPTIME, target("1", "new")))
    assert short(indicated(RUNNING, added)) == (1, 1, True)
    assert short(indicated(RUNNING, book(concluded("2025-01-01")))) == NEVER


# 105 -------------------------------------------------------------------------------------

REVIEW = "sla_evaluation"


@pytest.mark.parametrize(("day", "overdue"), [(date(2027, 1, 1), 0), (date(2027, 1, 2), 1)])
def test_a_review_is_due_a_year_after_the_agreement(day: date, overdue: int) -> None:
    assert short(indicated(REVIEW, book(concluded()), day)) == (overdue, 1, bool(overdue))


def test_a_review_sets_the_next() -> None:
    event = ServiceReviewHeld(agreement_id="sla", customers_present=("aukra",), provider_present=True)
    held = book(concluded(), at("2026-12-01", event))
    assert short(indicated(REVIEW, held, date(2027, 12, 1))) == (0, 1, False)
    assert short(indicated(REVIEW, held, date(2027, 12, 2))) == (1, 1, True)
    assert indicated(REVIEW, held, date(2027, 12, 2)).entries == (6, 7)
    assert short(indicated(REVIEW, held, date(2026, 11, 30))) == (0, 1, False)
    soon = book(concluded(), at("2026-12-01", event.model_copy(update={"next_review": date(2027, 2, 1)})))
    assert short(indicated(REVIEW, soon, date(2027, 2, 2))) == (1, 1, True)


def test_where_no_interval_was_agreed_it_is_not_known_when_a_review_is_due() -> None:
    assert short(indicated(REVIEW, book(concluded(review_months="unknown")), date(2030, 1, 1))) == NEVER


# 106 -------------------------------------------------------------------------------------

FRAME = "frame_follow_up"


def costing(amount: int, line_id: str = "running", year: int = 2026) -> BudgetEffect:
    """Returns what terms say they cost."""
    return BudgetEffect(year=year, line_id=line_id, amount=amount)


def budgeted(*facts: At) -> Given:
    """Returns a book in which a line of 100 is to cover a service level that costs 60."""
    start = (budget(2026, "2025-12-01"), concluded())
    return book(*start, level(1, "2026-01-01", UPTIME, budget_effect=costing(60)), *facts)


def test_a_line_covers_all_the_terms_that_name_it() -> None:
    assert short(indicated(FRAME, budgeted())) == (0, 1, False)
    assert indicated(FRAME, budgeted()).entries == (6, 8)
    exactly = budgeted(prices(1, "2026-01-01", 1, budget_effect=costing(40)))
    assert short(indicated(FRAME, exactly)) == (0, 1, False)
    over = budgeted(prices(1, "2026-01-01", 1, budget_effect=costing(41)))
    assert short(indicated(FRAME, over)) == (1, 1, True)
    later = budgeted(amended(2026, "2026-06-01", running=-41))
    assert short(indicated(FRAME, later)) == (1, 1, True)
    assert short(indicated(FRAME, later, date(2026, 5, 31))) == (0, 1, False)


def test_a_line_that_came_to_more_than_it_has_is_short_too() -> None:
    assert short(indicated(FRAME, budgeted(spent(2026, "2026-06-01", running=100)))) == (0, 1, False)
    over = budgeted(spent(2026, "2026-06-01", running=100), spent(2026, "2026-09-01", running=1))
    assert short(indicated(FRAME, over)) == (1, 1, True)
    assert indicated(FRAME, over).entries == (6, 8, 9, 10)
    assert short(indicated(FRAME, over, date(2026, 8, 31))) == (0, 1, False)


def framed(member_id: str, ore: int) -> At:
    """Returns the frame a council set for 2026."""
    event = MemberFrameSet(year=2026, member_id=member_id, operating_frame=ore, investment_frame=0)
    return at("2025-12-01", event)


def test_the_members_frames_are_to_hold_what_the_terms_cost() -> None:
    two = (framed("aukra", 20), framed("midsund", 20))
    assert short(indicated(FRAME, budgeted(*two, framed("molde", 20)))) == (0, 1, False)
    assert short(indicated(FRAME, budgeted(*two, framed("molde", 19)))) == (0, 1, True)
    assert indicated(FRAME, budgeted(*two, framed("molde", 19))).entries == (6, 8, 9, 10, 11)
    assert short(indicated(FRAME, budgeted(*two))) == (0, 1, False)


def test_what_no_budget_of_the_year_can_cover_is_not_known() -> None:
    bare = book(concluded(), level(1, "2026-01-01", UPTIME, budget_effect=costing(60)))
    no_such_line = budgeted(prices(1, "2026-01-01", 1, budget_effect=costing(1, "gone")))
    assert short(indicated(FRAME, bare)) == NEVER
    assert short(indicated(FRAME, no_such_line)) == NEVER
    assert short(indicated(FRAME, budgeted(), date(2027, 1, 1))) == NEVER
    assert short(indicated(FRAME, book(budget(2026, "2025-12-01"), concluded()))) == NEVER


# 107, 108 --------------------------------------------------------------------------------

STAFF, CARETAKER = "staff_placement", "ict_caretaker"


def test_it_is_laid_down_whose_staff_it_is() -> None:
    assert short(indicated(STAFF, governed())) == NEVER
    one = governed(moved("drift", "aukra", "2"))
    assert short(indicated(STAFF, one)) == (1, 2, True)
    both = one.and_(moved("drift", "this", "1", came_from="molde"))
    assert short(indicated(STAFF, both)) == (0, 2, False)
    assert indicated(STAFF, both).entries == (one.number, both.number)
    assert short(indicated(STAFF, both, date(2019, 12, 31))) == NEVER


@pytest.mark.parametrize("name", ["ikt-vaktmester", "vaktmeister", "caretaker"])
def test_every_member_has_a_caretaker(name: str) -> None:
    assert short(indicated(CARETAKER, governed())) == NEVER
    assert short(indicated(CARETAKER, governed(moved("drift", "this", "3")))) == (2, 2, True)
    one = governed(moved(name, "aukra", "0.5"))
    assert short(indicated(CARETAKER, one)) == (1, 2, True)
    both = one.and_(moved(name, "molde", "1"))
    assert short(indicated(CARETAKER, both)) == (0, 2, False)
    gone = both.and_(moved(name, "this", "0.5", "2024-01-01", came_from="aukra"))
    assert short(indicated(CARETAKER, gone)) == (1, 2, True)
    assert short(indicated(CARETAKER, gone, date(2023, 12, 31))) == (0, 2, False)


def test_who_has_left_needs_none() -> None:
    departed = MemberDeparted.model_construct(
        type="member.departed", member_id="molde", cause="withdrawn", grants=(), agreements=()
    )
    left = governed(moved("drift", "aukra", "2"), at("2025-01-01", departed))
    assert short(indicated(STAFF, left)) == (0, 1, False)


# 109 -------------------------------------------------------------------------------------

STRATEGY = "member_strategy"


def own(*members: str, day: str = "2024-01-01", **fields: Any) -> Held:
    """Returns an ICT strategy of these members."""
    known = {"level": "ict", "members": members, "joint": False, "until": None, "entry": 99, **fields}
    return Held(began=Interval.exact(date.fromisoformat(day)), **known)


def strategic(*strategies: Held, day: date = date(2024, 6, 1)) -> object:
    """Returns the indicator in a book that holds these strategies."""
    seen = replace(readiness_book(governed().state), strategies=strategies)
    return short(INDICATORS[STRATEGY](seen, day))


def test_every_member_has_a_strategy_of_its_own() -> None:
    assert strategic(own("aukra")) == (1, 2, True)
    assert strategic(own("aukra"), own("molde")) == (0, 2, False)
    assert strategic(own("aukra", "molde", until=date(2024, 6, 1))) == (0, 2, False)
    assert strategic(own("aukra", "molde", until=date(2024, 5, 31))) == (2, 2, True)


def test_other_strategies_do_not_say_whether_members_have_their_own() -> None:
    assert strategic() == NEVER
    assert strategic(own("aukra", level="municipal")) == NEVER
    assert strategic(own("aukra", joint=True)) == NEVER
    assert strategic(own("aukra", day="2024-06-02")) == NEVER
    assert strategic(own("aukra"), own(members=None)) == NEVER
    assert strategic(own("aukra"), own(members=None, until=date(2024, 5, 31))) == (1, 2, True)


# 110 -------------------------------------------------------------------------------------

ORDERING = "ordering_competence"


def test_every_member_has_someone_who_orders() -> None:
    assert short(indicated(ORDERING, governed())) == NEVER
    empty = governed(office("orders", "orderer", "aukra"))
    assert short(indicated(ORDERING, empty)) == (2, 2, True)
    one = empty.and_(seated("p-1", office_id="orders"))
    assert short(indicated(ORDERING, one)) == (1, 2, True)
    both = one.and_(office("orders-2", "orderer", "molde"), seated("p-2", office_id="orders-2"))
    assert short(indicated(ORDERING, both)) == (0, 2, False)
    assert indicated(ORDERING, both).entries == tuple(range(empty.number, both.number + 1))


def test_another_office_of_a_member_orders_nothing() -> None:
    other = governed(office("it", "contact", "aukra"), seated("p-1", office_id="it"))
    assert short(indicated(ORDERING, other)) == (2, 2, True)


# 111 -------------------------------------------------------------------------------------

DISPOSAL = "right_of_disposal"
GIVEN = granted("g-1", Holder(kind="member", id="aukra"), MANAGER)
DECIDED = DecisionMade(decision_id="d-1", title="Felles system", kind="resolution", text=None)
DISSENT = DissentRecorded(decision_id="d-1", person_id="p-1", text=None)


def test_power_given_up_and_dissent() -> None:
    assert short(indicated(DISPOSAL, governed())) == NEVER
    assert short(indicated(DISPOSAL, governed(GIVEN))) == (1, 2, False)
    decided = governed(GIVEN, at("2026-03-01", DECIDED), at("2026-03-01", DISSENT))
    assert short(indicated(DISPOSAL, decided)) == (1, 2, True)
    assert indicated(DISPOSAL, decided).entries == (decided.number - 2, decided.number)
    assert short(indicated(DISPOSAL, decided, date(2027, 2, 28))) == (1, 2, True)
    assert short(indicated(DISPOSAL, decided, date(2027, 3, 1))) == (1, 2, False)


def test_what_others_gave_is_not_given_up_by_a_member() -> None:
    passed = granted("g-1", Holder(kind="body", id="council"), MANAGER)
    assert short(indicated(DISPOSAL, governed(passed, at("2026-03-01", DECIDED), at("2026-03-01", DISSENT)))) == NEVER


# 112 -------------------------------------------------------------------------------------

BAD = "dear_and_bad"


def served(price: int, value: str, operator: Any = "at_least") -> Given:
    """Returns a book in which a price and a target went from 100 and 50 to these."""
    start = (concluded(), level(1, "2026-01-01", target("1", operator=operator)), prices(1, "2026-01-01", 100))
    first = measured("2026-01-01", "2026-01-31", "50", "met")
    return book(*start, first, prices(2, "2026-06-01", price), measured("2026-06-01", "2026-06-30", value, "met"))


@pytest.mark.parametrize(
    ("price", "value", "raised"), [(101, "49.9", True), (100, "49.9", False), (101, "50", False), (99, "51", False)]
)
def test_dearer_and_worse(price: int, value: str, raised: bool) -> None:
    assert short(indicated(BAD, served(price, value))) == (2 * raised, 2, raised)
    assert indicated(BAD, served(price, value)).entries == (7, 8, 9, 10, 11)


def test_more_is_worse_where_a_target_is_a_ceiling() -> None:
    assert short(indicated(BAD, served(101, "51", "at_most"))) == (2, 2, True)
    assert short(indicated(BAD, served(101, "49", "at_most"))) == (0, 2, False)


def test_without_a_baseline_of_both_it_is_not_known() -> None:
    start = (concluded(), level(1, "2026-01-01", UPTIME))
    once = measured("2026-01-01", "2026-01-31", "50", "met")
    again = measured("2026-06-01", "2026-06-30", "40", "met")
    assert short(indicated(BAD, book(*start, once, again))) == NEVER
    assert short(indicated(BAD, book(*start, prices(1, "2026-01-01", 1), once))) == NEVER
    assert short(indicated(BAD, book(*start, prices(1, "2026-01-01", None), once, again))) == NEVER
    assert short(indicated(BAD, book(*start, prices(1, "2026-01-01", 1), once, again))) == (0, 2, False)


def test_a_member_is_served_worse_by_any_of_its_agreements() -> None:
    agreed = concluded(agreement_id="own", customers=["aukra"])
    start = (agreed, level(1, "2026-01-01", target("1"), agreement_id="own"))
    costs = (prices(1, "2026-01-01", 100, agreement_id="own"), prices(2, "2026-05-01", 101, agreement_id="own"))
    told = [measured(f"{m}-01", f"{m}-28", v, "met", agreement="own") for m, v in (("2026-01", "9"), ("2026-06", "8"))]
    both = served(101, "51").and_(*start, *costs, *told)
    assert short(indicated(BAD, both)) == (1, 2, True)


def test_an_income_line_is_no_cover_by_itself() -> None:
    lines = (line("fees", "income", 100), line("running", "expense", 100))
    given = book(budget(2026, "2025-12-01", *lines), concluded(), prices(1, "2026-01-01", 1))
    assert short(indicated(FRAME, given)) == NEVER
