"""A card for other sites: the cover on one side, on the other a title, who wrote it, and the room. Runs in a confined child."""

import io
import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

import resvg_py
from PIL import Image, ImageDraw, ImageFont, ImageOps, features
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from vermilion.engines.cards_wire import HEIGHT, WIDTH, Card, CardOrder
from vermilion.engines.fonts import Font, drawable, font_for

COVER = 560
MARGIN = 56
SIZES = (68, 60, 52, 46, 40)
"""Of the title in pixels: the largest in which it fits."""
MOST_LINES = 5
LEADING = 1.28
GROUND, INK, HUSH, ACCENT = "#ffffff", "#1b1b1d", "#5f5f66", "#d3112b"
QUALITY = 86
_WIDE = re.compile(r"[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]")
_PIECES = re.compile(rf"{_WIDE.pattern}|(?:(?!{_WIDE.pattern})\S)+|\s+")
_NOT_FIRST = "、。，．！？：；）」』】〉》〕…ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ,.!?:;)%"


class _Words(NamedTuple):
    lines: Sequence[str]
    font: ImageFont.FreeTypeFont
    size: int


def draw(order: CardOrder, fonts: Sequence[Font]) -> Card:
    """The card; the cover alone where no font can draw the title."""
    title = drawable(order.title)
    font = font_for(fonts, title) if title else None
    if font is None:
        return Card(data=_packed(_cover(order, WIDTH, fonts)))
    card = Image.new("RGB", (WIDTH, HEIGHT), GROUND)
    is_turned = _is_right_to_left(title)
    card.paste(_cover(order, COVER, fonts), (WIDTH - COVER if is_turned else 0, 0))
    left = MARGIN if is_turned else COVER + MARGIN
    width = WIDTH - COVER - 2 * MARGIN
    sheet = ImageDraw.Draw(card)
    words = _fitted(title, font, order.lang, width)
    line_height = round(words.size * LEADING)
    top = max(MARGIN, (HEIGHT - 130 - line_height * len(words.lines)) // 2)
    for at, line in enumerate(words.lines):
        _write(
            sheet,
            line,
            words.font,
            (left, top + at * line_height),
            width,
            INK,
            order.lang,
            is_turned=is_turned,
        )
    _write_below(sheet, order, fonts, left, width, is_turned=is_turned)
    return Card(data=_packed(card), has_words=True)


def rasterise(svg: str, width: int) -> Image.Image:
    """A drawn cover `width` pixels wide."""
    png = resvg_py.svg_to_bytes(svg_string=svg, width=width, skip_system_fonts=True)
    return PngImageFile(io.BytesIO(png)).convert("RGB")


def _write_below(
    sheet: ImageDraw.ImageDraw,
    order: CardOrder,
    fonts: Sequence[Font],
    left: int,
    width: int,
    *,
    is_turned: bool,
) -> None:
    below = drawable(order.below)
    if below and (font := font_for(fonts, below)) is not None:
        sized = font.sized(30, order.lang)
        line = _cut(below, sized, width)
        _write(sheet, line, sized, (left, HEIGHT - MARGIN - 78), width, HUSH, order.lang, is_turned=is_turned)
    if (font := font_for(fonts, order.site)) is not None:
        sized = font.sized(32, "en")
        _write(
            sheet, order.site, sized, (left, HEIGHT - MARGIN - 34), width, ACCENT, "en", is_turned=is_turned
        )


def _write(
    sheet: ImageDraw.ImageDraw, line: str, font: ImageFont.FreeTypeFont, at: tuple[int, int], width: int, ink: str, lang: str,
    *, is_turned: bool,
) -> None:  # fmt: skip
    place = (at[0] + width, at[1]) if is_turned else at
    direction, language = _shaping(lang, is_turned=is_turned)
    sheet.text(place, line, ink, font, "ra" if is_turned else "la", direction=direction, language=language)


def _shaping(lang: str, *, is_turned: bool) -> tuple[str | None, str | None]:
    """Direction and language, where there is something that joins letters."""
    if not features.check("raqm"):
        return None, None
    return "rtl" if is_turned else "ltr", lang if re.fullmatch(r"[a-z]{2}", lang) else None


def _is_right_to_left(text: str) -> bool:
    """By the first letter that says."""
    kinds = (unicodedata.bidirectional(char) for char in text)
    return next((kind != "L" for kind in kinds if kind in ("L", "R", "AL")), False)


def _fitted(title: str, font: Font, lang: str, width: int) -> _Words:
    """The title in the largest size in which it fits, cut where it fits in none."""
    lines: list[str] = []
    for size in SIZES:
        sized = font.sized(size, lang)
        lines = _broken(title, sized, width)
        if len(lines) <= MOST_LINES and all(sized.getlength(line) <= width for line in lines):
            return _Words(lines, sized, size)
    kept = lines[:MOST_LINES]
    if len(lines) > MOST_LINES:
        kept[-1] += "…"
    return _Words([_cut(line, sized, width) for line in kept], sized, SIZES[-1])


def _broken(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """Lines broken between words, in scripts without spaces between signs, never before what closes."""
    lines, line = [], ""
    for piece in _PIECES.findall(text):
        if line and piece not in _NOT_FIRST and font.getlength((line + piece).rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece if line or not piece.isspace() else ""
    return [*lines, line.rstrip()] if line.strip() else lines


def _cut(line: str, font: ImageFont.FreeTypeFont, width: int) -> str:
    """As much of a line as fits."""
    if font.getlength(line) <= width:
        return line
    while line and font.getlength(line.rstrip("… ") + "…") > width:
        line = line[:-1]
    return line.rstrip("… ") + "…"


def _cover(order: CardOrder, width: int, fonts: Sequence[Font]) -> Image.Image:
    size = (width, HEIGHT)
    if order.picture:
        with WebPImageFile(io.BytesIO(order.picture)) as picture:
            return ImageOps.fit(picture.convert("RGB"), size, Image.Resampling.LANCZOS)
    if order.drawing:
        return ImageOps.fit(rasterise(order.drawing, max(720, width)), size, Image.Resampling.LANCZOS)
    cover = Image.new("RGB", size, order.color)
    initial = drawable(order.initial)
    if initial and (font := font_for(fonts, initial)) is not None:
        sized = font.sized(240, order.lang)
        ImageDraw.Draw(cover).text(
            (width // 2, HEIGHT // 2), initial, font=sized, fill="#ffffff", anchor="mm"
        )
    return cover


def _packed(card: Image.Image) -> bytes:
    file = io.BytesIO()
    card.save(file, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return file.getvalue()
