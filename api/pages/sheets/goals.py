"""How a goal stands, in words: its state, what was measured last, and where."""

from __future__ import annotations

from collections.abc import Iterator

from api.pages.sheets.sheet import JSON, Desk
from api.pages.sheets.tables import Cell
from api.pages.words import grouped

STATES = {
    "met": "goals.met",
    "good_enough": "goals.good_enough",
    "not_yet": "goals.not_yet",
    "missed": "goals.missed",
    "uncomputable": "goals.uncomputable",
    "not_measured": "goals.not_measured",
    "not_measurable": "goals.not_measurable",
}
"""What is said of each state."""


def standing(desk: Desk, measured: JSON) -> Cell:
    """Returns how a goal stands, with the entry of the measurement that says so."""
    if measured["withheld"]:
        return desk.gap("sheet.figure_withheld")
    notes = tuple(_notes(desk, measured))
    if measured["value"] is None:
        return desk.gap(STATES[measured["state"]]).model_copy(update={"notes": notes})
    cell = Cell(text=desk.speech(STATES[measured["state"]]), notes=notes)
    return desk.with_entries(cell, [measured["entry"]])


def _notes(desk: Desk, measured: JSON) -> Iterator[str]:
    speech = desk.speech
    if measured["value"] is not None:
        yield speech("goals.value", value=grouped(measured["value"], speech), day=measured["as_of"])
    if measured["in_agreement"] is not None:
        yield speech("goals.in_agreement", name=desk.names.of("agreement", measured["in_agreement"]))
