"""How the pages behave: overlay, restoration, likes at once, reading without script, access for everybody."""

import json
import time
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Server, Visit, note_of, sign_in

PHONE = {"viewport": {"width": 390, "height": 844}}
PLACE = """() => {
  const card = [...document.querySelectorAll('.card')].find(c => c.getBoundingClientRect().top > 0);
  return [card.id, card.getBoundingClientRect().top];
}"""
STANDS = "([id, top]) => Math.abs(document.getElementById(id)?.getBoundingClientRect().top - top) <= 1"
TOP_OF = "id => document.getElementById(id)?.getBoundingClientRect().top"


def deep_in_the_feed(page: Page) -> tuple[str, float]:
    """Scroll until more cards have come; the card at the top and where it stands."""
    before = page.locator(".card").count()
    for _ in range(12):
        page.mouse.wheel(0, 1500)
        page.wait_for_timeout(120)
    page.wait_for_function("n => document.querySelectorAll('.card').length > n", arg=before)
    page.evaluate("scrollTo(0, 3333)")
    page.wait_for_timeout(200)
    card, top = page.evaluate(PLACE)
    return str(card), float(top)


def assert_stands(page: Page, card: str, top: float) -> None:
    page.wait_for_function(STANDS, arg=[card, top])
    page.wait_for_timeout(400)
    assert page.evaluate(TOP_OF, card) == pytest.approx(top, abs=1)


def test_a_note_opens_over_the_feed(visit: Visit) -> None:
    page = visit("/")
    cover = page.locator("a.cover").nth(2)
    address = cover.get_attribute("href")
    cover.click()
    overlay = page.locator("#overlay")
    expect(overlay.locator(".note")).to_be_visible()
    assert page.url.endswith(str(address))
    page.keyboard.press("Escape")
    expect(overlay).to_be_hidden()
    expect(cover).to_be_focused()
    page.go_forward()
    expect(overlay.locator(".note")).to_be_visible()
    page.go_back()
    expect(overlay).to_be_hidden()
    page.go_forward()
    expect(overlay.locator(".note")).to_be_visible()
    page.reload()
    expect(page.locator(".note-page .note")).to_be_visible()
    page.go_back()
    expect(page.locator(".card").first).to_be_visible()
    expect(page.locator(".note-page")).to_have_count(0)


def test_the_feed_keeps_its_place_behind_a_note(visit: Visit) -> None:
    page = visit("/")
    card, top = deep_in_the_feed(page)
    page.evaluate("id => document.querySelector(`#${id} .cover`).click()", card)
    expect(page.locator("#overlay .note")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#overlay")).to_be_hidden()
    assert_stands(page, card, top)


@pytest.mark.parametrize("options", [{}, PHONE], ids=["desktop", "phone"])
def test_the_feed_is_found_again_to_the_pixel(visit: Visit, options: dict[str, Any]) -> None:
    page = visit("/", **options)
    card, top = deep_in_the_feed(page)
    page.reload()
    assert_stands(page, card, top)
    page.goto("/about/photographs")
    page.go_back()
    assert_stands(page, card, top)


def test_no_note_stands_twice_and_nothing_shifts(visit: Visit) -> None:
    page = visit("/")
    page.evaluate(
        """() => { window.shift = 0; new PerformanceObserver(list => { for (const e of list.getEntries())
        if (!e.hadRecentInput) window.shift += e.value; }).observe({type: 'layout-shift', buffered: true}); }"""
    )
    deep_in_the_feed(page)
    ids = page.evaluate("[...document.querySelectorAll('.card')].map(card => card.id)")
    assert len(ids) == len(set(ids))
    assert page.evaluate("window.shift") <= 0.01


def test_cards_overlap_nowhere(visit: Visit) -> None:
    page = visit("/")
    boxes = page.evaluate(
        """[...document.querySelectorAll('.card')].map(c => { const b = c.getBoundingClientRect();
        const inner = c.lastElementChild.getBoundingClientRect(); return [b.left, b.top, b.bottom, inner.bottom]; })"""
    )
    for at, (left, top, bottom, inner) in enumerate(boxes):
        assert inner <= bottom + 1
        for other in boxes[at + 1 :]:
            assert other[0] != left or other[1] >= bottom - 1 or other[2] <= top + 1


def test_a_like_shows_at_once_and_is_undone_when_refused(visit: Visit, server: Server) -> None:
    page = visit("/sign-in")
    sign_in(page, server, "carmen_sev")
    button = page.locator(".card .like[aria-pressed=false]").first
    action = button.locator("xpath=..").get_attribute("action")
    same = page.locator(f"form[action='{action}'] .like")

    def refuse(route: Route) -> None:
        body = json.dumps({"detail": "Not today."})
        route.fulfill(status=503, content_type="application/problem+json", body=body)

    page.route("**/like", refuse)
    assert same.evaluate("button => { button.click(); return button.ariaPressed; }") == "true"
    expect(page.locator("#toasts")).to_contain_text("Not today.")
    expect(same).to_have_attribute("aria-pressed", "false")
    page.unroute("**/like")

    same.click()
    expect(same).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(same).to_have_attribute("aria-pressed", "true")


def test_the_original_is_one_tap_away(visit: Visit) -> None:
    page = visit("/", lang="en")
    page.goto(note_of(page, "haoran_day", "day"))
    words = page.locator(".words")
    expect(words.locator(".original").first).to_be_hidden()
    words.get_by_text("Original").click()
    expect(words.locator(".original").first).to_be_visible()
    expect(words.locator(".shown").first).to_be_hidden()
    page.get_by_role("button", name="All originals").click()
    expect(page.locator(".comment .original").first).to_be_visible()


def test_what_was_written_survives_a_reload(visit: Visit, server: Server) -> None:
    page = visit("/sign-in")
    sign_in(page, server, "lukas_berlin")
    page.goto("/publish")
    page.locator("[name=title]").fill("Half a thought")
    page.locator("[name=body]").fill("and the other half")
    page.reload()
    expect(page.locator("[name=title]")).to_have_value("Half a thought")
    page.locator("form[data-publish] .button").click()
    page.wait_for_url("**/n/*")
    page.goto("/publish")
    expect(page.locator("[name=title]")).to_have_value("")


def test_one_tap_turns_the_room(visit: Visit) -> None:
    page = visit("/", lang="en")
    page.get_by_role("link", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    expect(page.locator(".side")).to_contain_text("发现")
    expect(page.locator(".card h2[lang=zh]").first).to_be_visible()


def test_keys_walk_the_cards(visit: Visit) -> None:
    page = visit("/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("a.cover").nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator("a.cover").nth(0)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#overlay .note")).to_be_visible()


def test_everything_works_without_script(visit: Visit, server: Server) -> None:
    page = visit("/", java_script_enabled=False)
    expect(page.locator(".card")).not_to_have_count(0)
    page.get_by_role("link", name="More notes").click()
    expect(page.locator(".card")).not_to_have_count(0)
    page.goto("/join")
    page.locator("[name=display_name]").fill("No Script")
    page.locator("[name=handle]").fill("no_script")
    page.locator("[name=password]").fill("a long enough pass phrase")
    page.locator("main form .button").click()
    page.wait_for_url("**/welcome")
    page.goto("/publish")
    page.locator("[name=title]").fill("Plain forms do")
    page.locator("form[data-publish] .button").click()
    page.wait_for_url("**/n/*")
    until = time.monotonic() + 10  # a new note is screened before it can be commented on
    page.locator("form[data-say] textarea").fill("Even the thread")
    page.locator("form[data-say] .send").click()
    while page.locator("form[data-say] .problem").count() and time.monotonic() < until:
        page.locator("form[data-say] .send").click()
    expect(page.locator(".comment", has_text="Even the thread")).to_be_visible()
    page.locator(".deeds .like").click()
    expect(page.locator(".deeds .like")).to_have_attribute("aria-pressed", "true")
    page.locator(".comment").get_by_role("button", name="Delete").click()
    expect(page.locator(".comment")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".comment", has_text="Even the thread")).to_be_visible()
    page.goto("/@no_script")
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, server, "mei_lin")


