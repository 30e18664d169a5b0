"""Texts that are kept beside the book, looked up for an answer. One that was erased is null; everything else stays."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from api.composition import House

_COMMITMENT = re.compile(rb'"commitment":"([0-9a-f]{64})"')


def commitments_in(bodies: Iterable[bytes]) -> list[str]:
    """Returns the commitments in stored JSON, each once, in order."""
    return list(dict.fromkeys(match.decode() for body in bodies for match in _COMMITMENT.findall(body)))


def looked_up(house: House, collaboration_id: str, bodies: Iterable[bytes]) -> dict[str, dict[str, Any]]:
    """Returns `texts`, and `erased`: the entry of the order for each text that an erasure took away."""
    texts = texts_for(house, collaboration_id, bodies)
    return {"texts": texts, "erased": erased_among(house, collaboration_id, texts)}


def erased_among(house: House, collaboration_id: str, texts: Mapping[str, str | None]) -> dict[str, int]:
    """Returns the entry of the order, for each text that is null because an erasure took it away."""
    missing = [commitment for commitment, text in texts.items() if text is None]
    return house.ledger.erased(collaboration_id, missing) if missing else {}


def texts_for(house: House, collaboration_id: str, bodies: Iterable[bytes]) -> dict[str, str | None]:
    """Returns the text of each commitment in the bodies, None where it was erased."""
    commitments = commitments_in(bodies)
    found = house.ledger.texts(collaboration_id, commitments)
    return {commitment: found.get(commitment) for commitment in commitments}
