"""What many ask: shown as long as it finds something the viewer may see."""

from collections.abc import Iterable, Sequence

from vermilion.kernel.ids import Id
from vermilion.kernel.viewer import Viewer
from vermilion.notes.reads import Offer, visible
from vermilion.search.schema import HotSearch
from vermilion.storage.db import Db

MOST_SHOWN = 10
LOOKED_AT = 40


async def hot(db: Db, viewer: Viewer, lang: str, region: str = "") -> list[HotSearch]:
    """What most people asked in the last week, of those who read `lang` first and are in `region`; '' stands for all."""
    found = await db.all(
        HotSearch,
        """SELECT question, people FROM search_hot WHERE lang = $1 AND region = $2
           ORDER BY people DESC, question LIMIT $3""",
        lang,
        region,
        LOOKED_AT,
    )
    answered = await still_answered(db, viewer, [one.question for one in found])
    return [one for one in found if one.question in answered][:MOST_SHOWN]


async def still_answered(db: Db, viewer: Viewer, questions: Sequence[str]) -> set[str]:
    """Those of these questions that found a note which the viewer may see; it is forgotten with its change."""
    if not questions:
        return set()
    rows = await db.rows(
        "SELECT question, note_id, author_id FROM search_answer WHERE question = ANY($1)", list(questions)
    )
    return await answered(db, viewer, ((row[0], row[1], row[2]) for row in rows))


async def answered(db: Db, viewer: Viewer, rows: Iterable[tuple[str, int, int]]) -> set[str]:
    """Those questions of which the viewer may see an answer; `rows` are (question, note, author)."""
    kept = list(rows)
    seen = await visible(
        db,
        viewer,
        [Offer(note_id=Id(note_id), author_id=Id(author_id)) for _, note_id, author_id in kept],
        hidden=False,
    )
    return {question for question, note_id, _ in kept if note_id in seen}
