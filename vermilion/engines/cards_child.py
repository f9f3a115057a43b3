"""The warm child of cards: fonts read once, then one confined fork for each card."""

import sys
from functools import cache

from vermilion.engines import cards_draw
from vermilion.engines.cards_wire import (
    MAX_COVER,
    MAX_CPU_SECONDS,
    MAX_MEMORY,
    Card,
    CardOrder,
    decode_order,
    encode,
)
from vermilion.engines.fonts import FOLDERS, Font, find_fonts
from vermilion.engines.warm_child import Work, serve


@cache
def _fonts(folders: tuple[str, ...]) -> list[Font]:
    return find_fonts(folders)


def _preload(folders: tuple[str, ...]) -> None:
    """Read the fonts, and load whatever is only loaded when something is drawn."""
    fonts = _fonts(folders)
    for title in ("A", "中", "ع"):
        cards_draw.draw(CardOrder(title=title, lang="en", below=title, site="A", color="#000000"), fonts)


def _answer(body: bytes, folders: tuple[str, ...]) -> bytes:
    try:
        return encode(cards_draw.draw(decode_order(body), _fonts(folders)))
    except Exception:  # noqa: BLE001 - whatever a cover or a font makes of it, there is no card then
        return encode(Card(data=b""))


def main(arguments: list[str]) -> None:
    """Serve; what stands after the line and the parent are folders of fonts, in place of the usual ones."""
    folders = tuple(arguments[2:]) or FOLDERS
    work = Work(
        preload=lambda: _preload(folders),
        answer=lambda body: _answer(body, folders),
        memory=MAX_MEMORY,
        cpu_seconds=MAX_CPU_SECONDS,
        max_order=MAX_COVER,
    )
    serve(arguments[:2], work)


if __name__ == "__main__":
    main(sys.argv[1:])
