"""The texts people read, by section, code and language, and how amounts, dates and lists are written in them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal, get_args

from domain.text import INT_MAX

Language = Literal["nb", "nn", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
DEFAULT_LANGUAGE: Language = "nb"
"""Spoken to whoever asks for no language, or for none that is here."""

Section = Literal["problem", "rejection", "field", "kind", "page"]
"""`problem`: what the door itself answers. `rejection`: what the rules answer. `field`: what is wrong with one field.
`kind`: what a field may hold, named in the middle of a sentence. `page`: what the pages say."""

LIST_ITEMS_MAX = 10
"""Items of a list written out in a sentence; the rest are counted."""
VALUE_CHARACTERS_MAX = 300
"""Characters of one value written out in a sentence: as long as the longest name."""
LANGUAGE_HEADER_CHARACTERS_MAX = 200
"""Characters of an Accept-Language header that are read; browsers send fewer than 100."""

ELLIPSIS = "…"
_NO_BREAK_SPACE = "\u00a0"
_MINUS = "\u2212"

_LANGUAGE_OF: Mapping[str, Language] = {"nb": "nb", "no": "nb", "nn": "nn", "en": "en", "*": DEFAULT_LANGUAGE}
_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_AND: Mapping[Language, str] = {"nb": "og", "nn": "og", "en": "and"}
_OR: Mapping[Language, str] = {"nb": "eller", "nn": "eller", "en": "or"}
_MORE: Mapping[Language, str] = {"nb": "{count} til", "nn": "{count} til", "en": "{count} more"}
_UNKNOWN: Mapping[Language, str] = {"nb": "ukjent", "nn": "ukjend", "en": "unknown"}
_TRUE_FALSE: Mapping[Language, tuple[str, str]] = {"nb": ("ja", "nei"), "nn": ("ja", "nei"), "en": ("yes", "no")}


@lru_cache(maxsize=256)
def _preferred(header: str) -> Language:
    best: Language = DEFAULT_LANGUAGE
    best_weight = 0.0
    for item in header.split(","):
        tag, _, parameter = item.partition(";")
        language = _LANGUAGE_OF.get(tag.strip().lower().partition("-")[0])
        weight = _weight(parameter)
        if language is not None and weight > best_weight:
            best, best_weight = language, weight
    return best


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if not name:
        return 1.0
    return float(value) if name == "q" and re.fullmatch(r"[01](?:\.[0-9]{0,3})?", value) else 0.0


def language_of(accept_language: str | None) -> Language:
    """Returns the language an Accept-Language header prefers among ours (RFC 9110 section 12.5.4), bokmål if none."""
    return _preferred((accept_language or "")[:LANGUAGE_HEADER_CHARACTERS_MAX])


def shortened(text: str, characters_max: int) -> str:
    """Returns `text`, cut and marked with an ellipsis where it is longer than `characters_max`."""
    return text if len(text) <= characters_max else text[: characters_max - 1] + ELLIPSIS


def joined(
    items: Sequence[str], language: Language, *, last: Literal["and", "or"] = "and", items_max: int = LIST_ITEMS_MAX
) -> str:
    """Returns the items as one would say them: a, b and c. Past `items_max` the rest are counted."""
    shown = list(items)
    if len(shown) > items_max:
        shown = [*shown[:items_max], _MORE[language].format(count=len(items) - items_max)]
    *first, final = shown or [""]
    word = (_AND if last == "and" else _OR)[language]
    return f"{', '.join(first)} {word} {final}" if first else final


def amount(ore: int, language: Language) -> str:
    """Returns whole øre as kroner: "1 234,50 kr" with no-break spaces in Norwegian, "NOK 1,234.50" in English."""
    kroner, rest = divmod(abs(ore), 100)
    if language == "en":
        return f"{'-' if ore < 0 else ''}NOK {kroner:,}.{rest:02}"
    grouped = f"{kroner:,}".replace(",", _NO_BREAK_SPACE)
    return f"{_MINUS if ore < 0 else ''}{grouped},{rest:02}{_NO_BREAK_SPACE}kr"


def day(value: date, language: Language) -> str:
    """Returns a date as it is written: "26.9.2013" in Norwegian, "26 Sep 2013" in English."""
    if language == "en":
        return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"
    return f"{value.day}.{value.month}.{value.year}"


def _iso_date(text: str) -> date | None:
    if not _ISO_DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _written(name: str, value: object, language: Language) -> str:
    match value:
        case None:
            return "–"
        case bool():
            return _TRUE_FALSE[language][0 if value else 1]
        case int():
            return amount(value, language) if name.endswith("_ore") and abs(value) <= INT_MAX else str(value)
        case date():
            return day(value, language)
        case "unknown":
            return _UNKNOWN[language]
        case str():
            if name.endswith("percent") and language != "en":
                return value.replace(".", ",")
            on = _iso_date(value)
            return shortened(value, VALUE_CHARACTERS_MAX) if on is None else day(on, language)
        case list() | tuple() | set() | frozenset():
            if not value:
                return "–"
            return joined([_written(name, item, language) for item in value], language)
        case _:
            return shortened(str(value), VALUE_CHARACTERS_MAX)


Texts = Mapping[str, Mapping[str, Mapping[str, str]]]
"""One language's texts: section, code, field, text."""


