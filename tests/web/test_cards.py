"""A card is rendered once for everybody who sees the same, and for nobody else."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from vermilion.accounts.schema import AccountCard
from vermilion.kernel.ids import Id
from vermilion.media.schema import Picture, Source
from vermilion.notes.schema import Cover, NoteCard, Reason
from vermilion.translation.schema import Passage
from vermilion.web.cards import cards_html, rendered

AUTHOR = AccountCard(
    id=Id(5), handle="mei", display_name="Mei <3", avatar=None, color="#a1b2c3", follow="none",
    follows_viewer=False, is_muted=False, is_blocked=False,
)  # fmt: skip
PICTURE = Picture(
    id=Id(9), kind="picture", width=720, height=900, thumbhash="hash", mean_color="#aabbcc", alt="", alt_lang="und",
    sources=tuple(Source(url=f"/m/7/key/{name}.webp", width=width, format="webp") for name, width in (("s", 360), ("m", 720))),
)  # fmt: skip
DRAWN = Cover(width=720, height=720, mean_color="#ddeeff", picture=None, drawn="/cover/cat-1.svg")
CARD = NoteCard(
    id=Id(7), author=AUTHOR, title=Passage(text="Tea", lang="en", original="Tea", original_lang="en"), cover=DRAWN,
    picture_count=0, like_count=3, is_liked=False, state="public", audience="everyone", made_with_ai=False,
    created_at=datetime(2026, 1, 1, tzinfo=UTC), reason=Reason(source="recent", terms={"recent": 1.0}),
)  # fmt: skip


def html(card: NoteCard, locale: str = "en", *, later: bool = True) -> str:
    return str(cards_html(locale, [card], later=later))


def author(**changed: object) -> dict[str, Any]:
    return {"author": msgspec.structs.replace(AUTHOR, **changed)}


def title(**changed: object) -> dict[str, Any]:
    return {"title": msgspec.structs.replace(CARD.title, **changed)}


@pytest.mark.parametrize(
    "changed",
    [
        {"id": Id(8)},
        {"like_count": 4},
        {"is_liked": True},
        {"picture_count": 5},
        {"made_with_ai": True},
        {"audience": "followers"},
        {"state": "held"},
        {"reason": Reason(source="liked", terms={})},
        {"reason": None},
        {"cover": msgspec.structs.replace(DRAWN, drawn="/cover/cat-2.svg")},
        {"cover": msgspec.structs.replace(DRAWN, mean_color="#000000")},
        {"cover": Cover(width=720, height=900, mean_color="#aabbcc", picture=PICTURE, drawn=None)},
        title(text="Coffee"),
        title(lang="de"),
        title(original_lang="zh", kind="version"),
        title(original_lang="zh", kind="machine"),
        title(original_lang="zh", kind="poor"),
        author(handle="nour"),
        author(display_name="Nour"),
        author(color="#000000"),
        author(avatar="/avatar/key/s.webp"),
    ],
    ids=" ".join,
)
def test_whatever_a_reader_may_see_differently_gives_a_card_of_its_own(changed: dict[str, Any]) -> None:
    before = html(CARD)
    other = msgspec.structs.replace(CARD, **changed)
    assert html(other) != before
    kept = html(other)
    rendered.cache_clear()
    assert html(other) == kept
    assert html(CARD) == before


def test_another_picture_under_the_same_id_gives_a_card_of_its_own() -> None:
    cover = Cover(width=720, height=900, mean_color="#aabbcc", picture=PICTURE, drawn=None)
    smaller = msgspec.structs.replace(PICTURE, sources=PICTURE.sources[:1])
    card = msgspec.structs.replace(CARD, cover=cover)
    assert html(card) != html(
        msgspec.structs.replace(card, cover=msgspec.structs.replace(cover, picture=smaller))
    )


def test_the_interface_language_and_the_place_on_the_page_count() -> None:
    assert html(CARD, "zh") != html(CARD)
    assert html(CARD, later=False) != html(CARD)


def test_readers_who_see_the_same_share_one_rendering() -> None:
    rendered.cache_clear()
    following = msgspec.structs.replace(CARD, **author(follow="accepted", is_muted=True))
    assert html(CARD) == html(following)
    assert rendered.cache_info().misses == 1


def test_people_s_words_are_escaped() -> None:
    shown = html(msgspec.structs.replace(CARD, **title(text="<script>")))
    assert "<script>" not in shown
    assert "Mei &lt;3" in shown
