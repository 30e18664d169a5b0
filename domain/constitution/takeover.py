"""What a change of legal form leaves behind: who takes over what, who sits at the top, and where the archive goes.

Kommuneloven §§ 18-3, 19-3, 20-3 and 31-2; IKS-loven §§ 2 and 6; aksjeloven § 1-1; arkivforskrifta § 49.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from domain.constitution.surroundings import Represented, Seated
from domain.kernel import Context, Rejection
from domain.members import Members
from domain.rulebook import FORMS, LegalForm, transition
from domain.rulebook.forms import ARCHIVE_2026
from domain.text import Frozen, Id, Name, Unknown
from domain.vocabulary import LegalFormId


class Transfer(Frozen):
    """One thing that passes to someone when the legal form changes."""

    kind: Literal["asset", "right", "obligation", "employees", "archive"]
    what: Name
    to: Id | Unknown = "unknown"
    """The member that takes it over, `this` where it stays with the collaboration in its new form."""


def against_strangers(transfers: Iterable[Transfer], to: Iterable[str], members: Members) -> Iterator[Rejection]:
    """Yields who is said to take over without ever having been named as a member."""
    named = {*to, *(transfer.to for transfer in transfers)} - {"unknown", "this"}
    strangers = sorted(named - set(members.parties))
    if strangers:
        yield Rejection("legal_form.transfer_to_stranger", "fact", members=strangers)


def personality_denied(form: LegalForm, *, own_legal_person: bool | Unknown) -> bool:
    """Returns whether what is said of it being a legal person of its own is against the act of its form."""
    always, never = form.own_person == "always", form.own_person == "never"
    return (own_legal_person is False and always) or (own_legal_person is True and never)


_PERSON_LAW: Mapping[LegalFormId, str] = {"iks": "IKS-loven § 2", "as": "aksjeloven § 1-1"}


def person_law(form: LegalForm) -> str:
    """Returns the provision that says whether the form is a legal person of its own."""
    return _PERSON_LAW.get(form.id, form.law)


def against_personality(form: LegalForm, *, own_legal_person: bool | Unknown) -> Iterator[Rejection]:
    """Yields that what is said of it being a legal person of its own is against the act of the new form."""
    if personality_denied(form, own_legal_person=own_legal_person):
        yield Rejection(
            "legal_form.legal_personality_contradicts_form",
            law=person_law(form),
            legal_form=form.id,
            own_legal_person=own_legal_person,
        )


def against_top_body(to_form: LegalFormId, members: Members, seated: Seated, context: Context) -> Iterator[Rejection]:
    """Yields that the top body of the new form is not there on its first day, with everyone in it the act demands.

    Nothing is known where no seat in a body of its kind is; where some are filled, it is known which are not.
    """
    form = FORMS[to_form]
    if form.top_body is None or form.min_seats_per_member == 0:
        return
    bodies, parties = seated(form.top_body, context.on), members.deciding_on(context.on)
    lacking = [_lacking(body, parties, form) for body in bodies] or [parties]
    missing = min(lacking, key=len)
    if not bodies or missing:
        yield Rejection(
            "legal_form.top_body_missing",
            "rule" if any(body.seats for body in bodies) else "unknown",
            law=form.top_body_law,
            entries=(body.entry for body in bodies),
            to_form=to_form,
            kind=form.top_body,
            members=list(missing),
            minimum=form.min_seats_per_member,
            on=context.on.isoformat(),
        )


def _lacking(body: Represented, parties: tuple[str, ...], form: LegalForm) -> tuple[str, ...]:
    return tuple(m for m in parties if body.seats.get(m, 0) < form.min_seats_per_member)


def against_lost_archive(
    from_form: LegalFormId, to_form: LegalFormId, overview: str | None, context: Context
) -> Iterator[Rejection]:
    """Yields that there is no overview of the documentation, where the responsibility for it moves to another body.

    Arkivforskrifta § 49 took effect on 1 January 2026.
    """
    way = transition(from_form, to_form)
    if way is None or not way.moves_archive or context.effective.latest < ARCHIVE_2026:
        return
    if overview is None or overview == "unknown":
        certain = overview is None and context.effective.earliest >= ARCHIVE_2026
        yield Rejection(
            "legal_form.archive_overview_missing",
            "rule" if certain else "unknown",
            law="arkivforskrifta § 49",
            from_form=from_form,
            to_form=to_form,
        )
