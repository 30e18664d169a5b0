"""What a legal form of cooperation is to the rules: what its act allows and demands, as data with dates."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from domain.dates import FIRST_DAY, Interval
from domain.vocabulary import BodyKind, LegalFormId, MemberKind


@dataclass(frozen=True, slots=True)
class NameMarker:
    """What a form's name must contain: one of the wordings in any case, or the abbreviation as a word of its own."""

    words: tuple[str, ...]
    abbreviation: str

    def marks(self, name: str) -> bool:
        """Returns whether `name` shows the form."""
        plain = " ".join(name.casefold().split())
        if any(wording in plain for wording in self.words):
            return True
        letters = "".join(character if character.isalnum() else " " for character in name)
        return self.abbreviation in letters.split()


@dataclass(frozen=True, slots=True)
class Demand:
    """A clause a charter must have."""

    key: str
    law: str
    since: date = FIRST_DAY
    """Charters proposed or taking effect on or after this day must have it."""
    where: str | None = None
    """Only demanded of a charter that has this clause."""
    reserved: bool = True
    """Whether only the members' councils may change it."""


Withdrawal = Literal["one_year_unless_agreed", "as_charter_says", "unregulated"]
"""How a member may leave where nothing else is agreed."""

Personality = Literal["charter_says", "always", "never", "unregulated"]
"""Whether it is a legal person (rettssubjekt) of its own: as the charter must state, by law, or not."""

Assets = Literal["its_own", "its_own_if_a_person", "the_members", "the_host"]
"""Who owns what the collaboration works with."""

Control = Literal["each_member", "host", "unregulated"]
"""Whose control committee (kontrollutvalg) looks into it: each member's own, or the host's for all."""

Exclusion = Literal["unanimous_others", "as_charter_says", "by_court", "unregulated"]
"""How a member may be put out."""

Ending = Literal["all_councils", "as_charter_says", "general_meeting", "unregulated"]
"""Who resolves that it is dissolved."""

Notice = Literal["county_governor", "business_register"]
"""Whom the state has be told that it is there: statsforvalteren, Foretaksregisteret."""

Loans = Literal["charter_must_allow", "charter_must_allow_with_ceiling", "not_its_own", "unregulated"]
"""Whether the collaboration may borrow: the charter's clause `borrowing`, and for an IKS its `loan_ceiling`, decide."""


ADVISORY: frozenset[BodyKind] = frozenset(
    {
        "steering_group",
        "working_committee",
        "professional_group",
        "customer_meeting",
        "order_committee",
        "cooperation_council",
        "portfolio_council",
        "co_governance_committee",
        "advisory_group",
    }
)
"""Bodies that advise or prepare; they hold no power by law, so every form may have them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalForm:
    """One legal form of cooperation and what its act allows and demands."""

    id: LegalFormId
    law: str
    """The provision it is founded on, such as `kommuneloven § 19-1`."""
    available_from: date = FIRST_DAY
    available_until: date | None = None
    """Last day it could be founded or taken; None while the provision is in force."""
    perhaps_from: date | None = None
    """Between this day and `available_from` it depends on facts the book does not hold whether it was available."""
    individual_decisions: Literal["none", "internal_only", "delegated"] = "none"
    """Whether it may be given power to make individual decisions (enkeltvedtak)."""
    body_kinds: frozenset[BodyKind] = ADVISORY
    top_body: BodyKind | None = None
    top_body_law: str | None = None
    """The provision on the top body."""
    min_seats_per_member: int = 0
    """In the top body."""
    deputies_per_seat: int = 0
    """Deputies each member has at least for every seat in the top body; 0 where no act says how many."""
    charter_law: str | None = None
    """The provision on the charter; None where no act demands one."""
    demands: tuple[Demand, ...] = ()
    """Clauses its charter must have."""
    top_body_amends: bool = False
    """Whether the top body may change what the act does not reserve for the members' councils, by two thirds."""
    name_marker: NameMarker | None = None
    founders_min: int = 2
    members_min: int = 2
    members_law: str | None = None
    """The provision on who, and how many, the members are."""
    member_kinds: frozenset[MemberKind] | None = None
    """Who may be party to the charter; None for anyone."""
    withdrawal: Withdrawal = "unregulated"
    withdrawal_law: str | None = None
    liability_law: str | None = None
    """The provision that makes each member liable without limit for its share; None where none does."""
    own_person: Personality = "unregulated"
    own_assets: Assets = "the_members"
    openness_law: str | None = None
    """The provision by which its top body meets in public; None where none does."""
    control: Control = "unregulated"
    control_law: str | None = None
    exclusion: Exclusion = "unregulated"
    exclusion_law: str | None = None
    ending: Ending = "unregulated"
    ending_law: str | None = None
    archive_law: str | None = None
    """The provision that has its charter say who keeps the archive once it is dissolved; None where none does."""
    shares_law: str | None = None
    """The provision that has every council resolve on who owns how much; None where none does."""
    notice_to: Notice | None = None
    notice_law: str | None = None
    has_host: bool = False
    """Whether one member is the host municipality (vertskommune)."""
    frames_from_members: bool = False
    """Whether its budget is its own, within frames set by the members' councils (kommuneloven § 14-8)."""
    loans: Loans = "unregulated"

    @property
    def archive_clause(self) -> bool:
        """Whether its charter must say who keeps the archive once it is dissolved."""
        return self.archive_law is not None

    @property
    def unlimited_liability(self) -> bool:
        """Whether members are liable without limit, each for its share."""
        return self.liability_law is not None

    @property
    def window(self) -> str:
        """The days it could be founded or taken, as `first – last`; no last day while the provision is in force."""
        return f"{self.available_from} – {self.available_until or ''}".strip()

    def available(self, effective: Interval) -> Literal["yes", "no", "unknown"]:
        """Returns whether it could be founded or taken on some day of `effective`; `unknown` in the autumn of 2019."""
        if self.available_until is not None and effective.earliest > self.available_until:
            return "no"
        if effective.latest >= self.available_from:
            return "yes"
        return "unknown" if self.perhaps_from is not None and effective.latest >= self.perhaps_from else "no"

    def demanded(self, keys: Container[str], effective: Interval) -> Iterator[Demand]:
        """Yields what a charter with the clauses `keys` must have, if it is proposed or takes effect in `effective`."""
        for demand in self.demands:
            if demand.since <= effective.latest and (demand.where is None or demand.where in keys):
                yield demand


@dataclass(frozen=True, slots=True)
class Standing:
    """The legal form and the charter in force on a day, as other registers need to know them."""

    form: LegalForm | None
    """None before the founding."""
    charter_version: str | None
    clauses: Mapping[str, bool]
    """Keys of the charter's clauses; True where the clause's contents are known."""
    entry: int | None
    """The entry the legal form rests on."""
    charter_entry: int | None = None
    """The entry by which the charter entered into force."""
    coming: frozenset[LegalFormId] = frozenset()
    """Forms it is about to change to: their charters are adopted by every council, and the change has not taken effect.
    What the new form needs may be set up beforehand, such as a council of representatives."""
    lock_in_until: date | None = None
    """Until this day, itself included, no member may give notice of withdrawal; None where the charter sets none."""
