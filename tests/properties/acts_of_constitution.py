"""What may be sent to a book about who owns how much, notices taken back, and its end: see `acts`."""

from __future__ import annotations

from domain.authority import open_grants
from domain.dates import Interval
from tests.properties.acts import Fields, Scene

SELDOM = 0.3
"""How often a book that may be closed is: what comes after is mostly refused."""


def dissolve(s: Scene) -> Fields | None:
    """Dissolves a collaboration whose general meeting may, or whose councils have all resolved on it."""
    form, state = s.standing.form, s.state
    if form is None or state.constitution.dissolution is not None:
        return None
    line = state.resolutions.rounds.get(("dissolution", "this"))
    agreed = line is not None and all(m in line for m in state.members.required_on(s.day))
    if not (agreed or form.ending in ("general_meeting", "unregulated")) or s.r.random() > SELDOM:
        return None
    today = Interval.exact(s.day)
    grants = [{"kind": "grant", "ref": tie.id, "outcome": "ended"} for tie in open_grants(state.authority, today)]
    sold = [agreement.agreement_id for agreement in state.agreements.in_force(s.day).certain]
    return {
        "cause": "agreed",
        "archive_custodian": {"kind": "archive", "name": "Arkivet (prøve)"},
        "settlement": s.often("Likt fordelt (prøve)."),
        "residual_liability": [
            {"member_id": m, "liability": {"numerator": 1, "denominator": len(s.deciding)}} for m in s.deciding
        ],
        "obligations": [
            *grants,
            *({"kind": "agreement", "ref": ref, "outcome": "assigned", "to": "Prøve AS"} for ref in sold),
        ],
    }


def restate_shares(s: Scene) -> Fields | None:
    """Lays down shares anew, first of all such as every council has resolved on; one that is leaving gets nothing."""
    if not s.deciding:
        return None
    leaving = {m for m, notice in s.state.members.notices.items() if notice.departs_on <= s.day}
    stay = [m for m in s.deciding if m not in leaving] or list(s.deciding)
    weights = {m: s.r.randint(1, 5) if m in stay else 0 for m in s.deciding}
    whole = sum(weights.values())
    shares = [{"member_id": m, "share": {"numerator": weight, "denominator": whole}} for m, weight in weights.items()]
    versions = sorted(ref for kind, ref in s.state.resolutions.rounds if kind == "shares")
    version = s.one(ref for ref in versions if ref not in s.state.members.restated)
    current = s.standing.charter_version
    return {
        "shares_version": version or f"andeler-{len(s.state.members.restated) + 1}",
        "shares": shares,
        "liability": s.often(None, shares),
        "charter_version": current,
    }


def rescind_notice(s: Scene) -> Fields | None:
    """Takes back a notice, by a clause of the charter or with the others' consent."""
    member_id = s.one(sorted(s.state.members.notices))
    clause = "§ 9" if s.standing.clauses.get("withdrawal") else None
    return None if member_id is None else {"member_id": member_id, "clause": clause}
