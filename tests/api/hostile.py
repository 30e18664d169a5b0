"""Bad input as data: what was seen to break a door, and what ours answers instead.

Each case makes its request from a `Target`, so that the same corpus can be sent to any door that takes commands.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tests.api.asgi import Answer, Header, Sent

ANSWER_BYTES_MAX = 16 * 1024
ECHO_CHARACTERS_MAX = 60
LOOKED_AT_BYTES = 50_000
"""Of a long body, its beginning and its end are looked for in the answer."""
MEBIBYTE = 1024 * 1024

Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Target:
    """A door: where a command goes, one that it takes, and where in it there are values to spoil."""

    url: str
    body: Mapping[str, Any]
    text: Place
    """A line of text."""
    whole: Place
    """A whole number."""
    day: Place
    """A date."""
    choice: Place
    """One of a few words."""
    many: Place
    """A list."""
    number_url: str
    """A GET with `{}` where a whole number stands in the path."""
    query_url: str
    """A GET with `{}` where a whole number stands in the query."""
    headers: tuple[Header, ...] = ()
    """Sent with every request, such as a key."""


@dataclass(frozen=True)
class Hostile:
    """One bad input: its name, the status it is answered with, and how it is made."""

    name: str
    status: int
    make: Callable[[Target], Sent]


# Making requests -------------------------------------------------------------------------

JSON_TYPE = "application/json"


def post(target: Target, *chunks: bytes, kind: str | None = JSON_TYPE, streamed: bool = False) -> Sent:
    """Returns a POST of the chunks, its length declared unless it is streamed."""
    headers = [*target.headers]
    if kind is not None:
        headers.append(("content-type", kind))
    length = str(sum(map(len, chunks)))
    headers.append(("transfer-encoding", "chunked") if streamed else ("content-length", length))
    return Sent("POST", target.url, tuple(headers), chunks or (b"",))


def valid(target: Target) -> Sent:
    """Returns the request that nothing is wrong with."""
    return post(target, json.dumps(target.body).encode())


def spoiled(target: Target, place: Place, raw: str) -> bytes:
    """Returns the target's body with raw JSON text at a place."""
    body = json.loads(json.dumps(target.body))
    here = body
    for step in place[:-1]:
        here = here[step]
    here[place[-1]] = "@@spoil@@"
    return json.dumps(body).replace('"@@spoil@@"', raw).encode("utf-8", "surrogatepass")


def at(field: str, raw: str) -> Callable[[Target], Sent]:
    """Returns how to make a request with raw JSON text in the target's `field`."""
    return lambda target: post(target, spoiled(target, getattr(target, field), raw))


def beside(name: str, raw: str) -> Callable[[Target], Sent]:
    """Returns how to make a request with a field more than the command has."""
    return lambda target: post(target, spoiled(target, (name,), raw))


def whole(body: bytes) -> Callable[[Target], Sent]:
    """Returns how to make a request with this body, whatever the target takes."""
    return lambda target: post(target, body)


def as_text(change: Callable[[str], bytes]) -> Callable[[Target], Sent]:
    """Returns how to make a request with the target's body, its text changed to other bytes."""
    return lambda target: post(target, change(json.dumps(target.body)))


def as_type(kind: str | None) -> Callable[[Target], Sent]:
    """Returns how to make a request whose body is right and whose content type is not."""
    return lambda target: post(target, json.dumps(target.body).encode(), kind=kind)


def with_headers(*headers: Header) -> Callable[[Target], Sent]:
    """Returns how to make a request with headers added to those of a right one."""
    return lambda target: replace(valid(target), headers=(*valid(target).headers, *headers))


def get(field: str, text: str) -> Callable[[Target], Sent]:
    """Returns how to make a GET with `text` where a whole number should stand."""
    return lambda target: Sent("GET", getattr(target, field).format(text), target.headers)


def quoted(text: str) -> str:
    """Returns a text as JSON, characters as they are."""
    return json.dumps(text, ensure_ascii=False)


def nested(depth: int) -> str:
    """Returns lists inside each other."""
    return "[" * depth + "]" * depth


# The corpus ------------------------------------------------------------------------------

