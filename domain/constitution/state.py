"""What is founded, under which legal form, host and name, and its charters, folded from the register's events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated

from pydantic import Field
from rpds import HashTrieMap

from domain.dates import Interval, Mark, Timeline
from domain.rulebook import FORMS, Standing
from domain.text import Frozen, Name, SealedText
from domain.vocabulary import LegalFormId

ClauseKey = Annotated[str, Field(pattern=r"^[a-z][a-z_]{1,60}$")]
"""A clause the charter must or may have, such as `withdrawal`; the rulebook names those an act demands."""


class Clause(Frozen):
    """One clause of a charter."""

    key: ClauseKey
    heading: Name | None = None
    text: SealedText | None
    """None where the source does not show it."""


@dataclass(frozen=True, slots=True)
class Charter:
    """A charter version."""

    entry: int
    """The entry that proposes it."""
    legal_form: LegalFormId
    by_councils: bool
    """Whether every member's council adopts it; else the top body by two thirds."""
    clauses: Mapping[str, Clause]
    in_force_entry: int | None = None
    """The entry by which it entered into force."""
    lock_in_until: date | None = None
    """Until this day, itself included, no member may give notice of withdrawal."""
    loan_ceiling_ore: int | None = None
    """All it may borrow, where it sets a ceiling and the book shows it."""


@dataclass(frozen=True, slots=True)
class Dissolution:
    """That the collaboration is no more: from which day, by which entry."""

    entry: int
    effective: Interval
    cause: str
    archive_custodian: str | None
    """The member or the archive that keeps its archive; None where that is not known."""


@dataclass(frozen=True)
class Constitution:
    """What is founded, its legal forms, hosts, names and charters over time."""

    founding: int | None = None
    """The entry of the founding."""
    forms: Timeline[LegalFormId] = field(default_factory=Timeline)
    names: Timeline[str] = field(default_factory=Timeline)
    hosts: Timeline[str | None] = field(default_factory=Timeline)
    """Host municipality, None under a form that has none; empty where it was never named."""
    charters: HashTrieMap[str, Charter] = field(default_factory=HashTrieMap)
    """Every version proposed, by id."""
    in_force: Timeline[str] = field(default_factory=Timeline)
    """The charter version in force."""
    dissolution: Dissolution | None = None
    """None while it has not been dissolved."""

    def form_on(self, day: date) -> Mark[LegalFormId] | None:
        """Returns the form that certainly holds on `day`, or that of the founding for a day before that is certain."""
        return self.forms.on(day).certain or (self.forms.marks[0] if self.forms.marks else None)

    def charter_on(self, day: date) -> Charter | None:
        """Returns the charter that certainly is in force on `day`."""
        version = self.in_force.certain(day)
        return None if version is None else self.charters.get(version)

    def name_on(self, day: date) -> str:
        """Returns the name on `day`, that of the founding for a day before it; empty if nothing is founded."""
        return self.names.certain(day) or (self.names.marks[0].value if self.names.marks else "")

    def standing(self, day: date) -> Standing:
        """Returns the legal form and the charter that certainly are in force on `day`."""
        form, version = self.forms.on(day).certain, self.in_force.certain(day)
        charter = self.charter_on(day)
        return Standing(
            form=None if form is None else FORMS[form.value],
            charter_version=version,
            clauses={}
            if charter is None
            else {key: clause.text is not None for key, clause in charter.clauses.items()},
            entry=None if form is None else form.number,
            charter_entry=None if charter is None else charter.in_force_entry,
            lock_in_until=None if charter is None else charter.lock_in_until,
        )
