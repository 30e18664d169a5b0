"""Whatever happens to a book, an answer from memory is the one that would be made anew, to the last header.

One house, two applications: one with a cache, and one without. Both are asked the same, by chance and again and
again, while entries, keys, shields, erasures, days, faults, late rows and other processes come between.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from fastapi import FastAPI

from api.app import create_app
from api.composition import House, open_house
from api.response_cache import ResponseCache
from api.settings import Settings
from domain.collaboration import Collaboration
from domain.kernel import Rejection
from ledger import keys
from ledger.deciding import Submission
from ledger.errors import BookHeld, UnknownCollaboration
from ledger.keys import ROLES
from ledger.location import SQLiteLocation, locate
from projections.projection import Projection, Row
from projections.registry import ALL, BY_NAME
from tests.api.asgi import Answer, Sent, send
from tests.api.spec import BASE
from tests.ledger.support import founding, service
from tests.ledger.support import send as submission
from tests.properties.histories import Teller

BOOK, OTHER = "provesamarbeidet", "nabosamarbeidet"
SEEDS = range(4)
STEPS = 60
AGAIN, RECENT = 4, 8
"""How many of the last so many questions are asked again after each step."""

VIEWS = (
    "", "", "entries", "entries", "minute-book", "members", "members",
    "history", "organisation-map", "annual-wheel", "audit-desk", "strategy-map", "sla-ladder",
    "benefits-line", "why-are-we-here", "authority-map", "pitfall-radar", "readiness-pairs", "formality-meter",
    "budget-columns/2026", "bill/m-1", "members/m-1/departure-checklist", "meetings/moete-1/minutes", "log/keys",
    "log/policy", "log/checkpoint", "log/consistency?first=1&second=2", "could-they?office=leder&power=spend",
)  # fmt: skip
WORDS = (
    "entry=1", "entry=2", "%65ntry=3", "entry=9", "entry=+4", "effective_on=all", "effective_on=2026-01-01", "limit=1",
    "effective_on=2026%2D01-01", "limit=3", "after=0000000002", "x=%F8", "recorded_as_of=2026-11-24T08:00:00%2B01:00",
    "recorded_as_of=2020-01-01T00:00:00Z", "entry=1&entry=2", "subject=member:m-1",
)  # fmt: skip


@dataclass
class World:
    """A house with an application that has a cache and one that has none, and what has come of it."""

    house: House
    caching: FastAPI
    plain: FastAPI
    r: Random
    teller: Teller
    secrets: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=lambda: ["*"])
    asked: list[Sent] = field(default_factory=list)
    now: list[datetime] = field(default_factory=list)

    @property
    def location(self) -> SQLiteLocation:
        """Where the book is."""
        assert isinstance(self.house.ledger.location, SQLiteLocation)
        return self.house.ledger.location

    # What is asked ---------------------------------------------------------------------

    def questions(self) -> list[Sent]:
        """Returns requests: a new one, the same address asked for otherwise, and some that were sent before."""
        before, address = self.r.sample(self.asked, min(len(self.asked), AGAIN)), self.address()
        new = [self.question(address), self.question(address)]
        self.asked = [*self.asked, *new][-RECENT:]
        return [*before, *new]

    def question(self, address: str) -> Sent:
        """Returns a request for what is at an address."""
        headers: list[tuple[str, str]] = []
        if self.secrets and self.r.random() < 0.7:
            scheme = self.r.choice(("Bearer", "Bearer", "bearer", "Basic"))
            headers.append(("authorization", f"{scheme} {self.r.choice(self.secrets)}"))
        if self.r.random() < 0.4:
            headers.append(("if-none-match", self.r.choice(self.tags[-4:])))
        if self.r.random() < 0.3:
            headers.append(("origin", f"https://{self.r.choice('ab')}.example"))
        if self.r.random() < 0.3:
            headers.append(("accept-language", self.r.choice(("nb", "nn", "en"))))
        return Sent(self.r.choice(("GET", "GET", "GET", "HEAD")), address, tuple(headers))

    def address(self) -> str:
        """Returns the address of something to read, written in one way or another."""
        book = self.r.choice((BOOK, BOOK, BOOK, OTHER, "ukjent", "%70rovesamarbeidet"))
        rest = self.r.choice((*VIEWS, f"entries/{self.r.randint(1, 30)}", *self.r.sample(sorted(BY_NAME), 20)))
        path = BASE if self.r.random() < 0.05 else f"{BASE}/{book}/{rest}".rstrip("/")
        words = self.r.sample(WORDS, self.r.choice((0, 0, 1, 1, 2)))
        return path + ("&" if "?" in path else "?") * bool(words) + "&".join(words)

    # What happens ----------------------------------------------------------------------

    def record(self) -> None:
        """Records what comes next in the history, if the rules let it."""
        self.teller.turn()
        self.now[0] = max(self.now[0], self.teller.clock())
        try:
            command = self.teller.tell(self.house.ledger.book(BOOK).state)
            self.house.ledger.record(Submission(BOOK, (command,), "teller"))
        except Rejection as rejection:
            self.teller.met.add(rejection.code)

    def record_next_door(self) -> None:
        """Records something in the other book."""
        head = self.house.ledger.head(OTHER)
        self.house.ledger.record(submission(service(f"s-{head}") if head else founding(), book=OTHER))

    def late(self) -> None:
        """Lets an entry come without its rows, or the rows that have not come yet."""
        listeners = self.house.ledger.listeners
        if listeners:
            listeners.clear()
            self.record()
        else:
            listeners.append(self.house.projector.follow)
            self.house.projector.catch_up()

    def give_key(self) -> None:
        """Makes a key."""
        books = self.r.choice((keys.ALL_BOOKS, BOOK, OTHER))
        self.secrets.append(keys.create(self.house.ledger, "noen", self.r.choice(ROLES), books))

    def revoke_key(self) -> None:
        """Revokes a key."""
        for key in self.r.sample(given := keys.listed(self.house.ledger), min(1, len(given))):
            keys.revoke(self.house.ledger, key.fingerprint)

    def from_outside(self) -> None:
        """Lets another connection change what the keys open, or what rows say."""
        file, statement = self.r.choice((
            (self.location.book, f"UPDATE api_keys SET role = '{self.r.choice(ROLES)}'"),
            (self.location.book, f"DELETE FROM api_keys WHERE role = '{self.r.choice(ROLES)}'"),
            (self.location.views, "UPDATE view_members SET access = 'shielded'"),
            (self.location.views, "DELETE FROM view_minute_book"),
        ))  # fmt: skip
        with closing(sqlite3.connect(file)) as connection, connection:
            connection.execute(statement)

    def stop(self) -> None:
        """Lets a projection stop at the next entry, or goes on with all and builds the rows anew."""
        views = self.house.views
        if any(views.faults()) or self.r.random() < 0.5:
            views.projections = {projection.name: projection for projection in ALL}
            list(self.house.projector.rebuild([BOOK]))
            return
        name = self.r.choice(("members", "offices", "persons"))
        views.projections = {**views.projections, name: failing(views.projections[name])}
        self.record()

    def hold(self) -> None:
        """Holds the book, so that nothing is recorded in it, and lets it go."""
        self.house.ledger.hold("2026-11-24T08:00:00.000000Z", "restored", [BOOK])
        with pytest.raises((BookHeld, UnknownCollaboration)):
            self.house.ledger.record(Submission(BOOK, (service("x"),), "teller"))
        self.house.ledger.let_go(BOOK)

    def sleep(self) -> None:
        """Lets a day or a second go by."""
        self.now[0] += self.r.choice((timedelta(days=1), timedelta(days=40), timedelta(seconds=1)))

    def nothing(self) -> None:
        """Lets nothing happen."""

    def happens(self) -> None:
        """Lets something happen."""
        what: tuple[Callable[[], None], ...] = (
            self.record_next_door, self.late, self.give_key, self.revoke_key, self.from_outside, self.stop, self.hold,
            self.sleep,
        )  # fmt: skip
        self.r.choice((*[self.record] * 8, *what, *[self.nothing] * 4))()


def failing(projection: Projection) -> Projection:
    """Returns a projection that stops at whatever it is to render."""

    def rows(_state: Collaboration, subject_id: str) -> Iterator[Row]:
        raise LookupError(subject_id)

    return replace(projection, render=rows)


@contextmanager
def world_of(seed: int, url: str) -> Iterator[World]:
    """Yields a world with nothing in it."""
    teller = Teller(seed)
    now = [teller.clock()]
    house = open_house(locate(url), clock=lambda: now[0])
    settings = Settings(_env_file=None, cors_origins=("https://a.example", "https://b.example"))
    caching, plain = create_app(house, settings), create_app(house, settings)
    plain.user_middleware = [one for one in plain.user_middleware if one.cls is not ResponseCache]  # type: ignore[comparison-overlap]
    assert len(plain.user_middleware) + 1 == len(caching.user_middleware)
    try:
        yield World(house, caching, plain, Random(seed), teller, now=now)
    finally:
        house.close()


def seen(answer: Answer) -> tuple[int, dict[str, str], Any]:
    """Returns an answer but for the id that every problem has of its own."""
    headers = {name: value for name, value in answer.headers.items() if name != "x-request-id"}
    if answer.headers.get("content-type") != "application/problem+json":
        return answer.status, headers, answer.body
    headers.pop("content-length")
    told = answer.problem if answer.body else {}
    return answer.status, headers, {name: told[name] for name in told if name not in ("instance", "request_id")}


@pytest.mark.anyio
@pytest.mark.parametrize("seed", SEEDS)
async def test_an_answer_from_memory_is_the_one_that_would_be_made_anew(seed: int, sqlite_url: str) -> None:
    answered = 0
    with world_of(seed, sqlite_url) as world:
        for step in range(STEPS):
            world.happens()
            for question in world.questions():
                answer = await send(world.caching, question)
                anew = await send(world.plain, question)
                assert seen(answer) == seen(anew), (step, question)
                answered += answer.status in (200, 304)
                if "etag" in answer.headers:
                    world.tags.append(answer.headers["etag"])
    assert answered > STEPS
