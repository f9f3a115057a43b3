"""Words that an engine has left standing in its answer, put as the dictionary says them: English in Chinese, Chinese in English."""

import re
from collections.abc import Sequence

from vermilion.engines.dictionary import Dictionary, Tongue

MOST = 3
"""With more of them an answer is no translation."""
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]+")
_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_HEAD = re.compile(r"^(?:to be |to |a |an |the )")
_NO_MEANING = re.compile(r"variant of|^surname |^see |abbr\. for|classifier|particle|^old |archaic")
PAIRS = frozenset({("en", "zh"), ("zh", "en")})
"""What the dictionary knows."""


def put(dictionary: Dictionary, answer: str, words: Sequence[str], target: str) -> str:
    """The answer with each of `words` in the target's language, Chinese or English.

    As it was where one of them is unknown, where they are more than MOST, or where one is a single sign.
    Reads the dictionary, and may wait for it: call it in a thread.
    """
    if len(words) > MOST or any(len(word) < 2 for word in words):
        return answer
    for word in words:
        said = (
            _english(dictionary.tongue("zh"), word) if target == "en" else _chinese(dictionary, word, target)
        )
        if not said:
            return answer
        if target == "en":
            answer = re.sub(rf"(?<=\w){word}", f" {word}", re.sub(rf"{word}(?=\w)", f"{word} ", answer))
            answer = answer.replace(word, said)
        else:
            answer = re.sub(rf"\s*(?<![A-Za-z]){re.escape(word)}(?![A-Za-z])\s*", said, answer)
    return answer


def _chinese(dictionary: Dictionary, word: str, target: str) -> str:
    tongue = dictionary.tongue("en")
    key = tongue.words(word)[0].key
    # "literally" is not what "literal" is.
    found = [] if word.endswith("ly") and not key.endswith("ly") else tongue.entries(key)
    said = next((one.other_spelling if target == "zh-Hant" else one.word for one in found), "")
    return said if _HAN.search(said) else ""


def _english(tongue: Tongue, run: str) -> str:
    """A run of Chinese word by word; empty where one of the words has no short meaning."""
    meanings = [_meaning(tongue, run)] if tongue.entries(run) else []
    meanings = meanings or [_meaning(tongue, word.key) for word in tongue.words(run)]
    return " ".join(meanings) if all(meanings) and len(meanings) <= MOST else ""


def _meaning(tongue: Tongue, key: str) -> str:
    for entry in tongue.entries(key):
        for sense in entry.senses:
            plain = _HEAD.sub("", " ".join(_ASIDE.sub(" ", sense).split()))
            plain = re.split(r"[,;/]", plain)[0].strip()
            if plain and not _NO_MEANING.search(sense) and len(plain.split()) <= 5:
                return plain
    return ""
