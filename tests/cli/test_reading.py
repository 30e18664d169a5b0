"""`history` and `replay`: what a book says, read from its entries."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest

from api.composition import house
from api.deps import Point
from api.overview import overview
from ledger.location import locate
from tests.cli.support import CommandLine, book_of, write

DAYS = ("2013-09-25", "2014-01-01", "2019-01-01", "2020-01-01", "2026-11-24")


def members(state: Any) -> set[str]:
    """Returns the ids of the certain members."""
    return {member["id"] for member in state["members"]}


# history ---------------------------------------------------------------------------------


def test_the_history_lists_every_entry_in_order(two_books: CommandLine) -> None:
    entries = two_books.json("history", "aker")["entries"]
    assert [entry["number"] for entry in entries] == [1, 2, 3, 4, 5]
    assert entries[0]["type"] == "collaboration.founded"
    assert {entry["recorded_by"] for entry in entries} == {"import:test"}
    assert entries[0]["recorded_at"] <= entries[1]["recorded_at"]
    assert entries[1]["effective"]["earliest"] == "2024-01-02"


def test_the_history_of_one_entity_is_the_entries_that_touched_it(ror_ikt: CommandLine) -> None:
    everything = ror_ikt.json("history", "ror-ikt")["entries"]
    midsund = ror_ikt.json("history", "ror-ikt", "--subject", "member:midsund")["entries"]
    assert midsund == [entry for entry in everything if "member:midsund" in entry["subjects"]]
    assert {"collaboration.founded", "member.succeeded"} <= {entry["type"] for entry in midsund}
    assert ror_ikt.json("history", "ror-ikt", "--subject", "member:oslo")["entries"] == []


def test_for_people_it_is_a_table_with_marks_and_rough_dates(ror_ikt: CommandLine) -> None:
    shown = ror_ikt.run("history", "ror-ikt").stdout
    assert "member_resolution.recorded" in shown
    assert "unverified: " in shown
    assert "2013-09-26 (derived)" in shown
    assert " – " in shown


def test_a_damaged_entry_is_named_in_its_place_and_the_rest_is_listed(two_books: CommandLine) -> None:
    two_books.tamper("UPDATE stored_events SET topic = 'other' WHERE originator_id = 'aker' AND originator_version = 3")
    entries = two_books.json("history", "aker", code=1)["entries"]
    assert [entry["number"] for entry in entries] == [1, 2, 3, 4, 5]
    assert [entry["number"] for entry in entries if "damaged" in entry] == [3]
    assert "DAMAGED" in two_books.run("history", "aker", code=1).stdout
    assert "Entry 3 of aker is damaged" in two_books.refused("replay", "aker", code=1)
    assert two_books.json("replay", "aker", "--entry", "2")["entry"] == 2
    assert two_books.json("replay", "birk")["entry"] == 3


@pytest.mark.parametrize("subject", ["member", "member:", ":aukra"])
def test_a_subject_has_a_kind_and_an_id(ror_ikt: CommandLine, subject: str) -> None:
    assert "member:aukra" in ror_ikt.refused("history", "ror-ikt", "--subject", subject)


# replay ----------------------------------------------------------------------------------


@pytest.mark.parametrize("day", DAYS)
def test_a_replay_shows_what_the_kept_rows_show(ror_ikt: CommandLine, day: str) -> None:
    with house(locate(ror_ikt.url), read_only=True) as opened:
        head = opened.ledger.head("ror-ikt")
        for number in (0, 1, 7, 20, head):
            kept = overview(opened, Point("ror-ikt", number, date.fromisoformat(day), head, shielded=True))
            state = ror_ikt.json("replay", "ror-ikt", "--entry", number, "--effective-on", day)
            del state["texts"], state["erased"]
            assert state == orjson.loads(orjson.dumps(kept))


def test_the_real_history_reads_as_it_was(ror_ikt: CommandLine) -> None:
    before, founded, merged, today = (ror_ikt.json("replay", "ror-ikt", "--effective-on", day) for day in (
        DAYS[0], DAYS[1], "2020-01-02", DAYS[4],
    ))  # fmt: skip
    assert (before["legal_form"], before["members"]) == (None, [])
    assert members(founded) == {"aukra", "midsund", "molde", "rauma", "vestnes"}
    assert not {"midsund", "nesset"} & members(merged)
    assert len(members(today)) == 5
    assert today["legal_form"] == "host_admin"


def test_before_the_first_entry_there_is_nothing(ror_ikt: CommandLine) -> None:
    for point in (("--entry", "0"), ("--recorded-as-of", "2020-01-01T00:00:00+01:00")):
        state = ror_ikt.json("replay", "ror-ikt", *point)
        assert (state["entry"], state["legal_form"], state["members"]) == (0, None, [])


def test_as_of_a_time_of_recording_is_as_of_the_last_entry_by_then(two_books: CommandLine) -> None:
    at = {entry["number"]: entry["recorded_at"] for entry in two_books.json("history", "aker")["entries"]}
    assert two_books.json("replay", "aker", "--recorded-as-of", at[3])["entry"] == 3
    assert two_books.json("replay", "aker", "--recorded-as-of", "2199-01-01T00:00:00Z")["entry"] == 5


def test_sealed_texts_are_shown_beside_their_commitments(ror_ikt: CommandLine) -> None:
    texts = ror_ikt.json("replay", "ror-ikt")["texts"]
    assert all(len(commitment) == 64 for commitment in texts)


def test_for_people_it_says_what_is_certain_and_what_is_possible(ror_ikt: CommandLine) -> None:
    shown = ror_ikt.run("replay", "ror-ikt", "--effective-on", "2019-01-01").stdout
    assert "members (6): Aukra, Midsund, Molde, Nesset, Rauma and Vestnes" in shown
    assert "SLA version 1 (possible: 2)" in shown
    assert "possible, not certain: " in shown


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--entry", "99999"), "is not written yet"),
        (("--entry", "1", "--recorded-as-of", "2026-01-01T00:00:00Z"), "not both"),
        (("--recorded-as-of", "2026-01-01"), "time zone"),
        (("--recorded-as-of", "yesterday"), "time zone"),
        (("--effective-on", "2026-02-30"), "a date that exists"),
        (("--effective-on", "20260201"), "YYYY-MM-DD"),
        (("--effective-on", "0900-01-01"), "between 1837-01-14"),
    ],
)
def test_a_point_that_is_none_is_wrong_usage(ror_ikt: CommandLine, args: tuple[str, ...], said: str) -> None:
    assert said in ror_ikt.refused("replay", "ror-ikt", *args)


# Both ------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["history", "replay", "rebuild", "verify"])
def test_an_unknown_book_is_named_with_those_there_are(two_books: CommandLine, command: str) -> None:
    said = two_books.refused(command, "cask")
    assert "'cask'" in said
    assert "aker, birk" in said


@pytest.mark.parametrize(
    "command", [("history", "aker"), ("replay", "aker"), ("verify",), ("export", "x.zip"), ("key", "list")]
)
def test_reading_where_nothing_was_recorded_says_so_and_makes_nothing(
    cli: CommandLine, tmp_path: Path, command: tuple[str, ...]
) -> None:
    assert "There is no book at" in cli.refused(*command)
    assert list(tmp_path.iterdir()) == []


def test_a_book_without_rows_is_read_all_the_same(sqlite_cli: CommandLine, tmp_path: Path) -> None:
    sqlite_cli.run("import", write(tmp_path / "f", book_of("aker")))
    sqlite_cli.files.views.unlink()
    assert len(sqlite_cli.json("history", "aker")["entries"]) == 5
    assert sqlite_cli.json("replay", "aker")["entry"] == 5
    assert not sqlite_cli.files.views.exists()
