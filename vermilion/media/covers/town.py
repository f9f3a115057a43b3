"""Motifs of the town: skylines, streets, markets."""

from vermilion.media.covers.canvas import WIDTH, Canvas, path
from vermilion.media.covers.palettes import mix
from vermilion.media.covers.scenery import (
    clouds,
    is_dark,
    layer,
    ridge,
    round_tree,
    sky,
    stars,
    sun,
)


def city(c: Canvas) -> None:
    """A skyline in three depths, its windows lit."""
    h, p = c.height, c.palette
    sky(c, 0.85)
    if is_dark(c):
        stars(c, h * 0.4)
    sun(
        c,
        c.chance.between(150, 570),
        h * c.chance.between(0.28, 0.46),
        c.chance.between(70, 120),
        c.chance.pick((p.gold, p.pop, "")),
    )
    clouds(c, h * 0.08, h * 0.3, 2)
    _towers(c, 0.36, 0.56, 64, 0.2)
    _towers(c, 0.46, 0.68, 86, 0.42)
    c.rect(0, h * 0.55, WIDTH, h * 0.3, c.fade(p.haze, p.haze, (0, 0.5)))
    x = c.chance.between(-60, 0)
    while x < WIDTH:
        w = c.chance.between(90, 150)
        _block(c, x, h * c.chance.between(0.62, 0.82), w)
        x += w + c.chance.between(4, 26)
    front = [(x, y + h * 0.02) for x, y in ridge(c, h * 0.95, h * 0.02, 8)]
    layer(c, front, 1, 0)


def _towers(c: Canvas, low: float, high: float, step: float, t: float) -> None:
    p = c.palette
    x, d = c.chance.between(-50, 0), ""
    while x < WIDTH:
        w, top = step * c.chance.between(0.7, 1.4), c.height * c.chance.between(low, high)
        d += f"M{x:.0f} {c.height}V{top:.0f}"
        kind = c.chance.whole(0, 4)
        if kind == 0:
            d += f"a{w / 2:.0f} {w / 2:.0f} 0 0 1 {w:.0f} 0"
        elif kind == 1:
            d += f"l{w / 2:.0f} {-w * 0.7:.0f}L{x + w:.0f} {top:.0f}"
        elif kind == 2:
            d += f"h{w * 0.2:.0f}v-22h{w * 0.28:.0f}v-50h5v50h{w * 0.28:.0f}v22H{x + w:.0f}"
        elif kind == 3:
            d += f"l{w:.0f} {-w * 0.4:.0f}"
        else:
            d += f"h{w:.0f}"
        d += f"V{c.height}z"
        x += w + c.chance.between(0, step * 0.3)
    c.fill(d, c.fade(p.depth(t), mix(p.depth(t), p.haze, 0.6)), 1 - (low + high) / 2)


