"""The evidence package: one file with which anyone can check a book offline, without us and without trusting us.

It holds every entry as stored, the tree's tiles in the layout they are served in, every checkpoint with its
cosignatures and timestamps, what was signed of breaks after a restore, the keys and how one let in the next, the trust
policy, the texts and documents that are kept, what entries may hold (JSON Schema), a readme in two languages and the
verifier itself. Of the installation's own log it holds the checkpoints, the receipt of each book's last leaf, and the
leaves where they are not too many.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.resources import files
from pathlib import Path

import orjson

from ledger.application import Ledger
from ledger.archive import documents_of, whole_or_nothing
from ledger.attachments import Attachment
from ledger.log.book_log import BookLog
from ledger.log.checkpointing import Signer, SigningHeld, known_keys
from ledger.log.checkpoints import Receipt
from ledger.log.entry_schema import entry_schema
from ledger.log.holding import breaks
from ledger.log.installation_log import InstallationLog
from ledger.log.notes import encoded
from ledger.log.policy import Policy
from ledger.log.second_keys import known_second_keys
from ledger.log.tables import INSTALLATION
from ledger.log.tiles import bundles_of, tiles_of
from ledger.log.timestamping import stamped_bytes, timestamps
from ledger.pages import all_texts

VERSION = 1
LEAVES_MAX = 50_000
"""Of the installation's log, in a package: some fifteen megabytes. Of more, the receipts alone are in it."""
Progress = Callable[[int], None]
"""Called with how many entries are written, over all books."""

README = {"LES-MEG.txt": "evidence.nb.txt", "README.txt": "evidence.en.txt"}
"""What the package says of itself, by the name it has there and the name it has here."""


def beside(name: str) -> bytes:
    """Returns a file that lies beside this one."""
    return (files("ledger") / "log" / name).read_bytes()


