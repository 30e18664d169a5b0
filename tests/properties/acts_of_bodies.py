"""What may be sent to a book as it stands, of bodies' own rules, interests and staffing; see `acts`."""

from __future__ import annotations

from typing import get_args

from domain.bodies import InterestKind, Place
from domain.rulebook.eligibility import Position
from domain.vocabulary import Holder
from tests.properties.acts import Fields, Scene

HALF: Fields = {"share": {"numerator": 1, "denominator": 2}, "more_than": True}


def adopt_rules(s: Scene) -> Fields | None:
    """Lays down a body's rules; a few of them are weaker than the act of some forms."""
    body = s.one(s.alive(s.state.bodies.bodies))
    if body is None:
        return None
    return {
        "body_id": body.body_id,
        "rules": {
            "quorum": s.often(HALF),
            "notice_days": s.often(28, s.r.randint(0, 60)),
            "term_years": s.often(None, s.r.randint(1, 5)),
            "minute_signers": s.often(None, s.r.randint(0, 3)),
            "all_present_sign": s.often(True, False, 0.5),
            "remote_allowed": s.often(True, "unknown"),
            "casting_vote": s.often("unknown", True),
            "consensus": s.often(False, True, 0.9),
            "weights": s.r.choice(["per_person", "by_seat_plan"]),
        },
        "text": s.often("Reglement (prøve)."),
    }


# Offices and people ----------------------------------------------------------------------


def abolish_office(s: Scene) -> Fields | None:
    """Abolishes an office that nobody fills and that holds nothing."""
    bodies, grants = s.state.bodies, s.state.authority
    free = [
        office
        for office in s.alive(bodies.offices)
        if not any(t.life.outlasts(s.day) for t in bodies.tenures_at(Place("office", office.office_id)))
        and not list(grants.held_by(Holder(kind="office", id=office.office_id), s.day))
    ]
    office = s.one(free)
    return None if office is None else {"office_id": office.office_id}


def record_contact(s: Scene) -> Fields | None:
    """Records how a person can be reached, shielded."""
    person = s.one(sorted(s.state.bodies.persons))
    if person is None:
        return None
    access = {"level": "shielded", "legal_basis": "offentleglova § 13 (prøve)"}
    return {"person_id": person, "contact": "Prøvegata 1", "access": access}


def merge_persons(s: Scene) -> Fields | None:
    """Makes two ids one person."""
    two = s.some(sorted(s.state.bodies.persons), 2)[:2]
    return None if len(two) < 2 else {"person_id": two[0], "into": two[1]}


def declare_interest(s: Scene) -> Fields | None:
    """Declares a tie, now and then an employment that shuts out of some bodies."""
    person = s.one(sorted(s.state.bodies.persons))
    if person is None:
        return None
    kind = s.r.choice(get_args(InterestKind))
    number = len(s.state.bodies.interests) + 1
    return {
        "interest_id": f"interesse-{number}",
        "person_id": person,
        "kind": kind,
        "party": f"Prøveverksemd {number}",
        "member_id": s.often(None, s.one(s.members)),
        "position": s.r.choice(get_args(Position)) if kind == "employment" else None,
        "public_company": s.often(None, s.r.choice([True, False, "unknown"])),
        "until": s.often(None, s.later(30, 900)),
    }


def end_interest(s: Scene) -> Fields | None:
    """Ends a tie that is there."""
    interest = s.one(s.alive(s.state.bodies.interests))
    return None if interest is None else {"interest_id": interest.interest_id}


def change_staffing(s: Scene) -> Fields | None:
    """Sets up work with an employer, or moves some of it on."""
    employers = [*s.members, "this"]
    function = s.one(f for _, f in sorted(s.state.bodies.functions.items()))
    if function is not None and s.r.random() < 0.6:
        placed = {e: function.placed(e, s.day) for e in employers}
        holder = s.one(e for e, man_years in placed.items() if man_years != "unknown" and man_years > 1)
        if holder is not None:
            other = s.one(e for e in employers if e != holder)
            return {
                "function_id": function.function_id, "function": function.name, "from_employer": holder,
                "to_employer": s.often(other), "man_years": s.r.choice(["0.5", "1"]),
            }  # fmt: skip
    new = f"oppgave-{len(s.state.bodies.functions) + 1}"
    return {
        "function_id": new,
        "function": "Drift (prøve)",
        "to_employer": s.one(employers),
        "man_years": s.r.choice(["1", "2.5", "10"]),
        "staff_terms": s.often("Avtalt (prøve)."),
    }
