"""Keys of renderings, by which a page asks for what is still to come.

The key of a text that is not public bears a seal: whoever guesses its words and its place still cannot ask for it.
"""

import hashlib
import hmac
from collections.abc import Iterable

from vermilion.kernel.text import PLACE_BYTES
from vermilion.storage.db import Db
from vermilion.translation.schema import Words

_KEPT_S = 3600.0


async def find_secret(db: Db, page: Iterable[Words]) -> bytes:
    """What the keys of these texts are sealed with; empty where all are public."""
    return await get_secret(db) if any(not words.is_public for words in page) else b""


async def opened(db: Db, keys: Iterable[str], lang: str) -> dict[bytes, str]:
    """By their text hashes those of some keys that lead into a language; without those whose seal is not ours."""
    found: dict[bytes, str] = {}
    for key in keys:
        digest, _, rest = key.partition(".")
        into, _, seal = rest.partition(".")
        if into == lang and (len(digest) == 32 or (seal and len(digest) == 2 * PLACE_BYTES)):
            found[bytes.fromhex(digest)] = key
    if any(len(digest) == PLACE_BYTES for digest in found):
        secret = await get_secret(db)
        found = {
            digest: key
            for digest, key in found.items()
            if len(digest) != PLACE_BYTES
            or hmac.compare_digest(key.encode(), _sealed(digest, lang, secret).encode())
        }
    return found


def key_of(words: Words, lang: str, secret: bytes) -> str:
    """`{hash in hex}.{language}`, with a seal behind it where the words are not public."""
    return f"{words.hash.hex()}.{lang}" if words.is_public else _sealed(words.hash, lang, secret)


def _sealed(digest: bytes, lang: str, secret: bytes) -> str:
    key = f"{digest.hex()}.{lang}"
    return f"{key}.{hashlib.blake2b(key.encode(), digest_size=8, key=secret).hexdigest()}"


async def get_secret(db: Db) -> bytes:
    """What keys and addresses of this room are sealed with."""
    return await db.shared("seal", lambda: db.value("SELECT secret FROM seal"), seconds=_KEPT_S)
