"""A glance at a row: whether its record is one as this version writes it and agrees with the row, without its class.

A record is written as entries are where its fields have the kinds every entry's have, its bytes are the canonical form
of what they say, and it names the row's book, number and type. What the fields of its event may hold, only reading it
into its class can tell; a row that shows anything else at a glance is always read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import combinations
from typing import Any, NamedTuple

import orjson
from eventsourcing.persistence import StoredEvent

from ledger.entry import ENTRY_CLASSES, SCHEMA

Key = tuple[str, str]
"""A command's identity within its book: who sent it and the id they gave it."""

INSTANT_CHARACTERS = 27

_KINDS: dict[str, type] = {
    "access": dict,
    "basis": list,
    "collaboration_id": str,
    "command_id": str,
    "effective": dict,
    "entry_id": str,
    "event": dict,
    "evidence": list,
    "irregular": list,
    "mode": str,
    "number": int,
    "recorded_at": str,
    "recorded_by": str,
    "rulebook_version": str,
    "schema": int,
    "type": str,
    "unverified": list,
}
"""What JSON has for each field of an entry's envelope."""

_ONLY_SOME: dict[str, type] = {"acted_by": dict, "corrects": int, "reason": dict, "source": dict}
"""The same of those that are left out where there is nothing to say."""

_LOOKED_AT = frozenset(ENTRY_CLASSES) - {"personal_data.erased"}
"""What entries may be called. An erasure is read into its class always: it says which texts are gone."""

_COMMITMENT = re.compile(rb'"commitment":"([0-9a-f]{64})"')


def _shapes() -> Iterator[tuple[tuple[str, ...], list[type]]]:
    """Yields the fields an entry may have, in the order they are written, with the kind of each."""
    for count in range(len(_ONLY_SOME) + 1):
        for some in combinations(_ONLY_SOME, count):
            kinds = dict(sorted({**_KINDS, **{name: _ONLY_SOME[name] for name in some}}.items()))
            yield tuple(kinds), list(kinds.values())


_SHAPES = dict(_shapes())


class Glance(NamedTuple):
    """What a row shows at a glance."""

    key: Key | None
    """The identity of the command that led to it; None if the record cannot be read."""
    commitments: Sequence[str]
    """Those its record holds."""
    recorded_at: datetime | None
    """None where the record must be read into its class before anything can be said of it."""


def glance(row: StoredEvent) -> Glance:
    """Returns what a row shows at a glance, whatever a damaged row holds."""
    state: Any = row.state
    held = _commitments(as_bytes(state))
    try:
        record = orjson.loads(state)
        key = str(record["recorded_by"]), str(record["command_id"])
        at = datetime.fromisoformat(record["recorded_at"]) if _is_plain(row, record) else None
    except (ValueError, TypeError, KeyError):
        return Glance(key_in(state), held, None)
    return Glance(key, held, at)


def _is_plain(row: StoredEvent, record: dict[str, Any]) -> bool:
    """Returns whether a record is written as entries are and is the row's. Raises TypeError for one that is no entry"""
    if list(map(type, record.values())) != _SHAPES.get(tuple(record)):
        return False
    return (
        record["schema"] == SCHEMA
        and record["number"] == row.originator_version
        and record["collaboration_id"] == row.originator_id
        and record["type"] == row.topic
        and row.topic in _LOOKED_AT
        and record["recorded_at"][INSTANT_CHARACTERS - 1 :] == "Z"
        and orjson.dumps(record, option=orjson.OPT_SORT_KEYS) == row.state
    )


def as_bytes(state: Any) -> bytes:
    """Returns what a row holds as bytes, whatever a damaged row holds instead."""
    return state if isinstance(state, bytes) else str(state).encode("utf-8", "replace")


def key_in(state: Any) -> Key | None:
    """Returns the identity of the command in a record, None if the record cannot be read."""
    try:
        record = orjson.loads(state)
        return str(record["recorded_by"]), str(record["command_id"])
    except (ValueError, TypeError, KeyError):
        return None


def _commitments(state: bytes) -> Sequence[str]:
    if b'"commitment":"' not in state:
        return ()
    return [commitment.decode() for commitment in _COMMITMENT.findall(state)]
