"""What the limiter lets through, what it answers itself, and what strict JSON reads and refuses."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.intake import BadJson, IntakeLimits, LimitIntake, chosen, read_json
from api.problems import Refused
from domain.text import INT_MAX
from tests.api.asgi import Answer, Sent, send

SMALL = IntakeLimits(body_bytes_max=10, body_seconds_max=0.05, url_bytes_max=20, discarded_bytes_max=40)
JSON_TYPE = ("content-type", "application/json")


class Recorder:
    """An application that keeps the messages it was given."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    async def __call__(self, _: Scope, receive: Receive, send: Send) -> None:
        self.messages.append(await receive())
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})


def ask(
    *chunks: bytes, headers: tuple[tuple[str, str], ...] = (JSON_TYPE,), method: str = "POST"
) -> tuple[Answer, Any]:
    """Returns the answer to a request in chunks, and what the application behind the limiter got."""
    behind = Recorder()
    answer = asyncio.run(send(LimitIntake(behind, SMALL), Sent(method, "/x", headers, chunks)))
    return answer, behind.messages


async def answered(receive: Receive, headers: list[tuple[bytes, bytes]], behind: ASGIApp) -> list[Message]:
    """Returns what the limiter sends in answer to messages that come as `receive` gives them."""
    sent: list[Message] = []

    async def keep(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/x",
        "query_string": b"",
        "headers": headers,
        "http_version": "1.1",
    }
    await LimitIntake(behind, SMALL)(scope, receive, keep)
    return sent


def feeding(*messages: Message, rest: Callable[[], Awaitable[Message]]) -> Receive:
    """Returns a source of these messages and then of what `rest` gives."""
    waiting = list(messages)

    async def receive() -> Message:
        return waiting.pop(0) if waiting else await rest()

    return receive


async def silence() -> Message:
    """Waits longer than any limit."""
    await asyncio.sleep(5)
    raise AssertionError("nobody stopped waiting")


def part(body: bytes, *, more: bool = True) -> Message:
    """Returns one message of a body."""
    return {"type": "http.request", "body": body, "more_body": more}


KIND = [(b"content-type", b"application/json")]

# The limiter -----------------------------------------------------------------------------


def test_a_body_in_chunks_reaches_the_route_whole() -> None:
    answer, got = ask(b"[1,", b"", b"2]")
    assert answer.status == 200
    assert got == [{"type": "http.request", "body": b"[1,2]", "more_body": False}]


def test_a_body_in_one_message_is_not_copied() -> None:
    body = b"[1, 2]"
    _, got = ask(body)
    assert got[0]["body"] is body


def test_after_its_body_a_route_hears_when_the_caller_leaves() -> None:
    heard: list[Message] = []

    async def listening(_: Scope, receive: Receive, send: Send) -> None:
        heard.extend([await receive(), await receive()])
        await send({"type": "http.response.start", "status": 200, "headers": []})

    asyncio.run(answered(feeding(part(b"[]", more=False), {"type": "http.disconnect"}, rest=silence), KIND, listening))
    assert [message["type"] for message in heard] == ["http.request", "http.disconnect"]


def test_a_read_is_passed_on_without_a_look_at_its_body() -> None:
    answer, got = ask(b"x" * 100, b"y", method="GET", headers=(("content-length", "nonsense"),))
    assert answer.status == 200
    assert got == [part(b"x" * 100)]


def test_a_post_without_a_body_needs_no_content_type() -> None:
    assert ask(b"", headers=())[0].status == 200
    assert ask(b"", headers=(("content-length", "0"),), method="DELETE")[0].status == 200


@pytest.mark.parametrize(
    "kind", ["application/json", "Application/JSON; charset=UTF-8", 'application/json;charset="utf-8"']
)
def test_json_in_utf_8_is_taken_however_it_is_written(kind: str) -> None:
    assert ask(b"[]", headers=(("content-type", kind),))[0].status == 200


