"""Who adopts and who amends a budget: the council of representatives, and within a grant whom it has empowered."""

from __future__ import annotations

from typing import Any

import pytest

from domain.decisions import DecisionMade
from tests.spec import Given, at
from tests.specs.body_books import body, council, office
from tests.specs.budget_books import book, line
from tests.specs.test_budgets import adopt
from tests.specs.test_budgets import adopted as first_adopted
from tests.specs.test_budgets_amendments import FRAME, adopted, amend, amended

LAW = {"iks": "IKS-loven § 18", "ipr": "kommuneloven § 14-8", "ko": "kommuneloven § 14-8"}
AMENDING_LAW = {"iks": "IKS-loven § 19", "ipr": "kommuneloven §§ 14-5, 14-8", "ko": "kommuneloven §§ 14-5, 14-8"}
MAKERS: dict[str, dict[str, Any]] = {
    "council": {"body_id": "council"},
    "board": {"body_id": "board"},
    "manager": {"office_id": "manager"},
}


def deciding(form: str, maker: str, **fields: Any) -> Given:
    """Returns a book with the council, a board and a manager, and a decision `d` that one of them made."""
    frame = at("2026-11-10", FRAME.model_copy(update={"operating_frame": 200_000}))
    known = {"decision_id": "d", "title": "Budsjett", "kind": "resolution", "text": None, **MAKERS[maker]}
    made = at("2026-11-21", DecisionMade.model_validate(known | fields))
    return book(form, frame, council(()), body("board", "board"), office("manager"), made)


def with_budget(form: str, maker: str, **fields: Any) -> Given:
    """Returns such a book in which the budget of 2027 was adopted."""
    return deciding(form, maker, **fields).and_(adopted())


@pytest.mark.parametrize("form", ["iks", "ipr", "ko"])
def test_the_council_of_representatives_adopts_the_budget(form: str) -> None:
    deciding(form, "council").when(adopt(decision_id="d")).then(first_adopted(decision_id="d", late=False))
    for maker in ("board", "manager"):
        for grant in (None, "g"):
            refused = (
                deciding(form, maker, grant_id=grant)
                .when(adopt(decision_id="d"))
                .then_rejected("budget.beyond_authority", decision_id="d", maker_id=maker, year=2027)
            )
            assert (refused.nature, refused.law, refused.entries) == ("rule", LAW[form], (7,))


@pytest.mark.parametrize("form", ["as", "host_joint_board", "informal"])
def test_the_book_does_not_say_who_adopts_it_under_other_forms(form: str) -> None:
    deciding(form, "board").when(adopt(decision_id="d")).then(first_adopted(decision_id="d"))
    with_budget(form, "board").when(amend(decision_id="d")).then(amended(decision_id="d"))


def test_a_budget_of_an_iks_before_2024_is_not_held_against_it() -> None:
    early = at("2022-11-01", DecisionMade(decision_id="e", title="B", kind="resolution", text=None, body_id="board"))
    before = book("iks", body("board", "board"), early)
    lines = [line("staff", "operating", "expense", *[5] * 4), line("fees", "operating", "income", *[5] * 4)]
    fields: dict[str, Any] = {"year": 2023, "decision_id": "e", "lines": lines}
    before.when(adopt(effective="2023-12-31", **fields)).then(first_adopted(**fields))
    before.when(adopt(effective="2024-01-01", **fields)).then_rejected("budget.beyond_authority", maker_id="board")


@pytest.mark.parametrize("form", ["iks", "ipr", "ko"])
def test_the_council_of_representatives_amends_the_budget(form: str) -> None:
    with_budget(form, "council").when(amend(decision_id="d")).then(amended(decision_id="d"))
    for maker in ("board", "manager"):
        refused = (
            with_budget(form, maker)
            .when(amend(decision_id="d"))
            .then_rejected("budget.beyond_authority", decision_id="d", maker_id=maker, year=2027)
        )
        assert (refused.nature, refused.law, refused.entries) == ("rule", AMENDING_LAW[form], (7,))


@pytest.mark.parametrize("maker", ["board", "manager"])
def test_another_moves_what_is_appropriated_within_its_grant(maker: str) -> None:
    before = with_budget("iks", maker, grant_id="g", amount=100)
    before.when(amend(decision_id="d")).then(amended(decision_id="d"))
    over: dict[str, tuple[int, ...]] = {"staff": (-101, 0), "rent": (101, 0)}
    refused = before.when(amend(over, decision_id="d")).then_rejected(
        "budget.beyond_grant", decision_id="d", grant_id="g", year=2027, moved_ore=101, amount_ore=100, excess_ore=1
    )
    assert (refused.nature, refused.law, refused.entries) == ("rule", "IKS-loven § 19", (7,))
    no_ceiling = with_budget("iks", maker, grant_id="g")
    no_ceiling.when(amend(over, decision_id="d")).then(amended(over, decision_id="d"))


@pytest.mark.parametrize(
    ("changes", "moved"),
    [
        ({"aukra": (7, 0), "fees": (-7, 0)}, 7),
        ({"loan": (9, 0), "servers": (9, 0)}, 9),
        ({"staff": (-3, 2), "rent": (3, -2)}, 3),
        ({"staff": (-3, -4), "rent": (3, 4)}, 4),
        ({"fees": (-8, 0), "staff": (-6, 0), "rent": (-2, 0)}, 8),
    ],
)
def test_what_is_moved_is_what_is_most(changes: dict[str, tuple[int, ...]], moved: int) -> None:
    with_budget("iks", "board", grant_id="g", amount=moved).when(amend(changes, decision_id="d")).then(
        amended(changes, decision_id="d")
    )
    with_budget("iks", "board", grant_id="g", amount=moved - 1).when(amend(changes, decision_id="d")).then_rejected(
        "budget.beyond_grant", moved_ore=moved, excess_ore=1
    )


@pytest.mark.parametrize("year", [0, 1])
def test_no_grant_raises_operating_expenses_in_all(year: int) -> None:
    changes = {line_id: tuple(int(year == index) for index in (0, 1)) for line_id in ("fees", "staff")}
    before = with_budget("iks", "board", grant_id="g", amount=1_000)
    before.when(amend(changes, decision_id="d")).then_rejected("budget.beyond_authority", maker_id="board")
    with_budget("iks", "council").when(amend(changes, decision_id="d")).then(amended(changes, decision_id="d"))


def test_an_amendment_beyond_authority_is_recorded_without_effect() -> None:
    sent: Any = amend(decision_id="d", mode="record", reason="Endret slik (prøve).")
    before = with_budget("ko", "board")
    kept = before.when(sent).then(amended(decision_id="d"), irregular=["budget.beyond_authority"])
    assert kept.state.budgets.by_year[2027].lines["rent"].amended == (100, 100)


def test_a_decision_whose_maker_the_book_does_not_have_is_not_judged() -> None:
    with_budget("iks", "board").when(amend()).then(amended())
    told = DecisionMade(decision_id="b", title="B", kind="resolution", text=None, body_id="nowhere")
    with_budget("iks", "board").and_(at("2026-11-22", told)).when(amend(decision_id="b")).then(amended(decision_id="b"))
