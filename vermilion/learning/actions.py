"""What a learner does with words."""

from datetime import datetime, timedelta

from msgspec import structs

from vermilion.accounts.rules import signed_in
from vermilion.kernel.clock import find_zone, now
from vermilion.kernel.errors import Conflict, Invalid, NotFound
from vermilion.kernel.ids import new_id
from vermilion.kernel.record import columns
from vermilion.kernel.text import clean
from vermilion.kernel.viewer import Viewer
from vermilion.learning.lexicon import Lexicon
from vermilion.learning.reads import card, get_word, sentence_at
from vermilion.learning.schedule import after
from vermilion.learning.schema import (
    MOST_WORDS,
    Learner,
    NewWord,
    Place,
    SavedWord,
    WordCard,
    WordReview,
)
from vermilion.storage.db import Db

UNDO_LASTS = timedelta(hours=1)


async def set_learner(db: Db, viewer: Viewer, learner: Learner) -> Learner:
    """How one's day is; raises Invalid("no_such_zone")."""
    if (zone := find_zone(learner.zone)) is None:
        raise Invalid("no_such_zone", field="zone")
    await db.run(
        """INSERT INTO learner (account_id, zone, day_start, new_a_day) VALUES ($1, $2, $3, $4)
           ON CONFLICT (account_id) DO UPDATE
           SET zone = excluded.zone, day_start = excluded.day_start, new_a_day = excluded.new_a_day""",
        signed_in(viewer),
        zone,
        learner.day_start,
        learner.new_a_day,
    )
    return structs.replace(learner, zone=zone)


async def save_word(db: Db, viewer: Viewer, lexicon: Lexicon, new: NewWord) -> WordCard:
    """Save a word, or say that it is known; again it keeps its place in the review.

    Raises Invalid("no_word") for what no text could hold, Conflict("too_many_words").
    """
    signed_in(viewer)
    word, form = clean(new.word, "word", lines=False), clean(new.form or new.word, "form", lines=False)
    if not any(char.isalnum() for char in word) or not form:
        raise Invalid("no_word", field="word")
    place = Place(note_id=new.note_id, comment_id=new.comment_id) if new.note_id else None
    reading = clean(new.reading, "reading", lines=False)
    reading = reading or (await lexicon.look_up(word, new.lang)).reading
    async with db.transaction():
        count = await db.value("SELECT count(*) FROM saved_word WHERE account_id = $1", viewer.account_id)
        if count >= MOST_WORDS:
            raise Conflict("too_many_words", most=MOST_WORDS)
        sentence = await sentence_at(db, viewer, lexicon, new.lang, word, form, place)
        stands = place if sentence is not None else None
        saved = await db.one(
            SavedWord,
            f"""INSERT INTO saved_word AS s (account_id, id, lang, word, form, reading, is_known, note_id, comment_id,
                    due_at, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)
                ON CONFLICT (account_id, lang, word) DO UPDATE SET is_known = excluded.is_known,
                    form = CASE WHEN excluded.note_id IS NULL THEN s.form ELSE excluded.form END,
                    comment_id = CASE WHEN excluded.note_id IS NULL THEN s.comment_id ELSE excluded.comment_id END,
                    note_id = coalesce(excluded.note_id, s.note_id)
                RETURNING {columns(SavedWord, "s")}""",
            viewer.account_id,
            new_id(),
            new.lang,
            word,
            form,
            reading,
            new.known,
            stands.note_id if stands else None,
            stands.comment_id if stands else None,
            now(),
        )
        return card(saved, sentence)


async def know(db: Db, viewer: Viewer, word_id: int, on: bool) -> WordCard:
    """Say that a saved word is known and need not be asked for, or take that back; raises NotFound("word_gone")."""
    async with db.transaction():
        await get_word(db, viewer, word_id)
        await db.run(
            "UPDATE saved_word SET is_known = $3 WHERE account_id = $1 AND id = $2",
            viewer.account_id,
            word_id,
            on,
        )
        return card(await get_word(db, viewer, word_id), None)


async def drop_word(db: Db, viewer: Viewer, word_id: int) -> None:
    """Forget a saved word with all its answers. Twice is once."""
    await db.run("DELETE FROM saved_word WHERE account_id = $1 AND id = $2", signed_in(viewer), word_id)


async def answer(db: Db, viewer: Viewer, word_id: int, rating: int, at: datetime) -> None:
    """Say how well a word was remembered, at the moment `at`; raises NotFound("word_gone")."""
    signed_in(viewer)
    async with db.transaction():
        word = await db.maybe(
            SavedWord,
            f"SELECT {columns(SavedWord)} FROM saved_word WHERE account_id = $1 AND id = $2 FOR UPDATE",
            viewer.account_id,
            word_id,
        )
        if word is None or word.is_known:
            raise NotFound("word_gone")
        made = after(word, rating, at)
        await db.run(
            """INSERT INTO word_review (account_id, id, word_id, rating, state, step, stability, difficulty, due_at,
                   reviewed_at, lapse_count, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)""",
            viewer.account_id,
            new_id(),
            word_id,
            rating,
            word.state,
            word.step,
            word.stability,
            word.difficulty,
            word.due_at,
            word.reviewed_at,
            word.lapse_count,
            at,
        )
        await db.run(
            """UPDATE saved_word SET state = $3, step = $4, stability = $5, difficulty = $6, due_at = $7,
                   reviewed_at = $8, review_count = review_count + 1, lapse_count = lapse_count + $9
               WHERE account_id = $1 AND id = $2""",
            viewer.account_id,
            word_id,
            made.state,
            made.step,
            made.stability,
            made.difficulty,
            made.due_at,
            at,
            int(made.is_lapse),
        )


async def undo_answer(db: Db, viewer: Viewer, at: datetime) -> None:
    """Take the last answer back; raises Conflict("nothing_to_undo") when there is none of the last hour."""
    signed_in(viewer)
    async with db.transaction():
        last = await db.maybe(
            WordReview,
            f"""DELETE FROM word_review WHERE account_id = $1 AND id = (
                    SELECT id FROM word_review WHERE account_id = $1 AND created_at > $2
                    ORDER BY created_at DESC, id DESC LIMIT 1)
                RETURNING {columns(WordReview)}""",
            viewer.account_id,
            at - UNDO_LASTS,
        )
        if last is None:
            raise Conflict("nothing_to_undo")
        await db.run(
            """UPDATE saved_word SET state = $3, step = $4, stability = $5, difficulty = $6, due_at = $7,
                   reviewed_at = $8, lapse_count = $9, review_count = greatest(0, review_count - 1)
               WHERE account_id = $1 AND id = $2""",
            viewer.account_id,
            last.word_id,
            last.state,
            last.step,
            last.stability,
            last.difficulty,
            last.due_at,
            last.reviewed_at,
            last.lapse_count,
        )
