"""Voting (avstemning) by body, legal form and date: quorum, majority, equal votes, blank votes, elections; as data.

Kommuneloven §§ 7-4 to 7-8, 8-1, 11-8, 11-9, 18-4, 19-4; IKS-loven §§ 4, 9, 12, 15, 33; aksjeloven §§ 5-17, 5-18, 6-24,
6-25, 6-27. Which bodies are under kommuneloven: §§ 5-1 and 5-2. Of §§ 33 to 38 of the 1992 act, under which the
bodies of the repealed §§ 27 and 28 met, no text is held: the row says which they are and no numbers, so that what rests
on them stays unverified. Bodies that only advise have no row; neither has an association, of which no act speaks.

Whether a blank vote is one of the votes cast (de avgitte stemmer) the acts do not say in so many words. Kommuneloven
§ 8-1 speaks of voting blank, so in elections and appointments under it a blank vote counts as cast; elsewhere a vote is
cast when it says for or against.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from domain.copying import replace
from domain.rulebook.bodies import HALF, MORE_THAN_HALF, TWO_THIRDS, Needed
from domain.rulebook.forms import ACT_1992, FIRST_COUNCIL_2019, FORMS
from domain.rulebook.legal_form import LegalForm
from domain.vocabulary import BodyKind, LegalFormId

MajorityOf = Literal["votes_cast", "attending", "members", "capital"]
"""What a majority is counted of: votes cast, those attending, all members of the body, capital represented."""
Matter = Literal["ordinary", "change", "charter", "budget", "dissolution"]
"""What a proposal is about, where an act or a body's own rules ask for another majority. `change`: en endring."""
ElectionRules = Literal["municipal", "most_votes", "unregulated"]
"""`municipal`: kommuneloven §§ 7-4 to 7-8. `most_votes`: whoever has most, IKS-loven § 9, aksjeloven § 5-17."""

MORE_THAN_A_THIRD = Needed(Fraction(1, 3), more_than=True)


@dataclass(frozen=True, slots=True)
class Portion:
    """A share of something that must be reached for a proposal to be adopted."""

    needed: Needed
    of: MajorityOf
    law: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VotingRule:
    """How one kind of body votes under one act."""

    id: str
    law: str
    since: date
    readable: bool = True
    """Whether the provision's numbers are held; where not, quorum and majority are unknown."""
    quorum: Needed | None = None
    """Of the members; None where the act asks for none."""
    quorum_law: str | None = None
    quorum_counts: Literal["voting", "present"] = "present"
    """Whether those who voted in the case are counted, or those who are there."""
    quorum_votes: Needed | None = None
    """Of all votes in the body, what those who are there must carry."""
    majority: tuple[Portion, ...] = ()
    change: tuple[Portion, ...] = ()
    """What is asked for besides where the proposal means a change."""
    charter: tuple[Portion, ...] = ()
    """What is asked for instead where the charter is changed."""
    chair_breaks_ties: bool = False
    """Whether the chair's vote decides where votes are equal; never in an election."""
    chair_without_vote: bool = False
    """Whether the chair decides even without a right to vote."""
    blank_law: str | None = None
    """The provision by which a blank vote can be cast in elections and appointments only."""
    blank_is_cast: bool = False
    duty_law: str | None = None
    """The provision by which everyone there must vote."""
    written_law: str | None = None
    """The provision by which all members must agree to what is decided in writing."""
    by_head: bool = False
    """Whether everyone has one vote, whatever a seat plan says."""
    elections: ElectionRules = "unregulated"
    partiality_law: str | None = None


_ACT_1999 = date(1999, 1, 1)

