"""The texts: the same in every language, filled in safely, amounts and dates as the language writes them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import api
from api.catalogue import (
    LANGUAGES,
    Catalogue,
    Language,
    amount,
    catalogue,
    day,
    joined,
    language_of,
    placeholders,
    texts_of,
)
from api.problems import STATUS

FIELDS = {
    "problem": {"title", "detail", "how"},
    "rejection": {"detail", "how"},
    "field": {"message"},
    "kind": {"name"},
    "page": {"text"},
}
LOCALE = Path(api.__file__).parent / "locale"


def placeholders_of(language: Language) -> dict[tuple[str, str, str], frozenset[str]]:
    """Returns the placeholders of every text of a language, by section, code and field."""
    return {
        (section, code, field): placeholders(text)
        for section, codes in texts_of(language).items()
        for code, fields in codes.items()
        for field, text in fields.items()
    }


def test_every_language_has_the_same_texts_with_the_same_placeholders() -> None:
    assert placeholders_of("nb") == placeholders_of("nn") == placeholders_of("en")


def test_every_language_has_a_file_for_every_subject() -> None:
    found = {language: {path.name for path in (LOCALE / language).iterdir()} for language in LANGUAGES}
    assert found["nb"] == found["nn"] == found["en"]


def test_every_code_has_all_its_texts_and_every_text_a_section() -> None:
    for language in LANGUAGES:
        found: dict[tuple[str, str], set[str]] = {}
        for section, code, field in placeholders_of(language):
            found.setdefault((section, code), set()).add(field)
        assert {key: FIELDS[key[0]] for key in found} == found


def test_every_problem_has_texts_and_every_text_a_problem() -> None:
    for language in LANGUAGES:
        assert catalogue().codes("problem", language) == {*STATUS, "http_error"}


def test_filling_in_a_text_never_fails_and_never_reads_what_was_filled_in() -> None:
    texts = Catalogue({"en": {"rejection": {"a": {"detail": "{one} {two} {x_ore} {one.__class__} {"}}}})
    filled = texts.text("rejection", "a", "detail", {"one": "{two}", "x_ore": "free"}, "en")
    assert filled == "{two} … free {one.__class__} {"
    assert texts.text("rejection", "b", "detail", {}, "en") == "b"


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "nb"),
        ("", "nb"),
        ("nn", "nn"),
        ("no", "nb"),
        ("en-GB,en;q=0.9,nb;q=0.8", "en"),
        ("nb;q=0.5, nn;q=0.7, en;q=0.6", "nn"),
        ("sv, da;q=0.9, en;q=0.1", "en"),
        ("de", "nb"),
        ("en;q=0, nn;q=0.001", "nn"),
        ("en;q=high", "nb"),
        (";;;,,,=", "nb"),
        ("x" * 1_000_000 + ",en", "nb"),
    ],
)
def test_the_language_is_the_one_preferred_among_ours(header: str | None, language: Language) -> None:
    assert language_of(header) == language


def test_percentages_have_the_decimal_mark_of_the_language() -> None:
    params = {"key_id": "drift", "total": "1001/1000", "percent": "100.1", "off": "1/1000", "off_percent": "0.1"}
    told = {
        language: catalogue().text("rejection", "cost_key.weights_do_not_sum_to_one", "detail", params, language)
        for language in LANGUAGES
    }
    assert all("100,1" in told[language] and "100.1" not in told[language] for language in ("nb", "nn"))
    assert "100.1" in told["en"]
    assert "1001/1000" in told["nb"]


def test_amounts_dates_and_lists_are_written_as_the_language_writes_them() -> None:
    assert amount(-5, "nb") == "\u22120,05\u00a0kr"
    assert amount(123456789, "nn") == "1\u00a0234\u00a0567,89\u00a0kr"
    assert amount(-123456789, "en") == "-NOK 1,234,567.89"
    assert day(date(2013, 9, 26), "nb") == "26.9.2013"
    assert day(date(2013, 9, 26), "en") == "26 Sep 2013"
    assert joined([], "nb") == ""
    assert joined(["a"], "nb") == "a"
    assert joined(["a", "b", "c"], "en", last="or") == "a, b or c"
    assert joined([str(n) for n in range(13)], "nn") == "0, 1, 2, 3, 4, 5, 6, 7, 8, 9 og 3 til"
