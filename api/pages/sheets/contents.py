"""What sheets a collaboration has, in a few groups, for its page to lead to."""

from __future__ import annotations

from collections.abc import Mapping

from api.pages.looking import Look
from api.pages.parts import Link, Part
from api.pages.speech import Speech

GROUPS: Mapping[str, Mapping[str, str]] = {
    "sheets.services": {
        "sla-ladder": "sheets.ladder",
        "price-list": "sheets.prices",
        "budget": "sheets.budget",
    },
    "sheets.aims": {
        "why-are-we-here": "sheets.reasons",
        "strategy-map": "sheets.map",
        "benefits-line": "sheets.benefits",
    },
    "sheets.condition": {
        "pitfall-radar": "sheets.radar",
        "readiness-pairs": "sheets.readiness",
        "formality-meter": "sheets.formality",
        "audit-desk": "sheets.audits",
        "simulation": "sheets.simulation",
    },
}
"""The last part of each sheet's address and what it is called, by group."""


class SheetGroup(Part):
    """Sheets about the same kind of thing."""

    title: str
    """What kind of thing."""
    links: tuple[Link, ...]
    """The sheets."""


def sheet_groups(collaboration_id: str, look: Look, speech: Speech) -> tuple[SheetGroup, ...]:
    """Returns the sheets, seen from the point the form names."""
    given = {name: value for name, value in dict(look).items() if value}
    return tuple(
        SheetGroup(
            title=speech(title),
            links=tuple(
                Link(text=speech(code), url=speech.collaboration(collaboration_id, path, **given))
                for path, code in sheets.items()
            ),
        )
        for title, sheets in GROUPS.items()
    )
