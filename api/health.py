"""Whether the process lives, and whether it can serve: the database answers and the rows are in step."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from api.answers import Health, Readiness, documented
from api.deps import HouseDep

router = APIRouter(tags=["health"])


@router.get("/healthz", operation_id="health", **documented(Health))
async def health(response: Response) -> dict[str, str]:
    """Answers as long as the process lives."""
    response.headers["Cache-Control"] = "no-store"
    return {"status": "ok"}


@router.get("/readyz", operation_id="readiness", **documented(Readiness))
def readiness(house: HouseDep, response: Response) -> dict[str, Any]:
    """Tells whether the database answers, how many entries the rows are behind, and which projections stopped.

    503 if it cannot serve.
    """
    heads, positions = house.ledger.heads(), house.views.positions()
    behind = {book: head - positions.get(book, 0) for book, head in heads.items() if head > positions.get(book, 0)}
    stopped = [
        {"projection": f.projection, "collaboration": f.collaboration_id, "entry": f.entry, "category": f.category}
        for f in house.views.faults()
    ]
    response.headers["Cache-Control"] = "no-store"
    status = "ready" if not behind and not stopped else "degraded"
    return {"status": status, "books": len(heads), "entries_behind": behind, "projections_stopped": stopped}
