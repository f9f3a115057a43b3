"""A question finds its paragraph: through the product's own index and query path, paragraphs as notes."""

import argparse
import asyncio
import gzip
import json
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from msgspec import structs

from bench.harness import database
from bench.meaning import asked as as_asked
from bench.meaning import folder_of_weights, meanings
from bench.report import report
from vermilion.accounts.entry import add_account
from vermilion.kernel.clock import now
from vermilion.kernel.ids import new_id
from vermilion.kernel.record import Record
from vermilion.kernel.viewer import GUEST
from vermilion.search import placing, ranking, reads
from vermilion.search.actions import index_notes
from vermilion.search.jobs import count_words
from vermilion.search.meaning import Meanings
from vermilion.search.query import Query, cut, understand
from vermilion.search.schema import Filters
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Database, Db
from vermilion.storage.migrate import migrate
from vermilion.work.jobs import Job

SETS = {
    "xquad_zh": ("xquad/xquad.zh.json.gz", "zh"),
    "cmrc": ("cmrc2018/cmrc2018_dev.json.gz", "zh"),
    "ja": ("jsquad/valid-v1.3.json.gz", "ja"),
    "ko": ("korquad/KorQuAD_v1.0_dev.json.gz", "ko"),
}
GOALS = {"xquad_zh": ">= 0.957", "cmrc": ">= 0.980", "ja": ">= 0.945", "ko": ">= 0.945"}
BATCH = 200


class Asked(Record, kw_only=True, frozen=True):
    """A question and the text that answers it."""

    text: str
    answer: str


Texts = dict[str, str]
"""Text -> the title of the article it is from."""


def main(args: argparse.Namespace) -> None:
    """MRR@10 of each set, and what is lost without single parts of the ranking; `--quick` asks every tenth question."""
    if args.data is None:
        print("relevance: give the folder of the evaluation sets with --data; nothing was measured")
        return
    figures: dict[str, float] = {}
    weights = folder_of_weights()
    for name, (file, lang) in SETS.items():
        texts, asked = read(args.data / file)
        with tempfile.TemporaryDirectory(prefix="vmr-") as folder:
            Path(folder).chmod(0o711)
            with database(Path(folder)) as dsn:
                asyncio.run(migrate(dsn))
                found = asyncio.run(measure(dsn, weights, texts, asked[:: 10 if args.quick else 1], lang))
        told = "  ".join(f"{key} {value:.4f}" for key, value in found.items())
        print(f"{name:9}{len(texts)} notes, {len(asked)} questions   {told}", flush=True)
        figures[name] = found["mrr"]
        figures[f"{name}_ms"] = found["ms"]
    report("relevance", figures, {}, quick=args.quick, goals=GOALS)


def read(path: Path) -> tuple[Texts, list[Asked]]:
    """The texts of a set in the form of SQuAD, each once, and the questions about them."""
    raw = path.read_bytes()
    whole = json.loads(gzip.decompress(raw) if path.suffix == ".gz" else raw)
    texts: Texts = {}
    asked = []
    for title, paragraph in _paragraphs(whole):
        text = str(paragraph.get("context") or paragraph.get("context_text"))
        texts[text] = title.replace("_", " ")[:100]
        asked += [
            Asked(text=str(one.get("question") or one.get("query_text")), answer=text)
            for one in paragraph["qas"]
        ]
    return texts, asked


def _paragraphs(whole: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for article in whole["data"] if isinstance(whole, dict) else whole:
        for paragraph in article.get("paragraphs", [article]):
            yield article.get("title", ""), paragraph


async def measure(
    dsn: str, weights: Path | None, texts: Texts, asked: Sequence[Asked], lang: str
) -> dict[str, float]:
    """The figures of one set, in a database of its own; what is lost without single parts on a part of the questions."""
    base = Database(dsn)
    db = base.session()
    try:
        text_of = await lay_down(db, texts, lang)
        async with meanings(db, weights) as told:
            ask = partial(ask_all, db, told, text_of, lang)
            started = time.perf_counter()
            found = {"mrr": await ask(asked)}
            found["ms"] = (time.perf_counter() - started) / len(asked) * 1000
            some = asked[:: 7 if len(asked) > 700 else 1]
            found["vectors"] = await ask(some, way="vectors")
            found["bm25"] = await ask(some, way="bm25")
            found["tokens"] = await ask(some, way="tokens", less="rarity")
            found["pairs_alone"] = await ask(some, way="bm25", less="signs")
            found["no_length"] = await ask(some, way="bm25", less="length")
        return found
    finally:
        await base.close()


async def lay_down(db: Db, texts: Texts, lang: str) -> dict[int, str]:
    """Publish the texts as notes of one author, all of one moment; gives the text of each."""
    author, moment = new_id(), now()
    await add_account(db, author, "someone", "Someone", (lang,))
    ids = {int(new_id()): text for text in texts}
    await db.run_many(
        """WITH counted AS (INSERT INTO note_count (note_id) VALUES ($1))
           INSERT INTO note (id, author_id, state, audience, title, title_lang, title_hash, body, body_lang, body_hash,
               motif, created_at, released_at)
           VALUES ($1, $2, 'public', 'everyone', $6, $4, '', $3, $4, '', 'hills', $5, $5)""",
        [[note_id, author, text[:5000], lang, moment, texts[text]] for note_id, text in ids.items()],
    )
    await index(db, list(ids))
    return ids


async def index(db: Db, note_ids: Sequence[int]) -> None:
    """Index notes, as releasing and editing them does, and add up the words they have."""
    for at in range(0, len(note_ids), BATCH):
        await index_notes(db, note_ids[at : at + BATCH])
    while await count_words(Job(db=db, blobs=Blobs("memory:///"))):
        pass


async def ask_all(
    db: Db,
    told: Meanings,
    text_of: Mapping[int, str],
    lang: str,
    asked: Sequence[Asked],
    way: str = "fusion",
    less: str = "",
) -> float:
    """MRR@10: of the first ten answers the reciprocal rank of the right one, on the average."""
    total = 0.0
    with without(less):
        for one in asked:
            query = await as_asked(understand(cut(one.text), lang), told, way)
            page = await reads.find_notes(
                db, GUEST, _pairs_of(query) if less == "signs" else query, Filters()
            )
            ranks = (
                rank for rank, hit in enumerate(page.items[:10], 1) if text_of[hit.note.id] == one.answer
            )
            total += 1 / next(ranks, float("inf"))
    return total / len(asked)


@contextmanager
def without(part: str) -> Iterator[None]:
    """The ranking with one part of it taken out."""
    kept = ranking.B, placing.inverse_frequency
    ranking.B = 0.0 if part == "length" else ranking.B
    if part == "rarity":
        placing.inverse_frequency = lambda _notes, _having: 1.0
    try:
        yield
    finally:
        ranking.B, placing.inverse_frequency = kept


def _pairs_of(query: Query) -> Query:
    """The question without its single signs."""
    groups = tuple(group for group in query.groups if group.alternatives[0].weight >= 0.5)
    return structs.replace(query, groups=groups)
