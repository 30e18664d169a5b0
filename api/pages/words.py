"""How dates, times, numbers and texts that are kept apart read on a page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from api.catalogue import amount, day
from api.pages.parts import Instant, Shown, When
from api.pages.speech import Speech
from domain.dates import Interval
from ledger.deciding import OSLO
from ledger.entry import format_instant

_NO_BREAK_SPACE = "\u00a0"
_UNGROUPED_DIGITS = 4
"""Digits a number has before they are put in groups."""


def when(effective: Interval | Mapping[str, Any], speech: Speech) -> When:
    """Returns an interval in words. Takes it as the domain has it, or as JSON."""
    interval = effective if isinstance(effective, Interval) else Interval.model_validate(effective, strict=False)
    bounds = {"earliest": interval.earliest.isoformat(), "latest": interval.latest.isoformat()}
    return When(
        text=day(interval.earliest, speech.language) if interval.is_exact else speech("when.between", **bounds),
        derived=interval.derived,
        source_words=None if interval.text is None else interval.text,
    )


def instant(moment: datetime, speech: Speech) -> Instant:
    """Returns a moment in words, by the clock in Norway to the second."""
    local = moment.astimezone(OSLO)
    clock = local.strftime("%H:%M:%S" if speech.language == "en" else "%H.%M.%S")
    text = speech("when.instant", day=day(local.date(), speech.language), time=clock)
    return Instant(text=text, utc=format_instant(moment))


def on(value: date, speech: Speech) -> str:
    """Returns a date in words."""
    return day(value, speech.language)


def clock(text: str, speech: Speech) -> str:
    """Returns a time of day, given as HH:MM, as the language writes it: "09.00" in Norwegian."""
    return text if speech.language == "en" else text.replace(":", ".")


def money(ore: int, speech: Speech) -> str:
    """Returns an amount in whole øre as kroner."""
    return amount(ore, speech.language)


def quantity(text: str, speech: Speech) -> str:
    """Returns an exact decimal as the language writes it: "7,5" in Norwegian."""
    return text if speech.language == "en" else text.replace(".", ",").replace("-", "−")


def grouped(text: str, speech: Speech) -> str:
    """Returns an exact decimal with its digits in groups of three where it is a large one: "610 000" in Norwegian."""
    whole, _, rest = text.partition(".")
    if len(whole.removeprefix("-")) <= _UNGROUPED_DIGITS:
        return quantity(text, speech)
    shown = f"{int(whole):,}" if speech.language == "en" else f"{int(whole):,}".replace(",", _NO_BREAK_SPACE)
    return shown.replace("-", "-" if speech.language == "en" else "−") + (quantity(f".{rest}", speech) if rest else "")


def org_no(text: str) -> str:
    """Returns an organisation number in groups of three, as the register writes it."""
    return _NO_BREAK_SPACE.join((text[:3], text[3:6], text[6:]))


def titled(text: str) -> str:
    """Returns the text with a capital first letter, for a cell or a heading."""
    return text[:1].upper() + text[1:]


def kept_or_erased(
    commitment: str, texts: Mapping[str, str | None], erased: Mapping[str, int], speech: Speech
) -> Shown:
    """Returns the text of a commitment, or that it was erased and by which entry, as far as that is known."""
    text = texts.get(commitment)
    if text is not None:
        return Shown(text=text, long=True)
    by = erased.get(commitment)
    return Shown(text=speech("entry.erased") if by is None else speech("entry.erased_by", number=by), gap=True)
