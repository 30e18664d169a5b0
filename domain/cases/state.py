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
CaseType = Literal["internal", "grants"]
"""interne forhold i samarbeidet, forvaltning av tilskuddsordninger (kommuneloven §§ 18-1, 19-1)."""
ClosingOutcome = Literal["withdrawn", "transferred", "dropped", "settled"]
"""trukket, oversendt, henlagt, ferdigbehandlet."""
DocumentKind = Literal["case_paper", "case_minutes", "annex", "letter", "memo", "report", "other"]
"""saksframlegg (SF), saksprotokoll (SP), vedlegg (VL), brev, notat, rapport."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document of a case, by its hash."""

    document_id: str
    entry: int
    sha256: str
    access: Access
    title: str = ""
    kind: DocumentKind = "other"
    size_bytes: int | Unknown = "unknown"
    prohibited_content: bool = False
    """Whether it holds what may never be put on the internet (offentlegforskrifta § 7)."""


@dataclass(frozen=True, slots=True)
class Closing:
    """How a case was closed."""

    outcome: ClosingOutcome
    entry: int
    on: Interval
    continued_as: str | None = None
    """The case that carries the matter on."""


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
    matter: str | None = None
    """The archive's reference; one matter has a case number for each treatment."""
    topic: str | None = None
    case_type: CaseType | None = None
    owner_office: str | None = None
    party: str | None = None
    """The organisation the case is about, where it is about one."""
    responds_to: str | None = None
    """An earlier case it takes up again."""
    closing: Closing | None = None


@dataclass(frozen=True)
class Cases:
    """Every case, by id."""

    by_id: HashTrieMap[str, Case] = field(default_factory=HashTrieMap)
