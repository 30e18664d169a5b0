"""Whatever is sent to a book: numbers without gaps, no error but a Rejection, rows at every entry as folded anew."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.collaboration import COMMANDS, Collaboration, subjects
from domain.decisions.effects import ACT_OF_EVENT
from domain.decisions.effects import ACTS as EFFECT_ACTS
from domain.effects import resting_on
from domain.kernel import Rejection
from ledger.application import Ledger
from ledger.deciding import Submission
from ledger.location import SQLiteLocation
from ledger.reading import Book, Step
from ledger.recheck import Difference, recheck_books
from ledger.storage import views_datastore
from projections.projection import Projection, Row, Version
from projections.registry import ALL
from projections.runner import Projector
from projections.views import Found, Query, SQLiteViews
from tests.properties.generator import ACTS, Told, first_day, next_command, next_day, noon, tell

HISTORIES = 320
COMMANDS_EACH = 40

Shown = dict[str, tuple[str, str, str, str, str, bytes]]
"""Rows by key: subject, the four days, and body."""


@dataclass
class Run:
    """What all histories led to."""

    ledger: Ledger
    views: SQLiteViews
    projector: Projector
    told: dict[str, Told] = field(default_factory=dict)
    errors: dict[int, Exception] = field(default_factory=dict)
    """What was raised beside Rejection, by seed."""

    def total(self, what: str) -> Counter[str]:
        """Returns a count over all histories."""
        return sum((getattr(told, what) for told in self.told.values()), Counter[str]())


@contextmanager
def empty() -> Iterator[Run]:
    """Yields a ledger whose rows follow it, in memory where the machine has a file system there."""
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="styringsbok-", dir=memory if memory.is_dir() else None))
    location = SQLiteLocation(folder / "book.db")
    ledger = Ledger(location)
    views = SQLiteViews(views_datastore(location), ALL)  # type: ignore[arg-type]
    projector = Projector(ledger, views, lambda book, number: ledger.book(book, number=number))
    ledger.listeners.append(projector.follow)
    try:
        yield Run(ledger, views, projector)
    finally:
        views.datastore.close()
        ledger.close()
        shutil.rmtree(folder)


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    """Every history told, each in a book of its own."""
    with empty() as run:
        for seed in range(HISTORIES):
            try:
                run.told[f"b-{seed}"] = tell(run.ledger, f"b-{seed}", seed, COMMANDS_EACH)
            except Exception as error:
                run.errors[seed] = error
        yield run


# What rows there should be ---------------------------------------------------------------


def subjects_in(state: Collaboration) -> Iterator[tuple[str, str]]:
    """Yields everything a book knows of, by kind and id, whether or not an entry says it touched it."""
    yield "collaboration", "this"
    yield from (("charter", version) for version in state.constitution.charters)
    yield from (("member", member_id) for member_id in state.members.parties)
    yield from (("body", body_id) for body_id in state.bodies.bodies)
    yield from (("office", office_id) for office_id in state.bodies.offices)
    yield from (("person", person_id) for person_id in (*state.bodies.persons, *state.bodies.merged))
    yield from (("interest", interest_id) for interest_id in state.bodies.interests)
    yield from (("function", function_id) for function_id in state.bodies.functions)
    yield from (("grant", grant_id) for grant_id in state.authority.grants)
    yield from (("case", case_id) for case_id in state.cases.by_id)
    yield from (("proposal", proposal_id) for proposal_id in state.votes.proposals)
    meetings = {*state.meetings.by_id, *state.minutes.by_meeting}
    yield from (("meeting", meeting_id) for meeting_id in meetings)
    yield from (("decision", decision_id) for decision_id in state.decisions.by_id)
    yield from (("challenge", challenge_id) for challenge_id in state.decisions.challenges)
    yield from (("follow_up", follow_up_id) for follow_up_id in state.decisions.follow_ups)
    yield from (("audit", audit_id) for audit_id in state.audits.by_id)
    yield from (("finding", finding_id) for finding_id in state.audits.findings)
    yield from (("irregular_act", str(entry)) for entry in state.irregular.by_entry)
    yield from (("service", service_id) for service_id in state.agreements.services)
    yield from (("product_group", group) for group in state.agreements.groups)
    yield from (("breach", breach_id) for breach_id in state.agreements.breaches)
    yield from (("agreement", agreement_id) for agreement_id in state.agreements.agreements)
    years = {*state.budgets.by_year, *(year for year, _ in state.budgets.frames)}
    yield from (("budget", str(year)) for year in years)
    yield from (("cost_key", key_id) for key_id in state.budgets.keys)


def as_shown(subject: str, row: Row) -> tuple[str, str, str, str, str, bytes]:
    """Returns a row as it is kept."""
    days = (day.isoformat() for day in (row.possible_from, row.certain_from, row.certain_to, row.possible_to))
    possible_from, certain_from, certain_to, possible_to = days
    body = orjson.dumps(row.body, option=orjson.OPT_SORT_KEYS)
    return subject, possible_from, certain_from, certain_to, possible_to, body


def afresh(projection: Projection, state: Collaboration) -> Shown:
    """Returns the rows a projection has of a state, rendered for everything in it."""
    rows: Shown = {}
    if projection.render is not None:
        for kind, subject_id in subjects_in(state):
            if kind == projection.kind:
                rows |= {row.key: as_shown(subject_id, row) for row in projection.render(state, subject_id)}
    return rows


def added(projection: Projection, step: Step) -> Shown:
    """Returns the rows one entry adds for good."""
    rows = () if projection.render_entry is None else projection.render_entry(step)
    return {row.key: as_shown("", row) for row in rows}


def as_kept(found: Found | Version) -> tuple[str, str, str, str, str, bytes]:
    """Returns a row as it is shown."""
    days = (found.possible_from, found.certain_from, found.certain_to, found.possible_to)
    return found.subject, *days, found.body


def assert_rows(run: Run, collaboration_id: str, *, read: bool) -> int:
    """Asserts that the rows as of every entry are those of a fresh fold up to it. Returns how many were compared.

    With `read` each is read by its query, else all versions are read once.
    """
    steps, compared = list(run.ledger.steps(Book(collaboration_id))), 0
    for projection in ALL:
        versions = run.views.all_versions(projection, collaboration_id)
        for_good: Shown = {}
        for step in steps:
            number = step.fact.number
            kept: list[Found] | list[Version] = [v for v in versions if v.from_entry <= number < v.to_entry]
            if read:
                kept = run.views.select(projection, Query(collaboration_id, number, shielded=True))
                assert [row.key for row in kept] == sorted(row.key for row in kept)
            rows = {row.key: as_kept(row) for row in kept}
            for_good |= added(projection, step)
            where = f"{projection.name} of {collaboration_id} as of entry {number}, {step.fact.event}"
            assert rows == for_good | afresh(projection, step.after), where
            assert len(rows) == len(kept), where
            compared += len(rows)
    return compared


# Any history -----------------------------------------------------------------------------


def test_every_type_of_command_is_told() -> None:
    assert set(ACTS) == set(COMMANDS)


def test_deciding_raises_nothing_but_rejection(run: Run) -> None:
    assert run.errors == {}
    assert len(run.told) == HISTORIES


def test_most_commands_are_accepted_and_every_type_is(run: Run) -> None:
    sent, accepted = run.total("sent"), run.total("accepted")
    assert sent.total() == HISTORIES * COMMANDS_EACH
    assert accepted.total() >= sent.total() / 2
    assert {name for name in COMMANDS if not accepted[name]} == set()


def test_many_rules_have_had_their_say(run: Run) -> None:
    assert len(run.total("refused")) > 50  # codes
    modes = Counter(
        (
            r.entry.mode,
            bool(r.entry.irregular),
            bool(r.entry.unverified),
            r.entry.access.level,
            r.entry.effective.is_exact,
        )
        for book in run.told
        for r in run.ledger.entries(book)
    )
    for wanted in (("record", True), ("record", False), ("import", False), ("decide", False)):
        assert any(mode[:2] == wanted for mode in modes)
    assert any(unverified for _, _, unverified, _, _ in modes)
    assert any(level == "shielded" for *_, level, _ in modes)
    assert any(not exact for *_, exact in modes)


def test_numbering_is_without_gaps_and_time_never_goes_back(run: Run) -> None:
    for book, told in run.told.items():
        entries = [recorded.entry for recorded in run.ledger.entries(book)]
        assert [entry.number for entry in entries] == list(range(1, told.accepted.total() + 1))
        times = [entry.recorded_at for entry in entries]
        assert times == sorted(set(times))


def test_replay_equals_the_state_that_was_decided_on(run: Run) -> None:
    for book in run.told:
        assert run.ledger.book(book) == run.ledger.book(book, number=run.ledger.head(book))


def test_effects_are_carried_out_once(run: Run) -> None:
    """Counted from the entries: acts that took effect and name a decision that lays them down, healed ones too."""
    seen = 0
    for book in run.told:
        state = run.ledger.book(book).state
        done: Counter[tuple[str, str]] = Counter()
        for recorded in run.ledger.entries(book):
            entry = recorded.entry
            kept = state.irregular.by_entry.get(entry.number)
            act = ACT_OF_EVENT.get(entry.type)
            if act is None or (kept is not None and kept.healed_by is None):
                continue
            subject = str(getattr(entry.event, EFFECT_ACTS[act].subject))
            for decision_id in resting_on(entry.basis, entry.event):
                made = state.decisions.by_id.get(decision_id)
                laid_down = () if made is None else made.event.effects
                found = [e.effect_id for e in laid_down if (e.act, e.subject) == (act, subject)]
                done.update((decision_id, effect_id) for effect_id in found)
        assert {effect: times for effect, times in done.items() if times > 1} == {}
        seen += len(done)
    assert seen > 0


def test_every_verdict_is_given_again(run: Run) -> None:
    found = recheck_books(run.ledger, list(run.told), lambda _: None)
    assert [one for one in found if isinstance(one, Difference)] == []


def test_rows_as_of_every_entry_equal_a_fresh_fold_up_to_it(run: Run) -> None:
    assert run.views.faults() == []
    compared = sum(assert_rows(run, book, read=number % 8 == 0) for number, book in enumerate(run.told))
    assert compared > HISTORIES * COMMANDS_EACH * 10


def test_rows_on_a_day_are_those_possible_then_and_certain_ones_among_them(run: Run) -> None:
    r = Random(1)
    for book in r.sample(sorted(run.told), 40):
        number = r.randint(1, run.ledger.head(book))
        at = run.ledger.entry(book, number)
        assert at is not None
        day = at.entry.effective.latest
        for projection in ALL:
            everything = run.views.select(projection, Query(book, number, shielded=True))
            on_the_day = run.views.select(projection, Query(book, number, on=day, shielded=True))
            assert on_the_day == [f for f in everything if f.possible_from <= day.isoformat() < f.possible_to]
            seen = run.views.select(projection, Query(book, number, on=day))
            assert seen == [f for f in on_the_day if f.access == "public"]


def test_what_is_kept_is_what_a_rebuild_gives(run: Run) -> None:
    assert [fault for book in run.told for fault in run.projector.verify(book)] == []


def test_a_projector_that_forgets_what_an_entry_touched_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("projections.projection.subjects", lambda event: subjects(event)[:1])
    with empty() as run:
        for seed in range(10):
            tell(run.ledger, f"b-{seed}", seed, COMMANDS_EACH)
        with pytest.raises(AssertionError, match="as of entry"):
            sum(assert_rows(run, f"b-{seed}", read=False) for seed in range(10))


# Shrinking -------------------------------------------------------------------------------


@settings(max_examples=40)
@given(start=st.integers(0, 999), seeds=st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=25))
def test_any_short_history(start: int, seeds: list[int]) -> None:
    """The same of histories hypothesis can make shorter: each number is the chance that decides one command."""
    with empty() as run:
        day = first_day(Random(start))
        for seed in (start, *seeds):
            r = Random(seed)
            day = next_day(r, day)
            run.ledger.clock = partial(noon, day)
            command = next_command(r, run.ledger.book("b").state, day)
            try:
                run.ledger.record(Submission("b", (command,), "teller"))
            except Rejection:
                continue
        if run.ledger.head("b"):
            assert_rows(run, "b", read=True)
            assert run.ledger.book("b") == run.ledger.book("b", number=run.ledger.head("b"))
