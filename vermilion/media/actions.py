"""Taking pictures in."""

import secrets
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from vermilion.accounts.rules import signed_in
from vermilion.accounts.schema import AccountsErased
from vermilion.engines.images import Images
from vermilion.kernel.clock import now
from vermilion.kernel.errors import Conflict, Unavailable
from vermilion.kernel.ids import Id, new_id
from vermilion.kernel.record import columns
from vermilion.kernel.text import content_hash
from vermilion.kernel.viewer import Viewer
from vermilion.media.films import drop_all_of, drop_noted, drop_unnoted
from vermilion.media.looks import keep_looks
from vermilion.media.schema import (
    SIZES,
    Crop,
    Film,
    Media,
    PictureEdit,
    PicturesDropped,
    Rendition,
    Upload,
    UploadCard,
    blob_key,
    original_key,
)
from vermilion.media.texts import ask_to_read
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Db
from vermilion.work.events import emit

MOST_WAITING = 60
"""Uploads one person may have that stand in no note or draft; a further one takes the place of the oldest."""


async def upload(db: Db, viewer: Viewer, blobs: Blobs, images: Images, data: bytes) -> UploadCard:
    """Decode a picture, store its sizes and give it an id to be published with."""
    made = await decode(db, viewer, blobs, images, data)
    try:
        return await keep(db, made)
    except Unavailable:
        await drop(blobs, made)
        raise


async def decode(
    db: Db,
    viewer: Viewer,
    blobs: Blobs,
    images: Images,
    data: bytes,
    film_id: Id | None = None,
    *,
    picture_id: Id | None = None,
) -> Upload:
    """The first half of an upload, which takes long: its files are stored, its row is not. film_id: it is its cover."""
    me = signed_in(viewer)
    prepared = await images.prepare(data)
    await _make_room(db, me, blobs)
    key = secrets.token_urlsafe(16)
    files = {
        blob_key(key, made.name, made.format): (made.data, f"image/{made.format}")
        for made in prepared.renditions
    }
    if film_id is None:
        files[original_key(key)] = (data, "application/octet-stream")
    await blobs.put_all(files)
    return Upload(
        account_id=me,
        id=film_id or picture_id or new_id(),
        kind="film" if film_id else "picture",
        key=key,
        width=prepared.width,
        height=prepared.height,
        thumbhash=prepared.thumbhash,
        mean_color=prepared.mean_color,
        renditions=tuple(
            Rendition(
                name=made.name, format=made.format, width=made.width, height=made.height, bytes=len(made.data)
            )
            for made in prepared.renditions
        ),
        created_at=now(),
        look=prepared.look,
        source_key="" if film_id else key,
    )


async def keep(db: Db, made: Upload) -> UploadCard:
    """The second half: the row."""
    names = Upload.__struct_fields__
    places = ", ".join(f"${at + 1}" for at in range(len(names)))
    await db.run(
        f"INSERT INTO upload ({columns(Upload)}) VALUES ({places})", *(getattr(made, name) for name in names)
    )
    return card_of(made)


def card_of(made: Upload) -> UploadCard:
    """An upload as its owner sees it."""
    is_film = made.kind == "film"
    is_other = is_film or made.source_key not in {"", made.key}
    left, top, width, height = made.crop or (0.0, 0.0, 1.0, 1.0)
    return UploadCard(
        id=made.id,
        kind="film" if is_film else "picture",
        width=made.width,
        height=made.height,
        preview=f"/u/{made.id}" + (f"?{made.key[:8]}" if is_other else ""),
        whole="" if is_film else f"/u/{made.id}/whole",
        edit=PictureEdit(turn=made.turn, crop=Crop(left=left, top=top, width=width, height=height))
        if made.crop
        else PictureEdit(turn=made.turn),
    )


async def find_card(db: Db, viewer: Viewer, upload_id: Id) -> UploadCard | None:
    """An upload of one's own that stands in no note yet."""
    found = await db.maybe(
        Upload,
        f"SELECT {columns(Upload)} FROM upload WHERE account_id = $1 AND id = $2",
        signed_in(viewer),
        upload_id,
    )
    return card_of(found) if found else None


async def drop(blobs: Blobs, made: Upload) -> None:
    """Delete the files of an upload that was not kept."""
    await blobs.delete(
        [*(blob_key(made.key, one.name, one.format) for one in made.renditions), original_key(made.key)]
    )


