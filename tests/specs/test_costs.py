"""Sharing costs: refusals in order of precedence, what lies just on the right side of each, and bills to the øre."""

from __future__ import annotations

import json
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from domain.budgets import BudgetAdopted, CostsAllocated
from domain.budgets.billing import bill, totals
from domain.budgets.splitting import split
from domain.collaboration import subjects
from domain.kernel import Subject
from domain.members import SharesRestated
from domain.resolutions import MemberResolutionRecorded
from domain.text import INT_MAX
from tests.spec import At, Given, at, command
from tests.specs.budget_books import book, line
from tests.specs.test_cost_drivers import entered as figures
from tests.specs.test_cost_keys import PRINTED, adopted, parts

EQUAL = {"aukra": 34, "molde": 33, "rauma": 33}
KEY = 3
"""The entry of the key of a book."""


def key(*weights: tuple[str, int], day: str = "2026-11-21", **fields: Any) -> At:
    """Returns that the key was adopted, its weights as numbers."""
    return at(day, adopted(key_parts=parts(*weights), weighing="numbers", **fields))


def equally(*facts: At) -> Given:
    """Returns a book with a key that is the same for each."""
    return book("as", key(("equal", 1)), *facts)


def by_population(*facts: At) -> Given:
    """Returns a book with a key that follows inhabitants, and no figures."""
    return book("as", key(("population", 1)), *facts)


def allocate(**fields: Any) -> Any:
    """Returns a command to share one krone of what something cost."""
    known: dict[str, Any] = {
        "allocation_id": "drift",
        "cost_basis": "actual",
        "year": 2026,
        "amount_ore": 100,
        "key_id": "drift",
        "key_version": 1,
    }
    return command("costs.allocate", **{**known, **fields})


def amounts(shared: dict[str, int]) -> list[dict[str, Any]]:
    """Returns amounts as a client sends them."""
    return [{"member_id": member_id, "amount_ore": ore} for member_id, ore in shared.items()]


def allocated(shared: dict[str, int], entries: tuple[int, ...] = (), **fields: Any) -> CostsAllocated:
    """Returns the event a command leads to."""
    sent = allocate(**{name: value for name, value in fields.items() if name != "shares_entry"}).model_dump(mode="json")
    worked_out = {"sharing": sorted(shared), "driver_entries": entries, "member_amounts": amounts(shared)}
    kept = {name: value for name, value in sent.items() if name in CostsAllocated.model_fields and name != "type"}
    said: dict[str, Any] = {**kept, **worked_out, "shares_entry": fields.get("shares_entry")}
    return CostsAllocated.model_validate_json(json.dumps(said))


def accepted(member_id: str, outcome: str = "adopted", day: str = "2026-03-01") -> At:
    """Returns that a member's council resolved on the project."""
    fields = {
        "member_id": member_id,
        "council": f"{member_id} kommunestyre",
        "subject": {"kind": "project", "ref": "arkiv"},
        "outcome": outcome,
    }
    return at(day, MemberResolutionRecorded.model_validate(fields))


# Splitting ---------------------------------------------------------------------------------


def test_one_hundred_thousand_splits_sum_exactly() -> None:
    r = Random(20_261_125)
    members = [f"m-{n}" for n in range(8)]
    for _ in range(100_000):
        numbers = {m: r.choice((0, 1, 333, r.randrange(10**6))) for m in members[: r.randint(1, 8)]}
        numbers["m-9"] = r.randint(1, 10**6)
        total, amount = sum(numbers.values()), r.choice((0, 1, 100, r.randrange(10**9), INT_MAX))
        shared = split(amount, {m: Fraction(number, total) for m, number in numbers.items()})
        assert sum(shared.values()) == amount
        for m, number in numbers.items():  # never more than one øre from the exact share
            assert -total < shared[m] * total - amount * number < total


