"""What may be sent to a book as it stands, of consents to be compared with other books; see `acts`."""

from __future__ import annotations

from domain.records import MEASURES
from tests.properties.acts import Act, Fields, Scene


def _decision(s: Scene) -> str:
    made = [made.event.decision_id for made in s.state.decisions.by_id.values() if made.kind == "resolution"]
    return s.one(sorted(made)) or "unknown"


def give(s: Scene) -> Fields | None:
    """Lets the collaboration be compared."""
    return {
        "consent_id": s.fresh("samtykke", s.state.records.consents),
        "compared_on": s.some(MEASURES),
        "until": s.often(None, s.later(400, 900)),
        "decision_id": _decision(s),
    }


def withdraw(s: Scene) -> Fields | None:
    """Withdraws a consent that holds."""
    held = [consent_id for consent_id, one in sorted(s.state.records.consents.items()) if one.withdrawn_by is None]
    chosen = s.one(held)
    return None if chosen is None else {"consent_id": chosen, "decision_id": _decision(s)}


ACTS: dict[str, Act] = {"benchmark_consent.give": give, "benchmark_consent.withdraw": withdraw}
