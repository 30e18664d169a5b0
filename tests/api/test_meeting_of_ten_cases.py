"""The demonstration meeting: recorded through the API from the call to signed and published minutes."""

from __future__ import annotations

from typing import Any

import pytest

from demo import meeting_of_ten_cases
from demo.meeting_of_ten_cases import BOOK, record
from demo.minutes_as_text import as_text
from demo.ten_cases import CASES, MEETING
from ledger.recheck import recheck_book
from tests.api.spec import BASE, Door, get, post

PATH = f"{BASE}/{BOOK}/meetings/{MEETING}/minutes"


@pytest.fixture
def told(sqlite_door: Door) -> Door:
    """A book with the meeting in it."""

    def send(method: str, path: str, body: Any) -> Any:
        asked = get(path, by="secretary") if method == "GET" else post(body, book=BOOK)
        answer = sqlite_door.send(asked)
        assert answer.status_code in (200, 201), (body, answer.text)
        return answer.json()

    record(send)
    return sqlite_door


def test_ten_cases_are_treated_each_in_its_own_way(told: Door) -> None:
    minutes = told.see(PATH, by="secretary")
    cases = {case["case"]: case for case in minutes["cases"]}
    assert set(cases) == set(CASES)
    results = {name: [(v["about"], v["method"], v["result"]) for v in case["votes"]] for name, case in cases.items()}
    assert results["sak-1"] == [("proposal", "show", "adopted")]
    assert cases["sak-1"]["votes"][0]["unanimous"] is True
    assert (cases["sak-2"]["votes"][0]["tally"]["in_favour"], cases["sak-4"]["votes"][0]["tally"]["against"]) == (7, 2)
    assert results["sak-3"] == [("proposal", "roll", "adopted")]
    assert cases["sak-5"]["votes"][0]["elected"] == ["skarnes-2"]
    outcomes = {name: case["outcome"]["outcome"] for name, case in cases.items() if case["outcome"]}
    assert outcomes == {"sak-6": "postponed", "sak-7": "withdrawn"}
    assert [one["doors"] for one in cases["sak-8"]["doors"]] == ["closed", "open"]
    assert [one["outcome"] for one in cases["sak-9"]["impartiality"]] == ["disqualified"]
    assert [(one["kind"], one["result"]) for one in cases["sak-10"]["proposals"]] == [
        ("recommendation", "adopted"),
        ("amendment", "fallen"),
    ]
    decided = {name for name, case in cases.items() if case["decisions"]}
    assert decided == set(CASES) - {"sak-6", "sak-7"}


def test_a_deputy_is_there_for_one_case_alone(told: Door) -> None:
    (deputy,) = [one for one in told.see(PATH)["attendance"] if one["deputy_for"]]
    assert (deputy["deputy_for"], deputy["from_case"]) == ("nordli-2", "sak-9")
    assert deputy["to_entry"] > deputy["from_entry"]


def test_the_dissent_stands_with_its_decision_and_the_effect_is_carried_out(told: Door) -> None:
    cases = {case["case"]: case for case in told.see(PATH)["cases"]}
    assert [one["person_id"] for one in cases["sak-4"]["decisions"][0]["dissents"]] == ["elvdal-2"]
    assert [one["act"] for one in cases["sak-10"]["decisions"][0]["effects"]] == ["authority.grant"]
    assert told.see(f"{BASE}/{BOOK}/open-effects", by="secretary")["rows"] == []
    assert [grant["id"] for grant in told.see(f"{BASE}/{BOOK}/authority?effective_on=2026-06-01")["rows"]] == [
        "nettverk-2026"
    ]


def test_the_minutes_are_signed_and_published_without_what_was_decided_behind_closed_doors(told: Door) -> None:
    public = told.see(PATH)
    assert public["status"] == "published"
    assert {one["role"] for one in public["signatures"][0]["signers"]} == {"chair", "signer"}
    left_out = [one["entry"] for one in public["publications"][0]["redactions"]]
    assert [one["entry"] for one in public["withheld"]] == left_out
    assert len(left_out) == 3
    assert "uten videre tiltak" not in str(public)
    assert "uten videre tiltak" in str(told.see(PATH, by="auditor"))


def test_every_verdict_of_the_book_is_the_same_when_it_is_given_again(told: Door) -> None:
    found = list(recheck_book(told.house.ledger, BOOK))
    assert found == list(range(1, told.house.ledger.head(BOOK) + 1))


def test_they_are_printed_as_text(told: Door) -> None:
    text = as_text(told.see(PATH))
    assert text.startswith("MØTEBOK Representantskapet, møte 1/2026\n")
    for number, title in CASES.values():
        assert f"Sak {number} {title}" in text
    for line in (
        "Avstemning (innførsel",
        "enstemmig; vedtatt.",
        "Protokolltilførsel fra",
        "er inhabil etter forvaltningsloven § 6",
        "Møtet ble lukket etter kommuneloven § 11-5",
        "Saken ble utsatt",
        "Virkning: authority.grant nettverk-2026",
        "Stand: underskrevet",
    ):
        assert line in text, line


def test_the_script_starts_a_server_of_its_own_and_prints_them(capsys: pytest.CaptureFixture[str]) -> None:
    meeting_of_ten_cases.main([])
    assert "Underskrevet 2026-03-12 av" in capsys.readouterr().out
