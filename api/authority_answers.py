"""What answers about authority look like, for the API's description; see `answers`."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from api.answers import Answer


class ChainStep(Answer):
    """One step from a source of power to the person who acts."""

    kind: Literal["basis", "grant", "office", "person"]
    id: str | None
    """Of a basis, its kind and reference; null where it is withheld."""
    entry: int | None
    """The entry that says so; null where no entry does, as of a provision."""
    certain: bool
    grantor: dict[str, Any] | None
    grantee: dict[str, Any] | None
    withheld: bool
    """Whether the entry is shielded from whoever asks."""


class ReasonText(Answer):
    """A rule that stands against it, in one language."""

    detail: str
    how_to_go_on: str


class Against(Answer):
    """A rule that stands against it."""

    code: str
    nature: Literal["rule", "fact", "unknown"]
    law: str | None
    entries: list[int]
    """The entries that led to it."""
    params: dict[str, Any]
    texts: dict[str, ReasonText] | None
    """By language; null where it rests on a shielded entry."""
    withheld: bool


class CouldThey(Answer):
    """Whether something could be done, and why or why not."""

    collaboration: str
    entry: int
    """The number of the last entry folded."""
    effective_on: date
    answer: Literal["yes", "no", "unknown"]
    chain: list[ChainStep]
    """From what the first grant rests on to who holds the office; of the grant that comes nearest where it is no."""
    reasons: list[Against]
    """In order of precedence; empty where the answer is yes."""
    withheld: int


class MappedGrant(Answer):
    """A grant in its place between what it rests on and what rests on it."""

    id: str
    entry: int
    certain: bool
    """False where it is possibly in force on the day, but not certainly."""
    grantor: dict[str, Any]
    grantee: dict[str, Any]
    powers: list[str]
    scope: dict[str, Any]
    limits: dict[str, Any]
    depth: int


class AuthorityNode(MappedGrant):
    """A grant on the map."""

    parent: str | None
    children: list[str]
    holds: Literal["yes", "no", "unknown"]
    """Whether it gives authority on the day, with every grant it rests on."""
    suspended: Literal["yes", "no", "unknown"]
    """The grant itself, not those it rests on."""
    vacant: bool | None
    """Whether nobody holds the grantee's office; null where it is no office."""
    used_ore: int
    """In the calendar year of the day, sub-delegates included."""
    unreported: int
    """Acts under it that no report lists."""


class AuthorityMap(Answer):
    """Every grant that may be in force on a day."""

    collaboration: str
    entry: int
    effective_on: date
    grants: list[AuthorityNode]
    withheld: int


class AuthorityCascade(Answer):
    """What would fall with a grant."""

    collaboration: str
    entry: int
    effective_on: date
    grant: str
    falls: list[MappedGrant]
    withheld: int
