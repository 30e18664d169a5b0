"""`serve` and `demo`: the API and the pages over HTTP."""

from __future__ import annotations

import json
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from itertools import islice
from pathlib import Path
from types import FrameType
from typing import IO, Annotated, NoReturn

import typer

from api.catching_up import CatchingUp
from api.cli import context, terminal
from api.cli.context import signing_of
from api.cli.importing import told
from api.cli.signing_at_the_end import sign_at_the_end
from api.cli.stamping import authorities_of
from api.cli.terminal import Stopped
from api.composition import House, house
from api.importing import ImportRefused, parse, record
from api.settings import Settings
from demo import fictitious
from demo.library import histories
from ledger import keys
from ledger.application import Ledger
from ledger.background import Background
from ledger.collecting import collect_seldom
from ledger.keys import Role
from ledger.location import locate
from ledger.log.checkpointing import Signer, in_words
from ledger.log.signing_rounds import SigningRounds
from ledger.log.tables import INSTALLATION
from ledger.log.timestamping import Stamping
from ledger.log.witnessing import Asking
from ledger.self_check import SelfCheck

DEMO_FOLDER = Path("demo-data")
DEMO_DATABASE = f"sqlite:///{DEMO_FOLDER}/styringsbok.db"
DEMO_ROLES: tuple[Role, ...] = ("secretary", "auditor")

BACKLOG = 2_048
GRACE_SECONDS = 10
"""How long requests under way may take to end once the server is told to stop."""

Port = Annotated[
    int | None, typer.Option(min=0, max=65_535, help="Left out: STYRINGSBOK_PORT or 8000; 0: any free one.")
]
Host = Annotated[
    str | None, typer.Option(help="Left out: STYRINGSBOK_HOST or 127.0.0.1, which is reachable from this machine only.")
]


def serve(ctx: typer.Context, host: Host = None, port: Port = None) -> None:
    """Serve the API and the pages, in one process, until stopped."""
    settings = context.settings(ctx)
    place, signing = locate(settings.database), signing_of(settings)
    witnesses, authorities = context.witnesses_of(settings), authorities_of(settings)
    with listening(settings, host, port) as listener, house(place, signing=signing) as opened:
        for setting in opened.ledger.not_durable():
            terminal.complain(f"PostgreSQL runs with {setting}=off: what was acknowledged can be lost. Turn it on.")
        _tell_held(opened.signer)
        opened.asking = Asking(opened, witnesses) if witnesses else None
        opened.stamping = Stamping(opened, authorities, settings.timestamp_hours) if authorities else None
        _serve(opened, settings, listener)


def _tell_held(signer: Signer) -> None:
    for book, why in signer.ledger.held().items():
        what = (
            "no book is begun and its checkpoint not signed"
            if book == INSTALLATION
            else "nothing is recorded or signed"
        )
        terminal.complain(f"{in_words(book)} is held, so {what}: {why}. See `styringsbok resume --help`.")


def demo(
    ctx: typer.Context,
    host: Host = None,
    port: Port = None,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Only load the histories.")] = False,  # noqa: FBT002
    small: Annotated[bool, typer.Option("--small", help="Load ROR-IKT's history only.")] = False,  # noqa: FBT002
) -> None:
    """Load real histories and one fictitious, make keys for a secretary and an auditor, and serve.

    The books are in ./demo-data unless a database is named. A second run records nothing more and shows the same keys.
    """
    settings = context.settings(ctx)
    place = locate(settings.database or DEMO_DATABASE)
    if no_serve:
        with house(place, signing=signing_of(settings)) as opened:
            _load(opened, small=small)
        return
    with listening(settings, host, port) as listener, house(place, signing=signing_of(settings)) as opened:
        _load(opened, small=small)
        _serve(opened, settings, listener)


# The demonstration -----------------------------------------------------------------------


def _load(opened: House, *, small: bool) -> None:
    for source in islice(histories(), 1 if small else None):
        with source.open("rb") as stream:
            _import(opened.ledger, source.name, stream)
    if not small:
        _import(opened.ledger, "demo.fictitious", BytesIO(b"".join(fictitious.lines())))
    sign_at_the_end(opened)
    for role, secret in _demo_keys(opened.ledger).items():
        terminal.say(f"key of the {role}: {secret}")
    terminal.say(f"The keys are in {DEMO_FOLDER / 'keys.json'} too.")


