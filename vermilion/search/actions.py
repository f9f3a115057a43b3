"""What search does at once, in the transaction of the deed: whoever sees the commit finds these, or no longer."""

from collections import Counter
from collections.abc import Iterable, Sequence

from vermilion.accounts.schema import (
    AccountClosed,
    AccountJoined,
    AccountReopened,
    AccountsErased,
    ProfileEdited,
)
from vermilion.captions.schema import CaptionsChanged
from vermilion.engines.tokens import tokens
from vermilion.kernel.ids import Id
from vermilion.kernel.record import Record
from vermilion.media.schema import CoverChosen, FilmPlayable, PictureRead
from vermilion.notes.schema import NoteEdited, NoteHidden, NoteReleased, NoteRestored, NotesPlaced
from vermilion.search import vectors
from vermilion.search.asking import FILM
from vermilion.search.ranking import Bounds, standing
from vermilion.search.source import Rendered, Source, renderings, sources
from vermilion.search.suggesting import keys_of
from vermilion.search.terms import fitting, pack
from vermilion.storage.db import Db

TITLE, TAG, PLACE, AUTHOR, BODY = 3.0, 2.0, 2.0, 1.5, 1.0
ALT, VERSION, RENDERING, SPOKEN = 0.75, 0.9, 0.7, 0.4
"""How much a word weighs by where it stands; versions and renderings are parts of their title's or body's weight."""
TAG_MARK = "#"
FORM = 1
"""Raised when rows are written otherwise than before, so that the sweep writes those that are there anew."""


class Entry(Record, kw_only=True, frozen=True):
    """The search row of a note, and what follows from it."""

    weights: dict[str, float]
    length: float


async def index_note(db: Db, event: NoteReleased | NoteRestored | NoteEdited) -> None:
    """Let a note be found by what it says now; one that is not released is not found."""
    await index_notes(db, [event.note_id])
    await _forget_answer(db, event.note_id)


async def forget_note(db: Db, event: NoteHidden) -> None:
    """Let a note no longer be found."""
    await forget_notes(db, [event.note_id])
    await _forget_answer(db, event.note_id)


async def _forget_answer(db: Db, note_id: Id) -> None:
    """What a note said is no answer any more to what was asked, until it is found again."""
    await db.run("DELETE FROM search_answer WHERE note_id = $1", note_id)


async def index_picture(db: Db, event: PictureRead) -> None:
    """Let a note also be found by what is written in its pictures."""
    if event.subject_id == event.note_id:
        await index_notes(db, [event.note_id])


async def index_film(db: Db, event: FilmPlayable) -> None:
    """Let a note be found among films from now on."""
    await index_notes(db, [event.note_id])


async def index_cover(db: Db, event: CoverChosen) -> None:
    """Let a note no longer be found by what was written on the cover its film had."""
    await index_notes(db, [event.note_id])


async def index_captions(db: Db, event: CaptionsChanged) -> None:
    """Let a note also be found by what is said in its films, or no longer."""
    await index_notes(db, [event.note_id])


async def index_placed(db: Db, event: NotesPlaced) -> None:
    """Let notes also be found near the towns they were written in."""
    await index_notes(db, event.note_ids)


async def index_person(db: Db, event: AccountJoined | AccountReopened | ProfileEdited) -> None:
    """Let somebody be found by what they are called now."""
    await index_people(db, [event.account_id])


async def forget_person(db: Db, event: AccountClosed) -> None:
    """Let somebody who has left no longer be found; what they wrote stays out of sight by the visibility rule."""
    await forget_people(db, [event.account_id])


async def forget_accounts(db: Db, event: AccountsErased) -> None:
    """Let these people and what they wrote no longer be found."""
    await forget_people(db, event.account_ids)
    notes = await db.rows(
        "SELECT note_id FROM author_note WHERE account_id = ANY($1)", list(event.account_ids)
    )
    await forget_notes(db, [row[0] for row in notes])
    await db.run("DELETE FROM search_news WHERE author_id = ANY($1)", list(event.account_ids))


async def index_people(db: Db, account_ids: Sequence[int]) -> None:
    """Write anew what these people can be found by."""
    rows = await db.rows("SELECT id, handle, display_name FROM account WHERE id = ANY($1)", list(account_ids))
    await forget_people(db, account_ids)
    await offer_prefixes(
        db,
        [
            ("person", key, account_id, account_id, name)
            for account_id, handle, name in rows
            for key in dict.fromkeys([*keys_of(handle, is_whole=True), *keys_of(name, is_whole=False)])
        ],
    )


async def forget_people(db: Db, account_ids: Sequence[int]) -> None:
    """Let these people no longer be found."""
    await db.run(
        "DELETE FROM search_prefix WHERE kind = 'person' AND subject_id = ANY($1)", list(account_ids)
    )


