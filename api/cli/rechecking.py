"""`recheck`: every stored verdict decided again, and each that comes out otherwise named with its entry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import orjson
import typer

from api.cli import context, terminal
from api.cli.context import Json
from api.cli.crew import Crew, Progress, adding, cores
from api.cli.keeping import Collaborations, Jobs, amount
from api.cli.terminal import REFUSED
from ledger.application import Ledger
from ledger.recheck import Difference, recheck_books

SAID: dict[str, str] = {
    "damaged": "it cannot be read, so neither it nor what follows was re-checked: {stored}",
    "rulebook_unknown": "it is stamped with the rulebook {stored}, which this version does not hold; "
    "use a version that does",
    "not_rebuilt": "no command of this version leads to it: {recomputed}",
    "refused_now": "it was accepted, and the rules refuse it with {code}{law}",
    "accepted_differently": "the rules lead to {recomputed}, and the book has {stored}",
    "irregular_differs": "it is kept with the irregular codes {stored}; the rules give {recomputed}",
    "unverified_differs": "it is kept with the unverified codes {stored}; the rules give {recomputed}",
    "content_differs": "{fields} is kept as {stored}; the rules give {recomputed}",
    "kept_state": "the state kept up to it in {stored} is not what the entries fold to: remove the file of that name",
}
"""What to say of each kind of difference."""

SAID_CHARACTERS_MAX = 400
"""Of a stored or recomputed value in a line for people; `--json` has all of it."""


COST_OF_AN_ENTRY = 20
"""Of one decided again, where one that `verify` looks at costs 1."""
TOLD_AT_A_TIME = 100


def recheck(
    ctx: typer.Context,
    collaborations: Collaborations = None,
    jobs: Jobs = 0,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Decide every entry again by the rulebook it is stamped with, and list each verdict that comes out otherwise.

    Changes nothing, and works beside a running server. The exit code is 1 when something is found.
    """
    books = entries = 0
    differences: list[Difference] = []
    for found in _found(ctx, collaborations or [], jobs or cores()):
        if isinstance(found, int):
            books, entries = books + 1, entries + found
            continue
        differences.append(found)
        if not as_json:
            terminal.say(f"{found.collaboration} entry {found.entry}: {said(found)} [{found.kind}]")
    if as_json:
        listed = [as_plain(one) for one in differences]
        terminal.answer({"ok": not differences, "books": books, "entries": entries, "findings": listed})
    else:
        counted = terminal.counted(len(differences), "finding", "findings") if differences else "every verdict stands"
        terminal.say(f"Re-checked {amount(books, entries)}: {counted}.")
    if differences:
        raise typer.Exit(REFUSED)


def _found(ctx: typer.Context, wanted: list[str], jobs: int) -> Iterator[Difference | int]:
    """Yields the differences of each book, then how many entries it has."""
    with context.reading(ctx) as ledger:
        heads = ledger.heads()
        for collaboration in wanted:
            context.known(ledger, collaboration)
        books = [_Book(one, heads[one]) for one in wanted or sorted(heads)]
        crew = Crew(partial(context.opened, ledger.location, read_only=True), ledger, jobs)
        with terminal.progress("Re-checking", sum(heads[one.collaboration_id] for one in books)) as progress:
            for found in crew.answers(books, adding(progress)):
                yield from found


@dataclass(frozen=True, slots=True)
class _Book:
    """A book to be decided again."""

    collaboration_id: str
    entries: int

    @property
    def cost(self) -> int:
        """How much it is to do."""
        return self.entries * COST_OF_AN_ENTRY

    def __call__(self, ledger: Ledger, progress: Progress) -> list[Difference | int]:
        told = 0

        def tell(done: int) -> None:
            nonlocal told
            if done - told >= TOLD_AT_A_TIME:
                progress(done - told)
                told = done

        found = list(recheck_books(ledger, [self.collaboration_id], tell))
        progress(self.entries - told)
        return found


def said(found: Difference) -> str:
    """Returns a difference in words."""
    values = {name: _short(getattr(found, name)) for name in ("stored", "recomputed")}
    law = "" if found.law is None else f" ({found.law})"
    return SAID[found.kind].format(code=found.code, law=law, fields=", ".join(found.fields), **values)


def _short(value: Any) -> str:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ", ".join(value) or "none"
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    return text if len(text) <= SAID_CHARACTERS_MAX else f"{text[:SAID_CHARACTERS_MAX]}…"


def as_plain(found: Difference) -> dict[str, Any]:
    """Returns a difference as plain values."""
    return {
        "collaboration": found.collaboration,
        "entry": found.entry,
        "type": found.type,
        "kind": found.kind,
        "code": found.code,
        "law": found.law,
        "fields": list(found.fields),
        "stored": found.stored,
        "recomputed": found.recomputed,
        "what": said(found),
    }
