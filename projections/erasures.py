"""Erasures by order: which texts of which entries are gone, by which commitment, and on whose order."""

from __future__ import annotations

from collections.abc import Iterator

from domain.erasure import PersonalDataErased
from ledger.reading import Step
from projections.entry_rows import marks
from projections.projection import Projection, Row, dated, plain


def rows(step: Step) -> Iterator[Row]:
    """Yields a row for each text an entry takes away."""
    entry = step.recorded.entry
    event = entry.event
    if not isinstance(event, PersonalDataErased) or entry.irregular:
        return
    for text in event.erased:
        yield Row(
            key=f"{text.entry:010d}:{text.field}:{entry.number:010d}",
            body={
                "of_entry": text.entry,
                "field": text.field,
                "commitment": text.commitment,
                "person": event.person_id,
                "order": plain(event.order),
                "effective": dated(entry.effective),
                **marks(entry),
            },
            possible_from=entry.effective.earliest,
            certain_from=entry.effective.latest,
            columns={"of_entry": str(text.entry)},
        )


ERASURES = Projection("erasures", None, render_entry=rows, columns=("of_entry",))
