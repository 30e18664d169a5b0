"""Kinds of tampering with an evidence package on its way to whoever asked for it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from ledger.application import Ledger
from ledger.location import SQLiteLocation
from ledger.log.checkpointing import Signer
from ledger.log.evidence import export_evidence
from ledger.log.keys import SigningKey
from ledger.log.tables import INSTALLATION
from ledger.log.verifier import leaf_hash, unpacked
from tests.log.tampering.hand import Kind, laid_on, renamed
from tests.log.tampering.installation import AKER, BIRK, CASK, VISIT, Place
from tests.log.tampering.with_key import EARLY, LATE, OWN

HANDED = "the package"
SIGNED = "the log's key"
POINT = f"log/{AKER}/checkpoint"
LEAVES = 4
"""Of the installation's log at the visit: two books, each signed before it and then."""


def _package(name: str, change: Callable[[Path], object], means: str = HANDED) -> Kind:
    return Kind(name, means, lambda place: change(place.package), in_package=True)


def _bundle(folder: Path) -> Path:
    return folder / "log" / AKER / "tile/entries/000"


def _entries(change: Callable[[list[bytes]], list[bytes]], *, tile: bool = False) -> Callable[[Path], None]:
    """Returns what changes the first 256 entries in a package, and with `tile` the hashes of them."""

    def does(folder: Path) -> None:
        path = _bundle(folder)
        changed = change(list(unpacked(path.read_bytes(), path.name)))
        path.write_bytes(b"".join(len(entry).to_bytes(2) + entry for entry in changed))
        if tile:
            (folder / "log" / AKER / "tile/0/000").write_bytes(b"".join(map(leaf_hash, changed)))

    return does


def _another(entries: list[bytes]) -> list[bytes]:
    changed = entries[EARLY - 1].replace(b"Brannvern", b"Brannvakt")
    return [*entries[: EARLY - 1], changed, *entries[EARLY:]]


def _text(name: str, old: str, new: str) -> Callable[[Path], None]:
    def does(folder: Path) -> None:
        path = folder / name
        before = path.read_text()
        assert old in before
        path.write_text(before.replace(old, new))

    return does


def _unlisted(folder: Path, *books: str, whole: bool = True) -> None:
    """Takes books out of a package and out of its manifest, which then says whether all there are are in it."""
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["whole"] = whole
    for book in books:
        shutil.rmtree(folder / "log" / book)
        (folder / "texts" / f"{book}.ndjson").unlink()
        del manifest["books"][book]
    (folder / "manifest.json").write_text(json.dumps(manifest))


def _forged(number: int, key: Callable[[Place], SigningKey], policy: bool = False) -> Callable[[Place], None]:
    """Returns what makes the package anew from a history in which one entry is another, signed with a key."""

    def does(place: Place) -> None:
        signing = key(place)
        with laid_on(place) as hand:
            hand.run("UPDATE log_keys SET public = ?", signing.public)
            hand.signed_anew(AKER, renamed(hand.records(AKER), number), signing)
            for book in (BIRK, CASK):
                hand.sign(book, signing)
        shutil.rmtree(place.package)
        with closing(Ledger(SQLiteLocation(place.book))) as ledger:
            signer = Signer(ledger, signing)
            books = (AKER, BIRK, CASK)
            export_evidence(signer, place.folder / "forged.zip", books, signer.policy((*books, INSTALLATION)))
        shutil.unpack_archive(place.folder / "forged.zip", place.package)

    return does


def _shorter(folder: Path) -> None:
    """Makes a package end where a checkpoint of the auditor's visit does."""
    (folder / POINT).write_bytes((folder / f"log/{AKER}/checkpoints/{VISIT}").read_bytes())
    for path in (folder / f"log/{AKER}/checkpoints").iterdir():
        if int(path.name) > VISIT:
            path.unlink()
    bundle = _bundle(folder)
    entries = list(unpacked(bundle.read_bytes(), bundle.name))[:VISIT]
    for level, content in (
        ("entries", b"".join(len(entry).to_bytes(2) + entry for entry in entries)),
        ("0", b"".join(map(leaf_hash, entries))),
    ):
        partial = folder / "log" / AKER / "tile" / level / "000.p" / str(VISIT)
        partial.parent.mkdir()
        partial.write_bytes(content)


