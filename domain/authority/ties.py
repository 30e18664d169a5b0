"""Which grants tie a member, as the registers below need to know it."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from domain.authority.state import Authority
from domain.authority.terms import Terms
from domain.bodies import Bodies
from domain.dates import Interval
from domain.lifetime import present
from domain.members import Tie
from domain.vocabulary import Holder


def open_grants(state: Authority, interval: Interval) -> Iterator[Tie]:
    """Yields the grants that may be in force on some day of `interval`, sorted by id."""
    there = present(state.grants.values(), interval)
    found = (Tie("grant", g.grant_id, g.entry, certain=True) for g in there.certain)
    perhaps = (Tie("grant", g.grant_id, g.entry, certain=False) for g in there.possible)
    yield from sorted((*found, *perhaps), key=lambda tie: tie.id)


def grants_of(state: Authority, bodies: Bodies, member_ids: Collection[str], interval: Interval) -> Iterator[Tie]:
    """Yields the grants by, to or for one of the members that may be in force on some day of `interval`.

    A grant to an office in a member's own administration is one to the member.
    """
    for tie in open_grants(state, interval):
        if _names(state.grants[tie.id].terms_on(interval.latest), bodies, member_ids):
            yield tie


def _names(terms: Terms, bodies: Bodies, member_ids: Collection[str]) -> bool:
    scoped = terms.scope.members is not None and not set(terms.scope.members).isdisjoint(member_ids)
    return scoped or any(_is(holder, bodies, member_ids) for holder in (terms.grantor, terms.grantee))


def _is(holder: Holder, bodies: Bodies, member_ids: Collection[str]) -> bool:
    office = bodies.offices.get(holder.id) if holder.kind == "office" else None
    return (holder.kind == "member" and holder.id in member_ids) or (
        office is not None and office.member_id in member_ids
    )
