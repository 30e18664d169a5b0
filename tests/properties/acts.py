"""What may be sent to a book as it stands: for each type of command, fields that the rules would most likely accept.

Each function returns the fields of one command, or None where the book has nothing for it to act on. Everything is
drawn from the scene's own chance, so that the same seed gives the same command in the same book. Here are the
constitution, members and bodies; beside it `acts_of_power` and `acts_of_money`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import count
from random import Random
from typing import Any, TypeVar, get_args

from domain.agreements import agreements_of, services_of
from domain.authority import grants_of
from domain.collaboration import Collaboration
from domain.dates import Interval
from domain.members import Ties
from domain.rulebook import ADVISORY, FORMS, TRANSITIONS, LegalForm, Standing
from domain.vocabulary import OfficeKind

Fields = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True)
class Scene:
    """A book on a day, and the chance that decides what happens next."""

    r: Random
    state: Collaboration
    day: date
    sent: tuple[tuple[str, Fields], ...] = ()
    """What was sent to the book before, by type with its fields."""

    @cached_property
    def standing(self) -> Standing:
        """The legal form and the charter in force."""
        return self.state.constitution.standing(self.day)

    @cached_property
    def members(self) -> tuple[str, ...]:
        """Who takes part, of every class."""
        return self.state.members.on(self.day)

    @cached_property
    def deciding(self) -> tuple[str, ...]:
        """Who is party to the charter."""
        return self.state.members.deciding_on(self.day)

    def some(self, things: Iterable[T], least: int = 1) -> list[T]:
        """Returns at least so many of the things, in any order; all of them where there are fewer."""
        listed = list(things)
        return self.r.sample(listed, min(len(listed), self.r.randint(least, max(least, len(listed)))))

    def one(self, things: Iterable[T]) -> T | None:
        """Returns one of the things, None of none."""
        listed = list(things)
        return self.r.choice(listed) if listed else None

    def often(self, value: T, other: Any = None, chance: float = 0.7) -> Any:
        """Returns the value, or now and then the other."""
        return value if self.r.random() < chance else other

    def later(self, least: int = 30, most: int = 900) -> str:
        """Returns a day to come."""
        return (self.day + timedelta(days=self.r.randint(least, most))).isoformat()

    def fresh(self, stem: str, taken: Mapping[str, object]) -> str:
        """Returns an id that is not taken, by an irregular act neither."""
        reserved = {id_ for _, id_ in self.state.irregular.reserved}
        return next(id_ for n in count(len(taken) + 1) if (id_ := f"{stem}-{n}") not in reserved and id_ not in taken)

    def alive(self, things: Mapping[str, Any]) -> list[Any]:
        """Returns those of the things that certainly exist on the day, by id."""
        return [thing for _, thing in sorted(things.items()) if thing.life.on(self.day) is True]


Act = Callable[[Scene], Fields | None]


def party(s: Scene, member_id: str, **fields: Any) -> Fields:
    """Returns a municipality as it is named."""
    return {"member_id": member_id, "name": f"Prøve {member_id}", **fields}


# Constitution ----------------------------------------------------------------------------


def named(s: Scene, form: LegalForm) -> str:
    """Returns a name that shows the form, where it must."""
    return f"Prøve {form.name_marker.abbreviation}" if form.name_marker else "Prøvesamarbeidet"


def found(s: Scene) -> Fields | None:
    """Founds a collaboration of some form that could be founded on the day."""
    if s.state.constitution.founding is not None:
        return None
    form = s.one(form for form in FORMS.values() if form.available(Interval.exact(s.day)) == "yes")
    assert form is not None
    return {
        "name": named(s, form),
        "legal_form": form.id,
        "purpose": s.often("Drift av felles løsninger (prøve)."),
        "founders": [party(s, f"m-{n}") for n in range(1, s.r.randint(3, 6))],
        "reason_codes": s.often(["recruit_staff"], []),
    }


def propose_charter(s: Scene) -> Fields | None:
    """Proposes a charter for the form there is, or for one it may change to."""
    held = s.standing.form
    if held is None:
        return None
    exact = Interval.exact(s.day)
    ways = [FORMS[to] for start, to in TRANSITIONS if start == held.id and FORMS[to].available(exact) == "yes"]
    form = s.often(held, s.one(ways) or held, 0.5)
    clauses = [{"key": demand.key, "text": f"Om {demand.key} (prøve)."} for demand in form.demanded((), exact)]
    keys = {clause["key"] for clause in clauses}
    clauses += [{"key": key, "text": "Etter avtale (prøve)."} for key in ("withdrawal", "borrowing") if key not in keys]
    if form.id == "iks":
        clauses.append({"key": "loan_ceiling", "text": "Inntil ti millioner (prøve)."})
    kind = {"iks": "company_agreement", "as": "articles"}.get(form.id, "cooperation_agreement")
    fields = {"kind": kind, "legal_form": form.id, "clauses": clauses}
    current = s.state.constitution.charter_on(s.day)
    if current is not None and form is held and held.top_body_amends and s.r.random() < 0.4:
        fields |= {"route": "top_body_two_thirds", "clauses": [{"key": "meetings", "text": "To i året (prøve)."}]}
    return {"charter_version": s.fresh("avtale", s.state.constitution.charters), **fields}


def unresolved(s: Scene) -> list[tuple[str, str, str]]:
    """Returns what councils have yet to resolve on: kind, thing and member."""
    required = s.state.members.required_on(s.day)
    charters = [
        ("charter", v) for v, c in s.state.constitution.charters.items() if c.by_councils and not c.in_force_entry
    ]
    begun = [topic for topic in s.state.resolutions.rounds if topic[0] in ("admission", "position", "dissolution")]
    topics = sorted({*charters, *begun, ("admission", f"m-{len(s.state.members.parties) + 1}")})
    topics += [("frame", str(year)) for year in (s.day.year, s.day.year + 1)]
    lines = [(kind, ref, m, s.state.resolutions.line((kind, ref), m)) for kind, ref in topics for m in required]  # type: ignore[arg-type]
    return [(kind, ref, m) for kind, ref, m, line in lines if line.last is None]


def resolve(s: Scene) -> Fields | None:
    """Records a council's resolution, first of all on a charter that waits for it."""
    waiting = unresolved(s)
    chosen = s.one([wait for wait in waiting if wait[0] == "charter"] or waiting)
    if chosen is None:
        return None
    kind, ref, member_id = chosen
    if s.r.random() < 0.1:
        kind, ref = s.r.choice(
            [("position", member_id), ("dissolution", "this"), ("grant", "fullmakt-1"), ("merger", "m-1")]
        )
    return {
        "member_id": member_id,
        "council": "Kommunestyret (prøve)",
        "case_number": s.often("12/34", "unknown"),
        "subject": {"kind": kind, "ref": ref},
        "outcome": s.often("adopted", "rejected", 0.95),
    }


