"""Stories of refusals that the specs show in books no commands lead to; see `stories`."""

from __future__ import annotations

from typing import Any, NamedTuple

from domain.rulebook import FORMS
from domain.vocabulary import LegalFormId
from tests.properties.acts import Fields

SHIELD = {"level": "shielded", "legal_basis": "offentleglova § 13"}
SOURCE = {"title": "Møtebok (prøve)", "read_on": "2026-11-24"}


class Line(NamedTuple):
    """One command of a story."""

    name: str
    fields: Fields


def line(command: str, on: str = "2020-01-01", /, **fields: Any) -> Line:
    """Returns a command that takes effect on a day."""
    return Line(command, {"effective": on, **fields})


def imported(command: str, on: str = "2020-01-01", /, **fields: Any) -> Line:
    """Returns a command as a source shows it."""
    return line(command, on, mode="import", source=SOURCE, **fields)


def founded(form: str = "informal", name: str = "Prøvesamarbeidet", **fields: Any) -> Line:
    """Returns the founding by two municipalities, the first of them the host where there is one."""
    host = {"member_class": "host"} if form.startswith("host") else {}
    founders = [{"member_id": "m-1", "name": "Prøve m-1", **host}, {"member_id": "m-2", "name": "Prøve m-2"}]
    return imported("collaboration.found", name=name, legal_form=form, founders=founders, **fields)


def rests_on(decision_id: str) -> list[Fields]:
    """Returns a decision as what an act rests on."""
    return [{"kind": "decision", "ref": decision_id}]


BODY = imported("body.establish", body_id="laget", name="Laget (prøve)", kind="steering_group")
TOP_BODY = imported("body.establish", body_id="laget", name="Laget (prøve)", kind="council_of_representatives")
OFFICE = imported("office.establish", office_id="leder", title="Leder (prøve)", kind="managing_director")
PERSON = imported("person.register", person_id="p-1", name="Prøve Prøvesen")
HELD = imported("seat.fill", person_id="p-1", office_id="leder")
THIS, LEADER = {"kind": "collaboration", "id": "this"}, {"kind": "office", "id": "leder"}


def decided(decision_id: str = "d-1", **fields: Any) -> Line:
    """Returns a decision of the group."""
    known: Fields = {"decision_id": decision_id, "title": "Vedtak (prøve)", "kind": "resolution", "body_id": "laget"}
    return imported("decision.make", "2023-06-01", **known | fields)


def contact(on: str = "2023-07-10") -> Line:
    """Returns the setting up of an office on the decision."""
    office = {"office_id": "kontakt", "title": "Kontakt (prøve)", "kind": "contact"}
    return line("office.establish", on, basis=rests_on("d-1"), **office)


def _on_an_irregular_decision() -> list[Line]:
    lost = {"form": "counted", "in_favour": 1, "against": 3}
    made = {"decision_id": "d-1", "title": "Vedtak (prøve)", "kind": "resolution", "body_id": "laget", "vote": lost}
    return [founded(), BODY, line("decision.make", "2023-06-01", mode="record", reason="Prøve.", **made), contact()]


def _on_a_decision_that_may_be_over() -> list[Line]:
    rough = {"earliest": "2023-07-01", "latest": "2023-08-01"}
    by = {"kind": "body", "id": "laget"}
    ended = imported("decision.reverse", decision_id="d-1", by=by, legal_basis="forvaltningsloven § 35")
    return [founded(), BODY, decided(), Line(ended.name, {**ended.fields, "effective": rough}), contact()]


def _on_a_decision_that_is_over() -> list[Line]:
    by = {"kind": "body", "id": "laget"}
    law = "forvaltningsloven § 35"
    ended = imported("decision.reverse", "2023-07-01", decision_id="d-1", by=by, legal_basis=law)
    return [founded(), BODY, decided(), ended, contact()]


def _on_a_decision_that_waits() -> list[Line]:
    known: Fields = {"challenge_id": "k", "decision_id": "d-1", "challenge": "objection", "members": ["m-1"]}
    return [founded(), BODY, decided(), imported("decision.challenge", "2023-06-02", stay=True, **known), contact()]


