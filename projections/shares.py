"""Who owns how much over time, and the notices of withdrawal that are open."""

from __future__ import annotations

from collections.abc import Iterator

from domain.collaboration import Collaboration
from projections.projection import Projection, Row, dated, plain, span_row


def share_rows(state: Collaboration, _: str) -> Iterator[Row]:
    """Yields a row for each member in each restatement: what it owns, and is liable for if that differs."""
    for span in state.members.shares.spans():
        shares = span.mark.value
        for member_id, share in sorted(shares.ownership.items()):
            liability = None if shares.liability is None else shares.liability.get(member_id)
            shown = {
                "member": member_id,
                "version": shares.version,
                "share": plain(share),
                "liability": plain(liability),
            }
            yield span_row(span, f"{member_id}:{span.mark.number:010d}", shown, member=member_id)


def notice_rows(state: Collaboration, member_id: str) -> Iterator[Row]:
    """Yields the row of a member's open notice; none once it has left or taken the notice back."""
    notice = state.members.notices.get(member_id)
    if notice is not None:
        shown = {
            "member": member_id,
            "departs_on": notice.departs_on.isoformat(),
            "clause": notice.clause,
            "given": dated(notice.given),
            "entry": notice.entry,
        }
        given = notice.given
        yield Row(key=member_id, body=shown, possible_from=given.earliest, certain_from=given.latest)


SHARES = Projection("shares", "collaboration", share_rows, columns=("member",))
NOTICES = Projection("notices", "member", notice_rows)
