"""Minutes over HTTP: as of any entry, what is withheld from whom, signed, added to, published, provable."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path
from typing import Any

import pytest

from api.minutes.answers import MeetingMinutes
from tests.api.minutes_books import (
    MEETING,
    in_the_meeting,
    meeting_commands,
    meeting_held,
    publication,
    seen,
    sent,
    signature,
)
from tests.api.minutes_books import (
    called as called_,
)
from tests.api.spec import BASE, BOOK, Door, get, post


@pytest.fixture
def held(sqlite_door: Door) -> Door:
    """A book with a meeting that has been held."""
    return meeting_held(sqlite_door)


def test_the_answer_is_as_it_is_described_on_either_engine(door: Door) -> None:
    meeting_held(door)
    for by in (None, "auditor"):
        MeetingMinutes.model_validate(seen(door, by=by))


def test_minutes_show_who_was_there_and_what_became_of_each_case(held: Door) -> None:
    minutes = seen(held)
    head = minutes["head"]
    told = (head["body"], head["number"], head["date"], head["time"], head["place"], head["chair"])
    assert told == ("rep", "1/2026", "2026-03-10", "09:00", "Rådhuset", "p-1")
    assert [one["person_id"] for one in minutes["attendance"]] == ["p-1", "p-2"]
    assert [(case["number"], case["title"], case["outcome"]["outcome"]) for case in minutes["cases"]] == [
        ("2/26", "Tilsetting", "noted"),
        ("1/26", "Budsjett", "postponed"),
    ]
    doors = [(one["doors"], one["legal_basis"]) for one in minutes["cases"][0]["doors"]]
    assert doors == [("closed", "kommuneloven § 11-5 andre ledd"), ("open", None)]
    assert minutes["names"]["person:p-1"] == "Prøve p-1"
    assert minutes["status"] == "draft"


def test_what_is_shielded_is_withheld_from_everyone_with_its_basis(held: Door) -> None:
    public, whole = seen(held), seen(held, by="auditor")
    (hidden,) = public["withheld"]
    assert (hidden["type"], hidden["legal_basis"]) == ("impartiality.decided", "offentleglova § 13")
    assert public["cases"][0]["impartiality"] == []
    assert "forvaltningsloven" not in held.send(get(f"meetings/{MEETING}/minutes")).text
    assert [one["person_id"] for one in whole["cases"][0]["impartiality"]] == ["p-2"]
    assert whole["withheld"] == []
    assert public["minutes_sha256"] == whole["minutes_sha256"]


def test_so_is_the_title_of_a_document_that_is_exempt(held: Door) -> None:
    public, whole = (seen(held, by=by)["cases"][0]["documents"] for by in (None, "auditor"))
    assert [one["title"] for one in public] == ["Saksframlegg", None]
    assert [one["title"] for one in whole] == ["Saksframlegg", "Hemmelig vedlegg"]
    assert public[1]["access"]["legal_basis"] == "offentleglova § 13"


def test_the_digest_is_computed_from_the_stored_entries_with_standard_tools(held: Door, tmp_path: Path) -> None:
    """The command of docs/schema.md, as it stands there."""
    minutes = seen(held)
    for entry in minutes["entries"]:
        recorded = held.house.ledger.entry(BOOK, entry["number"])
        assert recorded is not None
        (tmp_path / f"{entry['number']}.json").write_bytes(recorded.state)
        assert hashlib.sha256(recorded.state).hexdigest() == entry["sha256"]
    (tmp_path / "numbers").write_text("".join(f"{entry['number']}\n" for entry in minutes["entries"]))
    schema = (Path(__file__).parents[2] / "docs" / "schema.md").read_text(encoding="utf-8")
    line = schema.split("```sh\n")[1].split("\n```")[0]
    found = subprocess.run(["bash", "-c", line], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert found.stdout.split()[0] == minutes["minutes_sha256"]


def test_minutes_are_signed_as_they_are_seen_and_then_say_so(held: Door) -> None:
    sent(held, signature(seen(held)))
    minutes = seen(held)
    (signed,) = minutes["signatures"]
    assert (signed["last_entry"], signed["minutes_sha256"]) == (minutes["last_entry"], minutes["minutes_sha256"])
    assert (minutes["status"], minutes["additions"]) == ("signed", [])
    row = held.see(f"{BASE}/{BOOK}/minutes", by="auditor")["rows"][0]
    assert (row["meeting"], row["status"], row["signature"]["signers"]) == (MEETING, "signed", ["p-1"])


def test_of_minutes_that_were_seen_before_something_was_added_the_signature_is_refused(held: Door) -> None:
    old = signature({"minutes_sha256": "0" * 64})
    answer = held.given().when(post(old)).then_refused(409, "minutes.hash_mismatch")
    assert answer["params"]["minutes_sha256"] == seen(held)["minutes_sha256"]


def test_as_of_an_entry_before_the_signature_they_are_a_draft(held: Door) -> None:
    last = seen(held)["last_entry"]
    sent(held, signature(seen(held)))
    assert seen(held, f"?entry={last}")["status"] == "draft"
    earlier = seen(held, f"?entry={last - 1}")
    assert (earlier["head"]["adjourned"], earlier["last_entry"]) == (None, last - 1)


def test_what_is_published_leaves_out_what_is_shielded(held: Door) -> None:
    sent(held, signature(seen(held)))
    unredacted = {**publication(seen(held)), "redactions": []}
    refused = held.given().when(post(unredacted)).then_refused(409, "minutes.would_publish_prohibited_content")
    hidden = seen(held)["withheld"][0]["entry"]
    assert refused["params"]["shielded"] == [hidden]
    sent(held, publication(seen(held)))
    (published,) = seen(held)["publications"]
    assert [one["entry"] for one in published["redactions"]] == [hidden]


def test_what_the_public_version_leaves_out_is_withheld_from_everyone_else(held: Door) -> None:
    sent(held, signature(seen(held)))
    opening = seen(held)["head"]["opened"]["entry"]
    command = publication(seen(held))
    left_out = [*command["redactions"], {"entry": opening, "legal_basis": "offentleglova § 13"}]
    sent(held, {**command, "redactions": left_out})
    assert [one["entry"] for one in seen(held)["withheld"]] == sorted(one["entry"] for one in left_out)
    assert seen(held)["attendance"] == []
    assert len(seen(held, by="auditor")["attendance"]) == 2


def test_and_fields_that_are_left_out_alone(held: Door) -> None:
    sent(held, signature(seen(held)))
    opening, command = seen(held)["head"]["opened"]["entry"], publication(seen(held))
    part = {"entry": opening, "legal_basis": "offentleglova § 13", "fields": ["chair"]}
    sent(held, {**command, "redactions": [*command["redactions"], part]})
    opened = seen(held)["head"]["opened"]
    assert (opened["left_out"], opened["legal_basis_for_leaving_out"]) == (["chair"], "offentleglova § 13")
    assert seen(held)["head"]["chair"] is None
    assert seen(held, by="auditor")["head"]["chair"] == "p-1"


def test_an_irregular_act_stands_in_the_minutes_with_the_rules_it_broke(sqlite_door: Door) -> None:
    *held, adjourned = meeting_commands()
    unfounded = in_the_meeting(
        "meeting_access.change", doors="closed", case_id="s-1", mode="record", reason="Slik var det."
    )
    sqlite_door.given(*held, unfounded, adjourned)
    (doors,) = next(case["doors"] for case in seen(sqlite_door)["cases"] if case["case"] == "s-1")
    assert doors["irregular"] == ["meeting_access.legal_basis_missing"]
    assert doors["entry"] in [entry["number"] for entry in seen(sqlite_door)["entries"]]


def test_what_is_recorded_after_the_signature_is_an_addition_that_is_signed_anew(held: Door) -> None:
    sent(held, signature(seen(held)))
    late = {"decision_id": "v-1", "title": "Budsjett", "body_id": "rep", "case_id": "s-1", "kind": "noted"}
    sent(held, in_the_meeting("decision.make", mode="record", reason="Glemt (prøve).", **late))
    minutes = seen(held)
    assert minutes["status"] == "added_to"
    assert [one["type"] for one in minutes["additions"]] == ["decision.made"]
    (decision,) = next(case["decisions"] for case in minutes["cases"] if case["case"] == "s-1")
    assert decision["after_signature"] is True
    (row,) = held.see(f"{BASE}/{BOOK}/minutes", by="auditor")["rows"]
    assert (row["status"], row["added_after_signature"]) == ("added_to", [decision["entry"]])
    sent(held, signature(minutes))
    assert (seen(held)["status"], len(seen(held)["signatures"])) == ("signed", 2)


def test_a_meeting_nothing_touches_has_no_minutes(held: Door) -> None:
    held.given().when(get("meetings/m-9/minutes")).then_refused(404, "unknown_meeting", meeting="m-9")
    before = get(f"meetings/{MEETING}/minutes?entry=1")
    held.given().when(before).then_refused(404, "unknown_meeting", meeting=MEETING)


def test_the_same_minutes_are_not_sent_twice(held: Door) -> None:
    first = held.send(get(f"meetings/{MEETING}/minutes"))
    again = held.send(get(f"meetings/{MEETING}/minutes", if_none_match=first.headers["etag"]))
    assert again.status_code == 304


def test_every_entry_of_the_meeting_is_listed_and_no_other(held: Door) -> None:
    rows = held.see(f"{BASE}/{BOOK}/minutes-items", by="auditor")["rows"]
    assert [row["entry"] for row in rows] == [entry["number"] for entry in seen(held)["entries"]]
    assert {row["part"] for row in rows} == {"minutes"}
    sent(held, signature(seen(held)))
    after = held.see(f"{BASE}/{BOOK}/minutes-items", by="auditor")["rows"]
    assert [row["part"] for row in after[len(rows) :]] == ["about"]


def test_what_was_recorded_wrongly_is_told_as_it_should_have_been_and_both_are_named(held: Door) -> None:
    minutes = seen(held)
    called, opened = minutes["head"]["called"]["entry"], minutes["head"]["opened"]["entry"]
    call = {**called_(), "place": "Kulturhuset", "corrects": called}
    number = held.send(post(call)).json()["entry"]
    after = seen(held)
    assert (after["head"]["place"], after["head"]["called"]["entry"]) == ("Kulturhuset", called)
    assert after["head"]["called"]["corrected_by_entry"] == number
    (told,) = after["corrections"]
    assert (told["entry"], told["corrects"], told["changes"]) == (
        number,
        called,
        [{"path": "event.place", "was": "Rådhuset", "is": "Kulturhuset"}],
    )
    assert [one["from_entry"] for one in after["attendance"]] == [opened, opened]
    assert after["entries"][-1]["number"] == number
    assert len(after["cases"]) == len(minutes["cases"])
    MeetingMinutes.model_validate(after)
    assert seen(held, f"?entry={number - 1}")["head"]["place"] == "Rådhuset"
    page = held.send(get(f"/collaborations/{BOOK}/meetings/{MEETING}", accept="text/html")).text
    assert "Kulturhuset" in page
    assert f"/collaborations/{BOOK}/entries/{number}" in page


def test_what_stands_in_signed_minutes_is_corrected_by_the_body_and_signed_again(held: Door) -> None:
    called = seen(held)["head"]["called"]["entry"]
    sent(held, signature(seen(held)))
    assert seen(held)["status"] == "signed"
    call = {**called_(), "place": "Kulturhuset", "corrects": called}
    refused = held.send(post(call))
    assert (refused.status_code, refused.json()["code"]) == (409, "correction.signed_without_body")
    decision = {
        "type": "decision.make",
        "decision_id": "rett",
        "body_id": "rep",
        "kind": "resolution",
        "title": "Rettelse av møtebok",
        "text": "Møtested rettes.",
        "effective": "2026-03-20",
        "mode": "import",
        "source": {"title": "Møtebok 2/2026 (prøve)", "read_on": "2026-03-21"},
    }
    sent(held, decision, {**call, "basis": [{"kind": "decision", "ref": "rett"}]})
    added = seen(held)
    assert (added["status"], [one["type"] for one in added["additions"]]) == ("added_to", ["meeting.called"])
    sent(held, {**signature(added), "effective": "2026-03-22"})
    again = seen(held)
    assert (again["status"], again["head"]["place"], len(again["signatures"])) == ("signed", "Kulturhuset", 2)


def test_the_title_of_a_case_in_signed_minutes_is_corrected_by_the_body_and_signed_again(held: Door) -> None:
    number = next(n for n in range(1, 20) if entry_type(held, n) == "case.opened")
    sent(held, signature(seen(held)))
    title = {"case_id": "s-1", "case_number": "1/26", "kind": "decision", "title": "Budsjett 2027", "bodies": ["rep"]}
    right = {"type": "case.open", **title, "corrects": number, "mode": "record", "reason": "Rettet av sekretæren"}
    sent(held, right)
    added = seen(held)
    assert (added["status"], added["additions"][0]["type"], len(added["entries"])) == (
        "added_to",
        "case.opened",
        len(seen(held, f"?entry={added['entry'] - 1}")["entries"]) + 1,
    )
    assert added["cases"][1]["title"] == "Budsjett"
    sent(held, {**signature(added), "effective": "2026-03-22"})
    assert seen(held)["status"] == "signed"


def entry_type(door: Door, number: int) -> str:
    """Returns the stored name of an entry's event."""
    told: str = door.send(get(f"{BASE}/{BOOK}/entries/{number}")).json()["entry"]["type"]
    return told