def _healed_twice() -> list[Line]:
    _, body, person, other, first, wrong, left, _, ratified, healed = _healed_though_done_rightly()
    return [founded(), body, person, other, first, wrong, left, ratified, healed, healed]


def _healed_though_out_of_reach() -> list[Line]:
    power = {"grantor": THIS, "grantee": LEADER, "powers": ["individual_decision"], "until": "2030-01-01"}
    wrong = line("authority.grant", "2023-06-01", mode="record", reason="Prøve.", grant_id="g-1", **power)
    healed = line("irregularity.heal", "2026-01-01", entry=4, basis=rests_on("d-1"))
    return [founded("ko", "Prøve KO"), BODY, OFFICE, wrong, decided(), healed]


def _healed_though_done_rightly() -> list[Line]:
    seat = {"person_id": "p-1", "body_id": "laget", "on_behalf_of": "m-1"}
    plan = [{"member_id": "m-1", "seats": 1}, {"member_id": "m-2", "seats": 1}]
    other = imported("person.register", person_id="p-2", name="Prøve Prøvesen")
    first = imported("seat.fill", **{**seat, "person_id": "p-2"})
    wrong = line("seat.fill", "2023-06-01", mode="record", reason="Prøve.", **seat)
    left = imported("seat.vacate", "2023-06-01", person_id="p-2", body_id="laget", cause="resigned")
    body = Line(BODY.name, {**BODY.fields, "seat_plan": plan})
    rightly = imported("seat.fill", "2023-06-02", **seat)
    ratified = decided("d-2")
    healed = line("irregularity.heal", "2026-01-01", entry=6, basis=rests_on("d-2"))
    return [founded(), body, PERSON, other, first, wrong, left, rightly, ratified, healed]


def _carried_out_twice() -> list[Line]:
    effect = {"effect_id": "plan", "act": "seat_plan.adopt", "subject": "laget"}
    plans = [[{"member_id": m, "seats": seats} for m in ("m-1", "m-2")] for seats in (1, 2)]
    adopted = [
        line("seat_plan.adopt", "2023-07-01", body_id="laget", seat_plan=p, basis=rests_on("d-1")) for p in plans
    ]
    return [founded(), BODY, decided(effects=[effect]), *adopted]


def _within_an_agreement(*services: str, about: str) -> list[Line]:
    bound = [{"kind": "service_level", "agreement_id": "sla"}]
    agreement = {"agreement_id": "sla", "name": "SLA (prøve)", "provider": THIS, "customers": ["m-1"]}
    grant = {"grant_id": "g-1", "grantor": THIS, "grantee": LEADER, "powers": ["spend"], "conditions": bound}
    act = {"act_id": "a-1", "title": "Innkjøp (prøve)", "actor": LEADER, "power": "spend", "service_id": about}
    catalogue = [
        imported("service.register", service_id=i, name=i.title(), group="operations") for i in ("drift", "post")
    ]
    concluded = imported("service_agreement.conclude", services=list(services), **agreement)
    granted = imported("authority.grant", until="2030-01-01", **grant)
    used = line("authority.exercise", "2023-06-01", **act)
    return [founded(), BODY, OFFICE, PERSON, HELD, *catalogue, concluded, granted, used]


def _for_a_member_that_may_not_be_one() -> list[Line]:
    rough = {"earliest": "2020-06-01", "latest": "2021-06-01"}
    party = {"member_id": "m-3", "name": "Prøve m-3", "member_class": "external_customer"}
    admitted = imported("member.admit", **party)
    grant = {"grant_id": "g-1", "grantor": THIS, "grantee": LEADER, "powers": ["spend"], "until": "2030-01-01"}
    granted = line("authority.grant", "2020-09-01", scope={"members": ["m-3"]}, basis=rests_on("d-1"), **grant)
    before = Line("decision.make", {**decided().fields, "effective": "2020-02-01"})
    return [founded(), BODY, OFFICE, Line(admitted.name, {**admitted.fields, "effective": rough}), before, granted]


