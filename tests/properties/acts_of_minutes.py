"""What may be sent to a book as it stands, of minutes; see `acts`."""

from __future__ import annotations

from domain.meetings.state import Meeting
from domain.minutes import minutes_digest, rule_for
from domain.minutes.signing import who_must_sign
from tests.properties.acts import Fields, Scene


def ended(s: Scene) -> list[Meeting]:
    """Returns the meetings that have been held, those whose minutes are not signed as they stand first."""
    over = [meeting for _, meeting in sorted(s.state.meetings.by_id.items()) if meeting.adjourned_by is not None]
    waiting = [meeting for meeting in over if not s.state.minutes.of(meeting.meeting_id).is_signed]
    return waiting or over


def sign(s: Scene) -> Fields | None:
    """Signs the minutes of a meeting as they stand, by all who must and now and then too few."""
    meeting = s.one(ended(s))
    if meeting is None:
        return None
    rule = rule_for(meeting, s.state.bodies, s.state.constitution)
    must, chosen, _ = who_must_sign(meeting, rule, s.state.bodies)
    others = [person for person in (meeting.signers or sorted(meeting.ever_present)) if person not in must]
    signers = [{"person_id": who, "role": "member"} for who in (*sorted(must), *others[:chosen])]
    return {
        "meeting_id": meeting.meeting_id,
        "minutes_sha256": minutes_digest(s.state.minutes.of(meeting.meeting_id).lines),
        "signers": s.often(signers, signers[:1], 0.9),
    }


def approve(s: Scene) -> Fields | None:
    """Approves the minutes of a meeting in a later one of the same body, sooner one that sits now."""
    meeting = s.one(ended(s))
    if meeting is None:
        return None
    later = [other for other in s.state.meetings.of_body(meeting.body_id) if other.on > meeting.on]
    chosen = s.one([other for other in later if other.is_open] or later)
    if chosen is None:
        return None
    remarks = s.often(None, "En sak manglet (prøve).", 0.6)
    return {"meeting_id": meeting.meeting_id, "approved_in": chosen.meeting_id, "remarks": remarks}


def publish(s: Scene) -> Fields | None:
    """Publishes signed minutes, without what is shielded."""
    signed = sorted(s.state.minutes.signed)
    meeting_id = s.one(signed)
    if meeting_id is None:
        return None
    shielded = [line for line in s.state.minutes.of(meeting_id).signed_lines if line.shielded_by is not None]
    basis = "offentleglova § 13"
    return {"meeting_id": meeting_id, "redactions": [{"entry": one.number, "legal_basis": basis} for one in shielded]}
