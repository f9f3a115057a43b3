"""Motifs of the open land: hills, mountains, sea, night, sun, rain."""

from itertools import pairwise
from math import cos, pi, sin

from vermilion.media.covers.canvas import WIDTH, Canvas, Point, path
from vermilion.media.covers.palettes import mix
from vermilion.media.covers.scenery import (
    birds,
    clouds,
    conifers,
    height_on,
    is_dark,
    layer,
    ridge,
    round_tree,
    sky,
    stars,
    sun,
)


def hills(c: Canvas) -> None:
    """Rolling hills in the haze, with a road and trees."""
    h, p = c.height, c.palette
    sky(c, 0.7)
    if is_dark(c):
        stars(c, h * 0.4)
    sun(c, c.chance.between(150, 570), h * c.chance.between(0.24, 0.4), c.chance.between(52, 96))
    clouds(c, h * 0.1, h * 0.34, c.chance.whole(1, 3))
    for t, y in ((0.12, 0.5), (0.32, 0.57), (0.52, 0.66)):
        layer(c, ridge(c, h * y, h * 0.055), t, 0.45)
    field = ridge(c, h * 0.76, h * 0.04, 5)
    layer(c, field, 0.7, 0.12)
    _road(c, h * 0.77)
    for _ in range(c.chance.whole(4, 7)):
        x = c.chance.between(20, WIDTH - 20)
        if not 240 < x < 470:
            round_tree(
                c,
                x,
                height_on(field, x) + 12,
                c.chance.between(54, 104),
                mix(p.leaf, c.chance.pick((p.gold, p.near)), c.chance.between(0, 0.3)),
            )
    layer(c, ridge(c, h * 0.95, h * 0.03, 4), 0.92, 0)
    birds(c, h * 0.2, c.chance.whole(2, 4))


def _road(c: Canvas, top: float) -> None:
    x, side = c.chance.between(320, 420), c.chance.pick((-1, 1))
    low, drop = c.height + 10, c.height + 10 - top
    bend, end = x + side * 130, x - side * 60
    c.shape(
        path("M", x - 4, top, "C", bend - 30, top + drop * 0.35, end - 90, top + drop * 0.4, end - 70, low)
        + path(
            "L", end + 110, low, "C", end + 30, top + drop * 0.45, bend + 20, top + drop * 0.35, x + 4, top
        ),
        mix(c.palette.haze, c.palette.far, 0.25),
    )


def mountain(c: Canvas) -> None:
    """Snow peaks over a forest, at times with a lake."""
    h, p = c.height, c.palette
    sky(c, 0.75)
    if is_dark(c):
        stars(c, h * 0.4)
    main = c.chance.between(230, 490)
    sun(c, main + c.chance.pick((-1, 1)) * c.chance.between(120, 200), h * 0.26, c.chance.between(44, 70))
    clouds(c, h * 0.14, h * 0.34, 2)
    base = h * 0.74
    _peak(c, main - c.chance.between(230, 300), base, h * 0.32, 0.22)
    _peak(c, main + c.chance.between(220, 300), base, h * 0.36, 0.28)
    _peak(c, main, base, h * c.chance.between(0.45, 0.52), 0.46)
    c.rect(0, base - h * 0.16, WIDTH, h * 0.17, c.fade(p.haze, p.haze, (0, 0.85)))
    wood = ridge(c, h * 0.76, h * 0.025)
    layer(c, wood, 0.62, 0.3)
    if c.chance.maybe(0.45):
        lake(c, h * 0.84)
    front = ridge(c, h * 0.95, h * 0.02, 4)
    layer(c, front, 0.95, 0)
    places = [10.0 + 38 * i for i in range(19)]
    far = [(x, height_on(wood, x) + 8, c.chance.between(26, 54)) for x in places]
    conifers(c, far, p.depth(0.68))
    near = []
    for _ in range(9):
        x = c.chance.pick((c.chance.between(0, 230), c.chance.between(500, WIDTH)))
        near.append((x, height_on(front, x) + 16, c.chance.between(90, 190)))
    conifers(c, near, mix(p.near, p.ink, 0.35))


