"""How rows are marked with who may read them, and what of that holds on a day: a shield with an end opens by itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from domain.kernel import Access

PUBLIC = "public"
SHIELDED = "shielded"
_UNTIL = "until:"
"""Before the first day a row is for everyone again."""

WITHHELD = f"access <> '{PUBLIC}' AND (access = '{SHIELDED}' OR access > %s)"
"""The rows not everyone may read on the day that is the parameter, written as `ending` writes it."""
FOR_EVERYONE = f"(access = '{PUBLIC}' OR (access <> '{SHIELDED}' AND access <= %s))"
"""The rows everyone may read on the day that is the parameter."""


def ending(day: date) -> str:
    """Returns the mark of rows that are for everyone from a day on."""
    return f"{_UNTIL}{day.isoformat()}"


def marked(access: Access | None) -> str:
    """Returns the mark of rows that an access lets read, None for everyone."""
    if access is None or access.level == "public":
        return PUBLIC
    return SHIELDED if access.until is None else ending(access.until)


def strictest(marks: Iterable[str]) -> str:
    """Returns the mark of a row that tells of several: it is for everyone once each of them is."""
    held = set(marks) - {PUBLIC}
    if not held:
        return PUBLIC
    return SHIELDED if SHIELDED in held else max(held)


def now(mark: str, today: date) -> str:
    """Returns whether a row is `public` or `shielded` on a day."""
    return SHIELDED if mark == SHIELDED or (mark != PUBLIC and mark > ending(today)) else PUBLIC


def oslo_today() -> date:
    """Returns the day in Europe/Oslo, by which a shield with an end holds."""
    return datetime.now(ZoneInfo("Europe/Oslo")).date()
