"""Motifs of ways and waters: trains, bridges, lanterns over a lane."""

from vermilion.media.covers.canvas import WIDTH, Canvas, path
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


def train(c: Canvas) -> None:
    """A train crossing a viaduct, hills behind it."""
    h, p = c.height, c.palette
    sky(c, 0.7)
    if is_dark(c):
        stars(c, h * 0.4, 20)
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
        d += path(
            "H",
            x - 30,
            "V",
            rail + 80,
            "Q",
            x - 30 - (step - 30) / 2,
            rail - 26,
            x - step,
            rail + 80,
            "V",
            low,
        )
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
        path(
            "M",
            c.chance.between(-20, 620),
            water + 10 + (h - water) * c.chance.unit(),
            "h",
            c.chance.between(40, 160),
        )
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
            f"M20 {at(water)}Q360 {at(2 * top - water)} 700 {at(water)}"
            f"L620 {at(water)}Q360 {at(2 * top - water + 84)} 100 {at(water)}Z",
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
        path(
            "M-160",
            deck,
            "Q",
            (left - 160) / 2,
            deck,
            left,
            head,
            "Q",
            middle,
            2 * deck - head - 24,
            right,
            head,
        )
        + f"Q{(right + 880) / 2:.0f} {deck:.0f} 880 {deck:.0f}",
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
    stars(c, h * 0.5, 22)
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
        path(
            "M",
            edge,
            y - 74,
            "L",
            edge - side * w * 0.5,
            y - 66,
            "Q",
            edge - side * w * 0.8,
            y - 20,
            tip,
            y - 16,
            "Q",
            edge - side * w * 0.8,
            y + 12,
            edge,
            y + 10,
            "Z",
        ),
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
