"""What the errors of ledger and views are to those who ask: problems, with what they need to go on."""

from __future__ import annotations

import logging

from fastapi import FastAPI, Request
from starlette.responses import Response

from api.deps import etag
from api.problems import Refused, damaged, key_reused, problem_response, stale, unavailable
from ledger.errors import (
    AttachmentDamaged,
    BookHeld,
    BookImporting,
    CommandIdReused,
    DamagedEntry,
    LedgerError,
    LedgerUnavailable,
    OutcomeUnknown,
    StaleBook,
    StorageFull,
    UnknownCollaboration,
)
from ledger.log.checkpointing import SigningHeld
from ledger.log.keys import KeyTrouble
from ledger.log.tables import INSTALLATION
from projections.views import ViewsUnavailable

_log = logging.getLogger("styringsbok.door")

FULL_SECONDS = 60
"""Until it is worth trying again where there is no room: somebody has to make some."""

_LATER = {"Retry-After": "60"}
"""For what somebody has to mend first."""


def refused(error: Exception) -> Refused:
    """Returns the refusal an error of ledger or views comes to."""
    match error:
        case UnknownCollaboration():
            return Refused("unknown_collaboration", collaboration=error.collaboration_id)
        case StaleBook():
            return stale(error.current, etag(error.current))
        case CommandIdReused():
            return key_reused(error.command_id)
        case DamagedEntry():
            _log.error("%s", error)
            return damaged(error.collaboration_id, error.number)
        case BookHeld():
            _log.error("%s", error)
            return Refused("book_held", headers=_LATER, collaboration=error.collaboration_id)
        case AttachmentDamaged():
            _log.error("%s", error)
            return Refused("attachment_damaged", sha256=error.sha256)
        case SigningHeld():
            _log.error("%s", error)
            if error.collaboration_id == INSTALLATION:
                return Refused("installation_held", headers=_LATER)
            return Refused("signing_held", headers=_LATER, collaboration=error.collaboration_id)
        case KeyTrouble():
            _log.error("%s", error)
            return Refused("signing_key", headers=_LATER)
        case BookImporting():
            _log.warning("%s", error)
            return Refused("book_importing", headers=_LATER, collaboration=error.collaboration_id)
        case StorageFull():
            _log.error("%s", error)
            return unavailable("storage_full", FULL_SECONDS)
        case OutcomeUnknown():
            _log.error("%s", error)
            return unavailable("outcome_unknown")
        case _:
            _log.error("%s", error)
            return unavailable()


async def _answer(request: Request, error: Exception) -> Response:
    return problem_response(request.scope, refused(error))


def install(app: FastAPI) -> None:
    """Makes every error of ledger and views a problem."""
    for kind in (LedgerError, LedgerUnavailable, ViewsUnavailable):
        app.add_exception_handler(kind, _answer)
