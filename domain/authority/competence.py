"""Who may take back, suspend or restore a grant: whoever gave it, or the top body.

A council stands outside the book: an office in the member's administration speaks for it, or a resolution of its own
that the book holds. Who acts must be said, as leaving it out would leave the question open.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, assert_never

from domain.authority.book import Book
from domain.authority.granting import resolved_on_grant
from domain.authority.state import Grant
from domain.bodies import Place
from domain.kernel import Context, Rejection
from domain.vocabulary import Holder

Competence = Literal["yes", "no", "unknown"]


def against_grant(grant: Grant | None, grant_id: str, context: Context) -> Iterator[Rejection]:
    """Yields what stands against there being such a grant to act on: none, ended, or run out."""
    if grant is None:
        yield Rejection("authority.unknown_grant", "fact", grant_id=grant_id)
        return
    since = grant.life.ended_since(context.effective)
    if since is not None:
        entries = (grant.ended_by or grant.entry,)
        yield Rejection(
            "authority.already_revoked", "fact", entries=entries, grant_id=grant_id, since=since.isoformat()
        )
    elif not grant.life.outlasts(context.effective.earliest):
        until = str(grant.life.until)
        yield Rejection("authority.already_expired", "fact", entries=(grant.entry,), grant_id=grant_id, until=until)


def against_competence(grant: Grant, book: Book, context: Context) -> Iterator[Rejection]:
    """Yields what stands against whoever acts disposing of the grant."""
    grantor = grant.terms_on(context.on).grantor
    if grantor.kind == "member" and resolved_on_grant(
        book.resolutions, grantor.id, grant.grant_id, context.basis, after=grant.entry
    ):
        return
    params: dict[str, Any] = {"grant_id": grant.grant_id, "grantor": grantor.id}
    if context.actor is None:
        yield Rejection("authority.actor_missing", "unknown", entries=(grant.entry,), **params)
        return
    competence = _competent(grantor, book, context)
    if competence == "no":
        yield Rejection("authority.not_competent", entries=(grant.entry,), **params)
    elif competence == "unknown":
        yield Rejection("authority.competence_unknown", "unknown", entries=(grant.entry,), **params)


def _competent(grantor: Holder, book: Book, context: Context) -> Competence:
    """Returns whether the actor is the grantor, or the top body; `unknown` where a resolution is not in the book."""
    actor, bodies = context.actor, book.bodies
    if actor is None:
        return "unknown"
    body = None if actor.body is None else bodies.bodies.get(actor.body)
    if body is not None and body.is_top_of(book.standing):
        return "yes"
    match grantor.kind:
        case "body":
            return _yes(actor.body == grantor.id)
        case "office":
            held = actor.person and bodies.held(actor.person, Place("office", grantor.id), context.effective)
            return _yes(bool(held) or actor.office == grantor.id)
        case "member":
            acting = None if actor.office is None else bodies.offices.get(actor.office)
            if acting is not None and acting.member_id == grantor.id:
                return "yes"
            # A council's resolution may be named in words, or not be recorded yet.
            loose = (b for b in context.basis if b.kind == "resolution" and not b.ref.isdecimal())
            return "unknown" if any(loose) else "no"
        case "collaboration":
            return _yes(book.standing.form is None or book.standing.form.top_body is None)
        case _:
            assert_never(grantor.kind)


def _yes(condition: bool) -> Competence:  # noqa: FBT001
    return "yes" if condition else "no"
