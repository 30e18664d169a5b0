"""Costs as they are shared: the figures of members, every amount shared out, and what each member bears of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from domain.budgets import Allocation
from domain.budgets.billing import bill
from domain.collaboration import Collaboration
from projections.projection import Projection, Row, dated


def driver_rows(state: Collaboration, driver: str) -> Iterator[Row]:
    """Yields a row for each recording of a driver, with the figure of each member as an exact fraction."""
    for entry, recording in state.budgets.recordings.items():
        if recording.driver == driver:
            shown = {
                "driver": driver,
                "as_of": recording.as_of.isoformat(),
                "values": {member_id: str(value) for member_id, value in sorted(recording.values.items())},
                "entry": entry,
            }
            yield Row(key=f"{driver}:{entry:010d}", body=shown, columns={"driver": driver})


def allocation_rows(state: Collaboration, allocation_id: str) -> Iterator[Row]:
    """Yields the row of one amount as it was shared."""
    one = state.budgets.allocations.by_id.get(allocation_id)
    if one is not None:
        amounts = {share.member_id: share.amount_ore for share in one.event.member_amounts}
        shown = {**shared(one), "member_amounts_ore": amounts}
        yield _row(one, allocation_id, shown, year=str(one.event.year))


def bill_rows(state: Collaboration, member_id: str) -> Iterator[Row]:
    """Yields a row for each amount a member has a share in: what it bears, by which key and which figures."""
    for line in bill(state.budgets.allocations, member_id):
        one = line.allocation
        shown = {"member": member_id, "share_ore": line.amount_ore, **shared(one)}
        key = f"{member_id}:{one.event.year}:{one.entry:010d}:{one.event.allocation_id}"
        yield _row(one, key, shown, member=member_id, year=str(one.event.year))


def shared(one: Allocation) -> dict[str, Any]:
    """Returns what was shared, and by what, as an answer shows it."""
    event = one.event
    return {
        "allocation": event.allocation_id,
        "cost_basis": event.cost_basis,
        "year": event.year,
        "line": event.line_id,
        "agreement": event.agreement_id,
        "project": event.project_id,
        "amount_ore": event.amount_ore,
        "cost_key": event.key_id,
        "key_version": event.key_version,
        "driver_entries": list(event.driver_entries),
        "shares_entry": event.shares_entry,
        "effective": dated(one.effective),
        "entry": one.entry,
    }


def _row(one: Allocation, key: str, shown: dict[str, Any], **columns: str) -> Row:
    first, last = one.effective.earliest, one.effective.latest
    return Row(key=key, body=shown, possible_from=first, certain_from=last, columns=columns)


COST_DRIVERS = Projection("cost_drivers", "cost_driver", driver_rows, columns=("driver",))
ALLOCATIONS = Projection("allocations", "allocation", allocation_rows, columns=("year",))
MEMBER_BILL = Projection("member_bill", "member", bill_rows, columns=("member", "year"))
