"""The budget binds (årsbudsjettets bindende virkning): no more is decided on a line than it has.

Kommuneloven § 14-5 first paragraph; IKS-loven § 19 first paragraph. What there is a legal duty to pay is excepted. Only
decisions that say what they are charged to are judged: the book does not guess it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from domain.budgets.plan import ByYear
from domain.decisions import DecisionMade, Decisions, Made
from domain.kernel import Nature, Rejection
from domain.rulebook import Standing
from domain.vocabulary import LegalFormId

LAW: Mapping[LegalFormId, str] = {
    "ipr": "kommuneloven § 14-5",
    "ko": "kommuneloven § 14-5",
    "host_admin": "kommuneloven § 14-5",
    "host_joint_board": "kommuneloven § 14-5",
    "iks": "IKS-loven § 19",
}
"""The provision that makes the budget of a form binding; of the others no act says so."""


def against_overspending(
    event: DecisionMade, budgets: ByYear, decisions: Decisions, standing: Standing
) -> Iterator[Rejection]:
    """Yields that a decision is charged to a line there is none of, or to more than the line has left."""
    charge = event.charge
    if charge is None:
        return
    budget = budgets.get(charge.year)
    has = None if budget is None else budget.available(charge.line_id)
    if budget is None or has is None:
        entries = () if budget is None else budget.entries
        nature: Nature = "unknown" if budget is None else "fact"
        yield Rejection("decision.line_unknown", nature, entries=entries, year=charge.year, line_id=charge.line_id)
        return
    law = None if standing.form is None else LAW.get(standing.form.id)
    if law is None or charge.legally_due or event.amount is None:
        return
    charged = _charged(charge.year, charge.line_id, decisions)
    decided = sum(made.event.amount or 0 for made in charged)
    if decided + event.amount > has:
        yield Rejection(
            "decision.budget_exceeded",
            law=law,
            entries=(*budget.entries, *(made.entry for made in charged)),
            year=charge.year,
            line_id=charge.line_id,
            amount_ore=event.amount,
            budgeted_ore=has,
            decided_ore=decided,
            missing_ore=decided + event.amount - has,
            amendment_no=budget.next_amendment,
        )


def _charged(year: int, line_id: str, decisions: Decisions) -> list[Made]:
    """Returns the decisions that are charged to a line and that nothing has ended, in order."""
    there = [
        made
        for made in decisions.by_id.values()
        if made.end is None
        and (charge := made.event.charge) is not None
        and (charge.year, charge.line_id) == (year, line_id)
    ]
    return sorted(there, key=lambda made: made.entry)
