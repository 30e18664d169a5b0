"""The constitution over time: legal form, name, host and the charter in force."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from domain.collaboration import Collaboration
from domain.dates import Timeline
from projections.projection import Projection, Row, plain, span_row


def rows(state: Collaboration, _: str) -> Iterator[Row]:
    """Yields a row for each legal form, name, host and charter in force."""
    constitution = state.constitution
    yield from _facet("legal_form", constitution.forms)
    yield from _facet("name", constitution.names)
    yield from _facet("host", constitution.hosts)
    yield from _facet("charter", constitution.in_force)


def _facet(facet: str, line: Timeline[Any]) -> Iterator[Row]:
    for span in line.spans():
        body = {"facet": facet, "value": plain(span.mark.value)}
        yield span_row(span, f"{facet}:{span.mark.number:010d}", body, facet=facet)


CONSTITUTION = Projection("constitution", "collaboration", rows, columns=("facet",))