def enter_into_force(s: Scene) -> Fields | None:
    """Puts a charter into force, one every council has resolved on where there is one."""
    waiting = {kind_ref[1] for kind_ref in unresolved(s) if kind_ref[0] == "charter"}
    open_ = [v for v, c in sorted(s.state.constitution.charters.items()) if not c.in_force_entry]
    version = s.one([v for v in open_ if v not in waiting] or open_)
    return (
        None if version is None else {"charter_version": version, "vote": s.often({"cast": 12, "in_favour": 8}, None)}
    )


def change_form(s: Scene) -> Fields | None:
    """Changes the legal form to that of the charter in force, else to one the form there is may change to."""
    held = s.standing.form
    charter = s.state.constitution.charter_on(s.day)
    if held is None or charter is None or (charter.legal_form == held.id and s.r.random() < 0.9):
        return None
    to = FORMS[charter.legal_form]
    grants = [{"grant_id": g, "outcome": s.often("continues", "lapses")} for g in s.state.authority.open_grants(s.day)]
    return {
        "to_form": to.id,
        "charter_version": s.standing.charter_version,
        "law": to.law,
        "name": named(s, to),
        "host": s.one(s.deciding) if to.has_host else None,
        "transfers_to": s.some(s.deciding) if s.deciding else "unknown",
        "grants": grants,
    }


