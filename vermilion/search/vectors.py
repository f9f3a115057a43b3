"""What a note means, as vectors: which of its words are embedded, keeping them as the note changes, and the job."""

import re
import time
from collections.abc import Iterable, Iterator, Sequence

import structlog

from vermilion.engines.embed import MOST_CHARACTERS, MOST_TEXTS, Embedder, Vector
from vermilion.engines.translate import EngineError, base_of
from vermilion.kernel.clock import now
from vermilion.kernel.ids import Id
from vermilion.kernel.text import content_hash
from vermilion.search.source import Rendered, Source, renderings, sources
from vermilion.storage.db import Db
from vermilion.work.jobs import Job

PASSAGE = 450
"""Letters of one passage; a sign of Chinese, Japanese, Korean or Thai counts as three."""
MOST_PASSAGES = 4
LANGS = frozenset(["ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh"])
"""What models of sentences know; a note in another language means what its English version or rendering says."""
SOME = 32
"""Notes that are embedded together."""
SECONDS = 10.0

_SENTENCE = re.compile(r"[^.!?。！？…\n]+[.!?。！？…\n]*")
_SIGN = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")

log = structlog.get_logger(__name__)


def passages(source: Source, rendered: Iterable[Rendered] = ()) -> list[str]:
    """What is embedded of a note: its title and text as a whole, and of a longer one a few sentences at a time as well."""
    title, body = source.title, source.body
    if base_of(source.body_lang if body else source.title_lang) not in LANGS:
        english = {part: text for part, lang, text in rendered if lang == "en"}
        english |= {one["part"]: one["text"] for one in source.versions or () if one["lang"] == "en"}
        title, body = english.get("title", title), english.get("body", body)
    whole = f"{title}\n{body}".strip()
    parts = list(_cut(whole))
    return parts if len(parts) < 2 else [whole[:MOST_CHARACTERS], *parts[:MOST_PASSAGES]]


def _cut(text: str) -> Iterator[str]:
    said, size = "", 0
    for found in _SENTENCE.finditer(text):
        more = len(found[0]) + 2 * len(_SIGN.findall(found[0]))
        if said.strip() and size + more > PASSAGE:
            yield said.strip()
            said, size = "", 0
        said, size = said + found[0], size + more
    if said.strip():
        yield said.strip()


async def keep(db: Db, found: Sequence[tuple[Source, Iterable[Rendered]]], note_ids: Sequence[int]) -> None:
    """Let vectors be made of what these notes say now; those of words that were changed, and of hidden notes, go."""
    there = {source.id for source, _ in found}
    if gone := [note_id for note_id in note_ids if note_id not in there]:
        await forget(db, gone)
    if not found:
        return
    await db.run_many(
        """INSERT INTO search_meaning AS m (note_id, text_hash) VALUES ($1, $2) ON CONFLICT (note_id)
           DO UPDATE SET text_hash = excluded.text_hash, model = '' WHERE m.text_hash <> excluded.text_hash""",
        [(source.id, content_hash("\n".join(passages(source, rendered)))) for source, rendered in found],
    )
    await db.run(
        """DELETE FROM search_vector v WHERE (SELECT m.model FROM search_meaning m WHERE m.note_id = v.note_id) = ''
           AND v.note_id = ANY($1)""",
        list(there),
    )


async def forget(db: Db, note_ids: Sequence[int]) -> None:
    """Let these notes no longer be found by what they mean."""
    await db.run("DELETE FROM search_meaning WHERE note_id = ANY($1)", list(note_ids))


async def embed_notes(job: Job) -> int:
    """Make the vectors that are missing, or are another model's, for some seconds; gives of how many notes."""
    done, until = 0, time.monotonic() + SECONDS
    if job.embedder is None:
        return 0
    try:
        while time.monotonic() < until and (some := await _embed_some(job.db, job.embedder)):
            done += some
    except EngineError as error:
        if error.fault != "unready":
            log.warning("embedding_waits", why=str(error))
    return done


async def _embed_some(db: Db, embedder: Embedder) -> int:
    rows = await db.rows(
        """SELECT m.note_id, m.text_hash FROM search_meaning m JOIN search_note s ON s.note_id = m.note_id
           WHERE m.model < $1 OR m.model > $1 LIMIT $2""",
        embedder.name,
        SOME,
    )
    if not rows:
        return 0
    await embedder.start()
    seen = {row[0]: row[1] for row in rows}
    found = await sources(db, list(seen))
    rendered = await renderings(db, found)
    said = [(source.id, passages(source, rendered.get(source.id, ()))) for source in found]
    made = await _vectors(embedder, said)
    async with db.transaction():
        now_there = await db.rows(
            "SELECT note_id, text_hash FROM search_meaning WHERE note_id = ANY($1) FOR UPDATE", list(made)
        )
        # What was changed or hidden meanwhile is not what was embedded.
        kept = [row[0] for row in now_there if seen[row[0]] == row[1]]
        await db.run("DELETE FROM search_vector WHERE note_id = ANY($1)", kept)
        await db.run_many(
            "INSERT INTO search_vector (note_id, part, model, vector) VALUES ($1, $2, $3, $4::text::halfvec)",
            [
                (note_id, part, embedder.name, told(vector))
                for note_id in kept
                for part, vector in enumerate(made[note_id])
            ],
        )
        await db.run(
            "UPDATE search_meaning SET model = $2, made_at = $3 WHERE note_id = ANY($1)",
            kept,
            embedder.name,
            now(),
        )
    return len(rows)


async def _vectors(embedder: Embedder, said: Sequence[tuple[Id, list[str]]]) -> dict[Id, list[Vector]]:
    """The vectors of each note; none of one whose words the engine does not take."""
    flat = [(note_id, text) for note_id, texts in said for text in texts]
    made: dict[Id, list[Vector]] = {note_id: [] for note_id, _ in said}
    for at in range(0, len(flat), MOST_TEXTS):
        some = flat[at : at + MOST_TEXTS]
        try:
            vectors = await embedder.vectors([text for _, text in some])
        except EngineError as error:
            if error.is_passing:
                raise
            if len(said) > 1:
                return {
                    note_id: vectors
                    for one in said
                    for note_id, vectors in (await _vectors(embedder, [one])).items()
                }
            log.warning("not_embedded", note=str(said[0][0]), why=str(error))
            return {said[0][0]: []}
        for (note_id, _), vector in zip(some, vectors, strict=True):
            made[note_id].append(vector)
    return made


def told(vector: Vector) -> str:
    """A vector as the database reads it."""
    return f"[{','.join(f'{value:.5f}' for value in vector)}]"
