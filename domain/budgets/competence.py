"""Who adopts and who amends a budget (kompetanse): the council of representatives itself, and whom it has empowered.

IKS-loven § 18 and kommuneloven § 14-8: the council of representatives adopts. IKS-loven § 19 and kommuneloven § 14-5:
the budget binds every body; another may be empowered to use part of an operating appropriation to finance
investments, and to distribute what is appropriated. What a grant is worth was judged when the decision was made; here
it bears an amendment of no more than the decision's amount, and none by which operating expenses rise in all.

Under other forms the book does not judge it: a host's council stands outside the book, and of companies and
associations no act here says who it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from domain.budgets.around import Around
from domain.budgets.plan import PLAN_RULE_FROM, BudgetLine, sums
from domain.decisions import Made
from domain.kernel import Rejection
from domain.vocabulary import LegalFormId


@dataclass(frozen=True, slots=True)
class Competence:
    """The provisions that say who adopts and who amends, and since when."""

    adopts: str
    amends: str
    since: date = date.min


COMPETENCE: Mapping[LegalFormId, Competence] = {
    "iks": Competence("IKS-loven § 18", "IKS-loven § 19", PLAN_RULE_FROM),
    "ipr": Competence("kommuneloven § 14-8", "kommuneloven §§ 14-5, 14-8"),
    "ko": Competence("kommuneloven § 14-8", "kommuneloven §§ 14-5, 14-8"),
}
"""By legal form whose top body is the council of representatives."""


def against_adopting(decision_id: str, year: int, around: Around, on: date) -> Iterator[Rejection]:
    """Yields that the decision on a budget is not one of the council of representatives."""
    made, rule = around.decisions.by_id.get(decision_id), _rule(around, on)
    if made is not None and rule is not None and _is_anothers(made, around):
        yield _beyond(made, rule.adopts, year)


def against_amending(
    decision_id: str, year: int, changes: Sequence[tuple[BudgetLine, Sequence[int]]], around: Around, on: date
) -> Iterator[Rejection]:
    """Yields that the decision on an amendment is neither the council's nor within what another is empowered to."""
    made, rule = around.decisions.by_id.get(decision_id), _rule(around, on)
    if made is None or rule is None or not _is_anothers(made, around):
        return
    if made.grant_id is None or _raises_operation(changes):
        yield _beyond(made, rule.amends, year)
    elif made.amount is not None and (moved := _moved(changes)) > made.amount:
        yield Rejection(
            "budget.beyond_grant",
            law=rule.amends,
            entries=(made.entry,),
            decision_id=decision_id,
            grant_id=made.grant_id,
            year=year,
            moved_ore=moved,
            amount_ore=made.amount,
            excess_ore=moved - made.amount,
        )


def _rule(around: Around, on: date) -> Competence | None:
    form = around.standing.form
    rule = None if form is None else COMPETENCE.get(form.id)
    return rule if rule is not None and on >= rule.since else None


def _is_anothers(made: Made, around: Around) -> bool:
    """Whether an office made it, or a body that is not the top one; of a body the book does not have it is not said."""
    body = None if made.body is None else around.bodies.get(made.body)
    return made.office is not None or (body is not None and not body.is_top_of(around.standing))


def _beyond(made: Made, law: str, year: int) -> Rejection:
    maker = made.body or made.office
    entries, decision_id = (made.entry,), made.event.decision_id
    return Rejection(
        "budget.beyond_authority", law=law, entries=entries, decision_id=decision_id, maker_id=maker, year=year
    )


def _raises_operation(changes: Sequence[tuple[BudgetLine, Sequence[int]]]) -> bool:
    """Whether operating expenses come to more in all in some year: that is not appropriated before."""
    return any(amount > 0 for amount in sums(changes).get(("operating", "expense"), ()))


def _moved(changes: Sequence[tuple[BudgetLine, Sequence[int]]]) -> int:
    """Returns what is moved in oere, in the year and part and on the side in which it is most."""
    rises = sums((line, [max(amount, 0) for amount in amounts]) for line, amounts in changes)
    falls = sums((line, [max(-amount, 0) for amount in amounts]) for line, amounts in changes)
    return max((amount for side in (*rises.values(), *falls.values()) for amount in side), default=0)
