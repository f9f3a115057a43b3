"""Texts a viewer may see and the sentences in them, for showing a word where it stands."""

import re
from collections.abc import Iterable, Sequence

from vermilion.accounts.reads import people
from vermilion.kernel.ids import Id
from vermilion.kernel.record import Record
from vermilion.kernel.viewer import Viewer
from vermilion.learning.schema import Sentence
from vermilion.notes.rules import VISIBLE, sight
from vermilion.storage.db import Db

MOST_COMMENTS = 300
LONGEST, SHORTEST = 80, 5
"""Characters of a good sentence; a longer one is cut around its word."""

# A point ends a sentence before a space, unless a small letter goes on after it ("7 a.m. sharp").
_SENTENCE = re.compile(
    r"(?:[^。！？!?…\n.]|\.(?=[^\s”’」』）)])|\.(?=[ \t]+[a-zà-ÿ]))+(?:[。！？!?…]+|\.)*[”’」』）)]*"
)


class Text(Record, kw_only=True, frozen=True):
    """A text of a note (comment_id None) or of a comment under it."""

    note_id: Id
    comment_id: Id | None
    text: str
    lang: str


class _Said(Record, kw_only=True, frozen=True):
    note_id: Id
    id: Id
    author_id: Id
    parent_author: Id | None
    body: str
    body_lang: str


async def texts(
    db: Db,
    viewer: Viewer,
    note_ids: Iterable[int],
    *,
    lang: str,
    comment_ids: Sequence[int] | None = None,
    word: str | None = None,
) -> list[Text]:
    """What the viewer may see of these notes and the comments under them in one language; five statements.

    comment_ids None: every comment, the newest MOST_COMMENTS; `word`: only comments in which it stands.
    """
    ids = list(dict.fromkeys(note_ids))
    authors = await db.rows("SELECT author_id FROM note WHERE id = ANY($1)", ids) if ids else []
    if not authors:
        return []
    found = await people(db, viewer, [row[0] for row in authors])
    notes = await db.rows(
        f"""SELECT n.id, n.title, n.title_lang, n.body, n.body_lang FROM note n WHERE n.id = ANY($1) AND {VISIBLE}""",
        ids,
        *sight(viewer, found.values()),
    )
    made = [
        Text(note_id=Id(row["id"]), comment_id=None, text=row[part], lang=row[f"{part}_lang"])
        for row in notes
        for part in ("body", "title")
        if row[part] and row[f"{part}_lang"] == lang
    ]
    if comment_ids is not None and not comment_ids:
        return made
    said = await _comments(db, viewer, [row["id"] for row in notes], lang, comment_ids, word)
    return made + said


async def _comments(
    db: Db,
    viewer: Viewer,
    note_ids: list[int],
    lang: str,
    comment_ids: Sequence[int] | None,
    word: str | None,
) -> list[Text]:
    """Public comments of people in reach, those of the second level under such a one only."""
    rows = await db.all(
        _Said,
        """SELECT c.note_id, c.id, c.author_id, p.author_id AS parent_author, c.body, c.body_lang
           FROM comment c LEFT JOIN comment p ON p.note_id = c.note_id AND p.id = c.parent_id AND p.deleted_at IS NULL
                AND p.state = 'public'
           WHERE c.note_id = ANY($1) AND c.body_lang = $2 AND c.deleted_at IS NULL AND c.state = 'public'
             AND ($3::bigint[] IS NULL OR c.id = ANY($3)) AND ($4::text IS NULL OR position($4 in lower(c.body)) > 0)
             AND (c.parent_id IS NULL OR p.id IS NOT NULL)
           ORDER BY c.id DESC LIMIT $5""",
        note_ids,
        lang,
        None if comment_ids is None else list(comment_ids),
        word,
        MOST_COMMENTS,
    )
    found = await people(
        db, viewer, {id_ for row in rows for id_ in (row.author_id, row.parent_author) if id_}
    )

    def is_near(account_id: Id | None) -> bool:
        return account_id is None or (account_id in found and not found[account_id].is_apart)

    return [
        Text(note_id=row.note_id, comment_id=row.id, text=row.body, lang=row.body_lang)
        for row in rows
        if is_near(row.author_id) and is_near(row.parent_author)
    ]


def sentences(text: Text, form: str) -> list[Sentence]:
    """The sentences of a text in which these signs stand, once for each place; whether as a word, `Lexicon` knows."""
    made = []
    for found in _SENTENCE.finditer(text.text):
        whole = found[0].strip()
        for place in _places(form, text.lang).finditer(whole):
            sentence, start = _cut(whole, place.start(), len(form))
            made.append(
                Sentence(
                    note_id=text.note_id,
                    comment_id=text.comment_id,
                    text=sentence,
                    start=start,
                    end=start + len(form),
                )
            )
    return made


def _places(form: str, lang: str) -> re.Pattern[str]:
    """Finds a word; in alphabets it stands by itself."""
    signs = re.escape(form)
    return re.compile(signs if lang == "zh" else rf"(?<!\w){signs}(?!\w)", re.IGNORECASE)


def _cut(sentence: str, start: int, size: int) -> tuple[str, int]:
    if len(sentence) <= LONGEST:
        return sentence, start
    begin = max(0, start - LONGEST // 2)
    end = min(len(sentence), start + size + LONGEST // 2)
    before, after = "…" if begin else "", "…" if end < len(sentence) else ""
    return before + sentence[begin:end] + after, start - begin + len(before)


def is_good(sentence: Sentence) -> bool:
    """Long enough to show the word in use, and whole."""
    return SHORTEST <= len(sentence.text) <= LONGEST and not sentence.text.startswith(("…", "#"))
