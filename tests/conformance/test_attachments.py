"""Attachments: kept once under their hash, read only whole, and carried by backups and evidence."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from ledger.application import Ledger
from ledger.archive import export
from ledger.attachments import BLOCK_BYTES, Attachment, Attachments
from ledger.backing_up import back_up
from ledger.errors import AttachmentDamaged, BadArchive
from ledger.location import Location, SQLiteLocation
from ledger.log import verifier
from ledger.log.checking import check_attachments
from ledger.log.checkpointing import open_signer
from ledger.log.evidence import export_evidence
from ledger.restoring import restore
from tests.conformance.database import Database
from tests.ledger.support import BOOK, Clock, begin, send, service

SMALL = b"%PDF-1.7 small"
LARGE = b"".join(number.to_bytes(4) for number in range(BLOCK_BYTES // 2 + 10))


def about(content: bytes) -> Attachment:
    """Returns what is known of a document."""
    digest = hashlib.sha256(content).hexdigest()
    return Attachment(digest, len(content), "application/pdf", "secretary-1", "2026-11-24T08:00:00.000000Z")


def add(ledger: Ledger, content: bytes) -> Attachment:
    """Keeps a document."""
    found = about(content)
    ledger.attachments.add(BytesIO(content), found)
    return found


def read(ledger: Ledger, one: Attachment) -> bytes:
    """Returns a document."""
    return b"".join(ledger.attachments.read(one))


def naming(ledger: Ledger, *documents: Attachment) -> None:
    """Records an entry that names documents."""
    evidence = [{"sha256": one.sha256, "name": "Vedtak.pdf"} for one in documents]
    ledger.record(send(service(f"s-{documents[0].sha256[:6]}", evidence=evidence)))


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Ledger]:
    """An empty ledger in another file."""
    found = Ledger(SQLiteLocation(tmp_path / "other" / "book.db"), clock=Clock())
    yield found
    found.close()


@pytest.mark.parametrize("content", [SMALL, LARGE, LARGE[: 2 * BLOCK_BYTES], b"x"])
def test_what_is_kept_comes_back(ledger: Ledger, content: bytes) -> None:
    one = add(ledger, content)
    assert read(ledger, one) == content
    assert ledger.attachments.find(one.sha256) == one
    assert add(ledger, content) == one
    assert ledger.attachments.all() == [one]
    assert list(check_attachments(ledger)) == []
    assert ledger.attachments.find("0" * 64) is None


def damage(location: Location, database: Database, one: Attachment, content: bytes) -> None:
    """Replaces what is kept under a hash."""
    if isinstance(location, SQLiteLocation):
        (location.attachments / one.sha256[:2] / one.sha256[2:]).write_bytes(content)
    else:
        database.execute("UPDATE attachment_blocks SET content = ? WHERE number = 0", content[:BLOCK_BYTES])


@pytest.mark.parametrize("content", [SMALL, LARGE])
def test_what_was_altered_is_never_read_whole_and_told(
    ledger: Ledger, location: Location, database: Database, content: bytes
) -> None:
    one = add(ledger, content)
    damage(location, database, one, b"X" + content[1:])
    got = bytearray()
    with pytest.raises(AttachmentDamaged, match="are not the"):
        got.extend(byte for block in ledger.attachments.read(one) for byte in block)
    assert len(got) < len(content)
    assert list(ledger.attachments.damaged) == [one.sha256]
    (finding,) = check_attachments(ledger)
    assert (finding.code, one.sha256 in finding.what) == ("attachment_damaged", True)
    add(ledger, content)
    assert (read(ledger, one), ledger.attachments.damaged) == (content, {})


def test_what_is_gone_is_told(ledger: Ledger, location: Location, database: Database) -> None:
    one = add(ledger, SMALL)
    if isinstance(location, SQLiteLocation):
        (location.attachments / one.sha256[:2] / one.sha256[2:]).unlink()
    else:
        database.execute("DELETE FROM attachment_blocks")
    with pytest.raises(AttachmentDamaged):
        read(ledger, one)
    assert one.sha256 in ledger.attachments.damaged


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_write_that_fails_leaves_no_file_and_no_row(
    ledger: Ledger, location: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ledger.attachments.os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        add(ledger, SMALL)
    assert isinstance(location, SQLiteLocation)
    assert [path for path in location.attachments.rglob("*") if path.is_file()] == []
    assert ledger.attachments.all() == []


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 64, "0" * 63 + "\n"])
def test_nothing_but_a_hash_names_a_file(ledger: Ledger, name: str) -> None:
    odd = Attachments(ledger, SQLiteLocation(Path("/nowhere/book.db")))
    with pytest.raises(ValueError, match="names no file"):
        list(odd.read(Attachment(name, 1, "text/plain", "x", "2026-11-24T08:00:00.000000Z")))


# Backups and evidence --------------------------------------------------------------------


def test_a_backup_carries_every_document_and_an_export_those_its_books_name(
    ledger: Ledger, other: Ledger, tmp_path: Path
) -> None:
    begin(ledger)
    begin(ledger, book="annen")
    named, alone = add(ledger, LARGE), add(ledger, SMALL)
    naming(ledger, named, about(b"never kept"))
    export(ledger, tmp_path / "one.zip", [BOOK])
    export(ledger, tmp_path / "none.zip", ["annen"])
    back_up(ledger, tmp_path / "all.zip", lambda copy: open_signer(copy, path=tmp_path / "no.key"))
    for file, found in (("one.zip", {named}), ("none.zip", set()), ("all.zip", {named, alone})):
        with zipfile.ZipFile(tmp_path / file) as archive:
            names = {name for name in archive.namelist() if name.startswith("attachments/")}
        assert names == {f"attachments/{one.sha256}" for one in found}
    restore(other, tmp_path / "all.zip")
    assert {one.sha256: read(other, one) for one in other.attachments.all()} == {
        named.sha256: LARGE,
        alone.sha256: SMALL,
    }
    assert other.attachments.find(named.sha256) == named


def test_a_backup_comes_back_on_either_engine(ledger: Ledger, other: Ledger, tmp_path: Path) -> None:
    begin(other)
    one = add(other, LARGE)
    export(other, tmp_path / "b.zip")
    restore(ledger, tmp_path / "b.zip")
    assert read(ledger, one) == LARGE


def test_a_damaged_document_is_not_backed_up(
    ledger: Ledger, location: Location, database: Database, tmp_path: Path
) -> None:
    begin(ledger)
    damage(location, database, add(ledger, SMALL), b"another")
    with pytest.raises(AttachmentDamaged):
        export(ledger, tmp_path / "b.zip")
    assert not (tmp_path / "b.zip").exists()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_document_changed_in_a_backup_is_refused(ledger: Ledger, other: Ledger, tmp_path: Path) -> None:
    begin(ledger)
    one = add(ledger, SMALL)
    export(ledger, tmp_path / "b.zip")
    name = f"attachments/{one.sha256}"
    with zipfile.ZipFile(tmp_path / "b.zip") as archive, zipfile.ZipFile(tmp_path / "c.zip", "w") as changed:
        for member in archive.namelist():
            content = archive.read(member)
            if member == name:
                content = b"another"
            if member == "manifest.json":
                new = hashlib.sha256(b"another").hexdigest()
                head, tail = content.split(f'"{name}": {{'.encode())
                account, rest = tail.split(b"}", 1)
                account = account.replace(one.sha256.encode(), new.encode()).replace(b'"bytes": 14', b'"bytes": 7')
                content = head + f'"{name}": {{'.encode() + account + b"}" + rest
            changed.writestr(member, content)
    with pytest.raises(BadArchive, match="is another document than its name says"):
        restore(other, tmp_path / "c.zip")
    assert other.heads() == {}


def test_evidence_holds_the_documents_and_the_verifier_checks_them(
    ledger: Ledger, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    begin(ledger)
    one = add(ledger, SMALL)
    add(ledger, LARGE)
    naming(ledger, one)
    signer = open_signer(ledger, path=tmp_path / "prove.key", origin="styringsbok.example/prove")
    export_evidence(signer, tmp_path / "e.zip", [BOOK], signer.policy([BOOK]))
    folder = tmp_path / "e"
    with zipfile.ZipFile(tmp_path / "e.zip") as archive:
        archive.extractall(folder)
    (kept,) = (folder / "attachments").iterdir()
    assert (kept.name, kept.read_bytes()) == (one.sha256, SMALL)
    assert verifier.main([str(folder)]) == 0
    kept.write_bytes(b"another")
    assert verifier.main([str(folder)]) == 1
    assert "is another document than its name says" in capsys.readouterr().err
