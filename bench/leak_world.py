"""A world in which every text, picture, name and count carries a canary, and who may see each of them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from tests import factories
from tests.factories import Person
from vermilion.accounts import actions as people
from vermilion.engines.embed import Vector
from vermilion.engines.images import Images
from vermilion.kernel.clock import now
from vermilion.kernel.ids import Id, new_id
from vermilion.kernel.text import place_hash
from vermilion.media.looks import keep_looks
from vermilion.media.schema import Rendition, blob_key, film_blob
from vermilion.search.actions import index_people
from vermilion.search.asking import FILM
from vermilion.search.meaning import Meanings
from vermilion.search.query import cut, understand
from vermilion.search.terms import pack
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Db
from vermilion.translation.queue import finish
from vermilion.translation.schema import Done, Words
from vermilion.web.context import State

ABROAD = "DE"
WHERE = (38.71, -9.14)
"""Where every note of the world is, in degrees."""
MEANT = "zzyzx"
"""What every note of the world means, though none says so."""
LOOK = bytes(range(32))
"""What the picture of every note looks like, and every picture that is sent."""
SIGNED_IN = (
    "stranger", "follower", "mutual", "requested", "blocked", "blocker", "muted", "author", "abroad", "moderator",
    "closed",
)  # fmt: skip
VIEWERS = ("guest", *SIGNED_IN)
EVERYBODY = frozenset(VIEWERS)
APART = frozenset({"blocked", "blocker"})
IN_REACH = EVERYBODY - APART
FOLLOWERS = frozenset({"follower", "mutual", "muted", "author"})
AUTHOR = frozenset({"author"})
NOBODY: frozenset[str] = frozenset()

# State of the world -> state and audience of its note, who may see it, and who must find it.
STATES: dict[str, tuple[str, str, frozenset[str], frozenset[str]]] = {
    "public": ("public", "everyone", IN_REACH, IN_REACH),
    "followers": ("public", "followers", FOLLOWERS, FOLLOWERS),
    "mutual": ("public", "mutual", frozenset({"mutual", "author"}), frozenset({"mutual", "author"})),
    "only me": ("public", "me", AUTHOR, AUTHOR),
    "draft": ("draft", "everyone", AUTHOR, AUTHOR),
    "pending": ("pending", "everyone", AUTHOR, AUTHOR),
    "held": ("held", "everyone", AUTHOR, AUTHOR),
    "hidden": ("hidden", "everyone", AUTHOR, AUTHOR),
    "withheld everywhere": ("public", "everyone", AUTHOR, AUTHOR),
    "withheld in a region": ("public", "everyone", IN_REACH - {"abroad"}, IN_REACH - {"abroad"}),
    "deleted": ("public", "everyone", AUTHOR, NOBODY),
    "of a closed account": ("public", "everyone", NOBODY, NOBODY),
}
SPOKEN = dict(
    zip(STATES, ("lighthouses", "amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "heron", "inlet", "jetty",
                 "kelp"), strict=True)
)  # fmt: skip
"""A word that stands beside the canary of a note's first comment: it is looked up where it stands."""
IN_POOLS = ("public", "followers", "mutual", "withheld in a region")
"""States whose notes stand in feeds; the others were put there to be kept out."""


@dataclass(frozen=True)
class Canary:
    """A word that stands in one place alone; `may` see it, and whoever else does has found a leak."""

    word: str
    what: str
    may: frozenset[str]
    must: frozenset[str] = NOBODY


@dataclass
class Told:
    """A note of the world: its canaries by their kind, and the addresses that lead to it."""

    id: Id
    name: str
    number: int
    words: dict[str, str] = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)
    picture: Id | None = None
    film: str = ""
    """The key of its film."""
    comments: list[Id] = field(default_factory=list)
    searches: dict[str, Id] = field(default_factory=dict)
    """Saved searches that found it, by whose they are."""
    spoken: dict[Id, str] = field(default_factory=dict)
    """By comment the word in it that learners look up."""


