"""What is decided in which meeting: matters other parts of the story rest on, and the ordinary ones between them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from demo.vindfjord.telling import BOARD, COUNCIL, YEARS, Fields

MEETINGS = {
    COUNCIL: ((3, 15), (6, 14), (9, 20), (12, 6)),
    BOARD: ((1, 25), (2, 22), (4, 19), (5, 24), (8, 23), (10, 11), (11, 15), (12, 13)),
}
"""Month and day of each body's meetings, the same every year."""


@dataclass(frozen=True)
class Matter:
    """One case of a meeting, with what is decided in it."""

    title: str
    text: str
    key: str | None = None
    """The decision's id, where other parts rest on it."""
    effects: tuple[Fields, ...] = ()
    matter_kind: str = "ordinary"
    follow_up: bool = False
    """Whether somebody is told to carry it out."""
    condition: str | None = None
    fields: Fields = field(default_factory=dict)


def held_on(body: str, year: int, number: int) -> date:
    """Returns the day of a body's meeting, counted from 1 within the year."""
    month, day = MEETINGS[body][number - 1]
    return date(year, month, day)


ORDINARY = (
    Matter("Orientering fra daglig leder", "Orienteringen tas til etterretning."),
    Matter("Rutine for varsling av driftsavbrudd", "Rutinen vedtas slik den er lagt fram.", follow_up=True),
    Matter("Plan for internkontroll", "Planen for internkontroll vedtas.", follow_up=True),
    Matter("Åpningstider ved brukerstøtten", "Brukerstøtten er åpen fra kl. 7 til kl. 17 på hverdager."),
    Matter("Retningslinjer for privat utstyr", "Retningslinjene vedtas slik de er lagt fram."),
    Matter("Opplæring av superbrukere", "Det holdes to samlinger i året.", follow_up=True),
    Matter("Sikkerhetsgjennomgang av nettet", "Gjennomgangen utføres innen utgangen av året.", follow_up=True),
    Matter("Felles innlogging i skolene", "Felles innlogging innføres fra høsten.", follow_up=True),
    Matter("Bruk av videomøter", "Videomøter kan brukes i alle faggrupper."),
    Matter("Leie av møterom", "Leieavtalen forlenges med ett år."),
    Matter("Evaluering av faggruppene", "Evalueringen tas til etterretning."),
    Matter("Status for anskaffelser", "Statusen tas til etterretning."),
    Matter("Personvern i fagsystemene", "Det utarbeides vurderinger for alle fagsystemer.", follow_up=True),
    Matter("Beredskapsøvelse", "Det holdes én øvelse i året.", follow_up=True),
    Matter("Utskifting av trådløst nett", "Utskiftingen gjennomføres i tre trinn.", follow_up=True),
    Matter("Innspill fra brukerforum", "Innspillene tas med i arbeidet med handlingsplanen."),
)
"""What comes up in any meeting."""

ADDED = {
    (BOARD, 2023, 4): Matter("Henvendelse om strømpriser", "Henvendelsen tas til etterretning."),
    (BOARD, 2024, 7): Matter("Midlertidig stenging av portalen", "Portalen er stengt til feilen er rettet."),
}
"""Cases that come on the agenda in the meeting, by body, year and number of the meeting."""

MANDATE = {"powers": ["spend", "contract"], "limits": {"per_act": 200_000_000, "per_year": 2_400_000_000}}
"""What the managing director may do, by decision of the council."""


SECOND = {
    2022: (Matter("IKT-strategi 2022–2029", "Strategien vedtas slik den er lagt fram.", "strategi-2022"),),
    2024: (Matter("Lån til ny datahall", "Det tas opp lån på 12 mill. kroner.", "laan-2024"),),
}
"""What comes up in the council's second meeting of some years."""


