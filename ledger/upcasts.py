"""How entries written in an older form are read: an ordered list of functions from one schema number to the next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Record = dict[str, Any]


def _to_2(record: Record) -> Record:
    """Schema 2 adds fields that schema 1 did not have; what they say of an older entry is their default."""
    return record


UPCASTS: tuple[Callable[[Record], Record], ...] = (_to_2,)
"""UPCASTS[n - 1] turns a record of schema n into one of schema n + 1."""


def upcast(record: Record, schema: int) -> Record:
    """Returns the record in the form of `schema`. The stored bytes stay as they are."""
    for step in UPCASTS[record["schema"] - 1 : schema - 1]:
        record = step(record)
    return record | {"schema": schema}
