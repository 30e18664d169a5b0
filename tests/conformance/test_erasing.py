"""Erasure by order: the text is nowhere any more, and everything else is as it was, on each engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from domain.collaboration import AnyCommand
from domain.kernel import Rejection
from ledger.application import Ledger
from ledger.archive import export
from ledger.checks import check_book
from ledger.location import Location, SQLiteLocation
from ledger.log import verifier
from ledger.log.checkpointing import open_signer
from ledger.log.evidence import export_evidence
from ledger.recheck import recheck_book
from ledger.restoring import restore
from tests.conformance.database import Database
from tests.conformance.rows import Views, projector_of
from tests.ledger.support import BOOK, Clock, begin, numbers, person, send, states
from tests.spec import command

NAME = "Merket Navnesen-QX71"
CONTACT = "Merket gate 12, QX71"
ORDER = {"kind": "single_item", "ref": "26/1042", "issued_by": "Nasjonalarkivet", "issued_on": "2026-11-20"}


def erase(**fields: Any) -> AnyCommand:
    """Returns an erasure of what the person p1 is called."""
    return command("personal_data.erase", **{"person_id": "p1", "order": ORDER, **fields})


def contact(person_id: str = "p1", text: str = CONTACT, **fields: Any) -> AnyCommand:
    """Returns the recording of how a person can be reached."""
    access = {"level": "shielded", "legal_basis": "offentleglova § 13"}
    return command("person_contact.record", person_id=person_id, contact=text, access=access, **fields)


def filled(ledger: Ledger) -> None:
    """Begins a book with a person to be erased, in the midst of many others."""
    begin(ledger)
    others = [person(f"o{number}", name=f"Annen Prøvesen {number} {'x' * (number % 200)}") for number in range(120)]
    for start in range(0, 120, 40):
        ledger.record(send(*others[start : start + 40]))
    ledger.record(send(person("p1", name=NAME)))
    ledger.record(send(contact()))


def sealed_in(ledger: Ledger, *numbers: int) -> list[str]:
    """Returns the commitments of these entries."""
    known = ledger.book(BOOK).state.erasures.sealed
    return [text.commitment for number in numbers for text in known[number]]


def identities_in(database: Database) -> list[tuple[Any, ...]]:
    """Returns the identities of commands: id, first and last entry, and what tells their content apart."""
    kept = "SELECT command_id, first_number, last_number, salt, fingerprint FROM command_identities"
    return database.rows(f"{kept} ORDER BY first_number")


def files_of(location: Location) -> Iterator[Path]:
    """Yields every file beside a book, its own among them."""
    assert isinstance(location, SQLiteLocation)
    yield from (path for path in location.book.parent.iterdir() if path.is_file())


def is_in_a_file(location: Location, *texts: str) -> bool:
    """Returns whether any file beside the book holds any of the texts."""
    contents = [path.read_bytes() for path in files_of(location)]
    return any(text.encode() in content for text in texts for content in contents)


# What goes, and what stays -----------------------------------------------------------------


def test_the_texts_are_gone_and_everything_else_stands(ledger: Ledger, database: Database) -> None:
    filled(ledger)
    before, identities = states(ledger), identities_in(database)
    root = ledger.log_of(BOOK).frontier(123).packed
    name, reached = sealed_in(ledger, 122, 123)
    receipt = ledger.record(send(erase()))
    assert [one.entry.number for one in receipt.recorded] == [124]
    assert ledger.texts(BOOK, [name, reached]) == {}
    assert ledger.erased(BOOK, [name, reached, "f" * 64]) == {name: 124, reached: 124}
    assert states(ledger)[:-1] == before
    assert numbers(ledger) == list(range(1, 125))
    assert ledger.log_of(BOOK).frontier(123).packed == root
    assert [one[:3] for one in identities_in(database)[:-1]] == [one[:3] for one in identities]
    assert [found for found in check_book(ledger, BOOK) if not isinstance(found, int)] == []
    assert [found for found in recheck_book(ledger, BOOK) if not isinstance(found, int)] == []


def test_other_texts_stay(ledger: Ledger, database: Database) -> None:
    filled(ledger)
    ledger.record(send(erase()))
    (kept,) = database.rows("SELECT COUNT(*) FROM sealed_texts")
    assert kept == (120,)
    assert ledger.texts(BOOK, sealed_in(ledger, 2)) == {sealed_in(ledger, 2)[0]: "Annen Prøvesen 0 "}
    marks = database.rows("SELECT number, finished FROM erased_texts")
    assert marks == [(124, 1), (124, 1)]


def test_one_text_of_one_entry(ledger: Ledger) -> None:
    filled(ledger)
    ledger.record(send(erase(person_id=None, texts=[{"entry": 123, "field": "event.contact"}])))
    name, reached = sealed_in(ledger, 122, 123)
    assert ledger.texts(BOOK, [name, reached]) == {name: NAME}
    again = send(erase())
    ledger.record(again)
    assert ledger.erased(BOOK, [name, reached]) == {name: 125, reached: 124}
    assert ledger.record(again).repeated


def test_twice_is_refused_and_the_same_sent_again_is_answered_as_at_first(ledger: Ledger) -> None:
    filled(ledger)
    first = send(erase())
    ledger.record(first)
    with pytest.raises(Rejection) as again:
        ledger.record(send(erase()))
    assert (again.value.code, again.value.entries) == ("erasure.already_erased", (122, 123, 124))
    assert ledger.record(first).repeated
    assert ledger.head(BOOK) == 124


def test_no_guess_at_it_can_be_confirmed_by_what_the_command_is_known_by(ledger: Ledger, database: Database) -> None:
    filled(ledger)
    before = identities_in(database)
    together = send(person("p2", name="En"), person("p3", name=NAME))
    ledger.record(together)
    ledger.record(send(erase()))
    ledger.record(send(erase(person_id=None, texts=[{"entry": 125}])))
    after = identities_in(database)
    assert [bytes(one[3]) + bytes(one[4]) for one in after if one[1] in (122, 123, 124)] == [b"", b"", b""]
    assert [one for one in after if one[1] < 122] == [one for one in before if one[1] < 122]
    assert ledger.record(together).repeated
    assert [found for found in check_book(ledger, BOOK) if not isinstance(found, int)] == []


def test_what_is_sent_together_with_its_erasure_never_stays(ledger: Ledger, database: Database) -> None:
    begin(ledger)
    ledger.record(send(person("p1", name=NAME), erase()))
    assert database.rows("SELECT * FROM sealed_texts") == []


def test_a_dry_run_takes_nothing_away(ledger: Ledger) -> None:
    filled(ledger)
    ledger.record(send(erase()), dry_run=True)
    assert ledger.texts(BOOK, sealed_in(ledger, 122)) != {}


def test_many_at_once_are_erased_too(ledger: Ledger, database: Database) -> None:
    begin(ledger, person("p1", name=NAME))
    ledger.record_all([send(erase()), send(person("p2"))])
    assert database.rows("SELECT number FROM sealed_texts") == [(4,)]


def test_rows_are_those_of_a_fresh_fold(ledger: Ledger, views: Views) -> None:
    projector = projector_of(ledger, views)
    ledger.listeners.append(projector.follow)
    filled(ledger)
    ledger.record(send(erase()))
    assert views.position(BOOK) == 124
    assert list(projector.verify(BOOK)) == []


def test_a_text_that_came_back_is_found(ledger: Ledger, database: Database) -> None:
    filled(ledger)
    kept = database.rows("SELECT * FROM sealed_texts WHERE number = 122")[0]
    ledger.record(send(erase()))
    database.execute("INSERT INTO sealed_texts VALUES (?,?,?,?,?)", *kept)
    (found,) = [found for found in check_book(ledger, BOOK) if not isinstance(found, int)]
    assert (found.code, found.entry) == ("text_not_erased", 124)
    database.execute("DELETE FROM sealed_texts WHERE number = 122")
    database.execute("DELETE FROM erased_texts WHERE commitment = ?", kept[1])
    (found,) = [found for found in check_book(ledger, BOOK) if not isinstance(found, int)]
    assert (found.code, found.entry) == ("erasure_not_noted", 124)


# Files -------------------------------------------------------------------------------------


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_file_holds_the_text_any_more(ledger: Ledger, location: Location) -> None:
    filled(ledger)
    assert is_in_a_file(location, NAME)
    assert is_in_a_file(location, CONTACT)
    ledger.record(send(erase()))
    assert not is_in_a_file(location, NAME, CONTACT)
    assert is_in_a_file(location, "Annen Prøvesen 7 ")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_nor_the_slack_of_a_page_that_was_divided(ledger: Ledger, location: Location) -> None:
    begin(ledger)
    names = {f"p{number}": f"Merket QX{number:04d}Z {'y' * (number % 37 * 31)}" for number in range(600)}
    for start in range(0, 600, 100):
        part = list(names.items())[start : start + 100]
        ledger.record(send(*(person(id_, name=name[:300]) for id_, name in part)))
    for start in range(0, 200, 100):
        ledger.record(send(*(erase(person_id=f"p{number}") for number in range(start, start + 100))))
    marks = [name[:14] for name in list(names.values())[:200]]
    assert not is_in_a_file(location, *marks)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_the_servers_table_does_not_hold_it(ledger: Ledger, database: Database) -> None:
    filled(ledger)
    (path,) = database.rows("SELECT pg_relation_filepath('sealed_texts')")[0]
    ledger.record(send(erase()))
    (after,) = database.rows("SELECT pg_relation_filepath('sealed_texts')")[0]
    assert after != path
    database.execute("CHECKPOINT")
    held = database.rows(f"SELECT pg_read_binary_file('{after}')")[0][0]
    assert NAME.encode() not in held
    assert b"Annen Pr" in held


def test_a_new_archive_is_without_it_and_an_old_one_loses_it_again(
    ledger: Ledger, location: Location, tmp_path: Path, clock: Clock
) -> None:
    filled(ledger)
    export(ledger, tmp_path / "old.zip")
    ledger.record(send(erase()))
    export(ledger, tmp_path / "new.zip")
    assert NAME in _content(tmp_path / "old.zip")
    assert NAME not in _content(tmp_path / "new.zip")
    name, reached = sealed_in(ledger, 122, 123)
    for archive, known, texts in (
        ("new.zip", (), {}),
        ("old.zip", (tmp_path / "new.zip",), {}),
        ("old.zip", (), {name: NAME, reached: CONTACT}),
    ):
        other = Ledger(SQLiteLocation(tmp_path / f"{archive}{len(known)}" / "book.db"), clock=clock)
        restore(other, tmp_path / archive, erased=known)
        assert other.texts(BOOK, [name, reached]) == texts
        assert states(other) == states(ledger)[: other.head(BOOK)]
        forgotten = "SELECT first_number FROM command_identities WHERE length(fingerprint) = 0 ORDER BY first_number"
        assert other.query(forgotten) == ([] if texts else [(122,), (123,)])
        if archive == "new.zip":
            assert other.erased(BOOK, [name, reached]) == {name: 124, reached: 124}
            other.let_go(BOOK)
            with pytest.raises(Rejection, match=r"erasure\.already_erased"):
                other.record(send(erase()))
        other.close()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_older_archive_or_file_put_in_its_place_loses_it_again(
    ledger: Ledger, location: Location, tmp_path: Path, clock: Clock
) -> None:
    assert isinstance(location, SQLiteLocation)
    filled(ledger)
    export(ledger, tmp_path / "old.zip")
    commitments = sealed_in(ledger, 122, 123)
    ledger.close()
    older = location.book.read_bytes()
    again = Ledger(location, clock=clock)
    again.record(send(erase()))
    again.close()
    location.book.write_bytes(older)
    with_older = Ledger(location, clock=clock)
    assert with_older.head(BOOK) == 123
    assert with_older.texts(BOOK, commitments) == {}
    assert with_older.erased(BOOK, commitments) == {}
    with_older.record(send(person("p2"), erase()))
    assert set(with_older.erased(BOOK, commitments).values()) == {125}
    assert [found for found in check_book(with_older, BOOK) if not isinstance(found, int)] == []
    with_older.close()
    assert not is_in_a_file(location, NAME, CONTACT)
    location.book.unlink()
    restored = Ledger(location, clock=clock)
    restore(restored, tmp_path / "old.zip")
    assert restored.texts(BOOK, commitments) == {}
    assert len(restored.texts(BOOK, sealed_in(restored, *range(2, 122)))) == 120
    restored.close()
    assert not is_in_a_file(location, NAME, CONTACT)


def _content(path: Path) -> str:
    with ZipFile(path) as archive:
        return "".join(archive.read(name).decode(errors="replace") for name in archive.namelist())


def test_new_evidence_is_without_it_and_holds_and_so_does_the_old(
    ledger: Ledger, tmp_path: Path, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    filled(ledger)
    signer = open_signer(ledger, origin="styringsbok.example/prove", path=tmp_path / "key")
    export_evidence(signer, tmp_path / "old.zip", [BOOK], signer.policy([BOOK]))
    clock.turn(seconds=5)
    ledger.record(send(erase()))
    export_evidence(signer, tmp_path / "new.zip", [BOOK], signer.policy([BOOK]))
    assert [NAME in _content(tmp_path / name) for name in ("old.zip", "new.zip")] == [True, False]
    for name in ("old.zip", "new.zip"):
        with ZipFile(tmp_path / name) as archive:
            archive.extractall(tmp_path / name.removesuffix(".zip"))
        assert verifier.main([str(tmp_path / name.removesuffix(".zip"))]) == 0, capsys.readouterr().out


# Cut short ---------------------------------------------------------------------------------


def test_what_a_crash_cuts_short_is_finished_at_the_next_start(
    ledger: Ledger, location: Location, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(ledger)
    commitments = sealed_in(ledger, 122, 123)
    with monkeypatch.context() as crash:
        crash.setattr("ledger.application.finish", lambda *_: False)
        ledger.record(send(erase()))
    unfinished = "SELECT COUNT(*) FROM erased_texts WHERE finished = 0"
    assert ledger.query(unfinished) == [(2,)]
    assert ledger.texts(BOOK, commitments) == {}
    if isinstance(location, SQLiteLocation):
        assert is_in_a_file(location, NAME)
        assert not location.erased.exists()
    ledger.close()
    with_next = Ledger(location, clock=clock)
    assert with_next.query(unfinished) == [(0,)]
    with_next.close()
    if isinstance(location, SQLiteLocation):
        assert not is_in_a_file(location, NAME, CONTACT)
        assert len(location.erased.read_bytes().splitlines()) == 2


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_reader_that_needs_the_old_pages_does_not_stop_it_for_good(
    ledger: Ledger, database: Database, location: Location
) -> None:
    filled(ledger)
    database.execute("BEGIN")
    database.rows("SELECT COUNT(*) FROM sealed_texts")
    ledger.record(send(erase()))
    assert database.rows("SELECT COUNT(*) FROM sealed_texts") == [(122,)]
    database.execute("COMMIT")
    ledger.finish_erasures()
    assert not is_in_a_file(location, NAME, CONTACT)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_list_that_was_cut_short_is_gone_on_with(ledger: Ledger, location: Location) -> None:
    assert isinstance(location, SQLiteLocation)
    filled(ledger)
    location.erased.write_bytes(b'{"collaboration_id":"prove')
    ledger.record(send(erase()))
    ledger.finish_erasures()
    lines = location.erased.read_bytes().splitlines()
    assert sum(b'"entry":124,' in line for line in lines) == 2
