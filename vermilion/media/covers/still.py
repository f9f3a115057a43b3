"""Still lifes: bowl, tea, cake, fruit, plant."""

from math import cos, pi, sin

from vermilion.media.covers.canvas import WIDTH, Canvas, Point, path
from vermilion.media.covers.palettes import mix
from vermilion.media.covers.scenery import halo, is_dark, leaf, shadow, steam, table, wall


def bowl(c: Canvas) -> None:
    """A bowl of noodles: from the side with steam, or from above."""
    if c.chance.maybe(0.55):
        _bowl_aside(c)
    else:
        _bowl_above(c)


def _bowl_aside(c: Canvas) -> None:
    p = c.palette
    top = wall(c)
    halo(c, 360 + c.chance.between(-60, 60), top - c.height * 0.24, 215)
    table(c, top)
    y, body = top + (c.height - top) * 0.45, c.chance.pick((p.pop, p.near, p.leaf, p.paper))
    trim = p.paper if body != p.paper else p.pop
    scale = min(1.12, c.height / 780)
    steam(c, 360, y - 330 * scale, 150 * scale, 3, 70)
    shadow(c, 360, y + 4, 190 * scale)
    with c.at(360, y, scale):
        c.rect(-76, -30, 152, 34, mix(body, p.ink, 0.25), 8)
        _toppings(c)
        c.shape(
            "M-236 -208Q-222 -20 -70 -14L70 -14Q222 -20 236 -208Z",
            c.fade(mix(body, p.light, 0.12), mix(body, p.ink, 0.12)),
        )
        c.shape("M-236 -208Q-222 -20 -70 -14Q-178 -60 -186 -208Z", p.light, 0.16)
        c.rect(-244, -222, 488, 22, trim, 11)
        waves = "".join(f"M{-190 + k * 64} -140q16 -26 32 0t32 0" for k in range(6))
        c.line(waves, trim, 6, 0.75)
        c.line("M-196 -110Q-150 -40 -60 -32", trim, 4, 0.3)
        c.line("M70 -236L300 -372M96 -230L318 -344", mix(p.near, p.gold, 0.25), 10)


def _toppings(c: Canvas) -> None:
    p = c.palette
    for x, r in ((-150, 52), (-70, 66), (40, 60), (130, 54)):
        c.disc(x, -214, r, mix(p.gold, p.paper, 0.45))
    d = "".join(
        f"M{-196 + k * 44} -214q10 {c.chance.between(-70, -40):.0f} 40 {c.chance.between(-60, -36):.0f}t40 40"
        for k in range(7)
    )
    c.line(d, mix(p.gold, p.near, 0.25), 5, 0.6)
    for i in range(5):
        leaf(
            c,
            -150 + i * 16,
            -226,
            c.chance.between(70, 116),
            -36 + i * 15,
            mix(p.leaf, p.gold, 0.1 * i),
            0.26,
        )
    ex = c.chance.between(10, 50)
    c.oval(ex, -244, 56, 46, p.paper)
    c.oval(ex + 4, -246, 30, 25, mix(p.gold, p.pop, 0.3))
    c.oval(ex - 6, -254, 9, 6, p.light, 0.7)
    c.shape("M116 -216Q110 -296 160 -308Q206 -290 196 -216Z", mix(p.pop, p.near, 0.25))
    c.line("M132 -230Q130 -276 160 -290M154 -230Q152 -262 176 -276", mix(p.pop, p.paper, 0.6), 6, 0.6)


