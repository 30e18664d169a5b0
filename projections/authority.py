"""Authority in force: every grant with its terms, from its first possible to its last possible day."""

from __future__ import annotations

from collections.abc import Iterator

from domain.collaboration import Collaboration
from projections.projection import Projection, Row, dated, plain, span_row


def rows(state: Collaboration, grant_id: str) -> Iterator[Row]:
    """Yields a row for each set of terms a grant has had; they change where members are succeeded by others."""
    grant = state.authority.grants.get(grant_id)
    if grant is None:
        return
    for span in grant.terms.spans():
        terms = span.mark.value
        shown = {
            "id": grant_id,
            "grantor": plain(terms.grantor),
            "grantee": plain(terms.grantee),
            "powers": plain(terms.powers),
            "scope": plain(terms.scope),
            "limits": plain(terms.limits),
            "depth": terms.depth,
            "conditions": plain(grant.conditions),
            "bounded_by_agreements": plain(terms.agreements),
            "legal_basis": grant.legal_basis,
            "until": None if grant.life.until is None else grant.life.until.isoformat(),
            "review_on": None if grant.review_on is None else grant.review_on.isoformat(),
            "ended": None if grant.life.ended is None else dated(grant.life.ended),
            "ended_by_entry": grant.ended_by,
        }
        key = f"{grant_id}:{span.mark.number:010d}"
        yield span_row(span, key, shown, grant.life, grantee=f"{terms.grantee.kind}:{terms.grantee.id}")


AUTHORITY = Projection("authority", "grant", rows, columns=("grantee",))
