"""Comments as HTML, each rendered once for everybody who sees it the same way."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from markupsafe import Markup

from vermilion.comments.schema import CommentCard
from vermilion.kernel.ids import Id
from vermilion.media.schema import Picture
from vermilion.translation.schema import Passage
from vermilion.web.reading import PLAIN, Manner, told
from vermilion.web.render import fallback, fill, initial, page
from vermilion.web.signs import of_pictures
from vermilion.web.wording import Wording, wording

MOST_KEPT = 8192
NONE: Mapping[Id, str] = {}


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
    manner: Manner
    """How its reader reads; of a comment everybody reads in its own language it tells nothing."""
    pictures: tuple[Picture, ...]
    created_at: datetime
    ago: str
    is_liked: bool
    like_count: int
    may_pin: bool
    may_delete: bool
    is_mine: bool
    is_edited: bool
    replies: str
    more: int
    filtered: str | None = None
    may_allow: bool = False
    help: str = ""
    """What stands below the comment for who learns its language, as HTML."""


def comments_html(
    locale: str,
    comments: Iterable[CommentCard],
    note_author: Id | None = None,
    manner: Manner = PLAIN,
    *,
    level: int = 1,
    helps: Mapping[Id, str] = NONE,
) -> Markup:
    """The list items of some comments, those of the first level with their replies below them."""
    words = wording(locale)
    found = "".join(
        rendered(_said(comment, words, locale, note_author, manner, level, helps)) for comment in comments
    )
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
            "told": told(said.body, said.manner, said.locale, f"comment.{said.note_id}.{said.id}"),
            "signs": of_pictures(said.pictures, said.note_id, said.manner),
            "pictures": [_picture(picture, said.name, words) for picture in said.pictures],
            "at": said.created_at.isoformat(),
            "moment": words.moment(said.created_at),
            "reply_to_whom": fill(words.gettext("Reply to {name}"), name=said.name),
            "likes": words.compact(said.like_count) if said.like_count else "",
            "replies": Markup(said.replies),  # noqa: S704 - rendered here
            "help": Markup(said.help),  # noqa: S704 - likewise
            "more": fill(words.ngettext("{n} more reply", "{n} more replies", said.more), n=said.more)
            if said.more > 0
            else "",
        },
    )


def _said(
    comment: CommentCard,
    words: Wording,
    locale: str,
    note_author: Id | None,
    manner: Manner,
    level: int,
    helps: Mapping[Id, str],
) -> Said:
    author = comment.author
    replies, more = "", 0
    if level == 1:
        replies = (
            comments_html(locale, comment.replies, note_author, manner, level=2, helps=helps)
            if comment.replies
            else ""
        )
        more = comment.reply_count - len(comment.replies)
    return Said(
        locale, level, comment.id, comment.note_id, comment.parent_id, author.handle, author.display_name,
        author.avatar, author.color, author.id == note_author, comment.is_pinned,
        comment.reply_to.display_name if comment.reply_to else None, comment.state, comment.body,
        _manner(comment, manner), comment.pictures,
        comment.created_at, words.ago(comment.created_at), comment.is_liked, comment.like_count, comment.may_pin,
        comment.may_delete, comment.is_mine, comment.edited_at is not None, replies, more,
        comment.filtered, comment.may_allow, helps.get(comment.id, ""),
    )  # fmt: skip


def _manner(comment: CommentCard, manner: Manner) -> Manner:
    """As much of how somebody reads as makes a difference here, so that others share what is rendered."""
    body = comment.body
    if body.kind != "original" or any(picture.texts for picture in comment.pictures):
        return manner
    return Manner(tongues=manner.tongues, lore=manner.lore) if "#" in body.text else PLAIN


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
