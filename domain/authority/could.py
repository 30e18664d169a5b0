"""Could they? Whether somebody may do something on a day, answered by the very rules that judge the act itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from domain.authority.acting import Act, against_act, nearest
from domain.authority.book import Book
from domain.authority.links import chain_of
from domain.authority.offers import UNDER_THE_FORM, form_allows, holds_by_nature
from domain.authority.state import Grant
from domain.bodies import Place
from domain.kernel import Basis, Rejection
from domain.vocabulary import Holder, Scope

Answer = Literal["yes", "no", "unknown"]
StepKind = Literal["basis", "grant", "office", "person"]


@dataclass(frozen=True, slots=True)
class Step:
    """One step from a source of power to the person who acts, with the entry that says so."""

    kind: StepKind
    id: str
    entry: int | None
    """None where the book has no entry for it, such as a provision a grant rests on."""
    certain: bool
    grantor: Holder | None = None
    """Of a grant."""
    grantee: Holder | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer, with the whole chain it rests on, and every rule that stands against it."""

    answer: Answer
    grant_id: str | None
    """The grant that carries the act, or comes nearest; None where the actor has none."""
    by_nature: bool
    """Whether the actor holds power without a grant."""
    chain: tuple[Step, ...]
    reasons: tuple[Rejection, ...]
    """In order of precedence; none where the answer is yes."""


def could(act: Act, book: Book) -> Verdict:
    """Returns whether the act could be done, by a grant that carries it if there is one.

    A top body, the collaboration and a member's own council need no grant; of them only the legal form is asked.
    """
    by_nature = act.actor.kind != "member" and holds_by_nature(act.actor, book.bodies, book.standing)
    grant = None if by_nature else nearest(act, book.authority, book.bodies)
    reasons = [*_against_actor(act, book), *_against_form(act, book)]
    if not by_nature:
        reasons += against_act(act, grant, book.authority, book.bodies)
    return Verdict(
        answer=_answer(reasons),
        grant_id=None if grant is None else grant.grant_id,
        by_nature=by_nature,
        chain=tuple(_steps(act, grant, book)),
        reasons=tuple(reasons),
    )


def _answer(reasons: list[Rejection]) -> Answer:
    """Returns `no` where a rule or a fact stands against it, `unknown` where only what the book does not know does.

    That an actor holds no grant at all in the book is a no: whoever asks is told what the book holds.
    """
    if not reasons:
        return "yes"
    held = (one for one in reasons if one.nature != "unknown" or one.code == "authority.no_valid_grant_at_time")
    return "no" if any(held) else "unknown"


def _against_actor(act: Act, book: Book) -> Iterator[Rejection]:
    known = {"office": book.bodies.offices, "body": book.bodies.bodies, "member": book.members.parties}
    if act.actor.kind != "collaboration" and act.actor.id not in known[act.actor.kind]:
        yield Rejection("authority.unknown_actor", "fact", kind=act.actor.kind, actor=act.actor.id)


def _against_form(act: Act, book: Book) -> Iterator[Rejection]:
    powers = sorted(UNDER_THE_FORM & set(act.powers))
    form = book.standing.form
    if not powers:
        return
    scope = Scope() if act.case_type is None else Scope(case_types=(act.case_type,))
    if form is None:
        yield Rejection("authority.form_unknown", "unknown", powers=powers, on=act.on)
    elif not form_allows(form, scope):
        entries = () if book.standing.entry is None else (book.standing.entry,)
        yield Rejection(
            "authority.power_not_allowed_for_form", law=form.law, entries=entries, powers=powers, legal_form=form.id
        )


def _steps(act: Act, grant: Grant | None, book: Book) -> Iterator[Step]:
    """Yields the steps from what the first grant rests on, by way of every grant, to the office and who holds it."""
    for link in () if grant is None else chain_of(book.authority, grant, act.interval).links:
        terms = link.terms_on(act.interval.latest)
        if link.parent is None:
            yield from (_basis(basis) for basis in link.basis)
        certain = link.active(act.interval) is True
        yield Step("grant", link.grant_id, link.entry, certain, terms.grantor, terms.grantee)
    if act.actor.kind == "office" and (office := book.bodies.offices.get(act.actor.id)) is not None:
        yield Step("office", office.office_id, office.entry, office.life.during(act.interval) is True)
        yield from _holders(act, book)


def _basis(basis: Basis) -> Step:
    by_entry = basis.kind == "resolution" and basis.ref.isascii() and basis.ref.isdecimal()
    return Step("basis", f"{basis.kind}:{basis.ref}", int(basis.ref) if by_entry else None, certain=True)


def _holders(act: Act, book: Book) -> Iterator[Step]:
    sitting = book.bodies.sitting(Place("office", act.actor.id), act.interval.latest)
    for tenure in (*sitting.certain, *sitting.possible):
        if act.person_id in (None, tenure.person_id):
            yield Step("person", tenure.person_id, tenure.entry, tenure in sitting.certain)