def _bowl_above(c: Canvas) -> None:
    h, p = c.height, c.palette
    c.rect(0, 0, WIDTH, h, c.fade(mix(p.sky, p.far, 0.25), mix(p.haze, p.far, 0.45)))
    tilt = c.chance.between(-14, 14)
    with c.at(360, h / 2, 1, tilt):
        c.rect(-330, -h * 0.62, 660, h * 1.24, mix(p.haze, p.light, 0.3), 8, 0.55 if is_dark(c) else 0.9)
        lines = "".join(f"M{x} {-h * 0.62:.0f}v{h * 1.24:.0f}" for x in (-300, -284, 284, 300))
        c.line(lines, p.pop, 5, 0.7)
    cx, cy, r = 360 + c.chance.between(-46, 46), h * c.chance.between(0.46, 0.54), min(250, h * 0.4)
    c.disc(cx + 14, cy + 20, r, p.ink, 0.2)
    rim = c.chance.pick((p.paper, p.near, p.pop))
    c.disc(cx, cy, r, rim)
    c.disc(cx, cy, r * 0.94, mix(rim, p.light, 0.25))
    c.disc(cx, cy, r * 0.83, c.fade(mix(p.gold, p.near, 0.3), mix(p.gold, p.pop, 0.4)))
    turn = c.chance.between(0, 360)
    with c.at(cx, cy, r / 250, turn):
        _noodles(c)
        for k in range(6):
            leaf(
                c,
                -120 + k * 7,
                -40 + k * 13,
                c.chance.between(60, 96),
                -70 + k * 24,
                mix(p.leaf, p.gold, 0.12 * (k % 3)),
                0.3,
            )
        for ex, ey in ((88, -78), (126, 6)):
            c.oval(ex, ey, 56, 47, p.paper)
            c.oval(ex + 2, ey, 31, 26, mix(p.gold, p.pop, 0.3))
        for k in range(3):
            c.rect(-40 + k * 46, 66 + k * 10 - 14, 74, 62, mix(p.pop, p.near, 0.2 + 0.12 * k), 26)
            c.line(f"M{-26 + k * 46} {78 + k * 10}q22 -14 46 2", mix(p.pop, p.paper, 0.6), 6, 0.6)
        c.dots(
            [(c.chance.between(-160, 160), c.chance.between(-150, 140)) for _ in range(18)],
            mix(p.leaf, p.light, 0.3),
            11,
        )
    side = c.chance.pick((-1, 1))
    with c.at(cx + side * (r + 40), cy, 1, side * c.chance.between(4, 12)):
        c.line(f"M0 {-r:.0f}V{r:.0f}M24 {-r:.0f}V{r:.0f}", mix(p.near, p.pop, 0.3), 12)


def _noodles(c: Canvas) -> None:
    p = c.palette
    d = ""
    for k in range(7):
        a = 26 + 20 * k
        d += f"M{-a} {-14 + k * 6}C{-a} {-a - 20} {a} {-a - 10} {a} {10 - k * 3}"
        d += f"M{-a} {10}C{-a + 10} {a + 10} {a - 10} {a + 20} {a} {6}"
    c.line(d, mix(p.gold, p.paper, 0.55), 9)


def tea(c: Canvas) -> None:
    """A pot and cups by the light of a round window."""
    p = c.palette
    top = wall(c)
    halo(c, 360 + c.chance.between(-100, 100), top - c.height * 0.26, c.chance.between(180, 230))
    if c.chance.maybe(0.6):
        side = c.chance.pick((-1, 1))
        for i in range(6):
            x, y = 360 + side * (370 - i * 50), 30 + i * 22 + c.chance.between(-8, 8)
            leaf(
                c,
                x,
                y,
                c.chance.between(70, 100),
                side * (-150 if i % 2 else 110),
                mix(p.leaf, p.near, 0.15 * (i % 3)),
            )
    table(c, top)
    y, scale = top + (c.height - top) * 0.42, min(1.15, c.height / 760)
    body = c.chance.pick((p.pop, p.near, p.leaf))
    mirror = c.chance.maybe(0.5)
    shift = -36 if mirror else 36
    c.oval(360, y + 26, 320, 36, mix(p.near, p.ink, 0.3), 0.35)
    c.oval(360, y + 16, 320, 36, mix(p.gold, p.near, 0.55))
    with c.at(360 - shift * 2, y + 8, scale, 0, mirror):
        _pot(c, body)
    with c.at(360 + shift * 5, y + 22, scale):
        _cup(c, body)
    steam(c, 360 + shift * 5, y - 96 * scale, 130 * scale, 2, 34)


def _pot(c: Canvas, body: str) -> None:
    p = c.palette
    c.line("M-96 -180C-120 -330 120 -330 96 -180", mix(p.near, p.gold, 0.35), 13)
    c.shape("M110 -90Q176 -96 186 -168L216 -176Q214 -50 108 -36Z", mix(body, p.ink, 0.12))
    c.shape(
        (
            "M-128 -86C-128 -180 -70 -200 0 -200C70 -200 128 -180 128 -86"
            "C128 -20 80 0 0 0C-80 0 -128 -20 -128 -86Z"
        ),
        c.fade(mix(body, p.light, 0.14), mix(body, p.ink, 0.15)),
    )
    c.shape(
        "M-108 -90C-108 -150 -70 -180 -40 -184C-80 -150 -90 -90 -64 -24C-96 -36 -108 -60 -108 -90Z",
        p.light,
        0.18,
    )
    c.oval(0, -192, 62, 13, mix(body, p.ink, 0.3))
    c.shape("M-58 -196Q0 -236 58 -196Z", mix(body, p.light, 0.1))
    c.disc(0, -224, 14, p.gold)
    c.line("M-40 -90q20 -34 40 0t40 0M-40 -62q20 -34 40 0t40 0", p.paper, 5, 0.6)


