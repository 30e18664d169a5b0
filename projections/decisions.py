"""Decisions of the collaboration's own bodies and offices, one row for each."""

from __future__ import annotations

from collections.abc import Iterator

from domain.decisions import DecisionMade
from ledger.reading import Step
from projections.entry_rows import marks
from projections.projection import Projection, Row, dated, plain


def rows(step: Step) -> Iterator[Row]:
    """Yields the row of a decision, an irregular one too."""
    entry = step.recorded.entry
    if isinstance(entry.event, DecisionMade):
        event = entry.event
        yield Row(
            key=f"{entry.number:010d}",
            body={**plain(event), "effective": dated(entry.effective), **marks(entry)},
            possible_from=entry.effective.earliest,
            certain_from=entry.effective.latest,
            columns={"maker": event.body_id or event.office_id or "", "kind": event.kind},
        )


DECISIONS = Projection("decisions", None, render_entry=rows, columns=("maker", "kind"))
