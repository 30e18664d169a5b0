"""What an archive holds of the log: everything that was signed of each book, by whom, and the keys' public parts.

    log/<book>.ndjson     checkpoints and breaks, the smallest first, each with its cosignatures and timestamps
    installation.ndjson   the same of the installation's own log
    leaves.ndjson         the leaves of that log in order: what was signed of books, also of those not in the archive
    keys.json             the installation's name and its signing keys in the order they came; never a private one

Whoever restores needs it: without the checkpoints nothing would say what was signed before, and without the keys nobody
could tell whether a checkpoint known outside is this installation's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Literal

import orjson
from pydantic import AfterValidator, Field

from domain.text import Frozen
from ledger.application import Ledger
from ledger.log.book_log import Statement
from ledger.log.checkpointing import Signed, in_words, known_keys, known_origin, log_name
from ledger.log.checkpoints import Checkpoint
from ledger.log.holding import INSERT_BREAK, breaks
from ledger.log.installation_log import InstallationLog, Leaf
from ledger.log.keys import KeyTrouble, KnownKey, check_chain
from ledger.log.merkle import Frontier, leaf_hash
from ledger.log.notes import ED25519, InvalidNote, Note, VerifierKey, decoded, encoded
from ledger.log.second_keys import INSERT as INSERT_SECOND
from ledger.log.second_keys import check_second_keys, key_of, known_second_keys
from ledger.log.tables import INSERT_CHECKPOINT, INSTALLATION
from ledger.log.timestamping import Timestamp, insertion, timestamps

KEYS = "keys.json"
INSTALLATION_LOG = "installation.ndjson"
LEAVES = "leaves.ndjson"
PUBLIC_KEY = r"^[0-9a-f]{64}$"
SECOND_PUBLIC_KEY = r"^[0-9a-f]{2624}$"


class NotAsSigned(Exception):
    """What was signed and what is there are not the same. The message says from where on."""


class Cosigned(Frozen):
    """A witness's signature on a checkpoint."""

    witness: str
    line: str
    cosigned_at: int


def _in_base64(text: str) -> str:
    decoded(text)
    return text


class Stamped(Frozen):
    """An authority's timestamp of a checkpoint."""

    authority: str
    token: Annotated[str, AfterValidator(_in_base64)]
    """The authority's answer in DER, in base64."""
    roots: str
    stamped_at: str

    def of(self, collaboration_id: str, size: int) -> Timestamp:
        """Returns it as it is kept."""
        return Timestamp(collaboration_id, size, self.authority, decoded(self.token), self.roots, self.stamped_at)


class LogLine(Frozen):
    """What was signed once of a book, as a line of an archive."""

    kind: Literal["checkpoint", "break"]
    size: Annotated[int, Field(ge=0)]
    """0 for a break of the installation's log alone: it may have had no leaf."""
    note: str
    signed_at: str
    cosignatures: tuple[Cosigned, ...] = ()
    timestamps: tuple[Stamped, ...] = ()

    @property
    def stored(self) -> bytes:
        """The line; without timestamps it is as it was before there were any."""
        left_out = None if self.timestamps else {"timestamps"}
        return orjson.dumps(self.model_dump(exclude=left_out), option=orjson.OPT_SORT_KEYS)


class LeafLine(Frozen):
    """A leaf of the installation's log, as a line of an archive."""

    collaboration: str
    size: Annotated[int, Field(ge=0)]
    note: str

    @property
    def leaf(self) -> Leaf:
        """The leaf as the log has it."""
        return Leaf(self.collaboration, self.size, self.note.encode())


class KeyLine(Frozen):
    """The public part of a signing key, and what it rests on."""

    number: Annotated[int, Field(ge=1)]
    public: Annotated[str, Field(pattern=PUBLIC_KEY)]
    since: str
    statement: str

    @property
    def known(self) -> KnownKey:
        """The key as the log knows it."""
        return KnownKey(self.number, bytes.fromhex(self.public), self.since, self.statement)


class SecondKeyLine(Frozen):
    """The public part of a second signing key, and what lets it in."""

    number: Annotated[int, Field(ge=1)]
    public: Annotated[str, Field(pattern=SECOND_PUBLIC_KEY)]
    since: str
    statement: str

    @property
    def known(self) -> KnownKey:
        """The key as the log knows it."""
        return KnownKey(self.number, bytes.fromhex(self.public), self.since, self.statement)


