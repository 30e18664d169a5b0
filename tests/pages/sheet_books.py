"""Books that the tests of sheets read: the fictitious one in full, and one with nothing but its founding."""

from __future__ import annotations

from datetime import date
from io import BytesIO

from api.catalogue import amount, day
from api.composition import House
from api.importing import parse
from demo.fictitious import lines
from demo.vindfjord.telling import BOOK

VINDFJORD = BOOK
"""The fictitious collaboration."""
AT = f"/collaborations/{VINDFJORD}"
"""The page of the fictitious collaboration."""
DAY = "effective_on=2025-12-31"
"""The last day of its fictitious story, as a page is asked for it."""
SHEETS = (
    "sla-ladder",
    "price-list",
    "budget",
    "bill/fjordvik",
    "why-are-we-here",
    "strategy-map",
    "benefits-line",
    "pitfall-radar",
    "readiness-pairs",
    "formality-meter",
    "audit-desk",
    "simulation",
)
"""What there is below it."""


def record_vindfjord(house: House) -> None:
    """Records the fictitious history."""
    for told in parse(BytesIO(b"".join(lines())), "nb", 1).values():
        house.ledger.record_all(line.submission for line in told)


def entries(*numbers: int) -> set[str]:
    """Returns the links to these entries of the fictitious book."""
    return {f"{AT}/entries/{number}" for number in numbers}


def kr(ore: int) -> str:
    """Returns an amount in øre as a page in Bokmål says it, with plain spaces."""
    return " ".join(amount(ore, "nb").split())


def on(iso: str) -> str:
    """Returns a day in ISO form as a page in Bokmål says it."""
    return day(date.fromisoformat(iso), "nb")


def decimal(text: str) -> str:
    """Returns an exact decimal as a page in Bokmål says it, its digits in groups where there are many."""
    whole, point, rest = text.partition(".")
    return (f"{int(whole):,}".replace(",", " ") if len(whole) > 4 else whole) + (f",{rest}" if point else "")
