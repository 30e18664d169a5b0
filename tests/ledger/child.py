"""What tests of processes let another process do with a book: `python -m tests.ledger.child WHAT PATH`.

Each answers with one line of JSON.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any

import orjson

from ledger.application import Ledger
from ledger.deciding import today_in_oslo, utc_now
from ledger.errors import LedgerError
from ledger.location import SQLiteLocation
from tests.ledger.support import BOOK, begin, founding, numbers, person, send, service

NOBODY = 65_534
ROOM = 300_000
"""Bytes a file may have where the disk is to fill up."""


def answer(**said: Any) -> None:
    """Writes one line."""
    sys.stdout.buffer.write(orjson.dumps(said) + b"\n")
    sys.stdout.buffer.flush()


def error_of(error: Exception) -> str:
    """Returns an error's class and message."""
    return f"{type(error).__name__}: {error}"


def try_to_open(book: Path) -> None:
    """Opens a book for writing and says how that went."""
    try:
        Ledger(SQLiteLocation(book)).close()
    except LedgerError as error:
        answer(error=error_of(error))
    else:
        answer(error=None)


def hold(book: Path) -> None:
    """Opens a book, says so, and holds it until standard input ends."""
    ledger = Ledger(SQLiteLocation(book))
    begin(ledger)
    answer(pid=os.getpid())
    sys.stdin.read()
    ledger.close()


def fork(book: Path) -> None:
    """Lets a forked child record through its parent's ledger, and says what became of it and of the parent's own."""
    ledger = Ledger(SQLiteLocation(book))
    begin(ledger)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            ledger.record(send(service("from-the-child")))
        except Exception as error:
            os.write(writing, error_of(error).encode())
        os._exit(0)
    os.waitpid(child, 0)
    os.close(writing)
    said = os.read(reading, 10_000).decode()
    ledger.record(send(service("from-the-parent")))
    answer(error=said, pid=os.getpid(), numbers=numbers(ledger))
    ledger.close()


def fill_the_disk(book: Path) -> None:
    """Records until no file may grow, then reads, gets room again and records, and says how each went."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    ledger = Ledger(SQLiteLocation(book))
    begin(ledger)
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, resource.RLIM_INFINITY))
    told, acknowledged = "", 1
    for number in range(1_000):
        try:
            ledger.record(send(service(f"s{number}"), person(f"p{number}"), command_id=f"c{number}"))
            acknowledged += 2
        except LedgerError as error:
            told = error_of(error)
            break
    full = {"error": told, "acknowledged": acknowledged, "when_full": numbers(ledger)}
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    ledger.record(send(service("afterwards")))
    ledger.close()
    again = Ledger(SQLiteLocation(book))
    identities = again.query("SELECT SUM(last_number - first_number + 1) FROM command_identities")
    texts = again.query("SELECT COUNT(*) FROM sealed_texts")
    answer(**full, afterwards=numbers(again), folded=again.book(BOOK).number, identities=identities, texts=texts)
    again.close()


def without_leave(book: Path) -> None:
    """Tries to open a book, as someone who may read its folder but write nothing there."""
    today_in_oslo(utc_now())
    founding()
    if os.geteuid() == 0:
        os.setegid(NOBODY)
        os.seteuid(NOBODY)
    errors = []
    for read_only in (False, True):
        try:
            Ledger(SQLiteLocation(book), read_only=read_only).close()
        except LedgerError as error:
            errors.append(error_of(error))
    answer(errors=errors)


ACTS = {act.__name__: act for act in (try_to_open, hold, fork, fill_the_disk, without_leave)}

if __name__ == "__main__":
    ACTS[sys.argv[1]](Path(sys.argv[2]))
