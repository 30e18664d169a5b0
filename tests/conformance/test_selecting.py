"""Rows as of an entry and on a day, certain and possible apart, in pages, shielded ones only when asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ledger.application import Ledger
from projections.history import HISTORY
from projections.members import MEMBERS
from projections.minute_book import MINUTE_BOOK
from projections.projection import OPEN
from projections.registry import ALL
from projections.runner import Projector
from projections.views import Found, Query
from tests.conformance.rows import Views
from tests.ledger.support import BOOK, founding, send, service
from tests.spec import command

OTHER = "andre"


def lives(found: list[Found], day: str) -> dict[str, str]:
    """Returns whether each row's subject is certain or possible on a day."""
    return {row.subject: "certain" if row.certain_on(day) else "possible" for row in found}


def admitted_roughly(ledger: Ledger, projector: Projector) -> Views:
    """Returns views of a book in which a customer came at some time in 2021 and left on 1 July 2022."""
    ledger.listeners.append(projector.follow)
    customer = {"member_id": "kunde", "name": "Kunde", "member_class": "external_customer"}
    rough = {"earliest": "2021-01-01", "latest": "2021-12-31"}
    source = {"title": "Prøve", "read_on": "2026-01-01"}
    ledger.record(send(founding()))
    ledger.record(send(command("member.admit", **customer, effective=rough, mode="import", source=source)))
    ledger.record(send(command("member.depart", member_id="kunde", cause="withdrawn", effective="2022-07-01")))
    return projector.views


def test_rows_are_those_of_the_book_as_it_was_after_an_entry(ledger: Ledger, projector: Projector) -> None:
    views = admitted_roughly(ledger, projector)
    assert views.select(MEMBERS, Query(BOOK, 0)) == []
    assert [row.subject for row in views.select(MEMBERS, Query(BOOK, 1))] == ["nordvik", "sorvik"]
    as_of_2 = views.select(MEMBERS, Query(BOOK, 2, where={"subject": "kunde"}))
    as_of_3 = views.select(MEMBERS, Query(BOOK, 3, where={"subject": "kunde"}))
    assert [(row.certain_from, row.certain_to) for row in as_of_2] == [("2021-12-31", "9999-12-31")]
    assert [(row.certain_from, row.certain_to) for row in as_of_3] == [
        ("2021-12-31", "2022-07-01"),
        ("2022-07-01", "9999-12-31"),
    ]
    assert (as_of_2[0].from_entry, as_of_2[0].to_entry, as_of_3[0].to_entry) == (2, 3, OPEN)
    assert views.select(MEMBERS, Query(BOOK, 99)) == views.select(MEMBERS, Query(BOOK, 3))
    assert views.select(MEMBERS, Query(OTHER, 3)) == []


@pytest.mark.parametrize(
    ("day", "kunde"),
    [
        ("2020-12-31", None),
        ("2021-01-01", "possible"),
        ("2021-12-30", "possible"),
        ("2021-12-31", "certain"),
        ("2022-06-30", "certain"),
        ("2022-07-01", None),
    ],
)
def test_rows_on_a_day_are_certain_or_possible_to_the_day(
    ledger: Ledger, projector: Projector, day: str, kunde: str | None
) -> None:
    views = admitted_roughly(ledger, projector)
    members = views.select(MEMBERS, Query(BOOK, 3, on=date.fromisoformat(day), where={"status": "member"}))
    assert lives(members, day).get("kunde") == kunde
    assert lives(members, day)["nordvik"] == "certain"


def test_rows_come_in_pages_in_the_order_of_their_keys_either_way(ledger: Ledger, projector: Projector) -> None:
    ledger.listeners.append(projector.follow)
    ids = ["a-b", "a", "ab", "a_b", "a.b", "b", "0a", "a0"]
    ledger.record(send(founding(), *(service(service_id) for service_id in ids)))
    for descending in (False, True):
        query = Query(BOOK, 9, descending=descending)
        whole = [row.key for row in projector.views.select(HISTORY, query)]
        assert whole == sorted(whole, reverse=descending)
        pages: list[str] = []
        while page := projector.views.select(HISTORY, replace(query, limit=3, after_key=pages[-1] if pages else None)):
            pages += [row.key for row in page]
        assert pages == whole


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_postgresql_orders_keys_by_their_bytes_as_sqlite_does(views: Views) -> None:
    columns = views.query(
        "SELECT table_name, collation_name FROM information_schema.columns "
        "WHERE table_name LIKE %s AND column_name = 'key'",
        ("view_%",),
    )
    assert len(columns) == len(ALL)
    assert {collation for _, collation in columns} == {"C"}


def test_a_column_that_is_no_index_is_refused(views: Views) -> None:
    with pytest.raises(KeyError, match="body"):
        views.select(MEMBERS, Query(BOOK, 1, where={"body": "x"}))


def test_shielded_rows_are_read_only_when_asked_for(ledger: Ledger, projector: Projector) -> None:
    ledger.listeners.append(projector.follow)
    shield = {"level": "shielded", "legal_basis": "offentleglova § 13"}
    customer = {"name": "Kunde", "member_class": "external_customer"}
    ledger.record(send(founding()))
    ledger.record(send(command("member.admit", member_id="kunde", access=shield, **customer)))
    views = projector.views
    for projection, subject in ((MEMBERS, "kunde"), (MINUTE_BOOK, ""), (HISTORY, "")):
        public = views.select(projection, Query(BOOK, 2))
        everything = views.select(projection, Query(BOOK, 2, shielded=True))
        hidden = [row for row in everything if row not in public]
        assert [(row.access, row.from_entry, row.subject) for row in hidden] == [("shielded", 2, subject)]
        assert all(row.access == "public" for row in public)
    ledger.record(send(command("member.depart", member_id="kunde", cause="withdrawn")))
    assert "kunde" not in {row.subject for row in views.select(MEMBERS, Query(BOOK, 3))}
