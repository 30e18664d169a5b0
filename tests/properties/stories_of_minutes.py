"""Stories of refusals of what was done before, and of minutes; see `stories`.

The specs show these in books whose entries and bytes no client knows beforehand, or in books told by hand; chance comes
to them, though seldom.
"""

from __future__ import annotations

from typing import Any

from tests.properties.acts import Fields
from tests.properties.stories_by_hand import (
    BODY,
    BY,
    HELD,
    LEADER,
    OFFICE,
    PERSON,
    THIS,
    Line,
    adjourned,
    decided,
    founded,
    imported,
    line,
    meeting_of,
    signed_minutes,
)

DAY = "2023-06-01"
ITS_DECISION = decided(case_id="c-1", meeting_id="mote")
UNKNOWN = "ukjent"


def _in_meeting(command: str, *before: Line, twice: bool = False, **fields: Any) -> list[Line]:
    """Returns a command, or the same twice, in a meeting that goes on."""
    sent = line(command, DAY, meeting_id="mote", **fields)
    return [*meeting_of("p-1"), *before, *([sent] if twice else []), sent]


def _on_a_decision(**fields: Any) -> list[Line]:
    """Returns a decision of the group on what is said."""
    known: Fields = {"decision_id": "d-1", "title": "Vedtak (prøve)", "kind": "resolution", "body_id": "laget"}
    return [*adjourned(), line("decision.make", DAY, **known | fields)]


def _without_a_vote() -> list[Line]:
    body = {"body_id": "laget", "name": "Styret (prøve)", "kind": "board"}
    made: Fields = {"decision_id": "d-1", "title": "Vedtak (prøve)", "kind": "resolution", "body_id": "laget"}
    return [founded("ko", "Prøve KO"), imported("body.establish", **body), line("decision.make", DAY, **made)]


def _dissenting_twice() -> list[Line]:
    dissent = line("dissent.record", DAY, decision_id="d-1", person_id="p-1")
    return [*meeting_of("p-1"), ITS_DECISION, dissent, dissent]


# Minutes -------------------------------------------------------------------------------------


def _signing(*signers: Fields, on: str = "2023-06-02", sha256: str = "ab" * 32) -> list[Line]:
    told: Fields = {"meeting_id": "mote", "minutes_sha256": sha256, "signers": list(signers)}
    return [*adjourned(), line("minutes.sign", on, **told)]


def _of_a_board(*then: Line) -> list[Line]:
    """Returns a meeting of a board under kommuneloven, which its minutes tell little of."""
    body = {"body_id": "laget", "name": "Styret (prøve)", "kind": "board"}
    opened = {"meeting_id": "mote", "head": {"body_id": "laget"}, "present": [{"person_id": "p-1"}], "chair": "p-1"}
    begun = imported("meeting.open", DAY, chair_elected=True, **opened)
    ended = line("meeting.adjourn", DAY, meeting_id="mote")
    return [founded("ko", "Prøve KO"), imported("body.establish", **body), PERSON, begun, ended, *then]


def _publishing(*before: Line, **redaction: Any) -> list[Line]:
    redactions = [redaction] if redaction else []
    published = line("minutes.publish", "2023-06-03", meeting_id="mote", redactions=redactions)
    return [*signed_minutes(), *before, published]


def _approving(later: str | None, *, ended: bool = False, twice: bool = False) -> list[Line]:
    """Returns how minutes are approved in a meeting of a day, None for the same meeting."""
    approved_in = "mote" if later is None else "mote-2"
    approved = line("minutes.approve", later or DAY, meeting_id="mote", approved_in=approved_in)
    head = {"body_id": "laget", "meeting_mode": "in_person", "agenda": []}
    there: Fields = {"present": [{"person_id": "p-1"}], "chair": "p-1", "head": head}
    opened = [] if later is None else [imported("meeting.open", later, meeting_id="mote-2", **there)]
    over = [imported("meeting.adjourn", later or DAY, meeting_id="mote-2")] if ended else []
    return [*adjourned(), *opened, *over, *([approved] if twice else []), approved]


# What was done before ------------------------------------------------------------------------


def _twice(*before: Line, then: Line) -> list[Line]:
    return [*before, then, then]


def _dissolved_twice() -> list[Line]:
    resolved = [_resolution(member, "dissolution", "this") for member in ("m-1", "m-2")]
    ended = imported("collaboration.dissolve", DAY, cause="agreed", archive_custodian="unknown")
    return _twice(founded(), *resolved, then=ended)


def _resolution(member_id: str, kind: str, ref: str) -> Line:
    told = {"council": "Kommunestyret (prøve)", "case_number": "12/34", "outcome": "adopted"}
    subject = {"kind": kind, "ref": ref}
    return imported("member_resolution.record", "2023-05-01", member_id=member_id, subject=subject, **told)


