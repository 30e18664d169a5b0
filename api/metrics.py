"""What can be counted here, for a monitoring system to fetch: `/metrics` in Prometheus' text format.

Nothing is counted that the house does not know anyway, so that being asked costs two queries.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter, Response

from api.composition import House
from api.deps import HouseDep
from ledger.self_check import SelfCheck

router = APIRouter(tags=["health"])

TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8"

_PLAIN: dict[str, Any] = {
    "response_model": None,
    "responses": {"200": {"content": {"text/plain": {"schema": {"type": "string"}}}}},
}


@dataclass(slots=True)
class Metric:
    """One thing that is counted, with a value for each set of labels; without values it is left out."""

    name: str
    kind: str
    """`gauge`, or `counter` for what only grows while the process lives."""
    means: str
    values: list[tuple[Mapping[str, object], float]] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """Yields it as it is written."""
        if not self.values:
            return
        yield f"# HELP {self.name} {self.means}"
        yield f"# TYPE {self.name} {self.kind}"
        for labels, value in self.values:
            marks = ",".join(f'{name}="{_escaped(str(of))}"' for name, of in labels.items())
            yield f"{self.name}{{{marks}}} {value}" if marks else f"{self.name} {value}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


@router.get("/metrics", operation_id="metrics", **_PLAIN)
def metrics(house: HouseDep) -> Response:
    """Books, entries, how far rows are behind, what waits to be committed, and the self-check, for Prometheus."""
    text = "".join(f"{line}\n" for metric in _metrics(house) for line in metric.lines())
    return Response(text, headers={"Cache-Control": "no-store", "Content-Type": TEXT_FORMAT})


def _metrics(house: House) -> Iterator[Metric]:
    heads, positions = house.ledger.heads(), house.views.positions()
    of = {book: {"collaboration": book} for book in sorted(heads)}
    behind = {book: max(0, head - positions.get(book, 0)) for book, head in heads.items()}
    yield Metric("styringsbok_books", "gauge", "Books in the ledger.", [({}, len(heads))])
    entries: list[tuple[Mapping[str, object], float]] = [(labels, heads[book]) for book, labels in of.items()]
    yield Metric("styringsbok_entries", "gauge", "Entries of a book.", entries)
    late: list[tuple[Mapping[str, object], float]] = [(labels, behind[book]) for book, labels in of.items()]
    yield Metric("styringsbok_rows_behind_entries", "gauge", "Entries of a book that are not in its rows yet.", late)
    waiting = house.ledger.committer.waiting
    yield Metric("styringsbok_commit_queue_length", "gauge", "Submissions that wait to be committed.", [({}, waiting)])
    if house.self_check is not None:
        yield from _of_the_self_check(house.self_check)


def _of_the_self_check(check: SelfCheck) -> Iterator[Metric]:
    prefix, at, last, found = "styringsbok_self_check", check.position, check.last_pass_at, check.findings
    yield Metric(f"{prefix}_entries_total", "counter", "Entries hashed again.", [({}, check.entries)])
    yield Metric(f"{prefix}_passes_total", "counter", "Passes through all books.", [({}, check.passes)])
    if at is not None:
        position: Mapping[str, object] = {"collaboration": at.collaboration_id}
        yield Metric(f"{prefix}_position_entry", "gauge", "Where the pass under way is.", [(position, at.entry)])
    if last is not None:
        done = f"{prefix}_last_pass_timestamp_seconds"
        yield Metric(done, "gauge", "When the last pass through all books was done.", [({}, last.timestamp())])
    yield Metric(f"{prefix}_findings", "gauge", "Findings that are not gone.", [({}, len(found))])
    named: dict[tuple[str, str, str], int] = {}
    for one in found:
        entry = "" if one.entry is None else str(one.entry)
        key = (one.collaboration or "", entry, one.code)
        named[key] = named.get(key, 0) + 1
    labels = ("collaboration", "entry", "code")
    values: list[tuple[Mapping[str, object], float]] = [
        (dict(zip(labels, key, strict=True)), times) for key, times in named.items()
    ]
    yield Metric(f"{prefix}_finding", "gauge", "What is not as it was recorded, by book, entry and code.", values)