NESTING = (
    Hostile("nested 33 deep", 400, beside("extra", nested(33))),
    Hostile("nested 300 deep", 400, beside("extra", nested(300))),
    Hostile("nested 900 deep", 400, beside("extra", nested(900))),
    Hostile("nested 100,000 deep", 400, beside("extra", nested(100_000))),
    Hostile("objects nested 300 deep", 400, beside("extra", '{"a":' * 300 + "1" + "}" * 300)),
    Hostile("opened 100,000 deep and never closed", 400, whole(b"[" * 100_000)),
)

NUMBERS = (
    Hostile("integer 10^30", 400, at("whole", "1" + "0" * 30)),
    Hostile("integer 2^64", 400, at("whole", str(2**64))),
    Hostile("integer 2^53", 400, at("whole", str(2**53))),
    Hostile("integer of 4,299 digits", 400, at("whole", "9" * 4_299)),
    Hostile("integer of 4,301 digits", 400, at("whole", "9" * 4_301)),
    Hostile("float 1e30 for an integer", 422, at("whole", "1e30")),
    Hostile("NaN", 400, at("whole", "NaN")),
    Hostile("Infinity", 400, at("whole", "Infinity")),
    Hostile("minus Infinity", 400, at("whole", "-Infinity")),
    Hostile("NaN in a field more", 400, beside("extra", '{"deep": [NaN]}')),
    Hostile("the text nan", 422, at("whole", '"nan"')),
    Hostile("1e999", 400, at("whole", "1e999")),
    Hostile("a decimal with a huge exponent, as text", 422, at("whole", '"1E+1000000"')),
    Hostile("text 1 for an integer", 422, at("whole", '"1"')),
    Hostile("true for an integer", 422, at("whole", "true")),
    Hostile("1.0 for an integer", 422, at("whole", "1.0")),
    Hostile("null for an integer", 422, at("whole", "null")),
    Hostile("leading zero", 400, at("whole", "007")),
    Hostile("hexadecimal", 400, at("whole", "0x10")),
    Hostile("10^30 in the path", 422, get("number_url", "1" + "0" * 30)),
    Hostile("10^30 in the query", 422, get("query_url", "1" + "0" * 30)),
    Hostile("1e30 in the path", 422, get("number_url", "1e30")),
    Hostile("2^64 in the query", 422, get("query_url", str(2**64))),
    Hostile("nan in the query", 422, get("query_url", "nan")),
    Hostile("4,301 digits in the query", 422, get("query_url", "9" * 4_301)),
    Hostile("NUL in the path", 422, get("number_url", "%00")),
    Hostile("half a surrogate pair in the query", 422, get("query_url", "%ed%a0%80")),
)

DATES = (
    Hostile("a number for a date", 422, at("day", "1e11")),
    Hostile("seconds for a date", 422, at("day", "86400")),
    Hostile("a date that does not exist", 422, at("day", '"2013-02-30"')),
    Hostile("year 9999", 422, at("day", '"9999-12-31"')),
    Hostile("year 9999 with a zone that passes it", 422, at("day", '"9999-12-31T23:59:59-14:00"')),
    Hostile("year 10000", 422, at("day", '"10000-01-01"')),
    Hostile("year 0", 422, at("day", '"0000-01-01"')),
    Hostile("a date in words", 422, at("day", '"26. september 2013"')),
)

TEXTS = (
    Hostile("half a surrogate pair", 400, at("text", '"a\\ud800b"')),
    Hostile("the other half", 400, at("text", '"\\udfff"')),
    Hostile("half a surrogate pair as a name", 400, beside("\ud800", "1")),
    Hostile("surrogates as bytes", 400, at("text", '"\ud800"')),
    Hostile("NUL, escaped", 400, at("text", '"a\\u0000b"')),
    Hostile("NUL, as it is", 400, at("text", '"a\0b"')),
    Hostile("bidi override", 422, at("text", quoted("abc\u202egpj.exe"))),
    Hostile("zero width space", 422, at("text", quoted("Au\u200bkra"))),
    Hostile("byte order mark inside", 422, at("text", quoted("a\ufeffb"))),
    Hostile("control character, escaped", 422, at("text", '"a\\u0007b"')),
    Hostile("control character, as it is", 400, at("text", '"a\x07b"')),
    Hostile("escape sequence", 422, at("text", '"\\u001b[31mred"')),
    Hostile("not a character", 422, at("text", '"\\uffff"')),
    Hostile("blank", 422, at("text", '"   "')),
    Hostile("empty text", 422, at("text", '""')),
    Hostile("text of 500,000 characters", 422, at("text", quoted("A" * 500_000))),
    Hostile("a list for a text", 422, at("text", '["a"]')),
)

