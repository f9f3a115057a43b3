"""What is done with renderings: they go with the words they were made of."""

from collections.abc import Collection, Iterable

from vermilion.storage.db import Db
from vermilion.translation.schema import Words


async def forget(db: Db, gone: Iterable[Words]) -> None:
    """Delete whatever was made of these words; equal words elsewhere are translated anew when they are read."""
    hashes = list({digest for words in gone if words.text for digest in (words.hash, words.place)})
    if not hashes:
        return
    # The queue first: whoever is about to store a rendering holds its row there, and is waited for.
    for table in ("translation_queue", "rendering", "correction_vote", "correction"):
        await db.run(f"DELETE FROM {table} WHERE text_hash = ANY($1)", hashes)


async def forget_poor(db: Db, engines: Collection[str]) -> int:
    """Let what could not be translated well be tried again, unless by one of `engines`; gives how many."""
    rows = await db.rows("SELECT DISTINCT engine FROM rendering WHERE text = ''")
    others = [row[0] for row in rows if not set(row[0].split(" + ")) & set(engines)]
    return await db.run("DELETE FROM rendering WHERE text = '' AND engine = ANY($1)", others) if others else 0
