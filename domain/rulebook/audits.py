"""Audits (revisjon, eierskapskontroll): what each kind rests on, and what an auditor must judge by, as data.

Kommuneloven §§ 23-2 to 23-4 and 24-1 as in force from 1 November 2019, forskrift om kontrollutvalg og revisjon
(FOR-2019-06-17-904) §§ 14 and 15, IKS-loven § 28.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

AuditKind = Literal["financial", "performance", "ownership", "internal"]
"""`financial`: regnskapsrevisjon. `performance`: forvaltningsrevisjon. `ownership`: eierskapskontroll.
`internal`: what the collaboration itself has someone look into."""


@dataclass(frozen=True, slots=True)
class AuditRule:
    """What an audit of a kind rests on."""

    law: str | None
    """The provisions on who gives the mandate; None where no act says."""
    mandates: frozenset[str]
    """Kinds of basis that can give it. A provision alone gives none: someone elects the auditor, or adopts the plan."""
    criteria_law: str | None = None
    """The provision that demands criteria of each audit, None where none does."""


_CRITERIA = "forskrift om kontrollutvalg og revisjon § 15"

AUDIT_RULES: Mapping[AuditKind, AuditRule] = {
    "financial": AuditRule(
        "kommuneloven §§ 24-1, 24-2; IKS-loven § 28", frozenset({"decision", "resolution", "charter", "document"})
    ),
    "performance": AuditRule(
        "kommuneloven §§ 23-2, 23-3", frozenset({"decision", "resolution", "document"}), _CRITERIA
    ),
    "ownership": AuditRule("kommuneloven §§ 23-2, 23-4", frozenset({"decision", "resolution", "document"}), _CRITERIA),
    "internal": AuditRule(None, frozenset({"decision", "charter", "document"})),
}
"""By kind: the auditor is elected by the council of representatives or the councils, or as the agreement says (§ 24-1);
what is audited of performance and ownership stands in plans the councils adopt (§§ 23-3, 23-4)."""

HEARING_LAW = "forskrift om kontrollutvalg og revisjon § 14"
"""Whoever is audited states its view, and its own words stand in the report."""
