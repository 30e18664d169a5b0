"""Change of legal form (omdanning): on a charter of the new form, by every member's council.

Kommuneloven § 31-2 on boards under § 27 of the 1992 act, whose assets, rights and obligations pass by law and whose
name changes with the form; otherwise the rulebook's table of transitions and the provision each form is founded on.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from domain.constitution.state import Constitution
from domain.constitution.surroundings import Surroundings
from domain.constitution.takeover import (
    Transfer,
    against_lost_archive,
    against_personality,
    against_strangers,
    against_top_body,
)
from domain.kernel import Command, Context, Decision, Event, Rejection, judge
from domain.members import Members, nature_of
from domain.resolutions import Ratification, Resolutions, ratification
from domain.rulebook import FORMS, transition
from domain.rulebook.transitions import CONVERSION_LAW
from domain.text import Id, Name, OrgNo, Unknown
from domain.vocabulary import GrantMapping, LegalFormId


class LegalFormChanged(Event):
    """The collaboration took another legal form."""

    type: Literal["legal_form.changed"] = "legal_form.changed"
    from_form: LegalFormId
    to_form: LegalFormId
    charter_version: Id
    law: Name
    name: Name | None = None
    """The new name; None where it keeps the one it has."""
    host: Id | None = None
    """The host municipality, for the forms of kommuneloven chapter 20."""
    successor_org_no: OrgNo | Unknown | None = None
    transfers_to: tuple[Id, ...] | Unknown
    """Members or the new legal person's owners that take over assets, rights and obligations (kommuneloven § 31-2)."""
    grants: tuple[GrantMapping, ...] = ()
    own_legal_person: bool | Unknown = "unknown"
    """Whether it is a legal person of its own in the new form."""
    transfers: Annotated[tuple[Transfer, ...], Field(max_length=400)] = ()
    """Assets, rights and obligations one by one, and who takes each over."""
    archive_overview: Name | Unknown | None = None
    """The overview of the documentation, where the responsibility for it moves (arkivforskrifta § 49)."""


class ChangeLegalForm(Command):
    """Change the legal form, on a charter of the new form that is in force."""

    type: Literal["legal_form.change"]
    to_form: LegalFormId
    charter_version: Id
    law: Name
    name: Name | None = None
    """The new name, where it takes one; some forms must show in it."""
    host: Id | None = None
    successor_org_no: OrgNo | Unknown | None = None
    transfers_to: tuple[Id, ...] | Unknown = "unknown"
    grants: tuple[GrantMapping, ...] = ()
    own_legal_person: bool | Unknown = "unknown"
    transfers: Annotated[tuple[Transfer, ...], Field(max_length=400)] = ()
    archive_overview: Name | Unknown | None = None


def change(
    command: ChangeLegalForm,
    constitution: Constitution,
    members: Members,
    resolutions: Resolutions,
    around: Surroundings,
    context: Context,
) -> Decision:
    """Returns the change of form. Raises Rejection."""
    held = constitution.form_on(context.on)
    event = LegalFormChanged(
        from_form=command.to_form if held is None else held.value,
        to_form=command.to_form,
        charter_version=command.charter_version,
        law=command.law,
        name=command.name,
        host=command.host,
        successor_org_no=command.successor_org_no,
        transfers_to=command.transfers_to,
        grants=command.grants,
        own_legal_person=command.own_legal_person,
        transfers=command.transfers,
        archive_overview=command.archive_overview,
    )
    return Decision((event,), judge(_against(event, constitution, members, resolutions, around, context), context.mode))


def _against(
    event: LegalFormChanged,
    constitution: Constitution,
    members: Members,
    resolutions: Resolutions,
    around: Surroundings,
    context: Context,
) -> Iterator[Rejection]:
    if event.from_form == event.to_form:
        entries = tuple(mark.number for mark in constitution.forms.marks[-1:])
        yield Rejection("legal_form.same_form", "fact", entries=entries, legal_form=event.to_form)
    yield from _against_charter(event, constitution, context)
    yield from _against_transition(event, context)
    yield from _against_unresolved(event, members, resolutions, context)
    yield from _against_unmapped(event, around)
    yield from _against_host(event, members, context)
    yield from _against_name(event, constitution, context)
    to = () if event.transfers_to == "unknown" else event.transfers_to
    yield from against_strangers(event.transfers, to, members)
    yield from against_personality(FORMS[event.to_form], own_legal_person=event.own_legal_person)
    yield from against_top_body(event.to_form, members, around.seated, context)
    yield from against_lost_archive(event.from_form, event.to_form, event.archive_overview, context)


def _against_unmapped(event: LegalFormChanged, around: Surroundings) -> Iterator[Rejection]:
    unmapped = around.ties.without("grant", frozenset(grant.grant_id for grant in event.grants))
    if unmapped:
        yield Rejection(
            "legal_form.open_grants_not_mapped",
            nature_of(unmapped),
            entries=(tie.entry for tie in unmapped),
            grants=[tie.id for tie in unmapped],
        )


