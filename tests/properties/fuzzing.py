"""One thing about a command changed, into anything its field can hold: what the rules may well refuse.

What it is changed into is drawn from the field's own type, and ids from what the book knows: of the same kind as the
one that stood there, of another kind, or of nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields as fields_of
from dataclasses import is_dataclass
from datetime import date, timedelta
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel

from domain.collaboration import COMMANDS
from domain.kernel import Command
from domain.text import INT_MAX
from tests.properties.acts import Fields, Scene

STRANGER = "ukjent"
"""An id of nothing."""

NUMBERS = (0, 1, 2, 3, 5, 100, INT_MAX)
DAYS = (-4_000, -400, -31, -14, -1, 1, 13, 14, 31, 366, 800, 1_500, 9_000)
"""From the day of the command."""
ITEMS_MAX = 6

Ids = Mapping[str, tuple[str, ...]]


# Ids -------------------------------------------------------------------------------------


def known_ids(state: object) -> Ids:
    """Returns the ids a book knows, by where in its state they stand."""
    return {where: ids for where, ids in _maps(state, "") if ids}


def _maps(state: object, where: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for field in fields_of(state):  # type: ignore[arg-type]
        value = getattr(state, field.name)
        if is_dataclass(value):
            yield from _maps(value, f"{where}.{field.name}")
        elif hasattr(value, "items") and isinstance(value, Iterable):
            parts = (part for key in value for part in (key if isinstance(key, tuple) else (key,)))
            yield f"{where}.{field.name}", tuple(sorted({part for part in parts if isinstance(part, str)}))


def _id(s: Scene, ids: Ids, old: Any) -> str:
    """Returns an id of the same kind as the old, of any other, or of nothing."""
    kin = sorted({one for known in ids.values() if old in known for one in known} - {old})
    chance = s.r.random()
    if chance < 0.15 or not ids:
        return STRANGER
    if kin and chance < 0.75:
        return s.r.choice(kin)
    return s.r.choice(s.r.choice([known for _, known in sorted(ids.items())]))


# Types -----------------------------------------------------------------------------------


@cache
def _arms(annotation: Any) -> tuple[Any, ...]:
    """Returns what a type is one of, the types in an Annotated and the words of a Literal each by itself."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _arms(get_args(annotation)[0])
    if origin in (Union, UnionType):
        return tuple(arm for part in get_args(annotation) for arm in _arms(part))
    if origin is Literal:
        return tuple(Literal[word] for word in get_args(annotation))
    if isinstance(annotation, TypeVar):
        return (Any,)
    return (annotation,)


def _anything(s: Scene, annotation: Any, ids: Ids, old: Any = None, depth: int = 0) -> Any:
    """Returns a value of a type, as JSON has it."""
    arm = s.r.choice(_arms(annotation))
    if arm is NoneType:
        return None
    if get_origin(arm) is Literal:
        return get_args(arm)[0]
    if get_origin(arm) is tuple:
        inner = get_args(arm)[0]
        return [_anything(s, inner, ids, depth=depth + 1) for _ in range(s.r.choice([0, 1, 1, 2]) if depth < 3 else 0)]
    if isinstance(arm, type) and issubclass(arm, BaseModel):
        return {
            name: _anything(s, field.annotation, ids, depth=depth + 1)
            for name, field in arm.model_fields.items()
            if field.is_required() or s.r.random() < 0.5
        }
    return _plain(s, arm, ids, old)


def _plain(s: Scene, arm: Any, ids: Ids, old: Any) -> Any:
    if arm is bool:
        return s.r.random() < 0.5
    if arm is int:
        near = (old - 1, old + 1, old * 2) if type(old) is int else ()
        return s.r.choice((*near, *NUMBERS))
    if arm is date:
        return (s.day + timedelta(days=s.r.choice(DAYS))).isoformat()
    if arm is str:
        return _id(s, ids, old) if s.r.random() < 0.9 else s.r.choice(["§ 7", "12", "99.5", "12/34", "999999999"])
    return old


# Changes ---------------------------------------------------------------------------------


def fuzz(s: Scene, name: str, fields: Fields) -> Fields:
    """Returns a command's fields with one of its own changed."""
    own = [field for field in COMMANDS[name].model_fields if field not in Command.model_fields and field != "type"]
    if not own:
        return fields
    chosen = s.r.choice(own)
    annotation = COMMANDS[name].model_fields[chosen].annotation
    return fields | {chosen: _changed(s, annotation, fields.get(chosen), known_ids(s.state))}


def _changed(s: Scene, annotation: Any, old: Any, ids: Ids) -> Any:
    """Returns a value changed somewhere: a part of it, or all."""
    arms = _arms(annotation)
    if isinstance(old, list) and old and s.r.random() < 0.8:
        return _changed_list(s, [arm for arm in arms if get_origin(arm) is tuple], old, ids)
    models = [arm for arm in arms if isinstance(arm, type) and issubclass(arm, BaseModel)]
    if isinstance(old, dict) and models and s.r.random() < 0.9:
        fitting = [arm for arm in models if old.keys() <= arm.model_fields.keys()] or models
        inner = s.r.choice(fitting).model_fields
        chosen = s.r.choice(sorted(inner))
        return old | {chosen: _changed(s, inner[chosen].annotation, old.get(chosen), ids)}
    return _anything(s, annotation, ids, old)


def _changed_list(s: Scene, arms: list[Any], old: list[Any], ids: Ids) -> list[Any]:
    at = s.r.randrange(len(old))
    match s.r.choice(["less", "twice", "another", "changed", "changed"]):
        case "less":
            return old[:at] + old[at + 1 :]
        case "twice":
            return [*old, old[at]]
        case "another" if arms:
            return [*old, _anything(s, get_args(arms[0])[0], ids)]
        case _:
            inner = get_args(arms[0])[0] if arms else Any
            return [*old[:at], _changed(s, inner, old[at], ids), *old[at + 1 :]]
