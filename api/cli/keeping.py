"""`rebuild`, `export` and `verify`: looking after books."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli import context, evidence, terminal
from api.cli.context import Json
from api.cli.crew import Crew, Progress, adding, cores
from api.cli.stamping import verify_timestamps
from api.cli.terminal import REFUSED, Stopped
from api.cli.verifying import COST_OF_ROWS, Verified, known_books, steps_of, verify_books
from api.cli.verifying_installation import verify_installation, verify_known
from api.composition import House, house
from ledger import archive, checks
from ledger.checks import Finding
from ledger.errors import DamagedEntry
from ledger.log.checking import check_attachments, check_keys, lost_keys
from projections.runner import Rendered


class Kind(StrEnum):
    """What an export is for."""

    ARCHIVE = "archive"
    EVIDENCE = "evidence"


Collaborations = Annotated[
    list[str] | None, typer.Argument(metavar="[COLLABORATION]...", help="Ids of books; left out: all of them.")
]
Jobs = Annotated[
    int,
    typer.Option(
        min=0, help="Processes to work with, as far as there is work for them; 0: as many as there are cores."
    ),
]


def rebuild(
    ctx: typer.Context,
    collaborations: Collaborations = None,
    jobs: Jobs = 0,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Fold books anew and write their rows again, book by book. Readers see the old rows until the new ones are there.

    A damaged book keeps its old rows and is named; the others are rebuilt; the exit code is then 1.
    """
    with house(context.location(ctx), catch_up=False) as opened:
        ids = collaborations or sorted(opened.ledger.heads())
        for collaboration in ids:
            context.known(opened.ledger, collaboration)
        done, damaged = rebuilt(opened, ids, jobs or cores())
        if not damaged:
            opened.projector.catch_up()
    if as_json:
        listed = [{"collaboration": one.collaboration_id, "entry": one.number, "what": one.what} for one in damaged]
        terminal.answer({"ok": not damaged, "books": done, "damaged": listed})
    else:
        terminal.say(f"Rebuilt the rows of {amount(len(done), sum(done.values()))}.")
    for error in damaged:
        terminal.complain(
            f"{error.collaboration_id} keeps its old rows: entry {error.number} is damaged: {error.what}."
        )
    if damaged:
        raise typer.Exit(REFUSED)


@dataclass(frozen=True, slots=True)
class _RowsOf:
    """A book whose rows are to be rendered anew."""

    collaboration_id: str
    entries: int

    @property
    def cost(self) -> int:
        """How much it is to do."""
        return self.entries * COST_OF_ROWS

    def __call__(self, opened: House, _: Progress) -> tuple[str, Rendered | tuple[int, str]]:
        """Returns the book with its rows, or with the entry that is damaged and what is wrong with it."""
        try:
            return self.collaboration_id, opened.projector.fresh(self.collaboration_id)
        except DamagedEntry as error:
            return self.collaboration_id, (error.number, error.what)


def rebuilt(opened: House, ids: list[str], jobs: int = 1) -> tuple[dict[str, int], list[DamagedEntry]]:
    """Builds the rows of books anew. Returns how many entries of each, and those that are damaged.

    They are rendered by as many processes as there are jobs, and written by this one.
    """
    heads = opened.ledger.heads()
    books = [_RowsOf(one, heads[one]) for one in ids]
    crew = Crew(partial(house, opened.ledger.location, read_only=True), opened, jobs)
    done: dict[str, int] = {}
    damaged: dict[str, DamagedEntry] = {}
    with terminal.progress("Rebuilding", len(ids)) as progress:
        for index, (book, rendered) in enumerate(crew.answers_as_they_come(books, lambda _: None), start=1):
            if isinstance(rendered, Rendered):
                opened.projector.put(book, rendered)
                done[book] = rendered.number
            else:
                damaged[book] = DamagedEntry(book, *rendered)
            progress(index)
    return {one: done[one] for one in ids if one in done}, [damaged[one] for one in ids if one in damaged]


