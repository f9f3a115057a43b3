"""Motifs of paper: book, letter, map."""

from vermilion.media.covers.canvas import WIDTH, Canvas, curve
from vermilion.media.covers.palettes import mix
from vermilion.media.covers.scenery import (
    conifers,
    halo,
    leaf,
    stars,
)


def book(c: Canvas) -> None:
    """An open book from which a small world rises."""
    h, p = c.height, c.palette
    c.rect(0, 0, WIDTH, h, c.fade(p.sky, mix(p.haze, p.far, 0.15)))
    y, r = h * 0.66, min(230, h * 0.33)
    stars(c, h * 0.5, 26)
    c.disc(360, y - r * 0.72, r * 1.75, c.glow(p.light, 0.7))
    c.disc(
        360, y - r * 0.7, r, c.fade(mix(p.gold, p.light, 0.25), mix(p.pop, p.gold, c.chance.between(0, 0.7)))
    )
    for i, (t, k) in enumerate(((0.3, 0.75), (0.5, 0.5), (0.72, 0.27))):
        half = 250 + 22 * i
        peaks = [(360 - half, y + 16), (360 - half * 0.6, y - r * k * 0.4)]
        peaks += [(360 + half * x, y - r * k * c.chance.between(0.35, 1)) for x in (-0.25, 0.08, 0.4)]
        peaks += [(360 + half * 0.7, y - r * k * 0.3), (360 + half, y + 16)]
        c.smooth(peaks, c.fade(p.depth(t), mix(p.depth(t), p.leaf, 0.3)), floor=y + 20)
    trees = [(c.chance.between(170, 550), y + 16, c.chance.between(40, 92)) for _ in range(9)]
    conifers(c, trees, mix(p.leaf, p.near, 0.5))
    for _ in range(4):
        leaf(
            c,
            c.chance.between(90, 630),
            h * c.chance.between(0.1, 0.4),
            c.chance.between(30, 50),
            c.chance.between(0, 360),
            c.chance.pick((p.pop, p.leaf, p.gold)),
        )
    with c.at(360, y):
        _pages(c)


def _pages(c: Canvas) -> None:
    p = c.palette
    c.oval(0, 128, 320, 26, p.ink, 0.22)
    c.shape("M-308 24L-320 120Q-150 86 0 134Q150 86 320 120L308 24Z", c.chance.pick((p.pop, p.near)))
    ink = mix(p.near, p.paper, 0.45)
    for mirror in (True, False):
        with c.at(0, 0, mirror=mirror):
            c.shape("M0 36Q150 -26 300 10L308 98Q150 62 0 120Z", c.fade(p.paper, mix(p.paper, p.far, 0.4)))
            c.line("M40 46Q150 8 270 26M40 66Q150 28 220 46M40 86Q150 48 270 66", ink, 4, 0.45)


def letter(c: Canvas) -> None:
    """A letter leaving its envelope, among leaves."""
    h, p = c.height, c.palette
    c.rect(0, 0, WIDTH, h, c.fade(p.sky, mix(p.haze, p.far, 0.2)))
    halo(c, 360 + c.chance.between(-80, 80), h * 0.42, min(290, h * 0.42))
    for _ in range(9):
        x, y = (
            c.chance.pick((c.chance.between(10, 150), c.chance.between(570, 710))),
            h * c.chance.between(0.05, 0.95),
        )
        leaf(
            c,
            x,
            y,
            c.chance.between(60, 130),
            c.chance.between(0, 360),
            mix(p.leaf, c.chance.pick((p.near, p.gold, p.pop)), 0.3),
        )
    body = c.chance.pick((p.paper, mix(p.pop, p.paper, 0.2), mix(p.gold, p.paper, 0.3)))
    scale = min(1.15, h / 680)
    with c.at(360, h * 0.56, scale, c.chance.between(-9, 9)):
        c.rect(-214, -60, 440, 244, p.ink, 10, 0.18)
        c.polygon([(-220, -70), (0, -230), (220, -70)], mix(body, p.near, 0.35))
        with c.at(c.chance.between(-10, 10), 0, 1, c.chance.between(-3, 3)):
            _sheet(c)
        c.shape(
            "M-220 -70L0 76L220 -70L220 170Q220 180 210 180L-210 180Q-220 180 -220 170Z",
            c.fade(body, mix(body, p.far, 0.25)),
        )
        c.line("M-214 174L-40 52M214 174L40 52", mix(body, p.near, 0.35), 4, 0.6)
        c.disc(0, 82, 38, p.pop)
        c.disc(0, 82, 27, mix(p.pop, p.ink, 0.18))
        c.line("M-11 82q0 -12 11 -4q11 -8 11 4q0 8 -11 15q-11 -7 -11 -15", mix(p.pop, p.light, 0.5), 4)


