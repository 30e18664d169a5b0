"""The chain a grant rests on, up to a source of power: a member's council, the top body or the collaboration.

A grant is as good as its weakest link: every one must be granted, begun, and neither suspended, revoked nor expired.
Nothing is copied down a chain when a link fails; it is found by looking up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from domain.authority.state import Authority, Grant
from domain.authority.terms import cover
from domain.authority.use import ChainLink
from domain.dates import Interval
from domain.lifetime import Lifetime


@dataclass(frozen=True, slots=True)
class Chain:
    """The grants a grant rests on in an interval, the source first and itself last."""

    links: tuple[Grant, ...]
    broken: Grant | None = None
    """The link nearest the source that certainly gives no authority, or that nothing carries; None where all hold."""
    unsure: Grant | None = None
    """The link nearest the source of which that is possible."""

    @property
    def strength(self) -> int:
        """2 where every link certainly holds, 1 where all possibly do, 0 where one does not."""
        if self.broken is not None:
            return 0
        return 1 if self.unsure is not None else 2

    @property
    def stored(self) -> tuple[ChainLink, ...]:
        """The links as an event keeps them."""
        return tuple(ChainLink(grant_id=grant.grant_id, entry=grant.entry) for grant in self.links)

    @property
    def entries(self) -> tuple[int, ...]:
        """The entries that made the links, and those that ended or suspended any."""
        ended = (grant.ended_by for grant in self.links if grant.ended_by is not None)
        suspended = (suspension.entry for grant in self.links for suspension in grant.suspensions)
        return (*(grant.entry for grant in self.links), *ended, *suspended)


def is_source(grant: Grant) -> bool:
    """Returns whether it was given by one that holds power without a grant; the rules saw to that when it was made."""
    return grant.parent is None and grant.terms.marks[0].value.grantor.kind != "office"


def chain_of(state: Authority, grant: Grant, interval: Interval) -> Chain:
    """Returns the chain a grant rests on throughout `interval`, the strongest where there are several ways up."""
    return _chain(state, grant, interval, {})


def _chain(state: Authority, grant: Grant, interval: Interval, known: dict[str, Chain]) -> Chain:
    found = known.get(grant.grant_id)
    if found is not None:
        return found
    active = grant.active(interval)
    own = Chain((grant,), None if active is not False else grant, None if active is not None else grant)
    # Each way up is looked at once, and one that leads back to where it began leads nowhere.
    known[grant.grant_id] = Chain((grant,), broken=grant)
    if not is_source(grant):
        own = _under(own, [_chain(state, above, interval, known) for above in _above(state, grant, interval)])
    known[grant.grant_id] = own
    return own


def _under(own: Chain, above: list[Chain]) -> Chain:
    """Returns a grant's own link under the strongest of the chains that carry it; of equals the first."""
    if not above:
        return Chain(own.links, broken=own.links[-1])
    best = max(above, key=lambda chain: chain.strength)
    return Chain((*best.links, *own.links), best.broken or own.broken, best.unsure or own.unsure)


def _above(state: Authority, grant: Grant, interval: Interval) -> Iterator[Grant]:
    """Yields the grants that may carry it, the one it was passed on from first."""
    parent = None if grant.parent is None else state.grants.get(grant.parent)
    if parent is not None:
        yield parent
    if grant.bound:
        return
    wanted, span = grant.terms_on(interval.latest), Lifetime(interval, until=interval.latest)
    for held in state.held_by(wanted.grantor, interval.latest):
        if held.grant_id not in (grant.grant_id, grant.parent) and held.life.during(interval) is not False:
            dimensions = cover(held.terms_on(interval.latest), held.life, wanted, span)
            if not dimensions.exceeded:
                yield held


def under(state: Authority, grant_id: str, interval: Interval) -> tuple[Grant, ...]:
    """Returns the grants that rest on a grant, directly or through others, sorted by id; without the one itself."""
    known: dict[str, Chain] = {}
    first = state.grants.get(grant_id)
    reached: dict[str, Grant] = {} if first is None else {grant_id: first}
    visits = list(reached.values())
    while visits:
        for given in state.given_by(visits.pop().terms_on(interval.latest).grantee, interval.latest):
            if given.grant_id not in reached and any(
                link.grant_id == grant_id for link in _chain(state, given, interval, known).links
            ):
                reached[given.grant_id] = given
                visits.append(given)
    return tuple(grant for found, grant in sorted(reached.items()) if found != grant_id)
