"""Candidates by what was meant: how close each note that has the words is, and the closest of the first tier besides."""

from collections.abc import Mapping, Sequence

from msgspec import structs

from vermilion.kernel.viewer import Viewer
from vermilion.search import asking
from vermilion.search.query import Query
from vermilion.search.schema import Candidate
from vermilion.search.signs import Bounds, likely
from vermilion.storage.db import Db

MOST_NEAR = 60
"""Notes that are found by meaning alone. They are looked for among the best and freshest."""
COMPARED, COMPARED_REQUIRED = 120, 2_000
"""Notes whose vectors are compared, by their signs the most alike; more where most of these lack a word that must be there."""

# The vectors are of length one: their inner product is how close they are. That of the question is read once, not once a row.
_LIKENESS = """SELECT note_id, max(inner_product(vector, (SELECT $1::text::halfvec))) AS likeness
    FROM search_vector WHERE note_id = ANY($2) AND model = $3 GROUP BY note_id"""

_NEAR = """SELECT s.note_id, s.author_id, s.lang, s.terms, s.length, s.released_at, c.like_count, c.save_count, c.comment_count
    FROM search_note s JOIN note_count c ON c.note_id = s.note_id
    WHERE s.note_id = ANY($1) AND (s.audience = 'everyone' OR s.author_id = $2 OR s.author_id = ANY($3))
      AND ($4::text[] IS NULL OR s.lang = ANY($4)) AND ($5::text IS NULL OR s.words @@ $5::text::tsquery)"""


async def add_near(
    db: Db, viewer: Viewer, query: Query, candidates: Sequence[Candidate], bounds: Bounds
) -> list[Candidate]:
    """The candidates with how close they are to what was meant, and those that are found by that alone."""
    if query.meaning is None:
        return list(candidates)
    required = asking.every(query)
    some = await likely(db, viewer, query.meaning, bounds, COMPARED_REQUIRED if required else COMPARED)
    known = {int(one.note_id) for one in candidates}
    rows = await db.rows(_LIKENESS, query.meaning.vector, list(known.union(some)), query.meaning.model)
    likeness = {int(row[0]): float(row[1]) for row in rows}
    others = sorted(
        (one for one in some if one in likeness and one not in known), key=likeness.__getitem__, reverse=True
    )
    near = await db.all(
        Candidate, _NEAR, others if required else others[:MOST_NEAR], viewer.account_id, list(bounds.followed),
        bounds.langs, required,
    )  # fmt: skip
    near.sort(key=lambda one: likeness[one.note_id], reverse=True)
    return _with(likeness, [*candidates, *near[:MOST_NEAR]])


def _with(likeness: Mapping[int, float], candidates: Sequence[Candidate]) -> list[Candidate]:
    return [structs.replace(one, likeness=likeness.get(one.note_id)) for one in candidates]
