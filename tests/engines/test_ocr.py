"""Text in pictures, with the real models in their confined child."""

import asyncio
import io
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from tests.engines.test_images import is_running, until
from vermilion.engines.ocr import MOST_CHARACTERS, MOST_LINES, FoundLine, Ocr, sensible
from vermilion.engines.ocr_wire import MAX_BYTES, RawLine, Reading
from vermilion.kernel.errors import Invalid, Unavailable

RED = "#c8102e"
# Signs of straight strokes, in a square of one: no font with Chinese signs comes with Python.
EXIT = (
    ((0.5, 0, 0.5, 0.95), (0.15, 0.12, 0.15, 0.45), (0.15, 0.45, 0.85, 0.45), (0.85, 0.12, 0.85, 0.45),
     (0.05, 0.58, 0.05, 0.95), (0.05, 0.95, 0.95, 0.95), (0.95, 0.58, 0.95, 0.95)),
    ((0.15, 0.2, 0.85, 0.2), (0.15, 0.17, 0.15, 0.85), (0.85, 0.17, 0.85, 0.85), (0.15, 0.78, 0.85, 0.78)),
)  # fmt: skip


@pytest.fixture(scope="module")
async def ocr() -> AsyncIterator[Ocr]:
    engine = Ocr(seconds=120, idle=2)
    yield engine
    await engine.close()


def webp(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "WEBP", quality=90)
    return file.getvalue()


def street(width: int = 1200, height: int = 900) -> Image.Image:
    """Something of a wall under a sky."""
    image = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    ImageDraw.Draw(image).rectangle((100, 200, 1000, 700), fill="#40566b")
    return image


def with_exit(image: Image.Image, size: int = 90) -> Image.Image:
    """A red board that says 出口."""
    draw = ImageDraw.Draw(image)
    draw.rectangle((200, 240, 900, 600), fill=RED)
    for left, strokes in zip((300, 300 + size * 1.08), EXIT, strict=True):
        for x1, y1, x2, y2 in strokes:
            ends = (left + size * x1, 300 + size * y1, left + size * x2, 300 + size * y2)
            draw.line(ends, "white", max(6, size // 11))
    return image


def say(image: Image.Image, text: str, at: tuple[int, int], size: int = 56) -> Image.Image:
    ImageDraw.Draw(image).text(at, text, font=ImageFont.load_default(size=size), fill="white")
    return image


async def test_a_line_of_latin_letters_is_read_where_it_stands(ocr: Ocr) -> None:
    (line,) = await ocr.read(webp(say(street(), "Fresh noodles every day", (200, 400))))
    assert line.text == "Fresh noodles every day"
    assert line.confidence > 0.9
    x1, y1, x2, _, _, y3, _, _ = line.quad
    assert (x1, y1, y3) == pytest.approx((200 / 1200, 400 / 900, 470 / 900), abs=0.025)
    assert 0.6 < x2 < 0.9
    assert 0.05 < line.height < 0.11


@pytest.mark.parametrize("size", [90, 200])
async def test_a_chinese_sign_is_read_with_the_colours_of_ink_and_ground(ocr: Ocr, size: int) -> None:
    (line,) = await ocr.read(webp(with_exit(street(), size)))
    assert line.text == "出口"
    assert near(line.ground, RED)
    assert near(line.ink, "#ffffff")


def near(one: str, other: str) -> bool:
    return all(abs(int(one[at : at + 2], 16) - int(other[at : at + 2], 16)) < 30 for at in (1, 3, 5))


async def test_a_picture_without_text_gives_nothing(ocr: Ocr) -> None:
    for image in (street(), Image.effect_noise((700, 500), 80).convert("RGB"), Image.new("RGB", (1, 1))):
        assert await ocr.read(webp(image)) == []


async def test_slivers_and_dense_pages_stay_within_the_limits(ocr: Ocr) -> None:
    dense = Image.new("RGB", (1440, 1920), "#222222")
    for row in range(44):
        say(dense, f"row {row} of a menu", (30, 30 + row * 42), 24)
    for image in (Image.effect_noise((24, 1920), 80).convert("RGB"), dense):
        assert len(await ocr.read(webp(image))) <= MOST_LINES
    assert ocr.cost().peak_mb < 900
    assert ocr.cost().max_cpu_s < 20


@pytest.mark.parametrize(
    "data",
    [b"", b"RIFF nothing", b"\xff\xd8\xff", b"x" * (MAX_BYTES + 1)],
    ids=["none", "broken", "jpeg", "large"],
)
async def test_what_is_no_picture_of_ours_is_refused(ocr: Ocr, data: bytes) -> None:
    with pytest.raises(Invalid, match="picture_not_readable"):
        await ocr.read(data)


async def test_a_reader_killed_at_work_is_worth_another_try(ocr: Ocr) -> None:
    picture = webp(say(with_exit(street()), "Fresh noodles", (200, 800)))
    asked = asyncio.create_task(ocr.read(picture))
    os.kill(await fork_of(ocr), signal.SIGKILL)
    with pytest.raises(Unavailable, match="pictures_busy"):
        await asked
    assert {line.text for line in await ocr.read(picture)} == {"出口", "Fresh noodles"}


async def fork_of(ocr: Ocr) -> int:
    """The process id of the fork at work."""
    async with asyncio.timeout(90):
        while True:
            if (pid := ocr.child_pid) and (children := children_of(pid)):
                return int(children[0])
            await asyncio.sleep(0.001)


def children_of(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


async def test_the_child_ends_when_nobody_needs_it(ocr: Ocr) -> None:
    await ocr.read(webp(Image.new("RGB", (9, 9))))
    pid = ocr.child_pid
    assert pid is not None
    await until(lambda: ocr.child_pid is None)
    await until(lambda: not is_running(pid))


def reading(text: str, confidence: float = 0.99, size: float = 0.1) -> list[FoundLine]:
    quad = (0.1, 0.1, 0.9, 0.1, 0.9, 0.1 + size, 0.1, 0.1 + size)
    raw = RawLine(text=text, confidence=confidence, quad=quad, ink="#ffffff", ground="#000000")
    return sensible(Reading(width=800, height=800, lines=(raw,)))


@pytest.mark.parametrize(
    ("text", "confidence", "size", "is_kept"),
    [
        ("Beef noodles", 0.99, 0.1, True),
        ("Beef noodles", 0.5, 0.1, False),
        ("Beef noodles", 0.99, 0.005, False),
        ("口", 0.95, 0.1, True),
        ("口", 0.7, 0.1, False),
        ("12:30", 0.99, 0.1, False),
        ("| - = _ l", 0.99, 0.1, False),
        ("", 0.99, 0.1, False),
        ("a\0b words", 0.99, 0.1, False),
    ],
)
def test_only_what_is_worth_showing_is_kept(text: str, confidence: float, size: float, is_kept: bool) -> None:
    assert bool(reading(text, confidence, size)) is is_kept


def test_what_is_kept_is_cleaned_and_bounded() -> None:
    (line,) = reading("so\u202emany\n words " + "x" * 600)
    assert line.text.startswith("somany words x")
    assert len(line.text) == MOST_CHARACTERS
    many = Reading(
        width=800,
        height=800,
        lines=(RawLine(text="words", confidence=1, quad=(-0.4, 0, 1.4, 0, 1.4, 0.2, -0.4, 0.2), ink="#000000", ground="#ffffff"),) * 90,
    )  # fmt: skip
    found = sensible(many)
    assert len(found) == MOST_LINES
    assert found[0].quad == (0, 0, 1, 0, 1, 0.2, 0, 0.2)
