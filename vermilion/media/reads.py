"""Pictures, as pages show them and as files."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from vermilion.accounts.rules import signed_in
from vermilion.kernel.errors import NotFound
from vermilion.kernel.ids import Id
from vermilion.kernel.viewer import Viewer
from vermilion.media.schema import (
    SIZES,
    FilmCard,
    Picture,
    PictureText,
    Source,
    address,
    blob_key,
    film_address,
)
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Db
from vermilion.translation.schema import Passage, Words

FORMATS: tuple[Literal["avif", "webp"], ...] = ("avif", "webp")

FILM_COLUMNS = (
    "film_key",
    "film_width",
    "film_height",
    "duration_ms",
    "has_sound",
    "is_playable",
    "has_preview",
)
_FILM = ", ".join(f"'{name}', m.{name}" for name in FILM_COLUMNS)

PICTURES = f"""(SELECT jsonb_agg(jsonb_build_object('id', m.id, 'key', m.key, 'width', m.width, 'height', m.height,
        'thumbhash', encode(m.thumbhash, 'base64'), 'mean_color', m.mean_color, 'avif_sizes', m.avif_sizes,
        'alt', m.alt, 'alt_lang', m.alt_lang, {_FILM}, 'texts', (SELECT jsonb_agg(jsonb_build_object('text', t.text, 'lang', t.lang,
            'quad', t.quad, 'ink', t.ink, 'ground', t.ground) ORDER BY t.position)
            FROM picture_text t WHERE t.note_id = {{0}}.{{1}} AND t.media_id = m.id)) ORDER BY m.position)
    FROM media m WHERE m.note_id = {{0}}.{{1}} AND m.subject_id = {{0}}.id)"""
"""The pictures of rows of note or comment as jsonb; filled with the row's alias and its note_id column."""


def words_in(pictures: Iterable[Mapping[str, Any]] | None, *, is_public: bool) -> list[Words]:
    """The lines of text in pictures (as PICTURES gives them), one picture after another."""
    return [
        Words(
            text=line["text"],
            lang=line["lang"],
            subject_id=Id(one["id"]),
            part="picture",
            is_public=is_public,
        )
        for one in pictures or ()
        for line in one.get("texts") or ()
    ]


def to_pictures(
    note_id: int,
    pictures: Iterable[Mapping[str, Any]] | None,
    texts: Iterable[Passage],
    alts: Iterable[Passage] | None = None,
) -> tuple[Picture, ...]:
    """Stored pictures with their alt texts and lines (in the order of `words_in`) in the reader's language."""
    lines, said = iter(texts), iter(alts or ())
    return tuple(
        to_picture(note_id, one, next(said, None), [next(lines) for _ in one.get("texts") or ()])
        for one in pictures or ()
    )


def to_picture(
    note_id: int, row: Mapping[str, Any], alt: Passage | None = None, texts: Sequence[Passage] = ()
) -> Picture:
    """A stored picture (as PICTURES gives it) with the addresses of its files; `alt` and `texts` as the reader reads them."""
    key, width = row["key"], row["width"]
    sources = [
        Source(url=address(note_id, key, name, form), width=min(size, width), format=form)
        for form in FORMATS
        for name, size in SIZES.items()
        if form == "webp" or name in row["avif_sizes"]
    ]
    return Picture(
        id=Id(row["id"]),
        kind="film" if row.get("film_key") else "picture",
        width=width,
        height=row["height"],
        thumbhash=row["thumbhash"],
        mean_color=row["mean_color"],
        alt=alt.text if alt else row["alt"],
        alt_lang=alt.lang if alt else row["alt_lang"],
        sources=tuple(sources),
        texts=tuple(
            _placed(words, line, width / row["height"])
            for words, line in zip(texts, (row.get("texts") or ()) if texts else (), strict=True)
        ),
        description=alt if alt is not None and alt.kind != "original" else None,
        film=_film_of(note_id, row) if row.get("film_key") else None,
    )


def _film_of(note_id: int, row: Mapping[str, Any]) -> FilmCard:
    key = row["film_key"]
    return FilmCard(
        width=row["film_width"],
        height=row["film_height"],
        duration_ms=row["duration_ms"],
        has_sound=row["has_sound"],
        is_playable=row["is_playable"],
        playlist=film_address(note_id, key, "master.m3u8"),
        file=film_address(note_id, key, "film.mp4"),
        thumbs=film_address(note_id, key, "thumbs.vtt"),
        preview=film_address(note_id, key, "preview.mp4") if row["has_preview"] else None,
    )


def _placed(words: Passage, line: Mapping[str, Any], ratio: float) -> PictureText:
    """A line and its place as a turned box. `ratio`: the picture's width by its height."""
    x1, y1, x2, y2, x3, y3, x4, y4 = line["quad"]
    along = ((x2 - x1 + x3 - x4) / 2 * ratio, (y2 - y1 + y3 - y4) / 2)  # both in heights of the picture
    down = ((x4 - x1 + x3 - x2) / 2 * ratio, (y4 - y1 + y3 - y2) / 2)
    width, height = math.hypot(*along) / ratio, math.hypot(*down)
    middle = ((x1 + x2 + x3 + x4) / 4, (y1 + y2 + y3 + y4) / 4)
    return PictureText(
        words=words,
        quad=tuple(line["quad"]),
        left=round(middle[0] - width / 2, 4),
        top=round(middle[1] - height / 2, 4),
        width=round(width, 4),
        height=round(height, 4),
        angle=round(math.degrees(math.atan2(along[1], along[0])), 1),
        ink=line["ink"],
        ground=line["ground"],
    )


async def get_upload(db: Db, viewer: Viewer, blobs: Blobs, upload_id: Id) -> bytes:
    """The middle size of an upload as WebP, for its owner alone."""
    key = await db.value(
        "SELECT key FROM upload WHERE account_id = $1 AND id = $2", signed_in(viewer), upload_id
    )
    if key is None:
        raise NotFound("upload_gone")
    return await blobs.get(blob_key(key, "m", "webp"))


async def get_avatar(blobs: Blobs, key: str, size: str) -> bytes:
    """An avatar as WebP; size s (96 pixels) or m (320 pixels). Avatars are public."""
    if size not in {"s", "m"} or not is_key(key):
        raise NotFound("not_found")
    return await blobs.get(f"avatar/{key}/{size}.webp")


def is_key(key: str) -> bool:
    """Whether this has the form of a picture's key: 22 characters of URL-safe base64."""
    return len(key) == 22 and key.replace("-", "").replace("_", "").isalnum() and key.isascii()


async def blobs_of_notes(db: Db, note_ids: Iterable[int]) -> list[str]:
    """Every blob that these notes and the comments under them hold, for deleting them."""
    rows = await db.rows(
        """SELECT m.key, r.name, r.format FROM media m
           JOIN rendition r ON r.note_id = m.note_id AND r.media_id = m.id WHERE m.note_id = ANY($1)""",
        list(note_ids),
    )
    return [blob_key(row[0], row[1], row[2]) for row in rows]
