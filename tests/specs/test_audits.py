"""Audits: opened on a mandate, of a state of the book; findings with entries; answers by whoever they are put to."""

from __future__ import annotations

from typing import Any

import pytest

from domain.audits import (
    AuditedCheckpoint,
    AuditFindingAnswered,
    AuditFindingRaised,
    AuditOpened,
    AuditScope,
    Remedy,
)
from domain.bodies import SeatFilled
from domain.collaboration import subjects
from domain.decisions import FollowUpAssigned, Origin
from domain.kernel import Subject
from domain.rulebook.audits import AUDIT_RULES
from domain.vocabulary import Holder
from tests.spec import At, Given, at, command, seal
from tests.specs.body_books import COUNCIL, MANAGER, governed

ROOT = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
PLAN = {"kind": "document", "ref": "Plan for forvaltningsrevisjon"}
DAY = "2024-03-01"

OPENED = AuditOpened(audit_id="a-1", title="Om drift", auditor="Prøve revisjon", kind="performance")
RAISED = AuditFindingRaised(
    finding_id="f-1",
    audit_id="a-1",
    title="Uten frist",
    text=seal("Fire vedtak har ingen frist."),
    severity="significant",
    criteria=("kommuneloven § 25-1",),
    entries=(1, 2),
    addressee=MANAGER,
)
ANSWERED = AuditFindingAnswered(
    finding_id="f-1", audit_id="a-1", by=MANAGER, text=seal("Vi er enige."), status="under_way"
)


def audited(*facts: At) -> Given:
    """Returns a book with an audit, and these facts after it."""
    return governed(at("2024-02-01", OPENED), *facts)


def found(*facts: At) -> Given:
    """Returns a book with an audit and a finding, and these facts after it."""
    return audited(at("2024-02-10", RAISED), *facts)


HEAD = audited().number
"""The entry of the audit; the finding is the next."""


def open_(**fields: Any) -> Any:
    """Returns the opening of the audit."""
    given = {"audit_id": "a-1", "title": "Om drift", "auditor": "Prøve revisjon", "kind": "performance"}
    return command("audit.open", **{**given, "basis": [PLAN], "effective": "2024-02-01", **fields})


def raise_(**fields: Any) -> Any:
    """Returns the recording of the finding."""
    given = {
        "finding_id": "f-1",
        "audit_id": "a-1",
        "title": "Uten frist",
        "text": "Fire vedtak har ingen frist.",
        "severity": "significant",
        "criteria": ["kommuneloven § 25-1"],
        "entries": [1, 2],
        "addressee": {"kind": "office", "id": "manager"},
        "effective": "2024-02-10",
    }
    return command("audit_finding.raise", **{**given, **fields})


def answer(**fields: Any) -> Any:
    """Returns the manager's answer."""
    given = {"finding_id": "f-1", "by": {"kind": "office", "id": "manager"}, "text": "Vi er enige.", "effective": DAY}
    return command("audit_finding.answer", **{**given, "status": "under_way", **fields})


# Accepted ---------------------------------------------------------------------------------


def test_an_audit_is_opened_on_a_mandate() -> None:
    after = governed().when(open_()).then(OPENED)
    assert after.state.audits.by_id["a-1"].entry == after.number
    assert subjects(OPENED) == (Subject("audit", "a-1"),)


def test_an_audit_says_of_what_and_of_which_state_of_the_book() -> None:
    scope = {"from_day": "2023-01-01", "to_day": "2023-01-01", "bodies": ["council"]}
    head = governed().number
    told = OPENED.model_copy(
        update={
            "scope": AuditScope.model_validate_json(
                '{"from_day":"2023-01-01","to_day":"2023-01-01","bodies":["council"]}'
            ),
            "question": seal("Følges de opp?"),
            "checkpoint": AuditedCheckpoint(size=head, root=ROOT),
        }
    )
    sent = open_(scope=scope, question="Følges de opp?", checkpoint={"size": head, "root": ROOT})
    governed().when(sent).then(told)
    assert subjects(told) == (Subject("audit", "a-1"), Subject("body", "council"))


@pytest.mark.parametrize("kind", AUDIT_RULES)
def test_a_document_gives_any_audit_its_mandate(kind: str) -> None:
    assert governed().when(open_(kind=kind)).decide().events


def test_a_finding_names_the_entries_it_was_seen_in() -> None:
    after = audited().when(raise_()).then(RAISED)
    assert after.state.audits.findings["f-1"].status == "open"
    assert subjects(RAISED) == (
        Subject("finding", "f-1"),
        Subject("audit", "a-1"),
        Subject("office", "manager"),
        Subject("entry", "1"),
        Subject("entry", "2"),
    )


