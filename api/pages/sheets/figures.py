"""A figure the book itself shows, in words: of how many where it is a share, with the entries it rests on."""

from __future__ import annotations

from api.pages.sheets.sheet import JSON, Desk
from api.pages.sheets.tables import Cell
from api.pages.words import money


def figure(desk: Desk, found: JSON, *, ratio: bool = False) -> Cell:
    """Returns an indicator's or a hint's figure, or why there is none; with `ratio` what it is of is no part of it."""
    if found["withheld"]:
        return desk.gap("sheet.figure_withheld")
    if found["value"] is None:
        return desk.gap()
    return desk.with_entries(Cell(text=_said(desk, found, ratio=ratio)), found["entries"])


def _said(desk: Desk, found: JSON, *, ratio: bool) -> str:
    speech, value, of = desk.speech, found["value"], found["of"]
    if found["unit"] == "ore":
        # A share of money is over how many it is divided among; alone it is an amount.
        amount = money(value, speech)
        return amount if of is None else speech("sheet.amount_over", amount=amount, of=of)
    if of is None:
        return speech("sheet.amount_of", value=value, unit=speech.word("figure_unit", found["unit"]))
    return speech("sheet.count_over" if ratio else "sheet.count_of", value=value, of=of)
