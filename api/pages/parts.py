"""What pages are made of. Every field says what it holds; a template sees nothing else."""

from __future__ import annotations

from typing import Any, ClassVar

from fastapi import Request
from pydantic import BaseModel, ConfigDict

from api.catalogue import LANGUAGES, Language
from api.pages.speech import Speech, in_language


class Part(BaseModel):
    """A piece of a page."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Link(Part):
    """Somewhere to go."""

    text: str
    """What the link says."""
    url: str
    """Where it leads."""


class LanguageLink(Part):
    """The same page in one of the languages."""

    language: Language
    """The language."""
    name: str
    """Its name in itself."""
    url: str
    """This page in it."""
    current: bool
    """Whether this page is in it."""


class When(Part):
    """From when something holds, in words."""

    text: str
    """A date, or between which two dates."""
    derived: bool
    """Whether the source gives no date and this one was derived from others."""
    source_words: str | None
    """The date as the source words it, where it is not exact."""


class Instant(Part):
    """A moment."""

    text: str
    """Date and time in Norway, in words."""
    utc: str
    """The same in UTC to the microsecond, as it is stored."""


class Mark(Part):
    """What the rules said of an act that was accepted all the same."""

    code: str
    """The rule's code."""
    text: str | None
    """What it demands, where the catalogue has words for it."""


class Line(Part):
    """One entry in a list."""

    number: int
    """Its number in the book."""
    url: str
    """Its page."""
    happened: str | None
    """What happened, in one sentence; None where that is withheld or cannot be read."""
    recorded_at: Instant | None
    """When it was recorded; None where it cannot be read."""
    effective: When | None
    """From when it holds; None where that is withheld or cannot be read."""
    mode: str | None
    """How it came into the book; None where it cannot be read."""
    irregular: tuple[Mark, ...]
    """Rules the act broke: it has no effect."""
    unverified: tuple[Mark, ...]
    """Rules it could not be held against."""
    corrects: int | None
    """The entry it corrects."""
    withheld: str | None
    """The provision its content is exempt under; None where it is shown."""
    damaged: str | None
    """What is wrong with the stored entry; None where it is whole."""


class Shown(Part):
    """A value of an event, in words: one text, a list, a table or a record of other values."""

    text: str | None = None
    """The value itself; None where it is made of others."""
    gap: bool = False
    """Whether nothing is known or given."""
    long: bool = False
    """Whether it is running text, with line breaks that count."""
    items: tuple[Shown, ...] = ()
    """The values of a list."""
    columns: tuple[str, ...] = ()
    """The headings of a table."""
    rows: tuple[tuple[Shown, ...], ...] = ()
    """The rows of a table, one value for each heading."""
    fields: tuple[tuple[str, Shown], ...] = ()
    """The labels and values of a record."""


class Page(Part):
    """What every page has."""

    template: ClassVar[str]
    """The template's file name."""

    language: Language
    """The language the page is in."""
    title: str
    """What the page is about: its one heading, and the window's title."""
    home: str
    """Link to the list of collaborations."""
    languages: tuple[LanguageLink, ...]
    """The page in each language."""
    trail: tuple[Link, ...]
    """The pages above this one, the nearest last."""


def frame(request: Request, speech: Speech, title: str, *trail: Link) -> dict[str, Any]:
    """Returns what every page has."""
    return {
        "language": speech.language,
        "title": title,
        "home": speech.link("/"),
        "languages": tuple(
            LanguageLink(
                language=language,
                name=speech(f"language.{language}"),
                url=in_language(request, language),
                current=language == speech.language,
            )
            for language in LANGUAGES
        ),
        "trail": trail,
    }
