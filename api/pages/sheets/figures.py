"""A figure the book itself shows, in words: of how many where it is a share, with the entries it rests on."""

from __future__ import annotations

from api.pages.sheets.sheet import JSON, Desk
from api.pages.sheets.tables import Cell
from api.pages.words import grouped, money


def figure(desk: Desk, found: JSON, over: str = "sheet.count_of") -> Cell:
    """Returns an indicator's or a hint's figure, or why there is none; `over` says how it is of so many."""
    if found["withheld"]:
        return desk.gap("sheet.figure_withheld")
    if found["value"] is None:
        gap = desk.gap().model_copy(update={"notes": (found["why"][desk.speech.language],)})
        return desk.with_entries(gap, found["entries"])
    return desk.with_entries(Cell(text=_said(desk, found, over)), found["entries"])


def _said(desk: Desk, found: JSON, over: str) -> str:
    speech, value, of = desk.speech, found["value"], found["of"]
    shown = money(value, speech) if found["unit"] == "ore" else grouped(str(value), speech)
    if of is not None:
        return speech(over, value=shown, of=grouped(str(of), speech))
    if found["unit"] == "ore":
        return shown
    return speech("sheet.amount_of", value=shown, unit=speech.word("figure_unit", found["unit"]))
