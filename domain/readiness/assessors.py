"""Who judged: a member, a body, an office or the collaboration itself, which the book must know."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from domain.kernel import Rejection, Subject
from domain.readiness.book import Book
from domain.text import Unknown
from domain.vocabulary import Holder


def against_assessor(assessor: Holder | Unknown, book: Book) -> Iterator[Rejection]:
    """Yields that the book knows nobody by the name given. The collaboration itself is always known."""
    if assessor == "unknown" or assessor.kind == "collaboration":
        return
    known: Mapping[str, Collection[str]] = {
        "member": book.members.parties.keys(),
        "body": book.bodies.bodies.keys(),
        "office": book.bodies.offices.keys(),
    }
    if assessor.id not in known[assessor.kind]:
        yield Rejection("readiness.unknown_assessor", "fact", kind=assessor.kind, id=assessor.id)


def subject_of(assessor: Holder | Unknown) -> Iterator[Subject]:
    """Yields who judged, where that is known and not the collaboration itself."""
    if assessor != "unknown" and assessor.kind != "collaboration":
        yield Subject(assessor.kind, assessor.id)
