"""Frames from the councils, budgets and what was changed in them, and the key the costs are shared by."""

from __future__ import annotations

from datetime import date

from demo.vindfjord.matters import held_on
from demo.vindfjord.telling import COUNCIL, INHABITANTS, MEMBERS, YEARS, Fields, Story, decided, paper

TOTAL_ORE = {2022: 48_000_000_00, 2023: 50_400_000_00, 2024: 52_900_000_00, 2025: 55_600_000_00, 2026: 58_300_000_00}
GROWTH = (100, 103, 106, 109)
"""Percent of the first year, in each year of the plan."""
EXPENSES = {"lonn": ("Lønn", 55), "lisenser": ("Lisenser", 20), "drift": ("Drift", 15), "nett": ("Nett", 10)}
"""Name and percent of the whole."""
CHANGE_ORE = 600_000_00
EQUAL_PERCENT = 40
KEYS = {1: (2, 3), 2: (1, 2)}
"""Of each version of the key: the equal part's numerator, and the population's, over their sum."""


def tell(story: Story) -> None:
    """Tells every year's frames, budget and amendment."""
    for version, (equal, population) in KEYS.items():
        decision = "nokkel-2022" if version == 1 else "nokkel-2024"
        parts = [{"driver": "equal", "numerator": equal}, {"driver": "population", "numerator": population}]
        day = held_on(COUNCIL, 2022 if version == 1 else 2024, 1)
        told = {"key_id": "drift", "key_version": version, "weighing": "numbers", "key_parts": parts}
        story.tell(day, "cost_key.adopt", **told, decision_id=decision)
    for year in (*YEARS, YEARS[-1] + 1):
        _frames(story, year)
        _budget(story, year)
    for year in YEARS:
        deltas = [
            {"line_id": "lonn", "amounts": [-CHANGE_ORE, 0, 0, 0]},
            {"line_id": "lisenser", "amounts": [CHANGE_ORE, 0, 0, 0]},
        ]
        told = {"year": year, "amendment_no": 1, "deltas": deltas, "cause": "Vakante stillinger dekker nye lisenser."}
        basis = f"budsjettendring-{year}"
        story.tell(held_on(COUNCIL, year, 2), "budget.amend", **told, decision_id=basis, basis=decided(basis))


def share_of(member: str, total_ore: int) -> int:
    """Returns what a member pays of a total: a part shared equally, the rest by inhabitants; odd øre are Fjordvik's."""
    equal = total_ore * EQUAL_PERCENT // 100 // len(MEMBERS)
    inhabitants = sum(INHABITANTS.values())
    parts = {
        one: equal + (total_ore - equal * len(MEMBERS)) * count // inhabitants for one, count in INHABITANTS.items()
    }
    parts["fjordvik"] += total_ore - sum(parts.values())
    return parts[member]


def _planned(first_ore: int) -> list[int]:
    return [first_ore * percent // 100 for percent in GROWTH]


def _frames(story: Story, year: int) -> None:
    day = date(year, 2, 10) if year == YEARS[0] else date(year - 1, 11, 20)
    for member in MEMBERS:
        resolved = {"member_id": member, "council": f"{member.title()} kommunestyre (oppdiktet)", "outcome": "adopted"}
        subject, evidence = {"kind": "frame", "ref": str(year)}, paper(story, "Saksprotokoll")
        story.tell(day, "member_resolution.record", **resolved, subject=subject, evidence=evidence)
        frame = {"operating_frame": share_of(member, TOTAL_ORE[year]), "investment_frame": 0}
        story.tell(day, "member_frame.set", year=year, member_id=member, **frame)


def _budget(story: Story, year: int) -> None:
    total = TOTAL_ORE[year]
    income: list[Fields] = [
        _line(f"tilskudd-{member}", f"Driftstilskudd fra {member.title()}", "income", share_of(member, total), member)
        for member in MEMBERS
    ]
    plan = _summed([line["amounts"] for line in income])
    expenses = [
        {**_line(line_id, name, "expense", 0, None), "amounts": [part * percent // 100 for part in plan]}
        for line_id, (name, percent) in EXPENSES.items()
    ]
    spent = _summed([line["amounts"] for line in expenses])
    expenses[0]["amounts"] = [
        amount + whole - used for amount, whole, used in zip(expenses[0]["amounts"], plan, spent, strict=True)
    ]
    day = held_on(COUNCIL, 2022, 1) if year == YEARS[0] else held_on(COUNCIL, year - 1, 4)
    decision = f"budsjett-{year}"
    told = {"year": year, "lines": [*income, *expenses], "new_loans": 0, "goals": "Stabil drift (oppdiktet)."}
    story.tell(day, "budget.adopt", **told, decision_id=decision, basis=decided(decision))


def _summed(rows: list[list[int]]) -> list[int]:
    return [sum(column) for column in zip(*rows, strict=True)]


def _line(line_id: str, name: str, direction: str, first_ore: int, member: str | None) -> Fields:
    told = {"line_id": line_id, "name": name, "part": "operating", "direction": direction}
    paid_by = {} if member is None else {"member_id": member}
    return {**told, "amounts": _planned(first_ore), **paid_by}
