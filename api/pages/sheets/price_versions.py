"""Prices version by version: what each version charges, and what it changed in the one before."""

from __future__ import annotations

from collections.abc import Iterator

from api.pages.parts import Link
from api.pages.sheets.sheet import JSON, Desk
from api.pages.sheets.tables import Cell, Grid, Section
from api.pages.words import when


def version(desk: Desk, agreement: JSON, rung: JSON, before: JSON | None, decisions: tuple[Link, ...]) -> Section:
    """Returns a version of an agreement's prices, beside the one before; the first has none before it."""
    speech, number = desk.speech, rung["price_version"]
    return Section(
        id=f"{agreement['agreement']}-prices-{number}",
        title=speech("ladder.prices", agreement=agreement["name"], version=number),
        said=tuple(_said(desk, rung, before)),
        grids=(_items(desk, rung), *_changes(desk, rung, before)),
        links=(
            desk.entry(rung["entry"]).model_copy(update={"text": speech("state.entry", number=rung["entry"])}),
            *decisions,
        ),
    )


def _said(desk: Desk, rung: JSON, before: JSON | None) -> Iterator[str]:
    code = "ladder.prices_in_force" if rung["in_force"] else "ladder.prices_not_in_force"
    yield desk.speech(code, since=when(rung["effective"], desk.speech).text)
    if before is not None and not any(rung["redline"].values()):
        yield desk.speech("ladder.prices_unchanged")


def _items(desk: Desk, rung: JSON) -> Grid:
    return Grid(
        caption=desk.speech("prices.caption", count=len(rung["items"])),
        columns=(
            *desk.columns("prices.item"),
            *desk.figures("prices.price"),
            *desk.columns("prices.unit", "prices.index", "field.group"),
        ),
        rows=tuple(
            (
                Cell(text=item["name"]),
                *(_value(desk, n, item[n]) for n in ("price_ore", "unit", "price_index", "group")),
            )
            for item in rung["items"]
        ),
    )


def _value(desk: Desk, field: str, value: int | str | None) -> Cell:
    """Returns the value of a field of a price in words."""
    if value == "unknown":
        return desk.gap()
    if field == "price_ore":
        return desk.money(None if value is None else int(value), "prices.no_price")
    if field == "group":
        return desk.word("product_group", None if value is None else str(value))
    return desk.gap("prices.no_index") if value is None else Cell(text=str(value))


def _changes(desk: Desk, rung: JSON, before: JSON | None) -> Iterator[Grid]:
    """Yields what the version changed in the one before, field by field; the first changed nothing."""
    change = rung["redline"]
    if before is None or not any(change.values()):
        return
    speech = desk.speech
    called = {item["item_id"]: item["name"] for item in (*before["items"], *rung["items"])}
    rows = [
        (
            Cell(text=called[one["item"]]),
            Cell(text=speech(f"field.{one['field']}")),
            _value(desk, one["field"], one["was"]),
            _value(desk, one["field"], one["now"]),
        )
        for one in change["changed"]
    ]
    whole, none = Cell(text=speech("ladder.whole_price")), desk.gap("ladder.not_there")
    rows += [(Cell(text=called[id_]), whole, none, Cell(text=speech("ladder.added"))) for id_ in change["added"]]
    rows += [(Cell(text=called[id_]), whole, Cell(text=speech("ladder.was_there")), none) for id_ in change["removed"]]
    yield Grid(
        caption=speech("ladder.changes", version=rung["price_version"], before=before["price_version"]),
        columns=desk.columns("prices.item", "ladder.field", "ladder.was", "ladder.now"),
        rows=tuple(rows),
    )
