"""Members over time: who takes part, certainly or possibly, and who has left or been succeeded."""

from __future__ import annotations

from collections.abc import Iterator

from domain.collaboration import Collaboration
from projections.projection import Projection, Row, plain, span_row


def rows(state: Collaboration, member_id: str) -> Iterator[Row]:
    """Yields a row for each change of one party's membership."""
    party = state.members.parties.get(member_id)
    line = state.members.membership.get(member_id)
    if party is None or line is None:
        return
    known = {"id": member_id, **plain(party)}
    del known["member_id"]
    for span in line.spans():
        status = "member" if span.mark.value else "left"
        yield span_row(span, f"{member_id}:{span.mark.number:010d}", {**known, "status": status}, status=status)


MEMBERS = Projection("members", "member", rows, columns=("status",))
