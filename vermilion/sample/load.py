"""Loading the sample world into a database, and removing it."""

import asyncio
import hashlib
import random
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import cast

from vermilion.accounts.entry import add_account
from vermilion.accounts.passwords import Passwords
from vermilion.engines.images import Images
from vermilion.engines.images_wire import Prepared
from vermilion.feed.ranking import liked, recent, repeat
from vermilion.kernel.clock import now
from vermilion.kernel.ids import EPOCH_MS, Id
from vermilion.kernel.text import content_hash, fold_tag, tags_in
from vermilion.media.covers import motif_for
from vermilion.media.looks import ADD_LOOK, bits_of
from vermilion.notes.places import match_places
from vermilion.notes.reads import VARIANTS
from vermilion.sample import films, password_file
from vermilion.sample.films import Made, store_picture
from vermilion.sample.world import Comment, Note, Person, notes, people, photograph_file
from vermilion.search.actions import index_notes, index_people
from vermilion.search.jobs import spell
from vermilion.settings import Settings
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Database, Db

VARIED = VARIANTS * 5040
"""Ids that are the same divided by this look the same: 5040 is divisible by every number up to ten."""

Say = Callable[[str], None]
Rows = dict[str, list[tuple[object, ...]]]
Pictures = dict[tuple[str, str], tuple[str, Prepared]]
"""Slug and name of a photograph -> where its files stand, and what it is."""

_INSERTS = {
    "note": """INSERT INTO note (id, author_id, state, audience, title, title_lang, title_hash, body, body_lang,
        body_hash, tags, place_name, latitude, longitude, made_with_ai, motif, picture_count, created_at, released_at)
        VALUES ($1, $2, 'public', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $17)""",
    "note_count": "INSERT INTO note_count (note_id, like_count, save_count, comment_count) VALUES ($1, $2, $3, $4)",
    "author_note": "INSERT INTO author_note (account_id, note_id) VALUES ($1, $2)",
    "topic_note": "INSERT INTO topic_note (tag, note_id, author_id) VALUES ($1, $2, $3)",
    "version": "INSERT INTO version (note_id, subject_id, part, lang, text, hash) VALUES ($1, $2, $3, $4, $5, $6)",
    "comment": """INSERT INTO comment (note_id, id, parent_id, reply_to_id, author_id, state, body, body_lang, body_hash,
        created_at) VALUES ($1, $2, $3, $3, $4, 'public', $5, $6, $7, $8)""",
    "comment_count": """INSERT INTO comment_count (note_id, comment_id, is_first, like_count, reply_count)
        VALUES ($1, $2, $3, $4, $5)""",
    "note_like": "INSERT INTO note_like (note_id, subject_id, account_id, created_at) VALUES ($1, $2, $3, $4)",
    "save": "INSERT INTO save (account_id, note_id, author_id, created_at) VALUES ($1, $2, $3, $4)",
    "explore": """INSERT INTO explore (bucket, note_id, author_id, lang, is_film, score, released_at, recent, liked, repeat)
        VALUES (0, $1, $2, $3, $4, $5, $6, $7, $8, $9)""",
    "media": """INSERT INTO media (note_id, id, subject_id, position, kind, key, width, height, thumbhash, mean_color,
        avif_sizes, alt, alt_lang, alt_hash, film_key, film_width, film_height, duration_ms, has_sound, is_playable)
        VALUES ($1, $2, $1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $18)""",
    "rendition": """INSERT INTO rendition (note_id, media_id, name, format, width, height, bytes)
        VALUES ($1, $2, $3, $4, $5, $6, $7)""",
    "look": ADD_LOOK,
    "picture_look": """INSERT INTO picture_look (note_id, media_id, bits, is_due)
        VALUES ($1, $2, $3::text::bit(256), $3::text IS NULL)""",
    "follow_out": "INSERT INTO follow_out (account_id, followee_id, state, created_at) VALUES ($1, $2, 'accepted', $3)",
    "follow_in": "INSERT INTO follow_in (account_id, follower_id, state, created_at) VALUES ($1, $2, 'accepted', $3)",
    "timeline": "INSERT INTO timeline (account_id, note_id, author_id) VALUES ($1, $2, $3)",
    **films.INSERTS,
}


class _World:
    """The rows of the sample world while they are gathered. Chance is seeded: the same world each time."""

    def __init__(self, moment: datetime, accounts: dict[str, Id]) -> None:
        self.moment = moment
        self.accounts = accounts
        self.chance = random.Random(20_250_113)  # noqa: S311 - no secret depends on it
        self.rows: Rows = {table: [] for table in _INSERTS}
        self.offered: dict[Id, list[datetime]] = {}

    def id_at(self, moment: datetime, name: str) -> Id:
        """The id of something named `name` that was made at that moment; always the same for both.

        What is drawn after its id (a cover, the colour of a person) depends on the name alone, whenever it is loaded.
        """
        named = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=4).digest(), "big") % VARIED
        made = (int(moment.timestamp() * 1000) - EPOCH_MS) << 22
        return Id(made - made % VARIED + VARIED + named)

    def likers(self, count: int, owner: Id) -> list[Id]:
        """So many different people, the owner not among them."""
        return self.chance.sample(
            [one for one in self.accounts.values() if one != owner], min(count, len(self.accounts) - 1)
        )


