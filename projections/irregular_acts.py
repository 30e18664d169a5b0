"""Irregular acts: what happened and broke a rule, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator

from domain.collaboration import Collaboration, subjects
from projections.projection import Projection, Row, dated


def rows(state: Collaboration, entry: str) -> Iterator[Row]:
    """Yields the row of one irregular act, from when it was recorded."""
    kept = state.irregular.by_entry.get(int(entry)) if entry.isdecimal() else None
    if kept is None:
        return
    fact = kept.fact
    about = [{"kind": one.kind, "id": one.id} for one in subjects(fact.event)]  # type: ignore[arg-type]
    yield Row(
        key=f"{fact.number:010d}",
        body={
            "entry": fact.number,
            "type": kept.type,
            "about": about,
            "irregular": list(fact.irregular),
            "effective": dated(fact.effective),
            "healed_by_entry": kept.healed_by,
        },
        possible_from=fact.effective.earliest,
        certain_from=fact.effective.latest,
        columns={"type": kept.type, "healed": "no" if kept.healed_by is None else "yes"},
    )


IRREGULAR_ACTS = Projection("irregular_acts", "irregular_act", rows, columns=("type", "healed"))
