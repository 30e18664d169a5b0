"""Given, when, then for the domain: facts, a command, and the events or the rejection it leads to."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import pytest

from domain.collaboration import COMMANDS, AnyCommand, AnyEvent, Collaboration, context_of, decide, evolve
from domain.dates import Interval
from domain.kernel import Basis, Decision, Fact, Rejection
from domain.text import SealedText

TODAY = date(2026, 11, 24)
RECORDED = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


def seal(text: str) -> SealedText:
    """Seals with a salt made from the text, so that a spec can name the commitment it expects."""
    return SealedText.of(text, hashlib.sha256(text.encode()).digest())


@dataclass(frozen=True)
class At:
    """An event with the interval it took effect in."""

    effective: Interval
    event: AnyEvent
    basis: tuple[Basis, ...] = ()
    irregular: tuple[str, ...] = ()


def at(day: str, event: AnyEvent, latest: str | None = None, *, by: str | None = None, irregular: str = "") -> At:
    """Returns `event` in effect from `day`, or from some day between `day` and `latest`.

    `by` is the decision it rests on; `irregular` the codes it was recorded with, separated by spaces.
    """
    interval = Interval(earliest=date.fromisoformat(day), latest=date.fromisoformat(latest or day))
    basis = () if by is None else (Basis(kind="decision", ref=by),)
    return At(interval, event, basis, tuple(irregular.split()))


def command(name: str, /, **fields: Any) -> AnyCommand:
    """Returns the command `name`, validated as a client's JSON would be."""
    return COMMANDS[name].model_validate_json(json.dumps({"type": name, **fields}, default=str))


def fold(state: Collaboration, decision: Decision, sent: AnyCommand, number: int) -> Collaboration:
    """Returns the state after a decision's events."""
    context = context_of(sent, state, TODAY, seal)
    for offset, event in enumerate(decision.events, start=number):
        fact = Fact(
            event=event,
            number=offset,
            effective=context.effective,
            recorded_at=RECORDED,
            mode=sent.mode,
            irregular=decision.ruling.irregular,
            basis=sent.basis,
            actor=sent.acted_by,
            sha256=digest(offset),
            corrects=sent.corrects,
        )
        state = evolve(state, fact)
    return state


def digest(number: int) -> bytes:
    """Returns what stands for the SHA-256 of an entry's bytes in a spec."""
    return hashlib.sha256(str(number).encode()).digest()


@dataclass(frozen=True)
class Given:
    """A book folded from what was given."""

    state: Collaboration = field(default_factory=Collaboration)
    number: int = 0

    def and_(self, *facts: At) -> Given:
        """Folds more facts."""
        given = self
        for fact in facts:
            number = given.number + 1
            told = Fact(
                event=fact.event,
                number=number,
                effective=fact.effective,
                recorded_at=RECORDED,
                mode="record" if fact.irregular else "decide",
                irregular=fact.irregular,
                basis=fact.basis,
                sha256=digest(number),
            )
            given = Given(evolve(given.state, told), number)
        return given

    def when(self, sent: AnyCommand) -> When:
        """Returns the command in this book, not yet decided."""
        return When(self, sent)


@dataclass(frozen=True)
class When:
    """A command sent to a book."""

    given: Given
    sent: AnyCommand

    def decide(self, mode: str | None = None) -> Decision:
        """Decides it. Raises Rejection."""
        sent = self.sent if mode is None else self.sent.model_copy(update={"mode": mode})
        return decide(sent, self.given.state, context_of(sent, self.given.state, TODAY, seal))

    def then(self, *events: AnyEvent, unverified: Sequence[str] = (), irregular: Sequence[str] = ()) -> Given:
        """Asserts these events, and that the same command again is refused and so records nothing more."""
        decision = self.decide()
        assert decision.events == events
        assert decision.ruling.unverified == tuple(unverified)
        assert decision.ruling.irregular == tuple(irregular)
        after = Given(
            fold(self.given.state, decision, self.sent, self.given.number + 1), self.given.number + len(events)
        )
        if not irregular:
            with pytest.raises(Rejection) as again:
                decide(self.sent, after.state, context_of(self.sent, after.state, TODAY, seal))
            assert again.value.nature == "fact"
        return after

    def then_rejected(self, code: str, **params: object) -> Rejection:
        """Asserts that it is refused with `code` and at least these parameters."""
        with pytest.raises(Rejection) as caught:
            self.decide()
        assert caught.value.code == code
        assert {name: caught.value.params.get(name) for name in params} == params
        return caught.value


def given(*facts: At) -> Given:
    """Returns a book in which these facts were recorded, numbered 1, 2, 3 ..."""
    return Given().and_(*facts)
