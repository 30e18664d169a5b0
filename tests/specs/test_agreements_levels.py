"""Service levels: refusals in order of precedence, the versions in force on any day, and two real histories."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.agreements import (
    BudgetEffect,
    ServiceAgreementTerminated,
    ServiceLevelRevised,
    Target,
)
from domain.budgets import BudgetAdopted, BudgetAmended, LineDelta
from domain.collaboration import subjects
from domain.decisions import DecisionMade
from domain.kernel import Subject
from domain.vocabulary import Holder
from tests.spec import At, Given, at, command, seal
from tests.specs.agreement_books import BASIS, IMPORTED, book, concluded

UPTIME: dict[str, Any] = {
    "target_id": "uptime",
    "metric": "Oppetid",
    "operator": "at_least",
    "value": "99.5",
    "unit": "prosent",
    "good_enough": "99",
    "window": "kalenderår",
}


def revise(**fields: Any) -> Any:
    """Returns a command to lay down the first version of the service levels."""
    known = {"agreement_id": "sla", "sla_version": 1, "name": "SLA 2026", "targets": [UPTIME], "basis": BASIS}
    return command("service_level.revise", **{**known, **fields})


def revised(version: int = 1, name: str = "SLA 2026", targets: Any = (UPTIME,), **fields: Any) -> ServiceLevelRevised:
    """Returns the event it leads to."""
    told = tuple(Target.model_validate(target) for target in targets)
    return ServiceLevelRevised(agreement_id="sla", sla_version=version, name=name, targets=told, **fields)


def level(version: int, day: str, latest: str | None = None) -> At:
    """Returns that a version took effect, in an interval if `latest` is given."""
    return at(day, revised(version, f"v{version}", ()), latest)


def in_force(given: Given, *days: str) -> list[tuple[int | None, list[int]]]:
    """Returns for each day the version certainly in force, and those possibly so."""
    readings = [given.state.agreements.level_on("sla", date.fromisoformat(day)) for day in days]
    return [
        (None if r.certain is None else r.certain.value.sla_version, [mark.value.sla_version for mark in r.possible])
        for r in readings
    ]


# What is accepted -------------------------------------------------------------------------


def test_versions_follow_each_other() -> None:
    first = book(concluded()).when(revise(reason_text="Første avtale.", targets_complete=True))
    after = first.then(revised(reason=seal("Første avtale."), targets_complete=True))
    second = after.when(revise(sla_version=2, name="SLA 2027", effective="2027-01-01")).then(revised(2, "SLA 2027"))
    assert in_force(second, "2026-11-23", "2026-11-24", "2026-12-31", "2027-01-01") == [
        (None, []),
        (1, []),
        (1, []),
        (2, []),
    ]


def test_of_two_versions_from_the_same_day_the_later_entry_holds() -> None:
    before = book(concluded(), level(1, "2026-11-24"))
    after = before.when(revise(sla_version=2)).then(revised(2))
    assert in_force(after, "2026-11-23", "2026-11-24") == [(None, []), (2, [])]


def test_a_version_is_in_force_only_while_the_agreement_is() -> None:
    ended = at(
        "2027-01-01",
        ServiceAgreementTerminated(agreement_id="sla", by=Holder(kind="member", id="aukra")),
        "2027-03-01",
    )
    given = book(concluded("2026-01-01", "2026-02-01"), level(1, "2026-01-01"), ended)
    days = ("2026-01-31", "2026-02-01", "2026-12-31", "2027-01-01", "2027-03-01")
    assert in_force(given, *days) == [(None, [1]), (1, []), (1, []), (None, [1]), (None, [])]
    assert given.state.agreements.level_on("none", date(2026, 3, 1)).possible == ()


def test_a_revision_touches_the_agreement_and_the_budget_that_covers_it() -> None:
    effect = BudgetEffect(year=2027, line_id="desk", amount=1)
    assert subjects(revised()) == (Subject("agreement", "sla"),)
    assert subjects(revised(budget_effect=effect)) == (Subject("agreement", "sla"), Subject("budget", "2027"))


# Refusals ---------------------------------------------------------------------------------


def test_levels_belong_to_an_agreement() -> None:
    refused = book().when(revise()).then_rejected("agreement.unknown_agreement", agreement_id="sla")
    assert refused.nature == "fact"


def test_versions_are_numbered_without_gaps() -> None:
    book(concluded()).when(revise(sla_version=2)).then_rejected("agreement.version_not_next", expected=1)
    before = book(concluded(), level(1, "2026-02-01"))
    for version in (1, 3):
        refused = before.when(revise(sla_version=version)).then_rejected(
            "agreement.version_not_next", agreement_id="sla", sla_version=version, expected=2
        )
        assert (refused.nature, refused.entries) == ("fact", (7,))


def test_a_target_is_listed_once() -> None:
    refused = (
        book(concluded())
        .when(revise(targets=[UPTIME, {**UPTIME, "value": "99"}]))
        .then_rejected("agreement.target_listed_twice", agreement_id="sla", target_ids=["uptime"])
    )
    assert refused.nature == "fact"


def test_nothing_is_promised_outside_the_agreement() -> None:
    ended = at("2027-01-01", ServiceAgreementTerminated(agreement_id="sla", by=Holder(kind="member", id="aukra")))
    before = book(concluded("2026-12-01"), ended)
    for day in ("2026-11-30", "2027-01-01"):
        refused = before.when(revise(effective=day)).then_rejected("agreement.not_in_force", agreement_id="sla", on=day)
        assert (refused.nature, refused.entries) == ("rule", (6, 7))
    before.when(revise(effective="2026-12-01")).then(revised())
    before.when(revise(effective="2026-12-31")).then(revised())


def test_an_agreement_that_is_only_possibly_in_force_may_have_levels() -> None:
    book(concluded("2026-11-01", "2026-12-31")).when(revise()).then(revised())


def test_a_version_does_not_begin_before_the_one_it_follows() -> None:
    before = book(concluded(), level(1, "2027-02-01"))
    refused = before.when(revise(sla_version=2, effective="2027-01-31")).then_rejected(
        "agreement.effective_overlaps",
        agreement_id="sla",
        previous_version=1,
        effective="2027-01-31",
        not_before="2027-02-01",
    )
    assert (refused.nature, refused.entries) == ("rule", (7,))
    before.when(revise(sla_version=2, effective="2027-02-01")).then(revised(2))


def test_of_rough_dates_only_what_cannot_be_is_refused() -> None:
    before = book(concluded(), level(1, "2027-02-01", "2027-03-01"))
    for earliest, latest in (("2027-02-01", "2027-02-01"), ("2027-01-01", "2027-02-01")):
        rough = {"earliest": earliest, "latest": latest}
        before.when(revise(sla_version=2, effective=rough)).then(revised(2))
    gone = {"earliest": "2027-01-01", "latest": "2027-01-31"}
    before.when(revise(sla_version=2, effective=gone)).then_rejected(
        "agreement.effective_overlaps", effective="2027-01-31", not_before="2027-02-01"
    )
    paper = [{"kind": "document", "ref": "notat"}]
    since = {"earliest": "2026-11-23", "latest": "2026-11-30"}
    book(concluded()).when(revise(effective=since, basis=paper)).then_rejected(
        "agreement.retroactive_without_consent", effective="2026-11-23"
    )


@pytest.mark.parametrize("kind", ["decision", "resolution"])
def test_what_changes_the_past_needs_consent(kind: str) -> None:
    decided = DecisionMade(decision_id="sak-7", title="Endring", kind="resolution", body_id="board", text=None)
    before = book(concluded(), at("2026-11-23", decided))
    paper = [{"kind": "document", "ref": "notat"}]
    refused = before.when(revise(effective="2026-11-23", basis=paper)).then_rejected(
        "agreement.retroactive_without_consent", agreement_id="sla", effective="2026-11-23", today="2026-11-24"
    )
    assert refused.nature == "rule"
    before.when(revise(effective="2026-11-24", basis=paper)).then(revised())
    before.when(revise(effective="2026-11-23", basis=[{"kind": kind, "ref": "sak-7"}])).then(revised())
    recorded = revise(effective="2026-11-23", basis=paper, mode="record", reason="Avtalt muntlig.")
    before.when(recorded).then(revised(), irregular=["agreement.retroactive_without_consent"])
    before.when(revise(effective="2026-11-23", **{**IMPORTED, "basis": paper})).then(revised())


def budget(*amendments: int) -> list[At]:
    """Returns the budget of 2027, with 500 oere on the line `desk`, and what amendments change it by."""
    lines = (
        {"line_id": "fees", "name": "Bidrag", "part": "operating", "direction": "income", "amounts": (500, 900)},
        {"line_id": "desk", "name": "Brukerstøtte", "part": "operating", "direction": "expense", "amounts": (500, 900)},
    )
    told = {"year": 2027, "lines": lines, "new_loans": 0, "decision_id": "unknown"}
    facts = [at("2026-11-20", BudgetAdopted.model_validate(told))]
    for number, change in enumerate(amendments, start=1):
        deltas = tuple(LineDelta(line_id=line_id, amounts=(change, 0)) for line_id in ("fees", "desk"))
        amended = BudgetAmended(
            year=2027, amendment_no=number, deltas=deltas, cause=seal("Dyrere."), decision_id="unknown"
        )
        facts.append(at("2026-11-21", amended))
    return facts


def costing(amount: int, **effect: Any) -> Any:
    """Returns a command to lay down a version that costs `amount` in 2027."""
    return revise(budget_effect={"year": 2027, "line_id": "desk", "amount": amount, **effect})


def test_a_cost_is_covered_by_the_amended_budget() -> None:
    before = book(concluded(), *budget(20, -10))
    covered = BudgetEffect(year=2027, line_id="desk", amount=510)
    before.when(costing(510)).then(revised(budget_effect=covered))
    refused = before.when(costing(511)).then_rejected(
        "agreement.budget_effect_not_covered",
        agreement_id="sla",
        year=2027,
        line_id="desk",
        amount_ore=511,
        available_ore=510,
        missing_ore=1,
        amendment_no=3,
    )
    assert (refused.nature, refused.entries) == ("rule", (7, 8, 9))
    saving = BudgetEffect(year=2027, line_id="desk", amount=-1)
    before.when(costing(-1)).then(revised(budget_effect=saving))


@pytest.mark.parametrize("effect", [{"year": 2028}, {"line_id": "cars"}, {"line_id": "fees"}])
def test_a_cost_is_covered_by_an_expense_line_of_an_adopted_budget(effect: dict[str, Any]) -> None:
    told = {"year": 2027, "line_id": "desk", **effect}
    refused = (
        book(concluded(), *budget())
        .when(costing(1, **effect))
        .then_rejected("agreement.budget_line_unknown", agreement_id="sla", **told)
    )
    assert (refused.nature, refused.entries) == ("fact", () if "year" in effect else (7,))


@pytest.mark.parametrize(
    ("silent", "code"),
    [
        ({"targets": [{**UPTIME, "value": "unknown"}]}, "agreement.target_uncomputable"),
        ({"basis": []}, "agreement.basis_missing"),
    ],
)
def test_what_a_source_does_not_show_is_imported_unverified(silent: dict[str, Any], code: str) -> None:
    before = book(concluded())
    assert before.when(revise(**silent)).then_rejected(code, agreement_id="sla").nature == "unknown"
    targets = silent.get("targets", [UPTIME])
    before.when(revise(**{**IMPORTED, **silent})).then(revised(targets=targets), unverified=[code])


def test_objections_to_a_version_come_in_order() -> None:
    before = book(concluded("2026-11-20"), level(1, "2026-11-22"), *budget())
    strict = {**UPTIME, "good_enough": "100"}
    weak = {**UPTIME, "ideal": "99.4"}
    unknown = {**UPTIME, "target_id": "speed", "value": "unknown"}
    wrong: dict[str, Any] = {
        "agreement_id": "none",
        "sla_version": 1,
        "targets": [strict, strict],
        "budget_effect": {"year": 2027, "line_id": "cars", "amount": 501},
        "review_ref": "sla:2026-11-23",
        "effective": "2026-11-19",
        "basis": [],
    }
    ladder: list[tuple[str, dict[str, Any]]] = [
        ("agreement.unknown_agreement", {"agreement_id": "sla"}),
        ("agreement.version_not_next", {"sla_version": 2}),
        ("agreement.target_listed_twice", {"targets": [strict, unknown]}),
        ("agreement.budget_line_unknown", {"budget_effect": {"year": 2027, "line_id": "desk", "amount": 501}}),
        ("agreement.review_not_held", {"review_ref": None}),
        ("agreement.not_in_force", {"effective": "2026-11-21"}),
        ("agreement.effective_overlaps", {"effective": "2026-11-22"}),
        ("agreement.retroactive_without_consent", {"effective": "2026-11-24"}),
        ("agreement.good_enough_stricter", {"targets": [weak, unknown]}),
        ("agreement.ideal_weaker", {"targets": [UPTIME, unknown]}),
        ("agreement.budget_effect_not_covered", {"budget_effect": None}),
        ("agreement.target_uncomputable", {"targets": [UPTIME]}),
        ("agreement.basis_missing", {"basis": BASIS}),
    ]
    natures = []
    for code, repair in ladder:
        natures.append(before.when(revise(**wrong)).then_rejected(code).nature)
        wrong |= repair
    assert natures == [*["fact"] * 5, *["rule"] * 6, "unknown", "unknown"]
    before.when(revise(**wrong)).then(revised(2))


def test_a_version_may_break_several_rules_of_days_at_once() -> None:
    before = book(concluded("2026-06-01"), level(1, "2026-07-01"))
    sent = revise(sla_version=2, effective="2026-05-01", basis=[], mode="record", reason="Slik ble det.")
    before.when(sent).then(
        revised(2),
        irregular=[
            "agreement.not_in_force",
            "agreement.effective_overlaps",
            "agreement.retroactive_without_consent",
            "agreement.basis_missing",
        ],
    )


# Real histories ---------------------------------------------------------------------------


def imported(version: int, name: str, earliest: str, latest: str | None, text: str, targets: Any = ()) -> Any:
    """Returns a command to import a version whose date is known within bounds only."""
    rough = {"earliest": earliest, "text": text, **({} if latest is None else {"latest": latest})}
    return revise(sla_version=version, name=name, targets=targets, effective=rough, **IMPORTED)


def test_three_generations_with_unknown_dates_and_targets_are_told_apart() -> None:
    customers = ["aukra", "midsund", "molde"]
    given = book(concluded("2013-09-26", "2018-11-15", customers=customers))
    critical = {
        "target_id": "critical-response",
        "metric": "Responstid, kritisk",
        "operator": "at_most",
        "value": "15",
        "unit": "minutter",
        "binding": False,
    }
    availability = {**UPTIME, "value": "unknown", "good_enough": None}
    given = given.when(imported(1, "Tjenestenivå Avtale", "2013-09-26", "2018-11-15", "mens de var fem")).then(
        revised(1, "Tjenestenivå Avtale", ())
    )
    second = [critical, availability]
    given = given.when(imported(2, "Tjenestenivåavtale (SLA)", "2013-09-26", None, "ukjent", second)).then(
        revised(2, "Tjenestenivåavtale (SLA)", second), unverified=["agreement.target_uncomputable"]
    )
    given = given.when(
        imported(3, "Tjenestenivåerklæring (SLA)", "2020-01-01", "2026-04-30", "etter omdanningen")
    ).then(revised(3, "Tjenestenivåerklæring (SLA)", ()))
    days = ("2013-09-25", "2014-01-01", "2018-11-15", "2020-01-01", "2026-04-29", "2026-04-30", "2026-11-24")
    assert in_force(given, *days) == [
        (None, []),
        (None, [1, 2]),
        (1, [2]),
        (1, [2, 3]),
        (1, [2, 3]),
        (3, []),
        (3, []),
    ]


def test_a_vague_version_is_over_when_its_follower_begins() -> None:
    vague = book(concluded("2013-09-26"), level(1, "2013-09-26", "2026-05-02"), level(2, "2016-01-01"))
    assert in_force(vague, "2015-12-31", "2016-01-01", "2026-05-02") == [(None, [1]), (2, []), (2, [])]
    tight = book(concluded("2013-09-26"), level(1, "2016-01-01", "2016-06-30"), level(2, "2013-09-26", "2016-12-31"))
    assert in_force(tight, "2015-12-31", "2016-01-01") == [(None, []), (None, [1, 2])]


def test_an_uptime_with_its_rule_of_counting_and_a_customer_that_is_no_member() -> None:
    given = book(concluded("2018-10-01", "2018-10-31", customers=["aukra", "sunndal"]))
    given.when(imported(1, "Tenesteleveringsavtale", "2018-01-01", "2018-12-31", "2018", [UPTIME])).then(
        revised(1, "Tenesteleveringsavtale")
    )