def _import(ledger: Ledger, name: str, stream: IO[bytes]) -> None:
    try:
        done = record(ledger, parse(stream, "en", 1), "en")
    except ImportRefused as refused:
        first = refused.problems[0]
        raise Stopped(f"{name}, line {first.line} [{first.code}]: {first.what} {first.how}", terminal.REFUSED) from None
    for collaboration, book in done.books.items():
        terminal.say(told(collaboration, book))


def _demo_keys(ledger: Ledger) -> dict[str, str]:
    """Returns a key by role: those left by an earlier run where this database knows them, else new ones."""
    path = DEMO_FOLDER / "keys.json"
    kept = _kept_keys(path)
    found: dict[str, str] = {}
    for role in DEMO_ROLES:
        key = keys.find(ledger, kept.get(role, ""))
        usable = key is not None and key.role == role
        found[role] = kept[role] if usable else keys.create(ledger, f"demo-{role}", role)
    if found != kept:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            os.fchmod(file.fileno(), 0o600)
            json.dump(found, file, indent=2)
            file.write("\n")
    return found


def _kept_keys(path: Path) -> dict[str, str]:
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return {str(role): str(secret) for role, secret in kept.items()} if isinstance(kept, dict) else {}


# Serving ---------------------------------------------------------------------------------


@contextmanager
def listening(settings: Settings, host: str | None, port: int | None) -> Iterator[socket.socket]:
    """Yields a socket that listens, so that a port that is taken is found before anything is opened or loaded."""
    address, number = host or settings.host, settings.port if port is None else port
    try:
        family, _, _, _, place = socket.getaddrinfo(address, number, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[
            0
        ]
    except OSError as error:
        raise Stopped(f"{address} is no address of this machine ({error.strerror}); give another --host.") from None
    try:
        listener = socket.create_server(place[:2], family=family, backlog=BACKLOG)
    except OSError as error:
        how = "stop what uses it, or give another --port"
        why = os.strerror(error.errno or 0)
        raise Stopped(f"{address} port {number} cannot be listened on ({why}): {how}.") from None
    with listener:
        yield listener


def url_of(listener: socket.socket) -> str:
    """Returns the address to open in a browser."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if listener.family == socket.AF_INET6 else f"http://{host}:{port}"


def _serve(opened: House, settings: Settings, listener: socket.socket) -> None:
    # The web's own modules are loaded by the one command that needs them: the others start in half the time.
    import uvicorn

    from api.app import create_app

    config = uvicorn.Config(
        create_app(opened, settings),
        log_level="warning",
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    collect_seldom()
    # The server lets a signal through again once it has shut down; ending by an exception closes the databases.
    signal.signal(signal.SIGTERM, _end)
    terminal.say(f"Styringsbok serves {opened.ledger.location.name} on {url_of(listener)} (stop with Ctrl+C)")
    beside = list(_beside(opened, settings))
    for one in beside:
        one.start()
    try:
        uvicorn.Server(config).run(sockets=[listener])
    except KeyboardInterrupt:
        terminal.say("Stopped.")
    finally:
        for one in beside:
            one.stop()


def _beside(opened: House, settings: Settings) -> Iterator[Background]:
    """Yields what is done beside the server, and says who is asked for what."""
    if opened.asking is not None:
        names = ", ".join(witness.name for witness in opened.asking.witnesses)
        terminal.say(f"Asking {names} to cosign.")
        yield opened.asking
    if opened.stamping is not None:
        terminal.say(f"Asking {', '.join(one.name for one in opened.stamping.authorities)} for timestamps.")
        yield opened.stamping
    yield SigningRounds(opened)
    yield CatchingUp(opened.projector)
    if settings.self_check_entries_per_second:
        opened.self_check = SelfCheck(opened.ledger, settings.self_check_entries_per_second)
        yield opened.self_check


def _end(_number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)