def _restated_twice() -> list[Line]:
    half = {"numerator": 1, "denominator": 2}
    shares = [{"member_id": member, "share": half} for member in ("m-1", "m-2")]
    resolved = [_resolution(member, "shares", "andeler") for member in ("m-1", "m-2")]
    restated = line("shares.restate", DAY, shares_version="andeler", shares=shares)
    return _twice(founded(), *resolved, then=restated)


def _framed(member_id: str, *before: Line) -> list[Line]:
    frame = {"year": 2027, "operating_frame": 100, "investment_frame": 0}
    return [founded("ko", "Prøve KO"), *before, line("member_frame.set", DAY, member_id=member_id, **frame)]


def _framed_twice() -> list[Line]:
    *before, frame = _framed("m-1", _resolution("m-1", "frame", "2027"))
    return _twice(*before, then=frame)


def _budgeted_on_a_decision_of_none() -> list[Line]:
    shape = {"part": "operating", "amounts": [100]}
    lines = [
        {"line_id": "inn", "name": "Inn (prøve)", "direction": "income", "member_id": "m-1", **shape},
        {"line_id": "ut", "name": "Ut (prøve)", "direction": "expense", **shape},
    ]
    noted = decided(kind="noted")
    return [founded(), BODY, noted, line("budget.adopt", "2026-11-24", year=2027, lines=lines, decision_id="d-1")]


# The rest --------------------------------------------------------------------------------------


def _succeeded_without_its_agreement() -> list[Line]:
    agreement = {"agreement_id": "sla", "name": "SLA (prøve)", "provider": THIS, "customers": ["m-1"]}
    concluded = imported("service_agreement.conclude", services=[], **agreement)
    after = {"member_id": "m-9", "name": "Nye m-1", "org_no": "938469503"}
    told: Fields = {"predecessors": ["m-1"], "successors": [after], "cause": "change_of_name"}
    return [founded(), concluded, line("member.succeed", DAY, **told)]


def _abolished_though_it_holds_power() -> list[Line]:
    grant = {"grant_id": "g-1", "grantor": THIS, "grantee": LEADER, "powers": ["operate"], "until": "2030-01-01"}
    abolished = line("office.abolish", DAY, office_id="leder")
    return [founded(), OFFICE, PERSON, HELD, imported("authority.grant", **grant), abolished]


def _seated_longer_than_its_rules() -> list[Line]:
    ruled = imported("body_rules.adopt", body_id="laget", rules={"term_years": 1})
    filled = line("seat.fill", DAY, person_id="p-1", body_id="laget", until="2026-06-01")
    return [founded(), BODY, PERSON, ruled, filled]


def _placed_with_one_that_may_not_be_a_member() -> list[Line]:
    rough = {"earliest": "2020-06-01", "latest": "2021-06-01"}
    party = {"member_id": "m-3", "name": "Prøve m-3", "member_class": "external_customer"}
    admitted = Line("member.admit", {**imported("member.admit", **party).fields, "effective": rough})
    moved = {"function_id": "drift", "function": "Drift (prøve)", "to_employer": "m-3", "man_years": "1"}
    return [founded(), admitted, line("staff_placement.change", "2020-09-01", **moved)]


def _voted_under_rules_that_are_not_held() -> list[Line]:
    body = imported("body.establish", body_id="laget", name="Styret (prøve)", kind="board")
    vote: Fields = {"vote_id": "v", "body_id": "laget", "about": "procedure", "method": "show", "unanimous": True}
    taken = line("vote.take", "2015-06-01", meeting_id="mote", **vote)
    there: Fields = {"present": [{"person_id": "p-1"}], "chair": "p-1", "head": {"body_id": "laget"}}
    opened = imported("meeting.open", "2015-06-01", meeting_id="mote", **there)
    book = [founded("historic_27", "Prøvesamarbeidet"), body, PERSON]
    early = [Line(name, {**fields, "effective": "2014-01-01"}) for name, fields in book]
    return [*early, opened, taken]


def _voted_with_weights_nobody_knows() -> list[Line]:
    plan = [{"member_id": member, "seats": 2, "votes": 1} for member in ("m-1", "m-2")]
    body = {"body_id": "laget", "name": "Laget (prøve)", "kind": "steering_group", "seat_plan": plan}
    seat = imported("seat.fill", person_id="p-1", body_id="laget", on_behalf_of="m-1")
    vote: Fields = {"vote_id": "v", "body_id": "laget", "case_id": "c-1", "about": "procedure", "method": "roll"}
    taken = line("vote.take", DAY, meeting_id="mote", ballots=[{"person_id": "p-1", "choice": "for"}], **vote)
    return [founded(), imported("body.establish", **body), PERSON, seat, *meeting_of("p-1")[3:], taken]


