"""Texts that are kept beside the book, looked up for an answer. One that was erased is null; everything else stays."""

from __future__ import annotations

import re
from collections.abc import Iterable

from api.composition import House

_COMMITMENT = re.compile(rb'"commitment":"([0-9a-f]{64})"')


def commitments_in(bodies: Iterable[bytes]) -> list[str]:
    """Returns the commitments in stored JSON, each once, in order."""
    return list(dict.fromkeys(match.decode() for body in bodies for match in _COMMITMENT.findall(body)))


def texts_for(house: House, collaboration_id: str, bodies: Iterable[bytes]) -> dict[str, str | None]:
    """Returns the text of each commitment in the bodies, None where it was erased."""
    commitments = commitments_in(bodies)
    found = house.ledger.texts(collaboration_id, commitments)
    return {commitment: found.get(commitment) for commitment in commitments}