def _cup(c: Canvas, body: str) -> None:
    p = c.palette
    c.shape("M-62 -92Q-58 0 -24 0L24 0Q58 0 62 -92Z", c.fade(p.paper, mix(p.paper, p.far, 0.35)))
    c.oval(0, -92, 62, 15, mix(p.paper, p.far, 0.3))
    c.oval(0, -90, 54, 11, mix(p.gold, body, 0.35))
    c.line("M-54 -56Q0 -40 54 -56", body, 7)


def cake(c: Canvas) -> None:
    """A layered cake on a stand, whole or with a slice gone."""
    p = c.palette
    top = wall(c)
    halo(c, 360 + c.chance.between(-80, 80), top - c.height * 0.22, 230)
    _pennants(c)
    table(c, top)
    y, scale = top + (c.height - top) * 0.5, min(1.12, c.height / 800)
    shadow(c, 360, y + 2, 120 * scale)
    with c.at(360, y, scale):
        c.shape("M-90 0Q-20 -14 -18 -70L18 -70Q20 -14 90 0Z", p.paper)
        c.rect(-220, -88, 440, 20, p.paper, 10)
        c.rect(-220, -76, 440, 8, p.far, 4, 0.4)
        sponge, cream = mix(p.gold, p.paper, 0.25), mix(p.pop, p.paper, c.chance.between(0.25, 0.7))
        tiers = c.chance.pick((((-168, 150),), ((-178, 120), (-118, 96))))
        base = -88
        for left, tall in tiers:
            _tier(c, left, base, tall, sponge, cream)
            base -= tall
        _crown(c, base, -tiers[-1][0])


def _pennants(c: Canvas) -> None:
    p = c.palette
    sag = c.chance.between(60, 110)
    c.line(f"M-10 40Q360 {40 + sag * 2:.0f} 730 40", p.near, 3, 0.6)
    colors = (p.pop, p.gold, p.leaf, p.paper)
    for i in range(10):
        t = (i + 0.5) / 10
        x, y = -10 + 740 * t, 40 + 4 * t * (1 - t) * sag
        c.polygon([(x - 24, y), (x + 24, y), (x, y + 48)], colors[i % 4])


def _tier(c: Canvas, left: float, base: float, tall: float, sponge: str, cream: str) -> None:
    p = c.palette
    w = -2 * left
    c.rect(left, base - tall, w, tall, c.fade(sponge, mix(sponge, p.near, 0.22), across=True), 12)
    for k in (0.4, 0.68):
        c.rect(left, base - tall * (1 - k) - 6, w, 13, mix(cream, p.paper, 0.35))
    d, x = f"M{left - 8:.0f} {base - tall + 10:.0f}q0 -26 26 -26H{-left - 18:.0f}q26 0 26 26", -left + 8
    step = (w + 16) / 7
    for _ in range(7):
        drop = c.chance.between(16, 50)
        d += f"v{drop:.0f}q{-step / 2:.0f} {step * 0.6:.0f} {-step:.0f} 0v{-drop:.0f}"
        x -= step
    c.fill(d + "z", cream)
    c.line(f"M{left + 10:.0f} {base - tall - 2:.0f}H{-left - 40:.0f}", p.light, 6, 0.5)


def _crown(c: Canvas, y: float, half: float) -> None:
    p = c.palette
    kind, count = c.chance.whole(0, 2), 5
    for i in range(count):
        x = -half + half * 2 * (i + 0.5) / count
        if kind == 0:
            c.disc(x, y - 32, 19, p.pop)
            c.disc(x - 6, y - 39, 5, p.light, 0.7)
            c.line(f"M{x:.0f} {y - 48:.0f}q4 -24 22 -32", p.leaf, 4)
        elif kind == 1:
            c.rect(x - 6, y - 86, 12, 72, c.chance.pick((p.gold, p.paper, p.leaf)), 3)
            c.disc(x, y - 106, 30, c.glow(p.gold, 0.8))
            c.shape(
                path("M", x, y - 126, "Q", x + 15, y - 96, x, y - 90, "Q", x - 15, y - 96, x, y - 126, "Z"),
                p.gold,
            )
        else:
            c.disc(x, y - 24, 24, p.paper)
            leaf(c, x, y - 30, 46, c.chance.between(-40, 40), p.leaf)
            c.disc(x + 8, y - 36, 11, mix(p.pop, p.near, 0.4))


