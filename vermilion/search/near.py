"""Candidates by what was meant: the closest of the first tier, beside those that have the words."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from vermilion.kernel.viewer import Viewer
from vermilion.search import asking, candidates
from vermilion.search.query import Query
from vermilion.search.schema import Candidate
from vermilion.search.signs import Bounds, likely
from vermilion.storage.db import Db

MOST_NEAR, NEAR_BESIDE, NEAR_REQUIRED = 60, 24, 2_000
"""Notes that are found by meaning alone, by their signs the most alike; fewer beside many that have the words; more are
looked at where most of these lack a word that must be there. They are looked for among the best and freshest."""


async def find_near(
    db: Db, viewer: Viewer, query: Query, known: AbstractSet[int], bounds: Bounds, most: int
) -> tuple[dict[int, float], list[Candidate]]:
    """About how close the closest of the first tier are to what was meant, and the candidates of these that are not known yet."""
    if query.meaning is None:
        return {}, []
    required = asking.every(query)
    some = await likely(db, viewer, query.meaning, bounds, NEAR_REQUIRED if required else most)
    found = await candidates.read(
        db, candidates.THESE, [one for one in some if one not in known], viewer.account_id, list(bounds.followed),
        bounds.langs, required,
    )  # fmt: skip
    return some, found


def nearest(found: Sequence[Candidate], known: AbstractSet[int]) -> list[Candidate]:
    """The candidates that were known, and of the others those that are closest to what was meant."""
    near = [one for one in found if one.note_id not in known and one.likeness is not None]
    near.sort(key=lambda one: one.likeness or 0.0, reverse=True)
    return [*(one for one in found if one.note_id in known), *near[:MOST_NEAR]]
