"""Who may read an entry, changed after it was recorded: shielded by a provision, or opened again.

Offentleglova §§ 3 and 13-26: everyone may read what no provision exempts. A shield hides the entry in every answer and
every row made from it, also as of entries before the change; what is stored, hashed and proven stays as it is. A shield
that is given an end opens by itself on that day, in Europe/Oslo, whatever day or entry is looked back from: nothing is
recorded then, for the book holds the day already. One without an end holds until it is lifted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from domain.cases import names_exemption
from domain.dates import Day, Interval
from domain.kernel import Access, Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.records.state import PUBLIC, Change, Records
from domain.text import INT_MAX, Name

Level = Literal["public", "shielded"]

EXEMPTIONS = "offentleglova §§ 13-26"

# Events: stored for ever -----------------------------------------------------------------


class EntryAccessChanged(Event):
    """Who may read an entry was changed. It holds at once, for every version of everything the entry says."""

    type: Literal["entry_access.changed"] = "entry_access.changed"
    entry: Annotated[int, Field(ge=1)]
    level: Level
    legal_basis: Name | None = None
    until: Day | None = None
    """The first day it is for everyone again."""

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


# evolve ----------------------------------------------------------------------------------


def changed(state: Records, event: EntryAccessChanged, fact: Fact) -> Records:
    """Returns the state in which the entry is read by whoever may read it from now on."""
    if event.level == "shielded" and event.legal_basis is not None:
        access = Access(level="shielded", legal_basis=event.legal_basis, until=event.until)
        shielded = state.shielded.insert(event.entry, access)
    else:
        access, shielded = PUBLIC, state.shielded.discard(event.entry)
    return replace(state, shielded=shielded, changes=state.changes.insert(event.entry, Change(access, fact.number)))


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
        entry=command.entry, level=command.level, legal_basis=command.legal_basis, until=command.until
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
    elif command.legal_basis is not None or command.until is not None:
        yield Rejection("entry_access.basis_of_what_is_public", "fact", entry=command.entry)
    opens = command.level == "public" or command.until is not None
    if opens and command.entry in state.never_public:
        law = "forvaltningsloven § 13"
        yield Rejection("entry_access.never_public", "fact", law=law, entries=(command.entry,), entry=command.entry)
    asked = (command.level, command.legal_basis, command.until)
    now = state.access_of(command.entry)
    if now.until is not None and now.until <= today:
        now = PUBLIC
    if asked == (now.level, now.legal_basis, now.until):
        last = state.changes.get(command.entry)
        entries = (command.entry,) if last is None else (command.entry, last.entry)
        yield Rejection("entry_access.already_so", "fact", entries=entries, entry=command.entry, level=command.level)
