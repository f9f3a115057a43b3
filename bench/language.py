"""The language of short cuts of news sentences: 20-40 characters, 8-16 of Chinese, Japanese and Korean."""

import argparse
import collections
import json
import random
import re
import time
from pathlib import Path

from vermilion.engines.language import Language

FILES = {
    "eng": "en",
    "zho-CN": "zh",
    "spa": "es",
    "por": "pt",
    "fra": "fr",
    "deu": "de",
    "ita": "it",
    "rus": "ru",
    "jpn": "ja",
    "kor": "ko",
}
DENSE = ("zh", "ja", "ko")
SEED = 20


def cuts(folder: Path, *, whole_words: bool) -> list[tuple[str, str]]:
    """(language, text) of every sentence, cut anywhere or at the edges of words."""
    chance = random.Random(SEED)
    found = []
    for path in sorted(folder.glob("newstest2019-*.txt")):
        lang = FILES[path.name.split(".")[1]]
        low, high = (8, 16) if lang in DENSE else (20, 40)
        for line in path.read_text(encoding="utf-8").splitlines():
            length = chance.randint(low, high)
            if len(line) < low:
                continue
            at = chance.randrange(max(1, len(line) - length + 1))
            cut = line[at : at + length]
            if whole_words and lang not in DENSE:
                start = line.rfind(" ", 0, at + 1) + 1
                cut = re.sub(r"\s\S*$", "", line[start : start + length + 1])
            found.append((lang, cut))
    return found


def main(args: argparse.Namespace) -> None:
    """Print a table and, as the last line, the figures as JSON."""
    if args.data is None:
        print("language: give the folder of the evaluation sets with --data; nothing was measured")
        return
    folder = args.data / "ntrex"
    language = Language()
    shares: dict[str, dict[str, float]] = {}
    taken = micros = 0.0
    for name, whole_words in (("anywhere", False), ("words", True)):
        cases = cuts(folder, whole_words=whole_words)[:: 10 if args.quick else 1]
        right: collections.Counter[str] = collections.Counter()
        start = time.process_time()
        for lang, text in cases:
            right[lang] += language.detect(text) == lang
        taken = time.process_time() - start
        micros = taken / len(cases) * 1e6
        total = collections.Counter(lang for lang, _ in cases)
        shares[name] = {lang: right[lang] / total[lang] for lang in sorted(total)}
        shares[name]["all"] = sum(right.values()) / len(cases)
    for name, share in shares.items():
        print(f"{name:9}", "  ".join(f"{lang} {value:.3f}" for lang, value in share.items()))
    figures = {
        "accuracy": round(shares["anywhere"]["all"], 4),
        "pt": round(shares["anywhere"]["pt"], 4),
        "accuracy_words": round(shares["words"]["all"], 4),
        "pt_words": round(shares["words"]["pt"], 4),
        "us_a_text": round(micros, 1),
    }
    report = {"bench": "language", "figures": figures, "limits": {"accuracy": 0.96, "pt": 0.90}, "ratios": {}}
    print(json.dumps(report | ({"quick": True} if args.quick else {})))
