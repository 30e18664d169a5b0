"""Stands before the routes and passes on only complete bodies within the limits."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.field_errors import excerpt
from api.intake.limits import LIMITS, IntakeLimits
from api.problems import Refused, problem_response

_BODILESS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_LENGTH_DIGITS_MAX: Final = 18
"""Digits of a declared length that are looked at; the limit has far fewer."""


class LimitIntake:
    """ASGI middleware: answers what is too long, too large, too slow or of the wrong kind, and passes on the rest.

    A route behind it gets its whole body in one message, unless its limits say that it is streamed. Bodies of GET, HEAD
    and OPTIONS are neither read nor kept. `elsewhere` holds other limits for paths that begin with its keys; the
    longest that fits counts.
    """

    def __init__(
        self, app: ASGIApp, limits: IntakeLimits = LIMITS, elsewhere: Mapping[str, IntakeLimits] | None = None
    ) -> None:
        self._app = app
        self._limits = limits
        self._elsewhere = sorted((elsewhere or {}).items(), key=lambda item: -len(item[0]))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request. Raises what the application raises."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        limits = self._limits_for(scope["path"])
        incoming = _Incoming(receive)
        try:
            _check_url(scope, limits)
            if scope["method"] not in _BODILESS:
                described = _description(scope["headers"])
                if limits.streamed:
                    _check_declared(described, limits)
                    return await self._app(scope, _counted(receive, limits), send)
                body = await _whole_body(incoming, described, limits)
                if body is None:
                    return None
                receive = _replaying(body, receive)
        except Refused as refused:
            whole = scope["method"] in _BODILESS or await _discard(scope, incoming, refused, limits)
            if not whole and scope["http_version"].startswith("1"):
                # What is left of the body must not keep the connection, nor be taken for the next request.
                refused.headers["Connection"] = "close"
            return await problem_response(scope, refused)(scope, receive, send)
        return await self._app(scope, receive, send)

    def _limits_for(self, path: str) -> IntakeLimits:
        return next((limits for prefix, limits in self._elsewhere if path.startswith(prefix)), self._limits)


class _Incoming:
    """A request's body on its way in."""

    __slots__ = ("_receive", "ended")

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self.ended = False
        """True when nothing more comes: the body is whole, or the caller has gone."""

    async def next(self) -> Message:
        """Returns the next message."""
        message = await self._receive()
        self.ended = message["type"] != "http.request" or not message.get("more_body", False)
        return message


def _check_url(scope: Scope, limits: IntakeLimits) -> None:
    path: bytes = scope.get("raw_path") or scope["path"].encode()
    if len(path) + len(scope["query_string"]) > limits.url_bytes_max:
        raise Refused("url_too_long", limit_bytes=limits.url_bytes_max)


_DESCRIBING = frozenset({b"content-length", b"transfer-encoding", b"content-type", b"content-encoding"})
"""Headers that say what a body is; each at most once, or always the same."""


def _description(headers: list[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """Returns the headers that say what the body is. Raises Refused if they contradict each other."""
    found: dict[bytes, bytes] = {}
    for name, value in headers:
        if name in _DESCRIBING and found.setdefault(name, value) != value:
            raise Refused("conflicting_headers", header=name.decode())
    length = found.get(b"content-length")
    if length is not None and not length.isdigit():
        raise Refused("conflicting_headers", header="content-length")
    if length is not None and b"transfer-encoding" in found:
        raise Refused("conflicting_headers", header="transfer-encoding")
    return found


def _check_kind(described: Mapping[bytes, bytes], limits: IntakeLimits) -> None:
    if described.get(b"content-encoding", b"identity").strip().lower() != b"identity":
        raise Refused("unsupported_encoding")
    kind, *parameters = described.get(b"content-type", b"").decode("latin-1").lower().split(";")
    if kind.strip() not in limits.media_types:
        raise Refused("unsupported_media_type", accepted=list(limits.media_types))
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        charset = value.strip().strip('"')
        if name.strip() == "charset" and charset not in ("utf-8", "utf8"):
            raise Refused("unsupported_charset", charset=excerpt(charset))


def _check_declared(described: Mapping[bytes, bytes], limits: IntakeLimits) -> None:
    """Raises Refused for a body that says it is too large, or of another kind."""
    length = described.get(b"content-length")
    if length is not None and int(length[:_LENGTH_DIGITS_MAX]) > limits.body_bytes_max:
        raise Refused("body_too_large", limit_bytes=limits.body_bytes_max)
    _check_kind(described, limits)


def _counted(receive: Receive, limits: IntakeLimits) -> Receive:
    """Returns how to receive a body that is passed on as it comes. It raises Refused once it is too large."""
    size = 0

    async def counted() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > limits.body_bytes_max:
            raise Refused("body_too_large", headers={"Connection": "close"}, limit_bytes=limits.body_bytes_max)
        return message

    return counted


async def _whole_body(incoming: _Incoming, described: Mapping[bytes, bytes], limits: IntakeLimits) -> bytes | None:
    """Returns the body once all of it is there, None if the caller has gone. Raises Refused, unread where it can."""
    length = described.get(b"content-length")
    declared = None if length is None else int(length[:_LENGTH_DIGITS_MAX])
    if declared is not None and declared > limits.body_bytes_max:
        raise Refused("body_too_large", limit_bytes=limits.body_bytes_max)
    if declared or b"transfer-encoding" in described:
        _check_kind(described, limits)
    try:
        async with asyncio.timeout(limits.body_seconds_max):
            body = await _received(incoming, limits)
    except TimeoutError:
        raise Refused("body_too_slow", limit_seconds=limits.body_seconds_max) from None
    if body is not None and declared is not None and len(body) != declared:
        raise Refused("body_incomplete", declared_bytes=declared, received_bytes=len(body))
    if body:
        _check_kind(described, limits)
    return body


async def _received(incoming: _Incoming, limits: IntakeLimits) -> bytes | None:
    chunks: list[bytes] = []
    size = 0
    while not incoming.ended:
        message = await incoming.next()
        if message["type"] == "http.disconnect":
            return None
        chunk: bytes = message.get("body", b"")
        size += len(chunk)
        if size > limits.body_bytes_max:
            raise Refused("body_too_large", limit_bytes=limits.body_bytes_max)
        chunks.append(chunk)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


async def _discard(scope: Scope, incoming: _Incoming, refused: Refused, limits: IntakeLimits) -> bool:
    """Reads on, keeping nothing, and returns whether the body came to its end.

    A connection closed on one who is still sending is reset, and the answer lost. Not for one who drips, and not for
    one who waits to be told to send (RFC 9110 section 10.1.1).
    """
    if refused.code == "body_too_slow" or (b"expect", b"100-continue") in scope["headers"]:
        return incoming.ended
    size = 0
    with suppress(TimeoutError):
        async with asyncio.timeout(limits.body_seconds_max):
            while not incoming.ended and size <= limits.discarded_bytes_max:
                size += len((await incoming.next()).get("body", b""))
    return incoming.ended


def _replaying(body: bytes, receive: Receive) -> Receive:
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return waiting.pop() if waiting else await receive()

    return replay
