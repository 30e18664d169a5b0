"""`key`: who may do what through the API, by keys that are shown once."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer
from pydantic import TypeAdapter, ValidationError

from api.cli import context, terminal
from api.cli.context import Json
from api.cli.terminal import Stopped
from ledger import keys
from ledger.entry import CollaborationId, Principal
from ledger.keys import ALL_BOOKS, FINGERPRINT_DIGITS, Role

app = typer.Typer(no_args_is_help=True, help="Make, list and revoke API keys.")

_PRINCIPAL: TypeAdapter[str] = TypeAdapter(Principal)
_BOOK: TypeAdapter[str] = TypeAdapter(CollaborationId)
SERVED = "makes and revokes keys at /api/v1/keys for the key of an administrator; or stop it, and run this again"


@app.command("create")
def create(
    ctx: typer.Context,
    role: Annotated[Role, typer.Option(help="What the key lets one do.")],
    name: Annotated[
        str, typer.Option(metavar="PRINCIPAL", help="Whom it signs in: an opaque id, never a person's name.")
    ],
    books: Annotated[str, typer.Option(metavar="A,B", help="Ids of the books it opens; * for all.")] = ALL_BOOKS,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Make a key and show it, this once: only its hash is kept."""
    try:
        _PRINCIPAL.validate_python(name)
    except ValidationError:
        raise Stopped(f"--name takes 1 to 100 of A-Z, a-z, 0-9 and @._:-, not {name[:60]!r}.") from None
    opens = _books(books)
    with context.alone(context.location(ctx), SERVED) as ledger:
        secret = keys.create(ledger, name, role, opens)
    if as_json:
        terminal.answer({"key": secret, "principal": name, "role": role, "books": opens})
    else:
        terminal.say(secret)
        terminal.complain(f"Send it as `Authorization: Bearer {secret[:8]}…`. It is not shown again.")


def _books(text: str) -> str:
    """Returns ids as they are kept. Raises Stopped for anything else."""
    if text == ALL_BOOKS:
        return ALL_BOOKS
    ids = [one.strip() for one in text.split(",")]
    for one in ids:
        try:
            _BOOK.validate_python(one)
        except ValidationError:
            how = "ids of collaborations with commas between, such as ror-ikt, or *"
            raise Stopped(f"--books takes {how}, not {one[:60]!r}.") from None
    return ",".join(dict.fromkeys(ids))


@app.command("list")
def list_(ctx: typer.Context, as_json: Json = False) -> None:  # noqa: FBT002
    """List the keys, revoked ones too: by the fingerprint that `revoke` takes, never by the secret."""
    with context.reading(ctx) as ledger:
        found = keys.listed(ledger)
    if as_json:
        terminal.answer({"keys": [asdict(key) for key in found]})
        return
    columns = ("fingerprint", "principal", "role", "books", "created", "revoked")
    terminal.table(
        columns,
        [(k.fingerprint, k.principal, k.role, k.books, k.created_at[:19], (k.revoked_at or "")[:19]) for k in found],
    )


@app.command("revoke")
def revoke(
    ctx: typer.Context,
    fingerprint: Annotated[str, typer.Argument(metavar="FINGERPRINT", help="As `key list` shows it.")],
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Revoke a key, at once and for good."""
    if len(fingerprint) < FINGERPRINT_DIGITS:
        raise Stopped(f"A fingerprint has {FINGERPRINT_DIGITS} digits, as `styringsbok key list` shows it.")
    with context.alone(context.location(ctx), SERVED) as ledger:
        key = keys.revoke(ledger, fingerprint)
    if key is None:
        raise Stopped(f"There is no key with the fingerprint {fingerprint[:60]!r}; `styringsbok key list` shows them.")
    if as_json:
        terminal.answer(asdict(key))
    else:
        terminal.say(f"Revoked the key {key.fingerprint} of {key.principal}.")
