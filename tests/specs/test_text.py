"""The plain values: what text, ids, money and sealed texts may be."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, strategies
from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from domain.text import (
    INT_MAX,
    SALT_BYTES,
    Amount,
    Count,
    Frozen,
    Id,
    Name,
    Ore,
    OrgNo,
    Quantity,
    SealedText,
    Sha256,
    Share,
    Text,
    clean_line,
    clean_text,
)

SALT = bytes(range(SALT_BYTES))


def accepts(kind: Any, value: object) -> bool:
    """Returns whether `value` is one of `kind`."""
    try:
        TypeAdapter(kind).validate_python(value, strict=True)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("value", ["Å", "Røyrvik", "PS 99/22", "Gáivuotna – Kåfjord", "x" * 300, "😀"])
def test_a_name_is_one_line(value: str) -> None:
    assert accepts(Name, value)


@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        "\u00a0",
        "a\nb",
        "a\tb",
        "a\x00b",
        "a\x7fb",
        "a\u200bb",
        "a\u00adb",
        "a\ufeffb",
        "a\u202eb",
        "a\u2066b",
        "a\ud800b",
        "a\ue000b",
        "a\uffffb",
        "x" * 301,
        17,
        None,
    ],
)
def test_a_name_hides_nothing(value: object) -> None:
    assert not accepts(Name, value)


def test_what_is_wrong_with_a_name_is_said_by_its_place() -> None:
    with pytest.raises(ValidationError, match=r"U\+200B at position 3"):
        TypeAdapter(Name).validate_python("ROR\u200b-IKT")


def test_a_name_is_kept_in_one_form() -> None:
    assert TypeAdapter(Name).validate_python("A\u030a") == "Å"


def test_running_text_has_lines_but_no_other_controls() -> None:
    assert accepts(Text, "First\n\tsecond")
    assert accepts(Text, "x" * 20_000)
    assert not accepts(Text, "x" * 20_001)
    assert not accepts(Text, "a\rb")
    assert not accepts(Text, "\n")
    assert not accepts(Text, "a\u202eb")


@pytest.mark.parametrize("value", ["a", "0", "ror-ikt", "molde_2020", "v1.0", "a" * 64])
def test_an_id_is_short_and_plain(value: str) -> None:
    assert accepts(Id, value)


@pytest.mark.parametrize("value", ["", "A", "å", "-a", "a-", ".a", "a.", "a b", "a/b", "a" * 65, "a\n"])
def test_an_id_has_no_other_letters(value: str) -> None:
    assert not accepts(Id, value)


def test_an_organisation_number_has_nine_digits_and_begins_with_eight_or_nine() -> None:
    assert accepts(OrgNo, "921221967")
    assert accepts(OrgNo, "864980902")
    for value in ("721221967", "92122196", "9212219670", "92122196a", "921 221 967"):
        assert not accepts(OrgNo, value)


def test_money_and_counts_stop_where_json_readers_lose_digits() -> None:
    assert accepts(Ore, -INT_MAX)
    assert accepts(Amount, INT_MAX)
    assert accepts(Count, 1_000_000)
    for kind, value in ((Ore, INT_MAX + 1), (Ore, -INT_MAX - 1), (Amount, -1), (Count, -1), (Count, 1_000_001)):
        assert not accepts(kind, value)


@pytest.mark.parametrize("value", [1.0, "1", True, None])
def test_money_is_a_whole_number_and_nothing_else(value: object) -> None:
    assert not accepts(Amount, value)


@pytest.mark.parametrize("value", ["0", "-0", "99.5", "-1.000001", "123456789012.123456"])
def test_a_quantity_is_an_exact_decimal(value: str) -> None:
    assert accepts(Quantity, value)


@pytest.mark.parametrize("value", ["", "+1", "01", "1.", ".5", "1e3", "1,5", "1.0000001", "1234567890123", 99.5])
def test_a_quantity_is_written_one_way(value: object) -> None:
    assert not accepts(Quantity, value)


def test_a_hash_is_64_lower_case_digits() -> None:
    assert accepts(Sha256, "a" * 64)
    assert not accepts(Sha256, "A" * 64)
    assert not accepts(Sha256, "a" * 63)


def test_a_share_is_an_exact_fraction_of_at_most_one() -> None:
    assert Share(numerator=1, denominator=3).fraction == Fraction(1, 3)
    assert Share(numerator=0, denominator=1).fraction == 0
    assert Share(numerator=7, denominator=7).fraction == 1
    for numerator, denominator in ((2, 1), (1, 0), (-1, 2)):
        with pytest.raises(ValidationError):
            Share(numerator=numerator, denominator=denominator)


def test_a_value_takes_no_unknown_field_and_does_not_change() -> None:
    share = Share(numerator=1, denominator=2)
    with pytest.raises(ValidationError):
        Share.model_validate({"numerator": 1, "denominator": 2, "percent": 50})
    with pytest.raises(ValidationError):
        share.numerator = 2  # type: ignore[misc]
    assert isinstance(share, Frozen)


def test_a_seal_commits_to_salt_and_text() -> None:
    sealed = SealedText.of("Våren", SALT)
    assert sealed.commitment == hashlib.sha256(SALT + "Våren".encode()).hexdigest()
    assert sealed != SealedText.of("Våren.", SALT)
    assert sealed != SealedText.of("Våren", bytes(SALT_BYTES))


@pytest.mark.parametrize("size", [0, SALT_BYTES - 1, SALT_BYTES + 1])
def test_a_seal_wants_a_whole_salt(size: int) -> None:
    with pytest.raises(ValueError, match=f"{SALT_BYTES} bytes, not {size}"):
        SealedText.of("x", bytes(size))


@given(strategies.text(max_size=40))
def test_whatever_passes_as_a_name_passes_again_unchanged(value: str) -> None:
    if accepts(Name, value):
        once = TypeAdapter(Name).validate_python(value)
        assert TypeAdapter(Name).validate_python(once) == once
        assert once.strip()
        assert not {unicodedata.category(character) for character in once} & {"Cc", "Cs", "Co", "Zl", "Zp"}


@pytest.mark.parametrize("clean", [clean_line, clean_text])
def test_the_short_way_for_latin_script_is_the_long_one(clean: Callable[[str], str]) -> None:
    """Every character before the first that combines, alone and with one that takes the long way beside it."""

    def told(value: str) -> str | None:
        try:
            return clean(value)
        except PydanticCustomError as refused:
            return refused.type

    beside = "\u4e00"
    for character in map(chr, range(0x300)):
        long = told(character + beside)
        assert long is not None
        if character.strip():
            assert told(character) == long.removesuffix(beside), f"U+{ord(character):04X}"
