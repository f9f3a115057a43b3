"""Settings whose effect is seen elsewhere: what robots are told, hours without numbers; and sharing without script."""

import re
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PATIENCE_MS, Visit, join, note_of
from tests.browser.test_sharing import MAKES

ROBOTS = "meta[name=robots]"


def saved(page: Page, section: str) -> None:
    page.locator(f"#{section}").get_by_role("button", name="Save changes").click()
    expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()


def until(page: Page, came: Callable[[], bool]) -> None:
    """Open the inbox again and again until something stands in it."""
    end = time.monotonic() + PATIENCE_MS / 1000
    while page.goto("/inbox") and not came():
        assert time.monotonic() < end
        time.sleep(0.5)


def test_what_robots_may_do_is_told_on_ones_pages(visit: Visit) -> None:
    page, other = visit("/"), visit("/")
    join(page, "rita_unlisted", "Rita")
    other.goto("/@rita_unlisted")
    before = other.locator(ROBOTS).evaluate_all("all => all.map(one => one.content)")
    assert not any("noindex" in words for words in before)
    page.goto("/settings#robots")
    listed = page.get_by_role("checkbox", name="Search engines may list me and my notes")
    trained = page.get_by_role("checkbox", name="Programs may be trained on my notes")
    expect(listed).to_be_checked()
    expect(trained).not_to_be_checked()
    listed.uncheck()
    saved(page, "robots")
    expect(listed).not_to_be_checked()
    other.reload()
    expect(other.locator(ROBOTS)).to_have_attribute("content", "noindex, noai, noimageai")
    listed.check()
    trained.check()
    saved(page, "robots")
    other.reload()
    expect(other.locator("h1", has_text="Rita")).to_be_visible()
    expect(other.locator(ROBOTS)).to_have_count(0)


@pytest.mark.parametrize("make", MAKES)
def test_in_quiet_hours_no_number_tells_of_what_happens(visit: Visit, make: str) -> None:
    page, other = visit("/", timezone_id="Asia/Shanghai", **MAKES[make]), visit("/")
    join(page, f"rita_rests_{make}", "Rita")
    page.goto("/settings#quiet")
    section = page.locator("#quiet")
    expect(section.get_by_label("Time zone")).to_have_value("Asia/Shanghai")
    quiet = section.get_by_role("checkbox")
    quiet.check()
    there = datetime.now(ZoneInfo("Asia/Shanghai"))
    section.get_by_label("From").fill(f"{there - timedelta(hours=2):%H:%M}")
    then = there + timedelta(hours=4)
    section.get_by_label("Until").fill(f"{then:%H:%M}")
    section.get_by_label("Time zone").fill("Atlantis")
    section.get_by_role("button", name="Save changes").click()
    expect(section.get_by_role("alert")).to_be_visible()
    expect(section.get_by_label("Time zone")).to_have_value("Atlantis")
    expect(quiet).to_be_checked()
    section.get_by_label("Time zone").fill("Asia/Shanghai")
    saved(page, "quiet")
    join(other, f"rosa_awake_{make}", "Rosa")
    other.goto(f"/@rita_rests_{make}")
    other.get_by_role("button", name="Follow").click()
    expect(other.get_by_role("button", name="Following ✓")).to_be_visible()
    told = re.compile("Rosa")
    until(page, lambda: page.locator("main", has_text=told).count() > 0)  # it is there, and yet:
    expect(page.get_by_role("status").first).to_contain_text(
        f"It is quiet until {then.hour % 12 or 12}:{then:%M}"
    )
    expect(page.locator("nav .badge")).to_have_count(0)
    page.goto("/settings#quiet")
    quiet.uncheck()
    saved(page, "quiet")
    expect(page.locator("nav .badge").first).to_have_text("1")


def test_a_note_is_shared_without_script(visit: Visit) -> None:
    page = visit("/", java_script_enabled=False)
    address = note_of(page, "mei_lin", "")
    page.goto(address)
    page.locator(".panel-head .menu summary").click()
    page.get_by_role("link", name="Share").click()
    expect(page.get_by_role("heading", name="Share")).to_be_visible()
    expect(page.get_by_role("button", name="Close")).to_have_count(0)
    whole = page.get_by_label("Address").input_value()
    assert whole.endswith(address)
    assert "<iframe" in page.get_by_label("To put it into another page").input_value()
    with page.expect_download() as kept:
        page.get_by_role("link", name="Save the card").click()
    assert kept.value.suggested_filename.endswith(".jpg")
    page.get_by_role("link", name="Copy address").click()
    page.wait_for_url(whole)
    expect(page.locator("main .note, main article").first).to_be_visible()
