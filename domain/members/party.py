"""A member as it is named, and what being party to the charter means."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from domain.rulebook import LegalForm
from domain.text import Count, Frozen, Id, Name, OrgNo, Share, Unknown
from domain.vocabulary import MemberClass, MemberKind


class Party(Frozen):
    """A member as it is admitted, named among founders, or comes out of a merger."""

    member_id: Id
    name: Name
    kind: MemberKind = "municipality"
    member_class: MemberClass = "participant"
    org_no: OrgNo | Unknown = "unknown"
    seats: Count | Unknown = "unknown"
    """In the top body."""
    votes: Count | Unknown = "unknown"
    """In the top body."""
    liability: Share | Unknown = "unknown"
    """Share of the collaboration's obligations (kommuneloven §§ 18-2, 19-2; IKS-loven § 3)."""


class MemberShare(Frozen):
    """What one member owns, or is liable for, of the whole."""

    member_id: Id
    share: Share


DECIDING: frozenset[MemberClass] = frozenset({"owner", "participant", "host", "office"})
"""Classes that are party to the charter; customers, associates and observers resolve on nothing and hold no seats."""


def fields_of(named: Party) -> dict[str, Any]:
    """Returns what a command or an event says of the party, without the rest of it."""
    return {name: getattr(named, name) for name in Party.model_fields}


def parties_to_charter(parties: Iterable[Party]) -> tuple[Party, ...]:
    """Returns those that are party to the charter, not customers, associates or observers."""
    return tuple(party for party in parties if party.member_class in DECIDING)


def of_wrong_kind(parties: Iterable[Party], form: LegalForm | None) -> list[str]:
    """Returns the ids of the parties to the charter whose kind the legal form does not allow, in their order."""
    if form is None or form.member_kinds is None:
        return []
    return [party.member_id for party in parties_to_charter(parties) if party.kind not in form.member_kinds]


def seated_outsiders(parties: Iterable[Party]) -> list[str]:
    """Returns the ids of those that are not party to the charter and yet have seats or votes, in their order."""
    return [
        party.member_id
        for party in parties
        if party.member_class not in DECIDING and (_some(party.seats) or _some(party.votes))
    ]


def _some(count: int | Unknown) -> bool:
    return count not in ("unknown", 0)
