"""Ask in one language, find in another: parallel questions and paragraphs, and parallel sentences, as notes."""

import argparse
import asyncio
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from bench.harness import database
from bench.meaning import WAYS, folder_of_weights, meanings
from bench.meaning import asked as as_asked
from bench.relevance import Texts, index, lay_down, read, without
from bench.report import report
from vermilion.kernel.record import Record
from vermilion.kernel.text import content_hash
from vermilion.kernel.viewer import GUEST
from vermilion.search import reads
from vermilion.search.expanding import Expander
from vermilion.search.meaning import Meanings
from vermilion.search.query import cut, understand
from vermilion.search.schema import Filters
from vermilion.storage.db import Database, Db
from vermilion.storage.migrate import migrate
from vermilion.translation import topics as topic_table
from vermilion.translation.topics import Topics

GOALS = {"en_zh": ">= 0.85", "zh_en": ">= 0.80", "worst_pair": ">= 0.60"}
XQUAD = {
    lang: f"xquad/xquad.{lang}.json{'' if lang == 'en' else '.gz'}" for lang in ("en", "zh", "es", "de", "ru")
}
NTREX = {"pt": "ref.por", "ja": "ref.jpn", "ko": "ref.kor", "en": "src.eng", "zh": "ref.zho-CN"}
FEWER = 5
SENTENCES = [("pt", "en"), ("en", "pt"), ("ja", "zh"), ("zh", "ja"), ("en", "ja"), ("ko", "en"), ("en", "ko")]


class Case(Record, kw_only=True, frozen=True):
    """A question and the number of the text that answers it."""

    text: str
    answer: int


def main(args: argparse.Namespace) -> None:
    """MRR@10 of each pair, and what single ways of asking reach on a part of the questions; `--quick` asks every tenth."""
    if args.data is None:
        print("crosslingual: give the folder of the evaluation sets with --data; nothing was measured")
        return
    every = 10 if args.quick else 1
    figures: dict[str, float] = {}
    parts: dict[str, float] = {}
    weights = folder_of_weights()
    with tempfile.TemporaryDirectory(prefix="vmc-") as folder:
        expander = Expander(Path(folder))
        for one in [*_paragraphs(args.data, every), *_sentences(args.data, every * 4)]:
            lang, texts, _, asked = one
            with _room() as dsn:
                found = asyncio.run(_measure(dsn, expander, weights, one))
            for source, shares in found.items():
                told = "  ".join(f"{way} {share:.3f}" for way, share in shares.items())
                print(
                    f"{source} -> {lang}  {told}   ({len(texts)} notes, {len(asked[source])} questions)",
                    flush=True,
                )
                figures[f"{source}_{lang}"] = shares["fusion"]
                parts |= {f"{source}_{lang}_{way}": share for way, share in shares.items() if way != "fusion"}
    figures["worst_pair"] = min(figures.values())
    report("crosslingual", figures | parts, {}, quick=args.quick, goals=GOALS)


@contextmanager
def _room() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="vmr-") as folder:
        Path(folder).chmod(0o711)
        with database(Path(folder)) as dsn:
            asyncio.run(migrate(dsn))
            yield dsn


Set = tuple[str, list[str], dict[str, list[str]], dict[str, list[Case]]]
"""The language of the texts, the texts, the same texts in other languages, and by language the questions."""


def _paragraphs(data: Path, every: int) -> Iterator[Set]:
    """Questions about paragraphs, the same in each language."""
    every_set = {lang: read(data / file) for lang, file in XQUAD.items()}
    number = {lang: {text: at for at, text in enumerate(texts)} for lang, (texts, _) in every_set.items()}
    asked = {
        lang: [Case(text=one.text, answer=number[lang][one.answer]) for one in questions[::every]]
        for lang, (_, questions) in every_set.items()
    }
    for lang, (texts, _) in every_set.items():
        yield (
            lang,
            list(texts),
            {other: list(parallel) for other, (parallel, _) in every_set.items() if other != lang},
            {other: cases for other, cases in asked.items() if "en" in (other, lang) and other != lang},
        )


def _sentences(data: Path, every: int) -> Iterator[Set]:
    """Sentences of news, the same in each language: one asks for the other."""
    lines = {
        lang: (data / "ntrex" / f"newstest2019-{name}.txt").read_text("utf-8").splitlines()
        for lang, name in NTREX.items()
    }
    for target in dict.fromkeys(target for _, target in SENTENCES):
        asked = {
            source: [Case(text=line, answer=at) for at, line in enumerate(lines[source])][::every]
            for source, other in SENTENCES
            if other == target
        }
        yield target, lines[target], {}, asked  # the renderings would be the questions


async def _measure(
    dsn: str, expander: Expander, weights: Path | None, one: Set
) -> dict[str, dict[str, float]]:
    """By language of the questions and way of asking; the ways beside the whole on every fifth question.

    `fusion_some` is the whole on these too, to compare with. `renderings` are words alone once each text has its
    renderings, `fusion_rendered` is the whole then. They are the translations of the sets, made by people: the most that a
    translation engine can give.
    """
    lang, texts, rendered, asked = one
    base = Database(dsn)
    db = base.session()
    try:
        titled: Texts = dict.fromkeys(texts, "")
        number = {text: at for at, text in enumerate(texts)}
        text_of = {note_id: number[text] for note_id, text in (await lay_down(db, titled, lang)).items()}
        ask = partial(_ask, db, expander, Topics(topic_table.read()), text_of)
        async with meanings(db, weights) as told:
            found = {
                source: {
                    way: await ask(told, source, cases[:: FEWER if way != "fusion" else 1], way)
                    for way in WAYS
                }
                for source, cases in asked.items()
            }
            if not rendered:
                return found
            for source, cases in asked.items():
                found[source]["fusion_some"] = await ask(told, source, cases[::FEWER], "fusion")
        await _render(db, lang, texts, rendered, list(text_of))
        async with meanings(db, weights) as told:
            for source, cases in asked.items():
                found[source]["renderings"] = await ask(told, source, cases[::FEWER], "bm25")
                found[source]["fusion_rendered"] = await ask(told, source, cases[::FEWER], "fusion")
        return found
    finally:
        await base.close()


async def _render(
    db: Db, lang: str, texts: Sequence[str], rendered: Mapping[str, Sequence[str]], note_ids: Sequence[int]
) -> None:
    """Keep the texts in the other languages as their renderings, and let the notes be found by them."""
    await db.run_many(
        """INSERT INTO rendering (text_hash, lang, source_lang, engine, text, created_at)
           VALUES ($1, $2, $3, 'people', $4, now()) ON CONFLICT DO NOTHING""",
        [
            (content_hash(text), other, lang, parallel[at])
            for other, parallel in rendered.items()
            for at, text in enumerate(texts)
        ],
    )
    await index(db, note_ids)


async def _ask(
    db: Db,
    expander: Expander,
    topics: Topics,
    text_of: Mapping[int, int],
    told: Meanings,
    source: str,
    cases: Sequence[Case],
    way: str,
) -> float:
    total = 0.0
    with without("rarity" if way == "tokens" else ""):
        for case in cases:
            query = await as_asked(expander.expanded(understand(cut(case.text), source), topics), told, way)
            page = await reads.find_notes(db, GUEST, query, Filters())
            ranks = (
                rank for rank, hit in enumerate(page.items[:10], 1) if text_of[hit.note.id] == case.answer
            )
            total += 1 / next(ranks, float("inf"))
    return total / len(cases)
