"""Kana written in Latin letters, as people type them: Hepburn, Kunrei, and either with or without its long vowels."""

import itertools
import re
import unicodedata

_ROWS = {
    "": "あいうえお", "k": "かきくけこ", "s": "さしすせそ", "t": "たちつてと", "n": "なにぬねの", "h": "はひふへほ",
    "m": "まみむめも", "r": "らりるれろ", "g": "がぎぐげご", "z": "ざじずぜぞ", "d": "だぢづでど", "b": "ばびぶべぼ",
    "p": "ぱぴぷぺぽ",
}  # fmt: skip
_SYLLABLES = {
    **{onset + vowel: sign for onset, row in _ROWS.items() for vowel, sign in zip("aiueo", row, strict=True)},
    "ya": "や", "yu": "ゆ", "yo": "よ", "wa": "わ", "wo": "を", "fu": "ふ", "shi": "し", "chi": "ち", "tsu": "つ", "ji": "じ",
    "fa": "ふぁ", "fi": "ふぃ", "fe": "ふぇ", "fo": "ふぉ", "she": "しぇ", "che": "ちぇ", "je": "じぇ", "ti": "ち", "tu": "つ",
    "va": "ゔぁ", "vi": "ゔぃ", "vu": "ゔ", "ve": "ゔぇ", "vo": "ゔぉ", "wi": "うぃ", "we": "うぇ", "dzu": "づ", "dji": "ぢ",
}  # fmt: skip
_GLIDED = {
    "k": "き",
    "s": "し",
    "t": "ち",
    "n": "に",
    "h": "ひ",
    "m": "み",
    "r": "り",
    "g": "ぎ",
    "z": "じ",
    "b": "び",
    "p": "ぴ",
}
_SMALL = {"a": "ゃ", "u": "ゅ", "o": "ょ"}
_SYLLABLES |= {
    f"{onset}y{vowel}": sign + small for onset, sign in _GLIDED.items() for vowel, small in _SMALL.items()
}
_SYLLABLES |= {
    onset + vowel: sign + small
    for onset, sign in (("sh", "し"), ("ch", "ち"), ("j", "じ"), ("jy", "じ"))
    for vowel, small in _SMALL.items()
}
_LONGEST = max(map(len, _SYLLABLES))
_HEPBURN: dict[str, str] = {}
for _romaji, _kana in _SYLLABLES.items():
    _HEPBURN.setdefault(_kana, _romaji)
_HEPBURN |= {"し": "shi", "ち": "chi", "つ": "tsu", "ふ": "fu", "じ": "ji", "ぢ": "ji", "づ": "zu", "を": "o"}
_HEPBURN |= {
    sign + small: onset + vowel
    for onset, sign in (("sh", "し"), ("ch", "ち"), ("j", "じ"))
    for vowel, small in _SMALL.items()
}
_BARRED = str.maketrans(
    {
        "ā": "a-",
        "ī": "i-",
        "ū": "u-",
        "ē": "e-",
        "ō": "o-",
        "â": "a-",
        "î": "i-",
        "û": "u-",
        "ê": "e-",
        "ô": "o-",
    }
)
_TYPED = re.compile("[a-z'’-]+")
_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa\u30fc]+")
_DROPPED = re.compile(r"([aiueo])\1+|(o)u")
MOST_LETTERS = 24
MOST_LONG = 4
"""Vowels that are also looked for drawn out: of a longer word its first."""
MOST_WAYS = 24


def kana_of(word: str) -> list[str]:
    """How a word in Latin letters may stand in kana, hiragana and katakana; nothing where it is no Japanese.

    A vowel that was typed short may be a long one ("ramen" is ラーメン), so each way with one or more drawn out is there too.
    """
    parts = _parts(word)
    if parts is None:
        return []
    katakana: dict[str, None] = {}
    hiragana: dict[str, None] = {}
    for drawn in _draws(parts):
        barred = "".join(sign + ("ー" if long else "") for (sign, _), long in zip(parts, drawn, strict=True))
        katakana.setdefault(_to_katakana(barred))
        longs = [_drawn_out(vowel) if long else ("",) for (_, vowel), long in zip(parts, drawn, strict=True)]
        for chosen in itertools.product(*longs):
            hiragana.setdefault("".join(sign + long for (sign, _), long in zip(parts, chosen, strict=True)))
    typed_long = "".join("ー" if _lengthens(parts, at) else sign for at, (sign, _) in enumerate(parts))
    ways = [_to_katakana(typed_long), *list(katakana)[:MOST_WAYS], *list(hiragana)[:MOST_WAYS]]
    return list(dict.fromkeys(ways))


