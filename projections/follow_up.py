"""What became of decisions afterwards: challenges, and tasks until they are done."""

from __future__ import annotations

from collections.abc import Iterator

from domain.collaboration import Collaboration
from projections.projection import Projection, Row, dated, plain


def challenge_rows(state: Collaboration, challenge_id: str) -> Iterator[Row]:
    """Yields the row of one challenge."""
    one = state.decisions.challenges.get(challenge_id)
    if one is None:
        return
    yield Row(
        key=challenge_id,
        body={
            "id": challenge_id,
            "decision": one.decision_id,
            "challenge": one.kind,
            "by": sorted(one.behind),
            "council_of": one.council_of,
            "stay": one.stay,
            "outcome": one.outcome,
            "resolved_by_entry": one.resolved_by,
            "effective": dated(one.received),
            "entry": one.entry,
        },
        possible_from=one.received.earliest,
        certain_from=one.received.latest,
        columns={"decision_id": one.decision_id, "status": "open" if one.outcome is None else "resolved"},
    )


def follow_up_rows(state: Collaboration, follow_up_id: str) -> Iterator[Row]:
    """Yields the row of one task. Whether it is overdue depends on the day it is read: `due` is there to compare."""
    one = state.decisions.follow_ups.get(follow_up_id)
    if one is None:
        return
    kind, ref = one.origin
    yield Row(
        key=follow_up_id,
        body={
            "id": follow_up_id,
            "title": one.title,
            "task": plain(one.task),
            "origin": {"kind": kind, "ref": ref},
            "owner_office": one.owner_office,
            "due": None if one.due is None else one.due.isoformat(),
            "status": one.status,
            "reported_by_entry": one.reported_by,
            "effective": dated(one.assigned),
            "entry": one.entry,
        },
        possible_from=one.assigned.earliest,
        certain_from=one.assigned.latest,
        columns={
            "owner": one.owner_office,
            "status": one.status,
            "origin": f"{kind}:{ref}",
            "due": "" if one.due is None else one.due.isoformat(),
        },
    )


CHALLENGES = Projection("challenges", "challenge", challenge_rows, columns=("decision_id", "status"))
FOLLOW_UPS = Projection("follow_ups", "follow_up", follow_up_rows, columns=("owner", "status", "origin", "due"))
