"""Entries as lines: read from the book, each in its place, the shielded withheld and the damaged named."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from api.catalogue import catalogue
from api.composition import House
from api.deps import Point
from api.entry_access import Changes, as_now, changes_in, is_withheld, public_part, shielded_fields
from api.pages.contents import Reader, people_in
from api.pages.names import Names, people
from api.pages.parts import Line, Mark
from api.pages.sentences import happened
from api.pages.speech import Speech
from api.pages.words import instant, when
from api.texts import erased_among, texts_for
from ledger.errors import DamagedEntry
from ledger.reading import Recorded

LINES_MAX = 25
"""Entries on one page of a list."""


@dataclass(frozen=True, slots=True)
class Found:
    """An entry as it was found: whole, or damaged and why."""

    number: int
    recorded: Recorded | None
    damage: str | None

    @property
    def shielded(self) -> bool:
        """Whether its content is withheld from everyone."""
        return self.recorded is not None and is_withheld(self.recorded)

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that are withheld from everyone while the rest shows."""
        return () if self.recorded is None else shielded_fields(self.recorded)

    @property
    def public(self) -> Recorded | None:
        """What everyone may see of the entry, if it is whole: without the fields that are withheld."""
        return None if self.shielded or self.recorded is None else public_part(self.recorded)


def read(house: House, collaboration_id: str, numbers: Iterable[int]) -> list[Found]:
    """Returns the entries of these numbers in the order given. Raises LedgerUnavailable."""
    changes = changes_in(house, collaboration_id)
    return [_found(house, collaboration_id, number, changes) for number in numbers]


def _found(house: House, collaboration_id: str, number: int, changes: Changes) -> Found:
    try:
        recorded = house.ledger.entry(collaboration_id, number)
    except DamagedEntry as error:
        return Found(number, None, error.what)
    if recorded is None:
        return Found(number, None, "the row is missing")
    return Found(number, as_now(recorded, changes, house.views.today()), None)


def reader_for(house: House, point: Point, speech: Speech, called: Names, found: Sequence[Found]) -> Reader:
    """Returns what puts these entries in words: `called`, with the people in them, and the texts they hold."""
    shown = [f.public for f in found if f.public is not None]
    called = called.with_people(people(house, point, people_in(r.entry.event for r in shown)))
    texts = texts_for(house, point.collaboration_id, (recorded.state for recorded in shown))
    return Reader(speech, called, texts, erased=erased_among(house, point.collaboration_id, texts))


def lines(found: Iterable[Found], reader: Reader) -> tuple[Line, ...]:
    """Returns the entries as lines."""
    return tuple(line(one, reader) for one in found)


def line(found: Found, reader: Reader) -> Line:
    """Returns one entry as a line."""
    speech = reader.speech
    fields: dict[str, object] = dict.fromkeys(Line.model_fields)
    fields |= {
        "number": found.number,
        "url": speech.collaboration(reader.names.collaboration_id, "entries", str(found.number)),
        "irregular": (),
        "unverified": (),
        "damaged": found.damage,
    }
    if found.recorded is not None:
        entry = found.recorded.entry
        fields |= {"recorded_at": instant(entry.recorded_at, speech), "mode": speech(f"mode.{entry.mode}")}
        if found.shielded:
            fields["withheld"] = entry.access.legal_basis
        else:
            fields |= {
                "happened": _partly(found, reader) if found.fields else happened(entry.event, reader),
                "effective": when(entry.effective, speech),
                "irregular": marks(entry.irregular, speech),
                "unverified": marks(entry.unverified, speech),
                "corrects": entry.corrects,
            }
    return Line.model_validate(fields)


def _partly(found: Found, reader: Reader) -> str:
    """Returns that something happened of which parts are withheld: its one sentence would tell them."""
    entry = None if found.recorded is None else found.recorded.entry
    return reader.speech("book.withheld_in_part", basis="–" if entry is None else entry.access.legal_basis or "–")


def marks(codes: Iterable[str], speech: Speech) -> tuple[Mark, ...]:
    """Returns the codes of rules with what each says. The values it spoke of are not kept, and so left open."""
    texts = catalogue()
    return tuple(
        Mark(
            code=code,
            text=texts.text("rejection", code, "detail", {}, speech.language).replace("….", "…")
            if texts.template("rejection", code, "detail", speech.language)
            else None,
        )
        for code in codes
    )