def reading_of(kana: str) -> str:
    """Kana in Hepburn letters without long vowels, as `beginning_of` gives what somebody types."""
    said, at = "", 0
    signs = "".join(chr(ord(sign) - 0x60) if "\u30a1" <= sign <= "\u30f6" else sign for sign in kana)
    doubled = False
    while at < len(signs):
        sign = signs[at]
        size = 2 if signs[at : at + 2] in _HEPBURN else 1
        part = "n" if sign == "ん" else _HEPBURN.get(signs[at : at + size], "")
        said += (("t" if part.startswith("ch") else part[:1]) if doubled else "") + part
        doubled = sign == "っ"
        at += size
    return _DROPPED.sub(lambda match: match[1] or match[2], said)


def beginning_of(typed: str) -> str:
    """What somebody types, letter by letter, as readings have it: "toukyou", "tōkyō" and "tokyo" are one; "" if it is none."""
    plain = unicodedata.normalize("NFC", typed.casefold()).translate(_BARRED).replace(" ", "")
    if not _TYPED.fullmatch(plain) or len(plain) > 2 * MOST_LETTERS:
        return ""
    for tail in range(min(3, len(plain))):
        whole = plain[: len(plain) - tail]
        if (parts := _parts(whole)) is not None:
            return reading_of("".join(sign for sign, _ in parts)) + plain[len(whole) :]
    return ""


def runs_of(text: str) -> list[str]:
    """The stretches of kana in a text."""
    return _KANA.findall(text)


def _parts(word: str) -> list[tuple[str, str]] | None:
    """The syllables of a word in hiragana, each with its vowel ("" of ん and っ); None where it is no Japanese."""
    left = unicodedata.normalize("NFC", word.casefold()).translate(_BARRED)
    if not left or len(left) > MOST_LETTERS or not _TYPED.fullmatch(left):
        return None
    parts: list[tuple[str, str]] = []
    while left:
        if parts and left[0] == "-":
            parts.append(("ー", ""))
            left = left[1:]
            continue
        size = next((size for size in range(min(_LONGEST, len(left)), 0, -1) if left[:size] in _SYLLABLES), 0)
        if size:
            parts.append((_SYLLABLES[left[:size]], left[size - 1]))
            left = left[size:]
        elif left[0] == "n" or (left[0] == "m" and left[1:2] in set("bpm")):
            parts.append(("ん", ""))
            left = left[1:].lstrip("'’")
        elif left[0] == left[1:2] or left.startswith("tch"):
            parts.append(("っ", ""))
            left = left[1:]
        else:
            return None
    return parts


def _draws(parts: list[tuple[str, str]]) -> list[tuple[bool, ...]]:
    """Which vowels are drawn out: none, one, and so on."""
    vowels = [
        at
        for at, (_, vowel) in enumerate(parts)
        if vowel and not _lengthens(parts, at) and not _lengthens(parts, at + 1)
    ][:MOST_LONG]
    found = [
        tuple(at in chosen for at in range(len(parts)))
        for count in range(len(vowels) + 1)
        for chosen in itertools.combinations(vowels, count)
    ]
    return found[:MOST_WAYS]


def _lengthens(parts: list[tuple[str, str]], at: int) -> bool:
    """Whether a syllable is only the length of the one before."""
    if not 0 < at < len(parts):
        return False
    sign, before = parts[at][0], parts[at - 1][1]
    return sign == "ー" or (bool(before) and sign in _drawn_out(before))


def _drawn_out(vowel: str) -> tuple[str, ...]:
    """How hiragana write that a vowel is long."""
    return {"o": ("う", "お"), "e": ("い", "え"), "a": ("あ",), "i": ("い",), "u": ("う",)}.get(vowel, ())


def _to_katakana(kana: str) -> str:
    return "".join(chr(ord(sign) + 0x60) if "\u3041" <= sign <= "\u3096" else sign for sign in kana)
