"""The house put together: one ledger, its views, and the projector between them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from ledger.application import Ledger
from ledger.deciding import today_in_oslo, utc_now
from ledger.location import Location, SQLiteLocation
from ledger.log.checkpointing import Signer, open_signer
from ledger.log.policy import Witness
from ledger.log.timestamping import Stamping
from ledger.log.witnessing import Asking
from ledger.reading import Book
from ledger.self_check import SelfCheck
from ledger.storage import views_datastore
from ledger.watching import Watch
from projections.registry import ALL
from projections.runner import Projector
from projections.view_engines import PostgresViews, SQLiteViews, open_views


@dataclass(frozen=True, slots=True)
class Signing:
    """Where the key checkpoints are signed with comes from, and what the installation is called."""

    key: str | None = None
    """The key itself, as it stands in a key file."""
    path: Path | None = None
    """The key's file; left out: at its usual place, made at the first start."""
    origin: str | None = None
    """The installation's name, a URL without its scheme; left out: a name of its own, or the one it has."""
    second: bool = False
    """Whether a second key, of ML-DSA-44, signs checkpoints beside the first."""

    def opened(self, ledger: Ledger) -> Signer:
        """Returns what signs for a ledger. Raises KeyTrouble."""
        return open_signer(ledger, text=self.key, path=self.path, origin=self.origin, second=self.second)


@dataclass(slots=True)
class House:
    """What the door opens on."""

    ledger: Ledger
    views: SQLiteViews | PostgresViews
    projector: Projector
    signing: Signing = Signing()
    asking: Asking | None = None
    """What asks the witnesses to cosign, where there are any."""
    stamping: Stamping | None = None
    """What has checkpoints stamped, where there are authorities for that."""
    self_check: SelfCheck | None = None
    """What hashes the books again all the time, while they are served and unless told not to."""
    _signer: Signer | None = None
    _watch: Watch | None = None
    _opening: threading.Lock = field(default_factory=threading.Lock)

    @property
    def signer(self) -> Signer:
        """What signs checkpoints, opened when it is first asked for. Raises KeyTrouble."""
        with self._opening:
            if self._signer is None:
                self._signer = self.signing.opened(self.ledger)
            return self._signer

    @property
    def witnesses(self) -> tuple[Witness, ...]:
        """The witnesses that are asked to cosign; none where none is."""
        return () if self.asking is None else self.asking.witnesses

    @property
    def watch(self) -> Watch | None:
        """What tells whether anything was committed, opened when it is first asked for; None on PostgreSQL.

        Raises LedgerUnavailable.
        """
        with self._opening:
            if self._watch is None and isinstance(self.ledger.location, SQLiteLocation):
                self._watch = Watch(self.ledger.location)
            return self._watch

    def close(self) -> None:
        """Closes the databases."""
        if self._watch is not None:
            self._watch.close()
        self.views.datastore.close()
        self.ledger.close()


def open_house(
    location: Location,
    *,
    read_only: bool = False,
    catch_up: bool = True,
    clock: Callable[[], datetime] = utc_now,
    signing: Signing = Signing(),
) -> House:
    """Opens ledger and views and brings the rows up to date unless told not to; with `read_only` touches neither file.

    A book with a damaged entry is served up to there. Raises LedgerHeld or LedgerUnavailable.
    """
    ledger = Ledger(location, read_only=read_only, clock=clock)
    datastore = views_datastore(location, read_only=read_only)
    try:
        views = open_views(datastore, ALL, create=not read_only)
        views.today = lambda: today_in_oslo(clock())
        projector = Projector(ledger, views, _folded(ledger))
        if not read_only:
            ledger.listeners.append(projector.follow)
            if catch_up:
                projector.catch_up()
    except BaseException:
        datastore.close()
        ledger.close()
        raise
    return House(ledger, views, projector, signing)


def _folded(ledger: Ledger) -> Callable[[str, int], Book]:
    """Returns how to fold a book up to a number, from its first entry."""

    def folded(collaboration_id: str, number: int) -> Book:
        return Book(collaboration_id) if number == 0 else ledger.book(collaboration_id, number=number)

    return folded


@contextmanager
def house(
    location: Location, *, read_only: bool = False, catch_up: bool = True, signing: Signing = Signing()
) -> Iterator[House]:
    """Yields an open house and closes it. Raises as `open_house`."""
    opened = open_house(location, read_only=read_only, catch_up=catch_up, signing=signing)
    try:
        yield opened
    finally:
        opened.close()
