"""Cost keys: each version with its parts, the weights as they were adopted and the exact shares they come to."""

from __future__ import annotations

from collections.abc import Iterator

from domain.budgets import KeyVersion
from domain.collaboration import Collaboration
from domain.dates import Timeline
from projections.projection import Projection, Row, span_row


def key_rows(state: Collaboration, key_id: str) -> Iterator[Row]:
    """Yields a row for each version of the key, for as long as it is in force."""
    versions = Timeline[KeyVersion]()
    for version in state.budgets.keys.get(key_id, ()):
        versions = versions.with_mark(version.effective, version.entry, version)
    for span in versions.spans():
        version = span.mark.value
        parts = [
            {"driver": part.driver, "weight": str(part.weight), "share": str(share)}
            for part, share in zip(version.parts, version.shares, strict=True)
        ]
        shown = {
            "cost_key": key_id,
            "version": version.key_version,
            "weighing": version.weighing,
            "parts": parts,
            "decision": version.decision_id,
        }
        yield span_row(span, f"{key_id}:{span.mark.number:010d}", shown, cost_key=key_id)


COST_KEYS = Projection("cost_keys", "cost_key", key_rows, columns=("cost_key",))