def _peak(c: Canvas, x: float, base: float, rise: float, t: float) -> None:
    top, wide = base - rise, rise * 0.95
    p = c.palette
    color = p.depth(t)
    c.polygon([(x - wide, base), (x, top), (x + wide, base)], mix(color, p.haze, 0.22))
    lean = c.chance.between(-0.12, 0.12) * wide
    c.polygon(
        [
            (x, top),
            (x + lean - 20, top + rise * 0.45),
            (x + lean + 24, top + rise * 0.7),
            (x + lean, base),
            (x + wide, base),
        ],
        mix(color, p.near, 0.18),
    )
    cap, j = rise * c.chance.between(0.3, 0.38), rise * 0.07
    edge: list[Point] = [(x, top)]
    slope = wide / rise
    for k, dy in ((1.0, 0), (0.62, -j), (0.3, j * 0.7), (-0.1, -j), (-0.5, j * 0.8), (-1.0, 0)):
        y = top + cap + dy * 1.3
        edge.append((x + k * (y - top) * slope * (1 if abs(k) < 1 else 0.99), y))
    c.polygon(edge, mix(p.light, color, 0.06 if not is_dark(c) else 0.2))
    c.polygon(
        [edge[0], edge[1], edge[2], edge[3], (x + lean * 0.2, top + cap * 0.7)], mix(p.light, color, 0.35)
    )


def lake(c: Canvas, top: float) -> None:
    p = c.palette
    c.rect(0, top, WIDTH, c.height - top, c.fade(mix(p.sky, p.haze, 0.5), p.depth(0.5)))
    d = "".join(
        path(
            "M",
            c.chance.between(40, 560),
            top + c.chance.between(8, (c.height - top) * 0.8),
            "h",
            c.chance.between(40, 150),
        )
        for _ in range(9)
    )
    c.line(d, p.light, 3, 0.45)


def sea(c: Canvas) -> None:
    """The sea at evening or noon, with a sail or an island."""
    h, p = c.height, c.palette
    level = h * c.chance.between(0.52, 0.62)
    sky(c, level / h)
    x, r = c.chance.between(180, 540), c.chance.between(66, 120)
    if is_dark(c):
        stars(c, level * 0.6)
    sun(c, x, level - r * c.chance.between(0.1, 1.2), r, c.chance.pick((p.gold, p.pop)))
    clouds(c, h * 0.12, level - 90, c.chance.whole(1, 3))
    water = mix(p.far, p.near, 0.25)
    c.rect(0, level, WIDTH, h - level, c.fade(mix(water, p.haze, 0.35), water))
    d = ""
    for i in range(13):
        y = level + 8 + i * i * (h - level) / 190
        wide = r * c.chance.between(0.25, 0.8) * (1 + i / 9)
        d += f"M{x - wide + c.chance.between(-20, 20):.0f} {y:.0f}h{2 * wide * c.chance.between(0.5, 1):.0f}"
    c.line(d, mix(p.light, p.gold, 0.25), 5, 0.75)
    if c.chance.maybe(0.55):
        _island(c, level)
    if c.chance.maybe(0.7):
        _sail(
            c,
            c.chance.pick((c.chance.between(110, 230), c.chance.between(470, 610))),
            level + h * 0.06,
            c.chance.between(0.8, 1.35),
        )
    for i, t in enumerate((0.62, 0.76, 0.9)):
        y = level + (h - level) * (0.56 + 0.17 * i)
        phase = c.chance.between(0, pi)
        crest = [(-20.0 + k * 63, y + 13 * sin(phase + k * pi / 2 + 0.3 * i)) for k in range(13)]
        c.smooth(crest, c.fade(p.depth(t), mix(p.depth(t), p.near, 0.3)), floor=h)
    birds(c, h * 0.22, c.chance.whole(2, 4))


def _island(c: Canvas, level: float) -> None:
    x, w, rise = c.chance.between(60, 560), c.chance.between(120, 220), c.chance.between(36, 80)
    points = [
        (x - w, level + 2),
        (x - w * 0.5, level - rise * 0.7),
        (x, level - rise),
        (x + w * 0.4, level - rise * 0.4),
        (x + w, level + 2),
    ]
    c.smooth(points, mix(c.palette.depth(0.5), c.palette.leaf, 0.3), floor=level + 3)