def test_what_is_left_over_goes_to_the_largest_remainders_and_of_equal_ones_to_the_first_id() -> None:
    thirds = dict.fromkeys(("c", "a", "b"), Fraction(1, 3))
    assert split(100, thirds) == {"a": 34, "b": 33, "c": 33}
    assert split(101, thirds) == {"a": 34, "b": 34, "c": 33}
    assert split(0, thirds) == {"a": 0, "b": 0, "c": 0}
    assert split(1, {"a": Fraction(1, 4), "b": Fraction(3, 4)}) == {"a": 0, "b": 1}
    assert list(split(2, thirds)) == ["a", "b", "c"]


# What is shared ----------------------------------------------------------------------------


def test_percentages_that_sum_to_too_much_bill_exactly_as_numbers() -> None:
    """334 + 333 + 334 of 1001, shared equally, by inhabitants and by users."""
    used = figures({"aukra": "0", "molde": "1", "rauma": "0"}, driver="users")
    before = book("as", key(*PRINTED), figures(), used)
    people = {"aukra": Fraction("3500"), "molde": Fraction("32002"), "rauma": Fraction("7100.5")}
    amount, everyone = 10_000_000_01, sum(people.values())
    exact = {
        m: amount * (334 * Fraction(1, 3) + 333 * n / everyone + 334 * (m == "molde")) / 1001 for m, n in people.items()
    }
    after = before.when(allocate(amount_ore=amount)).decide()
    (event,) = after.events
    assert isinstance(event, CostsAllocated)
    shared = {one.member_id: one.amount_ore for one in event.member_amounts}
    assert sum(shared.values()) == amount
    assert all(abs(shared[m] - exact[m]) < 1 for m in people)
    assert event.driver_entries == (4, 5)


def test_the_newest_figures_up_to_the_act_are_used_and_named() -> None:
    older = figures({"aukra": "1", "molde": "1", "rauma": "2"}, as_of="2025-07-01")
    newer = figures({"aukra": "1", "molde": "1", "rauma": "8"}, as_of="2026-11-24")
    ahead = figures({"aukra": "1", "molde": "0", "rauma": "0"}, as_of="2026-11-25")
    before = by_population(newer, older, ahead)
    before.when(allocate()).then(allocated({"aukra": 10, "molde": 10, "rauma": 80}, (4,)))


def test_figures_of_a_later_year_are_not_those_of_the_year_shared() -> None:
    older = figures({"aukra": "1", "molde": "1", "rauma": "2"}, as_of="2025-12-31")
    newer = figures({"aukra": "1", "molde": "1", "rauma": "8"}, as_of="2026-01-01")
    before = by_population(older, newer)
    before.when(allocate(year=2025, key_version=1)).then_rejected("costs.key_not_in_force", day="2025-12-31")
    in_force = book("as", key(("population", 1), day="2024-01-01"), older, newer)
    in_force.when(allocate(year=2025)).then(allocated({"aukra": 25, "molde": 25, "rauma": 50}, (4,), year=2025))


def test_what_each_owns_is_read_from_the_register_of_shares() -> None:
    owned = {"aukra": (1, 10), "molde": (6, 10), "rauma": (3, 10)}
    shares = [{"member_id": m, "share": {"numerator": n, "denominator": d}} for m, (n, d) in owned.items()]
    said = json.dumps({"shares_version": "v1", "shares": shares})
    restated = SharesRestated.model_validate_json(said)
    before = book("as", key(("share", 1)), at("2026-01-01", restated))
    expected = allocated({"aukra": 10, "molde": 60, "rauma": 30}, shares_entry=4)
    before.when(allocate()).then(expected)
    book("as", key(("share", 1))).when(allocate()).then_rejected("costs.drivers_missing", driver="share")


def test_a_bill_is_read_from_what_was_allocated() -> None:
    first = allocated(EQUAL)
    second = allocated({"aukra": 50, "molde": 50}, allocation_id="nett", cost_basis="project", project_id="arkiv")
    other = allocated(EQUAL, allocation_id="i-fjor", year=2025)
    held = equally(at("2026-11-22", first), at("2026-11-22", second), at("2026-11-22", other)).state.budgets.allocations
    lines = list(bill(held, "aukra", 2026))
    assert [(one.allocation.event.allocation_id, one.allocation.entry, one.amount_ore) for one in lines] == [
        ("drift", 4, 34),
        ("nett", 5, 50),
    ]
    assert totals(lines) == {"actual": 34, "project": 50}
    assert [one.amount_ore for one in bill(held, "aukra")] == [34, 50, 34]
    assert totals(bill(held, "rauma", 2026)) == {"actual": 33}
    assert list(bill(held, "sunndal")) == []


