"""`witness`: a small witness of our own, for a member municipality to run outside the installation."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from api.cli import context, terminal
from api.cli.serving import Host, Port, listening, url_of
from api.cli.terminal import Stopped
from ledger.log.keys import SigningKey, create, load
from ledger.log.notes import VerifierKey
from ledger.log.witness import Memory, Witness


def witness(
    ctx: typer.Context,
    name: Annotated[str, typer.Option(help="What it signs as: a URL without its scheme, such as kommunen.no/vitne.")],
    log: Annotated[
        list[str],
        typer.Option(
            help="A log's key, as its /log/keys tells; that of /api/v1/log/keys is for all. Several, or as a file."
        ),
    ],
    state: Annotated[Path, typer.Option(help="A folder for its key and its memory; made at the first start.")],
    host: Host = None,
    port: Port = None,
) -> None:
    """Run a witness (C2SP tlog-witness): it cosigns checkpoints of these logs that go on from those it has seen.

    A key under an installation's own name stands for all its books. It refuses a history that was rewritten, whoever's
    key signed it, and keeps what it refused. Its memory must never be restored from a backup: it would forget.
    """
    settings = context.settings(ctx)
    if not re.fullmatch(r"[^\s+]+", name):
        raise Stopped(f"{name!r} cannot be a witness's name: it has no space and no plus.")
    logs = [key for told in log for key in _keys(told)]
    key = _key(state / "witness.key", name)
    try:
        memory = Memory(state / "witness.db")
    except (sqlite3.Error, OSError) as error:
        raise Stopped(f"the memory in {state} cannot be used: {error}") from None
    with listening(settings, host, port) as listener, closing(memory):
        import uvicorn

        from api.witness import create_witness

        running = Witness(key, logs, memory)
        url = url_of(listener)
        terminal.say(f"witness {running.name} {running.verifier_key} {url}")
        terminal.say(f"The line above is for the log's trust policy. The witness listens on {url} (stop with Ctrl+C)")
        config = uvicorn.Config(create_witness(running), log_level="warning", server_header=False, proxy_headers=False)
        try:
            uvicorn.Server(config).run(sockets=[listener])
        except KeyboardInterrupt:
            terminal.say("Stopped.")


def _keys(told: str) -> list[VerifierKey]:
    """Returns the key in a word, or those in a file of one a line. Raises Stopped."""
    path = Path(told)
    try:
        lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else [told]
        return [VerifierKey.read(line) for line in lines if line.strip()]
    except (OSError, ValueError) as error:
        raise Stopped(f"--log {told[:80]}: {error}") from None


def _key(path: Path, name: str) -> SigningKey:
    """Returns the witness's key, made at the first start. Raises Stopped, KeyTrouble."""
    key = load(path) if path.exists() else create(path, name)
    if key.origin != name:
        raise Stopped(f"the key in {path} signs as {key.origin}, not as {name}: give that name, or another --state.")
    return key
