"""Whether the process lives, and whether it can serve: the database answers and the rows are in step."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from api.answers import documented
from api.composition import House
from api.deps import HouseDep
from api.health_answers import Health, Readiness
from ledger.entry import format_instant
from ledger.log.holding import breaks
from ledger.log.timestamping import stamped
from ledger.log.witnessing import installation_witnessed, is_unknown, witnessed

router = APIRouter(tags=["health"])


@router.get("/healthz", operation_id="health", **documented(Health))
async def health(response: Response) -> dict[str, str]:
    """Answers as long as the process lives."""
    response.headers["Cache-Control"] = "no-store"
    return {"status": "ok"}


@router.get("/readyz", operation_id="readiness", **documented(Readiness))
def readiness(house: HouseDep, response: Response) -> dict[str, Any]:
    """Tells whether the database answers, how many entries the rows are behind, which projections stopped,
    which books are held after a restore or went on without proof, how far witnesses have seen each and authorities
    have stamped each, and what the self-check found.

    503 if it cannot serve.
    """
    heads, positions = house.ledger.heads(), house.views.positions()
    behind = {book: head - positions.get(book, 0) for book, head in heads.items() if head > positions.get(book, 0)}
    stopped = [
        {"projection": f.projection, "collaboration": f.collaboration_id, "entry": f.entry, "category": f.category}
        for f in house.views.faults()
    ]
    witnesses = _witnesses(house)
    stamps = _timestamps(house)
    late = any(not one["ok"] for one in (*witnesses, *stamps))
    damaged = dict(house.ledger.attachments.damaged)
    held = [{"collaboration": book, "why": why} for book, why in house.ledger.held().items()]
    response.headers["Cache-Control"] = "no-store"
    checked = _self_check(house)
    altered = checked is not None and bool(checked["findings"])
    return {
        "status": "degraded" if behind or stopped or late or held or damaged or altered else "ready",
        "books": len(heads),
        "entries_behind": behind,
        "projections_stopped": stopped,
        "held": held,
        "breaks": [
            {"collaboration": b.collaboration_id, "entry": b.size, "recorded_at": b.recorded_at, "reason": b.reason}
            for b in breaks(house.ledger)
        ],
        "attachments_damaged": damaged,
        "witnesses": witnesses,
        "timestamps": stamps,
        "self_check": checked,
    }


def _self_check(house: House) -> dict[str, Any] | None:
    """Returns how far the self-check is and what it found; None where there is none."""
    check = house.self_check
    if check is None:
        return None
    at, last = check.position, check.last_pass_at
    return {
        "passes": check.passes,
        "last_pass_at": None if last is None else format_instant(last),
        "collaboration": None if at is None else at.collaboration_id,
        "entry": None if at is None else at.entry,
        "findings": [{"collaboration": f.collaboration, "entry": f.entry, "code": f.code} for f in check.findings],
    }


def _witnesses(house: House) -> list[dict[str, Any]]:
    """Returns how far each book has been seen outside; nothing where no witness is asked."""
    if house.asking is None:
        return []
    outcomes = house.asking.outcomes
    names = [witness.name for witness in house.asking.witnesses]
    told: list[dict[str, Any]] = []
    for book in [*witnessed(house.signer, names), installation_witnessed(house.signer, names)]:
        said = [outcomes[name, book.collaboration_id] for name in names if (name, book.collaboration_id) in outcomes]
        other = [one for one in said if one.state != "cosigned"]
        told.append(
            {
                "collaboration": book.collaboration_id,
                "entries": book.entries,
                "cosigned": book.cosigned,
                "seconds_behind": round(book.seconds_behind),
                "said": [{"witness": one.witness, "state": one.state, "why": one.why} for one in other],
                "ok": not any(one.is_alarm for one in said) and (not book.is_late or is_unknown(said)),
            }
        )
    return told


def _timestamps(house: House) -> list[dict[str, Any]]:
    """Returns how far each book is stamped; nothing where no authority is asked."""
    if house.stamping is None:
        return []
    outcomes = house.stamping.outcomes
    names = [authority.name for authority in house.stamping.authorities]
    told: list[dict[str, Any]] = []
    for book in stamped(house.signer, names, house.stamping.hours):
        said = [outcomes[name, book.collaboration_id] for name in names if (name, book.collaboration_id) in outcomes]
        told.append(
            {
                "collaboration": book.collaboration_id,
                "entries": book.entries,
                "stamped": book.stamped,
                "seconds_behind": round(book.seconds_behind),
                "said": [
                    {"authority": one.authority, "state": one.state, "why": one.why}
                    for one in said
                    if one.state != "stamped"
                ],
                "ok": not book.is_late,
            }
        )
    return told
