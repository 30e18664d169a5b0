"""The commands there are: their schema, and an example that can be sent as it stands."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path, Response

from api.answering import IfNoneMatch, Made, by_content
from api.answers import CommandDescribed, CommandList, documented
from api.problems import Refused
from domain.collaboration import COMMANDS

router = APIRouter(prefix="/api/v1/commands", tags=["commands"])

CommandType = Annotated[
    str,
    Path(
        max_length=64,
        description="A command's name.",
        examples=["member.admit"],
        json_schema_extra={"enum": list[Any](sorted(COMMANDS))},
    ),
]


@cache
def examples() -> dict[str, dict[str, Any]]:
    """Returns one example by command type; each validates, and is test data about no real body."""
    parts = (json.loads(file.read_text(encoding="utf-8")) for file in (files("api") / "examples").iterdir())
    return {name: {"type": name, **fields} for part in parts for name, fields in part.items()}


def summary(name: str) -> str:
    """Returns what a command is for, in one sentence."""
    return (COMMANDS[name].__doc__ or "").strip().splitlines()[0]


@cache
def listing() -> bytes:
    """Returns the list of commands."""
    named = [{"type": name, "summary": summary(name), "url": f"/api/v1/commands/{name}"} for name in sorted(COMMANDS)]
    return orjson.dumps({"commands": named})


@cache
def described(name: str) -> bytes:
    """Returns what is said of one command."""
    schema = COMMANDS[name].model_json_schema()
    return orjson.dumps({"type": name, "summary": summary(name), "schema": schema, "example": examples()[name]})


@router.get("", operation_id="listCommands", **documented(CommandList))
async def commands(if_none_match: IfNoneMatch = None) -> Response:
    """Lists every command with what it is for and where its schema is."""
    return by_content(Made(listing()), if_none_match)


@router.get("/{type}", operation_id="getCommand", **documented(CommandDescribed))
async def command(type: CommandType, if_none_match: IfNoneMatch = None) -> Response:
    """Returns a command's JSON Schema (draft 2020-12) and an example."""
    if type not in COMMANDS:
        raise Refused("unknown_command", known=sorted(COMMANDS))
    return by_content(Made(described(type)), if_none_match)
