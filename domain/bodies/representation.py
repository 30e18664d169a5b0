"""On behalf of which members seats are filled, as the registers below need to know it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import date

from domain.bodies.state import Bodies, Place
from domain.constitution import Represented
from domain.dates import Interval
from domain.lifetime import present
from domain.members import Tie
from domain.vocabulary import BodyKind


def represented(state: Bodies, kind: BodyKind, day: date) -> tuple[Represented, ...]:
    """Returns the bodies of a kind that certainly exist on `day`, with the full seats certainly filled then."""
    bodies = sorted(state.bodies.values(), key=lambda body: body.body_id)
    return tuple(
        Represented(body.body_id, body.entry, _filled(state, body.body_id, day))
        for body in bodies
        if body.kind == kind and body.life.on(day) is True
    )


def _filled(state: Bodies, body_id: str, day: date) -> Counter[str]:
    sitting = state.sitting(Place("body", body_id), day).certain
    return Counter(t.on_behalf_of for t in sitting if t.rank == "full" and t.on_behalf_of is not None)


def seats_of(state: Bodies, member_ids: Collection[str], interval: Interval) -> Iterator[Tie]:
    """Yields each seat that may be filled on behalf of one of the members on some day of `interval`."""
    held = (tenure for tenure in state.tenures.values() if tenure.on_behalf_of in member_ids)
    sitting = present(held, interval)
    for tenure in sitting.certain:
        yield Tie("seat", tenure.place.id, tenure.entry)
    for tenure in sitting.possible:
        yield Tie("seat", tenure.place.id, tenure.entry, certain=False)
