"""Drawn covers: SVG pictures that are pure functions of (motif, seed)."""

from collections.abc import Callable
from functools import cache, lru_cache

from vermilion.media.covers.canvas import WIDTH, Canvas, Chance
from vermilion.media.covers.land import hills, mountain, night, rain, sea, sunburst
from vermilion.media.covers.living import cat, dog, plant
from vermilion.media.covers.palettes import DAY, DUSK, Palette, lightness
from vermilion.media.covers.paper import book, letter, map_
from vermilion.media.covers.room import desk, shirt, window
from vermilion.media.covers.scenery import grain
from vermilion.media.covers.still import bowl, cake, fruit, tea
from vermilion.media.covers.topics import motif_for
from vermilion.media.covers.town import city, market, street
from vermilion.media.covers.ways import bridge, lantern, train

__all__ = ["MOTIFS", "draw", "is_dark", "mean_color", "motif_for", "ratio", "size", "tone"]

_DRAWN: dict[str, Callable[[Canvas], None]] = {
    "hills": hills,
    "mountain": mountain,
    "sea": sea,
    "night": night,
    "city": city,
    "street": street,
    "market": market,
    "train": train,
    "bridge": bridge,
    "bowl": bowl,
    "tea": tea,
    "cake": cake,
    "fruit": fruit,
    "cat": cat,
    "dog": dog,
    "plant": plant,
    "window": window,
    "desk": desk,
    "book": book,
    "letter": letter,
    "shirt": shirt,
    "map": map_,
    "sun": sunburst,
    "rain": rain,
    "lantern": lantern,
}

MOTIFS: tuple[str, ...] = tuple(_DRAWN)

_RATIOS = (0.75, 0.8, 0.9, 1.0, 1.1, 1.2, 1.25, 4 / 3, 4 / 3)
_DARK_SHARE = {
    "night": 1.0,
    "lantern": 0.85,
    "rain": 0.5,
    "city": 0.4,
    "sea": 0.3,
    "desk": 0.3,
    "map": 0.0,
    "letter": 0.1,
}


def draw(motif: str, seed: int) -> str:
    """One SVG of at most 6 kB: no text, script or reference to anything outside. KeyError for an unknown motif."""
    return _finished(motif, seed)[0]


def mean_color(motif: str, seed: int) -> str:
    """About the mean colour of the cover, "#rrggbb"."""
    return _finished(motif, seed)[1]


def tone(motif: str, seed: int) -> str:
    """The mean colour of a cover of this motif in the palette of this one, "#rrggbb": near its own, and no drawing."""
    return _tone(motif, _palette_of(motif, Chance(motif, seed)))


def is_dark(motif: str, seed: int) -> bool:
    """Whether light words read better on the cover than dark ones."""
    return lightness(mean_color(motif, seed)) < 0.5


def size(motif: str, seed: int) -> tuple[int, int]:
    """Width and height in pixels; the width is always 720."""
    return WIDTH, round(WIDTH * Chance(f"ratio {motif}", seed).pick(_RATIOS))


def ratio(motif: str, seed: int) -> float:
    """Height by width, 0.75 to 1.33."""
    width, height = size(motif, seed)
    return round(height / width, 4)


@lru_cache(maxsize=1024)
def _finished(motif: str, seed: int) -> tuple[str, str]:
    chance = Chance(motif, seed)
    canvas = _painted(motif, size(motif, seed)[1], _palette_of(motif, chance), chance)
    return canvas.svg(), canvas.mean


@cache
def _tone(motif: str, palette: Palette) -> str:
    return _painted(motif, WIDTH, palette, Chance(motif, 0)).mean


def _palette_of(motif: str, chance: Chance) -> Palette:
    return chance.pick(DUSK if chance.maybe(_DARK_SHARE.get(motif, 0.2)) else DAY)


def _painted(motif: str, height: int, palette: Palette, chance: Chance) -> Canvas:
    canvas = Canvas(height, palette, chance)
    _DRAWN[motif](canvas)
    grain(canvas)
    return canvas
