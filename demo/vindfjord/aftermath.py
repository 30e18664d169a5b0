"""What came of it: a challenge, a reversal, an act beyond authority and its healing, a notice, an audit, an erasure."""

from __future__ import annotations

from datetime import date

from demo.vindfjord.matters import held_on
from demo.vindfjord.telling import COUNCIL, MEMBERS, EntryOf, Story, decided, holder
from domain.records import MEASURES

FIRE = date(2024, 8, 5)
CONTESTED = "lagring-2023"


def tell(story: Story) -> None:
    """Tells what happened to decisions after they were made, and who looked into them."""
    _contested(story)
    _beyond_authority(story)
    _members_and_people(story)
    _tidied(story)
    _audited(story)
    _recorded(story)
    _compared(story)
    _erased(story)


def _contested(story: Story) -> None:
    made = held_on(COUNCIL, 2023, 3)
    to = {"recipient": "Prøve Lagring AS (oppdiktet)", "ground": "party"}
    story.tell(made, "decision.notify", decision_id=CONTESTED, **to)
    by = {"challenge": "legality_review", "councillors": 3, "council_of": "elvdal"}
    story.tell("2023-10-05", "decision.challenge", challenge_id="kontroll-1", decision_id=CONTESTED, **by)
    outcome = {"outcome": "upheld", "by": "Statsforvalteren (oppdiktet)"}
    story.tell("2024-01-20", "challenge.resolve", challenge_id="kontroll-1", **outcome)
    basis = {"legal_basis": "forvaltningsloven § 35 første ledd bokstav a", "replaced_by": "lagring-2024"}
    day = held_on(COUNCIL, 2024, 1)
    story.tell(day, "decision.reverse", decision_id=CONTESTED, by=holder("body", COUNCIL), **basis)
    story.tell("2024-12-10", "decision_condition.fulfil", decision_id="sky-2024", condition_id="finansiering")


def _beyond_authority(story: Story) -> None:
    """An order after a fire, larger than the authority it was made under; the council approves it afterwards."""
    spent = {"power": "spend", "amount_ore": 90_000_000, "grant_id": "innkjop-drift", "service_id": "innkjop"}
    by = {"actor": holder("office", "driftsleder"), "person_id": "driftsleder-1", "party": "Prøve Nett AS (oppdiktet)"}
    title = "Reservedeler etter brann i datahallen (oppdiktet)"
    why = "Bestillingen kunne ikke vente (oppdiktet)."
    told = {"act_id": "brann-2024", "title": title, "mode": "record", "reason": why}
    story.tell_marked("brann", FIRE, "authority.exercise", **told, **spent, **by)
    approved = {"entry": EntryOf("brann"), "basis": decided("godkjenning-brann"), "acted_by": {"body": COUNCIL}}
    story.tell(held_on(COUNCIL, 2024, 3), "irregularity.heal", **approved)
    late = {
        "act_id": "kurs-2025",
        "title": "Kurs uten dekning i fullmakten (oppdiktet)",
        "mode": "record",
        "reason": why,
    }
    story.tell("2025-10-02", "authority.exercise", **late, **{**spent, "amount_ore": 41_000_000}, **by)


def _members_and_people(story: Story) -> None:
    customer = {"member_id": "dalsbygd", "name": "Dalsbygd kommune (oppdiktet)", "member_class": "external_customer"}
    story.tell("2023-01-01", "member.admit", **customer)
    story.tell(
        "2025-02-01",
        "withdrawal_notice.give",
        member_id="nordli",
        departs_on="2027-02-01",
        clause="avtalen om uttreden",
    )
    seat = {"body_id": COUNCIL, "person_id": "elvdal-vara-2"}
    story.tell("2024-01-10", "seat.vacate", **seat, cause="resigned")
    story.tell("2024-01-11", "person.register", person_id="elvdal-vara-3", name="Prøve Prøvesen nr. 99 (oppdiktet)")
    follower = {"person_id": "elvdal-vara-3", "on_behalf_of": "elvdal", "deputy_rank": 2}
    story.tell("2024-01-11", "seat.fill", body_id=COUNCIL, **follower)
    new = [{"member_id": m, "seats": 2, "votes": 3 if m == "fjordvik" else 2, "deputies": 2} for m in MEMBERS]
    story.tell("2025-12-31", "seat_plan.adopt", body_id=COUNCIL, seat_plan=new)


