"""What the rules on authority see of a book: their own register, and the others they judge by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from domain.authority.state import Authority
from domain.bodies import Bodies
from domain.members import Members
from domain.resolutions import Resolutions
from domain.rulebook import Standing


@dataclass(frozen=True, slots=True)
class Book:
    """A book as the rules on authority see it. Of decisions, agreements and meetings only the ids are used."""

    authority: Authority
    bodies: Bodies
    members: Members
    resolutions: Resolutions
    standing: Standing
    decisions: Mapping[str, object]
    agreements: Mapping[str, object]
    meetings: Mapping[str, object]
