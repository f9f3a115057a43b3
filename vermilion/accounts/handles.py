"""What a handle may be, and which handles look alike."""

import re
import unicodedata
from functools import cache
from importlib import import_module

from vermilion.kernel.errors import Invalid

_FORM = re.compile(r"[^\W_](?:[\w.]*[^\W_])?")
_RESERVED = frozenset(
    {
        "admin",
        "administrator",
        "moderator",
        "operator",
        "root",
        "support",
        "system",
        "vermilion",
        "everyone",
        "me",
    }
)
# Writing systems that one language mixes; anything else in one handle is a disguise.
_TOGETHER = (
    frozenset({"HAN", "HIRAGANA", "KATAKANA", "LATIN"}),
    frozenset({"HAN", "BOPOMOFO", "LATIN"}),
    frozenset({"HAN", "HANGUL", "LATIN"}),
)


def check_handle(handle: str) -> str:
    """The handle in its stored form (NFKC, lower case); raises Invalid handle_form or handle_mixed."""
    handle = unicodedata.normalize("NFKC", handle.strip().removeprefix("@")).casefold()
    if not (2 <= len(handle) <= 30 and _FORM.fullmatch(handle)) or ".." in handle:
        raise Invalid("handle_form", field="handle")
    if skeleton(handle) in _reserved():
        raise Invalid("handle_reserved", field="handle")
    alias = import_module("confusable_homoglyphs.categories").alias
    scripts = frozenset(
        category.upper() for char in handle if (category := alias(char)) not in {"COMMON", "INHERITED"}
    )
    if len(scripts) > 1 and not any(scripts <= together for together in _TOGETHER):
        raise Invalid("handle_mixed", field="handle")
    return handle


def skeleton(handle: str) -> str:
    """The form that look-alike handles share (after Unicode TR 39): confusable characters become their Latin twin."""
    twins = _latin_twins()
    folded = "".join(twins.get(char, char) for char in unicodedata.normalize("NFKD", handle.casefold()))
    folded = "".join(char for char in folded if char.isprintable() and not unicodedata.combining(char))
    return unicodedata.normalize("NFC", folded).replace("rn", "m").replace("vv", "w").translate(_DIGITS)


_DIGITS = str.maketrans({"0": "o", "1": "l"})


@cache
def _reserved() -> frozenset[str]:
    return frozenset(map(skeleton, _RESERVED))


@cache
def _latin_twins() -> dict[str, str]:
    """Characters whose look-alikes include one ASCII letter, from Unicode's confusables table.

    The table is read at the first handle, not at every start: no feed needs it.
    """
    twins: dict[str, str] = {}
    table = import_module("confusable_homoglyphs.confusables").confusables_data
    for char, alikes in table.items():
        if len(char) != 1 or char.isascii():
            continue
        for alike in alikes:
            twin = alike["c"]
            if len(twin) == 1 and twin.isascii() and twin.isalnum():
                twins[char] = twin.casefold()
                break
    return twins