def fruit(c: Canvas) -> None:
    """Citrus and pears on a table, or halves laid out from above."""
    if c.chance.maybe(0.5):
        _fruit_bowl(c)
    else:
        _halves(c)


def _fruit_bowl(c: Canvas) -> None:
    p = c.palette
    top = wall(c)
    halo(c, 360 + c.chance.between(-80, 80), top - c.height * 0.22, c.chance.between(190, 235))
    table(c, top)
    y, scale = top + (c.height - top) * 0.42, min(1.15, c.height / 740)
    shadow(c, 360, y + 2, 230 * scale)
    colors = [p.pop, p.gold, mix(p.pop, p.gold, 0.5), mix(p.leaf, p.gold, 0.45)]
    with c.at(360, y, scale):
        for x, dy, r in ((-120, -150, 68), (118, -152, 66), (0, -176, 80), (-66, -246, 58), (74, -244, 54)):
            _orb(c, x, dy, r, c.chance.pick(colors))
        body = c.chance.pick((p.paper, p.near))
        c.shape("M-236 -150Q-210 -10 -80 -4L80 -4Q210 -10 236 -150Z", c.fade(body, mix(body, p.far, 0.4)))
        c.line("M-204 -104Q0 -76 204 -104M-184 -72Q0 -44 184 -72", p.pop, 6, 0.7)
    x = 360 + c.chance.pick((-1, 1)) * 262
    _orb(c, x, y - 32, 48, c.chance.pick(colors))


def _orb(c: Canvas, x: float, y: float, r: float, color: str) -> None:
    p = c.palette
    c.disc(x, y, r, c.fade(mix(color, p.light, 0.2), mix(color, p.near, 0.22)))
    c.oval(x - r * 0.35, y - r * 0.4, r * 0.2, r * 0.13, p.light, 0.6)
    c.line(f"M{x:.0f} {y - r * 0.9:.0f}v{-r * 0.22:.0f}", p.near, 5)
    leaf(c, x, y - r * 1.02, r * 0.85, c.chance.between(30, 80) * c.chance.pick((-1, 1)), p.leaf)


def _halves(c: Canvas) -> None:
    h, p = c.height, c.palette
    c.rect(0, 0, WIDTH, h, c.fade(mix(p.sky, p.haze, 0.3), mix(p.haze, p.far, 0.4)))
    rows = max(3, round(h / 215))
    for row in range(rows):
        for column in range(3):
            x = (column + 0.5 + (0.5 if row % 2 else 0)) * 250 - 70 + c.chance.between(-14, 14)
            y = (row + 0.5) * h / rows + c.chance.between(-14, 14)
            tint = c.chance.pick((p.pop, p.gold, mix(p.leaf, p.gold, 0.4), mix(p.pop, p.gold, 0.5)))
            if c.chance.maybe(0.3):
                leaf(c, x - 30, y + 50, 130, c.chance.between(-60, 60), p.leaf)
            else:
                _half(c, x, y, tint)


def _half(c: Canvas, x: float, y: float, tint: str) -> None:
    r = c.chance.between(78, 98)
    c.disc(x + 8, y + 12, r, c.palette.ink, 0.14)
    c.stamp(tint, lambda: _citrus(c, 0, 0, 100, tint), x, y, r / 100, c.chance.between(0, 40))


def _citrus(c: Canvas, x: float, y: float, r: float, color: str) -> None:
    p = c.palette
    c.disc(x, y, r, color)
    c.disc(x, y, r * 0.9, mix(p.paper, color, 0.12))
    count, d = 9, ""
    for i in range(count):
        a, b = (i + 0.09) * 2 * pi / count, (i + 0.91) * 2 * pi / count
        middle, k, m = (a + b) / 2, r * 0.8, r * 0.9
        ends: list[Point] = [
            (k * cos(a), k * sin(a)),
            (m * cos(middle), m * sin(middle)),
            (k * cos(b), k * sin(b)),
        ]
        sx, sy = x + r * 0.12 * cos(middle), y + r * 0.12 * sin(middle)
        d += path(
            "M",
            sx,
            sy,
            "L",
            x + ends[0][0],
            y + ends[0][1],
            "Q",
            x + ends[1][0],
            y + ends[1][1],
            x + ends[2][0],
            y + ends[2][1],
            "z",
        )
    c.fill(d, mix(color, p.light, 0.25))
