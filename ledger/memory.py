"""How this program's memory is looked after."""

from __future__ import annotations

import gc

YOUNG_MAX = 50_000
"""Objects made since the last collection that lead to the next."""
SECOND, THIRD = 20, 100
"""Collections of one generation that lead to one of the next."""


def collect_seldom() -> None:
    """Has Python look for cycles seldom: folded books are immutable values, of which there are many and no cycles.

    Gone through as often as Python does unless told, they take a third of the time it takes to fold a large book.
    """
    gc.set_threshold(YOUNG_MAX, SECOND, THIRD)