@dataclass
class World:
    """Everything that was put there."""

    people: dict[str, Person] = field(default_factory=dict)
    notes: dict[str, Told] = field(default_factory=dict)
    canaries: dict[str, Canary] = field(default_factory=dict)
    upload: Id | None = None

    def plant(self, what: str, may: frozenset[str], must: frozenset[str] = NOBODY) -> str:
        """A new canary."""
        word = f"zq{len(self.canaries):03}x"
        self.canaries[word] = Canary(word, what, may, must)
        return word

    def found_in(self, text: str) -> Iterable[Canary]:
        """The canaries of an answer, counts included."""
        for word in set(_WORD.findall(text)):
            yield self.canaries[word]
        for number in set(_COUNT.findall(text)):
            told = next((told for told in self.notes.values() if told.number == int(number)), None)
            if told is not None:
                yield Canary(number, f"count of the note {told.name}", STATES[told.name][2])
        for number in set(_WATCHES.findall(text)):
            told = next((told for told in self.notes.values() if told.number == int(number)), None)
            if told is not None:
                yield Canary(number, f"watches of the note {told.name}", STATES[told.name][2] & AUTHOR)


_WORD = re.compile(r"zq\d{3}x")
_COUNT = re.compile(r"(?<![\w.-])7(\d\d)\d\d(?![\w.])")
_WATCHES = re.compile(r"(?<![\w.-])6(\d\d)\d\d(?![\w.])")


async def build(db: Db, blobs: Blobs) -> World:
    """Put the world into an empty database."""
    world = World()
    await _people(db, world)
    for number, name in enumerate(STATES):
        await _note(db, blobs, world, name, number + 1)
    await _series(db, world)
    await _thread(db, blobs, world)
    await _learning(db, world)
    await _histories(db, world)
    world.upload = await _upload(db, blobs, world)
    return world


async def _people(db: Db, world: World) -> None:
    for name in (*SIGNED_IN, "cora", "dora", "rolf", "carl"):
        world.people[name] = await factories.person(db, name)
    ids = {name: person.id for name, person in world.people.items()}
    viewers = {name: person.viewer for name, person in world.people.items()}
    for name in ("follower", "mutual", "muted", "blocked", "dora", "carl"):
        await people.follow(db, viewers[name], ids["author"])
    await people.follow(db, viewers["author"], ids["mutual"])
    await db.run("UPDATE account SET approves_followers = true WHERE id = $1", ids["author"])
    await people.follow(db, viewers["requested"], ids["author"])
    await people.mute(db, viewers["muted"], ids["author"])
    await people.block(db, viewers["author"], ids["blocked"])
    await people.block(db, viewers["blocker"], ids["author"])
    await people.block(db, viewers["stranger"], ids["dora"])
    await people.block(db, viewers["dora"], ids["follower"])
    await db.run("UPDATE account SET role = 'moderator' WHERE id = $1", ids["moderator"])
    await db.run("UPDATE account SET region = $2 WHERE id = $1", ids["abroad"], ABROAD)
    await db.run("UPDATE account SET state = 'closed' WHERE id = ANY($1)", [ids["closed"], ids["carl"]])
    for name, may in (
        ("author", EVERYBODY - {"blocked"}),
        ("dora", EVERYBODY - {"follower"}),
        ("carl", NOBODY),
    ):
        bio = world.plant(f"bio of {name}", may, may if name == "author" else NOBODY)
        shown = world.plant(f"name of {name}", may)
        await db.run("UPDATE account SET bio = $2, display_name = $3 WHERE id = $1", ids[name], bio, shown)
        await index_people(db, [ids[name]])


async def _series(db: Db, world: World) -> None:
    """Every note of the author's is a part of one series, whoever may see it."""
    author = world.people["author"].id
    parts = [told.id for told in world.notes.values() if told.name != "of a closed account"]
    await db.run(
        "INSERT INTO series (account_id, id, title, lang, note_ids, created_at) VALUES ($1, 1, 'One', 'en', $2, $3)",
        author,
        parts,
        now(),
    )
    await db.run("UPDATE note SET series_id = 1 WHERE id = ANY($1)", parts)