class Keys(Frozen):
    """Who signs: nobody yet where there is no origin."""

    origin: str | None = None
    since: str | None = None
    keys: tuple[KeyLine, ...] = ()
    second: tuple[SecondKeyLine, ...] = ()

    @property
    def stored(self) -> bytes:
        """The file; without second keys it is as it was before there were any."""
        left_out = None if self.second else {"second"}
        return orjson.dumps(self.model_dump(exclude=left_out), option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2)

    def check(self) -> None:
        """Raises NotAsSigned where a key was let in by nobody."""
        try:
            first = [key.known for key in self.keys]
            check_chain(self.origin or "", first)
            check_second_keys(self.origin or "", first, [key.known for key in self.second])
        except (KeyTrouble, InvalidNote) as error:
            raise NotAsSigned(f"{KEYS}: {error}") from error

    def of(self, collaboration_id: str) -> list[VerifierKey]:
        """Returns the keys that may have signed of a book."""
        name = log_name(self.origin, collaboration_id)
        return [VerifierKey(name, ED25519, bytes.fromhex(key.public)) for key in self.keys]

    def second_of(self, collaboration_id: str) -> list[VerifierKey]:
        """Returns the second keys that may have signed of a book too."""
        return [key_of(bytes.fromhex(key.public), log_name(self.origin, collaboration_id)) for key in self.second]

    def statements(self) -> Iterator[Statement]:
        """Yields what makes them known to a ledger."""
        if self.origin is not None:
            yield ("INSERT INTO log_origin VALUES (%s,%s,%s) ON CONFLICT DO NOTHING", (1, self.origin, self.since))
        for key in self.keys:
            row = (key.number, bytes.fromhex(key.public), key.since, key.statement)
            yield ("INSERT INTO log_keys VALUES (%s,%s,%s,%s) ON CONFLICT DO NOTHING", row)
        for other in self.second:
            row = (other.number, bytes.fromhex(other.public), other.since, other.statement)
            yield (f"{INSERT_SECOND} ON CONFLICT DO NOTHING", row)


# Out of a ledger -------------------------------------------------------------------------


def keys_of(ledger: Ledger) -> Keys:
    """Returns the installation's name and the public parts of its keys."""
    since = [str(row[0]) for row in ledger.query("SELECT since FROM log_origin")]
    return Keys(
        origin=known_origin(ledger),
        since=since[0] if since else None,
        keys=tuple(
            KeyLine(number=key.number, public=key.public.hex(), since=key.since, statement=key.statement)
            for key in known_keys(ledger)
        ),
        second=tuple(
            SecondKeyLine(number=key.number, public=key.public.hex(), since=key.since, statement=key.statement)
            for key in known_second_keys(ledger)
        ),
    )


def log_lines(ledger: Ledger, collaboration_id: str, up_to: int, latest: Signed | None = None) -> Iterator[bytes]:
    """Yields what was signed of the first `up_to` entries; `latest` stands for what was signed and not kept."""
    book = collaboration_id
    rows = ledger.query(
        "SELECT size, note, signed_at FROM log_checkpoints WHERE collaboration_id = %s AND size <= %s ORDER BY size",
        (book, up_to),
    )
    cosigned: dict[int, list[Cosigned]] = {}
    for size, witness, line, at in ledger.query(
        "SELECT size, witness, line, cosigned_at FROM log_cosignatures "
        "WHERE collaboration_id = %s ORDER BY size, witness",
        (book,),
    ):
        cosigned.setdefault(int(size), []).append(Cosigned(witness=str(witness), line=str(line), cosigned_at=int(at)))
    stamped: dict[int, list[Stamped]] = {}
    for kept in timestamps(ledger, book):
        stamped.setdefault(kept.size, []).append(
            Stamped(authority=kept.authority, token=encoded(kept.token), roots=kept.roots, stamped_at=kept.stamped_at)
        )
    found = [
        LogLine(
            kind="checkpoint", size=size, note=note, signed_at=at,
            cosignatures=tuple(cosigned.get(int(size), ())), timestamps=tuple(stamped.get(int(size), ())),
        )
        for size, note, at in rows
    ]  # fmt: skip
    if latest is not None and latest.checkpoint.size not in {line.size for line in found}:
        size, at = latest.checkpoint.size, latest.signed_at
        found.append(LogLine(kind="checkpoint", size=size, note=str(latest.note), signed_at=at))
    found += [
        LogLine(kind="break", size=one.size, note=one.note, signed_at=one.recorded_at)
        for one in breaks(ledger, book)
        if one.size <= up_to
    ]
    for line in sorted(found, key=lambda one: (one.size, one.kind, one.signed_at)):
        yield line.stored


