"""Chinese names that an engine has left standing, spelt as they are read."""

import importlib
import re
from functools import cache
from typing import Any

from vermilion.translation.pieces import scripts_of

_RUN = re.compile("[\u4e00-\u9fff]{2,4}")
_NAME_TAGS = frozenset({"nr", "ns", "nt", "nz"})


def spelt(words: str, answer: str, target: str) -> str:
    """The answer with the names of people and places of `words` in Latin letters, where the target is written so."""
    runs = set(_RUN.findall(answer)) if "latin" in scripts_of(target) else set()
    if not runs:
        return answer
    for name in {word for word, tag in _library("rjieba").tag(words) if tag in _NAME_TAGS} & runs:
        said = "".join(_library("pypinyin").lazy_pinyin(name)).title()
        before, after = rf"(?<=\w){name}", rf"{name}(?=\w)"
        answer = re.sub(after, f"{name} ", re.sub(before, f" {name}", answer)).replace(name, said)
    return answer


@cache
def _library(name: str) -> Any:  # noqa: ANN401 - loaded when there is a name to spell, for it takes memory
    return importlib.import_module(name)