async def _note(db: Db, blobs: Blobs, world: World, name: str, number: int) -> None:
    state, audience, may, must = STATES[name]
    told = world.notes[name] = Told(new_id(), name, number)
    kinds = ("title", "body", "place", "version title", "version body", "alt", "picture", "key", "comment",
             "comment alt", "comment picture", "comment key", "reply", "translation of a reply",
             "correction of a title", "sign", "made sign", "comment sign",
             "help with a comment", "film", "film key", "caption", "earlier words")  # fmt: skip
    words = told.words = {kind: world.plant(f"{kind} of the note {name}", may, must) for kind in kinds}
    author = world.people["carl" if name == "of a closed account" else "author"].id
    await db.run(
        """INSERT INTO note (id, author_id, state, audience, title, title_lang, title_hash, body, body_lang, body_hash,
               tags, place_name, motif, picture_count, created_at, released_at, deleted_at, state_reason)
           VALUES ($1, $2, $3, $4, $5, 'fr', '', $6, 'fr', '', '{travel}', $7, 'sea', 1, $8, $8, $9, $10)""",
        told.id, author, state, audience, words["title"], words["body"], words["place"], now(),
        now() if name == "deleted" else None, "text_too_many_links" if state == "held" else None,
    )  # fmt: skip
    count = 70_000 + number * 100 + 50
    await db.run(
        "INSERT INTO note_count (note_id, like_count, save_count, comment_count) VALUES ($1, $2, $2, $2)",
        told.id, count,
    )  # fmt: skip
    await db.run_many(
        "INSERT INTO version (note_id, subject_id, part, lang, text, hash) VALUES ($1, $1, $2, 'en', $3, '')",
        [[told.id, "title", words["version title"]], [told.id, "body", words["version body"]]],
    )
    await db.run(
        """INSERT INTO edition (note_id, subject_id, id, audience, title, body, lang, tags, pictures, stood_until)
           VALUES ($1, $1, $1, $2, '', $3, 'en', '{}', '[]', $4)""",
        told.id, audience, words["earlier words"], now(),
    )  # fmt: skip
    if name.startswith("withheld"):
        await db.run(
            """INSERT INTO label (shard_id, subject_id, id, name, region, reason, created_at)
               VALUES ($1, $1, $1, 'withheld', $2, 'test', $3)""",
            told.id, ABROAD if name.endswith("region") else None, now(),
        )  # fmt: skip
    told.keys.append(
        await _picture(
            db, blobs, told.id, told.id, words["alt"], words["picture"], words["key"],
            words["sign"], Rendered(words["made sign"], (state, audience) == ("public", "everyone")),
        )
    )  # fmt: skip
    told.picture = Id(await db.value("SELECT id FROM media WHERE note_id = $1 AND subject_id = $1", told.id))
    told.film = await _film(db, blobs, told, author)
    await keep_looks(db, told.id, {told.picture: LOOK})
    await _into_lists(db, world, told, author)
    first = await comment(db, world, told, "cora", words["comment"], spoken=SPOKEN[name])
    await _help(db, world, told, first, "rolf", words["help with a comment"])
    second = await comment(db, world, told, "rolf", words["reply"], first, lang="fr")
    await _renderings(db, world, told, second, author)
    told.keys.append(
        await _picture(
            db, blobs, told.id, first, words["comment alt"], words["comment picture"], words["comment key"],
            words["comment sign"],
        )
    )  # fmt: skip


async def _renderings(db: Db, world: World, told: Told, reply: Id, author: Id) -> None:
    """A machine's translation of the reply, a correction of the title, and one that waits to be looked at."""
    state, audience, may, _ = STATES[told.name]
    is_public = state == "public" and audience == "everyone"
    words = Words(text=told.words["reply"], lang="fr", subject_id=reply, part="comment", is_public=is_public)
    text = told.words["translation of a reply"]
    await finish(db, [Done(text_hash=words.hash, lang="en", source_lang="fr", text=text, engine="a make")])
    title = place_hash(told.words["title"], told.id, "title")
    held = told.words["held correction"] = world.plant(
        f"held correction of the note {told.name}", may & {"moderator"}, may & {"moderator"}
    )
    for text, standing in ((told.words["correction of a title"], "proposed"), (held, "held")):
        await db.run(
            """INSERT INTO correction (text_hash, id, lang, source_lang, words_hash, note_id, subject_id, part, author_id,
                   account_id, original, text, state, created_at)
               VALUES ($1, $2, 'en', 'fr', '', $3, $3, 'title', $4, $5, '', $6, $7, $8)""",
            title, new_id(), told.id, author, world.people["cora"].id, text, standing, now(),
        )  # fmt: skip


