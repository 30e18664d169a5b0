"""Documents erased by order: the content is nowhere any more once no book reads it, and all hashes stand."""

from __future__ import annotations

import hashlib
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from domain.collaboration import AnyCommand
from domain.kernel import Rejection
from ledger import erasing
from ledger.application import Ledger
from ledger.archive import export
from ledger.attachments import Attachment
from ledger.backing_up import back_up
from ledger.checks import check_book
from ledger.entry import format_instant
from ledger.erased_documents import erased_in, still_read
from ledger.location import Location, SQLiteLocation
from ledger.log.checking import told_of
from ledger.log.checkpointing import open_signer
from ledger.log.evidence import export_evidence
from ledger.recheck import recheck_book
from ledger.restoring import restore
from tests.conformance.database import Database
from tests.ledger.support import BOOK, Clock, begin, send, service, states
from tests.spec import command

CONTENT = b"%PDF-1.7 Merket brev om Kari, QX71"
OTHER = b"%PDF-1.7 Et annet brev"
ORDER = {"kind": "single_item", "ref": "26/1042", "issued_by": "Nasjonalarkivet", "issued_on": "2026-11-20"}
NEIGHBOUR = "nabosamarbeidet"


def digest(content: bytes) -> str:
    """Returns the SHA-256 of content."""
    return hashlib.sha256(content).hexdigest()


def keep(ledger: Ledger, content: bytes) -> None:
    """Keeps a document."""
    now = format_instant(ledger.clock())
    about = Attachment(digest(content), len(content), "application/pdf", "secretary-1", now)
    ledger.attachments.add(BytesIO(content), about)


def naming(*contents: bytes, service_id: str = "s1") -> AnyCommand:
    """Returns a command that names documents."""
    evidence = [{"sha256": digest(content), "name": "Brev.pdf"} for content in contents]
    return service(service_id, evidence=evidence)


def erase(*contents: bytes, **fields: Any) -> AnyCommand:
    """Returns the erasure of documents."""
    return command("personal_data.erase", documents=[digest(one) for one in contents], order=ORDER, **fields)


def filled(ledger: Ledger, *books: str) -> None:
    """Begins books whose second entry names two documents, both kept."""
    for book in books or (BOOK,):
        begin(ledger, naming(CONTENT, OTHER), book=book)
    keep(ledger, CONTENT)
    keep(ledger, OTHER)


def kept(ledger: Ledger) -> list[str]:
    """Returns the documents that can be read whole, by hash."""
    found = ledger.attachments.all()
    for one in found:
        ledger.attachments.check(one)
    return [one.sha256 for one in found]


def is_there(location: Location, database: Database, content: bytes) -> bool:
    """Returns whether the content is in a file beside the book, or in a row."""
    if isinstance(location, SQLiteLocation):
        files = [path for path in location.book.parent.rglob("*") if path.is_file()]
        return any(content in path.read_bytes() for path in files)
    return any(content in bytes(block) for (block,) in database.rows("SELECT content FROM attachment_blocks"))


def in_zip(path: Path, content: bytes) -> bool:
    """Returns whether a file of an archive holds the content."""
    with ZipFile(path) as archive:
        return any(content in archive.read(name) for name in archive.namelist())


def wrong(ledger: Ledger, book: str = BOOK) -> list[str]:
    """Returns the codes of what is found wrong with a book, or decided otherwise now."""
    found = [*check_book(ledger, book), *recheck_book(ledger, book)]
    return [getattr(one, "code", None) or str(one) for one in found if not isinstance(one, int)]


def test_the_content_is_gone_and_the_entries_stand(ledger: Ledger, location: Location, database: Database) -> None:
    filled(ledger)
    before = states(ledger)
    assert is_there(location, database, CONTENT)
    receipt = ledger.record(send(erase(CONTENT)))
    assert [one.entry.number for one in receipt.recorded] == [3]
    assert not is_there(location, database, CONTENT)
    assert kept(ledger) == [digest(OTHER)]
    assert states(ledger)[:-1] == before
    assert digest(CONTENT).encode() in before[1]
    assert erased_in(ledger, digest(CONTENT)) == {BOOK: 3}
    assert database.rows("SELECT finished FROM erased_texts") == [(1,)]
    assert wrong(ledger) == []
    with pytest.raises(Rejection, match=r"erasure\.document_already_erased"):
        ledger.record(send(erase(CONTENT)))


