"""Many submissions to one book, on each engine: all decided before the first is written, in chunks, resumed by ids."""

from __future__ import annotations

import pytest

from domain.kernel import Rejection
from ledger.application import Ledger
from ledger.deciding import Submission, SubmissionFailed
from ledger.errors import CommandIdReused
from tests.ledger.support import BOOK, SECRETARY, founding, numbers, person, send, service, states


def history() -> list[Submission]:
    """Returns a history of twelve submissions with ids of their own."""
    commands = [
        founding(),
        *(service(f"s{number}") for number in range(6)),
        *(person(f"p{number}") for number in range(5)),
    ]
    return [Submission(BOOK, (one,), SECRETARY, f"line-{number}") for number, one in enumerate(commands, start=1)]


@pytest.mark.parametrize("chunk", [1, 5, 100])
def test_many_submissions_are_recorded_in_chunks_and_again_to_nothing(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr("ledger.application.CHUNK_ENTRIES", chunk)
    told: list[int] = []
    assert ledger.record_all(history(), dry_run=True) == (12, 0)
    assert numbers(ledger) == []
    assert ledger.record_all(history(), progress=told.append) == (12, 0)
    assert told == list(range(1, 13))
    assert numbers(ledger) == list(range(1, 13))
    first = states(ledger)
    assert ledger.record_all(history()) == (0, 12)
    assert states(ledger) == first


def test_many_submissions_are_all_decided_before_the_first_is_written(ledger: Ledger) -> None:
    wrong = [*history(), send(service("s0"), command_id="line-13")]
    with pytest.raises(SubmissionFailed) as caught:
        ledger.record_all(wrong)
    assert caught.value.index == 12
    assert isinstance(caught.value.error, Rejection)
    assert numbers(ledger) == []


def test_a_submission_twice_among_many_is_counted_once(ledger: Ledger) -> None:
    lines = history()
    assert ledger.record_all([*lines, lines[3]]) == (12, 1)
    with pytest.raises(SubmissionFailed) as caught:
        ledger.record_all([send(service("annet"), command_id="line-4", by=SECRETARY)])
    assert isinstance(caught.value.error, CommandIdReused)


def test_a_run_cut_short_is_resumed_by_its_ids(ledger: Ledger) -> None:
    assert ledger.record_all(history()[:5]) == (5, 0)
    assert ledger.record_all(history()) == (7, 5)
    assert numbers(ledger) == list(range(1, 13))


def test_many_submissions_are_of_one_book(ledger: Ledger) -> None:
    with pytest.raises(SubmissionFailed, match="andre is another book"):
        ledger.record_all([*history(), send(founding(), book="andre")])
    assert ledger.heads() == {}
