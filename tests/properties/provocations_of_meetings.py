"""Provocations of meetings, votes, decisions and minutes; see `provocations`."""

from __future__ import annotations

from typing import Any

from domain.decisions import Made
from domain.meetings import Meeting
from tests.properties import acts_of_minutes
from tests.properties.acts import Fields, Scene
from tests.properties.acts_of_meetings import going_on

Sending = tuple[str, Fields] | None


def _ended(s: Scene) -> list[Meeting]:
    return [meeting for _, meeting in sorted(s.state.meetings.by_id.items()) if meeting.adjourned_by is not None]


def _another(s: Scene, than: str | None) -> str | None:
    """Returns a body other than that one."""
    return s.one(sorted(body.body_id for body in s.alive(s.state.bodies.bodies) if body.body_id != than))


# Decisions ---------------------------------------------------------------------------------


def _decision(s: Scene, **fields: Any) -> tuple[str, Fields]:
    known: Fields = {
        "decision_id": s.fresh("vedtak", s.state.decisions.by_id),
        "case_number": "9/9",
        "title": "Prøvesak",
        "text": "Saka er vedteken (prøve).",
        "kind": "resolution",
    }
    return "decision.make", known | fields


def on_a_vote_that_was_lost(s: Scene) -> Sending:
    """Decides what was voted down."""
    lost = [v for _, v in sorted(s.state.votes.by_id.items()) if v.result in ("rejected", "tie") and v.case_id]
    vote = s.one(lost)
    if vote is None:
        return None
    return _decision(s, body_id=vote.body_id, case_id=vote.case_id, meeting_id=vote.meeting_id, vote_id=vote.vote_id)


def on_a_vote_in_another_case(s: Scene) -> Sending:
    """Decides a case by a vote on another."""
    vote = s.one([v for _, v in sorted(s.state.votes.by_id.items())])
    case_id = None if vote is None else s.one(sorted(c for c in s.state.cases.by_id if c != vote.case_id))
    if vote is None or case_id is None:
        return None
    return _decision(s, body_id=vote.body_id, case_id=case_id, vote_id=vote.vote_id)


def on_a_vote_in_another_body(s: Scene) -> Sending:
    """Decides in one body by a vote in another."""
    vote = s.one([v for _, v in sorted(s.state.votes.by_id.items())])
    body_id = None if vote is None else _another(s, vote.body_id)
    if vote is None or body_id is None:
        return None
    return _decision(s, body_id=body_id, case_id=vote.case_id, vote_id=vote.vote_id)


def in_another_bodys_meeting(s: Scene) -> Sending:
    """Decides in one body's meeting as another."""
    meeting = s.one([m for _, m in sorted(s.state.meetings.by_id.items())])
    body_id = None if meeting is None else _another(s, meeting.body_id)
    return None if meeting is None or body_id is None else _decision(s, body_id=body_id, meeting_id=meeting.meeting_id)


def off_the_agenda(s: Scene) -> Sending:
    """Decides a case in a meeting that does not have it on its agenda."""
    meeting = s.one(going_on(s))
    if meeting is None:
        return None
    case_id = s.one(
        sorted(c for c, case in s.state.cases.by_id.items() if c not in meeting.agenda and not case.closing)
    )
    if case_id is None:
        return None
    vote = {"form": "counted", "in_favour": 3, "against": 0}
    return _decision(s, body_id=meeting.body_id, case_id=case_id, meeting_id=meeting.meeting_id, vote=vote)


def _in_meetings(s: Scene) -> list[tuple[Made, Meeting]]:
    meetings = s.state.meetings.by_id
    held = ((made, meetings.get(made.event.meeting_id or "")) for _, made in sorted(s.state.decisions.by_id.items()))
    return [(made, meeting) for made, meeting in held if meeting is not None and meeting.ever_present]


def dissent_of_a_stranger(s: Scene) -> Sending:
    """Enters the dissent of somebody who was not there."""
    found = s.one(_in_meetings(s))
    if found is None:
        return None
    made, meeting = found
    person = s.one(sorted(p for p in s.state.bodies.persons if p not in meeting.ever_present))
    return None if person is None else ("dissent.record", {"decision_id": made.event.decision_id, "person_id": person})


