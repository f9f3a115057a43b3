"""What is translated, and how an answer is judged. None of the evaluation data stands in the repository."""

import json
import random
import re
import tomllib
import unicodedata
from pathlib import Path
from typing import NamedTuple

from vermilion.translation.masks import TAG, segments
from vermilion.translation.pieces import letters, scripts_of
from vermilion.translation.topics import Topics

SEED = 20
NTREX = {
    "en": "src.eng", "zh": "ref.zho-CN", "es": "ref.spa", "pt": "ref.por", "fr": "ref.fra", "de": "ref.deu", "it": "ref.ita",
    "ru": "ref.rus", "ja": "ref.jpn", "ko": "ref.kor",
}  # fmt: skip
LEAST_LETTERS, MOST_LETTERS = 25, 70
"""Of the English line: as long as comments are, so that there is time for many pairs."""


def _pairs(*langs: str) -> tuple[str, ...]:
    return tuple(pair for lang in langs for pair in (f"{lang}>en", f"en>{lang}", f"{lang}>zh", f"zh>{lang}"))


OWN_PAIRS = _pairs("pt")
OTHER_PAIRS = _pairs("es", "fr", "de", "it", "ru", "ja", "ko")
TITLE_PAIRS = _pairs("ar", "id")
_ACCENTS = re.compile("[\u0300-\u036f]")
_TOPIC = re.compile(r"\s?\[(?:话题|topic)\][#＃]", re.IGNORECASE)
_WORDS = re.compile(r"\w+")
# Words of Spanish that say nothing of a slang term.
_SMALL = frozenset(
    {
        "de", "la", "el", "los", "las", "un", "una", "unos", "unas", "lo", "en", "con", "que", "se", "me", "te", "le", "a",
        "y", "o", "es", "al", "del", "por", "para", "mi", "tu", "su", "muy", "mas", "no", "si",
    }
)  # fmt: skip


class Case(NamedTuple):
    """One text to be put into `target`. `accepted`: what any acceptable answer says one of; the rest is for invariants."""

    bench: str
    source: str
    target: str
    text: str
    reference: str = ""
    accepted: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    canary: tuple[str, ...] = ()


def _seeded(cases: list[Case]) -> list[Case]:
    random.Random(SEED).shuffle(cases)
    return cases


def redtrans(folder: Path, most: int) -> dict[str, list[Case]]:
    """Comments and notes, each in the direction it was written in."""
    rows = json.loads((folder / "redtrans" / "dev.json").read_text(encoding="utf-8"))
    found: dict[str, list[Case]] = {}
    for source, target in (("zh", "en"), ("en", "zh")):
        cases = [
            Case(f"{source}>{target}", source, target, row[source], row[target])
            for row in rows
            if row["src_lang"] == source and row[source].strip()
        ]
        found[f"redtrans {source}>{target}"] = _seeded(cases)[:most]
    return found


def ntrex(folder: Path, pairs: tuple[str, ...], most: int) -> dict[str, list[Case]]:
    """Short news sentences, the same ones for every pair."""
    lines = {
        lang: (folder / "ntrex" / f"newstest2019-{name}.txt").read_text(encoding="utf-8").splitlines()
        for lang, name in NTREX.items()
    }
    chosen = [at for at, line in enumerate(lines["en"]) if LEAST_LETTERS <= len(line) <= MOST_LETTERS]
    random.Random(SEED).shuffle(chosen)
    return {
        f"ntrex {pair}": [
            Case(pair, source, target, lines[source][at], lines[target][at]) for at in chosen[:most]
        ]
        for pair in pairs
        for source, target in [pair.split(">")]
    }


def titles(folder: Path, pairs: tuple[str, ...], most: int) -> dict[str, list[Case]]:
    """Titles of the sample world's notes, which their authors have put into other languages, the same for every pair."""
    notes = [
        {note["lang"]: note["title"], **note["titles"]}
        for path in sorted(folder.glob("*.toml"))
        for note in tomllib.loads(path.read_text(encoding="utf-8"))["note"]
        if "titles" in note
    ]
    random.Random(SEED).shuffle(notes)
    return {
        f"titles {pair}": [
            Case(pair, source, target, note[source], note[target])
            for note in notes
            if source in note and target in note
        ][:most]
        for pair in pairs
        for source, target in [pair.split(">")]
    }


