"""Powers taken back (tilbakekall), and with them what was passed on from them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, assert_never

from domain.authority.granting import holds_by_nature
from domain.authority.state import Authority, Grant
from domain.authority.terms import cover
from domain.bodies import Bodies, Place
from domain.dates import Interval
from domain.kernel import Actor, Command, Context, Decision, Event, Rejection, Subject, judge
from domain.lifetime import Lifetime
from domain.rulebook import Standing
from domain.text import Id, SealedText, Text

# Events: stored for ever -----------------------------------------------------------------


class AuthorityRevoked(Event):
    """A grant was taken back, and with it those that came from it."""

    type: Literal["authority.revoked"] = "authority.revoked"
    grant_id: Id
    reason: SealedText | None = None
    cascade: tuple[Id, ...] = ()
    """Grants that fell with it, computed when it was decided."""


# Commands --------------------------------------------------------------------------------


class RevokeAuthority(Command):
    """Take a grant back."""

    type: Literal["authority.revoke"]
    grant_id: Id
    reason_text: Text | None = None


# subjects --------------------------------------------------------------------------------


def subjects(event: AuthorityRevoked) -> Iterator[Subject]:
    """Yields the grant and those that fell with it."""
    yield from (Subject("grant", grant_id) for grant_id in (event.grant_id, *event.cascade))


# Rules -----------------------------------------------------------------------------------


def revoke(
    command: RevokeAuthority, state: Authority, bodies: Bodies, standing: Standing, context: Context
) -> Decision:
    """Returns the grant taken back, with every grant that falls with it. Raises Rejection."""
    ruling = judge(_against(command, state, bodies, standing, context), context.mode)
    event = AuthorityRevoked(
        grant_id=command.grant_id,
        reason=None if command.reason_text is None else context.seal(command.reason_text),
        cascade=cascade(state, command.grant_id, bodies, standing, context.effective),
    )
    return Decision((event,), ruling)


def _against(
    command: RevokeAuthority, state: Authority, bodies: Bodies, standing: Standing, context: Context
) -> Iterator[Rejection]:
    grant = state.grants.get(command.grant_id)
    if grant is None:
        yield Rejection("authority.unknown_grant", "fact", grant_id=command.grant_id)
        return
    since = grant.life.ended_since(context.effective)
    if since is not None:
        entries = (grant.ended_by or grant.entry,)
        yield Rejection(
            "authority.already_revoked", "fact", entries=entries, grant_id=command.grant_id, since=since.isoformat()
        )
    elif not grant.life.outlasts(context.effective.earliest):
        until = str(grant.life.until)
        yield Rejection(
            "authority.already_expired", "fact", entries=(grant.entry,), grant_id=command.grant_id, until=until
        )
    if context.actor is not None and not _competent(context.actor, grant, bodies, standing, context):
        grantor = grant.terms_on(context.on).grantor.id
        yield Rejection("authority.not_competent", entries=(grant.entry,), grant_id=command.grant_id, grantor=grantor)
    if context.mode == "decide" and context.effective.earliest < context.today:
        yield Rejection(
            "authority.retroactive_revocation",
            grant_id=command.grant_id,
            effective=context.effective.earliest.isoformat(),
            today=context.today.isoformat(),
        )


def _competent(actor: Actor, grant: Grant, bodies: Bodies, standing: Standing, context: Context) -> bool:
    """Returns whether the actor is the grantor, or the top body.

    A council stands outside the book: an office in the member's administration, or a resolution as basis, speaks for
    it.
    """
    grantor = grant.terms_on(context.on).grantor
    body = None if actor.body is None else bodies.bodies.get(actor.body)
    if body is not None and body.is_top_of(standing):
        return True
    match grantor.kind:
        case "body":
            return actor.body == grantor.id
        case "office":
            office = Place("office", grantor.id)
            holds = actor.person is not None and bodies.held(actor.person, office, context.effective) is not None
            return holds or actor.office == grantor.id
        case "member":
            acting = None if actor.office is None else bodies.offices.get(actor.office)
            resolved = any(basis.kind == "resolution" for basis in context.basis)
            return resolved or (acting is not None and acting.member_id == grantor.id)
        case "collaboration":
            return standing.form is None or standing.form.top_body is None
        case _:
            assert_never(grantor.kind)


def cascade(
    state: Authority, grant_id: str, bodies: Bodies, standing: Standing, effective: Interval
) -> tuple[str, ...]:
    """Returns the ids of the grants that fall when this one is taken back, sorted; without the one itself.

    A grant falls when its grantor held the powers through one that falls and holds no other that carries it as well.
    Each passes on less depth than it has, so no two grants can carry each other and the order of visits is indifferent.
    """
    first = state.grants.get(grant_id)
    fallen = {} if first is None else {grant_id: first}
    visits = list(fallen.values())
    while visits:
        holder = visits.pop().terms_on(effective.latest).grantee
        if holds_by_nature(holder, bodies, standing):
            continue
        held = list(state.held_by(holder, effective.latest))
        for given in state.given_by(holder, effective.latest):
            if given.grant_id not in fallen and given.life.outlasts(effective.earliest):
                carried = _strength([g for g in held if g.grant_id not in fallen], given, effective)
                if _strength([g for g in held if g.grant_id in fallen], given, effective) > carried:
                    fallen[given.grant_id] = given
                    visits.append(given)
    return tuple(sorted(fallen.keys() - {grant_id}))


def _strength(held: list[Grant], given: Grant, effective: Interval) -> int:
    """Returns how strongly any of `held` carries `given` from `effective` on; see `Cover.strength`."""
    began = max(given.life.began, effective, key=lambda interval: (interval.latest, interval.earliest))
    span = Lifetime(began, given.life.ended, given.life.until)
    wanted = given.terms_on(effective.latest)
    return max((cover(g.terms_on(effective.latest), g.life, wanted, span).strength for g in held), default=0)
