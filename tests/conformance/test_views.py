"""Rows kept in step with the book on each engine: followed, caught up in any batches, stopped, built anew, verified."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from functools import cache
from itertools import count, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from domain.collaboration import Collaboration
from domain.kernel import Rejection
from ledger.application import Ledger
from ledger.errors import DamagedEntry
from ledger.location import Location, SQLiteLocation
from ledger.reading import Commit
from ledger.storage import views_datastore
from projections.history import HISTORY
from projections.members import MEMBERS
from projections.minute_book import MINUTE_BOOK
from projections.projection import Projection, Row, Version
from projections.registry import ALL
from projections.runner import Projector
from projections.view_engines import open_views
from projections.views import Fault, Query
from tests.conformance.database import Database, opened
from tests.conformance.rows import Views, projector_of
from tests.ledger.support import BOOK, founding, send, service
from tests.properties.histories import tell
from tests.spec import command

LENGTH = 30
OTHER = "andre"
NUMBERS = [0, 1, 2, 9, 17]


@cache
def seeds() -> tuple[int, int]:
    """Returns the seeds of two histories long enough for what is asked here, and still open at their end.

    They are looked for, as any new type of command makes the history of a seed another one.
    """

    def long_and_open(seed: int) -> bool:
        with TemporaryDirectory() as folder, closing(Ledger(SQLiteLocation(Path(folder) / "book.db"))) as ledger:
            tell(ledger, BOOK, seed, LENGTH)
            try:
                ledger.record(send(service("vakt")))
            except Rejection:
                return False
            return ledger.head(BOOK) > max(NUMBERS) + 1

    first, second = islice(filter(long_and_open, count(11)), 2)
    return first, second


def fill(ledger: Ledger) -> None:
    """Records two books of different histories."""
    for book, seed in zip((BOOK, OTHER), seeds(), strict=True):
        tell(ledger, book, seed, LENGTH)


def kept(views: Views, book: str = BOOK) -> dict[str, list[Version]]:
    """Returns every version of every row of a book."""
    rows = {name: views.all_versions(projection, book) for name, projection in views.projections.items()}
    assert len(rows[MINUTE_BOOK.name]) == views.position(book)
    return rows


# Following and catching up ---------------------------------------------------------------


def test_rows_follow_each_commit_at_once(ledger: Ledger, projector: Projector) -> None:
    ledger.listeners.append(projector.follow)
    ledger.record(send(founding(), service("it-drift")))
    assert projector.views.position(BOOK) == 2
    ledger.record(send(service("vakt")))
    assert projector.views.position(BOOK) == 3
    assert [row.subject for row in projector.views.select(MEMBERS, Query(BOOK, 3))] == ["nordvik", "sorvik"]
    tell(ledger, OTHER, seeds()[1], LENGTH)
    assert projector.views.positions() == ledger.heads()
    assert list(projector.verify(OTHER)) == []


@pytest.mark.parametrize("size", [1, 3, 7, 5_000])
def test_batches_of_any_size_give_the_same_rows(
    ledger: Ledger, projector: Projector, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    fill(ledger)
    monkeypatch.setattr("projections.runner.STEPS_AT_A_TIME", size)
    assert projector.catch_up() == sum(ledger.heads().values())
    assert projector.catch_up() == 0
    caught_up = [kept(projector.views, book) for book in (BOOK, OTHER)]
    assert list(projector.rebuild()) == sorted(ledger.heads().items())
    assert [kept(projector.views, book) for book in (BOOK, OTHER)] == caught_up
    assert [difference for book in (BOOK, OTHER) for difference in projector.verify(book)] == []


@pytest.mark.parametrize("number", NUMBERS)
def test_rows_are_caught_up_from_wherever_they_are(ledger: Ledger, projector: Projector, number: int) -> None:
    fill(ledger)
    head = ledger.head(BOOK)
    assert head > max(NUMBERS)
    list(projector.rebuild([BOOK], up_to=number))
    assert projector.views.position(BOOK) == number
    assert projector.catch_up() == head - number + ledger.head(OTHER)
    caught_up = kept(projector.views)
    list(projector.rebuild([BOOK]))
    assert kept(projector.views) == caught_up


def test_a_commit_that_comes_when_rows_are_behind_is_caught_up_with(ledger: Ledger, projector: Projector) -> None:
    tell(ledger, BOOK, seeds()[0], LENGTH)
    ledger.listeners.append(projector.follow)
    ledger.record(send(service("vakt")))
    assert projector.views.position(BOOK) == ledger.head(BOOK)
    assert list(projector.verify(BOOK)) == []


def test_a_commit_told_twice_changes_nothing(ledger: Ledger, projector: Projector) -> None:
    commits: list[Commit] = []
    ledger.listeners += [commits.append, projector.follow]
    ledger.record(send(founding()))
    ledger.record(send(service("vakt")))
    rows = kept(projector.views)
    for commit in commits:
        projector.follow(commit)
    assert kept(projector.views) == rows
    assert projector.views.position(BOOK) == 2


def test_rows_fall_behind_and_not_the_book_when_they_cannot_be_written(
    ledger: Ledger, projector: Projector, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.listeners.append(projector.follow)
    ledger.record(send(founding()))
    monkeypatch.setattr(projector.views, "flush", lambda *_: 1 / 0)
    ledger.record(send(service("vakt")))
    assert (ledger.head(BOOK), projector.views.position(BOOK)) == (2, 1)
    monkeypatch.undo()
    ledger.record(send(service("arkiv")))
    assert (ledger.head(BOOK), projector.views.position(BOOK)) == (3, 3)
    assert list(projector.verify(BOOK)) == []


def test_rows_and_position_are_written_together_or_not_at_all(
    ledger: Ledger, projector: Projector, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.listeners.append(projector.follow)
    ledger.record(send(founding()))
    before = kept(projector.views)
    monkeypatch.setattr(projector.views, "_note", lambda *_: 1 / 0)
    ledger.record(send(command("member.admit", member_id="kunde", name="Kunde", member_class="external_customer")))
    assert kept(projector.views) == before
    monkeypatch.undo()
    assert projector.catch_up() == 1
    assert list(projector.verify(BOOK)) == []


def test_a_book_with_a_damaged_entry_is_rendered_up_to_it_and_the_others_whole(
    ledger: Ledger, projector: Projector, database: Database
) -> None:
    fill(ledger)
    database.without_triggers()
    database.execute("UPDATE stored_events SET topic = 'x' WHERE originator_id = ? AND originator_version = 5", BOOK)
    assert projector.catch_up() == 4 + ledger.head(OTHER)
    assert projector.views.positions() == {BOOK: 4, OTHER: ledger.head(OTHER)}
    assert projector.views.tracked() == 0
    with pytest.raises(DamagedEntry, match="entry 5 of"):
        list(projector.rebuild([BOOK]))
    assert projector.views.position(BOOK) == 4


def test_two_projectors_render_each_entry_once(ledger: Ledger, projector: Projector, location: Location) -> None:
    beside = open_views(views_datastore(location), ALL)
    other = projector_of(ledger, beside)
    ledger.listeners += [projector.follow, other.follow]
    tell(ledger, BOOK, seeds()[0], LENGTH)
    assert projector.catch_up() == other.catch_up() == 0
    assert list(other.verify(BOOK)) == []
    assert beside.faults() == []
    beside.datastore.close()


# Faults ----------------------------------------------------------------------------------


def failing(projection: Projection) -> Projection:
    """Returns the projection, failing for anyone but the founders once there is a service."""
    assert projection.render is not None
    render = projection.render

    def rows(state: Collaboration, subject_id: str) -> Iterator[Row]:
        if state.agreements.services and subject_id not in ("nordvik", "sorvik"):
            raise LookupError(f"no row for {subject_id}")
        yield from render(state, subject_id)

    return replace(projection, render=rows)


def with_a_fault(ledger: Ledger, views: Views) -> Projector:
    """Returns a projector whose members fail at entry 3, where a customer is admitted; four entries are recorded."""
    views.projections = {**views.projections, MEMBERS.name: failing(MEMBERS)}
    projector = projector_of(ledger, views)
    ledger.listeners.append(projector.follow)
    customer = {"name": "Kunde", "member_class": "external_customer"}
    ledger.record(send(founding()))
    ledger.record(send(service("vakt")))
    ledger.record(send(command("member.admit", member_id="kunde", **customer)))
    ledger.record(send(command("member.admit", member_id="kunde-2", **customer)))
    return projector


def test_a_projection_that_fails_stops_alone_and_is_named(ledger: Ledger, views: Views) -> None:
    projector = with_a_fault(ledger, views)
    assert views.faults() == [Fault(MEMBERS.name, BOOK, 3, "LookupError", "no row for kunde")]
    assert views.faults(OTHER) == []
    assert views.position(BOOK) == 4
    assert [row.subject for row in views.select(MEMBERS, Query(BOOK, 4))] == ["nordvik", "sorvik"]
    assert len(views.select(MINUTE_BOOK, Query(BOOK, 4))) == 4
    assert len(views.select(HISTORY, Query(BOOK, 4, where={"about": "member:kunde-2"}))) == 1
    ledger.record(send(founding(), book=OTHER))
    assert len(views.select(MEMBERS, Query(OTHER, 1))) == 2
    assert list(projector.verify(BOOK)) == []


def test_a_rebuild_with_the_projection_mended_mends_its_rows(ledger: Ledger, views: Views) -> None:
    with_a_fault(ledger, views)
    views.projections = {projection.name: projection for projection in ALL}
    mended = projector_of(ledger, views)
    assert {difference.projection for difference in mended.verify(BOOK)} == {MEMBERS.name}
    assert list(mended.rebuild([BOOK])) == [(BOOK, 4)]
    assert views.faults() == []
    members = {row.subject for row in views.select(MEMBERS, Query(BOOK, 4))}
    assert members == {"kunde", "kunde-2", "nordvik", "sorvik"}
    assert list(mended.verify(BOOK)) == []


def test_a_rebuild_with_the_projection_as_it_was_names_the_fault_again(ledger: Ledger, views: Views) -> None:
    projector = with_a_fault(ledger, views)
    before, faults = kept(views), views.faults()
    list(projector.rebuild())
    assert views.faults() == faults
    assert kept(views) == before


def test_a_projection_that_fails_for_one_subject_of_an_entry_leaves_the_rows_of_the_others(
    ledger: Ledger, views: Views
) -> None:
    views.projections = {**views.projections, MEMBERS.name: failing(MEMBERS)}
    ledger.listeners.append(projector_of(ledger, views).follow)
    ledger.record(send(founding()))
    ledger.record(send(service("vakt")))
    before = kept(views)[MEMBERS.name]
    merged = {"predecessors": ["nordvik", "sorvik"], "successors": [{"member_id": "vik", "name": "Vik"}]}
    ledger.record(send(command("member.succeed", cause="merger", effective="2021-01-01", **merged)))
    assert [(fault.projection, fault.entry) for fault in views.faults()] == [(MEMBERS.name, 3)]
    assert kept(views)[MEMBERS.name] == before


# Verifying -------------------------------------------------------------------------------


@pytest.fixture
def view_tables(views: Views, location: Location) -> Iterator[Database]:
    """The views' database, by a connection of its own."""
    place = SQLiteLocation(location.views) if isinstance(location, SQLiteLocation) else location
    with opened(place) as database:
        yield database


