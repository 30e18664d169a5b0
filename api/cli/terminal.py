"""What the command line says, and how: results on standard output, errors and progress on standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import orjson
import structlog
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

PIPE_WIDTH = 200
"""Columns a table may use where nobody watches."""

OK, REFUSED, UNUSABLE = 0, 1, 2
"""Exit codes: all is well; something was found or refused; wrong usage or a database that cannot be used."""


class Stopped(Exception):
    """A command cannot go on. The message says what, where, and how to go on, in one line."""

    def __init__(self, message: str, exit_code: int = UNUSABLE) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def log_to_standard_error() -> None:
    """Keeps the log out of the answers."""
    # A trace with the values of its variables would put shielded facts into the log.
    plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(
        processors=[structlog.processors.add_log_level, structlog.processors.TimeStamper(fmt="iso", utc=True), plain],
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )


def say(text: str) -> None:
    """Writes a line for people; what does not print is replaced."""
    typer.echo(printable(text))


def complain(text: str) -> None:
    """Writes a line about what went wrong."""
    typer.echo(printable(text), err=True)


def answer(value: Any) -> None:
    """Writes a line for machines: JSON in UTF-8."""
    typer.echo(orjson.dumps(value).decode())


def printable(text: str) -> str:
    """Returns text with control characters replaced: what a damaged row holds must not steer a terminal."""
    return "".join(c if c.isprintable() or c == "\n" else "\ufffd" for c in text)


def counted(number: int, one: str, many: str) -> str:
    """Returns a number of things in words, such as "1 book" or "2 books"."""
    return f"{number} {one if number == 1 else many}"


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Writes a table, as wide as the terminal allows."""
    shown = Table(*columns, box=None, header_style="bold", pad_edge=False)
    for row in rows:
        shown.add_row(*(printable(cell) for cell in row))
    width = None if sys.stdout.isatty() else PIPE_WIDTH
    Console(file=sys.stdout, width=width, markup=False, emoji=False, highlight=False).print(shown)


@contextmanager
def progress(what: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """Yields what to tell how many are done; a bar shows it where someone watches standard error."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(file=sys.stderr), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done: bar.update(task, completed=done)
