"""What `resume` says of held books, and what it asks the witnesses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import typer

from api.cli import context, terminal
from api.cli.terminal import REFUSED
from ledger.application import Ledger
from ledger.location import Location
from ledger.log.checkpointing import in_words
from ledger.log.outside import Outside, Said
from ledger.log.policy import Witness

SERVED = "serves it as held: stop it, run this again, and start it anew"

HOW = {
    "other": "The book here is not the one that was witnessed: keep it, and find out why before anything else.",
    "missing": "A later backup has them; `styringsbok resume --record-break` goes on without them, for all to see.",
    "silent": "Every witness has to answer. Ask again, give --checkpoint, or take one that is gone out of the policy.",
    "unsigned": "Nothing was signed when the backup was made, so no witness saw any of it: go on with --record-break.",
    "saw_nothing": "No witness saw it. Give --checkpoint, or go on with --record-break.",
}
"""What to do about a book that stays held, by what a witness said of it: the first of these that one did."""


def ask_witnesses(place: Location, witnesses: Sequence[Witness], books: Sequence[str], *, as_json: bool) -> None:
    """Asks every witness about these held books, and lets those go on that agree. Raises typer.Exit with 1 else."""
    with context.alone(place, SERVED) as ledger:
        outside = Outside(ledger, witnesses)
        with terminal.progress("Asking the witnesses", len(books)) as progress:
            said = list[Said]()
            for done, book in enumerate(books, start=1):
                said += outside.resume([book])
                progress(done)
            said += outside.lost()
        resumed = sorted(set(books) - set(ledger.held()))
        tell_held(ledger, resumed, [], as_json=as_json, asked=[asdict(one) for one in said])
    stopping = [one for one in said if one.collaboration_id not in resumed]
    if not as_json:
        for one in stopping or said:
            (terminal.complain if stopping else terminal.say)(
                f"{in_words(one.collaboration_id)}: {one.witness} {one.what}."
            )
        for how in dict.fromkeys(_how(book, stopping) for book in dict.fromkeys(s.collaboration_id for s in stopping)):
            terminal.complain(how)
    if stopping:
        raise typer.Exit(REFUSED)


def _how(book: str, said: Sequence[Said]) -> str:
    states = {one.state for one in said if one.collaboration_id == book}
    return next(how for state, how in HOW.items() if state in states)


def tell_held(
    ledger: Ledger,
    resumed: list[str],
    broken: list[str],
    *,
    as_json: bool,
    differing: Sequence[str] = (),
    asked: Sequence[dict[str, Any]] = (),
) -> None:
    """Says which books go on, and which are held still."""
    held = ledger.held()
    if as_json:
        answered = {"resumed": resumed, "broken": broken, "held": held, "differing": list(differing)}
        terminal.answer({**answered, "asked": list(asked)})
        return
    for book in resumed:
        terminal.say(f"{in_words(book)} agrees with what is known outside, and goes on.")
    for book in broken:
        terminal.say(f"{in_words(book)} goes on without proof; that is signed in its log.")
    for book, why in held.items():
        terminal.say(f"{in_words(book)} is held: {why}.")
    if not (resumed or broken or held):
        terminal.say("No book is held.")