class Catalogue:
    """Every text in every language."""

    def __init__(self, texts: Mapping[Language, Texts]) -> None:
        self._texts = texts

    def codes(self, section: Section, language: Language) -> frozenset[str]:
        """Returns the codes a language has texts for."""
        return frozenset(self._texts[language].get(section, {}))

    def template(self, section: Section, code: str, field: str, language: Language) -> str | None:
        """Returns a text with its placeholders unfilled, None where there is no such text."""
        return self._texts[language].get(section, {}).get(code, {}).get(field)

    def text(self, section: Section, code: str, field: str, params: Mapping[str, object], language: Language) -> str:
        """Returns a text with its placeholders filled in; a code without texts stands for itself.

        A parameter that is missing becomes an ellipsis. What is filled in is never read as a placeholder.
        """
        template = self.template(section, code, field, language)
        if template is None:
            return code
        return _PLACEHOLDER.sub(lambda found: self._filling(found[1], params, language), template)

    def word_in_every_language(self, vocabulary: str, value: str) -> dict[str, str]:
        """Returns what the pages call a value of a closed vocabulary, by language."""
        return {language: self.text("page", f"{vocabulary}.{value}", "text", {}, language) for language in LANGUAGES}

    def _filling(self, name: str, params: Mapping[str, object], language: Language) -> str:
        if name not in params:
            return ELLIPSIS
        if name == "pointer" and not params[name]:
            return self.text("kind", "somewhere" if params[name] is None else "body", "name", {}, language)
        return _written(name, params[name], language)


def placeholders(template: str) -> frozenset[str]:
    """Returns the names of the parameters a text has room for."""
    return frozenset(_PLACEHOLDER.findall(template))


def texts_of(language: Language) -> dict[str, dict[str, dict[str, str]]]:
    """Returns a language's texts, put together from the files of its folder in `locale/`: one for every subject.

    Raises OSError or ValueError if one is missing or broken, or if two have texts for the same code.
    """
    texts: dict[str, dict[str, dict[str, str]]] = {}
    for path in sorted((Path(__file__).parent / "locale" / language).glob("*.json")):
        for section, codes in json.loads(path.read_text(encoding="utf-8")).items():
            held = texts.setdefault(section, {})
            twice = sorted(held.keys() & codes)
            if twice:
                raise ValueError(f"{path} has texts that another file has already: {', '.join(twice)}")
            held.update(codes)
    return texts


@cache
def catalogue() -> Catalogue:
    """Returns the catalogue of every language, read once. Raises as `texts_of`."""
    return Catalogue(MappingProxyType({language: texts_of(language) for language in LANGUAGES}))
