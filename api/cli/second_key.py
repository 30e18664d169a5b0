"""`signing-key second`: the key of ML-DSA-44 whose signature stands beside that of the first."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli import context, terminal
from api.cli.context import Json
from api.cli.serving import signing_of
from api.cli.signing import alone
from api.cli.terminal import REFUSED, Stopped
from ledger.log.checkpointing import key_path, open_signer
from ledger.log.second_keys import key_of, known_second_keys, let_in, path_beside


def second(
    ctx: typer.Context,
    another: Annotated[  # noqa: FBT002
        bool, typer.Option("--another", help="Let another follow the one there is, whose file was moved away or lost.")
    ] = False,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Make a second signing key, of ML-DSA-44, that the first one signs for, and show its public part.

    It signs checkpoints as long as STYRINGSBOK_SECOND_SIGNATURE is set; what it signed before another followed it stays
    valid. Without this command it is made when it is first needed.
    """
    given = signing_of(context.settings(ctx))
    with alone(ctx) as ledger:
        signer = open_signer(ledger, text=given.key, path=given.path, origin=given.origin)
        known, path = known_second_keys(ledger), path_beside(given.path or key_path(ledger))
        if known and not another:
            what = f"There is a second key since {known[-1].since[:19]}Z; --another lets one follow it"
            raise Stopped(f"{what}, in a new file at {path}.", REFUSED)
        key = let_in(ledger, signer.key, path)
        since = known_second_keys(ledger)[-1].since
        public, number = str(key_of(key.public, signer.origin)), len(known) + 1
        policy = [f"log {key_of(key.public, signer.name_of(book))}" for book in sorted(ledger.heads())]
    if as_json:
        told = {"number": number, "key": public, "since": since, "at": str(path), "policy": policy}
        terminal.answer({**told, "signs": given.second})
        return
    terminal.say(f"Second key {number} is in {path}. Keep a copy apart from the backups.")
    if not given.second:
        terminal.say("Set STYRINGSBOK_SECOND_SIGNATURE=true to have it sign.")
    terminal.say("\n".join(("For the trust policy of whoever checks a book, beside the lines there are:", *policy)))
