"""What `verify` looks at in the log of a book: its frontier, its tiles, and everything that was ever signed of it.

All of it is derived anew from the stored bytes. Where they lead to another root than was signed, the last checkpoint
that still agrees and the first that does not say between which entries one was changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ledger.application import Ledger
from ledger.checks import Finding
from ledger.erased_documents import A_DOCUMENT, still_read
from ledger.errors import AttachmentDamaged
from ledger.glancing import as_bytes
from ledger.log.checkpointing import known_keys, known_origin, log_name, second_verifier_keys, verifier_keys
from ledger.log.checkpoints import Checkpoint
from ledger.log.holding import breaks
from ledger.log.keys import KeyTrouble, check_chain
from ledger.log.merkle import Frontier, leaf_hash
from ledger.log.notes import InvalidNote, Note
from ledger.log.second_keys import check_second_keys, known_second_keys
from ledger.log.tables import INSTALLATION
from ledger.log.tiles import Derived, first_entry

NOTHING = Frontier()
NUMBER_MAX = 2**63 - 1


def check_keys(ledger: Ledger) -> Iterator[Finding]:
    """Yields where a signing key was let in by nobody."""
    origin = known_origin(ledger)
    try:
        check_chain(origin or "", known_keys(ledger))
        check_second_keys(origin or "", known_keys(ledger), known_second_keys(ledger))
    except (KeyTrouble, InvalidNote) as error:
        yield Finding("log_key", None, None, str(error))


def lost_keys(ledger: Ledger) -> Iterator[Finding]:
    """Yields what whoever verifies must know of the keys, though nothing is wrong: that one was lost, and why."""
    for key in known_keys(ledger):
        if key.loss is not None:
            what = f"key {key.number} signs since {key.since}, let in by nobody: the key before was lost: {key.loss}"
            yield Finding("log_key_lost", None, None, what)


def signed_books(ledger: Ledger) -> set[str]:
    """Returns the ids of the books of which anything signed is kept: of one that is gone it may be all there is.

    Raises LedgerUnavailable, for a database of before there were logs too.
    """
    found = {str(book) for (book,) in ledger.query("SELECT DISTINCT collaboration_id FROM log_checkpoints")}
    return found - {INSTALLATION}


def check_attachments(ledger: Ledger) -> Iterator[Finding]:
    """Yields the documents that are not what their names say."""
    for one in ledger.attachments.all():
        try:
            ledger.attachments.check(one)
        except AttachmentDamaged as error:
            yield Finding("attachment_damaged", None, None, str(error))


def check_log(ledger: Ledger, collaboration_id: str) -> Iterator[Finding]:
    """Yields what in the log of a book is not what its stored entries lead to."""
    signed, findings = signed_between(ledger, collaboration_id)
    yield from findings
    frontier, agreed, level_0 = NOTHING, 0, list[bytes]()
    reported = False
    for row in ledger.rows(collaboration_id):
        hashed = leaf_hash(as_bytes(row.state))
        frontier = frontier.grown((hashed,))
        level_0.append(hashed)
        roots = {point.root for point in signed.pop(frontier.size, ())}
        if roots == {frontier.root}:
            agreed = frontier.size
        elif roots and not reported:
            reported = True
            yield other_entries(collaboration_id, agreed, frontier.size)
    yield from dropped(collaboration_id, frontier.size, max(signed, default=0))
    yield from _frontier(ledger, collaboration_id, frontier)
    yield from _tiles(ledger, collaboration_id, level_0)


def told_of(ledger: Ledger, collaboration_id: str) -> Iterator[Finding]:
    """Yields what whoever verifies a book must know, though nothing is wrong: a restore and what came of it."""
    why, name = ledger.held().get(collaboration_id), "the book"
    if collaboration_id == INSTALLATION:
        name = "the installation's log"
    if why is not None:
        yield Finding("book_held", collaboration_id, None, f"nothing is recorded or signed: {why}")
    for one in breaks(ledger, collaboration_id):
        what = (
            f"{name} went on from there after a restore, without proof that it is the one known outside: {one.reason}"
        )
        yield Finding("log_break", collaboration_id, one.size, what)
    yield from kept_elsewhere(ledger, collaboration_id)


def kept_elsewhere(ledger: Ledger, collaboration_id: str) -> Iterator[Finding]:
    """Yields the documents that a book has erased and that are kept all the same, since another book names them."""
    rows = ledger.query(
        "SELECT commitment, number FROM erased_texts WHERE collaboration_id = %s AND of_entry = %s ORDER BY commitment",
        (collaboration_id, A_DOCUMENT),
    )
    for sha256, number in rows:
        others = still_read(ledger, ledger.location, str(sha256)) if ledger.attachments.find(str(sha256)) else []
        if others:
            what = f"the document {str(sha256)[:12]}… it erased is kept, until {', '.join(others)} erase it too"
            yield Finding("document_kept_elsewhere", collaboration_id, int(number), what)


def other_entries(collaboration_id: str, agreed: int, size: int) -> Finding:
    """Returns what is said where the last checkpoint that agrees is of `agreed` entries, the first that does not of
    `size`."""
    what = f"the first {size} entries are not those that were signed: one of {agreed + 1} to {size} is another"
    return Finding("log_other_entries", collaboration_id, agreed + 1, what)


def signed_between(
    ledger: Ledger, collaboration_id: str, after: int = -1, up_to: int = NUMBER_MAX
) -> tuple[dict[int, list[Checkpoint]], list[Finding]]:
    """Returns what was signed by size, breaks after a restore too, and what is no signature of the log's.

    Only of sizes after one and up to another. Raises LedgerUnavailable.
    """
    found: dict[int, list[Checkpoint]] = {}
    wrong: list[Finding] = []
    rows = ledger.query(
        "SELECT size, note FROM log_checkpoints WHERE collaboration_id = %s AND size > %s AND size <= %s "
        "UNION ALL SELECT size, note FROM log_breaks WHERE collaboration_id = %s AND size > %s AND size <= %s "
        "ORDER BY size",
        (collaboration_id, after, up_to) * 2,
    )
    # The keys after the notes: a key that is new signs nothing before it is listed.
    name, keys = log_name(known_origin(ledger), collaboration_id), verifier_keys(ledger, collaboration_id)
    second = second_verifier_keys(ledger, collaboration_id)
    for size, text in rows:
        what = f"the checkpoint of {size} entries "
        try:
            note = Note.read(str(text).encode())
            point = Checkpoint.read(note.text)
            signed = any(key in keys for key in note.verified((*keys, *second)))
        except InvalidNote as error:
            wrong.append(Finding("log_checkpoint", collaboration_id, int(size), f"{what}is no signed one: {error}"))
            continue
        if not signed or (point.origin, point.size) != (name, int(size)):
            wrong.append(Finding("log_checkpoint", collaboration_id, int(size), f"{what}was not signed by this log"))
        else:
            found.setdefault(point.size, []).append(point)
    return found, wrong


def dropped(collaboration_id: str, head: int, beyond: int) -> Iterator[Finding]:
    """Yields that the tail is gone, where `beyond` entries were signed and the book ends before."""
    if beyond > head:
        what = f"the book ends at entry {head}, and {beyond} entries were signed: the tail was dropped"
        yield Finding("log_tail_dropped", collaboration_id, head + 1, what)


def _frontier(ledger: Ledger, collaboration_id: str, derived: Frontier) -> Iterator[Finding]:
    rows = ledger.query("SELECT size, hashes FROM log_frontiers WHERE collaboration_id = %s", (collaboration_id,))
    if rows and (int(rows[0][0]), bytes(rows[0][1])) != (derived.size, derived.packed):
        what = f"the log's frontier says {rows[0][0]} entries, or others than the {derived.size} there are"
        yield Finding("log_frontier", collaboration_id, None, what)


def _tiles(ledger: Ledger, collaboration_id: str, hashes: list[bytes]) -> Iterator[Finding]:
    """Yields stored tiles that are not those of the entries, level by level."""
    rows = ledger.query(
        "SELECT level, tile_index, hashes FROM log_tiles WHERE collaboration_id = %s ORDER BY level, tile_index",
        (collaboration_id,),
    )
    stored = ((int(level), int(index), bytes(held)) for level, index, held in rows)
    yield from other_tiles(collaboration_id, stored, Derived(hashes))


def other_tiles(collaboration_id: str, stored: Iterable[tuple[int, int, bytes]], derived: Derived) -> Iterator[Finding]:
    """Yields those tiles, given by level and index, that are not the ones derived from the entries."""
    for level, index, hashes in stored:
        if derived.tile(level, index) != hashes:
            what = f"tile {level}/{index} of the log is not that of its entries"
            yield Finding("log_tile", collaboration_id, first_entry(level, index), what)