def test_a_finding_is_answered_as_often_as_there_is_something_new_until_it_is_closed() -> None:
    once = found().when(answer()).then(ANSWERED)
    assert once.state.audits.findings["f-1"].status == "under_way"
    later = once.when(answer(effective="2024-04-01")).then(ANSWERED)
    remedies = [{"measure": "Frist i malen", "owner_office": "manager"}]
    closed = ANSWERED.model_copy(
        update={"status": "closed", "remedies": (Remedy(measure="Frist i malen", owner_office="manager"),)}
    )
    done = later.when(answer(status="closed", remedies=remedies)).then(closed)
    kept = done.state.audits.findings["f-1"]
    assert (kept.status, kept.closed_by, len(kept.answers)) == ("closed", done.number, 3)
    assert subjects(closed) == (Subject("finding", "f-1"), Subject("audit", "a-1"), Subject("office", "manager"))


def test_whoever_a_finding_can_be_put_to() -> None:
    for holder in (COUNCIL, Holder(kind="member", id="aukra"), Holder(kind="collaboration", id="this")):
        sent = raise_(addressee=holder.model_dump())
        assert audited().when(sent).decide().events


def test_folding_what_names_nothing_changes_nothing() -> None:
    lost = governed(at(DAY, RAISED), at(DAY, ANSWERED))
    assert lost.state.audits == governed().state.audits
    assert lost.state == governed().state


def test_a_task_comes_from_a_finding_the_book_holds() -> None:
    sent = command(
        "follow_up.assign",
        follow_up_id="u-1",
        origin={"kind": "finding", "ref": "f-1"},
        title="Sett frist",
        owner_office="manager",
        effective=DAY,
    )
    seat = at("2024-01-01", SeatFilled(person_id="p-1", office_id="manager"))
    audited(seat).when(sent).then_rejected("follow_up.unknown_origin", kind="finding", ref="f-1")
    told = FollowUpAssigned(
        follow_up_id="u-1", origin=Origin(kind="finding", ref="f-1"), title="Sett frist", owner_office="manager"
    )
    found(seat).when(sent).then(told)
    assert Subject("finding", "f-1") in subjects(told)


# An audit is refused, in order of precedence ------------------------------------------------


def test_not_twice() -> None:
    rejection = audited().when(open_(basis=[])).then_rejected("audit.already_opened", audit_id="a-1")
    assert (rejection.nature, rejection.entries) == ("fact", (HEAD,))


def test_not_of_a_period_that_ends_before_it_begins() -> None:
    scope = {"from_day": "2023-01-02", "to_day": "2023-01-01", "bodies": ["nobody"]}
    governed().when(open_(scope=scope)).then_rejected(
        "audit.period_reversed", from_day="2023-01-02", to_day="2023-01-01"
    )


def test_not_of_what_the_book_does_not_hold() -> None:
    scope = {"bodies": ["council", "nobody"], "services": ["nothing"]}
    sent = open_(scope=scope, checkpoint={"size": 9_999, "root": ROOT})
    governed().when(sent).then_rejected("audit.unknown_scope", unknown=["nobody", "nothing"])


def test_not_of_more_entries_than_there_are() -> None:
    head = governed().number
    sent = open_(checkpoint={"size": head + 1, "root": ROOT}, basis=[])
    governed().when(sent).then_rejected("audit.checkpoint_ahead", size=head + 1, head=head)


@pytest.mark.parametrize(
    ("kind", "law", "basis"),
    [
        ("financial", "kommuneloven §§ 24-1, 24-2; IKS-loven § 28", "law"),
        ("performance", "kommuneloven §§ 23-2, 23-3", "charter"),
        ("ownership", "kommuneloven §§ 23-2, 23-4", "law"),
        ("internal", None, "resolution"),
    ],
)
def test_not_without_a_mandate(kind: str, law: str | None, basis: str) -> None:
    rejection = governed().when(open_(kind=kind, basis=[])).then_rejected("audit.no_mandate", kind=kind)
    assert (rejection.nature, rejection.law) == ("unknown", law)
    governed().when(open_(kind=kind, basis=[{"kind": basis, "ref": "noe"}])).then_rejected("audit.no_mandate")
    source = {"title": "Arkiv", "read_on": "2024-05-01"}
    assert governed().when(open_(kind=kind, basis=[], mode="import", source=source)).decide().ruling.unverified == (
        "audit.no_mandate",
    )


