"""What no engine may touch: links, @mentions, #tags, emoji, kaomoji, code. It is masked before and put back after."""

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

LINK, TAG, MENTION, EMOJI, KAOMOJI, CODE, NUMBER = (
    "link",
    "tag",
    "mention",
    "emoji",
    "kaomoji",
    "code",
    "number",
)

_LATIN = "A-Za-z0-9_\u00c0-\u024f"
_PICTURE = (
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u231a-\u23ff\u24c2\u25a0-\u25fe\u2600-\u27bf\u2934\u2935"
    "\u2b05-\u2b55\u3030\u303d\u3297\u3299\ufffc\U00013000-\U0001342f\U0001f000-\U0001faff"
)
_JOINED = f"[{_PICTURE}][\ufe0e\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]*"
_CLUSTER = f"(?:[0-9#*]\ufe0f?\u20e3|{_JOINED}(?:\u200d{_JOINED})*)"
_ARM = "[ヾヽ٩۶╰╯╭╮っづつノシブ/／\\\\*＊~～┻━┬─︵︶ᕕᕗლ¯_♪☆✧*´`｀ﾉง凸Σ┌┐└┘]"
_FACE = "≧≦▽△ω∀дДД益皿﹏╥ಥಠ°□￣¯´｀`＾^•ᴥᐛツεз▼◕╯╰⌒∇≡〃＞＜・･¬‿◡⊙◎●○★☆;；╬ﾟ゜ↀ𖦹・ˊˋᵔ◠๑ˇ˘≖_Oo"
_INSIDE = f"[^()（）\\n{_LATIN.replace('0-9_', '')}\u4e00-\u9fff\uac00-\ud7a3]"
# A letter or two may stand in a face: (T_T), (TωT), (o^^o).
_KAOMOJI = (
    f"(?:{_ARM}{{1,4}}|(?<![A-Za-z])[oOmd])?[(（]"
    f"(?=[^()（）\\n]*[{_FACE}])(?:{_INSIDE}|[TtOoQqXxuUvVmMnd](?![A-Za-z])){{1,16}}[)）]"
    f"(?:{_ARM}{{1,4}}(?:[ ]?[┻━┬─︵]{{2,5}})?|[oOmb](?![A-Za-z]))?"
    "|ʕ[^ʔ\\n]{1,8}ʔ"
    r"|(?<![\w:;=<>^])(?:[:;=][-'^]?[)(DPpOo3/|\]\[*](?![\w/])|[xX]D\b|</?3+(?!\d)|\^[_.o-]?\^|T[_.]T|>[_.]<|-_-|=_="
    r"|[oO]_[oO]|QAQ|QwQ|QWQ|TAT|TwT|orz\b|OTZ\b)"
)
_NUMBER = (
    r"(?:[A-Z]{0,3}[$€£¥￥₩₽₹]|R\$)?[ ]?(?<![0-9A-Za-z_.])[-+]?\d+(?:[.,:/·-]\d+)*"
    r"(?:[ ]?(?:%|°C|°F|℃|℉|°|km|kg|cm|mm|ml|mg|GB|MB|TB|[$€£¥₩₽元]))?"
)
_KINDS: tuple[tuple[str, str], ...] = (
    (
        LINK,
        r"(?i:https?)://[^\s<>\"'，。！？、；：（）「」『』【】]+|\bwww\.[\w.-]+\.[a-z]{2,}(?:/[^\s，。！？、；：（）]*)?",
    ),
    (LINK, rf"[{_LATIN}.%+-]+@[{_LATIN}-]+(?:\.[{_LATIN}-]+)+"),
    (EMOJI, rf"{_CLUSTER}(?:[\ufe0f\u200d]*{_CLUSTER})*"),
    (
        CODE,
        r"<\|[^|<>\n]{1,40}\|>|</?[a-z][a-z0-9_-]*(?:\s+[a-z-]+=[^<>\n]{0,300}|\s*/)?>|<!--|-->|&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]{2,8});",
    ),
    (CODE, r"`[^`\n]{1,200}`|\$\{\w{1,30}\}|\{[\w,. ]{0,20}\}|%%|%[sd](?!\w)|__[A-Za-z0-9_]+__"),
    (CODE, r"\[\[?(?:[A-Za-z0-9_]{1,12}|[\w!?]{1,4}|\w{1,4}R)\]?\]|⟦[^⟧\n]{0,12}⟧|\[/?[A-Z]{2,12}\]"),
    (
        CODE,
        r"\b[A-Za-z]:\\[^\s，。]+\w|(?<![\w<.])\.{0,2}(?:/[\w.-]+){2,}|\\[A-Za-z](?:[0-9a-fA-F]{2,4})?(?:\[\w{1,3})?",
    ),
    (CODE, r"[\ue000-\uf8ff]+"),
    (TAG, r"(?<![&/])[#＃][^\s#＃\[\]@]{1,40}\[话题\][#＃]|(?<![&/])[#＃](?!\d+(?!\w))[\w·]{1,50}"),
    (MENTION, rf"(?<![{_LATIN}./])@(?:[{_LATIN}](?:[{_LATIN}.-]{{0,38}}[{_LATIN}])?|\w[\w.]{{0,28}}\w)"),
    (KAOMOJI, _KAOMOJI),
)
_ALIEN_NUMBER = r"[٠-٩۰-۹०-९๐-๙½¼¾①-⑳Ⅰ-Ⅻ⁰¹²³⁴-⁹](?:[:.,٫]?[٠-٩۰-۹०-९๐-๙½¼¾①-⑳Ⅰ-Ⅻ⁰¹²³⁴-⁹])*"
_LINK_TAIL = ".,;:!?)]}"