class Alike:
    """A make of vectors: what is meant by every note is one way, everything else lies across."""

    name, outside = "alike", None

    async def start(self) -> None: ...

    async def close(self) -> None: ...

    async def vectors(self, texts: Sequence[str]) -> list[Vector]:
        return [(1.0, 0.0) if MEANT in text else (0.0, 1.0) for text in texts]


class SameLook(Images):
    """Opens pictures as any does, and sees the same in all of them."""

    async def look(self, data: bytes) -> bytes:
        """The one look there is."""
        del data
        return LOOK


async def prepare(state: State) -> None:
    """Let questions have a meaning, and pictures that are sent a look, without a model and a child."""
    state.meanings = Meanings(Alike())
    await state.meanings.of(understand(cut(MEANT), "en"), patience=30)

    # One of its own: the room's may be shared with others.
    state.images = SameLook()


async def _into_lists(db: Db, world: World, told: Told, author: Id) -> None:
    """Into every pool, list and inbox, as if it had been for everybody before."""
    await db.run("INSERT INTO author_note (account_id, note_id) VALUES ($1, $2)", author, told.id)
    await db.run(
        "INSERT INTO topic_note (tag, note_id, author_id) VALUES ('travel', $1, $2)", told.id, author
    )
    await db.run(
        """INSERT INTO town (id, name, country, latitude, longitude, population, names)
           VALUES (7, 'Porto', 'PT', 41, -8, 200000, '{}') ON CONFLICT DO NOTHING"""
    )
    await db.run("INSERT INTO place_note (place_id, note_id, author_id) VALUES (7, $1, $2)", told.id, author)
    await db.run(
        """INSERT INTO explore (bucket, note_id, author_id, lang, score, released_at, recent, liked, repeat, is_film)
           VALUES (0, $1, $2, 'fr', 1, $3, 1, 0, 0, true)""",
        told.id, author, now(),
    )  # fmt: skip
    words = [told.words["title"], told.words["body"], "#travel", FILM]
    await db.run(
        """INSERT INTO search_note (note_id, author_id, audience, lang, tier, words, terms, length, released_at)
           VALUES ($1, $2, 'everyone', 'fr', 0, array_to_tsvector($3::text[]), $4, 3, $5)""",
        told.id, author, words, pack(dict.fromkeys(words, 1.0)), now(),
    )  # fmt: skip
    await db.run(
        """WITH meaning AS (INSERT INTO search_meaning (note_id, text_hash, model) VALUES ($1, '', $2))
           INSERT INTO search_vector (note_id, part, model, vector) VALUES ($1, 0, $2, '[1,0]')""",
        told.id, Alike.name,
    )  # fmt: skip
    await db.run(
        "INSERT INTO search_place (note_id, latitude, longitude) VALUES ($1, $2, $3)", told.id, *WHERE
    )
    for kind, begun in (("title", told.words["title"]), ("place", told.words["place"]), ("tag", "travel")):
        await db.run(
            "INSERT INTO search_prefix (kind, key, subject_id, author_id, shown) VALUES ($1, $2, $3, $4, $2)",
            kind, begun, told.id, author,
        )  # fmt: skip
    for name in SIGNED_IN:
        me = world.people[name].id
        await db.run(
            "INSERT INTO timeline (account_id, note_id, author_id) VALUES ($1, $2, $3)", me, told.id, author
        )
        await db.run(
            "INSERT INTO save (account_id, note_id, author_id, created_at) VALUES ($1, $2, $3, $4)",
            me, told.id, author, now(),
        )  # fmt: skip
        if told.number % 2:
            await _notice(db, me, "mentioned", told.id, 0, [world.people["rolf"].id])
        else:
            await _saved_search(db, world, told, name, author)
    await _hot(db, world, told, author)


async def _hot(db: Db, world: World, told: Told, author: Id) -> None:
    """Something that many asked and that this note alone answers."""
    # Of so many only the first ten are shown; nobody is offered what finds only whom they have muted.
    must = STATES[told.name][3] - AUTHOR - {"muted"}
    asked = told.words["question"] = world.plant(
        f"question that finds {told.name}", STATES[told.name][2], must
    )
    for lang in ("", "en"):
        await db.run(
            "INSERT INTO search_hot (lang, region, question, key, people) VALUES ($1, '', $2, $2, 5)",
            lang,
            asked,
        )
    await db.run(
        "INSERT INTO search_answer (question, note_id, author_id, day) VALUES ($1, $2, $3, $4)",
        asked, told.id, author, now().date(),
    )  # fmt: skip


