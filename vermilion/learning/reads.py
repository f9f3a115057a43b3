"""What a reader learns, as they alone may see it."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from vermilion.accounts.rules import signed_in
from vermilion.engines.dictionary import Entry
from vermilion.kernel.errors import Invalid, NotFound
from vermilion.kernel.ids import Id
from vermilion.kernel.pages import PAGE_SIZE, Key, Moment, Page, from_cursor, to_cursor
from vermilion.kernel.record import Record, columns
from vermilion.kernel.viewer import Viewer
from vermilion.learning.lexicon import Found, Lexicon
from vermilion.learning.passages import sentences, texts
from vermilion.learning.rules import level, level_of
from vermilion.learning.schema import (
    MOST_CHARACTERS,
    Explanation,
    Learner,
    Meaning,
    Place,
    Readings,
    SavedWord,
    Sense,
    Sentence,
    Show,
    Source,
    Token,
    WordCard,
)
from vermilion.storage.db import Db
from vermilion.translation.glossary import alternatives
from vermilion.translation.reads import Renderings, is_foreign, passage, renderings
from vermilion.translation.schema import Words

MOST_SENSES = 8
"""Of one dictionary entry."""
_NOWHERE = Id(0)


class _Known(Record, kw_only=True, frozen=True):
    word: str
    is_known: bool
    stability: float | None


async def get_learner(db: Db, viewer: Viewer) -> Learner:
    """How the viewer learns."""
    return await find_learner(db, viewer) or Learner()


async def find_learner(db: Db, viewer: Viewer) -> Learner | None:
    """How the viewer has chosen to learn; None before they have."""
    return await db.maybe(
        Learner, f"SELECT {columns(Learner)} FROM learner WHERE account_id = $1", signed_in(viewer)
    )


async def get_word(db: Db, viewer: Viewer, word_id: int) -> SavedWord:
    """One of the viewer's words; raises NotFound("word_gone")."""
    found = await db.maybe(
        SavedWord,
        f"SELECT {columns(SavedWord)} FROM saved_word WHERE account_id = $1 AND id = $2",
        signed_in(viewer),
        word_id,
    )
    if found is None:
        raise NotFound("word_gone")
    return found


async def readings(db: Db, viewer: Viewer, lexicon: Lexicon, lang: str, passages: Sequence[str]) -> Readings:
    """Texts in pieces, each word with its reading and how well the viewer knows it; raises Invalid("too_much_text")."""
    if sum(map(len, passages)) > MOST_CHARACTERS:
        raise Invalid("too_much_text", field="texts")
    found = await lexicon.words(passages, lang)
    levels = await _levels(db, viewer, lang, {word.key for words in found for word in words})
    made = []
    for text, words in zip(passages, found, strict=True):
        at = 0
        tokens = []
        for word in words:
            if word.start > at:
                tokens.append(Token(text=text[at : word.start]))
            tokens.append(
                Token(text=word.text, key=word.key, reading=word.reading, level=levels.get(word.key, 0))
            )
            at = word.start + len(word.text)
        if at < len(text):
            tokens.append(Token(text=text[at:]))
        made.append(tuple(tokens))
    return Readings(texts=tuple(made))


async def _levels(db: Db, viewer: Viewer, lang: str, keys: Iterable[str]) -> dict[str, int]:
    wanted = list(keys)
    if viewer.is_guest or not wanted:
        return {}
    rows = await db.all(
        _Known,
        "SELECT word, is_known, stability FROM saved_word WHERE account_id = $1 AND lang = $2 AND word = ANY($3)",
        viewer.account_id,
        lang,
        wanted,
    )
    return {row.word: level_of(is_known=row.is_known, stability=row.stability) for row in rows}


async def explain(
    db: Db, viewer: Viewer, lexicon: Lexicon, lang: str, word: str, *,
    form: str = "", reading: str = "", place: Place | None = None,
) -> Explanation:  # fmt: skip
    """What a word means, told in the viewer's language where that is there, else in English and marked as missing."""
    found = await lexicon.look_up(word, lang, reading)
    given = _meanings(found, viewer, lang, word)
    told = [one for meaning in given for one in meaning[1]]
    rendered = await renderings(db, viewer, [one[0] for one in told])
    saved = None
    if not viewer.is_guest:
        saved = await db.maybe(
            SavedWord,
            f"SELECT {columns(SavedWord)} FROM saved_word WHERE account_id = $1 AND lang = $2 AND word = $3",
            viewer.account_id,
            lang,
            word,
        )
    stands = place or (
        Place(note_id=saved.note_id, comment_id=saved.comment_id) if saved and saved.note_id else None
    )
    sentence = await sentence_at(
        db, viewer, lexicon, lang, word, form or (saved.form if saved else word), stands
    )
    return Explanation(
        word=word,
        form=form or word,
        lang=lang,
        reading=found.reading,
        meanings=tuple(
            Meaning(
                word=entry.word,
                other_spelling=entry.other_spelling if entry.other_spelling != entry.word else "",
                reading=entry.reading,
                measure=entry.measure,
                senses=tuple(_sense(viewer, one, rendered) for one in senses),
            )
            for entry, senses in given
        ),
        saved=None if saved is None else card(saved, sentence),
        sentence=sentence,
    )


