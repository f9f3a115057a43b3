"""Notes that may answer: what the index has of them to rank by, and a closer look at those that come first."""

from collections.abc import Collection, Sequence
from itertools import accumulate, pairwise

from msgspec import structs

from vermilion.kernel.ids import Id
from vermilion.search.query import Meaning
from vermilion.search.schema import Candidate
from vermilion.storage.db import Db

MOST_CANDIDATES, MOST_LATEST = 240, 400
"""Notes with the words that are ranked; and notes, where no words are asked for."""

MAY = "(s.audience = 'everyone' OR s.author_id = $2 OR s.author_id = ANY($3))"
_COLUMNS = "s.note_id, s.author_id, s.lang, s.tier, s.terms, s.length, s.released_at"
_NARROWED = """AND ($4::bigint IS NULL OR s.note_id > $4) AND ($5::text[] IS NULL OR s.lang = ANY($5))
      AND ($6::bigint[] IS NULL OR s.author_id = ANY($6))
      AND ($7::bigint[] IS NULL OR s.note_id = ANY($7)) AND s.note_id <> ALL($8::bigint[])"""
# A tsquery that is no constant is planned once for all questions: planning takes longer than finding a rare word.
_TIER = """(SELECT {columns} FROM search_note s
    WHERE s.tier = {tier} AND s.words @@ (SELECT $1::text::tsquery) AND {may} {narrowed} LIMIT {most})"""


def together(rows: str) -> str:
    """All rows as one, a column in one piece: hundreds of rows take longer to send and to read than to find."""
    return f"""SELECT array_agg(note_id), array_agg(author_id), array_agg(lang), array_agg(tier), string_agg(terms, ''),
        array_agg(octet_length(terms)), array_agg(length), array_agg(released_at) FROM ({rows}) one"""


def _tiers(narrowed: str) -> str:
    """One tier after the other, and no further once there are enough."""
    every = (
        _TIER.format(columns=_COLUMNS, tier=tier, may=MAY, narrowed=narrowed, most=MOST_CANDIDATES)
        for tier in (0, 1, 2)
    )
    return together(f"{' UNION ALL '.join(every)} LIMIT {MOST_CANDIDATES}")


HAVING, HAVING_NARROWED = _tiers(""), _tiers(_NARROWED)
"""Notes that have the words of a tsquery; $4 to $8 narrow them, where anything does."""

# Some notes, as far as the filters leave them.
LATEST = together(f"""SELECT {_COLUMNS} FROM search_note s
    WHERE s.note_id = ANY($1) AND ($2::bigint IS NULL OR s.note_id > $2) AND ($3::text[] IS NULL OR s.lang = ANY($3))
      AND ($4::text IS NULL OR s.words @@ $4::text::tsquery) LIMIT {MOST_LATEST}""")

# Some notes, as far as the viewer may see them and the question leaves them.
THESE = together(f"""SELECT {_COLUMNS} FROM search_note s WHERE s.note_id = ANY($1) AND {MAY}
      AND ($4::text[] IS NULL OR s.lang = ANY($4)) AND ($5::text IS NULL OR s.words @@ $5::text::tsquery)""")

_COUNTS = (
    "SELECT note_id, like_count, save_count, comment_count, NULL FROM note_count WHERE note_id = ANY($1)"
)
# The vectors are of length one: their inner product is how close they are. That of the question is read once, not once a row;
# both tables are gone through once, in the order of their keys.
_LIKENESS = """SELECT c.note_id, c.like_count, c.save_count, c.comment_count,
        max(inner_product(v.vector, (SELECT $2::text::halfvec)))
    FROM note_count c LEFT JOIN search_vector v ON v.note_id = c.note_id AND v.note_id = ANY($1) AND v.model = $3
    WHERE c.note_id = ANY($1) GROUP BY c.note_id"""


async def read(db: Db, text: str, *args: object) -> list[Candidate]:
    """The candidates of one of these statements; nothing is known yet of their likes, and how close they are."""
    row = (await db.rows(text, *args))[0]
    if row[0] is None:
        return []
    terms = [row[4][start:end] for start, end in pairwise(accumulate(row[5], initial=0))]
    return [
        Candidate(
            note_id=Id(note_id), author_id=Id(author_id), lang=lang, tier=tier, terms=packed, length=length,
            released_at=released_at,
        )
        for note_id, author_id, lang, tier, packed, length, released_at in zip(
            *row[:4], terms, *row[6:], strict=True
        )
    ]  # fmt: skip


async def look_closer(
    db: Db, meaning: Meaning | None, candidates: Sequence[Candidate], some: Collection[int]
) -> list[Candidate]:
    """The candidates, of some of them how well they are liked and how close they are to what was meant."""
    if not some:
        return list(candidates)
    asked = [] if meaning is None else [meaning.vector, meaning.model]
    rows = await db.rows(_LIKENESS if asked else _COUNTS, list(some), *asked)
    known = {row[0]: row for row in rows}
    return [
        structs.replace(one, like_count=row[1], save_count=row[2], comment_count=row[3], likeness=row[4])
        if (row := known.get(one.note_id))
        else one
        for one in candidates
    ]
