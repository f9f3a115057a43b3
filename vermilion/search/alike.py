"""More like a note: what its weightiest words, topics and place find, in whatever language."""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence

from vermilion.engines.tokens import STEM, is_signs, tokens, units
from vermilion.kernel.clock import now
from vermilion.kernel.viewer import Viewer
from vermilion.notes.reads import Offer, SeenNote, cards, get_note
from vermilion.search.actions import BODY, TAG_MARK, TITLE
from vermilion.search.narrowing import Narrow
from vermilion.search.placing import Ranked, rank
from vermilion.search.query import Alternative, Group, Query, said
from vermilion.search.ranking import inverse_frequency
from vermilion.search.reads import candidates_of, words_of
from vermilion.search.schema import Alike, AlikeHit, Filters
from vermilion.search.small import SMALL
from vermilion.search.terms import counts
from vermilion.storage.db import Db
from vermilion.translation.topics import Topics

MOST_WORDS, MOST_OTHER, MOST_RUNS = 12, 12, 2
"""Of the note's own words, of its words in other languages, and of the runs of its title that are translated."""
MOST_ALIKE = 24
MOST_SHOWN = 4
TAG_WEIGHT, PLACE_WEIGHT, OTHER_WEIGHT = 1.2, 1.2, 0.6
LEAST_SHARED = 2
"""So many words have to be shared, or else a topic or the place."""
LEAST_LETTERS = 3
NOTHING = "0"
ELSEWHERE = 1_000
"""From this number on the words are those that the note has in other languages."""

Expand = Callable[[Query], Awaitable[Query]]


async def notes_alike(db: Db, viewer: Viewer, note_id: int, topics: Topics, expand: Expand) -> Alike:
    """The notes most like one, which is not among them; raises NotFound("note_gone").

    What other ways find them later (as vectors do) joins `ranked` before it is cut: everything after that asks who may see it.
    """
    note = await get_note(db, viewer, note_id)
    query, labels = await _query(db, note, topics)
    if not query.groups:
        return Alike(items=[], terms=())
    query = await expand(query)
    words, moment = await words_of(db, query), now()
    narrow = Narrow(never=frozenset({int(note.id)}))
    candidates, _ = await candidates_of(db, viewer, query, Filters(), words, None, moment, narrow)
    ranked = rank(query, words, candidates, Filters(), moment)[: 3 * MOST_ALIKE]
    shared = _shared(query, labels, ranked)
    offers = [
        Offer(note_id=one.candidate.note_id, author_id=one.candidate.author_id, reason=one.reason)
        for one in ranked
        if one.candidate.note_id in shared
    ]
    shown = await cards(db, viewer, offers, hidden=False)
    return Alike(
        items=[AlikeHit(note=card, shared=shared[card.id]) for card in shown[:MOST_ALIKE]],
        terms=tuple(dict.fromkeys(label for at, label in labels.items() if at < ELSEWHERE)),
    )


async def _query(db: Db, note: SeenNote, topics: Topics) -> tuple[Query, dict[int, str]]:
    """What to ask for, and by the number of each word asked for what it is called."""
    groups: list[Group] = []
    labels: dict[int, str] = {}

    def add(label: str, source: str, ways: Sequence[Alternative]) -> None:
        if ways:
            number = len(labels)
            labels[number] = label
            groups.append(Group(alternatives=tuple(ways), source=source, units=(number,)))

    for tag in note.tags:
        names = dict.fromkeys([tag, *topics.same(tag)])
        add(f"#{tag}", "topic", [Alternative(words=(TAG_MARK + name,), weight=TAG_WEIGHT) for name in names])
    if place := tuple(dict.fromkeys(word for unit in units(note.place_name or "", "") for word in unit[:1])):
        add(note.place_name or "", "place", [Alternative(words=place, weight=PLACE_WEIGHT)])
    own, other = await _weighty(db, note)
    lang = note.body_lang if note.body else note.title_lang
    numbers = len(labels)
    for word in own:
        ways = [Alternative(words=(word,))] if is_signs(word) else said(word, (lang,))
        add(word, "words", ways)
    # Topics and the place are not looked up in the dictionary: where they stand, a word stands that has no meaning.
    asked = [label if at >= numbers else NOTHING for at, label in labels.items()]
    runs = [run for run in _runs(note.title) if run not in labels.values()][:MOST_RUNS]
    for at, run in enumerate(runs):
        labels[len(asked) + at] = run
    for at, word in enumerate((word for word in other if word not in place), ELSEWHERE):
        labels[at] = word
        way = Alternative(words=(word,), weight=OTHER_WEIGHT)
        groups.append(Group(alternatives=(way,), source="words", units=(at,)))
    query = Query(text="", plain="", lang=lang, words=(*asked, *runs), groups=tuple(groups))
    return query, labels


