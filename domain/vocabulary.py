"""The closed vocabularies of the registers: legal forms, kinds of body, classes of member, powers."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from domain.text import Amount, Frozen, Id, Name, Unknown

LegalFormId = Literal[
    "informal",
    "historic_27",
    "historic_28",
    "ipr",
    "ko",
    "host_admin",
    "host_joint_board",
    "purchase",
    "iks",
    "as",
    "association",
    "cooperative",
]
"""Legal forms of cooperation (kommuneloven § 17-1), with the repealed §§ 27 and 28 of the 1992 act as history."""

MemberClass = Literal["owner", "participant", "host", "office", "external_customer", "associate", "observer"]
"""`host`: vertskommune. `office`: kontorkommune, the member that employs and keeps accounts."""

MemberKind = Literal["municipality", "county", "iks", "collaboration", "public_body", "company", "academia", "other"]

CharterKind = Literal["cooperation_agreement", "company_agreement", "articles", "letter_of_intent"]
"""samarbeidsavtale, selskapsavtale, vedtekter, intensjonsavtale."""

BodyKind = Literal[
    "council_of_representatives",
    "board",
    "joint_board",
    "general_meeting",
    "steering_group",
    "working_committee",
    "professional_group",
    "customer_meeting",
    "order_committee",
    "cooperation_council",
    "portfolio_council",
    "co_governance_committee",
    "control_committee",
    "appeals_board",
    "liquidation_board",
    "advisory_group",
]
"""representantskap, styre, felles nemnd, generalforsamling, styringsgruppe, arbeidsutvalg, faggruppe, kundemøte,
bestillerutvalg, samarbeidsråd, porteføljeråd, samstyringsutvalg, kontrollutvalg, klagenemnd, avviklingsstyre,
rådgivende gruppe."""

OfficeKind = Literal[
    "leader",
    "deputy_leader",
    "secretary",
    "managing_director",
    "chief_executive",
    "head_of_service",
    "council_secretary",
    "accountant",
    "auditor",
    "benefits_owner",
    "contact",
    "orderer",
    "other",
]

Power = Literal[
    "spend", "contract", "hire", "sign", "individual_decision", "regulation", "operate", "recommend", "order"
]
"""What a grant of authority may hold. Money (`spend`) is its own power and follows from no other."""

ProductGroup = Literal["procurement", "infrastructure", "operations", "process_support", "development"]

Ambition = Literal["strategic", "operational"]
"""What a service is for: `strategic` develops the members' own work, `operational` keeps it going."""


class Holder(Frozen):
    """Who grants or holds: a member's council or administration, a body, an office, or the collaboration as a whole."""

    kind: Literal["member", "body", "office", "collaboration"]
    id: Id
    """`this` for the collaboration: an event knows no book."""

    @model_validator(mode="after")
    def _this(self) -> Self:
        if self.kind == "collaboration" and self.id != "this":
            raise PydanticCustomError("collaboration_id", "the collaboration itself is called this")
        return self


class SeatAllotment(Frozen):
    """What one member has in a body."""

    member_id: Id
    seats: Annotated[int, Field(ge=0, le=500)] | Unknown = "unknown"
    votes: Annotated[int, Field(ge=0, le=1_000_000)] | Unknown = "unknown"
    """The weight of the member's votes together."""
    deputies: Annotated[int, Field(ge=0, le=500)] | Unknown = "unknown"


class Limits(Frozen):
    """Ceilings in oere; None is no ceiling, `unknown` one the source does not show."""

    per_act: Amount | Unknown | None = None
    per_year: Amount | Unknown | None = None
    per_party: Amount | Unknown | None = None


class GrantMapping(Frozen):
    """What becomes of a grant of authority when the legal form changes, or a member it is tied to leaves."""

    grant_id: Id
    outcome: Literal["continues", "lapses"]


class Scope(Frozen):
    """What a grant covers; None in a dimension means it is not narrowed there."""

    services: tuple[Id, ...] | None = None
    members: tuple[Id, ...] | None = None
    law_refs: tuple[Name, ...] | None = None
    case_types: tuple[Name, ...] | None = None
