"""`backup`, `restore` and `resume`: books kept elsewhere, put back, and shown to be those known outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from api.cli import context, terminal
from api.cli.context import Json, signing_of
from api.cli.keeping import rebuilt, tell
from api.cli.resuming import SERVED, ask_witnesses, tell_held
from api.cli.terminal import REFUSED, Stopped
from api.composition import house
from ledger import restoring
from ledger.application import Ledger
from ledger.backing_up import back_up
from ledger.errors import BadArchive
from ledger.location import Location, SQLiteLocation, locate
from ledger.log.checkpointing import Signer, SigningHeld, in_words, key_path
from ledger.log.holding import breaks, outside_note, record_break
from ledger.log.holding import resume as let_go
from ledger.log.notes import InvalidNote
from ledger.log.tables import INSTALLATION

Checkpoints = Annotated[
    list[Path] | None,
    typer.Option(
        help="A checkpoint or receipt somebody outside kept: the last there is. One of each book and the installation."
    ),
]


def backup(
    ctx: typer.Context,
    to: Annotated[Path, typer.Option(metavar="FILE|DIR", help="The file to write, or the folder to put one in.")],
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it is there.")] = False,  # noqa: FBT002
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Write every book, with all that is kept beside it and all that was signed, to one file; beside a server too.

    The file takes its name once it was read back and agrees with the signed checkpoints. Keep it elsewhere, as safe as
    the database. The signing key and API keys are not in it: keep the key's file by itself, apart from the backups.
    """
    file = to / f"styringsbok-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.zip" if to.is_dir() else to
    if file.exists() and not force:
        raise Stopped(f"{file} is there already; name another file, or say --force to replace it.")
    if not file.absolute().parent.is_dir():
        raise Stopped(f"{file.parent} is no folder; make it, or name another file.")
    given = signing_of(context.settings(ctx))
    with context.reading(ctx) as ledger:
        path = given.path or key_path(ledger)

        def signer_of(copy: Ledger) -> Signer:
            return replace(given, path=path).opened(copy)

        with terminal.progress("Backing up", sum(ledger.heads().values())) as progress:
            done = back_up(ledger, file, signer_of, progress)
    more = {"signed": done.signed, "unsigned_because": done.unsigned_because}
    tell(done.manifest, file, "Backed up", as_json=as_json, **more)
    if done.unsigned_because is not None:
        terminal.complain(f"No checkpoint was signed for it: {done.unsigned_because}.")


