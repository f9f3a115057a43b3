"""Motifs of the room: window, desk, clothes."""

from vermilion.media.covers.canvas import WIDTH, Canvas, path
from vermilion.media.covers.palettes import mix
from vermilion.media.covers.scenery import (
    conifers,
    halo,
    is_dark,
    layer,
    leaf,
    ridge,
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
            path("M", x, sill, "V", y + 228, "C", x, y - 76, x + w, y - 76, x + w, y + 228, "V", sill),
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
        stars(c, top + tall * 0.6, 24)
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
            path(
                "M40 0Q40",
                h * 0.36,
                "22",
                h * 0.56,
                "M92 0Q88",
                h * 0.34,
                "40",
                h * 0.55,
                "M140 0Q128",
                h * 0.34,
                "56",
                h * 0.55,
            )
            + f"M30 {h * 0.6:.0f}Q56 {h * 0.8:.0f} 36 {h}",
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


def shirt(c: Canvas) -> None:
    """Clothes on a rail."""
    h, p = c.height, c.palette
    floor = wall(c) + h * 0.12
    halo(c, c.chance.between(200, 520), h * 0.44, c.chance.between(220, 280))
    c.rect(0, floor, WIDTH, h - floor, c.fade(mix(p.far, p.near, 0.15), mix(p.far, p.near, 0.4)))
    rail, scale = h * 0.2, min(1.25, h / 720)
    c.line(
        path(
            "M84",
            floor + 30,
            "V",
            rail,
            "H636V",
            floor + 30,
            "M54",
            floor + 34,
            "H114M606",
            floor + 34,
            "H666",
        ),
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
            path(
                "M",
                x,
                floor + 44,
                "L",
                x,
                floor + 14,
                "L",
                x + 34,
                floor + 14,
                "Q",
                x + 44,
                floor + 28,
                x + 78,
                floor + 34,
                "L",
                x + 78,
                floor + 44,
                "Z",
            ),
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
