"""Bodies (organer) under each legal form: the least that the acts demand, which a body's own rules must keep to.

Kommuneloven §§ 11-3, 11-4, 11-9, 18-3, 18-4, 19-3, 19-4, 20-3; IKS-loven §§ 6, 8 to 10, 12; aksjeloven §§ 5-10, 5-16
to 5-18, 6-24, 6-25, 6-29. A form is dated by when it could be founded or taken, and so are its bodies here. Bodies of
the repealed §§ 27 and 28 of the 1992 act, and bodies that only advise, have no row: their rules are free.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, NamedTuple

from domain.copying import replace
from domain.vocabulary import BodyKind, LegalFormId

Base = Literal["votes_cast", "attending", "members"]
"""What a share is taken of: the votes cast, those who attend, all members of the body."""
Deviation = Literal["act", "charter", "stricter_in_charter"]
"""Who may lay down another majority: nobody but the act, the charter, or the charter where it asks for more."""
Signers = int | Literal["all_present"]
"""How many sign the minutes beside the chair, or everyone who was there."""

BASES: tuple[Base, ...] = ("votes_cast", "attending", "members")
"""From the one that is never larger to the one that is never smaller."""

VOTING_CLAUSE = "voting"
"""The charter's clause on quorum, majority and equal votes, where it has one."""
TERM_CLAUSE = "term_of_office"
"""The charter's clause on terms, where it has one; for the board of an IKS it cannot go past four years."""


class Needed(NamedTuple):
    """A share that must be reached, or passed."""

    share: Fraction
    more_than: bool = False
    """Whether the share itself is not enough."""


HALF = Needed(Fraction(1, 2))
MORE_THAN_HALF = Needed(Fraction(1, 2), more_than=True)
TWO_THIRDS = Needed(Fraction(2, 3))


@dataclass(frozen=True, slots=True, kw_only=True)
class MajorityLaw:
    """The majority an act asks for."""

    needed: Needed
    law: str
    base: Base = "votes_cast"
    deviation: Deviation = "act"


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyLaw:
    """What the acts lay down for one kind of body under one legal form; None where they say nothing."""

    quorum: Needed | None = None
    """Of the members."""
    quorum_law: str = ""
    majority: MajorityLaw | None = None
    charter_majority: MajorityLaw | None = None
    """For changes of the charter that are the body's to make."""
    ties: Literal["chair", "chair_unless_charter"] | None = None
    """Whether the chair's vote decides where votes are equal, and whether the charter may say otherwise."""
    ties_law: str = ""
    notice_days: int | None = None
    """From the call to the meeting; None where the act asks for reasonable notice and no number."""
    notice_law: str = ""
    signers: Signers | None = None
    signers_law: str = ""
    large: int | None = None
    """From this many members two chosen by the body may sign in place of everyone present."""
    term_years: int | None = None
    term_law: str = ""
    term_fixed: bool = False
    """Whether the charter cannot let a term be longer."""


LARGE_BODY_SIGNERS = 2

_KL_11_9 = BodyLaw(
    quorum=HALF,
    quorum_law="kommuneloven § 11-9",
    majority=MajorityLaw(needed=MORE_THAN_HALF, law="kommuneloven § 11-9"),
    ties="chair",
    ties_law="kommuneloven § 11-9",
)


def _of_political_council(member_law: str, charter_law: str) -> BodyLaw:
    """Returns what is laid down for a council of representatives under kommuneloven."""
    return replace(
        _KL_11_9,
        charter_majority=MajorityLaw(needed=TWO_THIRDS, law=charter_law, deviation="charter"),
        term_years=4,
        term_law=member_law,
    )


_IKS_COUNCIL = BodyLaw(
    quorum=HALF,
    quorum_law="IKS-loven § 9",
    majority=MajorityLaw(needed=MORE_THAN_HALF, law="IKS-loven § 9", deviation="charter"),
    charter_majority=MajorityLaw(needed=TWO_THIRDS, law="IKS-loven § 4"),
    ties="chair",
    ties_law="IKS-loven § 9",
    notice_days=28,
    notice_law="IKS-loven § 8",
    signers=2,
    signers_law="IKS-loven § 9a",
    term_years=4,
    term_law="IKS-loven § 6",
)
_IKS_BOARD = BodyLaw(
    quorum=HALF,
    quorum_law="IKS-loven § 12",
    majority=MajorityLaw(needed=MORE_THAN_HALF, law="IKS-loven § 12", base="attending", deviation="charter"),
    ties="chair",
    ties_law="IKS-loven § 12",
    signers="all_present",
    signers_law="IKS-loven § 12",
    term_years=4,
    term_law="IKS-loven § 10",
    term_fixed=True,
)
_AS_BOARD = BodyLaw(
    quorum=MORE_THAN_HALF,
    quorum_law="aksjeloven § 6-24",
    majority=MajorityLaw(
        needed=MORE_THAN_HALF, law="aksjeloven § 6-25", base="attending", deviation="stricter_in_charter"
    ),
    ties="chair",
    ties_law="aksjeloven § 6-25",
    signers="all_present",
    signers_law="aksjeloven § 6-29",
    large=5,
)
_AS_GENERAL_MEETING = BodyLaw(
    majority=MajorityLaw(needed=MORE_THAN_HALF, law="aksjeloven § 5-17", deviation="charter"),
    charter_majority=MajorityLaw(needed=TWO_THIRDS, law="aksjeloven § 5-18", deviation="stricter_in_charter"),
    ties="chair_unless_charter",
    ties_law="aksjeloven § 5-17",
    notice_days=7,
    notice_law="aksjeloven § 5-10",
    signers=1,
    signers_law="aksjeloven § 5-16",
)

BODY_LAWS: Mapping[tuple[LegalFormId, BodyKind], BodyLaw] = {
    ("ipr", "council_of_representatives"): _of_political_council("kommuneloven § 18-3", "kommuneloven § 18-4"),
    ("ipr", "board"): replace(_KL_11_9, term_years=4, term_law="kommuneloven § 18-3"),
    ("ipr", "control_committee"): _KL_11_9,
    ("ko", "council_of_representatives"): _of_political_council("kommuneloven § 19-3", "kommuneloven § 19-4"),
    ("ko", "board"): replace(_KL_11_9, term_years=4, term_law="kommuneloven § 19-3"),
    ("ko", "control_committee"): _KL_11_9,
    ("host_admin", "control_committee"): _KL_11_9,
    ("host_joint_board", "joint_board"): _KL_11_9,
    ("host_joint_board", "control_committee"): _KL_11_9,
    ("iks", "council_of_representatives"): _IKS_COUNCIL,
    ("iks", "board"): _IKS_BOARD,
    ("as", "general_meeting"): _AS_GENERAL_MEETING,
    ("as", "board"): _AS_BOARD,
}
"""By legal form and kind of body."""

_FREE = BodyLaw()


def body_law(form: LegalFormId, kind: BodyKind) -> BodyLaw:
    """Returns what the acts lay down for a kind of body under a legal form; nothing where they are silent."""
    return BODY_LAWS.get((form, kind), _FREE)
