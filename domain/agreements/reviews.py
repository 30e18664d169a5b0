"""Service reviews (tjenestemøter): customer and provider go through what was delivered and set the next."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal, TypeAlias

from pydantic import Field
from rpds import HashTrieMap

from domain.agreements.contracts import Agreement, Contracts
from domain.agreements.measurements import Measurement, Measurements, Outcome, of
from domain.dates import Day, Interval
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.text import Frozen, Id, Name, SealedText, Text

# Events: stored for ever -----------------------------------------------------------------


class Reviewed(Frozen):
    """What the parties said of one target."""

    target_id: Id
    outcome: Outcome


class Improvement(Frozen):
    """Something the parties agreed to do about a service."""

    improvement_id: Id
    what: Name
    owner_office: Id | None = None
    due: Day | None = None


class ServiceReviewHeld(Event):
    """Customers and provider reviewed an agreement."""

    type: Literal["service_review.held"] = "service_review.held"
    agreement_id: Id
    customers_present: Annotated[tuple[Id, ...], Field(max_length=400)]
    provider_present: bool
    reviewed: Annotated[tuple[Reviewed, ...], Field(max_length=500)] = ()
    findings: SealedText | None = None
    improvements: Annotated[tuple[Improvement, ...], Field(max_length=200)] = ()
    next_review: Day | None = None
    contradicted: Annotated[tuple[Id, ...], Field(max_length=500)] = ()
    """Targets whose last measurement was judged otherwise than the parties said."""


# Commands --------------------------------------------------------------------------------


class HoldServiceReview(Command):
    """Record a review of an agreement, held on the day of effect."""

    type: Literal["service_review.hold"]
    agreement_id: Id
    customers_present: Annotated[tuple[Id, ...], Field(max_length=400)]
    provider_present: bool
    reviewed: Annotated[tuple[Reviewed, ...], Field(max_length=500)] = ()
    findings: Text | None = None
    improvements: Annotated[tuple[Improvement, ...], Field(max_length=200)] = ()
    next_review: Day | None = None


# State -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Review:
    """A review that was held."""

    held: Interval
    event: ServiceReviewHeld
    entry: int


Reviews: TypeAlias = "HashTrieMap[str, tuple[Review, ...]]"
"""Reviews by agreement id, in the order they were recorded."""


def evolve(reviews: Reviews, event: ServiceReviewHeld, fact: Fact) -> Reviews:
    """Returns the reviews after one more was held."""
    review = Review(fact.effective, event, fact.number)
    return reviews.insert(event.agreement_id, (*reviews.get(event.agreement_id, ()), review))


def was_reviewed(reviews: Reviews, ref: str) -> bool:
    """Returns whether a review is held under this name: the agreement's id, or that, a colon and the day."""
    agreement_id, _, day = ref.partition(":")
    held = reviews.get(agreement_id, ())
    return any(not day or _held_on(review, day) for review in held)


def _held_on(review: Review, day: str) -> bool:
    return review.held.earliest.isoformat() <= day <= review.held.latest.isoformat()


def without(reviews: Reviews, recorded: Fact) -> Reviews:
    """Returns the reviews without the one that an entry recorded."""
    agreement_id = getattr(recorded.event, "agreement_id", "")
    kept = tuple(review for review in reviews.get(agreement_id, ()) if review.entry != recorded.number)
    return reviews.insert(agreement_id, kept) if agreement_id in reviews else reviews


def corrected(reviews: Reviews, recorded: Fact, event: ServiceReviewHeld, fact: Fact) -> Reviews:
    """Returns the reviews in which another stands in the place of the one that an entry recorded."""
    there = Review(fact.effective, event, fact.number)
    held = reviews.get(event.agreement_id, ())
    return reviews.insert(
        event.agreement_id, tuple(there if review.entry == recorded.number else review for review in held)
    )


def subjects(event: ServiceReviewHeld) -> Iterator[Subject]:
    """Yields the agreement, the customers that were there and the offices that have something to do."""
    yield Subject("agreement", event.agreement_id)
    yield from (Subject("member", member_id) for member_id in event.customers_present)
    yield from (Subject("office", i.owner_office) for i in event.improvements if i.owner_office is not None)


def due(agreement: Agreement, reviews: Reviews) -> date | None:
    """Returns the day by which the next review must be held, None where it is not known.

    The date the last review set, or as many months after it, or after the conclusion, as the agreement allows.
    """
    held = reviews.get(agreement.agreement_id, ())
    last = max(held, key=lambda review: (review.held.latest, review.entry), default=None)
    if last is not None and last.event.next_review is not None:
        return last.event.next_review
    since = agreement.life.certain_from if last is None else last.held.latest
    return None if agreement.review_months == "unknown" else months_after(since, agreement.review_months)


