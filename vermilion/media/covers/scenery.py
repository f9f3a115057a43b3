"""What several motifs share: skies, ridges, trees, tables, steam."""

from itertools import pairwise
from math import cos, pi, sin

from vermilion.media.covers.canvas import WIDTH, Canvas, Point, path
from vermilion.media.covers.palettes import lightness, mix


def is_dark(c: Canvas) -> bool:
    return lightness(c.palette.sky) < 0.45


def sky(c: Canvas, horizon: float = 1.0) -> None:
    """The whole sheet, brightest at `horizon` (share of the height)."""
    p = c.palette
    c.rect(0, 0, WIDTH, c.height, p.haze)
    c.rect(0, 0, WIDTH, c.height * horizon + 1, c.fade(p.sky, p.haze))


def wall(c: Canvas) -> float:
    """A room's wall with a pool of light; returns the height of the table's edge."""
    p = c.palette
    c.rect(0, 0, WIDTH, c.height, c.fade(mix(p.sky, p.haze, 0.15), mix(p.sky, p.haze, 0.8)))
    c.disc(
        c.chance.between(120, 600),
        c.height * 0.3,
        c.height * 0.6,
        c.glow(p.light, 0.35 if is_dark(c) else 0.9),
    )
    return c.height * c.chance.between(0.7, 0.77)


def table(c: Canvas, top: float) -> None:
    p = c.palette
    base = mix(p.far, p.near, 0.3 if is_dark(c) else 0.12)
    c.rect(0, top, WIDTH, c.height - top, c.fade(base, mix(base, p.near, 0.35)))
    c.rect(0, top, WIDTH, 5, p.light, opacity=0.35)


def halo(c: Canvas, x: float, y: float, r: float) -> None:
    """The large disc behind a still life."""
    p = c.palette
    color = c.chance.pick((p.gold, p.pop, p.far, p.light))
    c.disc(x, y, r, c.fade(mix(color, p.light, 0.3), color, (0.95, 0.55)))


def sun(c: Canvas, x: float, y: float, r: float, color: str = "") -> None:
    p = c.palette
    c.disc(x, y, r * 3.2, c.glow(p.light, 0.55 if is_dark(c) else 0.85))
    c.disc(x, y, r, c.fade(p.light, color or mix(p.light, p.gold, 0.35)))


