"""Rows caught up beside a server: whatever kept them from following a commit at once, they do not stay behind.

A process may end between a commit and its rows, and a database may lose the last rows when it crashes, though no entry.
Whoever commits next in that book would notice; nobody else would.
"""

from __future__ import annotations

import structlog

from ledger.background import Background
from projections.runner import Projector

SECONDS_BETWEEN = 10.0
SECONDS_BETWEEN_MAX = 600.0
"""Where a book cannot be caught up, since an entry is damaged, it is tried again more and more seldom."""

log = structlog.get_logger("projections")


class CatchingUp(Background):
    """Renders what was recorded and not rendered, round after round; where there is nothing, a round is two queries."""

    def __init__(self, projector: Projector) -> None:
        super().__init__("catching-up")
        self._projector = projector
        self._pause = SECONDS_BETWEEN

    def step(self) -> float:
        """Catches up once."""
        views, ledger = self._projector.views, self._projector.ledger
        try:
            rendered = self._projector.catch_up()
            is_stuck = not rendered and bool(ledger.changes(views.tracked()))
        except Exception as error:
            log.warning("rows cannot be caught up now", why=str(error))
            return self._pause
        if rendered:
            log.info("rows caught up", entries=rendered)
        self._pause = min(2 * self._pause, SECONDS_BETWEEN_MAX) if is_stuck else SECONDS_BETWEEN
        return self._pause