async def index_notes(db: Db, note_ids: Sequence[int]) -> int:
    """Write the search rows of these notes anew, those that are released; gives how many."""
    async with db.transaction():
        await _take_out(db, note_ids)
        found = await sources(db, note_ids)
        rendered = await renderings(db, found)
        await vectors.keep(db, [(source, rendered.get(source.id, ())) for source in found], note_ids)
        if not found:
            return 0
        bounds = await db.one(Bounds, "SELECT best_from, good_from FROM search_size WHERE bucket = 0")
        names = await _names(db, found)
        entries = [
            (source, entry_of(source, rendered.get(source.id, ()), names.get(source.author_id, "")))
            for source in found
        ]
        await db.run_many(
            """INSERT INTO search_note (note_id, author_id, audience, lang, tier, words, terms, length, released_at, form)
               VALUES ($1, $2, $3, $4, $5, array_to_tsvector($6::text[]), $7, $8, $9, $10)
               ON CONFLICT (note_id) DO UPDATE SET audience = excluded.audience, lang = excluded.lang,
                   tier = excluded.tier, words = excluded.words, terms = excluded.terms, length = excluded.length,
                   form = excluded.form""",
            [_row(source, entry, bounds) for source, entry in entries],
        )
        await db.run_many(
            "INSERT INTO search_place (note_id, latitude, longitude) VALUES ($1, $2, $3)",
            [(one.id, one.latitude, one.longitude) for one in found if one.latitude is not None],
        )
        await _log(
            db, 1, [(list(entry.weights), entry.length) for source, entry in entries if source.is_for_all]
        )
        public = [source for source in found if source.is_for_all]
        await _suggest(db, public)
        return len(found)


def entry_of(source: Source, rendered: Iterable[Rendered] = (), author: str = "") -> Entry:
    """The words of a note and how much each weighs; `author`: what its author is called.

    What stands there in several languages counts once: a note is not found more easily because it was translated.
    """
    own: Counter[str] = Counter()
    length = 0
    for text, lang, weight in (
        (source.title, source.title_lang, TITLE),
        (source.place_name or "", source.body_lang, PLACE),
        (source.body, source.body_lang, BODY),
        *((one["text"], one["lang"], ALT) for one in (*(source.alts or ()), *(source.written or ()))),
        *((text, lang, SPOKEN) for lang, text in source.said(is_spoken=True)),
    ):
        said = tokens(text, lang)
        length += len(said)
        for word in said:
            own[word] += weight  # type: ignore[assignment]  # a Counter also adds fractions
    weights: dict[str, float] = dict(own)
    for word in tokens(author, ""):
        weights[word] = max(weights.get(word, 0), AUTHOR)
    for tag in source.tags:
        weights[TAG_MARK + tag] = TAG
    if source.is_film:
        weights[FILM] = TAG
    others: dict[str, dict[str, float]] = {}
    told = [(one["part"], one["lang"], one["text"], VERSION) for one in source.versions or ()]
    told += [("caption", lang, text, SPOKEN) for lang, text in source.said(is_spoken=False)]
    told += [(part, lang, text, SPOKEN if part == "caption" else RENDERING) for part, lang, text in rendered]
    for part, lang, text, share in told:
        said_so = others.setdefault(lang, {})
        for word, often in Counter(tokens(text, lang)).items():
            said_so[word] = said_so.get(word, 0) + often * share * (TITLE if part == "title" else BODY)
    for said_so in others.values():
        for word, weight in said_so.items():
            weights[word] = max(weights.get(word, 0), weight)
    kept = fitting(weights)
    return Entry(weights={word: weights[word] for word in kept}, length=float(length))


def _row(source: Source, entry: Entry, bounds: Bounds) -> list[object]:
    return [
        source.id,
        source.author_id,
        source.audience,
        source.body_lang if source.body else source.title_lang,
        bounds.tier_of(
            standing(source.released_at, source.like_count, source.save_count, source.comment_count)
        ),
        list(entry.weights),
        pack(entry.weights),
        entry.length,
        source.released_at,
        FORM,
    ]


async def _names(db: Db, found: Sequence[Source]) -> dict[int, str]:
    """Handle and name of the authors."""
    rows = await db.rows(
        "SELECT id, handle, display_name FROM account WHERE id = ANY($1)",
        sorted({source.author_id for source in found}),
    )
    return {row[0]: f"{row[1]} {row[2]}" for row in rows}


async def forget_notes(db: Db, note_ids: Sequence[int]) -> None:
    """Take the rows of these notes away, and say which words went with them."""
    async with db.transaction():
        await _take_out(db, note_ids)
        await vectors.forget(db, note_ids)


async def _take_out(db: Db, note_ids: Sequence[int]) -> None:
    ids = list(note_ids)
    gone = await db.rows(
        """DELETE FROM search_note WHERE note_id = ANY($1)
           RETURNING audience, tsvector_to_array(words) AS words, length""",
        ids,
    )
    if gone:
        await _log(db, -1, [(row[1], row[2]) for row in gone if row[0] == "everyone"])
        await db.run("DELETE FROM search_prefix WHERE subject_id = ANY($1)", ids)
        await db.run("DELETE FROM search_text WHERE note_id = ANY($1)", ids)


async def _log(db: Db, step: int, notes: Sequence[tuple[list[str], float]]) -> None:
    if notes:
        await db.run_many(
            "INSERT INTO search_change (step, words, length) VALUES ($1, $2, $3)",
            [[step, words, length] for words, length in notes],
        )


async def _suggest(db: Db, sources: Sequence[Source]) -> None:
    await offer_prefixes(
        db,
        [
            (kind, key, source.id, source.author_id, shown)
            for source in sources
            for kind, shown in (
                ("title", source.title),
                *(("title", one["text"]) for one in source.versions or () if one["part"] == "title"),
                ("place", source.place_name or ""),
                *(("tag", tag) for tag in source.tags),
            )
            for key in keys_of(shown, is_whole=kind != "title")
        ],
    )


async def offer_prefixes(db: Db, rows: Sequence[tuple[str, str, int, int, str]]) -> None:
    """Keep beginnings (kind, key, subject, author, shown) that something is offered under."""
    if rows:
        await db.run_many(
            """INSERT INTO search_prefix (kind, key, subject_id, author_id, shown) VALUES ($1, $2, $3, $4, $5)
               ON CONFLICT DO NOTHING""",
            rows,
        )
