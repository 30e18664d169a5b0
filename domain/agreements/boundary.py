"""The service level as the boundary of authority: who is granted power within an agreement acts within it only.

As where the host's administration may decide on a service as long as it stays inside the service level agreed on: an
act on a service that the agreement does not cover, or on a day it is not in force, is outside, whatever it costs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from domain.agreements.contracts import Contracts
from domain.authority import Authority, ChainLink
from domain.dates import Interval
from domain.kernel import Rejection


def against_service_level(
    service_id: str | None,
    chain: Iterable[ChainLink],
    authority: Authority,
    contracts: Contracts,
    interval: Interval,
) -> Iterator[Rejection]:
    """Yields where an act on a service is outside an agreement that a grant in its chain is bound by.

    An act that names no service is not held against it. An agreement that lists no services, or that only possibly is
    in force, leaves it unknown.
    """
    if service_id is None:
        return
    for link in chain:
        grant = authority.grants.get(link.grant_id)
        for condition in () if grant is None else grant.conditions:
            if condition.kind != "service_level" or condition.agreement_id is None:
                continue
            agreement = contracts.get(condition.agreement_id)
            in_force = False if agreement is None else agreement.life.during(interval)
            listed = () if agreement is None else agreement.services
            entries = (link.entry, *(() if agreement is None else agreement.entries))
            if in_force is False or (listed and service_id not in listed):
                yield Rejection(
                    "authority.outside_service_level",
                    entries=entries,
                    grant_id=link.grant_id,
                    agreement_id=condition.agreement_id,
                    service_id=service_id,
                    on=interval.latest.isoformat(),
                )
            elif in_force is None or not listed:
                yield Rejection(
                    "authority.service_level_uncertain",
                    "unknown",
                    entries=entries,
                    grant_id=link.grant_id,
                    agreement_id=condition.agreement_id,
                    service_id=service_id,
                    on=interval.latest.isoformat(),
                )
