"""Motifs that live: cat, dog, plant."""

from math import cos, pi, sin

from vermilion.media.covers.canvas import WIDTH, Canvas, path
from vermilion.media.covers.palettes import mix
from vermilion.media.covers.scenery import (
    halo,
    is_dark,
    layer,
    leaf,
    ridge,
    round_tree,
    shadow,
    sky,
    stars,
    sun,
    table,
    wall,
)


def cat(c: Canvas) -> None:
    """A cat that sits and looks, or sleeps in a loaf."""
    p = c.palette
    top = wall(c)
    halo(c, 360 + c.chance.between(-70, 70), top - c.height * 0.3, c.chance.between(210, 250))
    if c.chance.maybe(0.5):
        side = c.chance.pick((-1, 1))
        for i in range(5):
            leaf(
                c,
                360 + side * 340,
                top + 20,
                c.chance.between(150, 260),
                side * (-70 + i * 24),
                mix(p.leaf, p.near, 0.1 * i),
                0.22,
            )
    table(c, top)
    coats = (
        (p.ink, p.near),
        (mix(p.gold, p.pop, 0.45), p.paper),
        (p.paper, mix(p.gold, p.pop, 0.4)),
        (mix(p.near, p.haze, 0.4), p.paper),
    )
    coat, patch = c.chance.pick(coats if not is_dark(c) else coats[1:])
    y, scale = top + (c.height - top) * 0.45, min(1.2, c.height / 700)
    shadow(c, 360, y, 200 * scale)
    with c.at(360 + c.chance.between(-24, 24), y, scale, 0, c.chance.maybe(0.5)):
        if c.chance.maybe(0.65):
            _sitting(c, coat, patch)
        else:
            _loaf(c, coat, patch)


def _sitting(c: Canvas, coat: str, patch: str) -> None:
    p = c.palette
    dark = mix(coat, p.ink, 0.25) if coat != p.ink else mix(coat, p.haze, 0.12)
    c.line("M110 -24C240 -10 260 -130 196 -170", dark, 40)
    c.shape(
        "M-130 0C-160 -130 -96 -260 -60 -300L60 -300C100 -250 160 -120 130 0Z",
        c.fade(mix(coat, p.light, 0.06), dark),
    )
    c.shape("M-50 -262Q0 -90 -44 -8L44 -8Q0 -90 50 -262Z", patch, 0.85 if coat != p.ink else 0.25)
    c.oval(-48, -10, 46, 24, mix(coat, p.light, 0.1))
    c.oval(48, -10, 46, 24, mix(coat, p.light, 0.1))
    c.line("M-58 -18v12M-40 -18v12M40 -18v12M58 -18v12", dark, 4)
    with c.at(0, -340, 1, c.chance.between(-9, 9)):
        _cat_head(c, coat, patch)
    c.rect(-60, -276, 120, 18, p.pop, 9)
    c.disc(0, -254, 15, p.gold)


def _loaf(c: Canvas, coat: str, patch: str) -> None:
    p = c.palette
    dark = mix(coat, p.ink, 0.25) if coat != p.ink else mix(coat, p.haze, 0.12)
    c.rect(-260, -34, 520, 56, mix(p.pop, p.near, 0.1), 28)
    c.line("M-230 -6H230", p.paper, 5, 0.5, "2 26")
    c.shape(
        "M-220 -30C-250 -190 -90 -230 30 -220C190 -216 250 -120 216 -30Z",
        c.fade(mix(coat, p.light, 0.06), dark),
    )
    c.shape("M40 -220Q120 -214 170 -170Q110 -150 60 -176Z", patch, 0.8)
    c.line("M216 -50C150 -20 60 -36 -30 -30", dark, 36)
    with c.at(-110, -176, 0.95, c.chance.between(-6, 6)):
        _cat_head(c, coat, patch, asleep=True)


