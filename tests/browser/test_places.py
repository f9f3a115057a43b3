"""Where a note was written: a town chosen while typing, by mouse and keyboard, and the page of that town."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server, Visit, join, until
from tests.browser.test_operating import in_database
from tests.browser.test_the_face import LOOKS, assert_open_to_all


@pytest.fixture
def gazetteer(server: Server, visit: Visit) -> Page:
    """A browser, once the gazetteer has been read and the sample notes have their towns."""
    page = visit("/")
    until(page, lambda: in_database(server, "SELECT count(*) > 20 FROM place_note"))
    return page


def test_a_town_is_chosen_by_keyboard_and_by_mouse_and_has_a_page(gazetteer: Page) -> None:
    page = gazetteer
    join(page, "rita_places", "Rita")
    page.goto("/publish")
    field, chosen = page.get_by_role("combobox", name="Place"), page.locator("[data-place-chosen]")
    page.locator("[name=place_name]").focus()
    expect(field).to_have_attribute("aria-expanded", "false")
    field.press_sequentially("里斯本")
    options = page.locator(".offered [role=option]")
    expect(options.first).to_contain_text("Lisbon")
    expect(options.first).to_contain_text("Portugal")
    field.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    assert_open_to_all(page)
    field.press("Enter")
    expect(field).to_have_value("里斯本")
    expect(chosen).to_have_text("Lisbon, Portugal")
    expect(field).to_have_attribute("aria-expanded", "false")

    # Something finer may be said beside it; other words mean another place.
    field.press("End")
    field.press_sequentially(" · Alfama")
    expect(chosen).to_have_text("Lisbon, Portugal")
    field.fill("kyo")
    expect(chosen).to_be_empty()
    options.filter(has_text="Kyoto").first.click()
    expect(field).to_have_value("Kyoto")
    field.fill("Kyoto · Gion")
    expect(chosen).to_have_text("Kyoto, Japan")
    page.locator("[name=title]").fill("Lanterns at dusk")
    page.locator("[data-publish] .buttons .button").click()
    page.locator("article.note .place a").click()
    expect(page.get_by_role("heading", level=1, name="Kyoto")).to_be_visible()
    expect(page.locator(".card", has_text="Lanterns at dusk")).to_be_visible()
    page.get_by_role("link", name="Best", exact=True).click()
    expect(page.get_by_role("link", name="Best", exact=True)).to_have_attribute("aria-current", "page")


@pytest.mark.parametrize("look", LOOKS)
def test_the_page_of_a_place_is_open_to_all(visit: Visit, gazetteer: Page, look: str) -> None:
    assert gazetteer
    page = visit("/place?name=Lisboa", **LOOKS[look])
    expect(page.locator(".card").first).to_be_visible()
    assert_open_to_all(page)
    page.goto("/about/places")
    assert_open_to_all(page)


def test_a_place_is_written_found_and_read_without_script(visit: Visit, gazetteer: Page) -> None:
    assert gazetteer
    page = visit("/", java_script_enabled=False)
    join(page, "rita_plain", "Rita")
    page.goto("/publish")
    page.locator("[name=place_name]").fill("Lisboa · Graça")
    page.locator("[name=title]").fill("A view of the river")
    page.locator("[data-publish] .buttons .button").click()
    place = page.locator("article.note .place a")
    expect(place).to_contain_text("Lisboa · Graça")
    place.click()
    expect(page.get_by_role("heading", level=1, name="Lisbon")).to_be_visible()
    expect(page.locator(".card", has_text="A view of the river")).to_be_visible()
    page.goto("/search?q=lissabon&tab=places")
    page.get_by_role("link", name="Lisbon").first.click()
    expect(page.get_by_role("heading", level=1, name="Lisbon")).to_be_visible()
