"""What may be sent to a book as it stands, of meetings; see `acts`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from domain.bodies import Place, Tenure
from domain.meetings import Meeting
from tests.properties.acts import Fields, Scene
from tests.properties.acts_of_cases import open_


def going_on(s: Scene) -> list[Meeting]:
    """Returns the meetings that are open."""
    return [meeting for _, meeting in sorted(s.state.meetings.by_id.items()) if meeting.is_open]


def seats(s: Scene, body_id: str) -> list[Tenure]:
    """Returns who certainly sits in a body, deputies too."""
    return list(s.state.bodies.sitting(Place("body", body_id), s.day).certain)


def seated_body(s: Scene) -> Any:
    """Returns a body, sooner one that somebody sits in."""
    alive = s.alive(s.state.bodies.bodies)
    return s.one([body for body in alive if seats(s, body.body_id)] or alive)


def call(s: Scene) -> Fields | None:
    """Calls a meeting, in good time for most bodies; now and then urgently, remotely or in writing."""
    body = seated_body(s)
    if body is None:
        return None
    members = list(s.deciding)
    cases = s.some(open_(s))[:5]
    starts = s.day + timedelta(days=s.r.choice([0, 6, 7, 27, 28, 30]))
    notified = {
        "persons": [t.person_id for t in seats(s, body.body_id)],
        "members": members,
        "control_committees": members,
        "public": s.often(True, "unknown"),
    }
    return {
        "meeting_id": s.fresh("mote", s.state.meetings.by_id),
        "body_id": body.body_id,
        "meeting_number": s.often(f"{s.r.randint(1, 12)}/{s.day:%Y}", "unknown"),
        "starts_on": starts.isoformat(),
        "starts_at": s.often("09:30"),
        "place": s.often("Rådhuset (prøve)"),
        "meeting_mode": s.r.choice(["in_person"] * 5 + ["remote", "written"]),
        "agenda": [{"case_id": case.case_id} for case in cases],
        "documents": [document_id for case in cases for document_id in case.documents][:3],
        "notified": s.often(notified, {"persons": notified["persons"][1:]}, 0.85),
        "urgent_reason": s.often(None, "Det hastar (prøve).", 0.6),
    }


def change_agenda(s: Scene) -> Fields | None:
    """Puts a case on the agenda of a meeting, or takes one off."""
    waiting = [m for _, m in sorted(s.state.meetings.by_id.items()) if m.adjourned_by is None]
    meeting = s.one(waiting)
    if meeting is None:
        return None
    new = [case.case_id for case in open_(s) if case.case_id not in meeting.agenda]
    old = [case_id for case_id in meeting.agenda if case_id not in meeting.outcomes]
    if not new and not old:
        return None
    added = s.some(new)[:2]
    return {
        "meeting_id": meeting.meeting_id,
        "added": added,
        "removed": s.often([], s.some(old)[:1], 0.7) if added else s.some(old)[:1],
        "objecting": s.often(0, s.r.randint(0, 4)),
        "voters_present": s.often(None, 9),
        "all_consent": s.often(True, False),
    }


def open_meeting(s: Scene) -> Fields | None:
    """Opens a meeting that was called, or one that a source shows without a call."""
    called = [m for _, m in sorted(s.state.meetings.by_id.items()) if m.opened_by is None]
    meeting = s.one(called)
    fields: Fields = {"others_present": s.often(["sekretær"], [])}
    if meeting is not None and s.r.random() < 0.8:
        day = max(meeting.on, s.day)
        fields |= {"meeting_id": meeting.meeting_id, "effective": s.often(meeting.on.isoformat(), day.isoformat(), 0.9)}
        return fields | _people(s, meeting.body_id)
    body = seated_body(s)
    if body is None:
        return None
    head = {
        "body_id": body.body_id,
        "meeting_number": s.often("3", "unknown"),
        "place": s.often("Rådhuset (prøve)"),
        "agenda": [{"case_id": case.case_id} for case in s.some(open_(s))[:3]],
    }
    source = {"title": "Møtebok (prøve)", "read_on": s.day.isoformat()}
    fields |= {"meeting_id": s.fresh("mote", s.state.meetings.by_id), "head": head, "mode": "import", "source": source}
    return fields | {"effective": s.day.isoformat()} | _people(s, body.body_id)


def _people(s: Scene, body_id: str) -> Fields:
    """Returns who is there and who is away; a deputy for each who is away, where there is one."""
    sitting = seats(s, body_id)
    full = [t for t in sitting if t.rank == "full"]
    here = s.some(full, max(len(full) - 1, 1))
    away = [t for t in full if t not in here]
    present: list[Fields] = [{"person_id": t.person_id} for t in here]
    for gone in away:
        rank = [t for t in sitting if t.rank == "deputy" and t.on_behalf_of == gone.on_behalf_of]
        ready = [t for t in rank if t.person_id not in {p["person_id"] for p in present}]
        if ready:
            first = min(ready, key=lambda t: t.deputy_rank or 0)
            present.append({"person_id": first.person_id, "deputy_for": gone.person_id})
    named = [person["person_id"] for person in present]
    return {
        "present": present,
        "absent": sorted({t.person_id for t in away}),
        "chair": s.often(named[0] if named else "unknown", "unknown", 0.9),
        "chair_elected": s.r.random() < 0.85,
        "minute_signers": s.often(named[1:3], "unknown", 0.9),
    }


def change_attendance(s: Scene) -> Fields | None:
    """Lets somebody leave a meeting, or come to it."""
    meeting = s.one(going_on(s))
    if meeting is None:
        return None
    at_case = s.often(None, s.one(meeting.agenda))
    leaving = s.one(sorted(meeting.attendees))
    if leaving is not None and s.r.random() < 0.5:
        fields = {"person_id": leaving, "change": "left"}
    else:
        coming = s.one(t for t in seats(s, meeting.body_id) if t.person_id not in meeting.attendees)
        if coming is None:
            return None
        away = s.one(meeting.absent) if coming.rank == "deputy" else None
        fields = {"person_id": coming.person_id, "change": "arrived"} | ({"deputy_for": away} if away else {})
    return {"meeting_id": meeting.meeting_id, "at_case": at_case, **fields}


def change_doors(s: Scene) -> Fields | None:
    """Closes the doors of a meeting, or opens them again."""
    meeting = s.one(going_on(s))
    if meeting is None:
        return None
    if meeting.closed and s.r.random() < 0.5:
        return {"meeting_id": meeting.meeting_id, "doors": "open"}
    ground = s.r.choice(["staff_matter", "confidentiality", "privacy", "public_interest", "unknown", None])
    return {
        "meeting_id": meeting.meeting_id,
        "case_id": s.one([None, *meeting.agenda]),
        "doors": "closed",
        "ground": ground,
        "legal_basis": s.often(None, "etter avtale (prøve)"),
    }


def decide_impartiality(s: Scene) -> Fields | None:
    """Decides whether somebody may take part in a case."""
    meeting = s.one(m for m in going_on(s) if m.agenda and m.attendees)
    if meeting is None:
        return None
    person_id = s.one(sorted(meeting.attendees))
    outcome = s.r.choice(["disqualified", "qualified", "excused"])
    law = "kommuneloven § 11-11" if outcome == "excused" else "forvaltningsloven § 6"
    deciders = [p for p in sorted(meeting.attendees) if p != person_id or s.r.random() < 0.1]
    return {
        "meeting_id": meeting.meeting_id,
        "case_id": s.r.choice(meeting.agenda),
        "person_id": person_id,
        "outcome": outcome,
        "legal_basis": s.often(law, s.r.choice([None, "unknown", "skikk (prøve)"]), 0.8),
        "grounds": s.often("Personleg grunn (prøve)."),
        "took_part": s.often(deciders, "unknown", 0.9),
        "all_for_quorum": s.r.random() < 0.2,
    }


def adjourn(s: Scene) -> Fields | None:
    """Ends a meeting with what became of its cases, or lets it go on another day."""
    meeting = s.one(going_on(s))
    if meeting is None:
        return None
    left = [case_id for case_id in meeting.agenda if case_id not in meeting.outcomes]
    outcomes = ["postponed", "withdrawn", "not_handled", "noted"]
    undecided = [{"case_id": case_id, "outcome": s.r.choice(outcomes)} for case_id in left]
    if s.r.random() < 0.2:
        return {"meeting_id": meeting.meeting_id, "ended": False, "continues_on": s.later(0, 5)}
    return {"meeting_id": meeting.meeting_id, "ended": True, "undecided": s.often(undecided, undecided[1:], 0.9)}
