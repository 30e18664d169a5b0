"""Service levels and prices on pages, with the entries behind each figure."""

from __future__ import annotations

from tests.pages.sheet_books import AT, DAY, decimal, entries, kr, on
from tests.pages.support import Visitor


def test_a_version_of_service_levels_shows_what_it_changed_and_how_it_went(vindfjord: Visitor) -> None:
    seen = vindfjord.see(f"{AT}/sla-ladder?{DAY}")
    (agreement,) = vindfjord.json(f"/api/v1{AT}/sla-ladder?{DAY}")["agreements"]
    rung = agreement["rungs"][-1]
    version, since = rung["sla_version"], on(rung["effective"]["earliest"])
    assert f"{agreement['name']}: versjon {version} «{rung['name']}», fra {since}." in seen.text
    uptime = next(target for target in rung["targets"] if target["ideal"] is not None)
    figures = " ".join(decimal(uptime[name]) for name in ("good_enough", "ideal"))
    demand = f"{uptime['metric']} minst {decimal(uptime['value'])} {uptime['unit']} {figures}"
    assert f"{demand} {uptime['calendar']} ja" in seen.text
    change = rung["redline"]["changed"][0]
    head = f"Endret fra versjon {version - 1} til {version} Mål Hva Før Nå"
    assert f"{head} Oppetid Verdi {decimal(change['was'])} {decimal(change['now'])}" in seen.text
    judged = [one for found in agreement["rungs"] for one in found["scorecard"]]
    reached = sum(one["outcome"] in ("met", "good_enough") for one in rung["scorecard"])
    assert f"Målt: {reached} av {len(rung['scorecard'])} nådd eller godt nok" in seen.text
    missed = next(one for one in judged if one["outcome"] == "missed" and one["net_value"] not in (None, one["value"]))
    said = f"{decimal(missed['net_value'])}: ikke nådd {decimal(missed['value'])} før fradrag"
    assert said in seen.text
    assert entries(missed["entry"], *(one["entry"] for one in agreement["rungs"])) <= set(seen.links)
    decided = {decision for one in agreement["rungs"] for decision in one["decisions"]}
    assert "tjenesteniva-2023" in decided
    assert {f"{AT}/history?subject=decision%3A{one}" for one in decided} <= set(seen.links)


def test_a_version_of_prices_shows_what_it_charges_and_what_it_changed(vindfjord: Visitor) -> None:
    seen = vindfjord.see(f"{AT}/sla-ladder?{DAY}")
    (agreement,) = vindfjord.json(f"/api/v1{AT}/sla-ladder?{DAY}")["agreements"]
    first, *later = agreement["prices"]
    assert later
    for rung in agreement["prices"]:
        version, since = rung["price_version"], on(rung["effective"]["earliest"])
        force = "I kraft på denne dagen." if rung["in_force"] else "Ikke sikkert i kraft på denne dagen."
        head = f"{agreement['name']}: priser, versjon {version} Fra {since}. {force}"
        assert f"{head} Priser: {len(rung['items'])}" in seen.text
        user = next(item for item in rung["items"] if item["item_id"] == "bruker")
        assert f"Bruker {kr(user['price_ore'])} bruker og år {user['price_index']} Drift" in seen.text
    for rung in later:
        (change,) = rung["redline"]["changed"]
        version = rung["price_version"]
        head = f"Endret fra versjon {version - 1} til {version} Vare Hva Før Nå"
        assert f"{head} Bruker Pris {kr(change['was'])} {kr(change['now'])}" in seen.text
    assert f"priser, versjon {first['price_version']}" in seen.text
    assert entries(*(rung["entry"] for rung in agreement["prices"])) <= set(seen.links)


def test_prices_stand_under_their_group_with_how_it_is_priced(vindfjord: Visitor) -> None:
    seen = vindfjord.see(f"{AT}/price-list?{DAY}")
    assert "Infrastruktur Prismodell: fast pris. Priser: 1" in seen.text
    assert "Nett 400 000,00 kr år reguleres ikke" in seen.text
    assert "Utstyr uten fast pris til kostpris" in seen.text
    assert "Utvikling Prismodell: avtalt pris. Ingen priser er ført for denne gruppen." in seen.text
    rows = vindfjord.json(f"/api/v1{AT}/price-list?{DAY}")["rows"]
    assert rows
    assert entries(*(row["entry"] for row in rows)) <= set(seen.links)
