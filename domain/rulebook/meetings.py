"""Meetings (møter): what the acts lay down on notice, agenda, doors, remote meetings and the chair, as dated data.

Kommuneloven §§ 7-10, 11-1 to 11-8, 11-10, 11-11, 23-6; IKS-loven §§ 8, 8a, 9, 9a, 11, 12, 15; aksjeloven §§ 5-8, 5-10,
5-12, 6-19, 6-22, 6-27; forvaltningsloven § 8. Bodies that only advise, and forms without an act of their own, have
no rules here: what they lay down for themselves is all there is.

The acts before 1 November 2019 (kommuneloven of 1992) and IKS-loven before 1 January 2024 had rules much like these,
but their text is not at hand: what breaks today's rule on such a day is told as not verified, never as broken.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from domain.copying import replace
from domain.kernel import Nature
from domain.rulebook.forms import ACT_2018
from domain.rulebook.legal_form import LegalForm
from domain.vocabulary import BodyKind, LegalFormId

IKS_2024 = date(2024, 1, 1)
"""The act of 2 June 2023 no. 22 on IKS-loven took effect."""

ClosingGround = Literal["staff_matter", "confidentiality", "privacy", "public_interest"]
"""tjenstlige forhold, lovbestemt taushetsplikt, personvern, tungtveiende offentlige interesser."""


@dataclass(frozen=True, slots=True)
class Ground:
    """A ground on which the doors may, or must, be closed."""

    law: str
    must_close: bool = False
    """Whether the body has to close the doors for it; it then cannot be treated in a remote meeting (§ 11-7)."""


GROUNDS: Mapping[ClosingGround, Ground] = {
    "staff_matter": Ground("kommuneloven § 11-5 andre ledd", must_close=True),
    "confidentiality": Ground("kommuneloven § 11-5 andre ledd", must_close=True),
    "privacy": Ground("kommuneloven § 11-5 tredje ledd bokstav a"),
    "public_interest": Ground("kommuneloven § 11-5 tredje ledd bokstav b"),
}
"""Every ground there is (kommuneloven § 11-5; by IKS-loven § 8a for the council of representatives of an IKS too)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingRules:
    """What the acts lay down for the meetings of one kind of body under one form on one day; None where silent."""

    notice_law: str
    notice_days: int | None = None
    """Whole days from the call to the meeting; None where the act asks for reasonable notice and no number."""
    urgency_law: str | None = None
    """The provision by which an urgent meeting in the room may be called later than that."""
    urgent_remote_law: str | None = None
    """The provision by which an urgent case may be treated remotely or in writing, at shorter notice."""
    participants_law: str | None = None
    """The provision by which the members themselves are told of the call."""
    control_law: str | None = None
    """The provision by which the members' control committees are told of the meeting."""
    addition: Literal["objection", "all_consent"] | None = None
    """What keeps a case that was not in the call from being treated."""
    addition_law: str = ""
    remote_law: str | None = None
    """The provision by which somebody must have allowed remote meetings; None where nobody has to."""
    doors_law: str | None = None
    """The provision that keeps the doors open."""
    remote_closing_law: str | None = None
    """The provision that keeps what must be treated behind closed doors from remote meetings."""
    chair: Literal["leader", "elected"] = "leader"
    chair_law: str
    signers: int = 0
    """How many elected members sign the minutes beside the chair."""
    signers_law: str = ""
    deputies_law: str | None = None
    """The provision on which deputies are called, in which order."""
    impartiality_law: str | None = None
    """The provision by which the body decides without the member."""
    answer_law: str | None = None
    """The provision by which the minutes hold the legal basis for shutting a member out."""
    excuse_law: str | None = None
    """The provision by which a member may be excused for personal reasons."""
    by_proxy: bool = False
    """Whether members act by anyone they send, so that nobody has a seat (general meetings)."""
    certain: bool = True
    """False where the text in force on the day is not at hand."""

    @property
    def nature(self) -> Nature:
        """Of an objection by these rules."""
        return "rule" if self.certain else "unknown"


