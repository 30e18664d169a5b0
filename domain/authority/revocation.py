"""Powers taken back (tilbakekall), and with them what was passed on from them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from domain.authority.book import Book
from domain.authority.competence import against_competence, against_grant
from domain.authority.offers import holds_by_nature
from domain.authority.state import Authority, Grant
from domain.authority.terms import cover
from domain.bodies import Bodies
from domain.dates import Interval
from domain.kernel import Command, Context, Decision, Event, Rejection, Subject, judge
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


def revoke(command: RevokeAuthority, book: Book, context: Context) -> Decision:
    """Returns the grant taken back, with every grant that falls with it. Raises Rejection."""
    ruling = judge(_against(command, book, context), context.mode)
    event = AuthorityRevoked(
        grant_id=command.grant_id,
        reason=None if command.reason_text is None else context.seal(command.reason_text),
        cascade=cascade(book.authority, command.grant_id, book.bodies, book.standing, context.effective),
    )
    return Decision((event,), ruling)


def _against(command: RevokeAuthority, book: Book, context: Context) -> Iterator[Rejection]:
    grant = book.authority.grants.get(command.grant_id)
    yield from against_grant(grant, command.grant_id, context)
    if grant is None:
        return
    yield from against_competence(grant, book, context)
    if context.mode == "decide" and context.effective.earliest < context.today:
        yield Rejection(
            "authority.retroactive_revocation",
            grant_id=command.grant_id,
            effective=context.effective.earliest.isoformat(),
            today=context.today.isoformat(),
        )


def cascade(
    state: Authority, grant_id: str, bodies: Bodies, standing: Standing, effective: Interval
) -> tuple[str, ...]:
    """Returns the ids of the grants that fall when this one is taken back, sorted; without the one itself.

    A grant falls when its grantor held the powers through one that falls and holds no other that carries it as well;
    one that was sub-delegated falls with its parent.
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
            if given.grant_id in fallen or not given.life.outlasts(effective.earliest):
                continue
            if given.bound:
                falls = given.parent in fallen
            else:
                carried = _strength([g for g in held if g.grant_id not in fallen], given, effective)
                falls = _strength([g for g in held if g.grant_id in fallen], given, effective) > carried
            if falls:
                fallen[given.grant_id] = given
                visits.append(given)
    return tuple(sorted(fallen.keys() - {grant_id}))


def _strength(held: list[Grant], given: Grant, effective: Interval) -> int:
    """Returns how strongly any of `held` carries `given` from `effective` on; see `Cover.strength`."""
    began = max(given.life.began, effective, key=lambda interval: (interval.latest, interval.earliest))
    span = Lifetime(began, given.life.ended, given.life.until)
    wanted = given.terms_on(effective.latest)
    return max((cover(g.terms_on(effective.latest), g.life, wanted, span).strength for g in held), default=0)