_INVISIBLE = re.compile(
    "[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufe0f\U0001f3fb-\U0001f3ff]"
)
_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)
# Letters and digits in costume, which no engine reads: full width, mathematical, in circles.
_COSTUMES = re.compile("[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\U0001d400-\U0001d7ff\u24b6-\u24e9]")
_WORDLESS = re.compile(r"[\W\d_]*")
_SHOWN = re.compile(r"[\[［【]\s*(\d{1,3})\s*[\]］】]")


def _compiled(numbers: bool) -> re.Pattern[str]:
    kinds = [*_KINDS, (NUMBER, _ALIEN_NUMBER), *([(NUMBER, _NUMBER)] if numbers else [])]
    return re.compile("|".join(f"(?P<{kind}_{at}>{form})" for at, (kind, form) in enumerate(kinds)))


_PLAIN, _WITH_NUMBERS = _compiled(numbers=False), _compiled(numbers=True)


class Segment(NamedTuple):
    """A stretch of a text; kind is empty for words."""

    text: str
    kind: str = ""


class Masked(NamedTuple):
    """`lead + words + trail`; in `words` the masks stand as [1], [2] for kept[0], kept[1]."""

    lead: str
    words: str
    trail: str
    kept: tuple[Segment, ...]


def segments(text: str, *, numbers: bool = False) -> list[Segment]:
    """The text cut into words and what is masked; joined again it is the text. `numbers`: mask those as well."""
    found, end = [], 0
    for match in (_WITH_NUMBERS if numbers else _PLAIN).finditer(text):
        kind, taken = (match.lastgroup or "").split("_")[0], match[0]
        if kind == LINK:
            taken = _without_tail(taken)
        lead = len(taken) - len(taken.lstrip(" "))
        start, stop = match.start() + lead, match.start() + len(taken)
        if start > end:
            found.append(Segment(text[end:start]))
        found.append(Segment(text[start:stop], kind))
        end = stop
    if end < len(text):
        found.append(Segment(text[end:]))
    return found


def _without_tail(link: str) -> str:
    while link and link[-1] in _LINK_TAIL and not (link[-1] == ")" and link.count("(") >= link.count(")")):
        link = link[:-1]
    return link


def has_words(parts: Sequence[Segment]) -> bool:
    """Whether anything is left to translate: letters outside of masks."""
    return any(not part.kind and not _WORDLESS.fullmatch(part.text) for part in parts)


def mask(parts: Sequence[Segment]) -> Masked:
    """Masks at the edges go into lead and trail, where no engine sees them; those between words become [1], [2]."""
    first, last = 0, len(parts)
    while first < last and (parts[first].kind or _WORDLESS.fullmatch(parts[first].text)):
        first += 1
    while last > first and (parts[last - 1].kind or _WORDLESS.fullmatch(parts[last - 1].text)):
        last -= 1
    if first == last:
        return Masked("".join(part.text for part in parts), "", "", ())
    # A number or punctuation beside words belongs to them; it is an edge only beyond a mask.
    while first > 0 and not parts[first - 1].kind:
        first -= 1
    while last < len(parts) and not parts[last].kind:
        last += 1
    kept: list[Segment] = []
    words = ""
    for part in parts[first:last]:
        if part.kind:
            kept.append(part)
            words += f"[{len(kept)}]"
        else:
            words += undressed(_INVISIBLE.sub("", part.text))
    lead, trail = "".join(part.text for part in parts[:first]), "".join(part.text for part in parts[last:])
    inner = words.strip()
    start = words.index(inner) if inner else 0
    return Masked(lead + words[:start], inner, words[start + len(inner) :] + trail, tuple(kept))


def undressed(words: str) -> str:
    """Words in the letters they are meant as."""
    return _COSTUMES.sub(lambda found: unicodedata.normalize("NFKC", found[0]), words)


def without_controls(words: str) -> str:
    """Words without characters that nobody sees, but for those that join letters."""
    return _CONTROLS.sub("", words)


def shown(words: str) -> list[int]:
    """The numbers of the masks in an engine's answer, in order."""
    return [int(number) for number in _SHOWN.findall(words)]


def restore(masked: Masked, answer: str) -> str | None:
    """The engine's answer with everything back in its place; None unless each mask stands in it just once."""
    if sorted(shown(answer)) != list(range(1, len(masked.kept) + 1)):
        return None
    parts: list[str] = []
    end = 0
    for match in _SHOWN.finditer(answer):
        kept = masked.kept[int(match[1]) - 1]
        parts.append(answer[end : match.start()])
        before = parts[-1][-1:] or (parts[-2][-1:] if len(parts) > 1 else "")
        if kept.kind in (TAG, MENTION, LINK) and _glued(before, "&/#@."):
            parts.append(" ")
        parts.append(kept.text)
        if kept.kind in (TAG, MENTION, LINK) and _glued(answer[match.end() : match.end() + 1], "./-"):
            parts.append(" ")
        end = match.end()
    return masked.lead + "".join([*parts, answer[end:]]) + masked.trail


def _glued(neighbour: str, signs: str) -> bool:
    return bool(neighbour) and (
        neighbour.isalnum() or neighbour == "_" or neighbour in signs.replace(".", "")
    )