async def discard(db: Db, viewer: Viewer, blobs: Blobs, upload_id: Id) -> None:
    """Forget an upload that stands in no note, film or picture; one that is gone already is no error."""
    me = signed_in(viewer)
    async with db.transaction():
        rows = await db.rows(
            "DELETE FROM upload WHERE account_id = $1 AND id = $2 RETURNING key, renditions, source_key",
            me,
            upload_id,
        )
        films = await drop_unnoted(db, me, [upload_id])
    await blobs.delete([*films, *(key for row in rows for key in keys_of(*row))])


async def attach(
    db: Db, viewer: Viewer, note_id: Id, subject_id: Id, wanted: Sequence[tuple[Id, int, str, str]]
) -> list[Media]:
    """Turn uploads (id, position, alt, alt language) into pictures of a note or comment, inside its transaction.

    Raises Conflict("upload_gone") when one is not the viewer's or was used already.
    """
    if not wanted:
        return []
    taken = await db.all(
        Upload,
        f"DELETE FROM upload WHERE account_id = $1 AND id = ANY($2) RETURNING {columns(Upload)}",
        viewer.account_id,
        [upload_id for upload_id, *_ in wanted],
    )
    by_id = {found.id: found for found in taken}
    if len(by_id) != len(wanted):
        raise Conflict("upload_gone", field="pictures")
    made = [
        _media(by_id[upload_id], note_id, subject_id, position, alt, lang)
        for upload_id, position, alt, lang in wanted
    ]
    if any(found.kind == "film" for found in taken):
        made = [await _with_film(db, viewer, one, is_alone=len(made) == 1) for one in made]
    await db.run_many(
        f"""INSERT INTO media ({columns(Media)})
           VALUES ({", ".join(f"${at + 1}" for at in range(len(Media.__struct_fields__)))})""",
        [[getattr(media, name) for name in Media.__struct_fields__] for media in made],
    )
    if sources := [key for found in taken for key in sources_of(found.key, found.source_key)]:
        await emit(db, PicturesDropped(keys=tuple(sources)))
    if subject_id == note_id:
        await keep_looks(db, note_id, {found.id: found.look for found in taken})
    await ask_to_read(db, note_id, [media.id for media in made])
    await store_sizes(db, note_id, {found.id: found.renditions for found in taken})
    return made


async def store_sizes(db: Db, note_id: Id, sizes: Mapping[Id, Sequence[Rendition]]) -> None:
    """Write down the sizes of pictures of a note, by picture, inside a transaction."""
    await db.run_many(
        """INSERT INTO rendition (note_id, media_id, name, format, width, height, bytes)
           VALUES ($1, $2, $3, $4, $5, $6, $7)""",
        [
            [note_id, media_id, size.name, size.format, size.width, size.height, size.bytes]
            for media_id, every in sizes.items()
            for size in every
        ],
    )


async def _with_film(db: Db, viewer: Viewer, cover: Media, *, is_alone: bool) -> Media:
    """The cover of a film, with what pages show of it; raises Conflict where it is in wrong company or cannot be shown."""
    if not is_alone or cover.note_id != cover.subject_id:
        raise Conflict("film_alone", field="pictures")
    film = await db.maybe(
        Film,
        f"""UPDATE film SET note_id = $3, draft_id = 0 WHERE account_id = $1 AND id = $2 AND note_id = 0 AND state <> 'failed'
            RETURNING {columns(Film)}""",
        viewer.account_id,
        cover.id,
        cover.note_id,
    )
    if film is None:
        raise Conflict("film_gone", field="pictures")
    return replace(
        cover,
        film_key=film.key,
        film_width=film.width,
        film_height=film.height,
        duration_ms=film.duration_ms,
        has_sound=film.has_sound,
        is_playable=film.state in {"playable", "ready"},
        has_preview=film.has_preview,
    )


