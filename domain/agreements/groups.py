"""Product groups (produktgrupper): how each kind of service is paid for.

A bought-in product is passed through at cost, infrastructure has a fixed price, operations a price by performance,
support of work processes is included in another price, and development is agreed project by project.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from rpds import HashTrieMap

from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.text import Name
from domain.vocabulary import ProductGroup

PricingModel = Literal["pass_through", "fixed", "price_per_performance", "included", "agreed_price"]

# Events: stored for ever -----------------------------------------------------------------


class ProductGroupDefined(Event):
    """How services of a product group are paid for was laid down."""

    type: Literal["product_group.defined"] = "product_group.defined"
    group: ProductGroup
    pricing_model: PricingModel
    treatment: Name | None = None
    """How the group is treated, in the words of whoever laid it down."""


# Commands --------------------------------------------------------------------------------


class DefineProductGroup(Command):
    """Lay down how services of a product group are paid for."""

    type: Literal["product_group.define"]
    group: ProductGroup
    pricing_model: PricingModel
    treatment: Name | None = None


# State -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Group:
    """A product group as it was laid down."""

    group: ProductGroup
    pricing_model: PricingModel
    treatment: str | None
    entry: int


Groups: TypeAlias = "HashTrieMap[str, Group]"
"""Product groups by name."""


def evolve(groups: Groups, event: ProductGroupDefined, fact: Fact) -> Groups:
    """Returns the groups after one more was laid down."""
    return groups.insert(event.group, Group(event.group, event.pricing_model, event.treatment, fact.number))


def subjects(event: ProductGroupDefined) -> Iterator[Subject]:
    """Yields the group."""
    yield Subject("product_group", event.group)


# Rules -----------------------------------------------------------------------------------

MODELS: Mapping[ProductGroup, PricingModel] = {
    "procurement": "pass_through",
    "infrastructure": "fixed",
    "operations": "price_per_performance",
    "process_support": "included",
    "development": "agreed_price",
}
"""How each group is paid for: the five groups need different treatment."""


def decide(command: DefineProductGroup, groups: Groups, context: Context) -> Decision:
    """Returns the group as laid down. Raises Rejection."""
    ruling = judge(_against(command, groups), context.mode)
    event = ProductGroupDefined(group=command.group, pricing_model=command.pricing_model, treatment=command.treatment)
    return Decision((event,), ruling)


def _against(command: DefineProductGroup, groups: Groups) -> Iterator[Rejection]:
    held = groups.get(command.group)
    if held is not None:
        yield Rejection("product_group.already_defined", "fact", entries=(held.entry,), group=command.group)
    expected = MODELS[command.group]
    if command.pricing_model != expected:
        yield Rejection(
            "product_group.pricing_model_mismatch",
            group=command.group,
            pricing_model=command.pricing_model,
            expected=expected,
        )