def stars(c: Canvas, floor: float, count: int = 28) -> None:
    def points(n: int) -> list[Point]:
        return [(c.chance.between(8, WIDTH - 8), floor * c.chance.unit() ** 1.3 + 8) for _ in range(n)]

    c.dots(points(count), c.palette.light, 3, 0.6)
    c.dots(points(count // 4), c.palette.light, 6, 0.85)


def clouds(c: Canvas, top: float, bottom: float, count: int) -> None:
    """Flat-bottomed clouds of long rounded bars."""
    opacity = 0.16 if is_dark(c) else 0.7
    for _ in range(count):
        x, y, w = (
            c.chance.between(-60, WIDTH - 120),
            c.chance.between(top, bottom),
            c.chance.between(130, 250),
        )
        left = x + w * c.chance.between(0.15, 0.4)
        c.line(
            f"M{x:.0f} {y:.0f}h{w:.0f}M{left:.0f} {y - 19:.0f}h{w * 0.4:.0f}", c.palette.light, 28, opacity
        )


def birds(c: Canvas, y: float, count: int) -> None:
    x = c.chance.between(120, 460)
    d = ""
    for _ in range(count):
        s = c.chance.between(9, 15)
        d += f"M{x - s:.0f} {y - s * 0.5:.0f}q{s * 0.6:.0f} {-s * 0.4:.0f} {s:.0f} {s * 0.5:.0f}"
        d += f"q{s * 0.4:.0f} {-s * 0.9:.0f} {s:.0f} {-s * 0.5:.0f}"
        x, y = x + c.chance.between(30, 62), y + c.chance.between(-26, 22)
    c.line(d, c.palette.light if is_dark(c) else c.palette.near, 3.5, 0.8)


def ridge(c: Canvas, y: float, rise: float, steps: int = 6) -> list[Point]:
    """Points of a rolling line around height y."""
    phase, second = c.chance.between(0, 2 * pi), c.chance.between(0, 2 * pi)
    points = []
    for i in range(steps + 1):
        t = i / steps
        wave = 0.65 * sin(phase + t * 5.2) + 0.35 * sin(second + t * 11)
        points.append((-20 + (WIDTH + 40) * t, y - rise * wave + c.chance.between(-0.12, 0.12) * rise))
    return points


def height_on(points: list[Point], x: float) -> float:
    """How high a ridge stands at x, straight between its points."""
    for (x0, y0), (x1, y1) in pairwise(points):
        if x0 <= x <= x1:
            return y0 + (y1 - y0) * (x - x0) / (x1 - x0)
    return points[-1][1]


def layer(c: Canvas, points: list[Point], t: float, mist: float = 0.3) -> None:
    """A ridge at depth t, fading into the haze at its foot."""
    color = c.palette.depth(t)
    c.smooth(points, c.fade(color, mix(color, c.palette.haze, mist)), floor=c.height)


def conifers(c: Canvas, places: list[tuple[float, float, float]], color: str) -> None:
    """Firs at (x, y of the foot, height), in one element."""
    d = ""
    for x, y, h in places:
        w = h * 0.26
        d += f"M{x:.0f} {y - h:.0f}l{w:.0f} {h * 0.55:.0f}h{-w * 0.4:.0f}l{w * 0.6:.0f} {h * 0.45:.0f}"
        d += f"h{-2.4 * w:.0f}l{w * 0.6:.0f} {-h * 0.45:.0f}h{-w * 0.4:.0f}z"
    c.fill(d, color)


def round_tree(c: Canvas, x: float, y: float, h: float, color: str) -> None:
    c.line(f"M{x:.0f} {y:.0f}V{y - h * 0.6:.0f}", mix(color, c.palette.ink, 0.5), max(4, h * 0.06))
    c.oval(x, y - h * 0.65, h * 0.28, h * 0.36, color)
    c.oval(x - h * 0.07, y - h * 0.72, h * 0.15, h * 0.22, c.palette.light, 0.16)


def steam(c: Canvas, x: float, y: float, h: float, count: int = 3, gap: float = 46) -> None:
    for i in range(count):
        left = x + (i - (count - 1) / 2) * gap
        top = y - h * c.chance.between(0.65, 1)
        step, sway = (y - top) / 3, c.chance.between(14, 24) * c.chance.pick((-1, 1))
        d = f"M{left:.0f} {y:.0f}q{sway:.0f} {-step / 2:.0f} 0 {-step:.0f}t0 {-step:.0f}t0 {-step:.0f}"
        c.line(d, c.palette.light, 9, 0.5 if is_dark(c) else 0.85)


def shadow(c: Canvas, x: float, y: float, rx: float) -> None:
    c.oval(x, y, rx, rx * 0.11, c.palette.ink, 0.22)


def leaf(c: Canvas, x: float, y: float, length: float, turn: float, color: str, plump: float = 0.3) -> None:
    """A leaf with its midrib, growing from (x, y); turn 0 points up."""
    a = (turn - 90) * pi / 180
    ex, ey = x + length * cos(a), y + length * sin(a)
    mx, my = x + length * 0.45 * cos(a), y + length * 0.45 * sin(a)
    nx, ny = -sin(a) * length * plump * 1.5, cos(a) * length * plump * 1.5
    c.shape(
        path("M", x, y, "Q", mx + nx, my + ny, ex, ey, "Q", mx - nx, my - ny, x, y),
        color,
    )
    bx, by = x + length * 0.86 * cos(a), y + length * 0.86 * sin(a)
    c.line(f"M{x:.0f} {y:.0f}L{bx:.0f} {by:.0f}", mix(color, c.palette.light, 0.35), max(2, length * 0.02))


def grain(c: Canvas) -> None:
    """A breath of paper: a corner of light, and specks."""
    points = [(c.chance.between(0, WIDTH), c.chance.between(0, c.height)) for _ in range(30)]
    c.dots(points[:15], c.palette.light, 2.5, 0.3)
    c.dots(points[15:], c.palette.ink, 2.5, 0.12)
