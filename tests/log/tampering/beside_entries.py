"""Kinds of tampering with what is kept beside the entries: texts, identities, documents, the log, whole books."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable
from dataclasses import replace

from ledger.log.checkpoints import Checkpoint
from ledger.log.merkle import Frontier
from ledger.log.notes import Note
from tests.log.tampering.hand import BESIDE, LOG, Hand, Kind, by, checkpoint, laid_on, with_key
from tests.log.tampering.in_entries import CONTACT, DERIVED, FILE
from tests.log.tampering.installation import AKER, BIRK, CASK, DOCUMENT, OLD, VISIT, Place

PAGE = 4_096


def _sql(name: str, statement: str, *params: object) -> Kind:
    return Kind(name, FILE, by(lambda hand: hand.run(statement, *params)))


def _another_text(hand: Hand) -> None:
    """Puts another text in the place of one that was erased, of which the commitment alone is known."""
    ((commitment, of_entry),) = hand.rows("SELECT commitment, of_entry FROM erased_texts")
    insert = "INSERT INTO sealed_texts VALUES (?,?,?,?,'Ola Prøvesen')"
    hand.run(insert, AKER, commitment, of_entry, bytes(32))


def _text_back(place: Place) -> None:
    """Puts a text back that was erased, from a copy of the file of before."""
    with laid_on(place) as hand:
        hand.run("ATTACH ? AS old", str(place.folder / "before-erasure.db"))
        erased = "SELECT commitment FROM erased_texts"
        hand.run(f"INSERT INTO sealed_texts SELECT * FROM old.sealed_texts WHERE commitment IN ({erased})")


def _text_and_commitment(hand: Hand) -> None:
    salt, text = bytes(32), "Kari Annensen"
    (before,) = hand.rows("SELECT commitment FROM sealed_texts WHERE number = ?", CONTACT)
    after = hashlib.sha256(salt + text.encode()).hexdigest()
    hand.bytes_of(AKER, CONTACT, lambda state: state.replace(before[0].encode(), after.encode()))
    update = "UPDATE sealed_texts SET commitment = ?, salt = ?, text = ? WHERE number = ?"
    hand.run(update, after, salt, text, CONTACT)
    hand.grow(AKER)


def _document_changed(place: Place) -> None:
    name = hashlib.sha256(DOCUMENT).hexdigest()
    path = place.folder / "book.db.attachments" / name[:2] / name[2:]
    path.write_bytes(path.read_bytes().replace(b"1.7", b"1.8"))


def _pages_overwritten(place: Place) -> None:
    """Overwrites the page the texts begin on."""
    connection = sqlite3.connect(place.book)
    ((page,),) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'sealed_texts'").fetchall()
    connection.close()
    with place.book.open("r+b") as file:
        file.seek((page - 1) * PAGE)
        file.write(b"\xff" * PAGE)


KARI = "UPDATE sealed_texts SET {} WHERE collaboration_id = 'aker' AND number = 3"
COMMAND = "command_identities {} WHERE collaboration_id = 'aker' AND first_number = 42"
TEXTS_AND_IDENTITIES = (
    _sql("a sealed text changed", KARI.format("text = 'Annen Prøvesen'")),
    _sql("a sealed text destroyed", "DELETE FROM sealed_texts WHERE collaboration_id = 'aker' AND number = 3"),
    _sql("a sealed text moved to another entry", KARI.format("number = 4")),
    Kind("a sealed text changed, and the commitment in its entry with it", DERIVED, by(_text_and_commitment)),
    Kind("an erased text put back from an old copy of the file", FILE, _text_back),
    Kind("something else put in the place of an erased text", FILE, by(_another_text)),
    _sql("the note that a text was erased taken away", "DELETE FROM erased_texts"),
    _sql("the identity of a command taken away", f"DELETE FROM {COMMAND.format('')}"),
    _sql("the identity of a command made to cover more", f"UPDATE {COMMAND.format('SET last_number = 43')}"),
    _sql(
        "the identity of a command made up for entries that are not there",
        "INSERT INTO command_identities VALUES ('birk','secretary-1','forged',?,?,99,99)",
        bytes(32),
        bytes(32),
    ),
    Kind("a document changed", FILE, _document_changed),
    Kind("a page of the file overwritten", FILE, _pages_overwritten),
)


# The log -----------------------------------------------------------------------------------


def _at(book: str, size: int) -> str:
    return f"WHERE collaboration_id = '{book}' AND size = {size}"


def _stranger(hand: Hand) -> None:
    hand.run("INSERT INTO log_keys VALUES (2,?,'2026-01-01','x' || char(10) || char(10) || 'y')", bytes(32))


def _root_changed(hand: Hand) -> None:
    ((text,),) = hand.rows(f"SELECT note FROM log_checkpoints {_at(AKER, OLD)}")
    before = Checkpoint.read(Note.read(text.encode()).text)
    changed = text.replace(before.text, replace(before, root=bytes(32)).text)
    hand.run(f"UPDATE log_checkpoints SET note = ? {_at(AKER, OLD)}", changed)


IN_THE_LOG = (
    Kind("the root in a checkpoint changed", FILE, by(_root_changed)),
    _sql("a checkpoint put to another size", f"UPDATE log_checkpoints SET size = 201 {_at(AKER, VISIT)}"),
    _sql(
        "a checkpoint exchanged for one of another book",
        f"UPDATE log_checkpoints SET note = (SELECT note FROM log_checkpoints {_at(BIRK, 6)}) {_at(AKER, VISIT)}",
    ),
    _sql("the log's frontier changed", "UPDATE log_frontiers SET hashes = ? WHERE size = 280", bytes(96)),
    _sql("a tile of the log changed", "UPDATE log_tiles SET hashes = ?", bytes(8192)),
    Kind("a key added that nobody let in", FILE, by(_stranger)),
    _sql("the log given another name", "UPDATE log_origin SET origin = 'another.example'"),
    _sql(
        "a break after a restore made up",
        "INSERT INTO log_breaks SELECT collaboration_id, signed_at, size, note || 'x' FROM log_checkpoints "
        + _at(AKER, VISIT),
    ),
    _sql(
        "a witness's signature exchanged for another of its own",
        "UPDATE log_cosignatures SET line = (SELECT line FROM log_cosignatures "
        f"{_at(AKER, VISIT)}) WHERE size = 280",
    ),
    _sql(
        "a witness's signature put to another size",
        f"UPDATE log_cosignatures SET size = 201 {_at(AKER, VISIT)}",
    ),
    _sql("the time of a witness's signature changed", "UPDATE log_cosignatures SET cosigned_at = 1700000000"),
    _sql("a witness's signatures taken away", "DELETE FROM log_cosignatures WHERE collaboration_id = 'birk'"),
    Kind(
        "a checkpoint of other entries signed, and nothing else changed", "the log's key",
        with_key(lambda hand, key: hand.run(
            f"UPDATE log_checkpoints SET note = ? {_at(AKER, VISIT)}",
            checkpoint(key, AKER, Frontier().grown([bytes(32)] * VISIT)),
        )),
    ),
)  # fmt: skip


# What is not there any more ------------------------------------------------------------------


def _cut(size: int) -> Callable[[Hand], None]:
    """Returns what takes a book back to a size at which it was signed, as if it had never gone on."""

    def does(hand: Hand) -> None:
        hand.rewrite(AKER, hand.records(AKER)[:size])
        hand.forget(AKER, size)
        hand.grow(AKER)
        hand.log_anew()

    return does


def _dropped(book: str) -> Callable[[Hand], None]:
    def does(hand: Hand) -> None:
        hand.drop(book, *BESIDE, *LOG)
        hand.count()
        hand.log_anew()

    return does


def _dropped_but_signed(hand: Hand) -> None:
    hand.drop(CASK, *BESIDE)
    hand.count()


MISSING = (
    Kind("the entries of a book deleted, and what lies beside them left", FILE, by(lambda hand: hand.drop(BIRK))),
    Kind("a book deleted, and what was signed of it left", DERIVED, by(_dropped_but_signed)),
    Kind("a book deleted with what lies beside it", FILE, by(lambda hand: hand.drop(BIRK, *BESIDE, *LOG))),
    Kind("a book of the auditor's visit deleted without a trace in the file", DERIVED, by(_dropped(BIRK))),
    Kind("a book begun after that visit deleted without a trace in the file", DERIVED, by(_dropped(CASK))),
    Kind("a book taken back to before the visit, with its log", DERIVED, by(_cut(OLD))),
    Kind("a book taken back to the visit, with its log", DERIVED, by(_cut(VISIT))),
    Kind("the whole file rolled back to before the visit", FILE, lambda place: place.roll_back("old")),
    Kind("the whole file rolled back to the visit", FILE, lambda place: place.roll_back("visit")),
)
KINDS = (*TEXTS_AND_IDENTITIES, *IN_THE_LOG, *MISSING)
