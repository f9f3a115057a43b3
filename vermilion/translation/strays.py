"""English words that an engine has left standing in a Chinese answer, put as the dictionary says them."""

import re
from collections.abc import Sequence

from vermilion.engines.dictionary import Dictionary

MOST = 2
"""With more of them an answer is no translation."""
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")


def put(dictionary: Dictionary, answer: str, words: Sequence[str], target: str) -> str:
    """The answer with each of `words` in Chinese; as it was where one of them is unknown or they are more than MOST.

    Reads the dictionary, and may wait for it: call it in a thread.
    """
    if len(words) > MOST:
        return answer
    tongue = dictionary.tongue("en")
    for word in words:
        key = tongue.words(word)[0].key
        # "literally" is not what "literal" is.
        found = [] if word.endswith("ly") and not key.endswith("ly") else tongue.entries(key)
        said = next((one.other_spelling if target == "zh-Hant" else one.word for one in found), "")
        if not _HAN.search(said):
            return answer
        answer = re.sub(rf"\s*(?<![A-Za-z]){re.escape(word)}(?![A-Za-z])\s*", said, answer)
    return answer
