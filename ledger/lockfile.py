"""One process writes an SQLite book: it holds a lock on a file beside it, which says who it is."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import IO

from ledger.errors import LedgerHeld


class WriterLock:
    """The right to write a book's file, held until `release` or the end of the process."""

    def __init__(self, book: Path) -> None:
        """Takes the lock. Raises LedgerHeld, naming the holder, if another process has it."""
        self.path = book.with_name(book.name + ".lock")
        self._pid = os.getpid()
        self._file: IO[str] | None = self.path.open("a+", encoding="utf-8")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.seek(0)
            holder = self._file.read().strip() or "another process"
            self._file.close()
            self._file = None
            raise LedgerHeld(str(book), holder) from None
        self._file.truncate(0)
        self._file.write(f"process {self._pid}")
        self._file.flush()

    def assert_own_process(self) -> None:
        """Raises LedgerHeld in a forked child: a connection must not be carried across a fork."""
        if os.getpid() != self._pid:
            raise LedgerHeld(str(self.path), f"process {self._pid}, from which this one was forked")

    def release(self) -> None:
        """Gives the lock back."""
        if self._file is not None:
            self._file.close()
            self._file = None
