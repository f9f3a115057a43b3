"""Albums, hidden things, filtered words and many comments at once, in a real browser: by mouse, by keys, on a phone, without script."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit, join
from tests.browser.test_search import violations

PHONE = {"width": 390, "height": 844}


def publish(page: Page, title: str, body: str = "") -> str:
    """A new note's address, once it is out."""
    page.goto("/publish")
    page.locator("[name=title]").fill(title)
    if body:
        page.locator("[name=body]").fill(body)
    page.locator("form[data-publish] .button").last.click()
    page.wait_for_url("**/n/*")
    return page.url.split("?")[0]


def put_into(page: Page, note: str, album: str) -> None:
    """Into an album that is begun with the first note, by the note's menu."""
    page.goto(note)
    menu = page.locator(".panel-head details.menu")
    menu.locator("summary").click()
    menu.get_by_role("link", name="Save in an album").click()
    page.wait_for_url("**/albums")
    known = page.locator(".choice", has_text=album)
    if known.count():
        known.click()
    else:
        page.get_by_label("Name").fill(album)
    page.get_by_role("button", name="Save changes").click()
    page.wait_for_url(re.compile(r"/n/\d+$"))


def order(page: Page) -> list[str]:
    return page.locator(".arrange .what").all_inner_texts()


def test_an_album_is_filled_and_ordered_by_mouse_and_by_keys(visit: Visit) -> None:
    page = visit("/")
    join(page, "album_one", "Album One")
    for title in ("First boat", "Second boat", "Third boat"):
        put_into(page, publish(page, title), "Boats")
    page.goto("/@album_one")
    page.locator(".profile-albums").get_by_role("link", name="Boats").click()
    expect(page.locator(".card")).to_have_count(3)
    assert violations(page) == []
    page.get_by_role("link", name="Arrange").click()
    page.wait_for_url("**/arrange")
    assert order(page) == ["First boat", "Second boat", "Third boat"]
    last = page.locator(".arrange li").nth(2)
    last.locator("summary").click()
    assert violations(page) == []
    last.locator("summary").click()
    last.get_by_role("button", name="Move earlier").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".arrange .what").nth(1)).to_have_text("Third boat")
    page.wait_for_load_state("networkidle")
    grip, target = (
        page.locator(".grip").nth(2).bounding_box(),
        page.locator(".arrange li").first.bounding_box(),
    )
    assert grip
    assert target
    page.mouse.move(grip["x"] + 5, grip["y"] + 15)
    page.mouse.down()
    page.mouse.move(target["x"] + 20, target["y"] + 20, steps=6)
    page.mouse.move(target["x"] + 20, target["y"] + 4, steps=3)
    with page.expect_response("**/place"):
        page.mouse.up()
    page.reload()
    assert order(page) == ["Second boat", "First boat", "Third boat"]
    assert violations(page) == []


def test_albums_without_script_on_a_phone(visit: Visit) -> None:
    page = visit("/", viewport=PHONE, java_script_enabled=False)
    join(page, "album_two", "Album Two")
    for title in ("One", "Two"):
        put_into(page, publish(page, title), "Things")
    page.goto("/@album_two/albums")
    page.get_by_role("link", name="Things").click()
    page.get_by_role("link", name="Arrange").click()
    page.get_by_role("button", name="Move earlier").nth(1).click()
    assert order(page) == ["Two", "One"]
    for deed, wanted in (("To the beginning", ["One", "Two"]), ("To the end", ["Two", "One"])):
        item = page.locator(".arrange li", has_text="One")
        item.locator("summary").click()
        item.get_by_role("button", name=deed).click()
        page.wait_for_url("**/arrange#a*")
        expect(page.locator(".arrange .what")).to_have_text(wanted)
    item = page.locator(".arrange li", has_text="One")
    item.locator("summary").click()
    item.get_by_label("Position").fill("1")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.keyboard.press("Enter")
    expect(page.locator(".arrange .what")).to_have_text(["One", "Two"])
    page.goto("/@album_two/albums")
    page.get_by_role("link", name="Things").click()
    page.get_by_text("Edit", exact=True).click()
    page.get_by_role("button", name="Delete album").click()
    expect(page.locator(".sheet")).to_contain_text("No albums yet.")
    page.get_by_role("button", name="Undo").click()
    page.wait_for_url("**/albums/*")


