"""Minutes (møtebok, protokoll): what each act wants in them and who signs them, as data with dates.

Kommuneloven §§ 11-1 and 11-4; IKS-loven §§ 8a, 9a and 12; aksjeloven §§ 5-16 and 6-29. What is left out of the
public version rests on offentleglova §§ 13 to 26, and some may never stand on the internet: offentlegforskrifta § 7.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from domain.rulebook.forms import ACT_2018
from domain.vocabulary import BodyKind, LegalFormId

MinutesField = Literal[
    "time",
    "place",
    "present",
    "absent",
    "cases",
    "decisions",
    "vote_results",
    "closing_basis",
    "impartiality_basis",
]
"""What minutes hold. `cases`: which were treated. `closing_basis`, `impartiality_basis`: the provision that a closed
meeting, or that someone did not take part in a case, rests on."""

Signing = Literal["chair_and_chosen", "all_present", "all_present_or_two", "body_decides"]
"""`chair_and_chosen`: whoever led it, and so many that the meeting chose. `all_present_or_two`: as `all_present`, but a
board of a certain size may choose two, of what it decided in a meeting. `body_decides`: no act says; the body may."""


@dataclass(frozen=True, slots=True)
class MinutesRule:
    """What an act demands of the minutes of a body."""

    id: str
    law: str
    wanted: tuple[MinutesField, ...]
    signing: Signing
    known_from: date
    """From this day the wording is known to be as it is here. What it was before, the rulebook does not hold."""
    chosen: int = 0
    """How many the meeting chooses to sign beside whoever led it."""
    two_from: int = 0
    """From how many members on a board may choose two to sign instead of everyone present."""

    def known_on(self, day: date) -> bool:
        """Returns whether the wording is known to have been in force on `day`."""
        return day >= self.known_from


ACT_2024_IKS = date(2024, 1, 1)
"""The day the present §§ 8a, 9a and 12 of IKS-loven took effect (LOV-2023-06-02-22)."""
ACT_2026_AS = date(2026, 1, 1)
"""The day aksjeloven was last changed (LOV-2025-06-20-106): the edition the rules here were read in."""

MUNICIPAL = MinutesRule(
    id="KL-11-4",
    law="kommuneloven § 11-4",
    wanted=(
        "time",
        "place",
        "present",
        "absent",
        "cases",
        "decisions",
        "vote_results",
        "closing_basis",
        "impartiality_basis",
    ),
    signing="body_decides",
    known_from=ACT_2018,
)
"""Bodies elected under kommuneloven, and those set up below them (§§ 5-1, 5-2, 11-1). The act does not say who signs; a
body's own rules may."""

IKS_COUNCIL = MinutesRule(
    id="IKS-9a",
    law="IKS-loven §§ 8a, 9a",
    wanted=("decisions", "closing_basis"),
    signing="chair_and_chosen",
    chosen=2,
    known_from=ACT_2024_IKS,
)
IKS_BOARD = MinutesRule(
    id="IKS-12",
    law="IKS-loven § 12",
    wanted=("present", "decisions"),
    signing="all_present",
    known_from=ACT_2024_IKS,
)
COMPANY_BOARD = MinutesRule(
    id="ASL-6-29",
    law="aksjeloven § 6-29",
    wanted=("time", "place", "present", "decisions", "vote_results"),
    signing="all_present_or_two",
    two_from=5,
    known_from=ACT_2026_AS,
)
GENERAL_MEETING = MinutesRule(
    id="ASL-5-16",
    law="aksjeloven § 5-16",
    wanted=("time", "present", "decisions", "vote_results"),
    signing="chair_and_chosen",
    chosen=1,
    known_from=ACT_2026_AS,
)

_ELECTED: tuple[BodyKind, ...] = (
    "council_of_representatives",
    "board",
    "joint_board",
    "control_committee",
    "appeals_board",
    "liquidation_board",
)
_UNDER_KOMMUNELOVEN: tuple[LegalFormId, ...] = (
    "historic_27",
    "historic_28",
    "ipr",
    "ko",
    "host_admin",
    "host_joint_board",
)

MINUTES_RULES: Mapping[tuple[LegalFormId, BodyKind], MinutesRule] = {
    **{(form, kind): MUNICIPAL for form in _UNDER_KOMMUNELOVEN for kind in _ELECTED},
    ("iks", "council_of_representatives"): IKS_COUNCIL,
    ("iks", "board"): IKS_BOARD,
    ("as", "general_meeting"): GENERAL_MEETING,
    ("as", "board"): COMPANY_BOARD,
}
"""By legal form and kind of body. Bodies that only advise or prepare, and forms no act regulates, have no rule."""


def minutes_rule(form: LegalFormId | None, kind: BodyKind) -> MinutesRule | None:
    """Returns what the minutes of a body of this kind are held to, None where no act says anything."""
    return None if form is None else MINUTES_RULES.get((form, kind))


_EXEMPTIONS = range(13, 27)
_SECTION = re.compile(r"§§?\s*([0-9]+)")


def exempts(legal_basis: str) -> bool:
    """Returns whether a legal basis names a provision that exempts from access: offentleglova §§ 13 to 26."""
    words = legal_basis.casefold()
    if "offentleglova" not in words and "offentlighetsloven" not in words and "offl" not in words:
        return False
    return any(int(number) in _EXEMPTIONS for number in _SECTION.findall(legal_basis))
