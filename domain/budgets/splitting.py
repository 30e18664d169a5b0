"""Sharing an amount out exactly: by fractions, to the whole øre, with nothing lost and nothing made up."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction


def split(amount_ore: int, shares: Mapping[str, Fraction]) -> dict[str, int]:
    """Returns what each member's share of an amount comes to, in whole øre, in the order of member ids.

    The shares are none of them negative and sum to exactly one; the parts sum to exactly the amount, which is not
    negative. Each gets the whole øre of its share; the øre left over go one by one to the largest remainders, of
    equal ones to the member whose id comes first. No part is more than one øre from the exact share.
    """
    exact = {member_id: amount_ore * shares[member_id] for member_id in sorted(shares)}
    parts = {member_id: part.numerator // part.denominator for member_id, part in exact.items()}
    by_remainder = sorted(exact, key=lambda member_id: (parts[member_id] - exact[member_id], member_id))
    for member_id in by_remainder[: amount_ore - sum(parts.values())]:
        parts[member_id] += 1
    return parts
