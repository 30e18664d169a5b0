"""The auditor's desk: checkpoints held against the log, findings with their answers, and what is late."""

from __future__ import annotations

from tests.api.spec import BOOK, JSON, SHIELD, Door, get

PLAN = {"kind": "document", "ref": "Plan for forvaltningsrevisjon"}
WRONG = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="


def office() -> JSON:
    """Returns the setting up of an office."""
    return {"type": "office.establish", "office_id": "leder", "title": "Leder", "kind": "leader"}


def audit(audit_id: str = "a-1", **fields: object) -> JSON:
    """Returns the opening of an audit."""
    given = {"audit_id": audit_id, "title": "Om drift", "auditor": "Prøve revisjon", "kind": "performance"}
    return {"type": "audit.open", **given, "basis": [PLAN], "effective": "2026-02-01", **fields}


def finding(finding_id: str = "f-1", **fields: object) -> JSON:
    """Returns the recording of a finding."""
    given = {"finding_id": finding_id, "audit_id": "a-1", "title": "Uten frist", "text": "Fire vedtak har ingen frist."}
    more = {"severity": "significant", "criteria": ["kommuneloven § 25-1"], "entries": [1]}
    to = {"addressee": {"kind": "office", "id": "leder"}, "answer_by": "2026-03-01", "effective": "2026-02-10"}
    return {"type": "audit_finding.raise", **given, **more, **to, **fields}


def answer(finding_id: str = "f-1", **fields: object) -> JSON:
    """Returns an answer to a finding."""
    given = {"finding_id": finding_id, "by": {"kind": "office", "id": "leder"}, "text": "Vi er enige."}
    return {"type": "audit_finding.answer", **given, "status": "under_way", "effective": "2026-02-20", **fields}


def checkpoint(door: Door, size: int) -> JSON:
    """Returns the checkpoint of the first so many entries."""
    root = door.see(f"log/consistency?first={size}&second={size}")["first_root"]
    return {"size": size, "root": root}


def test_a_checkpoint_is_held_against_the_log(door: Door) -> None:
    door.given(office())
    door.given(audit(checkpoint=checkpoint(door, 2)), audit("a-2", checkpoint={"size": 2, "root": WRONG}))
    door.given(audit("a-3"))
    first, second, third = door.see("audit-desk")["audits"]
    assert first["checkpoint"] == {
        **checkpoint(door, 2),
        "root_now": checkpoint(door, 2)["root"],
        "consistent": True,
        "entries_since": 3,
        "proof": f"/api/v1/collaborations/{BOOK}/log/consistency?first=2&second=5",
    }
    assert door.send(get(first["checkpoint"]["proof"])).json()["first_root"] == first["checkpoint"]["root"]
    assert (second["checkpoint"]["consistent"], second["checkpoint"]["root"]) == (False, WRONG)
    assert third["checkpoint"] is None


def test_findings_stand_with_their_answers_and_tell_what_is_late(door: Door) -> None:
    door.given(office(), audit(), finding(), finding("f-2"), answer(), answer("f-2", status="closed"))
    desk = door.see("audit-desk?effective_on=2026-03-02")
    (shown,) = desk["audits"]
    assert [(one["id"], one["status"], one["entries"]) for one in shown["findings"]] == [
        ("f-1", "under_way", [1]),
        ("f-2", "closed", [1]),
    ]
    told = shown["findings"][0]["answers"][0]
    assert desk["texts"][told["text"]["commitment"]] == "Vi er enige."
    assert (desk["open_findings"], desk["late_answers"], desk["withheld"]) == (["f-1"], [], 0)
    before = door.see("audit-desk?entry=5&effective_on=2026-03-02")
    assert (before["open_findings"], before["late_answers"]) == (["f-1", "f-2"], ["f-1", "f-2"])
    assert door.see("audit-desk?entry=5&effective_on=2026-03-01")["late_answers"] == []
    assert door.see("audit-desk?effective_on=2026-02-05")["audits"][0]["findings"] == []


def test_a_task_that_comes_from_a_finding_is_shown_with_it(door: Door) -> None:
    seat = {"type": "seat.fill", "person_id": "p1", "office_id": "leder", "effective": "2026-01-02"}
    known = {"type": "person.register", "person_id": "p1", "name": "Prøve Prøvesen", "effective": "2026-01-01"}
    task = {"type": "follow_up.assign", "follow_up_id": "u-1", "title": "Sett frist", "owner_office": "leder"}
    origin = {"origin": {"kind": "finding", "ref": "f-1"}, "effective": "2026-02-21"}
    started = {**office(), "effective": "2026-01-01"}
    door.given(started, known, seat, audit(), finding(), {**task, **origin})
    assert door.see("audit-desk")["audits"][0]["findings"][0]["follow_ups"] == ["u-1"]
    (row,) = door.see("findings?effective_on=all")["rows"]
    assert row["follow_ups"] == ["u-1"]


def test_what_is_shielded_is_withheld_and_counted(door: Door) -> None:
    door.given(office(), audit(), finding(access=SHIELD))
    desk = door.see("audit-desk")
    assert (desk["audits"][0]["findings"], desk["open_findings"], desk["withheld"]) == ([], [], 1)
    assert door.see("audit-desk", by="auditor")["open_findings"] == ["f-1"]


def test_an_empty_desk(door: Door) -> None:
    door.given()
    desk = door.see("audit-desk")
    assert (desk["audits"], desk["open_findings"], desk["withheld"], desk["texts"]) == ([], [], 0, {})