# Refusals ----------------------------------------------------------------------------------


def test_the_key_is_in_the_book() -> None:
    for unknown in ({"key_id": "nowhere"}, {"key_version": 2}):
        refused = equally().when(allocate(**unknown)).then_rejected("costs.key_unknown", **unknown)
        assert refused.nature == "fact"


def test_an_allocation_is_made_once() -> None:
    after = equally().when(allocate()).then(allocated(EQUAL))
    refused = after.when(allocate(amount_ore=5)).then_rejected("costs.already_allocated", allocation_id="drift")
    assert refused.entries == (4,)


def test_line_and_agreement_are_in_the_book() -> None:
    lines = (line("lonn", "operating", "expense", 10), line("salg", "operating", "income", 10))
    budget = BudgetAdopted.model_validate({"year": 2026, "lines": lines, "new_loans": 0, "decision_id": "unknown"})
    before = equally(at("2025-12-01", budget))
    before.when(allocate(line_id="leie")).then_rejected("costs.line_unknown", line_id="leie", year=2026)
    before.when(allocate(line_id="lonn")).then(allocated(EQUAL, line_id="lonn"))
    refused = before.when(allocate(agreement_id="sla")).then_rejected("costs.agreement_unknown", agreement_id="sla")
    assert refused.nature == "fact"
    before.when(allocate(cost_basis="budget")).then(allocated(EQUAL, cost_basis="budget"))


def test_no_more_of_a_line_of_the_budget_is_shared_than_it_has() -> None:
    lines = (line("lonn", "operating", "expense", 150), line("salg", "operating", "income", 150))
    budget = BudgetAdopted.model_validate({"year": 2026, "lines": lines, "new_loans": 0, "decision_id": "unknown"})
    before = equally(at("2025-12-01", budget))
    shared: dict[str, Any] = {"cost_basis": "budget", "line_id": "lonn"}
    after = before.when(allocate(**shared)).then(allocated(EQUAL, **shared))
    again = {**shared, "allocation_id": "mer"}
    refused = after.when(allocate(**again, amount_ore=51)).then_rejected(
        "costs.exceeds_line", line_id="lonn", year=2026, budgeted_ore=150, taken_ore=100, missing_ore=1
    )
    assert (refused.nature, refused.entries) == ("rule", (4, 5))
    after.when(allocate(**again, amount_ore=50)).decide()
    after.when(allocate(allocation_id="mer", line_id="lonn", amount_ore=51)).decide()


def test_a_budget_that_is_not_there_is_not_shared() -> None:
    refused = equally().when(allocate(cost_basis="budget")).then_rejected("costs.budget_missing", year=2026)
    assert refused.nature == "unknown"


def test_figures_that_are_named_are_those_of_the_key() -> None:
    before = by_population(figures(), figures(driver="users"))
    before.when(allocate(driver_entries=[3])).then_rejected("costs.drivers_unknown", numbers=[3])
    before.when(allocate(driver_entries=[5])).then_rejected("costs.drivers_not_of_key", drivers=["users"])
    before.when(allocate(driver_entries=[4, 4])).then_rejected("costs.drivers_not_of_key", drivers=["population"])
    named = allocate(driver_entries=[4], amount_ore=426025)
    before.when(named).then(allocated({"aukra": 35000, "molde": 320020, "rauma": 71005}, (4,), amount_ore=426025))


def test_only_members_of_the_year_share_each_named_once() -> None:
    before = equally()
    before.when(allocate(sharing=["nowhere"])).then_rejected("costs.unknown_member", member_ids=["nowhere"])
    before.when(allocate(sharing=["aukra", "aukra"])).then_rejected("costs.member_listed_twice", member_ids=["aukra"])
    early = book("as", key(("equal", 1), day="2018-01-01"))
    refused = early.when(allocate(sharing=["aukra"], year=2019)).then_rejected("costs.not_a_member", year=2019)
    assert (refused.nature, refused.entries) == ("rule", (1,))
    early.when(allocate(sharing=["aukra"], year=2020)).then(allocated({"aukra": 100}, year=2020))
    early.when(allocate(year=2019)).then_rejected("costs.nobody_shares", year=2019)
    with_customer = ["aukra", "sunndal"]
    before.when(allocate(sharing=with_customer)).then(allocated({"aukra": 50, "sunndal": 50}))