def _shorter_log(folder: Path) -> None:
    """Makes the installation's log in a package end at the auditor's visit too, and the other books with it."""
    own = folder / "installation"
    (visit,) = (path for path in (own / "checkpoints").iterdir() if path.name == str(LEAVES))
    (own / "checkpoint").write_bytes(visit.read_bytes())
    for path in [*(own / "checkpoints").iterdir(), *own.glob("*.tlog-proof")]:
        if not path.name.isdecimal() or int(path.name) > LEAVES:
            path.unlink()
    (bundle,) = (own / "tile/entries/000.p").iterdir()
    leaves = list(unpacked(bundle.read_bytes(), bundle.name))[:LEAVES]
    bundle.unlink()
    bundle.with_name(str(LEAVES)).write_bytes(b"".join(len(leaf).to_bytes(2) + leaf for leaf in leaves))


def _without_cosignatures(folder: Path) -> None:
    """Takes the witness out of a package's policy too, so that it asks for none."""
    _text("policy.txt", "quorum witnesses", "quorum none")(folder)
    for path in (folder / POINT, folder / "installation/checkpoint"):
        path.write_text("".join(line for line in path.read_text().splitlines(keepends=True) if "— vitne" not in line))


def _both_shorter(folder: Path) -> None:
    _shorter(folder)
    _shorter_log(folder)


def _document(folder: Path) -> None:
    (path,) = (folder / "attachments").iterdir()
    path.write_bytes(path.read_bytes() + b" ")


def _key_of_the_log(place: Place) -> SigningKey:
    return place.key


def _own_key(_: Place) -> SigningKey:
    return OWN


KINDS = (
    _package("an entry in the package changed", _entries(_another)),
    _package("an entry in the package changed, and its hash in the tile", _entries(_another, tile=True)),
    _package("an entry taken out of the package", _entries(lambda all_: [*all_[:41], *all_[42:]])),
    _package("a bundle of entries taken out of the package", lambda folder: _bundle(folder).unlink()),
    _package("the size in the package's checkpoint changed", _text(POINT, "\n280\n", "\n279\n")),
    _package("an earlier checkpoint in the package changed", _text(f"log/{AKER}/checkpoints/100", "\n100\n", "\n99\n")),
    _package("a book taken out of the package", lambda folder: shutil.rmtree(folder / "log" / BIRK)),
    _package("a text in the package changed", _text(f"texts/{AKER}.ndjson", "Kari", "Kari-Anne")),
    _package("the log's key in the package exchanged", _text("keys.json", '"public": "', '"public": "AAAA')),
    _package("a book the auditor knows taken out of package and manifest", lambda folder: _unlisted(folder, BIRK)),
    _package("a book begun after the visit taken out of package and manifest", lambda folder: _unlisted(folder, CASK)),
    _package(
        "a book the auditor knows taken out, and the package said not to be of all books",
        lambda folder: _unlisted(folder, BIRK, whole=False),
    ),
    _package(
        "a book begun after the visit taken out, and the package said not to be of all books",
        lambda folder: _unlisted(folder, CASK, whole=False),
    ),
    _package("a book in the package made to end at the visit", _shorter),
    _package("a book made to end at the visit, and the installation's log too", _both_shorter),
    _package("the installation's log taken out of the package", lambda folder: shutil.rmtree(folder / "installation")),
    _package("the witness taken out of the package and of its policy", _without_cosignatures),
    Kind("another package made under a key of one's own", HANDED, _forged(EARLY, _own_key), in_package=True),
    Kind(
        "a package with another early entry, signed with the log's key",
        SIGNED,
        _forged(EARLY, _key_of_the_log),
        in_package=True,
    ),
    Kind(
        "a package with another late entry, signed with the log's key",
        SIGNED,
        _forged(LATE, _key_of_the_log),
        in_package=True,
    ),
)
