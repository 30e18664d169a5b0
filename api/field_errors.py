"""What is wrong with which field: the validator's many errors as a few short ones that repeat nothing of the input."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from api.catalogue import Catalogue, Language, joined, shortened

FAULTS_MAX = 20
"""Errors told in one answer; the rest are counted."""
EXCERPT_CHARACTERS_MAX = 60
"""Characters of what was sent that an answer may repeat in one place."""
MESSAGE_CHARACTERS_MAX = 400
"""Characters of one error's message."""
_ERRORS_READ_MAX = 200
"""Errors of the validator that are looked at: the branches of a union give several for one field."""

Location = tuple[int | str, ...]
Pointer = tuple[int | str, ...]

_KINDS: Mapping[str, str] = {
    "string_type": "text",
    "int_type": "integer",
    "int_from_float": "integer",
    "int_parsing": "integer",
    "float_type": "number",
    "float_parsing": "number",
    "bool_type": "boolean",
    "bool_parsing": "boolean",
    "model_type": "object",
    "model_attributes_type": "object",
    "dict_type": "object",
    "mapping_type": "object",
    "list_type": "list",
    "tuple_type": "list",
    "set_type": "list",
    "frozen_set_type": "list",
    "none_required": "null",
    "date_type": "date",
    "datetime_type": "moment",
}
"""The validator's types for a value of the wrong kind, and the kind it should be."""

_CODES: Mapping[str, tuple[str, str | None]] = {
    "missing": ("missing", None),
    "missing_argument": ("missing", None),
    "extra_forbidden": ("unknown_field", None),
    "string_too_short": ("too_short", "min_length"),
    "string_too_long": ("too_long", "max_length"),
    "too_short": ("too_few", "min_length"),
    "too_long": ("too_many", "max_length"),
    "string_pattern_mismatch": ("pattern", "pattern"),
    "greater_than_equal": ("at_least", "ge"),
    "less_than_equal": ("at_most", "le"),
    "greater_than": ("above", "gt"),
    "less_than": ("below", "lt"),
    "int_parsing_size": ("too_large", None),
    "finite_number": ("too_large", None),
    "date_parsing": ("date", None),
    "date_from_datetime_parsing": ("date", None),
    "date_from_datetime_inexact": ("date", None),
    "datetime_parsing": ("moment", None),
    "datetime_from_date_parsing": ("moment", None),
    "datetime_object_invalid": ("moment", None),
    "timezone_naive": ("moment", None),
    "value_error": ("value", "error"),
    "union_tag_not_found": ("tag", "expected_tags"),
    "union_tag_invalid": ("tag", "expected_tags"),
    "json_invalid": ("json", None),
}
"""The validator's other types, our code for them, and which part of their context the text needs (as `limit`)."""

_FORMS: Mapping[str, str] = {
    r"^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$": "form_id",
    r"^-?(?:0|[1-9][0-9]{0,11})(?:\.[0-9]{1,6})?$": "form_quantity",
    r"^[0-9a-f]{64}$": "form_sha256",
    r"^[89][0-9]{8}$": "form_org_no",
}
"""The patterns people write by hand, and the text that says them in words; of the others the pattern is shown."""


class FieldError(BaseModel):
    """One thing wrong with one field."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    pointer: str | None = None
    """Where in the body it is: a JSON Pointer (RFC 6901); the empty text is the whole body."""
    parameter: str | None = None
    """The parameter of the path, the query or a header, where it is not in the body."""
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong, not yet put into words."""

    code: str
    pointer: Pointer = ()
    parameter: str | None = None
    params: tuple[tuple[str, int | str], ...] = ()
    """What the text of the code has room for, by name."""
    expected: tuple[str, ...] = ()
    """For the code `kind`: the kinds and quoted values that would do."""


def excerpt(text: str) -> str:
    """Returns at most `EXCERPT_CHARACTERS_MAX` characters of what was sent, those that do not print replaced."""
    cut = shortened(text, EXCERPT_CHARACTERS_MAX)
    return cut if cut.isprintable() else "".join(c if c.isprintable() else "\ufffd" for c in cut)


def pointer_text(pointer: Pointer) -> str:
    """Returns a JSON Pointer (RFC 6901); long names in it are cut."""
    return "".join("/" + excerpt(str(token)).replace("~", "~0").replace("/", "~1") for token in pointer)


def worded(fault: Fault, texts: Catalogue, language: Language) -> FieldError:
    """Returns a fault in words."""
    code = fault.code
    params: dict[str, object] = dict(fault.params)
    if code == "kind":
        params["expected"] = _alternatives(fault.expected, texts, language)
    elif code == "pattern":
        code = _FORMS.get(str(params["limit"]), code)
    elif texts.template("field", code, "message", language) is None:
        code, params = "other", {"reason": code}
    message = texts.text("field", code, "message", params, language)
    return FieldError(
        pointer=pointer_text(fault.pointer) if fault.parameter is None else None,
        parameter=fault.parameter,
        code=fault.code,
        message=shortened(message, MESSAGE_CHARACTERS_MAX),
    )


