"""Budgets: each line as it was adopted and as amended, and the frames the members' councils set.

FOR-2023-08-16-1327 §§ 2-3 and 3-3 ask for the original and the amended budget side by side.
"""

from __future__ import annotations

from collections.abc import Iterator

from domain.budgets import Budget
from domain.collaboration import Collaboration
from domain.dates import Timeline
from projections.projection import Projection, Row, span_row


def line_rows(state: Collaboration, year: str) -> Iterator[Row]:
    """Yields, for each line, a row from the adoption on and one from each amendment on."""
    budget = state.budgets.by_year.get(int(year))
    if budget is None:
        return
    turns = _turns(budget)
    for position, line_id in enumerate(budget.order):
        line = budget.lines[line_id]
        for span in turns.spans():
            amounts = budget.amounts_on(line_id, span.certain_from) or line.original.amounts
            shown = {
                "year": budget.year,
                "line": line_id,
                "position": position,
                "name": line.original.name,
                "part": line.original.part,
                "direction": line.original.direction,
                "member": line.original.member_id,
                "original_ore": list(line.original.amounts),
                "amended_ore": list(amounts),
                "amendment_no": span.mark.value,
                "decision": budget.decision_id,
                "late": budget.late,
            }
            yield span_row(span, f"{year}:{position:04d}:{span.mark.number:010d}", shown, year=year)


def _turns(budget: Budget) -> Timeline[int]:
    """Returns the days the amounts change: 0 for the adoption, then the amendments' numbers."""
    turns = Timeline[int]().with_mark(budget.effective, budget.entry, 0)
    for amendment in budget.amendments:
        turns = turns.with_mark(amendment.effective, amendment.entry, amendment.amendment_no)
    return turns


def frame_rows(state: Collaboration, year: str) -> Iterator[Row]:
    """Yields a row for each frame a member's council set for the year."""
    for (frame_year, member_id), line in state.budgets.frames.items():
        if frame_year == int(year):
            for span in line.spans():
                frame = span.mark.value
                shown = {
                    "year": frame_year,
                    "member": member_id,
                    "operating_ore": frame.operating,
                    "investment_ore": frame.investment,
                }
                yield span_row(span, f"{year}:{member_id}:{span.mark.number:010d}", shown, year=year)


BUDGET_LINES = Projection("budget_lines", "budget", line_rows, columns=("year",))
MEMBER_FRAMES = Projection("member_frames", "budget", frame_rows, columns=("year",))
