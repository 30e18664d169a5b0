"""Rules on delegation as they were adopted, and reports on how authority was used: a row for each entry."""

from __future__ import annotations

from collections.abc import Iterator

from domain.authority import AuthorityUseReported, DelegationRulesAdopted
from ledger.reading import Step
from projections.entry_rows import marks
from projections.projection import Projection, Row, dated, plain


def rules_rows(step: Step) -> Iterator[Row]:
    """Yields the row of rules on delegation, with the day they were due and whether they came after it."""
    entry = step.recorded.entry
    if isinstance(entry.event, DelegationRulesAdopted):
        owner = f"{entry.event.owner.kind}:{entry.event.owner.id}"
        yield Row(
            key=f"{entry.number:010d}",
            body={**plain(entry.event), "effective": dated(entry.effective), **marks(entry)},
            possible_from=entry.effective.earliest,
            certain_from=entry.effective.latest,
            columns={"owner": owner},
        )


def report_rows(step: Step) -> Iterator[Row]:
    """Yields the row of a report."""
    entry = step.recorded.entry
    if isinstance(entry.event, AuthorityUseReported):
        yield Row(
            key=f"{entry.number:010d}",
            body={**plain(entry.event), "effective": dated(entry.effective), **marks(entry)},
            possible_from=entry.effective.earliest,
            certain_from=entry.effective.latest,
            columns={"to_body": entry.event.to_body},
        )


DELEGATION_RULES = Projection("delegation_rules", None, render_entry=rules_rows, columns=("owner",))
AUTHORITY_REPORTS = Projection("authority_reports", None, render_entry=report_rows, columns=("to_body",))
