"""What one asked before and searches that tell of something new, by keyboard alone."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit, join, until


def tab_to(page: Page, name: str) -> None:
    """Walk there with the Tab key."""
    for _ in range(80):
        page.keyboard.press("Tab")
        label = page.evaluate(
            "() => document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent.trim()"
        )
        if label == name:
            return
    raise AssertionError(f"the Tab key does not lead to {name}")


def test_a_question_is_kept_erased_and_had_back_by_keyboard(visit: Visit) -> None:
    page = visit("/", lang="en")
    join(page, "asker", "Asker")
    page.goto("/search")
    page.keyboard.type("harbour at dawn")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=harbour+at+dawn")
    expect(page.get_by_role("heading", level=1)).to_be_attached()
    kept = page.locator(".recent").get_by_role("link", name="harbour at dawn")
    page.goto("/search")
    until(page, kept.count)  # it is written a moment after the page went out
    expect(kept).to_be_visible()
    tab_to(page, "Erase harbour at dawn")
    page.keyboard.press("Enter")
    expect(kept).to_be_hidden()
    page.get_by_role("button", name="Undo").press("Enter")
    expect(kept).to_be_visible()
    page.reload()
    expect(kept).to_be_visible()
    page.get_by_role("combobox", name="Search").fill("harb")
    expect(page.get_by_role("option").first).to_contain_text("harbour at dawn")


def test_a_search_is_saved_renamed_and_deleted_by_keyboard(visit: Visit) -> None:
    page = visit("/", lang="en")
    join(page, "keeper", "Keeper")
    page.goto("/search")
    page.goto("/search?q=lisbon")
    tab_to(page, "Tell me of what is new")
    page.keyboard.press("Enter")
    expect(page.locator(".save-search")).to_contain_text("you will be told of what is new")
    page.goto("/search/saved")
    tab_to(page, "Rename lisbon")
    page.keyboard.press("Enter")
    page.get_by_role("textbox", name="Name").fill("The white city")
    page.keyboard.press("Enter")
    saved = page.locator(".saved-searches").get_by_role("link", name="The white city")
    expect(saved).to_be_visible()
    tab_to(page, "Delete The white city")
    page.keyboard.press("Enter")
    expect(saved).to_be_hidden()
    page.goto("/search/saved")
    expect(page.get_by_role("heading", name="No saved searches yet")).to_be_visible()


def test_history_and_saving_work_without_script(visit: Visit) -> None:
    page = visit("/", lang="en", java_script_enabled=False)
    join(page, "plain", "Plain")
    page.goto("/search")
    page.goto("/search?q=kites")
    page.get_by_role("button", name="Tell me of what is new").click()
    expect(page.locator(".save-search")).to_contain_text("you will be told of what is new")
    page.goto("/search/saved")
    page.get_by_role("button", name="Delete kites").click()
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Delete kites").click()
    page.goto("/search")
    kept = page.locator(".recent").get_by_role("link", name="kites")
    expect(kept).to_be_visible()
    page.get_by_role("button", name="Erase kites").click()
    expect(kept).to_be_hidden()
    page.get_by_role("button", name="Undo").click()
    expect(kept).to_be_visible()
