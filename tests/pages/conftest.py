"""The pages over a real history and over books made for a test; and a browser on a real server."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, sync_playwright

from api.app import create_app
from api.composition import House, open_house
from api.settings import Settings
from ledger.location import SQLiteLocation
from tests.api.minutes_books import meeting_commands
from tests.pages.sheet_books import record_vindfjord
from tests.pages.support import Visitor, record, record_ror_ikt, record_ten_cases, visit

START_SECONDS = 30


@pytest.fixture(scope="session")
def ror_ikt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The house with the history of ROR-IKT in it; nothing more is recorded there."""
    house = open_house(SQLiteLocation(tmp_path_factory.mktemp("ror-ikt") / "book.db"))
    record_ror_ikt(house)
    yield house
    house.close()


@pytest.fixture(scope="session")
def real(ror_ikt: House) -> Iterator[Visitor]:
    """A reader of the pages over the history of ROR-IKT."""
    with visit(ror_ikt) as visitor:
        yield visitor


@pytest.fixture(scope="session")
def vindfjord(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    """A reader of the fictitious collaboration; nothing more is recorded there."""
    house = open_house(SQLiteLocation(tmp_path_factory.mktemp("vindfjord") / "book.db"))
    record_vindfjord(house)
    with visit(house) as visitor:
        yield visitor
    house.close()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A house with nothing in it."""
    house = open_house(SQLiteLocation(tmp_path / "book.db"))
    yield house
    house.close()


@pytest.fixture
def reader(house: House) -> Iterator[Visitor]:
    """A reader of the pages over the house of this test."""
    with visit(house) as visitor:
        yield visitor


@pytest.fixture(scope="session")
def ten_cases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    """A reader of the meeting of ten cases; nothing more is recorded there."""
    house = open_house(SQLiteLocation(tmp_path_factory.mktemp("ten-cases") / "book.db"))
    record_ten_cases(house)
    with visit(house) as visitor:
        yield visitor
    house.close()


# A browser -------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house with the history of ROR-IKT, and beside it two books with a meeting that has been held."""
    house = open_house(SQLiteLocation(tmp_path_factory.mktemp("shown") / "book.db"))
    record_ror_ikt(house)
    for told in meeting_commands():
        record(house, told["type"], **{name: value for name, value in told.items() if name != "type"})
    record_ten_cases(house)
    record_vindfjord(house)
    yield house
    house.close()


@pytest.fixture(scope="session")
def address(shown: House) -> Iterator[str]:
    """The address of a server with something to show on every page, on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(create_app(shown, Settings()), log_level="warning", lifespan="off", ws="none")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        give_up = time.monotonic() + START_SECONDS
        while not server.started and time.monotonic() < give_up:
            time.sleep(0.02)
        assert server.started
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(START_SECONDS)


@pytest.fixture(scope="module")
def chrome(chromium: Path) -> Iterator[Browser]:
    """The system's Chromium, for one module only: as long as it is open, no other test can run an event loop."""
    options: dict[str, Any] = {"executable_path": str(chromium), "args": ["--no-sandbox", "--disable-dev-shm-usage"]}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**options)
        yield browser
        browser.close()
