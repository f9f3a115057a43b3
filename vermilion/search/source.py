"""A note as the index needs it: its words, and what they are in other languages."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from vermilion.captions.groups import passages_of
from vermilion.captions.schema import Cue
from vermilion.kernel.ids import Id
from vermilion.kernel.record import Record
from vermilion.storage.db import Db
from vermilion.translation.schema import Words

Rendered = tuple[str, str, str]
"""Part, language, text."""


class Source(Record, kw_only=True, frozen=True):
    """A note as the index needs it."""

    id: Id
    author_id: Id
    audience: str
    title: str
    title_lang: str
    body: str
    body_lang: str
    tags: tuple[str, ...]
    place_name: str | None
    latitude: float | None
    """Where it says it is, or where the town lies that it was written in."""
    longitude: float | None
    released_at: datetime
    like_count: int
    save_count: int
    comment_count: int
    is_film: bool = False
    alts: list[dict[str, Any]] | None = None
    written: list[dict[str, Any]] | None = None
    """What is written in its pictures."""
    spoken: list[dict[str, Any]] | None = None
    """What is said in its films: a row for each track."""
    versions: list[dict[str, Any]] | None = None

    @property
    def is_for_all(self) -> bool:
        return self.audience == "everyone"

    def said(self, *, is_spoken: bool) -> list[tuple[str, str]]:
        """The tracks of its films, (language, text): of what is spoken, or those in other languages."""
        return [
            (one["lang"], "\n".join(cue["text"] for cue in one["cues"]))
            for one in self.spoken or ()
            if one["is_spoken"] == is_spoken
        ]


async def sources(db: Db, note_ids: Sequence[int]) -> list[Source]:
    """Those of these notes that are released."""
    return await db.all(Source, _SOURCES, list(note_ids))


_SOURCES = """SELECT n.id, n.author_id, n.audience, n.title, n.title_lang, n.body, n.body_lang, n.tags, n.place_name,
        coalesce(n.latitude, t.latitude) AS latitude, coalesce(n.longitude, t.longitude) AS longitude, n.released_at,
        c.like_count, c.save_count, c.comment_count,
        EXISTS (SELECT 1 FROM media m WHERE m.note_id = n.id AND m.subject_id = n.id AND m.position = 0 AND m.film_key <> ''
          AND m.is_playable) AS is_film,
        (SELECT jsonb_agg(jsonb_build_object('text', m.alt, 'lang', m.alt_lang)) FROM media m
          WHERE m.note_id = n.id AND m.subject_id = n.id AND m.alt <> '') AS alts,
        (SELECT jsonb_agg(jsonb_build_object('text', t.text, 'lang', t.lang)) FROM picture_text t
          JOIN media m ON m.note_id = t.note_id AND m.id = t.media_id
          WHERE t.note_id = n.id AND m.subject_id = n.id) AS written,
        (SELECT jsonb_agg(jsonb_build_object('media_id', t.media_id, 'cues', t.cues, 'lang', t.lang, 'is_spoken', t.is_spoken))
           FROM caption t WHERE t.note_id = n.id AND t.lang <> 'und') AS spoken,
        (SELECT jsonb_agg(jsonb_build_object('part', v.part, 'text', v.text, 'lang', v.lang)) FROM version v
          WHERE v.note_id = n.id AND v.subject_id = n.id) AS versions
    FROM note n JOIN note_count c ON c.note_id = n.id LEFT JOIN town t ON t.id = n.place_id
    WHERE n.id = ANY($1) AND n.state = 'public' AND n.deleted_at IS NULL"""


async def renderings(db: Db, sources: Sequence[Source]) -> Mapping[int, list[Rendered]]:
    """What notes for everyone are called in other languages, by note; remembers where their words stand."""
    places: dict[bytes, list[tuple[Id, str]]] = {}
    for source in sources:
        if source.is_for_all:
            for words in _words(source):
                places.setdefault(words.hash, []).append((source.id, words.part))
    if not places:
        return {}
    await db.run(
        """INSERT INTO search_text (text_hash, note_id) SELECT * FROM unnest($1::bytea[], $2::bigint[])
           ON CONFLICT DO NOTHING""",
        [key for key, where in places.items() for _ in where],
        [note_id for where in places.values() for note_id, _ in where],
    )
    rows = await db.rows(
        "SELECT text_hash, lang, text FROM rendering WHERE text <> '' AND text_hash = ANY($1)", list(places)
    )
    found: dict[int, list[Rendered]] = {}
    for text_hash, lang, text in rows:
        for note_id, part in places[text_hash]:
            found.setdefault(note_id, []).append((part, lang, text))
    return found


def _words(source: Source) -> list[Words]:
    title = Words(
        text=source.title, lang=source.title_lang, subject_id=source.id, part="title", is_public=True
    )
    body = Words(text=source.body, lang=source.body_lang, subject_id=source.id, part="body", is_public=True)
    spoken = [
        words
        for one in source.spoken or ()
        if one["is_spoken"]
        for words in passages_of(
            [Cue(**cue) for cue in one["cues"]], one["lang"], Id(one["media_id"]), is_public=True
        )
    ]
    return [words for words in (title, body, *spoken) if words.text]