async def _saved_search(db: Db, world: World, told: Told, name: str, author: Id) -> None:
    """Somebody's saved search that found this note, and was told of it."""
    me, search_id = world.people[name].id, new_id()
    called = world.plant(f"search saved by {name}", frozenset({name}), frozenset({name}) - {"closed"})
    await db.run(
        """INSERT INTO search_saved (account_id, id, name, question, is_followed, lang, words, anchors, phrases, langs,
               created_at) VALUES ($1, $2, $3, $3, false, '', '', '{}', '{}', '{}', $4)""",
        me, search_id, called, now(),
    )  # fmt: skip
    await db.run(
        """INSERT INTO search_news (account_id, search_id, note_id, author_id, found_at, is_told)
           VALUES ($1, $2, $3, $4, $5, true)""",
        me, search_id, told.id, author, now(),
    )  # fmt: skip
    told.searches[name] = search_id
    await _notice(db, me, "found", told.id, 0, [author], search_id)


async def _histories(db: Db, world: World) -> None:
    """Everybody has asked something."""
    for name in SIGNED_IN:
        asked = world.plant(f"asked by {name}", frozenset({name}), frozenset({name}) - {"closed"})
        await db.run(
            "INSERT INTO search_history (account_id, id, question, asked_at) VALUES ($1, $2, $3, $4)",
            world.people[name].id, new_id(), asked, now(),
        )  # fmt: skip


async def _notice(
    db: Db, me: Id, kind: str, note_id: Id, comment_id: int, actors: list[Id], subject_id: Id | None = None
) -> None:
    notice_id = new_id()
    await db.run(
        """INSERT INTO notice (account_id, id, kind, note_id, subject_id, comment_id, updated_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7)""",
        me, notice_id, kind, note_id, subject_id or note_id, comment_id, now(),
    )  # fmt: skip
    await db.run_many(
        "INSERT INTO notice_actor (account_id, notice_id, actor_id, created_at) VALUES ($1, $2, $3, $4)",
        [[me, notice_id, actor, now()] for actor in actors],
    )


async def comment(  # noqa: PLR0913, PLR0917 - columns
    db: Db,
    world: World,
    told: Told,
    author: str,
    body: str,
    parent: Id | None = None,
    state: str = "public",
    lang: str = "en",
    spoken: str = "",
) -> Id:
    """A comment as it would be stored, also where nobody could say anything; `spoken`: a word learners look up in it."""
    comment_id = new_id()
    if spoken:
        body = f"{body} {spoken} {spoken}ia"
        told.spoken[comment_id] = spoken
    await db.run(
        """INSERT INTO comment (note_id, id, parent_id, reply_to_id, author_id, state, body, body_lang, body_hash,
               created_at) VALUES ($1, $2, $3, $3, $4, $5, $6, $8, '', $7)""",
        told.id, comment_id, parent, world.people[author].id, state, body, now(), lang,
    )  # fmt: skip
    await db.run(
        "INSERT INTO comment_count (note_id, comment_id, is_first) VALUES ($1, $2, $3)",
        told.id, comment_id, parent is None,
    )  # fmt: skip
    told.comments.append(comment_id)
    return comment_id


