"""Whether the process lives, and whether it can serve: the database answers and the rows are in step."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from api.deps import HouseDep
from ledger.errors import LedgerError

router = APIRouter(tags=["health"])


@router.get("/healthz", operation_id="health")
async def health() -> dict[str, str]:
    """Answers as long as the process lives."""
    return {"status": "ok"}


@router.get("/readyz", operation_id="readiness")
def readiness(house: HouseDep, response: Response) -> dict[str, Any]:
    """Tells whether the database answers, how many entries the rows are behind, and which projections stopped; 503 if it cannot serve."""
    try:
        heads, positions = house.ledger.heads(), house.views.positions()
        faults = house.views.faults()
    except (LedgerError, OSError, RuntimeError) as error:
        response.status_code = 503
        return {"status": "unavailable", "detail": str(error)}
    behind = {book: head - positions.get(book, 0) for book, head in heads.items() if head > positions.get(book, 0)}
    stopped = [
        {"projection": f.projection, "collaboration": f.collaboration_id, "entry": f.entry, "category": f.category}
        for f in faults
    ]
    status = "ready" if not behind and not stopped else "degraded"
    return {"status": status, "books": len(heads), "entries_behind": behind, "projections_stopped": stopped}