FINDINGS = {
    "a body changed": (
        "UPDATE view_members SET body = ? WHERE subject = 'nordvik'",
        b"{}",
        "differs from a fresh fold in body",
    ),
    "a day changed": (
        "UPDATE view_members SET certain_to = ? WHERE subject = 'nordvik'",
        "2021-01-01",
        "differs from a fresh fold in certain_to",
    ),
    "an end changed": (
        "UPDATE view_members SET to_entry = ? WHERE subject = 'nordvik'",
        2,
        "differs from a fresh fold in to_entry",
    ),
    "an access changed": (
        "UPDATE view_members SET access = ? WHERE subject = 'nordvik'",
        "shielded",
        "differs from a fresh fold in access",
    ),
    "a column changed": (
        "UPDATE view_members SET status = ? WHERE subject = 'nordvik'",
        "left",
        "differs from a fresh fold in columns",
    ),
    "a row missing": ("DELETE FROM view_members WHERE subject = ?", "nordvik", "the row is missing"),
    "a row too many": (
        "UPDATE view_members SET key = ? WHERE subject = 'nordvik'",
        "stray",
        "the row should not be there",
    ),
}


@pytest.mark.parametrize(("statement", "value", "what"), FINDINGS.values(), ids=FINDINGS.keys())
def test_verify_finds(
    ledger: Ledger, projector: Projector, view_tables: Database, statement: str, value: Any, what: str
) -> None:
    ledger.listeners.append(projector.follow)
    ledger.record(send(founding(), service("vakt")))
    assert list(projector.verify(BOOK)) == []
    view_tables.execute(statement, value)
    found = list(projector.verify(BOOK))
    assert {(difference.projection, difference.entry) for difference in found} == {(MEMBERS.name, 1)}
    assert any(what in difference.what for difference in found)
    list(projector.rebuild([BOOK]))
    assert list(projector.verify(BOOK)) == []


