"""The constitution over time: legal form, name, host and the charter in force, and that it was dissolved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from domain.collaboration import Collaboration
from domain.constitution import Dissolution
from domain.dates import FIRST_DAY, Interval, Timeline
from domain.lifetime import Lifetime
from projections.projection import Projection, Row, plain, span_row


def rows(state: Collaboration, _: str) -> Iterator[Row]:
    """Yields a row for each legal form, name, host and charter in force; none outlives a dissolution but the name."""
    constitution = state.constitution
    gone = constitution.dissolution
    life = Lifetime(Interval.exact(FIRST_DAY), None if gone is None else gone.effective)
    yield from _facet("legal_form", constitution.forms, life)
    yield from _facet("name", constitution.names)
    yield from _facet("host", constitution.hosts, life)
    yield from _facet("charter", constitution.in_force, life)
    if gone is not None:
        yield _dissolved(gone)


def _facet(facet: str, line: Timeline[Any], life: Lifetime | None = None) -> Iterator[Row]:
    for span in line.spans():
        body = {"facet": facet, "value": plain(span.mark.value)}
        yield span_row(span, f"{facet}:{span.mark.number:010d}", body, life, facet=facet)


def _dissolved(gone: Dissolution) -> Row:
    body = {"facet": "dissolution", "value": gone.cause, "archive_custodian": gone.archive_custodian}
    line = Timeline[None]().with_mark(gone.effective, gone.entry, None)
    (span,) = line.spans()
    return span_row(span, f"dissolution:{gone.entry:010d}", body, facet="dissolution")


CONSTITUTION = Projection("constitution", "collaboration", rows, columns=("facet",))
