"""Budgets and bills on pages, with the entries behind each figure."""

from __future__ import annotations

from tests.pages.sheet_books import AT, DAY, entries, kr
from tests.pages.support import Visitor

COLUMNS = ("original_ore", "amended_ore", "actual_ore", "forecast_ore", "deviation_ore", "last_year_ore")


def test_a_budget_stands_in_the_columns_of_the_regulations_with_its_bills(vindfjord: Visitor) -> None:
    seen = vindfjord.see(f"{AT}/budget?{DAY}&year=2025")
    told = vindfjord.json(f"/api/v1{AT}/budget-columns/2025")
    assert "Linje Opprinnelig Endret Regnskap Anslag Avvik I fjor" in seen.text
    lines = {line["line"]: line for line in told["lines"]}
    licences = " ".join(kr(lines["lisenser"][name]) for name in COLUMNS)
    assert f"Lisenser Innførsel {_budgeted(vindfjord)} {licences}" in seen.text
    (loose,) = told["without_line"]
    assert f"{loose['account']} {kr(loose['actual_ore'])} {kr(loose['last_year_ore'])}" in seen.text
    assert f"{AT}/bill/fjordvik?{DAY}&year=2025" in seen.links
    assert f"{AT}/budget?{DAY}&year=2022" in seen.links
    assert any(link.startswith(f"/api/v1{AT}/budget-columns/2025?") for link in seen.links)


def _budgeted(vindfjord: Visitor) -> str:
    """Returns the entries the line of licences stands from, as the page lists them."""
    rows = vindfjord.json(f"/api/v1{AT}/budget-lines?{DAY}")["rows"]
    own = {row["entry"] for row in rows if (row["year"], row["line"]) == (2025, "lisenser")}
    return ", ".join(map(str, sorted(own)))


def test_a_budget_is_summed_and_says_what_a_sum_rests_on(vindfjord: Visitor) -> None:
    seen = vindfjord.see(f"{AT}/budget?{DAY}&year=2025")
    told = vindfjord.json(f"/api/v1{AT}/budget-columns/2025")
    assert told["deviation_of"] == "forecast"
    assert "Avviket er det siste anslaget minus endret budsjett" in seen.text
    partly = 0
    for total in told["sums"]:
        words = [f"Sum, linjer: {total['lines']}"]
        for name in COLUMNS:
            words.append("ikke ført" if total[name] is None else kr(total[name]).replace("-", "−"))
            recorded = total["recorded"].get(name, total["lines"])
            if 0 < recorded < total["lines"]:
                words.append(f"{recorded} av {total['lines']} linjer")
                partly += 1
        assert " ".join(words) in seen.text
    assert partly
    closed = vindfjord.json(f"/api/v1{AT}/budget-columns/2023")
    assert closed["deviation_of"] == "actual"
    assert "Avviket er regnskapet minus endret budsjett." in vindfjord.see(f"{AT}/budget?{DAY}&year=2023").text


def test_a_bill_sums_what_it_lists_and_leads_to_what_it_rests_on(vindfjord: Visitor) -> None:
    seen = vindfjord.see(f"{AT}/bill/fjordvik?{DAY}")
    told = vindfjord.json(f"/api/v1{AT}/bill/fjordvik?{DAY}")
    assert "Regning til Fjordvik kommune (oppdiktet) for 2025" in seen.text
    assert f"Til sammen {kr(sum(line['share_ore'] for line in told['lines']))}." in seen.text
    wages = next(line for line in told["lines"] if line["line"] == "lonn")
    key = f"{wages['cost_key']}, versjon {wages['key_version']}"
    behind = " ".join(str(number) for number in (*wages["driver_entries"], wages["entry"]))
    assert f"Lønn {kr(wages['amount_ore'])} {key} {kr(wages['share_ore'])} {behind}" in seen.text
    drivers = (number for line in told["lines"] for number in line["driver_entries"])
    assert entries(*drivers, *(line["entry"] for line in told["lines"])) <= set(seen.links)
