"""Words as search keeps and asks for them: the same for a text and for a question, whatever looks them up.

Chinese, Japanese, Korean and Thai runs become single signs and pairs; other writings become words, each with its stem
beside it, marked by a ~ so that a stem is never taken for a word. Width, case and accents do not count.
"""

import functools
import importlib
import itertools
import re
import unicodedata
from collections.abc import Iterator
from typing import Any, NamedTuple

STEM = "~"
LONGEST = 64
"""Characters of a word that count."""

STEMMED = {
    "en": "english", "es": "spanish", "pt": "portuguese", "fr": "french", "de": "german", "it": "italian",
    "ru": "russian", "ar": "arabic", "id": "indonesian", "hi": "hindi", "tr": "turkish", "nl": "dutch", "pl": "polish",
}  # fmt: skip
"""Languages with a stemmer, and what it is called."""

_SIGN = (
    "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Chinese
    "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f"  # kana
    "\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3"  # Hangul
)
_THAI = "\u0e01-\u0e30\u0e32\u0e33\u0e40-\u0e46"
_THAI_MARK = "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
_RUN = re.compile(f"(?P<run>[{_SIGN}]+)|(?P<thai>[{_THAI}][{_THAI}{_THAI_MARK}]*)|(?P<word>(?:(?![{_SIGN}{_THAI}])[^\\W_])"
                  f"(?:(?![{_SIGN}{_THAI}])[\\w\u0300-\u036f\u064b-\u065f])*)")  # fmt: skip
_THAI_UNIT = re.compile(f"[{_THAI}][{_THAI_MARK}]*")
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u0640\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]"
)
# Marks that writers leave out; those of Indian scripts and kana are letters.
_MARK = re.compile("[\u0300-\u036f\u0483-\u0487\u0610-\u061a\u064b-\u065f\u0670]")
_ACCENTED = re.compile("[\u00c0-\u024f\u0370-\u06ff\u1e00-\u1fff]")
_LETTERS = str.maketrans({
    "ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ى": "ي", "ة": "ه",
})  # fmt: skip


class Piece(NamedTuple):
    """A stretch of a text from `start` to `end` that is one word, or one sign of a run, and the words it answers to."""

    start: int
    end: int
    tokens: tuple[str, ...]


def without_unseen(text: str) -> str:
    """A text without what nobody sees and what parts no words: joiners, marks of direction, soft hyphens."""
    return _INVISIBLE.sub("", text)


def normal(text: str) -> str:
    """A text with what nobody sees taken out, in one width and case; accents stay."""
    return unicodedata.normalize("NFKC", without_unseen(text)).casefold()


def fold(word: str) -> str:
    """A normal word without accents, vowel marks and special letters."""
    if _ACCENTED.search(word):
        word = _MARK.sub("", unicodedata.normalize("NFKD", word))
        word = unicodedata.normalize("NFC", word)
    return word.translate(_LETTERS)


def tokens(text: str, lang: str) -> list[str]:
    """The words of a text in order, each as often as it occurs; `lang` decides the stems."""
    return [token for unit in units(text, lang) for token in unit]


def units(text: str, lang: str) -> Iterator[tuple[str, ...]]:
    """The tokens of each word (itself, then its stem where it differs) or run (its signs, then its pairs)."""
    for found in _RUN.finditer(normal(text)):
        if run := found["run"]:
            yield _signs(list(run))
        elif thai := found["thai"]:
            yield _signs(_THAI_UNIT.findall(thai))
        else:
            yield forms(found["word"], lang)


def flat(text: str) -> str:
    """A text as phrases are looked for in it: its words each between spaces, its runs as they are, nothing else."""
    said = (
        " ".join(("", fold(found[0]), "")) if found["word"] else found[0]
        for found in _RUN.finditer(normal(text))
    )
    return "".join(said).replace("  ", " ")


def forms(word: str, lang: str) -> tuple[str, ...]:
    """A normal word as it is looked up, and its stem behind a ~ where that differs."""
    word = word[:LONGEST]
    plain, stem = fold(word), fold(stem_of(word, lang))
    return (plain,) if plain == stem or len(stem) < 2 else (plain, STEM + stem)


def stem_of(word: str, lang: str) -> str:
    """The stem of a normal word; itself where the language has no stemmer."""
    name = STEMMED.get(lang.partition("-")[0])
    return _stem(word, name) if name and len(word) > 2 else word


def is_signs(token: str) -> bool:
    """Whether a token is a sign or a pair of a run, not a word."""
    found = _RUN.match(token)
    return found is not None and not found["word"]


def pieces(text: str, lang: str) -> list[Piece]:
    """Where the words of a text stand as it is written, for marking those that were asked for."""
    found = []
    for match in _RUN.finditer(text):
        written = match[0]
        if match["word"]:
            found.append(Piece(match.start(), match.end(), forms(normal(written), lang)))
            continue
        run = normal(written)
        signs = list(run) if match["run"] else _THAI_UNIT.findall(run)
        if len(signs) != len(written):
            found.append(Piece(match.start(), match.end(), _signs(signs)))
            continue
        for at, sign in enumerate(signs):
            pairs = [signs[at - 1] + sign] if at else []
            pairs += [sign + signs[at + 1]] if at + 1 < len(signs) else []
            found.append(Piece(match.start() + at, match.start() + at + 1, (sign, *pairs)))
    return found


def _signs(run: list[str]) -> tuple[str, ...]:
    return (*run, *(one + other for one, other in itertools.pairwise(run)))


@functools.lru_cache(maxsize=65_536)
def _stem(word: str, name: str) -> str:
    return str(_stemmer(name).stemWord(word))


@functools.cache
def _stemmer(name: str) -> Any:  # noqa: ANN401 - of a library without types, loaded at the first word
    return importlib.import_module("snowballstemmer").stemmer(name)
