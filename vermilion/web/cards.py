"""Cards as HTML, each rendered once for everybody who sees it the same way."""

from collections.abc import Sequence
from functools import lru_cache

from markupsafe import Markup

from vermilion.notes.schema import NoteCard
from vermilion.web.render import page

MOST_KEPT = 8192
FIRST, EARLY = 2, 8
"""Cards whose covers are fetched first, and those that are not left until they come near."""


class _Shown:
    """A card for one interface language; equal to another one when the same HTML comes of it."""

    __slots__ = ("card", "key", "locale", "when")

    def __init__(self, card: NoteCard, locale: str, when: str) -> None:
        author, cover = card.author, card.cover
        self.card, self.locale, self.when = card, locale, when
        self.key = (
            card.id, locale, when, card.title.text, card.title.lang, author.handle, author.display_name, author.avatar,
            cover.drawn or (cover.picture and cover.picture.id), card.picture_count, card.like_count, card.is_liked,
            card.state, card.audience, card.made_with_ai, card.reason and card.reason.source,
        )  # fmt: skip

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Shown) and self.key == other.key


@lru_cache(maxsize=MOST_KEPT)
def _rendered(shown: _Shown) -> str:
    return page("parts/card.html", shown.locale, card=shown.card, when=shown.when)


def cards_html(locale: str, cards: Sequence[NoteCard], *, later: bool = False) -> Markup:
    """The list items of some cards; `later`: none of them is on the first screen."""
    found = [
        _rendered(
            _Shown(card, locale, "late" if later or at >= EARLY else "first" if at < FIRST else "early")
        )
        for at, card in enumerate(cards)
    ]
    return Markup("".join(found))  # noqa: S704 - rendered by our own template, which escapes
