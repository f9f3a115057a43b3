"""Rows to start from, one plain function a table."""

import hashlib
import io
import secrets
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

import msgspec
from PIL import Image

from vermilion.accounts.entry import add_account
from vermilion.comments import actions as comments
from vermilion.comments.schema import CommentCard, NewComment
from vermilion.engines.language import Language
from vermilion.kernel.clock import now
from vermilion.kernel.ids import Id, new_id
from vermilion.kernel.viewer import Viewer
from vermilion.notes import actions as notes
from vermilion.notes import reads
from vermilion.notes.schema import NewNote, Note
from vermilion.places.jobs import entry_of, gazetteer_version, load_some, read_entries
from vermilion.places.names import Entry, zone_towns
from vermilion.storage.db import Db

PASSWORD = "three quiet lighthouses"
EVERY_SCOPE = ("public", "read", "notices", "write", "react", "account")


@dataclass(frozen=True)
class Person:
    """An account and the ways it is signed in."""

    viewer: Viewer
    token: str
    secret: str

    @property
    def id(self) -> Id:
        return self.viewer.account_id

    @property
    def bearer(self) -> dict[str, str]:
        """Headers of an application that acts for this person."""
        return {"authorization": f"Bearer {self.token}"}

    @property
    def cookie(self) -> dict[str, str]:
        """Headers of this person's browser on our own page."""
        return {"cookie": f"__Host-session={self.secret}", "sec-fetch-site": "same-origin"}


async def person(
    db: Db,
    handle: str,
    *,
    reads: tuple[str, ...] = ("en",),
    scopes: tuple[str, ...] = EVERY_SCOPE,
    **fields: Any,  # noqa: ANN401 - columns
) -> Person:
    """An account with a session and a bearer token; `fields` are further columns of account."""
    account_id = new_id()
    await add_account(db, account_id, handle, handle.title(), reads)
    for column, value in fields.items():
        await db.run(f"UPDATE account SET {column} = $2 WHERE id = $1", account_id, value)
    viewer = Viewer(account_id=account_id, handle=handle, reads=reads)
    return Person(
        viewer=viewer, token=await token(db, account_id, scopes), secret=await session(db, account_id)
    )


async def session(db: Db, account_id: Id) -> str:
    """The secret of a new session."""
    secret = f"s.{int(account_id)}.{secrets.token_urlsafe(32)}"
    await db.run(
        """INSERT INTO session (account_id, id, token_hash, agent, created_at, seen_at, expires_at)
           VALUES ($1, $2, $3, 'test', $4, $4, $5)""",
        account_id, new_id(), hashlib.sha256(secret.encode()).digest(), now(), now() + timedelta(days=1),
    )  # fmt: skip
    return secret


async def token(db: Db, account_id: Id, scopes: tuple[str, ...] = EVERY_SCOPE) -> str:
    """A new bearer token."""
    secret = f"t.{int(account_id)}.{secrets.token_urlsafe(32)}"
    await db.run(
        """INSERT INTO token (account_id, id, token_hash, application, scopes, created_at, seen_at, expires_at)
           VALUES ($1, $2, $3, 'test', $4, $5, $5, $6)""",
        account_id, new_id(), hashlib.sha256(secret.encode()).digest(), list(scopes), now(), now() + timedelta(days=1),
    )  # fmt: skip
    return secret


async def note(db: Db, author: Person, title: str = "A note", **fields: Any) -> Note:  # noqa: ANN401 - fields
    """A note that has been released; `fields` are those of NewNote."""
    page = await notes.publish(db, author.viewer, Language(), NewNote(title=title, **fields))
    async with db.transaction():
        await notes.release(db, await reads.get_note(db, author.viewer, page.id))
    return await reads.get_note(db, author.viewer, page.id)


async def film(
    db: Db,
    author: Person,
    title: str = "A film",
    *,
    playable: bool = True,
    **fields: Any,  # noqa: ANN401 - fields
) -> Note:
    """A released note with a film of twenty seconds, whose files are not there; `fields` are those of NewNote."""
    page = await notes.publish(db, author.viewer, Language(), NewNote(title=title, **fields))
    key = secrets.token_urlsafe(16)
    await db.run(
        """INSERT INTO media (note_id, id, subject_id, position, kind, key, width, height, thumbhash, mean_color, film_key,
               film_width, film_height, duration_ms, has_sound, is_playable, has_preview)
           VALUES ($1, $2, $1, 0, 'film', $3, 720, 1280, 'hash', '#336699', $4, 1080, 1920, 20000, true, $5, true)""",
        page.id, new_id(), f"c{key[1:]}", f"f{key[1:]}", playable,
    )  # fmt: skip
    await db.run("UPDATE note SET picture_count = 1 WHERE id = $1", page.id)
    async with db.transaction():
        await notes.release(db, await reads.get_note(db, author.viewer, page.id))
    return await reads.get_note(db, author.viewer, page.id)


async def comment(db: Db, author: Person, note_id: Id, body: str = "A comment", **fields: Any) -> CommentCard:  # noqa: ANN401 - fields
    """A comment; `fields` are those of NewComment."""
    return await comments.say(db, author.viewer, Language(), note_id, NewComment(body=body, **fields))


@cache
def _entries() -> list[Entry]:
    return sorted(map(entry_of, read_entries()), key=lambda one: one.population)


async def gazetteer(db: Db, *names: str) -> dict[str, Id]:
    """Let the gazetteer hold the towns of these names, the largest of each, and nothing else."""
    found = {one.name: one for one in _entries() if one.name in names}
    towns = sorted(found.values(), key=lambda one: one.geonameid)
    written = [msgspec.Raw(msgspec.json.encode(one)) for one in towns]
    while await load_some(db, written, zone_towns(towns), gazetteer_version()):
        pass
    return {name: Id(one.geonameid) for name, one in found.items()}


def picture(width: int = 64, height: int = 48, form: str = "PNG", color: str = "#336699") -> bytes:
    """A file of one colour."""
    file = io.BytesIO()
    Image.new("RGB", (width, height), color).save(file, form)
    return file.getvalue()
