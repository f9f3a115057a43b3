"""A comment is rendered once for everybody who sees the same, and for nobody else."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from vermilion.accounts.schema import AccountCard
from vermilion.comments.schema import CommentCard
from vermilion.kernel.ids import Id
from vermilion.media.schema import Picture, Source
from vermilion.translation.schema import Passage
from vermilion.web.reading import Manner
from vermilion.web.threads import comments_html, rendered

NOTE_AUTHOR = Id(4)
AUTHOR = AccountCard(
    id=Id(5), handle="mei", display_name="Mei <3", avatar=None, color="#a1b2c3", follow="none",
    follows_viewer=False, is_muted=False, is_blocked=False,
)  # fmt: skip
PICTURE = Picture(
    id=Id(9), kind="picture", width=360, height=360, thumbhash="hash", mean_color="#aabbcc", alt="", alt_lang="und",
    sources=(Source(url="/m/7/key/s.webp", width=360, format="webp"),),
)  # fmt: skip
COMMENT = CommentCard(
    asks_in=None,
    id=Id(70), note_id=Id(7), parent_id=None, reply_to=None, author=AUTHOR,
    body=Passage(text="Tea?", lang="en", original="Tea?", original_lang="en"), pictures=(), like_count=3,
    reply_count=0, is_liked=False, is_pinned=False, is_mine=False, may_delete=False, may_pin=False, state="public",
    edited_at=None,
    created_at=datetime.now(UTC) - timedelta(hours=3), replies=(),
)  # fmt: skip
REPLY = msgspec.structs.replace(COMMENT, id=Id(71), parent_id=Id(70), reply_to=AUTHOR)


def html(comment: CommentCard, locale: str = "en", level: int = 1) -> str:
    return str(comments_html(locale, [comment], NOTE_AUTHOR, level=level))


def author(**changed: object) -> dict[str, Any]:
    return {"author": msgspec.structs.replace(AUTHOR, **changed)}


def body(**changed: object) -> dict[str, Any]:
    return {"body": msgspec.structs.replace(COMMENT.body, **changed)}


@pytest.mark.parametrize(
    "changed",
    [
        {"id": Id(72)},
        {"note_id": Id(8)},
        {"parent_id": Id(70)},
        {"reply_to": AUTHOR},
        {"like_count": 4},
        {"is_liked": True},
        {"is_pinned": True},
        {"is_mine": True},
        {"edited_at": datetime.now(UTC)},
        {"may_delete": True},
        {"may_pin": True},
        {"state": "held"},
        {"pictures": (PICTURE,)},
        {"reply_count": 2},
        {"replies": (REPLY,), "reply_count": 1},
        {"created_at": COMMENT.created_at - timedelta(hours=2)},
        body(text="Coffee?"),
        body(lang="de"),
        body(original_lang="zh", kind="version"),
        body(original_lang="zh", kind="machine"),
        body(original_lang="zh", kind="corrected"),
        body(original_lang="zh", kind="corrected", by="nour"),
        body(original_lang="zh", kind="poor"),
        author(id=NOTE_AUTHOR),
        author(handle="nour"),
        author(display_name="Nour"),
        author(color="#000000"),
        author(avatar="/avatar/key/s.webp"),
    ],
    ids=" ".join,
)
def test_whatever_a_reader_may_see_differently_gives_a_comment_of_its_own(changed: dict[str, Any]) -> None:
    before = html(COMMENT)
    other = msgspec.structs.replace(COMMENT, **changed)
    assert html(other) != before
    kept = html(other)
    rendered.cache_clear()
    assert html(other) == kept
    assert html(COMMENT) == before


FOREIGN = msgspec.structs.replace(
    COMMENT,
    body=Passage(
        text="Tea?", lang="en", original="喝茶吗？", original_lang="zh", kind="machine", key="ab.en"
    ),
)
WAITING = msgspec.structs.replace(
    COMMENT,
    body=Passage(
        text="喝茶吗？", lang="zh", original="喝茶吗？", original_lang="zh", kind="missing", key="ab.en"
    ),
)


@pytest.mark.parametrize("comment", [FOREIGN, WAITING])
def test_how_somebody_reads_counts_where_words_are_foreign(comment: CommentCard) -> None:
    def read(**manner: Any) -> str:  # noqa: ANN401 - fields of Manner
        return str(comments_html("en", [comment], NOTE_AUTHOR, Manner(is_on=True, tongues=("en",), **manner)))

    seen = {read(), read(translate="tap"), str(comments_html("en", [comment], NOTE_AUTHOR))}
    assert len(seen) == (2 if comment is FOREIGN else 3)
    assert read(shown="both") != read(shown="original")
    rendered.cache_clear()
    assert read() in seen


def test_how_somebody_reads_makes_no_difference_where_nothing_is_foreign() -> None:
    rendered.cache_clear()
    for manner in (Manner(), Manner(translate="tap", shown="both", is_on=True, tongues=("en", "pt"))):
        comments_html("en", [COMMENT], NOTE_AUTHOR, manner)
    assert rendered.cache_info().misses == 1


def test_a_changed_reply_changes_what_stands_around_it() -> None:
    def around(reply: CommentCard) -> str:
        return html(msgspec.structs.replace(COMMENT, replies=(reply,), reply_count=1))

    assert around(REPLY) != around(msgspec.structs.replace(REPLY, is_liked=True))
    assert around(REPLY) != around(msgspec.structs.replace(REPLY, may_delete=True))


def test_the_interface_language_and_the_level_count() -> None:
    assert html(COMMENT, "zh") != html(COMMENT)
    assert html(COMMENT, level=2) != html(COMMENT)


def test_time_goes_on() -> None:
    assert "3h ago" in html(COMMENT)
    earlier = msgspec.structs.replace(COMMENT, created_at=COMMENT.created_at - timedelta(hours=1))
    assert "4h ago" in html(earlier)


def test_readers_who_see_the_same_share_one_rendering() -> None:
    rendered.cache_clear()
    following = msgspec.structs.replace(COMMENT, **author(follow="accepted", is_muted=True))
    assert html(COMMENT) == html(following)
    assert rendered.cache_info().misses == 1


def test_people_s_words_are_escaped() -> None:
    shown = html(msgspec.structs.replace(COMMENT, **body(text="<script>", original="<script>")))
    assert "<script>" not in shown
    assert "Mei &lt;3" in shown
