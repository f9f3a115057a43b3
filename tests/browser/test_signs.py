"""A Chinese sign in a photograph, offered as its description, and read in English over the picture."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Server, Translator, Visit, sign_in, until
from tests.engines.test_ocr import street, webp, with_exit

# The line lies on the board: x 200 to 900 of 1200, y 240 to 600 of 900, and its letters do not leave it.
INSIDE = """() => {
  const sign = document.querySelector('.sign').getBoundingClientRect();
  const words = document.querySelector('.sign span').getBoundingClientRect();
  const ground = document.querySelector('.signs > div').getBoundingClientRect();
  const x = part => ground.left + ground.width * part / 1200, y = part => ground.top + ground.height * part / 900;
  return sign.left > x(200) && sign.right < x(900) && sign.top > y(240) && sign.bottom < y(600)
    && words.left >= sign.left - 1 && words.right <= sign.right + 1 && words.height <= sign.height + 1;
}"""


def test_a_sign_is_offered_as_description_and_read_in_ones_own_language(
    visit: Visit, server: Server, translator: Translator
) -> None:
    translator.tell("ready")
    mei = visit("/sign-in", lang="zh-CN")
    sign_in(mei, server, "mei_lin")
    publish_sign(mei)
    # Its author reads Chinese: the picture is left alone, also once it has been read.
    expect(mei.locator(".sign")).to_have_count(0)
    reader = visit(mei.url, lang="en", viewport={"width": 390, "height": 844})
    # Until the worker has read it and the page knows that there is a translator.
    until(reader, reader.locator(".sign [data-wait]").count)
    with translator.knows({"出口": "Exit", "回家的路": "The way home"}):
        expect(reader.locator(".sign")).to_have_text("Exit")
    expect(reader.locator(".sign span")).to_have_attribute("lang", "en")
    reader.wait_for_function(INSIDE)  # put in while the page was open
    reader.reload()
    expect(reader.locator(".sign")).to_have_text("Exit")
    reader.wait_for_function(INSIDE)  # as it is served
    see_the_original(reader)
    plain = visit(mei.url, lang="en", java_script_enabled=False)
    plain.locator(".sign-list summary").click()
    expect(plain.locator(".sign-list li")).to_have_text("出口 Exit")


def publish_sign(mei: Page) -> None:
    mei.goto("/publish")
    sign = {"name": "exit.webp", "mimeType": "image/webp", "buffer": webp(with_exit(street()))}
    mei.locator("[data-pick]").set_input_files(sign)
    mei.locator(".shot button.link").click()
    expect(mei.locator("[name^=alt-]")).to_have_value("出口")
    mei.locator("[name=title]").fill("回家的路")
    mei.locator("form[data-publish] .button").click()
    mei.wait_for_url("**/n/*")


def see_the_original(page: Page) -> None:
    """By holding the picture, by the button, by a key."""
    sign, turn = page.locator(".sign"), page.locator("[data-signs]")
    picture = page.locator(".slide img").bounding_box()
    assert picture
    page.mouse.move(picture["x"] + 40, picture["y"] + picture["height"] - 90)
    page.mouse.down()
    expect(sign).to_be_hidden()
    page.mouse.up()
    expect(sign).to_be_visible()
    turn.click()
    expect(sign).to_be_hidden()
    expect(turn).to_have_text("Text: original", use_inner_text=True)
    turn.press("Enter")
    expect(sign).to_be_visible()
