"""What rows made from entries have in common."""

from __future__ import annotations

from typing import Any

from ledger.entry import AnyEntry, format_instant


def marks(entry: AnyEntry) -> dict[str, Any]:
    """Returns what marks an entry wherever it is shown: number, time of recording, mode, and what the rules said."""
    return {
        "entry": entry.number,
        "recorded_at": format_instant(entry.recorded_at),
        "mode": entry.mode,
        "irregular": list(entry.irregular),
        "unverified": list(entry.unverified),
        "source": None if entry.source is None else entry.source.model_dump(mode="json"),
    }
