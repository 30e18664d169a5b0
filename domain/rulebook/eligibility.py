"""Eligibility (valgbarhet): what positions and seats keep a person out of which bodies.

Kommuneloven §§ 7-2, 7-3, 19-3, 23-1; IKS-loven §§ 6, 10. § 7-2 lists the bodies § 7-3 is about: those of an IPR and of
a KO and the joint board of a host cooperation, not those of an IKS. In bodies below the council of representatives of a
KO chief executives and heads of service may sit (§ 7-3 second paragraph), but not in those of an IPR. Whoever has left
the position when the body takes office is eligible (§ 7-3 last paragraph), so that only days in common count. Where a
person lives, and consent to stand (§ 7-2), are not for the book to know. Boards under the repealed §§ 27 and 28 have no
row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from domain.vocabulary import BodyKind, LegalFormId, OfficeKind

Position = Literal[
    "managing_director",
    "chief_executive",
    "head_of_service",
    "council_secretary",
    "accountant",
    "auditor",
    "control_secretariat",
    "executive_secretariat",
    "county_governor",
    "employee",
]
"""daglig leder; kommunedirektør og stedfortreder; kommunalsjef, etatssjef og leder på tilsvarende nivå; sekretær for
kommunestyret; ansvarlig for regnskapet; revisor; sekretariat for kontrollutvalget; sekretariat for kommunerådet med
delegert myndighet; statsforvalter og assisterende statsforvalter; ansatt ellers."""

Whose = Literal["member", "collaboration", "anyone"]
"""Who the position is with: the municipality that elects, the collaboration itself, or whoever it may be."""

Place = tuple[LegalFormId, BodyKind]

POSITION_OF: dict[OfficeKind, Position] = {
    "managing_director": "managing_director",
    "chief_executive": "chief_executive",
    "head_of_service": "head_of_service",
    "council_secretary": "council_secretary",
    "accountant": "accountant",
    "auditor": "auditor",
}
"""The position someone has who holds an office of a kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """That who has one of the positions, or a seat in one of the bodies, may not sit in certain others."""

    law: str
    seats: frozenset[Place]
    """Where the person may not sit, nor as a deputy: a deputy sits when called."""
    positions: frozenset[Position] = frozenset()
    whose: Whose = "member"
    bodies: frozenset[BodyKind] = frozenset()
    """Of the same collaboration."""


_COUNCILS: frozenset[Place] = frozenset(
    {
        ("ipr", "council_of_representatives"),
        ("ko", "council_of_representatives"),
        ("host_joint_board", "joint_board"),
        ("ipr", "control_committee"),
        ("ko", "control_committee"),
        ("host_admin", "control_committee"),
        ("host_joint_board", "control_committee"),
    }
)
_POLITICAL_COUNCIL_BELOW: frozenset[Place] = frozenset({("ipr", "board")})
_TASKS_BELOW: frozenset[Place] = frozenset({("ko", "board")})
_CONTROL: frozenset[Place] = frozenset(place for place in _COUNCILS if place[1] == "control_committee") | {
    ("iks", "control_committee"),
    ("as", "control_committee"),
}
_OWN_BODIES: frozenset[Place] = frozenset(
    {
        ("ipr", "council_of_representatives"),
        ("ipr", "board"),
        ("ko", "council_of_representatives"),
        ("ko", "board"),
    }
)
_DECIDING: frozenset[Place] = frozenset(
    {
        ("ipr", "council_of_representatives"),
        ("ko", "council_of_representatives"),
        ("host_joint_board", "joint_board"),
    }
)

EXCLUSIONS: tuple[Exclusion, ...] = (
    Exclusion(
        law="kommuneloven § 19-3",
        seats=frozenset({("ko", "council_of_representatives")}),
        positions=frozenset({"managing_director"}),
        whose="collaboration",
    ),
    Exclusion(
        law="IKS-loven § 6",
        seats=frozenset({("iks", "council_of_representatives")}),
        positions=frozenset({"managing_director"}),
        whose="collaboration",
    ),
    Exclusion(
        law="IKS-loven § 10",
        seats=frozenset({("iks", "board")}),
        positions=frozenset({"managing_director"}),
        whose="collaboration",
        bodies=frozenset({"council_of_representatives"}),
    ),
    Exclusion(
        law="kommuneloven § 7-3",
        seats=_COUNCILS | _POLITICAL_COUNCIL_BELOW,
        positions=frozenset({"chief_executive", "head_of_service"}),
    ),
    Exclusion(
        law="kommuneloven § 7-3",
        seats=_COUNCILS | _POLITICAL_COUNCIL_BELOW | _TASKS_BELOW,
        positions=frozenset(
            {"council_secretary", "accountant", "auditor", "control_secretariat", "executive_secretariat"}
        ),
    ),
    Exclusion(
        law="kommuneloven § 7-3",
        seats=_COUNCILS | _POLITICAL_COUNCIL_BELOW | _TASKS_BELOW,
        positions=frozenset({"county_governor"}),
        whose="anyone",
    ),
    Exclusion(
        law="kommuneloven § 7-3",
        seats=_OWN_BODIES,
        positions=frozenset({"accountant", "auditor"}),
        whose="collaboration",
    ),
    Exclusion(
        law="kommuneloven § 23-1",
        seats=_CONTROL,
        positions=frozenset(
            {"chief_executive", "head_of_service", "council_secretary", "accountant", "control_secretariat", "employee"}
        ),
    ),
    Exclusion(
        law="kommuneloven § 23-1",
        seats=_CONTROL,
        positions=frozenset({"managing_director"}),
        whose="collaboration",
        bodies=frozenset({"board"}),
    ),
    Exclusion(
        law="kommuneloven § 23-1",
        seats=frozenset(place for place in _CONTROL if (place[0], "council_of_representatives") in _DECIDING)
        | {("host_joint_board", "control_committee")},
        bodies=frozenset({"council_of_representatives", "joint_board"}),
    ),
)
"""Every exclusion, each by its own provision. What keeps two seats apart does so whichever is taken first."""


def kept_out(form: LegalFormId, kind: BodyKind, position: Position) -> tuple[Exclusion, ...]:
    """Returns what may keep the holder of a position out of a kind of body under a legal form."""
    return tuple(e for e in EXCLUSIONS if (form, kind) in e.seats and position in e.positions)


def kept_apart(form: LegalFormId, kind: BodyKind, other: BodyKind) -> Exclusion | None:
    """Returns what keeps whoever sits in a body of kind `other` out of one of `kind`, None where nothing does."""
    return next((e for e in EXCLUSIONS if (form, kind) in e.seats and other in e.bodies), None)
