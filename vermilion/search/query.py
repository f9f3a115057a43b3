"""What somebody asked: words, phrases, what must not be there, #topics, @people, from:, lang:."""

import re
from collections.abc import Sequence

from vermilion.engines.tokens import STEM, fold, forms, is_signs, normal, stem_of, units, without_unseen
from vermilion.kernel.record import Record
from vermilion.kernel.text import fold_tag
from vermilion.kernel.types import LANGS

MOST_CHARACTERS = 200
"""What is asked beyond these is left out, and the page says so."""
MOST_GROUPS = 160
"""Of a long question the single signs are left out first."""
MOST_PHRASES = 4
MOST_PEOPLE = 4
SIGN, PAIR, STEM_WEIGHT = 0.3, 1.0, 0.85

_PART = re.compile(
    r"""(?P<minus>-?)(?:["“”„«»「」](?P<phrase>[^"“”„«»「」]*)["“”„«»「」]|(?P<name>from|lang|in|von|de|来自|语言):(?P<value>[^\s"]+)
        |[#＃](?P<tag>[\w·]{1,50})|[@＠](?P<handle>\w[\w.]{0,29})|(?P<text>[^\s"“”„«»「」]+)|["“”„«»「」])""",
    re.VERBOSE,
)


class Alternative(Record, kw_only=True, frozen=True):
    """One way to say what was asked: every word of it must be there."""

    words: tuple[str, ...]
    weight: float = 1.0


class Group(Record, kw_only=True, frozen=True):
    """One thing that was asked, in every way it may be said; the best way that a note has counts."""

    alternatives: tuple[Alternative, ...]
    source: str = "words"
    """How it came about: words, dictionary, slang, topic."""
    units: tuple[int, ...] = (0,)
    """Which of the words asked for it stands for."""
    term: str = ""
    """Which part of them, where they are a run that was parted."""


class Meaning(Record, kw_only=True, frozen=True):
    """What was asked as a vector, in the database's own words, and by which model."""

    model: str
    vector: str


class Query(Record, kw_only=True, frozen=True):
    """What was asked, understood."""

    text: str
    """As it was typed, cleaned and cut."""
    plain: str
    """Without operators."""
    lang: str
    words: tuple[str, ...] = ()
    """The words and runs asked for, normal."""
    groups: tuple[Group, ...] = ()
    phrases: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    """Words that must not be there."""
    tags: tuple[str, ...] = ()
    same_tags: dict[str, tuple[str, ...]] = {}  # noqa: RUF012 - a Record copies it
    """What a topic asked for is called in other languages."""
    people: tuple[str, ...] = ()
    """Handles whose notes are asked for."""
    langs: tuple[str, ...] = ()
    without_people: tuple[str, ...] = ()
    """Handles whose notes are not wanted."""
    without_langs: tuple[str, ...] = ()
    strange_langs: tuple[str, ...] = ()
    """What was named as a language and is none that is known here."""
    is_saved: bool = False
    """in:saved, only what the viewer saved."""
    marks: tuple[str, ...] = ()
    """What else must stand in the index, as it stands there."""
    was_cut: bool = False
    meaning: Meaning | None = None

    @property
    def is_empty(self) -> bool:
        return not (self.groups or self.phrases or self.tags or self.people)


class Parts(Record, kw_only=True, frozen=True):
    """What stands in the field, cut into its parts."""

    text: str
    plain: str
    phrases: tuple[str, ...]
    without: tuple[str, ...]
    tags: tuple[str, ...]
    people: tuple[str, ...]
    langs: tuple[str, ...]
    without_people: tuple[str, ...]
    without_langs: tuple[str, ...]
    strange_langs: tuple[str, ...]
    is_saved: bool
    was_cut: bool


def cut(typed: str) -> Parts:
    """The parts of what was typed; whatever it is, it means something: nothing raises."""
    text = " ".join(_printable(typed).split())
    was_cut = len(text) > MOST_CHARACTERS
    text = text[:MOST_CHARACTERS].rstrip()
    plain: list[str] = []
    lists: dict[str, list[str]] = {
        "phrases": [],
        "without": [],
        "tags": [],
        "people": [],
        "langs": [],
        "without_people": [],
        "without_langs": [],
        "strange_langs": [],
        "in": [],
    }
    for part in _PART.finditer(text):
        kind, value = _kind(part)
        if kind == "plain":
            plain.append(value)
        elif value and value not in lists[kind]:
            lists[kind].append(value)
    return Parts(
        text=text,
        plain=" ".join(plain),
        phrases=tuple(lists["phrases"][:MOST_PHRASES]),
        without=tuple(lists["without"][:MOST_GROUPS]),
        tags=tuple(lists["tags"][:MOST_PEOPLE]),
        people=tuple(lists["people"][:MOST_PEOPLE]),
        langs=tuple(lists["langs"][:MOST_PEOPLE]),
        without_people=tuple(lists["without_people"][:MOST_PEOPLE]),
        without_langs=tuple(lists["without_langs"][:MOST_PEOPLE]),
        strange_langs=tuple(lists["strange_langs"][:MOST_PEOPLE]),
        is_saved=bool(lists["in"]),
        was_cut=was_cut,
    )


