"""Reading over HTTP: a real history as of an entry, a time of recording and a date, its entries and its rows."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from api.answers import Collaborations
from tests.api.spec import BASE, BOOK, Door, customer, founding, get, post

ROR = f"{BASE}/ror-ikt"
LAST = 42

FIVE_2014 = {"aukra", "midsund", "molde", "rauma", "vestnes"}
SIX = FIVE_2014 | {"nesset"}
FOUR = {"aukra", "molde-2020", "rauma", "vestnes"}
FIVE_NOW = FOUR | {"hustadvika"}


def ids(items: list[dict[str, Any]]) -> set[str]:
    return {item["id"] for item in items}


def versions(seen: dict[str, Any]) -> tuple[list[int | None], list[int]]:
    """Returns the versions of service levels that are certain, and those that are only possible."""
    possible = [item["sla_version"] for item in seen["possible"] if item["kind"] == "sla_version"]
    return [agreement["sla_version"] for agreement in seen["agreements"]], sorted(possible)


# As of a date ----------------------------------------------------------------------------


def test_before_the_founding_there_is_no_form_and_no_member(real: Door) -> None:
    seen = real.see(f"{ROR}?effective_on=2013-09-25")
    assert (seen["name"], seen["legal_form"], seen["members"], seen["bodies"]) == ("ROR-IKT", None, [], [])
    assert seen["possible"] == []


@pytest.mark.parametrize(
    ("day", "form", "members"),
    [
        ("2013-09-26", "historic_27", FIVE_2014),
        ("2014-01-01", "historic_27", FIVE_2014),
        ("2019-01-01", "historic_27", SIX),
        ("2020-01-01", "historic_27", FOUR),
        ("2026-11-24", "host_admin", FIVE_NOW),
    ],
)
def test_form_and_members_are_those_of_the_day(real: Door, day: str, form: str, members: set[str]) -> None:
    seen = real.see(f"{ROR}?effective_on={day}")
    assert (seen["legal_form"], ids(seen["members"])) == (form, members)
    assert seen["effective_on"] == day
    assert seen["entry"] == seen["head"] == LAST


def test_today_is_the_day_where_none_is_asked_for(real: Door) -> None:
    assert real.see(ROR) == real.see(f"{ROR}?effective_on=2026-11-24")


@pytest.mark.parametrize(
    ("day", "certain", "possible"),
    [
        ("2013-09-25", [], []),
        ("2014-01-01", [], [1, 2]),
        ("2019-01-01", [1], [2]),
        ("2020-01-01", [1], [2]),
        ("2020-01-02", [1], [2, 3]),
        ("2026-11-24", [3], []),
    ],
)
def test_service_levels_are_those_certain_or_possible_on_the_day(
    real: Door, day: str, certain: list[int], possible: list[int]
) -> None:
    assert versions(real.see(f"{ROR}?effective_on={day}")) == (certain, possible)


def test_what_is_possible_stands_apart_from_what_is_certain(real: Door) -> None:
    rough = real.see(f"{ROR}?effective_on=2021-01-01")
    assert "hustadvika" not in ids(rough["members"])
    assert ("member", "hustadvika", "member") in {(i["kind"], i["id"], i.get("status")) for i in rough["possible"]}
    assert not any(item["kind"] == "member" for item in real.see(ROR)["possible"])


# As of an entry or a time of recording ---------------------------------------------------


def test_every_entry_can_be_looked_back_to(real: Door) -> None:
    founded = real.see(f"{ROR}?entry=1")
    assert (founded["legal_form"], ids(founded["members"]), founded["entry"]) == ("historic_27", FIVE_2014, 1)
    before = real.see(f"{ROR}?entry=0")
    assert (before["name"], before["legal_form"], before["members"], before["entry"]) == (None, None, [], 0)


def test_an_entry_not_written_yet(real: Door) -> None:
    when = real.given(book="ror-ikt").when(get(f"{ROR}?entry={LAST + 1}"))
    when.then_refused(422, "entry_not_yet", entry=LAST + 1, head=LAST)


def test_before_the_first_entry_was_recorded(real: Door) -> None:
    for instant in (
        "2026-11-24T07:59:59Z",
        "2026-11-24T08:59:59+01:00",
        "1901-01-01T00:00:00Z",
        "0001-01-01T00:00:00+23:59",
    ):
        seen = real.see(f"{ROR}?recorded_as_of={quote(instant)}")
        assert (seen["legal_form"], seen["members"], seen["entry"]) == (None, [], 0), instant


def test_instants_in_any_zone_are_one_instant(door: Door) -> None:
    door.given()
    door.clock.turn(hours=1)
    door.given(customer("kunde"))
    for instant in (
        "2026-11-24T08:30:00Z",
        "2026-11-24T09:30:00+01:00",
        "2026-11-23T22:30:00-10:00",
        "2026-11-24T08:30:00.000001z",
    ):
        seen = door.see(f"?recorded_as_of={quote(instant)}")
        assert (seen["entry"], ids(seen["members"])) == (1, {"nordvik", "sorvik"}), instant
    # The instant of the entry itself is included; a plus sign that was not escaped is still one.
    assert door.see("?recorded_as_of=2026-11-24T10:00:00+01:00")["entry"] == 2
    assert door.see("?recorded_as_of=9999-12-31T23:59:59-23:59")["entry"] == 2


def test_recorded_and_effective_go_together(door: Door) -> None:
    door.given()
    door.clock.turn(hours=1)
    door.given(customer("kunde", effective="2025-01-01"))
    then = "recorded_as_of=2026-11-24T08:30:00Z"
    assert ids(door.see(f"?{then}&effective_on=2025-06-01")["members"]) == {"nordvik", "sorvik"}
    assert ids(door.see("?effective_on=2025-06-01")["members"]) == {"nordvik", "sorvik", "kunde"}
    assert ids(door.see("?effective_on=2024-06-01")["members"]) == {"nordvik", "sorvik"}
    assert door.see(f"?{then}&effective_on=2019-06-01")["legal_form"] is None


@pytest.mark.parametrize("path", ["", "/entries", "/members", "/history", "/minute-book", "/entries/1"])
@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("entry=1&recorded_as_of=2026-11-24T08:00:00Z", "entry_and_instant"),
        ("entry=1&recorded_as_of=2026-11-24T08:00:00", "entry_and_instant"),
        ("recorded_as_of=2026-11-24T08:00:00", "instant_without_zone"),
        ("recorded_as_of=2026-11-24", "invalid"),
        ("recorded_as_of=1700000000", "invalid"),
        ("recorded_as_of=2026-02-30T08:00:00Z", "invalid"),
        ("recorded_as_of=now", "invalid"),
        ("recorded_as_of=", "invalid"),
        ("entry=-1", "invalid"),
        ("entry=1.5", "invalid"),
        ("entry=", "invalid"),
        ("effective_on=2013-02-30", "no_such_day"),
        ("effective_on=2013-9-1", "invalid"),
        ("effective_on=1837-01-13", "day_out_of_bounds"),
        ("effective_on=2200-01-01", "day_out_of_bounds"),
    ],
)
def test_a_point_that_does_not_fit(sqlite_door: Door, path: str, query: str, code: str) -> None:
    sqlite_door.given().when(get(f"{BASE}/{BOOK}{path}?{query}")).then_refused(422, code)


def test_a_glance_is_on_one_day(sqlite_door: Door) -> None:
    problem = sqlite_door.given().when(get("?effective_on=all")).then_refused(422, "invalid", count=1)
    assert problem["errors"][0]["parameter"] == "effective_on"


@pytest.mark.parametrize("path", ["", "/entries", "/entries/1", "/members", "/history"])
def test_an_unknown_collaboration(sqlite_door: Door, path: str) -> None:
    sqlite_door.given().when(get(f"{BASE}/nowhere{path}")).then_refused(
        404, "unknown_collaboration", collaboration="nowhere"
    )


# The list of collaborations --------------------------------------------------------------


def test_collaborations_are_listed_as_they_are_today(real: Door) -> None:
    listed = real.see(BASE)
    assert listed == {
        "collaborations": [
            {"id": "ror-ikt", "name": "ROR-IKT", "legal_form": "host_admin", "members": 5, "entry": LAST, "url": ROR}
        ],
        "next": None,
    }
    Collaborations.model_validate(listed)


def test_the_list_says_of_each_what_its_overview_says(door: Door) -> None:
    door.given(customer("kunde"))
    later = founding(name="Kjem seinare", effective="2027-01-01")
    assert door.send(post(later, book="seinare")).status_code == 201
    listed = door.see(BASE)["collaborations"]
    assert [(one["id"], one["name"], one["members"]) for one in listed] == [
        (BOOK, "Prøvesamarbeidet", 3),
        ("seinare", "Kjem seinare", 0),
    ]
    for one in listed:
        seen = door.see(one["url"])
        assert (seen["name"], seen["legal_form"], len(seen["members"]), seen["entry"]) == (
            one["name"],
            one["legal_form"],
            one["members"],
            one["entry"],
        )
