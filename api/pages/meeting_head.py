"""What stands over the cases of a meeting: when and where it was, who led it and who was there."""

from __future__ import annotations

from collections.abc import Iterator

from api.pages.meeting_parts import Attendance, Said, Seated, Teller, Told, known
from api.pages.words import titled

STATUS = {
    "draft": "minutes_status.draft",
    "signed": "minutes_status.signed",
    "added_to": "minutes_status.added_to",
    "published": "minutes_status.published",
}
"""The words for how far minutes have come."""


def title(teller: Teller) -> str:
    """Returns what the minutes are called: by body and number, else by body and day, else by id."""
    speech, head = teller.speech, teller.minutes["head"]
    number, body, day = head["number"], head["body"], head["date"]
    if not known(body):
        return speech("meeting.title", number=number if known(number) else teller.minutes["meeting"])
    name = teller.names.of("body", body)
    if known(number):
        return speech("meeting.title_of", body=name, number=number)
    return speech("meeting.title_on", body=name, day=teller.date(day) if day else teller.minutes["meeting"])


def facts(teller: Teller) -> Iterator[tuple[str, Said]]:
    """Yields what stands over the minutes: labels and sentences."""
    speech, head = teller.speech, teller.minutes["head"]
    where = _when_and_where(teller, head)
    if where:
        yield speech("meeting.when_and_where"), teller.say(where, head["opened"] or head["called"])
    if head["mode"] in ("remote", "written"):
        yield speech("meeting.mode"), Said(text=titled(speech.word("meeting_mode", head["mode"])))
    if head["called"] is not None:
        words = teller.sealed(head["called"].get("urgent_reason"))
        yield speech("meeting.called"), teller.say(teller.day(head["called"]), head["called"], words=words)
    if known(head["chair"]):
        chair = teller.person(head["chair"])
        elected = speech("meeting.chair_elected", person=chair) if head.get("chair_elected") else chair
        yield speech("meeting.chair"), teller.say(elected, head["opened"])
    signers = head.get("minute_signers")
    if isinstance(signers, list) and signers:
        yield speech("meeting.signers"), teller.say(teller.people(signers), head["opened"])
    yield speech("meeting.status"), Said(text=titled(speech(STATUS[teller.minutes["status"]])))


def _when_and_where(teller: Teller, head: Told) -> str:
    day, time, place = head["date"], head["time"], head["place"]
    said = [teller.date(day)] if day else []
    if time:
        at = teller.clock(time)
        said = [teller.speech("when.instant", day=said[0], time=at)] if said else [at]
    return ", ".join([*said, *([place] if known(place) else [])])


# Who was there ---------------------------------------------------------------------------


def attendance(teller: Teller) -> Attendance:
    """Returns who was there from the opening, who was absent, and who came and left on the way."""
    opened = teller.minutes["head"]["opened"]
    first = None if opened is None else opened["entry"]
    from_start = [one for one in teller.minutes["attendance"] if one["from_entry"] == first]
    opening = None
    if from_start:
        opening = teller.say(teller.speech("meeting.present_at_opening"), opened).model_copy(update={"opens": True})
    return Attendance(
        opening=opening, seated=tuple(_seated(teller, from_start)), others=tuple(_others(teller, opened, from_start))
    )


def _seated(teller: Teller, there: list[Told]) -> Iterator[Seated]:
    """Yields those who were there, by member; those of whom no member is known come last."""
    by_member: dict[str | None, list[str]] = {}
    for one in there:
        by_member.setdefault(one["on_behalf_of"], []).append(_with_deputy(teller, one))
    named = [(teller.names.of("member", member), member) for member in by_member if member is not None]
    for name, member in sorted(named):
        yield Seated(member=name, people=tuple(by_member[member]))
    if None in by_member:
        yield Seated(member=None, people=tuple(by_member[None]))


def _with_deputy(teller: Teller, one: Told) -> str:
    person = teller.person(one["person_id"])
    if not one["deputy_for"]:
        return person
    return teller.speech("meeting.with_deputy", person=person, other=teller.person(one["deputy_for"]))


def _in_full(teller: Teller, one: Told) -> str:
    """Returns a person with the member that elected them and whose place they take."""
    member = one["on_behalf_of"]
    extra = [] if member is None else [teller.names.of("member", member)]
    if one["deputy_for"]:
        extra.append(teller.speech("meeting.deputy_for", person=teller.person(one["deputy_for"])))
    person = teller.person(one["person_id"])
    return f"{person} ({', '.join(extra)})" if extra else person


def _others(teller: Teller, opened: Told | None, from_start: list[Told]) -> Iterator[Said]:
    speech, minutes = teller.speech, teller.minutes
    if minutes["absent"]:
        people = teller.people(one["person_id"] for one in minutes["absent"])
        yield teller.say(speech("meeting.absent", people=people), opened)
    count = minutes["head"].get("present_count")
    if isinstance(count, int):
        yield teller.say(speech("meeting.counted", count=count), opened)
    others = minutes["head"].get("others_present")
    if others:
        yield teller.say(speech("meeting.others", people=speech.listed(others)), opened)
    moved: list[tuple[int, str]] = []
    for one in minutes["attendance"]:
        if one not in from_start:
            moved.append((one["from_entry"], _came(teller, one)))
        if one["to_entry"] is not None:
            moved.append((one["to_entry"], _left(teller, one)))
    for number, text in sorted(moved):
        yield _moved(teller, number, text)


def _moved(teller: Teller, number: int, text: str) -> Said:
    recorded = teller.found.recorded.get(number)
    if recorded is None:
        return Said(text=text, entries=teller.links(number))
    entry = recorded.entry
    return teller.say(text, {"entry": number, "irregular": entry.irregular, "unverified": entry.unverified})


def _came(teller: Teller, one: Told) -> str:
    person, case = _in_full(teller, one), one["from_case"]
    if case is None:
        return teller.speech("meeting.came", person=person)
    return teller.speech("meeting.came_for", person=person, case=teller.case(case))


def _left(teller: Teller, one: Told) -> str:
    """Returns that someone left: before the case that was next, else by where it stands among the entries."""
    person, speech = teller.person(one["person_id"]), teller.speech
    if one["to_case"] is not None:
        return speech("meeting.left_before", person=person, case=teller.case(one["to_case"]))
    begun = [case for case in teller.minutes["cases"] if case["entries"] and case["entries"][0] < one["to_entry"]]
    if not begun:
        return speech("meeting.left", person=person)
    latest = max(begun, key=lambda case: max(n for n in case["entries"] if n < one["to_entry"]))
    code = "meeting.left_during" if latest["entries"][-1] > one["to_entry"] else "meeting.left_after"
    return speech(code, person=person, case=teller.case(latest["case"]))


def agenda(teller: Teller) -> Iterator[Said]:
    """Yields what was put on the agenda and taken off it after the call."""
    for change in teller.minutes["head"].get("agenda_changes", ()):
        for code, cases in (("meeting.added", change.get("added")), ("meeting.removed", change.get("removed"))):
            if cases:
                listed = teller.speech.listed(map(teller.case, cases))
                yield teller.say(teller.speech(code, cases=listed), change)
