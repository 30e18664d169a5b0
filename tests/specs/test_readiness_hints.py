"""Hints for the twelve pairs: what each counts, and of how much; none judges."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.agreements import BreachDeclared, BreachResolved, Period, ServiceRegistered, ServiceReviewHeld
from domain.cases import CaseDocumentAttached, CaseOpened
from domain.collaboration import readiness_book
from domain.decisions import DecisionMade, FollowUpAssigned, Origin
from domain.readiness import HINTS, Figure
from domain.readiness.hints import leaning
from domain.rulebook.readiness import THRESHOLDS
from domain.vocabulary import Holder
from domain.votes import Vote
from tests.spec import At, Given, at
from tests.specs.agreement_books import book, concluded, service
from tests.specs.body_books import governed, seated
from tests.specs.meeting_books import called, meeting_book
from tests.specs.readiness_books import amended, budget, figures, hinted, level, line, prices, target

DAY = date(2026, 12, 31)


def seen(figure: Figure) -> tuple[int | None, int | None]:
    """Returns how much, and of how many; a hint never judges."""
    assert figure.raised is None
    return figure.value, figure.of


def opened(case_id: str, day: str, latest: str | None = None) -> At:
    """Returns a case that was opened."""
    return at(day, CaseOpened(case_id=case_id, case_number="unknown", kind="decision", title=case_id), latest)


def decided(decision_id: str, day: str, case_id: str | None = None) -> At:
    """Returns a decision."""
    known: dict[str, Any] = {"title": decision_id, "kind": "resolution", "text": None}
    return at(day, DecisionMade(decision_id=decision_id, case_id=case_id, **known))


def test_decisions_with_a_case_file() -> None:
    filed = at("2026-01-02", CaseDocumentAttached(case_id="c", document_id="d", title="Saksframlegg", sha256="0" * 64))
    given = governed(opened("c", "2026-01-01"), filed, opened("bare", "2026-01-01"))
    made = (decided("1", "2026-02-01", "c"), decided("2", "2026-02-01", "bare"), decided("3", "2026-02-02"))
    assert seen(hinted("culture", given.and_(*made), DAY)) == (1, 3)
    assert seen(hinted("culture", given.and_(*made), date(2026, 2, 1))) == (1, 2)


@pytest.mark.parametrize(
    ("fields", "contested"),
    [({"result": "adopted"}, 0), ({"result": "rejected"}, 1), ({"result": "tie"}, 1), ({"chair_decided": True}, 1)],
)
def test_votes_that_are_contested(fields: dict[str, Any], contested: int) -> None:
    state = meeting_book(called()).state
    known: dict[str, Any] = {
        "vote_id": "v", "entry": 90, "body_id": "council", "case_id": "c-1", "meeting_id": "m-1", "about": "proposal",
        "result": "adopted", "adopted": None, "elected": (), "rule_id": None, "voters": frozenset(),
    }  # fmt: skip
    voted = replace(state, votes=state.votes.with_vote(Vote(**{**known, **fields})))
    seen_book = readiness_book(voted)
    assert seen(HINTS["attitude"].work_out(seen_book, date(2024, 3, 29))) == (contested, 1)
    assert seen(HINTS["attitude"].work_out(seen_book, date(2024, 3, 28))) == (None, None)


def test_days_until_a_case_is_decided() -> None:
    given = governed(opened("a", "2026-01-01"), opened("b", "2026-01-01"), opened("c", "2026-01-01", "2026-01-09"))
    made = (decided("1", "2026-01-11", "a"), decided("2", "2026-01-31", "b"), decided("3", "2026-05-01", "c"))
    figure = hinted("communication", given.and_(*made), DAY)
    assert (seen(figure), figure.unit) == ((10, None), "days")
    assert seen(hinted("communication", given, DAY)) == (None, None)
    before = governed(opened("a", "2026-02-01"), decided("1", "2026-01-11", "a"))
    assert seen(hinted("communication", before, DAY)) == (None, None)


def test_days_until_a_breach_is_settled() -> None:
    period = Period(first_day=date(2026, 1, 1), last_day=date(2026, 1, 31))
    declared = BreachDeclared(
        breach_id="b-1", agreement_id="sla", target_id="uptime", period=period,
        by=Holder(kind="member", id="aukra"), sla_version=1, measured_in=1,
    )  # fmt: skip
    open_ = book(concluded(), at("2026-02-01", declared))
    assert seen(hinted("reaction", open_, DAY)) == (None, None)
    settled = open_.and_(at("2026-02-15", BreachResolved(breach_id="b-1", outcome="remedied")))
    figure = hinted("reaction", settled, DAY)
    assert (seen(figure), figure.entries) == ((14, None), (7, 8))
    assert seen(hinted("reaction", settled, date(2026, 2, 14))) == (None, None)


def test_versions_and_amendments_of_the_last_year() -> None:
    first = (budget(2026, "2025-11-01"), concluded("2025-01-01"), level(1, "2025-01-01", target("9")))
    assert seen(hinted("flexibility", book(concluded()), DAY)) == (None, None)
    assert seen(hinted("flexibility", book(*first), DAY)) == (0, None)
    more = (level(2, "2026-01-01", target("8")), prices(1, "2026-01-01", 1), prices(2, "2026-05-01", 2))
    given = book(*first, *more, amended(2026, "2026-03-01", running=1))
    assert seen(hinted("flexibility", given, DAY)) == (3, None)
    assert seen(hinted("flexibility", given, date(2027, 1, 1))) == (2, None)


def test_customers_in_service_reviews() -> None:
    review = ServiceReviewHeld(agreement_id="sla", customers_present=("aukra", "stranger"), provider_present=True)
    unheard = review.model_copy(update={"agreement_id": "gone"})
    given = book(concluded(), at("2026-03-01", review), at("2026-03-01", unheard))
    assert seen(hinted("understanding", given, DAY)) == (1, 2)
    assert seen(hinted("understanding", given, date(2026, 2, 28))) == (None, None)


def test_offices_that_hang_on_one_person() -> None:
    given = governed(seated("p-1", office_id="manager"), seated("p-2", office_id="clerk"))
    assert seen(hinted("dependence", given, DAY)) == (2, 2)
    deputy = given.and_(seated("p-3", office_id="clerk", deputy_rank=1))
    assert seen(hinted("dependence", deputy, DAY)) == (1, 2)


def test_persons_with_several_roles() -> None:
    given = governed(seated("p-1", office_id="manager"), seated("p-2", office_id="clerk"))
    assert seen(hinted("roles", given, DAY)) == (0, 2)
    both = given.and_(seated("p-1", body_id="council", on_behalf_of="aukra"))
    assert seen(hinted("roles", both, DAY)) == (1, 2)


def test_services_of_each_office_that_owns_any() -> None:
    mine = at("2020-01-01", ServiceRegistered(service_id="a", name="A", group="operations", owner_office="manager"))
    more = at("2020-01-01", ServiceRegistered(service_id="b", name="B", group="operations", owner_office="manager"))
    assert seen(hinted("breadth", book(), DAY)) == (None, None)
    assert seen(hinted("breadth", book(mine, more), DAY)) == (2, 1)


@pytest.mark.parametrize(("title", "about"), [("Kurs i drift", 1), ("Kompetanseplan", 1), ("Ny server", 0)])
def test_tasks_about_skill(title: str, about: int) -> None:
    task = FollowUpAssigned(
        follow_up_id="f", origin=Origin(kind="decision", ref="d"), title=title, owner_office="manager"
    )
    assert seen(hinted("knowledge", governed(at("2026-01-01", task)), DAY)) == (about, 1)
    assert seen(hinted("knowledge", governed(), DAY)) == (None, None)


PEOPLE = figures("population", "2025-12-31", aukra="1000", midsund="500", molde="2500")


def test_running_costs_of_the_year_by_inhabitants() -> None:
    lines = (line("running", "expense", 90), line("servers", "expense", 7, part="investment"), line("f", "income", 90))
    bare = book(budget(2026, "2025-11-01", *lines), amended(2026, "2026-06-01", running=10))
    figure = hinted("costs", bare, DAY)
    assert (seen(figure), figure.lacks, figure.entries) == ((None, None), "drivers", (6, 7))
    given = bare.and_(PEOPLE)
    assert seen(hinted("costs", given, DAY)) == (100, 4_000)
    assert hinted("costs", given, DAY).entries == (6, 7, 8)
    assert seen(hinted("costs", given, date(2026, 5, 31))) == (90, 4_000)
    assert hinted("costs", given, date(2027, 1, 1)).lacks == "budget"


def test_services_by_inhabitants() -> None:
    bare = book(service("third", "2026-06-01"))
    assert hinted("complexity", bare, DAY).lacks == "drivers"
    given = bare.and_(PEOPLE)
    assert seen(hinted("complexity", given, DAY)) == (3, 4_000)
    assert hinted("complexity", given, DAY).entries == (4, 5, 6, 7)
    assert seen(hinted("complexity", given, date(2026, 5, 31))) == (2, 4_000)
    assert hinted("complexity", governed(PEOPLE), DAY).lacks == "services"


def test_figures_are_stale_after_the_year_that_follows() -> None:
    given = book(service("third", "2026-06-01"), PEOPLE)
    assert seen(hinted("complexity", given, date(2026, 12, 31))) == (3, 4_000)
    assert hinted("complexity", given, date(2027, 1, 1)).lacks == "drivers"
    assert hinted("complexity", given, date(2025, 12, 30)).lacks == "drivers"


@pytest.mark.parametrize(
    ("pair", "value", "of", "leans"),
    [
        ("culture", 1, 2, "village"), ("culture", 51, 100, "between"), ("culture", 89, 100, "between"),
        ("culture", 9, 10, "city"), ("communication", 14, None, "village"), ("communication", 15, None, "between"),
        ("communication", 60, None, "city"), ("flexibility", 6, None, "village"), ("flexibility", 5, None, "between"),
        ("flexibility", 1, None, "city"), ("complexity", 2, 1_000, "village"), ("complexity", 1, 1_000, "between"),
        ("complexity", 1, 2_000, "city"), ("roles", 0, 0, None), ("roles", None, None, None),
    ],
)  # fmt: skip
def test_a_figure_leans_by_the_thresholds(pair: Any, value: int | None, of: int | None, leans: str | None) -> None:
    assert leaning(pair, Figure(value, "services", of)) == leans


def test_every_version_of_the_thresholds_has_every_pair_and_leaves_room_between() -> None:
    for version in THRESHOLDS.values():
        assert set(version) == set(HINTS)
        for pair, threshold in version.items():
            assert (threshold.village < threshold.city) == (HINTS[pair].higher == "city")
            assert threshold.village != threshold.city


def test_every_hint_says_which_way_more_of_it_leans() -> None:
    assert {hint.higher for hint in HINTS.values()} == {"village", "city"}


def test_hints_look_at_the_book_and_leave_it_alone() -> None:
    given: Given = book(concluded())
    before = given.state
    for pair in HINTS:
        hinted(pair, given, DAY)
    assert given.state == before
