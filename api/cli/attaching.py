"""`attach`: a document kept beside the book, to be named by an entry."""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import Annotated

import typer

from api.cli import context, terminal
from api.cli.context import Json
from api.cli.terminal import REFUSED, Stopped
from api.media_types import MEDIA_TYPES, fits
from ledger.attachments import Attachment, hashed
from ledger.entry import format_instant
from ledger.erased_documents import erased_in

BY = "command-line"
"""Who a document comes from that nobody sent with a key."""


def attach(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="PDF, image, text, or document without macros.")],
    media_type: Annotated[str | None, typer.Option("--type", help="Its media type; left out: by its name.")] = None,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Keep a document, and say the SHA-256 by which an entry's `evidence` names it.

    Beside a running server, send it there instead: PUT /api/v1/attachments/{sha256}.
    """
    settings = context.settings(ctx)
    kind = media_type or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    with file.open("rb") as content:
        sha256, size = hashed(content)
        if not 1 <= size <= settings.attachment_bytes_max:
            raise Stopped(f"{file} has {size} bytes; a document has 1 to {settings.attachment_bytes_max}.", REFUSED)
        if kind not in MEDIA_TYPES or not fits(content, kind):
            raise Stopped(f"{file} is not taken as {kind}: its content is another, or no kind that is kept.", REFUSED)
        with context.opened(context.location(ctx)) as ledger:
            for book, number in erased_in(ledger, sha256).items():
                where = f"entry {number} of {book}" if number else f"an order in {book} that was lost"
                if ledger.attachments.find(sha256) is None:
                    raise Stopped(f"{file} was erased by {where}, and is not taken again.", REFUSED)
            about = Attachment(sha256, size, kind, BY, format_instant(ledger.clock()))
            ledger.attachments.add(content, about)
    if as_json:
        terminal.answer({"sha256": sha256, "size": size, "media_type": kind})
    else:
        terminal.say(sha256)
