"""Cards for other sites: drawn in every script there is a font for, the cover alone where there is none."""

import io
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from tests import factories
from vermilion.engines.cards import HEIGHT, WIDTH, CardOrder, Cards
from vermilion.engines.cards_draw import COVER, draw, rasterise
from vermilion.engines.fonts import SAMPLES, Font, drawable, find_fonts, font_for
from vermilion.kernel.errors import Unavailable
from vermilion.media import covers

TITLES = {
    "en": "Three days in Lisbon", "zh": "里斯本三日游", "ja": "リスボンの三日間", "ko": "리스본에서의 사흘", "ar": "ثلاثة أيام في لشبونة",
    "ru": "Три дня в Лиссабоне",
}  # fmt: skip


@pytest.fixture(scope="module")
def fonts() -> list[Font]:
    return find_fonts()


@pytest.fixture
async def cards() -> AsyncIterator[Cards]:
    engine = Cards()
    yield engine
    await engine.close()


def order(title: str = "Harbour", lang: str = "en", **fields: object) -> CardOrder:
    return CardOrder(
        title=title, lang=lang, below="Ines · @ines", site="vermilion", color="#336699", **fields
    )  # type: ignore[arg-type]


def image(data: bytes) -> Image.Image:
    found = Image.open(io.BytesIO(data))
    assert (found.format, found.size) == ("JPEG", (WIDTH, HEIGHT))
    return found.convert("RGB")


def ink_in(card: Image.Image, box: tuple[int, int, int, int]) -> int:
    """How many dark points there are in a part of a card."""
    return sum(card.crop(box).convert("L").histogram()[:100])


@pytest.mark.parametrize("lang", TITLES)
def test_a_title_stands_beside_the_cover_in_its_own_script(fonts: list[Font], lang: str) -> None:
    title = TITLES[lang]
    if font_for(fonts, title.replace(" ", "")) is None:
        pytest.skip(f"this machine has no font for {lang}")
    made = draw(order(title, lang), fonts)
    assert made.has_words
    card = image(made.data)
    words, cover = (COVER, 0, WIDTH, HEIGHT), (0, 0, COVER, HEIGHT)
    if lang == "ar":  # all of it is turned about
        words, cover = (0, 0, WIDTH - COVER, HEIGHT), (WIDTH - COVER, 0, WIDTH, HEIGHT)
    assert ink_in(card, words) > 2000
    red, green, blue = card.crop(cover).resize((1, 1)).getpixel((0, 0))  # type: ignore[misc]
    assert blue > red + 40
    assert abs(green - 0x66) < 12
    other = image(draw(order(title[::-1], lang), fonts).data)
    assert ImageChops.difference(card, other).getbbox() is not None


def test_without_a_font_there_is_the_cover_and_no_boxes(fonts: list[Font]) -> None:
    for title, known in (("Harbour", []), ("\U00012000\U00012001", fonts), ("Harbour", fonts[:0])):
        made = draw(order(title, drawing=covers.draw("sea", 3)), known)
        assert not made.has_words
        whole, alone = image(made.data), rasterise(covers.draw("sea", 3), WIDTH)
        assert whole.size == (WIDTH, HEIGHT)
        sky = alone.getpixel((WIDTH // 2, alone.height // 2 - HEIGHT // 2 + 5))
        shown = whole.getpixel((WIDTH // 2, 5))
        assert all(abs(a - b) < 16 for a, b in zip(sky, shown, strict=True))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "kept"),
    [("😀 Hi! 👨‍👩‍👧", "Hi!"), ("☕️", ""), ("e\u0301te\u0301", "e\u0301te\u0301"), ("हिन्दी", "हिन्दी"), ("a\u200bb\n c", "ab c")],
)  # fmt: skip
def test_signs_that_are_no_letters_are_left_out(text: str, kept: str) -> None:
    assert drawable(text) == kept


@pytest.mark.parametrize(
    "title",
    [
        "x" * 100,
        "A " * 70,
        "Donaudampfschifffahrt " * 6,
        "字" * 100,
        "、" * 50,
        "…",
        "a\u0301" * 60,
        "\u202eabc",
    ],
)
def test_whatever_the_title_a_card_comes_of_it(fonts: list[Font], title: str) -> None:
    made = draw(order(title), fonts)
    card = image(made.data)
    assert made.has_words == bool(drawable(title) and font_for(fonts, drawable(title)))
    if made.has_words:
        assert ink_in(card, (WIDTH - 40, 0, WIDTH, HEIGHT)) == 0  # nothing runs over the edge
    else:
        assert (
            card.getextrema() == image(draw(order(""), fonts).data).getextrema()
        )  # the cover alone, no boxes


def test_every_drawn_cover_can_be_made_of_points() -> None:
    for motif in covers.MOTIFS:
        svg = covers.draw(motif, 7)
        made = rasterise(svg, 180)
        width, height = covers.size(motif, 7)
        assert made.size == (180, round(height / width * 180))
        colors = made.getcolors(maxcolors=180 * 300)
        assert colors is not None
        assert len(colors) > 50


def test_fonts_are_read_from_what_lies_about(tmp_path: Path, fonts: list[Font]) -> None:
    (tmp_path / "broken.ttf").write_bytes(b"\0\1\0\0" + b"\xff" * 40)
    (tmp_path / "empty.otf").write_bytes(b"")
    (tmp_path / "short.ttc").write_bytes(b"ttcf")
    (tmp_path / "no.txt").write_text("A")
    assert find_fonts([str(tmp_path), str(tmp_path / "nowhere")]) == []
    if fonts:
        (tmp_path / "Good.ttf").write_bytes(fonts[-1].data)
        assert [font.name for font in find_fonts([str(tmp_path)])] == ["good.ttf"]


def _drawn_samples(fonts: Iterable[Font]) -> list[str]:
    return [sample for sample in SAMPLES if font_for(fonts, sample) is not None]


async def test_a_confined_child_draws_and_the_card_is_kept(cards: Cards, fonts: list[Font]) -> None:
    photo = io.BytesIO()
    Image.open(io.BytesIO(factories.picture(720, 960))).save(photo, "WEBP")
    card = await cards.draw("a", order(picture=photo.getvalue()))
    assert card.has_words == ("Añя" in _drawn_samples(fonts))
    image(card.data)
    assert cards.kept("a") is card
    assert (await cards.draw("a", order("Something else"))) is card
    with pytest.raises(Unavailable) as refused:
        await cards.draw("b", order(picture=b"no picture"))
    assert refused.value.code == "cards_busy"
    assert cards.kept("b") is None
    drawn = await cards.draw("d", order(drawing=covers.draw("sea", 3)))
    assert ImageChops.difference(image(drawn.data), image(card.data)).getbbox() is not None
    initial = await cards.draw("c", order(initial="I"))
    assert initial.data != card.data


async def test_the_child_reads_the_folders_it_is_given(tmp_path: Path) -> None:
    engine = Cards([str(tmp_path)])
    try:
        assert not (await engine.draw("a", order())).has_words
    finally:
        await engine.close()
