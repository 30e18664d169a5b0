"""Decisions and other acts under one grant: they are summed together, up the chain, and reported together."""

from __future__ import annotations

from typing import Any

from domain.authority import ActRef, ChainLink, Use
from domain.decisions import DecisionMade
from domain.vocabulary import Limits
from tests.spec import At, Given, at, command, fold
from tests.specs.body_books import COUNCIL, DEPUTY, MANAGER, governed, granted, seated

G1, G2 = ChainLink(grant_id="g-1", entry=11), ChainLink(grant_id="g-2", entry=12)


def chained(*facts: At, ceiling: int = 100_00) -> Given:
    """Returns a book in which the manager passed power on to the deputy, under one ceiling a year."""
    limits = Limits(per_year=ceiling, per_party=ceiling)
    return governed(
        seated("p-1", office_id="manager"),
        seated("p-2", office_id="deputy"),
        granted("g-1", COUNCIL, MANAGER, depth=1, limits=limits),
        granted("g-2", MANAGER, DEPUTY, limits=limits),
        *facts,
    )


def decided(ore: int, day: str = "2023-03-01", *links: ChainLink, **fields: Any) -> At:
    """Returns a decision by the deputy."""
    known: dict[str, Any] = {
        "decision_id": "d-1", "title": "Kjøp", "kind": "resolution", "office_id": "deputy", "text": None,
    }  # fmt: skip
    event = DecisionMade(**{**known, "grant_id": "g-2", "amount": ore, "chain": links or (G1, G2), **fields})
    return at(day, event)


def act(**fields: Any) -> Any:
    """Returns a command by which the manager spends in the summer of 2023."""
    known = {"act_id": "a-1", "title": "Kjøp", "actor": MANAGER.model_dump(), "power": "spend", "party": "Prøve AS"}
    return command("authority.exercise", **{**known, "effective": "2023-06-01", **fields})


def test_a_sub_delegates_decision_counts_against_the_grant_above() -> None:
    book = chained(decided(60_00))
    rejection = book.when(act(amount_ore=40_01)).then_rejected("authority.limit_exceeded", grant_id="g-1", excess_ore=1)
    assert rejection.entries == (11, 13)
    book.when(act(amount_ore=40_00)).decide()


def test_what_was_exercised_counts_against_a_decision() -> None:
    book = chained()
    sent = act(amount_ore=60_00)
    after = Given(fold(book.state, book.when(sent).decide(), sent, 13), 13)
    make = {"decision_id": "d-1", "title": "Kjøp", "office_id": "deputy", "grant_id": "g-2", "effective": "2023-07-01",
            "party": "Andre AS"}  # fmt: skip
    over = command("decision.make", **make, amount=40_01)
    after.when(over).then_rejected("authority.limit_exceeded", ceiling="per_year", grant_id="g-1", used_ore=60_00)
    (made,) = after.when(command("decision.make", **make, amount=40_00)).decide().events
    assert isinstance(made, DecisionMade)
    assert made.chain == (G1, G2)


def test_counterparties_are_summed_over_both() -> None:
    book = chained(decided(60_00, "2022-03-01", party="Prøve AS"))
    book.when(act(amount_ore=40_01)).then_rejected("authority.limit_exceeded", ceiling="per_party", used_ore=60_00)
    book.when(act(amount_ore=40_00)).decide()


def test_a_decision_stored_without_its_chain_counts_against_its_own_grant() -> None:
    known: dict[str, Any] = {
        "decision_id": "d-1", "title": "Kjøp", "kind": "resolution", "office_id": "deputy", "text": None,
    }  # fmt: skip
    book = chained(at("2023-03-01", DecisionMade(**known, grant_id="g-2", amount=60_00)))
    used = book.state.authority.used
    assert (used[Use("g-2", year=2023)].ore, used.get(Use("g-1", year=2023))) == (60_00, None)


def test_what_is_decided_under_authority_is_not_counted_once_more() -> None:
    book = chained(decided(60_00))
    rejection = book.when(act(decision_id="d-1", member_ids=["vestnes"])).then_rejected(
        "authority.decision_is_the_act", decision_id="d-1"
    )
    assert (rejection.nature, rejection.entries) == ("fact", (13,))
    bodys = at(
        "2023-03-01", DecisionMade(decision_id="d-2", title="Kjøp", kind="resolution", body_id="council", text=None)
    )
    chained(bodys).when(act(decision_id="d-2")).decide()


def test_a_report_lists_decisions_and_acts() -> None:
    book = chained(decided(60_00))
    sent = {"report_id": "r-1", "grants": ["g-1"], "period_from": "2023-01-01", "period_to": "2023-12-31",
            "to_body": "council"}  # fmt: skip
    missing = command("authority_use.report", **sent)
    book.when(missing).then_rejected("authority_use.acts_missing_from_report", acts=["decision:d-1"], count=1)
    whole = command("authority_use.report", **sent, acts=[{"kind": "decision", "id": "d-1"}])
    after = fold(book.state, book.when(whole).decide(), whole, 14)
    assert after.authority.acts[ActRef(kind="decision", id="d-1")].reported_by == 14
