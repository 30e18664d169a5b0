"""Evidence: writing a package that anyone can check offline, and checking one."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer

from api.cli import context, terminal
from api.cli.context import signing_of
from api.cli.terminal import REFUSED, Stopped
from ledger.application import Ledger
from ledger.errors import LedgerError
from ledger.log import verifier
from ledger.log.checkpointing import Signer, known_keys
from ledger.log.evidence import export_evidence, has_own_log
from ledger.log.tables import INSTALLATION


def write(ctx: typer.Context, file: Path, wanted: list[str], *, texts: bool, as_json: bool) -> None:
    """Writes the evidence of the books wanted, or of all, to a file. Raises Stopped where it cannot.

    Without `texts` what is sealed and the documents stay out.
    """
    witnesses = context.known_witnesses(context.settings(ctx).witnesses)
    with _signing(ctx) as signer:
        heads = signer.ledger.heads()
        for collaboration in wanted:
            context.known(signer.ledger, collaboration)
        books = wanted or sorted(heads)
        try:
            with terminal.progress("Exporting", sum(heads[book] for book in books)) as progress:
                logs = [*books, *([INSTALLATION] if has_own_log(signer) else [])]
                policy = signer.policy(logs, witnesses.values())
                written = export_evidence(signer, file, books, policy, texts=texts, progress=progress)
        except LedgerError as error:
            raise Stopped(str(error)) from error
    if as_json:
        terminal.answer({"file": str(file), "entries": sum(written.values()), "books": written})
    else:
        terminal.say(f"Wrote evidence of {terminal.counted(len(written), 'book', 'books')}: {file}")


@contextmanager
def _signing(ctx: typer.Context) -> Iterator[Signer]:
    """Yields what signs; beside a running server the book is only read, and what is signed is in the package alone."""
    place, given = context.location(ctx), signing_of(context.settings(ctx))
    with context.reading(ctx) as ledger:
        signed_before = bool(known_keys(ledger))
    ledger = Ledger(place, read_only=signed_before)
    try:
        yield given.opened(ledger)
    except LedgerError as error:
        raise Stopped(str(error)) from error
    finally:
        ledger.close()


def check(package: Path, known: list[Path], policy: Path | None, *, as_json: bool) -> None:
    """Checks a package and says what it found. Raises typer.Exit with 1 where something is not as it was signed."""
    found: list[dict[str, Any]] = []
    wrong = None
    try:
        for book in verifier.verify(package, known, policy):
            found.append(book)
            if as_json:
                continue
            cosigned = "".join(f", {one}" for one in verifier.told_of_witnesses(book))
            if "installation" in book:
                leaves = terminal.counted(book["leaves"], "leaf", "leaves")
                terminal.say(f"the installation's log: {leaves}, as signed{cosigned}")
            else:
                terminal.say(
                    f"{book['book']}: {terminal.counted(book['entries'], 'entry', 'entries')}, as signed{cosigned}"
                )
                for one in book["breaks"]:
                    terminal.say(f"{book['book']} went on after a restore without proof, at {one}")
                for one in verifier.told_of_times(book):
                    terminal.say(one)
                for one in book["lost_keys"] if len(found) == 1 else ():
                    terminal.say(f"A signing key was let in by nobody: {one}")
    except verifier.Wrong as error:
        wrong = str(error)
    except OSError as error:
        raise Stopped(f"{error.filename or package} cannot be read: {error.strerror or error}.") from error
    except (zipfile.BadZipFile, ValueError, KeyError, TypeError) as error:
        raise Stopped(f"{package} cannot be read as a package of evidence: {error}") from error
    if as_json:
        books, log = [one for one in found if "book" in one], [one for one in found if "installation" in one]
        terminal.answer({"ok": wrong is None, "books": books, "installation": log[0] if log else None, "wrong": wrong})
    elif wrong is not None:
        terminal.say(wrong)
    if wrong is not None:
        raise typer.Exit(REFUSED)
