"""Whatever is sent to a book: numbers without gaps, no error but a Rejection, rows at every entry as folded anew."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import count
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.collaboration import COMMANDS, AnyCommand, Collaboration, decide, subjects
from domain.kernel import Context, Decision, Rejection
from ledger.deciding import Submission
from projections.registry import ALL
from projections.views import Query
from tests.api.test_rejection_texts import PARAMS
from tests.properties.acts import Scene
from tests.properties.checking import Kept, Looked, compare_rows, empty, tell_all, told_and_looked_at
from tests.properties.generator import ACTS, first_day, next_command, next_day, noon
from tests.properties.histories import STORY_EVERY, tell
from tests.properties.provocations import OUT_OF_REACH
from tests.properties.stories import STORIES

HISTORIES = 2_000
COMMANDS_EACH = 50
SHORT_HISTORIES = 1_000


@pytest.fixture(scope="module")
def whole() -> Looked:
    """Every history told and looked at."""
    return tell_all(HISTORIES, COMMANDS_EACH, subjects_in)


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
    budgets = state.budgets
    framed = {year for year, _ in budgets.frames}
    counted = {year + after for year in budgets.actuals.by_year for after in (0, 1)}
    years = {*budgets.by_year, *framed, *counted, *budgets.reports, *budgets.accounts, *budgets.balances}
    yield from (("budget", str(year)) for year in years)
    yield from (("cost_key", key_id) for key_id in budgets.keys)
    yield from (("cost_driver", driver) for driver in {one.driver for one in budgets.recordings.values()})
    yield from (("allocation", allocation_id) for allocation_id in budgets.allocations.by_id)
    yield from (("strategy", strategy_id) for strategy_id in state.benefits.strategies)
    yield from (("goal", goal_id) for goal_id in state.benefits.goals)
    yield from (("benefit", benefit_id) for benefit_id in state.benefits.by_id)
    yield from (("assessment", assessment_id) for assessment_id in state.readiness.assessments)
    yield from (("comparison", comparison_id) for comparison_id in state.readiness.comparisons)
    yield from (("concern", concern_id) for concern_id in state.readiness.concerns)
    yield from (("entry_access", str(entry)) for entry in state.records.changes)
    yield from (("benchmark_consent", consent_id) for consent_id in state.records.consents)
    yield from (("loan", loan_id) for loan_id in budgets.loans)


# Any history -----------------------------------------------------------------------------


def test_every_type_of_command_is_told() -> None:
    assert set(ACTS) == set(COMMANDS)


def test_no_history_ends_in_anything_but_entries_or_a_rejection_and_every_book_is_as_it_must_be(whole: Looked) -> None:
    """What must hold of each book is said in `checking`; a number is the seed that tells its history again."""
    assert whole.faults == []
    assert whole.histories == HISTORIES
    assert whole.told.sent.total() == HISTORIES * COMMANDS_EACH
    assert whole.entries >= whole.told.accepted.total()
    assert whole.rows > HISTORIES * COMMANDS_EACH
    assert whole.effects > 0


def test_at_least_half_is_accepted_and_every_type_is(whole: Looked) -> None:
    assert whole.told.accepted.total() >= whole.told.sent.total() / 2
    assert {name for name in COMMANDS if not whole.told.accepted[name]} == set()


def test_every_rule_has_refused_something(whole: Looked) -> None:
    assert len(STORIES) <= HISTORIES // STORY_EVERY, "more stories than the run tells"
    never = set(PARAMS) - set(whole.told.refused)
    assert sorted(never - set(OUT_OF_REACH)) == []
    assert set(OUT_OF_REACH) <= set(PARAMS)


def test_every_mode_is_told_with_all_it_can_lead_to(whole: Looked) -> None:
    for wanted in (("record", True), ("record", False), ("import", False), ("decide", False)):
        assert any(mark[:2] == wanted for mark in whole.marks)
    assert any(unverified for _, _, unverified, _, _ in whole.marks)
    assert any(level == "shielded" for *_, level, _ in whole.marks)
    assert any(not exact for *_, exact in whole.marks)


def test_rows_on_a_day_are_those_possible_then_and_certain_ones_among_them() -> None:
    r = Random(1)
    with empty() as kept:
        for seed in range(40):
            tell(kept.ledger, f"b-{seed}", seed, COMMANDS_EACH)
            book = f"b-{seed}"
            number = r.randint(1, kept.ledger.head(book))
            at = kept.ledger.entry(book, number)
            assert at is not None
            day = at.entry.effective.latest
            for projection in ALL:
                everything = kept.views.select(projection, Query(book, number, shielded=True))
                on_the_day = kept.views.select(projection, Query(book, number, on=day, shielded=True))
                assert on_the_day == [f for f in everything if f.possible_from <= day.isoformat() < f.possible_to]
                seen = kept.views.select(projection, Query(book, number, on=day))
                assert seen == [f for f in on_the_day if f.access == "public"]


# What the looking is worth -----------------------------------------------------------------


def test_a_projector_that_forgets_what_an_entry_touched_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("projections.projection.subjects", lambda event: subjects(event)[:1])
    looked = told_and_looked_at(range(10), length=COMMANDS_EACH, subjects_in=subjects_in)
    assert any("as of entry" in said for _, said in looked.faults)


def test_a_rule_that_fails_and_a_verdict_that_was_another_are_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def careless(command: AnyCommand, state: Collaboration, context: Context) -> Decision:
        if command.type == "body.establish":
            raise KeyError("board")
        decision = decide(command, state, context)
        return decision if command.type != "person.register" else Decision(decision.events * 2, decision.ruling)

    monkeypatch.setattr("ledger.deciding.decide", careless)
    looked = told_and_looked_at(range(60), length=COMMANDS_EACH, subjects_in=subjects_in)
    assert any("KeyError" in said for _, said in looked.faults)
    assert any("recheck" in said for _, said in looked.faults)


# Shrinking -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def kept() -> Iterator[Kept]:
    """An empty ledger for short histories."""
    with empty() as kept:
        yield kept


_numbers = count(1)


@settings(max_examples=SHORT_HISTORIES, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=st.integers(0, 999), seeds=st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=20))
def test_any_short_history(kept: Kept, start: int, seeds: list[int]) -> None:
    """The same of histories hypothesis can make shorter: each number is the chance that decides one command."""
    book, day = f"b-{next(_numbers)}", first_day(Random(start))
    for seed in (start, *seeds):
        r = Random(seed)
        day = next_day(r, day)
        kept.ledger.clock = partial(noon, day)
        command = next_command(Scene(r, kept.ledger.book(book).state, day)).command
        try:
            kept.ledger.record(Submission(book, (command,), "teller"))
        except Rejection:
            continue
    head = kept.ledger.head(book)
    if head:
        assert kept.views.faults(book) == []
        assert kept.ledger.book(book) == kept.ledger.book(book, number=head)
        compare_rows(kept, book, subjects_in, at=lambda number: number in (head, head // 2), read=True)
