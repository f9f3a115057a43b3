"""People, topics and places by their beginnings, and what is offered while somebody types; as the viewer may see them."""

from collections.abc import Collection, Sequence

from vermilion.accounts.reads import people
from vermilion.accounts.schema import FOLLOWS, MUTES, AccountCard, Person
from vermilion.engines.romaji import beginning_of
from vermilion.kernel.ids import Id
from vermilion.kernel.record import Record
from vermilion.kernel.viewer import Viewer
from vermilion.notes.reads import Offer, visible
from vermilion.search.asked import MOST_KEPT
from vermilion.search.hot import answered
from vermilion.search.questions import key_of
from vermilion.search.schema import Suggestion, SuggestionKind
from vermilion.search.spelling import Spelling
from vermilion.search.suggesting import LONGEST_KEY, plain
from vermilion.storage.db import Db

MOST_ROWS = 240
"""Rows of a kind looked at, for the beginnings of many words are short."""
MOST_LISTED = 24
OFFERED: dict[SuggestionKind, int] = {"tag": 3, "person": 2, "place": 2, "title": 4}
OFFERED_OWN, OFFERED_ASKED, MOST_ASKED = 3, 3, 24
LAST = "\U0010ffff"
_MARKED: dict[str, SuggestionKind] = {"@": "person", "＠": "person", "#": "tag", "＃": "tag"}
LATEST = 8
"""Notes of a topic that are looked at for one the viewer may see."""


class _Row(Record, kw_only=True, frozen=True):
    kind: SuggestionKind
    key: str
    subject_id: Id
    author_id: Id
    shown: str


_BEGINNING = """SELECT kind, key, subject_id, author_id, shown FROM search_prefix
    WHERE kind = $1 AND key >= $2 AND key < $3 ORDER BY key, subject_id DESC LIMIT $4"""

_OFFERS = " UNION ALL ".join(
    f"""(SELECT kind, key, subject_id, author_id, shown FROM search_prefix
         WHERE kind = '{kind}' AND key >= $1 AND key < $2 ORDER BY key, subject_id DESC LIMIT $3)"""
    for kind in OFFERED
)


async def suggest(db: Db, viewer: Viewer, spelling: Spelling, typed: str) -> list[Suggestion]:
    """What the viewer may mean: what they and many others asked, topics, people, places, titles; eight statements.

    After an @ people alone, after a # topics. Where nothing begins so, what begins as the nearest known words do.
    """
    begun = _key(typed)
    if not begun:
        return []
    found = await _suggest(db, viewer, typed, begun)
    if not found and (meant := await spelling.mend_words(db, begun.split())):
        mark = typed.lstrip()[:1]
        found = await _suggest(db, viewer, mark + meant if mark in _MARKED else meant, _key(meant))
    return found


