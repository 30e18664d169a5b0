"""Stored bytes are for ever: every event type has a golden record, read as it must be and written again as it was."""

from __future__ import annotations

import importlib
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

import orjson
import pytest
from eventsourcing import utils
from eventsourcing.persistence import StoredEvent
from pydantic import BaseModel

from domain.collaboration import EVENTS
from ledger.entry import ENTRY_BYTES_MAX, ENTRY_CLASSES, SCHEMA, Entry, encode
from ledger.errors import DamagedEntry
from ledger.mapper import EntryMapper, EntryTranscoder, read_record, stored_row
from ledger.reading import Recorded
from tests.golden.records import HERE, Golden, as_read, stored, wanted, write_missing

Record = dict[str, Any]


ALL = stored()

each = pytest.mark.parametrize("golden", ALL, ids=lambda golden: f"{golden.schema}-{golden}")


def changed(golden: Golden, **fields: Any) -> bytes:
    """Returns a record with other fields."""
    return orjson.dumps({**orjson.loads(golden.stored.read_bytes()), **fields}, option=orjson.OPT_SORT_KEYS)


ADMITTED = Golden("member.admitted", "")


# The corpus is whole ---------------------------------------------------------------------


def test_every_event_type_has_a_golden_record() -> None:
    assert {(golden.event, golden.variant) for golden in ALL if golden.schema == SCHEMA} == {
        (golden.event, golden.variant) for golden in wanted()
    }
    assert {golden.schema for golden in ALL} == set(range(1, SCHEMA + 1))


def test_every_record_is_read_as_some_file_says_and_no_file_is_left_over() -> None:
    assert {golden.read for golden in ALL} == set(HERE.glob("read-*/*.json"))


def test_writing_what_is_missing_changes_nothing_that_is_there() -> None:
    before = {path: path.stat().st_mtime_ns for path in HERE.glob("[0-9]*/*.json")}
    assert write_missing() == []
    assert {path: path.stat().st_mtime_ns for path in HERE.glob("[0-9]*/*.json")} == before


def values(model: BaseModel) -> Iterator[tuple[type[BaseModel], str, Any]]:
    """Yields every field of a model and of the models in it, with its class and value."""
    for name in type(model).model_fields:
        value = getattr(model, name)
        yield type(model), name, value
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, BaseModel):
                yield from values(item)


def test_the_full_records_fill_every_field() -> None:
    seen: dict[tuple[type[BaseModel], str], list[Any]] = defaultdict(list)
    for golden in ALL:
        if not golden.variant and golden.schema == SCHEMA:
            for model, name, value in values(read_record(golden.stored.read_bytes())):
                seen[model, name].append(value)
    empty = (None, (), "unknown")
    left = [
        f"{model.__name__}.{name}"
        for (model, name), found in seen.items()
        for field in [model.model_fields[name]]
        if all(value in empty for value in found)
        or (not field.is_required() and name != "type" and all(value == field.default for value in found))
    ]
    assert left == []


def alternatives(annotation: Any) -> set[type]:
    """Returns the kinds of JSON value a field may have beside None."""
    if get_origin(annotation) in (Union, UnionType):
        return set().union(*(alternatives(part) for part in get_args(annotation)))
    if get_origin(annotation) is Literal:
        return {type(value) for value in get_args(annotation)}
    if get_origin(annotation) is tuple:
        return {tuple}
    if hasattr(annotation, "__metadata__"):
        return alternatives(get_args(annotation)[0])
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {BaseModel}
    return set() if annotation is type(None) else {annotation}


def kind_of(value: Any) -> type:
    """Returns which kind of value this is."""
    return BaseModel if isinstance(value, BaseModel) else type(value)


def test_the_corpus_has_each_kind_of_value_a_field_may_have() -> None:
    """A count or a date may be `unknown` as well: both are stored somewhere."""
    seen: dict[tuple[type[BaseModel], str], set[type]] = defaultdict(set)
    for golden in ALL:
        for model, name, value in values(read_record(golden.stored.read_bytes())):
            seen[model, name].add(kind_of(value))
    known = {str, int, bool, date, datetime, tuple, BaseModel}
    lacking = {
        f"{model.__name__}.{name}": missing
        for (model, name), kinds in seen.items()
        if (missing := (alternatives(model.model_fields[name].annotation) & known) - kinds)
    }
    assert lacking == {}


# It reads and writes as it did -----------------------------------------------------------


@each
def test_a_golden_record_is_read_as_it_must_be(golden: Golden) -> None:
    assert as_read(golden.stored.read_bytes()) == golden.read.read_bytes()


