"""The table of docs/tampering.md: every kind done to a copy of one installation, and what each level makes of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.log.tampering import beside_entries, in_entries, in_installation_log, in_packages, of_timestamps, with_key
from tests.log.tampering.detectors import DATABASE, LEVELS, PACKAGE, Detector
from tests.log.tampering.hand import Kind
from tests.log.tampering.installation import Place

KINDS: tuple[Kind, ...] = (
    *in_entries.KINDS,
    *beside_entries.KINDS,
    *in_installation_log.KINDS,
    *with_key.KINDS,
    *of_timestamps.KINDS,
    *in_packages.KINDS,
)
PAGE = Path(__file__).resolve().parents[3] / "docs" / "tampering.md"


@dataclass(frozen=True)
class Result:
    """What became of one kind."""

    kind: Kind
    named: tuple[str | None, ...]
    """The first thing each detector names by itself."""

    @property
    def level(self) -> int | None:
        """The level that finds it first, counted from 1; None where none does."""
        return next((level for level, said in enumerate(self.named, start=1) if said), None)


def looked_at(place: Place, detectors: Sequence[Detector]) -> tuple[str | None, ...]:
    """Returns what each detector names first."""
    return tuple(detector(place) for detector in detectors)


def tried(
    whole: Place,
    folder: Path,
    kinds: Iterable[Kind] = KINDS,
    database: Sequence[Detector] = DATABASE,
    package: Sequence[Detector] = PACKAGE,
) -> Iterator[Result]:
    """Does each kind to a copy of its own and yields what is found; the copies are thrown away."""
    for number, kind in enumerate(kinds):
        place = whole.copy(folder / f"{number}")
        kind.change(place)
        yield Result(kind, looked_at(place, package if kind.in_package else database))
        shutil.rmtree(place.folder)


def page(results: Sequence[Result]) -> str:
    """Returns the page."""
    return "".join((_head(results), *_tables(results), TAIL))


def _head(results: Sequence[Result]) -> str:
    within = [sum(1 for one in results if one.level and one.level <= level) for level in (1, 2, 3, 4)]
    rows = "".join(
        f"| {level} | {name} | {count} |\n" for level, (name, count) in enumerate(zip(LEVELS, within, strict=True), 1)
    )
    return HEAD.format(kinds=len(results), rows=rows)


def _tables(results: Sequence[Result]) -> Iterator[str]:
    titles = " | ".join(f"{level} {name}" for level, name in enumerate(LEVELS, start=1))
    yield f"| kind of tampering | done with | first found at | {titles} |\n|---|---|---|---|---|---|---|\n"
    for one in results:
        cells = " | ".join(_cells(one.named))
        yield f"| {one.kind.name} | {one.kind.means} | {one.level or 'none'} | {cells} |\n"


def _cells(named: Sequence[str | None]) -> Iterator[str]:
    """Yields what each level names; the same again is not said again."""
    for before, said in zip((None, *named), named, strict=False):
        yield "–" if said is None else "the same" if said == before else said


HEAD = """# Tampering, and what finds it

`python -m tests.log.tampering` writes this page: it does {kinds} kinds of tampering, each to a copy of one installation
of three books, and asks each level by itself what it finds. CI does the same, and fails where the page is not what
comes out.

Each level has those above it:

| level | | kinds found |
|---|---|---|
{rows}
1. **Database checks alone**: what `styringsbok verify` says of rows against records, of texts, commands and documents,
   and of the file. No key and nothing kept elsewhere.
2. **Signed checkpoints**: what `verify` says of the logs kept in the same database: each book's, and the installation's
   own, whose leaves are the signed checkpoints of the books. For a package, `verify.py` alone.
3. **The auditor's last checkpoint**: notes taken home from an earlier visit, of each book and of the installation, held
   against what there is now (`verify --checkpoint`, `verify.py --known`).
4. **An outside witness**: it has cosigned every log as it stood, and is asked to go on from what it saw. For a
   package, a policy of one's own that asks for it (`verify.py --policy`), and the sizes it saw.

The installation: `aker` has 280 entries and `birk` 6, of which the auditor saw 200 and 3; `cask` was begun after that.
What it is done with: *the file* is the database, with its triggers dropped; *care* works out anew all that is kept
beside the entries; *the log's key* is the signing key in the wrong hands, with the file and the care; *the package* is
one on its way to whoever asked for it. A cell says the first thing a level names by itself; `–` is nothing. A code is
that of `verify`.

"""
TAIL = """
## What no level finds

* What was recorded after a witness last cosigned: whoever has the file can still change that. Witnesses are asked every
  thirty seconds.
* A first lie: what was recorded wrongly through the program, by somebody who may record, is signed like anything else.
* A text destroyed together with what its command is known by: an erasure whose order a restore has lost looks the same.
  The entry commits to the text for ever, and shows that there was one.
* A document taken away: an entry may name one that is kept elsewhere. Its hash in the entry says which it was.
* What tells a command sent again from another, taken away: it does not change what is recorded.
* A timestamp taken away, from the database or from a package and its manifest: nothing is signed over timestamps, and
  most checkpoints have none.
* A book that was never signed: it is in no log. A server signs what has grown once a minute, an import at its end.
* In which order entries of different books came: the installation's log says in which order they were signed, no more.

Rows of projections are not among the kinds: they are folded anew from the entries, and `verify` compares them.
"""
