"""What the members' councils resolved, one row for each resolution."""

from __future__ import annotations

from collections.abc import Iterator

from domain.resolutions import MemberResolutionRecorded
from ledger.reading import Step
from projections.entry_rows import marks
from projections.projection import Projection, Row, dated, plain


def rows(step: Step) -> Iterator[Row]:
    """Yields the row of a resolution."""
    entry = step.recorded.entry
    if isinstance(entry.event, MemberResolutionRecorded):
        event = entry.event
        yield Row(
            key=f"{entry.number:010d}",
            body={**plain(event), "effective": dated(entry.effective), **marks(entry)},
            possible_from=entry.effective.earliest,
            certain_from=entry.effective.latest,
            columns={"member": event.member_id, "about": f"{event.subject.kind}:{event.subject.ref}"},
        )


RESOLUTIONS = Projection("resolutions", None, render_entry=rows, columns=("member", "about"))
