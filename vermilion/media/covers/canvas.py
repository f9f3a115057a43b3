"""A sheet to draw on: seeded chance, shapes, gradients, and the mean colour of what was drawn."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from vermilion.media.covers.palettes import Palette, mix

WIDTH = 720

Point = tuple[float, float]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Paint:
    """A gradient: how shapes name it, and its mean colour and opacity."""

    value: str
    mean: str
    opacity: float = 1.0


Fill = str | Paint


class Chance:
    """SplitMix64: the same draws for the same words and seed, everywhere."""

    def __init__(self, word: str, seed: int) -> None:
        state = 0xCBF29CE484222325
        for byte in f"{word}\0{seed}".encode():
            state = (state ^ byte) * 0x100000001B3 & _MASK
        self._state = state

    def unit(self) -> float:
        """A number in [0, 1)."""
        self._state = (self._state + 0x9E3779B97F4A7C15) & _MASK
        z = self._state
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & _MASK
        z = (z ^ z >> 27) * 0x94D049BB133111EB & _MASK
        return ((z ^ z >> 31) >> 11) / (1 << 53)

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * self.unit()

    def whole(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return low + int(self.unit() * (high - low + 1))

    def pick(self, things: Sequence[T]) -> T:
        return things[self.whole(0, len(things) - 1)]

    def maybe(self, share: float) -> bool:
        return self.unit() < share


_MASK = (1 << 64) - 1
_NUMBER = re.compile(r"-?\d+\.?\d*")


class Canvas:
    """Collects the elements of one SVG, 720 wide and `height` high."""

    def __init__(self, height: int, palette: Palette, chance: Chance) -> None:
        self.height = height
        self.palette = palette
        self.chance = chance
        self._body: list[str] = []
        self._defs: list[str] = []
        self._paints: dict[tuple[object, ...], Paint] = {}
        self._stamps: dict[str, str] = {}
        self._mean = palette.sky
        self._scale = 1.0

    @property
    def mean(self) -> str:
        """About the mean colour of all that was painted."""
        return self._mean

    def svg(self) -> str:
        defs = f"<defs>{''.join(self._defs)}</defs>" if self._defs else ""
        box = f'viewBox="0 0 {WIDTH} {self.height}" width="{WIDTH}" height="{self.height}"'
        ends = 'stroke-linecap="round" stroke-linejoin="round"'
        return f'<svg xmlns="http://www.w3.org/2000/svg" {box} {ends}>{defs}{"".join(self._body)}</svg>'

    # Paints

    def fade(
        self, first: str, last: str, opacity: tuple[float, float] = (1, 1), across: bool = False
    ) -> Paint:
        """A linear gradient, downwards or across."""
        end = "" if across else ' x2="0" y2="1"'
        return self._gradient("linearGradient", end, first, last, opacity)

    def glow(self, color: str, opacity: float = 0.8) -> Paint:
        """A radial gradient from `color` to nothing."""
        return self._gradient("radialGradient", "", color, color, (opacity, 0))

    def _gradient(self, kind: str, place: str, first: str, last: str, opacity: tuple[float, float]) -> Paint:
        key = (kind, place, first, last, opacity)
        if key in self._paints:
            return self._paints[key]
        name = f"g{len(self._defs)}"
        stops = "".join(
            f'<stop offset="{offset}" stop-color="{color}"'
            + (f' stop-opacity="{number(alpha, 2)}"' if alpha < 1 else "")
            + "/>"
            for offset, color, alpha in ((0, first, opacity[0]), (1, last, opacity[1]))
        )
        self._defs.append(f'<{kind} id="{name}"{place}>{stops}</{kind}>')
        dense = 0.33 if kind == "radialGradient" else 0.5
        paint = Paint(f"url(#{name})", mix(first, last, 0.5), opacity[0] * dense + opacity[1] * (1 - dense))
        self._paints[key] = paint
        return paint

    # Shapes

    def rect(
        self, x: float, y: float, w: float, h: float, fill: Fill, round_: float = 0, opacity: float = 1
    ) -> None:
        if round_:
            box = f'x="{number(x)}" y="{number(y)}" width="{number(w)}" height="{number(h)}"'
            self._add(f'rect {box} rx="{number(round_)}"', fill, opacity)
        else:
            self._add(f'path d="M{_pair((x, y))}h{number(w)}v{number(h)}h{number(-w)}z"', fill, opacity)
        self._cover([(x, y), (x + w, y), (x + w, y + h), (x, y + h)], fill, opacity)

    def disc(self, x: float, y: float, r: float, fill: Fill, opacity: float = 1) -> None:
        self._add(f'circle cx="{number(x)}" cy="{number(y)}" r="{number(r)}"', fill, opacity)
        self._cover(_octagon(x, y, r, r), fill, opacity)

    def oval(self, x: float, y: float, rx: float, ry: float, fill: Fill, opacity: float = 1) -> None:
        self._add(
            f'ellipse cx="{number(x)}" cy="{number(y)}" rx="{number(rx)}" ry="{number(ry)}"', fill, opacity
        )
        self._cover(_octagon(x, y, rx, ry), fill, opacity)

    def polygon(self, points: Sequence[Point], fill: Fill, opacity: float = 1) -> None:
        self._add(f'path d="M{" ".join(_pair(p) for p in points)}z"', fill, opacity)
        self._cover(points, fill, opacity)

    def smooth(
        self, points: Sequence[Point], fill: Fill, opacity: float = 1, floor: float | None = None
    ) -> None:
        """A soft closed shape through the points; with `floor`, a ridge filled down to that height."""
        if floor is None:
            self._add(f'path d="{curve(points, closed=True)}z"', fill, opacity)
            self._cover(points, fill, opacity)
        else:
            (left, _), (right, _) = points[0], points[-1]
            self._add(f'path d="{curve(points)}V{number(floor)}H{number(left)}z"', fill, opacity)
            self._cover([*points, (right, floor), (left, floor)], fill, opacity)

    def shape(self, d: str, fill: Fill, opacity: float = 1) -> None:
        """A path in absolute M, L, Q, C commands."""
        self._add(f'path d="{d}"', fill, opacity)
        values = [float(value) for value in _NUMBER.findall(d)]
        xs, ys = values[::2], values[1::2]
        box = [(min(xs), min(ys)), (max(xs), min(ys)), (max(xs), max(ys)), (min(xs), max(ys))]
        self._cover(box, fill, opacity * 0.6)

    def fill(self, d: str, color: Fill, share: float = 0) -> None:
        """Fill any path; `share` is how much of the sheet it covers, for the mean colour."""
        if not d:
            return
        self._add(f'path d="{d}"', color, 1)
        self._mean = mix(self._mean, color.mean if isinstance(color, Paint) else color, share)

    def line(self, d: str, color: str, width: float, opacity: float = 1, dash: str = "") -> None:
        """A stroke with round ends."""
        if not d:
            return
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        self._body.append(
            f'<path d="{d}" fill="none" stroke="{color}" stroke-width="{number(width, 1)}"{dashes}{_opacity(opacity)}/>'
        )

    def dots(self, points: Sequence[Point], color: str, size: float, opacity: float = 1) -> None:
        """Many round dots in one element."""
        self.line("".join(f"M{_pair(point)}h0" for point in points), color, size, opacity)

    @contextmanager
    def at(
        self, x: float, y: float, scale: float = 1, turn: float = 0, mirror: bool = False
    ) -> Iterator[None]:
        """Draw in coordinates of one's own around (x, y), turned by `turn` degrees."""
        self._body.append(f'<g transform="{_place(x, y, scale, turn, mirror)}">')
        before, self._scale = self._scale, self._scale * scale
        yield
        self._scale = before
        self._body.append("</g>")

    def stamp(
        self, key: str, picture: Callable[[], None], x: float, y: float, scale: float, turn: float = 0
    ) -> None:
        """Draw a picture once and show it at many places; `key` tells pictures apart."""
        if key not in self._stamps:
            self._stamps[key] = f"g{len(self._defs)}"
            self._defs.append("")
            place, before, self._body = len(self._defs) - 1, self._body, []
            scale_before, self._scale = self._scale, self._scale * scale
            picture()
            self._defs[place] = f'<g id="{self._stamps[key]}">{"".join(self._body)}</g>'
            self._body, self._scale = before, scale_before
        self._body.append(
            f'<use href="#{self._stamps[key]}" transform="{_place(x, y, scale, turn, False)}"/>'
        )

    @contextmanager
    def inside(self, x: float, y: float, w: float, h: float, round_: float = 0) -> Iterator[None]:
        """Draw only what lies inside a rectangle."""
        name = f"g{len(self._defs)}"
        box = (
            f'x="{number(x)}" y="{number(y)}" width="{number(w)}" height="{number(h)}" rx="{number(round_)}"'
        )
        self._defs.append(f'<clipPath id="{name}"><rect {box}/></clipPath>')
        self._body.append(f'<g clip-path="url(#{name})">')
        before, self._scale = self._scale, self._scale * (w * h / (WIDTH * self.height)) ** 0.5
        yield
        self._scale = before
        self._body.append("</g>")

    def _add(self, element: str, fill: Fill, opacity: float) -> None:
        value = fill.value if isinstance(fill, Paint) else fill
        self._body.append(f'<{element} fill="{value}"{_opacity(opacity)}/>')

    def _cover(self, points: Sequence[Point], fill: Fill, opacity: float) -> None:
        if self._scale == 1:
            points = [(min(WIDTH, max(0, x)), min(self.height, max(0, y))) for x, y in points]
        twice = sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, [*points[1:], points[0]], strict=True))
        share = abs(twice) / 2 * self._scale**2 / (WIDTH * self.height) * opacity
        color = fill
        if isinstance(fill, Paint):
            color, share = fill.mean, share * fill.opacity
        self._mean = mix(self._mean, str(color), share)


