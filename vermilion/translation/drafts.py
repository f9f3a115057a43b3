"""Drafts: what somebody is about to say, in another language, for them alone."""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Annotated, Literal

from msgspec import Meta
from msgspec.structs import replace

from vermilion.accounts.rules import signed_in
from vermilion.engines.language import Language
from vermilion.engines.translate import base_of
from vermilion.kernel.clock import now
from vermilion.kernel.errors import Invalid
from vermilion.kernel.ids import Id
from vermilion.kernel.record import Record
from vermilion.kernel.text import clean, content_hash, place_hash
from vermilion.kernel.types import LANGS, UNDETERMINED, Body, Lang
from vermilion.kernel.viewer import Viewer
from vermilion.storage.db import Db
from vermilion.translation import queue
from vermilion.translation.lore import Lore
from vermilion.translation.schema import PERSON, Wanted
from vermilion.translation.state import state
from vermilion.work.live import Live

PART = "draft"
WRITING = queue.WAITED + 100
"""The place in the queue of what somebody is writing: before those who read."""
PATIENCE_S = 8.0
"""How long one ask waits for the translator."""
KEPT = timedelta(minutes=55)
MOST_INTO = 5

State = Literal["ready", "poor", "waiting", "same", "no_translator"]
"""ready: `text` is the draft; poor: it could not be translated well; waiting: ask again; same: these words are in that
language already; no_translator: nobody translates here."""


class NewDraft(Record, kw_only=True, frozen=True):
    """Words and the languages they are wanted in. lang None: detected; part: what they are to become."""

    text: Body
    into: Annotated[tuple[Lang, ...], Meta(min_length=1, max_length=MOST_INTO)]
    lang: Lang | None = None
    part: Literal["comment", "title", "body"] = "comment"


class Draft(Record, kw_only=True, frozen=True):
    """The words in one language, as far as they are there."""

    lang: Lang
    state: State
    text: str = ""
    is_doubtful: bool = False
    """Machines are known to get this pair of languages wrong."""


class Drafts(Record, kw_only=True, frozen=True):
    """One for each language asked for, in that order. lang: the language of the words themselves."""

    lang: Lang
    drafts: tuple[Draft, ...]


Found = Mapping[str, str]
"""Language -> the words in it, "" where they could not be translated well."""


async def draft(db: Db, viewer: Viewer, live: Live, language: Language, lore: Lore, new: NewDraft) -> Drafts:
    """Translate for somebody who writes; waits for some seconds. Raises Invalid("language_unknown").

    Nothing of it is public: it is kept under a name that nobody else can know, and gone once it was given.
    """
    me = signed_in(viewer)
    text = clean(new.text, "text", lines=new.part != "title")
    if strange := {*new.into, new.lang or LANGS[0]} - {*LANGS}:
        raise Invalid("language_unknown", field="into" if strange & {*new.into} else "lang")
    lang = new.lang or language.detect(text, reads=viewer.reads)
    into = [one for one in dict.fromkeys(new.into) if base_of(one) != base_of(lang)]
    if not any(char.isalpha() for char in text):
        states = {one: Draft(lang=one, state="ready", text=text) for one in into}
    elif lang == UNDETERMINED:
        states = {one: Draft(lang=one, state="poor") for one in into}
    else:
        states = await _asked(
            db,
            live,
            _Words(account_id=me, session_id=viewer.session_id, text=text, lang=lang, part=new.part),
            into,
        )
    drafts = (states.get(one, Draft(lang=one, state="same")) for one in dict.fromkeys(new.into))
    return Drafts(lang=lang, drafts=tuple(_doubted(one, lang, lore) for one in drafts))


def _doubted(one: Draft, lang: str, lore: Lore) -> Draft:
    is_doubtful = one.state == "ready" and lang != UNDETERMINED and lore.is_doubtful(lang, one.lang)
    return replace(one, is_doubtful=is_doubtful)


async def drop_old(db: Db) -> int:
    """Remove drafts nobody came back for, with what was made of them; gives how many."""
    async with db.transaction():
        rows = await db.rows(
            "DELETE FROM translation_draft WHERE asked_at < $1 RETURNING text_hash", now() - KEPT
        )
        hashes = [row[0] for row in rows]
        await db.run("DELETE FROM translation_queue WHERE text_hash = ANY($1)", hashes)
        await db.run("DELETE FROM rendering WHERE text_hash = ANY($1)", hashes)
    return len(rows)


