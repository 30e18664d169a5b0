"""Legal forms (samarbeidsformer): what the acts lay down for each, as data with dates.

Kommuneloven (LOV-2018-06-22-83) chapters 17-20 and 31, §§ 5-4 and 14-8; IKS-loven (LOV-1999-01-29-6);
aksjeloven (LOV-1997-06-13-44); arkivforskrifta (FOR-2025-12-17-2647) § 8; as history §§ 27 and 28-1 a to k of
LOV-1992-09-25-107, in force 1 January 1993, the latter from 1 January 2007.

Kommuneloven chapters 17-20 and 31 took effect, and the 1992 act fell, with each council's first meeting after the
election of 2019 (§ 31-1 and kgl.res. 2018-12-20 nr. 2062): the earliest on 3 October, the last before 1 November. In
between, which act a collaboration was under depends on meetings the book does not hold; see `LegalForm.perhaps_from`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from domain.copying import replace
from domain.rulebook.legal_form import ADVISORY, Demand, LegalForm, NameMarker, Standing
from domain.vocabulary import BodyKind, LegalFormId, MemberKind

__all__ = ["ADVISORY", "FORMS", "Demand", "LegalForm", "NameMarker", "Standing"]

ACT_1992 = date(1993, 1, 1)
HOST_1992 = date(2007, 1, 1)
FIRST_COUNCIL_2019 = date(2019, 10, 3)
"""The first council's first meeting under the 2018 act (notice 2019-10-03 nr. 1294)."""
LAST_DAY_1992 = date(2019, 10, 31)
ACT_2018 = date(2019, 11, 1)
ARCHIVE_2026 = date(2026, 1, 1)

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

_INFORMAL = LegalForm(id="informal", law="kommuneloven § 17-1", own_person="never", loans="not_its_own")
_PURCHASE = LegalForm(id="purchase", law="kommuneloven § 17-1", own_person="never", loans="not_its_own")

_HISTORIC_27 = LegalForm(
    id="historic_27",
    law="kommuneloven (1992) § 27",
    available_from=ACT_1992,
    available_until=LAST_DAY_1992,
    individual_decisions="internal_only",
    body_kinds=_COUNCIL_OF_REPRESENTATIVES,
    top_body="board",
    top_body_law="kommuneloven (1992) § 27",
    charter_law="kommuneloven (1992) § 27",
    demands=_demands(
        "kommuneloven (1992) § 27",
        "board_composition field_of_work contributions borrowing withdrawal dissolution",
    ),
    members_law="kommuneloven (1992) § 27",
    member_kinds=_LOCAL_GOVERNMENT,
    withdrawal="one_year_unless_agreed",
    withdrawal_law="kommuneloven (1992) § 27",
    own_assets="its_own_if_a_person",
    ending="as_charter_says",
    ending_law="kommuneloven (1992) § 27",
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
    own_person="never",
    own_assets="the_host",
    ending="all_councils",
    ending_law="kommuneloven (1992) § 28-1 i",
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
    top_body_law="kommuneloven § 18-3",
    min_seats_per_member=1,
    deputies_per_seat=1,
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
    own_person="charter_says",
    own_assets="its_own_if_a_person",
    openness_law="kommuneloven § 11-5",
    control="each_member",
    control_law="kommuneloven § 23-6",
    exclusion="as_charter_says",
    ending="as_charter_says",
    ending_law="kommuneloven § 18-4",
    archive_law="kommuneloven § 18-4",
    shares_law="kommuneloven § 18-4",
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
    top_body_law="kommuneloven § 19-3",
    min_seats_per_member=1,
    deputies_per_seat=1,
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
    own_person="charter_says",
    own_assets="its_own_if_a_person",
    openness_law="kommuneloven § 11-5",
    control="each_member",
    control_law="kommuneloven § 23-6",
    exclusion="as_charter_says",
    ending="as_charter_says",
    ending_law="kommuneloven § 19-4",
    archive_law="kommuneloven § 19-4",
    shares_law="kommuneloven § 19-4",
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
    own_person="never",
    own_assets="the_host",
    control="host",
    control_law="kommuneloven § 20-9",
    ending="all_councils",
    ending_law="kommuneloven § 20-8",
    notice_to="county_governor",
    notice_law="kommuneloven § 20-4",
    has_host=True,
    loans="not_its_own",
)
_HOST_JOINT_BOARD = replace(
    _HOST_ADMIN,
    id="host_joint_board",
    law="kommuneloven § 20-3",
    body_kinds=_JOINT_BOARD,
    top_body="joint_board",
    top_body_law="kommuneloven § 20-3",
    openness_law="kommuneloven § 11-5",
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
    top_body_law="IKS-loven § 6",
    min_seats_per_member=1,
    deputies_per_seat=2,
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
    own_person="always",
    own_assets="its_own",
    openness_law="IKS-loven § 8 a",
    control="each_member",
    control_law="kommuneloven § 23-6",
    exclusion="unanimous_others",
    exclusion_law="IKS-loven § 31",
    ending="all_councils",
    ending_law="IKS-loven § 32",
    shares_law="IKS-loven §§ 4, 26",
    notice_to="business_register",
    notice_law="IKS-loven § 33",
    loans="charter_must_allow_with_ceiling",
)
_AS = LegalForm(
    id="as",
    law="aksjeloven § 2-1",
    available_from=date(1999, 1, 1),
    individual_decisions="delegated",
    body_kinds=_GENERAL_MEETING | {"appeals_board"},
    top_body="general_meeting",
    top_body_law="aksjeloven § 5-1",
    charter_law="aksjeloven § 2-2",
    demands=_demands("aksjeloven § 2-2", "name purpose share_capital nominal_value"),
    top_body_amends=True,
    members_min=1,
    own_person="always",
    own_assets="its_own",
    control="each_member",
    control_law="kommuneloven § 23-6",
    exclusion="by_court",
    exclusion_law="aksjeloven § 4-25",
    ending="general_meeting",
    ending_law="aksjeloven § 16-1",
    notice_to="business_register",
    notice_law="aksjeloven § 2-18",
)
_ASSOCIATION = LegalForm(
    id="association",
    law="kommuneloven § 17-1",
    individual_decisions="delegated",
    body_kinds=_GENERAL_MEETING,
    top_body="general_meeting",
    top_body_amends=True,
    own_assets="its_own",
    ending="general_meeting",
)
_COOPERATIVE = replace(_ASSOCIATION, id="cooperative")

_OLD = (_INFORMAL, _HISTORIC_27, _HISTORIC_28)
_NEW = (_IPR, _KO, _HOST_ADMIN, _HOST_JOINT_BOARD, _PURCHASE, _IKS, _AS, _ASSOCIATION, _COOPERATIVE)

FORMS: Mapping[LegalFormId, LegalForm] = {form.id: form for form in (*_OLD, *_NEW)}
"""Every legal form, by id."""
