"""Drafts, publishing later, versions, series and import in a real browser: by mouse and by keyboard, with script and without."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests import factories
from tests.browser.conftest import Visit, join
from tests.browser.test_the_face import assert_open_to_all

PHONE = {"width": 390, "height": 844}


def title(page: Page) -> str:
    return page.locator("form[data-publish] [name=title]").input_value()


def published(page: Page, words: str) -> str:
    """A note published through the form; gives its address."""
    page.goto("/publish")
    page.locator("form[data-publish] [name=title]").fill(words)
    page.get_by_role("button", name="Publish", exact=True).click()
    page.wait_for_url(re.compile(r"/n/\d+$"))
    return page.url


def add_picture(page: Page) -> None:
    """A picture in the form, sent."""
    page.locator("[data-pick]").set_input_files(
        {"name": "a.png", "mimeType": "image/png", "buffer": factories.picture()}
    )
    expect(page.locator(".shot input[name=picture]")).to_have_count(1)


def test_a_draft_survives_a_reload_and_goes_on_elsewhere(visit: Visit) -> None:
    desk = visit("/")
    join(desk, "drafting_dina", "Dina")
    desk.goto("/publish")
    add_picture(desk)
    desk.locator("form[data-publish] [name=title]").press_sequentially("The harbour")
    expect(desk.locator("[data-kept]")).to_contain_text("Kept as a draft")
    expect(desk).to_have_url(re.compile(r"/publish\?draft=\d+"))
    desk.reload()
    expect(desk.locator("form[data-publish] [name=title]")).to_have_value("The harbour")
    expect(desk.locator(".shot img")).to_have_js_property("complete", True)
    state = desk.context.storage_state()
    phone = visit(desk.url, viewport=PHONE, storage_state=state)
    assert title(phone) == "The harbour"
    # Both write: what comes too late is kept by itself, and said so.
    phone.locator("form[data-publish] [name=body]").fill("From the phone")
    expect(phone.locator("[data-kept]")).to_contain_text("Kept as a draft")
    desk.locator("form[data-publish] [name=body]").fill("From the desk")
    expect(desk.get_by_role("alert")).to_contain_text("Both are kept")
    desk.get_by_role("link", name="Open the other one").click()
    expect(desk.locator("form[data-publish] [name=body]")).to_have_value("From the phone")
    phone.goto("/drafts")
    expect(phone.locator(".drafts li")).to_have_count(2)
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert_open_to_all(phone)
    # Deleted and had back, by the keyboard.
    phone.locator(".drafts li form button").first.focus()
    phone.keyboard.press("Enter")
    expect(phone.locator(".drafts li:visible")).to_have_count(1)
    phone.get_by_role("button", name="Undo").focus()
    phone.keyboard.press("Enter")
    expect(phone.locator(".drafts li:visible")).to_have_count(2)
    # Published, the draft is no more; nothing that was typed stays behind in the tab.
    desk.locator("form[data-publish] [name=title]").fill("The harbour, from the phone")
    desk.get_by_role("button", name="Publish", exact=True).click()
    desk.wait_for_url(re.compile(r"/n/\d+$"))
    phone.reload()
    expect(phone.locator(".drafts li")).to_have_count(1)
    desk.goto("/publish")
    assert title(desk) == ""


def test_what_is_typed_right_before_a_reload_is_not_lost(visit: Visit) -> None:
    page = visit("/")
    join(page, "hasty_hugo", "Hugo")
    page.goto("/publish")
    page.locator("form[data-publish] [name=title]").fill("One")
    expect(page).to_have_url(re.compile(r"/publish\?draft=\d+"))
    expect(page.locator("[data-kept]")).to_contain_text("Kept as a draft")
    page.locator("form[data-publish] [name=title]").fill("One and a half")
    page.reload()
    expect(page.locator("form[data-publish] [name=title]")).to_have_value("One and a half")
    # While there is no line, it is said, and kept once there is one.
    page.context.set_offline(True)
    page.locator("form[data-publish] [name=title]").fill("Two")
    expect(page.locator("[data-kept]")).to_contain_text("offline")
    page.context.set_offline(False)
    expect(page.locator("[data-kept]")).to_contain_text("Kept as a draft")


def test_what_is_reloaded_before_it_was_kept_is_one_draft(visit: Visit) -> None:
    page = visit("/")
    join(page, "hasty_hanna", "Hanna")
    page.goto("/publish")
    add_picture(page)
    page.locator("form[data-publish] [name=title]").fill("One")
    page.reload()
    expect(page).to_have_url(re.compile(r"/publish\?draft=\d+"))
    assert title(page) == "One"
    expect(page.locator(".shot input[name=picture]")).to_have_count(1)
    page.locator("form[data-publish] [name=title]").fill("One and only")
    expect(page.locator("[data-kept]")).to_contain_text("Kept as a draft")
    page.goto("/drafts")
    expect(page.locator(".drafts li")).to_have_text(re.compile("One and only"))
    page.goto("/publish")
    assert title(page) == ""


def test_a_note_is_put_off_moved_and_called_off_without_script(visit: Visit) -> None:
    page = visit("/join", java_script_enabled=False, viewport=PHONE)
    join(page, "patient_paula", "Paula")
    page.goto("/publish")
    page.locator("form[data-publish] [name=title]").fill("At nine")
    page.locator("summary", has_text="Publish later").focus()
    page.keyboard.press("Enter")
    day = (datetime.now(UTC) + timedelta(days=2)).date()
    page.locator("[name=due_at]").fill(f"{day}T09:00")
    page.locator("[name=zone]").fill("Asia/Tokyo")
    page.get_by_role("button", name="Publish then").click()
    expect(page.locator(".drafts .due")).to_contain_text("9:00")
    expect(page.locator(".drafts .due")).to_contain_text("(Tokyo)")
    page.locator(".drafts a.draft").click()
    page.locator("[name=due_at]").fill("2020-01-01T09:00")
    page.get_by_role("button", name="Move to this time").click()
    expect(page.get_by_role("alert")).to_contain_text("between one hour and 60 days")
    page.locator("[name=due_at]").fill(f"{day}T21:30")
    page.get_by_role("button", name="Move to this time").click()
    expect(page.locator(".drafts .due")).to_contain_text("9:30")
    page.locator(".drafts button", has_text="Call off").click()
    expect(page.locator(".drafts .due")).to_have_count(0)
    page.goto("/publish")
    page.locator("form[data-publish] [name=title]").fill("Another")
    page.get_by_role("button", name="Keep as draft").click()
    expect(page.locator(".drafts li")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_zone_of_the_browser_is_offered(visit: Visit) -> None:
    page = visit("/", timezone_id="America/Sao_Paulo")
    join(page, "zoe_zone", "Zoe")
    page.goto("/publish")
    page.locator("summary", has_text="Publish later").click()
    expect(page.locator("[name=zone]")).to_have_value("America/Sao_Paulo")
    assert_open_to_all(page)


def test_what_stood_before_is_a_page_of_changes(visit: Visit) -> None:
    page = visit("/")
    join(page, "editing_edda", "Edda")
    address = published(page, "Boats at six")
    expect(page.locator("article.note")).to_be_visible()
    page.goto(f"{address}/edit")
    page.locator("form[data-publish] [name=title]").fill("Boats at seven")
    page.get_by_role("button", name="Save changes").click()
    page.wait_for_url(address)
    page.locator(".meta a", has_text="edited").click()
    expect(page.locator("del")).to_have_text("six")
    expect(page.locator("ins")).to_have_text("seven")
    assert_open_to_all(page)
    page.goto(address)
    page.locator("form[data-say] [name=body]").fill("First!")
    page.locator("form[data-say] .send").click()
    page.locator(".comment", has_text="First!").get_by_role("link", name="Edit").click()
    page.locator("main [name=body]").fill("Second!")
    page.get_by_role("button", name="Save changes").focus()
    page.keyboard.press("Enter")
    comment = page.locator(".comment", has_text="Second!")
    comment.get_by_role("link", name="edited").click()
    expect(page.locator("del")).to_have_text("First")


def test_a_series_is_begun_ordered_and_read_along(visit: Visit) -> None:
    page = visit("/")
    join(page, "serial_sara", "Sara")
    addresses = [published(page, f"Day {number}") for number in (1, 2, 3)]
    for number, address in enumerate(addresses):
        page.goto(f"{address}/series")
        if number:
            page.get_by_label("A winter in Lisbon").check()
        else:
            page.locator("main [name=title]").fill("A winter in Lisbon")
        page.get_by_role("button", name="Save changes").click()
        page.wait_for_url(address)
    place = page.get_by_role("navigation", name="Series")
    expect(place).to_contain_text("Part 3 of 3")
    place.get_by_role("link", name="Previous part").click()
    expect(page.get_by_role("navigation", name="Series")).to_contain_text("Part 2 of 3")
    page.get_by_role("link", name="A winter in Lisbon").click()
    names = page.locator(".series-parts .what")
    expect(names).to_have_text(["Day 1", "Day 2", "Day 3"])
    # By the keyboard, and by the mouse.
    page.locator(".series-parts li", has_text="Day 3").get_by_role("button", name="Move earlier").focus()
    page.keyboard.press("Enter")
    expect(names).to_have_text(["Day 1", "Day 3", "Day 2"])
    grip = page.locator(".series-parts li", has_text="Day 2").locator(".grip").bounding_box()
    top = page.locator(".series-parts li", has_text="Day 1").bounding_box()
    assert grip is not None
    assert top is not None
    page.mouse.move(grip["x"] + 5, grip["y"] + 5)
    page.mouse.down()
    page.mouse.move(grip["x"] + 5, top["y"] + 3, steps=6)
    with page.expect_response(re.compile("/place$")):
        page.mouse.up()
    page.reload()
    expect(names).to_have_text(["Day 2", "Day 1", "Day 3"])
    assert_open_to_all(page)
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "holiday"
    place.mkdir()
    (place / "a.png").write_bytes(factories.picture())
    (place / "b.png").write_bytes(factories.picture(color="#993333"))
    (place / "notes.csv").write_text(
        "file,title,tags,alt\na.png,The harbour,lisbon,Boats\nmissing.png,Two,,\nb.png,The market,food,\n"
    )
    return place


def test_a_folder_becomes_drafts(visit: Visit, folder: Path) -> None:
    page = visit("/")
    join(page, "folder_fay", "Fay")
    page.goto("/drafts/import")
    page.locator("[data-folder]").set_input_files(folder)
    page.get_by_role("button", name="Look it through").click()
    expect(page.locator(".faults li")).to_contain_text("There is no “missing.png” in the folder.")
    expect(page.locator(".faults li")).to_contain_text("line 3")
    expect(page.locator("li[data-note]")).to_have_count(2)
    assert_open_to_all(page)
    page.get_by_role("button", name="Make drafts").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-progress]")).to_have_text("All done: 2 drafts.")
    page.goto("/drafts")
    expect(page.locator(".drafts li")).to_have_count(2)
    expect(page.locator(".drafts li img")).to_have_count(2)
    page.locator(".drafts li", has_text="The harbour").locator("a").click()
    expect(page.locator("form[data-publish] [name=body]")).to_have_value("#lisbon")
    expect(page.locator(".shot input[name^=alt-]")).to_have_value("Boats")
