"""The meetings of four years: called, opened, voted in, adjourned, their minutes signed, approved and published."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from typing import Any

from demo.vindfjord.matters import ADDED, MEETINGS, ORDINARY, SPECIAL, Matter, held_on
from demo.vindfjord.telling import (
    BOARD,
    CHAIRS,
    COUNCIL,
    DEPUTIES,
    MEMBERS,
    SEATS,
    SIGNERS,
    YEARS,
    Fields,
    Story,
    days,
)

ORDINARY_CASES = {COUNCIL: 4, BOARD: 5}
NOTICE_DAYS = {COUNCIL: 21, BOARD: 10}
ABSENT_CHANCE, POSTPONED_CHANCE, DISSENT_CHANCE, WITHDRAWN_CHANCE = 0.35, 0.2, 0.08, 0.05
COUNTED_CHANCE, ROLL_CHANCE = 0.3, 0.15
DISQUALIFIED, BASIS = "nordli-2", "forvaltningsloven § 6 første ledd bokstav e"
CLOSED_MEETING = 5
"""Of the board, each year: its last case is about staff, behind closed doors."""
CLOSED = {"ground": "staff_matter", "legal_basis": "kommuneloven § 11-5 andre ledd"}


@dataclass
class Sitting:
    """One meeting while it is told."""

    story: Story
    body: str
    year: int
    number: int
    absent: str | None
    """A member who is away; the first deputy of the same member is there instead."""
    cases: dict[str, Matter] = field(default_factory=dict)
    treated: set[str] = field(default_factory=set)
    """Those of the cases that were decided."""

    @property
    def meeting_id(self) -> str:
        """The meeting's id."""
        return f"{self.body}-{self.year}-{self.number}"

    @property
    def day(self) -> date:
        """The day it is held."""
        return held_on(self.body, self.year, self.number)

    @property
    def voters(self) -> dict[str, str]:
        """Who is there and votes, with the member that elected them."""
        seated = dict(SEATS[self.body])
        if self.absent is not None:
            member = seated.pop(self.absent)
            seated[deputy_of(self.body, member)] = member
        return seated

    def tell(self, type_: str, day: date | None = None, /, **fields: Any) -> None:
        """Tells a command about the meeting."""
        self.story.tell(day or self.day, type_, meeting_id=self.meeting_id, **fields)


def deputy_of(body: str, member: str) -> str:
    """Returns the first deputy of a member in a body."""
    return next(person for person, (of, rank) in DEPUTIES[body].items() if of == member and rank == 1)


def tell(story: Story) -> None:
    """Tells every meeting of both bodies, in the order they are held."""
    numbers = {(body, year): count(1) for body in MEETINGS for year in YEARS}
    last: dict[str, str] = {}
    for body, year, number in sorted(_planned(), key=lambda one: held_on(*one)):
        absent = _absent(story, body)
        sitting = Sitting(story, body, year, number, absent)
        _open_cases(sitting, numbers[body, year])
        _call(sitting)
        _open(sitting)
        if body in last:
            story.tell(sitting.day, "minutes.approve", meeting_id=last[body], approved_in=sitting.meeting_id)
        if (body, year, number) in ADDED:
            _added(sitting, numbers[body, year])
        for order, (case_id, matter) in enumerate(sitting.cases.items()):
            _treat(sitting, case_id, matter, order)
        last[body] = sitting.meeting_id
        _end(sitting)


def _planned() -> Iterator[tuple[str, int, int]]:
    for body, held in MEETINGS.items():
        for year in YEARS:
            yield from ((body, year, number) for number in range(1, len(held) + 1))


def _absent(story: Story, body: str) -> str | None:
    """Returns who is away, if anyone; those who lead and those who sign are there."""
    needed = {CHAIRS[body], *SIGNERS[body], DISQUALIFIED}
    return story.r.choice([p for p in SEATS[body] if p not in needed]) if story.r.random() < ABSENT_CHANCE else None


# Before the meeting ----------------------------------------------------------------------


def _open_cases(sitting: Sitting, numbers: Iterator[int]) -> None:
    """Opens the meeting's cases, each with its paper and what is recommended."""
    special = SPECIAL.get((sitting.body, sitting.year, sitting.number), ())
    ordinary = sitting.story.r.sample(ORDINARY, ORDINARY_CASES[sitting.body])
    for matter in (*special, *ordinary):
        _case(sitting, matter, next(numbers), days(sitting.day, -NOTICE_DAYS[sitting.body] - 5))


def _case(sitting: Sitting, matter: Matter, number: int, day: date) -> str:
    """Opens one case with its paper, and returns its id."""
    letter, year = sitting.body[0], sitting.year % 100
    case_id = f"sak-{letter}-{number}-{year}"
    told = {"case_number": f"{letter.upper()} {number}/{year}", "title": matter.title, "kind": "decision"}
    bodies, office = [sitting.body], "daglig-leder"
    sitting.story.tell(day, "case.open", case_id=case_id, **told, bodies=bodies, owner_office=office)
    sitting.cases[case_id] = matter
    _paper(sitting, case_id, matter, day)
    return case_id


