"""Books to try budgets on: a collaboration of three members and a customer, with a charter and a decision."""

from __future__ import annotations

from typing import Any

from domain.constitution import CharterEnteredIntoForce, CharterProposed, Clause, CollaborationFounded
from domain.decisions import DecisionMade
from domain.members import Party
from tests.spec import At, Given, at, given, seal

DECIDED = at("2026-11-20", DecisionMade(decision_id="budget-2027", title="Budsjett 2027", kind="resolution", text=None))


def founded(form: str = "as", day: str = "2020-01-01") -> At:
    """Returns the founding of a collaboration of three members and one customer."""
    owners = tuple(Party(member_id=name, name=name.title()) for name in ("aukra", "molde", "rauma"))
    customer = Party(member_id="sunndal", name="Sunndal", member_class="external_customer")
    event = CollaborationFounded.model_validate(
        {"name": "Romsdal IKT", "purpose": None, "legal_form": form, "founders": (*owners, customer)}
    )
    return at(day, event)


def book(form: str = "as", *facts: At) -> Given:
    """Returns a book of a legal form, with a decision on the budget of 2027."""
    return given(founded(form), DECIDED, *facts)


def line(line_id: str, part: str, direction: str, *amounts: int, member_id: str | None = None) -> dict[str, Any]:
    """Returns a budget line as a client sends it."""
    shape = {"line_id": line_id, "name": line_id.title(), "part": part, "direction": direction, "amounts": amounts}
    return shape if member_id is None else {**shape, "member_id": member_id}


def in_time(form: str) -> bool | None:
    """Returns what is stored of a budget that was adopted before the new year: None where no act asks for that."""
    return False if form in ("iks", "ipr", "ko") else None


def charter(form: str, *clauses: tuple[str, str | None]) -> tuple[At, At]:
    """Returns a charter in force with these clauses, each with the text the source shows, if any."""
    told = tuple(Clause(key=key, text=None if text is None else seal(text)) for key, text in clauses)
    proposed = CharterProposed.model_validate(
        {
            "charter_version": "v1",
            "kind": "company_agreement" if form == "iks" else "cooperation_agreement",
            "legal_form": form,
            "clauses": told,
            "route": "member_councils",
        }
    )
    return at("2020-01-01", proposed), at("2020-01-01", CharterEnteredIntoForce(charter_version="v1", ratified_by=()))