FORM = (
    Hostile("the same name twice", 400, as_text(lambda text: f"{text[:-1]}, {text[1:]}".encode())),
    Hostile("the same name twice, deep", 400, beside("extra", '[{"a": 1, "b": 2, "a": 3}]')),
    Hostile(
        "50,000 names, the last twice",
        400,
        whole(("{" + "".join(f'"{n}":1,' for n in range(50_000)) + '"0":2}').encode()),
    ),
    Hostile("empty body", 400, whole(b"")),
    Hostile("blanks only", 400, whole(b" \r\n\t ")),
    Hostile("cut off", 400, as_text(lambda text: text[:-5].encode())),
    Hostile("cut off after a backslash", 400, whole(b'{"type":"\\')),
    Hostile("two documents", 400, as_text(lambda text: (text + text).encode())),
    Hostile("a comment", 400, as_text(lambda text: f"/* hello */ {text}".encode())),
    Hostile("single quotes", 400, whole(b"{'type': 'a'}")),
    Hostile("a comma too many", 400, as_text(lambda text: f"{text[:-1]},}}".encode())),
    Hostile("a number alone", 422, whole(b"1")),
    Hostile("a text alone", 422, whole(b'"member.admit"')),
    Hostile("null alone", 422, whole(b"null")),
    Hostile("true alone", 422, whole(b"true")),
    Hostile("an empty object", 422, whole(b"{}")),
    Hostile("an empty list", 422, whole(b"[]")),
    Hostile("a list of numbers", 422, whole(b"[1, 2, 3]")),
    Hostile("lists in a list", 422, whole(b"[[], []]")),
    Hostile("a field more", 422, beside("admin", "true")),
    Hostile("a field of Python's", 422, beside("__class__", '"x"')),
    Hostile("a field with a long name", 422, beside("n" * 100_000, "1")),
    Hostile("30,000 fields more", 422, lambda target: post(target, _with_fields(target, 30_000))),
    Hostile("a wrong word", 422, at("choice", '"no-such-word"')),
    Hostile("a number for a word", 422, at("choice", "1")),
    Hostile("0.6 MB of bad list items", 400, at("many", "[" + "1," * 300_000 + "1]")),
    Hostile("1,000 bad list items", 422, at("many", "[" + "1," * 999 + "1]")),
    Hostile("1,000 empty objects in a list", 422, at("many", "[" + "{}," * 999 + "{}]")),
    Hostile("an object for a list", 422, at("many", "{}")),
    Hostile("an unknown type", 422, beside("type", '"no.such.command"')),
    Hostile("a type of 100,000 characters", 422, beside("type", quoted("a" * 100_000))),
    Hostile("a type that is an expression", 422, beside("type", '"__import__(\\"os\\")"')),
    Hostile("no type", 422, lambda target: post(target, _without_type(target))),
    Hostile("a number for the type", 422, beside("type", "1")),
    Hostile("a list for the type", 422, beside("type", '["a"]')),
    Hostile("an object for the type", 422, beside("type", '{"a": 1}')),
)

BYTES = (
    Hostile("UTF-16 with a mark", 400, as_text(lambda text: text.encode("utf-16"))),
    Hostile("UTF-16 without", 400, as_text(lambda text: text.encode("utf-16-le"))),
    Hostile("UTF-32", 400, as_text(lambda text: text.encode("utf-32-be"))),
    Hostile("UTF-8 with a byte order mark", 400, as_text(lambda text: text.encode("utf-8-sig"))),
    Hostile(
        "Latin-1", 400, lambda target: post(target, spoiled(target, target.text, '"Bærum"').decode().encode("latin-1"))
    ),
    Hostile("invalid UTF-8", 400, whole(b'{"type": "\xff\xfe\xfa"}')),
    Hostile("overlong UTF-8", 400, whole(b'{"type": "\xc0\xaf"}')),
    Hostile("one byte of NUL", 400, whole(b"\0")),
    Hostile("random bytes", 400, whole(bytes(range(255, 127, -1)) * 100)),
    Hostile("gzip", 415, with_headers(("content-encoding", "gzip"))),
)

