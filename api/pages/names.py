"""The names of what a book speaks of, by kind and id, as everyone may see them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import orjson

from api.composition import House
from api.deps import Point
from domain.bodies import PersonRegistered
from ledger.errors import DamagedEntry
from projections.agreements import AGREEMENTS, SERVICES
from projections.audits import AUDITS, FINDINGS
from projections.benefits import BENEFITS
from projections.bodies import BODIES, OFFICES
from projections.cases import CASES
from projections.constitution import CONSTITUTION
from projections.decisions import DECISIONS
from projections.history import HISTORY
from projections.members import MEMBERS
from projections.people import INTERESTS, STAFFING
from projections.strategies import GOALS, STRATEGIES

Key = tuple[str, str]
"""Kind and id of a subject."""

_NAMED_BY = (
    ("member", MEMBERS, "id", "name"),
    ("body", BODIES, "id", "name"),
    ("office", OFFICES, "id", "title"),
    ("service", SERVICES, "id", "name"),
    ("agreement", AGREEMENTS, "id", "name"),
    ("case", CASES, "id", "title"),
    ("interest", INTERESTS, "id", "party"),
    ("function", STAFFING, "function", "name"),
    ("decision", DECISIONS, "decision_id", "title"),
    ("strategy", STRATEGIES, "id", "title"),
    ("goal", GOALS, "id", "title"),
    ("benefit", BENEFITS, "id", "title"),
    ("audit", AUDITS, "id", "title"),
    ("finding", FINDINGS, "id", "title"),
)


@dataclass(frozen=True, slots=True)
class Names:
    """What things are called. What has no name is called by its id."""

    collaboration_id: str
    own: str
    """The collaboration's own name."""
    by_key: Mapping[Key, str] = field(default_factory=dict)

    def of(self, kind: str, id_: str) -> str:
        """Returns the name of a subject, its id where it has none; `this` is the collaboration itself."""
        if kind == "collaboration":
            return self.own
        return self.by_key.get((kind, id_), self.own if id_ == "this" else id_)

    def with_people(self, people: Mapping[str, str]) -> Names:
        """Returns the names with those of people, by id."""
        return replace(self, by_key={**self.by_key, **{("person", id_): name for id_, name in people.items()}})


def names(house: House, point: Point) -> Names:
    """Returns the names in a book as of its entry, whatever the date."""
    everywhen = replace(point, on=None, shielded=False)
    by_key: dict[Key, str] = {
        (kind, str(body[id_field])): str(body[name_field])
        for kind, projection, id_field, name_field in _NAMED_BY
        for body in (orjson.loads(row.body) for row in house.views.select(projection, everywhen.query()))
    }
    own = house.views.select(CONSTITUTION, everywhen.query(where={"facet": "name"}))
    name = str(orjson.loads(own[-1].body)["value"]) if own else point.collaboration_id
    return Names(point.collaboration_id, name, by_key)


def people(house: House, point: Point, ids: Iterable[str]) -> dict[str, str]:
    """Returns the names of people by id, as far as they are public and kept."""
    sealed = dict(_sealed(house, point, dict.fromkeys(ids)))
    texts = house.ledger.texts(point.collaboration_id, list(sealed.values()))
    return {id_: texts[commitment] for id_, commitment in sealed.items() if commitment in texts}


def _sealed(house: House, point: Point, ids: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yields the commitment to each person's name, from the entry that registers the person."""
    everywhen = replace(point, on=None, shielded=False)
    for id_ in ids:
        for row in house.views.select(HISTORY, everywhen.query(where={"about": f"person:{id_}"})):
            try:
                recorded = house.ledger.entry(point.collaboration_id, row.from_entry)
            except DamagedEntry:
                continue
            if recorded is not None and isinstance(recorded.entry.event, PersonRegistered):
                yield id_, recorded.entry.event.name.commitment
