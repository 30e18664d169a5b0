"""A state that was written and read is the state that was folded, at any entry of any history, and decides the same."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from random import Random

import orjson
import pytest

from domain.collaboration import AnyCommand, Collaboration, decide
from domain.kernel import Rejection, context_for
from ledger.application import Ledger
from ledger.deciding import advanced, today_in_oslo
from ledger.location import SQLiteLocation
from ledger.reading import Book
from ledger.rebuilding import seal_again
from ledger.state_bytes import read_state, same_state, write_state
from tests.properties.acts import Scene
from tests.properties.generator import next_command
from tests.properties.histories import tell

HISTORIES = 80
COMMANDS_EACH = 40
CUTS_EACH = 3
DECIDED_EACH = 8
LONG = 12
"""Characters of a text that is not the name of something else too."""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """Books of all kinds of history."""
    ledger = Ledger(SQLiteLocation(tmp_path_factory.mktemp("told") / "book.db"))
    for seed in range(HISTORIES):
        tell(ledger, f"b-{seed}", seed, COMMANDS_EACH)
    yield ledger
    ledger.close()


def written(state: Collaboration) -> bytes:
    """Returns the bytes of a state."""
    file = io.BytesIO()
    write_state(state, file)
    return file.getvalue()


def answer(command: AnyCommand, state: Collaboration, today: date) -> bytes:
    """Returns what a command leads to, or why it is refused."""
    try:
        decision = decide(command, state, context_for(command, today, seal_again))
    except Rejection as said:
        return orjson.dumps([said.code, said.nature, said.law, said.entries, said.params], default=str)
    events = [event.model_dump(mode="json") for event in decision.events]
    return orjson.dumps([events, decision.ruling])


def test_a_state_that_was_read_is_the_one_that_was_folded_and_goes_on_and_decides_as_it(told: Ledger) -> None:
    r, accepted, refused = Random(1), 0, 0
    for seed in range(HISTORIES):
        book = f"b-{seed}"
        steps = list(told.steps(Book(book)))
        cuts = sorted({len(steps), *(r.randint(1, len(steps)) for _ in range(CUTS_EACH))}) if steps else []
        for cut in cuts:
            there = advanced(Book(book), steps[cut - 1 : cut])
            state = read_state(written(there.state))
            assert same_state(state, there.state), (book, cut)
            assert same_state(state, read_state(written(state))), (book, cut)
            after = advanced(there, told.steps(Book(book, cut, there.recorded_at, state)))
            assert same_state(after.state, steps[-1].after), (book, cut)
            assert there.recorded_at is not None
            today = today_in_oslo(there.recorded_at)
            for _ in range(DECIDED_EACH):
                command = next_command(Scene(r, there.state, today)).command
                said = answer(command, state, today)
                assert said == answer(command, there.state, today), (book, cut, command)
                accepted, refused = accepted + (said[:2] == b"[["), refused + (said[:2] != b"[[")
    assert min(accepted, refused) > HISTORIES


def test_no_text_that_an_erasure_takes_away_is_in_a_state(told: Ledger) -> None:
    texts = 0
    for seed in range(HISTORIES):
        book = told.book(f"b-{seed}")
        kept = written(book.state)
        sealed = [one.commitment for there in book.state.erasures.sealed.values() for one in there]
        openly = b"\n".join(bytes(row.state) for row in told.rows(book.id))
        for text in told.texts(book.id, sealed).values():
            if len(text) >= LONG and text.encode() not in openly:  # no erasure takes away what an entry says openly
                assert text.encode() not in kept, text
                texts += 1
    assert texts > HISTORIES
