"""Colours of the drawn covers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Palette:
    """Ten colours as "#rrggbb"; `far` to `near` is the ramp of depth, `pop` the one loud colour."""

    sky: str
    haze: str
    light: str
    far: str
    near: str
    pop: str
    gold: str
    leaf: str
    paper: str
    ink: str

    def depth(self, t: float) -> str:
        """The colour at depth t: 0 far in the haze, 1 close by."""
        return (
            mix(mix(self.haze, self.far, 0.55), self.far, t * 2.5)
            if t < 0.4
            else mix(self.far, self.near, (t - 0.4) / 0.6)
        )


def rgb(color: str) -> tuple[int, int, int]:
    """Red, green and blue, 0 to 255."""
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def mix(a: str, b: str, t: float) -> str:
    """The colour between `a` (t = 0) and `b` (t = 1)."""
    t = min(1.0, max(0.0, t))
    return "#" + "".join(f"{round(x + (y - x) * t):02x}" for x, y in zip(rgb(a), rgb(b), strict=True))


def lightness(color: str) -> float:
    """Perceived lightness, 0 to 1 (luma of Rec. 601)."""
    r, g, b = rgb(color)
    return (0.299 * r + 0.587 * g + 0.114 * b) / 255


def _palette(colors: str) -> Palette:
    return Palette(*("#" + color for color in colors.split()))


#        sky    haze   light  far    near   pop    gold   leaf   paper  ink
DAY = tuple(
    _palette(colors)
    for colors in (
        "ffc9a8 fff1de fffaf0 f4a485 8c2a2f e5402b f4b13f 5f7d5a fff7ec 3b1420",
        "f79c6c ffe3c4 fff6e6 ef8354 5b2333 d7352a ffc15e 6b8f71 fff4e4 2e1426",
        "ffccd3 fff0ea fffaf6 f2a0a9 7b3b58 e4504f f7c25f 7fa08a fff6f0 3a1c33",
        "b5dfd0 f1f7e6 fffdf2 86c2ac 1f5c5a e8583a f3c25b 3f8a68 fbf8ec 12393d",
        "93cde5 e9f6f1 fffdf0 66b0cd 164e72 f0563d f9c74f 3c8f80 fdf8ec 0e2f4a",
        "aecff3 fdeee3 fff8ec 8db0db 364f86 ea5a47 f6bd60 6a9c89 fdf6ec 1f2c55",
        "f5d998 fff6df fffdf4 e2b261 6b4a2b d9482b e9a52c 7d8b4e fff9ea 3c2818",
        "c8d8b7 f6f3e1 fffbed 9db593 3c5244 d65a3a e6b450 557d57 fbf7e8 233029",
        "d6e59e f8f6dc fffdee a5c466 3d5a30 e2543a f2c14e 6a994e fbf9e6 223620",
        "d0c5f0 fbeef0 fffaf5 ad9eda 4b3f7f ee6352 f7c566 6fa08b fdf7f2 2a2350",
        "eebf94 fbe9d3 fff7e8 d9895c 6e2f24 c8412b efb253 6f7f5c fdf3e3 38190f",
        "c6d9e4 f7f4ee ffffff a2bccd 3e566b e0452f f0bd66 5c8374 fcfaf5 1f2f3e",
    )
)
"""Bright palettes."""

DUSK = tuple(
    _palette(colors)
    for colors in (
        "4f5196 f7a58b ffe9c9 a2698f 2b2150 ff6b4a ffc46b 5d8a84 fff0df 1b1438",
        "16204a 5560a0 fdf3d0 3a478a 0b1230 ff6a4d ffc861 3f7f78 f6ecd9 080d24",
        "3a1026 c9492f ffe2b0 8c2b31 220816 ff6b3d ffb84d 6e7f52 ffeeda 17050f",
        "0f2f33 4a8c83 f8efcf 2f6a66 071b20 ff7350 f6c667 4f9d7d f3eddc 051418",
        "2b1745 b9588f ffe6d1 73397f 180b2c ff6f59 ffc857 4f9a94 fbeee6 110720",
        "22303f 8496a7 fdf4df 506376 131d28 ff6848 f7c36a 5d9180 f4efe4 0d151d",
    )
)
"""Dark palettes."""
