"""A composed answer on a page: as of what it is seen, its sections, or what would fill it where there is nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar

from fastapi import Depends, Request, Response
from fastapi.responses import RedirectResponse

from api.answering import link
from api.composition import House
from api.deps import BookId, HouseDep, Point
from api.pages.looking import FIELD_OF, Look, LookDep, Unreadable, as_of, point_of
from api.pages.names import Names, names
from api.pages.parts import Link, Page, Part, frame
from api.pages.rendering import rendered
from api.pages.sheets.tables import Cell, Column, Section
from api.pages.speech import Speech, SpeechDep
from api.pages.words import grouped, money, on, titled
from api.problems import Refused

JSON = dict[str, Any]

INLINE_MAX = 3
"""Entries that stand in a cell unfolded."""
ENTRIES_MAX = 50
"""Entries behind one figure that are linked to; the JSON answer names all."""


class Choice(Part):
    """One of several sheets of a kind, as years are."""

    link: Link
    """What it is called, and where it is."""
    current: bool
    """Whether it is the one shown."""


class SheetContext(Page):
    """A composed answer of a collaboration."""

    template: ClassVar[str] = "sheet.html"

    lead: str
    """What it shows, in a sentence."""
    seen: str
    """As of what it shows the book."""
    look_url: str
    """Where another day or entry is chosen."""
    choices_named: str
    """What there is to choose among."""
    choices: tuple[Choice, ...]
    """The sheets of the same kind."""
    empty: str | None
    """That there is nothing; None where there is something."""
    commands: tuple[Link, ...]
    """The commands that would fill it."""
    sections: tuple[Section, ...]
    """What there is."""
    withheld: str | None
    """How much is left out for being shielded."""
    json_url: str
    """The same as JSON."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a sheet is written: the point it is seen from, and how things are put in words there."""

    house: House
    point: Point
    speech: Speech
    look: Look
    names: Names

    @property
    def query(self) -> dict[str, str]:
        """The fields of the form that were filled in."""
        return {name: value for name, value in dict(self.look).items() if value}

    def url(self, *more: str, **query: object) -> str:
        """Returns the link to a page below the collaboration, seen from the same point."""
        return self.speech.collaboration(self.point.collaboration_id, *more, **{**self.query, **query})

    def json_url(self, path: str, **query: str | int | None) -> str:
        """Returns the address of the answer the sheet is made of."""
        day = None if self.point.on is None else self.point.on.isoformat()
        base = f"/api/v1/collaborations/{self.point.collaboration_id}/{path}"
        return link(base, entry=self.point.entry, effective_on=day, **query)

    # Words -------------------------------------------------------------------------------

    def columns(self, *codes: str) -> tuple[Column, ...]:
        """Returns columns with these headings."""
        return tuple(Column(title=self.speech(code)) for code in codes)

    def figures(self, *codes: str) -> tuple[Column, ...]:
        """Returns columns of figures with these headings."""
        return tuple(Column(title=self.speech(code), number=True) for code in codes)

    def gap(self, code: str = "sheet.unknown") -> Cell:
        """Returns a cell where nothing is known or recorded."""
        return Cell(text=self.speech(code), gap=True)

    def word(self, vocabulary: str, value: str | None, gap: str = "sheet.unknown") -> Cell:
        """Returns the word for a value, or a gap where it is not known."""
        known = value is not None and value != "unknown"
        return Cell(text=titled(self.speech.word(vocabulary, str(value)))) if known else self.gap(gap)

    def money(self, ore: int | None, gap: str = "sheet.not_recorded", **more: Any) -> Cell:
        """Returns an amount in whole øre as kroner, or a gap."""
        return self.gap(gap) if ore is None else Cell(text=money(ore, self.speech), **more)

    def measured(self, value: str | None, unit: str) -> str:
        """Returns an exact decimal with its unit."""
        return self.speech("sheet.amount_of", value=grouped(str(value), self.speech), unit=unit)

    def day(self, iso: str) -> str:
        """Returns a date in ISO form in words."""
        return on(date.fromisoformat(iso), self.speech)

    def named(self, kind: str, id_: str, **more: Any) -> Cell:
        """Returns a subject by name, leading to its history."""
        subject = f"{kind}:{id_}"
        url = self.speech.collaboration(self.point.collaboration_id, "history", subject=subject)
        return Cell(text=self.names.of(kind, id_), url=url, **more)

    # Entries -----------------------------------------------------------------------------

    def entry(self, number: int) -> Link:
        """Returns the link to an entry."""
        return Link(
            text=str(number), url=self.speech.collaboration(self.point.collaboration_id, "entries", str(number))
        )

    def with_entries(self, cell: Cell, numbers: Iterable[int]) -> Cell:
        """Returns the cell with the entries behind it."""
        every = sorted(set(numbers))
        left = len(every) - ENTRIES_MAX
        return cell.model_copy(
            update={
                "entries": tuple(map(self.entry, every[:ENTRIES_MAX])),
                "many": self.speech("sheet.entries", count=len(every)) if len(every) > INLINE_MAX else None,
                "more": self.speech("sheet.more_entries", count=left) if left > 0 else None,
            }
        )

    def entries(self, numbers: Iterable[int]) -> Cell:
        """Returns a cell of nothing but entries."""
        cell = self.with_entries(Cell(text=""), numbers)
        return cell if cell.entries else self.gap("sheet.no_entry")