def leaf_lines(ledger: Ledger, up_to: int) -> Iterator[bytes]:
    """Yields the first `up_to` leaves of the installation's log. Raises LedgerUnavailable."""
    for leaf in InstallationLog(ledger).signed(0, up_to):
        line = LeafLine(collaboration=leaf.collaboration_id, size=leaf.size, note=leaf.note.decode())
        yield orjson.dumps(line.model_dump(), option=orjson.OPT_SORT_KEYS)


# Into one --------------------------------------------------------------------------------


def log_statements(collaboration_id: str, lines: Iterable[LogLine]) -> Iterator[Statement]:
    """Yields what keeps lines in a ledger as they were kept."""
    for line in lines:
        if line.kind == "break":
            yield (INSERT_BREAK, (collaboration_id, line.signed_at, line.size, line.note))
            continue
        row = (collaboration_id, line.size, line.note, line.signed_at)
        yield (INSERT_CHECKPOINT, row)
        for one in line.cosignatures:
            cosigned = (collaboration_id, line.size, one.witness, one.line, one.cosigned_at)
            yield ("INSERT INTO log_cosignatures VALUES (%s,%s,%s,%s,%s)", cosigned)
        for stamp in line.timestamps:
            yield insertion(stamp.of(collaboration_id, line.size))


class SignedRoots:
    """Holds the entries of one book, as they come, against everything that was signed of it."""

    def __init__(self, collaboration_id: str, keys: Keys, lines: Iterable[LogLine]) -> None:
        """Raises NotAsSigned for a line the installation never signed."""
        self.collaboration_id, self._name = collaboration_id, in_words(collaboration_id)
        self._what, self._ends = ("leaves", "leaf") if collaboration_id == INSTALLATION else ("entries", "entry")
        self.frontier = Frontier()
        self._agreed = 0
        first, second = keys.of(collaboration_id), keys.second_of(collaboration_id)
        self._left = sorted({self._signed(first, second, line) for line in lines})

    def _signed(self, keys: Sequence[VerifierKey], second: Sequence[VerifierKey], line: LogLine) -> tuple[int, bytes]:
        what = f"the {line.kind} of {line.size} {self._what} of {self._name}"
        try:
            note = Note.read(line.note.encode())
            point = Checkpoint.read(note.text)
            signed = any(key in keys for key in note.verified((*keys, *second)))
        except InvalidNote as error:
            raise NotAsSigned(f"{what} is no signed one: {error}") from error
        if not signed or point.size != line.size or point.origin != keys[0].name:
            raise NotAsSigned(f"{what} was not signed by this log")
        return point.size, point.root

    def expect(self, *points: Checkpoint) -> None:
        """Adds what is known of the book from elsewhere. To be called before the first entry."""
        self._left = sorted({*self._left, *((point.size, point.root) for point in points)})

    def take(self, entries: Sequence[bytes]) -> None:
        """Takes the next entries. Raises NotAsSigned where they are not those that were signed."""
        place = 0
        while place < len(entries):
            upto = self._left[0][0] - self.frontier.size if self._left else len(entries)
            part = entries[place : place + upto]
            self.frontier = self.frontier.grown(map(leaf_hash, part))
            place += len(part)
            while self._left and self._left[0][0] == self.frontier.size:
                self._compare(*self._left.pop(0))

    def _compare(self, size: int, root: bytes) -> None:
        if root != self.frontier.root:
            raise NotAsSigned(
                f"the first {size} {self._what} of {self._name} are not those that were signed: "
                f"one of {self._agreed + 1} to {size} is another"
            )
        self._agreed = size

    def end(self) -> int:
        """Returns how many entries are covered by what was signed. Raises NotAsSigned where more was than came."""
        if self._left:
            raise NotAsSigned(
                f"{self._name} ends at {self._ends} {self.frontier.size}, and {self._left[-1][0]} {self._what} were "
                "signed: the tail is missing"
            )
        return self._agreed