def export_evidence(
    signer: Signer,
    path: Path,
    collaboration_ids: Sequence[str],
    policy: Policy,
    *,
    texts: bool = True,
    progress: Progress = lambda _: None,
) -> dict[str, int]:
    """Writes the package of these books to a file, in the place of what is there; returns the entries of each.

    All of it or nothing. Without `texts` what is sealed and the documents stay out. Raises SigningHeld, DamagedEntry
    or OSError.
    """
    written: dict[str, int] = {}
    with whole_or_nothing(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, here in README.items():
            archive.writestr(name, beside(here))
        archive.writestr("verify.py", beside("verifier.py"))
        archive.writestr("schema.json", entry_schema())
        archive.writestr("policy.txt", str(policy))
        archive.writestr("keys.json", _keys(signer))
        for collaboration_id in collaboration_ids:
            for name, content, done in _book(signer, collaboration_id, texts=texts):
                archive.writestr(name, content)
                written[collaboration_id] = max(done, written.get(collaboration_id, 0))
                progress(sum(written.values()))
        stamps = dict(_timestamps(signer.ledger, written))
        for name, content in stamps.items():
            archive.writestr(name, content)
        for one in _documents(signer.ledger, collaboration_ids) if texts else ():
            with archive.open(f"attachments/{one.sha256}", "w", force_zip64=True) as to:
                to.writelines(signer.ledger.attachments.read(one))
        for name, content in _installation(signer, collaboration_ids):
            archive.writestr(name, content)
        manifest = {
            "version": VERSION,
            "origin": signer.origin,
            "books": written,
            "timestamps": sorted(name for name in stamps if name.endswith(".tsr")),
            "whole": set(signer.ledger.heads()) <= set(collaboration_ids),
        }
        archive.writestr("manifest.json", orjson.dumps(manifest, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS))
    return written


def _documents(ledger: Ledger, collaboration_ids: Sequence[str]) -> list[Attachment]:
    """Returns the documents that entries of these books name, as far as they are kept and not erased there."""
    named = documents_of(ledger, collaboration_ids)
    return [one for one in ledger.attachments.all() if one.sha256 in named]


def _timestamps(ledger: Ledger, written: dict[str, int]) -> Iterator[tuple[str, bytes]]:
    """Yields the timestamps of the books as far as they are written, what each is of, and the roots by authority."""
    roots: dict[str, dict[str, None]] = {}
    for book, size in written.items():
        for one in timestamps(ledger, book, size):
            stamped = stamped_bytes(ledger, book, one.size)
            if stamped is None:
                continue  # its checkpoint is gone: `verify` says so
            yield f"timestamps/{book}/{one.size}.note", stamped
            yield f"timestamps/{book}/{one.size}.{one.authority}.tsr", one.token
            roots.setdefault(one.authority, {})[one.roots] = None
    for authority, found in roots.items():
        yield f"timestamps/{authority}.pem", "".join(found).encode()


def _keys(signer: Signer) -> bytes:
    keys = [
        {"public": encoded(key.public), "since": key.since, "statement": key.statement}
        for key in known_keys(signer.ledger)
    ]
    second = [
        {"public": encoded(key.public), "since": key.since, "statement": key.statement}
        for key in known_second_keys(signer.ledger)
    ]
    listed = {"origin": signer.origin, "keys": keys, **({"second": second} if second else {})}
    return orjson.dumps(listed, option=orjson.OPT_INDENT_2)


def _book(signer: Signer, collaboration_id: str, *, texts: bool) -> Iterator[tuple[str, bytes, int]]:
    """Yields the files of one book, each with its name and how many entries are written by then."""
    signed = signer.checkpoint(collaboration_id)
    if signed is None:
        return
    size, log = signed.checkpoint.size, signer.ledger.log_of(collaboration_id)
    under = f"log/{collaboration_id}"
    yield f"{under}/checkpoint", str(signed.note).encode(), 0
    for earlier in signer.all(collaboration_id):
        yield f"{under}/checkpoints/{earlier.checkpoint.size}", str(earlier.note).encode(), 0
    for number, broken in enumerate(breaks(signer.ledger, collaboration_id), start=1):
        # A checkpoint with the reason as one line more: it is verified as the earlier checkpoints are.
        yield f"{under}/checkpoints/{broken.size}.break-{number}", broken.note.encode(), 0
    yield from ((f"{under}/{path}", content, 0) for path, content in _tiles(log, size))
    done = 0
    for bundle in bundles_of(size):
        done += bundle.width
        yield f"{under}/{bundle.path}", log.bundle(bundle), done
    if texts:
        yield f"texts/{collaboration_id}.ndjson", b"".join(_texts(signer.ledger, collaboration_id, size)), size


def has_own_log(signer: Signer) -> bool:
    """Returns whether a package would hold the installation's own log, so that a policy may ask for it."""
    ledger = signer.ledger
    if not ledger.has_table("installation_log"):
        return False
    if INSTALLATION in ledger.held():
        return signer.latest(INSTALLATION) is not None
    return not ledger.read_only or ledger.log_of(INSTALLATION).size() > 0


def _installation(signer: Signer, books: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Yields the files of the installation's own log: nothing where nothing was signed."""
    if not has_own_log(signer):
        return
    try:
        signed = signer.checkpoint(INSTALLATION, at_once=True)
    except SigningHeld:  # after a restore: what was signed before it
        signed = signer.latest(INSTALLATION)
    if signed is None:
        return
    size, log = signed.checkpoint.size, InstallationLog(signer.ledger)
    yield "installation/checkpoint", str(signed.note).encode()
    for earlier in signer.all(INSTALLATION):
        yield f"installation/checkpoints/{earlier.checkpoint.size}", str(earlier.note).encode()
    for book in books:
        if number := log.last_of(book, size):
            receipt = Receipt(number - 1, tuple(log.inclusion(number, size)), signed.note)
            yield f"installation/{book}.tlog-proof", str(receipt).encode()
    if size <= LEAVES_MAX:
        yield from ((f"installation/{bundle.path}", log.bundle(bundle)) for bundle in bundles_of(size))


def _tiles(log: BookLog, size: int) -> Iterable[tuple[str, bytes]]:
    return ((tile.path, log.tile(tile)) for tile in tiles_of(size))


def _texts(ledger: Ledger, collaboration_id: str, size: int) -> Iterator[bytes]:
    for row in all_texts(ledger, collaboration_id):
        if row.number <= size:
            line = {"commitment": row.commitment, "salt": row.salt.hex(), "text": row.text, "entry": row.number}
            yield orjson.dumps(line) + b"\n"
