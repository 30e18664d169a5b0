"""Budget cover (budsjettdekning): a change of service level or price costs no more than its budget line has left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from domain.budgets import Budgets, Claim, taken
from domain.decisions import Decisions
from domain.kernel import Context
from domain.text import Frozen, Id, Ore


class BudgetEffect(Frozen):
    """What a version costs beyond the one before: the line of a year's budget that must cover it, and the amount.

    Negative where it saves. What several versions, and decisions, take of one line in one year is added together.
    """

    year: Annotated[int, Field(ge=1838, le=2199)]
    line_id: Id
    amount: Ore


@dataclass(frozen=True, slots=True)
class Cover:
    """The budgets, and everything that takes of their lines."""

    budgets: Budgets
    decisions: Decisions
    claims: tuple[Claim, ...]
    """What versions of service levels and prices take."""

    def available(self, effect: BudgetEffect) -> int | None:
        """Returns what the amended budget has on an expense line, in oere; None for a line it does not have."""
        budget = self.budgets.by_year.get(effect.year)
        return None if budget is None else budget.available(effect.line_id)


def shortfalls(
    agreement_id: str, effect: BudgetEffect | None, cover: Cover, context: Context
) -> Iterator[dict[str, Any]]:
    """Yields what is missing on the line, and the amendment that would cover it; nothing where it is covered.

    What a decision is charged with and the version that carries it out costs is the same money, and counts once. What
    costs nothing or saves is always covered, and of a line there is none of nothing is said here.
    """
    has = None if effect is None else cover.available(effect)
    if effect is None or has is None or effect.amount <= 0:
        return
    decided = tuple(basis.ref for basis in context.basis if basis.kind == "decision")
    this = Claim(effect.year, effect.line_id, effect.amount, None, decided)
    before = taken(effect.year, effect.line_id, cover.decisions, cover.claims)
    after = taken(effect.year, effect.line_id, cover.decisions, (*cover.claims, this))
    if after.ore <= has:
        return
    budget = cover.budgets.by_year[effect.year]
    others = after.ore - effect.amount
    yield {
        "entries": (*budget.entries, *before.entries),
        "agreement_id": agreement_id,
        "year": effect.year,
        "line_id": effect.line_id,
        "amount_ore": effect.amount,
        "budgeted_ore": has,
        "taken_ore": others,
        "available_ore": has - others,
        "missing_ore": after.ore - has,
        "amendment_no": budget.next_amendment,
    }
