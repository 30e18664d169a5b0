"""The golden corpus: entries as they were stored once, to be read for ever. All of it is fictitious.

`python -m tests.golden.records` stores what is missing, for a new event or a new schema, and never changes what is
there. `<schema>/<event>.json` has every field filled, `<schema>/<event>.bare.json` only those that must be;
`read-<schema>/` says how each is to be read today: with a new schema those files are removed and written anew.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import orjson
from pydantic import BaseModel

from domain.collaboration import EVENTS
from ledger.entry import ENTRY_CLASSES, SCHEMA, AnyEntry, encode
from ledger.mapper import read_record
from tests.golden.samples import BARE_ENVELOPE, ENVELOPE, EVENT
from tests.golden.sealing import Fields

HERE = Path(__file__).parent
UNKNOWN = "unknown"
VARIANTS = ("", ".bare", ".silent")


@dataclass(frozen=True)
class Golden:
    """One record: where its bytes are, and how it is to be read."""

    event: str
    variant: str
    schema: int = SCHEMA

    @property
    def stored(self) -> Path:
        """Where its bytes are."""
        return HERE / str(self.schema) / f"{self.event}{self.variant}.json"

    @property
    def read(self) -> Path:
        """Where it says how it is to be read today."""
        return HERE / f"read-{self.schema}" / f"{self.event}{self.variant}.json"

    def __str__(self) -> str:
        return f"{self.event}{self.variant}"


def wanted() -> Iterator[Golden]:
    """Yields the records there must be of the schema that is written today."""
    for name in EVENTS:
        yield Golden(name, "")
        yield Golden(name, ".bare")
        if _silent(_full(name)) != _full(name):
            yield Golden(name, ".silent")


def entry(golden: Golden) -> AnyEntry:
    """Returns an entry to be stored as golden."""
    own = {"type": golden.event, "entry_id": hashlib.sha256(str(golden).encode()).hexdigest()[:32]}
    fields = BARE_ENVELOPE if golden.variant == ".bare" else ENVELOPE
    record = fields | own | {"event": _event(golden)}
    return ENTRY_CLASSES[golden.event].model_validate_json(orjson.dumps(record))


def _event(golden: Golden) -> Fields:
    match golden.variant:
        case ".bare":
            required = (name for name, field in EVENTS[golden.event].model_fields.items() if field.is_required())
            return {name: EVENT[golden.event][name] for name in required}
        case ".silent":
            return _silent(_full(golden.event)).model_dump(mode="json")
        case _:
            return EVENT[golden.event]


def _full(name: str) -> BaseModel:
    return EVENTS[name].model_validate_json(orjson.dumps(EVENT[name]))


def _silent(model: BaseModel) -> BaseModel:
    """Returns the value with everything unknown that may be."""
    fields = type(model).model_fields
    values = ((name, fields[name].annotation, getattr(model, name)) for name in fields)
    return model.model_copy(
        update={name: UNKNOWN if may_be_unknown(annotation) else _within(value) for name, annotation, value in values}
    )


def _within(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(_within(item) for item in value)
    return _silent(value) if isinstance(value, BaseModel) else value


def may_be_unknown(annotation: Any) -> bool:
    """Returns whether `unknown` is one of the values a field may have."""
    return annotation == UNKNOWN or any(map(may_be_unknown, get_args(annotation)))


def as_read(state: bytes) -> bytes:
    """Returns how a record is read, in a form to be looked at."""
    return (
        orjson.dumps(read_record(state).model_dump(mode="json"), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)
        + b"\n"
    )


def write_missing() -> list[Path]:
    """Stores the records that are missing, and how all are read. Never changes one that is there."""
    written = [_write(golden.stored, encode(entry(golden))) for golden in wanted() if not golden.stored.exists()]
    for golden in stored():
        if not golden.read.exists():
            written.append(_write(golden.read, as_read(golden.stored.read_bytes())))
    return written


def stored() -> list[Golden]:
    """Returns every record there is, of every schema."""
    return [golden_of(path) for path in sorted(HERE.glob("[0-9]*/*.json"))]


def golden_of(path: Path) -> Golden:
    """Returns the record stored in a file."""
    variant = next(variant for variant in sorted(VARIANTS, reverse=True) if path.stem.endswith(variant))
    return Golden(path.stem.removesuffix(variant), variant, int(path.parent.name))


def _write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(exist_ok=True)
    with path.open("xb") as file:
        file.write(content)
    return path


if __name__ == "__main__":
    for path in write_missing():
        sys.stdout.write(f"{path.relative_to(HERE)}\n")