# Members ---------------------------------------------------------------------------------


def admit(s: Scene) -> Fields | None:
    """Admits someone: a member the councils have resolved on, or a customer, which needs no council."""
    rounds = s.state.resolutions.rounds
    resolved = sorted(ref for kind, ref in rounds if kind == "admission" and ref not in s.state.members.parties)
    waiting = {ref for kind, ref, _ in unresolved(s) if kind == "admission"}
    ready = s.one(ref for ref in resolved if ref not in waiting)
    if ready is not None:
        return party(s, ready)
    outsider = s.r.choice(["external_customer", "observer", "associate"])
    return party(s, f"kunde-{len(s.state.members.parties) + 1}", member_class=outsider, kind="public_body")


def give_notice(s: Scene) -> Fields | None:
    """Gives a member's notice, of a year or more."""
    member_id = s.one(m for m in s.deciding if m not in s.state.members.notices)
    return None if member_id is None else {"member_id": member_id, "departs_on": s.later(366, 500), "clause": "§ 7"}


def depart(s: Scene) -> Fields | None:
    """Lets a customer go, or a member whose notice is out."""
    out = [m for m, notice in s.state.members.notices.items() if notice.departs_on <= s.day and m in s.deciding]
    outsiders = [m for m in s.members if m not in s.deciding]
    free = list(s.deciding) if s.standing.form and s.standing.form.withdrawal == "unregulated" else []
    member_id = s.one(sorted(out) or outsiders or (free if len(free) > 2 else []))
    if member_id is None:
        return None
    share = {"numerator": 1, "denominator": 5} if member_id in s.deciding else None
    tied = ties(s, [member_id])
    return {
        "member_id": member_id,
        "cause": "withdrawn",
        "settlement": s.often("Ingen (prøve)."),
        "residual_liability": share,
        "grants": [{"grant_id": g, "outcome": s.often("lapses", "continues")} for g in tied.ids("grant")],
        "agreements": [{"agreement_id": a, "outcome": s.often("leaves", "continues")} for a in tied.ids("agreement")],
    }


def ties(s: Scene, member_ids: list[str]) -> Ties:
    """Returns everything that ties the members on the day."""
    state, today = s.state, Interval.exact(s.day)
    return Ties(
        (
            *grants_of(state.authority, state.bodies, member_ids, today),
            *agreements_of(state.agreements.agreements, member_ids, today),
            *services_of(state.agreements.services, member_ids),
        )
    )


def succeed(s: Scene) -> Fields | None:
    """Lets members be followed by others, with all they have mapped."""
    state, named_ = s.state, s.state.members.parties
    cause, before, after = s.r.choice([("merger", 2, 1), ("split", 1, 2), ("change_of_name", 1, 1)])
    if len(s.deciding) < before:
        return None
    old = s.r.sample(s.deciding, before)
    new = [f"m-{len(named_) + n}" for n in range(1, after + 1)]
    if cause == "change_of_name" and s.r.random() < 0.5:
        new = old
    bodies = () if new == old else state.bodies.with_seats_for(old)
    seats = [{"body_id": b, "member_id": m, "seats": 2, "votes": 2, "deputies": 4} for b in bodies for m in new]
    tied = ties(s, [m for m in old if m not in new])
    return {
        "predecessors": old,
        "successors": [party(s, m) | {"name": f"Nye {m}"} for m in new],
        "cause": cause,
        "mapping": {
            "bodies": seats,
            "agreements": tied.ids("agreement"),
            "grants": tied.ids("grant"),
            "services": tied.ids("service"),
            "shares": owned(s, [m for m in old if m not in new], new),
        },
    }


