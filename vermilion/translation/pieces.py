"""A text cut into pieces an engine can take: one language each, of bounded length, with everything between them kept."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from vermilion.engines.language import UNDETERMINED, Language
from vermilion.translation.masks import Segment, has_words, segments, undressed

MOST_WEIGHT = 360
_LINE = re.compile(r"(\r\n|\r|\n)")
_SENTENCE = re.compile(
    r"(?<=[。！？!?…；])(?=[^。！？!?…；)\]）”』」])|(?<=[.;])(?=\s)|(?<=[.!?][\"”’)])(?=\s)"
)
_CLAUSE = re.compile(r"(?<=[，、,：:])|(?<=\s)")
_ACCENTED = re.compile("[\u00c0-\u024f]")
_LATIN_WORD = re.compile("[A-Za-z\u00c0-\u024f][A-Za-z\u00c0-\u024f'’-]*")
_SCRIPTS = {
    "han": re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"),
    "kana": re.compile("[\u3041-\u3096\u30a1-\u30fa\u31f0-\u31ff\uff66-\uff9d]"),
    "hangul": re.compile("[\uac00-\ud7a3\u1100-\u11ff\u3131-\u318e]"),
    "arabic": re.compile("[\u0620-\u064a\u066e-\u06d3\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc]"),
    "hebrew": re.compile("[\u05d0-\u05ea]"),
    "devanagari": re.compile("[\u0904-\u0939\u0958-\u0961\u0972-\u097f]"),
    "thai": re.compile("[\u0e01-\u0e30\u0e40-\u0e46]"),
    "cyrillic": re.compile("[\u0400-\u052f]"),
    "greek": re.compile("[\u0386-\u03ce]"),
    "latin": re.compile("[A-Za-z\u00aa\u00ba\u00c0-\u024f\u1e00-\u1eff]"),
}
SCRIPTS_OF = {
    "zh": ("han",),
    "ja": ("han", "kana"),
    "ko": ("hangul",),
    "ar": ("arabic",),
    "hi": ("devanagari",),
    "th": ("thai",),
    "ru": ("cyrillic",),
    "uk": ("cyrillic",),
}
# What a sign of a writing says, counted in letters of an alphabet.
_WEIGHTS = {"han": 3.0, "kana": 1.7, "hangul": 2.2, "thai": 1.0, "devanagari": 1.2}


class Piece(NamedTuple):
    """A stretch of the text. Without `source` it stays as it is; else its segments are to be translated."""

    parts: tuple[Segment, ...]
    source: str = ""

    @property
    def text(self) -> str:
        """The piece as its author wrote it."""
        return "".join(part.text for part in self.parts)


def scripts_of(lang: str) -> tuple[str, ...]:
    """The writings a language is written in."""
    return SCRIPTS_OF.get(lang, ("latin",))


def letters(text: str) -> dict[str, int]:
    """How many letters of each writing stand in a text; writings that do not occur are left out."""
    counts = {name: len(script.findall(text)) for name, script in _SCRIPTS.items()}
    return {name: count for name, count in counts.items() if count}


def weight(text: str) -> float:
    """The length of a text in letters of an alphabet, so that texts in two writings can be compared."""
    dense = sum((factor - 1) * len(_SCRIPTS[name].findall(text)) for name, factor in _WEIGHTS.items())
    return len(text) + dense


def cut(text: str, source: str, target: str, language: Language) -> list[Piece]:
    """The pieces of a text; joined again they are the text. What is in the target language stays as it is."""
    pieces: list[Piece] = []
    for line in _LINE.split(text):
        if not line.strip() or not has_words(parts := segments(line)):
            pieces.append(Piece((Segment(line),)))
            continue
        units = [(unit, _language_of(unit, source, target, language)) for unit in _units(parts, (_SENTENCE,))]
        for run, lang in _runs(units):
            if lang in ("", target, UNDETERMINED):
                pieces.append(Piece(tuple(run), "" if lang != UNDETERMINED else lang))
            else:
                pieces.extend(Piece(tuple(part), lang) for part in _bounded(run))
    return pieces


def smaller(piece: Piece) -> list[Piece]:
    """The piece cut around its masks, so that no engine sees any."""
    return [
        Piece((part,), "" if part.kind or not has_words((part,)) else piece.source) for part in piece.parts
    ]


def sentences(piece: Piece) -> list[Piece]:
    """The piece cut into its sentences; joined again they are the piece."""
    return [
        Piece(tuple(unit), piece.source if has_words(unit) else "")
        for unit in _units(piece.parts, (_SENTENCE,))
    ]


def _units(parts: Iterable[Segment], borders: Sequence[re.Pattern[str]]) -> list[list[Segment]]:
    """Segments grouped into sentences; a mask belongs to the sentence before it, or to the first one."""
    units: list[list[Segment]] = [[]]
    for part in parts:
        if part.kind:
            units[-1].append(part)
            continue
        rests = [rest for border in borders for rest in border.split(part.text) if rest]
        for at, rest in enumerate(rests):
            if at and has_words(units[-1]):
                units.append([])
            units[-1].append(Segment(rest))
        if _ends(part.text) and has_words(units[-1]):
            units.append([])
    return [unit for unit in units if unit]


def _ends(text: str) -> bool:
    return text.rstrip()[-1:] in "。！？!?…" and bool(text.strip())


def _language_of(unit: Sequence[Segment], source: str, target: str, language: Language) -> str:
    """The language of a sentence: its text's, unless its writing or its words clearly say otherwise. "": no words."""
    words = undressed(" ".join(part.text for part in unit if not part.kind))
    counts = letters(words)
    if not counts:
        return "" if not has_words(unit) else UNDETERMINED
    own = sum(counts.get(name, 0) for name in scripts_of(source)) if source != UNDETERMINED else 0
    if source == UNDETERMINED or not own:
        few = source != UNDETERMINED and set(counts) == {"latin"} and len(_LATIN_WORD.findall(words)) < 3
        detected = language.detect(words, reads=(target,))
        if few and detected != target:
            return source
        return _beside(words, counts, target, language) if detected == target else detected
    if scripts_of(source) == scripts_of(target) and len(words.split()) >= 5:
        is_english = target == "en" and not _ACCENTED.search(words)
        detected = language.detect(words, reads=(source,)) if is_english or target != "en" else source
        return target if detected == target else source
    foreign = _weights(counts)
    if "latin" in scripts_of(source) and foreign.get("latin", 0) * 4 < sum(foreign.values()):
        return language.detect(words)
    return source


