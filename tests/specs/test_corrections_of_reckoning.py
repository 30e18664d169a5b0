"""Corrections of what years cost and gave, of what audits found, and of what offices are called."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from domain.bodies import OfficeAbolished, OfficeEstablished
from domain.budgets.drivers import latest
from domain.collaboration import COMMANDS
from domain.corrections.anew import INSTEAD
from domain.corrections.replacing import EVENT_OF
from tests.spec import at, command, given, seal
from tests.specs import test_actuals as actuals
from tests.specs import test_audits as audits
from tests.specs import test_cost_drivers as drivers
from tests.specs.benefit_books import book as benefit_book
from tests.specs.benefit_books import event, founded, sent, told
from tests.specs.budget_books import book

# Budgets -----------------------------------------------------------------------------------

TURNED: Any = {"rows": [{"line_id": "lonn", "amount_ore": 205}]}
ANOTHER = {"batch_sha256": "cd" * 32, "month": 4}


def test_a_batch_of_actuals_is_counted_as_it_should_have_been() -> None:
    before = actuals.budgeted("as", at("2026-04-01", actuals.recorded()), at("2026-05-01", actuals.recorded(**ANOTHER)))
    after = before.when(actuals.record(**TURNED, corrects=4)).then(actuals.recorded(**TURNED))
    year = after.state.budgets.actuals.of(2026)
    assert (dict(year.by_line), dict(year.without_line), year.entries) == ({"lonn": 455}, {"7790": -1}, (5, 6))
    assert before.state.budgets.actuals.of(2026).by_line["lonn"] == 500
    again = after.when(actuals.record(rows=[{"line_id": "lonn", "amount_ore": 1}], corrects=6)).decide()
    assert again.ruling.irregular == ()


def test_a_corrected_batch_is_judged_as_the_first_was() -> None:
    before = actuals.budgeted("as", at("2026-04-01", actuals.recorded()), at("2026-05-01", actuals.recorded(**ANOTHER)))
    moved = actuals.record(**TURNED, year=2027, corrects=4)
    before.when(moved).then_rejected("correction.fields_fixed", fields=["year"])
    same_file = actuals.record(**TURNED, batch_sha256="cd" * 32, corrects=4)
    before.when(same_file).then_rejected("actuals.duplicate_batch", entry=5)
    unknown = actuals.record(rows=[{"line_id": "nei", "amount_ore": 1}], corrects=4)
    before.when(unknown).then_rejected("actuals.unknown_line", line_ids=["nei"])


def test_figures_members_are_weighed_by_are_corrected_and_the_newest_counts() -> None:
    before = book("as", drivers.entered())
    figures = {**drivers.FIGURES, "rauma": "7010.5"}
    after = before.when(drivers.record(figures, corrects=3)).then(drivers.recorded(figures))
    held = latest(after.state.budgets.recordings, "population", date(2026, 7, 1))
    assert held is not None
    assert (list(after.state.budgets.recordings), held.values["rauma"]) == ([4], Fraction(14021, 2))
    users = drivers.record(figures, driver="users", corrects=3)
    before.when(users).then_rejected("correction.fields_fixed", fields=["driver"])
    before.when(drivers.record(corrects=3)).then_rejected("correction.nothing_changed", entry=3)


def test_a_report_on_where_the_year_is_heading_is_corrected_in_its_place() -> None:
    later = actuals.reported(as_of="2026-09-30")
    before = actuals.budgeted("as", at("2026-09-01", actuals.reported()), at("2026-10-01", later))
    right: Any = {"forecasts": [{"line_id": "lonn", "forecast_ore": 905}]}
    after = before.when(actuals.report(**right, corrects=4)).then(actuals.reported(**right))
    first, second = after.state.budgets.reports[2026]
    assert (first.entry, dict(first.forecasts), second.entry) == (6, {"lonn": 905}, 5)
    moved = actuals.report(**right, as_of="2026-09-30", corrects=4)
    before.when(moved).then_rejected("deviation.already_reported", as_of="2026-09-30")


# Benefits ----------------------------------------------------------------------------------


def test_a_benefit_came_to_something_else() -> None:
    before = benefit_book(told("benefit.plan"), told("benefit.measure"), told("benefit.measure", as_of="2026-11-20"))
    entry = before.number - 1
    after = before.when(sent("benefit.measure", value="61", corrects=entry)).then(event("benefit.measure", value="61"))
    first, second = after.state.benefits.by_id["b"].measurements
    assert (first.value, first.entry, second.entry) == ("61", before.number + 1, before.number)
    moved = sent("benefit.measure", as_of="2026-11-20", corrects=entry)
    before.when(moved).then_rejected("benefit.already_measured", as_of="2026-11-20")


# Audits ------------------------------------------------------------------------------------

SAID: Any = {"text": "Tre vedtak har ingen frist.", "entries": [1]}
FINDING = audits.HEAD + 1


def test_what_an_audit_found_is_put_right_and_the_answers_stand() -> None:
    before = audits.found(at(audits.DAY, audits.ANSWERED))
    right = audits.RAISED.model_copy(update={"text": seal(SAID["text"]), "entries": (1,)})
    after = before.when(audits.raise_(**SAID, corrects=FINDING)).then(right)
    found = after.state.audits.findings["f-1"]
    assert (found.entry, found.event.entries, [one.entry for one in found.answers]) == (
        FINDING + 2,
        (1,),
        [FINDING + 1],
    )
    other = audits.raise_(**SAID, addressee={"kind": "office", "id": "clerk"}, corrects=FINDING)
    before.when(other).then_rejected("correction.fields_fixed", fields=["addressee"])


def test_an_answer_is_put_right_in_its_place() -> None:
    before = audits.found(at(audits.DAY, audits.ANSWERED.model_copy(update={"status": "closed"})))
    after = before.when(audits.answer(corrects=before.number)).then(audits.ANSWERED)
    found = after.state.audits.findings["f-1"]
    assert (found.status, found.closed_by, [one.entry for one in found.answers]) == (
        "under_way",
        None,
        [before.number + 1],
    )
    by = {"kind": "office", "id": "clerk"}
    other = audits.answer(by=by, corrects=before.number)
    before.when(other).then_rejected("correction.fields_fixed", fields=["by"])


# Offices -----------------------------------------------------------------------------------


def test_an_office_gets_another_title_and_stays_abolished() -> None:
    made = OfficeEstablished(office_id="drift", title="Driftsjef", kind="other")
    before = given(founded(), at("2024-02-01", made), at("2025-02-01", OfficeAbolished(office_id="drift")))
    right: Any = {"office_id": "drift", "title": "Driftssjef", "kind": "other", "corrects": 2}
    after = before.when(command("office.establish", **right)).then(made.model_copy(update={"title": "Driftssjef"}))
    drift = after.state.bodies.offices["drift"]
    assert (drift.title, drift.entry, drift.abolished_by, drift.life.began.earliest) == (
        "Driftssjef",
        4,
        3,
        date(2024, 2, 1),
    )
    leader = command("office.establish", **{**right, "kind": "leader"})
    before.when(leader).then_rejected("correction.fields_fixed", fields=["kind"])


# The others --------------------------------------------------------------------------------


def test_whatever_is_not_corrected_has_a_command_that_changes_it() -> None:
    assert set(INSTEAD) == set(COMMANDS) - set(EVENT_OF)
    assert {name for names in INSTEAD.values() for name in names} <= set(COMMANDS)
    refused = given(founded()).when(command("service.retire", service_id="mail", corrects=1))
    refused.then_rejected("correction.needs_new_decision", entry=1, instead=["service.register"])
