"""The case library: the source document's cases as books, with what is known of each, how surely, and what is not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Literal

CaseClass = Literal["observed", "piloted"]
"""Whether the case was looked at, or was a pilot of the project that wrote the source document."""
Certainty = Literal["confirmed", "parts_confirmed", "uncertain", "unknown"]
"""How far what is said of a case was read in a source of its own."""


@dataclass(frozen=True, slots=True)
class Case:
    """One case. A stub has no book: of it too little is known to name its members."""

    case_id: str
    """Also the id of its book."""
    rows: tuple[int, ...]
    """Rows of the source document; none for a case beyond it."""
    title: str
    case_class: CaseClass
    is_stub: bool
    known: str
    """What is publicly known, in Norwegian."""
    gaps: tuple[str, ...]
    """What is not, in Norwegian."""
    certainty: Certainty
    sources: tuple[dict[str, str], ...]
    """Title, day of reading and, where there is one, the address."""
    remark: str | None


@cache
def cases() -> tuple[Case, ...]:
    """Returns every case, in the order of the index."""
    index = json.loads((files("demo") / "cases" / "index.json").read_text(encoding="utf-8"))
    return tuple(_case(told) for told in index["cases"])


def _case(told: dict[str, Any]) -> Case:
    return Case(
        case_id=told["id"],
        rows=tuple(told["rows"]),
        title=told["title"],
        case_class=told["class"],
        is_stub=told["status"] == "stub",
        known=told["known"],
        gaps=tuple(told["gaps"]),
        certainty=told["certainty"],
        sources=tuple(told["sources"]),
        remark=told.get("remark"),
    )


def histories() -> Iterator[Traversable]:
    """Yields the import files of the demonstration: the whole history, then the case library's books, by name."""
    for folder in (files("demo"), files("demo") / "cases"):
        found = (one for one in folder.iterdir() if one.name.endswith(".ndjson"))
        yield from sorted(found, key=lambda one: one.name)
