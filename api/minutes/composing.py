"""Minutes put together from a meeting's entries: who was there, and each case in the order it was treated.

Pure: what it is given has been read, and what its reader may not see taken out. Every element names its entry, so that
the minutes can be held against the book. A type of entry that is not known here still stands as a line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Shown = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a meeting, as its reader may see it."""

    number: int
    type: str
    """The event's stored name."""
    sha256: str
    """Of its stored bytes, also where it is withheld."""
    event: Shown | None
    """The event's fields, without those left out; None where the whole is withheld or the entry is damaged."""
    marks: Shown = field(default_factory=dict)
    """What marks it wherever it is shown: mode, effective interval, and what the rules said."""
    withheld_by: str | None = None
    """The legal basis it is withheld by."""
    left_out: tuple[str, ...] = ()
    """Fields left out of the event."""


@dataclass(frozen=True, slots=True)
class CaseHead:
    """What stands over a case in the minutes."""

    number: str | None = None
    """As the secretary writes it; None where the case is not known or is withheld."""
    title: str | None = None
    kind: str | None = None
    documents: tuple[Shown, ...] = ()
    proposals: tuple[Item, ...] = ()
    """What was proposed before the meeting, and so in no entry of its own."""


Cases = Mapping[str, CaseHead]


@dataclass(slots=True)
class Draft:
    """Minutes on their way, one entry after the other."""

    cases: Cases
    signed_up_to: int | None = None
    """The last entry of the latest signature: what comes after it is an addition."""
    numbers: set[int] = field(default_factory=set)
    """The entries the minutes are made of."""
    head: Shown = field(default_factory=dict)
    agenda: dict[str, Shown] = field(default_factory=dict)
    people: dict[str, list[Shown]] = field(default_factory=dict)
    """Each person's times in the meeting."""
    absent: dict[str, Shown] = field(default_factory=dict)
    treated: dict[str, Shown] = field(default_factory=dict)
    """Cases in the order they were treated."""
    doors: list[Shown] = field(default_factory=list)
    impartiality: list[Shown] = field(default_factory=list)
    votes: list[Shown] = field(default_factory=list)
    approves: list[Shown] = field(default_factory=list)
    other: list[Shown] = field(default_factory=list)
    withheld: list[Shown] = field(default_factory=list)

    def element(self, item: Item, *without: str) -> Shown:
        """Returns what an entry says, with its number and marks, less the fields that its place says."""
        event = item.event or {}
        told = {name: value for name, value in event.items() if name not in without}
        shown = {**told, "entry": item.number, **item.marks}
        if item.left_out:
            shown |= {"left_out": list(item.left_out), "legal_basis_for_leaving_out": item.withheld_by}
        if self.signed_up_to is not None and item.number > self.signed_up_to:
            shown["after_signature"] = True
        return shown

    def case(self, case_id: str) -> Shown:
        """Returns the part of the minutes on a case, which is treated from now on if it was not before."""
        if case_id not in self.treated:
            head = self.cases.get(case_id) or CaseHead()
            self.treated[case_id] = {
                "case": case_id,
                "number": head.number,
                "title": head.title,
                "kind": head.kind,
                "documents": list(head.documents),
                "impartiality": [],
                "doors": [],
                "proposals": [self._before(item) for item in head.proposals],
                "votes": [],
                "decisions": [],
                "outcome": None,
                "other": [],
            }
        return self.treated[case_id]

    def _before(self, item: Item) -> Shown:
        shown = self.element(item, "case_id", "meeting_id")
        shown.pop("after_signature", None)
        return {**shown, "before_the_meeting": True, "result": None}

    def put(self, part: str, item: Item, *without: str) -> Shown:
        """Puts what an entry says in a part of its case, else in that of the meeting as a whole, and returns it."""
        case_id = (item.event or {}).get("case_id")
        shown = self.element(item, "meeting_id", *(("case_id", *without) if case_id else without))
        held: list[Shown] = self.case(case_id)[part] if case_id else getattr(self, part)
        held.append(shown)
        return shown

    def decision(self, decision_id: str) -> Shown | None:
        """Returns a decision of the meeting, None if there is none of that id."""
        made = (one for case in self.treated.values() for one in case["decisions"])
        return next((one for one in made if one.get("decision_id") == decision_id), None)


# One small function for each type of entry ------------------------------------------------


def _called(draft: Draft, item: Item) -> None:
    event = item.event or {}
    agenda, shown = event.get("agenda", ()), draft.element(item, "meeting_id", "agenda")
    draft.head |= {
        "body": event.get("body_id"),
        "number": event.get("meeting_number"),
        "date": event.get("starts_on"),
        "time": event.get("starts_at"),
        "place": event.get("place"),
        "mode": event.get("meeting_mode"),
        "called": shown,
    }
    for one in agenda:
        _on_agenda(draft, one if isinstance(one, str) else one["case_id"], None)


