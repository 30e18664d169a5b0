"""The instrument and the catalogue as data: nothing of the source is missing, and each has what works it out."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import get_args

import pytest

from domain.collaboration import Collaboration, readiness_book
from domain.readiness import HINTS, INDICATORS
from domain.rulebook.readiness import (
    CATALOGUE,
    CATALOGUES,
    CRITERIA,
    INSTRUMENTS,
    PitfallId,
)


def test_the_instrument_has_twelve_pairs_and_a_hint_for_each() -> None:
    (pairs,) = INSTRUMENTS.values()
    assert len(pairs) == 12
    assert tuple(HINTS) == pairs


def test_models_are_judged_on_three_criteria_of_the_source_and_three_of_its_axes() -> None:
    assert len(CRITERIA) == 6


def test_the_catalogue_has_eighteen_pitfalls_and_an_indicator_for_each() -> None:
    assert tuple(INDICATORS) == tuple(CATALOGUES[CATALOGUE]) == get_args(PitfallId)
    headings = Counter(CATALOGUES[CATALOGUE].values())
    assert headings == {"transition": 5, "operator": 2, "preparation": 1, "agreements": 4, "staff": 4, "power": 2}


@pytest.mark.parametrize("pitfall_id", INDICATORS)
def test_an_empty_book_knows_nothing_of_any_pitfall(pitfall_id: str) -> None:
    figure = INDICATORS[pitfall_id](readiness_book(Collaboration()), date(2026, 1, 1))
    assert (figure.value, figure.raised, figure.entries) == (None, None, ())


@pytest.mark.parametrize("pair", HINTS)
def test_an_empty_book_hints_at_nothing(pair: str) -> None:
    figure = next(hint for key, hint in HINTS.items() if key == pair).work_out(
        readiness_book(Collaboration()), date(2026, 1, 1)
    )
    assert (figure.value, figure.raised, figure.entries) == (None, None, ())
