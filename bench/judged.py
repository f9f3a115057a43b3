"""Short notes found by short questions: a judged set in nine languages over the sample world and short posts."""

import argparse
import asyncio
import json
import math
import tempfile
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Annotated, Literal, cast

import msgspec
from msgspec import Meta, structs

from bench.harness import database
from bench.judged_answers import Judged, figures_of, judge_answers, tell_answers
from bench.meaning import NOTHING, PATIENCE, folder_of_weights, meanings
from bench.relevance import index
from bench.report import report
from vermilion.accounts.entry import add_account
from vermilion.engines.language import Language
from vermilion.kernel.clock import now
from vermilion.kernel.ids import new_id
from vermilion.kernel.record import Record
from vermilion.kernel.text import content_hash, fold_tag, tags_in
from vermilion.kernel.types import Lang
from vermilion.kernel.viewer import GUEST, Viewer
from vermilion.sample import world
from vermilion.search.expanding import Expander
from vermilion.search.jobs import count_langs
from vermilion.search.meaning import Meanings
from vermilion.search.query import Meaning, Query
from vermilion.search.schema import Filters
from vermilion.search.spelling import Spelling
from vermilion.storage.db import Database, Db
from vermilion.storage.migrate import migrate
from vermilion.translation import topics as topic_table
from vermilion.translation.topics import Topics
from vermilion.web.asked import Asked, answer, ask
from vermilion.web.context import State

FOLDER = Path(__file__).parent / "judged"
LANGS: tuple[Lang, ...] = ("en", "zh", "es", "pt", "fr", "de", "ja", "ko", "ru")
POSTS = {"zh_es_fun_posts": {0: "zh", 1: "es"}, "zh_ja_fun_posts": {2: "ja"}}
"""By file: the remainder of the line's number by three -> the language its text is taken in. Each post stands there once."""
SNIPPETS = "zh_es_social_snippets"
FIRST, PAGES = 10, 3
HELPS = 2

Grade = Annotated[int, Meta(ge=1, le=3)]


