"""Erasures by order: which texts and documents of which entries are gone, by which hash, and on whose order."""

from __future__ import annotations

from collections.abc import Iterator

from domain.erasure import PersonalDataErased
from ledger.reading import Step
from projections.entry_rows import marks
from projections.projection import Projection, Row, dated, plain


def rows(step: Step) -> Iterator[Row]:
    """Yields a row for each text an entry takes away, and for each entry whose document it does: field `evidence`."""
    entry = step.recorded.entry
    event = entry.event
    if not isinstance(event, PersonalDataErased) or entry.irregular:
        return
    texts = ((text.entry, text.field, text.commitment) for text in event.erased)
    documents = ((number, "evidence", one.sha256) for one in event.erased_documents for number in one.entries)
    for of_entry, field, commitment in (*texts, *documents):
        yield Row(
            key=f"{of_entry:010d}:{field}:{entry.number:010d}" + (f":{commitment[:16]}" if field == "evidence" else ""),
            body={
                "of_entry": of_entry,
                "field": field,
                "commitment": commitment,
                "person": event.person_id,
                "order": plain(event.order),
                "effective": dated(entry.effective),
                **marks(entry),
            },
            possible_from=entry.effective.earliest,
            certain_from=entry.effective.latest,
            columns={"of_entry": str(of_entry)},
        )


ERASURES = Projection("erasures", None, render_entry=rows, columns=("of_entry",))
