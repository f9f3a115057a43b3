"""Motifs of the room: window, desk, book, letter, shirt, map."""

from vermilion.media.covers.canvas import WIDTH, Canvas, curve
from vermilion.media.covers.palettes import mix
from vermilion.media.covers.scenery import (
    conifers,
    halo,
    is_dark,
    layer,
    leaf,
    ridge,
    shadow,
    stars,
    steam,
    sun,
    table,
    wall,
)


def window(c: Canvas) -> None:
    """A window onto hills, with a plant and a cup on its sill."""
    h, p = c.height, c.palette
    inside = mix(p.near, p.far, 0.35) if c.chance.maybe(0.5) else mix(p.far, p.haze, 0.35)
    c.rect(0, 0, WIDTH, h, c.fade(mix(inside, p.haze, 0.1), inside))
    x, y, w, sill = 132, h * 0.11, 456, h * 0.78
    arch = c.chance.maybe(0.4)
    frame = p.paper
    with c.inside(x, y, w, sill - y, 228 if arch else 10):
        _view(c, y, sill)
    if arch:
        c.line(
            f"M{x} {sill:.0f}V{y + 228:.0f}C{x} {y - 76:.0f} {x + w} {y - 76:.0f} {x + w} {y + 228:.0f}V{sill:.0f}",
            frame,
            24,
        )
    else:
        c.line(
            f"M{x} {sill:.0f}V{y:.0f}H{x + w}V{sill:.0f}M{x} {y + (sill - y) * 0.36:.0f}H{x + w}", frame, 22
        )
    c.line(f"M360 {y:.0f}V{sill:.0f}", frame, 12)
    c.shape(f"M{x} {sill:.0f}L{x + w} {sill:.0f}L{x + w + 90} {h}L{x - 20} {h}Z", p.light, 0.12)
    c.rect(x - 54, sill - 8, w + 108, 30, frame, 6)
    c.rect(x - 54, sill + 22, w + 108, 10, p.ink, 0, 0.2)
    cloth = mix(
        c.chance.pick((p.pop, p.gold, p.leaf, p.far, mix(p.pop, p.near, 0.6))),
        p.paper,
        c.chance.between(0.1, 0.3),
    )
    _curtain(c, 1, h, cloth)
    _curtain(c, -1, h, cloth)
    side = c.chance.pick((-1, 1))
    _sill_plant(c, 360 + side * 140, sill - 8)
    with c.at(360 - side * 120, sill - 8, 0.8):
        c.rect(-44, -78, 88, 78, p.pop, 12)
        c.line("M44 -60q38 0 34 26t-34 20", p.pop, 11)
        c.rect(-36, -70, 14, 56, p.light, 7, 0.25)
    steam(c, 360 - side * 120, sill - 84, 80, 2, 30)


def _view(c: Canvas, top: float, low: float) -> None:
    p = c.palette
    tall = low - top
    c.rect(0, top, WIDTH, tall, c.fade(p.sky, p.haze))
    if is_dark(c):
        stars(c, top + tall * 0.6, 40)
    sun(c, c.chance.between(220, 500), top + tall * c.chance.between(0.22, 0.4), c.chance.between(44, 74))
    for t, k in ((0.18, 0.55), (0.38, 0.68), (0.6, 0.8)):
        layer(c, ridge(c, top + tall * k, tall * 0.06), t, 0.35)
    places = [(c.chance.between(150, 580), low - 10, c.chance.between(50, 130)) for _ in range(6)]
    conifers(c, places, c.palette.depth(0.8))


def _curtain(c: Canvas, side: int, h: float, cloth: str) -> None:
    p = c.palette
    with c.at(0 if side > 0 else WIDTH, 0, 1, 0, side < 0):
        c.shape(f"M0 0L190 0Q176 {h * 0.36:.0f} 66 {h * 0.56:.0f}Q112 {h * 0.8:.0f} 84 {h}L0 {h}Z", cloth)
        c.line(
            f"M40 0Q40 {h * 0.36:.0f} 22 {h * 0.56:.0f}M92 0Q88 {h * 0.34:.0f} 40 {h * 0.55:.0f}M140 0Q128 {h * 0.34:.0f} 56 {h * 0.55:.0f}"
            f"M30 {h * 0.6:.0f}Q56 {h * 0.8:.0f} 36 {h}",
            mix(cloth, p.near, 0.35),
            4,
            0.6,
        )
        c.rect(-10, h * 0.545, 82, 20, p.gold, 8)


def _sill_plant(c: Canvas, x: float, y: float) -> None:
    p = c.palette
    for i in range(7):
        leaf(
            c,
            x,
            y - 70,
            c.chance.between(80, 130),
            -66 + i * 22 + c.chance.between(-8, 8),
            mix(p.leaf, p.near, 0.08 * (i % 4)),
            0.28,
        )
    c.polygon([(x - 46, y - 84), (x + 46, y - 84), (x + 34, y), (x - 34, y)], mix(p.gold, p.pop, 0.3))
    c.rect(x - 50, y - 92, 100, 20, mix(p.gold, p.pop, 0.15), 5)


