"""Corrections: decided as what they correct was, standing in its place from then on, and every refusal in order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.agreements import ServiceRegistered, ServiceRetired, ServiceReviewHeld, TargetsMeasured, Verdict
from domain.bodies import PersonRegistered
from domain.cases import CaseClosed, CaseDocumentAttached, CaseOpened
from domain.collaboration import Collaboration, evolve, held_at
from domain.decisions import DecisionMade
from domain.irregularities import IrregularityHealed
from domain.kernel import Fact
from domain.minutes.state import Minutes, Protocol, Signature
from tests.spec import RECORDED, At, Given, at, command, given, seal
from tests.specs.agreement_books import book, concluded, founded, service
from tests.specs.constitution_books import proposed, resolution
from tests.specs.meeting_books import meeting_book
from tests.specs.minutes_books import held, with_meetings
from tests.specs.test_agreements_measured import JULY, JUNE, RAISED, ROW, measure, measured

JUNE_DAYS = (date(2026, 6, 1), date(2026, 6, 30))


def wrongly(*facts: At) -> Given:
    """Returns a book in which June was measured as missed, entry 9, and then these facts."""
    return book(concluded(), *RAISED, at("2026-07-02", measured(JUNE, 1, "missed", value="98.6")), *facts)


WRONG = 9


def right(**fields: Any) -> Any:
    """Returns the correction of it: somebody had turned two figures around."""
    return measure(**{"rows": [{**ROW, "value": "99.6"}], "corrects": WRONG, **fields})


# A measurement -----------------------------------------------------------------------------


def test_a_measurement_corrected_later_holds_both_values_and_both_verdicts() -> None:
    before = wrongly()
    after = before.when(right()).then(measured(JUNE, 1, "met"))
    now = after.state.agreements.measured("sla")[JUNE_DAYS]
    (then,) = now.earlier
    assert (now.entry, now.rows[0].value, now.verdict_on("uptime")) == (10, "99.6", verdict("met"))
    assert (then.entry, then.rows[0].value, then.verdict_on("uptime")) == (WRONG, "98.6", verdict("missed"))
    assert before.state.agreements.measured("sla")[JUNE_DAYS].entry == WRONG
    was = held_at(after.state, WRONG)
    assert was is not None
    assert was.corrected_by == 10
    assert isinstance(was.fact.event, TargetsMeasured)


def verdict(outcome: Any) -> Verdict:
    """Returns how uptime was judged."""
    return Verdict(target_id="uptime", gross=outcome, outcome=outcome)


def test_it_is_judged_by_the_version_of_its_period_and_may_be_of_another_period() -> None:
    after = wrongly().when(right(period=JULY)).then(measured(JULY, 2, "missed"))
    assert [held.entry for held in after.state.agreements.measured("sla").values()] == [10]
    taken = wrongly(at("2026-08-02", measured(JULY, 2, "missed")))
    taken.when(right(period=JULY)).then_rejected("targets.duplicate_period", agreement_id="sla")


def test_a_correction_is_corrected_in_its_turn_and_the_first_is_not() -> None:
    after = wrongly().when(right()).then(measured(JUNE, 1, "met"))
    last = after.when(right(corrects=10, rows=[{**ROW, "value": "99.1"}])).then(
        measured(JUNE, 1, "good_enough", value="99.1")
    )
    now = last.state.agreements.measured("sla")[JUNE_DAYS]
    assert [now.entry, *(earlier.entry for earlier in now.earlier)] == [11, 10, WRONG]
    assert all(earlier.earlier == () for earlier in now.earlier)
    refused = last.when(right()).then_rejected("correction.already_corrected", entry=WRONG, by=11)
    assert refused.entries == (WRONG, 11)


def test_without_a_date_a_correction_is_of_the_day_of_what_it_corrects() -> None:
    before = book(service("calendar", "2024-05-05", "aukra"))
    told = {"service_id": "calendar", "group": "operations", "consumers": ["aukra"], "corrects": 6}
    after = before.when(command("service.register", name="Kalender", **told)).then(
        ServiceRegistered(service_id="calendar", name="Kalender", group="operations", consumers=("aukra",))
    )
    life = after.state.agreements.services["calendar"].life
    assert life.began.earliest == date(2024, 5, 5)
    before.when(command("service.register", name="Kalender", effective="2024-05-06", **told)).then_rejected(
        "correction.fields_fixed", fields=["effective"]
    )


# Refusals ----------------------------------------------------------------------------------


def test_objections_to_a_correction_come_in_order() -> None:
    before = wrongly(
        at("2026-07-02", service("calendar").event, irregular="service.unknown_office"),
        at("2026-07-03", measured(JULY, "unknown", "uncomputable"), irregular="agreement.not_in_force"),
    )
    case: dict[str, Any] = {"agreement_id": "sla-2", "corrects": 99}
    ladder: list[tuple[str, dict[str, Any]]] = [
        ("correction.target_missing", {"corrects": 11}),
        ("correction.target_irregular", {"corrects": 1}),
        ("correction.other_type", {"corrects": 5}),
        ("correction.other_type", {"corrects": WRONG}),
        ("correction.fields_fixed", {"agreement_id": "sla", "rows": [{**ROW, "target_id": "other"}]}),
        ("targets.metric_not_in_version", {"rows": [{**ROW, "value": "98.6"}], "effective": "2026-07-02"}),
        ("correction.nothing_changed", {"rows": [ROW]}),
    ]
    for code, repair in ladder:
        assert before.when(measure(**case)).then_rejected(code).nature == "fact"
        case |= repair
    before.when(measure(**case)).then(measured(JUNE, 1, "met"))


@pytest.mark.parametrize(("entry", "head"), [(10, 9), (9, 9)])
def test_the_entry_is_there_up_to_the_last(entry: int, head: int) -> None:
    before = wrongly()
    assert before.number == head
    if entry > head:
        before.when(right(corrects=entry)).then_rejected("correction.target_missing", entry=entry, head=head)
    else:
        before.when(right(corrects=entry)).then(measured(JUNE, 1, "met"))


def test_what_was_decided_needs_a_new_decision() -> None:
    revised = command("service.retire", service_id="mail", corrects=8)
    refused = wrongly().when(revised).then_rejected("correction.needs_new_decision", entry=8)
    assert refused.params["type"] == "service.retire"


# Other registers ---------------------------------------------------------------------------


def test_a_service_keeps_what_became_of_it() -> None:
    before = book(at("2025-01-01", ServiceRetired(service_id="mail")))
    told = command("service.register", service_id="mail", name="E-post", group="operations", statutory=True, corrects=5)
    after = before.when(told).then(
        ServiceRegistered(service_id="mail", name="E-post", group="operations", statutory=True)
    )
    mail = after.state.agreements.services["mail"]
    assert (mail.name, mail.statutory, mail.entry, mail.retired_by) == ("E-post", True, 7, 6)
    consumers = command(
        "service.register", service_id="mail", name="E-post", group="operations", consumers=["aukra"], corrects=5
    )
    before.when(consumers).then_rejected("correction.fields_fixed", fields=["consumers"])


def test_a_case_gets_another_title_and_keeps_its_documents() -> None:
    opened = CaseOpened(case_id="c-9", case_number="9/24", kind="decision", title="Skrivefiel")
    paper = CaseDocumentAttached(case_id="c-9", document_id="d", title="Notat", kind="memo", sha256="a" * 64)
    closed = CaseClosed(case_id="c-9", outcome="settled")
    before = given(
        *(at("2024-01-02", event) for event in (founded().event, opened, paper, closed)),
    )
    after = before.when(command("case.open", case_id="c-9", case_number="9/24", title="Skrivefeil", corrects=2)).then(
        opened.model_copy(update={"title": "Skrivefeil"})
    )
    case = after.state.cases.by_id["c-9"]
    assert (case.title, case.entry, list(case.documents), case.opened.earliest) == (
        "Skrivefeil",
        5,
        ["d"],
        date(2024, 1, 2),
    )
    assert case.closing == before.state.cases.by_id["c-9"].closing
    other = command("case.open", case_id="c-9", kind="delegated", title="Skrivefeil", corrects=2)
    before.when(other).then_rejected("correction.fields_fixed", fields=["kind"])


def test_a_person_gets_another_name() -> None:
    before = given(founded(), at("2024-01-02", PersonRegistered(person_id="p-9", name=seal("Kari Prøvessen"))))
    after = before.when(command("person.register", person_id="p-9", name="Kari Prøvesen", corrects=2)).then(
        PersonRegistered(person_id="p-9", name=seal("Kari Prøvesen"))
    )
    assert after.state.bodies.persons["p-9"] == 3


def test_a_review_is_held_otherwise_than_recorded() -> None:
    review = ServiceReviewHeld(
        agreement_id="sla", customers_present=("aukra",), provider_present=False, next_review=date(2026, 12, 1)
    )
    before = book(concluded(), at("2026-05-05", review))
    told = command(
        "service_review.hold",
        agreement_id="sla",
        customers_present=["aukra", "molde"],
        provider_present=True,
        next_review="2026-12-01",
        corrects=7,
    )
    after = before.when(told).then(
        review.model_copy(update={"customers_present": ("aukra", "molde"), "provider_present": True})
    )
    (now,) = after.state.agreements.reviews["sla"]
    assert (now.entry, now.held.earliest, now.event.provider_present) == (8, date(2026, 5, 5), True)


def test_a_resolution_is_found_by_the_entry_that_first_recorded_it() -> None:
    rejected = resolution("aukra", "charter", "v1", outcome="rejected")
    before = given(founded(), proposed("ko"), at("2026-01-02", rejected))
    sent = {"member_id": "aukra", "council": rejected.council, "subject": {"kind": "charter", "ref": "v1"}}
    evidence = [{"sha256": "a" * 64, "name": "Særutskrift"}]
    adopted = command("member_resolution.record", **sent, outcome="adopted", corrects=3, evidence=evidence)
    after = before.when(adopted).then(rejected.model_copy(update={"outcome": "adopted"}))
    resolutions = after.state.resolutions
    assert (resolutions.by_entry[3].outcome, resolutions.by_entry[4].outcome) == ("adopted", "adopted")
    (mark,) = resolutions.line(("charter", "v1"), "aukra").marks
    assert (mark.number, mark.effective.earliest, mark.value) == (4, date(2026, 1, 2), "adopted")
    again = command("member_resolution.record", **sent, outcome="rejected", corrects=4, evidence=evidence)
    last = after.when(again).then(rejected).state.resolutions
    assert [last.by_entry[entry].outcome for entry in (3, 4, 5)] == ["rejected"] * 3


# Signed minutes ----------------------------------------------------------------------------


def signed(*facts: At) -> Given:
    """Returns a book with the case `c-1`, entry 17, on the agenda of a meeting whose minutes were signed, and these."""
    before = with_meetings(meeting_book(), held(agenda=("c-1",)))
    protocol = Protocol(signature=Signature(40, 20, 23, "unknown", ("p-1",)))
    minutes = Minutes(
        by_meeting=before.state.minutes.by_meeting.insert("m-1", protocol),
        signed=before.state.minutes.signed.insert("m-1", 40),
    )
    return replace(before, state=replace(before.state, minutes=minutes)).and_(*facts)


def retitled(entry: int, **fields: Any) -> Any:
    """Returns a correction of the title of the case."""
    return command("case.open", case_id="c-1", title="Ny vedtekt", corrects=entry, **fields)


def entry_of(state: Collaboration) -> int:
    """Returns the entry that opened the case."""
    return state.cases.by_id["c-1"].entry


TITLED = CaseOpened(case_id="c-1", case_number="unknown", kind="decision", title="Ny vedtekt")


def decided(decision_id: str, body_id: str) -> At:
    """Returns a decision of a body."""
    event = DecisionMade(
        decision_id=decision_id,
        case_id="c-2",
        body_id=body_id,
        kind="resolution",
        title="Retting",
        text=seal("Rettes."),
    )
    return at("2026-04-01", event)


def test_what_stands_in_signed_minutes_is_corrected_by_the_body() -> None:
    before = signed(decided("v-1", "council"), decided("v-2", "other"))
    entry = entry_of(before.state)
    refused = before.when(retitled(entry)).then_rejected(
        "correction.signed_without_body", entry=entry, meeting_id="m-1", body_id="council"
    )
    assert (refused.nature, refused.law, refused.entries) == ("rule", "kommuneloven § 11-4", (entry, 40))
    by_other = [{"kind": "decision", "ref": "v-2"}]
    before.when(retitled(entry, basis=by_other)).then_rejected("correction.signed_without_body")
    before.when(retitled(entry, basis=[{"kind": "decision", "ref": "v-1"}])).then(TITLED)


def test_a_case_of_no_signed_meeting_is_corrected_by_whoever_records() -> None:
    before = signed()
    entry = before.state.cases.by_id["c-2"].entry
    told = command("case.open", case_id="c-2", title="Noe annet", corrects=entry)
    before.when(told).then(TITLED.model_copy(update={"case_id": "c-2", "title": "Noe annet"}))


def test_an_irregular_correction_has_no_effect_until_it_is_healed() -> None:
    before = signed()
    entry = entry_of(before.state)
    sent = retitled(entry, mode="record", reason="Rettet på møtet")
    after = before.when(sent).then(TITLED, irregular=("correction.signed_without_body",))
    assert after.state.cases.by_id["c-1"].title == "c-1"
    healing = IrregularityHealed(entry=after.number, touched=())
    healed = after.and_(at("2026-05-01", healing))
    assert healed.state.cases.by_id["c-1"].title == "Ny vedtekt"
    was = held_at(healed.state, entry)
    assert was is not None
    assert was.corrected_by == healed.number
    more = command("case.open", case_id="c-1", title="Enda nyere", corrects=after.number, mode="record", reason="x")
    healed.when(more).then(
        TITLED.model_copy(update={"title": "Enda nyere"}), irregular=("correction.signed_without_body",)
    )


def test_a_correction_of_what_is_not_there_changes_nothing() -> None:
    before = wrongly()
    for entry in (1, 5, 77):
        fact = Fact(measured(JUNE, 1, "met"), 10, at("2026-07-02", measured(JUNE, 1, "met")).effective, RECORDED)
        after = evolve(before.state, replace(fact, corrects=entry))
        assert after.agreements == before.state.agreements
