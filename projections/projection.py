"""What a projection is, and how touched entities become versions of rows.

A projection renders rows from the state an entry left, for the entities the entry touched, or from the entry itself.
Every version of a row knows the entry it appeared with and the entry that ended it, so that any list, as of any entry
and on any date, is one query and nothing is folded again to look back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, NamedTuple

import orjson
from pydantic import BaseModel

from domain.collaboration import Collaboration, put_right_in, subjects
from domain.dates import Interval, Span
from domain.effects import resting_on
from domain.irregularities import subject as irregular_act
from domain.kernel import Subject
from domain.lifetime import Lifetime
from ledger.reading import Step
from projections.remembering import Remembered
from projections.shielding import marked, strictest

OPEN = 2**62
"""`to_entry` of a version that no later entry has ended."""

ALWAYS = date(1, 1, 1)
"""`possible_from` and `certain_from` of a row that has no date of its own."""

EVER = date(9999, 12, 31)
"""`certain_to` and `possible_to` of a row that nothing follows."""


_NONE: Mapping[str, str] = MappingProxyType({})


class Row(NamedTuple):
    """One row of a projection, as one version of the book has it."""

    key: str
    """Unique within the projection and the book."""
    body: Mapping[str, Any]
    """What an answer shows: JSON values."""
    possible_from: date = ALWAYS
    certain_from: date = ALWAYS
    certain_to: date = EVER
    """The first day it may have ended."""
    possible_to: date = EVER
    """The first day it certainly has ended."""
    columns: Mapping[str, str] = _NONE
    """Values of the projection's index columns."""


Render = Callable[[Collaboration, str], Iterable[Row]]
"""Returns all rows of one subject in a state."""


@dataclass(frozen=True, slots=True)
class Projection:
    """A named set of rows."""

    name: str
    """Lower case with underscores: names its table too."""
    kind: str | None
    """The kind of subject whose rows it renders; None where it renders entries themselves."""
    render: Render | None = None
    """Returns all rows of one subject in a state."""
    render_entry: Callable[[Step], Iterable[Row]] | None = None
    """Returns the rows one entry adds; they are never ended."""
    columns: tuple[str, ...] = ()
    """Index columns beside the ones every table has."""
    telling: str | None = None
    """The index column with the number of another entry, of which a row tells what it said."""

    def tells_of(self, version: Version) -> int | None:
        """Returns the other entry of which a version tells what it said, None where there is none."""
        return None if self.telling is None else int(version.columns[self.columns.index(self.telling)])


class Version(NamedTuple):
    """One version of a row, as it is stored."""

    projection: str
    subject: str
    key: str
    from_entry: int
    to_entry: int
    possible_from: str
    certain_from: str
    certain_to: str
    possible_to: str
    access: str
    columns: tuple[str, ...]
    body: bytes

    def same_row(self, other: Version) -> bool:
        """Whether both show the same, whatever entries they belong to and whoever may read them."""
        return (
            self.body == other.body
            and self.columns == other.columns
            and (self.possible_from, self.certain_from, self.certain_to, self.possible_to)
            == (other.possible_from, other.certain_from, other.certain_to, other.possible_to)
        )


OpenRows = dict[tuple[str, str], dict[str, Version]]
"""Versions not ended, by projection and subject, then by key."""


@dataclass(slots=True)
class Changes:
    """What a run of entries does to the rows of one book."""

    ended: list[tuple[Version, int]] = field(default_factory=list)
    """Versions stored before that end, and the entry that ends them."""
    added: dict[tuple[str, str, int], Version] = field(default_factory=dict)
    """New versions by projection, key and first entry, some of them ended again already."""
    reclassified: list[Version] = field(default_factory=list)
    """Versions stored before that are to be read by others than they were."""


def span_row(span: Span[Any], key: str, body: Mapping[str, Any], life: Lifetime | None = None, **columns: str) -> Row:
    """Returns the row of one span of a timeline, within the lifetime of what it belongs to."""
    ends = span.certain_to or EVER
    row = Row(
        key=key,
        body={**body, "effective": dated(span.mark.effective), "entry": span.mark.number},
        possible_from=span.possible_from,
        certain_from=span.certain_from,
        certain_to=ends,
        possible_to=ends,
        columns=columns,
    )
    return row if life is None else within(row, life)


def life_row(life: Lifetime, key: str, body: Mapping[str, Any], entry: int, **columns: str) -> Row:
    """Returns the row of something that begins once and ends once."""
    ended = None if life.ended is None else dated(life.ended)
    until = None if life.until is None else life.until.isoformat()
    shown = {**body, "effective": dated(life.began), "ended": ended, "until": until, "entry": entry}
    return within(Row(key=key, body=shown, columns=columns), life)


def within(row: Row, life: Lifetime) -> Row:
    """Returns the row confined to the days of a lifetime."""
    return row._replace(
        possible_from=max(row.possible_from, life.possible_from),
        certain_from=max(row.certain_from, life.certain_from),
        certain_to=min(row.certain_to, life.certain_to or EVER),
        possible_to=min(row.possible_to, life.possible_to or EVER),
    )