KL_11_9 = VotingRule(
    id="KL-11-9",
    law="kommuneloven § 11-9",
    since=FIRST_COUNCIL_2019,
    quorum=HALF,
    quorum_law="kommuneloven § 11-9",
    quorum_counts="voting",
    majority=(Portion(MORE_THAN_HALF, "votes_cast", "kommuneloven § 11-9"),),
    chair_breaks_ties=True,
    blank_law="kommuneloven § 8-1",
    blank_is_cast=True,
    duty_law="kommuneloven § 8-1",
    written_law="kommuneloven § 11-8",
    elections="municipal",
    partiality_law="kommuneloven § 11-10",
)
KL_1992 = VotingRule(
    id="KL92-33",
    law="LOV-1992-09-25-107 §§ 33-38",
    since=ACT_1992,
    readable=False,
)
IKS_9 = VotingRule(
    id="IKS-9",
    law="IKS-loven § 9",
    since=FORMS["iks"].available_from,
    quorum=HALF,
    quorum_law="IKS-loven § 9",
    quorum_votes=TWO_THIRDS,
    majority=(Portion(MORE_THAN_HALF, "votes_cast", "IKS-loven § 9"),),
    charter=(Portion(TWO_THIRDS, "votes_cast", "IKS-loven § 4"),),
    chair_breaks_ties=True,
    elections="most_votes",
    partiality_law="IKS-loven § 15",
)
IKS_12 = VotingRule(
    id="IKS-12",
    law="IKS-loven § 12",
    since=FORMS["iks"].available_from,
    quorum=HALF,
    quorum_law="IKS-loven § 12",
    majority=(
        Portion(MORE_THAN_HALF, "attending", "IKS-loven § 12"),
        Portion(MORE_THAN_A_THIRD, "members", "IKS-loven § 12"),
    ),
    chair_breaks_ties=True,
    by_head=True,
    partiality_law="IKS-loven § 15",
)
ASL_6_24 = VotingRule(
    id="ASL-6-24",
    law="aksjeloven §§ 6-24, 6-25",
    since=_ACT_1999,
    quorum=MORE_THAN_HALF,
    quorum_law="aksjeloven § 6-24",
    majority=(Portion(MORE_THAN_HALF, "attending", "aksjeloven § 6-25"),),
    change=(Portion(MORE_THAN_A_THIRD, "members", "aksjeloven § 6-25"),),
    chair_breaks_ties=True,
    by_head=True,
    partiality_law="aksjeloven § 6-27",
)
ASL_5_17 = VotingRule(
    id="ASL-5-17",
    law="aksjeloven §§ 5-17, 5-18",
    since=_ACT_1999,
    majority=(Portion(MORE_THAN_HALF, "votes_cast", "aksjeloven § 5-17"),),
    charter=(
        Portion(TWO_THIRDS, "votes_cast", "aksjeloven § 5-18"),
        Portion(TWO_THIRDS, "capital", "aksjeloven § 5-18"),
    ),
    chair_breaks_ties=True,
    chair_without_vote=True,
    elections="most_votes",
    partiality_law="aksjeloven § 5-3",
)


def _with_charter(law: str) -> VotingRule:
    return replace(KL_11_9, charter=(Portion(TWO_THIRDS, "votes_cast", law),))


_IPR, _KO = _with_charter("kommuneloven § 18-4"), _with_charter("kommuneloven § 19-4")

RULES: Mapping[tuple[LegalFormId, BodyKind], VotingRule] = {
    ("ipr", "council_of_representatives"): _IPR,
    ("ipr", "board"): _IPR,
    ("ipr", "control_committee"): _IPR,
    ("ko", "council_of_representatives"): _KO,
    ("ko", "board"): _KO,
    ("ko", "control_committee"): _KO,
    ("host_joint_board", "joint_board"): KL_11_9,
    ("host_joint_board", "control_committee"): KL_11_9,
    ("host_joint_board", "appeals_board"): KL_11_9,
    ("iks", "council_of_representatives"): IKS_9,
    ("iks", "board"): IKS_12,
    ("iks", "liquidation_board"): IKS_12,
    ("as", "board"): ASL_6_24,
    ("as", "general_meeting"): ASL_5_17,
    ("historic_27", "council_of_representatives"): KL_1992,
    ("historic_27", "board"): KL_1992,
    ("historic_27", "control_committee"): KL_1992,
    ("historic_28", "joint_board"): KL_1992,
    ("historic_28", "control_committee"): KL_1992,
    ("historic_28", "appeals_board"): KL_1992,
}
"""The rule by legal form and kind of body; what is not here no act speaks of."""


def voting_rule(form: LegalForm | None, body_kind: BodyKind, on: date) -> VotingRule | None:
    """Returns how a kind of body votes on a day under a legal form; None where no act says."""
    rule = None if form is None else RULES.get((form.id, body_kind))
    return rule if rule is not None and rule.since <= on else None


MAJORITY_ELECTION = ("KL-7-8", "kommuneloven § 7-8")
PROPORTIONAL_ELECTION = ("KL-7-6", "kommuneloven §§ 7-5, 7-6")
AGREED_ELECTION = ("KL-7-7", "kommuneloven § 7-7")
"""Rule and provision of the three ways to elect under kommuneloven (§ 7-4)."""

NAMES_PER_SEAT = 2
"""A list may have at most so many names for each seat (kommuneloven § 7-5)."""
