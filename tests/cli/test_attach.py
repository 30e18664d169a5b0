"""`attach`: a document from the command line, and what it does not take."""

from __future__ import annotations

import hashlib
from pathlib import Path

from api.composition import house
from ledger.location import locate
from tests.cli.support import CommandLine, book_of, write

PDF = b"%PDF-1.7 vedtak"


def test_a_document_is_kept_under_the_hash_it_says(cli: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "vedtak.pdf"
    file.write_bytes(PDF)
    told = cli.json("attach", file)
    assert told == {"sha256": hashlib.sha256(PDF).hexdigest(), "size": len(PDF), "media_type": "application/pdf"}
    assert cli.run("attach", file).stdout.strip() == told["sha256"]
    with house(locate(cli.url), read_only=True) as opened:
        (one,) = opened.ledger.attachments.all()
        assert b"".join(opened.ledger.attachments.read(one)) == PDF
    assert cli.json("verify")["ok"] is True


def test_what_attach_does_not_take(sqlite_cli: CommandLine, tmp_path: Path) -> None:
    for name, content in (("a.html", b"<html>"), ("a.pdf", b"no pdf"), ("empty.pdf", b"")):
        (tmp_path / name).write_bytes(content)
        sqlite_cli.refused("attach", tmp_path / name, code=1)
    assert "No such file" in sqlite_cli.refused("attach", tmp_path / "gone.pdf")
    (tmp_path / "text.unknown").write_bytes(b"text")
    sqlite_cli.run("attach", tmp_path / "text.unknown", "--type", "text/plain")


def test_verify_finds_one_that_was_changed(sqlite_cli: CommandLine, tmp_path: Path) -> None:
    sqlite_cli.run("import", write(tmp_path / "book", book_of("aker", 2)))
    (tmp_path / "vedtak.pdf").write_bytes(PDF)
    sha256 = sqlite_cli.json("attach", tmp_path / "vedtak.pdf")["sha256"]
    (sqlite_cli.files.attachments / sha256[:2] / sha256[2:]).write_bytes(b"another")
    (found,) = sqlite_cli.json("verify", code=1)["findings"]
    assert (found["code"], sha256 in found["what"]) == ("attachment_damaged", True)
    assert sha256 in sqlite_cli.refused("export", tmp_path / "all.zip", code=1)