class _Words(Record, kw_only=True, frozen=True):
    account_id: Id
    session_id: Id
    text: str
    lang: str
    part: str

    @property
    def hash(self) -> bytes:
        """Whoever guesses the words still does not know the session, so nobody can ask whether they are written."""
        return place_hash(self.text, self.account_id, f"{PART}.{self.lang}.{int(self.session_id)}")

    def into(self, lang: str) -> Wanted:
        return Wanted(text_hash=self.hash, lang=lang, source_lang=self.lang, text=self.text, part=PART)


async def _asked(db: Db, live: Live, words: _Words, into: list[str]) -> dict[str, Draft]:
    """What becomes of the words within our patience, by language."""
    found = await _found(db, words, into)
    missing = [one for one in into if one not in found]
    otherwise: State = "waiting"
    if missing and not (await state(db)).will_translate:
        otherwise = "no_translator"
    elif missing:
        keys = {f"{words.hash.hex()}.{one}" for one in missing}
        async with live.subscribe(keys) as told:
            await _ask(db, words, missing)
            await _until(told, keys)
        found = {**found, **await _found(db, words, missing)}
    await _given(db, words, found)
    return {one: _state(one, found.get(one), otherwise) for one in into}


def _state(lang: str, text: str | None, otherwise: State) -> Draft:
    if text is None:
        return Draft(lang=lang, state=otherwise)
    return Draft(lang=lang, state="ready" if text else "poor", text=text)


async def _found(db: Db, words: _Words, into: list[str]) -> Found:
    """What is there: made of this draft, or of the same words where they are public; never a reader's correction."""
    rows = await db.rows(
        """SELECT lang, text FROM rendering WHERE text_hash = ANY($1) AND lang = ANY($2) AND source_lang = $3 AND engine <> $4
           ORDER BY text <> '', created_at""",
        [words.hash, content_hash(words.text)],
        into,
        words.lang,
        PERSON,
    )
    return {row[0]: row[1] for row in rows}


async def _ask(db: Db, words: _Words, into: list[str]) -> None:
    """Queue the words; they take the place of what this person waited for before in the same part."""
    async with db.transaction():
        await db.run(
            """INSERT INTO translation_draft AS d (account_id, text_hash, lang, part, asked_at)
               SELECT $1, $2, lang, $3, $4::timestamptz FROM unnest($5::text[]) lang
               ON CONFLICT (account_id, text_hash, lang) DO UPDATE SET asked_at = excluded.asked_at""",
            words.account_id,
            words.hash,
            words.part,
            now(),
            into,
        )
        before = await db.rows(
            """SELECT text_hash, lang FROM translation_draft
               WHERE account_id = $1 AND part = $2 AND lang = ANY($3) AND text_hash <> $4""",
            words.account_id,
            words.part,
            into,
            words.hash,
        )
        await db.run(
            """DELETE FROM translation_queue WHERE claimed_at IS NULL
               AND (text_hash, lang) IN (SELECT * FROM unnest($1::bytea[], $2::text[]))""",
            [row[0] for row in before],
            [row[1] for row in before],
        )
        await queue.ask(db, [words.into(one) for one in into], WRITING)


async def _until(told: asyncio.Queue[str], keys: Iterable[str]) -> None:
    """Wait until all of these were told, or our patience ends."""
    waiting = set(keys)
    try:
        async with asyncio.timeout(PATIENCE_S):
            while waiting:
                waiting.discard(await told.get())
    except TimeoutError:
        pass


async def _given(db: Db, words: _Words, found: Found) -> None:
    """What was read is not kept."""
    if not found:
        return
    async with db.transaction():
        await db.run("DELETE FROM rendering WHERE text_hash = $1 AND lang = ANY($2)", words.hash, list(found))
        await db.run(
            "DELETE FROM translation_draft WHERE account_id = $1 AND text_hash = $2 AND lang = ANY($3)",
            words.account_id,
            words.hash,
            list(found),
        )
