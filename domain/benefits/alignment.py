"""Alignment: what helps a goal to be reached, what it needs, and what stands in its way.

A goal, a service, an agreement or a benefit is held against a goal. Goals make up no circle: what serves a goal cannot
be served by it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import pairwise
from typing import Literal, TypeAlias

from rpds import HashTrieMap

from domain.agreements import Agreements
from domain.benefits.goals import Goals
from domain.dates import Timeline
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.text import Frozen, Id

NodeKind = Literal["goal", "service", "agreement", "benefit"]
Contribution = Literal["enables", "supports", "blocks"]

# Events: stored for ever -----------------------------------------------------------------


class AlignedNode(Frozen):
    """What is held against a goal."""

    kind: NodeKind
    id: Id


class GoalAligned(Event):
    """What something does for a goal was said."""

    type: Literal["goal.aligned"] = "goal.aligned"
    aligned: AlignedNode
    goal_id: Id
    contribution: Contribution


# Commands --------------------------------------------------------------------------------


class AlignGoal(Command):
    """Say what a goal, a service, an agreement or a benefit does for a goal; it replaces what was said before."""

    type: Literal["goal.align"]
    aligned: AlignedNode
    goal_id: Id
    contribution: Contribution


# State -----------------------------------------------------------------------------------

Line: TypeAlias = Timeline[Contribution]
Alignments: TypeAlias = "HashTrieMap[str, HashTrieMap[tuple[NodeKind, str], Line]]"
"""By the goal they are held against, then by what is held against it."""
_NONE: HashTrieMap[tuple[NodeKind, str], Line] = HashTrieMap()


def towards(alignments: Alignments, goal_id: str) -> HashTrieMap[tuple[NodeKind, str], Line]:
    """Returns what is held against a goal, with what it does for it over time."""
    return alignments.get(goal_id, _NONE)


def evolve(alignments: Alignments, event: GoalAligned, fact: Fact) -> Alignments:
    """Returns the alignments after one more was told."""
    held, node = towards(alignments, event.goal_id), (event.aligned.kind, event.aligned.id)
    line = held.get(node, Timeline[Contribution]()).with_mark(fact.effective, fact.number, event.contribution)
    return alignments.insert(event.goal_id, held.insert(node, line))


def subjects(event: GoalAligned) -> Iterator[Subject]:
    """Yields the goal, and what is held against it."""
    yield Subject("goal", event.goal_id)
    yield Subject(event.aligned.kind, event.aligned.id)


# Rules -----------------------------------------------------------------------------------


def decide(
    command: AlignGoal,
    alignments: Alignments,
    goals: Goals,
    benefits: Collection[str],
    agreements: Agreements,
    context: Context,
) -> Decision:
    """Returns the alignment, `benefits` being those planned. Raises Rejection."""
    ruling = judge(_against(command, alignments, goals, benefits, agreements, context), context.mode)
    event = GoalAligned(aligned=command.aligned, goal_id=command.goal_id, contribution=command.contribution)
    return Decision((event,), ruling)


def _against(
    command: AlignGoal,
    alignments: Alignments,
    goals: Goals,
    benefits: Collection[str],
    agreements: Agreements,
    context: Context,
) -> Iterator[Rejection]:
    node, goal_id = command.aligned, command.goal_id
    nodes: dict[NodeKind, Collection[str]] = {
        "goal": goals,
        "service": agreements.services,
        "agreement": agreements.agreements,
        "benefit": benefits,
    }
    if goal_id not in goals:
        yield Rejection("goal.unknown_node", "fact", node_kind="goal", node_id=goal_id)
    if node.id not in nodes[node.kind]:
        yield Rejection("goal.unknown_node", "fact", node_kind=node.kind, node_id=node.id)
    line = towards(alignments, goal_id).get((node.kind, node.id), Timeline[Contribution]())
    now = line.on(context.on).certain
    if now is not None and now.value == command.contribution:
        yield Rejection(
            "goal.already_aligned",
            "fact",
            entries=(now.number,),
            node_id=node.id,
            goal_id=goal_id,
            contribution=command.contribution,
        )
    path = None if node.kind != "goal" else _path(alignments, goal_id, node.id)
    if path is not None:
        entries = _entries(alignments, path)
        yield Rejection("goal.cycle", entries=entries, node_id=node.id, goal_id=goal_id, path=list(path))


def _path(alignments: Alignments, first: str, last: str) -> tuple[str, ...] | None:
    """Returns the goals from `first` to the goal `last` that it serves, None where there is no such way."""
    after: dict[str, str | None] = {last: None}
    waiting = [last]
    while waiting and first not in after:
        goal_id = waiting.pop(0)
        serving = sorted(id_ for kind, id_ in towards(alignments, goal_id) if kind == "goal")
        for id_ in serving:
            if id_ not in after:
                after[id_] = goal_id
                waiting.append(id_)
    if first not in after:
        return None
    path, step = [first], after[first]
    while step is not None:
        path.append(step)
        step = after[step]
    return tuple(path)


def _entries(alignments: Alignments, path: tuple[str, ...]) -> list[int]:
    lines = (towards(alignments, goal)["goal", node] for node, goal in pairwise(path))
    return [line.marks[0].number for line in lines]
