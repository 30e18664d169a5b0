"""One fictitious meeting of ten cases, recorded through the API from the call to signed and published minutes.

    python -m demo.meeting_of_ten_cases          # on a server of its own, in a temporary database
    python -m demo.meeting_of_ten_cases --url http://127.0.0.1:8000 --key SECRET --book my-book

Its minutes are printed as text, as everyone may see them. Municipalities, people and matters are made up.
"""

from __future__ import annotations

import argparse
import json
import socket
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from demo.minutes_as_text import as_text
from demo.ten_cases import MEETING, commands_before_signing, publishing, signing

Fields = dict[str, Any]
Send = Callable[[str, str, Fields | None], Fields]
"""Sends a request, by method, path and body, and returns the answer. Raises RuntimeError where it is refused."""

BOOK = "skarsfjord-ikt"
STARTS_WITHIN = 20.0


def record(send: Send, book: str = BOOK) -> Fields:
    """Records the meeting, signs and publishes its minutes, and returns them as whoever sends may see them."""
    base = f"/api/v1/collaborations/{book}"
    for command in commands_before_signing():
        send("POST", f"{base}/entries", command)
    minutes = send("GET", f"{base}/meetings/{MEETING}/minutes", None)
    send("POST", f"{base}/entries", signing(minutes["minutes_sha256"]))
    send("POST", f"{base}/entries", publishing(minutes))
    return send("GET", f"{base}/meetings/{MEETING}/minutes", None)


# Over HTTP -------------------------------------------------------------------------------


def over_http(url: str, key: str | None) -> Send:
    """Returns how to send requests to a server, with a key or as anyone."""

    def send(method: str, path: str, body: Fields | None) -> Fields:
        headers = {"Content-Type": "application/json", "Accept-Language": "nb"}
        if key is not None:
            headers["Authorization"] = f"Bearer {key}"
        data = None if body is None else json.dumps(body).encode()
        asked = urllib.request.Request(f"{url}{path}", data, headers, method=method)  # noqa: S310 - http, as it is asked for
        try:
            with urllib.request.urlopen(asked) as answer:  # noqa: S310
                found: Fields = json.load(answer)
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{body and body.get('type')}: {error.read().decode()}") from None
        return found

    return send


@contextmanager
def own_server() -> Iterator[tuple[str, str]]:
    """Yields the address of a server on a temporary database, and a secretary's key to it."""
    import uvicorn

    from api.app import create_app
    from api.composition import house
    from api.settings import Settings
    from ledger import keys
    from ledger.location import locate

    with (
        tempfile.TemporaryDirectory() as folder,
        house(locate(f"sqlite:///{Path(folder) / 'book.db'}")) as opened,
        socket.create_server(("127.0.0.1", 0)) as listener,
    ):
        config = uvicorn.Config(create_app(opened, Settings(_env_file=None)), log_level="warning")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        until = time.monotonic() + STARTS_WITHIN
        while not server.started and time.monotonic() < until:
            time.sleep(0.02)
        try:
            yield (
                f"http://127.0.0.1:{listener.getsockname()[1]}",
                keys.create(opened.ledger, "demo-secretary", "secretary"),
            )
        finally:
            server.should_exit = True
            thread.join()


def main(arguments: list[str] | None = None) -> None:
    """Records the meeting and writes its public minutes to standard output."""
    parser = argparse.ArgumentParser(prog="python -m demo.meeting_of_ten_cases", description=__doc__)
    parser.add_argument("--url", help="a running server; left out: one of its own, on a temporary database")
    parser.add_argument("--key", help="a secretary's key, for --url")
    parser.add_argument("--book", default=BOOK, help="the id of the collaboration, which must be new")
    given = parser.parse_args(arguments)
    if given.url is not None:
        _run(given.url.rstrip("/"), given.key, given.book)
        return
    with own_server() as (url, key):
        _run(url, key, given.book)


def _run(url: str, key: str | None, book: str) -> None:
    record(over_http(url, key), book)
    public = over_http(url, None)("GET", f"/api/v1/collaborations/{book}/meetings/{MEETING}/minutes", None)
    sys.stdout.write(as_text(public))


if __name__ == "__main__":
    main()
