"""Pictures and films of a draft: kept as long as it lives, and let go with it."""

import secrets
from collections.abc import Sequence
from typing import NamedTuple

from msgspec.structs import replace

from vermilion.kernel.clock import now
from vermilion.kernel.errors import Conflict
from vermilion.kernel.ids import Id, new_id
from vermilion.kernel.record import columns
from vermilion.kernel.viewer import Viewer
from vermilion.media.actions import card_of, keys_of
from vermilion.media.film_uploads import LASTS
from vermilion.media.films import drop_rows
from vermilion.media.schema import Film, Upload, UploadCard, blob_key
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Db

MOST_FILMS = 10
"""Films one person may have in drafts."""


async def keep_for(db: Db, viewer: Viewer, draft_id: Id, wanted: Sequence[Id]) -> None:
    """Let exactly these uploads live as long as the draft, inside its transaction; what stands in another stays there.

    What leaves the draft lasts for the usual time. Raises Conflict("too_many_draft_films").
    """
    me, ids, moment = viewer.account_id, list(wanted), now()
    await db.run(
        """UPDATE upload SET draft_id = CASE WHEN id = ANY($3) THEN $2 ELSE 0 END, created_at = $4
           WHERE account_id = $1 AND (id = ANY($3) AND draft_id = 0 OR draft_id = $2 AND id <> ALL($3))""",
        me,
        draft_id,
        ids,
        moment,
    )
    changed = await db.run(
        """UPDATE film SET draft_id = CASE WHEN id = ANY($3) THEN $2 ELSE 0 END, expires_at = $4
           WHERE account_id = $1 AND note_id = 0 AND (id = ANY($3) AND draft_id = 0 OR draft_id = $2 AND id <> ALL($3))""",
        me,
        draft_id,
        ids,
        moment + LASTS,
    )
    if changed:
        count = await db.value("SELECT count(*) FROM film WHERE account_id = $1 AND draft_id <> 0", me)
        if count > MOST_FILMS:
            raise Conflict("too_many_draft_films", most=MOST_FILMS)


class Kept(NamedTuple):
    """An upload and the draft it stands in, 0: in none."""

    card: UploadCard
    draft_id: int


async def kept_uploads(db: Db, viewer: Viewer, ids: Sequence[Id]) -> dict[Id, Kept]:
    """Those of these uploads that are there, by their ids."""
    found = await db.all(
        Upload,
        f"SELECT {columns(Upload)} FROM upload WHERE account_id = $1 AND id = ANY($2)",
        viewer.account_id,
        list(ids),
    )
    return {one.id: Kept(card_of(one), one.draft_id) for one in found}


async def copied(db: Db, viewer: Viewer, blobs: Blobs, ids: Sequence[Id]) -> dict[Id, Id]:
    """Copies of those of these pictures that stand in a draft, files included, by what they are copies of.

    A film is not copied: it stays where it stands.
    """
    found = await db.all(
        Upload,
        f"""SELECT {columns(Upload)} FROM upload
            WHERE account_id = $1 AND id = ANY($2) AND draft_id <> 0 AND kind = 'picture'""",
        viewer.account_id,
        list(ids),
    )
    copies = {
        one.id: replace(
            one,
            id=new_id(),
            key=secrets.token_urlsafe(16),
            draft_id=Id(0),
            created_at=now(),
            source_key="",
            turn=0,
            crop=(),
        )
        for one in found
    }
    for one in found:
        for size in one.renditions:
            data = await blobs.get(blob_key(one.key, size.name, size.format))
            await blobs.put(
                blob_key(copies[one.id].key, size.name, size.format), data, f"image/{size.format}"
            )
    names = Upload.__struct_fields__
    await db.run_many(
        f"INSERT INTO upload ({columns(Upload)}) VALUES ({', '.join(f'${at + 1}' for at in range(len(names)))})",
        [[getattr(copy, name) for name in names] for copy in copies.values()],
    )
    return {one: copy.id for one, copy in copies.items()}


async def drop_kept(db: Db, draft_ids: Sequence[tuple[Id, Id]]) -> list[str]:
    """Take away what stands in these drafts (account and draft), inside a transaction; gives the blobs."""
    accounts, drafts = [one for one, _ in draft_ids], [one for _, one in draft_ids]
    rows = await db.rows(
        """DELETE FROM upload WHERE account_id = ANY($1) AND draft_id = ANY($2) AND draft_id <> 0
           RETURNING key, renditions, source_key""",
        accounts,
        drafts,
    )
    films = await db.all(
        Film,
        f"""SELECT {columns(Film)} FROM film
            WHERE account_id = ANY($1) AND draft_id = ANY($2) AND draft_id <> 0 AND note_id = 0 FOR UPDATE""",
        accounts,
        drafts,
    )
    dropped = await drop_rows(db, films) if films else []
    return [*dropped, *(key for row in rows for key in keys_of(*row))]
