"""The hand that tampers: whoever has the database file, the triggers dropped, and all that can be worked out anew."""

from __future__ import annotations

import copy
import json
import sqlite3
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import orjson

from ledger.log.checkpointing import log_name
from ledger.log.checkpoints import Checkpoint
from ledger.log.keys import SigningKey
from ledger.log.merkle import Frontier, leaf_hash
from ledger.log.notes import Note
from ledger.log.tables import INSTALLATION
from ledger.log.tiles import TILE_WIDTH
from tests.log.tampering.installation import ORIGIN, Place

Record = dict[str, Any]
Leaf = tuple[str, int, bytes]
BESIDE = ("command_identities", "sealed_texts", "erased_texts")
LOG = ("log_frontiers", "log_tiles", "log_checkpoints", "log_cosignatures", "log_breaks")


@dataclass(frozen=True)
class Kind:
    """A kind of tampering."""

    name: str
    means: str
    """What whoever does it has."""
    change: Callable[[Place], object]
    in_package: bool = False


@dataclass(frozen=True)
class Hand:
    """A connection past the program, with no trigger in its way."""

    connection: sqlite3.Connection

    def run(self, statement: str, *params: object) -> None:
        """Executes a statement."""
        self.connection.execute(statement, params)

    def rows(self, statement: str, *params: object) -> list[tuple[Any, ...]]:
        """Returns the rows of a query."""
        return self.connection.execute(statement, params).fetchall()

    # Bytes -------------------------------------------------------------------------------

    def states(self, book: str) -> list[bytes]:
        """Returns the bytes of a book's entries."""
        query = "SELECT state FROM stored_events WHERE originator_id = ? ORDER BY originator_version"
        return [state for (state,) in self.rows(query, book)]

    def bytes_of(self, book: str, number: int, change: Callable[[bytes], bytes | str]) -> None:
        """Changes the bytes of one entry and nothing else."""
        before = self.states(book)[number - 1]
        after = change(before)
        assert after != before, "nothing was changed"
        where = "WHERE originator_id = ? AND originator_version = ?"
        self.run(f"UPDATE stored_events SET state = ? {where}", after, book, number)

    # Books -------------------------------------------------------------------------------

    def records(self, book: str) -> list[Record]:
        """Returns a book's entries."""
        return [orjson.loads(state) for state in self.states(book)]

    def rewrite(self, book: str, records: list[Record], *, count: bool = True) -> None:
        """Puts these entries in the place of a book's, with numbers, identities and texts that fit.

        With `count` the file's own count of entries is made to fit too.
        """
        self.run("DELETE FROM stored_events WHERE originator_id = ?", book)
        for number, record in enumerate(records, start=1):
            record.update(number=number, collaboration_id=book)
            state = orjson.dumps(record, option=orjson.OPT_SORT_KEYS)
            row = (book, number, record["type"], state)
            self.run(
                "INSERT INTO stored_events (originator_id, originator_version, topic, state) VALUES (?,?,?,?)", *row
            )
            if b'"commitment"' in state:
                for (commitment,) in self.rows("SELECT commitment FROM sealed_texts WHERE collaboration_id = ?", book):
                    if commitment.encode() in state:
                        fits = "WHERE collaboration_id = ? AND commitment = ?"
                        self.run(f"UPDATE sealed_texts SET number = ? {fits}", number, book, commitment)
        self.identify(book, records)
        if count:
            self.count()

    def identify(self, book: str, records: list[Record]) -> None:
        """Makes the identities of commands those of the entries."""
        known = {
            (principal, command): (salt, fingerprint)
            for principal, command, salt, fingerprint in self.rows(
                "SELECT principal, command_id, salt, fingerprint FROM command_identities WHERE collaboration_id = ?",
                book,
            )
        }
        self.run("DELETE FROM command_identities WHERE collaboration_id = ?", book)
        places: dict[tuple[str, str], list[int]] = {}
        for record in records:
            places.setdefault((record["recorded_by"], record["command_id"]), []).append(record["number"])
        for key, numbers in places.items():
            secret = known.get(key, (bytes(32), bytes(32)))
            row = (book, *key, *secret, min(numbers), max(numbers))
            self.run("INSERT INTO command_identities VALUES (?,?,?,?,?,?,?)", *row)

    def count(self) -> None:
        """Makes the file's count of entries ever recorded the number there are."""
        self.run("UPDATE sqlite_sequence SET seq = (SELECT COUNT(*) FROM stored_events) WHERE name = 'stored_events'")

    def drop(self, book: str, *tables: str) -> None:
        """Takes everything of a book out of these tables, and its entries."""
        self.run("DELETE FROM stored_events WHERE originator_id = ?", book)
        for table in tables:
            self.run(f"DELETE FROM {table} WHERE collaboration_id = ?", book)

    # The log -----------------------------------------------------------------------------

    def grow(self, book: str) -> None:
        """Makes the frontier and the tiles of a log those of the entries."""
        hashes = [leaf_hash(state) for state in self.states(book)]
        frontier = Frontier().grown(hashes)
        self.run("DELETE FROM log_tiles WHERE collaboration_id = ?", book)
        self.run("DELETE FROM log_frontiers WHERE collaboration_id = ?", book)
        self.run("INSERT INTO log_frontiers VALUES (?,?,?)", book, frontier.size, frontier.packed)
        for index in range(len(hashes) // TILE_WIDTH):
            tile = b"".join(hashes[index * TILE_WIDTH : (index + 1) * TILE_WIDTH])
            self.run("INSERT INTO log_tiles VALUES (?,0,?,?)", book, index, tile)

    # The installation's log --------------------------------------------------------------

    def leaves(self) -> list[Leaf]:
        """Returns what the leaves are: book, size and note."""
        rows = self.rows("SELECT collaboration_id, size, leaf FROM installation_log ORDER BY number")
        return [(book, size, leaf) for book, size, leaf in rows]

    def put_leaves(self, leaves: Iterable[Leaf]) -> None:
        """Puts these leaves in the place of those there are, numbered anew, with a frontier that fits."""
        self.run("DELETE FROM installation_log")
        for number, (book, size, leaf) in enumerate(leaves, start=1):
            self.run("INSERT INTO installation_log VALUES (?,?,?,?)", number, book, size, leaf)
        frontier = Frontier().grown(leaf_hash(leaf) for *_, leaf in self.leaves())
        self.run("DELETE FROM log_frontiers WHERE collaboration_id = ?", INSTALLATION)
        self.run("INSERT INTO log_frontiers VALUES (?,?,?)", INSTALLATION, frontier.size, frontier.packed)

    def log_anew(self, key: SigningKey | None = None, *, keep: bool = False) -> None:
        """Makes the installation's log one of what is signed now, in the order it had it, and signs it anew.

        With `keep` only what does not fit any more; without the key that is taken away.
        """
        signed = {
            (book, size, kind): note.encode()
            for book, size, kind, note in self.rows(
                "SELECT collaboration_id, size, 'checkpoint', note FROM log_checkpoints WHERE collaboration_id <> '*' "
                "UNION ALL SELECT collaboration_id, size, recorded_at, note FROM log_breaks"
            )
        }
        places = [(book, size, "checkpoint") for book, size, _ in self.leaves()]
        kept = [place for place in places if place in signed]
        rest = sorted(set(signed) - set(kept))
        self.put_leaves((book, size, signed[book, size, kind]) for book, size, kind in [*kept, *rest])
        hashes = [leaf_hash(leaf) for *_, leaf in self.leaves()]
        points = self.rows("SELECT size, note FROM log_checkpoints WHERE collaboration_id = ?", INSTALLATION)
        fits = {size for size, note in points if _root(note) == Frontier().grown(hashes[:size]).root}
        for size, _ in points:
            if size > len(hashes) or (key is None and size not in fits):
                for table in ("log_checkpoints", "log_cosignatures"):
                    self.run(f"DELETE FROM {table} WHERE collaboration_id = ? AND size = ?", INSTALLATION, size)
        if key is not None:
            sizes = {size for size, _ in points if size <= len(hashes)} | {len(hashes)}
            for size in sorted(sizes - fits if keep else sizes):
                self.keep(INSTALLATION, size, checkpoint(key, INSTALLATION, Frontier().grown(hashes[:size])))

    def keep(self, book: str, size: int, note: str) -> None:
        """Puts a checkpoint in the place of one there was of a size, and takes away what a witness signed of it."""
        self.run("DELETE FROM log_cosignatures WHERE collaboration_id = ? AND size = ?", book, size)
        insert = "INSERT OR REPLACE INTO log_checkpoints VALUES (?,?,?,'2026-11-24T09:00:00.000000Z')"
        self.run(insert, book, size, note)

    # Signing -----------------------------------------------------------------------------

    def forget(self, book: str, beyond: int) -> None:
        """Takes the checkpoints of more entries than these away, and their cosignatures."""
        for table in ("log_checkpoints", "log_cosignatures"):
            self.run(f"DELETE FROM {table} WHERE collaboration_id = ? AND size > ?", book, beyond)

    def sign(self, book: str, key: SigningKey, *, keep: bool = False) -> None:
        """Signs every checkpoint of a book anew over the entries there are, and the last size in any case.

        With `keep` only those that do not fit them. The installation's log is made to have what was signed, and signed
        anew in the same way. What the witness signed cannot be made anew.
        """
        hashes = [leaf_hash(state) for state in self.states(book)]
        self.forget(book, len(hashes))
        signed = self.rows("SELECT size, note FROM log_checkpoints WHERE collaboration_id = ?", book)
        fits = {size for size, note in signed if _root(note) == Frontier().grown(hashes[:size]).root}
        sizes = {size for size, _ in signed} | {len(hashes)}
        for size in sorted(sizes - fits if keep else sizes):
            self.keep(book, size, checkpoint(key, book, Frontier().grown(hashes[:size])))
        self.log_anew(key, keep=keep)

    def signed_anew(self, book: str, records: list[Record], key: SigningKey, *, keep: bool = False) -> None:
        """Puts other entries in the place of a book's and makes all of its log fit them, with `keep` what does not."""
        self.rewrite(book, records)
        self.grow(book)
        self.sign(book, key, keep=keep)


def _root(note: str) -> bytes:
    return Checkpoint.read(Note.read(note.encode()).text).root


def checkpoint(key: SigningKey, book: str, frontier: Frontier) -> str:
    """Returns a checkpoint of a book, or of the installation's log, that a key signed."""
    point = Checkpoint(log_name(ORIGIN, book), frontier.size, frontier.root)
    return str(Note(point.text, (key.sign(point.text, point.origin),)))


@contextmanager
def laid_on(place: Place) -> Iterator[Hand]:
    """Yields a hand on the database file."""
    connection = sqlite3.connect(place.book)
    try:
        hand = Hand(connection)
        for (name,) in hand.rows("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            hand.run(f"DROP TRIGGER {name}")
        yield hand
        connection.commit()
    finally:
        connection.close()


def by(change: Callable[[Hand], object]) -> Callable[[Place], None]:
    """Returns what a hand does to a place."""

    def does(place: Place) -> None:
        with laid_on(place) as hand:
            change(hand)

    return does


def with_key(change: Callable[[Hand, SigningKey], object]) -> Callable[[Place], None]:
    """Returns what a hand that has the signing key does to a place."""

    def does(place: Place) -> None:
        with laid_on(place) as hand:
            change(hand, place.key)

    return does


def replaced(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    """Returns a change of the first `old` into `new`."""
    return lambda state: state.replace(old, new, 1)


def as_python_writes(state: bytes) -> bytes:
    """Returns an entry with its fields in another order."""
    record = json.loads(state)
    return json.dumps(dict(reversed(record.items())), ensure_ascii=False, separators=(",", ":")).encode()


def decomposed(state: bytes) -> bytes:
    """Returns an entry whose letters with a ring or an accent are written as two characters."""
    return unicodedata.normalize("NFD", state.decode()).encode()


def renamed(records: list[Record], number: int, name: str = "En annen tjeneste (prøve)") -> list[Record]:
    """Returns entries of which one registers its service under another name."""
    changed = copy.deepcopy(records)
    changed[number - 1]["event"]["name"] = name
    return changed


def without(records: list[Record], number: int) -> list[Record]:
    """Returns entries without one."""
    return records[: number - 1] + records[number:]


def inserted(records: list[Record], number: int) -> list[Record]:
    """Returns entries with one more, recorded in the moment of the one it stands before."""
    made = copy.deepcopy(records[number - 1])
    made.update(command_id=f"forged-{number}", entry_id=f"{number:032x}")
    made["event"].update(service_id=f"forged-{number}", name="Tilføyd (prøve)")
    return [*records[: number - 1], made, *records[number - 1 :]]


def swapped(records: list[Record], number: int) -> list[Record]:
    """Returns entries of which one has changed places with the next, each with the time of its place."""
    first, second = copy.deepcopy(records[number - 1 : number + 1])
    first["recorded_at"], second["recorded_at"] = second["recorded_at"], first["recorded_at"]
    return [*records[: number - 1], second, first, *records[number + 1 :]]
