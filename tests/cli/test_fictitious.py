"""The fictitious collaboration: the same each time, taken whole, with something to show in every projection."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.composition import House, open_house
from api.importing import parse, record
from api.settings import Settings
from demo.fictitious import commands, lines
from demo.vindfjord.telling import BOOK, MEMBERS, NAME, YEARS
from domain.collaboration import EVENTS
from ledger.location import SQLiteLocation
from projections.registry import BY_NAME
from tests.cli.support import CommandLine

ABOUT = range(1_600, 2_600)
"""How many entries four years are."""
UNTOLD = frozenset(
    {
        "authority_instruction.issued",
        "collaboration.dissolved",
        "legal_form.changed",
        "member.departed",
        "member.succeeded",
        "service_agreement.terminated",
        "withdrawal_notice.rescinded",
    }
)
"""Kinds of event the story has no use for."""
LATER = frozenset({"loans"})
"""Projections of registers the story has nothing of yet."""
MADE_UP = "(oppdiktet)"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> SQLiteLocation:
    """Where the story is recorded."""
    return SQLiteLocation(tmp_path_factory.mktemp("fictitious") / "book.db")


@pytest.fixture(scope="module")
def house(place: SQLiteLocation) -> Iterator[House]:
    """A house with the story in it, recorded without a refusal."""
    opened = open_house(place)
    record(opened.ledger, parse(BytesIO(b"".join(lines())), "en", 1), "en")
    yield opened
    opened.close()


def test_the_same_story_is_told_each_time() -> None:
    assert list(lines()) == list(lines())
    assert len(list(commands())) in ABOUT


def test_every_command_leads_to_one_entry(house: House) -> None:
    types = [entry.entry.type for entry in house.ledger.entries(BOOK)]
    assert len(types) == len(list(commands()))
    assert set(types) <= set(EVENTS) - UNTOLD


def test_what_is_made_up_says_so() -> None:
    told = list(commands())
    assert MADE_UP in NAME
    assert all(MADE_UP in name for name in MEMBERS.values())
    named = [command["name"] for command in told if command["type"] in ("person.register", "service.register")]
    assert all(MADE_UP in name for name in named)
    assert all(MADE_UP in command.get("party", MADE_UP) for command in told)
    assert all(MADE_UP.strip("()") in json.loads(line)["command"]["source"]["title"] for line in lines())


def test_the_story_goes_over_four_years() -> None:
    years = Counter(command["effective"][:4] for command in commands() if "effective" in command)
    assert all(years[str(year)] > 200 for year in YEARS)


@pytest.mark.parametrize("name", sorted(BY_NAME.keys() - LATER))
def test_every_projection_has_something_to_show(house: House, name: str) -> None:
    with TestClient(create_app(house, Settings())) as client:
        answer = client.get(f"/api/v1/collaborations/{BOOK}/{name}")
    assert answer.status_code == 200
    rows = [one for one in answer.json().values() if isinstance(one, list)]
    assert any(rows)


def test_what_broke_a_rule_is_what_the_story_says_did(house: House) -> None:
    entries = [stored.entry for stored in house.ledger.entries(BOOK)]
    irregular = {entry.event.type for entry in entries if entry.irregular}
    assert irregular == {"authority.exercised"}
    unverified = {code for entry in entries for code in entry.unverified}
    assert unverified == {"minutes.hash_unknown", "staff_placement.placement_unknown"}


def test_the_book_verifies_and_every_verdict_comes_out_the_same(house: House, place: SQLiteLocation) -> None:
    recorded = len(list(house.ledger.entries(BOOK)))
    house.close()
    cli = CommandLine(f"sqlite:///{place.book}")
    verified = cli.json("verify")
    assert (verified["ok"], verified["entries"]) == (True, recorded)
    assert cli.json("recheck")["findings"] == []


def test_told_again_it_records_nothing_more(place: SQLiteLocation, tmp_path: Path) -> None:
    told = tmp_path / "told.ndjson"
    told.write_bytes(b"".join(lines()))
    again = CommandLine(f"sqlite:///{place.book}").json("import", told)
    assert (again["recorded"], again["already_present"]) == (0, len(list(commands())))
