"""Minutes put together from entries: attendance by case, cases in the order they were treated, nothing lost."""

from __future__ import annotations

from typing import Any

from api.minutes.composing import RENDERED, CaseHead, Item, compose
from api.minutes.reading import case_ids

CASES = {
    "s-1": CaseHead("1/27", "Budsjett (prøve)", "decision", ({"document": "d-1"},)),
    "s-2": CaseHead("2/27", "Valg (prøve)", "election"),
}


def item(number: int, type_: str, event: dict[str, Any] | None, **fields: Any) -> Item:
    """Returns an entry as its reader sees it."""
    return Item(number, type_, f"{number:064}", event, **fields)


def told(*entries: tuple[str, dict[str, Any] | None], signed_up_to: int | None = None) -> dict[str, Any]:
    """Returns the minutes composed of these entries, numbered from 10."""
    found = [item(number, type_, event) for number, (type_, event) in enumerate(entries, start=10)]
    return compose(found, CASES, signed_up_to)


CALLED = (
    "meeting.called",
    {
        "meeting_id": "m-1",
        "body_id": "council",
        "meeting_number": "1/2027",
        "starts_on": "2027-02-10",
        "starts_at": "09:00",
        "place": "Rådhuset (prøve)",
        "meeting_mode": "in_person",
        "agenda": [{"case_id": "s-1"}, {"case_id": "s-2"}],
    },
)
OPENED = (
    "meeting.opened",
    {
        "meeting_id": "m-1",
        "chair": "p-1",
        "present": [
            {"person_id": "p-2", "on_behalf_of": "aukra"},
            {"person_id": "p-1", "on_behalf_of": "molde"},
        ],
        "absent": ["p-9"],
        "minute_signers": ["p-2"],
    },
)


def test_the_head_is_of_the_call_and_the_opening() -> None:
    head = told(CALLED, OPENED)["head"]
    assert (head["number"], head["date"], head["time"], head["chair"]) == ("1/2027", "2027-02-10", "09:00", "p-1")
    assert (head["minute_signers"], head["opened"]["entry"], head["adjourned"]) == (["p-2"], 11, None)
    assert head["called"]["entry"] == 10


def test_a_meeting_that_was_never_called_has_the_head_it_was_opened_with() -> None:
    where = {"body_id": "council", "meeting_number": "2/14", "starts_at": None, "agenda": [{"case_id": "s-2"}]}
    seen = told(("meeting.opened", {**OPENED[1], "head": where}))
    head = seen["head"]
    assert (head["body"], head["number"], head["date"], head["time"]) == ("council", "2/14", None, None)
    assert [one["case"] for one in seen["agenda"]] == ["s-2"]


def test_it_was_held_on_the_day_it_was_opened() -> None:
    for days, held in ((("2027-02-11", "2027-02-11"), "2027-02-11"), (("2027-01-01", "2027-12-31"), "2027-02-10")):
        effective = {"earliest": days[0], "latest": days[1]}
        opening = item(11, *OPENED, marks={"effective": effective})
        assert compose([item(10, *CALLED), opening], CASES, None)["head"]["date"] == held


def test_attendance_is_intervals_between_entries_and_by_case() -> None:
    left = {"person_id": "p-2", "change": "left", "at_case": "s-2"}
    back = {"person_id": "p-2", "change": "arrived", "at_case": "s-1"}
    seen = told(CALLED, OPENED, ("attendance.changed", left), ("attendance.changed", back))
    times = [
        (one["person_id"], one["from_entry"], one["from_case"], one["to_entry"], one["to_case"])
        for one in seen["attendance"]
    ]
    assert times == [
        ("p-1", 11, None, None, None),
        ("p-2", 11, None, 12, "s-2"),
        ("p-2", 13, "s-1", None, None),
    ]
    assert seen["absent"] == [{"person_id": "p-9", "entry": 11}]


