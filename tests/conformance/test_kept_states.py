"""States kept between starts: used where they fit, and where they do not the book is folded as if there were none."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest

from domain.collaboration import AnyCommand
from ledger import kept_states
from ledger.application import Ledger
from ledger.archive import export
from ledger.checks import check_book
from ledger.kept_states import SEALED_WITH, KeptStates
from ledger.location import Location
from ledger.reading import Book
from ledger.recheck import Difference, recheck_book
from ledger.restoring import restore
from ledger.self_check import walk
from tests.conformance.database import TABLES, opened
from tests.conformance.keeping import ALL, ENTRIES, folded, keeping
from tests.conformance.rows import Views, projector_of
from tests.conformance.test_erasing import erase
from tests.ledger.support import BOOK, Clock, begin, person, send, service, states

pytestmark = pytest.mark.usefixtures("data_home")

# Kept and used ---------------------------------------------------------------------------


def test_a_book_is_ready_without_folding_what_is_kept(kept: Path, location: Location, clock: Clock) -> None:
    with closing(Ledger(location, clock=clock)) as ledger:
        assert folded(ledger) == []
        ledger.record(send(service("lonn")))
        assert [found for found in check_book(ledger, BOOK) if not isinstance(found, int)] == []
        assert len(states(ledger)) == ENTRIES + 1
    with closing(Ledger(location, clock=clock)) as ledger:
        assert folded(ledger) == [5], "what came after it is folded"
    with closing(Ledger(location, read_only=True, clock=clock)) as ledger:
        assert folded(ledger) == [5]


def test_it_is_for_its_owner_only(kept: Path) -> None:
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (kept.parent, kept, kept.parent / SEALED_WITH)]
    assert modes == [0o700, 0o600, 0o600]
    assert sorted(os.listdir(kept.parent)) == [SEALED_WITH, BOOK]


def test_no_plain_text_of_a_person_is_in_it(kept: Path, ledger: Ledger) -> None:
    content = kept.read_bytes()
    assert b"Merket" not in content
    (sealed,) = ledger.book(BOOK).state.erasures.sealed[3]
    assert sealed.commitment.encode() in content


def test_it_is_written_again_only_after_the_book_has_grown(kept: Path, location: Location, clock: Clock) -> None:
    before = kept.read_bytes()
    for entries, is_written in ((1, False), (1, False), (1, True)):
        with keeping(location, clock, grown_min=3) as ledger:
            for _ in range(entries):
                ledger.record(send(service(f"s{ledger.head(BOOK)}")))
        assert (kept.read_bytes() != before) == is_written
    with closing(Ledger(location, clock=clock)) as ledger:
        assert folded(ledger) == []


def test_one_that_is_opened_to_be_read_writes_nothing(location: Location, clock: Clock) -> None:
    with closing(Ledger(location, clock=clock)) as ledger:
        begin(ledger)
    with closing(Ledger(location, read_only=True, clock=clock)) as ledger:
        ledger.states = KeptStates(ledger, 1)
        ledger.book(BOOK)
    assert not location.states.exists()


def test_a_small_book_is_not_worth_it(location: Location, clock: Clock) -> None:
    with closing(Ledger(location, clock=clock)) as ledger:
        begin(ledger)
    assert not location.states.exists()


# What does not fit -----------------------------------------------------------------------


def at(place: float) -> Callable[[Path], object]:
    """Returns what turns over one bit of a file."""

    def turn(path: Path) -> None:
        content = bytearray(path.read_bytes())
        content[int(place * (len(content) - 1))] ^= 1
        path.write_bytes(content)

    return turn


def as_a_link(path: Path) -> None:
    """Puts a link in a file's place."""
    path.rename(path.with_name("elsewhere"))
    path.symlink_to("elsewhere")


UNFIT: dict[str, Callable[[Path], object]] = {
    "empty": lambda path: path.write_bytes(b""),
    "cut short": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "going on": lambda path: path.write_bytes(path.read_bytes() + b"\n"),
    "no head": lambda path: path.write_bytes(b"\n" * 2_000),
    "a bit of the head": at(0.01),
    "a bit of the state": at(0.6),
    "a bit of the seal": at(1),
    "open to others": lambda path: path.chmod(0o640),
    "a link": as_a_link,
    "a secret lost": lambda path: path.with_name(SEALED_WITH).unlink(),
    "another secret": lambda path: path.with_name(SEALED_WITH).write_bytes(bytes(32)),
    "a secret open to others": lambda path: path.with_name(SEALED_WITH).chmod(0o644),
}


