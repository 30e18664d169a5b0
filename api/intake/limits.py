"""How much may come in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

BODY_BYTES_MAX: Final = 1024 * 1024
"""Bytes of a body, declared or streamed: a hundred commands with room to spare."""
BODY_SECONDS_MAX: Final = 10.0
"""Seconds from a request's headers to the end of its body: 1 MiB on a slow line, but no drip."""
URL_BYTES_MAX: Final = 8 * 1024
"""Bytes of path and query as they came: what proxies commonly let through."""
DISCARDED_BYTES_MAX: Final = 16 * 1024 * 1024
"""Bytes of a refused body that are read and dropped, so that whoever is still sending comes to hear the answer."""
DEPTH_MAX: Final = 32
"""Lists and objects inside each other; no command needs a third of it."""
LIST_ITEMS_MAX: Final = 1_000
"""Values in one list: twice the longest list of any command."""
VALUES_MAX: Final = 100_000
"""Values in one body, counted together: each may cost an error to be told."""


@dataclass(frozen=True, slots=True)
class IntakeLimits:
    """How much may come in."""

    body_bytes_max: int = BODY_BYTES_MAX
    body_seconds_max: float = BODY_SECONDS_MAX
    url_bytes_max: int = URL_BYTES_MAX
    discarded_bytes_max: int = DISCARDED_BYTES_MAX
    depth_max: int = DEPTH_MAX
    list_items_max: int = LIST_ITEMS_MAX
    values_max: int = VALUES_MAX
    streamed: bool = False
    """Whether the route takes the body as it comes, rather than whole; it is still no more than may come in."""
    media_types: tuple[str, ...] = ("application/json",)
    """Content types a body may have, in lower case."""


LIMITS: Final = IntakeLimits()
