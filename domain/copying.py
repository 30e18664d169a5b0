"""Copies of frozen states with some of their fields changed: what folding does most.

A register's state is one of its kind in a book, is copied with every entry that concerns it, and so keeps its fields in
a dictionary, which is copied whole. What there is much of, such as a person or a grant, has slots and takes less room.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from dataclasses import replace  # so that the types of fields are checked where it is called
else:
    import dataclasses

    S = TypeVar("S")

    def replace(state: S, /, **changes: Any) -> S:
        """Returns a copy of a frozen dataclass with these fields changed, as `dataclasses.replace` does.

        One without slots is copied without being made anew: a fifth of the time, for one of twenty fields.
        Raises TypeError for a field it does not have.
        """
        kept = getattr(state, "__dict__", None)
        if kept is None:
            return dataclasses.replace(state, **changes)
        fields = kept | changes
        if len(fields) != len(kept):
            raise TypeError(f"{type(state).__name__} has no {', '.join(sorted(changes.keys() - kept.keys()))}")
        copy = object.__new__(type(state))
        copy.__dict__.update(fields)
        return copy


__all__ = ["replace"]