_KL = MeetingRules(
    notice_law="kommuneloven § 11-3",
    urgent_remote_law="kommuneloven § 11-8",
    addition="objection",
    addition_law="kommuneloven § 11-3",
    remote_law="kommuneloven § 11-7",
    doors_law="kommuneloven § 11-5",
    remote_closing_law="kommuneloven § 11-7",
    chair_law="kommuneloven § 11-2",
    deputies_law="kommuneloven § 7-10",
    impartiality_law="forvaltningsloven § 8",
    answer_law="kommuneloven § 11-4",
    excuse_law="kommuneloven § 11-11",
)
_ACT_1992 = "kommuneloven (1992)"
_KL_1992 = MeetingRules(
    notice_law=_ACT_1992,
    urgent_remote_law=_ACT_1992,
    addition="objection",
    addition_law=_ACT_1992,
    doors_law=_ACT_1992,
    chair_law=_ACT_1992,
    deputies_law=_ACT_1992,
    impartiality_law="forvaltningsloven § 8",
    answer_law=_ACT_1992,
    certain=False,
)
_IKS_COUNCIL = MeetingRules(
    notice_law="IKS-loven § 8",
    notice_days=28,
    urgency_law="IKS-loven § 8",
    participants_law="IKS-loven § 8",
    control_law="kommuneloven § 23-6",
    addition="all_consent",
    addition_law="IKS-loven § 9",
    remote_law="IKS-loven § 8a",
    doors_law="IKS-loven § 8a",
    chair_law="IKS-loven § 9",
    signers=2,
    signers_law="IKS-loven § 9a",
    impartiality_law="forvaltningsloven § 8",
)
"""§ 8a brings in kommuneloven §§ 11-5 and 11-6 and not § 11-7, so what must be closed may be treated remotely here."""
_IKS_BOARD = MeetingRules(
    notice_law="IKS-loven § 11",
    remote_law="IKS-loven § 12",
    chair_law="IKS-loven § 12",
    impartiality_law="forvaltningsloven § 8",
)
_AS_GENERAL_MEETING = MeetingRules(
    notice_law="aksjeloven § 5-10",
    notice_days=7,
    control_law="kommuneloven § 23-6",
    chair="elected",
    chair_law="aksjeloven § 5-12",
    by_proxy=True,
)
"""The one who signs beside the chair (§ 5-16) may be elected at any time in the meeting, not only when it opens."""
_AS_BOARD = MeetingRules(
    notice_law="aksjeloven § 6-22", chair_law="aksjeloven § 6-19", impartiality_law="aksjeloven § 6-27"
)

_BY_KOMMUNELOVEN: frozenset[LegalFormId] = frozenset(
    {"historic_27", "historic_28", "ipr", "ko", "host_admin", "host_joint_board"}
)
_MUNICIPAL: frozenset[BodyKind] = frozenset(
    {
        "council_of_representatives",
        "board",
        "joint_board",
        "working_committee",
        "control_committee",
        "appeals_board",
        "liquidation_board",
    }
)
"""Bodies of a cooperation under kommuneloven that chapter 11 is for (§§ 5-1, 11-1, 18-1, 19-1, 20-3)."""
_BOARDS: frozenset[BodyKind] = frozenset({"board", "liquidation_board"})


def meeting_rules(form: LegalForm, kind: BodyKind, on: date) -> MeetingRules | None:
    """Returns what the acts lay down for meetings of such a body on a day, None where they are silent."""
    if form.id in _BY_KOMMUNELOVEN and kind in _MUNICIPAL:
        control = "kommuneloven § 23-6" if kind == "council_of_representatives" else None
        return _KL_1992 if on < ACT_2018 else replace(_KL, control_law=control)
    if form.id == "iks" and kind == "council_of_representatives":
        return replace(_IKS_COUNCIL, certain=on >= IKS_2024)
    if form.id == "iks" and kind in _BOARDS:
        return replace(_IKS_BOARD, certain=on >= IKS_2024)
    if form.id == "as" and kind == "general_meeting":
        return _AS_GENERAL_MEETING if on >= ACT_2018 else replace(_AS_GENERAL_MEETING, control_law=None)
    return _AS_BOARD if form.id == "as" and kind in _BOARDS else None
