"""Pictures on the composing page: cut, turned, put into order, dropped and pasted, by mouse and by keyboard."""

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests import factories
from tests.browser.conftest import Visit, join
from tests.browser.test_the_face import PHONE, assert_open_to_all

LOOKS = {"desktop": {}, "phone": {"color_scheme": "dark", **PHONE}}

DROP = """([kind, name]) => {
  const data = new DataTransfer();
  const canvas = Object.assign(document.createElement("canvas"), {width: 60, height: 40});
  canvas.getContext("2d").fillRect(0, 0, 30, 40);
  canvas.toBlob((blob) => {
    data.items.add(new File([blob], name, {type: "image/png"}));
    const event = kind === "drop" ? new DragEvent("drop", {bubbles: true, dataTransfer: data})
                                  : new ClipboardEvent("paste", {bubbles: true, clipboardData: data});
    document.querySelector("h1").dispatchEvent(event);
  });
}"""


def with_pictures(page: Page, folder: Path, handle: str, *colours: str) -> Page:
    join(page, handle, "Rita")
    page.goto("/publish")
    paths = []
    for colour in colours:
        paths.append(folder / f"{colour}.png")
        Image.new("RGB", (640, 480), colour).save(paths[-1])
    page.locator("[data-pick]").set_input_files(paths)
    expect(page.locator(".shot [name=picture]")).to_have_count(len(colours))
    return page


def order(page: Page) -> list[str]:
    return [
        str(one)
        for one in page.eval_on_selector_all(".shot > img", "images => images.map(image => image.alt)")
    ]


@pytest.mark.parametrize("look", LOOKS)
def test_a_picture_is_cut_and_turned_by_keyboard_and_mouse_and_put_back(
    visit: Visit, tmp_path: Path, look: str
) -> None:
    page = with_pictures(visit("/", **LOOKS[look]), tmp_path, f"rita_cuts_{look}", "red")
    shot = page.locator(".shot")
    shot.locator("[name^=alt-]").fill("a red wall")
    shot.get_by_role("button", name="Crop and turn").press("Enter")
    dialog = page.get_by_role("dialog", name="Crop and turn")
    assert_open_to_all(page)
    dialog.get_by_role("button", name="Turn").press("Enter")
    expect(dialog.get_by_role("status")).to_have_text("90° · 100 % × 100 %")
    dialog.get_by_label("1:1").check()
    expect(dialog.get_by_role("status")).to_have_text("90° · 100 % × 75 %")
    dialog.get_by_label("Width").focus()
    page.keyboard.press("Home")
    for _ in range(20):
        page.keyboard.press("ArrowRight")
    frame = dialog.locator(".cut-frame")
    box = frame.bounding_box()
    assert box
    page.mouse.move(box["x"] + 8, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] + 48, box["y"] + 48, steps=4)
    page.mouse.up()
    moved = frame.bounding_box()
    assert moved
    assert moved["x"] > box["x"]
    with page.expect_response(lambda answer: answer.url.endswith("/edit")) as edited:
        dialog.get_by_role("button", name="Done").click()
    card = edited.value.json()
    assert card["edit"]["turn"] == 90
    assert abs(card["width"] - card["height"]) <= 2
    assert card["width"] < 200
    expect(dialog).to_have_count(0)
    expect(shot.locator("[name^=alt-]")).to_have_value("a red wall")
    with page.expect_response(lambda answer: answer.url.endswith("/edit")) as back:
        page.locator(".toast", has_text="The picture was changed.").get_by_role("button", name="Undo").click()
    assert (back.value.json()["width"], back.value.json()["height"]) == (640, 480)


def test_what_was_cut_is_gone_on_with_after_a_reload(visit: Visit, tmp_path: Path) -> None:
    page = with_pictures(visit("/"), tmp_path, "rita_goes_on", "red")
    expect(page.locator("[data-kept]")).to_contain_text("Kept as a draft")
    page.reload()
    dialog = page.get_by_role("dialog", name="Crop and turn")
    page.get_by_role("button", name="Crop and turn").click()
    dialog.get_by_role("button", name="Turn").click()
    dialog.get_by_label("1:1").check()
    dialog.get_by_role("button", name="Done").click()
    expect(dialog).to_have_count(0)
    page.reload()
    expect(page.locator(".shot > img")).to_have_js_property("naturalWidth", 480)
    expect(page.locator(".shot > img")).to_have_js_property("naturalHeight", 480)
    page.get_by_role("button", name="Crop and turn").click()
    expect(dialog.get_by_role("status")).to_have_text("90° · 100 % × 75 %")
    with page.expect_response(lambda answer: answer.url.endswith("/edit")) as edited:
        dialog.get_by_role("button", name="Done").click()
    assert (edited.value.json()["width"], edited.value.json()["height"]) == (480, 480)
    expect(page.get_by_role("button", name="Use the text in this picture")).to_have_count(1)