def desk(c: Canvas) -> None:
    """A desk in lamplight: books, notebook, cup."""
    h, p = c.height, c.palette
    top = wall(c)
    c.rect(0, 0, WIDTH, top, mix(p.near, p.far, 0.3), 0, 0.45 if c.chance.maybe(0.5) else 0.12)
    _pinned(c, h)
    side = c.chance.pick((-1, 1))
    table(c, top)
    y, scale = top + (h - top) * 0.34, min(1.1, h / 760)
    lamp = 360 - side * 190
    with c.at(lamp, y, scale, 0, side < 0):
        c.polygon([(60, -286), (176, -318), (420, 20), (10, 20)], c.fade(p.gold, p.gold, (0.55, 0.05)))
        c.oval(0, 0, 80, 15, p.ink)
        c.line("M0 -4L-46 -190L60 -330", p.ink, 11)
        c.disc(-46, -190, 13, p.gold)
        c.shape("M36 -372Q92 -400 130 -356L196 -316L54 -268Z", p.pop)
        c.oval(124, -292, 72, 14, mix(p.gold, p.light, 0.6))
    with c.at(360 + side * 150, y + 6, scale):
        _books(c)
    with c.at(360 + side * 10, y + (h - y) * 0.42, scale):
        c.polygon([(-150, 24), (-112, -30), (124, -30), (162, 24)], p.paper)
        c.polygon([(4, -30), (8, -30), (14, 24), (4, 24)], p.far)
        c.line("M-104 -16H-12M-112 -2H-10M-122 12H-40M24 -16H106M24 -2H90", mix(p.near, p.paper, 0.4), 3, 0.7)
        c.line("M60 22L150 -44", p.pop, 9)
        c.line("M54 26l6 -4", p.ink, 6)


def _pinned(c: Canvas, h: float) -> None:
    p = c.palette
    for i in range(c.chance.whole(3, 4)):
        x, y, w = (
            150 + i * 145 + c.chance.between(-20, 20),
            h * c.chance.between(0.12, 0.26),
            c.chance.between(84, 116),
        )
        tall = w * c.chance.between(0.8, 1.3)
        with c.at(x, y, 1, c.chance.between(-7, 7)):
            c.rect(-w / 2, 0, w, tall, p.paper, 3)
            c.rect(
                -w / 2 + 9, 9, w - 18, tall - 30, c.fade(p.sky, c.chance.pick((p.pop, p.gold, p.leaf, p.far)))
            )
            c.disc(c.chance.between(-14, 14), tall * 0.36, w * 0.13, p.light)
            c.disc(0, 2, 7, p.pop)


def _books(c: Canvas) -> None:
    p = c.palette
    y = 0.0
    colors = [p.pop, p.leaf, p.gold, p.near, p.paper]
    start = c.chance.whole(0, 4)
    for i in range(c.chance.whole(3, 5)):
        w, tall, off = c.chance.between(150, 210), c.chance.between(26, 42), c.chance.between(-16, 16)
        color = colors[(start + i) % 5]
        y -= tall
        c.rect(off - w / 2, y, w, tall - 2, color, 4)
        c.rect(off - w / 2 + 16, y, 8, tall - 2, mix(color, p.light, 0.5))
        c.rect(off + w / 2 - 34, y + 5, 30, tall - 12, mix(p.paper, p.far, 0.2))
    if c.chance.maybe(0.5):
        c.rect(-34, y - 70, 68, 68, p.paper, 10)
        c.line(f"M34 {y - 54:.0f}q30 0 28 20t-28 18", p.paper, 9)
        c.rect(-34, y - 40, 68, 12, p.pop)
    else:
        for k in range(5):
            leaf(c, 0, y - 40, c.chance.between(60, 96), -60 + k * 30, mix(p.leaf, p.near, 0.12 * (k % 3)))
        c.polygon([(-34, y - 50), (34, y - 50), (26, y), (-26, y)], p.paper)


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
    for i in range(4):
        leaf(
            c,
            c.chance.between(90, 630),
            h * c.chance.between(0.1, 0.4),
            c.chance.between(30, 50),
            c.chance.between(0, 360),
            c.chance.pick((p.pop, p.leaf, p.gold)),
        )
    c.oval(360, y + 128, 320, 26, p.ink, 0.22)
    cover = c.chance.pick((p.pop, p.near))
    c.shape(
        f"M52 {y + 24:.0f}L40 {y + 120:.0f}Q210 {y + 86:.0f} 360 {y + 134:.0f}Q510 {y + 86:.0f} 680 {y + 120:.0f}L668 {y + 24:.0f}Z",
        cover,
    )
    for side in (-1, 1):
        x = 360 + side * 300
        c.shape(
            f"M360 {y + 36:.0f}Q{360 + side * 150} {y - 26:.0f} {x} {y + 10:.0f}L{x + side * 8} {y + 98:.0f}Q{360 + side * 150} {y + 62:.0f} 360 {y + 120:.0f}Z",
            c.fade(p.paper, mix(p.paper, p.far, 0.4)),
        )
        for k in (0, 1, 2):
            top = y + 34 + 20 * k
            c.line(
                f"M{360 + side * 40} {top + 12:.0f}Q{360 + side * 150} {top - 26:.0f} {360 + side * (270 - 50 * (k % 2))} {top - 8:.0f}",
                mix(p.near, p.paper, 0.45),
                4,
                0.45,
            )


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


