"""Approval and publication of minutes: refusals in order of precedence, and what the public version holds."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

import pytest

from domain.collaboration import subjects
from domain.kernel import Subject
from domain.minutes import LeftOut, MinutesApproved, MinutesPublished, MinutesSigned, Redaction, public_digest
from domain.records import EntryAccessChanged
from domain.rulebook.minutes import exempts
from tests.spec import Given, at, command, digest, seal
from tests.specs.body_books import SOURCE
from tests.specs.minutes_books import (
    LINES,
    SHA256,
    SHIELDED,
    held,
    line,
    minuted,
    protocol_of,
    with_lines,
    with_meetings,
)

LATER = date(2026, 5, 5)
SECRET = "offentleglova § 13, jf. forvaltningsloven § 13"

# minutes.approve -------------------------------------------------------------------------


def followed(later: dict[str, Any] | None = None, **fields: Any) -> Given:
    """Returns a book in which a later meeting of the same body sits; `fields` are of the earlier meeting."""
    sits = {"entry": 24, "opened_by": 25, "adjourned_by": None, "on": LATER, "meeting_id": "m-2", **(later or {})}
    return with_meetings(minuted(), held(**fields), held(**sits))


def approve(**fields: Any) -> Any:
    """Returns a command to approve the minutes."""
    return command("minutes.approve", **{"meeting_id": "m-1", "approved_in": "m-2", **fields})


APPROVED = MinutesApproved(meeting_id="m-1", approved_in="m-2")


def test_a_later_meeting_approves_the_minutes() -> None:
    after = followed().when(approve()).then(APPROVED)
    approval = protocol_of(after).approval
    assert approval is not None
    assert (approval.approved_in, approval.last_entry) == ("m-2", 23)


def test_an_approval_belongs_to_the_minutes_of_the_later_meeting_and_not_to_those_approved() -> None:
    after = followed().when(approve()).then(APPROVED)
    assert protocol_of(after).lines == LINES
    (own,) = protocol_of(after, "m-2").lines
    assert (own.number, own.type, own.sha256) == (31, "minutes.approved", digest(31).hex())


def test_it_touches_the_minutes_and_both_meetings() -> None:
    assert subjects(APPROVED) == (Subject("minutes", "m-1"), Subject("meeting", "m-1"), Subject("meeting", "m-2"))


def test_remarks_are_sealed() -> None:
    remarked = APPROVED.model_copy(update={"remarks": seal("Sak 51 manglet (prøve).")})
    followed().when(approve(remarks="Sak 51 manglet (prøve).")).then(remarked)


def test_both_meetings_are_known() -> None:
    followed().when(approve(meeting_id="m-9")).then_rejected("minutes.unknown_meeting", meeting_id="m-9")
    followed().when(approve(approved_in="m-9")).then_rejected("minutes.unknown_meeting", meeting_id="m-9")


def test_the_minutes_of_a_meeting_that_goes_on_are_not_approved() -> None:
    followed(adjourned_by=None).when(approve()).then_rejected("minutes.not_adjourned", meeting_id="m-1")


def test_minutes_are_approved_in_a_later_meeting() -> None:
    itself = approve(approved_in="m-1")
    followed().when(itself).then_rejected("minutes.not_a_later_meeting", approved_in="m-1")
    before = followed({"on": date(2026, 3, 9)})
    before.when(approve()).then_rejected("minutes.not_a_later_meeting", approved_on="2026-03-09")
    followed({"on": date(2026, 3, 10)}).when(approve()).then(APPROVED)
    earlier_that_day = followed({"on": date(2026, 3, 10), "entry": 19})
    earlier_that_day.when(approve()).then_rejected("minutes.not_a_later_meeting")


def test_and_in_one_of_the_same_body() -> None:
    rejection = (
        followed({"body_id": "board"})
        .when(approve())
        .then_rejected("minutes.body_differs", body_id="council", other_body_id="board")
    )
    assert rejection.nature == "rule"


def test_the_later_meeting_sits() -> None:
    ended = followed({"adjourned_by": 28})
    rejection = ended.when(approve()).then_rejected("minutes.approving_meeting_not_open", approved_in="m-2")
    assert (rejection.nature, rejection.entries) == ("rule", (28,))
    ended.when(approve(mode="import", source=SOURCE)).then(APPROVED)
    unopened = followed({"opened_by": None})
    assert unopened.when(approve()).then_rejected("minutes.approving_meeting_not_open").nature == "unknown"
    unopened.when(approve(mode="import", source=SOURCE)).then(
        APPROVED, unverified=["minutes.approving_meeting_not_open"]
    )


def test_minutes_are_approved_once_and_again_when_something_was_added() -> None:
    after = followed().when(approve()).then(APPROVED)
    rejection = after.when(approve(remarks="Ingen (prøve).")).then_rejected("minutes.already_approved")
    assert (rejection.nature, rejection.entries) == ("fact", (31,))
    with_lines(after, line(40)).when(approve()).then(APPROVED)


# minutes.publish -------------------------------------------------------------------------


def signed(*lines: Any, **fields: Any) -> Given:
    """Returns a book in which minutes are signed."""
    event = MinutesSigned(meeting_id="m-1", first_entry=20, last_entry=23, minutes_sha256=SHA256)
    return minuted("ko", "council_of_representatives", *lines, **fields).and_(at("2026-03-12", event))


def publish(*redactions: tuple[int, str | None], **fields: Any) -> Any:
    """Returns a command to publish the minutes without these entries."""
    left_out = [{"entry": number, "legal_basis": basis} for number, basis in redactions]
    return command("minutes.publish", **{"meeting_id": "m-1", "redactions": left_out, **fields})


def published(*redactions: LeftOut, lines: Any = LINES) -> MinutesPublished:
    """Returns the event of publishing without these parts."""
    named = [Redaction(one.entry, one.legal_basis, one.fields) for one in redactions]
    return MinutesPublished(meeting_id="m-1", public_sha256=public_digest(lines, named), redactions=redactions)


def test_signed_minutes_are_published() -> None:
    after = signed().when(publish()).then(published())
    publication = protocol_of(after).publication
    assert publication is not None
    assert (publication.sha256, publication.last_entry) == (SHA256, 23)
    assert subjects(published()) == (Subject("minutes", "m-1"), Subject("meeting", "m-1"))


def test_what_is_left_out_is_named_with_its_basis_in_the_digest() -> None:
    hashes = {number: digest(number).hex() for number in (20, 21, 22, 23)}
    told = (
        f"20 {hashes[20]}\n"
        f"21 redacted {SECRET}\n"
        f"22 {hashes[22]} without text,title offentleglova § 26\n"
        f"23 {hashes[23]}\n"
    )
    partly = Redaction(22, "offentleglova § 26", ("title", "text"))
    assert public_digest(LINES, [Redaction(21, SECRET, ()), partly]) == hashlib.sha256(told.encode()).hexdigest()


def test_parts_are_left_out_by_name() -> None:
    part = LeftOut(entry=22, legal_basis="offentleglova § 26", fields=("text",))
    signed().when(publish(redactions=[part.model_dump()])).then(published(part))


def test_the_minutes_of_an_unknown_meeting_are_not_published() -> None:
    signed().when(publish(meeting_id="m-9")).then_rejected("minutes.unknown_meeting", meeting_id="m-9")


def test_nor_are_minutes_that_nobody_signed_unless_a_source_shows_that_they_were() -> None:
    rejection = minuted().when(publish()).then_rejected("minutes.not_signed", meeting_id="m-1")
    assert (rejection.nature, rejection.law) == ("unknown", "kommuneloven § 11-4")
    minuted().when(publish(mode="import", source=SOURCE)).then(published(lines=()), unverified=["minutes.not_signed"])


@pytest.mark.parametrize("basis", [None, "kommuneloven § 11-5", "offentleglova § 12", "offentleglova § 27"])
def test_what_is_left_out_rests_on_a_provision_that_exempts(basis: str | None) -> None:
    rejection = signed().when(publish((21, basis))).then_rejected("minutes.redaction_without_basis", redacted=[21])
    assert (rejection.law, rejection.entries) == ("offentleglova §§ 13-26", (21,))


@pytest.mark.parametrize("basis", ["offentleglova § 13", "Offentleglova §26", SECRET, "offl. § 23"])
def test_these_provisions_do(basis: str) -> None:
    assert exempts(basis)
    signed().when(publish((21, basis))).then(published(LeftOut(entry=21, legal_basis=basis)))


def test_only_what_is_signed_can_be_left_out() -> None:
    book = with_lines(signed(), line(40))
    rejection = book.when(publish((21, SECRET), (40, SECRET), (7, SECRET))).then_rejected(
        "minutes.redaction_of_foreign_entry", redacted=[7, 40]
    )
    assert (rejection.nature, rejection.entries) == ("fact", (31,))


def test_an_entry_is_left_out_once() -> None:
    signed().when(publish((21, SECRET), (21, SECRET))).then_rejected("minutes.redacted_twice", redacted=[21])


def test_a_shielded_entry_is_never_published() -> None:
    lines = (line(20), line(21, SHIELDED), line(22), line(23))
    book = signed(*lines)
    rejection = book.when(publish()).then_rejected("minutes.would_publish_prohibited_content", shielded=[21])
    assert (rejection.nature, rejection.law, rejection.entries) == ("rule", "offentlegforskrifta § 7", (21,))
    part = {"entry": 21, "legal_basis": SECRET, "fields": ["text"]}
    book.when(publish(redactions=[part])).then_rejected("minutes.would_publish_prohibited_content")
    book.when(publish((21, SECRET))).then(published(LeftOut(entry=21, legal_basis=SECRET)))


def test_the_same_version_is_published_once_and_another_instead_of_it() -> None:
    after = signed().when(publish()).then(published())
    other = published(LeftOut(entry=22, legal_basis=SECRET))
    again = after.when(publish((22, SECRET))).then(other)
    again.when(publish()).then(published())


def test_what_is_added_after_the_signature_is_not_published_before_it_is_signed() -> None:
    with_lines(signed(), line(40, SHIELDED)).when(publish()).then(published())


def test_minutes_leave_out_at_least_the_fields_that_are_shielded_today() -> None:
    changed = EntryAccessChanged(entry=22, level="shielded", legal_basis=SECRET, fields=("title",))
    before = signed().and_(at("2026-11-24", changed))
    code = "minutes.would_publish_prohibited_content"

    def without(*fields: str) -> Any:
        left_out = [{"entry": 22, "legal_basis": SECRET, "fields": list(fields)}]
        return command("minutes.publish", meeting_id="m-1", redactions=left_out, effective="2026-11-24")

    before.when(without("text")).then_rejected(code, shielded=[22])
    before.when(command("minutes.publish", meeting_id="m-1", effective="2026-11-24")).then_rejected(code)
    for fields in (("title",), ("text", "title"), ()):
        before.when(without(*fields)).decide()
    ended = changed.model_copy(update={"until": date(2026, 11, 24)})
    signed().and_(at("2026-10-01", ended)).when(without("text")).decide()
    goes_on = changed.model_copy(update={"until": date(2026, 11, 25)})
    signed().and_(at("2026-10-01", goes_on)).when(without("text")).then_rejected(code)
