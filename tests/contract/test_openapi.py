"""The API's description against the API: it is whole, its examples are taken, and nothing undocumented comes back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings

from api.commands import examples
from api.sending import read_command
from domain.collaboration import COMMANDS
from tests.api.conftest import door_on
from tests.api.spec import BOOK, Door, service

EXAMPLES_EACH = 25
"""Requests made up for each operation."""


@pytest.fixture
def door(sqlite_url: str) -> Iterator[Door]:
    """The door on a house with a small book."""
    with door_on(sqlite_url) as opened:
        opened.given(service("drift"))
        yield opened


def described(door: Door) -> dict[str, Any]:
    """Returns the description as a client gets it."""
    found: dict[str, Any] = door.see("/openapi.json")
    return found


def operations(schema: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yields path, method and operation."""
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def test_every_operation_can_be_generated_from(door: Door) -> None:
    schema = described(door)
    ids = [operation["operationId"] for _, _, operation in operations(schema)]
    assert len(ids) == len(set(ids)) >= 9
    for path, method, operation in operations(schema):
        assert operation["tags"], path
        assert operation["security"], path
        assert operation["summary"], path
        for status, answer in operation["responses"].items():
            if int(status) >= 400:
                assert list(answer["content"]) == ["application/problem+json"], (path, method, status)


def test_every_reference_leads_somewhere(door: Door) -> None:
    schema = described(door)
    text = json.dumps(schema)
    names = {part.split('"')[0] for part in text.split('"#/components/schemas/')[1:]}
    assert names
    assert names <= set(schema["components"]["schemas"])


def test_the_union_of_commands_is_every_command(door: Door) -> None:
    mapping = described(door)["components"]["schemas"]["Command"]["discriminator"]["mapping"]
    assert set(mapping) == set(COMMANDS)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_an_example_is_the_command_it_stands_for(name: str) -> None:
    assert type(read_command(examples()[name])) is COMMANDS[name]


def test_nothing_undocumented_comes_back(door: Door) -> None:
    """Made-up requests to every operation: no server error, and no status that is not described."""
    secret = door.key("secretary")
    schema: Any = schemathesis.openapi.from_asgi("/openapi.json", door.client.app)
    seen = [status for result in schema.get_all_operations() for status in answers(result.ok(), secret)]
    assert len(seen) >= EXAMPLES_EACH
    assert {200, 422} <= set(seen)


def answers(operation: Any, secret: str) -> list[int]:
    """Returns the statuses of made-up requests to an operation, each one that its description has."""
    seen: list[int] = []

    @settings(
        max_examples=EXAMPLES_EACH,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        database=None,
    )
    @given(case=operation.as_strategy())
    def probe(case: Any) -> None:
        if "collaboration_id" in (case.path_parameters or {}):
            case.path_parameters["collaboration_id"] = BOOK
        response = case.call(headers={"Authorization": f"Bearer {secret}"})
        assert response.status_code < 500, response.text
        assert str(response.status_code) in operation.definition.raw["responses"], response.status_code
        seen.append(response.status_code)

    probe()
    return seen
