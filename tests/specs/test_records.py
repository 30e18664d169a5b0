"""Entries as records: every refusal in order, and the last thing allowed beside the first that is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.bodies import PersonContactRecorded
from domain.collaboration import evolve, subjects
from domain.dates import Interval
from domain.kernel import Access, Fact, Subject
from domain.records import EntryAccessChanged, ExternalRecordLinked, HistoricalEntryImported, Told, in_force
from tests.spec import RECORDED, Given, at, command, given, seal
from tests.specs.agreement_books import founded, service
from tests.specs.minutes_books import SHIELDED, line, minuted, with_lines

BASIS = "offentleglova § 13"
TOLD = Told(what="Sum utgifter", value="1 204 000")


def shield(**fields: Any) -> Any:
    """Returns a command to shield entry 2."""
    return command("entry_access.change", **{"entry": 2, "level": "shielded", "legal_basis": BASIS, **fields})


def lift(entry: int = 2, **fields: Any) -> Any:
    """Returns a command to open an entry to everyone."""
    return command("entry_access.change", entry=entry, level="public", **fields)


def book() -> Given:
    """Returns a book of two entries, and a third that tells how a private person is reached."""
    before = given(founded(), service("mail"))
    contact = PersonContactRecorded(person_id="p-1", contact=seal("Prøveveien 1"))
    day = Interval.exact(date(2026, 1, 1))
    return Given(evolve(before.state, Fact(contact, 3, day, RECORDED, access=SHIELDED)), 3)


# Access ------------------------------------------------------------------------------------


def test_an_entry_is_shielded_and_opened_again() -> None:
    event = EntryAccessChanged(entry=2, level="shielded", legal_basis=BASIS, until=date(2027, 1, 1))
    after = book().when(shield(until="2027-01-01")).then(event)
    assert after.state.records.access_of(2) == Access(level="shielded", legal_basis=BASIS, until=date(2027, 1, 1))
    assert subjects(event) == (Subject("entry_access", "2"),)
    opened = after.when(lift()).then(EntryAccessChanged(entry=2, level="public"))
    assert opened.state.records.access_of(2) == Access()
    assert opened.state.records.changes[2].entry == 5


def test_a_shield_it_has_may_rest_on_another_provision() -> None:
    after = book().when(shield()).then(EntryAccessChanged(entry=2, level="shielded", legal_basis=BASIS))
    other = "offentleglova § 23 første ledd"
    last = after.when(shield(legal_basis=other)).then(EntryAccessChanged(entry=2, level="shielded", legal_basis=other))
    assert last.state.records.access_of(2).legal_basis == other


def test_what_was_recorded_as_shielded_is_known_to_be() -> None:
    assert book().state.records.access_of(3) == SHIELDED
    book().when(shield(entry=3)).then_rejected("entry_access.already_so", entry=3, level="shielded")


def test_objections_to_a_change_of_access_come_in_order() -> None:
    case: dict[str, Any] = {"entry": 4, "legal_basis": "kommuneloven § 11-5", "effective": "2026-11-23"}
    case |= {"until": "2026-11-24"}
    ladder: list[tuple[str, dict[str, Any]]] = [
        ("entry_access.not_now", {"effective": "2026-11-24"}),
        ("entry_access.unknown_entry", {"entry": 3}),
        ("entry_access.legal_basis_missing", {"legal_basis": BASIS}),
        ("entry_access.until_passed", {"until": None}),
        ("entry_access.already_so", {"entry": 2}),
    ]
    for code, repair in ladder:
        assert book().when(shield(**case)).then_rejected(code).nature == "fact"
        case |= repair
    book().when(shield(**case)).then(EntryAccessChanged(entry=2, level="shielded", legal_basis=BASIS))


@pytest.mark.parametrize("mode", ["record", "import"])
def test_access_is_changed_now_and_not_after_the_fact(mode: str) -> None:
    source = {"title": "Avis", "read_on": "2026-01-01"}
    book().when(shield(mode=mode, reason="Slik var det", source=source)).then_rejected("entry_access.not_now")


@pytest.mark.parametrize(
    ("basis", "exempts"),
    [("offentleglova § 12", False), (BASIS, True), ("offentleglova § 26", True), ("offentleglova § 27", False)],
)
def test_a_shield_rests_on_sections_13_to_26(basis: str, *, exempts: bool) -> None:
    when = book().when(shield(legal_basis=basis))
    if exempts:
        when.then(EntryAccessChanged(entry=2, level="shielded", legal_basis=basis))
    else:
        refused = when.then_rejected("entry_access.legal_basis_missing", legal_basis=basis)
        assert refused.law == "offentleglova §§ 13-26"


def test_a_shield_holds_until_a_day_to_come() -> None:
    book().when(shield(until="2026-11-24")).then_rejected("entry_access.until_passed", until="2026-11-24")
    book().when(shield(until="2026-11-25")).then(
        EntryAccessChanged(entry=2, level="shielded", legal_basis=BASIS, until=date(2026, 11, 25))
    )


def test_a_shield_that_has_ended_is_put_on_anew_and_not_lifted() -> None:
    ended = EntryAccessChanged(entry=2, level="shielded", legal_basis=BASIS, until=date(2026, 11, 24))
    after = book().and_(at("2026-10-01", ended))
    after.when(lift()).then_rejected("entry_access.already_so", level="public")
    after.when(shield()).then(EntryAccessChanged(entry=2, level="shielded", legal_basis=BASIS))
    goes_on = ended.model_copy(update={"until": date(2026, 11, 25)})
    book().and_(at("2026-10-01", goes_on)).when(lift()).then(EntryAccessChanged(entry=2, level="public"))


@pytest.mark.parametrize(("until", "level"), [("2026-11-24", "public"), ("2026-11-25", "shielded"), (None, "shielded")])
def test_a_shield_ends_by_itself_on_its_day(until: str | None, level: str) -> None:
    access = Access(level="shielded", legal_basis=BASIS, until=None if until is None else date.fromisoformat(until))
    assert in_force(access, founded().event, date(2026, 11, 24)).level == level
    contact = PersonContactRecorded(person_id="p-1", contact=seal("Prøveveien 1"))
    assert in_force(access, contact, date(2026, 11, 24)).level == "shielded"


def test_a_shield_is_put_on_fields_of_an_entry_and_the_rest_of_it_shows() -> None:
    named = EntryAccessChanged(entry=2, level="shielded", legal_basis=BASIS, fields=("name",))
    after = book().when(shield(fields=["name"])).then(named)
    change = after.state.records.changes[2]
    assert (change.fields, change.access.level, after.state.records.access_of(2).level) == (
        ("name",),
        "shielded",
        "shielded",
    )
    more = after.when(shield(fields=["name", "group"])).then(named.model_copy(update={"fields": ("name", "group")}))
    more.when(shield()).then(EntryAccessChanged(entry=2, level="shielded", legal_basis=BASIS))
    assert more.when(lift()).then(EntryAccessChanged(entry=2, level="public")).state.records.changes[2].fields == ()
    after.when(shield(fields=["title"])).then_rejected("entry_access.unknown_field", entry=2, fields=["title"])
    after.when(shield(fields=["type"])).then_rejected("entry_access.unknown_field", fields=["type"])
    book().when(lift(fields=["name"])).then_rejected("entry_access.basis_of_what_is_public", entry=2)
    book().when(shield(entry=3, fields=["contact"])).then_rejected("entry_access.never_public", entry=3)


def test_what_is_opened_has_no_basis_for_a_shield() -> None:
    book().when(lift(legal_basis=BASIS)).then_rejected("entry_access.basis_of_what_is_public", entry=2)
    book().when(lift()).then_rejected("entry_access.already_so", level="public")


def test_how_a_private_person_is_reached_is_never_opened() -> None:
    refused = book().when(lift(3)).then_rejected("entry_access.never_public", entry=3)
    assert (refused.law, refused.entries) == ("forvaltningsloven § 13", (3,))
    book().when(shield(entry=3, until="2027-01-01")).then_rejected("entry_access.never_public", entry=3)


def test_minutes_are_not_published_with_what_was_shielded_since() -> None:
    before = with_lines(minuted(), line(30))
    changed = EntryAccessChanged(entry=22, level="shielded", legal_basis=BASIS)
    after = before.and_(at("2026-11-24", changed)).state.minutes.of("m-1")
    assert [(one.number, one.shielded_by) for one in after.lines] == [
        (20, None),
        (21, None),
        (22, BASIS),
        (23, None),
        (30, None),
    ]
    opened = before.and_(at("2026-11-24", changed), at("2026-11-24", EntryAccessChanged(entry=22, level="public")))
    assert opened.state.minutes.of("m-1").lines == before.state.minutes.of("m-1").lines


# Links -------------------------------------------------------------------------------------


def link(**fields: Any) -> Any:
    """Returns a command to tie entry 2 to a record in the archive."""
    told = {"entry": 2, "system": "noark", "external_id": "26/17-3", "direction": "sent"}
    return command("external_record.link", **{**told, **fields})


LINKED = ExternalRecordLinked(entry=2, system="noark", external_id="26/17-3", direction="sent")


def test_an_entry_is_tied_to_a_record_once() -> None:
    after = book().when(link(receipt="mottatt")).then(LINKED.model_copy(update={"receipt": "mottatt"}))
    refused = after.when(link(direction="received")).then_rejected(
        "external_record.already_linked", entry=2, system="noark", external_id="26/17-3"
    )
    assert refused.entries == (2, 4)
    for other in ({"entry": 1}, {"system": "einnsyn"}, {"external_id": "26/17-4"}):
        after.when(link(**other)).then(LINKED.model_copy(update=other))
    assert subjects(LINKED) == (Subject("external_record", "noark:26/17-3"),)


def test_the_entry_that_is_tied_is_there() -> None:
    book().when(link(entry=3)).then(LINKED.model_copy(update={"entry": 3}))
    book().when(link(entry=4)).then_rejected("external_record.unknown_entry", entry=4, head=3)


# History -----------------------------------------------------------------------------------

SOURCE = {"title": "Årsmelding 1998", "read_on": "2026-05-02"}


def take_in(**fields: Any) -> Any:
    """Returns a command to take in what a report of 1998 says."""
    told = {"historical_id": "h-1", "kind": "Årsmelding", "data": [TOLD.model_dump()], "certainty": "likely"}
    return command(
        "historical_entry.import", **{"mode": "import", "source": SOURCE, "effective": "1998-06-01", **told, **fields}
    )


TAKEN_IN = HistoricalEntryImported(historical_id="h-1", kind="Årsmelding", data=(TOLD,), certainty="likely")


def test_what_a_source_says_is_kept_as_it_is_printed() -> None:
    after = (
        book()
        .when(take_in(text="Summen av postene er 1 202 000."))
        .then(TAKEN_IN.model_copy(update={"text": seal("Summen av postene er 1 202 000.")}))
    )
    assert after.state.records.historical["h-1"] == 4
    assert replace(after.state, records=book().state.records, head=3) == book().state
    assert subjects(TAKEN_IN) == (Subject("historical_entry", "h-1"),)


def test_objections_to_a_historical_fact_come_in_order() -> None:
    before = book().and_(at("1998-06-01", TAKEN_IN))
    case: dict[str, Any] = {"mode": "decide", "source": None, "data": [], "effective": "2026-11-24"}
    ladder: list[tuple[str, dict[str, Any]]] = [
        ("historical_entry.source_missing", {"source": SOURCE}),
        ("historical_entry.not_imported", {"mode": "import", "source": {**SOURCE, "read_on": "2026-11-24"}}),
        ("historical_entry.already_imported", {"historical_id": "h-2"}),
        ("historical_entry.nothing_told", {"data": [TOLD.model_dump()]}),
        ("historical_entry.after_book_was_live", {"effective": "2026-11-23"}),
    ]
    for code, repair in ladder:
        assert before.when(take_in(**case)).then_rejected(code).nature == "fact"
        case |= repair
    before.when(take_in(**case)).then(TAKEN_IN.model_copy(update={"historical_id": "h-2"}))


def test_a_book_that_holds_only_history_is_not_live() -> None:
    fact = Fact(founded().event, 1, Interval.exact(date(2013, 9, 26)), RECORDED, mode="import")
    before = Given(evolve(Given().state, fact), 1)
    assert before.state.records.live_since is None
    before.when(take_in(effective="2026-11-24")).then(TAKEN_IN)
    assert book().state.records.live_since == date(2026, 11, 24)
