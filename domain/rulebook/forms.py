"""Legal forms (samarbeidsformer): what the acts lay down for each, as data with dates.

Kommuneloven (LOV-2018-06-22-83) chapters 17-20 and 31, §§ 5-4 and 14-8; IKS-loven (LOV-1999-01-29-6);
aksjeloven (LOV-1997-06-13-44); arkivforskrifta (FOR-2025-12-17-2647) § 8; as history §§ 27 and 28-1 a to k of
LOV-1992-09-25-107, in force 1 January 1993, the latter from 1 January 2007.

Kommuneloven chapters 17-20 and 31 took effect, and the 1992 act fell, with each council's first meeting after the
election of 2019 (§ 31-1 and kgl.res. 2018-12-20 nr. 2062): the earliest on 3 October, the last before 1 November. In
between, which act a collaboration was under depends on meetings the book does not hold; see `LegalForm.perhaps_from`.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from domain.dates import FIRST_DAY, Interval
from domain.vocabulary import BodyKind, LegalFormId, MemberKind

ACT_1992 = date(1993, 1, 1)
HOST_1992 = date(2007, 1, 1)
FIRST_COUNCIL_2019 = date(2019, 10, 3)
"""The first council's first meeting under the 2018 act (notice 2019-10-03 nr. 1294)."""
LAST_DAY_1992 = date(2019, 10, 31)
ACT_2018 = date(2019, 11, 1)
ARCHIVE_2026 = date(2026, 1, 1)


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
    min_seats_per_member: int = 0
    """In the top body."""
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
    has_host: bool = False
    """Whether one member is the host municipality (vertskommune)."""
    frames_from_members: bool = False
    """Whether its budget is its own, within frames set by the members' councils (kommuneloven § 14-8)."""
    loans: Loans = "unregulated"

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


_LOCAL_GOVERNMENT: frozenset[MemberKind] = frozenset({"municipality", "county"})
_MANAGED: frozenset[BodyKind] = ADVISORY | {"board", "control_committee", "liquidation_board"}
_COUNCIL_OF_REPRESENTATIVES: frozenset[BodyKind] = _MANAGED | {"council_of_representatives"}
_GENERAL_MEETING: frozenset[BodyKind] = _MANAGED | {"general_meeting"}
_JOINT_BOARD: frozenset[BodyKind] = ADVISORY | {"joint_board", "control_committee", "appeals_board"}


def _demands(law: str, keys: str) -> tuple[Demand, ...]:
    return tuple(Demand(key, law) for key in keys.split())


_DOCUMENTATION = Demand("documentation_responsibility", "arkivforskrifta § 8", ARCHIVE_2026, reserved=False)
"""Several bodies solve tasks in one system, so they agree who answers for its documentation. An IKS or a company is
one body of its own and answers for its own system; what it agrees with its users does not belong in its articles."""

_HOST_DEMANDS = (
    *_demands(
        "kommuneloven § 20-4",
        "parties host tasks_and_authority transfer_date notification settlement withdrawal dissolution",
    ),
    _DOCUMENTATION,
)
"""The ninth item of § 20-4, as of IKS-loven § 4, is what other acts demand: it has no clause of its own."""

_INFORMAL = LegalForm(id="informal", law="kommuneloven § 17-1", loans="not_its_own")
_PURCHASE = LegalForm(id="purchase", law="kommuneloven § 17-1", loans="not_its_own")

