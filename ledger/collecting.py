"""The garbage collector held back while a book is folded, and slowed down in a server.

Folding makes many objects that stay and no cycles: the collector goes through all of them again and again and frees
nothing, which is half the time it takes. Other threads are held back with it, for as long as the fold takes.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

SELDOM = 100
"""How often the middle-aged are gone through before everything is; Python says ten. All that a server holds, of which
classes alone are 200,000 objects, takes 0.2 s, while everyone waits."""

_lock = threading.Lock()
_folding = 0
_was_on = False


@contextmanager
def not_collecting() -> Iterator[None]:
    """Holds the collector back until everyone who holds it back is done, and then leaves it as it was."""
    global _folding, _was_on  # noqa: PLW0603 - there is one collector
    with _lock:
        if _folding == 0:
            _was_on = gc.isenabled()
            gc.disable()
        _folding += 1
    try:
        yield
    finally:
        with _lock:
            _folding -= 1
            if _folding == 0 and _was_on:
                # All that was made counts as old from now on; else the collector would go through it at once.
                gc.freeze()
                gc.unfreeze()
                gc.enable()


def collect_seldom() -> None:
    """Has the collector go through everything a tenth as often as it would, in a process that is to serve."""
    young, middle, _ = gc.get_threshold()
    gc.set_threshold(young, middle, SELDOM)
