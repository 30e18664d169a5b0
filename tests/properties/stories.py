"""Stories: for a refusal, the commands that lead to it. Histories begin with them, and go on from there by chance.

Most are kept in stories.json, which `keeping_stories` writes from what the specs show; a few are told by hand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import orjson

from tests.properties.stories_by_hand import BY_HAND, Line
from tests.properties.stories_of_benchmarking import OF_BENCHMARKING
from tests.properties.stories_of_costs import BY_HAND as OF_COSTS
from tests.properties.stories_of_minutes import STORIES_OF_MINUTES
from tests.properties.stories_of_records import OF_RECORDS

STORY_DAY = date(2026, 11, 24)
"""The day stories are told on; what they tell of may have been long before."""

PATH = Path(__file__).with_name("stories.json")


def _read() -> dict[str, Sequence[Line]]:
    kept = orjson.loads(PATH.read_bytes()) if PATH.exists() else {}
    return {code: tuple(Line(name, fields) for name, fields in lines) for code, lines in kept.items()}


STORIES: Mapping[str, Sequence[Line]] = {
    **_read(),
    **BY_HAND,
    **OF_COSTS,
    **STORIES_OF_MINUTES,
    **OF_RECORDS,
    **OF_BENCHMARKING,
}
"""By the code the last command of each is refused with."""