_Told = tuple[Words, str, str, Source]
"""A meaning to be told, an example, what that means, and where it is from."""


def _meanings(found: Found, viewer: Viewer, lang: str, word: str) -> list[tuple[Entry, list[_Told]]]:
    given: list[tuple[Entry, list[_Told]]] = []
    if found.slang is not None:
        told: list[_Told] = [
            (
                _words(sense.meaning, "en", _said(sense.say, viewer)),
                sense.example,
                sense.example_en,
                "glossary",
            )
            for sense in found.slang.sense
        ]
        given.append((Entry(found.slang.term, "", found.reading, (), ""), told))
    if lang != "en":
        given += [
            (entry, [(_words("; ".join(entry.senses[:MOST_SENSES]), "en"), "", "", "cc-cedict")])
            for entry in found.entries
            if entry.senses
        ]
    elif found.entries and "zh" in viewer.reads:
        chinese = "、".join(dict.fromkeys(entry.word for entry in found.entries))
        given.append((Entry(word, "", "", (), ""), [(_words(chinese, "zh"), "", "", "cc-cedict")]))
    if not given and is_foreign(viewer, lang):
        given.append((Entry(word, "", found.reading, (), ""), [(_words(word, lang), "", "", "machine")]))
    return given


def _said(say: dict[str, str], viewer: Viewer) -> str | None:
    """How the viewer's language says it, where the glossary knows."""
    ways = alternatives(say.get(viewer.reads[0], ""))
    return " / ".join(ways) if ways else None


def _words(text: str, lang: str, version: str | None = None) -> Words:
    return Words(text=text, lang=lang, subject_id=_NOWHERE, part="title", is_public=True, version=version)


def _sense(viewer: Viewer, told: _Told, rendered: Renderings) -> Sense:
    words, example, meaning, source = told
    shown = passage(viewer, words, rendered)
    return Sense(meaning=shown, example=example, example_meaning=meaning, source=source)


async def sentence_at(
    db: Db, viewer: Viewer, lexicon: Lexicon, lang: str, word: str, form: str, place: Place | None
) -> Sentence | None:
    """The sentence in which a word stands there; None where it does not, or the viewer may not see it."""
    if place is None:
        return None
    comment_ids = [place.comment_id] if place.comment_id else []
    found = await texts(db, viewer, [place.note_id], lang=lang, comment_ids=comment_ids)
    every = [
        sentence
        for text in found
        if text.comment_id == place.comment_id
        for sentence in sentences(text, form)
    ]
    return next(iter(await lexicon.fitting(every, word, lang)), None)


async def saved_words(
    db: Db,
    viewer: Viewer,
    lexicon: Lexicon,
    lang: str,
    *,
    show: Show = "all",
    query: str = "",
    cursor: str | None = None,
) -> Page[WordCard]:
    """The viewer's words, the newest first; `query`: a part of the word or of its reading."""
    moment, last = from_cursor(cursor, tuple[Moment, Key]) if cursor else (_END, 2**63 - 1)
    rows = await db.all(
        SavedWord,
        f"""SELECT {columns(SavedWord)} FROM saved_word
            WHERE account_id = $1 AND lang = $2 AND (created_at, id) < ($3, $4)
              AND ($5 = 'all' OR is_known = ($5 = 'known'))
              AND ($6 = '' OR position($6 in lower(word)) > 0 OR position($6 in lower(reading)) > 0)
            ORDER BY created_at DESC, id DESC LIMIT $7""",
        signed_in(viewer),
        lang,
        moment,
        last,
        show,
        query.strip().lower()[:64],
        PAGE_SIZE + 1,
    )
    page = rows[:PAGE_SIZE]
    end = page[-1] if len(rows) > PAGE_SIZE else None
    stands = await _sentences(db, viewer, lexicon, lang, page)
    return Page(
        items=[card(row, stands.get(row.id)) for row in page],
        next=to_cursor(end.created_at.isoformat(), int(end.id)) if end else None,
    )


_END = datetime.fromisoformat("9999-01-01T00:00:00+00:00")


async def _sentences(
    db: Db, viewer: Viewer, lexicon: Lexicon, lang: str, rows: Sequence[SavedWord]
) -> dict[Id, Sentence]:
    """For each word the sentence it was saved from, as far as the viewer may still see it."""
    found = await texts(
        db,
        viewer,
        [row.note_id for row in rows if row.note_id],
        lang=lang,
        comment_ids=[row.comment_id for row in rows if row.comment_id],
    )
    made: dict[Id, Sentence] = {}
    for row in rows:
        every = [
            sentence
            for text in found
            if (text.note_id, text.comment_id) == (row.note_id, row.comment_id)
            for sentence in sentences(text, row.form)
        ]
        if every:
            made[row.id] = (await lexicon.fitting(every, row.word, lang))[0]
    return made


def card(row: SavedWord, sentence: Sentence | None) -> WordCard:
    """A word as a list shows it."""
    return WordCard(
        id=row.id,
        lang=row.lang,
        word=row.word,
        reading=row.reading,
        is_known=row.is_known,
        level=level(row),
        sentence=sentence,
        review_count=row.review_count,
        due_at=row.due_at,
        created_at=row.created_at,
    )