async def load(settings: Settings, say: Say) -> None:
    """Load the sample world where there is nobody yet; says what it does."""
    database = Database(settings.database_url or "")
    blobs, passwords = Blobs(settings.blobs), Passwords()
    db = database.session()
    try:
        if await db.value("SELECT 1 FROM account LIMIT 1"):
            say("people are here already: the sample world is left out")
            return
        pictures, made = await asyncio.gather(_prepare_photographs(blobs, say), films.make(settings, blobs))
        secret = secrets.token_urlsafe(9)
        async with db.transaction():
            # Two commands at once: the second waits here, finds people, and leaves.
            await db.run("SELECT pg_advisory_xact_lock(7011)")
            if await db.value("SELECT 1 FROM account LIMIT 1"):
                return
            world = await _people(db, people(), await passwords.hash(secret))
            for note in notes():
                _note(world, note, pictures, made.get(note.slug))
            _follows(world)
            for table, rows in world.rows.items():
                await db.run_many(_INSERTS[table], rows)
            await match_places(db, [cast(Id, row[0]) for row in world.rows["note"]])
            await index_people(db, list(world.accounts.values()))
            await index_notes(db, [cast(Id, row[0]) for row in world.rows["note"]])
            await spell(db, [*world.accounts.values(), *(cast(Id, row[0]) for row in world.rows["note"])])
            await db.run(_COUNT_PEOPLE)
            await db.run_many(
                "UPDATE account_count SET note_count = $2 WHERE account_id = $1",
                [(author, len(shown)) for author, shown in world.offered.items()],
            )
        _keep_password(settings, secret)
        say(
            f"{len(world.accounts)} people, {len(world.rows['note'])} notes and {len(world.rows['comment'])} comments loaded"
        )
    finally:
        passwords.close()
        await database.close()


async def _people(db: Db, found: list[Person], secret: str) -> _World:
    moment = now()
    world = _World(moment, {})
    for number, person in enumerate(found):
        joined = moment - timedelta(days=40, minutes=number)
        account_id = world.id_at(joined, person.handle)
        world.accounts[person.handle] = account_id
        await add_account(db, account_id, person.handle, person.name, person.reads, origin="sample")
        await db.run(
            """UPDATE account SET bio = $2, bio_lang = $3, bio_hash = $4, region = $5, interests = $6, created_at = $7
               WHERE id = $1""",
            account_id,
            person.bio,
            person.reads[0],
            content_hash(person.bio),
            person.region,
            list(person.interests),
            joined,
        )
        await db.run(
            "INSERT INTO credential (account_id, kind, secret, created_at) VALUES ($1, 'password', $2, $3)",
            account_id,
            secret,
            joined,
        )
    return world


def _note(world: _World, note: Note, pictures: Pictures, film: Made | None) -> None:
    author, made_at = world.accounts[note.author], world.moment - timedelta(days=note.days)
    note_id, rows = world.id_at(made_at, note.slug), world.rows
    tags = tuple(dict.fromkeys(map(fold_tag, tags_in(f"{note.title}\n{note.body}"))))
    shown = [(name, *pictures[note.slug, name]) for name in note.photos if (note.slug, name) in pictures]
    if film is not None:
        shown = [("film", film.cover_key, film.cover)]
    place = note.place
    rows["note"].append(
        (
            note_id,
            author,
            note.audience,
            note.title,
            note.lang,
            content_hash(note.title),
            note.body,
            note.lang,
            content_hash(note.body),
            list(tags),
            place.name if place else None,
            place.lat if place else None,
            place.lon if place else None,
            note.made_with_ai,
            note.cover or motif_for(tags, note_id),
            len(shown),
            made_at,
        )
    )
    rows["author_note"].append((author, note_id))
    rows["topic_note"] += [(tag, note_id, author) for tag in tags]
    for position, (name, key, picture) in enumerate(shown):
        media_id = _picture(world, note, note_id, position, name, key, picture, film)
        if film is not None and note.film is not None:
            for table, made in films.rows_of(note.film, film, note.lang, author, note_id, media_id, made_at):
                rows[table].append(made)
    for part, texts in (("title", note.titles), ("body", note.bodies)):
        rows["version"] += [
            (note_id, note_id, part, lang, text, content_hash(text))
            for lang, text in texts.items()
            if lang != note.lang
        ]
    likers, savers = world.likers(note.likes, author), world.likers(note.saves, author)
    rows["note_like"] += [(note_id, note_id, one, made_at + timedelta(minutes=7)) for one in likers]
    rows["save"] += [(one, note_id, author, made_at + timedelta(minutes=9)) for one in savers]
    said = sum(
        _comment(world, note_id, made_at, f"{note.slug}/{at}", comment)
        for at, comment in enumerate(note.comment)
    )
    rows["note_count"].append((note_id, len(likers), len(savers), said))
    if note.audience == "everyone":
        earlier = sum(made_at - other < timedelta(days=1) for other in world.offered.get(author, []))
        world.offered.setdefault(author, []).append(made_at)
        terms = (recent(made_at), liked(len(likers), len(savers), said), repeat(earlier))
        rows["explore"].append((note_id, author, note.lang, film is not None, sum(terms), made_at, *terms))


