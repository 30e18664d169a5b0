"""What was answered is answered again from memory, and never once anything has changed that it follows from."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from starlette.types import Message, Receive, Scope, Send

from api.composition import House
from api.response_cache import ANSWER_BYTES_MAX, BYTES_MAX, OVERHEAD_BYTES, ResponseCache
from ledger import keys
from ledger.location import SQLiteLocation
from ledger.watching import Versions, Watch
from tests.api.asgi import Answer, Sent, send
from tests.api.spec import BASE, SHIELD, Door, get, post, service

JSON_HEADERS = {"content-type": "application/json", "etag": '"1"'}


# On an application that counts what it is asked ----------------------------------------------


class StillWatch(Watch):
    """A watch that says what it is told to."""

    def __init__(self) -> None:
        self.now: Versions | None = (1, 1)

    def versions(self) -> Versions | None:
        """Returns what was set."""
        return self.now


@dataclass
class Counting:
    """An application that answers with how often it was asked."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: dict(JSON_HEADERS))
    padding: int = 0
    pieces: int = 1
    asked: int = 0

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Answers one request."""
        self.asked += 1
        headers = [(name.encode(), value.encode()) for name, value in self.headers.items()]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        for piece in range(self.pieces):
            body = str(self.asked).encode() + b" " * self.padding
            message: Message = {"type": "http.response.body", "body": body, "more_body": piece + 1 < self.pieces}
            await send(message)


class Asked:
    """An application with a cache before it, and a day to turn."""

    def __init__(self, app: Counting) -> None:
        self.app = app
        self.watch = StillWatch()
        self.day = date(2026, 11, 24)
        self.cache = ResponseCache(app, self.watch, lambda: self.day)

    async def get(self, url: str = f"{BASE}/a", method: str = "GET", **headers: str) -> Answer:
        """Returns the answer to a request."""
        told = tuple((name.replace("_", "-"), value) for name, value in headers.items())
        return await send(self.cache, Sent(method, url, told))

    async def is_kept(self, url: str = f"{BASE}/a", **headers: str) -> bool:
        """Returns whether the second of two equal requests is answered from memory, as the first was."""
        first, before = await self.get(url, **headers), self.app.asked
        second = await self.get(url, **headers)
        if self.app.asked > before:
            return False
        assert second == first
        return True


pytestmark = pytest.mark.anyio


async def test_the_same_question_is_answered_from_memory() -> None:
    assert await Asked(Counting()).is_kept()


@pytest.mark.parametrize(
    ("url", "headers"),
    [
        (f"{BASE}/b", {}),
        (f"{BASE}/a?entry=1", {}),
        (f"{BASE}/a", {"authorization": "Bearer other"}),
        (f"{BASE}/a", {"if_none_match": '"1"'}),
    ],
)
async def test_another_question_is_another(url: str, headers: dict[str, str]) -> None:
    asked = Asked(Counting())
    await asked.get()
    assert (await asked.get(url, **headers)).body == b"2"
    assert (await asked.get()).body == b"1"


async def test_headers_no_answer_depends_on_make_no_other_question() -> None:
    asked = Asked(Counting())
    await asked.get(user_agent="one", accept_language="nb")
    assert (await asked.get(user_agent="two", accept_language="en")).body == b"1"


@pytest.mark.parametrize("what", ["book", "views", "day", "unknown"])
async def test_all_is_forgotten_when_something_changed(what: str) -> None:
    asked = Asked(Counting())
    await asked.get()
    if what == "day":
        asked.day = date(2026, 11, 25)
    else:
        asked.watch.now = {"book": (2, 1), "views": (1, 2), "unknown": None}[what]
    assert (await asked.get()).body == b"2"
    assert await asked.is_kept() is (what != "unknown")


async def test_what_was_asked_before_a_change_and_answered_after_it_is_not_kept() -> None:
    class Slow(Counting):
        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            await super().__call__(scope, receive, send)
            if self.asked == 1:
                asked.watch.now = (2, 1)
                await asked.get(f"{BASE}/other")

    asked = Asked(Slow())
    await asked.get()
    assert (await asked.get()).body == b"3"


@pytest.mark.parametrize(
    "app",
    [
        Counting(status=404),
        Counting(status=503),
        Counting(headers={"content-type": "application/json"}),
        Counting(headers={"content-type": "application/octet-stream", "etag": '"1"'}),
        Counting(padding=ANSWER_BYTES_MAX),
        Counting(pieces=2),
        Counting(pieces=3),
    ],
)
async def test_other_answers_are_made_anew(app: Counting) -> None:
    assert not await Asked(app).is_kept()


async def test_word_that_nothing_has_changed_is_kept() -> None:
    assert await Asked(Counting(status=304, headers={"etag": '"1"'})).is_kept(if_none_match='"1"')


@pytest.mark.parametrize(
    ("url", "method"), [("/api/v1/attachments/ab", "GET"), ("/", "GET"), (f"{BASE}/a", "HEAD"), (f"{BASE}/a", "POST")]
)
async def test_documents_pages_and_other_methods_are_passed_on(url: str, method: str) -> None:
    asked = Asked(Counting())
    assert [(await asked.get(url, method)).body for _ in range(2)] == [b"1", b"2"]


async def test_memory_is_bounded_and_what_was_asked_longest_ago_goes() -> None:
    asked = Asked(Counting(padding=ANSWER_BYTES_MAX - 10))
    many = BYTES_MAX // (ANSWER_BYTES_MAX + OVERHEAD_BYTES)
    for number in range(many):
        await asked.get(f"{BASE}/{number}")
    assert await asked.is_kept(f"{BASE}/0")
    await asked.get(f"{BASE}/{many}")
    before = asked.app.asked
    await asked.get(f"{BASE}/0")
    assert asked.app.asked == before
    await asked.get(f"{BASE}/1")
    assert asked.app.asked == before + 1


async def test_answers_without_a_body_are_bounded_too() -> None:
    asked = Asked(Counting(status=304, headers={"etag": '"1"'}))
    for number in range(2 * BYTES_MAX // OVERHEAD_BYTES):
        await asked.get(if_none_match=f'*, "{number}"')
    assert 0 < len(asked.cache._answers) <= BYTES_MAX // OVERHEAD_BYTES
    assert asked.cache._bytes <= BYTES_MAX


# On a book -----------------------------------------------------------------------------------


def asked_of(house: House, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Returns a list that grows with every question put to the book or its rows."""
    asked: list[str] = []
    for part in (house.ledger, house.views):
        real = part.query

        def query(statement: str, params: object = (), real: object = real) -> object:
            asked.append(statement)
            return real(statement, params)  # type: ignore[operator]

        monkeypatch.setattr(part, "query", query)
    return asked


