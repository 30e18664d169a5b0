"""What tests of the pages are written in: a reader who asks for pages and sees what they say."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from importlib.resources import files
from io import BytesIO
from typing import Any

import httpx2
from starlette.testclient import TestClient

from api.app import create_app
from api.composition import House
from api.importing import parse
from api.minutes.routes import minutes_of
from api.pages.looking import Look, point_of
from api.settings import Settings
from demo.ten_cases import MEETING, commands_before_signing, publishing, signing
from ledger.deciding import Submission
from ledger.location import SQLiteLocation
from tests.spec import command

BOOK = "provesamarbeidet"
FOUNDERS = [{"member_id": "nordvik", "name": "Nordvik"}, {"member_id": "sorvik", "name": "Sørvik"}]
TEN_CASES = "skarsfjord-ikt"
"""The book of the meeting of ten cases."""
MEETING_OF_TEN = MEETING
"""The id of that meeting."""
INLINE = frozenset({"a", "code", "strong", "time"})
"""Elements within a word's reach: those before and after them may stand close."""
VOID = frozenset({"meta", "link", "input", "br"})
SHIELD = {"level": "shielded", "legal_basis": "offentleglova § 13"}


def record_ror_ikt(house: House) -> None:
    """Records the history of ROR-IKT."""
    history = BytesIO((files("demo") / "ror-ikt.ndjson").read_bytes())
    for lines in parse(history, "nb", 1).values():
        house.ledger.record_all(line.submission for line in lines)


def record(house: House, type_: str, /, **fields: Any) -> int:
    """Records one command in the book of a test and returns the number of its entry."""
    sent = Submission(BOOK, (command(type_, **fields),), "secretary-1")
    return house.ledger.record(sent).recorded[-1].entry.number


def found(house: House, **fields: Any) -> None:
    """Founds the book of a test, an informal collaboration of two municipalities."""
    given = {"name": "Prøvesamarbeidet", "legal_form": "informal", "founders": FOUNDERS, "effective": "2020-01-01"}
    record(house, "collaboration.found", **{**given, **fields})


def record_ten_cases(house: House) -> None:
    """Records the fictitious meeting of ten cases in a book of its own, with minutes that are signed and published."""

    def sent(told: dict[str, Any]) -> None:
        fields = {name: value for name, value in told.items() if name != "type"}
        house.ledger.record(Submission(TEN_CASES, (command(told["type"], **fields),), "secretary-1"))

    for told in commands_before_signing():
        sent(told)
    minutes = minutes_of(house, point_of(house, TEN_CASES, Look()), MEETING)
    sent(signing(minutes["minutes_sha256"]))
    sent(publishing(minutes))


def spoil(house: House, number: int) -> None:
    """Changes the stored bytes of an entry behind the program's back."""
    assert isinstance(house.ledger.location, SQLiteLocation)
    with closing(sqlite3.connect(house.ledger.location.book)) as connection, connection:
        for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        spoilt = "replace(CAST(state AS TEXT), 'nordvik', 'bergvik')"
        connection.execute(f"UPDATE stored_events SET state = {spoilt} WHERE originator_version = ?", (number,))


# What a reader sees ----------------------------------------------------------------------


@dataclass(frozen=True)
class Element:
    """One element of a page."""

    tag: str
    attributes: dict[str, str]
    above: tuple[str, ...]
    """Names of the elements around it, the outermost first."""


class _Reading(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self.words: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}, tuple(self.open)))
        self._apart(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        self._apart(tag)

    def _apart(self, tag: str) -> None:
        if tag not in INLINE:
            self.words.append(" ")

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@dataclass(frozen=True)
class Seen:
    """A page as a reader sees it."""

    status: int
    headers: httpx2.Headers
    html: str
    elements: list[Element] = field(default_factory=list)
    text: str = ""
    """Everything it says, with single spaces."""

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """Returns the elements of a name that have these attributes; an underscore stands for a hyphen."""
        wanted = {name.strip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [e for e in self.elements if e.tag == tag and wanted.items() <= e.attributes.items()]

    @property
    def links(self) -> list[str]:
        """Where its links lead."""
        return [element.attributes["href"] for element in self.all("a")]


def said(words: list[str]) -> str:
    """Returns the words of a page with single spaces, and none before a stop."""
    return re.sub(r" ([,.:;])", r"\1", " ".join("".join(words).split()))


def read(answer: httpx2.Response) -> Seen:
    """Returns an answer as a reader sees it. Fails where its elements are not closed in order."""
    assert answer.headers["content-type"] == "text/html; charset=utf-8", answer.text[:500]
    reading = _Reading()
    reading.feed(answer.text)
    reading.close()
    assert reading.open == []
    return Seen(answer.status_code, answer.headers, answer.text, reading.elements, said(reading.words))


@dataclass(frozen=True)
class Visitor:
    """Someone with a browser and no key."""

    client: TestClient
    house: House

    def see(self, url: str, *, status: int = 200, language: str = "nb") -> Seen:
        """Asks for a page, asserts its status and returns what it says."""
        headers = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": language}
        seen = read(self.client.get(url, headers=headers))
        assert seen.status == status, seen.text
        return seen

    def json(self, url: str) -> Any:
        """Asks as a program does."""
        return json.loads(self.client.get(url).content)


@contextmanager
def visit(house: House) -> Iterator[Visitor]:
    """Yields a reader of the pages over a house."""
    with TestClient(create_app(house, Settings())) as client:
        yield Visitor(client, house)
