"""Evidence (bilag): which entries name which documents, so that who may read the one may read the other."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.reading import Step
from projections.projection import Projection, Row


def rows(step: Step) -> Iterator[Row]:
    """Yields a row for each document an entry names."""
    entry = step.recorded.entry
    for place, document in enumerate(entry.evidence):
        yield Row(
            key=f"{entry.number:010d}-{place:02d}",
            body={"entry": entry.number, "name": document.name, "sha256": document.sha256},
            columns={"sha256": document.sha256},
        )


EVIDENCE = Projection("evidence", None, render_entry=rows, columns=("sha256",))
