"""The "as of" form: what is written in it, what it means and what is wrong with it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from api.composition import House, open_house
from api.pages import speech
from api.pages.looking import CHARACTERS_MAX, Look, look_error, point_of
from api.pages.speech import Speech
from api.problems import Refused
from ledger.location import SQLiteLocation
from tests.pages.support import BOOK, Visitor, found, record


def asked(visitor: Visitor, query: str, *, status: int = 200) -> str:
    """Returns what the page says about the point it shows."""
    return visitor.see(f"/collaborations/{BOOK}?{query}", status=status).text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "Slik boken er nå, etter innførsel 2, i dag"),
        ("effective_on=&entry=&recorded_as_of=", "Slik boken er nå, etter innførsel 2, i dag"),
        ("effective_on=2020-02-29", "Slik boken er nå, etter innførsel 2, på 29.2.2020."),
        ("effective_on=29.2.2020", "Slik boken er nå, etter innførsel 2, på 29.2.2020."),
        ("effective_on=+1.+2.+2020+", "Slik boken er nå, etter innførsel 2, på 1.2.2020."),
        ("entry=1", "Slik boken var etter innførsel 1 av 2, på "),
        ("entry=1&effective_on=2020-02-29", "Slik boken var etter innførsel 1 av 2, på 29.2.2020."),
        ("entry=0", "Slik boken var før den første av 2 innførsler: tom."),
        ("recorded_as_of=2000-01-01", "Slik boken var før den første av 2 innførsler: tom."),
        ("recorded_as_of=2000-01-01T12:00", "Slik boken var før den første av 2 innførsler: tom."),
        ("recorded_as_of=2150-01-01T12:00:00", "Slik boken er nå, etter innførsel 2, i dag "),
        ("recorded_as_of=2150-01-01T12:00:00Z", "Slik boken er nå, etter innførsel 2, i dag "),
        ("recorded_as_of=2150-01-01T12:00:00+01:00", "Slik boken er nå, etter innførsel 2, i dag "),
    ],
)
def test_each_way_of_asking_is_answered_plainly(house: House, reader: Visitor, query: str, said: str) -> None:
    found(house)
    record(house, "service.register", service_id="ikt", name="IKT", group="operations")
    assert said in asked(reader, query)


@pytest.mark.parametrize(
    ("query", "field", "title"),
    [
        ("effective_on=2019-02-30", "effective_on", "Datoen finnes ikke"),
        ("effective_on=30.2.2019", "effective_on", "Datoen finnes ikke"),
        ("effective_on=all", "effective_on", "Datoen finnes ikke"),
        ("effective_on=20190101", "effective_on", "Datoen finnes ikke"),
        ("effective_on=%3Cb%3E", "effective_on", "Datoen finnes ikke"),
        ("effective_on=1500-01-01", "effective_on", "Datoen er utenfor grensene"),
        ("entry=2", "entry", "Innførselen er ikke skrevet ennå"),
        ("entry=9007199254740991", "entry", "Innførselen er ikke skrevet ennå"),
        ("entry=9007199254740992", "entry", "Dette kan ikke vises"),
        ("entry=-1", "entry", "Dette kan ikke vises"),
        ("entry=1.0", "entry", "Dette kan ikke vises"),
        ("entry=ett", "entry", "Dette kan ikke vises"),
        ("recorded_as_of=igår", "recorded_as_of", "Dette kan ikke vises"),
        ("recorded_as_of=0001-01-01T00:00", "recorded_as_of", "Dette kan ikke vises"),
        ("recorded_as_of=9999-12-31T23:59:59-12:00", "recorded_as_of", "Dette kan ikke vises"),
        ("recorded_as_of=2026-01-01T12:00&entry=1", "recorded_as_of", "Dette kan ikke vises"),
    ],
)
def test_what_cannot_be_shown_is_said_in_the_page(
    house: House, reader: Visitor, query: str, field: str, title: str
) -> None:
    found(house)
    seen = reader.see(f"/collaborations/{BOOK}?{query}", status=422)
    assert title in seen.text
    (summary,) = seen.all("div", id="error")
    assert summary.attributes["tabindex"] == "-1"
    assert "autofocus" in summary.attributes
    assert f"#{field}" in seen.links
    (wrong,) = seen.all("input", aria_invalid="true")
    assert wrong.attributes["id"] == field
    assert wrong.attributes["value"]
    assert f"{field}-error" in wrong.attributes["aria-describedby"]
    assert seen.all("div", id=f"{field}-error")
    assert seen.all("table") == []
    assert "Det som er sikkert" not in seen.text


def test_the_form_keeps_what_was_written(house: House, reader: Visitor) -> None:
    found(house)
    kept = reader.see(f"/collaborations/{BOOK}?effective_on=2020-02-30&entry=1&lang=nn", status=422)
    values = {e.attributes["name"]: (e.attributes["type"], e.attributes["value"]) for e in kept.all("input")}
    assert values == {
        "lang": ("hidden", "nn"),
        "effective_on": ("text", "2020-02-30"),
        "entry": ("number", "1"),
        "recorded_as_of": ("datetime-local", ""),
    }
    shown = reader.see(f"/collaborations/{BOOK}?effective_on=1.2.2020")
    assert shown.all("input", name="effective_on", type="date", value="2020-02-01")
    assert shown.all("input", name="lang") == []


def test_only_so_much_of_a_field_is_read(house: House, reader: Visitor) -> None:
    found(house)
    seen = reader.see(f"/collaborations/{BOOK}?entry={'x' * 4_000}", status=422)
    assert seen.all("input", name="entry", value="x" * CHARACTERS_MAX)
    assert "x" * (speech.CHARACTERS_MAX + 1) not in seen.html


def test_a_moment_without_a_zone_is_by_the_clock_in_norway(tmp_path: Path) -> None:
    house = open_house(SQLiteLocation(tmp_path / "book.db"), clock=lambda: datetime(2026, 11, 24, 8, 0, tzinfo=UTC))
    found(house)
    before_and_after = {
        "2026-11-24T08:59:59": 0,
        "2026-11-24T09:00": 1,
        "2026-11-24T07:59:59Z": 0,
        "2026-11-24T08:00:00Z": 1,
    }
    for moment, entry in before_and_after.items():
        assert point_of(house, BOOK, Look(recorded_as_of=moment)).entry == entry
    house.close()


def test_the_pages_look_with_the_eyes_of_everyone(ror_ikt: House) -> None:
    point = point_of(ror_ikt, "ror-ikt", Look(effective_on="2019-01-01"))
    assert (point.on, point.shielded) == (date(2019, 1, 1), False)


def test_what_the_form_is_not_to_blame_for_is_left_to_others() -> None:
    assert look_error(Refused("unknown_collaboration", collaboration="x"), Speech("nb")) is None
