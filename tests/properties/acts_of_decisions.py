"""What may be sent to a book as it stands, of decisions and what becomes of them; see `acts`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from domain.bodies import Place
from domain.decisions import Made
from tests.properties.acts import Fields, Scene
from tests.properties.acts_of_authority import usable


def laid_down(s: Scene) -> Fields:
    """Returns what a decision may lay down: an office to set up, a grant to make, a condition."""
    office, grant = s.fresh("verv", s.state.bodies.offices), s.fresh("fullmakt", s.state.authority.grants)
    effects: list[Fields] = [
        {"effect_id": "verv", "act": "office.establish", "subject": office, "terms": {"kind": "contact"}},
        {"effect_id": "fullmakt", "act": "authority.grant", "subject": grant, "terms": {"depth": 0}},
    ]
    conditions = s.often([], [{"condition_id": "midler", "text": "Pengene er bevilget (prøve)."}], 0.6)
    return {"effects": s.some(effects, 0), "conditions": conditions}


def resting_on(s: Scene, name: str, fields: Fields) -> str | None:
    """Returns a decision a command may rest on: one that lays it down and waits for it, else one in words alone."""
    open_ = [made for _, made in sorted(s.state.decisions.by_id.items()) if made.end is None and made.stayed_by is None]
    ready = [made for made in open_ if not made.open_conditions]
    for made in ready:
        if any(effect.act == name and effect.subject in fields.values() for effect in made.open_effects):
            return made.event.decision_id
    return s.one(made.event.decision_id for made in ready if not made.event.effects)


def waiting(s: Scene) -> dict[str, str]:
    """Returns what decisions in force wait for: the subject of an act, by command."""
    return {effect.act: effect.subject for made in s.state.decisions.by_id.values() for effect in made.open_effects}


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
    held = s.one(grant for grant in usable(s) if grant.terms_on(s.day).grantee.kind == "office")
    if held is not None and (body is None or s.r.random() < 0.5):
        terms = held.terms_on(s.day)
        spends = "spend" in terms.powers
        covered = [] if terms.members is None else sorted(terms.members)
        used = {"office_id": terms.grantee.id, "grant_id": held.grant_id, "amount": 50_000 if spends else None}
        return fields | used | {"binding_on": covered, "party": "Prøve AS" if spends else None}
    vote = {"form": "counted", "in_favour": s.r.randint(3, 9), "against": s.r.randint(0, 2)}
    if body is None:
        return None
    if s.r.random() < 0.4:
        fields |= laid_down(s)
    return fields | {"body_id": body.body_id, "vote": s.often(vote, None, 0.9)}


def fulfil(s: Scene) -> Fields | None:
    """Records that a condition is fulfilled."""
    open_ = [(d, c) for d, made in sorted(s.state.decisions.by_id.items()) for c in made.open_conditions]
    chosen: Any = s.one(open_)
    return None if chosen is None else {"decision_id": chosen[0], "condition_id": chosen[1]}


def heal(s: Scene) -> Fields | None:
    """Ratifies an irregular act by the latest decision of a top body, else by the latest of any."""
    kept = [n for n, k in sorted(s.state.irregular.by_entry.items()) if k.healed_by is None and k.overtaken_by is None]
    entry = s.one(kept)
    if entry is None:
        return None
    tops = {b.body_id for b in s.state.bodies.bodies.values() if b.is_top_of(s.standing)}
    later = [made for _, made in sorted(s.state.decisions.by_id.items()) if made.entry > entry]
    adopted = [made for made in later if made.kind == "resolution" and made.body is not None]
    chosen = s.one([made for made in adopted if made.body in tops] or adopted)
    if chosen is None:
        return None
    return {"entry": entry, "basis": [{"kind": "decision", "ref": chosen.event.decision_id}]}


def in_force(s: Scene) -> list[Made]:
    """Returns the decisions that are in force."""
    return [made for _, made in sorted(s.state.decisions.by_id.items()) if made.end is None]


def dissent(s: Scene) -> Fields | None:
    """Enters a dissent, of someone known to have taken part where there is such a decision."""
    meetings, votes = s.state.meetings.by_id, s.state.votes.by_id
    places: list[tuple[str, str]] = []
    for one in in_force(s):
        meeting = meetings.get(one.event.meeting_id or "")
        vote = votes.get(one.event.vote_id or "")
        persons = {*(meeting.ever_present if meeting else ()), *(vote.voters if vote else ())} - {*one.dissents}
        places += [(one.event.decision_id, person_id) for person_id in sorted(persons)]
    chosen = s.one(places)
    if (
        chosen is None
        and (made := s.one(in_force(s))) is not None
        and (person := s.one(sorted(s.state.bodies.persons)))
    ):
        chosen = (made.event.decision_id, person)
    if chosen is None:
        return None
    text = s.often("Saken burde vært utsatt (prøve).")
    return {"decision_id": chosen[0], "person_id": chosen[1], "text": text}


def notify(s: Scene) -> Fields | None:
    """Notifies someone of a decision: a member, or a party outside the book."""
    made = s.one(in_force(s))
    if made is None:
        return None
    member_id = s.one(s.members)
    to = {"to": {"kind": "member", "id": member_id}} if member_id and s.r.random() < 0.5 else {}
    who: Fields = to or {"recipient": f"Prøve {s.r.randint(1, 9)} AS (prøve)"}
    return {"decision_id": made.event.decision_id, **who, "ground": s.often("party", "host_decision")}


def challenge(s: Scene) -> Fields | None:
    """Calls a decision in question: sooner one made lately, which is in time."""
    recent = s.day - timedelta(days=21)
    made = s.one([m for m in in_force(s) if m.interval.earliest >= recent] or in_force(s))
    if made is None:
        return None
    fields: Fields = {
        "challenge_id": s.fresh("klage", s.state.decisions.challenges),
        "decision_id": made.event.decision_id,
        "stay": s.r.random() < 0.3,
    }
    if made.kind == "individual_decision" and s.r.random() < 0.6:
        return fields | {"challenge": "complaint", "parties": ["Prøve Part (prøve)"]}
    if s.r.random() < 0.3:
        return fields | {"challenge": "objection", "members": s.some(s.deciding)}
    bound = [m for m in made.event.binding_on if m in s.deciding]
    council = s.one(bound or s.deciding)
    return fields | {"challenge": "legality_review", "councillors": s.often(3, 2, 0.8), "council_of": council}


def resolve(s: Scene) -> Fields | None:
    """Settles a challenge."""
    open_ = [one.challenge_id for _, one in sorted(s.state.decisions.challenges.items()) if one.outcome is None]
    chosen = s.one(open_)
    outcome = s.r.choice(["upheld", "upheld", "annulled", "changed", "dismissed"])
    return None if chosen is None else {"challenge_id": chosen, "outcome": outcome, "by": "Statsforvalteren (prøve)"}


def reverse(s: Scene) -> Fields | None:
    """Reverses a decision, most often by whoever made it."""
    made = s.one(in_force(s))
    if made is None:
        return None
    by = {"kind": "office", "id": made.office} if made.office else {"kind": "body", "id": made.body}
    council = s.one(s.deciding)
    if council is not None and s.r.random() < 0.2:
        by = {"kind": "member", "id": council}
    return {"decision_id": made.event.decision_id, "by": by, "legal_basis": "forvaltningsloven § 35 (prøve)"}


def assign(s: Scene) -> Fields | None:
    """Gives a task, sooner to an office somebody holds."""
    made, offices = s.one(in_force(s)), s.alive(s.state.bodies.offices)
    held = [o for o in offices if s.state.bodies.sitting(Place("office", o.office_id), s.day).certain]
    office = s.one(held or offices)
    if made is None or office is None:
        return None
    return {
        "follow_up_id": s.fresh("oppgave", s.state.decisions.follow_ups),
        "origin": {"kind": "decision", "ref": made.event.decision_id},
        "title": "Følge opp (prøve)",
        "task": s.often("Gjøres innen fristen (prøve)."),
        "owner_office": office.office_id,
        "due": s.often(s.later()),
    }


def report(s: Scene) -> Fields | None:
    """Reports on a task that is open."""
    open_ = [one.follow_up_id for _, one in sorted(s.state.decisions.follow_ups.items()) if one.status == "open"]
    chosen = s.one(open_)
    status = s.r.choice(["open", "done", "done", "dropped"])
    return None if chosen is None else {"follow_up_id": chosen, "status": status, "note": s.often("Ferdig (prøve).")}
