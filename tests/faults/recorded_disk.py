"""A disk that writes down what SQLite does to it: every write, cut and synchronisation of every file, in order.

SQLite's own way to the disk (its VFS) is left to do the work; three of each file's methods are replaced by ones that
note what they were asked and then ask the old ones. It is put in by `ctypes` into the SQLite library this process has
loaded already, so what is recorded is the product as it runs, with its own settings.
"""

from __future__ import annotations

import ctypes
import sqlite3
import threading
from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_int, c_int64, c_void_p
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

OK = 0


class Write(NamedTuple):
    """Bytes written to a file at an offset."""

    path: str
    offset: int
    data: bytes


class Cut(NamedTuple):
    """A file cut to a size."""

    path: str
    size: int


class Sync(NamedTuple):
    """A file synchronised: what was written to it before is on the disk."""

    path: str


class Gone(NamedTuple):
    """A file removed."""

    path: str


class Told(NamedTuple):
    """Somebody was told something at this point; the disk knows nothing of it."""

    said: Any


Act = Write | Cut | Sync | Gone | Told


class _VFS(Structure):
    pass


class _Methods(Structure):
    pass


class _File(Structure):
    _fields_ = (("methods", POINTER(_Methods)),)


_OPEN = CFUNCTYPE(c_int, POINTER(_VFS), c_void_p, POINTER(_File), c_int, POINTER(c_int))
_DELETE = CFUNCTYPE(c_int, POINTER(_VFS), c_char_p, c_int)
_WRITE = CFUNCTYPE(c_int, POINTER(_File), c_void_p, c_int, c_int64)
_TRUNCATE = CFUNCTYPE(c_int, POINTER(_File), c_int64)
_SYNC = CFUNCTYPE(c_int, POINTER(_File), c_int)
_CLOSE = CFUNCTYPE(c_int, POINTER(_File))

# The layouts of sqlite3_vfs and sqlite3_io_methods (https://sqlite.org/c3ref/vfs.html), as far as they are looked at.
_VFS._fields_ = [
    ("version", c_int),
    ("file_size", c_int),
    ("path_max", c_int),
    ("next", c_void_p),
    ("name", c_char_p),
    ("data", c_void_p),
    ("open", _OPEN),
    ("delete", _DELETE),
    ("rest", c_void_p * 16),
]
_Methods._fields_ = [
    ("version", c_int),
    ("close", _CLOSE),
    ("read", c_void_p),
    ("write", _WRITE),
    ("truncate", _TRUNCATE),
    ("sync", _SYNC),
    ("rest", c_void_p * 13),
]


def library() -> ctypes.CDLL | None:
    """Returns the SQLite library that Python's own module has loaded, None where it is built into Python itself."""
    sqlite3.connect(":memory:").close()
    for line in Path("/proc/self/maps").read_text().splitlines():
        path = line.split(maxsplit=5)[-1]
        if "/libsqlite3.so" in path:
            return ctypes.CDLL(path)
    return None


@dataclass
class RecordedDisk:
    """SQLite's default way to the disk, with every act on it noted."""

    library: ctypes.CDLL
    acts: list[Act] = field(default_factory=list)
    _open: dict[int, tuple[str, Any]] = field(default_factory=dict)
    """By the address of an open file: its path, and the methods it had."""
    _kept: list[Any] = field(default_factory=list)
    """What SQLite holds pointers into."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def install(self) -> None:
        """Makes this the way every database opened from now on goes to the disk."""
        find, register = self.library.sqlite3_vfs_find, self.library.sqlite3_vfs_register
        find.restype, find.argtypes = POINTER(_VFS), (c_char_p,)
        register.argtypes = (POINTER(_VFS), c_int)
        original = find(None)
        own = _VFS.from_buffer_copy(original.contents)
        opens, deletes = original.contents.open, original.contents.delete

        def open_(_: Any, name: int | None, file: Any, flags: int, given: Any) -> int:
            result = int(opens(original, name, file, flags, given))
            if result == OK and name is not None and file.contents.methods:
                self._watch(file, ctypes.string_at(name).decode())
            return result

        def delete(_: Any, name: bytes, durable: int) -> int:
            self.note(Gone(name.decode()))
            return int(deletes(original, name, durable))

        own.name, own.open, own.delete = b"recorded", _OPEN(open_), _DELETE(delete)
        self._kept += [own, original]
        register(ctypes.byref(own), 1)

    def tell(self, said: Any) -> None:
        """Notes that somebody was told something now."""
        self.note(Told(said))

    def note(self, act: Act) -> None:
        """Takes down an act, after it was done where it is a synchronisation, before it where it is another."""
        with self._lock:
            self.acts.append(act)

    def _watch(self, file: Any, path: str) -> None:
        old = file.contents.methods.contents
        new = _Methods.from_buffer_copy(old)

        def write(at: Any, data: int, amount: int, offset: int) -> int:
            self.note(Write(path, offset, ctypes.string_at(data, amount)))
            return int(old.write(at, data, amount, offset))

        def truncate(at: Any, size: int) -> int:
            self.note(Cut(path, size))
            return int(old.truncate(at, size))

        def sync(at: Any, flags: int) -> int:
            result = int(old.sync(at, flags))
            self.note(Sync(path))
            return result

        new.write, new.truncate, new.sync = _WRITE(write), _TRUNCATE(truncate), _SYNC(sync)
        self._kept += [new, old]
        file.contents.methods = ctypes.pointer(new)