async def _suggest(db: Db, viewer: Viewer, typed: str, begun: str) -> list[Suggestion]:
    only = _MARKED.get(typed.lstrip()[:1])
    asked = [] if only else await _asked(db, viewer, typed, begun)
    rows = await db.all(_Row, _OFFERS, begun, begun + LAST, MOST_ROWS // 4)
    if (read := beginning_of(begun)) and read != begun:  # Japanese, otherwise than its readings are kept
        rows += await db.all(_Row, _OFFERS, read, read + LAST, MOST_ROWS // 4)
    rows = [row for row in rows if only in (None, row.kind)]
    persons = [row for row in rows if row.kind == "person"]
    others = [row for row in rows if row.kind != "person"]
    found = await people(db, viewer, [row.subject_id for row in persons])
    seen = await visible(
        db,
        viewer,
        [Offer(note_id=row.subject_id, author_id=row.author_id) for row in others],
        hidden=False,
    )
    offered: dict[tuple[str, str], Suggestion] = {}
    titled: set[str] = set()
    for row in rows:
        if row.kind == "person":
            person = found.get(row.subject_id)
            if person is None or person.is_apart or person.tie & MUTES:
                continue
            one = Suggestion(kind="person", text=person.display_name, target=person.handle)
        elif row.subject_id in seen:
            target = str(int(row.subject_id)) if row.kind == "title" else row.shown
            one = Suggestion(kind=row.kind, text=row.shown, target=target)
        else:
            continue
        if one.kind == "title":
            # A note is offered once, by whichever of its titles begins so.
            if one.target in titled:
                continue
            titled.add(one.target)
        offered.setdefault((row.kind, one.text if row.kind != "person" else one.target), one)
    return asked + [
        one
        for kind, most in OFFERED.items()
        for one in [each for each in offered.values() if each.kind == kind][:most]
    ]


async def _asked(db: Db, viewer: Viewer, typed: str, begun: str) -> list[Suggestion]:
    """Questions that begin so: the viewer's own, then those many ask as long as the viewer may see an answer."""
    own = [] if viewer.is_guest else await _own(db, viewer, typed)
    rows = await db.rows(
        """SELECT h.question, a.note_id, a.author_id FROM
               (SELECT question, people FROM search_hot WHERE lang = '' AND key >= $1 AND key < $2
                ORDER BY people DESC, question LIMIT $3) h
           JOIN search_answer a ON a.question = h.question ORDER BY h.people DESC, h.question""",
        begun,
        begun + LAST,
        MOST_ASKED,
    )
    seen = await answered(db, viewer, ((row[0], row[1], row[2]) for row in rows))
    known = {key_of(text) for text in own}
    others = [text for text in dict.fromkeys(row[0] for row in rows) if text in seen and text not in known]
    return [Suggestion(kind="recent", text=text, target=text) for text in own] + [
        Suggestion(kind="asked", text=text, target=text) for text in others[:OFFERED_ASKED]
    ]


async def _own(db: Db, viewer: Viewer, typed: str) -> list[str]:
    rows = await db.rows(
        """SELECT question FROM search_history WHERE account_id = $1 AND erased_at IS NULL
           ORDER BY asked_at DESC LIMIT $2""",
        viewer.account_id,
        MOST_KEPT,
    )
    begun = key_of(typed[: 4 * LONGEST_KEY])
    return [row[0] for row in rows if key_of(row[0]).startswith(begun)][:OFFERED_OWN]


async def find_people(db: Db, viewer: Viewer, typed: str) -> list[AccountCard]:
    """People called so, those the viewer follows first; who has blocked or is blocked is not among them."""
    begun = _key(typed.lstrip("@＠ "))
    if not begun:
        return []
    rows = await db.all(_Row, _BEGINNING, "person", begun, begun + LAST, MOST_ROWS)
    exact = {row.subject_id for row in rows if row.key == begun}
    found = await people(db, viewer, [row.subject_id for row in rows])
    shown = [person for person in found.values() if not person.is_apart]
    order = {row.subject_id: at for at, row in reversed(list(enumerate(rows)))}

    def place(person: Person) -> tuple[bool, bool, int]:
        return not person.tie & FOLLOWS, person.id not in exact, order[person.id]

    return [person.card for person in sorted(shown, key=place)[:MOST_LISTED]]


async def find_topics(db: Db, viewer: Viewer, typed: str, same: Collection[str] = ()) -> list[str]:
    """Topics that begin so, and those that are the `same` in other languages; only such as the viewer may see a note of."""
    begun = _key(typed.lstrip("#＃ "))
    if not begun:
        return []
    rows = await db.all(_Row, _BEGINNING, "tag", begun, begun + LAST, MOST_ROWS)
    known = [tag for tag in same if tag.isprintable()]
    tags = list(dict.fromkeys([*known, *(row.shown for row in rows)]))[: 2 * MOST_LISTED]
    places = await db.rows(
        """SELECT t.tag, p.note_id, p.author_id FROM unnest($1::text[]) AS t (tag)
           CROSS JOIN LATERAL (SELECT note_id, author_id FROM topic_note n WHERE n.tag = t.tag
                               ORDER BY note_id DESC LIMIT $2) p""",
        tags,
        LATEST,
    )
    seen = await visible(db, viewer, [Offer(note_id=Id(row[1]), author_id=Id(row[2])) for row in places])
    having = {row[0] for row in places if row[1] in seen}
    return [tag for tag in tags if tag in having][:MOST_LISTED]


async def find_places(db: Db, viewer: Viewer, typed: str) -> list[str]:
    """Places that begin so, where the viewer may see a note of them."""
    begun = _key(typed)
    if not begun:
        return []
    rows = await db.all(_Row, _BEGINNING, "place", begun, begun + LAST, MOST_ROWS)
    return await _shown(db, viewer, rows)


async def _shown(db: Db, viewer: Viewer, rows: Sequence[_Row]) -> list[str]:
    seen = await visible(db, viewer, [Offer(note_id=row.subject_id, author_id=row.author_id) for row in rows])
    return list(dict.fromkeys(row.shown for row in rows if row.subject_id in seen))[:MOST_LISTED]


def _key(typed: str) -> str:
    """The beginning of a key: what was typed, as keys have it."""
    return plain("".join(char for char in typed[: 4 * LONGEST_KEY] if char.isprintable()))[:LONGEST_KEY]
