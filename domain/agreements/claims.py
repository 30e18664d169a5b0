"""What agreements take of the budget: every version of their service levels and prices, of each line it names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from domain.agreements.contracts import Agreement, Contracts
from domain.agreements.levels import Levels, ServiceLevel
from domain.agreements.prices import Prices, PriceTerms
from domain.budgets import Claim


def claims_of(levels: Levels, prices: Prices, contracts: Contracts) -> Iterator[Claim]:
    """Yields what each version takes, but for agreements that are certainly over before the year begins."""
    for agreement_id, level_line in levels.items():
        for level in level_line.marks:
            yield from _claim(contracts.get(agreement_id), level.value, level.number)
    for agreement_id, price_line in prices.items():
        for terms in price_line.marks:
            yield from _claim(contracts.get(agreement_id), terms.value, terms.number)


def _claim(agreement: Agreement | None, version: ServiceLevel | PriceTerms, entry: int) -> Iterator[Claim]:
    effect = version.budget_effect
    if effect is None or agreement is None:
        return
    over = agreement.life.possible_to
    if over is None or over > date(effect.year, 1, 1):
        yield Claim(effect.year, effect.line_id, effect.amount, entry, version.decisions)
