"""The budget binds (årsbudsjettets bindende virkning): no more is decided on a line than it has.

Kommuneloven § 14-5 first paragraph; IKS-loven § 19 first paragraph. What there is a legal duty to pay is excepted. Only
decisions that say what they are charged to are judged: the book does not guess it. What agreements take of a line is
counted with what decisions do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Claim:
    """What an act takes of a line of a year's budget, in oere; negative where it gives back."""

    year: int
    line_id: str
    amount: int
    entry: int | None
    """None for one that is not recorded yet."""
    decisions: tuple[str, ...] = ()
    """The decisions it rests on: what one of them is charged with is the same money."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What is taken of a line of a year's budget, in oere, with the entries that took it."""

    ore: int
    entries: tuple[int, ...]


def taken(year: int, line_id: str, decisions: Decisions, claims: Iterable[Claim]) -> Taken:
    """Returns what the decisions charged to a line, and these claims, take of it together.

    Of a decision and the claims that rest on it the larger counts.
    """
    charged = {made.event.decision_id: made for made in _charged(year, line_id, decisions)}
    resting, own, entries = Counter[str](), 0, [made.entry for made in charged.values()]
    for claim in claims:
        if (claim.year, claim.line_id) != (year, line_id):
            continue
        entries += [] if claim.entry is None else [claim.entry]
        decision_id = next((one for one in claim.decisions if one in charged), None)
        if decision_id is None:
            own += claim.amount
        else:
            resting[decision_id] += claim.amount
    ore = sum(max(made.event.amount or 0, resting[decision_id]) for decision_id, made in charged.items())
    return Taken(ore + own, tuple(sorted(entries)))


def against_overspending(
    event: DecisionMade, budgets: ByYear, decisions: Decisions, claims: Iterable[Claim], standing: Standing
) -> Iterator[Rejection]:
    """Yields that a decision is charged to a line there is none of, or to more than the line has left.

    `claims` is what acts that are no decisions take of the lines.
    """
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
    there = taken(charge.year, charge.line_id, decisions, claims)
    if there.ore + event.amount > has:
        yield Rejection(
            "decision.budget_exceeded",
            law=law,
            entries=(*budget.entries, *there.entries),
            year=charge.year,
            line_id=charge.line_id,
            amount_ore=event.amount,
            budgeted_ore=has,
            decided_ore=there.ore,
            missing_ore=there.ore + event.amount - has,
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
