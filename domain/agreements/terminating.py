"""Ending a service agreement (oppsigelse av tjenesteavtale): by a party, after notice, with a plan for the exit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Literal

from domain.agreements.around import Around
from domain.agreements.contracting import Contracting, against_power
from domain.agreements.contracts import Agreement, Contracts, ServiceAgreementTerminated, empty_period
from domain.agreements.reviews import months_after
from domain.dates import Day, Interval
from domain.kernel import Command, Context, Decision, Rejection, judge
from domain.text import Id, Text, Unknown
from domain.vocabulary import Holder

# Commands --------------------------------------------------------------------------------


class TerminateServiceAgreement(Command):
    """End an agreement; `effective` is the first day without it."""

    type: Literal["service_agreement.terminate"]
    agreement_id: Id
    by: Holder
    notice_given_on: Day | Unknown = "unknown"
    exit_plan: Text | None = None


# Rules -----------------------------------------------------------------------------------


def decide(command: TerminateServiceAgreement, contracts: Contracts, around: Around, context: Context) -> Decision:
    """Returns the end of an agreement. Raises Rejection."""
    ruling = judge(_against_termination(command, contracts, around, context), context.mode)
    event = ServiceAgreementTerminated(
        agreement_id=command.agreement_id,
        by=command.by,
        notice_given_on=command.notice_given_on,
        exit_plan=None if command.exit_plan is None else context.seal(command.exit_plan),
    )
    return Decision((event,), ruling)


def _against_termination(
    command: TerminateServiceAgreement, contracts: Contracts, around: Around, context: Context
) -> Iterator[Rejection]:
    agreement_id = command.agreement_id
    agreement = contracts.get(agreement_id)
    if agreement is None:
        yield Rejection("agreement.unknown_agreement", "fact", agreement_id=agreement_id)
        return
    yield from _against_end(agreement, context.effective)
    if not agreement.is_party(command.by, context.effective):
        yield Rejection(
            "agreement.not_a_party",
            entries=(mark.number for line in (agreement.provider, agreement.customers) for mark in line.marks),
            agreement_id=agreement_id,
            kind=command.by.kind,
            id=command.by.id,
        )
    if command.by.kind != "member":
        # Who ends an agreement for a member is that member's own affair.
        customers = tuple(m for listed in agreement.customers.ever(context.on) for m in listed)
        contracting = Contracting(agreement_id, agreement.services, customers, ending=True)
        yield from against_power(contracting, around, context, by=command.by)
    yield from _against_notice(command, agreement, context)
    if command.exit_plan is None:
        # What an agreement was ended with long ago is a matter of what the source shows.
        nature: Literal["rule", "unknown"] = "unknown" if context.mode == "import" else "rule"
        yield Rejection("agreement.exit_plan_missing", nature, agreement_id=agreement_id)


def _against_end(agreement: Agreement, ends: Interval) -> Iterator[Rejection]:
    life, about = agreement.life, {"agreement_id": agreement.agreement_id}
    if life.ended is not None:
        yield Rejection(
            "agreement.already_terminated",
            "fact",
            entries=agreement.entries,
            ended=life.ended.latest.isoformat(),
            **about,
        )
    if life.until is not None and ends.earliest > life.until:
        yield Rejection(
            "agreement.already_expired", "fact", entries=(agreement.entry,), last_day=life.until.isoformat(), **about
        )
    if ends.latest <= life.possible_from:
        last_day = ends.latest - timedelta(days=1)
        yield empty_period(agreement.agreement_id, life.possible_from, last_day, (agreement.entry,))


def _against_notice(command: TerminateServiceAgreement, agreement: Agreement, context: Context) -> Iterator[Rejection]:
    """Yields that notice was given after the end, or too late for it; of a notice period not known nothing is said."""
    agreement_id, notice = command.agreement_id, command.notice_given_on
    if notice == "unknown":
        yield Rejection("agreement.notice_unknown", "unknown", agreement_id=agreement_id)
        return
    if notice > context.on:
        yield Rejection(
            "agreement.notice_after_end",
            agreement_id=agreement_id,
            notice_given_on=notice.isoformat(),
            ended=context.on.isoformat(),
        )
        return
    months = agreement.notice_months
    earliest = None if months == "unknown" else months_after(notice, months)
    if earliest is not None and context.on < earliest:
        yield Rejection(
            "agreement.notice_too_short",
            entries=(agreement.entry,),
            agreement_id=agreement_id,
            notice_given_on=notice.isoformat(),
            notice_months=months,
            ended=context.on.isoformat(),
            earliest=earliest.isoformat(),
        )
