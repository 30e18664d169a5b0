"""The ten cases of the fictitious meeting as commands: everything that is recorded, in order.

Unanimous, counted, by roll call, against two, an election, postponed, withdrawn, behind closed doors, with a member
disqualified and a deputy in the place, and amendments voted on first; one dissent, and one decision with an effect.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Fields = dict[str, Any]

MEETING = "representantskap-2026-1"
BODY = "representantskap"
CALLED_ON, HELD_ON, SIGNED_ON, PUBLISHED_ON = "2026-02-16", "2026-03-10", "2026-03-12", "2026-03-13"
MEMBERS = ("fjordvik", "elvdal", "skarnes", "holmset", "nordli")
EXEMPT_BY = "offentleglova § 13, jf. forvaltningsloven § 13"
SHIELD = {"level": "shielded", "legal_basis": EXEMPT_BY}

FULL = {f"{member}-{seat}": member for member in MEMBERS for seat in (1, 2)}
"""Representatives, each with the member that elected them."""
DEPUTIES = {f"{member}-vara-{rank}": (member, rank) for member in MEMBERS for rank in (1, 2)}
CHAIR, SECOND = "fjordvik-1", "elvdal-1"
SIGNERS = ("skarnes-1", "holmset-1")
DISQUALIFIED, DEPUTY = "nordli-2", "nordli-vara-1"
CANDIDATE = "skarnes-2"

CASES = {
    "sak-1": ("1/26", "Godkjenning av innkalling og saksliste"),
    "sak-2": ("2/26", "Åpningstider ved brukerstøtten"),
    "sak-3": ("3/26", "Felles plattform for saksbehandling"),
    "sak-4": ("4/26", "Retningslinjer for bruk av privat utstyr"),
    "sak-5": ("5/26", "Valg av nestleder"),
    "sak-6": ("6/26", "Plan for internkontroll"),
    "sak-7": ("7/26", "Navn på samarbeidet"),
    "sak-8": ("8/26", "Sak om et arbeidsforhold"),
    "sak-9": ("9/26", "Leie av lokaler"),
    "sak-10": ("10/26", "Innkjøp av nettverk"),
}
"""Number and title of each case."""


def commands_before_signing() -> Iterator[Fields]:
    """Yields every command up to and including the end of the meeting, and the act the last decision lays down."""
    yield from _the_collaboration()
    yield from _the_call()
    yield from _the_opening()
    for treat in (_case_1, _case_2, _case_3, _case_4, _case_5, _case_8, _case_9, _case_10):
        yield from treat()
    yield _sent("meeting.adjourn", undecided=[_left("sak-6", "postponed"), _left("sak-7", "withdrawn")])


def _sent(type_: str, on: str = HELD_ON, **fields: Any) -> Fields:
    """Returns a command about the meeting."""
    return {"type": type_, "effective": on, "meeting_id": MEETING, **fields}


def _left(case_id: str, outcome: str) -> Fields:
    return {"case_id": case_id, "outcome": outcome}


# Before the meeting ------------------------------------------------------------------------


def _the_collaboration() -> Iterator[Fields]:
    founders = [{"member_id": member, "name": f"{member.title()} kommune"} for member in MEMBERS]
    name = "Skarsfjord IKT kommunalt oppgavefellesskap"
    yield _before("collaboration.found", name=name, legal_form="ko", founders=founders)
    plan = [{"member_id": member, "seats": 2, "deputies": 2, "votes": 2} for member in MEMBERS]
    named = {"name": "Representantskapet", "kind": "council_of_representatives", "meets_in_public": True}
    yield _before("body.establish", body_id=BODY, seat_plan=plan, **named)
    yield _before("office.establish", office_id="leder", title="Leder", kind="leader", body_id=BODY)
    yield _before("office.establish", office_id="daglig-leder", title="Daglig leder", kind="managing_director")
    for number, person in enumerate((*FULL, *DEPUTIES, "daglig-leder-1"), start=1):
        yield _before("person.register", person_id=person, name=f"Prøve Prøvesen nr. {number}")
    for person, member in FULL.items():
        office = {"office_id": "leder"} if person == CHAIR else {}
        yield _before("seat.fill", person_id=person, body_id=BODY, on_behalf_of=member, **office)
    for person, (member, rank) in DEPUTIES.items():
        yield _before("seat.fill", person_id=person, body_id=BODY, on_behalf_of=member, deputy_rank=rank)
    yield _before("seat.fill", person_id="daglig-leder-1", office_id="daglig-leder")


def _before(type_: str, **fields: Any) -> Fields:
    return {"type": type_, "effective": "2024-01-01", **fields}


def _the_call() -> Iterator[Fields]:
    for case_id, (number, title) in CASES.items():
        kind = "election" if case_id == "sak-5" else "decision"
        told = {"case_id": case_id, "case_number": number, "title": title, "kind": kind, "bodies": [BODY]}
        yield {"type": "case.open", "effective": "2026-02-02", **told}
    proposed = {
        "sak-2": "Brukerstøtten er åpen fra kl. 7 til kl. 17 på hverdager.",
        "sak-3": "Representantskapet slutter seg til planen for felles plattform.",
        "sak-4": "Retningslinjene vedtas slik de er lagt fram.",
        "sak-9": "Leieavtalen for lokalene i Nordli forlenges med fem år.",
        "sak-10": "Det kjøpes nytt nettverk innenfor en ramme på 2 mill. kroner.",
    }
    for case_id, text in proposed.items():
        yield {
            "type": "proposal.table",
            "effective": CALLED_ON,
            "proposal_id": f"innstilling-{case_id}",
            "case_id": case_id,
            "kind": "recommendation",
            "text": text,
            "proposer": {"office_id": "daglig-leder"},
        }
    notified = {"persons": list(FULL), "members": list(MEMBERS), "control_committees": list(MEMBERS), "public": True}
    yield _sent(
        "meeting.call",
        CALLED_ON,
        body_id=BODY,
        meeting_number="1/2026",
        starts_on=HELD_ON,
        starts_at="09:00",
        place="Rådhuset i Fjordvik",
        agenda=[{"case_id": case_id} for case_id in CASES],
        notified=notified,
    )


def _the_opening() -> Iterator[Fields]:
    present = [{"person_id": person, "on_behalf_of": member} for person, member in FULL.items()]
    others = ["Daglig leder", "Sekretær"]
    yield _sent("meeting.open", chair=CHAIR, present=present, others_present=others, minute_signers=list(SIGNERS))


# The cases ---------------------------------------------------------------------------------


def _proposal(case_id: str, text: str, by: str, kind: str = "proposal", **fields: Any) -> Fields:
    proposal_id = fields.pop("proposal_id", f"forslag-{case_id}")
    told = {"proposal_id": proposal_id, "case_id": case_id, "kind": kind, "text": text, "proposer": {"person_id": by}}
    return _sent("proposal.table", **told, **fields)


def _vote(case_id: str, *proposals: str, vote_id: str | None = None, **fields: Any) -> Fields:
    told = {"vote_id": vote_id or f"avstemning-{case_id}", "body_id": BODY, "case_id": case_id}
    return _sent("vote.take", **told, proposals=list(proposals), **fields)


def _decision(case_id: str, text: str, kind: str = "resolution", **fields: Any) -> Fields:
    number, title = CASES[case_id]
    told = {"decision_id": f"vedtak-{case_id}", "case_number": number, "title": title, "text": text, "kind": kind}
    by = {"body_id": BODY, "case_id": case_id, "vote_id": f"avstemning-{case_id}"}
    return _sent("decision.make", **told, **by, **fields)


def _ballots(*against: str, voters: tuple[str, ...] = tuple(FULL)) -> list[Fields]:
    return [{"person_id": person, "choice": "against" if person in against else "for"} for person in voters]


def _case_1() -> Iterator[Fields]:
    """Unanimous."""
    text = "Innkalling og saksliste godkjennes."
    yield _proposal("sak-1", text, CHAIR)
    yield _vote("sak-1", "forslag-sak-1", method="show", unanimous=True)
    yield _decision("sak-1", text)


def _case_2() -> Iterator[Fields]:
    """Counted."""
    yield _vote("sak-2", "innstilling-sak-2", method="show", counts={"in_favour": 7, "against": 3})
    yield _decision("sak-2", "Brukerstøtten er åpen fra kl. 7 til kl. 17 på hverdager.")


def _case_3() -> Iterator[Fields]:
    """By roll call."""
    against = ("nordli-1", "nordli-2", "holmset-2")
    yield _vote("sak-3", "innstilling-sak-3", method="roll", ballots=_ballots(*against), taken_at="10:15")
    yield _decision("sak-3", "Representantskapet slutter seg til planen for felles plattform.")


def _case_4() -> Iterator[Fields]:
    """Adopted against two votes."""
    yield _vote("sak-4", "innstilling-sak-4", method="show", counts={"in_favour": 8, "against": 2})
    yield _decision("sak-4", "Retningslinjene vedtas slik de er lagt fram.")
    text = "Retningslinjene er for strenge for dem som arbeider ute."
    yield {
        "type": "dissent.record",
        "effective": HELD_ON,
        "decision_id": "vedtak-sak-4",
        "person_id": "elvdal-2",
        "text": text,
    }


def _case_5() -> Iterator[Fields]:
    """An election."""
    ballots = [{"person_id": person, "choice": "option", "option": CANDIDATE} for person in FULL]
    ballots[0] = {"person_id": CHAIR, "choice": "option", "option": SECOND}
    election = {"procedure": "majority", "elected_as": "deputy_leader", "to_body": BODY, "places": 1}
    election["candidates"] = [CANDIDATE, SECOND]
    yield _vote("sak-5", method="election", about="election", ballots=ballots, election=election)
    yield _decision("sak-5", "Nestleder for resten av perioden: andre representant fra Skarnes.", "election")


def _case_8() -> Iterator[Fields]:
    """Behind closed doors; what was decided is shielded."""
    close = {"case_id": "sak-8", "ground": "staff_matter", "legal_basis": "kommuneloven § 11-5 andre ledd"}
    yield _vote("sak-8", vote_id="avstemning-lukking", about="closing", method="show", unanimous=True)
    yield _sent("meeting_access.change", doors="closed", vote_id="avstemning-lukking", **close)
    text = "Saken avsluttes uten videre tiltak."
    yield {**_proposal("sak-8", text, CHAIR), "access": SHIELD}
    yield {**_vote("sak-8", "forslag-sak-8", method="show", unanimous=True), "access": SHIELD}
    yield {**_decision("sak-8", text), "access": SHIELD}
    yield _sent("meeting_access.change", doors="open", case_id="sak-8")


def _case_9() -> Iterator[Fields]:
    """A member is disqualified, and a deputy comes for the case."""
    others = [person for person in FULL if person != DISQUALIFIED]
    question = {"case_id": "sak-9", "person_id": DISQUALIFIED}
    yield _vote(
        "sak-9",
        vote_id="avstemning-habilitet",
        about="impartiality",
        method="show",
        unanimous=True,
        concerns=[DISQUALIFIED],
    )
    yield _sent(
        "impartiality.decide",
        **question,
        outcome="disqualified",
        legal_basis="forvaltningsloven § 6 første ledd bokstav e",
        grounds="Medlemmet leder selskapet som eier lokalene.",
        took_part=others,
        vote_id="avstemning-habilitet",
    )
    came = {"person_id": DEPUTY, "deputy_for": DISQUALIFIED, "on_behalf_of": "nordli", "at_case": "sak-9"}
    yield _sent("attendance.change", change="arrived", **came)
    yield _vote("sak-9", "innstilling-sak-9", method="show", counts={"in_favour": 9, "against": 1})
    yield _decision("sak-9", "Leieavtalen for lokalene i Nordli forlenges med fem år.")
    yield _sent("attendance.change", change="left", person_id=DEPUTY)


GRANT = {
    "grantor": {"kind": "body", "id": BODY},
    "grantee": {"kind": "office", "id": "daglig-leder"},
    "powers": ["spend", "contract"],
    "limits": {"per_act": 2_000_000_00},
    "until": "2026-12-31",
}


def _case_10() -> Iterator[Fields]:
    """Amendments are voted on first; the decision grants authority, which is then granted."""
    main, smaller = "innstilling-sak-10", "endring-sak-10"
    text = "Rammen settes til 1 mill. kroner."
    change = {"kind": "amendment", "proposal_id": smaller, "amends": main}
    yield _proposal("sak-10", text, "holmset-2", **change)
    yield _vote("sak-10", smaller, vote_id="avstemning-endring", method="show", counts={"in_favour": 4, "against": 6})
    yield _vote("sak-10", main, method="show", counts={"in_favour": 10, "against": 0})
    decided = "Det kjøpes nytt nettverk innenfor en ramme på 2 mill. kroner. Daglig leder får fullmakt til det."
    terms = {"powers": GRANT["powers"], "limits": GRANT["limits"]}
    effect = {"effect_id": "fullmakt", "act": "authority.grant", "subject": "nettverk-2026", "terms": terms}
    yield _decision("sak-10", decided, effects=[effect])
    basis = [{"kind": "decision", "ref": "vedtak-sak-10"}]
    yield {"type": "authority.grant", "effective": HELD_ON, "grant_id": "nettverk-2026", "basis": basis, **GRANT}


# After the meeting -------------------------------------------------------------------------


def signing(minutes_sha256: str) -> Fields:
    """Returns the command that signs the minutes as they are read."""
    roles = {CHAIR: "chair", **dict.fromkeys(SIGNERS, "signer")}
    signers = [{"person_id": person, "role": role} for person, role in roles.items()]
    return _sent("minutes.sign", SIGNED_ON, minutes_sha256=minutes_sha256, signers=signers)


def publishing(minutes: Fields) -> Fields:
    """Returns the command that publishes the minutes without what is shielded, which whoever reads them can see."""
    hidden = [entry for entry in minutes["entries"] if entry["shielded_by"] is not None]
    left_out = [{"entry": entry["number"], "legal_basis": entry["shielded_by"]} for entry in hidden]
    return _sent("minutes.publish", PUBLISHED_ON, redactions=left_out)
