"""What stands against an act under authority: one set of rules for decisions, for authority exercised, for `could`.

The whole chain is asked, link by link: whether it holds on the day, whether somebody holds the acting office, whether
the act is within scope and powers, and whether it stays under every ceiling of every grant it would count against.
There is no permission to go past one: the way out is another decision, or to record the act without effect.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from domain.authority.links import Chain, chain_of
from domain.authority.state import Authority, Grant
from domain.authority.use import Use, Used, party_key
from domain.bodies import Bodies, Place
from domain.dates import Interval
from domain.kernel import Rejection
from domain.lifetime import present
from domain.text import Unknown
from domain.vocabulary import Holder, Power


@dataclass(frozen=True, slots=True)
class Act:
    """Something done, or asked about, under authority."""

    actor: Holder
    powers: tuple[Power, ...]
    """What it takes; money is a power of its own."""
    interval: Interval
    person_id: str | None = None
    amount_ore: int | None = None
    party: str | None = None
    service_id: str | None = None
    member_ids: tuple[str, ...] = ()
    case_type: str | None = None
    law_ref: str | None = None

    @property
    def on(self) -> str:
        """The day whose rules apply, as a parameter."""
        return self.interval.latest.isoformat()


def against_act(act: Act, grant: Grant | None, state: Authority, bodies: Bodies) -> Iterator[Rejection]:
    """Yields what stands against an act under a grant, None where none is named, in order of precedence."""
    if grant is None:
        # A source may show what was done and not under which grant, so this rests on what is not known.
        yield Rejection(
            "authority.no_valid_grant_at_time",
            "unknown",
            actor=act.actor.id,
            grant_id=None,
            link=None,
            grants=_held(act, state),
            on=act.on,
        )
        yield from _against_vacancy(act, bodies)
        return
    links = chain_of(state, grant, act.interval)
    yield from _against_chain(act, grant, links, state)
    yield from _against_vacancy(act, bodies)
    upwards = links.links[::-1]
    for link in upwards:
        yield from _against_scope(act, link)
    for link in upwards:
        yield from _against_powers(act, link)
    for link in upwards:
        yield from _against_ceilings(act, link, state)


def nearest(act: Act, state: Authority, bodies: Bodies) -> Grant | None:
    """Returns the grant that carries the act, else the one that comes nearest to it, None where the actor has none.

    Nearest is the one the fewest rules stand against, known ones weighing more than what is not known; of equals, the
    newest.
    """
    held = list(state.held_by(act.actor, act.interval.latest))
    weighed = [(_weight(list(against_act(act, grant, state, bodies))), grant) for grant in held]
    return min(weighed, key=lambda pair: pair[0], default=(None, None))[1]


def _weight(found: list[Rejection]) -> tuple[bool, bool, int]:
    """Returns how far from carrying an act a grant is: one not in force is further than any that is."""
    broken = any(one.code == "authority.no_valid_grant_at_time" for one in found)
    return broken, any(one.nature != "unknown" for one in found), len(found)


def _held(act: Act, state: Authority) -> list[str]:
    held = state.held_by(act.actor, act.interval.latest)
    return sorted(grant.grant_id for grant in held if chain_of(state, grant, act.interval).strength)


def _against_chain(act: Act, grant: Grant, links: Chain, state: Authority) -> Iterator[Rejection]:
    """Yields what stands against the grant being the actor's, and in force with everything it rests on."""
    params: dict[str, Any] = {"actor": act.actor.id, "grant_id": grant.grant_id, "on": act.on}
    if grant.terms_on(act.interval.latest).grantee != act.actor:
        held = _held(act, state)
        yield Rejection(
            "authority.no_valid_grant_at_time", entries=(grant.entry,), link=grant.grant_id, grants=held, **params
        )
    elif links.broken is not None:
        held, link = _held(act, state), links.broken.grant_id
        entries = Chain((links.broken,)).entries
        yield Rejection(
            "authority.no_valid_grant_at_time", entries=(grant.entry, *entries), link=link, grants=held, **params
        )
    elif links.unsure is not None:
        link = links.unsure.grant_id
        yield Rejection("authority.grant_uncertain", "unknown", entries=links.entries, link=link, **params)