def months_after(day: date, months: int) -> date:
    """Returns the same day of the month so many months later, or the last day of that month where it has no such."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for number in range(day.day, 27, -1):
        try:
            return date(year, month + 1, number)
        except ValueError:
            continue
    return date(year, month + 1, min(day.day, 28))


# Rules -----------------------------------------------------------------------------------


def decide(
    command: HoldServiceReview,
    reviews: Reviews,
    contracts: Contracts,
    measurements: Measurements,
    offices: Collection[str],
    context: Context,
) -> Decision:
    """Returns the review as held. Raises Rejection."""
    ruling = judge(_against(command, reviews, contracts, offices, context), context.mode)
    event = ServiceReviewHeld(
        agreement_id=command.agreement_id,
        customers_present=command.customers_present,
        provider_present=command.provider_present,
        reviewed=command.reviewed,
        findings=None if command.findings is None else context.seal(command.findings),
        improvements=command.improvements,
        next_review=command.next_review,
        contradicted=tuple(_contradicted(command, measurements, context)),
    )
    return Decision((event,), ruling)


def _contradicted(command: HoldServiceReview, measurements: Measurements, context: Context) -> Iterator[str]:
    """Yields the targets whose last measurement by the day of the review was judged otherwise: a warning only."""
    by_then = [m for m in of(measurements, command.agreement_id).values() if m.period.last_day <= context.on]
    by_then.sort(key=_when)
    for said in command.reviewed:
        verdicts = [v for m in by_then if (v := m.verdict_on(said.target_id)) is not None]
        if verdicts and verdicts[-1].outcome != said.outcome:
            yield said.target_id


def _when(measured: Measurement) -> tuple[date, date]:
    return measured.period.last_day, measured.period.first_day


def _against(
    command: HoldServiceReview,
    reviews: Reviews,
    contracts: Contracts,
    offices: Collection[str],
    context: Context,
) -> Iterator[Rejection]:
    agreement_id, on = command.agreement_id, context.on
    agreement = contracts.get(agreement_id)
    if agreement is None:
        yield Rejection("agreement.unknown_agreement", "fact", agreement_id=agreement_id)
        return
    held = next((r for r in reviews.get(agreement_id, ()) if r.held == context.effective), None)
    if held is not None:
        yield Rejection(
            "service_review.already_held", "fact", entries=(held.entry,), agreement_id=agreement_id, on=on.isoformat()
        )
    customers = {
        m for day in (context.effective.earliest, on) for listed in agreement.customers.ever(day) for m in listed
    }
    strangers = sorted(set(command.customers_present) - customers)
    if strangers:
        yield Rejection(
            "service_review.not_a_customer",
            "fact",
            entries=(mark.number for mark in agreement.customers.marks),
            agreement_id=agreement_id,
            member_ids=strangers,
        )
    unknown = sorted({i.owner_office for i in command.improvements if i.owner_office is not None} - set(offices))
    if unknown:
        yield Rejection("service_review.unknown_office", "fact", agreement_id=agreement_id, office_ids=unknown)
    if on > context.today:
        yield Rejection(
            "service_review.in_future",
            "fact",
            agreement_id=agreement_id,
            on=on.isoformat(),
            today=context.today.isoformat(),
        )
    if agreement.life.during(context.effective) is False:
        yield Rejection(
            "agreement.not_in_force", entries=agreement.entries, agreement_id=agreement_id, on=on.isoformat()
        )
    yield from _against_parties(command)
    yield from _against_next(command, agreement, context)


def _against_parties(command: HoldServiceReview) -> Iterator[Rejection]:
    """Yields that one of the two parties was not there: what one of them thinks alone is no review."""
    if not command.customers_present:
        yield Rejection("service_review.no_customer_present", agreement_id=command.agreement_id)
    if not command.provider_present:
        yield Rejection("service_review.provider_absent", agreement_id=command.agreement_id)


def _against_next(command: HoldServiceReview, agreement: Agreement, context: Context) -> Iterator[Rejection]:
    agreement_id, planned, on = command.agreement_id, command.next_review, context.on
    if planned is None:
        if agreement.life.outlasts(on):
            yield Rejection("service_review.next_missing", "unknown", agreement_id=agreement_id)
        return
    if planned <= on:
        yield Rejection(
            "service_review.next_not_after",
            "fact",
            agreement_id=agreement_id,
            next_review=planned.isoformat(),
            on=on.isoformat(),
        )
    months = agreement.review_months
    latest = None if months == "unknown" else months_after(on, months)
    if latest is not None and planned > latest:
        yield Rejection(
            "service_review.next_too_late",
            entries=(agreement.entry,),
            agreement_id=agreement_id,
            next_review=planned.isoformat(),
            latest=latest.isoformat(),
            review_months=months,
        )
