"""What stands under the cases of a meeting: its end, what is withheld, and who signed, approved and published."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from api.pages.meeting_parts import Said, Teller, Told
from api.pages.words import titled

ROLES: Mapping[str, str] = {
    "chair": "signer_role.chair",
    "signer": "signer_role.signer",
    "member": "signer_role.member",
}
"""What those who sign sign as."""


def ending(teller: Teller) -> Said | None:
    """Returns that the meeting ended, or goes on another day; None where it is not told."""
    ended = teller.minutes["head"]["adjourned"]
    if ended is None:
        return None
    if ended.get("continues_on"):
        return teller.say(teller.speech("meeting.continues", day=teller.date(ended["continues_on"])), ended)
    return teller.say(teller.speech("meeting.ended"), ended)


def withheld(teller: Teller) -> Iterator[Said]:
    """Yields what is withheld: one sentence for each provision, and one for each entry that is damaged."""
    by_basis: dict[str, list[int]] = {}
    for one in teller.minutes["withheld"]:
        if one["legal_basis"] is None:
            yield teller.happened(one["entry"])
        else:
            by_basis.setdefault(one["legal_basis"], []).append(one["entry"])
    for basis, numbers in by_basis.items():
        yield teller.say(teller.speech("meeting.withheld", basis=basis), None, *numbers)


def signing(teller: Teller) -> Iterator[Said]:
    """Yields signatures, approvals and publications, and every other act about the minutes, in order."""
    minutes = teller.minutes
    said = {one["entry"]: _signature(teller, one) for one in minutes["signatures"]}
    said |= {one["entry"]: _approval(teller, one) for one in minutes["approvals"]}
    said |= {one["entry"]: _publication(teller, one) for one in minutes["publications"]}
    for place in teller.found.of("about"):
        yield said[place.number] if place.number in said else teller.happened(place.number)


def _signature(teller: Teller, one: Told) -> Said:
    if one.get("withheld"):
        return teller.happened(one["entry"])
    speech, day = teller.speech, teller.day(one)
    people = [
        speech("meeting.signer", person=teller.person(signer["person_id"]), role=speech(ROLES[signer["role"]]))
        for signer in one["signers"]
    ]
    text = speech("meeting.signed_by", day=day, people=speech.listed(people)) if people else None
    said = teller.say(text or speech("meeting.signed", day=day), one)
    if one["minutes_sha256"] in ("unknown", teller.minutes["minutes_sha256"]):
        return said
    seen = speech("meeting.signed_over", last=one["last_entry"], digest=one["minutes_sha256"])
    return said.model_copy(update={"notes": (*said.notes, seen)})


def _approval(teller: Teller, one: Told) -> Said:
    if one.get("withheld"):
        return teller.happened(one["entry"])
    meeting, words = teller.names.of("meeting", one["approved_in"]), teller.sealed(one.get("remarks"))
    code = "meeting.approved" if words is None else "meeting.approved_with"
    return teller.say(teller.speech(code, day=teller.day(one), meeting=meeting), one, words=words)


def _publication(teller: Teller, one: Told) -> Said:
    if one.get("withheld"):
        return teller.happened(one["entry"])
    code = "meeting.published_without" if one.get("redactions") else "meeting.published"
    return teller.say(teller.speech(code, day=teller.day(one)), one)


def additions(teller: Teller) -> Iterator[Said]:
    """Yields what was recorded after the latest signature; what is withheld only as such."""
    hidden = {one["entry"]: one["legal_basis"] for one in teller.minutes["withheld"]}
    for one in teller.minutes["additions"]:
        number = one["entry"]
        if hidden.get(number) is not None:
            yield teller.say(teller.speech("book.withheld", basis=hidden[number]), None, number)
        else:
            yield teller.happened(number, {"left_out": _left_out(teller, number)})


def _left_out(teller: Teller, number: int) -> bool:
    """Returns whether parts of an entry are left out of the public version."""
    published: Iterable[Told] = teller.minutes["publications"][-1:]
    return any(redaction["entry"] == number for one in published for redaction in one.get("redactions", ()))


def to_sign(teller: Teller) -> Iterator[str]:
    """Yields who is to sign minutes that are not signed as they stand, with room for a hand: nobody once they are."""
    head, speech = teller.minutes["head"], teller.speech
    if teller.minutes["status"] in ("signed", "published"):
        return
    chair, signers = head["chair"], head.get("minute_signers")
    named = [] if chair in (None, "unknown") else [(chair, "chair")]
    named += [(one, "signer") for one in signers if one != chair] if isinstance(signers, list) else []
    for person, role in named:
        yield speech("meeting.signer", person=titled(teller.person(person)), role=speech(ROLES[role]))
