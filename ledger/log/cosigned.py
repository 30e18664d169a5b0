"""What `verify` looks at in the signatures of witnesses that are kept: each is by the witness it is kept for.

The database holds no witness's key: they are those of the policy that is given, or set. A witness that has another key
has another name in the policy too, so that what it signed before is held against the key it had.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress

from ledger.application import Ledger
from ledger.checks import Finding
from ledger.log.notes import InvalidNote, Note, Signature
from ledger.log.policy import Witness


def check_cosignatures(ledger: Ledger, collaboration_id: str, witnesses: Mapping[str, Witness]) -> Iterator[Finding]:
    """Yields the signatures on a book's checkpoints that are not by the witness they are kept for, of those known.

    Also those of anyone that cannot be read, or that lie beside no checkpoint. Raises LedgerUnavailable.
    """
    rows = ledger.query(
        "SELECT c.size, c.witness, c.line, c.cosigned_at, p.note FROM log_cosignatures c "
        "LEFT JOIN log_checkpoints p ON p.collaboration_id = c.collaboration_id AND p.size = c.size "
        "WHERE c.collaboration_id = %s ORDER BY c.size, c.witness",
        (collaboration_id,),
    )
    for size, name, line, cosigned_at, note in rows:
        what = f"what is kept as the signature of {name} on the checkpoint of {size} entries "
        try:
            wrong = _wrong(str(line), cosigned_at, note, witnesses.get(str(name)))
        except InvalidNote as error:
            wrong = f"is none: {error}"
        if wrong is not None:
            yield Finding("log_cosignature", collaboration_id, int(size), what + wrong)


def _wrong(line: str, cosigned_at: object, checkpoint: object, witness: Witness | None) -> str | None:
    """Returns what is wrong with a signature. Raises InvalidNote where it cannot be read or does not fit."""
    signature = Signature.read(line.rstrip("\n"))
    if checkpoint is None:
        return "is on a checkpoint that is not there"
    if witness is None:
        return None
    text = ""
    with suppress(InvalidNote):  # a checkpoint that cannot be read is named by itself
        text = Note.read(str(checkpoint).encode()).text
    signed = Note(text, (signature,)).verified([witness.key])
    if witness.key not in signed:
        return f"is not by the key the policy has for it, {witness.key}"
    if signed[witness.key] != cosigned_at:
        return f"was not made at the time beside it: {signed[witness.key]}, not {cosigned_at}"
    return None


def unknown_witnesses(ledger: Ledger, collaboration_id: str, witnesses: Mapping[str, Witness]) -> Iterator[Finding]:
    """Yields which signatures were not checked, as no key of the witness is known here."""
    rows = ledger.query(
        "SELECT witness, COUNT(*) FROM log_cosignatures WHERE collaboration_id = %s GROUP BY witness ORDER BY witness",
        (collaboration_id,),
    )
    for name, count in rows:
        if name not in witnesses:
            what = f"no key of the witness {name} is known here: its signatures ({count}) were not checked"
            yield Finding("log_witness_unknown", collaboration_id, None, what)
