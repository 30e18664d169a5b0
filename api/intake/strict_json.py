"""JSON read more strictly than its grammar (RFC 8259): what two readers could take differently is refused."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from json.decoder import JSONDecodeError
from typing import Any, Final, NoReturn

from api.field_errors import excerpt, pointer_text
from api.intake.limits import LIMITS, IntakeLimits
from api.problems import Refused
from domain.text import INT_MAX

_DIGITS_MAX: Final = len(str(INT_MAX)) + 1
"""Characters of the longest whole number taken, its sign with it."""


class BadJson(Refused):
    """A body that is not the JSON we take.

    `params` say where: `line` and `column` (from 1, in characters) for what breaks the grammar, `offset` (in bytes)
    for what is not UTF-8, `pointer` (RFC 6901) for what is refused all the same.
    """


def read_json(body: bytes, limits: IntakeLimits = LIMITS) -> object:
    """Returns the plain value a body holds.

    UTF-8 without a byte order mark, no name twice in one object, whole numbers within ±(2^53-1), finite numbers,
    no NUL, no half of a surrogate pair, nested at most `depth_max` deep. Raises BadJson.
    """
    text = _decoded(body)
    try:
        document: object = _STRICT.decode(text)
    except BadJson as fault:
        raise _with_place(fault, text, limits) from None
    except RecursionError:
        raise _too_deep(limits) from None
    except JSONDecodeError as error:
        raise _syntax(error, text) from None
    if body.count(b"[") + body.count(b"{") > limits.depth_max or body.count(b",") >= limits.list_items_max:
        _check_size(document, limits)
    if _SUSPICIOUS.search(body):
        _check_characters(document)
    return document


def _decoded(body: bytes) -> str:
    if not body.strip():
        raise BadJson("json_empty")
    if body.startswith(b"\xef\xbb\xbf"):
        raise BadJson("json_bom")
    encoding = json.detect_encoding(body)
    if encoding != "utf-8":
        raise BadJson("json_not_utf8", offset=0, encoding=encoding)
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise BadJson("json_not_utf8", offset=error.start, encoding="utf-8") from None


def _syntax(error: JSONDecodeError, text: str) -> BadJson:
    cut_off = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string")
    return BadJson("json_truncated" if cut_off else "json_syntax", line=error.lineno, column=error.colno)


def _too_deep(limits: IntakeLimits) -> BadJson:
    return BadJson("json_too_deep", limit=limits.depth_max, pointer=None)


# The hooks know what is wrong but not where. So the fast decoder raises, and a second one, used only then, leaves the
# fault where the value would have stood, to be found by walking there.


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        counts = Counter(name for name, _ in pairs)
        raise BadJson("json_duplicate_key", name=excerpt(counts.most_common(1)[0][0]))
    return found


def _integer(digits: str) -> int:
    if len(digits) > _DIGITS_MAX or abs(int(digits)) > INT_MAX:
        raise BadJson("json_integer_too_large", limit=INT_MAX)
    return int(digits)


def _real(digits: str) -> float:
    value = float(digits)
    if abs(value) == float("inf"):
        raise BadJson("json_not_finite")
    return value


def _constant(_: str) -> NoReturn:
    raise BadJson("json_not_finite")


def _leaving(hook: Callable[[Any], object]) -> Callable[[Any], Any]:
    def leave(read: Any) -> object:
        try:
            return hook(read)
        except BadJson as fault:
            return fault

    return leave


_STRICT = json.JSONDecoder(object_pairs_hook=_object, parse_int=_integer, parse_float=_real, parse_constant=_constant)
_LEAVING = json.JSONDecoder(
    object_pairs_hook=_leaving(_object),
    parse_int=_leaving(_integer),
    parse_float=_leaving(_real),
    parse_constant=_leaving(_constant),
)


def _with_place(fault: BadJson, text: str, limits: IntakeLimits) -> BadJson:
    try:
        document = _LEAVING.decode(text)
    except RecursionError:
        return _too_deep(limits)
    except JSONDecodeError as error:
        return _syntax(error, text)
    for pointer, value in islice(_values(document), limits.values_max):
        if isinstance(value, BadJson):
            named = (*pointer, value.params["name"]) if "name" in value.params else pointer
            value.params["pointer"] = pointer_text(named)
            return value
    fault.params["pointer"] = None
    return fault


def _values(document: object) -> Iterator[tuple[tuple[Any, ...], object]]:
    """Yields every value with its place, in the order of the document."""
    yield (), document
    waiting: list[tuple[tuple[Any, ...], Iterator[tuple[Any, Any]]]] = [((), _children(document))]
    while waiting:
        pointer, children = waiting[-1]
        for name, value in children:
            here = (*pointer, name)
            yield here, value
            if isinstance(value, dict | list):
                waiting.append((here, _children(value)))
                break
        else:
            waiting.pop()


def _children(value: object) -> Iterator[tuple[Any, Any]]:
    if isinstance(value, dict):
        return iter(value.items())
    return iter(enumerate(value)) if isinstance(value, list) else iter(())


def _place_of(wanted: object, document: object, limits: IntakeLimits) -> str | None:
    places = islice(_values(document), limits.values_max)
    return next((pointer_text(pointer) for pointer, value in places if value is wanted), None)


def _check_size(document: object, limits: IntakeLimits) -> None:
    level = [document] if isinstance(document, dict | list) else []
    count = depth = 0
    while level:
        depth += 1
        if depth > limits.depth_max:
            raise BadJson("json_too_deep", limit=limits.depth_max, pointer=_place_of(level[0], document, limits))
        inner: list[Any] = []
        for holder in level:
            count += len(holder)
            if isinstance(holder, list) and len(holder) > limits.list_items_max:
                place = _place_of(holder, document, limits)
                raise BadJson("json_list_too_long", limit=limits.list_items_max, items=len(holder), pointer=place)
            children = holder.values() if isinstance(holder, dict) else holder
            inner.extend(child for child in children if isinstance(child, dict | list))
        level = inner
    if count > limits.values_max:
        raise BadJson("json_too_many_values", limit=limits.values_max)


_SUSPICIOUS = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
"""An escape that may make a NUL or half a surrogate pair; nothing else can, in UTF-8."""
_REFUSED_CHARACTER = re.compile("[\\0\ud800-\udfff]")


def _check_characters(document: object) -> None:
    for pointer, value in _values(document):
        texts = [value] if isinstance(value, str) else value if isinstance(value, dict) else ()
        for text in texts:
            if found := _REFUSED_CHARACTER.search(text):
                place = pointer_text(pointer)
                raise BadJson("json_character", character=f"U+{ord(found[0]):04X}", pointer=place)
