"""Which command a body is, by its `type`."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import TypeVar

from api.field_errors import Fault, Pointer, excerpt
from api.problems import Refused

T = TypeVar("T")


def chosen(document: object, classes: Mapping[str, T], at: Pointer = ()) -> T:
    """Returns what `classes` holds under the document's `type`. Raises Refused (`invalid`) if there is no such."""
    if not isinstance(document, dict):
        raise _invalid(Fault("kind", at, expected=("object",)))
    if "type" not in document:
        raise _invalid(Fault("missing", (*at, "type")))
    name = document["type"]
    if not isinstance(name, str):
        raise _invalid(Fault("kind", (*at, "type"), expected=("text",)))
    if name in classes:
        return classes[name]
    nearest = get_close_matches(excerpt(name), classes, n=3, cutoff=0.75)
    if nearest:
        raise _invalid(Fault("misspelt_type", (*at, "type"), params=(("nearest", ", ".join(nearest)),)))
    raise _invalid(Fault("unknown_type", (*at, "type")))


def _invalid(fault: Fault) -> Refused:
    return Refused("invalid", faults=(fault,), count=1)
