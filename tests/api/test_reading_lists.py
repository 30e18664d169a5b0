"""Reading over HTTP: lists, entries, rows and texts of a real history, and what has changed since."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest

from api.answers import EntryAnswer, EntryList, Overview, Rows
from api.deps import PROJECTION_NAMES
from tests.api.spec import BASE, JSON, Door, customer, get, person, service
from tests.ledger.support import Clock

ROR = f"{BASE}/ror-ikt"
LAST = 42


# Entries ---------------------------------------------------------------------------------


def test_an_entry_is_shown_as_it_is_stored(real: Door) -> None:
    stored = next(real.house.ledger.entries("ror-ikt", 16, 17))
    answer = real.send(get(f"{ROR}/entries/17"))
    assert answer.content.startswith(b'{"entry":' + stored.state + b",")
    assert answer.json()["sha256"] == hashlib.sha256(stored.state).hexdigest()
    EntryAnswer.model_validate_json(answer.content)


def test_entries_come_page_by_page_in_order(real: Door) -> None:
    seen, url = [], f"{ROR}/entries?limit=10"
    while url:
        answer = real.send(get(url))
        EntryList.model_validate_json(answer.content)
        seen += [entry["number"] for entry in answer.json()["entries"]]
        url = answer.json()["next"]
        assert answer.headers.get("link") == (f'<{url}>; rel="next"' if url else None)
    assert seen == list(range(1, LAST + 1))


def test_a_page_begun_before_a_new_entry_is_read_to_the_end_as_it_was(door: Door) -> None:
    door.given(service("a"), service("b"))
    url = door.see("entries?limit=2")["next"]
    door.given(service("c"))
    assert [entry["number"] for entry in door.see(url)["entries"]] == [3]


def test_entries_of_one_type(real: Door) -> None:
    found = real.see(f"{ROR}/entries?type=member_resolution.recorded&limit=3")
    assert {entry["type"] for entry in found["entries"]} == {"member_resolution.recorded"}
    assert "type=member_resolution.recorded" in found["next"]
    assert real.see(f"{ROR}/entries?type=no.such")["entries"] == []


def test_entries_as_of_an_earlier_entry(real: Door) -> None:
    assert [entry["number"] for entry in real.see(f"{ROR}/entries?entry=3")["entries"]] == [1, 2, 3]
    real.given(book="ror-ikt").when(get(f"{ROR}/entries/4?entry=3")).then_refused(
        404, "unknown_entry", number=4, head=3
    )


def test_entries_about_the_future_are_in_the_book_today(door: Door) -> None:
    door.given(customer("kunde", effective="2030-01-01"))
    assert len(door.see("entries")["entries"]) == len(door.see("minute-book")["rows"]) == 2
    assert [row["number"] for row in door.see("history?subject=member:kunde")["rows"]] == [2]
    assert "kunde" not in {row["id"] for row in door.see("members")["rows"]}


@pytest.mark.parametrize("number", ["0", "-1", "1.5", "one", str(2**53)])
def test_a_number_no_entry_can_have(sqlite_door: Door, number: str) -> None:
    sqlite_door.given().when(get(f"entries/{number}")).then_refused(422, "invalid", count=1)


def test_an_entry_beyond_the_end(real: Door) -> None:
    sent = get(f"{ROR}/entries/{LAST + 1}")
    real.given(book="ror-ikt").when(sent).then_refused(404, "unknown_entry", number=LAST + 1, head=LAST)


def test_texts_kept_beside_the_book_come_with_what_stands_for_them(door: Door) -> None:
    door.given(person("p-1", name="Kari Prøve"))
    single = door.see("entries/2")
    assert list(single["texts"].values()) == ["Kari Prøve"]
    assert single["texts"].keys() == {single["entry"]["event"]["name"]["commitment"]}
    assert door.see("entries")["texts"] == single["texts"]


# Rows ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PROJECTION_NAMES)
def test_every_projection_is_there_under_either_name(real: Door, name: str) -> None:
    answer = real.send(get(f"{ROR}/{name}?effective_on=all&limit=1000"))
    rows = Rows.model_validate_json(answer.content)
    assert (rows.collaboration, rows.entry, rows.withheld) == ("ror-ikt", LAST, 0)
    under = real.send(get(f"{ROR}/{name.replace('-', '_')}?effective_on=all&limit=1000"))
    assert under.json()["rows"] == answer.json()["rows"]


def test_an_unknown_projection_is_told_the_ones_there_are(real: Door) -> None:
    sent = get(f"{ROR}/nonsense")
    real.given(book="ror-ikt").when(sent).then_refused(404, "unknown_projection", known=PROJECTION_NAMES)


def test_rows_come_page_by_page(real: Door) -> None:
    whole = real.see(f"{ROR}/history?limit=1000")["rows"]
    seen, url = [], f"{ROR}/history?limit=7"
    while url:
        page = real.see(url)
        seen += page["rows"]
        url = page["next"]
    assert seen == whole
    assert len(whole) > 50


def test_the_history_of_one_entity_names_each_entry_that_touched_it(real: Door) -> None:
    page = real.see(f"{ROR}/history?subject=member:aukra&limit=2")
    assert "subject=member%3Aaukra" in page["next"]
    rows = page["rows"] + real.see(page["next"])["rows"]
    assert {row["about"] for row in rows} == {"member:aukra"}
    assert rows[0]["number"] == 1
    assert [row["number"] for row in rows] == sorted({row["number"] for row in rows})


def test_the_minute_book_lists_number_type_and_time(real: Door) -> None:
    rows = real.see(f"{ROR}/minute-book?limit=1000")["rows"]
    assert [row["number"] for row in rows] == list(range(1, LAST + 1))
    assert (rows[0]["type"], rows[0]["mode"]) == ("collaboration.founded", "import")


def test_an_overview_is_what_its_description_says(real: Door) -> None:
    for query in ("", "?entry=0", "?effective_on=2014-01-01", "?effective_on=2021-01-01"):
        Overview.model_validate_json(real.send(get(f"{ROR}{query}")).content)


# Tags ------------------------------------------------------------------------------------

TAGGED = ("", "/entries", "/entries/1", "/members", "/members?effective_on=all", "/history", "/minute-book")


@pytest.mark.parametrize(
    "path", [*(f"/ror-ikt{path}" for path in TAGGED), "", "/../commands", "/../commands/member.admit"]
)
def test_what_has_not_changed_is_not_sent_again(real: Door, path: str) -> None:
    url = f"{BASE}{path}".replace("collaborations/../", "")
    tag = real.send(get(url)).headers["etag"]
    for seen in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        answer = real.send(get(url, if_none_match=seen))
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag)
        assert answer.headers["vary"] == "Authorization"
    assert real.send(get(url, if_none_match='"x"')).status_code == 200


def test_a_new_entry_is_a_new_tag(door: Door) -> None:
    door.given()
    tags = {path: door.send(get(path)).headers["etag"] for path in ("", "entries", "members", "history", "?entry=1")}
    door.given(service("drift"))
    for path, tag in tags.items():
        assert door.send(get(path, if_none_match=tag)).status_code == 200, path


def test_a_new_day_is_a_new_tag(door: Door) -> None:
    """A customer from tomorrow: the book stands still, and what it shows does not."""
    door.given(customer("kunde", effective="2026-11-25"))
    tag = door.send(get("")).headers["etag"]
    door.clock.turn(hours=14, minutes=59)  # 22:59 UTC is the last minute of the day in Oslo in winter
    assert door.send(get("", if_none_match=tag)).status_code == 304
    door.clock.turn(minutes=1)
    answer = door.send(get("", if_none_match=tag))
    assert answer.status_code == 200
    assert "kunde" in {member["id"] for member in answer.json()["members"]}


def test_who_may_see_more_has_other_tags(real: Door) -> None:
    for path in TAGGED:
        if path == "/entries/1":
            continue  # the same bytes for everyone: its tag is their hash
        tags = {
            role: real.send(get(f"{ROR}{path}", by=role)).headers["etag"]
            for role in (None, "reader", "auditor", "secretary")
        }
        assert tags[None] == tags["reader"] != tags["auditor"] == tags["secretary"], path
        assert real.send(get(f"{ROR}{path}", by="auditor", if_none_match=tags[None])).status_code == 200
    assert real.send(get(ROR, by="auditor")).headers["cache-control"] == "private, no-cache"


# What every answer has -------------------------------------------------------------------


def test_head_is_answered_wherever_get_is(real: Door) -> None:
    for path in (
        BASE,
        ROR,
        f"{ROR}/entries",
        f"{ROR}/entries/1",
        f"{ROR}/members",
        "/api/v1/commands",
        "/healthz",
        "/readyz",
        "/metrics",
    ):
        head = real.client.head(path)
        assert head.status_code == 200
        assert head.headers.get("etag") == real.client.get(path).headers.get("etag")


def test_other_methods_are_told_which_there_are(real: Door) -> None:
    for path, allowed in (
        (f"{ROR}/entries", ["GET", "HEAD", "POST"]),
        (ROR, ["GET", "HEAD"]),
        ("/healthz", ["GET", "HEAD"]),
    ):
        answer = real.client.request("DELETE", path)
        assert (answer.status_code, answer.headers["allow"]) == (405, ", ".join(allowed))
        assert answer.json()["params"]["allowed"] == allowed


def test_the_service_says_whether_it_can_serve(real: Door) -> None:
    assert real.see("/healthz") == {"status": "ok"}
    nothing: JSON = {
        "entries_behind": {},
        "projections_stopped": [],
        "held": [],
        "breaks": [],
        "attachments_damaged": {},
        "witnesses": [],
        "timestamps": [],
        "self_check": None,
    }
    assert real.see("/readyz") == {"status": "ready", "books": 1, **nothing}


def test_the_template_is_read_at_the_time_it_was_recorded(real: Door) -> None:
    """The control of the tests above that name instants: the history was recorded at the clock's first time."""
    first = next(real.house.ledger.entries("ror-ikt")).entry.recorded_at
    assert first - Clock().now < timedelta(seconds=1)
