"""The pages in a real browser: at every width, by keyboard alone, in the dark, and by the rules of accessibility."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.api.minutes_books import MEETING
from tests.pages.sheet_books import AT, SHEETS
from tests.pages.support import BOOK, MEETING_OF_TEN, TEN_CASES

AXE = (Path(__file__).parents[1] / "vendor" / "axe-core-4.14.1" / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
TEN_CASES_MEETING = f"/collaborations/{TEN_CASES}/meetings/{MEETING_OF_TEN}"
PAGES = (
    "/",
    "/collaborations/ror-ikt?effective_on=2019-01-01",
    "/collaborations/ror-ikt?entry=30&effective_on=2020-06-01",
    "/collaborations/ror-ikt?effective_on=2019-02-30",
    "/collaborations/ror-ikt/entries/24",
    "/collaborations/ror-ikt/history?subject=member:aukra",
    f"/collaborations/{BOOK}/meetings/{MEETING}",
    f"/collaborations/{TEN_CASES}",
    TEN_CASES_MEETING,
    "/benchmark",
    *(f"{AT}/{sheet}?effective_on=2025-12-31" for sheet in SHEETS),
    "/collaborations/ror-ikt/simulation?member=molde&effective_on=2027-12-31",
    "/nowhere",
)
TOO_LONG = """[...document.querySelectorAll('.reflow > tbody > tr > [data-label]')]
    .filter(cell => cell.scrollHeight > cell.clientHeight + 1).map(cell => cell.dataset.label)"""
"""The labels of cells that reach down into the next one."""
TABS_MAX = 40
WAITS_MAX = 200
REFUSED = "Failed to load resource"
"""What the console says of an answer's status, which is meant."""

Opened = Callable[..., AbstractContextManager[Page]]


@pytest.fixture
def opened(chrome: Browser, address: str) -> Opened:
    """Opens a page of the site, and fails where the browser complains or asks another host for anything."""

    @contextmanager
    def open_(url: str, *, width: int = 1280, height: int = 900, **options: Any) -> Iterator[Page]:
        context = chrome.new_context(
            base_url=address, viewport={"width": width, "height": height}, locale="nb-NO", **options
        )
        context.set_default_timeout(20_000)
        complaints: list[str] = []
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: complaints.extend([] if request.url.startswith(address) else [request.url]))
        page.goto(url)
        yield page
        context.close()
        assert [complaint for complaint in complaints if not complaint.startswith(REFUSED)] == []

    return open_


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
@pytest.mark.parametrize("url", PAGES)
def test_every_page_fits_and_breaks_no_rule_of_accessibility(opened: Opened, url: str, width: int, scheme: str) -> None:
    # The rules are put in from outside, past the policy that would not let the page load them.
    with opened(url, width=width, color_scheme=scheme) as page:
        page.evaluate("document.querySelectorAll('details').forEach(e => { e.open = true })")
        assert fits(page)
        page.evaluate(AXE)
        found = page.evaluate("rules => axe.run({runOnly: {type: 'tag', values: rules}})", RULES)
        assert [(v["id"], [n["html"][:200] for n in v["nodes"]]) for v in found["violations"]] == []
        assert len(found["passes"]) > 15
        page.set_viewport_size({"width": 320, "height": 640})
        assert fits(page)
        assert page.evaluate(TOO_LONG) == []


def fits(page: Page) -> bool:
    """Asserts that nothing stands outside the window, apart from what scrolls in a place of its own."""
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    beyond = """[...document.querySelectorAll('body *')].filter(e => !e.closest('.scroll, pre, thead')
        && e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 120))"""
    assert page.evaluate(beyond) == []
    return True


def test_the_rules_would_be_broken_by_a_page_that_breaks_them(opened: Opened) -> None:
    with opened("/") as page:
        page.evaluate(AXE)
        page.evaluate("document.querySelector('main').innerHTML = '<input><p>grey</p>'")
        page.evaluate("document.querySelector('main p').style.color = '#ccc'")
        found = page.evaluate("rules => axe.run({runOnly: {type: 'tag', values: rules}})", RULES)
        assert {"label", "color-contrast", "page-has-heading-one"} <= {
            violation["id"] for violation in found["violations"]
        }


def test_the_form_is_reached_and_sent_by_keyboard_alone(opened: Opened) -> None:
    with opened("/collaborations/ror-ikt", java_script_enabled=False) as page:
        page.keyboard.press("Tab")
        assert page.locator(":focus").inner_text() == "Hopp til innholdet"
        page.keyboard.press("Enter")
        for _ in range(TABS_MAX):
            page.keyboard.press("Tab")
            if page.locator("#entry:focus").count():
                break
        page.keyboard.type("12")
        page.keyboard.press("Enter")
        page.wait_for_url("**/collaborations/ror-ikt?*entry=12*")
        assert "Slik boken var etter innførsel 12 av 42, på " in page.locator("#seen").inner_text()
        page.get_by_role("link", name="Neste: 13").press("Enter")
        page.wait_for_url("**/collaborations/ror-ikt?entry=13#seen")
        assert page.locator("#entry").input_value() == "13"