def shirt(c: Canvas) -> None:
    """Clothes on a rail."""
    h, p = c.height, c.palette
    floor = wall(c) + h * 0.12
    halo(c, c.chance.between(200, 520), h * 0.44, c.chance.between(220, 280))
    c.rect(0, floor, WIDTH, h - floor, c.fade(mix(p.far, p.near, 0.15), mix(p.far, p.near, 0.4)))
    rail, scale = h * 0.2, min(1.25, h / 720)
    c.line(
        f"M84 {floor + 30:.0f}V{rail:.0f}H636V{floor + 30:.0f}M54 {floor + 34:.0f}H114M606 {floor + 34:.0f}H666",
        mix(p.near, p.ink, 0.3),
        10,
    )
    colors = [p.pop, p.paper, p.gold, p.leaf, mix(p.near, p.far, 0.25), mix(p.pop, p.paper, 0.4)]
    start = c.chance.whole(0, 5)
    kinds = [_tee, _coat, _dress, _trousers]
    first = c.chance.whole(0, 3)
    for i in range(3):
        x = 205 + i * 155 + c.chance.between(-8, 8)
        with c.at(x, rail, scale * 0.86, c.chance.between(-2, 2)):
            c.line("M0 8C0 -22 24 -18 18 0C12 14 0 14 0 34", p.ink, 4)
            kinds[(first + i) % 4](c, colors[(start + i * 2 + i // 2) % 6])
    for i in range(2):
        x = 230 + i * 120 + c.chance.between(0, 24)
        c.shape(
            f"M{x:.0f} {floor + 44:.0f}L{x:.0f} {floor + 14:.0f}L{x + 34:.0f} {floor + 14:.0f}Q{x + 44:.0f} {floor + 28:.0f} {x + 78:.0f} {floor + 34:.0f}L{x + 78:.0f} {floor + 44:.0f}Z",
            p.pop if i else p.near,
        )


def _tee(c: Canvas, color: str) -> None:
    p = c.palette
    c.shape(
        "M-34 34Q0 60 34 34L84 56L118 132L76 150L68 120L70 300L-70 300L-68 120L-76 150L-118 132L-84 56Z",
        c.fade(mix(color, p.light, 0.1), mix(color, p.near, 0.15)),
    )
    c.line("M-34 34Q0 64 34 34", mix(color, p.ink, 0.35), 6)
    c.disc(0, 150, 34, c.chance.pick((p.light, p.gold, p.near)), 0.85)
    c.line("M-40 196q20 -14 40 0t40 0", mix(color, p.ink, 0.4), 5, 0.6)


def _coat(c: Canvas, color: str) -> None:
    p = c.palette
    c.shape(
        "M-30 34L30 34L84 60L116 300L80 306L66 150L78 420L-78 420L-66 150L-80 306L-116 300L-84 60Z",
        c.fade(mix(color, p.light, 0.08), mix(color, p.near, 0.25)),
    )
    c.shape("M-30 34L0 150L30 34L46 60L10 190L-10 190L-46 60Z", mix(color, p.ink, 0.25))
    c.line("M0 190V414", mix(color, p.ink, 0.4), 4)
    c.dots([(16, 220), (16, 270), (16, 320)], p.gold, 12)


def _dress(c: Canvas, color: str) -> None:
    p = c.palette
    c.shape(
        "M-44 34L-28 34Q0 80 28 34L44 34L56 150Q60 190 112 400Q0 440 -112 400Q-60 190 -56 150Z",
        c.fade(mix(color, p.light, 0.12), mix(color, p.near, 0.12)),
    )
    c.rect(-55, 160, 110, 18, mix(color, p.ink, 0.45), 6)
    c.dots(
        [
            (x * 36 + (18 if y % 2 else 0) - 18, 214 + y * 40)
            for y in range(5)
            for x in (-1, 0, 1, 2)
            if abs(x * 36) < 50 + y * 18
        ],
        mix(color, p.light, 0.65),
        11,
    )


def _trousers(c: Canvas, color: str) -> None:
    p = c.palette
    c.line("M-62 44H62", p.ink, 7)
    c.shape(
        "M-60 44L60 44L80 400L20 404L0 160L-20 404L-80 400Z",
        c.fade(mix(color, p.light, 0.08), mix(color, p.near, 0.2)),
    )
    c.rect(-60, 44, 120, 22, mix(color, p.ink, 0.3), 3)
    c.line("M-38 70L-48 398M38 70L48 398", mix(color, p.ink, 0.35), 3, 0.6)


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
        c.fill(d, color)