def _sheet(c: Canvas) -> None:
    p = c.palette
    c.rect(-180, -262, 360, 330, mix(p.light, p.paper, 0.5), 6)
    c.rect(86, -242, 74, 88, mix(p.paper, p.far, 0.3), 3)
    c.rect(94, -234, 58, 72, c.fade(p.sky, c.chance.pick((p.pop, p.gold, p.leaf))))
    c.disc(124, -206, 14, p.light)
    c.line("M92 -160q-20 -8 -40 0t-40 0M92 -148q-20 -8 -40 0t-40 0", p.near, 3, 0.4)
    c.line(
        "".join(
            f"M-150 {-220 + k * 34}h{c.chance.between(90, 140) if k < 3 else c.chance.between(200, 300):.0f}"
            for k in range(7)
        ),
        mix(p.near, p.paper, 0.3),
        6,
        0.6,
    )


_WATER = "#7fbfd6"


def map_(c: Canvas) -> None:
    """A folded town map with a route and a pin."""
    h, p = c.height, c.palette
    ground = mix(p.haze, p.paper, 0.5)
    c.rect(0, 0, WIDTH, h, ground)
    with c.at(360, h / 2, 1, c.chance.between(-24, 24)):
        _blocks(c)
        bank = [
            (-560 + k * 160, c.chance.between(-70, 70) + h * c.chance.between(0.1, 0.16)) for k in range(8)
        ]
        d = curve(bank)
        c.line(d, mix(_WATER, p.sky, 0.25), 86)
        c.line(d, p.light, 3, 0.4)
        c.line(f"M-120 {-h}V{h}M230 {-h}V{h}", p.light, 22)
        c.line(f"M-700 {-h * 0.2:.0f}H700", mix(p.gold, p.light, 0.35), 22)
    points = [
        (c.chance.between(60, 160), h * 0.86),
        (c.chance.between(220, 320), h * 0.7),
        (c.chance.between(180, 300), h * 0.58),
        (c.chance.between(400, 480), h * 0.5),
        (c.chance.between(440, 560), max(262, h * c.chance.between(0.3, 0.38))),
    ]
    c.line(curve(points), p.paper, 15, 0.9)
    c.line(curve(points), p.pop, 9, 1, "2 19")
    c.disc(*points[0], 17, p.paper)
    c.disc(*points[0], 10, p.near)
    for i in range(4):
        left = i * 180
        c.rect(left, 0, 180, h, c.fade(p.ink if i % 2 else p.light, p.ink, (0.02, 0.13), across=True))
    x, y = points[-1]
    c.oval(x + 18, y + 2, 38, 10, p.ink, 0.3)
    with c.at(x, y, 1.25):
        c.shape(
            "M0 0C-20 -40 -62 -66 -62 -112C-62 -190 62 -190 62 -112C62 -66 20 -40 0 0Z",
            c.fade(mix(p.pop, p.light, 0.15), p.pop),
        )
        c.disc(0, -112, 25, p.paper)


def _blocks(c: Canvas) -> None:
    p = c.palette
    park = mix(p.leaf, p.paper, 0.3)
    tints = (mix(p.far, p.paper, 0.55), mix(p.haze, p.far, 0.3), mix(p.far, p.paper, 0.7))
    reach = int(c.height / 2) + 160
    paths = {park: "", **dict.fromkeys(tints, "")}
    y = -reach
    while y < reach:
        tall, x = c.chance.whole(80, 130), -560
        while x < 560:
            w = c.chance.whole(80, 190)
            color = park if c.chance.maybe(0.13) else c.chance.pick(tints)
            paths[color] += f"M{x} {y}h{w}v{tall}h{-w}z"
            x += w + 16
        y += tall + 16
    for color, d in paths.items():
        c.fill(d, color, 0.12 if color == park else 0.28)
