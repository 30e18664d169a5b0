"""Audit history by subject: for every entity, the entries that touched it, irregular ones too."""

from __future__ import annotations

from collections.abc import Iterator

from domain.collaboration import subjects
from ledger.entry import format_instant
from ledger.reading import Step
from projections.projection import Projection, Row, dated


def rows(step: Step) -> Iterator[Row]:
    """Yields one row for each entity an entry touches."""
    entry = step.recorded.entry
    marks = {
        "number": entry.number,
        "type": entry.type,
        "recorded_at": format_instant(entry.recorded_at),
        "effective": dated(entry.effective),
    }
    for subject in subjects(entry.event):
        yield Row(
            key=f"{subject.kind}:{subject.id}:{entry.number:010d}",
            body={"about": f"{subject.kind}:{subject.id}", **marks},
            possible_from=entry.effective.earliest,
            certain_from=entry.effective.latest,
            columns={"about": f"{subject.kind}:{subject.id}"},
        )


HISTORY = Projection("history", None, render_entry=rows, columns=("about",))
