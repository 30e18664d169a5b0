"""What the rows of an entity were rendered from, so that they are not rendered again from the same.

A step may touch an entity whose rows show nothing of what changed: a body's seats are as they were when another of its
cases is closed. State is immutable, so a register that is the same object says the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from domain.collaboration import Collaboration

Registers = dict[str, Any]
"""Registers of a state by the names of its fields, as they were when they were read."""


class _Watched:
    """A state that notes which of its registers are read."""

    __slots__ = ("_read", "_state")

    def __init__(self, state: Collaboration, read: Registers) -> None:
        self._state, self._read = state, read

    def __getattr__(self, name: str) -> Any:
        value = self._read[name] = getattr(self._state, name)
        return value


class Remembered:
    """By projection and entity: the registers its rows were last rendered from."""

    def __init__(self) -> None:
        self._read: dict[tuple[str, str], Registers] = {}

    def changed(self, projection: str, subject_ids: Iterable[str], state: Collaboration) -> list[str]:
        """Returns those whose rows may be others in `state`: never rendered, or from registers that are others now."""
        return [id_ for id_ in subject_ids if not self._holds(self._read.get((projection, id_)), state)]

    @staticmethod
    def _holds(read: Registers | None, state: Collaboration) -> bool:
        return read is not None and all(getattr(state, name) is value for name, value in read.items())

    def watched(self, projection: str, subject_id: str, state: Collaboration) -> Collaboration:
        """Returns the state to render from: what is read of it is remembered."""
        read = self._read[projection, subject_id] = {}
        return cast("Collaboration", _Watched(state, read))
