"""The state of the register of cases: each matter with its number, its route and its documents."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from rpds import HashTrieMap

from domain.dates import Interval
from domain.kernel import Access
from domain.text import Unknown

CaseKind = Literal["decision", "delegated", "report", "question", "election", "information", "other"]
"""politisk sak (PS), delegert sak (DS), referatsak (RS), spørsmål (FO), valgsak, orienteringssak."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document of a case, by its hash."""

    document_id: str
    entry: int
    sha256: str
    access: Access


@dataclass(frozen=True, slots=True)
class Case:
    """One matter, from when it was opened."""

    case_id: str
    entry: int
    number: str | Unknown
    """As the secretary writes it; need not be unique."""
    kind: CaseKind
    title: str
    opened: Interval
    route: tuple[str, ...]
    """The bodies it is to go through, the one that decides last."""
    individual: bool = False
    """Whether it is about the rights or duties of someone named (enkeltvedtak)."""
    service_id: str | None = None
    documents: HashTrieMap[str, Document] = field(default_factory=HashTrieMap)


@dataclass(frozen=True, slots=True)
class Cases:
    """Every case, by id."""

    by_id: HashTrieMap[str, Case] = field(default_factory=HashTrieMap)