@pytest.mark.parametrize("why", UNFIT)
def test_what_does_not_fit_is_not_used_and_removed(kept: Path, location: Location, clock: Clock, why: str) -> None:
    UNFIT[why](kept)
    with closing(Ledger(location, read_only=True, clock=clock)) as ledger:
        assert folded(ledger) == ALL
        assert kept.exists()
    with closing(Ledger(location, clock=clock)) as ledger:
        assert folded(ledger) == ALL
        assert not kept.exists()
    with keeping(location, clock) as ledger:
        assert folded(ledger) == ALL
    with closing(Ledger(location, clock=clock)) as ledger:
        assert folded(ledger) == [], "it is kept anew"


def other_code(kept: Path, location: Location, clock: Clock, patch: pytest.MonkeyPatch) -> None:
    """Another version of the code reads it."""
    patch.setattr(kept_states, "CODE", "0" * 64)


def other_form(kept: Path, location: Location, clock: Clock, patch: pytest.MonkeyPatch) -> None:
    """A version reads it that writes another form."""
    patch.setattr(kept_states, "FORM", kept_states.FORM + 1)


def other_book(kept: Path, location: Location, clock: Clock, patch: pytest.MonkeyPatch) -> None:
    """The state of another book is put in its place."""
    with keeping(location, clock) as ledger:
        begin(ledger, *(service(f"s{number}") for number in range(3)), book="another")
    kept.with_name("another").replace(kept)


def other_entries(kept: Path, location: Location, clock: Clock, patch: pytest.MonkeyPatch) -> None:
    """An older database is put in place of this one, and goes on otherwise to the same number."""
    _replaced(kept, location, clock, *(person(f"q{number}") for number in range(3)))


def fewer_entries(kept: Path, location: Location, clock: Clock, patch: pytest.MonkeyPatch) -> None:
    """An older database is put in place of this one."""
    _replaced(kept, location, clock, service("it-drift"))


def other_seal(kept: Path, location: Location, clock: Clock, patch: pytest.MonkeyPatch) -> None:
    """Somebody who has not the secret writes a state of their own."""
    lie(location, clock)
    (kept.parent / SEALED_WITH).write_bytes(bytes(32))


def _replaced(kept: Path, location: Location, clock: Clock, *commands: AnyCommand) -> None:
    """Puts another book of that id in the place of this one, and leaves what is kept."""
    aside = kept.rename(kept.with_name(".aside"))
    _emptied(location)
    with closing(Ledger(location, clock=clock)) as ledger:
        begin(ledger, *commands)
    aside.rename(kept)


def _emptied(location: Location) -> None:
    with opened(location) as database:
        database.without_triggers()
        for table in (*TABLES, "log_frontiers"):
            database.execute(f"DELETE FROM {table}")
        database.with_triggers()


def lie(location: Location, clock: Clock) -> None:
    """Keeps a state without the services of the book, as the code that keeps states would."""
    with keeping(location, clock) as ledger:
        book = ledger.book(BOOK)
        empty = Book(BOOK).state
        ledger.states = KeptStates(ledger, 0)
        ledger.states.keep([replace(book, state=replace(book.state, agreements=empty.agreements))])
        ledger.states = KeptStates(ledger)


MISFITS = {
    other_code: "_assert_of",
    other_form: "_assert_of",
    other_book: "_assert_of",
    other_entries: "_assert_entry",
    fewer_entries: "_assert_entry",
    other_seal: "_assert_sealed",
}
"""What may not be used, and what sees it."""


@pytest.mark.parametrize("put", MISFITS)
def test_what_is_of_something_else_is_not_used(
    kept: Path, location: Location, clock: Clock, monkeypatch: pytest.MonkeyPatch, put: Callable[..., None]
) -> None:
    put(kept, location, clock, monkeypatch)
    with closing(Ledger(location, clock=clock)) as ledger:
        assert folded(ledger) == list(range(1, ledger.head(BOOK) + 1))
    assert not kept.exists()