def _sail(c: Canvas, x: float, y: float, scale: float) -> None:
    p = c.palette
    with c.at(x, y, scale):
        c.oval(0, 16, 64, 5, p.ink, 0.2)
        c.line("M0 0V-128", p.ink, 4)
        c.shape("M6 -124Q74 -60 62 -12L6 -12Z", p.paper)
        c.shape("M-6 -110Q-48 -50 -46 -12L-6 -12Z", p.pop)
        c.shape("M-62 -4L66 -4Q54 18 30 18L-30 18Q-52 16 -62 -4Z", mix(p.near, p.ink, 0.4))


def night(c: Canvas) -> None:
    """A starry night over a house with one window lit."""
    h, p = c.height, c.palette
    sky(c, 0.85)
    stars(c, h * 0.62, 64)
    x, y, r = c.chance.between(150, 570), h * c.chance.between(0.18, 0.3), c.chance.between(48, 78)
    c.disc(x, y, r * 3, c.glow(p.light, 0.35))
    if c.chance.maybe(0.5):
        c.shape(
            path(
                "M",
                x - r * 0.2,
                y - r,
                "C",
                x + r * 1.3,
                y - r * 0.9,
                x + r * 1.3,
                y + r * 0.9,
                x - r * 0.2,
                y + r,
            )
            + path("C", x + r * 0.6, y + r * 0.5, x + r * 0.6, y - r * 0.5, x - r * 0.2, y - r, "Z"),
            p.light,
        )
    else:
        c.disc(x, y, r, p.light)
        c.disc(x - r * 0.3, y - r * 0.2, r * 0.2, p.haze, 0.25)
        c.disc(x + r * 0.35, y + r * 0.3, r * 0.14, p.haze, 0.25)
    if c.chance.maybe(0.6):
        sx, sy = c.chance.between(80, 420), h * c.chance.between(0.1, 0.35)
        c.line(f"M{sx:.0f} {sy:.0f}l110 52", p.light, 3, 0.8)
    for t, level in ((0.3, 0.62), (0.5, 0.7)):
        layer(c, ridge(c, h * level, h * 0.05), t, 0.25)
    ground = ridge(c, h * 0.83, h * 0.03, 5)
    layer(c, ridge(c, h * 0.78, h * 0.03), 0.7, 0.1)
    layer(c, ground, 0.95, 0)
    hx = c.chance.between(170, 520)
    _house(c, hx, height_on(ground, hx) + 8, c.chance.between(0.9, 1.3))
    trees = []
    for _ in range(10):
        tx = c.chance.between(0, WIDTH)
        if abs(tx - hx) > 95:
            trees.append((tx, height_on(ground, tx) + 14, c.chance.between(60, 150)))
    conifers(c, trees, mix(p.near, p.ink, 0.6))


def _house(c: Canvas, x: float, y: float, scale: float) -> None:
    p = c.palette
    with c.at(x, y, scale):
        c.disc(0, -30, 150, c.glow(p.gold, 0.45))
        c.rect(24, -108, 14, 40, p.ink)
        c.rect(-52, -62, 104, 64, mix(p.near, p.ink, 0.3))
        c.polygon([(-68, -58), (-34, -102), (34, -102), (68, -58)], mix(p.pop, p.near, 0.45))
        c.rect(-34, -44, 26, 28, p.gold, 2)
        c.line("M-21 -44V-16M-34 -30H-8", p.near, 2.5)
        c.rect(12, -46, 24, 46, mix(p.gold, p.pop, 0.5), 2)
        c.line("M31 -108q-12 -18 0 -34t2 -36", p.light, 6, 0.25)


def sunburst(c: Canvas) -> None:
    """A great sun with rings or rays over stylised waves."""
    h, p = c.height, c.palette
    sky(c)
    x, y, r = 360 + c.chance.between(-110, 110), h * c.chance.between(0.42, 0.52), c.chance.between(130, 180)
    tint = c.chance.pick((p.pop, p.gold))
    if c.chance.maybe(0.5):
        rays = c.chance.whole(12, 18)
        d, far = "", 1100
        for i in range(rays):
            a, b = 2 * pi * i / rays, 2 * pi * (i + 0.5) / rays
            d += path(
                "M",
                x,
                y,
                "L",
                x + far * cos(a),
                y + far * sin(a),
                "L",
                x + far * cos(b),
                y + far * sin(b),
                "z",
            )
        c.fill(d, c.fade(mix(p.far, tint, 0.3), p.haze, (0.55, 0.1)))
    else:
        for k in (2.7, 2.15, 1.65, 1.28):
            c.disc(x, y, r * k, mix(p.light, tint, 0.25), 0.3)
    c.disc(x, y, r, c.fade(mix(tint, p.light, 0.25), tint))
    if c.chance.maybe(0.6):
        birds(c, y - r * 0.2, 3)
    for i in range(4):
        t = 0.3 + 0.2 * i
        top = h * (0.66 + 0.085 * i)
        points = ridge(c, top, h * (0.03 + 0.008 * i), 5)
        layer(c, points, t, 0.1)
        lift = 12
        c.line(_along(points, lift), mix(p.depth(t), p.light, 0.5), 4, 0.5)
        c.line(_along(points, lift * 2.4), mix(p.depth(t), p.light, 0.5), 3, 0.3)


