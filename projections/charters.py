"""Every charter version proposed, with its clauses and the entry that put it into force."""

from __future__ import annotations

from collections.abc import Iterator

from domain.collaboration import Collaboration
from projections.projection import Projection, Row, plain


def rows(state: Collaboration, charter_version: str) -> Iterator[Row]:
    """Yields the row of one charter version."""
    charter = state.constitution.charters.get(charter_version)
    if charter is not None:
        body = {
            "charter_version": charter_version,
            "legal_form": charter.legal_form,
            "adopted_by": "member_councils" if charter.by_councils else "top_body",
            "clauses": [plain(clause) for _, clause in sorted(charter.clauses.items())],
            "proposed_by_entry": charter.entry,
            "in_force_by_entry": charter.in_force_entry,
            "loan_ceiling_ore": charter.loan_ceiling_ore,
            "lock_in_until": None if charter.lock_in_until is None else charter.lock_in_until.isoformat(),
        }
        yield Row(key=charter_version, body=body)


CHARTERS = Projection("charters", "charter", rows)
