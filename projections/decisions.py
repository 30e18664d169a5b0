"""Decisions with what became of them: in force or not, what they lay down, and what is left to carry out."""

from __future__ import annotations

from collections.abc import Iterator

from domain.collaboration import Collaboration
from domain.decisions import Made
from domain.decisions.effects import ACT_OF_EVENT
from domain.effects import resting_on
from ledger.reading import Step
from projections.entry_rows import marks
from projections.projection import EVER, Projection, Row, dated, plain

_OWN_BASIS = frozenset({"charter.entered_into_force", "member_frame.set", "legal_form.changed", "member.admitted"})
"""Acts that the members' councils decide: what they rest on is the resolutions recorded in the book, counted then."""


def status(made: Made) -> str:
    """Returns how a decision stands: `conditional` and `stayed` ones are made, and not to be carried out yet."""
    if made.end is not None:
        return made.end.kind
    if made.stayed_by is not None:
        return "stayed"
    return "conditional" if made.open_conditions else "in_force"


def rows(state: Collaboration, decision_id: str) -> Iterator[Row]:
    """Yields the row of one decision."""
    made = state.decisions.by_id.get(decision_id)
    if made is None:
        return
    event, end = made.event, made.end
    effects = [{**plain(effect), "applied_by_entry": made.applied.get(effect.effect_id)} for effect in event.effects]
    body = {
        **plain(event),
        "effects": effects,
        "status": status(made),
        "open_conditions": list(made.open_conditions),
        "stayed_by_entry": made.stayed_by,
        "ended": None if end is None else {"kind": end.kind, "entry": end.entry, "effective": dated(end.interval)},
        "rested_on_by_entries": sorted(made.rested_on_by),
        "dissents": [{"person": person, "entry": entry} for person, entry in sorted(made.dissents.items())],
        "notified": [
            {"to": to, "ground": ground, "entry": entry, "effective": dated(interval)}
            for (to, ground), (entry, interval) in sorted(made.notified.items())
        ],
        "challenges": sorted(one.challenge_id for one in state.decisions.challenges_of(decision_id)),
        "effective": dated(made.interval),
        "entry": made.entry,
        "mode": made.mode,
    }
    yield Row(
        key=decision_id,
        body=body,
        possible_from=made.interval.earliest,
        certain_from=made.interval.latest,
        columns={
            "maker": event.body_id or event.office_id or "",
            "kind": event.kind,
            "case_id": event.case_id or "",
            "status": status(made),
        },
    )


def open_effect_rows(state: Collaboration, decision_id: str) -> Iterator[Row]:
    """Yields what a decision in force lays down and nothing has carried out: decided but not effected."""
    made = state.decisions.by_id.get(decision_id)
    if made is None:
        return
    for effect in made.open_effects:
        yield Row(
            key=f"{decision_id}:{effect.effect_id}",
            body={
                "decision": decision_id,
                "title": made.event.title,
                **plain(effect),
                "status": status(made),
                "open_conditions": list(made.open_conditions),
                "effective": dated(made.interval),
                "entry": made.entry,
            },
            possible_from=made.interval.earliest,
            certain_from=made.interval.latest,
            certain_to=EVER,
            columns={"act": effect.act},
        )


def undecided_rows(step: Step) -> Iterator[Row]:
    """Yields the row of an act that would carry out a decision and names none: effected without decision.

    History read from a source is left out: what it rested on is what the source shows.
    """
    entry = step.recorded.entry
    act = ACT_OF_EVENT.get(entry.type)
    if act is None or entry.mode == "import" or entry.type in _OWN_BASIS:
        return
    named = resting_on(entry.basis, entry.event) != () and resting_on(entry.basis, entry.event) != ("unknown",)
    if named or any(basis.kind in ("resolution", "law") for basis in entry.basis):
        return
    yield Row(
        key=f"{entry.number:010d}",
        body={"act": act, "type": entry.type, "effective": dated(entry.effective), **marks(entry)},
        possible_from=entry.effective.earliest,
        certain_from=entry.effective.latest,
        columns={"act": act},
    )


DECISIONS = Projection("decisions", "decision", rows, columns=("maker", "kind", "case_id", "status"))
OPEN_EFFECTS = Projection("open_effects", "decision", open_effect_rows, columns=("act",))
EFFECTS_WITHOUT_DECISION = Projection("effects_without_decision", None, render_entry=undecided_rows, columns=("act",))