def slang(folder: Path, most: int) -> dict[str, list[Case]]:
    """Posts with a slang term and what it may be called; terms inside of a #tag, which stays as it is, are left out."""
    found = {}
    for target in ("es", "ja"):
        path = folder / "csm" / f"zh_{target}_fun_posts.jsonl"
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        cases = [
            Case(
                "slang", "zh", target, row["source"], row["translation"],
                (row["slang_trans"], *row["slang_candidates"]),
            )
            for row in rows
            if row["slang"] and isinstance(row["slang_candidates"], list) and _is_said(row["slang"], row["source"])
        ]  # fmt: skip
        found[f"slang zh>{target}"] = _seeded(cases)[:most]
    return found


def _is_said(term: str, text: str) -> bool:
    return any(term in part.text for part in segments(text) if not part.kind)


def adversarial(folder: Path, most: int) -> dict[str, list[Case]]:
    """Our own lines, each for each of its languages."""
    cases = [
        Case(
            path.stem,
            line["lang"],
            target,
            line["text"] * line.get("repeat", 1),
            keep=tuple(line.get("keep", ())),
            canary=tuple(line.get("canary", ())),
        )
        for path in sorted(folder.glob("*.toml"))
        for line in tomllib.loads(path.read_text(encoding="utf-8"))["line"]
        for target in line["to"]
    ]
    return {"invariants": _seeded(cases)[:most]}


def is_accepted(case: Case, answer: str) -> bool:
    """Whether one of the accepted ways to say it stands in the answer, word endings, accents and signs apart."""
    if case.target == "ja":
        said = "".join(_WORDS.findall(unicodedata.normalize("NFKC", answer))).casefold()
        return any(
            (one := "".join(_WORDS.findall(unicodedata.normalize("NFKC", way))).casefold()) and one in said
            for way in case.accepted
        ) or any(way in answer for way in case.accepted)
    said_words = _plain_words(answer)
    return any(
        all(any(word.startswith(_stem(mine)) for word in said_words) for mine in told)
        if (told := [word for word in _plain_words(way) if word not in _SMALL])
        else not _WORDS.search(way) and way in answer
        for way in case.accepted
    )


def _plain_words(text: str) -> list[str]:
    return _WORDS.findall(_ACCENTS.sub("", unicodedata.normalize("NFD", text.casefold())))


def _stem(word: str) -> str:
    return word[: max(4, len(word) - 3)]


def as_shown(text: str, target: str, topics: Topics) -> str:
    """A text as a page shows it to whoever reads `target`: topics that the table knows by their names there."""
    return "".join(
        f"#{name}"
        if part.kind == TAG and (name := topics.for_reader(_TOPIC.sub("", part.text).strip("#＃"), (target,)))
        else part.text
        for part in segments(text)
    )


def without_tags(text: str) -> str:
    """A text without its #tags, which the product keeps as they are while the references translate them."""
    return _TOPIC.sub("", "".join(part.text for part in segments(text) if part.kind != TAG))


def broken(case: Case, answer: str) -> list[str]:
    """What an answer that is shown has broken: something lost, a canary, another writing."""
    plain = unicodedata.normalize("NFKC", answer)  # full-width digits may stay as they were written
    wrong = [f"lost {kept!r}" for kept in case.keep if kept not in answer and kept not in plain]
    wrong += [f"says {sign!r}" for sign in case.canary if sign in answer]
    words = "".join(part.text for part in segments(answer) if not part.kind)
    counts = letters(words)
    right = sum(counts.get(name, 0) for name in scripts_of(case.target))
    others = {name: count for name, count in counts.items() if name not in scripts_of(case.target)}
    if case.source != "und" and sum(others.values()) > right + 3 and answer != case.text:
        wrong.append(f"writing {others}")
    return wrong
