"""Signing of minutes: by those the act or the body's own rules name, over the entries they are made of.

IKS-loven §§ 9a and 12; aksjeloven §§ 5-16 and 6-29; kommuneloven § 11-4, which leaves it to the body.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Annotated, Any, Literal

from pydantic import Field

from domain.bodies import Bodies, BodyRules, Place
from domain.copying import replace
from domain.kernel import Command, Context, Event, Evidence, Fact, Nature, Rejection, Subject
from domain.meetings.state import Meeting
from domain.minutes.completeness import Shown, against_gaps
from domain.minutes.state import Minutes, Protocol, Signature, minutes_digest
from domain.rulebook.minutes import MinutesRule, Signing
from domain.text import Frozen, Id, Sha256, Unknown

# Events: stored for ever -----------------------------------------------------------------

SignerRole = Literal["chair", "signer", "member"]
"""`chair`: led the meeting. `signer`: chosen to sign. `member`: one of those who took part."""


class Signer(Frozen):
    """One who signed."""

    person_id: Id
    role: SignerRole


class MinutesSigned(Event):
    """The minutes of a meeting were signed as they stood: over every entry of the range that touches the meeting."""

    type: Literal["minutes.signed"] = "minutes.signed"
    meeting_id: Id
    first_entry: Annotated[int, Field(ge=1)]
    last_entry: Annotated[int, Field(ge=1)]
    minutes_sha256: Sha256 | Unknown
    """Over those entries' numbers and hashes; docs/schema.md says how it is computed. Unknown where a source shows that
    they were signed and the signers saw something else than the book."""
    signers: tuple[Signer, ...] = ()
    """Empty where the source does not show who signed."""
    signature_refs: tuple[Evidence, ...] = ()
    """The signatures themselves, or the signed paper, by hash; kept outside the entry."""


# Commands --------------------------------------------------------------------------------


class SignMinutes(Command):
    """Sign the minutes of a meeting, or sign them again with what has been added since."""

    type: Literal["minutes.sign"]
    meeting_id: Id
    minutes_sha256: Sha256 | Unknown = "unknown"
    """The digest of the minutes as the signers saw them; unknown for a signature read in a source."""
    signers: Annotated[tuple[Signer, ...], Field(max_length=200)] = ()
    signature_refs: Annotated[tuple[Evidence, ...], Field(max_length=200)] = ()


# evolve ----------------------------------------------------------------------------------


def signed(state: Minutes, event: MinutesSigned, fact: Fact) -> Minutes:
    """Returns the state in which the minutes are signed up to the event's last entry."""
    signature = Signature(
        entry=fact.number,
        first_entry=event.first_entry,
        last_entry=event.last_entry,
        sha256=event.minutes_sha256,
        signers=tuple(signer.person_id for signer in event.signers),
    )
    protocol = replace(state.of(event.meeting_id), signature=signature)
    return Minutes(
        by_meeting=state.by_meeting.insert(event.meeting_id, protocol),
        signed=state.signed.insert(event.meeting_id, fact.number),
    )


# subjects --------------------------------------------------------------------------------


def subjects(event: MinutesSigned) -> Iterator[Subject]:
    """Yields the minutes, the meeting they are of, and who signed."""
    yield Subject("minutes", event.meeting_id)
    yield Subject("meeting", event.meeting_id)
    yield from (Subject("person", signer.person_id) for signer in event.signers)


# Rules -----------------------------------------------------------------------------------


def signing(command: SignMinutes, protocol: Protocol) -> MinutesSigned:
    """Returns the event of signing minutes as they stand. What it covers is the book's, never what the command says."""
    lines = protocol.lines
    return MinutesSigned(
        meeting_id=command.meeting_id,
        first_entry=lines[0].number if lines else 1,
        last_entry=lines[-1].number if lines else 1,
        minutes_sha256=command.minutes_sha256 if command.minutes_sha256 == "unknown" else minutes_digest(lines),
        signers=command.signers,
        signature_refs=command.signature_refs,
    )


def against_meeting(meeting_id: str, meeting: Meeting | None) -> Iterator[Rejection]:
    """Yields what stands against a meeting having minutes that are done: it is not known, or has not ended."""
    if meeting is None:
        yield Rejection("minutes.unknown_meeting", "fact", meeting_id=meeting_id)
    elif meeting.adjourned_by is None:
        # Of a meeting that was never opened in the book nothing is known; one that goes on has no minutes to sign yet.
        nature: Nature = "fact" if meeting.is_open else "unknown"
        entries = (meeting.opened_by or meeting.entry,)
        yield Rejection("minutes.not_adjourned", nature, entries=entries, meeting_id=meeting_id)


def against_signing(
    command: SignMinutes, meeting: Meeting | None, known: Shown, rule: MinutesRule | None, context: Context
) -> Iterator[Rejection]:
    """Yields what stands against signing minutes, in order of precedence."""
    yield from against_meeting(command.meeting_id, meeting)
    if meeting is None:
        return
    protocol, bodies = known.protocol, known.bodies
    if context.on < meeting.on:
        yield Rejection(
            "minutes.signed_before_meeting",
            "fact",
            entries=(meeting.entry,),
            meeting_id=meeting.meeting_id,
            on=context.on.isoformat(),
            held_on=meeting.on.isoformat(),
        )
    if protocol.signature is not None and protocol.is_signed:
        entries = (protocol.signature.entry,)
        yield Rejection("minutes.already_signed", "fact", entries=entries, meeting_id=meeting.meeting_id)
    yield from against_gaps(meeting, known, rule)
    yield from _against_strangers(command, meeting, bodies)
    yield from _against_missing_signers(command, meeting, rule, bodies)
    yield from _against_absent_signers(command, meeting)
    yield from _against_other_hash(command, protocol)