def _cat_head(c: Canvas, coat: str, patch: str, asleep: bool = False) -> None:
    p = c.palette
    c.shape("M-108 -10L-100 -118L-36 -70Z", coat)
    c.shape("M108 -10L100 -118L36 -70Z", coat)
    inner = mix(p.pop, p.paper, 0.45)
    c.shape("M-92 -40L-90 -92L-54 -66Z", inner)
    c.shape("M92 -40L90 -92L54 -66Z", inner)
    c.oval(0, -4, 114, 88, coat)
    if coat not in {patch, p.ink}:
        c.shape("M8 -91Q112 -86 113 -4Q70 -24 44 -20Q14 -44 8 -91Z", patch, 0.9)
        c.oval(0, 34, 50, 36, mix(p.paper, coat, 0.2), 0.8)
    eye = p.gold if coat == p.ink else mix(p.leaf, p.gold, 0.3)
    line = p.paper if coat == p.ink else p.ink
    if asleep or c.chance.maybe(0.3):
        c.line("M-66 -6q20 18 40 0M26 -6q20 18 40 0", line, 6)
    else:
        for x in (-46, 46):
            c.oval(x, -8, 24, 23, eye)
            c.oval(x + 2, -8, 10, 20, p.ink)
            c.disc(x + 6, -16, 6, p.light)
    c.shape("M-12 22L12 22L0 36Z", p.pop)
    c.line("M0 36v8M0 44q-12 14 -26 6M0 44q12 14 26 6", line, 4)
    c.line("M-66 26l-64 -10M-66 36l-64 6M66 26l64 -10M66 36l64 6", line, 2.5, 0.7)


_BROWN = "#7a4a30"


def dog(c: Canvas) -> None:
    """A dog with a neckerchief, out in the hills."""
    h, p = c.height, c.palette
    sky(c, 0.8)
    if is_dark(c):
        stars(c, h * 0.45)
    sun(
        c,
        360 + c.chance.between(-60, 60),
        h * 0.42,
        min(230, h * 0.32),
        c.chance.pick((p.gold, p.pop, p.far)),
    )
    for t, y in ((0.2, 0.6), (0.4, 0.68)):
        layer(c, ridge(c, h * y, h * 0.05), t, 0.35)
    for x in (c.chance.between(20, 120), c.chance.between(600, 700)):
        round_tree(c, x, h * 0.78, c.chance.between(100, 170), mix(p.leaf, p.near, 0.3))
    layer(c, ridge(c, h * 0.79, h * 0.015, 4), 0.6, 0)
    coat, mask = c.chance.pick(
        (
            (mix(p.gold, _BROWN, 0.4), p.paper),
            (p.paper, mix(_BROWN, p.gold, 0.3)),
            (mix(_BROWN, p.ink, 0.5), mix(p.gold, p.paper, 0.3)),
            (mix(p.gold, p.paper, 0.4), mix(p.gold, _BROWN, 0.6)),
        )
    )
    scale = min(1.2, h / 720)
    shadow(c, 360, h * 0.92, 170 * scale)
    with c.at(360, h * 0.92, scale, 0, c.chance.maybe(0.5)):
        _dog_body(c, coat, mask)
    tufts = "".join(
        path(
            "M",
            c.chance.between(0, WIDTH),
            h * c.chance.between(0.9, 0.99),
            "l-5 -18m5 18l3 -24m-3 24l10 -16",
        )
        for _ in range(9)
    )
    c.line(tufts, mix(p.leaf, p.ink, 0.3), 4, 0.7)


def _dog_body(c: Canvas, coat: str, mask: str) -> None:
    p = c.palette
    dark = mix(coat, p.ink, 0.22)
    c.line("M100 -60C170 -60 190 -120 186 -160", coat, 36)
    c.shape("M-120 0C-140 -120 -90 -250 -56 -290L56 -290C100 -240 150 -110 124 0Z", c.fade(coat, dark))
    c.shape("M-46 -230Q-70 -90 -30 -20L30 -20Q70 -90 46 -230Z", mask, 0.75)
    c.line("M-42 -150V-20M42 -150V-20", coat, 46)
    c.oval(-48, -8, 42, 20, mix(coat, p.light, 0.15))
    c.oval(48, -8, 42, 20, mix(coat, p.light, 0.15))
    c.shape("M-84 -284Q0 -240 84 -284L70 -252Q20 -220 0 -160Q-20 -220 -70 -252Z", p.pop)
    c.dots([(-40, -252), (0, -232), (40, -252), (0, -200), (-18, -222), (20, -220)], p.paper, 8, 0.9)
    with c.at(0, -350, 1, c.chance.between(-10, 10)):
        _dog_head(c, coat, mask)


