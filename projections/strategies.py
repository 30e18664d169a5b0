"""Strategies, goals, and what does something for them."""

from __future__ import annotations

from collections.abc import Iterator

from domain.benefits.alignment import towards
from domain.benefits.attaining import outcome
from domain.benefits.strategies import versions_of
from domain.collaboration import Collaboration
from domain.dates import next_day
from projections.projection import EVER, Projection, Row, dated, plain, span_row


def strategy_rows(state: Collaboration, strategy_id: str) -> Iterator[Row]:
    """Yields a row for each version of a strategy, for as long as it holds."""
    for span in versions_of(state.benefits.strategies, strategy_id).spans():
        strategy = span.mark.value
        event = strategy.event
        shown = {
            "id": strategy_id,
            "version": event.strategy_version,
            "title": event.title,
            "level": event.strategy_level,
            "owner": plain(event.owned_by),
            "holds_for": None if strategy.holds_for is None else list(strategy.holds_for),
            "goals": list(event.goal_ids),
            "until": None if event.until is None else event.until.isoformat(),
            "decision": event.decision_id,
        }
        row = span_row(span, f"{strategy_id}:{span.mark.number:010d}", shown)
        over = EVER if event.until is None else next_day(event.until)
        yield row._replace(certain_to=min(row.certain_to, over), possible_to=min(row.possible_to, over))


def goal_rows(state: Collaboration, goal_id: str) -> Iterator[Row]:
    """Yields the row of a goal, from the day it was set."""
    goal = state.benefits.goals.get(goal_id)
    if goal is None:
        return
    event = goal.event
    shown = {
        "id": goal_id,
        "kind": event.kind,
        "title": event.title,
        "indicator": event.indicator,
        "unit": event.unit,
        "operator": event.operator,
        "target": event.target,
        "good_enough": event.good_enough,
        "due": event.due if event.due == "unknown" else event.due.isoformat(),
        "owner": plain(event.owned_by),
        "arena": event.arena,
        "aim": event.aim,
        "reason_code": event.reason_code,
        "tied_to": plain(event.tied_to),
        "measurable": goal.measurable,
        "effective": dated(goal.effective),
        "entry": goal.entry,
    }
    interval = goal.effective
    yield Row(key=goal_id, body=shown, possible_from=interval.earliest, certain_from=interval.latest)


def goal_measurement_rows(state: Collaboration, goal_id: str) -> Iterator[Row]:
    """Yields a row for each time a goal was measured by itself, from the day it is of, judged by the goal."""
    goal = state.benefits.goals.get(goal_id)
    if goal is None:
        return
    for measured in goal.measurements:
        shown = {
            "goal": goal_id,
            "as_of": measured.as_of.isoformat(),
            "value": measured.value,
            "method": measured.method,
            "unit": goal.event.unit,
            "target": goal.event.target,
            "good_enough": goal.event.good_enough,
            "outcome": outcome(measured.value, goal.event),
            "effective": dated(measured.effective),
            "entry": measured.entry,
        }
        yield Row(
            key=f"{goal_id}:{measured.as_of.isoformat()}:{measured.entry:010d}",
            body=shown,
            possible_from=measured.as_of,
            certain_from=measured.as_of,
            columns={"goal": goal_id, "defined_by_entry": str(goal.entry)},
        )


def alignment_rows(state: Collaboration, goal_id: str) -> Iterator[Row]:
    """Yields a row for each thing held against a goal, and another each time what it does for it changes."""
    for (kind, id_), line in towards(state.benefits.alignments, goal_id).items():
        for span in line.spans():
            shown = {"goal": goal_id, "kind": kind, "id": id_, "contribution": span.mark.value}
            yield span_row(span, f"{goal_id}:{kind}:{id_}:{span.mark.number:010d}", shown, goal=goal_id)


STRATEGIES = Projection("strategies", "strategy", strategy_rows)
GOALS = Projection("goals", "goal", goal_rows)
GOAL_MEASUREMENTS = Projection(
    "goal_measurements",
    "goal",
    goal_measurement_rows,
    columns=("goal", "defined_by_entry"),
    telling="defined_by_entry",
)
ALIGNMENTS = Projection("alignments", "goal", alignment_rows, columns=("goal",))