def listing(door: Door, by: str | None = None) -> dict[str, Any]:
    """Returns the list of minutes."""
    answer = door.send(get(f"{BASE}/{BOOK}/minutes?effective_on=all", by=by))  # type: ignore[arg-type]
    told: dict[str, Any] = answer.json()
    return told


def shield(entry: int) -> dict[str, Any]:
    """Returns the shielding of an entry."""
    return {"type": "entry_access.change", "entry": entry, "level": "shielded", "legal_basis": "offentleglova § 13"}


def test_a_meeting_is_listed_with_how_far_its_minutes_have_come_though_an_entry_of_it_is_shielded(held: Door) -> None:
    sent(held, signature(seen(held)), publication(seen(held)))
    told = listing(held)
    (row,) = told["rows"]
    assert (told["withheld"], row["meeting"], row["status"], row["body"]) == (0, MEETING, "published", "rep")
    assert row["signature"]["signers"] == ["p-1"]
    assert seen(held)["status"] == "published"
    page = held.send(get(f"/collaborations/{BOOK}/meetings/{MEETING}", accept="text/html")).text
    assert "Underskrevet og publisert" in page
    sent(held, shield(row["signature"]["entry"]))
    (row,) = listing(held)["rows"]
    assert row["signature"] == {"entry": row["signature"]["entry"], "withheld": True}
    assert listing(held, "auditor")["rows"][0]["signature"]["signers"] == ["p-1"]
    sent(held, shield(row["called_by_entry"]))
    assert (listing(held)["rows"], listing(held)["withheld"]) == ([], 1)
    assert len(listing(held, "auditor")["rows"]) == 1
