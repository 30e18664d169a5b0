"""`signing-key second`: the key of ML-DSA-44 whose signature stands beside that of the first."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from api.cli import context, terminal
from api.cli.context import Json, signing_of
from api.cli.signing import alone
from api.cli.terminal import Stopped
from ledger.application import Ledger
from ledger.log.checkpointing import key_path, known_origin, open_signer
from ledger.log.second_keys import key_of, known_second_keys, let_in, path_beside


def second(
    ctx: typer.Context,
    another: Annotated[  # noqa: FBT002
        bool, typer.Option("--another", help="Let another follow the one there is, whose file was moved away or lost.")
    ] = False,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Show the public part of the second signing key, of ML-DSA-44; make it, signed for by the first, if there is none.

    It signs checkpoints as long as STYRINGSBOK_SECOND_SIGNATURE is set, and is made then in any case. What it signed
    before another followed it stays valid.
    """
    given = signing_of(context.settings(ctx))
    with context.reading(ctx) as ledger:
        there_is = bool(known_second_keys(ledger))
        shown = _shown(ledger) if there_is and not another else None
        path = path_beside(given.path or key_path(ledger))
    if shown is None and there_is and path.exists():
        raise Stopped(
            f"{path} is there already, and another key would take its place: move it away, and run this again."
        )
    if shown is None:
        with alone(ctx) as ledger:
            let_in(ledger, open_signer(ledger, text=given.key, path=given.path, origin=given.origin).key, path)
            shown = _shown(ledger)
    if as_json:
        terminal.answer({**shown, "at": str(path), "signs": given.second})
        return
    terminal.say(f"Second key {shown['number']} of {shown['since'][:19]}Z belongs in {path}.")
    if another or not there_is:
        terminal.say("Keep a copy of it apart from the backups.")
    if not given.second:
        terminal.say("Set STYRINGSBOK_SECOND_SIGNATURE=true to have it sign.")
    terminal.say(
        "\n".join(("For the trust policy of whoever checks a book, beside the lines there are:", *shown["policy"]))
    )


def _shown(ledger: Ledger) -> dict[str, Any]:
    key, origin = known_second_keys(ledger)[-1], str(known_origin(ledger))
    policy = [f"log {key_of(key.public, f'{origin}/{book}')}" for book in sorted(ledger.heads())]
    return {"number": key.number, "key": str(key_of(key.public, origin)), "since": key.since, "policy": policy}
