"""The daily review: what is asked for today, with sentences one has read, and words worth saving."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from vermilion.accounts.rules import signed_in
from vermilion.kernel.ids import Id
from vermilion.kernel.record import Record, columns
from vermilion.kernel.viewer import Viewer
from vermilion.learning.lexicon import Lexicon
from vermilion.learning.passages import Text, is_good, sentences, texts
from vermilion.learning.reads import card, get_learner
from vermilion.learning.rules import learning
from vermilion.learning.schedule import AHEAD, day_of, intervals
from vermilion.learning.schema import Day, SavedWord, Sentence, Suggested
from vermilion.storage.db import Db

MOST_SUGGESTED = 12
MOST_OPENED = 30
"""Notes looked through for sentences and words."""
LEAST_SIZE = {"zh": 2, "en": 4}
"""Shorter words are mostly grammar, and met everywhere."""


class _Tally(Record, kw_only=True, frozen=True):
    done: int
    begun: int


class _Left(Record, kw_only=True, frozen=True):
    due: int
    fresh: int
    next_at: datetime | None


async def today(db: Db, viewer: Viewer, lexicon: Lexicon, opened: Sequence[Id], at: datetime) -> Day:
    """What the day still asks for, `at` being now. opened: notes the viewer has read lately, for better sentences."""
    lang = learning(viewer)
    learner = await get_learner(db, viewer)
    begin, end = day_of(learner, at)
    tally = await db.one(
        _Tally,
        """SELECT count(*) AS done, count(*) FILTER (WHERE state = 0) AS begun FROM word_review
           WHERE account_id = $1 AND created_at >= $2""",
        signed_in(viewer),
        begin,
    )
    room = max(0, learner.new_a_day - tally.begun)
    left = await db.one(
        _Left,
        """SELECT count(*) FILTER (WHERE state <> 0 AND due_at < $3) AS due, count(*) FILTER (WHERE state = 0) AS fresh,
                  min(due_at) FILTER (WHERE state <> 0) AS next_at
           FROM saved_word WHERE account_id = $1 AND lang = $2 AND NOT is_known""",
        viewer.account_id,
        lang,
        end,
    )
    word = await db.maybe(
        SavedWord,
        f"""SELECT {columns(SavedWord)} FROM saved_word WHERE account_id = $1 AND lang = $2 AND NOT is_known
            AND (state = 0 AND $3 > 0 OR state = 2 AND due_at < $4 OR state IN (1, 3) AND due_at < $5)
            ORDER BY CASE WHEN state IN (1, 3) AND due_at <= $6 THEN 0 WHEN state = 2 THEN 1 WHEN state = 0 THEN 2 ELSE 3 END,
                     due_at, id LIMIT 1""",
        viewer.account_id,
        lang,
        room,
        end,
        at + AHEAD,
        at,
    )
    sentence = None if word is None else await best_sentence(db, viewer, lexicon, word, opened)
    return Day(
        lang=lang,
        done=tally.done,
        due=left.due,
        new=min(left.fresh, room),
        word=None if word is None else card(word, sentence),
        intervals=() if word is None else intervals(word, at),
        next_at=left.next_at,
        may_undo=tally.done > 0,
    )


async def best_sentence(
    db: Db, viewer: Viewer, lexicon: Lexicon, word: SavedWord, opened: Sequence[Id]
) -> Sentence | None:
    """Where the word was saved, and in turn other sentences the viewer has read; None where there is none in sight."""
    notes = [*([word.note_id] if word.note_id else ()), *opened[:MOST_OPENED]]
    found = await texts(db, viewer, notes, lang=word.lang, word=word.form.lower())
    own, read = (word.note_id, word.comment_id), set(opened)
    every = [
        sentence
        for text in found
        if (text.note_id, text.comment_id) == own or text.note_id in read
        for sentence in sentences(text, word.form)
    ]
    every.sort(key=lambda one: ((one.note_id, one.comment_id) != own, -one.note_id))
    fitting = await lexicon.fitting(every, word.word, word.lang)
    good = list({one.text: one for one in fitting if is_good(one)}.values()) or fitting
    return good[word.review_count % len(good)] if good else None


async def suggestions(db: Db, viewer: Viewer, lexicon: Lexicon, opened: Sequence[Id]) -> list[Suggested]:
    """Words that came up most in notes the viewer has opened lately and has not saved, each with a sentence."""
    lang = learning(viewer)
    found = await texts(db, viewer, opened[:MOST_OPENED], lang=lang)
    in_texts = await lexicon.words([text.text for text in found], lang)
    counts: Counter[str] = Counter()
    first: dict[str, tuple[Text, str, str]] = {}
    for text, words in zip(found, in_texts, strict=True):
        for word in words:
            if len(word.key) >= LEAST_SIZE[lang]:
                counts[word.key] += 1
                first.setdefault(word.key, (text, word.text, word.reading))
    saved = await db.rows(
        "SELECT word FROM saved_word WHERE account_id = $1 AND lang = $2 AND word = ANY($3)",
        signed_in(viewer),
        lang,
        list(counts),
    )
    known = {row[0] for row in saved}
    made = []
    for key, count in sorted(counts.items(), key=lambda one: (-one[1], -len(one[0]), one[0])):
        text, form, reading = first[key]
        sentence = next(filter(is_good, sentences(text, form)), None)
        if key not in known and sentence is not None:
            made.append(Suggested(word=key, reading=reading, count=count, sentence=sentence))
        if len(made) == MOST_SUGGESTED:
            break
    return made