def _along(points: list[Point], drop: float) -> str:
    from_, *rest = [(x, y + drop) for x, y in points]
    mids = [((a[0] + b[0]) / 2, (a[1] + b[1]) / 2) for a, b in pairwise(rest)]
    d = f"M{from_[0]:.0f} {from_[1]:.0f}"
    for control, end in zip(rest, [*mids, rest[-1]], strict=False):
        d += f"Q{control[0]:.0f} {control[1]:.0f} {end[0]:.0f} {end[1]:.0f}"
    return d


def rain(c: Canvas) -> None:
    """Umbrellas under slanting rain, mirrored in the wet street."""
    h, p = c.height, c.palette
    sky(c, 0.8)
    ground = h * c.chance.between(0.74, 0.8)
    x = -20.0
    while x < WIDTH:
        w = c.chance.between(60, 120)
        c.rect(
            x,
            ground - h * c.chance.between(0.18, 0.45),
            w,
            h,
            c.fade(p.depth(0.28), mix(p.depth(0.28), p.haze, 0.6)),
        )
        x += w + c.chance.between(-4, 26)
    c.rect(0, ground, WIDTH, h - ground, c.fade(p.depth(0.48), p.depth(0.8)))
    slant = c.chance.pick((-1, 1)) * c.chance.between(8, 18)
    drops = "".join(
        f"M{c.chance.between(-10, 730):.0f} {c.chance.between(0, ground):.0f}l{slant:.0f} 44"
        for _ in range(46)
    )
    c.line(drops, p.light, 3, 0.55)
    colors = [p.pop, p.gold, p.leaf]
    spots = (
        [c.chance.between(330, 400)]
        if c.chance.maybe(0.4)
        else [c.chance.between(200, 260), c.chance.between(460, 530)]
    )
    for i, spot in enumerate(spots):
        size = c.chance.between(1.05, 1.3) * (1.2 if len(spots) == 1 else 0.9) * h / 760
        _walker(c, spot, ground + 34 + 26 * i, size, colors[i])
    rings = "".join(
        path(
            "M", c.chance.between(20, 640), c.chance.between(ground + 14, h - 10), "q22 10 44 0q-22 -10 -44 0"
        )
        for _ in range(8)
    )
    c.line(rings, p.light, 2.5, 0.4)


def _walker(c: Canvas, x: float, y: float, scale: float, color: str) -> None:
    p = c.palette
    with c.at(x, y, scale):
        c.shape("M-84 6Q0 26 84 6L50 80Q0 100 -50 80Z", color, 0.25)
        c.oval(0, 4, 70, 8, p.ink, 0.3)
        c.line("M-10 0V-60M12 0V-60", p.ink, 15)
        c.shape("M-38 -44Q-34 -170 0 -176Q34 -170 38 -44Q0 -32 -38 -44Z", mix(color, p.ink, 0.55))
        c.disc(0, -190, 24, mix(p.gold, p.paper, 0.5))
        c.shape("M-26 -190Q-26 -218 0 -218Q26 -218 26 -190Q10 -204 -26 -190Z", p.ink)
        c.line("M24 -120V-292", p.ink, 5)
        c.shape(
            (
                "M-124 -206C-114 -310 138 -310 148 -206Q126 -226 102 -206Q78 -226 56 -206"
                "Q34 -226 12 -206Q-10 -226 -32 -206Q-56 -226 -78 -206Q-102 -226 -124 -206Z"
            ),
            color,
        )
        c.shape("M-124 -206C-114 -310 12 -292 12 -284Q-60 -270 -78 -206Q-102 -226 -124 -206Z", p.light, 0.18)
