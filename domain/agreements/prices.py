"""Price terms (prisvilkår) of an agreement: what its services cost, version by version, and since when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from pydantic import Field
from rpds import HashTrieMap

from domain.agreements.contracts import Agreement, Contracts
from domain.agreements.cover import BudgetEffect, Cover, shortfalls
from domain.agreements.groups import Groups
from domain.dates import Mark, Timeline
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.text import Amount, Frozen, Id, Name
from domain.vocabulary import ProductGroup

# Events: stored for ever -----------------------------------------------------------------


class PriceItem(Frozen):
    """One price."""

    item_id: Id
    name: Name
    group: ProductGroup
    unit: Name
    price_ore: Amount | None
    """None where nothing is charged by the unit: at cost, or included in another price."""
    price_index: Name | None = None
    """What the price is adjusted by, such as the consumer price index."""


class PriceTermsRevised(Event):
    """A new version of an agreement's prices was laid down."""

    type: Literal["price_terms.revised"] = "price_terms.revised"
    agreement_id: Id
    price_version: Annotated[int, Field(ge=1, le=100_000)]
    items: Annotated[tuple[PriceItem, ...], Field(min_length=1, max_length=500)]
    budget_effect: BudgetEffect | None = None
    """What the change costs, and the line that is to cover it."""


# Commands --------------------------------------------------------------------------------


class RevisePriceTerms(Command):
    """Lay down the next version of an agreement's prices."""

    type: Literal["price_terms.revise"]
    agreement_id: Id
    price_version: Annotated[int, Field(ge=1, le=100_000)]
    items: Annotated[tuple[PriceItem, ...], Field(min_length=1, max_length=500)]
    budget_effect: BudgetEffect | None = None


# State -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PriceTerms:
    """One version of an agreement's prices."""

    price_version: int
    items: tuple[PriceItem, ...]
    budget_effect: BudgetEffect | None
    decisions: tuple[str, ...] = ()
    """The decisions it rests on."""


Prices: TypeAlias = "HashTrieMap[str, Timeline[PriceTerms]]"
"""Versions over time by agreement id."""
_NO_VERSIONS: Timeline[PriceTerms] = Timeline()


def versions_of(prices: Prices, agreement_id: str) -> Timeline[PriceTerms]:
    """Returns the versions of one agreement's prices, none for one that has none."""
    return prices.get(agreement_id, _NO_VERSIONS)


def evolve(prices: Prices, event: PriceTermsRevised, fact: Fact) -> Prices:
    """Returns the prices after one more version was laid down."""
    decisions = tuple(basis.ref for basis in fact.basis if basis.kind == "decision")
    terms = PriceTerms(event.price_version, event.items, event.budget_effect, decisions)
    line = versions_of(prices, event.agreement_id).closed_by(fact.effective)
    return prices.insert(event.agreement_id, line.with_mark(fact.effective, fact.number, terms))


def subjects(event: PriceTermsRevised) -> Iterator[Subject]:
    """Yields the agreement, and the budget that covers the cost."""
    yield Subject("agreement", event.agreement_id)
    if event.budget_effect is not None:
        yield Subject("budget", str(event.budget_effect.year))


# Rules -----------------------------------------------------------------------------------

UNPRICED = frozenset({"pass_through", "included"})
"""Pricing models under which nothing is charged by the unit."""


def decide(
    command: RevisePriceTerms,
    prices: Prices,
    contracts: Contracts,
    groups: Groups,
    cover: Cover,
    context: Context,
) -> Decision:
    """Returns the version as laid down. Raises Rejection."""
    ruling = judge(_against(command, prices, contracts, groups, cover, context), context.mode)
    event = PriceTermsRevised(
        agreement_id=command.agreement_id,
        price_version=command.price_version,
        items=command.items,
        budget_effect=command.budget_effect,
    )
    return Decision((event,), ruling)


def _against(
    command: RevisePriceTerms,
    prices: Prices,
    contracts: Contracts,
    groups: Groups,
    cover: Cover,
    context: Context,
) -> Iterator[Rejection]:
    agreement_id = command.agreement_id
    agreement = contracts.get(agreement_id)
    if agreement is None:
        yield Rejection("agreement.unknown_agreement", "fact", agreement_id=agreement_id)
        return
    last = versions_of(prices, agreement_id).last
    yield from _against_contents(command, last, cover)
    yield from _against_days(agreement, last, context)
    yield from _against_models(command, groups)
    yield from _against_cost(command, cover, context)
    if not context.basis:
        yield Rejection("agreement.basis_missing", "unknown", agreement_id=agreement_id)


def _against_contents(command: RevisePriceTerms, last: Mark[PriceTerms] | None, cover: Cover) -> Iterator[Rejection]:
    """What contradicts the book or itself."""
    agreement_id, effect = command.agreement_id, command.budget_effect
    expected = 1 if last is None else last.value.price_version + 1
    if command.price_version != expected:
        yield Rejection(
            "price_terms.version_not_next",
            "fact",
            entries=() if last is None else (last.number,),
            agreement_id=agreement_id,
            price_version=command.price_version,
            expected=expected,
        )
    times = Counter(item.item_id for item in command.items)
    twice = sorted(item_id for item_id, count in times.items() if count > 1)
    if twice:
        yield Rejection("price_terms.item_listed_twice", "fact", agreement_id=agreement_id, item_ids=twice)
    if effect is not None and cover.available(effect) is None:
        budget = cover.budgets.by_year.get(effect.year)
        yield Rejection(
            "agreement.budget_line_unknown",
            "fact",
            entries=() if budget is None else (budget.entry,),
            agreement_id=agreement_id,
            year=effect.year,
            line_id=effect.line_id,
        )


def _against_days(agreement: Agreement, last: Mark[PriceTerms] | None, context: Context) -> Iterator[Rejection]:
    agreement_id, effective = agreement.agreement_id, context.effective
    if agreement.life.during(effective) is False:
        yield Rejection(
            "agreement.not_in_force", entries=agreement.entries, agreement_id=agreement_id, on=context.on.isoformat()
        )
    if last is not None and effective.latest < last.effective.earliest:
        yield Rejection(
            "price_terms.effective_overlaps",
            entries=(last.number,),
            agreement_id=agreement_id,
            previous_version=last.value.price_version,
            effective=effective.latest.isoformat(),
            not_before=last.effective.earliest.isoformat(),
        )
    consented = any(basis.kind in ("decision", "resolution") for basis in context.basis)
    if effective.earliest < context.today and context.mode != "import" and not consented:
        yield Rejection(
            "price_terms.retroactive_price",
            agreement_id=agreement_id,
            effective=effective.earliest.isoformat(),
            today=context.today.isoformat(),
        )


def _against_models(command: RevisePriceTerms, groups: Groups) -> Iterator[Rejection]:
    """Yields the first price that the pricing model of its group does not allow, of groups that are laid down."""
    for item in command.items:
        group = groups.get(item.group)
        if group is not None and (item.price_ore is None) != (group.pricing_model in UNPRICED):
            yield Rejection(
                "price_terms.pricing_model_mismatch",
                entries=(group.entry,),
                agreement_id=command.agreement_id,
                item_id=item.item_id,
                group=item.group,
                pricing_model=group.pricing_model,
            )


def _against_cost(command: RevisePriceTerms, cover: Cover, context: Context) -> Iterator[Rejection]:
    for params in shortfalls(command.agreement_id, command.budget_effect, cover, context):
        yield Rejection("price_terms.exceeds_frame_without_amendment", **params)
