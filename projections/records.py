"""The book as a record: changes of access, links to other systems, history, and consents to be compared."""

from __future__ import annotations

from collections.abc import Iterator

from domain.collaboration import Collaboration
from domain.records import ExternalRecordLinked, HistoricalEntryImported
from ledger.reading import Step
from projections.entry_rows import marks
from projections.projection import Projection, Row, dated, life_row, plain


def access_rows(state: Collaboration, entry: str) -> Iterator[Row]:
    """Yields the row of an entry whose access was changed."""
    changed = state.records.changes.get(int(entry))
    if changed is None:
        return
    shown = {
        "of_entry": int(entry),
        **plain(changed.access),
        "fields": list(changed.fields),
        "changed_by_entry": changed.entry,
    }
    yield Row(key=f"{int(entry):010d}", body=shown, columns={"level": changed.access.level})


def link_rows(step: Step) -> Iterator[Row]:
    """Yields the row of a link to a record in another system."""
    entry = step.recorded.entry
    event = entry.event
    if not isinstance(event, ExternalRecordLinked) or entry.irregular:
        return
    yield Row(
        key=f"{entry.number:010d}",
        body={
            "of_entry": event.entry,
            "system": event.system,
            "external_id": event.external_id,
            "direction": event.direction,
            "receipt": event.receipt,
            "effective": dated(entry.effective),
            **marks(entry),
        },
        possible_from=entry.effective.earliest,
        certain_from=entry.effective.latest,
        columns={"of_entry": str(event.entry), "system": event.system},
    )


def historical_rows(step: Step) -> Iterator[Row]:
    """Yields the row of a historical fact, with its figures as the source prints them."""
    entry = step.recorded.entry
    event = entry.event
    if not isinstance(event, HistoricalEntryImported) or entry.irregular:
        return
    yield Row(
        key=event.historical_id,
        body={
            "id": event.historical_id,
            "kind": event.kind,
            "data": plain(event.data),
            "text": plain(event.text),
            "certainty": event.certainty,
            "effective": dated(entry.effective),
            **marks(entry),
        },
        possible_from=entry.effective.earliest,
        certain_from=entry.effective.latest,
        columns={"kind": event.kind, "certainty": event.certainty},
    )


def consent_rows(state: Collaboration, consent_id: str) -> Iterator[Row]:
    """Yields the row of a consent to be compared with other books, for the days it holds."""
    held = state.records.consents.get(consent_id)
    if held is not None:
        shown = {
            "id": consent_id,
            "compared_on": list(held.event.compared_on),
            "decision": held.event.decision_id,
            "withdrawn_by_entry": held.withdrawn_by,
        }
        yield life_row(held.life, consent_id, shown, held.entry)


ENTRY_ACCESS = Projection("entry_access", "entry_access", access_rows, columns=("level",))
EXTERNAL_RECORDS = Projection("external_records", None, render_entry=link_rows, columns=("of_entry", "system"))
HISTORICAL_ENTRIES = Projection("historical_entries", None, render_entry=historical_rows, columns=("kind", "certainty"))
BENCHMARK_CONSENTS = Projection("benchmark_consents", "benchmark_consent", consent_rows)