PAGES = [
    "/",
    "/search?q=cats",
    "/join",
    "/sign-in",
    "/@mei_lin",
    "/about/photographs",
    "/developers",
    "/nowhere",
]
PAGES_SIGNED_IN = ["/publish", "/settings", "/inbox", "/welcome", "/saved", "/following"]
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"lang": "en", "color_scheme": "light"},
    "right-to-left": {"lang": "ar", "color_scheme": "dark"},
    "phone": {"lang": "zh-CN", "color_scheme": "dark", **PHONE},
}


def assert_open_to_all(page: Page) -> None:
    page.wait_for_load_state("networkidle")
    found = Axe().run(page).response["violations"]
    told = [f"{v['id']}: {[node['html'][:160] for node in v['nodes']][:4]}" for v in found]
    assert told == [], page.url


@pytest.mark.parametrize("look", LOOKS)
def test_pages_are_open_to_everybody(visit: Visit, server: Server, look: str) -> None:
    page = visit("/", **LOOKS[look])
    for path in PAGES:
        page.goto(path)
        assert_open_to_all(page)
    page.goto("/")
    page.locator("a.cover").first.click()
    expect(page.locator("#overlay .note")).to_be_visible()
    assert_open_to_all(page)
    sign_in(page, server, "nour_h")
    for path in PAGES_SIGNED_IN:
        page.goto(path)
        assert_open_to_all(page)


def test_ones_own_profile_leaves_room_for_its_words(visit: Visit, server: Server) -> None:
    page = visit("/sign-in")
    sign_in(page, server, "mei_lin")
    for width, least in ((1280, 300), (800, 200), (390, 200)):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto("/@mei_lin")
        box = page.locator(".profile-words").bounding_box()
        assert box is not None
        assert box["width"] >= least, width


def test_an_empty_field_reads_as_the_page_does(visit: Visit, server: Server) -> None:
    page = visit("/sign-in", lang="ar")
    sign_in(page, server, "nour_h")
    page.goto("/publish")
    for name in ("q", "title", "body"):
        expect(page.locator(f"[name={name}]").first).to_have_css("direction", "rtl")
    page.locator("[name=title]").fill("Tea")
    expect(page.locator("[name=title]")).to_have_css("direction", "ltr")
    page.locator("[name=title]").fill("شاي")
    expect(page.locator("[name=title]")).to_have_css("direction", "rtl")


def test_pages_stay_small(visit: Visit) -> None:
    page = visit("/")
    sizes = page.evaluate(
        """() => performance.getEntriesByType('resource').filter(e => /static.*(js|css)/.test(e.name))
        .map(e => [e.name.split('.').pop(), e.encodedBodySize])"""
    )
    assert sum(size for kind, size in sizes if kind == "js") <= 25_000
    assert sum(size for kind, size in sizes if kind == "css") <= 10_000
