"""The "as of" form: what was written in it, the point of the book it names, and what is wrong with it."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated

from fastapi import Depends, Request

from api.access import ANONYMOUS
from api.catalogue import catalogue
from api.composition import House
from api.deps import NUMBER_MAX, Point, point
from api.pages.parts import Part
from api.pages.speech import Speech
from api.pages.words import on
from api.problems import STATUS, Refused
from ledger.deciding import OSLO

CHARACTERS_MAX = 40
"""Characters of a field that are read; the longest that means something has 32."""
YEAR_MIN, YEAR_MAX = 1900, 9000
"""Years an instant may lie in: those that any time zone can be reckoned in."""

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_NORWEGIAN = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")
_NUMBER = re.compile(r"\d{1,16}")


class Look(Part):
    """The fields of the form, as they were written."""

    effective_on: str = ""
    """The day that is asked about."""
    entry: str = ""
    """The number of the last entry to look at."""
    recorded_as_of: str = ""
    """The moment to look at the book from."""

    @property
    def is_now(self) -> bool:
        """Whether nothing was written: the book as it is now, today."""
        return not (self.effective_on or self.entry or self.recorded_as_of)

    @property
    def is_a_day(self) -> bool:
        """Whether a date field can hold the day that was written."""
        try:
            return not self.effective_on or bool(date.fromisoformat(self.effective_on))
        except ValueError:
            return False

    @property
    def is_a_moment(self) -> bool:
        """Whether a date-and-time field can hold the moment that was written."""
        return not self.recorded_as_of or bool(
            re.fullmatch(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?", self.recorded_as_of)
        )


class LookError(Part):
    """Why what was asked for cannot be shown."""

    field: str
    """The field to mend."""
    title: str
    """What is wrong, in a few words."""
    detail: str
    """What is wrong."""
    how: str
    """How to go on."""


def look_of(request: Request) -> Look:
    """Returns what was written in the form."""
    given = {name: request.query_params.get(name, "").strip()[:CHARACTERS_MAX] for name in Look.model_fields}
    if found := _NORWEGIAN.fullmatch(given["effective_on"]):
        given["effective_on"] = f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}"
    return Look(**given)


LookDep = Annotated[Look, Depends(look_of)]

FIELD_OF = {
    "no_such_day": "effective_on",
    "day_out_of_bounds": "effective_on",
    "entry_not_yet": "entry",
    "entry_and_instant": "recorded_as_of",
    "entry_unreadable": "entry",
    "instant_unreadable": "recorded_as_of",
}
"""The field each refusal of a look is about."""


class Unreadable(Exception):
    """A field of the form that cannot be read at all. `code` is one of FIELD_OF."""

    def __init__(self, code: str, value: str) -> None:
        super().__init__(code)
        self.code, self.value = code, value


def point_of(house: House, collaboration_id: str, look: Look) -> Point:
    """Returns the point the form names, as everyone may see it. Raises Refused or Unreadable."""
    if look.effective_on and not _ISO.fullmatch(look.effective_on):
        raise Refused("no_such_day", day=look.effective_on)
    return point(
        collaboration_id,
        house,
        ANONYMOUS,
        _number(look.entry),
        _moment(look.recorded_as_of),
        look.effective_on or None,
    )


def as_of(point: Point, look: Look, speech: Speech) -> str:
    """Returns as of what a page shows the book, in words."""
    day = "" if point.on is None else on(point.on, speech)
    if point.entry == 0:
        return speech("asof.seen_nothing", head=point.head)
    if point.entry < point.head:
        return speech("asof.seen", entry=point.entry, head=point.head, day=day)
    return speech("asof.seen_now_on" if look.effective_on else "asof.seen_now", entry=point.entry, day=day)


def _number(text: str) -> int | None:
    if not text:
        return None
    if not _NUMBER.fullmatch(text) or int(text) > NUMBER_MAX:
        raise Unreadable("entry_unreadable", text)
    return int(text)


def _moment(text: str) -> datetime | None:
    """Returns the moment; one without a zone is by the clock in Norway."""
    if not text:
        return None
    moment = _iso_moment(text) or _iso_moment(text.replace(" ", "+"))  # a plus sign in an address reads as a space
    if moment is None or not YEAR_MIN <= moment.year <= YEAR_MAX:
        raise Unreadable("instant_unreadable", text)
    return moment if moment.utcoffset() is not None else moment.replace(tzinfo=OSLO)


def _iso_moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def look_error(error: Refused | Unreadable, speech: Speech) -> tuple[LookError, int] | None:
    """Returns what is wrong with the form, and the status to answer with; None where the form is not to blame."""
    field = FIELD_OF.get(error.code)
    if field is None:
        return None
    if isinstance(error, Unreadable):
        code = "entry" if error.code == "entry_unreadable" else "instant"
        return _worded(field, code, speech, value=error.value), 422
    if error.code == "entry_and_instant":
        return _worded(field, "both", speech), STATUS[error.code]
    texts = catalogue()
    if error.code == "no_such_day":
        named = texts.text("problem", error.code, "title", {}, speech.language)
        worded = _worded(field, "day", speech, value=error.params["day"])
        return worded.model_copy(update={"title": named}), STATUS[error.code]
    title, detail, how = (
        texts.text("problem", error.code, part, error.params, speech.language) for part in ("title", "detail", "how")
    )
    if error.code == "entry_not_yet":
        how = speech("asof.error_not_yet_how")
    return LookError(field=field, title=title, detail=detail, how=how), STATUS[error.code]


def _worded(field: str, code: str, speech: Speech, **params: object) -> LookError:
    return LookError(
        field=field,
        title=speech("asof.error_title"),
        detail=speech(f"asof.error_{code}", **params),
        how=speech(f"asof.error_{code}_how"),
    )
