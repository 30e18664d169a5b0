"""The benchmark over HTTP: only books that consent, and only the measures they consent to."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.spec import JSON, SHIELD, Door, founding, service

SOURCE = {"title": "Møtebok (prøve)", "read_on": "2026-11-24"}
OTHER, THIRD = "annet-samarbeid", "tredje-samarbeid"
TWO = ["days_to_decide", "decisions_carried_out"]


def told(type_: str, on: str, **fields: Any) -> JSON:
    """Returns a command as a source shows it."""
    return {"type": type_, "effective": on, "mode": "import", "source": SOURCE, **fields}


def decided(decision_id: str, opened: str, on: str, *, effects: int = 0, access: JSON | None = None) -> list[JSON]:
    """Returns a case and its decision, which lays down that some services are registered."""
    ordered = [
        {"effect_id": f"e-{number}", "act": "service.register", "subject": f"{decision_id}-{number}"}
        for number in range(effects)
    ]
    case = {"case_id": f"c-{decision_id}", "case_number": decision_id, "title": "Sak", "kind": "decision"}
    made = {"decision_id": decision_id, "title": "Vedtak", "kind": "resolution", "case_id": f"c-{decision_id}"}
    made |= {"body_id": "styret"}
    shield = {} if access is None else {"access": access}
    return [told("case.open", opened, **case), told("decision.make", on, **made, effects=ordered, **shield)]


def body() -> JSON:
    """Returns the body that decides."""
    return told("body.establish", "2020-01-01", body_id="styret", name="Styret", kind="cooperation_council")


def consented(*measures: str, on: str = "2026-01-01", **fields: Any) -> JSON:
    """Returns that the collaboration lets itself be compared."""
    known = {"consent_id": "s-1", "compared_on": list(measures)}
    return told("benchmark_consent.give", on, **{**known, **fields})


def compared(door: Door, query: str = "?year=2025", by: Any = None) -> JSON:
    """Returns the benchmark."""
    found: JSON = door.see(f"/api/v1/benchmark{query}", by=by)
    return found


def of(benchmark: JSON, measure: str) -> JSON:
    """Returns one measure of it."""
    found: JSON = next(one for one in benchmark["measures"] if one["measure"] == measure)
    return found


def figures(benchmark: JSON, measure: str) -> list[tuple[str, int | None, int | None]]:
    """Returns the figures of a measure, by book in the order they are shown."""
    return [(one["collaboration"], one["value"], one["of"]) for one in of(benchmark, measure)["books"]]


@pytest.fixture
def door(sqlite_door: Door) -> Door:
    """A door on three books: two let themselves be compared, one of them on less; the third does not."""
    slow = [*decided("v-1", "2025-01-01", "2025-03-02", effects=2), *decided("v-2", "2025-01-01", "2025-01-11")]
    done = told("service.register", "2025-04-01", service_id="v-1-0", name="Drift", group="operations")
    carried = {**done, "basis": [{"kind": "decision", "ref": "v-1"}]}
    sqlite_door.given(founding(), body(), *slow, carried, consented(*TWO))
    quick = decided("v-1", "2025-01-01", "2025-01-06")
    sqlite_door.given(founding(name="Annet"), body(), *quick, consented("days_to_decide"), book=OTHER)
    sqlite_door.given(founding(name="Tredje"), body(), *decided("v-1", "2025-01-01", "2025-01-02"), book=THIRD)
    return sqlite_door


def test_only_books_that_consent_are_compared_and_only_on_what_they_consent_to(door: Door) -> None:
    benchmark = compared(door)
    assert (benchmark["year"], benchmark["without_consent"]) == (2025, 1)
    assert figures(benchmark, "days_to_decide") == [(OTHER, 5, None), ("provesamarbeidet", 35, None)]
    assert of(benchmark, "days_to_decide")["median"] == "20"
    assert figures(benchmark, "decisions_carried_out") == [("provesamarbeidet", 1, 2)]
    assert figures(benchmark, "cost_per_user") == []
    assert of(benchmark, "cost_per_user")["median"] is None
    assert benchmark["functions"] == []
    assert THIRD not in str(benchmark)


def test_one_measure_may_be_asked_for_alone_and_another_is_refused(door: Door) -> None:
    assert [one["measure"] for one in compared(door, "?measure=days_to_decide")["measures"]] == ["days_to_decide"]
    refused = door.client.get("/api/v1/benchmark?measure=happiness")
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid")


def test_a_year_without_anything_has_gaps_and_no_noughts(door: Door) -> None:
    (first, second) = of(compared(door, "?year=2019"), "days_to_decide")["books"]
    assert [(one["value"], one["gap"], one["rows"]) for one in (first, second)] == [(None, "nothing_recorded", 0)] * 2


def test_a_withdrawn_consent_takes_the_book_out(door: Door) -> None:
    door.given(told("benchmark_consent.withdraw", "2026-02-01", consent_id="s-1"), book=OTHER)
    benchmark = compared(door)
    assert figures(benchmark, "days_to_decide") == [("provesamarbeidet", 35, None)]
    assert benchmark["without_consent"] == 2


def test_a_consent_that_is_over_or_yet_to_come_counts_for_none(door: Door) -> None:
    over = consented("days_to_decide", on="2025-01-10", until="2026-11-23")
    coming = consented("days_to_decide", on="2026-11-25", consent_id="s-2")
    door.given(over, coming, book=THIRD)
    assert THIRD not in str(compared(door))


def test_a_figure_that_rests_on_what_is_shielded_is_withheld_from_those_who_may_not_see_it(door: Door) -> None:
    door.given(*decided("v-3", "2025-01-01", "2025-01-03", access=SHIELD), book=OTHER)
    hidden = of(compared(door), "days_to_decide")["books"][-1]
    assert (hidden["collaboration"], hidden["value"], hidden["gap"]) == (OTHER, None, "withheld")
    assert figures(compared(door, by="auditor"), "days_to_decide")[0] == (OTHER, 4, None)


def test_services_are_counted_by_function_over_the_books(door: Door) -> None:
    allowed = consented("services_per_function", consent_id="s-2")
    door.given(service("mail", effective="2025-01-01", name="E-post"), allowed)
    door.given(service("mail", effective="2025-01-01", name="e-post", group="operations"), allowed, book=OTHER)
    benchmark = compared(door)
    assert benchmark["functions"] == [{"product_group": "operations", "services": 2, "books": 2}]
    assert figures(benchmark, "services_per_function") == [(OTHER, 1, 1), ("provesamarbeidet", 2, 1)]


def test_where_a_figure_comes_from_is_named_and_is_there(door: Door) -> None:
    for book in of(compared(door), "days_to_decide")["books"]:
        assert all(door.see(source)["rows"] for source in book["sources"])


def test_cost_by_user_needs_the_years_actuals_and_counted_users(door: Door) -> None:
    door.given(consented("cost_per_user", consent_id="s-2"))
    (book,) = of(compared(door), "cost_per_user")["books"]
    assert (book["value"], book["gap"]) == (None, "nothing_recorded")