@dataclass(frozen=True, slots=True)
class Written:
    """What a sheet says."""

    title: str
    lead: str
    sections: tuple[Section, ...]
    path: str
    """Of the JSON answer, below the collaboration."""
    empty: str
    """What is said where there are no sections."""
    commands: tuple[str, ...]
    """What would fill it."""
    withheld: int = 0
    choices_named: str = ""
    choices: tuple[Choice, ...] = ()
    query: tuple[tuple[str, str | int], ...] = ()
    """What the JSON answer is asked for beside the point."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a sheet is asked for with."""

    request: Request
    collaboration_id: str
    house: House
    speech: Speech
    look: Look


def asked(collaboration_id: BookId, request: Request, house: HouseDep, speech: SpeechDep, look: LookDep) -> Asked:
    """Returns what a sheet is asked for with."""
    return Asked(request, collaboration_id, house, speech, look)


AskedDep = Annotated[Asked, Depends(asked)]


def answered(asked: Asked, write: Callable[[Desk], Written]) -> Response:
    """Returns the sheet that `write` writes, or the way to the form where what is wrong with the point is said."""
    try:
        desk = desk_of(asked)
    except (Refused, Unreadable) as error:
        return elsewhere(error, asked)
    return shown(asked.request, desk, write(desk))


def desk_of(asked: Asked) -> Desk:
    """Returns the desk for the point the form names. Raises Refused or Unreadable."""
    point = point_of(asked.house, asked.collaboration_id, asked.look)
    return Desk(asked.house, point, asked.speech, asked.look, names(asked.house, point))


def elsewhere(error: Refused | Unreadable, asked: Asked) -> Response:
    """Returns the way to the collaboration's form. Raises the error where no field of the form is to blame."""
    if error.code not in FIELD_OF:
        raise error
    given = {name: value for name, value in dict(asked.look).items() if value}
    return RedirectResponse(asked.speech.collaboration(asked.collaboration_id, **given), 303)


def trail(desk: Desk) -> Sequence[Link]:
    """Returns the pages above a sheet."""
    home = Link(text=desk.speech("list.title"), url=desk.speech.link("/"))
    return (home, Link(text=desk.names.own, url=desk.url()))


def shown(request: Request, desk: Desk, written: Written) -> Response:
    """Returns a sheet as a page."""
    speech = desk.speech
    context = SheetContext(
        **frame(request, speech, written.title, *trail(desk)),
        lead=written.lead,
        seen=as_of(desk.point, desk.look, speech),
        look_url=desk.url(),
        choices_named=written.choices_named,
        choices=written.choices,
        empty=None if written.sections else written.empty,
        commands=tuple(Link(text=name, url=f"/api/v1/commands/{name}") for name in written.commands),
        sections=written.sections,
        withheld=speech("sheet.withheld", count=written.withheld) if written.withheld else None,
        json_url=desk.json_url(written.path, **dict(written.query)),
    )
    return rendered(context, speech)
