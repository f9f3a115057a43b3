"""Fonts of this machine that can draw the titles of cards: found in its folders, read whole, asked what they can draw."""

import os
import struct
import unicodedata
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from PIL import ImageFont, features

FOLDERS = (
    "/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts", "/System/Library/Fonts", "/Library/Fonts",
)  # fmt: skip
SAMPLES = ("Añя", "汉字", "あア", "한글", "عربي", "ไทย", "हिन्दी", "Việt")
"""A few letters of each script that somebody may write in; a font is kept for each that there is one for."""
NEEDS_SHAPING = ("ARABIC", "DEVANAGARI", "THAI", "HEBREW", "BENGALI", "TAMIL", "SYRIAC")
MOST_FILES = 2_000
MOST_BYTES = 64 * 1024 * 1024
_UNWANTED = (
    "italic",
    "oblique",
    "mono",
    "serif",
    "condensed",
    "thin",
    "light",
    "black",
    "math",
    "emoji",
    "symbol",
    "icon",
)
_SIGNS = ("So", "Sk", "Cs", "Co", "Cn", "Cf", "Cc")
_FACES = {"ja": 0, "ko": 1, "zh": 2, "zh-Hans": 2, "zh-Hant": 3}
"""Which face of Noto's collection for Chinese, Japanese and Korean draws them as a language does."""


class Font(NamedTuple):
    """A font, whole, and the stretches of characters it can draw."""

    name: str
    data: bytes
    stretches: tuple[tuple[int, int], ...]

    def draws(self, text: str) -> bool:
        """Whether every character of a text has a shape in it."""
        return all(any(low <= ord(char) <= high for low, high in self.stretches) for char in text)

    def sized(self, size: int, lang: str) -> ImageFont.FreeTypeFont:
        """The font in a size in pixels."""
        face = _FACES.get(lang, 2) if "cjk" in self.name and self.name.endswith(".ttc") else 0
        return ImageFont.truetype(BytesIO(self.data), size, index=face)


def find_fonts(folders: Iterable[str] = FOLDERS) -> list[Font]:
    """The best font for each script, the plainest and boldest first; none where the machine has none."""
    found: list[Font] = []
    files = sorted(_files(folders), key=lambda path: (*_rank(path.name.lower()), str(path)))
    for sample in SAMPLES:
        if not any(font.draws(sample) for font in found):
            font = next(
                (font for path in files if (font := _read(path)) is not None and font.draws(sample)), None
            )
            found += [font] if font is not None else []
    return found


def drawable(text: str) -> str:
    """A text without signs that are no letters and that fonts seldom have, such as emoji."""
    kept = "".join(char for char in text if not _is_sign(char))
    return " ".join(kept.split())


def font_for(fonts: Iterable[Font], text: str) -> Font | None:
    """The first font that can draw the whole of a text; None where none can, or nothing here can join its letters."""
    letters = "".join(text.split())
    if any(unicodedata.name(char, "").startswith(NEEDS_SHAPING) for char in letters) and not features.check(
        "raqm"
    ):
        return None
    return next((font for font in fonts if font.draws(letters)), None)


def _is_sign(char: str) -> bool:
    if char.isspace() or unicodedata.name(char, "").startswith(NEEDS_SHAPING):
        return False
    category = unicodedata.category(char)
    return category in _SIGNS or (category == "Mn" and not unicodedata.combining(char))


def _files(folders: Iterable[str]) -> Iterator[Path]:
    left = MOST_FILES
    for folder in folders:
        for path, _, names in os.walk(Path(folder).expanduser()):
            for name in sorted(names):
                if name.lower().endswith((".ttf", ".otf", ".ttc")) and left > 0:
                    left -= 1
                    yield Path(path, name)


def _rank(name: str) -> tuple[int, int, int]:
    """The lower the better: plain, bold, of a family made for all scripts."""
    families = (
        "notosans",
        "dejavusans",
        "liberationsans",
        "pingfang",
        "hiragino",
        "applesd",
        "geezapro",
        "arial",
    )
    family = next(
        (at for at, known in enumerate(families) if name.replace("-", "").startswith(known)), len(families)
    )
    return sum(word in name for word in _UNWANTED), family, 0 if "bold" in name and "semi" not in name else 1


def _read(path: Path) -> Font | None:
    """A font with what it can draw; None for what is none."""
    try:
        if path.stat().st_size > MOST_BYTES:
            return None
        data = path.read_bytes()
        return Font(path.name.lower(), data, tuple(_stretches(data)))
    except (OSError, struct.error, ValueError):
        return None


def _stretches(data: bytes) -> Iterator[tuple[int, int]]:
    """The characters of a font, from its `cmap` in format 4 or 12 (OpenType); of a collection those of its first face."""
    start = struct.unpack_from(">I", data, 12)[0] if data[:4] == b"ttcf" else 0
    (count,) = struct.unpack_from(">H", data, start + 4)
    tables = [struct.unpack_from(">4sIII", data, start + 12 + 16 * at) for at in range(count)]
    cmap = next((offset for tag, _, offset, _ in tables if tag == b"cmap"), None)
    if cmap is None:
        return
    (subtables,) = struct.unpack_from(">H", data, cmap + 2)
    found = [struct.unpack_from(">HHI", data, cmap + 4 + 8 * at) for at in range(subtables)]
    at_best = {struct.unpack_from(">H", data, cmap + offset)[0]: cmap + offset for _, _, offset in found}
    if 12 in at_best:
        (groups,) = struct.unpack_from(">I", data, at_best[12] + 12)
        for at in range(groups):
            low, high, _ = struct.unpack_from(">III", data, at_best[12] + 16 + 12 * at)
            yield low, high
    elif 4 in at_best:
        yield from _segments(data, at_best[4])


def _segments(data: bytes, at: int) -> Iterator[tuple[int, int]]:
    double = struct.unpack_from(">H", data, at + 6)[0]
    for place in range(0, double, 2):
        (high,) = struct.unpack_from(">H", data, at + 14 + place)
        (low,) = struct.unpack_from(">H", data, at + 16 + double + place)
        if low <= high < 0xFFFF:
            yield low, high