def _picture(
    world: _World, note: Note, note_id: Id, position: int, name: str, key: str, picture: Prepared, film: Made | None
) -> Id:  # fmt: skip
    media_id = world.id_at(world.moment - timedelta(days=note.days), f"{note.slug}/{name}")
    alt = note.alts[position] if position < len(note.alts) else ""
    if film is not None and note.film is not None:
        alt = note.film.alt
    world.rows["media"].append(
        (
            note_id,
            media_id,
            position,
            "film" if film is not None else "picture",
            key,
            picture.width,
            picture.height,
            picture.thumbhash,
            picture.mean_color,
            "".join(sorted(made.name for made in picture.renditions if made.format == "avif")),
            alt,
            note.lang,
            content_hash(alt),
            *(films.shown_of(note.film, film) if film is not None and note.film is not None else films.NONE),
        )
    )
    bits = bits_of(picture.look)
    world.rows["look"] += [(bits,)] if bits else []
    world.rows["picture_look"].append((note_id, media_id, bits))
    world.rows["rendition"] += [
        (note_id, media_id, made.name, made.format, made.width, made.height, len(made.data))
        for made in picture.renditions
    ]
    return media_id


def _comment(
    world: _World, note_id: Id, noted_at: datetime, name: str, comment: Comment, parent: Id | None = None
) -> int:
    """Gather a comment with its replies; gives how many."""
    said_at = min(noted_at + timedelta(hours=comment.hours), world.moment - timedelta(minutes=2))
    comment_id, author, rows = world.id_at(said_at, name), world.accounts[comment.by], world.rows
    rows["comment"].append(
        (
            note_id,
            comment_id,
            parent,
            author,
            comment.text,
            comment.lang,
            content_hash(comment.text),
            said_at,
        )
    )
    likers = world.likers(comment.likes, author)
    rows["comment_count"].append((note_id, comment_id, parent is None, len(likers), len(comment.reply)))
    rows["note_like"] += [(note_id, comment_id, one, said_at + timedelta(minutes=3)) for one in likers]
    rows["version"] += [
        (note_id, comment_id, "comment", lang, text, content_hash(text))
        for lang, text in comment.versions.items()
        if lang != comment.lang
    ]
    return 1 + sum(
        _comment(world, note_id, noted_at, f"{name}/{at}", reply, comment_id)
        for at, reply in enumerate(comment.reply)
    )


def _follows(world: _World) -> None:
    """Everybody follows some eight others, and finds their notes in the timeline."""
    everyone = list(world.accounts.values())
    for one in everyone:
        for other in world.chance.sample(everyone, 9):
            if one != other:
                at = world.moment - timedelta(hours=world.chance.uniform(1, 700))
                world.rows["follow_out"].append((one, other, at))
                world.rows["follow_in"].append((other, one, at))
                world.rows["timeline"] += [
                    (one, note_id, author) for author, note_id in world.rows["author_note"] if author == other
                ]


async def _prepare_photographs(blobs: Blobs, say: Say) -> Pictures:
    """Each photograph decoded once; stored under a key for each note that shows it."""
    wanted = [(note.slug, name) for note in notes() for name in note.photos]
    found = {name: file for _, name in wanted if (file := photograph_file(name))}
    if not found:
        say("the photographs were not fetched: drawn covers take their place")
        return {}
    images, made = Images(), {}
    await images.start()
    try:
        for name, file in found.items():
            made[name] = await images.prepare(file.read_bytes())
    finally:
        await images.close()
    kept = {(slug, name): (secrets.token_urlsafe(16), made[name]) for slug, name in wanted if name in made}
    for key, picture in kept.values():
        await store_picture(blobs, key, picture)
    return kept


def _keep_password(settings: Settings, secret: str) -> None:
    file = password_file(settings.data)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)  # one that is there may be open to others
    file.touch(mode=0o600)
    file.write_text(secret + "\n")


_COUNT_PEOPLE = """UPDATE account_count c SET
        follower_count = (SELECT count(*) FROM follow_in f WHERE f.account_id = c.account_id),
        following_count = (SELECT count(*) FROM follow_out f WHERE f.account_id = c.account_id)"""
