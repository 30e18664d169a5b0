"""The state of the register of records: who may read what, what is linked outside, and since when it is live."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from rpds import HashTrieMap

from domain.bodies import PersonContactRecorded
from domain.copying import replace
from domain.kernel import Access, Event, Fact
from domain.lifetime import Lifetime

if TYPE_CHECKING:
    from domain.records.benchmarking import BenchmarkConsentGiven

PUBLIC = Access()


class AccessNow(Access):
    """Who may read an entry as it is now; a shield may be on fields alone."""

    fields: tuple[str, ...] = ()
    """The fields of its event that are shielded; empty for the whole entry."""


def in_force(access: Access, event: Event, today: date) -> Access:
    """Returns who may read an entry on a day: a shield with an end opens by itself on that day.

    How a private person is reached is never for everyone, whatever end is given (forvaltningsloven § 13).
    """
    if access.until is None or access.until > today or isinstance(event, PersonContactRecorded):
        return access
    return PUBLIC


@dataclass(frozen=True, slots=True)
class Change:
    """Who may read an entry since that was last changed."""

    access: Access
    entry: int
    """The entry that says so."""
    fields: tuple[str, ...] = ()
    """The fields it is shielded in; empty for the whole entry."""


@dataclass(frozen=True, slots=True)
class Consent:
    """A consent, from the day it was given until it ends or is withdrawn."""

    event: BenchmarkConsentGiven
    entry: int
    life: Lifetime
    withdrawn_by: int | None = None
    """The entry that withdrew it."""


@dataclass(frozen=True)
class Records:
    """What the book knows of its own entries as records."""

    shielded: HashTrieMap[int, Access] = field(default_factory=HashTrieMap)
    """The entries that are shielded now."""
    changes: HashTrieMap[int, Change] = field(default_factory=HashTrieMap)
    """The entries whose access was changed, each with the latest change."""
    never_public: HashTrieMap[int, None] = field(default_factory=HashTrieMap)
    """Entries that may not be opened: how a private person is reached."""
    kinds: HashTrieMap[int, type[Event]] = field(default_factory=HashTrieMap)
    """What kind of event each entry holds."""
    links: HashTrieMap[tuple[int, str, str], int] = field(default_factory=HashTrieMap)
    """The entry of each link, by the entry linked, the system outside and the id there."""
    historical: HashTrieMap[str, int] = field(default_factory=HashTrieMap)
    """The entry of each historical fact, by id."""
    consents: HashTrieMap[str, Consent] = field(default_factory=HashTrieMap)
    """Consents to be compared with other books, by id."""
    live_since: date | None = None
    """The day (UTC) of the first entry the book itself constituted or took down, and did not read in a source."""

    def fields_of(self, entry: int) -> frozenset[str]:
        """Returns the names of the fields of an entry's event, but what kind it is."""
        kind = self.kinds.get(entry)
        return frozenset() if kind is None else frozenset(kind.model_fields) - {"type"}

    def access_of(self, entry: int) -> Access:
        """Returns who may read an entry as it is now, whatever its envelope says."""
        return self.shielded.get(entry, PUBLIC)


def entered(state: Records, fact: Fact) -> Records:
    """Returns the state that knows of one more entry."""
    state = replace(state, kinds=state.kinds.insert(fact.number, type(fact.event)))
    if fact.access.level == "shielded":
        access = fact.access
        if isinstance(fact.event, PersonContactRecorded):
            access = access.model_copy(update={"until": None})
        state = replace(state, shielded=state.shielded.insert(fact.number, access))
    if isinstance(fact.event, PersonContactRecorded):
        state = replace(state, never_public=state.never_public.insert(fact.number, None))
    if state.live_since is None and fact.mode != "import":
        state = replace(state, live_since=fact.recorded_at.date())
    return state