def _tidied(story: Story) -> None:
    """What is left over is put in order: a group, an office, a person known twice, and a case."""
    story.tell("2023-06-30", "body.dissolve", body_id="faggruppe-oppvekst", successor="faggruppe-helse")
    project = {"office_id": "prosjektleder", "title": "Prosjektleder", "kind": "other"}
    story.tell("2022-08-01", "office.establish", **project)
    story.tell("2024-12-31", "office.abolish", office_id="prosjektleder")
    name = "Prøve Prøvesen nr. 2 (oppdiktet)"
    story.tell("2024-02-01", "person.register", person_id="fjordvik-2b", name=name)
    story.tell("2024-02-08", "person.merge", person_id="fjordvik-2b", into="fjordvik-2")
    case = {"case_id": "sak-notat-1", "case_number": "N 1/23", "title": "Notat om felles portal", "kind": "report"}
    story.tell("2023-03-01", "case.open", **case, bodies=["brukerforum"])
    story.tell("2023-11-01", "case.close", case_id="sak-notat-1", outcome="settled")


def _audited(story: Story) -> None:
    plan = [{"kind": "document", "ref": "Plan for forvaltningsrevisjon 2024 (oppdiktet)"}]
    told = {"audit_id": "revisjon-2024", "title": "Forvaltningsrevisjon av innkjøpene (oppdiktet)"}
    scope = {"from_day": "2022-01-01", "to_day": "2024-06-30", "bodies": [COUNCIL]}
    question = "Brukes fullmakten slik den er gitt?"
    by = {"auditor": "Prøvevik revisjon (oppdiktet)", "kind": "performance"}
    story.tell("2024-09-01", "audit.open", **told, **by, scope=scope, question=question, basis=plan)
    found = {"audit_id": "revisjon-2024", "criteria": ["kommuneloven § 25-1"]}
    to = {"addressee": holder("office", "daglig-leder"), "answer_by": "2024-12-01"}
    story.tell(
        "2024-10-15",
        "audit_finding.raise",
        finding_id="funn-1",
        title="Kjøp over rammen",
        text="Ett kjøp etter brannen var større enn fullmakten (oppdiktet).",
        severity="significant",
        entries=[EntryOf("brann")],
        **found,
        **to,
    )
    story.tell(
        "2024-10-15",
        "audit_finding.raise",
        finding_id="funn-2",
        title="Bestiller mangler i Nordli",
        text="Nordli har ikke pekt ut noen bestiller (oppdiktet).",
        severity="minor",
        **found,
        **to,
    )
    remedy = {"measure": "Egen fullmakt ved hendelser", "owner_office": "daglig-leder", "due": "2025-03-01"}
    answer = {"text": "Vi er enige, og legger fram en sak (oppdiktet).", "remedies": [remedy], "status": "agreed"}
    leader = holder("office", "daglig-leder")
    story.tell("2024-11-20", "audit_finding.answer", finding_id="funn-1", by=leader, **answer)


def _recorded(story: Story) -> None:
    """What stands elsewhere, what came before, and an entry that was shielded afterwards."""
    sent = {
        "system": "noark",
        "external_id": "24/1042-3",
        "direction": "sent",
        "receipt": "kvittering 8812 (oppdiktet)",
    }
    story.tell("2024-08-06", "external_record.link", entry=EntryOf("brann"), **sent)
    shield = {"level": "shielded", "legal_basis": "offentleglova § 24", "until": "2030-01-01"}
    story.tell_today("entry_access.change", mode="decide", entry=EntryOf("brann"), **shield)
    printed = [{"what": "Sum utgifter, slik den er trykt (oppdiktet)", "value": "31 204 000"}]
    told = {
        "historical_id": "arsmelding-2020",
        "kind": "Årsmelding (oppdiktet)",
        "data": printed,
        "certainty": "likely",
    }
    story.tell("2020-06-01", "historical_entry.import", **told)


def _compared(story: Story) -> None:
    """Vindfjord lets itself be compared: on two measures as a trial, then on all of them."""
    decision = "sammenligning-2024"
    day, tried = held_on(COUNCIL, 2024, 3), ["days_to_decide", "service_level_attainment"]
    story.tell(day, "benchmark_consent.give", consent_id="prove-2024", compared_on=tried, decision_id=decision)
    story.tell("2024-12-31", "benchmark_consent.withdraw", consent_id="prove-2024", decision_id=decision)
    every = list(MEASURES)
    story.tell("2025-01-01", "benchmark_consent.give", consent_id="fra-2025", compared_on=every, decision_id=decision)


def _erased(story: Story) -> None:
    """A text is erased by order; an erasure is of today, so it is the last that happens."""
    order = {"kind": "single_item", "ref": "2025/1042 (oppdiktet)", "issued_by": "Nasjonalarkivet"}
    texts = [{"entry": EntryOf("kontakt"), "field": "event.contact"}]
    story.tell_today("personal_data.erase", mode="decide", texts=texts, order={**order, "issued_on": "2025-12-15"})