def _block(c: Canvas, x: float, top: float, w: float) -> None:
    p = c.palette
    color = mix(p.depth(c.chance.between(0.74, 0.92)), p.pop, 0.25 if c.chance.maybe(0.3) else 0)
    c.rect(x, top, w, c.height - top, color)
    if c.chance.maybe(0.4):
        c.rect(x + w * 0.2, top - 26, w * 0.28, 26, mix(color, p.ink, 0.3))
    else:
        c.rect(x - 4, top - 8, w + 8, 10, mix(color, p.ink, 0.3))
    columns, lit, dim = int(w // 28), "", ""
    for column in range(columns):
        middle = x + (column + 0.5) * w / columns
        dim += f"M{middle:.0f} {top + 22:.0f}V{c.height}"
        for row in range(int((c.height * 0.93 - top) // 36)):
            if c.chance.maybe(0.28):
                lit += f"M{middle:.0f} {top + 22 + row * 36:.0f}v10"
    c.line(dim, mix(color, p.ink, 0.4), 9, 0.6, "10 26")
    c.line(lit, p.gold, 9)


def street(c: Canvas) -> None:
    """A row of narrow houses, no two alike, on a quiet street."""
    h, p = c.height, c.palette
    sky(c, 0.8)
    if is_dark(c):
        stars(c, h * 0.3, 12)
    sun(c, c.chance.between(120, 600), h * 0.17, c.chance.between(36, 60))
    clouds(c, h * 0.08, h * 0.26, 2)
    ground = h * 0.86
    layer(c, ridge(c, h * 0.44, h * 0.04), 0.15, 0.4)
    tints = [
        mix(p.pop, p.paper, 0.1),
        mix(p.gold, p.paper, 0.2),
        mix(p.leaf, p.paper, 0.35),
        p.paper,
        mix(p.far, p.paper, 0.2),
        mix(p.pop, p.far, 0.5),
    ]
    start, x, last, lit = c.chance.whole(0, 5), c.chance.between(-70, -10), -1, ""
    while x < WIDTH:
        w = c.chance.between(146, 198)
        pick = (start := start + 1 + c.chance.whole(0, 1)) % len(tints)
        pick = (pick + 1) % len(tints) if pick == last else pick
        last = pick
        tint = mix(tints[pick], p.near, 0.35) if is_dark(c) else tints[pick]
        lit += _terrace(c, x, h * c.chance.between(0.36, 0.5), w, ground, tint)
        x += w
    c.line(lit, mix(p.gold, p.light, 0.2), 27)
    c.rect(0, ground, WIDTH, h - ground, c.fade(mix(p.far, p.near, 0.55), mix(p.near, p.ink, 0.2)))
    c.rect(0, ground, WIDTH, 16, mix(p.haze, p.far, 0.5))
    c.line(f"M-20 {ground + (h - ground) * 0.58:.0f}H740", p.paper, 5, 0.55, "54 40")
    spot = c.chance.between(150, 570)
    for x in (spot - c.chance.between(170, 300), spot + c.chance.between(170, 300)):
        round_tree(c, x, ground + 8, h * c.chance.between(0.22, 0.3), mix(p.leaf, p.near, 0.15))
    _bicycle(c, spot, ground + 4)


def _terrace(c: Canvas, x: float, top: float, w: float, ground: float, tint: str) -> str:
    """One house; returns the path of its lit windows."""
    p = c.palette
    roof, dark = mix(p.near, tint, 0.25), mix(tint, p.ink, 0.6)
    c.rect(x, top, w, ground - top, tint)
    c.rect(x, top, w, ground - top, c.fade(p.near, p.near, (0, 0.16)))
    kind = c.chance.whole(0, 2)
    if kind == 0:
        c.polygon([(x - 4, top + 2), (x + w / 2, top - w * 0.5), (x + w + 4, top + 2)], roof)
        c.disc(x + w / 2, top - w * 0.17, 11, p.gold if is_dark(c) else tint)
    elif kind == 1:
        step = w / 6
        up, down = f"v-24h{step:.0f}", f"h{step:.0f}v24"
        c.fill(
            path(
                "M",
                x,
                top + 2,
                "v-16h",
                step,
                up,
                "v-24h",
                2 * step,
                "v24",
                down,
                "h",
                step,
                "L",
                x + w,
                top + 2,
                "z",
            ),
            tint,
        )
    else:
        c.polygon([(x, top + 1), (x + 12, top - 46), (x + w - 12, top - 46), (x + w, top + 1)], roof)
        c.rect(x + w * 0.68, top - 76, 20, 40, mix(roof, p.ink, 0.3))
    shop, rows = ground - 96, max(1, int((ground - 120 - top) // 78))
    gap, lit = (shop - top) / rows, ""
    panes = ""
    for row in range(rows):
        for k in (0.27, 0.73):
            cell = f"M{x + w * k:.0f} {top + gap * (row + 0.28) + 8:.0f}v{gap * 0.5 - 16:.0f}"
            if c.chance.maybe(0.4):
                lit += cell
            else:
                panes += cell
    c.line(panes, dark, 27)
    awning = c.chance.pick((p.pop, p.near))
    c.stamp(awning, lambda: _shop(c, awning), x + 4, ground, (w - 8) / 150)
    return lit


def _shop(c: Canvas, awning: str) -> None:
    p = c.palette
    c.rect(10, -66, 74, 60, p.gold if is_dark(c) else mix(p.near, p.haze, 0.25))
    c.rect(102, -66, 36, 66, mix(awning, p.ink, 0.45))
    _awning(c, 0, -86, 150, 26, awning, 6)


def _awning(c: Canvas, x: float, y: float, w: float, h: float, color: str, count: int) -> None:
    """A striped awning with a scalloped hem."""
    step = w / count
    for part, tint in ((0, color), (1, c.palette.paper)):
        d = ""
        for i in range(part, count, 2):
            left = x + i * step
            d += f"M{left:.0f} {y:.0f}h{step:.0f}v{h:.0f}q{-step / 2:.0f} {step * 0.8:.0f} {-step:.0f} 0z"
        c.fill(d, tint)


def _bicycle(c: Canvas, x: float, y: float) -> None:
    with c.at(x, y, c.chance.between(0.9, 1.1), mirror=c.chance.maybe(0.5)):
        c.line(
            "M-74 -28a28 28 0 1 0 56 0a28 28 0 1 0 -56 0M30 -28a28 28 0 1 0 56 0a28 28 0 1 0 -56 0",
            c.palette.ink,
            4,
        )
        c.line("M-46 -28L-26 -70L30 -70L2 -28ZM58 -28L28 -82H42M-26 -70L2 -28M-30 -82H-14", c.palette.pop, 5)


def market(c: Canvas) -> None:
    """A stall under its awning, crates of fruit, a string of bulbs."""
    h, p = c.height, c.palette
    sky(c)
    c.disc(c.chance.between(200, 520), h * 0.3, h * 0.34, c.fade(mix(p.far, p.light, 0.2), p.haze))
    for x in range(-20, WIDTH, 120):
        c.rect(x, h * c.chance.between(0.36, 0.5), c.chance.between(90, 130), h, mix(p.haze, p.far, 0.6))
    ground, top = h * 0.9, h * c.chance.between(0.3, 0.36)
    c.rect(0, ground, WIDTH, h, mix(p.far, p.near, 0.6))
    left, right = c.chance.between(60, 110), c.chance.between(610, 660)
    c.rect(left + 22, top, 14, ground - top, p.near)
    c.rect(right - 36, top, 14, ground - top, p.near)
    c.rect(
        left + 30,
        top + 30,
        right - left - 60,
        ground - top - 40,
        c.fade(mix(p.near, p.ink, 0.3), mix(p.near, p.far, 0.3), (0.85, 0.6)),
    )
    c.disc(360, top + 150, 260, c.glow(p.gold, 0.5))
    _keeper(c, c.chance.between(left + 150, right - 150), h * 0.61)
    _awning(c, left - 20, top - 10, right - left + 40, h * 0.11, c.chance.pick((p.pop, p.leaf, p.pop)), 17)
    _crates(c, left, right, h * 0.63, ground)
    _bulbs(c, top)


def _keeper(c: Canvas, x: float, y: float) -> None:
    p = c.palette
    with c.at(x, y, c.height / 830):
        c.shape("M-62 40Q-60 -66 0 -68Q60 -66 62 40Z", mix(p.leaf, p.ink, 0.25))
        c.shape("M-34 40L-30 -40L30 -40L34 40Z", p.paper)
        c.disc(0, -104, 35, mix(p.gold, p.paper, 0.45))
        c.shape("M-38 -104Q-42 -150 0 -148Q42 -150 38 -104Q20 -128 -38 -104Z", p.ink)
        c.line("M-11 -102v4M13 -102v4M-7 -88q8 8 16 0", p.ink, 3.5)


def _crates(c: Canvas, left: float, right: float, top: float, ground: float) -> None:
    p = c.palette
    colors = [p.pop, p.gold, p.leaf, mix(p.pop, p.gold, 0.5), mix(p.pop, p.near, 0.45)]
    start, rows = c.chance.whole(0, 4), 2
    tall = (ground - top) / rows
    for row in range(rows):
        count = 3 + (row + start) % 2
        w = (right - left) / count
        for i in range(count):
            x, y = left + i * w, top + row * tall
            color = colors[(start + i * 2 + row) % 5]
            r = c.chance.between(15, 19)
            for line, lift in ((0, 0.9), (1, 0.1)):
                spots = [
                    (x + 20 + r * line + k * r * 1.75, y + 26 - r * lift)
                    for k in range(int((w - 40) / r / 1.75))
                ]
                c.dots(spots, mix(color, p.light, 0.12 * (1 - line)), r * 2)
            c.rect(x + 5, y + 26, w - 10, tall - 28, mix(p.gold, p.near, 0.35 + 0.1 * row), 5)
            c.line(f"M{x + 12:.0f} {y + 26 + tall * 0.36:.0f}h{w - 24:.0f}", mix(p.near, p.ink, 0.2), 4, 0.45)


def _bulbs(c: Canvas, top: float) -> None:
    p = c.palette
    y, sag = top - c.height * 0.13, c.chance.between(40, 80)
    c.line(f"M-10 {y:.0f}Q360 {y + sag * 2:.0f} 730 {y - 20:.0f}", p.near, 3)
    spots = []
    for i in range(9):
        t = (i + 0.5) / 9
        spots.append(
            (-10 + 740 * t, (1 - t) ** 2 * y + 2 * t * (1 - t) * (y + sag * 2) + t * t * (y - 20) + 12)
        )
    c.dots(spots, p.gold, 44, 0.25)
    c.dots(spots, mix(p.gold, p.light, 0.4), 20)
