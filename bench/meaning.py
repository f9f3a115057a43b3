"""What the benches of search share: the embedder as it is configured here, and a question with single parts taken out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from msgspec import structs

from vermilion.engines.embed import Embedder, build, parts
from vermilion.engines.models_pull import pull
from vermilion.search.meaning import Meanings
from vermilion.search.query import Alternative, Group, Query
from vermilion.search.vectors import embed_notes
from vermilion.settings import Settings
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Db
from vermilion.work.jobs import Job

WAYS = ("tokens", "bm25", "dictionary", "vectors", "fusion")
"""Of asking, for the tables: words without their rarity; words; with the dictionary; vectors alone; everything."""
PATIENCE = 60.0
NOTHING = Group(alternatives=(Alternative(words=("nobody-wrote-this",)),))


def folder_of_weights() -> Path | None:
    """Where the weights lie, fetched if need be; None with VERMILION_MODELS=none."""
    folder = Settings.read().models
    if folder is not None:
        for model in parts():
            pull(model, folder, lambda _done, _total: None)
    return folder


@asynccontextmanager
async def meanings(db: Db, folder: Path | None) -> AsyncIterator[Meanings]:
    """What questions mean, once the notes that are there are embedded."""
    embedder: Embedder | None = build(None, folder)
    told = Meanings(embedder)
    try:
        if embedder is not None:
            job = Job(db=db, blobs=Blobs("memory:///"), embedder=embedder)
            await embedder.start()
            while await embed_notes(job):
                pass
        yield told
    finally:
        await told.close()


async def asked(query: Query, told: Meanings, way: str = "fusion") -> Query:
    """The question as one way of asking has it; `query` is expanded already."""
    if way in {"vectors", "fusion"}:
        query = structs.replace(query, meaning=await told.of(query, patience=PATIENCE))
    if way == "vectors":
        return structs.replace(query, groups=(NOTHING,))
    if way in {"tokens", "bm25"}:
        return structs.replace(query, groups=tuple(one for one in query.groups if one.source == "words"))
    return query