def _added(sitting: Sitting, numbers: Iterator[int]) -> None:
    """Tells of a case that comes on the agenda in the meeting itself."""
    matter = ADDED[sitting.body, sitting.year, sitting.number]
    case_id = _case(sitting, matter, next(numbers), days(sitting.day, -1))
    sitting.tell("agenda.change", added=[case_id], objecting=0, voters_present=len(sitting.voters))


def _paper(sitting: Sitting, case_id: str, matter: Matter, day: date) -> None:
    if matter.key is not None:
        size = sitting.story.r.randint(20_000, 400_000)
        told = {"title": f"{matter.title}: saksframlegg", "kind": "case_paper", "size_bytes": size}
        digest = f"{sitting.story.r.getrandbits(256):064x}"
        sitting.story.tell(
            day, "case_document.attach", case_id=case_id, document_id=f"{case_id}-framlegg", sha256=digest, **told
        )
    proposal = {"proposal_id": f"innstilling-{case_id}", "kind": "recommendation", "text": matter.text}
    proposer = {"office_id": "daglig-leder"}
    sitting.story.tell(day, "proposal.table", case_id=case_id, **proposal, proposer=proposer)


def _call(sitting: Sitting) -> None:
    everyone = sorted({*SEATS[sitting.body]})
    members = list(MEMBERS)
    notified = {"persons": everyone, "members": members, "control_committees": members, "public": True}
    sitting.tell(
        "meeting.call",
        days(sitting.day, -NOTICE_DAYS[sitting.body]),
        body_id=sitting.body,
        meeting_number=f"{sitting.number}/{sitting.year}",
        starts_on=sitting.day.isoformat(),
        starts_at="09:00",
        place="Rådhuset i Fjordvik (oppdiktet)",
        agenda=[{"case_id": case_id} for case_id in sitting.cases],
        notified=notified,
    )


def _open(sitting: Sitting) -> None:
    present: list[Fields] = [{"person_id": p, "on_behalf_of": m} for p, m in sitting.voters.items()]
    if sitting.absent is not None:
        present[-1]["deputy_for"] = sitting.absent
    absent = [] if sitting.absent is None else [sitting.absent]
    others = ["Daglig leder", "Sekretær"]
    signers = list(SIGNERS[sitting.body])
    sitting.tell(
        "meeting.open",
        chair=CHAIRS[sitting.body],
        present=present,
        absent=absent,
        others_present=others,
        minute_signers=signers,
    )


# In the meeting --------------------------------------------------------------------------


def _treat(sitting: Sitting, case_id: str, matter: Matter, order: int) -> None:
    """Tells how a case is voted on and decided, or that it is left for another time."""
    last = order == len(sitting.cases) - 1
    if last and matter.key is None and sitting.story.r.random() < POSTPONED_CHANCE:
        return  # left for another time: the end of the meeting says so
    if sitting.story.r.random() < WITHDRAWN_CHANCE:
        _withdrawn(sitting, case_id)
    out = _disqualified(sitting, case_id, matter)
    closed = sitting.body == BOARD and sitting.number == CLOSED_MEETING and last
    if closed:
        _vote(sitting, case_id, "lukking", about="closing", method="show", unanimous=True)
        sitting.tell("meeting_access.change", doors="closed", case_id=case_id, vote_id=f"lukking-{case_id}", **CLOSED)
    _vote(sitting, case_id, "avstemning", proposals=[f"innstilling-{case_id}"], **_cast(sitting, matter, out=out))
    _decide(sitting, case_id, matter)
    if closed:
        sitting.tell("meeting_access.change", doors="open", case_id=case_id)


def _withdrawn(sitting: Sitting, case_id: str) -> None:
    """Tells of a proposal that the case be put off, which its proposer takes back."""
    proposal_id = f"utsettelse-{case_id}"
    text = "Saken utsettes til neste møte (oppdiktet)."
    by = {"person_id": SIGNERS[sitting.body][1]}
    sitting.tell(
        "proposal.table", proposal_id=proposal_id, case_id=case_id, kind="postponement", text=text, proposer=by
    )
    sitting.story.tell(sitting.day, "proposal.withdraw", proposal_id=proposal_id)