def dissent_too_late(s: Scene) -> Sending:
    """Enters a dissent when the minutes are signed."""
    signed = [(d, m) for d, m in _in_meetings(s) if s.state.minutes.of(m.meeting_id).signature is not None]
    found = s.one(signed)
    if found is None:
        return None
    made, meeting = found
    person = s.one(sorted(p for p in meeting.ever_present if p not in made.dissents))
    return None if person is None else ("dissent.record", {"decision_id": made.event.decision_id, "person_id": person})


def carried_out_twice(s: Scene) -> Sending:
    """Carries out again what a decision laid down, now that it is gone."""
    for decision_id, made in sorted(s.state.decisions.by_id.items()):
        for effect in made.event.effects:
            if effect.effect_id in made.applied and effect.act == "office.establish":
                office = {"office_id": effect.subject, "title": "Kontakt (prøve)", "kind": "contact"}
                return "office.establish", {**office, "basis": [{"kind": "decision", "ref": decision_id}]}
    return None


# Meetings and votes ----------------------------------------------------------------------------


def proposal_after_the_meeting(s: Scene) -> Sending:
    """Puts a proposal forward in a meeting that is over."""
    meeting = s.one([m for m in _ended(s) if m.agenda])
    if meeting is None:
        return None
    proposal = {"proposal_id": s.fresh("forslag", s.state.votes.proposals), "kind": "proposal"}
    return "proposal.table", {**proposal, "case_id": s.one(meeting.agenda), "meeting_id": meeting.meeting_id}


def _vote(s: Scene, meeting: Meeting, **fields: Any) -> tuple[str, Fields]:
    known: Fields = {
        "vote_id": s.fresh("avstemming", s.state.votes.by_id),
        "body_id": meeting.body_id,
        "case_id": s.one(meeting.agenda),
        "meeting_id": meeting.meeting_id,
        "about": "procedure",
        "method": "show",
        "unanimous": True,
        "effective": meeting.on.isoformat(),
    }
    return "vote.take", known | fields


def vote_after_the_meeting(s: Scene) -> Sending:
    """Votes in a meeting that is over."""
    meeting = s.one([m for m in _ended(s) if m.agenda])
    return None if meeting is None else _vote(s, meeting)


def vote_of_another_body(s: Scene) -> Sending:
    """Votes in one body's meeting as another."""
    meeting = s.one([m for m in going_on(s) if m.agenda])
    body_id = None if meeting is None else _another(s, meeting.body_id)
    return None if meeting is None or body_id is None else _vote(s, meeting, body_id=body_id)


def vote_of_another_weight(s: Scene) -> Sending:
    """Votes with more votes than the body's plan gives."""
    meeting = s.one([m for m in going_on(s) if m.agenda and m.attendees])
    if meeting is None:
        return None
    ballots = [{"person_id": p, "choice": "for", "weight": 7} for p in sorted(meeting.attendees)]
    return _vote(s, meeting, method="roll", unanimous=False, ballots=ballots)


def opened_by_no_one_known(s: Scene) -> Sending:
    """Opens a meeting of a body in which nobody is known to have sat."""
    seated = {place.id for place in s.state.bodies.by_place if place.kind == "body"}
    called = [m for _, m in sorted(s.state.meetings.by_id.items()) if m.opened_by is None and m.body_id not in seated]
    meeting, person = s.one(called), s.one(sorted(s.state.bodies.persons))
    if meeting is not None and person is not None:
        return "meeting.open", {"meeting_id": meeting.meeting_id, "present": [{"person_id": person}], "chair": person}
    body = s.one(b for b in s.alive(s.state.bodies.bodies) if b.body_id not in seated)
    if body is None or person is None:
        return None
    return "meeting.call", {
        "meeting_id": s.fresh("mote", s.state.meetings.by_id),
        "body_id": body.body_id,
        "starts_on": s.later(28, 30),
        "meeting_mode": "in_person",
        "agenda": [],
        "notified": {"persons": [], "members": list(s.deciding), "public": True},
    }


