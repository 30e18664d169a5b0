"""Whatever the attendance and the weights: the evidence stored with a vote gives the verdict stored with it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.kernel import Rejection
from domain.rulebook.forms import FORMS
from domain.rulebook.voting import RULES, voting_rule
from domain.vocabulary import BodyKind, LegalFormId
from domain.votes import VoteTaken
from tests.specs.body_books import allotted
from tests.specs.vote_books import MEMBERS, PEOPLE, ballots, book, take

KINDS: list[tuple[LegalFormId, BodyKind]] = [kind for kind, rule in RULES.items() if rule.readable]
LETTERS = "fab-"


@st.composite
def votes(draw: st.DrawFn) -> tuple[Any, ...]:
    """Draws a kind of body, its size, who is there, their weights, and how each votes."""
    kind = draw(st.sampled_from([*KINDS, ("informal", "steering_group")]))
    size = draw(st.integers(2, 8))
    there = draw(st.lists(st.sampled_from(PEOPLE[:size]), unique=True, min_size=1).map(sorted))
    plan = draw(st.none() | st.lists(st.integers(1, 5), min_size=size, max_size=size))
    cast = draw(st.lists(st.sampled_from(LETTERS), min_size=len(there), max_size=len(there)).map("".join))
    matter = draw(st.sampled_from(["ordinary", "change", "charter"]))
    return kind, size, tuple(there), plan, cast, matter


def tried(drawn: tuple[Any, ...]) -> VoteTaken | Rejection:
    """Returns what became of a vote that was drawn."""
    kind, size, there, plan, cast, matter = drawn
    shares = () if plan is None else tuple(allotted(m, 1, 2, v) for m, v in zip(MEMBERS, plan, strict=False))
    held = book(kind[0], kind[1], size, there, plan=shares, chair=there[0])
    shown = {p: ballot for ballot in ballots("f" * 12) for p in [ballot["person_id"]]}
    words: dict[str, Any] = {"f": "for", "a": "against", "b": "blank"}
    told = [{**shown[p], "choice": words[c]} for p, c in zip(there, cast, strict=True) if c != "-"]
    fields: dict[str, Any] = {"ballots": told} if told else {"counts": {"in_favour": 0, "against": 0, "blank": 0}}
    try:
        (event,) = held.when(take(**fields, matter_kind=matter)).decide().events
    except Rejection as rejection:
        return rejection
    assert isinstance(event, VoteTaken)
    return event


@settings(max_examples=300, deadline=None)
@given(votes())
def test_the_stored_evidence_gives_the_stored_verdict(drawn: tuple[Any, ...]) -> None:
    event = tried(drawn)
    if isinstance(event, Rejection):
        assert event.code.startswith("vote.")
        return
    weight = {e.person_id: e.weight for e in event.entitled}
    sums = {
        choice: sum(int(weight[b.person_id]) for b in event.ballots if b.choice == choice)
        for choice in ("for", "against", "blank")
    }
    assert (event.tally.in_favour, event.tally.against, event.tally.blank) == tuple(sums.values())
    reached = [_reached(m) for m in event.majorities]
    assert [m.reached for m in event.majorities] == reached
    tied = sums["for"] == sums["against"] > 0
    assert event.chair_decided <= tied
    if event.result == "adopted" and not event.chair_decided:
        assert all(r is True or m.majority_of == "capital" for r, m in zip(reached, event.majorities, strict=True))
    if event.result == "rejected":
        assert False in reached
    assert (event.adopted == "a") == (event.result == "adopted")


def _reached(majority: Any) -> Any:
    if "unknown" in (majority.counted, majority.base):
        return majority.reached
    if majority.counted == 0:
        return False
    needed = majority.needed.fraction * majority.base
    return majority.counted > needed if majority.more_than else majority.counted >= needed


@settings(max_examples=300, deadline=None)
@given(votes())
def test_no_accepted_vote_has_less_than_the_quorum_of_its_rule(drawn: tuple[Any, ...]) -> None:
    event = tried(drawn)
    if isinstance(event, Rejection):
        return
    rule = voting_rule(FORMS[drawn[0][0]], drawn[0][1], take().effective)
    quorum = event.quorum
    assert quorum.met is True
    if rule is None or rule.quorum is None:
        return
    counted = len({b.person_id for b in event.ballots}) if rule.quorum_counts == "voting" else len(event.entitled)
    half = Fraction(quorum.members, 2)  # type: ignore[arg-type]
    assert counted > half if rule.quorum.more_than else counted >= half
    if rule.quorum_votes is not None:
        assert 3 * sum(int(e.weight) for e in event.entitled) >= 2 * int(quorum.weight_total)


def test_the_draws_reach_verdicts_of_every_kind() -> None:
    """A draw with everyone there and for is adopted under every act, and with everyone against rejected."""
    for kind in KINDS:
        for letter, result in (("f", "adopted"), ("a", "rejected")):
            event = tried((kind, 5, PEOPLE[:5], None, letter * 5, "ordinary"))
            assert isinstance(event, VoteTaken)
            assert (event.result, event.quorum.met) == (result, True)
