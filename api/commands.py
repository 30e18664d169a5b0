"""The commands there are: their schema, and an example that can be sent as it stands."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

from fastapi import APIRouter

from api.problems import Refused
from domain.collaboration import COMMANDS

router = APIRouter(prefix="/api/v1/commands", tags=["commands"])


@cache
def examples() -> dict[str, dict[str, Any]]:
    """Returns one example by command type; each validates, and is test data about no real body."""
    text = (files("api") / "examples.json").read_text(encoding="utf-8")
    return {name: {"type": name, **fields} for name, fields in json.loads(text).items()}


def summary(name: str) -> str:
    """Returns what a command is for, in one sentence."""
    return (COMMANDS[name].__doc__ or "").strip().splitlines()[0]


@router.get("", operation_id="listCommands")
def commands() -> dict[str, list[dict[str, str]]]:
    """Lists every command with what it is for and where its schema is."""
    return {
        "commands": [
            {"type": name, "summary": summary(name), "url": f"/api/v1/commands/{name}"} for name in sorted(COMMANDS)
        ]
    }


@router.get("/{type}", operation_id="getCommand")
def command(type: str) -> dict[str, Any]:  # noqa: A002
    """Returns a command's JSON Schema (draft 2020-12) and an example."""
    if type not in COMMANDS:
        raise Refused("unknown_command", known=sorted(COMMANDS))
    return {
        "type": type,
        "summary": summary(type),
        "schema": COMMANDS[type].model_json_schema(),
        "example": examples()[type],
    }
