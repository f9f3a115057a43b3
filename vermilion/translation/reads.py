"""Passages: texts as one reader reads them."""

from collections.abc import Iterable, Mapping

from vermilion.kernel.record import columns
from vermilion.kernel.types import UNDETERMINED
from vermilion.kernel.viewer import Viewer
from vermilion.storage.db import Db
from vermilion.translation.schema import PERSON, Passage, Rendering, Words

Renderings = Mapping[bytes, Rendering]
"""By text_hash, those into one reader's language."""

NONE: Renderings = {}


def is_foreign(viewer: Viewer, lang: str) -> bool:
    """Whether the viewer needs these words in another language."""
    return lang != UNDETERMINED and lang not in viewer.reads


async def renderings(db: Db, viewer: Viewer, page: Iterable[Words]) -> Renderings:
    """The renderings of a page's texts into the viewer's language: one statement, none where nothing is foreign."""
    wanted: set[bytes] = set()
    for words in page:
        if words.version is None and words.text and is_foreign(viewer, words.lang):
            wanted |= {words.hash, words.place}
    if not wanted:
        return NONE
    rows = await db.all(
        Rendering,
        f"SELECT {columns(Rendering)} FROM rendering WHERE text_hash = ANY($1) AND lang = $2",
        list(wanted),
        viewer.reads[0],
    )
    # What a person wrote comes before any machine's, a good text before none, the newest before older ones.
    rows.sort(key=lambda row: (row.engine == PERSON, row.text != "", row.created_at))
    return {row.text_hash: row for row in rows}


def passage(viewer: Viewer, words: Words, found: Renderings = NONE) -> Passage:
    """A text for this reader: the author's own version first, then a correction of this passage, then a rendering."""
    if not words.text or not is_foreign(viewer, words.lang):
        return Passage(text=words.text, lang=words.lang, original=words.text, original_lang=words.lang)
    lang = viewer.reads[0]
    if words.version is not None:
        return Passage(
            text=words.version, lang=lang, original=words.text, original_lang=words.lang, kind="version"
        )
    corrected, shared = found.get(words.place), found.get(words.hash)
    best = corrected if corrected is not None and corrected.text else shared
    key = f"{words.hash.hex()}.{lang}"
    if best is None or not best.text:
        return Passage(
            text=words.text,
            lang=words.lang,
            original=words.text,
            original_lang=words.lang,
            kind="missing" if best is None else "poor",
            part=words.part,
            subject_id=words.subject_id,
            key=key,
        )
    return Passage(
        text=best.text,
        lang=lang,
        original=words.text,
        original_lang=words.lang,
        kind="corrected" if best.engine == PERSON else "machine",
        part=words.part,
        subject_id=words.subject_id,
        key=key,
    )
