"""What may be sent to a book as it stands, of proposals and votes; see `acts`."""

from __future__ import annotations

from domain.meetings import Attendee, Meeting
from domain.votes import Proposal
from tests.properties.acts import Fields, Scene
from tests.properties.acts_of_cases import open_
from tests.properties.acts_of_meetings import going_on


def waiting(s: Scene, case_id: str | None = None) -> list[Proposal]:
    """Returns the proposals that are not settled, in one case or in all."""
    held = (proposal for _, proposal in sorted(s.state.votes.proposals.items()))
    return [p for p in held if p.result is None and case_id in (None, p.case_id)]


def _place(s: Scene) -> tuple[Meeting, str] | None:
    """Returns a meeting that goes on, and an open case on its agenda; sooner one with a proposal waiting."""
    cases = {case.case_id for case in open_(s)}
    places = [(m, case_id) for m in going_on(s) for case_id in m.agenda if case_id in cases]
    return s.one([place for place in places if waiting(s, place[1])] or places)


def table(s: Scene) -> Fields | None:
    """Puts a proposal forward in a meeting, or before one; now and then by someone who has no right to."""
    place = _place(s)
    case_id = place[1] if place else s.one([case.case_id for case in open_(s)])
    if case_id is None:
        return None
    there = place[0].taking_part(case_id) if place else ()
    proposers = [{"person_id": attendee.person_id} for attendee in there] or [{"group_name": "Prøvelista"}]
    kind = s.r.choice(["proposal", "proposal", "recommendation", "amendment", "alternative", "postponement"])
    other = s.one(waiting(s, case_id))
    return {
        "proposal_id": s.fresh("forslag", s.state.votes.proposals),
        "case_id": case_id,
        "meeting_id": place[0].meeting_id if place else None,
        "kind": kind,
        "text": s.often("Saka blir utsett (prøve)."),
        "proposer": s.often(s.one(proposers), {"office_id": s.one(sorted(s.state.bodies.offices))}, 0.9),
        "amends": other.proposal_id if other is not None and kind == "amendment" else None,
    }


def withdraw(s: Scene) -> Fields | None:
    """Takes a proposal back; now and then one that is settled."""
    proposal = s.one(waiting(s)) or s.one([p for _, p in sorted(s.state.votes.proposals.items())])
    return None if proposal is None else {"proposal_id": proposal.proposal_id}


def take(s: Scene) -> Fields | None:
    """Votes in a meeting: unanimously, by ballots, by counts, or in an election."""
    place = _place(s)
    if place is None:
        return None
    meeting, case_id = place
    proposals = s.some(waiting(s, case_id))[:2]
    there = meeting.taking_part(case_id)
    fields: Fields = {
        "vote_id": s.fresh("avstemming", s.state.votes.by_id),
        "body_id": meeting.body_id,
        "case_id": case_id,
        "meeting_id": meeting.meeting_id,
        "effective": s.often(meeting.on.isoformat(), s.day.isoformat(), 0.9),
    }
    if there and s.r.random() < 0.25:
        return fields | _election(s, there)
    if not proposals:
        about = s.r.choice(["procedure", "closing", "agenda"])
        return fields | {"about": about, "unanimous": True, "method": "show"}
    names = [proposal.proposal_id for proposal in proposals]
    fields["proposals"] = names
    return fields | s.r.choice([_together, _one_by_one, _counted])(s, there, names)


def _together(s: Scene, _there: tuple[Attendee, ...], names: list[str]) -> Fields:
    return {"proposals": names[:1], "unanimous": True, "method": s.r.choice(["show", "acclamation", "consensus"])}


def _one_by_one(s: Scene, there: tuple[Attendee, ...], names: list[str]) -> Fields:
    several = len(names) > 1
    ballots: list[Fields] = []
    for attendee in there:
        if several:
            ballots.append({"person_id": attendee.person_id, "choice": "option", "option": s.r.choice(names)})
        else:
            ballots.append({"person_id": attendee.person_id, "choice": s.r.choice(["for", "for", "against"])})
    return {"ballots": s.often(ballots, ballots[1:], 0.9), "method": "roll", "taken_at": "10:30"}


def _counted(s: Scene, there: tuple[Attendee, ...], names: list[str]) -> Fields:
    against = s.r.randint(0, len(there))
    counts = {"in_favour": len(there) - against, "against": against, "blank": s.often(0, 1, 0.9)}
    chair = s.r.choice(["for", "against", None])
    return {"proposals": names[:1], "counts": counts, "chair_choice": chair, "method": "show"}


def _election(s: Scene, there: tuple[Attendee, ...]) -> Fields:
    """Elects someone of those who are there, or to one of the ways of electing members."""
    persons = [attendee.person_id for attendee in there]
    elected_as = s.r.choice(["leader", "other", "members"])
    procedure = s.r.choice(["agreed", "proportional"]) if elected_as == "members" else "majority"
    election: Fields = {"procedure": procedure, "elected_as": elected_as, "places": 1, "candidates": persons[:1]}
    if procedure != "proportional":
        return {"about": "election", "election": election, "unanimous": True, "method": "show"}
    lists = [{"list_id": f"liste-{p}", "group_name": f"Prøvelista {p}", "candidates": [p]} for p in persons[:2]]
    ballots = [{"person_id": p, "choice": "option", "option": s.r.choice(lists)["list_id"]} for p in persons]
    lot = s.often(None, {"winners": [lists[0]["list_id"]]})
    election |= {"candidates": [], "lists": lists}
    return {"about": "election", "election": election, "ballots": ballots, "lot": lot, "method": "election"}
