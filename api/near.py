"""Short questions to the database from an event loop."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from starlette.concurrency import run_in_threadpool

from ledger.application import Ledger
from ledger.location import SQLiteLocation

P = ParamSpec("P")
T = TypeVar("T")


async def near(ledger: Ledger, ask: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Returns what a question of one short query is answered with; what it raises is raised.

    A file of our own answers before a thread has been woken, so it is asked at once. Another machine is waited for in
    a thread, so that nobody else waits.
    """
    if isinstance(ledger.location, SQLiteLocation):
        return ask(*args, **kwargs)
    return await run_in_threadpool(ask, *args, **kwargs)
