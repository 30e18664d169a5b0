"""Who may read an entry now: as it was recorded, or as access to it was changed since. Asked wherever one is shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import orjson

from api.composition import House
from domain.kernel import Access
from domain.records import AccessNow, in_force
from ledger.reading import Recorded
from projections.projection import OPEN
from projections.records import ENTRY_ACCESS
from projections.views import Query, ViewsUnavailable

Changes = dict[int, AccessNow]
"""Who may read the entries whose access was changed, by number."""


def changes_in(house: House, collaboration_id: str) -> Changes:
    """Returns the access to every entry it was changed for, as it is now, from whatever point the book is looked at.

    Raises ViewsUnavailable where the rows that tell it have stopped: an entry shielded since would be shown.
    """
    if any(fault.projection == ENTRY_ACCESS.name for fault in house.views.faults(collaboration_id)):
        raise ViewsUnavailable(
            f"who may read the entries of {collaboration_id} is not known until its rows are rebuilt"
        )
    rows = house.views.select(ENTRY_ACCESS, Query(collaboration_id, OPEN - 1, None, shielded=True))
    bodies: list[dict[str, Any]] = [orjson.loads(row.body) for row in rows]
    names = AccessNow.model_fields
    return {
        int(body["of_entry"]): AccessNow.model_validate_json(orjson.dumps({name: body[name] for name in names}))
        for body in bodies
    }


def as_now(recorded: Recorded, changes: Changes, today: date) -> Recorded:
    """Returns an entry with the access it has on a day; its stored bytes tell the one it was recorded with.

    One that is shielded in some fields counts as shielded: whoever shows the rest of it asks `shielded_fields`.
    """
    entry = recorded.entry
    access = in_force(changes.get(entry.number, entry.access), entry.event, today)
    if access == entry.access:
        return recorded
    return replace(recorded, entry=entry.model_copy(update={"access": access}))


def shielded_fields(recorded: Recorded) -> tuple[str, ...]:
    """Returns the fields an entry is shielded in while the rest of it shows; none where that is all of it, or nothing.

    The entry has the access it has now; see `as_now`.
    """
    access = recorded.entry.access
    return access.fields if isinstance(access, AccessNow) and access.level == "shielded" else ()


def is_withheld(recorded: Recorded) -> bool:
    """Returns whether nothing of what an entry says is for everyone."""
    return recorded.entry.access.level == "shielded" and not shielded_fields(recorded)


def shown_access(access: Access) -> dict[str, Any]:
    """Returns who may read an entry as an answer shows it."""
    told = access.model_dump(mode="json")
    return told if told.get("fields") else {name: value for name, value in told.items() if name != "fields"}


def without_shielded_fields(recorded: Recorded) -> bytes:
    """Returns what everyone may see of an entry that is shielded in some fields: the rest, and which those are."""
    entry: dict[str, Any] = orjson.loads(recorded.state)
    fields = shielded_fields(recorded)
    event = {name: value for name, value in entry["event"].items() if name not in fields}
    now = {"access": shown_access(recorded.entry.access), "event": event, "withheld_fields": list(fields)}
    return orjson.dumps({**entry, **now}, option=orjson.OPT_SORT_KEYS)


def public_part(recorded: Recorded) -> Recorded:
    """Returns an entry as everyone may see it, where some of its fields are shielded: with nothing in those."""
    fields = shielded_fields(recorded)
    if not fields:
        return recorded
    event = recorded.entry.event.model_copy(update=dict.fromkeys(fields))
    entry = recorded.entry.model_copy(update={"event": event})
    return replace(recorded, entry=entry, state=without_shielded_fields(recorded))
