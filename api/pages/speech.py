"""The language a page speaks: its texts, and links that keep it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import parse_qsl, quote, urlencode

from fastapi import Depends, Request

from api.catalogue import LANGUAGES, Language, catalogue, joined, language_of

PARAMETER = "lang"
"""The query parameter that chooses a language, whatever the browser prefers."""

PARAMETERS_MAX = 10
CHARACTERS_MAX = 100
"""What a link to the same page in another language keeps of its address."""


@dataclass(frozen=True, slots=True)
class Speech:
    """One language, and whether the reader chose it with the switch."""

    language: Language
    chosen: bool = False

    def __call__(self, code: str, **params: object) -> str:
        """Returns a text of the pages with its parameters filled in."""
        return catalogue().text("page", code, "text", params, self.language)

    def knows(self, code: str) -> bool:
        """Returns whether the pages have such a text."""
        return catalogue().template("page", code, "text", self.language) is not None

    def word(self, vocabulary: str, value: str) -> str:
        """Returns the word for a value of a closed vocabulary, the value itself where there is none."""
        code = f"{vocabulary}.{value}"
        return self(code) if self.knows(code) else value

    def listed(self, items: Iterable[str]) -> str:
        """Returns all items as one would say them, or that there are none."""
        named = list(items)
        return joined(named, self.language, items_max=max(1, len(named))) if named else self("value.empty")

    def link(self, path: str, **query: object) -> str:
        """Returns a link within the site that keeps the language the reader chose; what is None is left out."""
        given = {name: str(value) for name, value in query.items() if value is not None}
        if self.chosen:
            given[PARAMETER] = self.language
        return f"{path}?{urlencode(given)}" if given else path

    def collaboration(self, collaboration_id: str, *more: str, **query: object) -> str:
        """Returns the link to a collaboration's page, or to one below it."""
        return self.link("/".join(("/collaborations", quote(collaboration_id), *map(quote, more))), **query)


def speech_of(request: Request) -> Speech:
    """Returns the language a page is asked for in: the one chosen, else the one the browser prefers, else bokmål."""
    wanted = request.query_params.get(PARAMETER)
    if wanted in LANGUAGES:
        return Speech(wanted, chosen=True)
    return Speech(language_of(request.headers.get("accept-language")))


def in_language(request: Request, language: Language) -> str:
    """Returns the link to the page that is asked for, in another language."""
    given = parse_qsl(request.url.query)[:PARAMETERS_MAX]
    kept = [(name[:CHARACTERS_MAX], value[:CHARACTERS_MAX]) for name, value in given if name != PARAMETER]
    return f"{quote(request.url.path)}?{urlencode([*kept, (PARAMETER, language)])}"


SpeechDep = Annotated[Speech, Depends(speech_of)]
