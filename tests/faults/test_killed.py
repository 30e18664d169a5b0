"""A writing process is killed at any moment: nothing acknowledged is lost, nothing is there twice, no number missing.

STYRINGSBOK_KILLS=2000 kills more often than a run of all tests has time for.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import closing

import pytest

from ledger.application import Ledger
from ledger.location import locate
from tests.faults.killing import kill
from tests.faults.writing import BOOKS, Twin

KILLS = int(os.environ.get("STYRINGSBOK_KILLS", "200"))
CAUGHT_WITHIN = 60
"""Kills in which a planted fault is to show; each shows in about every second one."""


def test_whatever_was_acknowledged_is_there_once_and_in_its_place(database_url: str) -> None:
    witnessed = kill(database_url, KILLS, seed=1)
    assert witnessed.faults == []
    assert len(witnessed.acknowledged) > KILLS
    with closing(Ledger(locate(database_url))) as ledger:
        for book in BOOKS:
            rows = list(ledger.entries(book))
            assert [row.entry.number for row in rows] == list(range(1, ledger.head(book) + 1))
            digests = [hashlib.sha256(row.state).hexdigest() for row in rows]
            told = {number: sha for (where, number), (sha, _) in witnessed.acknowledged.items() if where == book}
            assert all(digests[number - 1] == sha for number, sha in told.items())


@pytest.mark.parametrize("twin", ["answers_before_it_commits", "writes_the_tree_afterwards"])
def test_a_ledger_that_answers_early_or_writes_in_two_parts_is_caught(sqlite_url: str, twin: Twin) -> None:
    assert kill(sqlite_url, CAUGHT_WITHIN, seed=1, twin=twin).faults != []
