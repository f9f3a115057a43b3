"""Passages: texts as one reader reads them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from vermilion.accounts.reads import get_person, people
from vermilion.kernel.errors import NotFound
from vermilion.kernel.ids import Id
from vermilion.kernel.record import Record, columns
from vermilion.kernel.types import UNDETERMINED
from vermilion.kernel.viewer import Viewer
from vermilion.storage.db import Db
from vermilion.translation.schema import PERSON, Kind, Passage, Place, Rendering, Spot, Words
from vermilion.translation.seals import find_secret, key_of


class Renderings(NamedTuple):
    """What there is for a page's texts into one reader's language: by text_hash, the best first."""

    rows: Mapping[bytes, tuple[Rendering, ...]]
    handles: Mapping[Id, str]
    """Of those who corrected something and whom the viewer may see; what others corrected is not shown to them."""
    secret: bytes = b""
    """For the keys of what is not public."""

    def best(self, words: Words) -> Rendering | None:
        """What to show of these words: a correction of this passage, one of equal words, a machine's."""
        if not self.rows:
            return None
        for row in (*self.rows.get(words.place, ()), *self.rows.get(words.hash, ())):
            if row.engine != PERSON or row.account_id in self.handles:
                return row
        return None


NONE = Renderings({}, {})


class _Bio(Record, kw_only=True, frozen=True):
    bio: str
    bio_lang: str


def is_foreign(viewer: Viewer, lang: str) -> bool:
    """Whether the viewer needs these words in another language."""
    return lang != UNDETERMINED and lang not in viewer.reads


async def renderings(db: Db, viewer: Viewer, page: Iterable[Words], *, is_shared: bool = False) -> Renderings:
    """The renderings of a page's texts into the viewer's language: one statement, none where nothing is foreign.

    One more where somebody corrected one of them. `is_shared`: many read the same page, see `Db.shared`.
    """
    foreign = [
        words for words in page if words.version is None and words.text and is_foreign(viewer, words.lang)
    ]
    if not foreign:
        return NONE
    wanted, lang = (
        frozenset(digest for words in foreign for digest in (words.hash, words.place)),
        viewer.reads[0],
    )
    if is_shared:
        rows = await db.shared(("renderings", lang, wanted), lambda: find_rows(db, wanted, lang))
    else:
        rows = await find_rows(db, wanted, lang)
    correctors = {row.account_id for row in rows if row.engine == PERSON}
    found = (await people(db, viewer, correctors)).values() if correctors else ()
    by_hash: dict[bytes, tuple[Rendering, ...]] = {}
    for row in rows:
        by_hash[row.text_hash] = (*by_hash.get(row.text_hash, ()), row)
    handles = {person.id: person.handle for person in found if not person.is_apart}
    return Renderings(by_hash, handles, await find_secret(db, foreign))


async def find_rows(db: Db, hashes: Iterable[bytes], lang: str) -> list[Rendering]:
    """What is stored under these hashes in one language, the best first.

    What a person wrote comes before any machine's, a good text before none, the newest before older ones.
    """
    rows = await db.all(
        Rendering,
        f"SELECT {columns(Rendering)} FROM rendering WHERE text_hash = ANY($1) AND lang = $2",
        list(hashes),
        lang,
    )
    return sorted(rows, key=lambda row: (row.engine == PERSON, row.text != "", row.created_at), reverse=True)


def passage(viewer: Viewer, words: Words, found: Renderings = NONE) -> Passage:
    """A text for this reader: the author's own version first, then a correction of this passage, then a rendering."""
    if not words.text or not is_foreign(viewer, words.lang):
        return Passage(text=words.text, lang=words.lang, original=words.text, original_lang=words.lang)
    lang = viewer.reads[0]
    if words.version is not None:
        return Passage(
            text=words.version, lang=lang, original=words.text, original_lang=words.lang, kind="version"
        )
    best = found.best(words)
    shown = best is not None and best.text != ""
    kind: Kind = "missing" if best is None else best.kind
    return Passage(
        text=best.text if best is not None and shown else words.text,
        lang=lang if shown else words.lang,
        original=words.text,
        original_lang=words.lang,
        kind=kind,
        part=words.part,
        subject_id=words.subject_id or None,
        key=key_of(words, lang, found.secret),
        by=found.handles.get(best.account_id) if best is not None else None,
    )


async def passages(db: Db, viewer: Viewer, page: Sequence[Words]) -> list[Passage]:
    """These texts for this reader."""
    found = await renderings(db, viewer, page)
    return [passage(viewer, words, found) for words in page]


async def get_bio(db: Db, viewer: Viewer, account_id: Id) -> Spot:
    """What a person says about themselves; raises NotFound("account_gone")."""
    person = await get_person(db, viewer, account_id)
    row = await db.maybe(_Bio, "SELECT bio, bio_lang FROM account WHERE id = $1", account_id)
    if row is None or not row.bio or person.is_apart:
        raise NotFound("not_found")
    place = Place(part="bio", note_id=None, subject_id=account_id)
    return Spot(place=place, words=bio_words(account_id, row.bio, row.bio_lang), author_id=account_id)


def bio_words(account_id: Id, bio: str, lang: str) -> Words:
    """A bio as words to be translated; everybody may read it."""
    return Words(text=bio, lang=lang, subject_id=account_id, part="bio", is_public=True)
