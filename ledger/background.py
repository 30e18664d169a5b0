"""Work that is done again and again beside a server: in a thread of its own, until it is stopped."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod


class Background(ABC):
    """Takes one step after another, and pauses between them for as long as each says."""

    def __init__(self, name: str) -> None:
        """`name` is that of the thread."""
        self._name = name
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @abstractmethod
    def step(self) -> float:
        """Does what is next, and returns for how many seconds to pause then. Raises nothing."""

    def start(self) -> None:
        """Begins at once, and goes on until stopped."""
        self._thread = threading.Thread(target=self._go_on, name=self._name, daemon=True)
        self._thread.start()

    def _go_on(self) -> None:
        while not self._stop.wait(self.step()):
            pass

    def stop(self) -> None:
        """Ends it, and waits for the step under way."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