def _runs(title: str) -> list[str]:
    return [
        "".join(unit[: (len(unit) + 1) // 2])
        for unit in units(title, "")
        if is_signs(unit[0]) and len(unit) > 1
    ]


async def _weighty(db: Db, note: SeenNote) -> tuple[list[str], list[str]]:
    """The words that tell the note from others: its own, and those it has in other languages, as others have them too."""
    own: Counter[str] = Counter()
    for text, lang, weight in ((note.title, note.title_lang, TITLE), (note.body, note.body_lang, BODY)):
        for word in tokens(text, lang):
            own[word] += weight  # type: ignore[assignment]  # a Counter also adds fractions
    rows = await db.rows(
        "SELECT tsvector_to_array(words), terms FROM search_note WHERE note_id = $1", note.id
    )
    found, packed = (list(rows[0][0]), [rows[0][1]]) if rows else (list(own), [])
    known = await db.rows(
        """SELECT s.note_count, t.term, t.note_count FROM search_size s
           JOIN search_term t ON t.term = ANY($1) AND t.note_count > 1 WHERE s.bucket = 0""",
        found,
    )
    weights = dict(zip(found, counts(packed, found)[0].tolist(), strict=True)) if packed else dict(own)
    scores = {
        word: weights[word] * inverse_frequency(notes, having)
        for notes, word, having in known
        if _tells(word, note.title_lang)
    }
    best = sorted(scores, key=scores.__getitem__, reverse=True)
    return [word for word in best if word in own][:MOST_WORDS], [word for word in best if word not in own][
        :MOST_OTHER
    ]


def _tells(word: str, lang: str) -> bool:
    """Whether a word can be what a note is about: no stem, tag, number, single sign or small word."""
    if word.startswith((STEM, TAG_MARK)) or word in SMALL.get(lang, ()) or word in SMALL["en"]:
        return False
    return len(word) > 1 if is_signs(word) else len(word) >= LEAST_LETTERS and not word.isdigit()


def _shared(query: Query, labels: Mapping[int, str], ranked: Sequence[Ranked]) -> dict[int, tuple[str, ...]]:
    """By note what it shares, the most telling first; those that share too little are not there."""
    asked = list(
        dict.fromkeys(word for group in query.groups for one in group.alternatives for word in one.words)
    )
    place = {word: at for at, word in enumerate(asked)}
    table = counts([one.candidate.terms for one in ranked], asked).tolist()
    found: dict[int, tuple[str, ...]] = {}
    for one, row in zip(ranked, table, strict=True):
        hits = [
            group
            for group in query.groups
            if any(all(row[place[word]] for word in way.words) for way in group.alternatives)
        ]
        names = dict.fromkeys(labels[unit] for group in hits for unit in group.units if unit in labels)
        if len(hits) >= LEAST_SHARED or any(group.source in {"topic", "place"} for group in hits):
            found[one.candidate.note_id] = tuple(names)[:MOST_SHOWN]
    return found