def _breach_declared_by_no_party() -> list[Line]:
    agreement = {"agreement_id": "sla", "name": "SLA (prøve)", "provider": THIS, "customers": ["m-1"]}
    target = {"target_id": "oppe", "metric": "Oppetid", "operator": "at_least", "value": "99.5", "unit": "prosent"}
    level = {"agreement_id": "sla", "sla_version": 1, "name": "Nivå (prøve)", "targets": [target]}
    period = {"first_day": "2023-06-01", "last_day": "2023-06-30"}
    about = {"agreement_id": "sla", "period": period}
    declared: Fields = {"breach_id": "b", "target_id": "oppe", "by": {"kind": "member", "id": "m-2"}, **about}
    return [
        founded(),
        imported("service_agreement.conclude", services=[], **agreement),
        imported("service_level.revise", **level),
        imported("targets.measure", "2023-07-01", rows=[{"target_id": "oppe", "value": "90"}], **about),
        line("breach.declare", "2023-07-02", **declared),
    ]


def _charter(version: str, form: LegalFormId, kind: str) -> Line:
    clauses = [{"key": demand.key, "text": "Etter avtale (prøve)."} for demand in FORMS[form].demands]
    known: Fields = {"charter_version": version, "legal_form": form, "kind": kind, "clauses": clauses}
    return imported("charter.propose", **known)


def _changed_to_a_form_that_does_not_follow() -> list[Line]:
    first: Fields = {"to_form": "as", "charter_version": "v1", "law": "aksjeloven § 1-1", "name": "Prøve AS"}
    then: Fields = {"to_form": "iks", "charter_version": "v2", "law": "IKS-loven § 1", "name": "Prøve IKS"}
    return [
        founded(),
        _charter("v1", "as", "articles"),
        _charter("v2", "iks", "company_agreement"),
        imported("charter.enter_into_force", "2021-01-01", charter_version="v1"),
        imported("legal_form.change", "2021-01-02", own_legal_person=True, **first),
        imported("charter.enter_into_force", "2022-01-01", charter_version="v2"),
        line("legal_form.change", "2022-02-01", own_legal_person=True, **then),
    ]


def _left_for_a_breach_nothing_shows() -> list[Line]:
    founders = [{"member_id": f"m-{n}", "name": f"Prøve m-{n}", "org_no": f"93846950{n}"} for n in range(1, 4)]
    opened = {**founded("iks", "Prøve IKS", own_legal_person=True).fields, "founders": founders}
    share = {"numerator": 1, "denominator": 3}
    left = line("member.depart", "2023-06-01", member_id="m-1", cause="breach", residual_liability=share)
    return [Line("collaboration.found", opened), left]


MEETING = {"body_id": "laget", "meeting_mode": "in_person", "agenda": [{"case_id": "c-1"}]}


def meeting_of(*present: str) -> list[Line]:
    """Returns a meeting of these persons, as a source shows it, on one case."""
    case: Fields = {"case_id": "c-1", "case_number": "1/23", "title": "Prøvesak", "kind": "decision"}
    there = [{"person_id": person} for person in present]
    opened = imported("meeting.open", "2023-06-01", meeting_id="mote", head=MEETING, present=there, chair="p-1")
    return [founded(), BODY, PERSON, imported("case.open", "2023-05-01", **case), opened]


def adjourned() -> list[Line]:
    left = [{"case_id": "c-1", "outcome": "postponed"}]
    return [*meeting_of("p-1"), imported("meeting.adjourn", "2023-06-01", meeting_id="mote", undecided=left)]


def _published_unsigned() -> list[Line]:
    return [*adjourned(), line("minutes.publish", "2023-06-03", meeting_id="mote", redactions=[])]


def _signed_in_another_role() -> list[Line]:
    other = imported("person.register", person_id="p-2", name="Prøve Prøvesen")
    before = adjourned()
    signers = [{"person_id": "p-2", "role": "chair"}]
    signed = line("minutes.sign", "2023-06-02", meeting_id="mote", minutes_sha256="ab" * 32, signers=signers)
    return [*before[:3], other, *before[3:], signed]


