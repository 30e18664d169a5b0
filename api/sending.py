"""From a body to commands: strict JSON, the command named by `type`, and that command's fields only."""

from __future__ import annotations

from typing import Any, cast

import orjson
from pydantic import ValidationError

from api.intake import chosen, read_json
from api.problems import Refused, invalid
from domain.collaboration import COMMANDS, AnyCommand
from ledger.application import COMMANDS_MAX


def read_commands(body: bytes) -> tuple[AnyCommand, ...]:
    """Returns the one command or the commands in a body. Raises Refused, saying which field of which command is wrong."""
    document = read_json(body)
    if not isinstance(document, list):
        return (read_command(document),)
    if not 1 <= len(document) <= COMMANDS_MAX:
        raise Refused("command_count", count=len(document), most=COMMANDS_MAX)
    return tuple(read_command(item, (index,)) for index, item in enumerate(document))


def read_command(document: object, at: tuple[str | int, ...] = ()) -> AnyCommand:
    """Returns the command in a JSON value; `at` is where it stood. Raises Refused with at most 20 faults."""
    command = cast("type[Any]", chosen(document, COMMANDS, at))
    try:
        return cast("AnyCommand", command.model_validate_json(orjson.dumps(document)))
    except ValidationError as error:
        raise invalid(error, document, at) from None
