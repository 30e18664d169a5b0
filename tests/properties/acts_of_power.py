"""What may be sent to a book as it stands, of authority and decisions; see `acts`."""

from __future__ import annotations

from tests.properties.acts import Fields, Scene

# Authority and decisions -----------------------------------------------------------------


def holders(s: Scene) -> list[Fields]:
    """Returns who may be granted powers."""
    places = [*s.alive(s.state.bodies.bodies), *s.alive(s.state.bodies.offices)]
    return [
        {"kind": "body", "id": p.body_id} if hasattr(p, "seat_plans") else {"kind": "office", "id": p.office_id}
        for p in places
    ]


def grant(s: Scene) -> Fields | None:
    """Grants powers: a council's, the collaboration's, or some that were granted to be passed on."""
    grantee = s.one(holders(s))
    if grantee is None:
        return None
    held = s.one(g for g in s.alive(s.state.authority.grants) if g.terms_on(s.day).depth > 0)
    member_id = s.one(s.deciding)
    fields: Fields = {
        "grant_id": s.fresh("fullmakt", s.state.authority.grants),
        "grantor": {"kind": "collaboration", "id": "this"},
        "grantee": grantee,
        "powers": s.some(["spend", "contract", "operate", "order"]),
        "limits": s.often({"per_act": s.r.randint(1, 10) * 100_000, "per_year": 5_000_000}, {}),
        "until": s.often(None, s.later(400, 2_000), 0.4),
        "review_on": s.later(200, 400),
        "depth": s.r.randint(0, 2),
        "conditions": s.often([], [{"kind": "other", "text": "Etter rammeavtalen (prøve)."}]),
    }
    if held is not None and s.r.random() < 0.7:
        terms = held.terms_on(s.day)
        narrower: Fields = {
            "grantor": terms.grantee.model_dump(),
            "powers": [sorted(terms.powers)[0]],
            "scope": terms.scope.model_dump(mode="json"),
            "limits": terms.limits.model_dump(mode="json"),
            "until": held.life.until and held.life.until.isoformat(),
            "depth": terms.depth - 1,
            "conditions": [{"kind": "service_level", "agreement_id": a} for a in sorted(terms.agreements)],
        }
        return fields | (narrower if terms.grantee.model_dump() != grantee else {})
    if member_id is not None and s.r.random() < 0.5:
        fields |= {"grantor": {"kind": "member", "id": member_id}, "scope": s.often({}, {"members": [member_id]})}
    return fields


def decide(s: Scene) -> Fields | None:
    """Makes a decision, by a body or by an office under its grant."""
    fields: Fields = {
        "decision_id": s.fresh("vedtak", s.state.decisions.by_id),
        "title": "Om drift (prøve)",
        "kind": s.r.choice(["resolution", "resolution", "noted", "recommendation", "election"]),
        "case_number": s.often("21/4", "unknown"),
        "text": s.often("Saken tas til følge (prøve)."),
        "binding_on": s.some(s.members, 0),
    }
    body = s.one(s.alive(s.state.bodies.bodies))
    granted = [g for g in s.alive(s.state.authority.grants) if g.terms_on(s.day).grantee.kind == "office"]
    held = s.one(granted)
    if held is not None and (body is None or s.r.random() < 0.5):
        terms = held.terms_on(s.day)
        spends = "spend" in terms.powers
        covered = [] if terms.members is None else sorted(terms.members)
        used = {"office_id": terms.grantee.id, "grant_id": held.grant_id, "amount": 50_000 if spends else None}
        return fields | used | {"binding_on": covered}
    vote = {"form": "counted", "in_favour": s.r.randint(3, 9), "against": s.r.randint(0, 2)}
    return None if body is None else fields | {"body_id": body.body_id, "vote": s.often(vote)}
