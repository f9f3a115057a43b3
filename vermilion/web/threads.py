"""Comments as HTML, each rendered once for everybody who sees it the same way."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from markupsafe import Markup

from vermilion.comments.schema import CommentCard
from vermilion.kernel.ids import Id
from vermilion.kernel.text import to_html
from vermilion.media.schema import Picture
from vermilion.translation.schema import Passage
from vermilion.web.render import fallback, fill, initial, page
from vermilion.web.wording import Wording, wording

MOST_KEPT = 8192


class Said(NamedTuple):
    """All that the HTML of a comment is made from, and the key it is kept under: the template is given nothing else."""

    locale: str
    level: int
    id: Id
    note_id: Id
    parent_id: Id | None
    handle: str
    name: str
    avatar: str | None
    color: str
    is_author: bool
    is_pinned: bool
    answers: str | None
    state: str
    body: Passage
    pictures: tuple[Picture, ...]
    created_at: datetime
    ago: str
    is_liked: bool
    like_count: int
    may_pin: bool
    may_delete: bool
    replies: str
    more: int


def comments_html(
    locale: str, comments: Iterable[CommentCard], note_author: Id | None = None, *, level: int = 1
) -> Markup:
    """The list items of some comments, those of the first level with their replies below them."""
    words = wording(locale)
    found = "".join(rendered(_said(comment, words, locale, note_author, level)) for comment in comments)
    return Markup(found)  # noqa: S704 - rendered by our own template, which escapes


@lru_cache(maxsize=MOST_KEPT)
def rendered(said: Said) -> str:
    """The list item of one comment."""
    words = wording(said.locale)
    return page(
        "parts/comment.html",
        said.locale,
        **{
            **said._asdict(),
            "initial": None if said.avatar else initial(said.name),
            "text": _prose(said.body.text),
            "original": _prose(said.body.original),
            "lang": said.body.lang,
            "original_lang": said.body.original_lang,
            "pictures": [_picture(picture, said.name, words) for picture in said.pictures],
            "at": said.created_at.isoformat(),
            "moment": words.moment(said.created_at),
            "reply_to_whom": fill(words.gettext("Reply to {name}"), name=said.name),
            "likes": words.compact(said.like_count) if said.like_count else "",
            "replies": Markup(said.replies),  # noqa: S704 - rendered here
            "more": fill(words.ngettext("{n} more reply", "{n} more replies", said.more), n=said.more)
            if said.more > 0
            else "",
        },
    )


def _said(comment: CommentCard, words: Wording, locale: str, note_author: Id | None, level: int) -> Said:
    author = comment.author
    replies, more = "", 0
    if level == 1:
        replies = comments_html(locale, comment.replies, note_author, level=2) if comment.replies else ""
        more = comment.reply_count - len(comment.replies)
    return Said(
        locale, level, comment.id, comment.note_id, comment.parent_id, author.handle, author.display_name,
        author.avatar, author.color, author.id == note_author, comment.is_pinned,
        comment.reply_to.display_name if comment.reply_to else None, comment.state, comment.body, comment.pictures,
        comment.created_at, words.ago(comment.created_at), comment.is_liked, comment.like_count, comment.may_pin,
        comment.may_delete, replies, more,
    )  # fmt: skip


def _prose(text: str) -> Markup:
    return Markup(to_html(text))  # noqa: S704 - escaped by to_html


def _picture(picture: Picture, name: str, words: Wording) -> dict[str, object]:
    return {
        "full": picture.sources[-1].url,
        "small": fallback(picture),
        "mean_color": picture.mean_color,
        "width": picture.width,
        "height": picture.height,
        "thumbhash": picture.thumbhash,
        "alt": picture.alt or fill(words.gettext("Picture by {name}"), name=name),
    }