@each
def test_a_golden_record_of_this_schema_is_written_again_as_it_is(golden: Golden) -> None:
    state = golden.stored.read_bytes()
    entry = read_record(state)
    assert golden.schema != SCHEMA or encode(entry) == state
    assert golden.schema != SCHEMA or EntryMapper(EntryTranscoder()).to_stored_event(entry).state == state
    row = stored_row(Recorded(entry, state))
    assert (row.originator_id, row.originator_version, row.topic) == (
        entry.collaboration_id,
        entry.number,
        golden.event,
    )
    assert EntryMapper(EntryTranscoder()).to_domain_event(row) == entry


@each
def test_a_golden_record_is_canonical(golden: Golden) -> None:
    state = golden.stored.read_bytes()
    assert EntryTranscoder().encode(EntryTranscoder().decode(state)) == state
    assert len(state) <= ENTRY_BYTES_MAX
    assert b"\n" not in state
    assert orjson.loads(state)["schema"] == golden.schema


# What is not known is refused ------------------------------------------------------------


@pytest.mark.parametrize("schema", [SCHEMA + 1, 999, 0, -1, 1.0, True, "1", None, [1]])
def test_an_unknown_schema_is_refused(schema: Any) -> None:
    with pytest.raises(ValueError, match=r"schema|Input should be"):
        read_record(changed(ADMITTED, schema=schema))


def test_a_newer_schema_is_told_from_damage() -> None:
    with pytest.raises(
        ValueError, match=rf"schema {SCHEMA + 1}; this version reads up to {SCHEMA}: use a newer version"
    ):
        read_record(changed(ADMITTED, schema=SCHEMA + 1))


NAMES: list[Any] = ["member.vanished", "", "Member.admitted", "member.admitted ", None, 1, [], {}, ["member.admitted"]]
CLASSES = [
    "os:system",
    "builtins:eval",
    "domain.members:MemberAdmitted",
    "MemberAdmitted",
    "__init__",
    "Entry",
    "__class__",
]


@pytest.mark.parametrize("name", [*NAMES, *CLASSES])
def test_an_unknown_type_is_refused_and_no_class_is_taken_from_the_text(
    name: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def looked_up(*_: object, **__: object) -> None:
        raise AssertionError("something was looked up by its name in the record")

    monkeypatch.setattr(utils, "resolve_topic", looked_up)
    monkeypatch.setattr(importlib, "import_module", looked_up)
    state = changed(ADMITTED, type=name)
    with pytest.raises(ValueError, match="unknown type"):
        read_record(state)
    with pytest.raises(DamagedEntry, match="unknown type"):
        EntryMapper(EntryTranscoder()).to_domain_event(StoredEvent("oppdikta-prove", 7, str(name), state))


@pytest.mark.parametrize("key", ["__class__", "__init__", "_topic", "type_", "event_type", "model_config"])
def test_no_key_of_a_record_or_its_event_names_a_class(key: str) -> None:
    event = orjson.loads(ADMITTED.stored.read_bytes())["event"]
    for state in (changed(ADMITTED, **{key: "os:system"}), changed(ADMITTED, event={**event, key: "os:system"})):
        with pytest.raises(ValueError, match="Extra inputs are not permitted"):
            read_record(state)


def test_an_event_keeps_to_the_type_of_its_envelope() -> None:
    event = orjson.loads(ADMITTED.stored.read_bytes())["event"]
    with pytest.raises(ValueError, match=r"member\.admitted"):
        read_record(changed(ADMITTED, event={**event, "type": "member.departed"}))


def test_the_classes_that_are_made_are_a_closed_set() -> None:
    assert set(ENTRY_CLASSES) == set(EVENTS)
    for name, made in ENTRY_CLASSES.items():
        assert issubclass(made, Entry)
        assert made.model_fields["event"].annotation is EVENTS[name]
        assert EVENTS[name].model_fields["type"].default == name


# Values that another reader of JSON would take otherwise ---------------------------------


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number", 7.0),
        ("number", "7"),
        ("number", True),
        ("corrects", 3.5),
        ("recorded_at", "2026-11-24T09:00:00.123456+01:00"),
        ("recorded_at", "2026-11-24T08:00:00.123456"),
        ("recorded_at", 1_795_000_000),
        ("irregular", "body.kind_not_in_legal_form"),
        ("effective", {"earliest": "2013-12-31", "latest": "2013-09-01"}),
        ("effective", {"earliest": "2013-02-30", "latest": "2013-09-01"}),
    ],
)
def test_a_value_of_another_kind_is_refused(field: str, value: Any) -> None:
    with pytest.raises(ValueError, match=rf"{field}"):
        read_record(changed(ADMITTED, **{field: value}))