def _decided_by_a_chair_without_a_vote() -> list[Line]:
    seated = {"p-1": "m-1", "p-2": "m-2", "p-3": "m-2"}
    plan = [{"member_id": m, "seats": 2} for m in ("m-1", "m-2")]
    body = {"body_id": "laget", "name": "Styret (prøve)", "kind": "board", "seat_plan": plan}
    people = [imported("person.register", person_id=p, name="Prøve Prøvesen") for p in seated]
    seats = [imported("seat.fill", person_id=p, body_id="laget", on_behalf_of=m) for p, m in seated.items()]
    question = {"meeting_id": "mote", "case_id": "c-1", "person_id": "p-1", "outcome": "disqualified"}
    out = imported("impartiality.decide", "2023-06-01", legal_basis="forvaltningsloven § 6", **question)
    ballots = [{"person_id": "p-2", "choice": "for"}, {"person_id": "p-3", "choice": "against"}]
    vote: Fields = {"vote_id": "v", "body_id": "laget", "case_id": "c-1", "meeting_id": "mote", "about": "procedure"}
    taken = line("vote.take", "2023-06-01", method="roll", ballots=ballots, chair_choice="for", **vote)
    opened = [founded("ko", "Prøve KO"), imported("body.establish", **body)]
    return [*opened, *people, *seats, *meeting_of(*seated)[3:], out, taken]


# Of meetings that a source shows ---------------------------------------------------------------


PLACE: Fields = {"body_id": "laget", "case_id": "c-1", "meeting_id": "mote"}
BY = [{"person_id": "p-1", "role": "chair"}]
OTHER_BODY = imported("body.establish", body_id="styret", name="Styret (prøve)", kind="working_committee")
OTHER_CASE = imported("case.open", "2023-05-01", case_id="c-2", case_number="2/23", title="Prøvesak", kind="decision")
OTHER_PERSON = imported("person.register", person_id="p-2", name="Prøve Prøvesen")


def _voted(in_favour: int = 1, **fields: Any) -> Line:
    counts = {"in_favour": in_favour, "against": 1 - in_favour}
    known: Fields = {"vote_id": "v", "about": "procedure", "method": "show", "counts": counts, **PLACE}
    return imported("vote.take", "2023-06-01", **known | fields)


def _on_a_vote(*before: Line, **fields: Any) -> list[Line]:
    known: Fields = {"decision_id": "d-1", "title": "Vedtak (prøve)", "kind": "resolution", "body_id": "laget"}
    return [*meeting_of("p-1"), *before, line("decision.make", "2023-06-01", **known | fields)]


def signed_minutes(*before: Line) -> list[Line]:
    """Returns a meeting whose minutes a source shows as signed."""
    held = adjourned()
    signed = imported("minutes.sign", "2023-06-02", meeting_id="mote", minutes_sha256="unknown", signers=BY)
    return [*held[:-1], *before, held[-1], signed]


def _published(*before: Line, left_out: tuple[int, ...] = ()) -> list[Line]:
    redactions = [{"entry": number, "legal_basis": "offentleglova § 13"} for number in left_out]
    return [*signed_minutes(*before), line("minutes.publish", "2023-06-03", meeting_id="mote", redactions=redactions)]


def _dissent(person_id: str, *before: Line) -> list[Line]:
    made = decided(meeting_id="mote")
    after = signed_minutes(made) if not before else [*meeting_of("p-1"), made, *before]
    return [*after, line("dissent.record", "2023-06-03", decision_id="d-1", person_id=person_id)]


def _approved_elsewhere() -> list[Line]:
    head = {"body_id": "styret", "meeting_mode": "in_person", "agenda": []}
    there: Fields = {"present": [{"person_id": "p-1"}], "chair": "p-1", "head": head}
    later = imported("meeting.open", "2023-09-01", meeting_id="mote-2", **there)
    approved = line("minutes.approve", "2023-09-01", meeting_id="mote", approved_in="mote-2")
    return [*adjourned(), OTHER_BODY, later, approved]


