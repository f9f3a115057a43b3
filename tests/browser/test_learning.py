"""A learner taps a word, saves it, and reviews it by keyboard."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server, Visit, sign_in


def wrong(page: Page, part: str) -> list[str]:
    """What axe finds wrong in a part of the page."""
    return [
        f"{found['id']}: {found['nodes'][0]['html'][:160]}"
        for found in Axe().run(page, part).response["violations"]
    ]


def test_a_word_is_tapped_saved_and_reviewed_by_keyboard(visit: Visit, server: Server) -> None:
    page = visit("/sign-in", lang="en")
    sign_in(page, server, "maddie_in_ohio")
    page.goto("/settings")
    page.locator("[name=learns]").select_option("zh")
    page.locator("#learning .button").click()
    page.wait_for_url("**/settings?saved=1*")

    page.goto("/@haoran_day")
    address = page.locator(".card a.cover").first.get_attribute("href")
    page.goto(address or "")
    page.locator("[data-pinyin]").click()
    original = page.locator(".note .words .switch summary")
    if original.count():
        original.first.click()
    word = page.locator(".words ruby.w:visible").first
    expect(word.locator("rt")).to_be_visible()
    expect(word).to_have_attribute("role", "button")
    word.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    window = page.locator("#word")
    expect(window.locator(".meaning").first).to_be_visible()
    window.get_by_role("button", name="Save word").click()
    expect(window.get_by_role("button", name="Remove")).to_be_visible()
    assert wrong(page, ".words") + wrong(page, "#word") == []
    tapped = window.locator(".word").get_attribute("data-word")
    expect(page.locator(f'.w[data-w="{tapped}"].l1').first).to_be_attached()
    page.keyboard.press("Escape")
    expect(window).to_be_hidden()

    page.goto("/learn")
    expect(page.locator(".asked mark")).to_have_text(tapped or "")
    expect(page.locator(".ratings")).to_be_hidden()
    page.keyboard.press("Space")
    expect(page.locator(".ratings")).to_be_visible()
    assert wrong(page, "html") == []
    page.keyboard.press("4")
    expect(page.locator("#review .empty")).to_be_visible()
    page.get_by_role("button", name="Undo the last answer").click()
    expect(page.locator(".asked mark")).to_have_text(tapped or "")