def _on_agenda(draft: Draft, case_id: str, added_by: int | None) -> None:
    head = draft.cases.get(case_id) or CaseHead()
    shown = {"case": case_id, "number": head.number, "title": head.title, "added_by_entry": added_by}
    draft.agenda[case_id] = {**shown, "removed_by_entry": None}


def _agenda_changed(draft: Draft, item: Item) -> None:
    event = item.event or {}
    for case_id in event.get("removed", ()):
        if case_id in draft.agenda:
            draft.agenda[case_id]["removed_by_entry"] = item.number
    for case_id in event.get("added", ()):
        _on_agenda(draft, case_id, item.number)
    draft.head.setdefault("agenda_changes", []).append(draft.element(item, "meeting_id"))


def _opened(draft: Draft, item: Item) -> None:
    event = item.event or {}
    _first_heard_of(draft, event.get("head") or {})
    # The day of the opening is the day it was held, whatever the call said; of a rough date only the words are known.
    day = item.marks.get("effective") or {}
    if day and day["earliest"] == day["latest"]:
        draft.head["date"] = day["latest"]
    draft.head |= {
        "body": event.get("body_id") or draft.head.get("body"),
        "chair": event.get("chair"),
        "chair_elected": event.get("chair_elected", False),
        "minute_signers": event.get("minute_signers"),
        "present_count": event.get("present_count"),
        "others_present": event.get("others_present", []),
        "opened": draft.element(item, "meeting_id", "head", "present", "absent"),
    }
    for one in event.get("present", ()):
        person = {"person_id": one} if isinstance(one, str) else one
        _comes(draft, person, item.number, None)
    for one in event.get("absent", ()):
        draft.absent[_person(one)] = {"person_id": _person(one), "entry": item.number}


def _first_heard_of(draft: Draft, head: Shown) -> None:
    """Fills in the head of a meeting that was not called in this book."""
    told = {
        "body": head.get("body_id"),
        "number": head.get("meeting_number"),
        "time": head.get("starts_at"),
        "place": head.get("place"),
        "mode": head.get("meeting_mode"),
    }
    draft.head |= {name: value for name, value in told.items() if value is not None}
    for one in head.get("agenda", ()):
        _on_agenda(draft, one if isinstance(one, str) else one["case_id"], None)


def _person(one: Any) -> str:
    return one if isinstance(one, str) else str(one["person_id"])


def _comes(draft: Draft, person: Shown, entry: int, at_case: str | None) -> None:
    named = {name: person.get(name) for name in ("person_id", "on_behalf_of", "deputy_for")}
    interval = {**named, "from_entry": entry, "from_case": at_case, "to_entry": None, "to_case": None}
    draft.people.setdefault(named["person_id"] or "", []).append(interval)


def _attendance_changed(draft: Draft, item: Item) -> None:
    event = item.event or {}
    at_case = event.get("at_case")
    if event.get("change") == "arrived":
        _comes(draft, event, item.number, at_case)
        return
    there = [one for one in draft.people.get(event.get("person_id", ""), ()) if one["to_entry"] is None]
    for interval in there:
        interval |= {"to_entry": item.number, "to_case": at_case}
    if not there:
        draft.other.append(_line(draft, item))


def _access_changed(draft: Draft, item: Item) -> None:
    draft.put("doors", item)


def _impartiality(draft: Draft, item: Item) -> None:
    draft.put("impartiality", item)


def _tabled(draft: Draft, item: Item) -> None:
    if (item.event or {}).get("case_id"):
        draft.put("proposals", item)["result"] = None
    else:
        draft.other.append(_line(draft, item))


def _proposal_withdrawn(draft: Draft, item: Item) -> None:
    proposal = _proposal(draft, (item.event or {}).get("proposal_id"))
    if proposal is None:
        draft.other.append(_line(draft, item))
        return
    proposal |= {"result": "withdrawn", "result_entry": item.number}


def _proposal(draft: Draft, proposal_id: Any) -> Shown | None:
    tabled = (one for case in draft.treated.values() for one in case["proposals"])
    return next((one for one in tabled if one.get("proposal_id") == proposal_id), None)


