"""The schema in a package is kept to by every entry that was ever stored in this form, and by nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema_rs
import orjson
import pytest

from ledger.entry import SCHEMA
from ledger.log.entry_schema import entry_schema

STORED = sorted((Path(__file__).parents[1] / "golden" / str(SCHEMA)).glob("*.json"))


@pytest.fixture(scope="module")
def schema() -> jsonschema_rs.Draft202012Validator:
    """The schema, ready to validate."""
    return jsonschema_rs.Draft202012Validator(orjson.loads(entry_schema()))


def record(path: Path) -> dict[str, Any]:
    """Returns an entry as it is stored."""
    found: dict[str, Any] = orjson.loads(path.read_bytes())
    return found


def test_every_kind_of_entry_keeps_to_it(schema: jsonschema_rs.Draft202012Validator) -> None:
    wrong = {path.name: [str(one) for one in schema.iter_errors(record(path))] for path in STORED}
    assert {name: said for name, said in wrong.items() if said} == {}
    assert len(STORED) > len(orjson.loads(entry_schema())["allOf"])


@pytest.mark.parametrize(
    "changed",
    [{"type": "decision.unmade"}, {"number": 0}, {"recorded_at": 7}, {"added": True}, {"entry_id": "x"}],
    ids=str,
)
def test_what_is_no_entry_is_refused(schema: jsonschema_rs.Draft202012Validator, changed: dict[str, Any]) -> None:
    first = record(STORED[0])
    assert schema.is_valid(first)
    assert not schema.is_valid(first | changed)


def test_an_event_of_another_kind_is_refused(schema: jsonschema_rs.Draft202012Validator) -> None:
    by_type = {record(path)["type"]: record(path) for path in STORED}
    one, other = by_type["collaboration.founded"], by_type["office.established"]
    assert not schema.is_valid(one | {"event": other["event"]})
