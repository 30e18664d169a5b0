"""What may be sent to a book as it stands, of authority; see `acts`."""

from __future__ import annotations

from tests.properties.acts import Fields, Scene

# Authority ------------------------------------------------------------------------------


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
