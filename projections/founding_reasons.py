"""Why the collaboration was founded: each reason its founding names, from the entry itself."""

from __future__ import annotations

from collections.abc import Iterator

from domain.constitution import CollaborationFounded
from ledger.reading import Step
from projections.projection import Projection, Row, dated


def rows(step: Step) -> Iterator[Row]:
    """Yields a row for each reason of a founding, each once; none where the source names none."""
    entry = step.recorded.entry
    if not isinstance(entry.event, CollaborationFounded):
        return
    for position, reason in enumerate(dict.fromkeys(entry.event.reason_codes)):
        yield Row(
            key=f"{entry.number:010d}:{position:04d}",
            body={"reason": reason, "effective": dated(entry.effective), "entry": entry.number},
            possible_from=entry.effective.earliest,
            certain_from=entry.effective.latest,
        )


FOUNDING_REASONS = Projection("founding_reasons", None, render_entry=rows)
