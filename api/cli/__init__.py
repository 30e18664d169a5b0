"""The command line, `styringsbok`: what it answers and with which exit code.

0: all is well. 1: something was found, or refused. 2: wrong usage, or a database that cannot be used.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated

import typer

from api.cli import (
    attaching,
    backups,
    importing,
    keeping,
    keys,
    reading,
    rechecking,
    second_key,
    serving,
    signing,
    terminal,
    witnessing,
)
from api.cli.context import Chosen, Commands

app = typer.Typer(
    name="styringsbok",
    cls=Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="A governance ledger for collaborations between municipalities: one numbered minute book (møtebok) for each.",
)


def _show_version(wanted: bool) -> None:  # noqa: FBT001
    if wanted:
        terminal.say(f"styringsbok {version('styringsbok')}")
        raise typer.Exit


@app.callback()
def styringsbok(
    ctx: typer.Context,
    database: Annotated[
        str | None,
        typer.Option(
            metavar="URL", help="sqlite:///path/to/file.db or postgresql://user@host/name, over STYRINGSBOK_DATABASE."
        ),
    ] = None,
    show_version: Annotated[  # noqa: ARG001, FBT002
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Remembers what was said before the command, and keeps the log out of the answers."""
    terminal.log_to_standard_error()
    ctx.obj = Chosen(database)


app.command("demo")(serving.demo)
app.command("serve")(serving.serve)
app.command("witness")(witnessing.witness)
app.command("import")(importing.import_file)
app.command("attach")(attaching.attach)
app.command("history")(reading.history)
app.command("replay")(reading.replay)
app.command("rebuild")(keeping.rebuild)
app.command("export")(keeping.export)
app.command("backup")(backups.backup)
app.command("restore")(backups.restore)
app.command("resume")(backups.resume)
app.command("verify")(keeping.verify)
app.command("recheck")(rechecking.recheck)
app.add_typer(keys.app, name="key")
signing.app.command("second")(second_key.second)
app.add_typer(signing.app, name="signing-key")


def main() -> None:
    """Runs the command line."""
    app(prog_name="styringsbok")
