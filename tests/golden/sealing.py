"""Texts sealed for the golden corpus. All of it is fictitious."""

from __future__ import annotations

import hashlib
from typing import Any

from domain.text import SealedText

Fields = dict[str, Any]


def sealed(what: str) -> Fields:
    """Returns a commitment to a fictitious text under a salt made from it."""
    text = f"{what} (oppdiktet prøve)"
    return SealedText.of(text, hashlib.sha256(text.encode()).digest()).model_dump(mode="json")
