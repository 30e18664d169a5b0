"""A member's bill over HTTP: what it bears, by which key and figures, and the same again as the book was before."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.spec import BASE, BOOK, SHIELD, Door, founding, get

BILL = f"{BASE}/{BOOK}/bill"
SOURCE = {"title": "Møtebok (prøve)", "read_on": "2026-11-24"}


def key() -> dict[str, Any]:
    """Returns the adoption of a key that follows inhabitants, read in a source that is silent on the decision."""
    parts = [{"driver": "population", "numerator": 1}]
    known = {"key_id": "drift", "key_version": 1, "key_parts": parts, "effective": "2026-01-01"}
    return {"type": "cost_key.adopt", **known, "mode": "import", "source": SOURCE}


def figures(nordvik: str, sorvik: str, as_of: str) -> dict[str, Any]:
    """Returns the recording of inhabitants."""
    values = [{"member_id": "nordvik", "value": nordvik}, {"member_id": "sorvik", "value": sorvik}]
    return {"type": "cost_drivers.record", "driver": "population", "as_of": as_of, "driver_values": values}


def allocated(allocation_id: str, amount_ore: int, year: int = 2026, **fields: Any) -> dict[str, Any]:
    """Returns the sharing of what something cost."""
    known = {"allocation_id": allocation_id, "cost_basis": "actual", "year": year, "amount_ore": amount_ore}
    return {"type": "costs.allocate", **known, "key_id": "drift", "key_version": 1, **fields}


def billed(door: Door, query: str) -> tuple[list[tuple[str, int]], dict[str, int]]:
    """Returns the lines of a bill and what they come to."""
    bill = door.see(f"{BILL}/{query}")
    return [(line["allocation"], line["share_ore"]) for line in bill["lines"]], bill["totals_ore"]


def test_a_bill_can_be_made_again_as_the_book_was_to_the_ore(sqlite_door: Door) -> None:
    sqlite_door.given(
        founding(),
        key(),
        figures("2", "1", "2026-01-01"),
        allocated("vaar", 100),
        figures("1", "1", "2026-07-01"),
        allocated("host", 101),
    )
    assert billed(sqlite_door, "nordvik?year=2026") == ([("vaar", 67), ("host", 51)], {"actual": 118})
    assert billed(sqlite_door, "sorvik?year=2026") == ([("vaar", 33), ("host", 50)], {"actual": 83})
    assert billed(sqlite_door, "nordvik?year=2026&entry=4") == ([("vaar", 67)], {"actual": 67})
    assert billed(sqlite_door, "nordvik?year=2026&entry=3") == ([], {})
    (first, second) = sqlite_door.see(f"{BILL}/nordvik")["lines"]
    assert (first["driver_entries"], first["entry"], second["driver_entries"]) == ([3], 4, [5])
    assert (first["cost_key"], first["key_version"], first["amount_ore"], first["certain"]) == ("drift", 1, 100, True)


def test_a_bill_is_of_its_year_and_its_member(sqlite_door: Door) -> None:
    past = figures("2", "1", "2025-01-01")
    sqlite_door.given(founding(), key(), past, allocated("drift", 3), allocated("neste", 30, 2027))
    assert billed(sqlite_door, "nordvik?year=2027") == ([("neste", 20)], {"actual": 20})
    assert billed(sqlite_door, "nordvik?effective_on=2026-11-23") == ([], {})
    assert billed(sqlite_door, "sorvik?year=2025") == ([], {})


def test_an_id_that_nobody_has_is_not_an_empty_bill(sqlite_door: Door) -> None:
    sqlite_door.given(founding())
    answer = sqlite_door.send(get(f"{BILL}/nordvikk"))
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_member")
    assert billed(sqlite_door, "nordvik") == ([], {})


def test_what_is_shielded_is_left_out_and_said_to_be(sqlite_door: Door) -> None:
    shielded = allocated("sak", 30, access=SHIELD)
    sqlite_door.given(founding(), key(), figures("2", "1", "2026-01-01"), shielded)
    bill = sqlite_door.see(f"{BILL}/nordvik?year=2026")
    assert (bill["lines"], bill["totals_ore"], bill["withheld"]) == ([], {}, 1)


@pytest.mark.parametrize("year", ["1837", "2200", "x"])
def test_a_year_out_of_bounds_is_refused(real: Door, year: str) -> None:
    real.given(book="ror-ikt").when(get(f"{BASE}/ror-ikt/bill/aukra?year={year}")).then_refused(422, "invalid")
