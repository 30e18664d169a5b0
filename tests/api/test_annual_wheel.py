"""The annual wheel over HTTP: deadlines follow the form on each day, and the book's own dates stand among them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.spec import BASE, Door, get, person

ROR = f"{BASE}/ror-ikt/annual-wheel"
KO = "prove-ko"


def keys(wheel: dict[str, Any]) -> list[tuple[str, str]]:
    """Returns what falls due, with its day."""
    return [(item["key"], item["on"]) for item in wheel["items"]]


def ko(**more: Any) -> dict[str, Any]:
    """Returns the founding of a joint task cooperation."""
    founders = [{"member_id": "nordvik", "name": "Nordvik"}, {"member_id": "sorvik", "name": "Sørvik"}]
    given = {"name": "Prøve KO", "legal_form": "ko", "founders": founders, "effective": "2022-01-01"}
    return {"type": "collaboration.found", **given, **more}


def office(office_id: str) -> dict[str, Any]:
    """Returns the setting up of an office."""
    return {"type": "office.establish", "office_id": office_id, "title": "Leiar", "kind": "managing_director"}


def granted() -> dict[str, Any]:
    """Returns powers granted by the collaboration, to be reviewed and to end in 2027."""
    return {
        "type": "authority.grant", "grant_id": "g-1", "grantor": {"kind": "collaboration", "id": "this"},
        "grantee": {"kind": "office", "id": "leiar"}, "powers": ["operate"], "review_on": "2027-02-01",
        "until": "2027-06-30", "basis": [{"kind": "law", "ref": "kommuneloven § 5-4"}],
    }  # fmt: skip


def seated() -> dict[str, Any]:
    """Returns a person put into the office until a day in 2027."""
    return {"type": "seat.fill", "person_id": "per", "office_id": "leiar", "until": "2027-08-31"}


def test_a_host_cooperation_has_the_deadlines_of_its_members(real: Door) -> None:
    wheel = real.see(f"{ROR}?year=2028")
    assert keys(wheel) == [
        ("accessibility_statement", "2028-12-31"),
        ("delegation_rules", "2028-12-31"),
        ("ownership_control_plan", "2028-12-31"),
    ]
    assert {item["legal_form"] for item in wheel["items"]} == {"host_admin"}
    assert (wheel["year"], wheel["effective_on"]) == (2028, "2026-11-24")


def test_a_historic_board_has_the_day_by_which_it_must_be_converted(real: Door) -> None:
    """The source does not say when ROR-IKT took its new form, so in 2023 the old one is what is certain."""
    wheel = real.see(f"{ROR}?year=2023")
    assert keys(wheel) == [
        ("conversion_of_historic_board", "2023-11-01"),
        ("accessibility_statement", "2023-12-31"),
    ]
    assert {item["legal_form"] for item in wheel["items"]} == {"historic_27"}


def test_the_year_is_that_of_the_day_asked_about(real: Door) -> None:
    assert real.see(f"{ROR}?effective_on=2024-06-01")["items"] == real.see(f"{ROR}?year=2024")["items"]


def test_before_the_founding_nothing_falls_due(real: Door) -> None:
    assert real.see(f"{ROR}?year=2012")["items"] == []


def test_a_form_of_its_own_budget_has_the_dates_of_the_budget_year(sqlite_door: Door) -> None:
    sqlite_door.given(ko(), book=KO)
    wheel = sqlite_door.see(f"{BASE}/{KO}/annual-wheel?year=2025")
    assert keys(wheel) == [
        ("accounts_made", "2025-02-22"),
        ("annual_report_made", "2025-03-31"),
        ("audit_report", "2025-04-15"),
        ("accounts_and_report_adopted", "2025-06-30"),
        ("accessibility_statement", "2025-12-31"),
        ("budget_and_plan", "2025-12-31"),
    ]
    budget = wheel["items"][-1]
    assert (budget["about_year"], budget["status"], budget["entry"]) == (2026, "overdue", None)
    before = sqlite_door.see(f"{BASE}/{KO}/annual-wheel?year=2025&effective_on=2025-12-31")
    assert before["items"][-1]["status"] == "open"


def test_the_dates_of_grants_and_terms_stand_among_them(sqlite_door: Door) -> None:
    sqlite_door.given(ko(), office("leiar"), granted(), person("per"), seated(), book=KO)
    wheel = sqlite_door.see(f"{BASE}/{KO}/annual-wheel?year=2027")
    own = [(item["key"], item["on"], item["id"], item["status"]) for item in wheel["items"] if item["kind"] == "book"]
    assert own == [
        ("grant_review", "2027-02-01", "g-1", "open"),
        ("grant_ends", "2027-06-30", "g-1", "open"),
        ("term_ends", "2027-08-31", "per", "open"),
    ]
    earlier = sqlite_door.see(f"{BASE}/{KO}/annual-wheel?year=2027&entry=2")
    assert [item for item in earlier["items"] if item["kind"] == "book"] == []
    later = sqlite_door.see(f"{BASE}/{KO}/annual-wheel?year=2027&effective_on=2027-07-01")
    assert [item["status"] for item in later["items"] if item["kind"] == "book"] == ["past", "past", "open"]


def rules(member_id: str, day: str) -> dict[str, Any]:
    """Returns a council's rules on delegation adopted."""
    return {
        "type": "delegation_rules.adopt", "owner": {"kind": "member", "id": member_id}, "version": 1, "effective": day,
        "basis": [{"kind": "law", "ref": "kommuneloven § 5-14"}],
    }  # fmt: skip


def test_rules_on_delegation_are_done_when_the_last_council_has_adopted_them(sqlite_door: Door) -> None:
    def status(**more: str) -> tuple[Any, Any]:
        query = "&".join(f"{name}={value}" for name, value in more.items())
        wheel = sqlite_door.see(f"{BASE}/{KO}/annual-wheel?year=2024&{query}")
        (item,) = (item for item in wheel["items"] if item["key"] == "delegation_rules")
        return item["status"], item["entry"]

    sqlite_door.given(ko(), rules("nordvik", "2024-03-01"), rules("sorvik", "2024-12-31"), book=KO)
    assert status() == ("done", 3)
    assert status(entry="1") == (None, None)
    assert status(entry="2") == ("overdue", None)
    assert status(entry="2", effective_on="2024-12-31") == ("open", None)


def test_and_late_when_it_came_after_the_day(sqlite_door: Door) -> None:
    sqlite_door.given(ko(), rules("nordvik", "2024-03-01"), rules("sorvik", "2025-01-01"), book=KO)
    wheel = sqlite_door.see(f"{BASE}/{KO}/annual-wheel?year=2024")
    assert [item["status"] for item in wheel["items"] if item["key"] == "delegation_rules"] == ["done_late"]


@pytest.mark.parametrize("year", ["1837", "2200", "x", "2024.5"])
def test_a_year_out_of_bounds_is_refused(real: Door, year: str) -> None:
    real.given(book="ror-ikt").when(get(f"{ROR}?year={year}")).then_refused(422, "invalid")