# A finding is refused -----------------------------------------------------------------------


def test_a_finding_not_twice() -> None:
    rejection = found().when(raise_(audit_id="a-9")).then_rejected("audit_finding.already_raised", finding_id="f-1")
    assert rejection.entries == (HEAD + 1,)


def test_a_finding_not_of_an_audit_that_is_not_there() -> None:
    audited().when(raise_(audit_id="a-9", entries=[999])).then_rejected("audit_finding.unknown_audit", audit_id="a-9")


def test_a_finding_not_before_the_audit() -> None:
    sent = raise_(effective="2024-01-31", entries=[999])
    audited().when(sent).then_rejected("audit_finding.before_audit", on="2024-01-31", opened="2024-02-01")
    assert audited().when(raise_(effective="2024-02-01")).decide().events


def test_a_finding_not_in_entries_that_are_not_there() -> None:
    sent = raise_(entries=[1, HEAD, HEAD + 1, HEAD + 1], addressee={"kind": "office", "id": "nobody"})
    audited().when(sent).then_rejected("audit_finding.unknown_entry", unknown=[HEAD + 1], head=HEAD)
    assert audited().when(raise_(entries=[HEAD])).decide().events


@pytest.mark.parametrize("kind", ["office", "body", "member"])
def test_a_finding_not_to_someone_the_book_does_not_hold(kind: str) -> None:
    sent = raise_(addressee={"kind": kind, "id": "nobody"}, answer_by="2024-02-09")
    audited().when(sent).then_rejected("audit_finding.unknown_addressee", kind=kind, id="nobody")


def test_a_finding_not_to_be_answered_before_it_is_made() -> None:
    sent = raise_(answer_by="2024-02-09", criteria=[])
    days = {"answer_by": "2024-02-09", "on": "2024-02-10"}
    audited().when(sent).then_rejected("audit_finding.answer_due_before_raised", **days)
    assert audited().when(raise_(answer_by="2024-02-10")).decide().events


def test_a_finding_not_without_criteria_where_the_regulation_wants_them() -> None:
    rejection = audited().when(raise_(criteria=[])).then_rejected("audit_finding.without_criteria", finding_id="f-1")
    assert (rejection.nature, rejection.law) == ("rule", "forskrift om kontrollutvalg og revisjon § 15")
    financial = governed(at("2024-02-01", OPENED.model_copy(update={"kind": "financial"})))
    assert financial.when(raise_(criteria=[])).decide().events


# An answer is refused -----------------------------------------------------------------------


def test_an_answer_not_to_a_finding_that_is_not_there() -> None:
    audited().when(answer()).then_rejected("audit_finding.unknown", finding_id="f-1")


def test_an_answer_not_once_it_is_closed() -> None:
    closed = at("2024-02-20", ANSWERED.model_copy(update={"status": "closed"}))
    rejection = (
        found(closed).when(answer(by={"kind": "body", "id": "council"})).then_rejected("audit_finding.already_closed")
    )
    assert rejection.entries == (HEAD + 1, HEAD + 2)


def test_an_answer_not_the_same_twice_on_a_day() -> None:
    book = found(at(DAY, ANSWERED))
    sent = answer(by={"kind": "body", "id": "council"})
    book.when(sent).then_rejected("audit_finding.already_answered", on=DAY, status="under_way")
    assert book.when(answer(status="disputed")).decide().events


def test_an_answer_not_before_the_finding() -> None:
    sent = answer(effective="2024-02-09", remedies=[{"measure": "Noe", "owner_office": "nobody"}])
    found().when(sent).then_rejected("audit_finding.answered_before_raised", on="2024-02-09", raised="2024-02-10")
    assert found().when(answer(effective="2024-02-10")).decide().events


def test_an_answer_not_with_measures_of_an_office_that_is_not_there() -> None:
    sent = answer(remedies=[{"measure": "Noe", "owner_office": "nobody"}], by={"kind": "body", "id": "council"})
    found().when(sent).then_rejected("audit_finding.unknown_office", offices=["nobody"])


def test_an_answer_not_by_anyone_else() -> None:
    rejection = (
        found()
        .when(answer(by={"kind": "body", "id": "council"}))
        .then_rejected("audit_finding.not_addressee", by="council", addressee="manager")
    )
    assert (rejection.nature, rejection.law) == ("rule", "forskrift om kontrollutvalg og revisjon § 14")
    assert rejection.entries == (HEAD + 1,)
