"""Corrections: which entry stands in the place of which, and every value that was and that is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from domain.collaboration import held_at
from domain.irregularities import IrregularityHealed
from domain.kernel import Fact
from ledger.reading import Step
from projections.entry_rows import marks
from projections.projection import Projection, Row, dated, plain


def rows(step: Step) -> Iterator[Row]:
    """Yields the row of a correction that takes effect with this entry, at once or by being healed."""
    fact = _correction(step)
    held = None if fact is None or fact.corrects is None else held_at(step.after, fact.corrects)
    if fact is None or held is None or held.corrected_by != step.fact.number:
        return
    was = {"effective": dated(held.fact.effective), "event": plain(held.fact.event)}
    now = {"effective": dated(step.fact.effective), "event": plain(fact.event)}
    yield Row(
        key=f"{fact.corrects:010d}:{step.fact.number:010d}",
        body={
            "corrected": fact.corrects,
            "type": held.type,
            "changes": list(changes_between("", was, now)),
            "effective": dated(step.fact.effective),
            **marks(step.recorded.entry),
        },
        columns={"corrected": str(fact.corrects), "type": held.type},
    )


def _correction(step: Step) -> Fact | None:
    """Returns the act that takes effect with an entry, if it has any and corrects another."""
    event = step.recorded.entry.event
    if isinstance(event, IrregularityHealed):
        kept = step.after.irregular.by_entry.get(event.entry)
        return kept.fact if kept is not None and kept.fact.corrects is not None else None
    return step.fact if step.fact.regular and step.fact.corrects is not None else None


def changes_between(path: str, was: Any, now: Any) -> Iterator[dict[str, Any]]:
    """Yields every value that differs, by where it stands; null where there is none."""
    if isinstance(was, dict) and isinstance(now, dict) and was.keys() | now.keys() != {"commitment"}:
        for name in dict.fromkeys((*was, *now)):
            yield from changes_between(f"{path}.{name}" if path else name, was.get(name), now.get(name))
    elif isinstance(was, list) and isinstance(now, list):
        for index in range(max(len(was), len(now))):
            before = was[index] if index < len(was) else None
            after = now[index] if index < len(now) else None
            yield from changes_between(f"{path}.{index}", before, after)
    elif was != now:
        yield {"path": path, "was": was, "is": now}


CORRECTIONS = Projection("corrections", None, render_entry=rows, columns=("corrected", "type"), telling="corrected")