def restore(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `backup` or `export` wrote.")],
    to: Annotated[str | None, typer.Option(metavar="URL", help="The empty database, over --database.")] = None,
    erased: Annotated[
        list[Path] | None,
        typer.Option(help="A later archive, or a list BOOK.erased.ndjson: what was erased by then is left out."),
    ] = None,
    known_checkpoint: Checkpoints = None,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Put a backup into an empty database, byte for byte, then build the rows. All of it or nothing.

    Nothing is recorded in the books or signed of them before `resume`, or --known-checkpoint, shows that they are those
    known outside. Texts that were erased since stay erased: by the list beside the database, or by --erased.
    """
    place = context.location(ctx) if to is None else locate(to)
    manifest = restoring.read_manifest(file)
    with house(place, catch_up=False) as opened:
        if opened.views.positions() and not opened.ledger.heads():
            raise BadArchive(str(file), f"the rows beside the empty book are of another; {_throw_away(place)} first")
        with terminal.progress("Restoring", manifest.entries) as progress:
            manifest = restoring.restore(opened.ledger, file, progress, erased=erased or [])
        rebuilt(opened, sorted(manifest.books))
        opened.projector.catch_up()
        differing = _shown(opened.ledger, known_checkpoint or [])
        held = opened.ledger.held()
    tell(manifest, file, "Restored", as_json=as_json, held=sorted(held), differing=differing)
    for what in differing:
        terminal.complain(what)
    if held:
        what = terminal.counted(len(set(held) - {INSTALLATION}), "book", "books")
        if INSTALLATION in held:
            what = f"{what} and {in_words(INSTALLATION)}"
        terminal.complain(f"Held until `styringsbok resume` shows it to be what is known outside: {what}.")
    if differing:
        raise typer.Exit(REFUSED)


def _throw_away(place: Location) -> str:
    return (
        f"remove {place.views}" if isinstance(place, SQLiteLocation) else "drop the tables whose names begin with view_"
    )


def _shown(ledger: Ledger, kept: Sequence[Path]) -> list[str]:
    """Lets the books go on that agree with what somebody kept. Returns what does not agree, in words.

    All of it is read first: raises Stopped for a file that is neither a checkpoint nor a receipt, before anything.
    """
    notes = []
    for file in kept:
        try:
            notes.append(outside_note(file.read_bytes()))
        except (InvalidNote, UnicodeDecodeError) as error:
            raise Stopped(f"{file} is neither a checkpoint nor a receipt: {error}") from error
    differing: list[str] = []
    for file, note in zip(kept, notes, strict=True):
        try:
            let_go(ledger, note)
        except (SigningHeld, InvalidNote) as error:
            differing.append(f"{file}: {error}")
    return differing


def resume(
    ctx: typer.Context,
    collaborations: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[COLLABORATION]...", help="Ids of held books, '*' for the installation's log; left out: all held."
        ),
    ] = None,
    checkpoint: Checkpoints = None,
    record: Annotated[
        str | None,
        typer.Option(
            "--record-break",
            metavar="REASON",
            help="Go on without proof. The reason is signed, kept for ever and told to all: no person's name in it.",
        ),
    ] = None,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Let restored books go on, shown by the witnesses or a checkpoint somebody kept, or by recording the break.

    The witnesses in STYRINGSBOK_WITNESSES are asked for the last checkpoint each saw; without them, or with a file,
    ask a member or an auditor for the last there is: an older one shows less. The exit code is 1 when one does not
    agree, which says that the backup lacks entries or holds others. Without witnesses it lists the held books.
    The installation's log is held as they are, and goes on in the same way; no book is begun before it does.
    """
    kept, wanted = checkpoint or [], collaborations or []
    if kept and wanted and record is None:
        raise Stopped("Name no books with --checkpoint: a checkpoint names its own.")
    if not kept and record is None:
        _ask(ctx, wanted, as_json=as_json)
        return
    given = signing_of(context.settings(ctx))
    with context.alone(context.location(ctx), SERVED) as ledger:
        before = set(ledger.held())
        differing = _shown(ledger, kept)
        broken: list[str] = []
        for book in _to_break_with(ledger, wanted) if record is not None else ():
            signer = given.opened(ledger)
            broken.append(record_break(signer, book, record or "").collaboration_id)
        resumed = sorted(before - set(ledger.held()) - set(broken))
        tell_held(ledger, resumed, broken, as_json=as_json, differing=differing)
    for what in differing:
        terminal.complain(what)
    if differing and record is None:
        raise typer.Exit(REFUSED)


def _to_break_with(ledger: Ledger, wanted: Sequence[str]) -> list[str]:
    """Returns the held books to record a break of, and says of those named which go on already.

    So that a run that was cut short is run again as it was. Raises Stopped for a book that is not there, or goes on
    without a break.
    """
    held = ledger.held()
    for book in dict.fromkeys(wanted):
        called = in_words(book)
        if book != INSTALLATION:
            context.known(ledger, book)
        if book not in held and not any(breaks(ledger, book)):
            raise Stopped(f"{called} is not held: there is nothing to break with, and nothing was recorded.", REFUSED)
        if book not in held:
            terminal.complain(f"{called} is not held, and goes on with its break already: nothing more is recorded.")
    return [book for book in dict.fromkeys(wanted or sorted(held)) if book in held]


def _ask(ctx: typer.Context, wanted: Sequence[str], *, as_json: bool) -> None:
    """Asks the witnesses about held books; lists those where there are no witnesses."""
    witnesses = context.witnesses_of(context.settings(ctx))
    if wanted and not witnesses:
        raise Stopped("Name books with --record-break only, or set STYRINGSBOK_WITNESSES to ask about them.")
    with context.reading(ctx) as ledger:
        held = set(ledger.held())
        if not (held and witnesses):
            tell_held(ledger, [], [], as_json=as_json)
            return
    ask_witnesses(context.location(ctx), witnesses, _among(wanted, held), as_json=as_json)


def _among(wanted: Sequence[str], held: set[str]) -> list[str]:
    """Returns the books to ask about. Raises Stopped for one that is not held."""
    for book in wanted:
        if book not in held:
            raise Stopped(f"{book} is not held; these are: {', '.join(sorted(held))}.")
    return sorted(wanted or held)
