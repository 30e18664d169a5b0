"""Who may read an entry, changed after it was recorded: shielded by a provision, or opened again.

Offentleglova §§ 3 and 13-26: everyone may read what no provision exempts. A shield hides the entry in every answer and
every row made from it, also as of entries before the change; what is stored, hashed and proven stays as it is. A shield
that is given an end opens by itself on that day, in Europe/Oslo, whatever day or entry is looked back from: nothing is
recorded then, for the book holds the day already. One without an end holds until it is lifted.

A shield may be put on fields of an entry alone, since what is not exempt is for everyone (offentleglova § 12). The
entry shows without them wherever entries are shown; rows made from it may repeat them, and are withheld whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from domain.cases import names_exemption
from domain.copying import replace
from domain.dates import Day, Interval
from domain.kernel import Access, Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.records.state import PUBLIC, Change, Records
from domain.text import INT_MAX, FieldName, Name

Level = Literal["public", "shielded"]

EXEMPTIONS = "offentleglova §§ 13-26"

Fields = Annotated[tuple[FieldName, ...], Field(max_length=40)]
"""Names of fields of an entry's event, as they stand in its JSON."""

# Events: stored for ever -----------------------------------------------------------------


class EntryAccessChanged(Event):
    """Who may read an entry was changed. It holds at once, for every version of everything the entry says."""

    type: Literal["entry_access.changed"] = "entry_access.changed"
    entry: Annotated[int, Field(ge=1)]
    level: Level
    legal_basis: Name | None = None
    until: Day | None = None
    """The first day it is for everyone again."""
    fields: Fields = ()
    """The fields of its event that are shielded; empty for the whole entry."""

    @property
    def access(self) -> Access:
        """Who may read the entry."""
        return Access(level=self.level, legal_basis=self.legal_basis, until=self.until)


# Commands --------------------------------------------------------------------------------


class ChangeEntryAccess(Command):
    """Shield an entry by a provision that exempts it from access, or open one that was shielded."""

    type: Literal["entry_access.change"]
    entry: Annotated[int, Field(ge=1, le=INT_MAX)]
    level: Level
    legal_basis: Name | None = None
    """Such as `offentleglova § 13, jf. forvaltningsloven § 13`; only for a shield."""
    until: Day | None = None
    """The first day it is for everyone again, by itself; left out: until it is lifted."""
    fields: Fields = ()
    """The fields of its event that are shielded, while the rest of the entry shows; left out: the whole entry."""


# evolve ----------------------------------------------------------------------------------


def changed(state: Records, event: EntryAccessChanged, fact: Fact) -> Records:
    """Returns the state in which the entry is read by whoever may read it from now on."""
    if event.level == "shielded" and event.legal_basis is not None:
        access = Access(level="shielded", legal_basis=event.legal_basis, until=event.until)
        shielded = state.shielded.insert(event.entry, access)
    else:
        access, shielded = PUBLIC, state.shielded.discard(event.entry)
    fields = tuple(sorted(set(event.fields))) if access.level == "shielded" else ()
    change = Change(access, fact.number, fields)
    return replace(state, shielded=shielded, changes=state.changes.insert(event.entry, change))


def subjects(event: EntryAccessChanged) -> Iterator[Subject]:
    """Yields the access to the entry."""
    yield Subject("entry_access", str(event.entry))


# Rules -----------------------------------------------------------------------------------


def change(command: ChangeEntryAccess, state: Records, head: int, context: Context) -> Decision:
    """Returns the access changed; `head` is the number of the book's last entry. Raises Rejection.

    Nothing stands against it as a mere broken rule: what everyone has read once cannot be healed back.
    """
    ruling = judge(_against(command, state, head, context), context.mode)
    event = EntryAccessChanged(
        entry=command.entry,
        level=command.level,
        legal_basis=command.legal_basis,
        until=command.until,
        fields=command.fields,
    )
    return Decision((event,), ruling)


def _against(command: ChangeEntryAccess, state: Records, head: int, context: Context) -> Iterator[Rejection]:
    today: date = context.today
    if context.mode != "decide" or context.effective != Interval.exact(today):
        yield Rejection("entry_access.not_now", "fact", on=today.isoformat())
    if command.entry > head:
        yield Rejection("entry_access.unknown_entry", "fact", entry=command.entry, head=head)
        return
    if command.level == "shielded":
        if not names_exemption(command.legal_basis or ""):
            params: dict[str, Any] = {"entry": command.entry, "legal_basis": command.legal_basis}
            yield Rejection("entry_access.legal_basis_missing", "fact", law=EXEMPTIONS, **params)
        if command.until is not None and command.until <= today:
            until = command.until.isoformat()
            yield Rejection("entry_access.until_passed", "fact", entry=command.entry, until=until)
        unknown = sorted(set(command.fields) - state.fields_of(command.entry))
        if unknown:
            yield Rejection("entry_access.unknown_field", "fact", entry=command.entry, fields=unknown)
    elif command.legal_basis is not None or command.until is not None or command.fields:
        yield Rejection("entry_access.basis_of_what_is_public", "fact", entry=command.entry)
    opens = command.level == "public" or command.until is not None or bool(command.fields)
    if opens and command.entry in state.never_public:
        law = "forvaltningsloven § 13"
        yield Rejection("entry_access.never_public", "fact", law=law, entries=(command.entry,), entry=command.entry)
    asked = (command.level, command.legal_basis, command.until, tuple(sorted(set(command.fields))))
    last, now = state.changes.get(command.entry), state.access_of(command.entry)
    if now.until is not None and now.until <= today:
        now = PUBLIC
    fields = () if last is None or now.level == "public" else last.fields
    if asked == (now.level, now.legal_basis, now.until, fields):
        entries = (command.entry,) if last is None else (command.entry, last.entry)
        yield Rejection("entry_access.already_so", "fact", entries=entries, entry=command.entry, level=command.level)
