"""Rows that did not follow a commit are caught up beside a server, on either engine, without anybody recording."""

from __future__ import annotations

import pytest

from api.catching_up import SECONDS_BETWEEN, SECONDS_BETWEEN_MAX, CatchingUp
from ledger.application import Ledger
from projections.minute_book import MINUTE_BOOK
from projections.runner import Projector
from projections.view_engines import PostgresViews
from projections.views import Query, ViewsUnavailable
from tests.conformance.database import Database
from tests.conformance.rows import Views, projector_of
from tests.ledger.support import BOOK, founding, send, service


@pytest.fixture
def projector(ledger: Ledger, views: Views) -> Projector:
    """A projector that nobody tells of commits, of a book of two entries."""
    ledger.record(send(founding()))
    ledger.record(send(service("vakt")))
    return projector_of(ledger, views)


def test_what_did_not_follow_is_caught_up(projector: Projector, views: Views) -> None:
    beside = CatchingUp(projector)
    assert views.position(BOOK) == 0
    assert beside.step() == SECONDS_BETWEEN
    assert views.position(BOOK) == len(views.select(MINUTE_BOOK, Query(BOOK, 2))) == 2
    assert beside.step() == SECONDS_BETWEEN


def test_a_book_that_cannot_be_read_is_tried_more_and_more_seldom(
    projector: Projector, ledger: Ledger, views: Views, database: Database
) -> None:
    database.without_triggers()
    database.execute("UPDATE stored_events SET topic = 'member.admitted' WHERE originator_version = 2")
    beside = CatchingUp(projector)
    assert beside.step() == SECONDS_BETWEEN, "its first entry was rendered"
    pauses = [beside.step() for _ in range(9)]
    assert pauses[:2] == [2 * SECONDS_BETWEEN, 4 * SECONDS_BETWEEN]
    assert pauses[-1] == SECONDS_BETWEEN_MAX
    ledger.record(send(founding(), book="annen"))
    assert beside.step() == SECONDS_BETWEEN
    assert (views.position(BOOK), views.position("annen")) == (1, 1)


def test_rows_that_cannot_be_written_now_are_tried_again(
    projector: Projector, views: Views, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> bool:
        raise ViewsUnavailable("the disk is full")

    beside = CatchingUp(projector)
    with monkeypatch.context() as broken:
        broken.setattr(views, "flush", full)
        assert beside.step() > 0
    assert views.position(BOOK) == 0
    beside.step()
    assert views.position(BOOK) == 2


def test_rows_do_not_wait_for_the_disk_and_entries_do(projector: Projector, ledger: Ledger, views: Views) -> None:
    if isinstance(views, PostgresViews):
        waits = "SELECT current_setting('synchronous_commit') AS it"
        with views._writing() as cursor:
            cursor.execute(waits)
            assert cursor.fetchone()["it"] == "off"
        assert ledger.query(waits) == [("on",)]
    else:
        assert (views.query("PRAGMA synchronous"), ledger.query("PRAGMA synchronous")) == ([(1,)], [(2,)])
