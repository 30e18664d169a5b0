"""Entries of a meeting that correct others of it: what they correct is told as it should have been, and both are named.

The minutes tell what is right, at the place of the entry that was wrong, and beside it every value that was and is. A
correction that has no effect yet, or that its reader may not see, changes nothing of what is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from api.minutes.composing import Item, Shown
from projections.corrections import changes_between


def put_right(items: Iterable[Item], correcting: Mapping[int, int]) -> tuple[list[Item], list[Shown]]:
    """Returns the items as they should have been recorded, and what each correction of one of them changed.

    `correcting` holds the entry that each correction with effect corrects, by its number.
    """
    held: dict[int, Item] = {}
    root: dict[int, int] = {}
    changes: list[Shown] = []
    for item in items:
        corrected = correcting.get(item.number)
        first = None if corrected is None else root.get(corrected, corrected)
        wrong = None if first is None else held.get(first)
        if first is None or wrong is None or wrong.event is None or item.event is None:
            held[item.number] = item
            continue
        root[item.number] = first
        event = {name: value for name, value in item.event.items() if name not in wrong.left_out}
        told = {"entry": item.number, "corrects": corrected, "type": item.type, **item.marks}
        changes.append({**told, "changes": list(changes_between("", _told(wrong), _told(replace(item, event=event))))})
        marks = {**wrong.marks, "effective": item.marks.get("effective"), "corrected_by_entry": item.number}
        left_out = tuple(sorted({*wrong.left_out, *item.left_out}))
        basis = wrong.withheld_by or item.withheld_by
        held[first] = replace(wrong, event=event, marks=marks, withheld_by=basis, left_out=left_out)
    return list(held.values()), changes


def _told(item: Item) -> Shown:
    return {"effective": item.marks.get("effective"), "event": item.event}