def test_there_are_figures_for_everyone_that_shares() -> None:
    refused = by_population().when(allocate()).then_rejected("costs.drivers_missing", driver="population")
    assert (refused.nature, refused.entries) == ("fact", (KEY,))
    some = figures({"aukra": "1", "molde": "2"})
    refused = by_population(some).when(allocate()).then_rejected("costs.drivers_without_member", member_ids=["rauma"])
    assert refused.entries == (4,)
    by_population(some).when(allocate(sharing=["aukra", "molde"])).then(allocated({"aukra": 33, "molde": 67}, (4,)))
    nothing = figures({"aukra": "0", "molde": "0", "rauma": "1"})
    by_population(nothing).when(allocate(sharing=["aukra", "molde"])).then_rejected("costs.nothing_to_share_by")
    below = figures({"aukra": "-1", "molde": "2", "rauma": "1"})
    by_population(below).when(allocate()).then_rejected("costs.nothing_to_share_by", driver="population")
    shared = {"aukra": 0, "molde": 0, "rauma": 100}
    by_population(nothing).when(allocate()).then(allocated(shared, (4,)))


def test_the_key_is_in_force() -> None:
    second = key(("equal", 1), day="2026-11-24", key_version=2)
    refused = equally(second).when(allocate()).then_rejected("costs.key_not_in_force", key_version=1, day="2026-11-24")
    assert (refused.nature, refused.entries) == ("rule", (3, 4))
    later = key(("equal", 1), day="2026-11-25", key_version=2)
    equally(later).when(allocate()).then(allocated(EQUAL))
    equally(later).when(allocate(key_version=2)).then_rejected("costs.key_not_in_force", key_version=2)
    ahead: dict[str, Any] = {
        "year": 2027,
        "key_version": 2,
    }  # shared today, for a year it is in force in from the first day
    equally(later).when(allocate(**ahead)).then(allocated(EQUAL, **ahead))


def test_a_key_of_a_rough_date_is_perhaps_in_force() -> None:
    rough = at("2026-11-01", adopted(key_parts=parts(("equal", 1)), key_version=2), latest="2026-11-30")
    for version in (1, 2):
        refused = equally(rough).when(allocate(key_version=version)).then_rejected("costs.key_not_in_force")
        assert refused.nature == "unknown"


def test_figures_are_the_newest() -> None:
    older, newer = figures(as_of="2026-01-01"), figures(as_of="2026-07-01")
    before = by_population(older, newer)
    refused = before.when(allocate(driver_entries=[4])).then_rejected(
        "costs.drivers_stale", driver="population", as_of="2026-01-01", newest="2026-07-01", entry=5
    )
    assert (refused.nature, refused.entries) == ("rule", (4, 5))
    ahead = by_population(older, figures(as_of="2026-11-25"))
    assert ahead.when(allocate(driver_entries=[4])).decide().ruling.irregular == ()


def test_an_optional_project_is_shared_among_those_that_accepted_it() -> None:
    project: dict[str, Any] = {"cost_basis": "project", "project_id": "arkiv"}
    equally().when(allocate(cost_basis="project")).then_rejected("costs.project_not_named")
    equally().when(allocate(**project)).then_rejected("costs.nobody_shares")
    asked = (accepted("aukra"), accepted("molde"), accepted("rauma", "rejected"))
    before = equally(*asked)
    before.when(allocate(**project)).then(allocated({"aukra": 50, "molde": 50}, **project))
    everyone = sorted(EQUAL)
    refused = before.when(allocate(**project, sharing=everyone)).then_rejected(
        "costs.project_not_accepted", member_id="rauma", project_id="arkiv"
    )
    assert refused.nature == "rule"
    silent = equally(accepted("aukra")).when(allocate(**project, sharing=["aukra", "molde"]))
    assert silent.then_rejected("costs.project_not_accepted", member_id="molde").nature == "unknown"
    late = equally(accepted("aukra"), accepted("molde", day="2026-11-25"))
    late.when(allocate(**project)).then(allocated({"aukra": 100}, **project))