@pytest.mark.parametrize(
    ("status", "code", "chunks", "headers"),
    [
        (413, "body_too_large", (b"x" * 11,), (JSON_TYPE,)),
        (413, "body_too_large", (b"x" * 6, b"x" * 6), (JSON_TYPE,)),
        (413, "body_too_large", (b"",), (JSON_TYPE, ("content-length", "11"))),
        (415, "unsupported_media_type", (b"[]",), (("content-type", "text/json"),)),
        (415, "unsupported_media_type", (b"[]",), ()),
        (415, "unsupported_charset", (b"[]",), (("content-type", "application/json; charset = latin-1"),)),
        (415, "unsupported_encoding", (b"[]",), (JSON_TYPE, ("content-encoding", "br"))),
        (400, "conflicting_headers", (b"[]",), (JSON_TYPE, ("content-length", "2"), ("content-length", "3"))),
        (400, "conflicting_headers", (b"[]",), (JSON_TYPE, ("content-length", "2"), ("transfer-encoding", "chunked"))),
        (400, "conflicting_headers", (b"[]",), (JSON_TYPE, ("content-length", "+2"))),
        (400, "conflicting_headers", (b"[]",), (JSON_TYPE, ("content-type", "text/plain"))),
        (400, "body_incomplete", (b"[]",), (JSON_TYPE, ("content-length", "3"))),
        (400, "body_incomplete", (b"[1]",), (JSON_TYPE, ("content-length", "2"))),
    ],
)
def test_what_is_out_of_bounds_is_answered_here(
    status: int, code: str, chunks: tuple[bytes, ...], headers: tuple[tuple[str, str], ...]
) -> None:
    answer, got = ask(*chunks, headers=headers)
    assert (answer.status, answer.problem["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    assert got == []


def test_a_long_url_is_refused_with_any_method() -> None:
    for method in ("GET", "POST"):
        answer = asyncio.run(send(LimitIntake(Recorder(), SMALL), Sent(method, "/x?" + "a" * 19, ())))
        assert (answer.status, answer.problem["code"]) == (414, "url_too_long")
    assert asyncio.run(send(LimitIntake(Recorder(), SMALL), Sent("GET", "/x?" + "a" * 18, ()))).status == 200


def test_a_body_that_drips_is_given_up_and_its_connection_closed() -> None:
    async def drip() -> Message:
        await asyncio.sleep(0.02)
        return part(b"x")

    behind = Recorder()
    start, _ = asyncio.run(answered(drip, KIND, behind))
    assert start["status"] == 408
    assert (b"connection", b"close") in start["headers"]
    assert behind.messages == []


def test_one_who_leaves_is_neither_answered_nor_served() -> None:
    behind = Recorder()
    receive = feeding(part(b"[1"), {"type": "http.disconnect"}, rest=silence)
    assert asyncio.run(answered(receive, KIND, behind)) == []
    assert behind.messages == []


def test_a_refused_body_is_read_to_its_end_so_that_the_answer_arrives() -> None:
    receive = feeding(part(b"x" * 20), part(b"x", more=False), rest=silence)
    start, _ = asyncio.run(answered(receive, KIND, Recorder()))
    assert start["status"] == 413
    assert b"connection" not in dict(start["headers"])


def test_a_refused_body_without_end_is_not_read_for_ever() -> None:
    async def flood() -> Message:
        return part(b"x" * 20)

    start, _ = asyncio.run(answered(flood, KIND, Recorder()))
    assert start["status"] == 413
    assert (b"connection", b"close") in start["headers"]


def test_one_who_asks_first_is_told_before_sending() -> None:
    headers = [*KIND, (b"content-length", b"100"), (b"expect", b"100-continue")]
    start, _ = asyncio.run(answered(silence, headers, Recorder()))
    assert start["status"] == 413


def test_other_paths_may_have_other_limits() -> None:
    form = IntakeLimits(media_types=("application/x-www-form-urlencoded",))
    app = LimitIntake(Recorder(), SMALL, {"/pages/": SMALL, "/pages/forms/": form})
    headers = (("content-type", "application/x-www-form-urlencoded"),)
    assert asyncio.run(send(app, Sent("POST", "/pages/forms/a", headers, (b"a=" + b"b" * 20,)))).status == 200
    assert asyncio.run(send(app, Sent("POST", "/pages/a", headers, (b"a=b",)))).status == 415


def test_a_refusal_answers_in_the_language_asked_for() -> None:
    answer, _ = ask(b"x" * 11, headers=(JSON_TYPE, ("accept-language", "en")))
    assert answer.problem["title"] == "The body is too large"
    assert answer.headers["content-language"] == "en"


# Strict JSON -----------------------------------------------------------------------------

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-INT_MAX, INT_MAX)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text('abc"\\/æ', max_size=3), inner, max_size=5),
    max_leaves=30,
)


@given(PLAIN, st.booleans())
def test_what_json_writes_is_read_back(value: object, escaped: bool) -> None:
    assert read_json(json.dumps(value, ensure_ascii=escaped).encode()) == value


@given(st.binary(max_size=60) | st.text('[]{}",:\\u0d8e-+.1 naN', max_size=40).map(str.encode))
def test_anything_else_is_refused_and_nothing_else_is_raised(body: bytes) -> None:
    try:
        value = read_json(body)
    except BadJson as refused:
        placed = {"line", "pointer", "offset"} & refused.params.keys()
        if not placed and refused.code not in ("json_empty", "json_bom"):
            pytest.fail(f"{refused.code} says no place")
    else:
        assert value == json.loads(body)