def test_cases_stand_in_the_order_they_were_treated() -> None:
    vote = {"vote_id": "v-1", "case_id": "s-2", "meeting_id": "m-1", "proposals": []}
    seen = told(CALLED, OPENED, ("vote.taken", vote))
    assert [(case["order"], case["case"], case["number"]) for case in seen["cases"]] == [
        (1, "s-2", "2/27"),
        (2, "s-1", "1/27"),
    ]
    assert [one["case"] for one in seen["agenda"]] == ["s-1", "s-2"]
    assert seen["cases"][0]["votes"] == [{"vote_id": "v-1", "proposals": [], "entry": 12}]
    assert seen["cases"][1]["documents"] == [{"document": "d-1"}]


def test_the_agenda_shows_what_was_added_and_what_was_taken_off() -> None:
    seen = told(CALLED, ("agenda.changed", {"added": ["s-3"], "removed": ["s-1"]}))
    assert [(one["case"], one["added_by_entry"], one["removed_by_entry"]) for one in seen["agenda"]] == [
        ("s-1", None, 11),
        ("s-2", None, None),
        ("s-3", 11, None),
    ]
    assert [case["case"] for case in seen["cases"]] == ["s-2", "s-3"]
    assert (seen["agenda"][2]["number"], seen["agenda"][2]["title"]) == (None, None)


def test_each_proposal_has_its_own_result() -> None:
    tabled = [
        ("proposal.tabled", {"proposal_id": f"f-{n}", "case_id": "s-1", "kind": "proposal"}) for n in (1, 2, 3, 4)
    ]
    vote = ("vote.taken", {"vote_id": "v-1", "case_id": "s-1", "proposals": ["f-1", "f-2"], "adopted": "f-2"})
    seen = told(*tabled, ("proposal.withdrawn", {"proposal_id": "f-3"}), vote)
    results = [(one["proposal_id"], one["result"], one.get("result_entry")) for one in seen["cases"][0]["proposals"]]
    assert results == [("f-1", "fallen", 15), ("f-2", "adopted", 15), ("f-3", "withdrawn", 14), ("f-4", None, None)]


def test_a_proposal_that_a_vote_did_not_settle_has_no_result() -> None:
    tabled = [("proposal.tabled", {"proposal_id": f"f-{n}", "case_id": "s-1", "kind": "proposal"}) for n in (1, 2, 3)]
    tie = ("vote.taken", {"vote_id": "v-1", "case_id": "s-1", "proposals": ["f-1"], "result": "tie"})
    none = ("vote.taken", {"vote_id": "v-2", "case_id": "s-1", "proposals": ["f-1", "f-2"], "result": "rejected"})
    lost = ("vote.taken", {"vote_id": "v-3", "case_id": "s-1", "proposals": ["f-3"], "result": "rejected"})
    seen = told(*tabled, tie, none, lost)
    assert [one["result"] for one in seen["cases"][0]["proposals"]] == [None, None, "fallen"]


def test_what_was_proposed_before_the_meeting_has_its_result_too() -> None:
    before = item(5, "proposal.tabled", {"proposal_id": "f-0", "case_id": "s-1", "meeting_id": None})
    heads = {"s-1": CaseHead("1/27", "Budsjett (prøve)", "decision", (), (before,))}
    vote = item(10, "vote.taken", {"vote_id": "v-1", "case_id": "s-1", "proposals": ["f-0"], "adopted": "f-0"})
    (case,) = compose([vote], heads, 4)["cases"]
    assert case["entries"] == [10]
    assert case["proposals"] == [
        {"proposal_id": "f-0", "before_the_meeting": True, "result": "adopted", "result_entry": 10, "entry": 5}
    ]


def test_what_is_said_of_a_decision_stands_with_it() -> None:
    seen = told(
        ("decision.made", {"decision_id": "d-1", "case_id": "s-1", "title": "Budsjett"}),
        ("dissent.recorded", {"decision_id": "d-1", "person_id": "p-2", "text": {"commitment": "c"}}),
        ("decision.notified", {"decision_id": "d-1", "reason": "law"}),
        ("dissent.recorded", {"decision_id": "d-9", "person_id": "p-1"}),
    )
    (decision,) = seen["cases"][0]["decisions"]
    assert [one["person_id"] for one in decision["dissents"]] == ["p-2"]
    assert decision["notified"] == [{"reason": "law", "entry": 12}]
    assert seen["other"] == [{"type": "dissent.recorded", "decision_id": "d-9", "person_id": "p-1", "entry": 13}]


