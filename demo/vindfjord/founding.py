"""How the collaboration came to be: charter, five councils, bodies, offices, people, staff."""

from __future__ import annotations

from demo.vindfjord.telling import (
    BOARD,
    CHAIRS,
    COUNCIL,
    DEPUTIES,
    FOUNDED,
    MEMBERS,
    NAME,
    ORDERERS,
    SEATS,
    STAFF,
    Fields,
    Story,
    paper,
)

CLAUSES = {
    "name": NAME,
    "legal_personality": "Oppgavefellesskapet er eget rettssubjekt.",
    "seats": "Hver deltaker velger to medlemmer til representantskapet.",
    "tasks_and_authority": "Felles drift, brukerstøtte og utvikling av IKT.",
    "contributions": "Utgiftene fordeles etter fordelingsnøkkelen.",
    "shares_and_liability": "Hver deltaker eier og svarer for en femdel.",
    "borrowing": "Oppgavefellesskapet kan ta opp lån til investeringer.",
    "reporting": "Styret rapporterer til deltakerne hvert halvår.",
    "withdrawal": "En deltaker kan tre ut med to års skriftlig varsel.",
    "dissolution": "Ved oppløsning overtar Fjordvik arkivet.",
    "documentation_responsibility": "Fjordvik har ansvaret for dokumentasjonen.",
}
COUNCILS_RESOLVED = {
    "fjordvik": "2021-10-14",
    "elvdal": "2021-10-28",
    "skarnes": "2021-11-04",
    "holmset": "2021-11-11",
    "nordli": "2021-11-25",
}
REASONS = ["cost_efficiency", "recruit_staff", "public_services", "legal_minimum"]
FIFTH = {"numerator": 1, "denominator": 5}
MAN_YEARS = {"fjordvik": "8.5", "elvdal": "4", "skarnes": "2.5", "holmset": "1.5", "nordli": "1"}


def tell(story: Story) -> None:
    """Tells the founding year up to the first meeting."""
    _charter(story)
    _bodies(story)
    _offices(story)
    _people(story)
    _staff(story)


def _charter(story: Story) -> None:
    founders = [{"member_id": m, "name": n, "liability": FIFTH} for m, n in MEMBERS.items()]
    purpose = "Felles IKT for fem kommuner (oppdiktet)."
    story.tell(
        FOUNDED,
        "collaboration.found",
        name=NAME,
        purpose=purpose,
        legal_form="ko",
        own_legal_person=True,
        language="nb",
        founders=founders,
        reason_codes=REASONS,
    )
    clauses = [{"key": key, "text": text} for key, text in CLAUSES.items()]
    agreement = {"charter_version": "avtale-1", "kind": "cooperation_agreement", "legal_form": "ko"}
    story.tell("2021-09-01", "charter.propose", **agreement, clauses=clauses)
    for number, (member, day) in enumerate(COUNCILS_RESOLVED.items(), start=81):
        resolved = {"member_id": member, "council": f"{member.title()} kommunestyre (oppdiktet)"}
        subject = {"kind": "charter", "ref": "avtale-1"}
        story.tell(
            day,
            "member_resolution.record",
            **resolved,
            case_number=f"PS {number}/21",
            subject=subject,
            outcome="adopted",
            evidence=paper(story, "Saksprotokoll"),
        )
    story.tell(FOUNDED, "charter.enter_into_force", charter_version="avtale-1")
    shares = [{"member_id": member, "share": FIFTH} for member in MEMBERS]
    story.tell(FOUNDED, "shares.restate", shares_version="andeler-1", shares=shares, charter_version="avtale-1")


def _bodies(story: Story) -> None:
    two = [{"member_id": m, "seats": 2, "votes": 2, "deputies": 2} for m in MEMBERS]
    one = [{"member_id": m, "seats": 1, "votes": 1, "deputies": 1} for m in MEMBERS]
    bodies: dict[str, Fields] = {
        COUNCIL: {"name": "Representantskapet", "kind": "council_of_representatives", "seat_plan": two},
        BOARD: {"name": "Styret", "kind": "board", "seat_plan": one, "parent": COUNCIL},
        "brukerforum": {"name": "Brukerforum", "kind": "customer_meeting", "parent": BOARD},
        "faggruppe-helse": {"name": "Faggruppe helse", "kind": "professional_group", "parent": BOARD},
        "faggruppe-oppvekst": {"name": "Faggruppe oppvekst", "kind": "professional_group", "parent": BOARD},
    }
    for body, told in bodies.items():
        story.tell(FOUNDED, "body.establish", body_id=body, meets_in_public=body == COUNCIL, **told)
    half = {"share": {"numerator": 1, "denominator": 2}}
    for body, notice in ((COUNCIL, 14), (BOARD, 7)):
        rules = {"quorum": half, "notice_days": notice, "term_years": 4, "minute_signers": 2, "remote_allowed": True}
        text = "Møtereglement (oppdiktet)."
        story.tell(FOUNDED, "body_rules.adopt", body_id=body, rules={**rules, "casting_vote": True}, text=text)


