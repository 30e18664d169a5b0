"""What may be sent to a book as it stands, of authority passed on, held back, used and reported; see `acts`."""

from __future__ import annotations

from datetime import timedelta

from domain.authority import ActRef, Grant, chain_of
from domain.bodies import Place
from domain.dates import Interval
from domain.vocabulary import Holder
from tests.properties.acts import Fields, Scene
from tests.properties.acts_of_power import holders


def holding(s: Scene) -> list[Grant]:
    """Returns the grants that hold for certain with all they rest on."""
    state, day = s.state.authority, Interval.exact(s.day)
    return [grant for grant in s.alive(state.grants) if chain_of(state, grant, day).strength == 2]


def usable(s: Scene) -> list[Grant]:
    """Returns those of them whose office is held, where they are an office's."""
    offices = s.state.bodies
    return [
        grant
        for grant in holding(s)
        if (terms := grant.terms_on(s.day)).grantee.kind != "office"
        or offices.sitting(Place("office", terms.grantee.id), s.day).certain
    ]


def speaks_for(s: Scene, grantor: Holder) -> Fields | None:
    """Returns who may act for whoever gave a grant, None where the book knows nobody."""
    match grantor.kind:
        case "body":
            return {"body": grantor.id}
        case "office":
            return {"office": grantor.id}
        case "member":
            office = s.one(o for o in s.alive(s.state.bodies.offices) if o.member_id == grantor.id)
            return None if office is None else {"office": office.office_id}
        case _:
            top = s.one(body for body in s.alive(s.state.bodies.bodies) if body.is_top_of(s.standing))
            if top is not None:
                return {"body": top.body_id}
            return None if s.standing.form is not None and s.standing.form.top_body else {"person": "person-1"}


def of_grantor(s: Scene, grant: Grant) -> Fields:
    """Returns who acts on a grant, as the envelope has it; nothing where the book knows nobody who may."""
    actor = speaks_for(s, grant.terms_on(s.day).grantor)
    return {} if actor is None else {"acted_by": actor}


def subdelegate(s: Scene) -> Fields | None:
    """Passes part of a grant on."""
    parent = s.one(grant for grant in holding(s) if grant.terms_on(s.day).depth > 0)
    grantee = s.one(holders(s))
    if parent is None or grantee is None:
        return None
    terms = parent.terms_on(s.day)
    return {
        "grant_id": s.fresh("fullmakt", s.state.authority.grants),
        "parent_grant_id": parent.grant_id,
        "grantee": grantee,
        "powers": s.some(sorted(terms.powers)),
        "scope": terms.scope.model_dump(mode="json") | {"members": None if terms.members is None else [*terms.members]},
        "limits": terms.limits.model_dump(mode="json"),
        "until": parent.life.until and parent.life.until.isoformat(),
        "depth": s.often(terms.depth - 1, terms.depth, 0.9),
        "conditions": [{"kind": "service_level", "agreement_id": a} for a in sorted(terms.agreements)],
    }


def revoke(s: Scene) -> Fields | None:
    """Takes a grant back, sooner one that was passed on."""
    open_ = s.alive(s.state.authority.grants)
    passed_on = [g for g in open_ if any(o.terms_on(s.day).grantor == g.terms_on(s.day).grantee for o in open_)]
    chosen = s.one(passed_on or open_)
    if chosen is None:
        return None
    reason = s.often("Ikke lenger (prøve).")
    return {"grant_id": chosen.grant_id, "reason_text": reason, **of_grantor(s, chosen)}


def suspend(s: Scene) -> Fields | None:
    """Suspends a grant, by whoever gave it."""
    grant = s.one(holding(s))
    if grant is None:
        return None
    until = s.often(None, s.later(10, 90))
    return {"grant_id": grant.grant_id, "reason_text": "Gjennomgås (prøve).", "until": until, **of_grantor(s, grant)}


def restore(s: Scene) -> Fields | None:
    """Restores a suspended grant."""
    day = Interval.exact(s.day)
    grant = s.one(grant for grant in s.alive(s.state.authority.grants) if grant.suspended(day))
    return None if grant is None else {"grant_id": grant.grant_id, **of_grantor(s, grant)}


def instruct(s: Scene) -> Fields | None:
    """Gives an instruction, as the one the authority comes from."""
    grant = s.one(s.alive(s.state.authority.grants))
    if grant is None:
        return None
    return {
        "instruction_id": s.fresh("instruks", s.state.authority.instructions),
        "grant_id": grant.grant_id,
        "by": grant.terms_on(s.day).grantor.model_dump(),
        "text": "Spør først (prøve).",
        "until": s.often(None, s.later()),
    }


def exercise(s: Scene) -> Fields | None:
    """Uses a grant, within its scope and some way up to its ceilings, where its office is held."""
    state = s.state.authority
    grant = s.one(usable(s))
    if grant is None:
        return None
    terms = grant.terms_on(s.day)
    power = s.one(sorted(terms.powers)) or "operate"
    scope = terms.scope
    return {
        "act_id": f"handling-{len(state.acts) + 1}",
        "title": "Innkjøp (prøve)",
        "actor": terms.grantee.model_dump(),
        "power": power,
        "grant_id": s.often(grant.grant_id, None),
        "amount_ore": s.r.choice([10_000, 90_000, 900_000]) if "spend" in terms.powers else None,
        "party": s.often("Prøve AS", None, 0.9),
        "service_id": s.one(scope.services or ()),
        "member_ids": sorted(set(terms.members or ()) & set(s.members)),
        "case_type": s.one(scope.case_types or ()),
        "law_ref": s.one(scope.law_refs or ()),
    }


def adopt_rules(s: Scene) -> Fields | None:
    """Adopts the next version of somebody's rules on delegation."""
    owners = [{"kind": "member", "id": m} for m in s.deciding]
    owners += [{"kind": "body", "id": body.body_id} for body in s.alive(s.state.bodies.bodies)]
    owner = s.one(owners)
    if owner is None:
        return None
    known = s.state.authority.rules.get(Holder.model_validate(owner)) or ()
    return {"owner": owner, "version": max((rules.version for rules in known), default=0) + 1}


def report(s: Scene) -> Fields | None:
    """Reports all that was done under a grant since it was last reported on, up to the day before."""
    state, body = s.state.authority, s.one(sorted(s.state.bodies.bodies))
    grant = s.one(grant for _, grant in sorted(state.grants.items()))
    if grant is None or body is None:
        return None
    last = s.day - timedelta(days=1)
    before = [state.reports[report_id].period_to for report_id in state.reports_on.get(grant.grant_id) or ()]
    first = max(before, default=s.day - timedelta(days=400)) + timedelta(days=1)
    acts = [done.ref for done in state.done_under(grant.grant_id) if done.perhaps_within(first, last)]
    return {
        "report_id": s.fresh("rapport", state.reports),
        "grants": [grant.grant_id],
        "period_from": first.isoformat(),
        "period_to": last.isoformat(),
        "acts": [ActRef.model_dump(ref) for ref in acts],
        "to_body": body,
    }