def _dog_head(c: Canvas, coat: str, mask: str) -> None:
    p = c.palette
    ear = mix(mask if mask != p.paper else coat, p.ink, 0.3)
    c.shape("M-96 20C-112 -110 112 -110 96 20C90 80 50 100 0 100C-50 100 -90 80 -96 20Z", coat)
    c.shape("M-20 -76Q0 -84 20 -76Q12 -20 46 20Q66 90 0 96Q-66 90 -46 20Q-12 -20 -20 -76Z", mask, 0.9)
    if c.chance.maybe(0.7):
        c.shape("M-70 -62C-150 -70 -160 40 -120 70C-90 60 -96 0 -70 -62Z", ear)
        c.shape("M70 -62C150 -70 160 40 120 70C90 60 96 0 70 -62Z", ear)
    else:
        c.shape("M-92 -20L-104 -130Q-50 -110 -30 -72Z", ear)
        c.shape("M92 -20L104 -130Q50 -110 30 -72Z", ear)
    for x in (-42, 42):
        c.oval(x, 0, 12, 14, p.ink)
        c.disc(x + 4, -5, 4, p.light)
    c.shape("M-24 30Q0 18 24 30Q20 54 0 56Q-20 54 -24 30Z", p.ink)
    c.line("M0 54v12M0 66q-16 18 -34 6M0 66q16 18 34 6", p.ink, 5)
    if c.chance.maybe(0.6):
        c.shape("M-16 76Q0 72 16 76Q20 112 0 114Q-20 112 -16 76Z", mix(p.pop, p.paper, 0.25))


def plant(c: Canvas) -> None:
    """A house plant in its pot against a bright wall."""
    p = c.palette
    top = wall(c)
    halo(c, 360 + c.chance.between(-90, 90), top - c.height * 0.32, c.chance.between(200, 250))
    table(c, top)
    y, scale = top + (c.height - top) * 0.4, min(1.2, c.height / 800)
    shadow(c, 372, y + 2, 120 * scale)
    pot = c.chance.pick((p.pop, p.paper, p.gold, mix(p.pop, p.near, 0.4)))
    kind = c.chance.whole(0, 2)
    with c.at(360 + c.chance.between(-30, 30), y, scale):
        (_fan, _swords, _cactus)[kind](c)
        c.shape(
            "M-92 -150L-70 -8Q-68 0 -58 0L58 0Q68 0 70 -8L92 -150Z",
            c.fade(mix(pot, p.light, 0.12), mix(pot, p.near, 0.2), across=True),
        )
        c.rect(-102, -168, 204, 34, pot, 6)
        c.rect(-102, -140, 204, 8, p.ink, 0, 0.15)
        if c.chance.maybe(0.5):
            c.line("M-80 -84l26 -24l26 24l26 -24l26 24l26 -24l24 24", mix(pot, p.light, 0.6), 6, 0.7)


def _fan(c: Canvas) -> None:
    p = c.palette
    count = c.chance.whole(9, 12)
    for i in range(count):
        turn = -72 + 144 * i / (count - 1) + c.chance.between(-6, 6)
        stem = c.chance.between(110, 240) * (1 - abs(turn) / 260)
        a = (turn - 90) * pi / 180
        x, y = stem * cos(a), -160 + stem * sin(a)
        color = mix(p.leaf, p.near if i % 2 else p.gold, c.chance.between(0.05, 0.35))
        c.line(f"M0 -160Q{x * 0.25:.0f} {(y - 160) / 2:.0f} {x:.0f} {y:.0f}", mix(p.leaf, p.near, 0.4), 5)
        leaf(c, x, y, c.chance.between(120, 180), turn * 1.15, color, 0.38)


def _swords(c: Canvas) -> None:
    p = c.palette
    for i in range(9):
        turn = (-32 + 8 * i) + c.chance.between(-4, 4)
        leaf(
            c,
            -44 + i * 11,
            -150,
            c.chance.between(230, 400) - abs(turn) * 2,
            turn,
            mix(p.leaf, (p.near, p.gold, p.leaf)[i % 3], 0.35),
            0.13,
        )


def _cactus(c: Canvas) -> None:
    p = c.palette
    color = p.leaf
    c.line("M-110 -250V-290Q-110 -330 -60 -226M112 -330V-380", color, 1)
    c.line("M-6 -290H-100Q-124 -290 -124 -320V-372M0 -250H96Q122 -250 122 -284V-352", color, 54)
    c.rect(-58, -460, 116, 320, c.fade(mix(color, p.light, 0.15), mix(color, p.near, 0.3), across=True), 58)
    c.line("M-26 -420V-170M0 -430V-170M26 -420V-170", mix(color, p.near, 0.4), 4, 0.5)
    for x, y in ((0, -462), (-124, -402), (122, -382)):
        c.disc(x, y, 20, p.pop)
        c.disc(x, y, 9, p.gold)