def fault(body: bytes) -> tuple[str, dict[str, object]]:
    """Returns the code of what is wrong with a body, and where it is."""
    with pytest.raises(BadJson) as caught:
        read_json(body)
    return caught.value.code, caught.value.params


@pytest.mark.parametrize(
    ("body", "code", "where"),
    [
        (b'{"a":\n {"b": 1 "c": 2}}', "json_syntax", {"line": 2, "column": 10}),
        (b'{"a": [1, 2', "json_truncated", {"line": 1, "column": 12}),
        (b'{"a": "never', "json_truncated", {"line": 1, "column": 7}),
        (b'{"a": 1} x', "json_syntax", {"line": 1, "column": 10}),
        (b'{"a": "x\xff"}', "json_not_utf8", {"offset": 8}),
        ("[1]".encode("utf-16-le"), "json_not_utf8", {"encoding": "utf-16-le"}),
        (b'{"a": [{"b": 1, "b": 2}]}', "json_duplicate_key", {"name": "b", "pointer": "/a/0/b"}),
        (b'{"a/b~": [0, NaN]}', "json_not_finite", {"pointer": "/a~1b~0/1"}),
        (b'{"a": {"b": -1e999}}', "json_not_finite", {"pointer": "/a/b"}),
        (b"9007199254740992", "json_integer_too_large", {"pointer": ""}),
        (b'[{"a": -9007199254740992}]', "json_integer_too_large", {"pointer": "/0/a"}),
        (b'{"a": ["ok", "\\ud83d!"]}', "json_character", {"pointer": "/a/1", "character": "U+D83D"}),
        (b'{"a": {"\\u0000": 1}}', "json_character", {"pointer": "/a", "character": "U+0000"}),
        (b'{"a": [' + b"0," * 1000 + b"0]}", "json_list_too_long", {"pointer": "/a", "items": 1001, "limit": 1000}),
        (b"[" * 33 + b"]" * 33, "json_too_deep", {"pointer": "/0" * 32, "limit": 32}),
    ],
)
def test_what_is_wrong_is_named_with_its_place(body: bytes, code: str, where: dict[str, object]) -> None:
    found, params = fault(body)
    assert found == code
    assert {name: params[name] for name in where} == where


def test_a_fault_that_stands_before_a_slip_in_the_grammar_does_not_hide_it() -> None:
    assert fault(b'{"a": NaN, "b" 1}')[0] == "json_syntax"


def test_the_bounds_themselves_are_taken() -> None:
    assert read_json(b"[9007199254740991, -9007199254740991]") == [INT_MAX, -INT_MAX]
    assert read_json(b"[" * 32 + b"]" * 32) is not None
    assert read_json(b"[" + b"0," * 999 + b"0]") == [0] * 1000


def test_brackets_and_escapes_in_texts_are_only_text() -> None:
    text = "[" * 100 + "{" * 100 + "," * 2000 + "\\ud800 \\u0000"
    assert read_json(json.dumps([text]).encode()) == [text]
    assert read_json(b'"\\ud83d\\ude00"') == "\U0001f600"


def test_many_short_lists_are_still_too_many_values() -> None:
    rows = b",".join(b"[" + b"0," * 499 + b"0]" for _ in range(201))
    assert fault(b"[" + rows + b"]")[0] == "json_too_many_values"


def test_only_a_little_of_what_was_sent_is_kept_for_the_answer() -> None:
    name = "n" * 1_000
    _, params = fault(json.dumps({name: 1})[:-1].encode() + b", " + json.dumps({name: 1})[1:].encode())
    assert len(str(params["name"])) == 60
    assert len(str(params["pointer"])) == 61


# The command in it -----------------------------------------------------------------------


def reason(document: object) -> tuple[str, tuple[Any, ...]]:
    """Returns the code and place of why no class is chosen."""
    with pytest.raises(Refused) as caught:
        chosen(document, {"member.admit": 1, "member.withdraw": 2}, (4,))
    (only,) = caught.value.faults
    return only.code, only.pointer


def test_the_type_chooses() -> None:
    assert chosen({"type": "member.withdraw"}, {"member.admit": 1, "member.withdraw": 2}) == 2


def test_what_has_no_type_of_ours_is_refused_at_its_place() -> None:
    assert reason([]) == ("kind", (4,))
    assert reason({}) == ("missing", (4, "type"))
    assert reason({"type": 5}) == ("kind", (4, "type"))
    assert reason({"type": "member.admitt"}) == ("misspelt_type", (4, "type"))
    assert reason({"type": "xyz"}) == ("unknown_type", (4, "type"))
