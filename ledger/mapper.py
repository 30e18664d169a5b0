"""Entries to rows and back. A row and the record in it must agree, or reading raises."""

from __future__ import annotations

from typing import Any

import orjson
from eventsourcing.persistence import Mapper, StoredEvent, Transcoder
from pydantic import ValidationError

from ledger.entry import ENTRY_BYTES_MAX, ENTRY_CLASSES, SCHEMA, AnyEntry, encode
from ledger.errors import DamagedEntry, EntryTooLarge
from ledger.reading import Recorded
from ledger.upcasts import upcast


class EntryTranscoder(Transcoder):
    """Canonical JSON: sorted keys, no white space, UTF-8."""

    def encode(self, obj: Any) -> bytes:
        """Returns the canonical bytes of a JSON value."""
        return orjson.dumps(obj, option=orjson.OPT_SORT_KEYS)

    def decode(self, data: bytes) -> Any:
        """Returns the JSON value. Raises ValueError if it is none."""
        return orjson.loads(data)


def read_record(state: bytes) -> AnyEntry:
    """Returns the entry in the bytes. Raises ValueError, saying what is wrong, if they hold none this version knows."""
    record = orjson.loads(state)
    if not isinstance(record, dict) or type(record.get("schema")) is not int:
        raise ValueError("the record is no entry: it has no schema number")
    schema, name = record["schema"], record.get("type")
    if not 1 <= schema <= SCHEMA:
        raise ValueError(f"the record has schema {schema}; this version reads up to {SCHEMA}: use a newer version")
    if not isinstance(name, str) or name not in ENTRY_CLASSES:
        raise ValueError(f"the record has the unknown type {str(name)[:60]!r}: use the version that wrote it")
    current = state if schema == SCHEMA else orjson.dumps(upcast(record, SCHEMA))
    return ENTRY_CLASSES[name].model_validate_json(current)


def stored_row(recorded: Recorded) -> StoredEvent:
    """Returns the row of an entry whose bytes are made already."""
    entry = recorded.entry
    return StoredEvent(entry.collaboration_id, entry.number, entry.type, recorded.state)


class EntryMapper(Mapper[str]):
    """Writes entries as their canonical bytes and reads them back, comparing record with row."""

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        """Returns the row of an entry. Raises EntryTooLarge, or DamagedEntry if its bytes do not read back as it is."""
        entry: AnyEntry = domain_event
        state = encode(entry)
        if len(state) > ENTRY_BYTES_MAX:
            raise EntryTooLarge(entry.type, len(state), ENTRY_BYTES_MAX)
        try:
            as_read = read_record(state)
        except ValueError as error:
            raise DamagedEntry(
                entry.collaboration_id, entry.number, f"it does not read back: {_first_line(error)}"
            ) from error
        if as_read != entry:
            raise DamagedEntry(entry.collaboration_id, entry.number, "it does not read back as it was written")
        return StoredEvent(entry.collaboration_id, entry.number, entry.type, state)

    def to_domain_event(self, stored_event: StoredEvent) -> AnyEntry:
        """Returns the entry of a row. Raises DamagedEntry, with collaboration and number, if it cannot be trusted."""
        book, number = str(stored_event.originator_id), stored_event.originator_version
        if not isinstance(stored_event.state, bytes):
            raise DamagedEntry(
                book, number, f"its record is stored as {type(stored_event.state).__name__}, not as bytes"
            )
        try:
            entry = read_record(stored_event.state)
        except ValueError as error:
            raise DamagedEntry(book, number, _first_line(error)) from error
        if (entry.collaboration_id, entry.number, entry.type) != (book, number, stored_event.topic):
            raise DamagedEntry(
                book,
                number,
                f"its record says {entry.collaboration_id} no. {entry.number}, {entry.type}; "
                f"its row says {stored_event.topic}",
            )
        return entry


def _first_line(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_input=False, include_url=False)[0]
        return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    return str(error).splitlines()[0][:200]