def number(value: float, digits: int = 0) -> str:
    """As short as SVG takes it."""
    text = f"{value:.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def path(*parts: str | float) -> str:
    """Path data of commands and whole-pixel numbers."""
    d = ""
    for part in parts:
        text = part if isinstance(part, str) else number(part)
        d += f" {text}" if d and (d[-1].isdigit() and text[0].isdigit()) else text
    return d


def curve(points: Sequence[Point], closed: bool = False) -> str:
    """A Catmull-Rom spline through the points, as cubic Bézier commands."""
    count = len(points)
    parts = [f"M{_pair(points[0])}"]
    for i in range(count if closed else count - 1):
        before = points[(i - 1) % count if closed else max(0, i - 1)]
        start, end = points[i], points[(i + 1) % count]
        after = points[(i + 2) % count if closed else min(count - 1, i + 2)]
        first = (start[0] + (end[0] - before[0]) / 6, start[1] + (end[1] - before[1]) / 6)
        second = (end[0] - (after[0] - start[0]) / 6, end[1] - (after[1] - start[1]) / 6)
        parts.append(f"C{_pair(first)} {_pair(second)} {_pair(end)}")
    return "".join(parts)


def _place(x: float, y: float, scale: float, turn: float, mirror: bool) -> str:
    steps = f"translate({number(x)} {number(y)})"
    steps += f"rotate({number(turn, 1)})" if turn else ""
    if mirror:
        return f"{steps}scale(-{number(scale, 2)} {number(scale, 2)})"
    return f"{steps}scale({number(scale, 2)})" if scale != 1 else steps


def _pair(point: Point) -> str:
    return f"{number(point[0])} {number(point[1])}"


def _opacity(opacity: float) -> str:
    return "" if opacity >= 1 else f' opacity="{number(opacity, 2)}"'


def _octagon(x: float, y: float, rx: float, ry: float) -> list[Point]:
    turns = ((1, 0), (0.74, 0.74), (0, 1), (-0.74, 0.74), (-1, 0), (-0.74, -0.74), (0, -1), (0.74, -0.74))
    return [(x + rx * a, y + ry * b) for a, b in turns]
