"""Words somebody does not want to meet, and whether a text has them."""

import re
import unicodedata
from collections.abc import Iterable

from vermilion.kernel.record import Record

# What nobody sees and would only part the letters of a word.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\ufeff]")


class Filter(Record, kw_only=True, frozen=True):
    """A word as it was typed and as it is compared; `is_whole`: not as a part of another word."""

    word: str
    written: str
    is_whole: bool
    manner: str


def folded(text: str) -> str:
    """A text as words are compared in it: NFKC, casefolded, without what is not seen, single spaces."""
    plain = unicodedata.normalize("NFKC", _UNSEEN.sub("", text)).casefold()
    return " ".join(unicodedata.normalize("NFKC", plain).split())


def find_filter(filters: Iterable[Filter], texts: Iterable[str]) -> Filter | None:
    """The first filter whose word stands in one of the texts."""
    wanted = tuple(filters)
    said = [folded(text) for text in texts if text] if wanted else []
    return next((one for one in wanted if any(_stands(one, text) for text in said)), None)


def _stands(one: Filter, text: str) -> bool:
    at = text.find(one.word)
    while at >= 0:
        end = at + len(one.word)
        begins = at == 0 or not _joins(text[at - 1], text[at])
        # Korean hangs its particles on the word.
        ends = end == len(text) or _is_hangul(text[end - 1]) or not _joins(text[end - 1], text[end])
        if not one.is_whole or (begins and ends):
            return True
        at = text.find(one.word, at + 1)
    return False


def _joins(before: str, after: str) -> bool:
    """Whether two signs side by side are of one word. Scripts without spaces between words have no such joint."""
    return _is_spelled(before) and _is_spelled(after)


def _is_spelled(sign: str) -> bool:
    return (sign.isalnum() or unicodedata.category(sign).startswith("M") or sign == "_") and not _is_unspaced(
        sign
    )


def _is_hangul(sign: str) -> bool:
    return 0xAC00 <= ord(sign) < 0xD7A4


def _is_unspaced(sign: str) -> bool:
    """Chinese, Japanese, and the scripts of Thailand, Laos, Burma and Cambodia."""
    code = ord(sign)
    return (
        0x0E00 <= code < 0x0F00
        or 0x1000 <= code < 0x10A0
        or 0x1780 <= code < 0x1800
        or 0x2E80 <= code < 0x3130
        or 0x31C0 <= code < 0xA4D0
        or 0xF900 <= code < 0xFB00
        or 0x20000 <= code < 0x32000
    )