async def rearrange(
    db: Db, viewer: Viewer, note_id: Id, subject_id: Id, wanted: Sequence[tuple[Id, int, str, str]]
) -> None:
    """Let exactly these pictures (id, position, alt, alt language) stand: those there are moved, uploads join, others go."""
    rows = await db.rows(
        "SELECT id, key FROM media WHERE note_id = $1 AND subject_id = $2", note_id, subject_id
    )
    keys = {row[0]: row[1] for row in rows}
    gone = keys.keys() - {picture for picture, *_ in wanted}
    if gone:
        sizes = await db.rows(
            "DELETE FROM rendition WHERE note_id = $1 AND media_id = ANY($2) RETURNING media_id, name, format",
            note_id,
            list(gone),
        )
        await db.run("DELETE FROM media WHERE note_id = $1 AND id = ANY($2)", note_id, list(gone))
        films = await drop_noted(db, [viewer.account_id], [note_id])
        await emit(
            db, PicturesDropped(keys=(*films, *(blob_key(keys[size[0]], size[1], size[2]) for size in sizes)))
        )
    kept = [place for place in wanted if place[0] in keys]
    if (
        len(kept) < len(wanted)
        and kept
        and await db.value(
            "SELECT 1 FROM media WHERE note_id = $1 AND subject_id = $2 AND kind = 'film'",
            note_id,
            subject_id,
        )
    ):
        raise Conflict("film_alone", field="pictures")
    if kept:
        await db.run_many(
            "UPDATE media SET position = $3, alt = $4, alt_lang = $5, alt_hash = $6 WHERE note_id = $1 AND id = $2",
            [
                [note_id, picture, position, alt, lang, content_hash(alt)]
                for picture, position, alt, lang in kept
            ],
        )
    made = await attach(db, viewer, note_id, subject_id, [place for place in wanted if place[0] not in keys])
    if any(one.film_key and not one.is_playable for one in made):
        raise Conflict("film_not_ready", field="pictures")


async def drop_pictures(db: Db, note_ids: Sequence[int], subject_ids: Sequence[int]) -> None:
    """Take the pictures of these subjects (pairs of note and comment) away, files included."""
    sizes = await db.rows(
        """SELECT m.key, r.name, r.format FROM media m
           JOIN rendition r ON r.note_id = m.note_id AND r.media_id = m.id
           WHERE (m.note_id, m.subject_id) IN (SELECT * FROM unnest($1::bigint[], $2::bigint[]))""",
        list(note_ids),
        list(subject_ids),
    )
    if sizes:
        await db.run(
            "DELETE FROM media WHERE (note_id, subject_id) IN (SELECT * FROM unnest($1::bigint[], $2::bigint[]))",
            list(note_ids),
            list(subject_ids),
        )
        await emit(db, PicturesDropped(keys=tuple(blob_key(size[0], size[1], size[2]) for size in sizes)))


async def forget_accounts(db: Db, event: AccountsErased) -> None:
    """At once with the end of accounts: the files of what they sent and never published."""
    rows = await db.rows(
        "DELETE FROM upload WHERE account_id = ANY($1) RETURNING key, renditions, source_key",
        list(event.account_ids),
    )
    await db.run("DELETE FROM picture_queue WHERE account_id = ANY($1)", list(event.account_ids))
    films = await drop_all_of(db, event.account_ids)
    if keys := [*films, *(key for row in rows for key in keys_of(*row))]:
        await emit(db, PicturesDropped(keys=tuple(keys)))


async def _make_room(db: Db, account_id: Id, blobs: Blobs) -> None:
    rows = await db.rows(
        """DELETE FROM upload WHERE account_id = $1 AND id IN
               (SELECT id FROM upload WHERE account_id = $1 AND kind = 'picture' AND draft_id = 0 ORDER BY id DESC OFFSET $2)
           RETURNING key, renditions, source_key""",
        account_id,
        MOST_WAITING - 1,
    )
    if rows:
        await blobs.delete([key for row in rows for key in keys_of(*row)])


def keys_of(key: str, renditions: Sequence[dict[str, str]], source_key: str) -> list[str]:
    """The blobs of an upload, from its stored renditions."""
    return [
        *(blob_key(key, made["name"], made["format"]) for made in renditions),
        *sources_of(key, source_key),
    ]


def sources_of(key: str, source_key: str) -> list[str]:
    """What an upload is made from, and what a note has no need of: the original, and the whole where that is cut."""
    if not source_key:
        return []
    whole = [] if source_key == key else [blob_key(source_key, name, "webp") for name in SIZES]
    return [original_key(source_key), *whole]


def avif_sizes(found: Upload) -> str:
    """The sizes that are there as AVIF too, a letter each."""
    return "".join(sorted(size.name for size in found.renditions if size.format == "avif"))


def _media(found: Upload, note_id: Id, subject_id: Id, position: int, alt: str, lang: str) -> Media:
    return Media(
        note_id=note_id,
        id=found.id,
        subject_id=subject_id,
        position=position,
        kind=found.kind,
        key=found.key,
        width=found.width,
        height=found.height,
        thumbhash=found.thumbhash,
        mean_color=found.mean_color,
        avif_sizes=avif_sizes(found),
        alt=alt,
        alt_lang=lang,
        alt_hash=content_hash(alt),
    )
