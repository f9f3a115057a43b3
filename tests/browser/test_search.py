"""Looking for something, in a real browser."""

from playwright.sync_api import expect

from tests.browser.conftest import Visit


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