def test_the_form_shows_another_day_without_a_script(opened: Opened) -> None:
    with opened("/collaborations/ror-ikt?lang=nn", width=360, java_script_enabled=False) as page:
        page.locator("#effective_on").fill("2019-01-01")
        page.get_by_role("button", name="Vis").click()
        page.wait_for_url("**effective_on=2019-01-01**")
        assert page.locator("html").get_attribute("lang") == "nn"
        assert page.locator("#effective_on").input_value() == "2019-01-01"
        assert page.get_by_role("rowheader", name="Nesset").count() == 1


def test_what_is_wrong_takes_the_focus_and_leads_to_the_field(opened: Opened) -> None:
    with opened("/collaborations/ror-ikt?entry=99", java_script_enabled=False) as page:
        assert page.locator(":focus").get_attribute("id") == "error"
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_url("**#entry")
        page.keyboard.press("Tab")
        assert page.locator("#entry").input_value() == "99"


def test_where_the_focus_is_can_be_seen(opened: Opened) -> None:
    outline = "e => { const s = getComputedStyle(e); return [s.outlineStyle, parseFloat(s.outlineWidth)] }"
    with opened("/collaborations/ror-ikt") as page:
        seen = 0
        for _ in range(TABS_MAX):
            page.keyboard.press("Tab")
            focused = page.locator(":focus")
            if focused.count() == 0 or "ds-skip-link" in (focused.get_attribute("class") or ""):
                continue
            style, width = focused.evaluate(outline)
            assert style != "none", focused.evaluate("e => e.outerHTML")
            assert width >= 2
            seen += 1
        assert seen > TABS_MAX // 2


def test_a_year_in_its_columns_fits_a_common_screen_and_scrolls_by_itself_on_a_small_one(opened: Opened) -> None:
    scrolling = "[...document.querySelectorAll('.scroll')].map(e => e.scrollWidth > e.clientWidth)"
    for width, expected in ((1280, False), (900, True)):
        with opened(f"{AT}/budget?effective_on=2025-12-31&year=2025", width=width) as page:
            assert page.evaluate("document.documentElement.scrollWidth") == width
            assert any(page.evaluate(scrolling)) is expected


def test_a_wide_table_scrolls_in_a_place_of_its_own(opened: Opened) -> None:
    with opened("/collaborations/ror-ikt/entries/24", width=360) as page:
        region = page.get_by_role("region", name="Mål")
        assert region.evaluate("e => e.scrollWidth > e.clientWidth")
        region.press("ArrowRight")
        waits = 0
        while region.evaluate("e => e.scrollLeft") == 0:
            waits += 1
            assert waits < WAITS_MAX
            page.wait_for_timeout(20)


def test_rows_stay_rows_to_those_who_listen_on_a_narrow_screen(opened: Opened) -> None:
    with opened("/collaborations/ror-ikt?effective_on=2019-01-01", width=360) as page:
        members = page.get_by_role("table", name="Medlemmer: 6")
        assert members.get_by_role("row").count() == 7
        assert members.get_by_role("columnheader").count() == 5
        assert members.get_by_role("rowheader", name="Aukra").count() == 1


def test_minutes_are_printed_without_what_paper_has_no_use_for(opened: Opened) -> None:
    with opened(TEN_CASES_MEETING) as page:
        assert page.locator(".protocol details").count() == page.locator(".protocol details:not([open])").count() > 8
        page.evaluate("document.querySelectorAll('details').forEach(e => { e.open = true })")
        page.emulate_media(media="print")
        for gone in ("details", "nav", "header", "footer", ".ds-skip-link"):
            assert [e.is_visible() for e in page.locator(gone).all()] == [False] * page.locator(gone).count(), gone
        assert page.get_by_role("heading", level=1).is_visible()
        assert page.locator(".decision").first.is_visible()
        broken = "es => [...new Set(es.map(e => getComputedStyle(e).breakInside))]"
        assert page.locator(".protocol .case").evaluate_all(broken) == ["avoid"]


def test_what_a_vote_was_judged_by_opens_by_keyboard_without_a_script(opened: Opened) -> None:
    with opened(TEN_CASES_MEETING, width=360, java_script_enabled=False) as page:
        evidence = page.locator("section[aria-labelledby=case-3] details")
        assert not evidence.get_by_text("KL-11-9").is_visible()
        evidence.locator("summary").press("Enter")
        assert evidence.get_by_text("KL-11-9").is_visible()