def _offices(story: Story) -> None:
    offices: dict[str, Fields] = {
        "leder": {"title": "Leder", "kind": "leader", "body_id": COUNCIL},
        "styreleder": {"title": "Styreleder", "kind": "leader", "body_id": BOARD},
        "daglig-leder": {"title": "Daglig leder", "kind": "managing_director"},
        "driftsleder": {"title": "Driftsleder", "kind": "head_of_service"},
        "sekretaer": {"title": "Sekretær", "kind": "secretary"},
    }
    for office, told in offices.items():
        duties = "Oppgaver etter stillingsbeskrivelsen (oppdiktet)."
        story.tell(FOUNDED, "office.establish", office_id=office, accountabilities=duties, **told)
    for member in MEMBERS:
        title = f"Bestiller i {member.title()}"
        story.tell(
            FOUNDED, "office.establish", office_id=f"bestiller-{member}", title=title, kind="orderer", member_id=member
        )


def _people(story: Story) -> None:
    persons = [*SEATS[COUNCIL], *DEPUTIES[COUNCIL], *SEATS[BOARD], *DEPUTIES[BOARD], *STAFF, *ORDERERS]
    for number, person in enumerate(persons, start=1):
        story.tell(FOUNDED, "person.register", person_id=person, name=f"Prøve Prøvesen nr. {number} (oppdiktet)")
    for body, office in ((COUNCIL, "leder"), (BOARD, "styreleder")):
        for person, member in SEATS[body].items():
            led = {"office_id": office} if person == CHAIRS[body] else {}
            story.tell(FOUNDED, "seat.fill", person_id=person, body_id=body, on_behalf_of=member, **led)
        for person, (member, rank) in DEPUTIES[body].items():
            story.tell(FOUNDED, "seat.fill", person_id=person, body_id=body, on_behalf_of=member, deputy_rank=rank)
    for person, office in STAFF.items():
        story.tell(FOUNDED, "seat.fill", person_id=person, office_id=office)
    for person, member in ORDERERS.items():
        story.tell(FOUNDED, "seat.fill", person_id=person, office_id=f"bestiller-{member}", on_behalf_of=member)
    shield = {"level": "shielded", "legal_basis": "offentleglova § 13"}
    contact = "Oppdiktet vei 1, 9999 Vindfjord"
    told = {"person_id": "daglig-leder-1", "contact": contact}
    story.tell_marked("kontakt", FOUNDED, "person_contact.record", **told, access=shield)


def _staff(story: Story) -> None:
    declared = {"kind": "ownership", "party": "Prøve Nett AS (oppdiktet)"}
    story.tell("2022-02-01", "interest.declare", interest_id="eierandel-nett", person_id="nordli-2", **declared)
    declared = {"kind": "board", "party": "Prøve Vekst AS (oppdiktet)"}
    story.tell("2022-02-01", "interest.declare", interest_id="styreverv-vekst", person_id="holmset-2", **declared)
    story.tell("2024-05-31", "interest.end", interest_id="styreverv-vekst")
    for member, years in MAN_YEARS.items():
        story.tell(
            "2022-06-01",
            "staff_placement.change",
            function_id=f"drift-{member}",
            function=f"IKT-drift fra {member.title()}",
            from_employer=member,
            to_employer="this",
            man_years=years,
            staff_terms="Virksomhetsoverdragelse; lønn og ansiennitet følger med (oppdiktet).",
        )
    story.tell(
        "2023-09-01",
        "staff_placement.change",
        function_id="vaktmester-nordli",
        function="IKT-vaktmester i Nordli",
        to_employer="nordli",
        man_years="0.5",
    )
