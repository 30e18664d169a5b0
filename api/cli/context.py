"""What every command starts from: the settings, the database they name, and what to say when it cannot be used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from typer.core import TyperGroup

from api.cli import terminal
from api.cli.terminal import REFUSED, Stopped
from api.composition import Signing
from api.settings import Settings
from ledger.application import Ledger
from ledger.errors import (
    AttachmentDamaged,
    BadArchive,
    BadBackup,
    BookHeld,
    BookImporting,
    DamagedEntry,
    LedgerHeld,
    LedgerUnavailable,
    NoLedger,
    UnknownCollaboration,
)
from ledger.location import BadLocation, Location, locate
from ledger.log.checkpointing import SigningHeld
from ledger.log.holding import NotHeld
from ledger.log.keys import KeyTrouble
from ledger.log.policy import InvalidPolicy, Witness, read_policy
from projections.views import ViewsUnavailable

Json = Annotated[bool, typer.Option("--json", help="Answer in JSON, for programs.")]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was said on the command line before the command."""

    database: str | None

    def settings(self) -> Settings:
        """Returns the settings, the command line over the environment. Raises Stopped naming what is wrong."""
        try:
            return Settings() if self.database is None else Settings(database=self.database)
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            name = "_".join(str(part) for part in first["loc"]).upper()
            raise Stopped(f"STYRINGSBOK_{name} cannot be used: {first['msg']}") from None


WITNESSES = "STYRINGSBOK_WITNESSES"


def known_witnesses(path: Path | None, said: str = WITNESSES) -> Mapping[str, Witness]:
    """Returns the witnesses of a policy file, by name, none without a file. Raises Stopped, saying who named it."""
    if path is None:
        return {}
    try:
        return read_policy(path.read_text(encoding="utf-8")).witnesses
    except (OSError, UnicodeDecodeError, InvalidPolicy) as error:
        raise Stopped(f"{said}: {path} cannot be used: {error}") from None


def witnesses_of(settings: Settings) -> tuple[Witness, ...]:
    """Returns the witnesses that are to cosign: those of the policy file that have an address. Raises Stopped."""
    found = tuple(one for one in known_witnesses(settings.witnesses).values() if one.url is not None)
    if settings.witnesses is not None and not found:
        raise Stopped(f"{WITNESSES}: {settings.witnesses} names no witness with an address.")
    return found


def signing_of(settings: Settings) -> Signing:
    """Returns where the settings say the signing key is."""
    key = settings.signing_key
    text = None if key is None else key.get_secret_value()
    return Signing(text, settings.signing_key_file, settings.origin, settings.second_signature)


def settings(context: typer.Context) -> Settings:
    """Returns the settings this run was started with."""
    chosen: Chosen = context.find_root().obj
    return chosen.settings()


def location(context: typer.Context) -> Location:
    """Returns the database this run is about. Raises BadLocation."""
    return locate(settings(context).database)


@contextmanager
def reading(context: typer.Context) -> Iterator[Ledger]:
    """Yields the ledger, opened to be read only: beside a running server too."""
    with opened(location(context), read_only=True) as ledger:
        yield ledger


@contextmanager
def opened(place: Location, *, read_only: bool = False) -> Iterator[Ledger]:
    """Yields the ledger in a database and closes it."""
    ledger = Ledger(place, read_only=read_only)
    try:
        yield ledger
    finally:
        ledger.close()


@contextmanager
def alone(place: Location, why: str) -> Iterator[Ledger]:
    """Yields the ledger to be written. Raises Stopped where a server holds it, with why it is in the way."""
    try:
        with opened(place) as ledger:
            yield ledger
    except LedgerHeld as error:
        raise Stopped(f"{error.path} is held by {error.holder}, which {why}.") from None


def known(ledger: Ledger, collaboration_id: str) -> int:
    """Returns the number of a book's last entry. Raises Stopped if there is no such book."""
    head = ledger.head(collaboration_id)
    if head == 0:
        books = ", ".join(sorted(ledger.heads())[:10]) or "none"
        raise Stopped(f"There is no collaboration {collaboration_id!r} in {ledger.location.name}; there are: {books}.")
    return head


def explained(error: Exception) -> Stopped | None:
    """Returns what to say of an error people can do something about, None for any other."""
    match error:
        case Stopped():
            return error
        case BadLocation():
            return Stopped(f"{error}.")
        case NoLedger():
            return Stopped(
                f"There is no book at {error.name}; name another with --database, or import a history into it."
            )
        case LedgerHeld():
            how = "send what is to be recorded through its API; for anything else stop it, and run this again"
            return Stopped(f"{error.path} is held by {error.holder}, which writes it: {how}.")
        case BookImporting():
            what = f"Nothing was recorded: another process imports into {error.collaboration_id}"
            return Stopped(f"{what}. Run this again when that is done; what is there already is not recorded twice.")
        case LedgerUnavailable():
            return Stopped(f"The database cannot be used: {' '.join(str(error).split())}.")
        case UnknownCollaboration():
            return Stopped(f"There is no collaboration {error.collaboration_id!r}.")
        case DamagedEntry():
            what = f"Entry {error.number} of {error.collaboration_id} is damaged: {error.what}"
            return Stopped(f"{what}. `styringsbok verify` lists all damage; restore from an export.", REFUSED)
        case BookHeld():
            what = f"Nothing is recorded in {error.collaboration_id}: {error.why}"
            return Stopped(f"{what}. `styringsbok resume` shows that it is, or records the break.", REFUSED)
        case SigningHeld() | KeyTrouble():
            return Stopped(_sentence(error), REFUSED)
        case BadArchive():
            return Stopped(f"{error.path} was not restored: {error.what}.", REFUSED)
        case BadBackup() | NotHeld() | AttachmentDamaged():
            return Stopped(_sentence(error), REFUSED)
        case ViewsUnavailable():
            how = "they are made from the book: throw them away, and `styringsbok rebuild` makes them again"
            return Stopped(f"The rows beside the book cannot be used: {error}. If it lasts, {how}.")
        case BrokenPipeError():
            return None
        case OSError():
            return Stopped(": ".join(str(part) for part in (error.filename, error.strerror or error) if part) + ".")
        case _:
            return None


def _sentence(error: Exception) -> str:
    """Returns what an error says as a sentence; a path or an id it begins with stays as it is written."""
    said = str(error)
    first = said.partition(" ")[0]
    return f"{said[:1].upper() if first.isalpha() else said[:1]}{said[1:]}."


class Commands(TyperGroup):
    """A group of commands that ends with one clear line where people can do something about it."""

    def invoke(self, ctx: Any) -> Any:
        """Runs the command."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            stopped = explained(error)
            if stopped is None:
                raise
            terminal.complain(str(stopped))
            raise typer.Exit(stopped.exit_code) from None
