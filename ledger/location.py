"""Where the book is: a database named by a URL."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

VARIABLE = "STYRINGSBOK_DATABASE"


class BadLocation(ValueError):
    """The URL names no database; the message says what a URL looks like."""


@dataclass(frozen=True, slots=True)
class SQLiteLocation:
    """A book in a file, with its views in a second file beside it."""

    book: Path

    @property
    def views(self) -> Path:
        """The file the projections' rows are in; it can be thrown away and built again."""
        return self.book.with_name(f"{self.book.stem}.views{self.book.suffix or '.db'}")

    @property
    def attachments(self) -> Path:
        """The folder of the documents that entries name."""
        return self.book.with_name(f"{self.book.name}.attachments")

    @property
    def erased(self) -> Path:
        """The list of what was erased in the book, by commitment; it tells nothing of any text."""
        return self.book.with_name(f"{self.book.stem}.erased.ndjson")

    @property
    def states(self) -> Path:
        """The folder of the states kept between starts; it can be thrown away."""
        return self.book.with_name(f"{self.book.name}.states")

    @property
    def name(self) -> str:
        """What to call it in messages."""
        return str(self.book)


@dataclass(frozen=True, slots=True)
class PostgresLocation:
    """A book and its views in a PostgreSQL database."""

    url: str

    @property
    def name(self) -> str:
        """What to call it in messages: the URL without a password."""
        parts = urlsplit(self.url)
        return f"postgresql://{parts.hostname or 'local'}{parts.path}"

    @property
    def states(self) -> Path:
        """The folder of the states kept between starts, in the user's data directory; it can be thrown away."""
        name = self.name.removeprefix("postgresql://").replace("/", "-")
        return default_path().with_name(f"{name}.states")


Location = SQLiteLocation | PostgresLocation


def default_path() -> Path:
    """Returns the file used when nothing is said: in the user's data directory (XDG base directory specification)."""
    base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "styringsbok" / "styringsbok.db"


def _is_well_formed(url: str) -> bool:
    try:
        urlsplit(url)
    except ValueError:
        return False
    return True


def locate(url: str | None) -> Location:
    """Returns the database a URL names, the default file for None. Raises BadLocation for any other."""
    if not url:
        return SQLiteLocation(default_path())
    if url.startswith("sqlite:///") and len(url) > len("sqlite:///"):
        return SQLiteLocation(Path(unquote(url.removeprefix("sqlite:///"))))
    if url.startswith(("postgresql://", "postgres://")) and _is_well_formed(url):
        return PostgresLocation(url)
    raise BadLocation(
        f"{VARIABLE} must be sqlite:///path/to/file.db or postgresql://user@host/database, not {url[:60]!r}"
    )