def _disqualified(sitting: Sitting, case_id: str, matter: Matter) -> bool:
    """Tells that a member is disqualified from one case a year; returns whether it is this one."""
    if sitting.body != COUNCIL or matter.key not in ("lagring-2023", "lagring-2024"):
        return False
    concerned = {"about": "impartiality", "method": "show", "unanimous": True, "concerns": [DISQUALIFIED]}
    _vote(sitting, case_id, "habilitet", **concerned)
    took_part = [person for person in sitting.voters if person != DISQUALIFIED]
    grounds = "Medlemmet eier en del av en av leverandørene (oppdiktet)."
    question = {"case_id": case_id, "person_id": DISQUALIFIED, "vote_id": f"habilitet-{case_id}"}
    told = {"outcome": "disqualified", "legal_basis": BASIS, "grounds": grounds, "took_part": took_part}
    sitting.tell("impartiality.decide", **question, **told)
    deputy = deputy_of(COUNCIL, "nordli")
    came = {"person_id": deputy, "deputy_for": DISQUALIFIED, "on_behalf_of": "nordli", "at_case": case_id}
    sitting.tell("attendance.change", change="arrived", **came)
    return True


def _vote(sitting: Sitting, case_id: str, name: str, /, **fields: Any) -> None:
    told = {"vote_id": f"{name}-{case_id}", "body_id": sitting.body, "case_id": case_id}
    sitting.tell("vote.take", **told, **fields)


def _cast(sitting: Sitting, matter: Matter, *, out: bool) -> Fields:
    """Returns how a vote is cast: mostly by one mind, now and then counted, or by roll call."""
    story, voters = sitting.story, list(sitting.voters)
    kind = {"matter_kind": matter.matter_kind}
    chance = story.r.random()
    if out or chance > COUNTED_CHANCE:
        return {**kind, "method": "show", "unanimous": True}
    against = story.r.randint(1, max(1, len(voters) // 3))
    if chance > ROLL_CHANCE:
        return {**kind, "method": "show", "counts": {"in_favour": len(voters) - against, "against": against}}
    no = set(story.r.sample([p for p in voters if p != CHAIRS[sitting.body]], against))
    ballots = [{"person_id": person, "choice": "against" if person in no else "for"} for person in voters]
    return {**kind, "method": "roll", "ballots": ballots, "taken_at": "10:15"}


def _decide(sitting: Sitting, case_id: str, matter: Matter) -> None:
    decision_id = matter.key or f"vedtak-{case_id}"
    number = case_id.removeprefix("sak-").split("-")
    told = {"case_number": f"{number[0].upper()} {number[1]}/{number[2]}", "title": matter.title, "text": matter.text}
    by = {"body_id": sitting.body, "case_id": case_id, "vote_id": f"avstemning-{case_id}"}
    more: Fields = {"effects": list(matter.effects)} if matter.effects else {}
    if matter.condition is not None:
        more["conditions"] = [{"condition_id": "finansiering", "text": matter.condition}]
    sitting.tell("decision.make", decision_id=decision_id, kind="resolution", **told, **by, **more)
    sitting.treated.add(case_id)
    _afterwards(sitting, decision_id, matter)


def _afterwards(sitting: Sitting, decision_id: str, matter: Matter) -> None:
    """Tells a dissent now and then, and who is to carry the decision out."""
    story, day = sitting.story, sitting.day
    if story.r.random() < DISSENT_CHANCE:
        person = story.r.choice([p for p in sitting.voters if p in SEATS[sitting.body] and p != DISQUALIFIED])
        text = "Vedtaket burde ventet til kostnadene var bedre kjent (oppdiktet)."
        story.tell(day, "dissent.record", decision_id=decision_id, person_id=person, text=text)
    if not matter.follow_up:
        return
    follow_up = f"oppgave-{decision_id}"
    origin = {"kind": "decision", "ref": decision_id}
    due = days(day, story.r.choice((60, 90, 120, 180)))
    owner = story.r.choice(("daglig-leder", "driftsleder"))
    task = {"title": matter.title, "owner_office": owner, "due": due.isoformat()}
    story.tell(day, "follow_up.assign", follow_up_id=follow_up, origin=origin, **task)
    done = days(due, story.r.choice((-20, -5, 14, 60)))
    if done.year <= YEARS[-1]:
        note = "Gjennomført (oppdiktet)."
        story.tell(done, "follow_up.report", follow_up_id=follow_up, status="done", note=note)


# After the meeting -----------------------------------------------------------------------


def _end(sitting: Sitting) -> None:
    """Tells the end of the meeting: what was left, who signs, and what everyone may read."""
    postponed = [case_id for case_id in sitting.cases if case_id not in sitting.treated]
    left = [{"case_id": case_id, "outcome": "postponed"} for case_id in postponed]
    sitting.tell("meeting.adjourn", undecided=left)
    roles = {CHAIRS[sitting.body]: "chair", **dict.fromkeys(SIGNERS[sitting.body], "signer")}
    signers = [{"person_id": person, "role": role} for person, role in roles.items()]
    sitting.tell("minutes.sign", days(sitting.day, 2), signers=signers)
    if sitting.body == COUNCIL:
        sitting.tell("minutes.publish", days(sitting.day, 3))
