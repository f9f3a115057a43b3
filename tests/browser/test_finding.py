"""The search page in a real browser: its filters, near me, films, by keyboard alone and without script."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.test_search import violations

LISBON = {"latitude": 38.7223, "longitude": -9.1393}


def searching(visit: Visit, asked: str = "coffee", **options: object) -> Page:
    return visit(f"/search?q={asked}", lang="en", **options)


def open_filters(page: Page) -> None:
    page.locator(".filters summary").click()


@pytest.mark.parametrize(
    ("width", "script", "dark"), [(1440, True, False), (390, True, True), (390, False, False)]
)
def test_filters_are_put_on_and_taken_off(visit: Visit, width: int, *, script: bool, dark: bool) -> None:
    page = searching(
        visit, viewport={"width": width, "height": 844}, java_script_enabled=script,
        color_scheme="dark" if dark else "light",
    )  # fmt: skip
    expect(page.locator(".card").first).to_be_visible()
    for name, said in (
        ("Most liked", "sort=liked"),
        ("Past half year", "within=half-year"),
        ("English", "lang=en"),
    ):
        open_filters(page)
        page.locator(".sheet").get_by_role("link", name=name, exact=True).click()
        page.wait_for_url(f"**{said}**")
    chips = page.locator(".chip-off")
    expect(chips).to_have_count(3)
    if script:
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        open_filters(page)
        page.keyboard.press("Escape")
        expect(page.locator(".filters .sheet")).to_be_hidden()
        expect(page.locator(".filters summary")).to_be_focused()
    if width < 760:
        # What is dimmed closes the sheet and does nothing else.
        open_filters(page)
        page.mouse.click(width / 2, 60)
        expect(page.locator(".filters .sheet")).to_be_hidden()
        expect(chips).to_have_count(3)
    page.get_by_role("link", name="Take the filter off: English").click()
    expect(chips).to_have_count(2)
    assert "lang=" not in page.url
    for name in ("Past half year", "Most liked"):
        page.get_by_role("link", name=f"Take the filter off: {name}").click()
    expect(chips).to_have_count(0)
    assert page.url.endswith("/search?q=coffee")


def test_a_filter_that_leaves_nothing_says_so_and_which_it_is(visit: Visit) -> None:
    page = searching(visit, "lisbon&near=-80,0")
    expect(page.locator(".empty h2")).to_have_text("Nothing fits these filters")
    drop = page.locator(".drops a").first
    expect(drop).to_contain_text("Near me")
    assert violations(page) == []
    drop.click()
    expect(page.locator(".card").first).to_be_visible()
    page.goto("/search?q=zzyzx")
    expect(page.locator(".empty h2")).to_have_text("Nothing was found")
    page.goto("/search?q=zzyzx&tab=films")
    expect(page.locator(".empty h2")).to_have_text("No film was found")
    page.get_by_role("link", name="Look among all notes").click()
    page.wait_for_url(re.compile("/search\\?q=zzyzx$"))
    page.goto("/search?q=zzyzx&tab=people")
    expect(page.locator(".empty h2")).to_have_text("Nothing was found")


def test_near_me_asks_the_browser_and_sends_no_more_than_a_kilometre(visit: Visit) -> None:
    page = searching(visit, "", geolocation=LISBON, permissions=["geolocation"])
    page.goto("/search?q=in:here")
    open_filters(page)
    page.get_by_role("button", name="Near me").click()
    page.wait_for_url("**near=38.72%2C-9.14**")
    expect(page.locator(".filter-row .chip-off")).to_have_text("Near me")
    assert "38.7223" not in page.content()


def test_near_me_says_what_is_the_matter_where_the_browser_does_not_tell(visit: Visit) -> None:
    page = searching(visit, permissions=[])
    open_filters(page)
    here = page.url
    button = page.get_by_role("button", name="Near me")
    button.click()
    expect(page.locator("#toasts")).to_contain_text("Your browser did not say where you are.")
    expect(button).to_be_enabled()
    assert page.url == here
    page.get_by_role("textbox", name="Place").fill("Zzyzxville")
    page.get_by_role("button", name="Near there").click()
    page.wait_for_url("**near=Zzyzxville**")
    expect(page.locator("p.instead")).to_have_text("No note that you may see says where that is.")


def test_everything_is_reached_by_the_keyboard(visit: Visit) -> None:
    page = visit("/search", lang="en")
    page.keyboard.type("lisb")
    field = page.get_by_role("combobox", name="Search")
    expect(page.get_by_role("option").first).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")
    assert field.get_attribute("aria-activedescendant") is None
    page.keyboard.press("ArrowDown")
    first = page.get_by_role("option").first
    expect(field).to_have_attribute("aria-activedescendant", str(first.get_attribute("id")))
    page.keyboard.press("ArrowUp")
    expect(field).not_to_have_attribute("aria-activedescendant", re.compile("."))
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=lisb")
    for name in ("Films", "People"):
        tab_to(page, name)
        page.keyboard.press("Enter")
        page.wait_for_url(f"**tab={name.lower()}")
    page.go_back()
    tab_to(page, "Filters")
    page.keyboard.press("Enter")
    tab_to(page, "Newest")
    page.keyboard.press("Enter")
    page.wait_for_url("**sort=newest**tab=films**")
    tab_to(page, "Newest")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("^(?!.*sort=)"))


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what has the focus is called so."""
    for _ in range(60):
        page.keyboard.press("Tab")
        said = page.evaluate("(document.activeElement.innerText || '').trim()")
        if said.startswith(name):
            return
    raise AssertionError(f"{name} is not reached")


def test_the_door_stands_at_the_edge_where_no_search_stands_before_it(visit: Visit) -> None:
    for path in ("/search", "/"):
        page = visit(path, lang="en", viewport={"width": 390, "height": 844})
        box = page.locator(".enter").bounding_box()
        assert box
        assert 390 - 32 <= box["x"] + box["width"] <= 390
