"""A key that is followed by another: in the place of its file, or because nobody has it any more."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from pathlib import Path

from ledger.application import Ledger
from ledger.log.checkpointing import Signer, follow, key_path, known_keys, known_origin, open_signer, rotate
from ledger.log.keys import KeyTrouble, KnownKey, holds, lying_beside

REASON_CHARACTERS_MAX = 500


@dataclass(frozen=True, slots=True)
class Rotated:
    """That a key follows another."""

    signer: Signer
    """Signs with the new key."""
    path: Path
    """The file of the new key."""
    old: Path | None
    """Where the file of the key before is now; None where it was not moved."""


def rotate_in_place(signer: Signer, path: Path) -> Rotated:
    """Lets a new key follow the one in a file, under that file's name; the old one is kept as `<name>.<its number>`.

    Raises KeyTrouble before anything is recorded where one of the names is taken, or OSError: then the new key is in
    `<name>.new`, and whoever opens the signer next is told so.
    """
    made = path.with_name(f"{path.name}.new")
    kept = path.with_name(f"{path.name}.{len(known_keys(signer.ledger))}")
    if made.exists():
        raise KeyTrouble(f"{made} is left of a rotation that was not recorded: remove it, and run this again")
    if kept.exists():
        raise KeyTrouble(f"{kept} is there already, where the old key is to be kept: move it away, and run this again")
    later = rotate(signer, made)
    path.rename(kept)
    made.rename(path)
    return Rotated(later, path, kept)


def assert_lost(ledger: Ledger, *, text: str | None, path: Path | None) -> KnownKey:
    """Returns the key the log was last signed with, once it is neither where it should be nor lying beside.

    Raises KeyTrouble where there is no such key, or it is at hand.
    """
    keys, where = known_keys(ledger), path or key_path(ledger)
    if not keys:
        raise KeyTrouble(f"{ledger.location.name} has never been signed: there is no key that could be lost")
    try:
        open_signer(ledger, text=text, path=path)
    except KeyTrouble as error:
        found = where if holds(where, keys[-1].public) else lying_beside(where, keys[-1].public)
        if found is not None:
            raise KeyTrouble(f"the key is not lost: it is in {found}; {error}") from error
        return keys[-1]
    how = "`styringsbok signing-key rotate` lets another follow it"
    raise KeyTrouble(f"the key in {'the environment' if text else where} is the one in use, and not lost: {how}")


def record_loss(ledger: Ledger, reason: str, path: Path) -> Signer:
    """Lets a new key, made in a file, follow one that is lost, and keeps the reason. Returns what signs from now on.

    To be called after `assert_lost`. Raises KeyTrouble.
    """
    told = " ".join(reason.split())
    if not 1 <= len(told) <= REASON_CHARACTERS_MAX or any(unicodedata.category(c)[0] == "C" for c in told):
        raise KeyTrouble(f"a loss needs a reason of 1 to {REASON_CHARACTERS_MAX} characters that print")
    return follow(ledger, told, str(known_origin(ledger)), path)