def _against_vacancy(act: Act, bodies: Bodies) -> Iterator[Rejection]:
    """Yields what stands against somebody holding the acting office; a book that never knew anyone there cannot say."""
    if act.actor.kind != "office":
        return
    params: dict[str, Any] = {"office_id": act.actor.id, "person_id": act.person_id, "on": act.on}
    ever = list(bodies.tenures_at(Place("office", act.actor.id)))
    asked = [tenure for tenure in ever if act.person_id in (None, tenure.person_id)]
    there = present(asked, act.interval)
    if there.certain:
        return
    if there.possible or not ever:
        entries = [tenure.entry for tenure in there.possible]
        yield Rejection("authority.office_not_held", "unknown", entries=entries, **params)
    else:
        entries = [e for tenure in ever for e in (tenure.entry, tenure.vacated_by) if e is not None]
        yield Rejection("authority.office_not_held", entries=entries, **params)


Dimension = Literal["services", "members", "law_refs", "case_types"]


def _against_scope(act: Act, link: Grant) -> Iterator[Rejection]:
    """Yields where the act is outside a grant, and where it does not say what would tell."""
    terms = link.terms_on(act.interval.latest)
    asked: tuple[tuple[Dimension, tuple[str, ...] | None, tuple[str, ...]], ...] = (
        ("services", terms.scope.services, _named(act.service_id)),
        ("members", terms.members, act.member_ids),
        ("law_refs", terms.scope.law_refs, _named(act.law_ref)),
        ("case_types", terms.scope.case_types, _named(act.case_type)),
    )
    for dimension, within, named in asked:
        if within is None:
            continue
        params: dict[str, Any] = {"grant_id": link.grant_id, "dimension": dimension, "within": list(within)}
        outside = sorted(set(named) - set(within))
        if outside:
            yield Rejection("authority.outside_scope", entries=(link.entry,), outside=outside, **params)
        elif not named:
            yield Rejection("authority.scope_unknown", "unknown", entries=(link.entry,), **params)


def _named(value: str | None) -> tuple[str, ...]:
    return () if value is None else (value,)


def _against_powers(act: Act, link: Grant) -> Iterator[Rejection]:
    lacking = sorted(set(act.powers) - link.terms_on(act.interval.latest).powers)
    if lacking:
        yield Rejection(
            "authority.power_not_granted", entries=(link.entry,), grant_id=link.grant_id, powers=list(lacking)
        )


def _against_ceilings(act: Act, link: Grant, state: Authority) -> Iterator[Rejection]:
    """Yields the ceilings the act would break; each with what was used before, and by which entries."""
    if act.amount_ore is None:
        return
    limits, year = link.terms_on(act.interval.latest).limits, act.interval.latest.year
    yield from _against_ceiling("per_act", limits.per_act, act.amount_ore, link, Used())
    used = state.used.get(Use(link.grant_id, year=year)) or Used()
    yield from _against_ceiling("per_year", limits.per_year, act.amount_ore, link, used)
    params: dict[str, Any] = {"grant_id": link.grant_id, "amount_ore": act.amount_ore}
    if limits.per_year is not None and act.interval.earliest.year != year:
        yield Rejection("authority.year_uncertain", "unknown", entries=(link.entry,), year=year, **params)
    if limits.per_party is None:
        return
    if act.party is None:
        yield Rejection("authority.party_unknown", "unknown", entries=(link.entry,), **params)
        return
    used = state.used.get(Use(link.grant_id, party=party_key(act.party))) or Used()
    yield from _against_ceiling("per_party", limits.per_party, act.amount_ore, link, used)


def _against_ceiling(
    ceiling: Literal["per_act", "per_year", "per_party"],
    limit: int | Unknown | None,
    amount_ore: int,
    link: Grant,
    used: Used,
) -> Iterator[Rejection]:
    params: dict[str, Any] = {
        "grant_id": link.grant_id,
        "ceiling": ceiling,
        "amount_ore": amount_ore,
        "used_ore": used.ore,
    }
    entries = (link.entry, *used.entries)
    if limit == "unknown":
        yield Rejection("authority.limit_unknown", "unknown", entries=entries, **params)
    elif limit is not None and used.ore + amount_ore > limit:
        excess = used.ore + amount_ore - limit
        yield Rejection("authority.limit_exceeded", entries=entries, limit_ore=limit, excess_ore=excess, **params)
