"""Candidates by what was meant: how close each note that has the words is, and the closest of the first tier besides."""

from collections.abc import Sequence

from msgspec import structs

from vermilion.kernel.record import Record
from vermilion.kernel.viewer import Viewer
from vermilion.search import asking
from vermilion.search.narrowing import Narrow
from vermilion.search.query import Query
from vermilion.search.schema import Candidate
from vermilion.storage.db import Db

MOST_NEAR = 60
"""Notes that are found by meaning alone. They are looked for among the best and freshest, each of which is compared."""

# The vectors are of length one: their inner product is how close they are. That of the question is read once, not once a row.
_NEAR = f"""WITH near AS MATERIALIZED (
        SELECT s.note_id, max(inner_product(v.vector, (SELECT $1::text::halfvec))) AS likeness
        FROM search_note s JOIN search_vector v ON v.note_id = s.note_id
        WHERE s.tier = 0 AND v.model = $2
          AND (s.audience = 'everyone' OR s.author_id = $3 OR s.author_id = ANY($4))
          AND ($5::bigint IS NULL OR s.note_id > $5) AND ($6::text[] IS NULL OR s.lang = ANY($6))
          AND ($7::bigint[] IS NULL OR s.author_id = ANY($7))
          AND ($8::text IS NULL OR s.words @@ $8::text::tsquery)
          AND ($10::bigint[] IS NULL OR s.note_id = ANY($10)) AND s.note_id <> ALL($11::bigint[])
        GROUP BY s.note_id ORDER BY likeness DESC LIMIT {MOST_NEAR}),
    told AS MATERIALIZED (
        SELECT v.note_id, max(inner_product(v.vector, (SELECT $1::text::halfvec))) AS likeness FROM search_vector v
        WHERE v.note_id = ANY($9) AND v.model = $2 GROUP BY v.note_id)
    SELECT f.note_id, f.author_id, f.lang, f.terms, f.length, f.released_at, c.like_count, c.save_count, c.comment_count,
        n.likeness
    FROM (SELECT * FROM near UNION SELECT * FROM told) n
    JOIN search_note f ON f.note_id = n.note_id JOIN note_count c ON c.note_id = n.note_id"""


class Within(Record, kw_only=True, frozen=True):
    """Where candidates may come from: whom the viewer follows, and what the filters leave."""

    followed: Sequence[int]
    least: int | None
    langs: list[str] | None
    authors: Sequence[int] | None
    narrow: Narrow


async def add_near(
    db: Db, viewer: Viewer, query: Query, candidates: Sequence[Candidate], within: Within
) -> list[Candidate]:
    """The candidates with how close they are to what was meant, and those that are found by that alone."""
    if query.meaning is None:
        return list(candidates)
    narrow, required = within.narrow, [f"({one})" for one in asking.required(query)]
    rows = await db.all(
        Candidate, _NEAR, query.meaning.vector, query.meaning.model, viewer.account_id, list(within.followed),
        within.least, within.langs, None if within.authors is None else list(within.authors),
        " & ".join(required) or None, [one.note_id for one in candidates],
        None if narrow.only is None else list(narrow.only), list(narrow.never),
    )  # fmt: skip
    found = {one.note_id: one for one in rows}
    with_words = [
        structs.replace(one, likeness=found[one.note_id].likeness) if one.note_id in found else one
        for one in candidates
    ]
    known = {one.note_id for one in candidates}
    return [*with_words, *(one for one in rows if one.note_id not in known)]
