"""What a sheet is made of: sections of sentences and tables, every cell in words, gaps as gaps."""

from __future__ import annotations

from api.pages.parts import Link, Part


class Cell(Part):
    """A cell of a table."""

    text: str
    """What it says."""
    url: str | None = None
    """Where that leads."""
    gap: bool = False
    """Whether nothing is known or recorded."""
    notes: tuple[str, ...] = ()
    """What is to be said beside it."""
    entries: tuple[Link, ...] = ()
    """The entries behind it."""
    many: str | None = None
    """How many entries there are, where they are too many to stand in a cell unfolded."""
    more: str | None = None
    """That there are more entries than are shown."""


class Column(Part):
    """A column of a table."""

    title: str
    """Its heading."""
    number: bool = False
    """Whether it holds figures, which stand to the right."""


class Grid(Part):
    """A table; the first cell of each row heads it."""

    caption: str
    """What the table shows."""
    columns: tuple[Column, ...]
    """Its columns."""
    rows: tuple[tuple[Cell, ...], ...]
    """Its rows, a cell for each column."""
    folded: bool = False
    """Whether it is long and only opened by who wants it."""


class Section(Part):
    """A part of a sheet."""

    id: str
    """Its place on the page."""
    title: str
    """Its heading."""
    said: tuple[str, ...] = ()
    """What there is to say before the tables."""
    grids: tuple[Grid, ...] = ()
    """Its tables."""
    links: tuple[Link, ...] = ()
    """Where to go on from it."""