def _signing(hashed: str, *signers: Fields) -> list[Line]:
    told: Fields = {"meeting_id": "mote", "minutes_sha256": hashed, "signers": [*BY, *signers]}
    return [*adjourned(), OTHER_PERSON, line("minutes.sign", "2023-06-02", **told)]


def _proposed_afterwards() -> list[Line]:
    told: Fields = {"proposal_id": "f", "case_id": "c-1", "meeting_id": "mote", "kind": "proposal"}
    return [*adjourned(), line("proposal.table", "2023-06-01", **told)]


def _vote(*before: Line, held: list[Line] | None = None, **fields: Any) -> list[Line]:
    known: Fields = {"vote_id": "v", "about": "procedure", "method": "show", "unanimous": True, **PLACE}
    return [*(held or meeting_of("p-1")), *before, line("vote.take", "2023-06-01", **known | fields)]


def _weighed() -> list[Line]:
    plan = [{"member_id": m, "seats": 1, "deputies": 2, "votes": 1} for m in ("m-1", "m-2")]
    kind, seated = "council_of_representatives", {"p-1": "m-1", "p-2": "m-2"}
    body = imported("body.establish", body_id="laget", name="Laget (prøve)", kind=kind, seat_plan=plan)
    seats = [imported("seat.fill", person_id=p, body_id="laget", on_behalf_of=m) for p, m in seated.items()]
    ballots = [{"person_id": p, "choice": "for", "weight": 7} for p in seated]
    taken = _vote(held=meeting_of(*seated)[3:], method="roll", unanimous=False, ballots=ballots)
    return [founded("ko", "Prøve KO"), body, PERSON, OTHER_PERSON, *seats, *taken]


def _budgeted(form: str, name: str, frame: int | None, *then: Line) -> list[Line]:
    shape = {"part": "operating", "amounts": [100]}
    lines = [
        {"line_id": "inn", "name": "Inn (prøve)", "direction": "income", "member_id": "m-1", **shape},
        {"line_id": "ut", "name": "Ut (prøve)", "direction": "expense", **shape},
    ]
    frames = {"year": 2027, "member_id": "m-1", "operating_frame": frame, "investment_frame": 0}
    adopted = line("budget.adopt", "2026-11-24", year=2027, lines=lines, decision_id="d-1")
    framed = [] if frame is None else [imported("member_frame.set", "2026-06-01", **frames)]
    return [founded(form, name), TOP_BODY if form == "ko" else BODY, decided(), *framed, adopted, *then]


def _charged() -> Line:
    charge = {"year": 2027, "line_id": "ut"}
    told: Fields = {"decision_id": "d-2", "title": "Kjøp (prøve)", "kind": "resolution", "body_id": "laget"}
    vote = {"form": "unanimous"}
    return line("decision.make", "2026-11-24", **told, vote=vote, amount=101, charge=charge)


def _unbalanced() -> Line:
    told = {"year": 2027, "amendment_no": 1, "cause": "Prøve.", "decision_id": "d-1"}
    return line("budget.amend", "2026-11-24", deltas=[{"line_id": "ut", "amounts": [1]}], **told)


def _challenged_by_the_hosts_councillors() -> list[Line]:
    grant = {"grant_id": "g-1", "grantor": {"kind": "member", "id": "m-2"}, "grantee": LEADER}
    made: Fields = {"kind": "individual_decision", "office_id": "leder", "body_id": None, "grant_id": "g-1"}
    by = {"challenge": "legality_review", "councillors": 3, "council_of": "m-1"}
    granted = imported("authority.grant", powers=["individual_decision"], until="2030-01-01", **grant)
    challenged = line("decision.challenge", "2023-06-02", challenge_id="k", decision_id="d-1", **by)
    return [founded("host_admin"), OFFICE, PERSON, HELD, granted, decided(binding_on=["m-2"], **made), challenged]


