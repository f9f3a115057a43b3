"""What is done with renderings: they go with the words they were made of."""

from collections.abc import Iterable

from vermilion.storage.db import Db
from vermilion.translation.schema import Words


async def forget(db: Db, gone: Iterable[Words]) -> None:
    """Delete whatever was made of these words; equal words elsewhere are translated anew when they are read."""
    hashes = list({digest for words in gone if words.text for digest in (words.hash, words.place)})
    if not hashes:
        return
    for table in ("rendering", "correction_vote", "correction", "translation_queue"):
        await db.run(f"DELETE FROM {table} WHERE text_hash = ANY($1)", hashes)
