"""What answers say of bills: each share a member has, and what they come to."""

from __future__ import annotations

from datetime import date
from typing import Literal

from api.answers import Answer
from domain.dates import Interval


class BillLine(Answer):
    """One share a member has."""

    member: str
    share_ore: int
    """What the member bears."""
    allocation: str
    cost_basis: Literal["budget", "actual", "project"]
    year: int
    line: str | None
    agreement: str | None
    project: str | None
    amount_ore: int
    """What was shared among all."""
    cost_key: str
    key_version: int
    driver_entries: list[int]
    """The entries whose figures it was shared by."""
    shares_entry: int | None
    """The entry whose ownership it was shared by."""
    effective: Interval
    entry: int
    certain: bool
    """Whether it certainly holds on the day asked about."""


class MemberBill(Answer):
    """What a member bears in a year."""

    collaboration: str
    member: str
    year: int
    entry: int
    """The number of the last entry folded."""
    effective_on: date
    lines: list[BillLine]
    totals_ore: dict[str, int]
    """By what was shared: `budget`, `actual` or `project`."""
    withheld: int
    """How many lines are left out because they are shielded from whoever asks."""
