"""The same commands through HTTP, beside the same server, authentication included, answering them with a constant.

The server is a process of its own, as `styringsbok serve` starts one; the callers are coroutines on raw connections
that are kept open, each sending its next request when the last is answered.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.append import FOUND
from bench.cluster import postgresql
from bench.measure import Section, compare, rates
from domain.collaboration import COMMANDS
from ledger import keys
from ledger.application import Ledger
from ledger.collecting import collect_seldom
from ledger.deciding import Submission
from ledger.location import Location, PostgresLocation, SQLiteLocation, locate

EACH = 640
"""Requests in one round of one alternative."""
CALLERS = 64
ENTRIES = "/api/v1/collaborations/test/entries"
CONSTANT = "/constant"
STORED = "/api/v1/collaborations/test/entries/1"
OK = (b"200", b"201", b"304")
ANSWER = b'{"entries":[],"repeated":false}'

_numbers = itertools.count(1)


# The server ------------------------------------------------------------------------------


def serve(place: Location) -> None:
    """Serves a book and, under `/constant`, an answer that never changes. Says its port first."""
    import uvicorn
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    from api.app import create_app
    from api.cli.serving import listening
    from api.composition import open_house
    from api.settings import Settings

    app = create_app(open_house(place), Settings())

    async def constant(request: Request) -> Response:
        await request.body()
        return Response(ANSWER, media_type="application/json")

    app.router.routes.insert(0, Route(CONSTANT, constant, methods=["GET", "POST"]))
    config = uvicorn.Config(app, log_level="warning", server_header=False, proxy_headers=False)
    collect_seldom()
    with listening(Settings(), "127.0.0.1", 0) as listener:
        print(listener.getsockname()[1], flush=True)
        uvicorn.Server(config).run(sockets=[listener])


@contextmanager
def serving(place: Location) -> Iterator[int]:
    """Yields the port of a server in a process of its own."""
    url = place.url if isinstance(place, PostgresLocation) else f"sqlite:///{place.book}"
    command = [sys.executable, "-m", "bench.requests", url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ}) as server:  # noqa: S603
        if server.stdout is None:
            raise RuntimeError("the server cannot say its port")
        try:
            yield int(server.stdout.readline())
        finally:
            server.terminate()


# The callers -----------------------------------------------------------------------------


def request(
    method: str, path: str, key: str, body: bytes = b"", identity: str | None = None, tag: str | None = None
) -> bytes:
    """Returns a request as it goes over the wire; `tag` is what the asker has seen."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", f"Authorization: Bearer {key}"]
    if tag is not None:
        lines.append(f"If-None-Match: {tag}")
    if identity is not None:
        lines += ["Content-Type: application/json", f"Idempotency-Key: {identity}", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def _answered(reader: asyncio.StreamReader) -> bytes:
    """Returns the status of the next answer, read whole."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = next((line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), b":0")
    await reader.readexactly(int(length.partition(b":")[2]))
    return head.split(b" ", 2)[1]


def round_of(port: int, callers: int, sent: Callable[[], bytes]) -> Callable[[], int]:
    """Returns a round of requests by so many callers. Raises RuntimeError at an answer that is none of success."""

    async def call(times: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(times):
            writer.write(sent())
            status = await _answered(reader)
            if status not in OK:
                raise RuntimeError(f"answered {status!r}")
        writer.close()

    async def all_of_them() -> None:
        await asyncio.gather(*(call(EACH // callers) for _ in range(callers)))

    def run() -> int:
        asyncio.run(all_of_them())
        return EACH

    return run


def run() -> list[Section]:
    """Measures commands and reads through HTTP, and commands where the book is on PostgreSQL."""
    with tempfile.TemporaryDirectory() as name:
        sections = _measured(SQLiteLocation(Path(name) / "book.db"), "SQLite")
    with postgresql() as url:
        return sections if url is None else [*sections, *_measured(PostgresLocation(url), "PostgreSQL")]


def _measured(place: Location, engine: str) -> list[Section]:
    ledger = Ledger(place)
    ledger.record(Submission("test", (COMMANDS["collaboration.found"].model_validate_json(FOUND),), "bench"))
    key = keys.create(ledger, "bench", "secretary")
    ledger.close()
    with serving(place) as port:
        written, seen = compare(_writing(port, key)), compare(_reading(port, key))
    return [
        rates(f"Commands through HTTP, {engine}", "requests/s", written),
        rates(f"Reads through HTTP, {engine}", "requests/s", seen),
    ]


def _writing(port: int, key: str) -> dict[str, Callable[[], int]]:
    def office(path: str) -> Callable[[], bytes]:
        def sent() -> bytes:
            number = next(_numbers)
            body = f'{{"type":"office.establish","office_id":"o{number}","title":"Test","kind":"other"}}'.encode()
            return request("POST", path, key, body, f"bench-{number}")

        return sent

    return {
        "a constant to the same request, 64 callers": round_of(port, CALLERS, office(CONSTANT)),
        "a command recorded, 64 callers": round_of(port, CALLERS, office(ENTRIES)),
        "a command recorded, 8 callers": round_of(port, 8, office(ENTRIES)),
        "a command recorded, 1 caller": round_of(port, 1, office(ENTRIES)),
    }


def _reading(port: int, key: str) -> dict[str, Callable[[], int]]:
    def read(path: str, tag: Callable[[], str] | None = None) -> Callable[[], bytes]:
        return lambda: request("GET", path, key, tag=None if tag is None else tag())

    def one_of_its_own() -> str:
        return f'"{next(_numbers)}"'

    return {
        "a constant, 64 callers": round_of(port, CALLERS, read(CONSTANT)),
        "a stored entry, asked for again, 64 callers": round_of(port, CALLERS, read(STORED)),
        "the same, nothing changed (304), 64 callers": round_of(port, CALLERS, read(STORED, lambda: "*")),
        "the same, never asked so before, 64 callers": round_of(port, CALLERS, read(STORED, one_of_its_own)),
    }


if __name__ == "__main__":
    serve(locate(sys.argv[1]))
