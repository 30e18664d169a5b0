"""Who may read rows that are there already, when the access to an entry is changed after them.

A row made from a shielded entry is shielded, and so is every later version of the rows of what it is about, since they
may repeat what it says. So a change of access reaches back to the entry itself, and forward to everything since.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

from rpds import HashTrieMap

from domain.kernel import Access
from domain.records import EntryAccessChanged
from ledger.reading import Step
from projections.projection import Changes, Projection, Version
from projections.shielding import marked, strictest

Identity = tuple[str, str, int]
"""Of a version: its projection, key and first entry."""


Shields: TypeAlias = "Mapping[int, Access] | HashTrieMap[int, Access]"
"""Who may read the entries that are shielded."""


class Kept(Protocol):
    """Where versions are kept."""

    def versions_where(self, projection: Projection, collaboration_id: str, column: str, value: Any) -> list[Version]:
        """Returns every version with a value in one of the columns."""
        ...


def changed_in(steps: Iterable[Step]) -> frozenset[int]:
    """Returns the entries whose access was changed by these."""
    events = (step.recorded.entry.event for step in steps if step.fact.regular)
    return frozenset(event.entry for event in events if isinstance(event, EntryAccessChanged))


def as_read_now(
    projection: Projection, versions: Iterable[Version], shielded: Shields
) -> Iterator[tuple[Version, Version]]:
    """Yields the versions of one subject that are to be read by others than they are, each before and after.

    `shielded` are the entries that are shielded now, until a day or for good.
    """
    held: list[Version] = []
    for version in sorted(versions, key=lambda one: one.from_entry):
        first = version.from_entry
        marks = [marked(shielded.get(first)), marked(shielded.get(projection.tells_of(version) or 0))]
        if version.subject:
            held = [one for one in held if one.to_entry >= first]
            marks += [one.access for one in held if one.from_entry < first]
        access = strictest(marks)
        now = version if access == version.access else version._replace(access=access)
        held.append(now)
        if now is not version:
            yield version, now


def fresh(projections: Sequence[Projection], changes: Changes, shielded: Shields) -> None:
    """Brings the versions of a book rendered from its first entry up to what is shielded now."""
    by_subject: dict[tuple[str, str], list[Version]] = {}
    for version in changes.added.values():
        by_subject.setdefault((version.projection, version.subject), []).append(version)
    named = {projection.name: projection for projection in projections}
    for (name, _), versions in by_subject.items():
        if name in named:
            for _, now in as_read_now(named[name], versions, shielded):
                changes.added[now.projection, now.key, now.from_entry] = now


def following(
    projections: Sequence[Projection], kept: Kept, collaboration_id: str, steps: Sequence[Step], changes: Changes
) -> None:
    """Adds to the changes of these entries what their changes of access do to the versions kept before."""
    entries = changed_in(steps)
    if not entries:
        return
    shielded = steps[-1].after.records.shielded
    ended = {_identity(version): number for version, number in changes.ended}
    for projection in projections:
        for versions in _affected(projection, kept, collaboration_id, entries, changes, ended):
            for _, now in as_read_now(projection, versions, shielded):
                if _identity(now) in changes.added:
                    changes.added[_identity(now)] = now
                else:
                    changes.reclassified.append(now)


def _affected(
    projection: Projection,
    kept: Kept,
    collaboration_id: str,
    entries: Collection[int],
    changes: Changes,
    ended: dict[Identity, int],
) -> Iterator[list[Version]]:
    """Yields the versions of each subject the entries touched, as they are after the changes."""
    own = [version for version in changes.added.values() if version.projection == projection.name]
    made = [v for n in entries for v in kept.versions_where(projection, collaboration_id, "from_entry", n)]
    if projection.telling is not None:
        told = (kept.versions_where(projection, collaboration_id, projection.telling, str(n)) for n in entries)
        made += [version for versions in told for version in versions]
    made += [v for v in own if v.from_entry in entries or projection.tells_of(v) in entries]
    if projection.kind is None:
        yield list({_identity(version): version for version in made}.values())
        return
    for subject in dict.fromkeys(version.subject for version in made):
        stored = kept.versions_where(projection, collaboration_id, "subject", subject)
        after = [v._replace(to_entry=ended.get(_identity(v), v.to_entry)) for v in stored]
        yield [*after, *(version for version in own if version.subject == subject)]


def _identity(version: Version) -> Identity:
    return version.projection, version.key, version.from_entry
