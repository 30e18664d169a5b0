"""One fictitious collaboration over four years, told by a fixed seed in the import format.

    python -m demo.fictitious > vindfjord.ndjson

Five municipalities share their ICT from 2022 to 2025: meetings with votes and signed minutes, authority granted, used
and reported, service levels measured every month, budgets, challenges and follow-ups. It is all made up, and says so.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

from demo.vindfjord import aftermath, benefits, costs, deliveries, founding, meetings, money, power, readiness
from demo.vindfjord.telling import BOOK, SOURCE, Fields, Story

PARTS = (founding, meetings, deliveries, money, power, costs, benefits, readiness, aftermath)
"""The parts of the story, in the order they are told: of one day, what is told first is recorded first."""


def commands() -> Iterator[Fields]:
    """Yields every command of the story, in order; the same each time."""
    story = Story()
    for part in PARTS:
        part.tell(story)
    yield from story.commands()


def lines() -> Iterator[bytes]:
    """Yields the story as lines of an import file."""
    for number, command in enumerate(commands(), start=1):
        line = {
            "collaboration": BOOK,
            "command": {"source": SOURCE, "mode": "import", **command},
            "recorded_by": "import:oppdiktet",
            "idempotency_key": f"{BOOK}-{number:04d}",
        }
        yield json.dumps(line, ensure_ascii=False).encode() + b"\n"


if __name__ == "__main__":
    sys.stdout.buffer.writelines(lines())
