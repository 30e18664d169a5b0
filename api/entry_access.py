"""Who may read an entry now: as it was recorded, or as access to it was changed since. Asked wherever one is shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import orjson

from api.composition import House
from domain.kernel import Access
from domain.records import in_force
from ledger.reading import Recorded
from projections.projection import OPEN
from projections.records import ENTRY_ACCESS
from projections.views import Query

Changes = dict[int, Access]
"""Who may read the entries whose access was changed, by number."""


def changes_in(house: House, collaboration_id: str) -> Changes:
    """Returns the access to every entry it was changed for, as it is now, from whatever point the book is looked at."""
    rows = house.views.select(ENTRY_ACCESS, Query(collaboration_id, OPEN - 1, None, shielded=True))
    bodies: list[dict[str, Any]] = [orjson.loads(row.body) for row in rows]
    names = Access.model_fields
    return {
        int(body["of_entry"]): Access.model_validate_json(orjson.dumps({name: body[name] for name in names}))
        for body in bodies
    }


def as_now(recorded: Recorded, changes: Changes, today: date) -> Recorded:
    """Returns an entry with the access it has on a day; its stored bytes tell the one it was recorded with."""
    entry = recorded.entry
    access = in_force(changes.get(entry.number, entry.access), entry.event, today)
    if access == entry.access:
        return recorded
    return replace(recorded, entry=entry.model_copy(update={"access": access}))