def _voted(draft: Draft, item: Item) -> None:
    vote = draft.put("votes", item)
    adopted, proposals = vote.get("adopted"), vote.get("proposals", ())
    # Of several none of which got a majority, and where the votes were equal, nothing has become yet.
    if adopted is None and (vote.get("result") != "rejected" or len(proposals) > 1):
        return
    for proposal_id in proposals:
        proposal = _proposal(draft, _proposal_id(proposal_id))
        if proposal is not None:
            result = "adopted" if proposal["proposal_id"] == adopted else "fallen"
            proposal |= {"result": result, "result_entry": item.number}


def _proposal_id(one: Any) -> Any:
    return one.get("proposal_id") if isinstance(one, dict) else one


def _decided(draft: Draft, item: Item) -> None:
    if (item.event or {}).get("case_id"):
        draft.put("decisions", item)["dissents"] = []
    else:
        draft.other.append(_line(draft, item))


def _about_a_decision(name: str) -> Callable[[Draft, Item], None]:
    def put(draft: Draft, item: Item) -> None:
        decision = draft.decision((item.event or {}).get("decision_id", ""))
        if decision is None:
            draft.other.append(_line(draft, item))
        else:
            decision.setdefault(name, []).append(draft.element(item, "decision_id", "meeting_id", "case_id"))

    return put


def _adjourned(draft: Draft, item: Item) -> None:
    event = item.event or {}
    for one in event.get("undecided", ()):
        draft.case(one["case_id"])["outcome"] = {**one, "entry": item.number}
    draft.head["adjourned"] = draft.element(item, "meeting_id", "undecided")


def _approved(draft: Draft, item: Item) -> None:
    draft.approves.append(draft.element(item, "approved_in"))


def _line(draft: Draft, item: Item) -> Shown:
    return {"type": item.type, **draft.element(item)}


RENDERED: Mapping[str, Callable[[Draft, Item], None]] = {
    "meeting.called": _called,
    "agenda.changed": _agenda_changed,
    "meeting.opened": _opened,
    "attendance.changed": _attendance_changed,
    "meeting_access.changed": _access_changed,
    "impartiality.decided": _impartiality,
    "proposal.tabled": _tabled,
    "proposal.withdrawn": _proposal_withdrawn,
    "vote.taken": _voted,
    "decision.made": _decided,
    "dissent.recorded": _about_a_decision("dissents"),
    "decision.notified": _about_a_decision("notified"),
    "decision_condition.fulfilled": _about_a_decision("conditions_fulfilled"),
    "decision.challenged": _about_a_decision("challenges"),
    "decision.reversed": _about_a_decision("reversed"),
    "meeting.adjourned": _adjourned,
    "minutes.approved": _approved,
}


def compose(items: Iterable[Item], cases: Cases, signed_up_to: int | None) -> Shown:
    """Returns head, attendance, agenda and cases, from a meeting's entries in order."""
    draft = Draft(cases, signed_up_to)
    for item in items:
        draft.numbers.add(item.number)
        if item.event is None:
            draft.withheld.append(_withheld(item))
        elif item.type in RENDERED:
            RENDERED[item.type](draft, item)
        elif item.event.get("case_id"):
            draft.case(item.event["case_id"])["other"].append(_line(draft, item))
        else:
            draft.other.append(_line(draft, item))
    return _composed(draft)


def _withheld(item: Item) -> Shown:
    return {"entry": item.number, "type": item.type, "legal_basis": item.withheld_by, **item.marks}


def _numbered(draft: Draft, case: Shown, order: int) -> Shown:
    own = {name: part for name, part in case.items() if name != "documents"}
    return {**case, "order": order, "entries": sorted(draft.numbers.intersection(_entries_in(own)))}


def _entries_in(value: Any) -> Iterator[int]:
    if isinstance(value, dict):
        yield from (part for name, part in value.items() if name in ("entry", "result_entry") and part is not None)
        yield from (number for part in value.values() for number in _entries_in(part))
    elif isinstance(value, list):
        yield from (number for part in value for number in _entries_in(part))


def _composed(draft: Draft) -> Shown:
    for case_id, one in draft.agenda.items():
        if one["removed_by_entry"] is None:
            draft.case(case_id)
    blank: Shown = dict.fromkeys(("body", "number", "date", "time", "place", "mode", "chair", "called", "opened"))
    return {
        "head": {**blank, "adjourned": None, **draft.head},
        "attendance": [interval for person in sorted(draft.people) for interval in draft.people[person]],
        "absent": [draft.absent[person] for person in sorted(draft.absent)],
        "agenda": list(draft.agenda.values()),
        "cases": [_numbered(draft, case, order) for order, case in enumerate(draft.treated.values(), start=1)],
        "doors": draft.doors,
        "impartiality": draft.impartiality,
        "votes": draft.votes,
        "approves": draft.approves,
        "other": draft.other,
        "withheld": draft.withheld,
    }