# Minutes -----------------------------------------------------------------------------------------


def _signing(s: Scene, **fields: Any) -> Sending:
    fields_ = acts_of_minutes.sign(s)
    return None if fields_ is None else ("minutes.sign", fields_ | fields)


def signed_otherwise(s: Scene) -> Sending:
    """Signs over another hash than that of the entries."""
    return _signing(s, minutes_sha256="ab" * 32)


def signed_by_a_stranger(s: Scene) -> Sending:
    """Has somebody sign who was not in the meeting."""
    sending = _signing(s)
    if sending is None:
        return None
    meeting = s.state.meetings.by_id[sending[1]["meeting_id"]]
    away = s.one(sorted(p for p in s.state.bodies.persons if p not in meeting.ever_present and p != meeting.chair))
    if away is None:
        return None
    signers = [*sending[1]["signers"], {"person_id": away, "role": "member"}]
    return "minutes.sign", sending[1] | {"signers": signers}


def _publishing(s: Scene, *more: Fields) -> Sending:
    fields = acts_of_minutes.publish(s)
    return None if fields is None else ("minutes.publish", fields | {"redactions": [*fields["redactions"], *more]})


def redacted_twice(s: Scene) -> Sending:
    """Leaves the same entry out twice."""
    meeting_id = s.one(sorted(s.state.minutes.signed))
    if meeting_id is None:
        return None
    number = s.state.minutes.of(meeting_id).signed_lines[0].number
    left_out = {"entry": number, "legal_basis": "offentleglova § 13"}
    return "minutes.publish", {"meeting_id": meeting_id, "redactions": [left_out, left_out]}


def another_meetings_entry_redacted(s: Scene) -> Sending:
    """Leaves an entry out that is none of the meeting's."""
    return _publishing(s, {"entry": 1, "legal_basis": "offentleglova § 13"})


def shielded_published(s: Scene) -> Sending:
    """Publishes minutes with an entry everyone may not read."""
    shielded = [
        meeting_id
        for meeting_id in sorted(s.state.minutes.signed)
        if any(line.shielded_by is not None for line in s.state.minutes.of(meeting_id).signed_lines)
    ]
    meeting_id = s.one(shielded)
    return None if meeting_id is None else ("minutes.publish", {"meeting_id": meeting_id, "redactions": []})


def approved_by_another_body(s: Scene) -> Sending:
    """Approves the minutes of a meeting in one of another body."""
    meetings = [m for _, m in sorted(s.state.meetings.by_id.items())]
    pairs = [
        (m, other)
        for m in _ended(s)
        for other in meetings
        if other.body_id != m.body_id and other.on > m.on and other.opened_by is not None
    ]
    pair = s.one(pairs)
    if pair is None:
        return None
    return "minutes.approve", {"meeting_id": pair[0].meeting_id, "approved_in": pair[1].meeting_id}


PROVOCATIONS = {
    "decision.vote_not_won": on_a_vote_that_was_lost,
    "decision.vote_of_another_case": on_a_vote_in_another_case,
    "decision.vote_of_another_body": on_a_vote_in_another_body,
    "decision.meeting_of_another_body": in_another_bodys_meeting,
    "decision.case_not_on_agenda": off_the_agenda,
    "dissent.not_a_participant": dissent_of_a_stranger,
    "dissent.minutes_already_signed": dissent_too_late,
    "effect.already_applied": carried_out_twice,
    "proposal.meeting_not_open": proposal_after_the_meeting,
    "vote.meeting_not_open": vote_after_the_meeting,
    "vote.meeting_of_another_body": vote_of_another_body,
    "vote.weight_differs": vote_of_another_weight,
    "meeting.seats_unknown": opened_by_no_one_known,
    "minutes.hash_mismatch": signed_otherwise,
    "minutes.signer_not_present": signed_by_a_stranger,
    "minutes.redacted_twice": redacted_twice,
    "minutes.redaction_of_foreign_entry": another_meetings_entry_redacted,
    "minutes.would_publish_prohibited_content": shielded_published,
    "minutes.body_differs": approved_by_another_body,
}