@pytest.mark.parametrize("put", MISFITS)
def test_without_what_sees_it_it_would_be_used(
    kept: Path, location: Location, clock: Clock, monkeypatch: pytest.MonkeyPatch, put: Callable[..., None]
) -> None:
    """The twin that must go wrong: were one check missing, the test above would say so."""
    put(kept, location, clock, monkeypatch)
    monkeypatch.setattr(KeptStates, MISFITS[put], lambda *_: None)
    with closing(Ledger(location, clock=clock)) as ledger:
        assert ledger.states.book(BOOK) is not None


def test_an_id_that_is_none_names_no_file(kept: Path, location: Location, clock: Clock) -> None:
    outside = kept.parent.with_name("outside")
    outside.write_bytes(b"not ours")
    with closing(Ledger(location, clock=clock)) as ledger:
        for name in ("../outside", SEALED_WITH, "", ".", str(outside)):
            assert ledger.states.book(name) is None
        kept_states.forget(location, ["../outside", SEALED_WITH])
    assert outside.read_bytes() == b"not ours"
    assert (kept.parent / SEALED_WITH).exists()


# What proves something -------------------------------------------------------------------


def test_a_state_that_lies_is_named_and_proves_nothing(
    kept: Path, location: Location, clock: Clock, views: Views
) -> None:
    lie(location, clock)
    with closing(Ledger(location, clock=clock)) as ledger:
        assert "it-drift" not in ledger.book(BOOK).state.agreements.services, "it was to lie"
        found = [one for one in recheck_book(ledger, BOOK) if isinstance(one, Difference)]
        assert [(one.entry, one.kind, one.stored) for one in found] == [(ENTRIES, "kept_state", str(kept.parent))]
        assert [one for one in check_book(ledger, BOOK) if not isinstance(one, int)] == []
        assert [one for one in walk(ledger, BOOK, 100) if not isinstance(one, int | None)] == []
        projector = projector_of(ledger, views)
        assert list(projector.rebuild()) == [(BOOK, ENTRIES)]
        assert list(projector.verify(BOOK)) == []
        assert "it-drift" in ledger.book(BOOK, number=ENTRIES).state.agreements.services


def test_one_that_does_not_lie_is_not_named(kept: Path, location: Location, clock: Clock) -> None:
    with closing(Ledger(location, read_only=True, clock=clock)) as ledger:
        assert ledger.states.book(BOOK) is not None
        assert [one for one in recheck_book(ledger, BOOK) if isinstance(one, Difference)] == []


# Erased, archived, restored --------------------------------------------------------------


def test_an_erasure_removes_it(kept: Path, location: Location, clock: Clock) -> None:
    with closing(Ledger(location, clock=clock)) as ledger:
        ledger.record(send(erase()))
        assert not kept.exists()
    with closing(Ledger(location, clock=clock)) as ledger:
        assert folded(ledger) == [*ALL, 5]


def test_an_erasure_that_a_crash_cut_short_removes_it_at_the_next_start(
    kept: Path, location: Location, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(Ledger(location, clock=clock)) as ledger, monkeypatch.context() as crash:
        crash.setattr("ledger.application.finish", lambda *_: False)
        ledger.record(send(erase()))
    assert kept.exists()
    Ledger(location, clock=clock).close()
    assert not kept.exists()


def test_an_archive_is_without_it_and_a_restore_removes_what_is_there(
    kept: Path, location: Location, clock: Clock, tmp_path: Path
) -> None:
    with closing(Ledger(location, clock=clock)) as ledger:
        export(ledger, tmp_path / "all.zip")
    with ZipFile(tmp_path / "all.zip") as archive:
        assert not [name for name in archive.namelist() if "state" in name]
    (kept.parent / "another").write_bytes(kept.read_bytes())
    _emptied(location)
    with closing(Ledger(location, clock=clock)) as ledger:
        restore(ledger, tmp_path / "all.zip")
        assert [path.name for path in kept.parent.iterdir() if path.name != SEALED_WITH] == []
        assert folded(ledger) == ALL