def test_amounts_that_are_given_are_those_of_the_key() -> None:
    before = equally()
    given = {"member_amounts": amounts(EQUAL)}
    before.when(allocate(**given)).then(allocated(EQUAL))
    more = {"member_amounts": amounts(EQUAL | {"aukra": 35})}
    before.when(allocate(**more)).then_rejected("costs.does_not_sum", total_ore=101, amount_ore=100, difference_ore=1)
    other = {"member_amounts": amounts({"aukra": 33, "molde": 34, "rauma": 33})}
    before.when(allocate(**other)).then_rejected("costs.not_by_the_key", member_ids=["aukra", "molde"])
    two = {"member_amounts": amounts({"aukra": 50, "molde": 50})}
    before.when(allocate(**two)).then(allocated({"aukra": 50, "molde": 50}))
    refused = before.when(allocate(**two, sharing=sorted(EQUAL))).then_rejected("costs.amounts_of_others")
    assert (refused.nature, refused.params["member_ids"]) == ("fact", ["rauma"])


def test_what_a_source_says_each_paid_is_kept_as_printed() -> None:
    printed = {"aukra": 40, "molde": 40, "rauma": 30}
    source = {"mode": "import", "source": {"title": "Regnskap (prøve)", "read_on": "2026-11-24"}}
    sent = allocate(**source, member_amounts=amounts(printed))
    marked = ["costs.drivers_missing", "costs.does_not_sum"]
    by_population().when(sent).then(allocated(printed), unverified=marked)
    equally().when(sent).then(allocated(printed), unverified=["costs.does_not_sum", "costs.not_by_the_key"])
    by_population().when(allocate(**source)).then_rejected("costs.drivers_missing")


def test_objections_come_in_order() -> None:
    before = by_population(figures(), figures(as_of="2026-08-01"), at("2026-11-22", allocated(EQUAL, (4,))))
    wrong: dict[str, Any] = {
        "line_id": None,
        "agreement_id": "nowhere",
        "cost_basis": "project",
        "driver_entries": [4, 6],
        "sharing": ["nowhere", "rauma", "rauma"],
        "key_id": "nowhere",
    }
    ladder: list[tuple[str, dict[str, Any]]] = [
        ("costs.key_unknown", {"key_id": "drift"}),
        ("costs.already_allocated", {"allocation_id": "ny"}),
        ("costs.agreement_unknown", {"agreement_id": None}),
        ("costs.project_not_named", {"project_id": "arkiv"}),
        ("costs.drivers_unknown", {"driver_entries": [4, 4]}),
        ("costs.drivers_not_of_key", {"driver_entries": [4]}),
        ("costs.unknown_member", {"sharing": ["rauma", "rauma"]}),
        ("costs.member_listed_twice", {"sharing": ["rauma"]}),
        ("costs.drivers_stale", {"driver_entries": [5]}),
        ("costs.project_not_accepted", {"cost_basis": "actual", "project_id": None}),
    ]
    for code, repair in ladder:
        before.when(allocate(**wrong)).then_rejected(code)
        wrong |= repair
    expected = allocated({"rauma": 100}, (5,), allocation_id="ny")
    before.when(allocate(**wrong)).then(expected)


@pytest.mark.parametrize("agreement_id", [None, "sla"])
def test_an_allocation_touches_what_it_names(agreement_id: str | None) -> None:
    event = allocated({"aukra": 50, "molde": 50}, agreement_id=agreement_id)
    agreements = () if agreement_id is None else (Subject("agreement", agreement_id),)
    assert subjects(event) == (
        Subject("allocation", "drift"),
        Subject("budget", "2026"),
        Subject("cost_key", "drift"),
        *agreements,
        Subject("member", "aukra"),
        Subject("member", "molde"),
    )