def test_doors_and_impartiality_are_of_a_case_or_of_the_meeting() -> None:
    closed = {"doors": "closed", "legal_basis": "kommuneloven § 11-5"}
    out = {"person_id": "p-1", "outcome": "disqualified", "legal_basis": "forvaltningsloven § 6", "case_id": "s-2"}
    seen = told(
        ("meeting_access.changed", {**closed, "case_id": "s-2"}),
        ("meeting_access.changed", {**closed, "case_id": None}),
        ("impartiality.decided", out),
    )
    (case,) = seen["cases"]
    assert (case["doors"][0]["entry"], seen["doors"][0]["entry"]) == (10, 11)
    assert case["impartiality"][0]["legal_basis"] == "forvaltningsloven § 6"


def test_an_adjournment_says_what_became_of_the_rest() -> None:
    undecided = [{"case_id": "s-2", "outcome": "postponed"}]
    seen = told(CALLED, ("meeting.adjourned", {"meeting_id": "m-1", "ended": True, "undecided": undecided}))
    outcomes = {case["case"]: case["outcome"] for case in seen["cases"]}
    assert outcomes == {"s-2": {"case_id": "s-2", "outcome": "postponed", "entry": 11}, "s-1": None}
    assert seen["head"]["adjourned"] == {"ended": True, "entry": 11}


def test_earlier_minutes_that_were_approved_are_named() -> None:
    seen = told(("minutes.approved", {"meeting_id": "m-0", "approved_in": "m-1", "remarks": None}))
    assert seen["approves"] == [{"meeting_id": "m-0", "remarks": None, "entry": 10}]


def test_an_entry_of_a_type_nobody_thought_of_still_stands() -> None:
    seen = told(("strange.thing", {"case_id": "s-1", "x": 1}), ("strange.thing", {"x": 2}))
    assert seen["cases"][0]["other"] == [{"type": "strange.thing", "case_id": "s-1", "x": 1, "entry": 10}]
    assert seen["other"] == [{"type": "strange.thing", "x": 2, "entry": 11}]


def test_what_came_after_the_signature_is_marked() -> None:
    seen = told(("strange.thing", {"x": 1}), ("strange.thing", {"x": 2}), signed_up_to=10)
    assert [one.get("after_signature") for one in seen["other"]] == [None, True]


def test_what_is_withheld_stands_with_its_basis_and_nothing_else() -> None:
    hidden = item(11, "vote.taken", None, withheld_by="offentleglova § 13")
    damaged = item(12, "vote.taken", None, marks={"damaged": True})
    seen = compose([hidden, damaged], CASES, None)
    assert seen["withheld"] == [
        {"entry": 11, "type": "vote.taken", "legal_basis": "offentleglova § 13"},
        {"entry": 12, "type": "vote.taken", "legal_basis": None, "damaged": True},
    ]
    assert seen["cases"] == []


def test_fields_left_out_are_named() -> None:
    part = item(11, "strange.thing", {"x": 1}, withheld_by="offentleglova § 26", left_out=("text",))
    (shown,) = compose([part], CASES, None)["other"]
    assert (shown["left_out"], shown["legal_basis_for_leaving_out"]) == (["text"], "offentleglova § 26")


def test_no_type_of_entry_is_lost_or_fails_whatever_it_lacks() -> None:
    """Every entry stands somewhere even if it says nothing: its number is found in the whole."""
    for number, type_ in enumerate(sorted(RENDERED), start=10):
        seen = compose([item(number, type_, {})], {}, None)
        assert str(number) in repr(seen), type_


def test_the_cases_of_entries_are_found_wherever_they_are_named() -> None:
    entries = [item(10, *CALLED), item(11, "agenda.changed", {"added": ["s-3"]}), item(12, "x", None)]
    undecided = item(13, "meeting.adjourned", {"undecided": [{"case_id": "s-4", "outcome": "noted"}]})
    assert list(case_ids([*entries, undecided])) == ["s-1", "s-2", "s-3", "s-4"]