def _against_strangers(command: SignMinutes, meeting: Meeting, bodies: Bodies) -> Iterator[Rejection]:
    ids = [signer.person_id for signer in command.signers]
    unknown = sorted({person_id for person_id in ids if person_id not in bodies.persons})
    if unknown:
        yield Rejection("minutes.unknown_person", "fact", persons=unknown)
    twice = sorted({person_id for person_id in ids if ids.count(person_id) > 1})
    if twice:
        yield Rejection("minutes.signer_listed_twice", "fact", persons=twice)
    wrong = sorted(signer.person_id for signer in command.signers if not _fits(signer, meeting))
    if wrong:
        entries = (meeting.opened_by or meeting.entry,)
        yield Rejection("minutes.signer_role_differs", "fact", entries=entries, persons=wrong)


def _fits(signer: Signer, meeting: Meeting) -> bool:
    """Returns whether one who signs in a role is not someone the book has in another."""
    match signer.role:
        case "chair":
            return meeting.chair in (None, signer.person_id)
        case "signer":
            return not meeting.signers or signer.person_id in meeting.signers
        case "member":
            return True


def _against_missing_signers(
    command: SignMinutes, meeting: Meeting, rule: MinutesRule | None, bodies: Bodies
) -> Iterator[Rejection]:
    """Yields that someone has not signed who must: a person the book names, or one of those that were chosen."""
    have = {signer.person_id for signer in command.signers}
    must, chosen, certain = who_must_sign(meeting, rule, bodies)
    missing = sorted(must - have)
    among = have & set(meeting.signers) if meeting.signers else have - must
    lacking = max(0, chosen - len(among))
    if not have:
        # A source often shows that minutes were signed and not by whom.
        lacking, certain = max(1, lacking), False
    if not missing and not lacking:
        return
    params: dict[str, Any] = {"meeting_id": meeting.meeting_id, "persons": missing, "lacking": lacking}
    yield Rejection(
        "minutes.signer_missing",
        "rule" if certain else "unknown",
        law=None if rule is None or rule.signing == "body_decides" else rule.law,
        entries=(meeting.opened_by or meeting.entry, *_own_rules_entry(meeting, bodies)),
        **params,
    )


def _own_rules_entry(meeting: Meeting, bodies: Bodies) -> tuple[int, ...]:
    body = bodies.bodies.get(meeting.body_id)
    mark = None if body is None else body.rules.on(meeting.on).certain
    return () if mark is None else (mark.number,)


def who_must_sign(meeting: Meeting, rule: MinutesRule | None, bodies: Bodies) -> tuple[frozenset[str], int, bool]:
    """Returns the persons who must sign, how many of those chosen must sign beside them, and whether that is certain.

    The body's own rules may ask for more than the act. Someone must sign in any case: where neither act nor body says
    who, one is enough.
    """
    body = bodies.bodies.get(meeting.body_id)
    own = (body and body.rules_on(meeting.on)) or BodyRules()
    certain = rule is None or rule.known_on(meeting.on)
    signing: Signing = "body_decides" if rule is None else rule.signing
    if own.all_present_sign or signing == "all_present":
        return _all_present(meeting), 0, certain and bool(meeting.ever_present)
    if rule is not None and signing == "all_present_or_two":
        if _may_choose_two(meeting, rule, bodies):
            return frozenset(), 2, certain
        return _all_present(meeting), 0, certain and bool(meeting.ever_present)
    chosen = max(own.minute_signers or 0, 0 if rule is None else rule.chosen)
    if signing == "body_decides" and own.minute_signers is None:
        return frozenset(), 1, certain
    chair = frozenset({meeting.chair}) if meeting.chair is not None else frozenset[str]()
    return chair, chosen + (not chair), certain and bool(chair)


def _all_present(meeting: Meeting) -> frozenset[str]:
    return frozenset(meeting.ever_present)


_TWO = 2


def _may_choose_two(meeting: Meeting, rule: MinutesRule, bodies: Bodies) -> bool:
    """Returns whether a board has chosen two to sign and may: it is large enough, and decided in a meeting."""
    seated = bodies.sitting(Place("body", meeting.body_id), meeting.on).certain
    size = sum(tenure.rank == "full" for tenure in seated)
    return len(meeting.signers) >= _TWO and size >= rule.two_from and meeting.mode != "written"


def _against_absent_signers(command: SignMinutes, meeting: Meeting) -> Iterator[Rejection]:
    """Yields that someone signs who was not there; whoever led the meeting need not have a seat (aksjeloven § 5-12)."""
    away = _away((signer.person_id for signer in command.signers), meeting)
    if away:
        entries = (meeting.opened_by or meeting.entry,)
        nature: Nature = "rule" if meeting.ever_present else "unknown"
        yield Rejection(
            "minutes.signer_not_present", nature, entries=entries, meeting_id=meeting.meeting_id, persons=away
        )


def _away(person_ids: Iterator[str], meeting: Meeting) -> list[str]:
    there: Collection[str] = meeting.ever_present
    return sorted({person_id for person_id in person_ids if person_id not in there and person_id != meeting.chair})


def _against_other_hash(command: SignMinutes, protocol: Protocol) -> Iterator[Rejection]:
    lines = protocol.lines
    digest = minutes_digest(lines)
    entries = (lines[0].number, lines[-1].number) if lines else ()
    params: dict[str, Any] = {"meeting_id": command.meeting_id, "minutes_sha256": digest}
    if command.minutes_sha256 == "unknown":
        yield Rejection("minutes.hash_unknown", "unknown", entries=entries, **params)
    elif command.minutes_sha256 != digest:
        yield Rejection("minutes.hash_mismatch", "fact", entries=entries, **params)