def dated(interval: Interval) -> dict[str, Any]:
    """Returns an interval as an answer shows it."""
    return interval.model_dump(mode="json")


def plain(value: Any) -> Any:
    """Returns a domain value as JSON has it."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, (tuple, list)):
        return [plain(item) for item in value]
    if isinstance(value, (frozenset, set)):
        return sorted(value)
    return value


def touched(step: Step) -> tuple[Subject, ...]:
    """Returns the entities whose rows an entry may have changed.

    An irregular act has no effects: it changes its own row and the minutes of the meetings it belongs to, and no other.
    An act that rests on a decision changes the decision's rows, for what is left of it to carry out, and one that
    corrects what signed minutes tell changes those of the minutes.
    """
    event = step.recorded.entry.event
    named = tuple(dict.fromkeys((*subjects(event), *put_right_in(step.after, step.fact))))
    if not step.fact.regular:
        return (irregular_act(step.fact.number), *(subject for subject in named if subject.kind == "meeting"))
    decided = (Subject("decision", decision_id) for decision_id in resting_on(step.fact.basis, event))
    return tuple(dict.fromkeys((*named, *decided)))


def touched_by_kind(step: Step) -> dict[str, list[str]]:
    """Returns the ids of the entities whose rows an entry may have changed, by their kind."""
    by_kind: dict[str, list[str]] = {}
    for subject in touched(step):
        by_kind.setdefault(subject.kind, []).append(subject.id)
    return by_kind


def apply(
    projection: Projection,
    step: Step,
    subject_ids: Iterable[str],
    open_rows: OpenRows,
    changes: Changes,
    remembered: Remembered,
) -> None:
    """Renders what one entry touched, ends versions that changed and adds the new ones.

    `subject_ids` are the entities of the projection's kind that it touched; `open_rows` must hold their open versions,
    and is brought up to date, as is `remembered`.
    """
    if projection.render_entry is not None:
        _add(projection, projection.render_entry(step), step, changes)
    elif projection.render is not None:
        changed = remembered.changed(projection.name, subject_ids, step.after)
        _show(projection, projection.render, changed, step, open_rows, changes, remembered)


def _add(projection: Projection, rows: Iterable[Row], step: Step, changes: Changes) -> None:
    number, own = step.fact.number, _mark(step)
    versions = [_as_told(projection, _version(projection, "", row, number, own), step) for row in rows]
    for version in versions:
        changes.added[version.projection, version.key, number] = version


def _show(
    projection: Projection,
    render: Render,
    subject_ids: Iterable[str],
    step: Step,
    open_rows: OpenRows,
    changes: Changes,
    remembered: Remembered,
) -> None:
    """Renders every subject before it changes a row, so that a projection that fails leaves the rows of before."""
    rendered: list[tuple[dict[str, Version], dict[str, Version]]] = []
    for subject_id in subject_ids:
        held = open_rows.setdefault((projection.name, subject_id), {})
        mark = strictest((_mark(step), *(version.access for version in held.values())))
        rows = {
            row.key: _as_told(projection, _version(projection, subject_id, row, step.fact.number, mark), step)
            for row in render(remembered.watched(projection.name, subject_id, step.after), subject_id)
        }
        rendered.append((held, rows))
    for held, rows in rendered:
        _replace(held, rows, step.fact.number, changes)


def _as_told(projection: Projection, version: Version, step: Step) -> Version:
    """Returns a version as those may read it who may read the other entry it tells of, if there is one, as well."""
    told = projection.tells_of(version)
    if told is None:
        return version
    return version._replace(access=strictest((version.access, marked(step.after.records.shielded.get(told)))))


def _mark(step: Step) -> str:
    """Returns who may read what an entry says, as it stands when it is recorded."""
    return marked(step.after.records.shielded.get(step.fact.number))


def _replace(held: dict[str, Version], rows: dict[str, Version], number: int, changes: Changes) -> None:
    """Ends and adds versions. A row that shows the same stays as it is: a shielded entry that names a body in passing
    says nothing new of it, and hides nothing that everyone could read before."""
    for key, old in list(held.items()):
        new = rows.get(key)
        if new is not None and new.same_row(old):
            del rows[key]
            continue
        del held[key]
        _end(old, number, changes)
    for key, new in rows.items():
        held[key] = new
        changes.added[(new.projection, new.key, new.from_entry)] = new


def _end(old: Version, number: int, changes: Changes) -> None:
    identity = (old.projection, old.key, old.from_entry)
    if identity not in changes.added:
        changes.ended.append((old, number))
    else:
        changes.added[identity] = old._replace(to_entry=number)


def _version(projection: Projection, subject: str, row: Row, number: int, mark: str) -> Version:
    return Version(
        projection=projection.name,
        subject=subject,
        key=row.key,
        from_entry=number,
        to_entry=OPEN,
        possible_from=row.possible_from.isoformat(),
        certain_from=row.certain_from.isoformat(),
        certain_to=row.certain_to.isoformat(),
        possible_to=row.possible_to.isoformat(),
        access=mark,
        columns=tuple([row.columns.get(name, "") for name in projection.columns]),
        body=orjson.dumps(row.body, option=orjson.OPT_SORT_KEYS),
    )