def _of_every_year(year: int) -> dict[tuple[str, int, int], tuple[Matter, ...]]:
    budget = Matter(
        f"Budsjett {year + 1} og økonomiplan {year + 1}–{year + 4}",
        "Budsjettet og økonomiplanen vedtas slik styret har lagt dem fram.",
        f"budsjett-{year + 1}",
        ({"effect_id": "budsjett", "act": "budget.adopt", "subject": str(year + 1)},),
        "budget",
    )
    change = Matter(
        f"Endring av budsjettet for {year}",
        "Budsjettet endres: lisenser økes mot lavere lønn.",
        f"budsjettendring-{year}",
        ({"effect_id": "endring", "act": "budget.amend", "subject": str(year)},),
        "budget",
    )
    level = Matter(
        f"Tjenestenivå fra 1. juli {year}",
        "Tjenestenivået revideres etter gjennomgangen med kommunene.",
        f"tjenesteniva-{year}",
        ({"effect_id": "niva", "act": "service_level.revise", "subject": "drift"},),
    )
    prices = Matter(
        f"Priser for {year + 1}",
        "Prisene justeres etter konsumprisindeksen.",
        f"priser-{year + 1}",
        ({"effect_id": "priser", "act": "price_terms.revise", "subject": "drift"},),
    )
    last = year - 1
    accounts = Matter(f"Regnskap for {last}", "Regnskapet fastsettes slik det er lagt fram.", f"regnskap-{last}")
    return {
        (COUNCIL, year, 2): (level, change, *([accounts] if last in YEARS else []), *SECOND.get(year, ())),
        (COUNCIL, year, 4): (budget, prices),
    }


def _of_their_own() -> dict[tuple[str, int, int], tuple[Matter, ...]]:
    grant = {"effect_id": "fullmakt", "act": "authority.grant", "subject": "innkjop", "terms": MANDATE}
    return {
        (COUNCIL, 2022, 1): (
            Matter("Budsjett 2022", "Budsjettet for 2022 vedtas.", "budsjett-2022", matter_kind="budget"),
            Matter("Fullmakt til daglig leder", "Daglig leder får fullmakt til innkjøp.", "fullmakt-2022", (grant,)),
            Matter("Fordelingsnøkkel", "Utgiftene fordeles likt og etter folketall.", "nokkel-2022"),
            Matter("Tjenesteavtale om drift", "Avtalen inngås med alle fem kommuner.", "avtale-drift"),
        ),
        (COUNCIL, 2023, 3): (Matter("Nytt lagringssystem", "Kjøpet gjøres innenfor 2 mill. kroner.", "lagring-2023"),),
        (COUNCIL, 2024, 1): (
            Matter("Fordelingsnøkkel fra 2025", "Folketallet får større vekt.", "nokkel-2024"),
            Matter("Lagringssystem: nytt vedtak", "Kjøpet gjøres i to trinn.", "lagring-2024", follow_up=True),
        ),
        (COUNCIL, 2024, 3): (
            Matter("Sammenligning med andre", "Samarbeidet lar seg sammenligne med andre.", "sammenligning-2024"),
            Matter("Fullmakt ved brann i datahallen", "Bestillingen godkjennes i ettertid.", "godkjenning-brann"),
            Matter(
                "Felles skyplattform",
                "Det inngås avtale om felles skyplattform når finansieringen er på plass.",
                "sky-2024",
                condition="Finansieringen er på plass i budsjettet for 2025.",
                follow_up=True,
            ),
        ),
        (COUNCIL, 2025, 3): (
            Matter("Gevinst av felles lisenser", "Gevinsten er hentet ut i budsjettet for 2025.", "gevinst-2025"),
            Matter(
                "Fullmakt til driftsleder for sky",
                "Driftsleder får fullmakt til å bestille skytjenester.",
                "fullmakt-sky",
                ({"effect_id": "sky", "act": "authority.grant", "subject": "sky", "terms": {"powers": ["spend"]}},),
            ),
        ),
    }


SPECIAL: dict[tuple[str, int, int], tuple[Matter, ...]] = {}
"""Matters of one meeting, by body, year and number of the meeting."""
for _year in YEARS:
    SPECIAL |= _of_every_year(_year)
SPECIAL |= _of_their_own()
