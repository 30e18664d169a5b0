"""Histories told: each a book of its own, and the same for the same seed."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random

from domain.collaboration import AnyCommand, Collaboration
from domain.kernel import Rejection
from ledger.application import Ledger
from ledger.deciding import Submission, advanced
from tests.properties.acts import Fields, Scene
from tests.properties.generator import REGISTER_OF, first_day, next_command, next_day, noon, sendable
from tests.properties.preludes import Told as Opened
from tests.properties.preludes import prelude
from tests.properties.provocations import provoked
from tests.properties.stories import STORIES, STORY_DAY

TOGETHER = 0.2
"""How often one command is followed by another in the same submission."""

PROVOKED = 0.25
"""How often a command is one that some rule refuses which has not refused anything in the history yet."""

MOODS = (0.1, 0.5, 1.0, 1.0, 2.0, 6.0)
"""How much a history may be about one register: most are about some, so that some go deep."""

WILD = 0.4
"""How often something about a command is changed so that the rules may well refuse it."""

REMEMBERED_MAX = 60

STORY_EVERY = 2
"""Each so manieth history begins with a story, so that a run of two thousand tells them all."""

OPENED = 0.4
"""How often another begins with a prelude."""


@dataclass
class Teller:
    """Tells one book's history, command by command."""

    seed: int
    r: Random = field(init=False)
    day: date = field(init=False)
    mood: Mapping[str, float] = field(init=False)
    sent: list[tuple[str, Fields]] = field(default_factory=list)
    prelude: deque[Opened] = field(init=False)
    """What is still to be sent of how the history begins."""
    met: set[str | None] = field(default_factory=lambda: {None})
    """Codes of the rules that have refused something, and what stands for none."""

    def __post_init__(self) -> None:
        self.r = Random(self.seed)
        self.day = first_day(self.r)
        self.prelude = deque(self._beginning())
        self.mood = {register: self.r.choice(MOODS) for register in sorted(set(REGISTER_OF.values()))}

    def _beginning(self) -> Sequence[Opened]:
        """Returns the commands the history begins with, none where it is told by chance from the first."""
        if STORIES and self.seed % STORY_EVERY == 0:
            code = sorted(STORIES)[self.seed // STORY_EVERY % len(STORIES)]
            return [Opened(STORY_DAY, *line) for line in STORIES[code]]
        return prelude(self.r) if self.r.random() < OPENED else ()

    def clock(self) -> datetime:
        """Returns noon of the day the history has come to."""
        return noon(self.day)

    def turn(self) -> None:
        """Goes on to the day of what comes next."""
        self.day = self.prelude[0].day if self.prelude else next_day(self.r, self.day)

    def batch(self) -> int:
        """Returns how many commands are sent together next."""
        size = 1
        while not self.prelude and self.r.random() < TOGETHER:
            size += 1
        return size

    def tell(self, state: Collaboration) -> AnyCommand:
        """Returns the next command to the book, which stands as `state`."""
        scene = Scene(self.r, state, self.day, tuple(self.sent))
        if self.prelude:
            _, name, fields = self.prelude.popleft()
            sent = sendable(name, fields)
            assert sent is not None, f"no client could send {name}: {fields}"
            return sent.command
        sent = provoked(scene, self.met) if self.r.random() < PROVOKED else None
        sent = sent or next_command(scene, self.mood, WILD)
        self.sent.append((sent.command.type, sent.fields))
        del self.sent[:-REMEMBERED_MAX]
        return sent.command


@dataclass
class Told:
    """What became of one history."""

    sent: Counter[str] = field(default_factory=Counter)
    """By type of command."""
    accepted: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    """By code."""

    def add(self, other: Told) -> None:
        """Counts another history in."""
        self.sent += other.sent
        self.accepted += other.accepted
        self.refused += other.refused


def tell(ledger: Ledger, collaboration_id: str, seed: int, length: int, told: Told | None = None) -> Told:
    """Sends a history of so many commands to a book, now and then some together. Raises what is no Rejection.

    The ledger's clock shows the day the history has come to. What became of it is counted in `told`.
    """
    teller, told = Teller(seed), Told() if told is None else told
    ledger.clock = teller.clock
    while (left := length - told.sent.total()) > 0:
        teller.turn()
        book, accepted = ledger.book(collaboration_id), list[AnyCommand]()
        size = min(left, teller.batch())
        try:
            for _ in range(size):
                command = teller.tell(book.state)
                if size > 1 and command.type == "minutes.sign":
                    break  # it names the bytes of entries, which are not recorded yet
                told.sent[command.type] += 1
                if size > 1:  # what comes next is told of the book as it will be
                    decided = ledger.decide(book, Submission(collaboration_id, (command,), "teller"))
                    book = advanced(book, decided.steps)
                accepted.append(command)
        except Rejection as rejection:
            told.refused[rejection.code] += 1
            teller.met.add(rejection.code)
        try:
            if accepted:
                ledger.record(Submission(collaboration_id, tuple(accepted), "teller"))
                told.accepted.update(command.type for command in accepted)
        except Rejection as rejection:
            assert size == 1, "what was accepted one by one is accepted together"
            told.refused[rejection.code] += 1
            teller.met.add(rejection.code)
    return told
