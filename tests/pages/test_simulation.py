"""The page that tries a plan: every act with its refusal, what would be otherwise, and who may see it."""

from __future__ import annotations

import pytest

from api.composition import House
from ledger import keys
from tests.pages.sheet_books import AT, VINDFJORD
from tests.pages.support import BOOK, SHIELD, Seen, Visitor, found, read, record

PAGE = f"/collaborations/{BOOK}/simulation"


def seen_by_auditor(vindfjord: Visitor, query: str) -> Seen:
    """Returns what an auditor sees of the fictitious collaboration."""
    secret = keys.create(vindfjord.house.ledger, "revisor-1", "auditor")
    headers = {"Accept": "text/html", "Authorization": f"Bearer {secret}"}
    return read(vindfjord.client.get(f"{AT}/simulation?{query}", headers=headers))


def test_a_form_leads_to_each_plan_without_a_script(house: House, reader: Visitor) -> None:
    found(house)
    seen = reader.see(f"{PAGE}?lang=nn&entry=1")
    assert [form.attributes["method"] for form in seen.all("form")] == ["get", "get"]
    assert {e.attributes["value"] for e in seen.all("option")} >= {"nordvik", "sorvik", "iks", "ko"}
    assert len(seen.all("input", type="hidden", name="lang", value="nn")) == 2
    assert len(seen.all("input", type="hidden", name="entry", value="1")) == 2
    assert seen.all("h2", id="outcome") == []


def test_where_nothing_is_shielded_everyone_sees_what_a_form_would_take(house: House, reader: Visitor) -> None:
    found(house)
    seen = reader.see(f"{PAGE}?to=ko&effective_on=2027-12-31")
    assert "Ny form: kommunalt oppgavefellesskap (KO), 31.12.2027" in seen.text
    assert "Reglene godtar 0 av handlingene og avviser 2." in seen.text
    assert "Legge fram vedtekter eller avtale avvises" in seen.text
    assert "Hjemmel: kommuneloven § 19-4" in seen.text
    assert "legal_form.charter_of_target_form_missing" in seen.text
    assert "Ingenting i boken ville bli annerledes." in seen.text
    assert house.ledger.head(BOOK) == 1


def test_a_departure_shows_what_it_leads_to_and_what_is_settled(house: House, reader: Visitor) -> None:
    found(house)
    seen = reader.see(f"{PAGE}?member=nordvik&effective_on=2027-12-31")
    assert "Nordvik går ut 31.12.2027" in seen.text
    assert "Gå ut av samarbeidet" in seen.text
    assert "Det medlemmet må gjøre opp før det går ut" in seen.text
    assert "Oppsigelse" in seen.text
    assert seen.all("option", value="nordvik", selected="")
    reader.see(f"{PAGE}?member=borte", status=404)


def test_what_may_rest_on_shielded_entries_is_withheld_from_who_may_not_read_them(
    house: House, reader: Visitor
) -> None:
    found(house)
    record(house, "person.register", person_id="kari", name="Kari", access=SHIELD)
    seen = reader.see(f"{PAGE}?to=ko")
    assert "Boken har skjermede innførsler som svaret kan hvile på" in seen.text
    assert seen.all("ol", class_="acts") == []


def test_one_who_may_read_them_sees_every_effect(vindfjord: Visitor) -> None:
    head = vindfjord.house.ledger.head(VINDFJORD)
    seen = seen_by_auditor(vindfjord, "member=nordli&effective_on=2027-12-31")
    assert "Reglene godtar 6 av handlingene og avviser 2." in seen.text
    assert "Fordele andelene på nytt avvises Andelene «uten-nordli» er ikke vedtatt av alle." in seen.text
    assert "Det som ville bli annerledes: 14" in seen.text
    assert (seen.headers["cache-control"], "Authorization" in seen.headers["vary"]) == ("no-store", True)
    assert "Organ: Styret det som mangler i organene ikke i boken fra 31.12.2027" in seen.text
    assert f"{AT}/entries/10" in seen.links
    assert f"/api/v1{AT}/members/nordli/departure-simulation?entry={head}&effective_on=2027-12-31" in seen.links


@pytest.mark.parametrize("query", ["to=fylke", "member=%C3%85"])
def test_what_is_no_member_and_no_form_is_said_to_be_none(house: House, reader: Visitor, query: str) -> None:
    found(house)
    reader.see(f"{PAGE}?{query}", status=422)