async def _thread(db: Db, blobs: Blobs, world: World) -> None:
    """Under the public note: comments that not everybody, or nobody, may see, and replies to them."""
    told = world.notes["public"]
    without_dora = IN_REACH - {"stranger", "follower"}
    cases = (
        ("held", "cora", NOBODY, "marsh"), ("hidden", "cora", NOBODY, "narwhal"), ("deleted", "cora", NOBODY, "otter"),
        ("closed", "carl", NOBODY, "pond"), ("public", "dora", without_dora, "quay"),
    )  # fmt: skip
    for case, author, may, spoken in cases:
        word = world.plant(f"{case} comment of {author}", may, may)
        alt, shown, key, sign = (
            world.plant(f"{part} of a {case} comment of {author}", may)
            for part in ("alt", "picture", "key", "sign")
        )
        state = case if case in ("held", "hidden") else "public"
        first = await comment(db, world, told, author, word, state=state, spoken=spoken)
        helped = world.plant(f"help with a {case} comment of {author}", may)
        await _help(db, world, told, first, "rolf", helped)
        told.keys.append(await _picture(db, blobs, told.id, first, alt, shown, key, sign))
        # What answers it is seen where it is seen, by its own author always.
        below = world.plant(f"reply to a {case} comment of {author}", may)
        shown, key = (
            world.plant(f"{part} of a reply to a {case} comment", may) for part in ("picture", "key")
        )
        reply = await comment(db, world, told, "rolf", below, first)
        told.keys.append(await _picture(db, blobs, told.id, reply, below, shown, key))
        if case == "deleted":
            await db.run("UPDATE comment SET deleted_at = $2 WHERE id = $1", first, now())
        for name in SIGNED_IN:
            actors = [world.people[one].id for one in ("rolf", author)]
            await _notice_once(db, world.people[name].id, told.id, first, actors)


async def _help(
    db: Db, world: World, told: Told, comment_id: Id, author: str, text: str, state: str = "open"
) -> None:
    """The comment asks to be corrected, and somebody has."""
    await db.run(
        """INSERT INTO correct_me (note_id, comment_id, account_id, lang, created_at)
           SELECT $1, $2, author_id, 'en', $3 FROM comment WHERE note_id = $1 AND id = $2 ON CONFLICT DO NOTHING""",
        told.id, comment_id, now(),
    )  # fmt: skip
    await db.run(
        """INSERT INTO suggestion (note_id, id, comment_id, account_id, text, state, created_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7)""",
        told.id, new_id(), comment_id, world.people[author].id, text, state, now(),
    )  # fmt: skip


async def _learning(db: Db, world: World) -> None:
    """Everybody learns English, has opened every note and saved a word of each first comment; some help is for few."""
    public = world.notes["public"]
    first = public.comments[0]
    for author, state, may in (
        ("dora", "open", IN_REACH - {"stranger", "follower"}), ("carl", "open", NOBODY), ("cora", "hidden", NOBODY),
    ):  # fmt: skip
        word = world.plant(f"{state} help of {author}", may)
        await _help(db, world, public, first, author, word, state)
    for name in SIGNED_IN:
        me = world.people[name].id
        await db.run("UPDATE account SET learns = 'en' WHERE id = $1", me)
        own = world.plant(f"word saved by {name}", frozenset({name}), frozenset({name}) - {"closed"})
        await _save_word(db, me, own, None, None)
        for told in world.notes.values():
            await db.run(
                "INSERT INTO opening (account_id, note_id, surface, created_at) VALUES ($1, $2, 'explore', $3)",
                me, told.id, now(),
            )  # fmt: skip
            for comment_id, spoken in told.spoken.items():
                await _save_word(db, me, spoken, told.id, comment_id)


async def _save_word(db: Db, me: Id, word: str, note_id: Id | None, comment_id: Id | None) -> None:
    await db.run(
        """INSERT INTO saved_word (account_id, id, lang, word, form, reading, note_id, comment_id, due_at, created_at)
           VALUES ($1, $2, 'en', $3, $3, '', $4, $5, $6, $6)""",
        me, new_id(), word, note_id, comment_id, now(),
    )  # fmt: skip


async def _notice_once(db: Db, me: Id, note_id: Id, comment_id: Id, actors: list[Id]) -> None:
    await db.run("UPDATE notice SET read_at = $2 WHERE account_id = $1 AND kind = 'commented'", me, now())
    await _notice(db, me, "commented", note_id, comment_id, actors)


class Rendered(NamedTuple):
    """The English of what is written in a picture, and whether everybody shares it."""

    text: str
    is_shared: bool


