"""Commands that a rule chosen beforehand is likely to refuse, by the code it refuses with."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping

from domain.collaboration import AnyCommand, context_of, decide
from domain.kernel import Rejection
from domain.text import SALT_BYTES, SealedText
from tests.properties import provocations_of_meetings
from tests.properties.acts import Fields, Scene
from tests.properties.generator import Sent, envelope, next_command, sendable

Provocation = Callable[[Scene], tuple[str, Fields] | None]

PROVOCATIONS: Mapping[str, Provocation] = {**provocations_of_meetings.PROVOCATIONS}
"""How a code is provoked, of those that chance alone does not come upon."""

OUT_OF_REACH: Mapping[str, str] = {
    "entry.too_large": "a command that large is no history's; tests of the ledger send one",
    "collaboration.not_founded": "the ledger says that there is no such book before any rule is asked",
}
"""Codes that no history comes to, and why."""

DIRECTED = 0.3
"""How often what is tried is one of the provocations, rather than any command changed by chance."""

TRIES = 8
"""Commands tried for one that some rule refuses that has not had its say in the history."""


def provoked(s: Scene, met: Container[str | None]) -> Sent | None:
    """Returns a command refused with a code that is not among those met, None where none of some tries is."""
    for _ in range(TRIES):
        sent = _likely_refused(s)
        if sent is not None and refused_with(s, sent.command) not in met:
            return sent
    return None


def _likely_refused(s: Scene) -> Sent | None:
    code = s.one(sorted(PROVOCATIONS)) if s.r.random() < DIRECTED else None
    if code is None:
        return next_command(s, wildness=1.0)
    found = PROVOCATIONS[code](s)
    return None if found is None else sendable(found[0], envelope(s, *found) | {"mode": "decide"} | found[1])


def refused_with(s: Scene, command: AnyCommand) -> str | None:
    """Returns the code a command is refused with in the book as it stands, None if it is accepted."""
    try:
        decide(command, s.state, context_of(command, s.state, s.day, _seal))
    except Rejection as rejection:
        return rejection.code
    return None


def _seal(text: str) -> SealedText:
    return SealedText.of(text, bytes(SALT_BYTES))
