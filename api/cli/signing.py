"""`signing-key`: the key checkpoints are signed with: shown, let another follow it, or recorded as lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli import context, terminal
from api.cli.context import Json, signing_of
from api.cli.terminal import REFUSED, Stopped
from ledger.application import Ledger
from ledger.log.checkpointing import Signer, key_path, known_keys, known_origin, open_signer, rotate, verifier_keys
from ledger.log.keys import KeyTrouble, KnownKey
from ledger.log.notes import ED25519, VerifierKey
from ledger.log.rotating import assert_lost, record_loss, rotate_in_place

app = typer.Typer(no_args_is_help=True, help="Show the key checkpoints are signed with, let another follow it.")


# Showing ---------------------------------------------------------------------------------


@app.command("show")
def show(ctx: typer.Context, as_json: Json = False) -> None:  # noqa: FBT002
    """Show the public key, the keys before it, whether the private one is at hand, and the lines for trust policies.

    Never shows the private key. Works beside a running server.
    """
    given = signing_of(context.settings(ctx))
    with context.reading(ctx) as ledger:
        origin, keys = known_origin(ledger), known_keys(ledger)
        if origin is None or not keys:
            first = "its key is made when it first is, by `serve` or an export of evidence"
            raise Stopped(f"{ledger.location.name} has never been signed: {first}.")
        at = "the environment" if given.key else str(given.path or key_path(ledger))
        try:
            open_signer(ledger, text=given.key, path=given.path, origin=given.origin)
            trouble = None
        except KeyTrouble as error:
            trouble = str(error)
        policy = [f"log {verifier_keys(ledger, book)[0]}" for book in sorted(ledger.heads())]
    shown = [_shown(origin, key) for key in keys]
    if as_json:
        terminal.answer({"origin": origin, **shown[-1], "at": at, "trouble": trouble, "keys": shown, "policy": policy})
        return
    terminal.say(f"{shown[-1]['key']}\nsigns for {origin} since {shown[-1]['since']}.")
    terminal.say(f"The private key is in {at}." if trouble is None else f"Nothing can be signed: {trouble}.")
    for one in shown:
        terminal.say(f"Key {one['number']} of {one['since'][:19]}Z, {_rests_on(one)}: {one['key']}")
    terminal.say("\n".join(("For the trust policy of whoever checks a book:", *policy)))


def _shown(origin: str, key: KnownKey) -> dict[str, Any]:
    public = str(VerifierKey(origin, ED25519, key.public))
    return {"number": key.number, "key": public, "since": key.since, "lost": key.loss}


def _rests_on(one: dict[str, Any]) -> str:
    if one["number"] == 1:
        return "the first"
    return "signed by the one before" if one["lost"] is None else f"let in as the one before was lost ({one['lost']})"


# Another key -----------------------------------------------------------------------------


@contextmanager
def alone(ctx: typer.Context) -> Iterator[Ledger]:
    """Yields the ledger to be written. Raises Stopped where a server writes it, which signs with the key it has."""
    how = "signs with the key it has: stop it, run this again, and start it with the new key"
    with context.alone(context.location(ctx), how) as ledger:
        yield ledger


@app.command("rotate")
def rotate_(
    ctx: typer.Context,
    to: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A new file for the new key; left out: the old one's, which is kept beside."),
    ] = None,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Make a new key and let it follow the one there is, which signs for it. What was signed before stays valid.

    For a key that may be known to others, or by routine. Of several servers on one database each is to be started anew.
    """
    given = signing_of(context.settings(ctx))
    if given.key and to is None:
        raise Stopped("The key is in STYRINGSBOK_SIGNING_KEY: say with --to in which file the new one is to be.")
    with alone(ctx) as ledger:
        if not known_keys(ledger):
            raise Stopped(f"{ledger.location.name} has never been signed: there is no key to follow.")
        signer = open_signer(ledger, text=given.key, path=given.path, origin=given.origin)
        old = None
        if to is None:
            done = rotate_in_place(signer, given.path or key_path(ledger))
            signer, to, old = done.signer, done.path, done.old
        else:
            signer = rotate(signer, to)
        _tell(ctx, signer, to, as_json=as_json, old=old)


@app.command("lost")
def lost(
    ctx: typer.Context,
    reason: Annotated[
        str, typer.Option(help="What became of it: kept for ever and told to all, so no person's name in it.")
    ],
    to: Annotated[Path, typer.Option(metavar="FILE", help="A new file for the new key.")],
    sure: Annotated[  # noqa: FBT002
        bool, typer.Option("--nobody-has-it", help="Say that it was looked for in every backup, and is nowhere.")
    ] = False,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Record that nobody has the signing key any more, and let a new one follow it that nothing signs for.

    Cannot be undone. What was signed before stays valid; whoever verifies is told from then on, with the reason, and
    every witness and auditor has to be given the new key by other means.
    """
    given = signing_of(context.settings(ctx))
    with alone(ctx) as ledger:
        key = assert_lost(ledger, text=given.key, path=given.path)
        if not sure:
            where = "STYRINGSBOK_SIGNING_KEY" if given.key else given.path or key_path(ledger)
            raise Stopped(
                f"Key {key.number} of {key.since[:19]}Z is not in {where}. Look for it in the backups of that machine "
                "first: nothing can take this back. If nobody has it, run this again with --nobody-has-it.",
                REFUSED,
            )
        _tell(ctx, record_loss(ledger, reason, to), to, as_json=as_json, old=None)


def _tell(ctx: typer.Context, signer: Signer, path: Path, *, as_json: bool, old: Path | None) -> None:
    """Says which key signs now, and what is left to do."""
    given = signing_of(context.settings(ctx))
    key = _shown(signer.origin, known_keys(signer.ledger)[-1])
    usual = given.path or key_path(signer.ledger)
    if as_json:
        terminal.answer({"origin": signer.origin, **key, "file": str(path), "old": None if old is None else str(old)})
        return
    terminal.say(f"Key {key['number']} signs from now on; it is in {path}. Keep a copy apart from the backups.")
    if given.key:
        terminal.say(f"Take STYRINGSBOK_SIGNING_KEY away, and set STYRINGSBOK_SIGNING_KEY_FILE={path.absolute()}")
    elif path.absolute() != usual.absolute():
        terminal.say(f"Set STYRINGSBOK_SIGNING_KEY_FILE={path.absolute()}, or rename the file to {usual}.")
    if old is not None:
        terminal.say(f"The old key is in {old}. Nothing needs it any more: destroy it once the new one is kept safe.")
    terminal.say(f"Give every witness and auditor this line, beside the one they have:\n{key['key']}")