def _charter(*keys: str, **told: Any) -> Line:
    clauses = [{"key": key, "text": "Etter avtale (prøve)."} for key in keys]
    known: Fields = {"charter_version": "v1", "legal_form": "informal", "kind": "cooperation_agreement"}
    return line("charter.propose", DAY, clauses=clauses, **known | told)


def _ko_charter() -> list[Line]:
    keys = "name legal_personality seats tasks_and_authority contributions shares_and_liability borrowing reporting"
    full = _charter(*keys.split(), "withdrawal", "dissolution", legal_form="ko")
    entered = imported("charter.enter_into_force", DAY, charter_version="v1")
    changed = _charter("meetings", charter_version="v2", legal_form="ko", route="top_body_two_thirds")
    resolved = [_resolution(member, "charter", "v1") for member in ("m-1", "m-2")]
    proposed = Line(full.name, {**imported(full.name).fields, **full.fields, "effective": "2023-04-01"})
    voted = line("charter.enter_into_force", "2023-06-02", charter_version="v2", vote={"cast": 12, "in_favour": 7})
    return [founded("ko", "Prøve KO"), proposed, *resolved, entered, changed, voted]


QUESTION: Fields = {"case_id": "c-1", "person_id": "p-1", "outcome": "qualified", "took_part": []}
MEMBER = {"person_id": "p-1", "role": "member"}

STORIES_OF_MINUTES = {
    "agenda.case_already_handled": _in_meeting("agenda.change", ITS_DECISION, removed=["c-1"]),
    "budget.decision_adopts_nothing": _budgeted_on_a_decision_of_none(),
    "budget.duplicate_frame": _framed_twice(),
    "charter.clause_listed_twice": [founded(), _charter("withdrawal", "withdrawal")],
    "charter.two_thirds_not_met": _ko_charter(),
    "collaboration.already_dissolved": _dissolved_twice(),
    "decision.meeting_not_open": _on_a_decision(case_id="c-1", meeting_id="mote"),
    "decision.no_vote": _without_a_vote(),
    "decision.unknown_case": _on_a_decision(case_id=UNKNOWN),
    "decision.unknown_meeting": _on_a_decision(meeting_id=UNKNOWN),
    "decision.unknown_vote": _on_a_decision(vote_id=UNKNOWN),
    "dissent.already_recorded": _dissenting_twice(),
    "impartiality.already_decided": _in_meeting("impartiality.decide", twice=True, **QUESTION),
    "meeting.agenda_item_without_outcome": _in_meeting("meeting.adjourn"),
    "meeting.case_already_decided": _in_meeting(
        "meeting.adjourn", ITS_DECISION, undecided=[{"case_id": "c-1", "outcome": "postponed"}]
    ),
    "meeting_access.already_closed": _in_meeting("meeting_access.change", twice=True, doors="closed", ground="privacy"),
    "member.agreement_mapping_incomplete": _succeeded_without_its_agreement(),
    "member.no_open_notice": [founded(), line("withdrawal_notice.rescind", DAY, member_id="m-1")],
    "minutes.already_approved": _approving("2023-09-01", twice=True),
    "minutes.already_published": _twice(*_publishing()[:-1], then=_publishing()[-1]),
    "minutes.already_signed": [*signed_minutes(), _signing(*BY)[-1]],
    "minutes.approving_meeting_not_open": _approving("2023-09-01", ended=True),
    "minutes.hash_unknown": _signing(*BY, sha256="unknown"),
    "minutes.minutes_incomplete": _of_a_board(_signing(*BY)[-1]),
    "minutes.not_a_later_meeting": _approving(None),
    "minutes.not_adjourned": [*meeting_of("p-1"), _signing(*BY)[-1]],
    "minutes.redaction_without_basis": _publishing(entry=5, legal_basis="skikk (prøve)"),
    "minutes.signed_before_meeting": _signing(*BY, on="2023-05-31"),
    "minutes.signer_listed_twice": _signing(MEMBER, MEMBER),
    "minutes.signer_missing": _signing(),
    "minutes.unknown_meeting": [founded(), line("minutes.publish", DAY, meeting_id=UNKNOWN)],
    "minutes.unknown_person": _signing({"person_id": UNKNOWN, "role": "member"}),
    "office.still_holds_authority": _abolished_though_it_holds_power(),
    "resolution.not_a_member": [
        founded(),
        Line("member_resolution.record", {**_resolution(UNKNOWN, "dissolution", "this").fields, "mode": "decide"}),
    ],
    "seat.term_longer_than_body_rules": _seated_longer_than_its_rules(),
    "shares.already_restated": _restated_twice(),
    "staff_placement.employer_uncertain": _placed_with_one_that_may_not_be_a_member(),
    "vote.rule_not_held": _voted_under_rules_that_are_not_held(),
    "vote.weight_unknown": _voted_with_weights_nobody_knows(),
}
"""By the code the last command of each is refused with."""
