"""Changes of legal form (omdanning): from which form a collaboration may go on in which other.

Kommuneloven §§ 20-3 and 31-2; IKS-loven § 32; arkivforskrifta § 49.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import get_args

from domain.rulebook.forms import FORMS
from domain.vocabulary import LegalFormId


@dataclass(frozen=True, slots=True)
class Transition:
    """That a collaboration of one form may go on in another."""

    from_form: LegalFormId
    to_form: LegalFormId
    law: str
    needs_transfer_list: bool = False
    """Whether no provision passes assets, rights and obligations on, so that it must be said who takes them over."""
    moves_archive: bool = False
    """Whether the responsibility for its documentation moves to another body (arkivforskrifta § 49)."""


def _from(
    from_form: LegalFormId, *targets: LegalFormId, law: str | None = None, listed: bool = False, moved: bool = False
) -> Iterator[Transition]:
    for target in targets:
        yield Transition(from_form, target, law or FORMS[target].law, needs_transfer_list=listed, moves_archive=moved)


CONVERSION_LAW = "kommuneloven § 31-2"
"""The provision by which a board under § 27 becomes an IPR or a KO."""
_HOST: tuple[LegalFormId, ...] = ("host_admin", "host_joint_board")

TRANSITIONS: Mapping[tuple[LegalFormId, LegalFormId], Transition] = {
    (transition.from_form, transition.to_form): transition
    for transition in (
        *_from("informal", *(form for form in get_args(LegalFormId) if form != "informal")),
        *_from("historic_27", "ipr", "ko", law=CONVERSION_LAW),
        *_from("historic_27", "historic_28", *_HOST, "iks", "as", moved=True),
        *_from("historic_28", *_HOST),
        *_from("host_admin", "host_joint_board"),
        *_from("host_joint_board", "host_admin"),
        *_from("iks", "as", law="IKS-loven § 32", listed=True, moved=True),
    )
}
"""The transitions there are. § 27 boards had to become IPR or KO within four years of 1 November 2019 (§ 31-2); a late
conversion is still the only way out, so lateness does not stop it. A host form is taken by a new agreement under
chapter 20, and § 20-3 lets its parties set up a joint board later. IKS-loven converts nothing: a company is founded and
takes over, so it must be listed who takes what. In which years a form could be taken follows from the form itself.
Under § 31-2 the cooperation goes on, and one host form follows another with the same archive; where a host, an IKS or a
company takes over, the responsibility for the documentation moves."""


def transition(from_form: LegalFormId, to_form: LegalFormId) -> Transition | None:
    """Returns how a collaboration gets from one form to the other, None if it cannot."""
    return TRANSITIONS.get((from_form, to_form))