def test_pictures_are_ordered_by_keyboard_and_by_dragging_told_and_undone(
    visit: Visit, tmp_path: Path
) -> None:
    page = with_pictures(visit("/"), tmp_path, "rita_orders", "red", "green", "blue")
    page.get_by_role("button", name="Move later").first.press("Enter")
    assert order(page) == ["green.png", "red.png", "blue.png"]
    told = page.locator("#toasts .toast", has_text="Now picture 2 of 3")
    expect(told).to_be_visible()
    told.get_by_role("button", name="Undo").click()
    assert order(page) == ["red.png", "green.png", "blue.png"]
    page.locator(".shot").nth(2).drag_to(page.locator(".shot").nth(0))
    assert order(page)[0] == "blue.png"
    expect(page.locator("#toasts .toast", has_text="Now picture 1 of 3")).to_be_visible()


def test_pictures_are_ordered_without_script_in_a_new_note_and_in_one_that_stands(
    visit: Visit, tmp_path: Path
) -> None:
    page = visit("/", java_script_enabled=False, viewport={"width": 390, "height": 844})
    join(page, "plain_orders", "Plain Orders")
    page.goto("/publish")
    page.locator("[name=title]").fill("In order")
    files = []
    for colour in ("#cc3333", "#33cc33", "#3333cc"):
        files.append(tmp_path / f"{colour[1:]}.png")
        files[-1].write_bytes(factories.picture(color=colour))
    page.locator("[name=file]").set_input_files(files)
    page.get_by_role("button", name="Take the pictures in").click()
    assert page.locator(".sheet").evaluate("sheet => sheet.scrollWidth <= innerWidth")
    shots = page.locator(".shot")
    expect(shots).to_have_count(3)
    expect(page.locator("[name=title]")).to_have_value("In order")
    for number, name in enumerate(("red", "green", "blue")):
        shots.nth(number).locator("[name^=alt-]").fill(name)
    page.get_by_label("Position of picture 3").fill("1")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Keep as draft").click()
    page.get_by_role("link", name="In order").click()
    alts = page.locator(".shot [name^=alt-]")
    assert [alts.nth(at).input_value() for at in range(3)] == ["blue", "red", "green"]
    page.get_by_label("Position of picture 1").fill("2")
    page.get_by_role("button", name="Publish", exact=True).click()
    page.wait_for_url("**/n/*")
    note = page.url
    page.goto(f"{note}/edit")
    assert [alts.nth(at).input_value() for at in range(3)] == ["red", "blue", "green"]
    page.get_by_label("Position of picture 3").fill("1")
    page.get_by_role("button", name="Save changes").click()
    page.wait_for_url(note)
    page.goto(f"{note}/edit")
    assert [alts.nth(at).input_value() for at in range(3)] == ["green", "red", "blue"]


def test_files_are_dropped_and_pasted_anywhere_on_the_page(visit: Visit, tmp_path: Path) -> None:
    page = with_pictures(visit("/"), tmp_path, "rita_drops", "red")
    page.evaluate(DROP, ["drop", "dropped.png"])
    expect(page.locator(".shot [name=picture]")).to_have_count(2)
    page.evaluate(DROP, ["paste", "pasted.png"])
    expect(page.locator(".shot [name=picture]")).to_have_count(3)
    assert order(page) == ["red.png", "dropped.png", "pasted.png"]


def test_a_picture_of_a_note_is_cut_while_the_note_is_edited(visit: Visit, tmp_path: Path) -> None:
    page = with_pictures(visit("/"), tmp_path, "rita_recuts", "red")
    page.locator("[name=title]").fill("A wall")
    page.locator("[data-publish] .buttons .button").first.click()
    page.wait_for_url("**/n/*")
    page.goto(page.url + "/edit")
    page.get_by_role("button", name="Crop and turn").click()
    dialog = page.get_by_role("dialog", name="Crop and turn")
    dialog.get_by_role("button", name="Turn").click()
    dialog.get_by_role("button", name="Done").click()
    expect(dialog).to_have_count(0)
    page.locator("[data-publish] .buttons .button").first.click()
    picture = page.locator("article.note img").first
    expect(picture).to_have_attribute("width", "480")