async def _film(db: Db, blobs: Blobs, told: Told, author: Id) -> str:
    """Let the picture of a note be the cover of a film, every part of which tells a canary."""
    key, word = told.words["film key"].ljust(22, "F"), told.words["film"]
    await db.run(
        """UPDATE media SET film_key = $2, duration_ms = 1000, film_width = 64, film_height = 48, is_playable = true,
               has_preview = true WHERE note_id = $1 AND id = $3""",
        told.id, key, told.picture,
    )  # fmt: skip
    await db.run(
        """INSERT INTO film (account_id, id, note_id, key, state, length, received, duration_ms, width, height, has_preview,
               thumbs, created_at, expires_at)
           VALUES ($1, $2, $3, $4, 'ready', 1, 1, 1000, 64, 48, true, '{1,1,64,48,1000}', $5, $5)""",
        author, told.picture, told.id, key, now(),
    )  # fmt: skip
    length = len(word)
    await db.run(
        """INSERT INTO film_size (account_id, film_id, name, codecs, width, height, rate, peak, bytes, init, lengths, durations)
           VALUES ($1, $2, '480', $3, 64, 48, 25, 1, $4, $5, $6, '{1000}')""",
        author, told.picture, word, 2 * length, length, [length],
    )  # fmt: skip
    cues = [{"start_ms": 0, "end_ms": 900, "text": told.words["caption"]}]
    await db.run(
        """INSERT INTO caption (note_id, media_id, lang, origin, is_spoken, cues, before, updated_at)
           VALUES ($1, $2, 'fr', 'heard', true, $3, $3, $4)""",
        told.id, told.picture, cues, now(),
    )  # fmt: skip
    await db.run(
        "INSERT INTO watch_count (note_id, watches, seconds, shares) VALUES ($1, $2, 1, 1)",
        told.id, 60_000 + told.number * 100 + 50,
    )  # fmt: skip
    await blobs.put(film_blob(key, "480.mp4"), (word * 2).encode(), "video/mp4")
    for name in ("thumbs.webp", "preview.mp4"):
        await blobs.put(film_blob(key, name), word.encode(), "video/mp4")
    return key


async def _picture(  # noqa: PLR0913, PLR0917 - a canary for each thing that a picture tells
    db: Db, blobs: Blobs, note_id: Id, subject: Id, alt: str, shown: str, key_word: str, sign: str = "",
    made: Rendered | None = None,
) -> str:  # fmt: skip
    key, media_id = key_word.ljust(22, "A"), new_id()
    await db.run(
        """INSERT INTO media (note_id, id, subject_id, position, kind, key, width, height, thumbhash, mean_color,
               avif_sizes, alt, alt_lang) VALUES ($1, $2, $3, 0, 'picture', $4, 1440, 1080, 'hash', '#336699', 'l', $5, 'en')""",
        note_id, media_id, subject, key, alt,
    )  # fmt: skip
    if sign:
        await db.run(
            """INSERT INTO picture_text (note_id, media_id, position, text, lang, hash, quad, height, ink, ground,
                   confidence) VALUES ($1, $2, 0, $3, 'fr', '', '{0,0,1,0,1,1,0,1}', 1, '#ffffff', '#000000', 1)""",
            note_id, media_id, sign,
        )  # fmt: skip
    if made is not None:
        words = Words(text=sign, lang="fr", subject_id=media_id, part="picture", is_public=made.is_shared)
        await db.run(
            """INSERT INTO rendering (text_hash, lang, source_lang, engine, text, created_at)
               VALUES ($1, 'en', 'fr', 'test', $2, $3)""",
            words.hash, made.text, now(),
        )  # fmt: skip
    for name, form in (("s", "webp"), ("m", "webp"), ("l", "webp"), ("l", "avif")):
        await blobs.put(blob_key(key, name, form), shown.encode(), f"image/{form}")
    return key


async def _upload(db: Db, blobs: Blobs, world: World) -> Id:
    shown, key, upload_id = world.plant("upload", AUTHOR, AUTHOR), "u" * 22, new_id()
    await blobs.put(blob_key(key, "m", "webp"), shown.encode(), "image/webp")
    await db.run(
        """INSERT INTO upload (account_id, id, kind, key, width, height, thumbhash, mean_color, renditions, created_at)
           VALUES ($1, $2, 'picture', $3, 720, 720, 'hash', '#336699', $4, $5)""",
        world.people["author"].id, upload_id, key,
        [Rendition(name="m", format="webp", width=720, height=720, bytes=6)], now(),
    )  # fmt: skip
    await db.run(
        "INSERT INTO upload_text (account_id, upload_id, lines) VALUES ($1, $2, $3)",
        world.people["author"].id, upload_id, [{"text": world.plant("text of the upload", AUTHOR, AUTHOR)}],
    )  # fmt: skip
    return upload_id