def _beside(words: str, counts: dict[str, int], target: str, language: Language) -> str:
    """The target language, unless a good part of the words is in another writing: then the language of that part."""
    foreign = {name: count for name, count in _weights(counts).items() if name not in scripts_of(target)}
    if target == "en" or sum(foreign.values()) * 5 < 2 * sum(_weights(counts).values()):
        return target
    for name in scripts_of(target):
        words = _SCRIPTS[name].sub(" ", words)
    return language.detect(words)


def _weights(counts: dict[str, int]) -> dict[str, float]:
    return {name: count * _WEIGHTS.get(name, 1.0) for name, count in counts.items()}


def _runs(units: Iterable[tuple[list[Segment], str]]) -> list[tuple[list[Segment], str]]:
    """Neighbours in the same language together; what has no words goes with what stands before it."""
    runs: list[tuple[list[Segment], str]] = []
    for unit, lang in units:
        if runs and (not lang or runs[-1][1] in ("", lang)):
            runs[-1] = (runs[-1][0] + unit, lang or runs[-1][1])
        else:
            runs.append((list(unit), lang))
    return runs


def _bounded(parts: list[Segment]) -> list[list[Segment]]:
    """Segments in groups of at most MOST_WEIGHT: by sentences, then by clauses, then anywhere."""
    if _weigh(parts) <= MOST_WEIGHT:
        return [parts]
    groups: list[list[Segment]] = []
    for unit in _units(parts, (_SENTENCE,)):
        small = [unit]
        if _weigh(unit) > MOST_WEIGHT:
            clauses = [
                bit
                for part in unit
                for bit in ([part] if part.kind else map(Segment, _CLAUSE.split(part.text)))
                if bit.text
            ]
            small = [[bit] for clause in clauses for bit in _anywhere(clause)]
        for group in small:
            if groups and _weigh(groups[-1]) + _weigh(group) <= MOST_WEIGHT:
                groups[-1].extend(group)
            else:
                groups.append(list(group))
    return groups


def _anywhere(part: Segment) -> list[Segment]:
    if part.kind or weight(part.text) <= MOST_WEIGHT:
        return [part]
    most = MOST_WEIGHT // 3
    return [Segment(part.text[at : at + most]) for at in range(0, len(part.text), most)]


def _weigh(parts: Sequence[Segment]) -> float:
    return sum(weight(part.text) if not part.kind else 4 for part in parts)
