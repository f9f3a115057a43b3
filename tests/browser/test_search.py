"""Looking for something, in a real browser."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Translator, Visit, join, until

CHINESE = "第一天坐电车上山。\n第二天去海边，周五的船票要三块。\n第三天回家。"
ENGLISH = "On day one take the tram uphill.\nOn day two go to the sea, the boat on Friday is three euro.\nOn day three go home."
QUESTION = "how much is a bowl of wonton in shanghai"
"""A note that was just released is offered by its pinyin within so many seconds, on a busy machine."""


def publish(page: Page) -> None:
    """A Chinese note about Lisbon, by a new person."""
    join(page, "lisbon_one", "Lisbon One", first="zh")
    page.goto("/publish")
    page.locator("[name=title]").fill("里斯本三日游")
    page.locator("[name=body]").fill(CHINESE)
    page.locator("form[data-publish] .button").last.click()
    page.wait_for_url("**/n/*")


def violations(page: Page) -> list[tuple[str, str]]:
    """What axe finds wrong, and where."""
    found = Axe().run(page).response["violations"]
    return [(one["id"], node["html"]) for one in found for node in one["nodes"]]


def test_a_chinese_note_is_found_in_english_and_read_in_english(visit: Visit, translator: Translator) -> None:
    publish(visit("/", lang="zh-CN"))
    with translator.knows({"里斯本三日游": "Three days in Lisbon", CHINESE: ENGLISH}):
        page = visit("/", lang="en")
        page.get_by_role("searchbox", name="Search").or_(
            page.get_by_role("combobox", name="Search")
        ).first.click()
        page.keyboard.type("lisbon 3 day")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search?q=lisbon+3+day")
        told = page.locator(".snippet output", has_text="On day one")
        until(page, told.count)
    card = page.locator(".card", has=told)
    expect(card.locator("h2")).to_have_text("Three days in Lisbon")
    expect(card.locator("h2 mark").last).to_have_text("Lisbon")
    expect(card.locator(".snippet .shown mark").first).to_have_text("day")
    expect(card.locator(".snippet .original")).to_be_hidden()
    card.get_by_text("Original").click()
    expect(card.locator(".snippet .original")).to_contain_text("第一天")
    expect(card.locator(".snippet .shown")).to_be_hidden()
    card.locator("a.cover").click()
    expect(page.locator("dialog h1 .shown").or_(page.locator("dialog h1")).first).to_contain_text(
        "Three days in Lisbon"
    )


def test_a_note_is_offered_by_its_pinyin_as_soon_as_it_is_out(visit: Visit) -> None:
    page = visit("/", lang="zh-CN")
    join(page, "pinyin_one", "Pinyin One", first="zh")
    page.goto("/publish")
    page.locator("[name=title]").fill("鸬鹚渡口的早晨")
    page.locator("form[data-publish] .button").last.click()
    page.wait_for_url("**/n/*")
    until(page, lambda: "鸬鹚" in page.request.get("/search/suggestions?q=lucidukou").text())
    assert "鸬鹚" in page.request.get("/search/suggestions?q=lcdk").text()


@pytest.mark.parametrize("dark", [False, True])
def test_an_answer_is_one_tap_away_and_its_original_another(visit: Visit, *, dark: bool) -> None:
    page = visit(f"/search?q={QUESTION}", lang="en", color_scheme="dark" if dark else "light")
    page.get_by_role("link", name="Answer from notes").press("Enter")
    answers = page.locator(".answers")
    expect(answers.get_by_role("heading", name="What notes say")).to_be_focused()
    expect(answers.locator("blockquote").first).to_contain_text("9 yuan")
    expect(answers.locator(".of a").last).to_have_attribute("href", re.compile("^/n/"))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(answers.locator(".original").first).to_contain_text("一碗小馄饨 9 块")
    assert violations(page) == []


def test_answers_read_from_right_to_left(visit: Visit) -> None:
    asked = "كم سعر طبق الونتون في شنغهاي"
    page = visit(f"/search/answers?q={asked}", lang="ar", viewport={"width": 390, "height": 844})
    said = page.locator(".answers .shown").first
    expect(said).to_have_attribute("lang", "ar")
    expect(said).to_have_css("direction", "rtl")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert violations(page) == []


def test_answers_without_script_and_where_nothing_answers(visit: Visit) -> None:
    page = visit(f"/search?q={QUESTION}", lang="en", java_script_enabled=False)
    page.get_by_role("link", name="Answer from notes").click()
    page.wait_for_url("**/search/answers?q=*")
    expect(page.locator(".answers blockquote").first).to_contain_text("9 yuan")
    page.get_by_role("searchbox", name="Search").fill("how to fix a leaking washing machine")
    page.keyboard.press("Enter")
    expect(page.locator(".answers")).to_contain_text("No note answers this question.")
    page.get_by_role("link", name="All notes that were found").click()
    page.wait_for_url("**/search?q=*")


def test_a_question_typed_in_english_finds_notes_of_other_languages(visit: Visit) -> None:
    page = visit("/", lang="en")
    field = (
        page.get_by_role("combobox", name="Search").or_(page.get_by_role("searchbox", name="Search")).first
    )
    field.click()
    page.keyboard.type("lisbon 3 day")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=lisbon+3+day")
    expect(page.locator(".card mark", has_text="Lisbon").first).to_be_visible()
    expect(page.locator(".came-from")).to_contain_text("Portuguese")
    page.locator(".filters summary").click()
    page.get_by_role("link", name="Newest").click()
    page.wait_for_url("**sort=newest**")
    expect(page.locator(".filters a[aria-current]")).to_have_text("Newest")


def test_pinyin_offers_chinese_and_the_keyboard_alone_leads_there(visit: Visit) -> None:
    page = visit("/search", lang="en")
    page.keyboard.type("shanghai")
    offered = page.get_by_role("option")
    expect(offered.first).to_contain_text("上海")
    page.keyboard.press("ArrowDown")
    expect(offered.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(offered.first).to_be_hidden()
    page.keyboard.type(" ")
    expect(offered.first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/topic/**")


def test_searching_works_without_script_and_says_when_nothing_is_there(visit: Visit) -> None:
    page = visit("/", lang="en", java_script_enabled=False)
    page.get_by_role("searchbox", name="Search").fill("zzyzx")
    page.keyboard.press("Enter")
    expect(page.locator(".empty h2")).to_have_text("Nothing was found")
    page.get_by_role("searchbox", name="Search").fill("上海")
    page.keyboard.press("Enter")
    expect(page.locator(".card mark").first).to_be_attached()


def test_on_a_phone_searching_is_one_tap_away(visit: Visit) -> None:
    page = visit("/", lang="en", viewport={"width": 390, "height": 844})
    page.get_by_role("link", name="Search").click()
    page.wait_for_url("**/search")
    expect(
        page.get_by_role("searchbox", name="Search").or_(page.get_by_role("combobox", name="Search"))
    ).to_be_focused()
