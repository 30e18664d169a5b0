"""The plain values commands and events are made of: bounded text, ids, money, commitments to texts kept apart."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator
from fractions import Fraction
from typing import Annotated, Any, Literal, Self, get_args, get_origin

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

INT_MAX = 2**53 - 1
"""The largest whole number every JSON reader keeps exactly (RFC 8259 section 6)."""

_INVISIBLE = frozenset("\u00ad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff")
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_LAST_TWO = 0xFFFE
_NONCHARACTERS = range(0xFDD0, 0xFDF0)
_FIRST_THAT_COMBINES = "\u0300"
"""The first character that may join the one before it: text without any is in NFC."""
_LINE_BREAKS = frozenset("\n\t")
_FORBIDDEN = frozenset({"Cc", "Cs", "Co", "Zl", "Zp"})
"""Unicode categories: control, surrogate, private, and the separators of lines and paragraphs.

Not the unassigned: what is unassigned differs between versions of Python, and what one has stored another must read.
"""


class Frozen(BaseModel):
    """A value: immutable, with no unknown fields, no coercion between types and no NaN."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, allow_inf_nan=False, use_attribute_docstrings=True
    )


def _forbidden(character: str, allowed: frozenset[str]) -> bool:
    if character in allowed:
        return False
    if character in _INVISIBLE or character in _BIDI or _is_noncharacter(ord(character)):
        return True
    return unicodedata.category(character) in _FORBIDDEN


def _is_noncharacter(point: int) -> bool:
    """Whether Unicode will never assign the code point: the last two of each plane, and U+FDD0 to U+FDEF."""
    return point & _LAST_TWO == _LAST_TWO or point in _NONCHARACTERS


def _clean(value: str, allowed: frozenset[str]) -> str:
    if value.isprintable() and max(value, default=" ") < _FIRST_THAT_COMBINES:
        normal = value  # in Latin script, as nearly every text is: nothing there is both printed and forbidden
    else:
        normal = _normal(value, allowed)
    if not normal.strip():
        raise PydanticCustomError("text_blank", "text must not be blank")
    return normal


def _normal(value: str, allowed: frozenset[str]) -> str:
    """Returns `value` in NFC. Raises PydanticCustomError at the first character that is forbidden."""
    for index, character in enumerate(value):
        if _forbidden(character, allowed):
            raise PydanticCustomError(
                "text_character",
                "character {character} at position {position} is not allowed in text",
                {"character": f"U+{ord(character):04X}", "position": index},
            )
    return unicodedata.normalize("NFC", value)


def clean_line(value: str) -> str:
    """Returns `value` in NFC. Raises ValueError on control, invisible and direction-changing characters or if blank."""
    return _clean(value, frozenset())


def clean_text(value: str) -> str:
    """As `clean_line`, but line feeds and tabs may stand in it."""
    return _clean(value, _LINE_BREAKS)


Name = Annotated[str, StringConstraints(min_length=1, max_length=300), AfterValidator(clean_line)]
"""One line of at most 300 characters: a name, a title, a case number as its secretary writes it."""

TEXT_CHARACTERS_MAX = 20_000

Text = Annotated[str, StringConstraints(min_length=1, max_length=TEXT_CHARACTERS_MAX), AfterValidator(clean_text)]
"""Running text of at most 20,000 characters. Never stored in an entry; see SealedText."""


def running_texts(annotation: Any, value: object, path: str) -> Iterator[str]:
    """Yields where in a JSON value stands what a field of this annotation takes as running text."""
    if get_origin(annotation) is Annotated:
        inner, *metadata = get_args(annotation)
        if isinstance(value, str) and any(getattr(m, "max_length", None) == TEXT_CHARACTERS_MAX for m in metadata):
            yield path
        yield from running_texts(inner, value, path)
    elif isinstance(value, dict) and isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for name, field in annotation.model_fields.items():
            if name in value:
                yield from running_texts(field.rebuild_annotation(), value[name], f"{path}.{name}")
    elif isinstance(value, list) and get_origin(annotation) is tuple:
        for index, item in enumerate(value):
            yield from running_texts(get_args(annotation)[0], item, f"{path}.{index}")
    else:
        for part in get_args(annotation):
            yield from running_texts(part, value, path)


def not_reserved(value: str) -> str:
    """Returns `value`. Raises ValueError for the word that stands where a source is silent."""
    if value == "unknown":
        raise PydanticCustomError("reserved_id", "unknown is not an id: it stands where a source is silent")
    return value


Id = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$"), AfterValidator(not_reserved)
]
"""An identifier chosen by whoever records: 1 to 64 of a-z, 0-9, dot, hyphen and underscore; not `unknown`."""

OrgNo = Annotated[str, StringConstraints(pattern=r"^[89][0-9]{8}$")]
"""Organisation number in the Central Coordinating Register (Enhetsregisteret): nine digits."""

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]

Ore = Annotated[int, Field(ge=-INT_MAX, le=INT_MAX)]
"""Money in whole oere; 100 is one krone."""

Amount = Annotated[int, Field(ge=0, le=INT_MAX)]
"""Money in whole oere, not negative."""

Count = Annotated[int, Field(ge=0, le=1_000_000)]

Unknown = Literal["unknown"]
"""Stands where a source is silent: neither nothing nor zero."""

SALT_BYTES = 32


class SealedText(Frozen):
    """A commitment to a text kept beside the book, so that it can be erased by order and every proof still holds.

    The commitment is the SHA-256 of a random salt of 32 bytes followed by the text in UTF-8, in lower-case hexadecimal.
    """

    commitment: Sha256

    @classmethod
    def of(cls, text: str, salt: bytes) -> SealedText:
        """Returns the commitment to `text` under `salt`. Raises ValueError if the salt is not 32 bytes."""
        if len(salt) != SALT_BYTES:
            raise ValueError(f"a salt has {SALT_BYTES} bytes, not {len(salt)}")
        return cls(commitment=hashlib.sha256(salt + text.encode()).hexdigest())


class Share(Frozen):
    """An exact fraction between 0 and 1, as the agreement states it; never a rounded percentage."""

    numerator: Annotated[int, Field(ge=0, le=INT_MAX)]
    denominator: Annotated[int, Field(ge=1, le=INT_MAX)]

    @model_validator(mode="after")
    def _at_most_one(self) -> Self:
        if self.numerator > self.denominator:
            raise PydanticCustomError("share_above_one", "a share is at most one")
        return self

    @property
    def fraction(self) -> Fraction:
        """The share as a number to reckon with."""
        return Fraction(self.numerator, self.denominator)


Quantity = Annotated[str, StringConstraints(pattern=r"^-?(?:0|[1-9][0-9]{0,11})(?:\.[0-9]{1,6})?$")]
"""An exact decimal as text, such as "99.5": at most 12 digits before the point and 6 after."""

FieldName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
"""The name of an event's field."""