# Another version's tables ----------------------------------------------------------------


def test_views_of_other_projections_are_built_anew(ledger: Ledger, location: Location) -> None:
    fill(ledger)
    few = open_views(views_datastore(location), ALL[:3])
    assert projector_of(ledger, few).catch_up() == sum(ledger.heads().values())
    few.datastore.close()
    views = open_views(views_datastore(location), ALL)
    projector = projector_of(ledger, views)
    assert (views.positions(), views.tracked()) == ({}, 0)
    assert projector.catch_up() == sum(ledger.heads().values())
    assert list(projector.verify(BOOK)) == []
    rows = kept(views)
    views.datastore.close()
    again = open_views(views_datastore(location), ALL)
    assert kept(again) == rows
    assert projector_of(ledger, again).catch_up() == 0
    again.datastore.close()


def test_views_of_projections_with_other_columns_are_built_anew(ledger: Ledger, location: Location) -> None:
    ledger.record(send(founding()))
    before = open_views(views_datastore(location), [replace(MEMBERS, columns=())])
    projector_of(ledger, before).catch_up()
    before.datastore.close()
    views = open_views(views_datastore(location), [MEMBERS])
    assert projector_of(ledger, views).catch_up() == 1
    assert len(views.select(MEMBERS, Query(BOOK, 1, where={"status": "member"}))) == 2
    views.datastore.close()