@pytest.mark.parametrize("phone", [False, True])
def test_a_note_is_hidden_from_its_card_and_had_back_at_once(visit: Visit, *, phone: bool) -> None:
    page = visit("/", has_touch=phone, **({"viewport": PHONE} if phone else {}))
    join(page, f"hider_{'p' if phone else 'd'}", "Hider")
    page.goto("/")
    card = page.locator(".card").nth(2)
    name = card.get_attribute("id")
    card.hover() if not phone else None
    more = card.get_by_role("link", name="More about this note")
    if phone:
        more.click()
    else:
        more.focus()
        page.keyboard.press("Enter")
    sheet = page.locator("dialog.deeds-sheet")
    expect(sheet).to_be_visible()
    assert violations(page) == []
    sheet.get_by_role("button", name="Hide this note").click()
    expect(page.locator(f"#{name}")).to_be_hidden()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(f"#{name}")).to_be_visible()
    more.click()
    sheet.get_by_role("button", name="Hide this note").click()
    expect(page.get_by_text("Note hidden")).to_be_visible()
    page.goto("/hidden")
    assert violations(page) == []
    page.get_by_role("button", name="again").first.click()
    expect(page.locator("#notes")).to_contain_text("No note is hidden.")


def test_a_person_is_hidden_from_a_card_with_all_of_theirs_and_had_back(visit: Visit) -> None:
    loud, calm = visit("/"), visit("/")
    join(loud, "loud_one", "Loud One")
    join(calm, "calm_one", "Calm One")
    for page, title in ((loud, "First horn"), (calm, "A lake"), (loud, "Second horn"), (calm, "A pond")):
        publish(page, title, "#hornlake")
    page = visit("/")
    join(page, "quiet_ear", "Quiet Ear")
    page.goto("/topic/hornlake")
    cards, horns = page.locator(".card"), page.locator(".card", has_text="horn")
    expect(cards).to_have_count(4)
    page.evaluate("window.isSame = true")
    more = horns.first.get_by_role("link", name="More about this note")

    def hide(name: str) -> None:
        more.focus()
        page.keyboard.press("Enter")
        button = page.locator("dialog.deeds-sheet").get_by_role("button", name=name)
        button.focus()
        page.keyboard.press("Enter")

    hide("Hide Loud One")
    for horn in horns.all():
        expect(horn).to_be_hidden()
    expect(page.locator(".card:visible")).to_have_count(2)
    expect(page.locator(".card:visible a:focus")).to_have_count(
        1
    )  # the focus went on to a note that is there
    page.get_by_role("button", name="Undo").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".card:visible")).to_have_count(4)
    expect(page.locator(".card:has-text('horn') a:focus")).to_have_count(1)
    hide("Hide this note")
    expect(page.locator(".card:visible")).to_have_count(3)
    expect(page.locator(".card:visible a:focus")).to_have_count(1)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".card:visible")).to_have_count(4)

    horns.last.locator(".cover").click()  # over the list, by the menu of the note
    menu = page.locator("#overlay details.menu").first
    menu.locator("summary").click()
    menu.get_by_role("button", name="Mute this person").click()
    expect(page.locator("#overlay")).to_be_hidden()
    page.wait_for_url("**/topic/hornlake")
    expect(page.locator(".card:visible")).to_have_count(2)
    expect(page.locator(".card:visible a:focus")).to_have_count(1)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".card:visible")).to_have_count(4)
    assert page.evaluate("window.isSame"), "nothing was loaded anew"


def test_words_fold_comments_and_hold_them_and_many_are_changed_by_keys(visit: Visit) -> None:
    page = visit("/")
    join(page, "tender_one", "Tender One")
    page.goto("/filters")
    comments = page.locator("#comments")
    comments.get_by_label("Word or words").fill("bananas")
    page.keyboard.press("Enter")
    expect(page.locator("#comments .hidden-list")).to_contain_text("bananas")
    assert violations(page) == []
    note = publish(page, "Fruit")
    other = visit("/")
    join(other, "sayer_one", "Sayer One")
    for words in ("I like apples", "I like bananas", "I like pears"):
        other.goto(note)
        other.locator("form[data-say] textarea").fill(words)
        other.locator("form[data-say] .send").click()
        expect(other.locator(".comment", has_text=words)).to_be_visible()
    expect(other.locator(".comment", has_text="bananas")).to_contain_text("Waits for a second look")
    page.goto(note)
    held = page.locator(".comment", has_text="bananas")
    expect(held).to_contain_text("Waits for you")
    held.get_by_role("button", name="Let others see it").click()
    expect(page.locator(".comment .held")).to_have_count(0)
    page.goto(f"{note}/comments")
    assert violations(page) == []
    boxes = page.locator("[name=ids]")
    boxes.first.focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Hide", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("1 comment changed.")
    other.goto(note)
    expect(other.locator(".comment", has_text="pears")).to_contain_text("Hidden by")
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("link", name="Select all").click()
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(page.locator(".sheet")).to_contain_text("No comments here.")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("[name=ids]")).to_have_count(3)


def test_saved_notes_are_chosen_on_a_phone(visit: Visit) -> None:
    page = visit("/", viewport=PHONE)
    join(page, "quiet_one", "Quiet One")
    page.goto("/saved")
    page.get_by_label("Kind").select_option("film")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".empty")).to_contain_text("Nothing saved fits")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert violations(page) == []
