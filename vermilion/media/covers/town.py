"""Motifs of the town: skylines, streets, markets, trains, bridges, lanterns."""

from vermilion.media.covers.canvas import WIDTH, Canvas
from vermilion.media.covers.palettes import mix
from vermilion.media.covers.scenery import (
    birds,
    clouds,
    height_on,
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
    c.fill(d, c.fade(p.depth(t), mix(p.depth(t), p.haze, 0.6)))


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
            if c.chance.maybe(0.34):
                lit += f"M{middle:.0f} {top + 22 + row * 36:.0f}v10"
    c.line(dim, mix(color, p.ink, 0.4), 9, 0.6, "10 26")
    c.line(lit, p.gold, 9)


def street(c: Canvas) -> None:
    """A row of narrow houses, no two alike, on a quiet street."""
    h, p = c.height, c.palette
    sky(c, 0.8)
    if is_dark(c):
        stars(c, h * 0.3, 16)
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
    start, x, last = c.chance.whole(0, 5), c.chance.between(-70, -10), -1
    while x < WIDTH:
        w = c.chance.between(138, 196)
        pick = (start := start + 1 + c.chance.whole(0, 1)) % len(tints)
        pick = (pick + 1) % len(tints) if pick == last else pick
        last = pick
        tint = mix(tints[pick], p.near, 0.35) if is_dark(c) else tints[pick]
        _terrace(c, x, h * c.chance.between(0.36, 0.5), w, ground, tint)
        x += w
    c.rect(0, ground, WIDTH, h - ground, c.fade(mix(p.far, p.near, 0.55), mix(p.near, p.ink, 0.2)))
    c.rect(0, ground, WIDTH, 16, mix(p.haze, p.far, 0.5))
    c.line(f"M-20 {ground + (h - ground) * 0.58:.0f}H740", p.paper, 5, 0.55, "54 40")
    spot = c.chance.between(150, 570)
    for x in (spot - c.chance.between(170, 300), spot + c.chance.between(170, 300)):
        round_tree(c, x, ground + 8, h * c.chance.between(0.22, 0.3), mix(p.leaf, p.near, 0.15))
    _bicycle(c, spot, ground + 4)


def _terrace(c: Canvas, x: float, top: float, w: float, ground: float, tint: str) -> None:
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
            f"M{x:.0f} {top + 2:.0f}v-16h{step:.0f}{up}v-24h{2 * step:.0f}v24{down}h{step:.0f}L{x + w:.0f} {top + 2:.0f}z",
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
    c.line(lit, mix(p.gold, p.light, 0.2), 27)
    awning = c.chance.pick((p.pop, p.near))
    c.stamp(awning, lambda: _shop(c, awning), x + 4, ground, (w - 8) / 150)


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


def train(c: Canvas) -> None:
    """A train crossing a viaduct, hills behind it."""
    h, p = c.height, c.palette
    sky(c, 0.7)
    if is_dark(c):
        stars(c, h * 0.4)
    sun(c, c.chance.between(130, 590), h * c.chance.between(0.2, 0.3), c.chance.between(54, 90))
    clouds(c, h * 0.1, h * 0.32, 2)
    for t, y in ((0.15, 0.46), (0.34, 0.54)):
        layer(c, ridge(c, h * y, h * 0.07), t, 0.4)
    rail = h * c.chance.between(0.6, 0.66)
    layer(c, ridge(c, h * 0.74, h * 0.04), 0.52, 0.3)
    _viaduct(c, rail)
    _cars(c, rail)
    front = ridge(c, h * 0.93, h * 0.03, 5)
    layer(c, front, 0.86, 0)
    for _ in range(4):
        x = c.chance.between(10, 710)
        round_tree(
            c,
            x,
            height_on(front, x) + 14,
            c.chance.between(60, 110),
            mix(p.leaf, p.near, c.chance.between(0.3, 0.7)),
        )
    birds(c, h * 0.16, 3)


def _viaduct(c: Canvas, rail: float) -> None:
    p = c.palette
    stone, low = mix(p.far, p.near, 0.35), c.height
    step, d = c.chance.between(116, 150), f"M-20 {rail:.0f}H740V{low}"
    x = 740.0
    while x > -150:
        d += f"H{x - 30:.0f}V{rail + 80:.0f}Q{x - 30 - (step - 30) / 2:.0f} {rail - 26:.0f} {x - step:.0f} {rail + 80:.0f}V{low}"
        x -= step
    c.fill(d + "z", c.fade(mix(stone, p.haze, 0.2), stone))
    c.rect(-5, rail - 4, 730, 14, mix(stone, p.ink, 0.3))


def _cars(c: Canvas, rail: float) -> None:
    p = c.palette
    body = c.chance.pick((p.pop, p.pop, p.paper, p.gold))
    band = p.paper if body != p.paper else p.pop
    with c.at(360 + c.chance.between(-40, 60), rail - 6, 1, mirror=c.chance.maybe(0.5)):
        for i in range(3):
            x = 260 - (i + 1) * 268
            c.dots([(x + 50, -4), (x + 84, -4), (x + 180, -4), (x + 214, -4)], p.ink, 26)
            if i:
                c.rect(x, -112, 260, 100, body, 12)
            else:
                c.shape(
                    f"M{x} -98Q{x} -112 {x + 14} -112L200 -112Q262 -106 290 -44Q298 -12 280 -12L{x} -12Z",
                    body,
                )
                c.shape("M206 -96Q244 -90 262 -56L206 -56Z", p.ink)
                c.disc(276, -32, 8, p.light)
            c.rect(x, -46, 262, 12, band)
            glass = "".join(f"M{x + 20 + k * 46} -94h34v34h-34z" for k in range(4 if not i else 5))
            c.fill(glass, mix(p.gold, p.light, 0.5) if is_dark(c) else mix(p.near, p.sky, 0.35))
        c.line("M-60 -112l24 -26l30 0M-460 -112l24 -26l30 0", p.ink, 4)
    c.line(f"M-10 {rail - 150:.0f}H730", p.ink, 2.5, 0.7)


def bridge(c: Canvas) -> None:
    """An arched bridge and its reflection, or a long one hung from towers."""
    h, p = c.height, c.palette
    sky(c, 0.6)
    if is_dark(c):
        stars(c, h * 0.35)
    sun(c, c.chance.between(160, 560), h * c.chance.between(0.2, 0.32), c.chance.between(60, 100))
    clouds(c, h * 0.1, h * 0.3, 2)
    water = h * c.chance.between(0.62, 0.68)
    for t, y in ((0.14, 0.46), (0.32, 0.54)):
        layer(c, ridge(c, h * y, h * 0.06), t, 0.4)
    deep = mix(p.far, p.near, 0.4)
    c.rect(0, water, WIDTH, h - water, c.fade(mix(deep, p.haze, 0.55), deep))
    if c.chance.maybe(0.5):
        _arched(c, water)
    else:
        _hung(c, water)
    d = "".join(
        f"M{c.chance.between(-20, 620):.0f} {water + 10 + (h - water) * c.chance.unit():.0f}h{c.chance.between(40, 160):.0f}"
        for _ in range(16)
    )
    c.line(d, p.light, 3, 0.35)
    x = c.chance.pick((0.0, 720.0))
    for i in range(3):
        c.oval(
            x + c.chance.between(-90, 90),
            h - 6 - 12 * i,
            c.chance.between(80, 150),
            c.chance.between(34, 70),
            mix(p.near, p.leaf, 0.35 - 0.15 * i),
        )


def _arched(c: Canvas, water: float) -> None:
    p = c.palette
    top = water - c.chance.between(120, 160)
    for flip, opacity in ((1, 1.0), (-1, 0.22)):

        def at(y: float, flip: int = flip) -> str:
            return f"{water + (y - water) * flip:.0f}"

        color = mix(p.pop, p.near, 0 if flip == 1 else 0.3)
        c.shape(
            f"M20 {at(water)}Q360 {at(2 * top - water)} 700 {at(water)}L620 {at(water)}Q360 {at(2 * top - water + 84)} 100 {at(water)}Z",
            color,
            opacity,
        )
        posts = ""
        for i in range(9):
            t = (i + 0.5) / 9
            x = 20 + 680 * t
            y = water + 4 * t * (1 - t) * (top - water)
            posts += f"M{x:.0f} {at(y + 8)}V{at(y - 50)}"
        c.line(posts, color, 9, opacity)
        c.line(f"M30 {at(water - 44)}Q360 {at(2 * top - water - 50)} 690 {at(water - 44)}", color, 8, opacity)
    c.line(f"M40 {water - 2:.0f}Q360 {2 * top - water:.0f} 680 {water - 2:.0f}", p.light, 4, 0.4)


def _hung(c: Canvas, water: float) -> None:
    p = c.palette
    deck, head = water - c.height * 0.07, water - c.height * c.chance.between(0.36, 0.44)
    left, right = c.chance.between(150, 200), c.chance.between(520, 570)
    color = c.chance.pick((p.pop, mix(p.pop, p.near, 0.3)))
    cords = ""
    middle = (left + right) / 2
    for i in range(29):
        x = -10 + i * 26.4
        if x < left:
            y = deck + (head - deck) * (x + 160) ** 2 / (left + 160) ** 2
        elif x > right:
            y = deck + (head - deck) * (880 - x) ** 2 / (880 - right) ** 2
        else:
            y = deck - 12 + (head - deck + 12) * ((x - middle) / (right - middle)) ** 2
        cords += f"M{x:.0f} {deck:.0f}V{y:.0f}"
    c.line(cords, color, 2, 0.7)
    c.line(
        f"M-160 {deck:.0f}Q{(left - 160) / 2:.0f} {deck:.0f} {left:.0f} {head:.0f}Q{middle:.0f} {2 * deck - head - 24:.0f} {right:.0f} {head:.0f}"
        f"Q{(right + 880) / 2:.0f} {deck:.0f} 880 {deck:.0f}",
        color,
        6,
    )
    for x in (left, right):
        c.rect(x - 24, head - 16, 12, water - head + 26, color)
        c.rect(x + 12, head - 16, 12, water - head + 26, color)
        for k in (0.05, 0.3, 0.55):
            c.rect(x - 22, head + (deck - head) * k, 44, 12, color)
        c.rect(x - 34, water, 68, 14, mix(p.near, p.ink, 0.3), 4)
        c.rect(x - 24, water + 14, 48, (water - head) * 0.6, c.fade(color, color, (0.3, 0)))
    c.rect(-5, deck - 4, 730, 14, mix(color, p.ink, 0.25))


def lantern(c: Canvas) -> None:
    """Strings of paper lanterns over the roofs of an evening lane."""
    h, p = c.height, c.palette
    sky(c, 0.95)
    stars(c, h * 0.5)
    for side in (-1, 1):
        for i, t in enumerate((0.35, 0.65)):
            _eave(c, side, h * (0.62 + 0.12 * i), 300 - 70 * i, t)
    layer(c, ridge(c, h * 0.96, h * 0.015, 5), 0.95, 0)
    for i in range(3):
        y0, y1 = (
            h * (0.05 + 0.18 * i) + c.chance.between(-20, 20),
            h * (0.05 + 0.18 * i) + c.chance.between(-20, 40),
        )
        sag, size = c.chance.between(60, 120), (0.62, 0.85, 1.1)[i]
        c.line(f"M-10 {y0:.0f}Q360 {(y0 + y1) / 2 + sag * 2:.0f} 730 {y1:.0f}", p.ink, 3, 0.8)
        count = (5, 4, 3)[i]
        for k in range(count):
            t = (k + c.chance.between(0.35, 0.65)) / count
            y = (1 - t) ** 2 * y0 + 2 * t * (1 - t) * ((y0 + y1) / 2 + sag * 2) + t * t * y1
            _paper(c, -10 + 740 * t, y, size, c.chance.pick((p.pop, p.pop, p.gold, mix(p.pop, p.gold, 0.5))))


def _eave(c: Canvas, side: int, y: float, w: float, t: float) -> None:
    p = c.palette
    edge, dark = 360 + side * 370, mix(p.depth(t), p.ink, 0.3)
    tip = edge - side * w
    body = edge - side * w * 0.78
    c.rect(min(body, edge), y, abs(edge - body), c.height - y, dark)
    c.shape(
        f"M{edge} {y - 74:.0f}L{edge - side * w * 0.5:.0f} {y - 66:.0f}Q{edge - side * w * 0.8:.0f} {y - 20:.0f} {tip:.0f} {y - 16:.0f}Q{edge - side * w * 0.8:.0f} {y + 12:.0f} {edge} {y + 10:.0f}Z",
        mix(p.depth(t), p.pop, 0.12),
    )
    panes = "".join(
        f"M{edge - side * (k * 58 + 44) - 18:.0f} {y + 34:.0f}h36v52h-36z" for k in range(int(w * 0.7 // 58))
    )
    c.fill(panes, mix(p.gold, p.pop, 0.25))
    c.line(
        "".join(f"M{edge - side * (k * 58 + 44):.0f} {y + 34:.0f}v52" for k in range(int(w * 0.7 // 58))),
        dark,
        4,
    )


def _paper(c: Canvas, x: float, y: float, scale: float, color: str) -> None:
    p = c.palette

    def picture() -> None:
        c.disc(0, 66, 120, c.glow(color, 0.5))
        c.rect(-20, 10, 40, 12, p.ink, 3)
        c.oval(0, 66, 54, 48, color)
        c.oval(0, 70, 36, 40, mix(color, p.light, 0.55), 0.55)
        c.line("M-30 30Q-52 66 -30 102M30 30Q52 66 30 102M0 22V112", mix(color, p.ink, 0.35), 2, 0.5)
        c.rect(-20, 110, 40, 10, p.ink, 3)
        c.line("M0 120v38M-7 122v26M7 122v26", mix(color, p.gold, 0.5), 3)

    c.stamp(color, picture, x, y, scale, c.chance.between(-5, 5))
