"""Cards as HTML, each rendered once for everybody who sees it the same way."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from markupsafe import Markup

from vermilion.kernel.ids import Id
from vermilion.notes.schema import Cover, NoteCard
from vermilion.web.render import fallback, fill, initial, page, ratio, srcset, title_width
from vermilion.web.wording import Wording, language_mark, wording

MOST_KEPT = 8192
FIRST, EARLY = 2, 8
"""Cards whose covers are fetched first, and those that are not left until they come near."""


class Face(NamedTuple):
    """All that the HTML of a card is made from, and the key it is kept under: the template is given nothing else."""

    locale: str
    when: str
    id: Id
    text: str
    lang: str
    original_lang: str
    cover: Cover
    handle: str
    name: str
    avatar: str | None
    color: str
    picture_count: int
    like_count: int
    is_liked: bool
    state: str
    audience: str
    made_with_ai: bool
    source: str | None


def cards_html(locale: str, cards: Sequence[NoteCard], *, later: bool = False) -> Markup:
    """The list items of some cards; `later`: none of them is on the first screen."""
    found = [
        rendered(_face(card, locale, "late" if later or at >= EARLY else "first" if at < FIRST else "early"))
        for at, card in enumerate(cards)
    ]
    return Markup("".join(found))  # noqa: S704 - rendered by our own template, which escapes


@lru_cache(maxsize=MOST_KEPT)
def rendered(face: Face) -> str:
    """The list item of one card."""
    words = wording(face.locale)
    picture = face.cover.picture
    return page(
        "parts/card.html",
        face.locale,
        **face._asdict(),
        picture=picture and {
            "avif": srcset(picture, "avif"),
            "webp": srcset(picture, "webp"),
            "fallback": fallback(picture),
            "thumbhash": picture.thumbhash,
            "width": picture.width,
            "height": picture.height,
        },
        drawn=face.cover.drawn and Markup(face.cover.drawn),  # noqa: S704 - an address of ours
        width=face.cover.width,
        height=face.cover.height,
        mean_color=face.cover.mean_color,
        ratio=ratio(face.cover),
        title_width=title_width(face.text),
        initial=None if face.avatar else initial(face.name),
        likes=words.compact(face.like_count) if face.like_count else "",
        like=words.gettext("Like"),
        pictures=_pictures(face.picture_count, words),
        turned=_turned(face.original_lang, face.lang, face.locale),
    )  # fmt: skip


def _face(card: NoteCard, locale: str, when: str) -> Face:
    title, author = card.title, card.author
    return Face(
        locale, when, card.id, title.text, title.lang, title.original_lang, card.cover, author.handle,
        author.display_name, author.avatar, author.color, card.picture_count, card.like_count, card.is_liked,
        card.state, card.audience, card.made_with_ai, card.reason.source if card.reason else None,
    )  # fmt: skip


def _pictures(count: int, words: Wording) -> str:
    return fill(words.ngettext("{n} picture", "{n} pictures", count), n=count) if count > 1 else ""


@lru_cache(maxsize=512)
def _turned(original: str, shown: str, locale: str) -> dict[str, str] | None:
    """The mark of a title that is not shown in its own language."""
    if original == shown:
        return None
    words = wording(locale)
    sentence = words.gettext("Written in {original}, shown in {shown}")
    names = {"original": words.language_name(original), "shown": words.language_name(shown)}
    return {"title": fill(sentence, **names), "from": language_mark(original), "to": language_mark(shown)}