def without_saved(text: str) -> str:
    """A question without in:saved."""
    return " ".join(part for part in text.split() if part.casefold() != "in:saved")


def _printable(typed: str) -> str:
    return "".join(char if char.isprintable() else " " for char in without_unseen(typed[:4_000]))


def _kind(part: re.Match[str]) -> tuple[str, str]:
    """Which list a part belongs to, and what of it."""
    minus = bool(part["minus"])
    if part["phrase"] is not None:
        said = part["phrase"].strip()
        return ("without", normal(said)) if minus else ("phrases", said)
    if part["tag"]:
        tag = fold_tag(part["tag"])
        return ("without", "#" + tag) if minus else ("tags", tag)
    if part["handle"]:
        return "without_people" if minus else "people", part["handle"].rstrip(".")
    if part["name"]:
        named, value = _named(part["name"], part["value"])
        if not minus or named in {"people", "langs", "strange_langs"}:
            is_left_out = minus and named != "strange_langs"
            return f"without_{named}" if is_left_out else named, value
    said = part["text"] or part["value"] or ""
    if minus and said:
        return "without", normal(said)
    return "plain", said


def _named(name: str, value: str) -> tuple[str, str]:
    if name in {"from", "von", "de", "来自"}:
        return "people", value.lstrip("@＠")[:30]
    if name == "in":
        return ("in", "saved") if value.casefold() == "saved" else ("plain", value)
    lang = lang_of(value)
    return ("langs", lang) if lang else ("strange_langs", value[:16])


def lang_of(value: str) -> str:
    """The language of the room that is named, also by one of its regions; empty where there is none."""
    lang = value.casefold().partition("-")[0]
    return lang if lang in LANGS else ""


def understand(parts: Parts, lang: str, reads: Sequence[str] = ()) -> Query:
    """The question with every word in each of its forms; `lang` and what the viewer reads decide the stems."""
    langs = tuple(dict.fromkeys((lang, *reads)))[:4]
    groups: list[Group] = []
    words: list[str] = []
    for text in (parts.plain, *parts.phrases):
        for unit in _units(text):
            groups += _groups(unit, len(words), langs)
            words.append(unit)
    return Query(
        text=parts.text,
        plain=parts.plain,
        lang=lang,
        words=tuple(words),
        groups=tuple(_most_telling(_once(groups))),
        phrases=tuple(normal(phrase) for phrase in parts.phrases if normal(phrase).strip()),
        without=parts.without,
        tags=parts.tags,
        people=parts.people,
        langs=parts.langs,
        without_people=parts.without_people,
        without_langs=parts.without_langs,
        strange_langs=parts.strange_langs,
        is_saved=parts.is_saved,
        was_cut=parts.was_cut,
    )


def _units(text: str) -> list[str]:
    """The words of a question, and its runs whole."""
    found = []
    for unit in units(text, ""):
        if is_signs(unit[0]):
            signs = [token for token in unit if len(token) == len(unit[0])] if len(unit) == 1 else _run(unit)
            found.append("".join(signs))
        else:
            found.append(unit[0])
    return found


def _run(unit: tuple[str, ...]) -> list[str]:
    """The signs of a run: the first half of its tokens, for n signs make n - 1 pairs."""
    return list(unit[: (len(unit) + 1) // 2])


def _groups(word: str, number: int, langs: Sequence[str]) -> list[Group]:
    found = next(units(word, ""), ())
    if not found:
        return []
    if is_signs(found[0]):
        signs = _run(found)
        weights = {sign: (1.0 if len(signs) == 1 else SIGN) for sign in signs}
        weights.update(dict.fromkeys(found[len(signs) :], PAIR))
        return [
            Group(alternatives=(Alternative(words=(token,), weight=weight),), units=(number,))
            for token, weight in weights.items()
        ]
    return [Group(alternatives=said(word, langs), units=(number,))]


def said(word: str, langs: Sequence[str], weight: float = 1.0) -> tuple[Alternative, ...]:
    """A word and its stems in some languages, also as a word of its own."""
    plain = fold(normal(word))
    ways = {plain: weight}
    for lang in langs:
        stem = fold(stem_of(normal(word), lang))
        for way in (STEM + stem, stem, *forms(normal(word), lang)[1:]):
            if len(stem) > 1:
                ways.setdefault(way, weight * STEM_WEIGHT)
    return tuple(Alternative(words=(way,), weight=share) for way, share in ways.items())


def _most_telling(groups: list[Group]) -> list[Group]:
    if len(groups) <= MOST_GROUPS:
        return groups
    return sorted(groups, key=lambda group: -group.alternatives[0].weight)[:MOST_GROUPS]


def _once(groups: list[Group]) -> list[Group]:
    kept: dict[tuple[Alternative, ...], Group] = {}
    for group in groups:
        kept.setdefault(group.alternatives, group)
    return list(kept.values())