def _against_name(event: LegalFormChanged, constitution: Constitution, context: Context) -> Iterator[Rejection]:
    marker, name = FORMS[event.to_form].name_marker, event.name or constitution.name_on(context.on)
    if marker is not None and not marker.marks(name):
        yield Rejection(
            "legal_form.name_lacks_form_marker",
            law=FORMS[event.to_form].law,
            name=name,
            words=marker.words[0],
            abbreviation=marker.abbreviation,
        )


def _against_charter(event: LegalFormChanged, constitution: Constitution, context: Context) -> Iterator[Rejection]:
    charter = constitution.charters.get(event.charter_version)
    reading = constitution.in_force.on(context.on)
    in_force = reading.certain is not None and reading.certain.value == event.charter_version
    possible = any(mark.value == event.charter_version for mark in reading.possible)
    if charter is not None and charter.legal_form == event.to_form and in_force:
        return
    only_doubtful = charter is not None and charter.legal_form == event.to_form and possible
    yield Rejection(
        "legal_form.charter_of_target_form_missing",
        "fact" if charter is None else "unknown" if only_doubtful else "rule",
        law=FORMS[event.to_form].charter_law,
        entries=() if charter is None else (charter.entry,),
        charter_version=event.charter_version,
        to_form=event.to_form,
        written_for=None if charter is None else charter.legal_form,
        in_force=in_force,
    )


def _against_transition(event: LegalFormChanged, context: Context) -> Iterator[Rejection]:
    form, way = FORMS[event.to_form], transition(event.from_form, event.to_form)
    if way is None:
        yield Rejection(
            "legal_form.transition_not_allowed", law=form.law, from_form=event.from_form, to_form=event.to_form
        )
    available = form.available(context.effective)
    if available != "yes":
        yield Rejection(
            "legal_form.not_lawful",
            "rule" if available == "no" else "unknown",
            law=form.law,
            legal_form=form.id,
            window=form.window,
            on=context.on.isoformat(),
        )
    if way is None or event.transfers or (event.transfers_to and event.transfers_to != "unknown"):
        return
    # Under § 31-2 all passes to the new cooperation, but where that is no legal person, to one or more of the members.
    to_members = way.law == CONVERSION_LAW and event.own_legal_person is False
    if way.needs_transfer_list or to_members:
        yield Rejection(
            "legal_form.transfer_list_missing",
            "unknown" if event.transfers_to == "unknown" else "rule",
            law=way.law,
            from_form=event.from_form,
            to_form=event.to_form,
        )


def _against_unresolved(
    event: LegalFormChanged, members: Members, resolutions: Resolutions, context: Context
) -> Iterator[Rejection]:
    """Yields what the councils have not resolved. One that adopted the charter of the new form has resolved on the form
    as well: § 31-2 has them do both, and an agreement under chapter 18, 19 or 20 is an agreement on its form.
    """
    way = transition(event.from_form, event.to_form)
    law = FORMS[event.to_form].law if way is None else way.law
    round_ = ratification(
        resolutions,
        ("form_change", event.to_form),
        ("charter", event.charter_version),
        required=members.required_on(context.on),
        on=context.on,
    )
    yield from _against_round(event, round_, law, context)


def _against_round(event: LegalFormChanged, round_: Ratification, law: str, context: Context) -> Iterator[Rejection]:
    if round_.rejected:
        yield Rejection(
            "legal_form.rejected_by_member",
            law=law,
            entries=round_.entries,
            to_form=event.to_form,
            members=list(round_.rejected),
        )
    if round_.missing:
        yield Rejection(
            "legal_form.resolution_missing",
            round_.nature_of_gap,
            law=law,
            entries=round_.entries,
            to_form=event.to_form,
            members=list(round_.missing),
        )
    resolved = round_.precedes(context.effective)
    if resolved != "yes":
        yield Rejection(
            "legal_form.effective_before_last_resolution",
            "rule" if resolved == "no" else "unknown",
            law=law,
            entries=round_.entries,
            to_form=event.to_form,
            effective=context.on.isoformat(),
            earliest=round_.last_day.isoformat(),
        )


def _against_host(event: LegalFormChanged, members: Members, context: Context) -> Iterator[Rejection]:
    form = FORMS[event.to_form]
    if not form.has_host:
        return
    if event.host is None:
        yield Rejection("legal_form.host_missing", law=form.charter_law, to_form=event.to_form)
        return
    member = members.is_member(event.host, context.on) if members.decides(event.host) else False
    if member is not True:
        yield Rejection(
            "legal_form.host_not_a_member",
            "fact" if member is False else "unknown",
            law=form.law,
            entries=members.entries(event.host),
            host=event.host,
        )
