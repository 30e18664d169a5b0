"""From a body to commands: strict JSON, the command named by `type`, and that command's fields only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import orjson
from pydantic import ValidationError

from api.field_errors import Pointer
from api.intake import chosen, read_json
from api.problems import Refused, invalid
from domain.collaboration import COMMANDS, AnyCommand
from ledger.application import COMMANDS_MAX


@dataclass(frozen=True, slots=True)
class Sent:
    """The commands of one body."""

    commands: tuple[AnyCommand, ...]
    as_list: bool

    def place(self, index: int | None) -> Pointer:
        """Returns where in the body the command of that index stood."""
        return (index,) if self.as_list and index is not None else ()


def read_commands(body: bytes) -> Sent:
    """Returns the one command or the commands in a body. Raises Refused, saying which field of which is wrong."""
    document = read_json(body)
    if not isinstance(document, list):
        return Sent((read_command(document),), as_list=False)
    if not 1 <= len(document) <= COMMANDS_MAX:
        raise Refused("command_count", count=len(document), most=COMMANDS_MAX)
    return Sent(tuple(read_command(item, (index,)) for index, item in enumerate(document)), as_list=True)


def read_command(document: object, at: Pointer = ()) -> AnyCommand:
    """Returns the command in a JSON value; `at` is where it stood. Raises Refused with at most 20 faults."""
    command = cast("type[Any]", chosen(document, COMMANDS, at))
    try:
        return cast("AnyCommand", command.model_validate_json(orjson.dumps(document)))
    except ValidationError as error:
        raise invalid(error, document, at) from None