def export(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The archive to write, such as books.zip.")],
    collaborations: Collaborations = None,
    kind: Annotated[
        Kind, typer.Option("--format", help="`archive` is for restore; `evidence` is signed, and checked offline.")
    ] = Kind.ARCHIVE,
    texts: Annotated[  # noqa: FBT002
        bool, typer.Option("--texts/--no-texts", help="Leave sealed texts and documents out of evidence.")
    ] = True,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it is there.")] = False,  # noqa: FBT002
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Write books to a ZIP: every entry's bytes as they are stored, the texts kept beside them, and a manifest.

    As evidence also the log's tiles, checkpoints, keys and policy, and the one file that checks it all offline.
    It holds the sealed texts and the documents too, so keep it as safe as the database; evidence without them proves
    the same of the entries. API keys are not in it, nor the signing key.
    """
    if kind is Kind.ARCHIVE and not texts:
        raise Stopped("An archive is for restore, and holds every text: leave them out of --format evidence only.")
    if file.exists() and not force:
        raise Stopped(f"{file} is there already; name another file, or say --force to replace it.")
    if not file.absolute().parent.is_dir():
        raise Stopped(f"{file.parent} is no folder; make it, or name another file.")
    if kind is Kind.EVIDENCE:
        evidence.write(ctx, file, collaborations or [], texts=texts, as_json=as_json)
        return
    with context.reading(ctx) as ledger:
        for collaboration in collaborations or []:
            context.known(ledger, collaboration)
        heads = ledger.heads()
        total = sum(head for book, head in heads.items() if not collaborations or book in collaborations)
        with terminal.progress("Exporting", total) as progress:
            manifest = archive.export(ledger, file, collaborations or [], progress)
    tell(manifest, file, "Exported", as_json=as_json)


def tell(manifest: archive.Manifest, file: Path, done: str, *, as_json: bool, **more: Any) -> None:
    """Says what an archive holds; `more` is said to machines too."""
    if as_json:
        heads = {book: head.last_number for book, head in manifest.books.items()}
        terminal.answer({"file": str(file), "entries": manifest.entries, "books": heads, **more})
    else:
        terminal.say(f"{done} {amount(len(manifest.books), manifest.entries)}: {file}")


def amount(books: int, entries: int) -> str:
    """Returns so many books and entries in words."""
    return f"{terminal.counted(books, 'book', 'books')} with {terminal.counted(entries, 'entry', 'entries')}"


def verify(
    ctx: typer.Context,
    collaborations: Annotated[
        list[str] | None,
        typer.Argument(metavar="[COLLABORATION]... or PACKAGE", help="Ids of books, or a package of evidence."),
    ] = None,
    known: Annotated[
        list[Path] | None,
        typer.Option(
            "--known", "--checkpoint", help="A checkpoint from before, of a book or the installation: it must go on."
        ),
    ] = None,
    policy: Annotated[
        Path | None,
        typer.Option(help="Your own trust policy: not the one in the package, or over STYRINGSBOK_WITNESSES."),
    ] = None,
    rows: Annotated[  # noqa: FBT002
        bool,
        typer.Option("--rows/--no-rows", help="Compare the rows of projections with a fresh fold: most of the time."),
    ] = True,
    jobs: Jobs = 0,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Read every row as bytes and list what is not as it was recorded: entries, texts, identities, log, rows.

    Changes nothing, and works beside a running server. The installation's log names a book that is gone. Without rows,
    what was signed and is as it was signed is not read into today's classes. A package of evidence is checked offline,
    against what was signed. The exit code is 1 when something is found.
    """
    package = Path((collaborations or [""])[0])
    if len(collaborations or []) == 1 and (package.exists() or package.suffix == ".zip" or len(package.parts) > 1):
        evidence.check(package, known or [], policy, as_json=as_json)
        return
    trusted = (policy, "--policy") if policy else (context.settings(ctx).witnesses, context.WITNESSES)
    found = Verified(witnesses=context.known_witnesses(*trusted))
    asked = found, known or [], jobs or cores()
    for finding in _findings(ctx, collaborations or [], *asked, with_rows=rows):
        found.findings.append(finding)
        if not as_json:
            terminal.say(_in_words(finding))
    if as_json:
        terminal.answer(found.as_json())
    else:
        for one in found.told:
            terminal.say(_in_words(one))
        said = terminal.counted(len(found.findings), "finding", "findings") if found.findings else "nothing wrong"
        terminal.say(f"Verified {amount(found.books, found.entries)}: {said}.")
    if found.findings:
        raise typer.Exit(REFUSED)


def _in_words(finding: Finding) -> str:
    where = finding.collaboration or "the database"
    entry = "" if finding.entry is None else f" entry {finding.entry}"
    return f"{where}{entry}: {finding.what} [{finding.code}]"


def _findings(
    ctx: typer.Context, wanted: list[str], verified: Verified, known: list[Path], jobs: int, *, with_rows: bool
) -> Iterator[Finding]:
    with house(context.location(ctx), read_only=True) as opened:
        books, unreadable = known_books(opened)
        yield from unreadable
        for collaboration in wanted:
            if collaboration not in books:
                context.known(opened.ledger, collaboration)
        ids = wanted or books
        with terminal.progress("Verifying", steps_of(opened, ids, with_rows=with_rows)) as progress:
            if not wanted:
                yield from checks.check_file(opened.ledger)
                yield from check_keys(opened.ledger)
                verified.told.extend(lost_keys(opened.ledger))
                yield from check_attachments(opened.ledger)
                yield from verify_installation(opened.ledger, verified)
            yield from verify_known(opened.ledger, known)
            yield from verify_books(opened, ids, verified, adding(progress), jobs=jobs, with_rows=with_rows)
            yield from verify_timestamps(opened.ledger, context.settings(ctx), ids, verified)
