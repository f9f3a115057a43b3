"""The films of notes, for those who may see the notes; addresses of restricted ones are sealed and expire. Their covers."""

import hashlib
import hmac
import time
from typing import NamedTuple

from vermilion.accounts.schema import Wishes
from vermilion.kernel.errors import Forbidden, NotFound
from vermilion.kernel.ids import Id
from vermilion.kernel.viewer import Viewer
from vermilion.media import film_covers
from vermilion.media.film_uploads import Desk, get_own
from vermilion.media.films import find_film, sizes_of
from vermilion.media.reads import is_key
from vermilion.media.schema import Film, FilmSize
from vermilion.notes.reads import get_note, get_own_note
from vermilion.storage.db import Db
from vermilion.translation.seals import get_secret

ADDRESS_LASTS = 6 * 3600
_KEPT_S = 5.0


class ShownFilm(NamedTuple):
    """A film somebody may see, the sizes made so far, and whether every cache may keep it."""

    film: Film
    sizes: list[FilmSize]
    is_for_all: bool
    wishes: Wishes = Wishes()
    """Of its author, where somebody else looks."""

    def size(self, name: str) -> FilmSize:
        """A size by its name; raises NotFound."""
        found = next((one for one in self.sizes if one.name == name), None)
        if found is None:
            raise NotFound("not_found")
        return found


async def get_film(db: Db, viewer: Viewer, note_id: Id, key: str) -> ShownFilm:
    """A film of a note the viewer may see; raises NotFound."""
    if not is_key(key):
        raise NotFound("not_found")
    note = await get_note(db, viewer, note_id)

    async def ask() -> tuple[Film | None, list[FilmSize]]:
        film_id = await db.value("SELECT id FROM media WHERE note_id = $1 AND film_key = $2", note_id, key)
        if film_id is None:
            return None, []
        return await find_film(db, note.author_id, film_id), await sizes_of(db, note.author_id, film_id)

    film, sizes = await db.shared(("film", int(note_id), key), ask, seconds=_KEPT_S)
    if film is None:
        raise NotFound("not_found")
    return ShownFilm(film, sizes, note.is_for_all, note.wishes)


async def choose_cover(
    db: Db, viewer: Viewer, desk: Desk, film_id: Id, at_ms: int | None, picture: Id | None
) -> None:
    """Let a frame of a film of one's own, or a picture that was sent, be its cover, also in its note.

    Raises NotFound("film_gone" | "note_gone" | "upload_gone"), Conflict("film_not_ready").
    """
    film = await get_own(db, viewer, film_id)
    if film.note_id and (await get_own_note(db, viewer, film.note_id)).deleted_at:
        raise NotFound("note_gone")
    await film_covers.choose_cover(db, viewer, desk, film_id, at_ms, picture)


async def sealed(db: Db, viewer: Viewer, film: Film, *, moment: float | None = None) -> str:
    """What opens the files of a restricted film to this viewer for six hours: `{expiry}.{seal}`."""
    expiry = int(time.time() if moment is None else moment) + ADDRESS_LASTS
    return f"{expiry}.{_seal(await get_secret(db), viewer, film, expiry)}"


async def check_sealed(db: Db, viewer: Viewer, film: Film, ticket: str) -> None:
    """Raises Forbidden("film_address") where it is somebody else's, another film's or too old."""
    expiry, _, seal = ticket.partition(".")
    if not (expiry.isascii() and expiry.isdigit() and len(expiry) < 16):
        raise Forbidden("film_address")
    ours = _seal(await get_secret(db), viewer, film, int(expiry))
    if not hmac.compare_digest(ours.encode(), seal.encode("utf-8", "replace")) or int(expiry) < time.time():
        raise Forbidden("film_address")


def _seal(secret: bytes, viewer: Viewer, film: Film, expiry: int) -> str:
    said = f"film.{int(viewer.account_id)}.{int(film.note_id)}.{film.key}.{expiry}"
    return hashlib.blake2b(said.encode(), digest_size=16, key=secret).hexdigest()