KINDS = (
    Hostile("a form", 415, as_type("application/x-www-form-urlencoded")),
    Hostile("multipart", 415, as_type("multipart/form-data; boundary=x")),
    Hostile("plain text", 415, as_type("text/plain")),
    Hostile("XML", 415, as_type("application/xml")),
    Hostile("no content type", 415, as_type(None)),
    Hostile("a content type that is none", 415, as_type(";;;=\x01")),
    Hostile("JSON in another character set", 415, as_type("application/json; charset=utf-16")),
    Hostile("two content types", 400, with_headers(("content-type", "text/plain"))),
    Hostile("two lengths", 400, with_headers(("content-length", "5"))),
    Hostile("length and chunks", 400, with_headers(("transfer-encoding", "chunked"))),
    Hostile("a length that is none", 400, lambda target: _declared(target, "-1")),
    Hostile("a length of 10,000 digits", 413, lambda target: _declared(target, "9" * 10_000)),
    Hostile("shorter than declared", 400, lambda target: _declared(target, "900000")),
)

SIZES = (
    Hostile("1 MiB and a byte, declared", 413, whole(b" " * (MEBIBYTE + 1))),
    Hostile("1 MiB and a byte, streamed", 413, lambda target: post(target, *_pieces(MEBIBYTE + 1), streamed=True)),
    Hostile("9.5 MB of JSON", 413, at("many", "[" + "1," * 4_750_000 + "1]")),
    Hostile("9.5 MB streamed", 413, lambda target: post(target, *_pieces(9_500_000), streamed=True)),
    Hostile("20 MB streamed", 413, lambda target: post(target, *_pieces(20_000_000), streamed=True)),
    Hostile("200 MB declared", 413, lambda target: _declared(target, "200000000")),
    Hostile("1 MiB of opening brackets", 400, whole(b"[" * MEBIBYTE)),
    Hostile("1 MiB of empty lists", 400, whole(b"[" + b"[]," * 340_000 + b"[]]")),
    Hostile("1 MiB of quotes", 400, whole(b'"' * MEBIBYTE)),
    Hostile("1 MiB of backslashes", 400, whole(b'"' + b"\\" * (MEBIBYTE - 3) + b'"')),
    Hostile("1 MiB of digits", 400, whole(b"1" * MEBIBYTE)),
    Hostile("a URL of 9,000 bytes", 414, lambda target: replace(valid(target), url=target.url + "?" + "a" * 9_000)),
    Hostile("a path of 9,000 bytes", 414, get("number_url", "1" * 9_000)),
)

CORPUS: tuple[Hostile, ...] = (*NESTING, *NUMBERS, *DATES, *TEXTS, *FORM, *BYTES, *KINDS, *SIZES)


def _with_fields(target: Target, number: int) -> bytes:
    return json.dumps({**target.body, **{f"x{index}": 1 for index in range(number)}}).encode()


def _without_type(target: Target) -> bytes:
    return json.dumps({name: value for name, value in target.body.items() if name != "type"}).encode()


def _declared(target: Target, length: str) -> Sent:
    request = valid(target)
    others = tuple(header for header in request.headers if header[0] != "content-length")
    return replace(request, headers=(*others, ("content-length", length)))


def _pieces(size: int, piece: int = 65_536) -> Iterator[bytes]:
    for start in range(0, size, piece):
        yield b" " * min(piece, size - start)


# Judging ---------------------------------------------------------------------------------


def complaints(case: Hostile, sent: Sent, answer: Answer) -> Sequence[str]:
    """Returns what is wrong with an answer to a bad input: nothing, if the door stands."""
    found = []
    if answer.status != case.status:
        found.append(f"status {answer.status}, not {case.status}")
    if answer.headers.get("content-type") != "application/problem+json":
        found.append("not a problem")
    if len(answer.body) >= ANSWER_BYTES_MAX:
        found.append(f"{len(answer.body)} bytes of answer")
    if _echoes(sent.body, answer.body):
        found.append("repeats what was sent")
    return found


def _echoes(sent: bytes, answered: bytes) -> bool:
    size = ECHO_CHARACTERS_MAX + 1
    windows = {answered[start : start + size] for start in range(len(answered) - size + 1)}
    parts = (sent,) if len(sent) <= 2 * LOOKED_AT_BYTES else (sent[:LOOKED_AT_BYTES], sent[-LOOKED_AT_BYTES:])
    return any(part[start : start + size] in windows for part in parts for start in range(len(part) - size + 1))
