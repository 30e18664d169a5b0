"""The minute book (møtebok, protokoll): every entry, to list by number, type and time of recording."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.entry import format_instant
from ledger.reading import Step
from projections.projection import Projection, Row, dated


def rows(step: Step) -> Iterator[Row]:
    """Yields the one row of an entry; what it says is read from the book, not kept twice."""
    entry = step.recorded.entry
    yield Row(
        key=f"{entry.number:010d}",
        body={
            "number": entry.number,
            "type": entry.type,
            "recorded_at": format_instant(entry.recorded_at),
            "mode": entry.mode,
            "effective": dated(entry.effective),
        },
        possible_from=entry.effective.earliest,
        certain_from=entry.effective.latest,
        columns={"type": entry.type, "recorded_at": format_instant(entry.recorded_at)},
    )


MINUTE_BOOK = Projection("minute_book", None, render_entry=rows, columns=("type", "recorded_at"))