def _alternatives(expected: Sequence[str], texts: Catalogue, language: Language) -> str:
    names = [item if item.startswith('"') else texts.text("kind", item, "name", {}, language) for item in expected]
    return joined(names, language, last="or", items_max=len(names))


# From the validator's errors to faults ---------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Error:
    """An error of the validator, its location told apart into names in the document and branches of unions."""

    fault: Fault
    branches: tuple[tuple[int, str], ...]
    """(length of the pointer where the union stands, branch), outermost first."""


def faults_in(error: ValidationError, document: object, at: Pointer = ()) -> tuple[list[Fault], int]:
    """Returns at most `FAULTS_MAX` faults of a document that did not validate, and how many there are.

    `document` is what was validated, as plain JSON values; `at` is where it stood in the body. Of a union only the
    branch that fits best is told, or, where none fits at all, what the field may be.
    """
    errors: list[Any] = error.errors(include_url=False, include_input=False)
    return _told([_placed(one["loc"], one, document, at) for one in errors[:_ERRORS_READ_MAX]], len(errors))


def faults_in_request(errors: Sequence[Any], document: object) -> tuple[list[Fault], int]:
    """Returns at most `FAULTS_MAX` faults of parameters or a body FastAPI did not accept, and how many there are."""
    placed: list[_Error] = []
    for one in errors[:_ERRORS_READ_MAX]:
        place, *location = one["loc"]
        if place == "body":
            placed.append(_placed(tuple(location), one, document, ()))
        else:
            name = str(location[0]) if location else str(place)
            placed.append(_Error(replace(_fault(one), parameter=excerpt(name)), ()))
    return _told(placed, len(errors))


def _told(errors: Sequence[_Error], number: int) -> tuple[list[Fault], int]:
    folded = list(dict.fromkeys(_without_miscounts(list(_folded(errors)))))
    return folded[:FAULTS_MAX], len(folded) if number <= _ERRORS_READ_MAX else number


def _without_miscounts(faults: Sequence[Fault]) -> Iterator[Fault]:
    """Yields the faults, but no list as too short where the validator counted only the values it accepted."""
    for fault in faults:
        depth = len(fault.pointer)
        inside = (other for other in faults if len(other.pointer) > depth and other.pointer[:depth] == fault.pointer)
        if fault.code != "too_few" or not any(inside):
            yield fault


def _placed(location: Location, error: Any, document: object, at: Pointer) -> _Error:
    names: list[int | str] = []
    branches: list[tuple[int, str]] = []
    here: Any = document
    for index, part in enumerate(location):
        if _holds(here, part):
            here = here[part]
        elif not (error["type"] == "missing" and index == len(location) - 1):
            branches.append((len(names), str(part)))
            continue
        names.append(part)
    pointer = (*at, *names)
    return _Error(replace(_fault(error), pointer=pointer), tuple((len(at) + depth, name) for depth, name in branches))


def _holds(here: Any, part: int | str) -> bool:
    if isinstance(here, list):
        return isinstance(part, int) and 0 <= part < len(here)
    return isinstance(here, dict) and part in here


def _fault(error: Any) -> Fault:
    kind, context = error["type"], error.get("ctx", {})
    if kind in _KINDS:
        return Fault("kind", expected=(_KINDS[kind],))
    if kind in ("literal_error", "enum"):
        return Fault("kind", expected=_choices(str(context.get("expected", ""))))
    code, part = _CODES.get(kind, (kind, None))
    if part is not None:
        return Fault(code, params=(("limit", _plain(context.get(part))),))
    return Fault(code, params=tuple((name, _plain(value)) for name, value in context.items()))


def _plain(value: object) -> int | str:
    return value if isinstance(value, int | str) else str(value)


def _choices(expected: str) -> tuple[str, ...]:
    return tuple(f'"{choice}"' for choice in re.findall(r"'([^']*)'", expected)) or (f'"{expected}"',)


def _folded(errors: Sequence[_Error]) -> Iterator[Fault]:
    """Yields the faults in their order, those of one union's branches folded together."""
    unions: dict[Pointer, dict[str, list[_Error]]] = {}
    order: list[Pointer | Fault] = []
    for error in errors:
        if not error.branches:
            order.append(error.fault)
            continue
        (depth, name), *inner = error.branches
        place = error.fault.pointer[:depth]
        if place not in unions:
            order.append(place)
        unions.setdefault(place, {}).setdefault(name, []).append(_Error(error.fault, tuple(inner)))
    for item in order:
        if isinstance(item, Fault):
            yield item
        else:
            yield from _best(item, [list(_folded(branch)) for branch in unions[item].values()])


def _best(place: Pointer, branches: Sequence[list[Fault]]) -> list[Fault]:
    """Returns the faults of the branch of the right kind with the fewest, or one fault that names all kinds."""
    near = [branch for branch in branches if any(f.code != "kind" or f.pointer != place for f in branch)]
    if near:
        return min(near, key=len)
    expected = dict.fromkeys(kind for branch in branches for fault in branch for kind in fault.expected)
    return [Fault("kind", place, expected=tuple(expected))]