def owned(s: Scene, old: list[str], new: list[str]) -> list[Fields]:
    """Returns what the predecessors own together, split evenly between their successors."""
    held = s.state.members.shares.certain(s.day)
    if held is None or not old:
        return []
    each = held.owned(old) / len(new)
    return [{"member_id": m, "share": {"numerator": each.numerator, "denominator": each.denominator}} for m in new]


# Bodies ----------------------------------------------------------------------------------


def seat_plan(s: Scene, least: int = 1) -> list[Fields]:
    """Returns seats, votes and deputies for every party to the charter."""
    counts = ((m, s.r.randint(max(1, least), 3)) for m in s.deciding)
    return [{"member_id": m, "seats": n, "votes": n, "deputies": n * 2} for m, n in counts]


def establish_body(s: Scene) -> Fields | None:
    """Sets up a body of a kind the form allows, the top body sooner than others."""
    form = s.standing.form
    if form is None:
        return None
    kinds = sorted(form.body_kinds)
    kind = form.top_body if form.top_body and s.r.random() < 0.4 else s.r.choice(kinds)
    return {
        "body_id": s.fresh("organ", s.state.bodies.bodies),
        "name": f"Prøveorganet {len(s.state.bodies.bodies) + 1}",
        "kind": kind,
        "parent": s.often(None, s.one(body.body_id for body in s.alive(s.state.bodies.bodies))),
        "role": s.often("Rår (prøve)."),
        "seat_plan": s.often(seat_plan(s, form.min_seats_per_member), [], 0.9 if kind == form.top_body else 0.5),
    }


def adopt_seat_plan(s: Scene) -> Fields | None:
    """Lays down a body's seats anew."""
    body = s.one(s.alive(s.state.bodies.bodies))
    least = s.standing.form.min_seats_per_member if s.standing.form else 1
    return None if body is None else {"body_id": body.body_id, "seat_plan": seat_plan(s, least)}


def dissolve_body(s: Scene) -> Fields | None:
    """Dissolves a body that need not be."""
    bodies = s.alive(s.state.bodies.bodies)
    body = s.one(body for body in bodies if body.kind in ADVISORY)
    if body is None:
        return None
    return {"body_id": body.body_id, "successor": s.often(None, s.one(b.body_id for b in bodies if b is not body))}


def establish_office(s: Scene) -> Fields | None:
    """Sets up an office, of a body, of a member or of its own."""
    body = s.one(s.alive(s.state.bodies.bodies))
    return {
        "office_id": s.fresh("verv", s.state.bodies.offices),
        "title": "Leder (prøve)",
        "kind": s.r.choice(get_args(OfficeKind)),
        "body_id": s.often(None, body and body.body_id, 0.5),
        "member_id": s.often(None, s.one(s.members), 0.5),
    }


def register_person(s: Scene) -> Fields | None:
    """Registers a person."""
    return {"person_id": s.fresh("person", s.state.bodies.persons), "name": "Kari Prøvesen"}


def fill_seat(s: Scene) -> Fields | None:
    """Seats a person in a body or an office."""
    person = s.one(sorted(s.state.bodies.persons))
    if person is None:
        return None
    body, office = s.one(s.alive(s.state.bodies.bodies)), s.one(s.alive(s.state.bodies.offices))
    if body is not None and (office is None or s.r.random() < 0.6):
        return {
            "person_id": person,
            "body_id": body.body_id,
            "on_behalf_of": s.often(s.one(s.deciding)),
            "until": s.often(None, s.later(400, 1_400), 0.5),
        }
    return (
        None
        if office is None
        else {"person_id": person, "office_id": office.office_id, "deputy_rank": s.often(None, 1)}
    )


def vacate_seat(s: Scene) -> Fields | None:
    """Lets a person leave where they sit."""
    sitting = [t for _, t in sorted(s.state.bodies.tenures.items()) if t.life.on(s.day) is True]
    tenure = s.one(sitting)
    if tenure is None:
        return None
    return {
        "person_id": tenure.person_id,
        f"{tenure.place.kind}_id": tenure.place.id,
        "cause": s.often("resigned", "recalled"),
    }
