"""What makes a command one the rules may well refuse: at another time, in another mode, on another's behalf, twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from domain.text import INT_MAX
from tests.properties.acts import Fields, Scene
from tests.properties.fuzzing import fuzz

FUZZED = 0.5
"""How often what is changed is a field of the command's own."""

AGAIN = 0.06
"""How often a command is one that was sent before."""


def wild(s: Scene, name: str, fields: Fields) -> tuple[str, Fields]:
    """Returns a command changed, or another that was sent before."""
    if s.sent and s.r.random() < AGAIN:
        return s.r.choice(s.sent)
    if s.r.random() < FUZZED:
        return name, fuzz(s, name, fields)
    changed = copied(fields)
    s.r.choice(WILDNESS)(s, changed)
    return name, changed


def copied(value: Any) -> Any:
    """Returns a copy of plain values, whose parts can be changed."""
    if isinstance(value, dict):
        return {name: copied(inner) for name, inner in value.items()}
    return [copied(inner) for inner in value] if isinstance(value, list | tuple) else value


def before(s: Scene, most: int) -> str:
    """Returns the day or one before it."""
    return (s.day - timedelta(days=s.r.randint(0, most))).isoformat()


def _at_another_time(s: Scene, fields: Fields) -> None:
    fields["effective"] = s.r.choice([before(s, 800), s.later(1, 800), "2199-12-31", "1900-02-28"])


def _roughly(s: Scene, fields: Fields) -> None:
    earliest = before(s, 400)
    fields["effective"] = {"earliest": earliest, "latest": s.r.choice([None, s.day.isoformat(), s.later(1, 90)])}


def _with_a_stranger(s: Scene, fields: Fields) -> None:
    ids = [name for name, value in fields.items() if name.endswith("_id") and isinstance(value, str)]
    if ids:
        fields[s.r.choice(ids)] = s.r.choice(["ukjent", "m-1", "organ-1", "verv-1", "fullmakt-1", "sla-1", "vedtak-1"])


def _resting_on_nothing(s: Scene, fields: Fields) -> None:
    fields |= {"basis": [], "evidence": []}


def _in_another_mode(s: Scene, fields: Fields) -> None:
    mode = s.r.choice(["decide", "record", "import"])
    source = {"title": "Avis (prøve)", "read_on": s.day.isoformat()}
    fields |= {"mode": mode, "reason": "Slik ble det (prøve).", "source": source}


def _by_someone(s: Scene, fields: Fields) -> None:
    fields["acted_by"] = s.r.choice(
        [{"body": "organ-1"}, {"office": "verv-1", "person": "person-1"}, {"person": "ukjent"}]
    )


def _twice(s: Scene, fields: Fields) -> None:
    lists = [value for value in fields.values() if isinstance(value, list) and value]
    if lists:
        chosen = s.r.choice(lists)
        chosen.append(s.r.choice(chosen))


def _to_the_bounds(s: Scene, fields: Fields) -> None:
    places = list(_whole_numbers(fields))
    if places:
        holder, key = s.r.choice(places)
        holder[key] = s.r.choice([0, 1, INT_MAX - 1, INT_MAX])


def _whole_numbers(value: Any) -> Iterator[tuple[Any, Any]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        if type(item) is int:
            yield value, key
        else:
            yield from _whole_numbers(item)


WILDNESS: tuple[Callable[[Scene, Fields], None], ...] = (
    _at_another_time,
    _roughly,
    _with_a_stranger,
    _resting_on_nothing,
    _in_another_mode,
    _by_someone,
    _twice,
    _to_the_bounds,
)