def test_one_that_another_book_names_stays_until_that_one_erases_it_too(
    ledger: Ledger, location: Location, database: Database, tmp_path: Path
) -> None:
    filled(ledger, BOOK, NEIGHBOUR)
    ledger.record(send(erase(CONTENT)))
    assert still_read(ledger, location, digest(CONTENT)) == [NEIGHBOUR]
    assert len(kept(ledger)) == 2
    (told,) = told_of(ledger, BOOK)
    assert (told.code, told.entry) == ("document_kept_elsewhere", 3)
    assert told.what.endswith(f"is kept, until {NEIGHBOUR} erase it too")
    assert wrong(ledger) == wrong(ledger, NEIGHBOUR) == []
    signer = open_signer(ledger, path=tmp_path / "key")
    for book, held in ((BOOK, False), (NEIGHBOUR, True)):
        export(ledger, tmp_path / f"{book}.zip", [book])
        export_evidence(signer, tmp_path / f"{book}-e.zip", [book], signer.policy([book]))
        assert [in_zip(tmp_path / f"{book}{end}.zip", CONTENT) for end in ("", "-e")] == [held, held]
    ledger.record(send(erase(CONTENT), book=NEIGHBOUR))
    assert kept(ledger) == [digest(OTHER)]
    assert list(told_of(ledger, BOOK)) == list(told_of(ledger, NEIGHBOUR)) == []
    assert erased_in(ledger, digest(CONTENT)) == {BOOK: 3, NEIGHBOUR: 3}
    assert wrong(ledger) == wrong(ledger, NEIGHBOUR) == []
    assert not is_there(location, database, CONTENT)


def test_new_backups_are_without_it_and_an_old_one_loses_it_again(
    ledger: Ledger, location: Location, tmp_path: Path, clock: Clock
) -> None:
    filled(ledger)
    key = tmp_path / "key"
    back_up(ledger, tmp_path / "old.zip", lambda copy: open_signer(copy, path=key))
    ledger.record(send(erase(CONTENT)))
    back_up(ledger, tmp_path / "new.zip", lambda copy: open_signer(copy, path=key))
    assert [in_zip(tmp_path / f"{name}.zip", CONTENT) for name in ("old", "new")] == [True, False]
    for number, (archive, known, held, by) in enumerate(
        (
            ("new.zip", (), False, {BOOK: 3}),
            ("old.zip", (tmp_path / "new.zip",), False, {BOOK: 0}),
            ("old.zip", (), True, {}),
        )
    ):
        place = SQLiteLocation(tmp_path / str(number) / "book.db")
        other = Ledger(place, clock=clock)
        restore(other, tmp_path / archive, erased=known)
        assert (digest(CONTENT) in kept(other)) == held
        assert erased_in(other, digest(CONTENT)) == by
        assert wrong(other) == []
        other.close()
    assert location.name


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_older_file_put_in_its_place_loses_it_again(ledger: Ledger, location: Location, clock: Clock) -> None:
    assert isinstance(location, SQLiteLocation)
    filled(ledger)
    ledger.query("PRAGMA wal_checkpoint(TRUNCATE)")
    old = location.book.read_bytes()
    ledger.record(send(erase(CONTENT)))
    ledger.close()
    location.book.write_bytes(old)
    path = location.attachments / digest(CONTENT)[:2] / digest(CONTENT)[2:]
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(CONTENT)
    again = Ledger(location, clock=clock)
    assert kept(again) == [digest(OTHER)]
    assert not path.exists()
    assert erased_in(again, digest(CONTENT)) == {BOOK: 0}
    assert wrong(again) == []
    again.close()


def test_one_cut_short_is_finished_by_whoever_opens_the_ledger_next(
    ledger: Ledger, location: Location, database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut_short(*_: object) -> None:
        raise OSError("the power is gone")

    filled(ledger)
    with monkeypatch.context() as broken:
        broken.setattr(erasing, "erase_documents", cut_short)
        ledger.record(send(erase(CONTENT)))
    assert "document_not_erased" in wrong(ledger)
    assert is_there(location, database, CONTENT)
    ledger.close()
    again = Ledger(location, clock=clock)
    assert kept(again) == [digest(OTHER)]
    assert not is_there(location, database, CONTENT)
    assert wrong(again) == []
    again.close()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_the_servers_table_does_not_hold_it(ledger: Ledger, database: Database) -> None:
    filled(ledger)
    ledger.record(send(erase(CONTENT)))
    database.execute("CHECKPOINT")
    (path,) = database.rows("SELECT pg_relation_filepath('attachment_blocks')")[0]
    held = database.rows(f"SELECT pg_read_binary_file('{path}')")[0][0]
    assert CONTENT not in held
    assert OTHER in held