_HISTORIC_27 = LegalForm(
    id="historic_27",
    law="kommuneloven (1992) § 27",
    available_from=ACT_1992,
    available_until=LAST_DAY_1992,
    individual_decisions="internal_only",
    body_kinds=_COUNCIL_OF_REPRESENTATIVES,
    top_body="board",
    charter_law="kommuneloven (1992) § 27",
    demands=_demands(
        "kommuneloven (1992) § 27",
        "board_composition field_of_work contributions borrowing withdrawal dissolution",
    ),
    members_law="kommuneloven (1992) § 27",
    member_kinds=_LOCAL_GOVERNMENT,
    withdrawal="one_year_unless_agreed",
    withdrawal_law="kommuneloven (1992) § 27",
    loans="charter_must_allow",
)
_HISTORIC_28 = LegalForm(
    id="historic_28",
    law="kommuneloven (1992) § 28-1 a",
    available_from=HOST_1992,
    available_until=LAST_DAY_1992,
    individual_decisions="delegated",
    body_kinds=_JOINT_BOARD,
    charter_law="kommuneloven (1992) § 28-1 e",
    members_law="kommuneloven (1992) § 28-1 a",
    member_kinds=_LOCAL_GOVERNMENT,
    withdrawal="one_year_unless_agreed",
    withdrawal_law="kommuneloven (1992) § 28-1 i",
    has_host=True,
    loans="not_its_own",
)
_IPR = LegalForm(
    id="ipr",
    law="kommuneloven § 18-1",
    available_from=ACT_2018,
    perhaps_from=FIRST_COUNCIL_2019,
    individual_decisions="internal_only",
    body_kinds=_COUNCIL_OF_REPRESENTATIVES,
    top_body="council_of_representatives",
    min_seats_per_member=1,
    charter_law="kommuneloven § 18-4",
    demands=(
        *_demands(
            "kommuneloven § 18-4",
            "name legal_personality seats matters authority shares_and_liability withdrawal dissolution",
        ),
        _DOCUMENTATION,
    ),
    top_body_amends=True,
    name_marker=NameMarker(("interkommunalt politisk råd",), "IPR"),
    members_law="kommuneloven § 18-1",
    member_kinds=_LOCAL_GOVERNMENT,
    withdrawal="as_charter_says",
    withdrawal_law="kommuneloven § 18-4",
    liability_law="kommuneloven § 18-2",
    frames_from_members=True,
)
_KO = LegalForm(
    id="ko",
    law="kommuneloven § 19-1",
    available_from=ACT_2018,
    perhaps_from=FIRST_COUNCIL_2019,
    individual_decisions="internal_only",
    body_kinds=_COUNCIL_OF_REPRESENTATIVES,
    top_body="council_of_representatives",
    min_seats_per_member=1,
    charter_law="kommuneloven § 19-4",
    demands=(
        *_demands(
            "kommuneloven § 19-4",
            "name legal_personality seats tasks_and_authority contributions shares_and_liability borrowing reporting"
            " withdrawal dissolution",
        ),
        _DOCUMENTATION,
    ),
    top_body_amends=True,
    name_marker=NameMarker(("kommunalt oppgavefellesskap", "kommunalt oppgåvefellesskap"), "KO"),
    members_law="kommuneloven § 19-1",
    member_kinds=_LOCAL_GOVERNMENT,
    withdrawal="as_charter_says",
    withdrawal_law="kommuneloven § 19-4",
    liability_law="kommuneloven § 19-2",
    frames_from_members=True,
    loans="charter_must_allow",
)
_HOST_ADMIN = LegalForm(
    id="host_admin",
    law="kommuneloven § 20-2",
    available_from=ACT_2018,
    perhaps_from=FIRST_COUNCIL_2019,
    individual_decisions="delegated",
    body_kinds=ADVISORY | {"control_committee"},
    charter_law="kommuneloven § 20-4",
    demands=_HOST_DEMANDS,
    members_law="kommuneloven § 20-2",
    member_kinds=_LOCAL_GOVERNMENT,
    withdrawal="one_year_unless_agreed",
    withdrawal_law="kommuneloven § 20-8",
    has_host=True,
    loans="not_its_own",
)
_HOST_JOINT_BOARD = replace(
    _HOST_ADMIN,
    id="host_joint_board",
    law="kommuneloven § 20-3",
    body_kinds=_JOINT_BOARD,
    top_body="joint_board",
    min_seats_per_member=2,
    demands=(*_HOST_DEMANDS, Demand("seats", "kommuneloven § 20-4")),
    members_law="kommuneloven § 20-3",
)
_IKS = LegalForm(
    id="iks",
    law="IKS-loven § 1",
    available_from=date(2000, 1, 1),
    individual_decisions="delegated",
    body_kinds=_COUNCIL_OF_REPRESENTATIVES | {"appeals_board"},
    top_body="council_of_representatives",
    min_seats_per_member=1,
    charter_law="IKS-loven § 4",
    demands=(
        *_demands(
            "IKS-loven § 4",
            "name parties purpose head_office board_size contributions shares_and_liability seats",
        ),
        Demand("loan_ceiling", "IKS-loven § 22", where="borrowing"),
    ),
    top_body_amends=True,
    members_law="IKS-loven § 32",
    member_kinds=_LOCAL_GOVERNMENT | {"iks"},
    withdrawal="one_year_unless_agreed",
    withdrawal_law="IKS-loven § 30",
    liability_law="IKS-loven § 3",
    loans="charter_must_allow_with_ceiling",
)
_AS = LegalForm(
    id="as",
    law="aksjeloven § 2-1",
    available_from=date(1999, 1, 1),
    individual_decisions="delegated",
    body_kinds=_GENERAL_MEETING | {"appeals_board"},
    top_body="general_meeting",
    charter_law="aksjeloven § 2-2",
    demands=_demands("aksjeloven § 2-2", "name purpose share_capital nominal_value"),
    top_body_amends=True,
    members_min=1,
)
_ASSOCIATION = LegalForm(
    id="association",
    law="kommuneloven § 17-1",
    individual_decisions="delegated",
    body_kinds=_GENERAL_MEETING,
    top_body="general_meeting",
    top_body_amends=True,
)
_COOPERATIVE = replace(_ASSOCIATION, id="cooperative")

_OLD = (_INFORMAL, _HISTORIC_27, _HISTORIC_28)
_NEW = (_IPR, _KO, _HOST_ADMIN, _HOST_JOINT_BOARD, _PURCHASE, _IKS, _AS, _ASSOCIATION, _COOPERATIVE)

FORMS: Mapping[LegalFormId, LegalForm] = {form.id: form for form in (*_OLD, *_NEW)}
"""Every legal form, by id."""