def test_an_entry_read_again_asks_the_book_nothing(sqlite_door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    sqlite_door.given()
    asked = asked_of(sqlite_door.house, monkeypatch)
    first = sqlite_door.send(get("entries/1", by="auditor"))
    assert asked
    asked.clear()
    again = sqlite_door.send(get("entries/1", by="auditor"))
    assert not asked
    assert (again.content, again.headers) == (first.content, first.headers)


def test_on_postgresql_nothing_is_kept(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    door.given()
    door.see("entries/1")
    asked = asked_of(door.house, monkeypatch)
    door.see("entries/1")
    assert bool(asked) is not isinstance(door.house.ledger.location, SQLiteLocation)


def test_what_is_recorded_shows_in_the_next_answer(sqlite_door: Door) -> None:
    sqlite_door.given()
    assert sqlite_door.see("services")["rows"] == []
    sqlite_door.send(post(service("drift")))
    assert [row["id"] for row in sqlite_door.see("services")["rows"]] == ["drift"]


def test_a_tag_is_as_good_as_the_book_it_was_given_for(sqlite_door: Door) -> None:
    sqlite_door.given()
    tag = sqlite_door.send(get("services")).headers["etag"]
    assert [sqlite_door.send(get("services", if_none_match=tag)).status_code for _ in range(2)] == [304, 304]
    sqlite_door.send(post(service("drift")))
    assert sqlite_door.send(get("services", if_none_match=tag)).status_code == 200


def test_a_revoked_key_opens_nothing_it_opened_before(sqlite_door: Door) -> None:
    sqlite_door.given(service("drift", access=SHIELD))
    assert sqlite_door.see("entries/2", by="auditor")["entry"]["event"]["service_id"] == "drift"
    assert "event" not in sqlite_door.see("entries/2")["entry"]
    (key,) = [one for one in keys.listed(sqlite_door.house.ledger) if one.role == "auditor"]
    keys.revoke(sqlite_door.house.ledger, key.fingerprint)
    assert sqlite_door.send(get("entries/2", by="auditor")).status_code == 401


def test_a_shield_that_ends_today_hides_nothing_tomorrow(sqlite_door: Door) -> None:
    sqlite_door.given(service("drift", access={**SHIELD, "until": "2026-11-25"}))
    assert "event" not in sqlite_door.see("entries/2")["entry"]
    sqlite_door.clock.turn(days=1)
    assert "event" in sqlite_door.see("entries/2")["entry"]


def test_a_row_changed_behind_the_server_is_not_answered_from_memory(sqlite_door: Door) -> None:
    sqlite_door.given()
    sqlite_door.see("entries/1")
    location = sqlite_door.house.ledger.location
    assert isinstance(location, SQLiteLocation)
    change = (
        "import sqlite3, sys; book = sqlite3.connect(sys.argv[1]);"
        "book.execute('DROP TRIGGER stored_events_no_update');"
        "book.execute('UPDATE stored_events SET state = ?', (b'{}',)); book.commit()"
    )
    subprocess.run([sys.executable, "-c", change, location.book], check=True)
    assert sqlite_door.send(get("entries/1")).json()["code"] == "damaged_entry"


# The watch -----------------------------------------------------------------------------------


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[tuple[SQLiteLocation, Watch]]:
    """Two files and what watches them."""
    location = SQLiteLocation(tmp_path / "bø?k.db")
    for path in (location.book, location.views):
        with closing(sqlite3.connect(path)) as file:
            file.executescript("PRAGMA journal_mode=WAL; CREATE TABLE t (n); INSERT INTO t VALUES (1)")
    with closing(Watch(location)) as watch:
        yield location, watch


@pytest.mark.parametrize("file", ["book", "views"])
def test_a_commit_to_either_file_is_told(watched: tuple[SQLiteLocation, Watch], file: str) -> None:
    location, watch = watched
    before = watch.versions()
    with closing(sqlite3.connect(getattr(location, file))) as other:
        other.execute("SELECT n FROM t").fetchall()
        assert watch.versions() == before
        other.execute("INSERT INTO t VALUES (2)")
        assert watch.versions() == before
        other.commit()
        assert watch.versions() != before


def test_where_it_cannot_be_told_that_is_said(watched: tuple[SQLiteLocation, Watch]) -> None:
    _, watch = watched
    watch.close()
    assert watch.versions() is None
