"""`import`: a history as commands, one JSON object a line."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, Annotated, Any

import typer

from api.catalogue import Language
from api.cli import context, terminal
from api.cli.context import Json, signing_of
from api.cli.signing_at_the_end import sign_at_the_end
from api.cli.terminal import REFUSED, Stopped
from api.composition import Signing, house
from api.importing import BookImported, Imported, ImportRefused, LineProblem, Lines, parse, record
from ledger.application import Ledger
from ledger.errors import NoLedger
from ledger.location import Location, SQLiteLocation

PROBLEMS_MAX = 20
"""Problems told in one run; when there are as many, the rest of the file is not read."""


def import_file(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="One JSON object a line; - is standard input.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Decide everything, record nothing.")] = False,  # noqa: FBT002
    lang: Annotated[Language, typer.Option(help="The language rejections are told in.")] = "en",
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Record a history of commands from a file. The same file again records nothing more.

    Each line is {"collaboration", "command", "mode", "recorded_by", "idempotency_key"}. All lines are checked first;
    then each book's lines are decided whole before its first is written. A run cut short is resumed by the same file.
    """
    done = Imported()
    try:
        with _stream(file) as stream:
            with terminal.progress("Reading") as progress:
                lines = parse(stream, lang, PROBLEMS_MAX, progress)
            signing = signing_of(context.settings(ctx))
            done = recorded(context.location(ctx), lines, lang, dry_run=dry_run, signing=signing)
    except ImportRefused as refused:
        _complain(refused, file)
        if as_json:
            terminal.answer({**_counts(refused.done, dry_run=dry_run), "errors": [asdict(p) for p in refused.problems]})
        raise typer.Exit(REFUSED) from None
    if as_json:
        terminal.answer(_counts(done, dry_run=dry_run))
    else:
        for collaboration, book in done.books.items():
            terminal.say(told(collaboration, book, dry_run=dry_run))
        if not done.books:
            terminal.say("The file has no lines.")


@contextmanager
def _stream(file: str) -> Iterator[IO[bytes]]:
    if file == "-" and not sys.stdin.buffer.seekable():
        # A pipe can be read once: it is kept on the disk, in a file without a name.
        with TemporaryFile() as kept:
            shutil.copyfileobj(sys.stdin.buffer, kept)
            kept.seek(0)
            yield kept
        return
    if file == "-":
        yield sys.stdin.buffer
        return
    if not Path(file).is_file():
        raise Stopped(f"{file} is not a file that can be read; name one, or - for standard input.")
    with Path(file).open("rb") as stream:
        yield stream


def recorded(place: Location, lines: dict[str, Lines], lang: Language, *, dry_run: bool, signing: Signing) -> Imported:
    """Returns what became of lines, recorded in the database and signed or, with `dry_run`, only decided.

    Raises as `record`.
    """
    total = sum(map(len, lines.values()))
    with terminal.progress("Deciding", total) as progress:
        if dry_run:
            with _to_be_read(place) as ledger:
                return record(ledger, lines, lang, dry_run=True, progress=progress)
        with house(place, signing=signing) as opened:
            done = record(opened.ledger, lines, lang, progress=progress)
            sign_at_the_end(opened)
            return done


@contextmanager
def _to_be_read(place: Location) -> Iterator[Ledger]:
    """Yields the ledger, opened to be read only; where there is none yet, an empty one that is thrown away."""
    try:
        ledger = Ledger(place, read_only=True)
    except NoLedger:
        with (
            TemporaryDirectory(prefix="styringsbok-") as folder,
            context.opened(SQLiteLocation(Path(folder) / "dry-run.db")) as empty,
        ):
            yield empty
        return
    try:
        yield ledger
    finally:
        ledger.close()


def told(collaboration: str, book: BookImported, *, dry_run: bool = False) -> str:
    """Returns what became of a book's lines, in a sentence."""
    verb = "would be recorded" if dry_run else "recorded"
    entries = terminal.counted(book.entries, "entry", "entries")
    return f"{collaboration}: {book.recorded} {verb} ({entries}), {book.already_present} already present."


def _counts(done: Imported, *, dry_run: bool) -> dict[str, Any]:
    verb = "would_record" if dry_run else "recorded"
    books = {
        collaboration: {verb: book.recorded, "already_present": book.already_present, "entries": book.entries}
        for collaboration, book in done.books.items()
    }
    return {verb: done.recorded, "already_present": done.already_present, "books": books}


def _complain(refused: ImportRefused, file: str) -> None:
    name = "standard input" if file == "-" else file
    for problem in refused.problems:
        terminal.complain(f"{name}, line {problem.line}{_place(problem)}: {problem.what}")
    for how in dict.fromkeys(problem.how for problem in refused.problems):
        terminal.complain(how)
    if len(refused.problems) >= PROBLEMS_MAX:
        terminal.complain(f"There may be more: reading stopped after {PROBLEMS_MAX} problems.")
    if refused.done.books:
        terminal.complain(f"Of other books before it: {' '.join(told(*one) for one in refused.done.books.items())}")
        terminal.complain("Nothing of this book was recorded. Mend the line and import the same file again.")
    else:
        terminal.complain("Nothing was recorded. Mend this and import the same file again.")


def _place(problem: LineProblem) -> str:
    place = f", {problem.pointer}" if problem.pointer else ""
    law = f"; {problem.law}" if problem.law else ""
    entries = f"; see entries {', '.join(map(str, problem.entries))}" if problem.entries else ""
    return f"{place} [{problem.code}{law}{entries}]"
