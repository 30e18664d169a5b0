"""An ASGI client that sends what no well-behaved client would: raw bytes, in any chunks, under any headers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from starlette.types import ASGIApp, Message

Header = tuple[str, str]


@dataclass(frozen=True)
class Sent:
    """A request as it goes out. `headers` leave nothing to be added."""

    method: str
    url: str
    headers: tuple[Header, ...]
    chunks: tuple[bytes, ...] = (b"",)

    @property
    def body(self) -> bytes:
        """The whole body."""
        return b"".join(self.chunks)


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    raised: Exception | None = None
    """What the application raised on to the server, after it answered."""

    @property
    def problem(self) -> dict[str, Any]:
        """The body as JSON."""
        found: dict[str, Any] = json.loads(self.body)
        return found


async def send(app: ASGIApp, sent: Sent) -> Answer:
    """Returns an application's answer to a request sent as it is. Raises what it raises without answering."""
    path, _, query = sent.url.partition("?")
    chunks = list(sent.chunks)
    messages: list[Message] = []

    async def receive() -> Message:
        if not chunks:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": chunks.pop(0), "more_body": bool(chunks)}

    async def answer(message: Message) -> None:
        messages.append(message)

    raised = None
    try:
        await app(_scope(sent, path, query), receive, answer)
    except Exception as error:
        if not messages:
            raise
        raised = error
    start, *rest = messages
    headers = {name.decode().lower(): value.decode("latin-1") for name, value in start["headers"]}
    return Answer(start["status"], headers, b"".join(message.get("body", b"") for message in rest), raised)


def _scope(sent: Sent, path: str, query: str) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": sent.method,
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [(b"host", b"test"), *((n.encode(), v.encode("latin-1")) for n, v in sent.headers)],
        "client": ("127.0.0.1", 50_000),
        "server": ("test", 80),
        "state": {},
    }