class Question(Record, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """What somebody types, and what answers it: sample notes by slug, posts as file:line; 3 answers, 2 helps, 1 touches."""

    text: Annotated[str, Meta(min_length=2, max_length=80)]
    about: Literal["travel", "food", "essays", "everyday"]
    written: Literal["plain", "typo", "mixed", "pinyin", "romaji", "tag"] = "plain"
    notes: dict[str, Grade] = msgspec.field(default_factory=dict)
    texts: dict[str, Grade] = msgspec.field(default_factory=dict)

    @property
    def grades(self) -> dict[str, int]:
        return {**self.notes, **self.texts}


class Answered(Record, kw_only=True, frozen=True):
    """A question of a reader of one language, and the names of what was found, the best first."""

    lang: str
    question: Question
    found: tuple[str, ...]
    is_weak: bool = False
    """Shown under a heading that says that nothing answers."""


def questions() -> dict[Lang, list[Question]]:
    """The judged questions by their language."""
    return {
        lang: msgspec.convert(
            tomllib.loads((FOLDER / f"{lang}.toml").read_text("utf-8"))["question"], list[Question]
        )
        for lang in LANGS
    }


def read_posts(folder: Path) -> dict[str, tuple[str, str]]:
    """Short posts by file:line, each as (language, text)."""
    found = {}
    for file in (*POSTS, SNIPPETS):
        for number, line in enumerate((folder / f"{file}.jsonl").read_text("utf-8").splitlines(), 1):
            lang = "zh" if file == SNIPPETS else POSTS[file].get(number % 3)
            if lang and (text := json.loads(line)["source" if lang == "zh" else "translation"].strip()):
                found[f"{file}:{number}"] = (lang, text)
    return found


def main(args: argparse.Namespace) -> None:
    """nDCG@10 by question and note language, with single parts taken out; `--quick` asks every third question."""
    posts = read_posts(args.data / "csm") if args.data else {}
    if not posts:
        print("judged: the sample world alone; the folder with the short posts is given with --data")
    asked = [
        (lang, one)
        for lang, some in questions().items()
        for one in some[:: 3 if args.quick else 1]
        if posts or one.notes or not one.texts
    ]
    if not posts:
        asked = [(lang, structs.replace(one, texts={})) for lang, one in asked]
    with tempfile.TemporaryDirectory(prefix="vmj-") as folder:
        Path(folder).chmod(0o711)
        with database(Path(folder)) as dsn:
            asyncio.run(migrate(dsn))
            runs, answered = asyncio.run(_measure(dsn, Path(folder), asked, posts))
    langs = {name: lang for name, (lang, _) in posts.items()} | {one.slug: one.lang for one in world.notes()}
    whole = runs["as_is"]
    pairs = by_pair(whole, langs)
    _tell(whole, pairs)
    figures = {
        name: mean(ndcg(one.found, one.question.grades) for one in _judged(run)) for name, run in runs.items()
    }
    own = [value for (asks, says), values in pairs.items() if asks == says for value in values]
    other = [value for (asks, says), values in pairs.items() if asks != says for value in values]
    figures |= {"own_language": mean(own), "other_languages": mean(other)}
    figures["other_no_dictionary"] = _others(runs["no_dictionary"], langs)
    figures["other_no_vectors"] = _others(runs["no_vectors"], langs)
    figures["other_no_versions"] = _others(runs["no_versions"], langs)
    figures["answer_among_ten"] = mean(float(_is_helped(one)) for one in _judged(whole))
    figures["shown_for_nothing"] = mean(
        float(len(one.found[:FIRST])) for one in whole if not one.question.grades and not one.is_weak
    )
    figures |= {f"{asks}_{says}": mean(values) for (asks, says), values in sorted(pairs.items())}
    tell_answers(answered)
    figures |= figures_of(answered)
    report("judged", figures, {}, quick=args.quick, goals={})


def ndcg(found: Sequence[str], grades: Mapping[str, int]) -> float:
    """Discounted gain of the first ten, 2^grade - 1 each, as a share of what the best order gains."""
    gained = _gain(grades.get(name, 0) for name in found[:FIRST])
    return gained / _gain(sorted(grades.values(), reverse=True)[:FIRST])


def _gain(grades: Iterable[int]) -> float:
    return sum((2.0**grade - 1) / math.log2(rank + 1) for rank, grade in enumerate(grades, 1))


def mean(values: Iterable[float]) -> float:
    """The mean, 0 of nothing."""
    every = list(values)
    return sum(every) / len(every) if every else 0.0


def by_pair(run: Iterable[Answered], langs: Mapping[str, str]) -> dict[tuple[str, str], list[float]]:
    """(question's language, notes' language) -> nDCG@10 of each question among the notes of that language."""
    found = defaultdict(list)
    for one in run:
        for lang in dict.fromkeys(langs[name] for name in one.question.grades):
            grades = {name: grade for name, grade in one.question.grades.items() if langs[name] == lang}
            found[one.lang, lang].append(ndcg([name for name in one.found if langs[name] == lang], grades))
    return dict(found)


def _others(run: Iterable[Answered], langs: Mapping[str, str]) -> float:
    pairs = by_pair(run, langs)
    return mean(value for (asks, says), values in pairs.items() if asks != says for value in values)


def _judged(run: Iterable[Answered]) -> Iterator[Answered]:
    return (one for one in run if one.question.grades)


def _is_helped(one: Answered) -> bool:
    """Whether something that answers, or at least the best there is, stands among the first ten."""
    grades = one.question.grades
    enough = min(HELPS, max(grades.values()))
    return any(grades.get(name, 0) >= enough for name in one.found[:FIRST])


async def _measure(
    dsn: str, folder: Path, asked: Sequence[tuple[Lang, Question]], posts: Mapping[str, tuple[str, str]]
) -> tuple[dict[str, list[Answered]], list[Judged]]:
    base = Database(dsn)
    db = base.session()
    try:
        names = await _lay_down(db, posts)
        await count_langs(db)
        expander = Expander(folder / "dictionary")
        topics = Topics(topic_table.read())
        async with meanings(db, folder_of_weights()) as told:
            parts = partial(_parts, expander, topics, told)
            found = {
                "as_is": await _ask_all(db, parts(), asked, names),
                "no_dictionary": await _ask_all(db, parts(without="dictionary"), asked, names),
                "no_vectors": await _ask_all(db, parts(without="vectors"), asked, names),
                "vectors_alone": await _ask_all(db, parts(without="words"), asked, names),
            }
            answered = await judge_answers(db, parts(), names)
            await db.run("DELETE FROM version")
            await index(db, list(names))
            await count_langs(db)
            found["no_versions"] = await _ask_all(db, parts(), asked, names)
        return found, answered
    finally:
        await base.close()


async def _lay_down(db: Db, posts: Mapping[str, tuple[str, str]]) -> dict[int, str]:
    """Publish the sample world's notes with their authors' versions, and the posts; gives the name of each."""
    moment = now()
    notes = {int(new_id()): note for note in world.notes() if note.audience == "everyone"}
    authors = {
        handle: new_id() for handle in ["someone", *dict.fromkeys(note.author for note in notes.values())]
    }
    for handle, account_id in authors.items():
        await add_account(db, account_id, handle, handle, ("en",))
    short = {int(new_id()): name for name in posts}
    await db.run_many(
        """WITH counted AS (INSERT INTO note_count (note_id, like_count, save_count) VALUES ($1, $9, $10))
           INSERT INTO note (id, author_id, state, audience, title, title_lang, title_hash, body, body_lang, body_hash,
               tags, place_name, motif, created_at, released_at)
           VALUES ($1, $2, 'public', 'everyone', $3, $4, '', $5, $4, '', $6, $7, 'hills', $8, $8)""",
        [
            *((note_id, authors[note.author], *_row(note), moment - timedelta(days=note.days), note.likes, note.saves)
              for note_id, note in notes.items()),
            *((note_id, authors["someone"], "", posts[name][0], posts[name][1], _tags(posts[name][1]), None,
               moment - timedelta(days=30), 0, 0) for note_id, name in short.items()),
        ],
    )  # fmt: skip
    await db.run_many(
        "INSERT INTO version (note_id, subject_id, part, lang, text, hash) VALUES ($1, $1, $2, $3, $4, $5)",
        [
            (note_id, part, lang, text, content_hash(text))
            for note_id, note in notes.items()
            for part, texts in (("title", note.titles), ("body", note.bodies))
            for lang, text in texts.items()
            if lang != note.lang
        ],
    )
    names = {note_id: note.slug for note_id, note in notes.items()} | short
    await index(db, list(names))
    return names


def _row(note: world.Note) -> tuple[object, ...]:
    place = note.place.name if note.place else None
    return note.title, note.lang, note.body, _tags(f"{note.title}\n{note.body}"), place


def _tags(text: str) -> list[str]:
    return list(dict.fromkeys(map(fold_tag, tags_in(text))))


def _parts(expander: Expander, topics: Topics, told: Meanings, without: str = "") -> State:
    """What asking needs of a served room."""

    async def of(query: Query) -> Meaning | None:
        return None if without == "vectors" else await told.of(query, patience=PATIENCE)

    async def expand(query: Query, topics: Topics) -> Query:
        if without == "words":
            return structs.replace(query, groups=(NOTHING,))
        whole = expander.expanded(query, topics)
        return structs.replace(whole, groups=tuple(one for one in whole.groups if one.source != without))

    async def lore() -> SimpleNamespace:
        return SimpleNamespace(topics=topics)

    return cast(
        State,
        SimpleNamespace(
            language=Language(),
            lore=lore,
            expander=SimpleNamespace(expand=expand),
            spelling=Spelling(),
            meanings=SimpleNamespace(of=of),
        ),
    )


async def _ask_all(
    db: Db, parts: State, asked: Sequence[tuple[Lang, Question]], names: Mapping[int, str]
) -> list[Answered]:
    """What a guest who reads the question's language finds, on the first pages."""
    run = []
    for lang, question in asked:
        viewer = structs.replace(GUEST, reads=(lang,))
        found, is_weak = await _find(db, parts, viewer, question.text, names)
        run.append(Answered(lang=lang, question=question, found=found, is_weak=is_weak))
    return run


async def _find(
    db: Db, parts: State, viewer: Viewer, typed: str, names: Mapping[int, str]
) -> tuple[tuple[str, ...], bool]:
    found: list[str] = []
    cursor, is_weak = None, False
    asked = Asked(query=await ask(viewer, parts, typed), filters=Filters())
    for _ in range(PAGES):
        asked, page = await answer(db, viewer, parts, asked, cursor)
        found += [names[hit.note.id] for hit in page.items]
        is_weak = is_weak or page.is_weak
        cursor = page.next
        if cursor is None:
            break
    return tuple(found), is_weak


def _tell(run: Sequence[Answered], pairs: Mapping[tuple[str, str], Sequence[float]]) -> None:
    says = sorted({lang for _, lang in pairs}, key=lambda lang: (lang not in LANGS, lang))
    print("\nnDCG@10 (questions): asked in the language of the row, among the notes of the column's")
    print("     " + "".join(f"{lang:>11}" for lang in says))
    for asks in LANGS:
        cells = (pairs.get((asks, lang), ()) for lang in says)
        print(
            f"  {asks} "
            + "".join(f"{mean(cell):>6.2f} ({len(cell):>2})" if cell else " " * 11 for cell in cells)
        )
    for name in ("about", "written"):
        told = defaultdict(list)
        for one in _judged(run):
            told[getattr(one.question, name)].append(ndcg(one.found, one.question.grades))
        print(
            f"\nby {name}: "
            + ", ".join(f"{key} {mean(some):.2f} ({len(some)})" for key, some in told.items())
        )
    print("\nNothing that helps among the first ten:")
    for one in _judged(run):
        if not _is_helped(one):
            best = max(one.question.grades, key=one.question.grades.__getitem__)
            at = one.found.index(best) + 1 if best in one.found else "not found"
            print(
                f"  {one.lang}  {one.question.text}   wanted {best}: {at}; first {', '.join(one.found[:2]) or 'nothing'}"
            )
    print("\nNothing answers these, and yet so much was shown:")
    for one in run:
        if not one.question.grades:
            weak = ", said to be weak" if one.is_weak else ""
            print(f"  {one.lang}  {one.question.text}   {len(one.found[:FIRST])}{weak}")
