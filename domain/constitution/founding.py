"""Founding (stiftelse): the first entry of a book.

Kommuneloven § 17-1 names the forms there are, §§ 18-1 and 19-1 what a name must show; IKS-loven § 1 who may take part.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from domain.constitution.state import Constitution
from domain.constitution.takeover import person_law, personality_denied
from domain.kernel import Command, Context, Decision, Event, Rejection, judge
from domain.members import Party, of_wrong_kind, parties_to_charter, seated_outsiders
from domain.rulebook import FORMS, LegalForm
from domain.text import Name, OrgNo, SealedText, Text, Unknown
from domain.vocabulary import LegalFormId

ReasonCode = Literal[
    "not_hinder_cooperation",
    "legal_minimum",
    "public_services",
    "recruit_staff",
    "cost_efficiency",
    "keep_local",
    "support_business",
    "everyone_does",
    "driver_of_cooperation",
]
"""Why municipalities cooperate, as the source document lists it; coded so that each can be held against its outcome."""

Language = Literal["nb", "nn", "en"]


class CollaborationFounded(Event):
    """The collaboration was founded; its founders are its first members."""

    type: Literal["collaboration.founded"] = "collaboration.founded"
    name: Name
    purpose: SealedText | None
    """None where the source does not show it."""
    legal_form: LegalFormId
    own_legal_person: bool | Unknown = "unknown"
    org_no: OrgNo | Unknown = "unknown"
    language: Language = "nb"
    founders: Annotated[tuple[Party, ...], Field(max_length=400)]
    reason_codes: tuple[ReasonCode, ...] = ()


class FoundCollaboration(Command):
    """Found a collaboration: the first entry of its book."""

    type: Literal["collaboration.found"]
    name: Name
    purpose: Text | None = None
    legal_form: LegalFormId
    own_legal_person: bool | Unknown = "unknown"
    org_no: OrgNo | Unknown = "unknown"
    language: Language = "nb"
    founders: Annotated[tuple[Party, ...], Field(max_length=400)]
    reason_codes: tuple[ReasonCode, ...] = ()


def found(command: FoundCollaboration, constitution: Constitution, context: Context) -> Decision:
    """Returns the founding. Raises Rejection."""
    event = CollaborationFounded(
        name=command.name,
        purpose=None if command.purpose is None else context.seal(command.purpose),
        legal_form=command.legal_form,
        own_legal_person=command.own_legal_person,
        org_no=command.org_no,
        language=command.language,
        founders=command.founders,
        reason_codes=command.reason_codes,
    )
    return Decision((event,), judge(_against(command, constitution, context), context.mode))


def _against(command: FoundCollaboration, constitution: Constitution, context: Context) -> Iterator[Rejection]:
    form = FORMS[command.legal_form]
    if constitution.founding is not None:
        yield Rejection("collaboration.already_founded", "fact", entries=(constitution.founding,))
    twice = _named_twice(command.founders)
    if twice:
        yield Rejection("collaboration.founder_listed_twice", "fact", founders=twice)
    named = len({party.member_id for party in parties_to_charter(command.founders)})
    if named < form.founders_min:
        yield Rejection(
            "collaboration.fewer_than_two_members",
            law=form.members_law or "kommuneloven § 17-1",
            named=named,
            least=form.founders_min,
        )
    available = form.available(context.effective)
    if available != "yes":
        yield Rejection(
            "collaboration.form_not_lawful",
            "rule" if available == "no" else "unknown",
            law=form.law,
            legal_form=form.id,
            window=form.window,
            on=context.on.isoformat(),
        )
    if form.name_marker is not None and not form.name_marker.marks(command.name):
        yield Rejection(
            "collaboration.name_lacks_form_marker",
            law=form.law,
            name=command.name,
            words=form.name_marker.words[0],
            abbreviation=form.name_marker.abbreviation,
        )
    yield from _against_founders(command.founders, form)
    if personality_denied(form, own_legal_person=command.own_legal_person):
        yield Rejection(
            "collaboration.legal_personality_contradicts_form",
            law=person_law(form),
            legal_form=form.id,
            own_legal_person=command.own_legal_person,
        )


def _named_twice(founders: tuple[Party, ...]) -> list[str]:
    ids = [party.member_id for party in founders]
    return sorted({member_id for member_id in ids if ids.count(member_id) > 1})


def _against_founders(founders: tuple[Party, ...], form: LegalForm) -> Iterator[Rejection]:
    wrong = of_wrong_kind(founders, form)
    if wrong and form.id == "iks":
        yield Rejection("collaboration.iks_member_not_municipal", law="IKS-loven § 1", founders=wrong)
    elif wrong:
        yield Rejection(
            "collaboration.member_kind_not_allowed", law=form.members_law, founders=wrong, legal_form=form.id
        )
    seated = seated_outsiders(founders)
    if seated:
        yield Rejection("collaboration.external_customer_cannot_hold_seat", founders=seated)