def _opened_by_one_of_no_seat_known() -> list[Line]:
    notified = {"persons": [], "members": ["m-1", "m-2"], "public": True}
    call = {"meeting_id": "mote", "body_id": "laget", "starts_on": "2023-06-01", "meeting_mode": "in_person"}
    called = imported("meeting.call", "2023-05-01", agenda=[], notified=notified, **call)
    opened = {"meeting_id": "mote", "present": [{"person_id": "p-1"}], "chair": "p-1", "chair_elected": True}
    return [founded(), BODY, PERSON, called, line("meeting.open", "2023-06-01", minute_signers=[], **opened)]


BY_HAND = {
    "decision.vote_not_won": _on_a_vote(_voted(0), case_id="c-1", meeting_id="mote", vote_id="v"),
    "decision.vote_of_another_case": _on_a_vote(OTHER_CASE, _voted(), case_id="c-2", vote_id="v"),
    "decision.vote_of_another_body": _on_a_vote(OTHER_BODY, _voted(), body_id="styret", case_id="c-1", vote_id="v"),
    "decision.meeting_of_another_body": _on_a_vote(OTHER_BODY, body_id="styret", meeting_id="mote"),
    "decision.case_not_on_agenda": _on_a_vote(OTHER_CASE, case_id="c-2", meeting_id="mote"),
    "dissent.not_a_participant": _dissent("p-2", OTHER_PERSON),
    "dissent.minutes_already_signed": _dissent("p-1"),
    "minutes.body_differs": _approved_elsewhere(),
    "minutes.hash_mismatch": _signing("ab" * 32),
    "minutes.signer_not_present": _signing("ab" * 32, {"person_id": "p-2", "role": "member"}),
    "minutes.redacted_twice": _published(left_out=(5, 5)),
    "minutes.redaction_of_foreign_entry": _published(left_out=(1,)),
    "minutes.would_publish_prohibited_content": _published(_voted(access=SHIELD)),
    "proposal.meeting_not_open": _proposed_afterwards(),
    "vote.meeting_not_open": _vote(held=adjourned()),
    "vote.meeting_of_another_body": _vote(OTHER_BODY, body_id="styret"),
    "vote.weight_differs": _weighed(),
    "basis.decision_irregular": _on_an_irregular_decision(),
    "basis.decision_perhaps_ended": _on_a_decision_that_may_be_over(),
    "basis.decision_not_in_force": _on_a_decision_that_is_over(),
    "basis.decision_stayed": _on_a_decision_that_waits(),
    "irregular.already_healed": _healed_twice(),
    "irregular.not_healable": _healed_though_out_of_reach(),
    "legal_form.transition_not_allowed": _changed_to_a_form_that_does_not_follow(),
    "member.breach_not_documented": _left_for_a_breach_nothing_shows(),
    "minutes.not_signed": _published_unsigned(),
    "minutes.signer_role_differs": _signed_in_another_role(),
    "vote.chair_not_entitled": _decided_by_a_chair_without_a_vote(),
    "decision.budget_exceeded": _budgeted("ko", "Prøve KO", 100, _charged()),
    "budget.frame_missing": _budgeted("ko", "Prøve KO", None),
    "irregular.overtaken": _healed_though_done_rightly(),
    "effect.already_applied": _carried_out_twice(),
    "authority.outside_service_level": _within_an_agreement("drift", about="post"),
    "authority.service_level_uncertain": _within_an_agreement(about="drift"),
    "authority.member_uncertain": _for_a_member_that_may_not_be_one(),
    "breach.not_a_party": _breach_declared_by_no_party(),
    "budget.exceeds_member_frames": _budgeted("ko", "Prøve KO", 99),
    "budget.deltas_not_balanced": _budgeted("informal", "Prøve", None, _unbalanced()),
    "challenge.wrong_council": _challenged_by_the_hosts_councillors(),
    "meeting.seats_unknown": _opened_by_one_of_no_seat_known(),
}
"""By the code the last command of each is refused with."""
