"""What may be wrong with an engine's answer, told by comparing it with what was asked.

Each check is a guess that errs towards doubt: a doubtful answer costs another try, a wrong one would be read.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

from vermilion.engines.language import Language
from vermilion.translation.masks import EMOJI, LINK, MENTION, TAG, Masked, segments, shown, without_controls
from vermilion.translation.orders import has_order, is_order
from vermilion.translation.pieces import letters, scripts_of, weight

LEAST_RATIO, MOST_RATIO = 0.28, 3.4
_DIGITS = re.compile(r"\d+")
# A time, a date, a fraction, a number below nought, a flight, a telephone: the same to the letter in every language.
_FORMED = re.compile(
    r"\+\d[\d ()-]{6,}\d|[A-Z]{0,2}[$€£¥₩₽₹] ?\d[\d.,]*(?<=\d)"
    r"|(?<![0-9A-Za-z.])(?:-?\d+(?:[.,:/·-]\d+)+|[A-Za-z]{1,3}\d+(?:\.\d+)*[A-Z]?|\d+[A-Z])(?![A-Za-z])"
    r"|(?<![0-9A-Za-z.-])-\d+"
)
_BRAND = re.compile(r"[A-Za-z]?[a-z]+[A-Z][A-Za-z]*")
_LATIN_WORD = re.compile("[A-Za-z\u00c0-\u024f]+(?:['’-][A-Za-z\u00c0-\u024f]+)*")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]+")
_QUESTION = re.compile(r"[?？؟]|吗[。！~～\s]*$|[かの]な?[。！\s]*$")
# A question that may do without its sign; told from an outcry by how short an answer is.
_MAYBE_QUESTION = re.compile(
    r"什么|怎么|为什么|哪[个里儿座家位]|谁|几点|多少|^(?:what|who|how|why|when|where|which|does|do|is|are|can|could)\b",
    re.IGNORECASE,
)
_ASKED = re.compile(
    "[?？؟吗呢么吧か何谁哪啥几]|까|니|나요|왜|뭐|"
    r"^(?:is|are|was|were|do|does|did|have|has|can|could|will|would|should|what|who|how|why|when|where|which)\b",
    re.IGNORECASE,
)
_BRACKET = re.compile(r"</?[a-zA-Z][^<>]*>|<\|")
# Words that a model says of itself or of its task, and that hardly anybody writes in a note.
_CHATTER = (
    "as an ai", "language model", "i'm sorry, but", "i cannot assist", "i can't assist", "as a translator",
    "here is the translation", "here's the translation", "the translation is", "translation:", "translate the following",
    "语言模型", "作为ai", "作为一个ai", "人工智能助手", "作为翻译", "以下是翻译", "翻译如下", "翻译：", "译文：",
    "抱歉，我无法", "抱歉，我不能",
    "modelo de lenguaje", "modelo de linguagem", "modèle de langage", "sprachmodell", "言語モデル", "언어 모델", "языковая модель",
    "como ia,", "traducción:", "tradução:", "traduction :", "翻訳：", "번역:", "перевод:", "الترجمة:", "qwen", "通义千问",
    "alibaba cloud", "阿里云",
)  # fmt: skip
# Months, which some languages number.
_MONTH_NAMES = (
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|ene|abr|ago|dic|fev|mai|set|out|dez|févr|avr|juin|juil|août|okt|gen|"
    r"mag|giu|lug|ott|mei|agu|okt|des)[a-zéûçä]*\b|январ|феврал|март|апрел|мая|июн|июл|август|сентябр|октябр|ноябр|декабр|"
    "يناير|فبراير|مارس|أبريل|مايو|يونيو|يوليو|أغسطس|سبتمبر|أكتوبر|نوفمبر|ديسمبر"
)
_MONTH_NAME = re.compile(_MONTH_NAMES, re.IGNORECASE)
_MONTH = re.compile(r"(?<!\d)(?:1[0-2]|[1-9])\s?[月월]")
_NUMBER_WORDS = re.compile(
    "[一二两三四五六七八九十百千万亿半双俩零〇]|[하한둘두셋세넷네]\\s?(?:개|명|번|시|달)|"
    r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|hundred|thousand|"
    r"half|first|second|third|once|twice|noon|midnight|dozen|couple|"
    r"un|una|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|cien|mil|medio|media|primer\w*|segund\w*|"
    r"um|uma|dois|duas|três|quatro|sete|oito|nove|dez|cem|meia|"
    r"deux|trois|quatre|cinq|sept(?!\.)|huit|neuf|dix|cent|mille|demi|premier|"
    r"zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|hundert|tausend|halb|erst\w*|"
    r"due|tre|quattro|cinque|sei|sette|otto|nove|dieci|cento|mezz\w*)\b|"
    "один|одн|два|две|три|четыр|пять|шест|сем|восем|девят|десят|сто|тысяч|перв|втор|трет|пол",
    re.IGNORECASE,
)
_HAN_NUMBER = re.compile("[〇零一二两三四五六七八九十百千]+")
_HAN_DIGITS = {**{sign: value for value, sign in enumerate("零一二三四五六七八九")}, "〇": 0, "两": 2}
_HAN_UNITS = {"十": 10, "百": 100, "千": 1000}
_SCALED = re.compile(
    r"\d[\d.,]*\s?(?:[万萬亿億千百만천억]|[kKwWmM](?![A-Za-z])|(?:thousand|million|billion|mil\b|тыс|млн))"
)
# What somebody says who does as they are told, in the languages of the interface.
_OBLIGING = re.compile(
    r"\b(?:of course|sure|certainly|absolutely|claro|por supuesto|desde luego|com certeza|bien sûr|avec plaisir|natürlich|gerne?|"
    r"certo|certamente|volentieri|конечно|разумеется)\b|当然|好的|没问题|當然|沒問題|もちろん|承知|かしこまり|물론|알겠습니다|بالتأكيد|بالطبع",
    re.IGNORECASE,
)
# What some of those words also say: that a thing is plain.
_PLAIN = re.compile(
    r"明显|明顯|显然|顯然|肯定|一定|明らか|確か|분명|확실|\b(?:clear|obvious|evident|definite|claramente|klar|sicher|ясно|очевидно)",
    re.IGNORECASE,
)
# A word that is spoken of, not said: how do you say "slay" in Chinese?
_CITED = re.compile(r"[\"“‘'«「『]\s*([A-Za-z\u00c0-\u024f]+)\s*[\"”’'»」』]")
_QUOTED = re.compile("[\"“‘'«「『]([^\"“”‘’'«»「」『』]{1,6})[\"”’'»」』]")
_QUOTES = ('"', "“", "「", "«", "'", "『", "《", "‘")
# Latin words that stay in many languages.
_LOANS = frozenset(
    {
        "app", "vlog", "blog", "email", "mail", "link", "wifi", "wi-fi", "online", "offline", "podcast", "selfie",
        "ok", "okay", "pizza", "sushi", "ramen", "kpop", "k-pop", "dj", "tv", "pc", "pdf", "cd", "dvd", "vip", "diy",
        "web", "html", "javascript", "python", "sql", "api", "bug", "spa", "yoga", "karaoke", "robot", "radio",
        "video", "internet", "menu", "hotel", "taxi", "bar", "chat", "hobby", "rock", "jazz", "blues", "rap", "fan",
        "show", "shopping", "design", "marketing", "smartphone", "software", "hardware", "laptop", "streaming",
        "influencer", "stories", "story", "feed", "reel", "reels", "meme", "hashtag", "spoiler", "startup",
        "feedback", "outfit", "look", "vibe", "crush",
    }
)  # fmt: skip


class Checked(NamedTuple):
    """What a check sees: the piece as asked, the answer as given, and what is to become of it."""

    masked: Masked
    answer: str
    source: str
    target: str
    language: Language

    @property
    def words(self) -> str:
        """The piece as asked."""
        return self.masked.words


def faults(checked: Checked) -> tuple[str, ...]:
    """The names of the checks that fail; none: the answer may be shown."""
    if not checked.answer.strip():
        return ("empty",)
    return tuple(name for name, is_wrong in CHECKS.items() if is_wrong(checked))


def _masks_differ(checked: Checked) -> bool:
    return sorted(shown(checked.answer)) != list(range(1, len(checked.masked.kept) + 1))


def _lines_differ(checked: Checked) -> bool:
    return "\n" in checked.answer.strip()


def _wrong_script(checked: Checked) -> bool:
    """Mostly other letters than the target's, or kana nowhere in a longer Japanese answer."""
    counts = letters(_bare(checked.answer))
    right = sum(counts.get(name, 0) for name in scripts_of(checked.target))
    if checked.target == "ja" and not counts.get("kana") and counts.get("han", 0) > 6:
        return True
    copied = sum(len(word) for word in _names(checked.words)) if checked.target != "en" else 0
    others = sum(counts.values()) - right
    return others - copied > right or (not right and bool(counts) and not copied)


def _left_over(checked: Checked) -> bool:
    """Words of the source, or of a third writing, stand in the answer as they were."""
    allowed = set(scripts_of(checked.target)) | {"latin"}
    spoken_of = set(_QUOTED.findall(checked.words))
    said = _QUOTED.sub(lambda found: " " if found[1] in spoken_of else found[0], checked.answer)
    if any(name not in allowed for name in letters(said)):
        return True
    if checked.target == "ja" and checked.source == "zh" and _shares_run(checked.words, checked.answer, 6):
        return True
    if "latin" not in scripts_of(checked.target):
        return bool(strays(checked))
    if "latin" not in scripts_of(checked.source):
        if checked.target == "en":
            return False
        mixed = {
            word for word in _LATIN_WORD.findall(_bare(checked.words)) if word.islower() and len(word) > 3
        }
        return any(word in mixed and word not in _LOANS for word in _LATIN_WORD.findall(checked.answer))
    before, after = _lower_words(checked.words), _lower_words(checked.answer)
    return _shares_words(before, after, 4) or (len(before) > 2 and before == after)


def strays(checked: Checked) -> list[str]:
    """Words of the source that an answer in another writing has kept and that are no names, in their order."""
    if "latin" in scripts_of(checked.target):
        return [run for run in dict.fromkeys(_HAN.findall(checked.answer)) if run in checked.words]
    cited = set(_CITED.findall(checked.words))
    words = _LATIN_WORD.findall(_bare(checked.answer))
    return [word for word in dict.fromkeys(words) if word not in cited and _is_plain(word, checked)]


def _is_plain(word: str, checked: Checked) -> bool:
    """Whether a Latin word in an answer of another writing is no name: it is in lower case in the source."""
    if len(word) < 3 or word.lower() in _LOANS or not word.islower():
        return word.istitle() and len(word) > 2 and _opens_or_new(word, checked)
    return checked.source != "zh" or word not in _LATIN_WORD.findall(checked.words) or len(word) > 5


def _opens_or_new(word: str, checked: Checked) -> bool:
    """A capitalised word that the source does not have, or has in lower case or as its first word alone."""
    found = [match for match in _LATIN_WORD.finditer(checked.words) if match[0] == word]
    lower = word.lower() in _LATIN_WORD.findall(checked.words)
    return not found or (lower and "latin" in scripts_of(checked.source))


def _wrong_language(checked: Checked) -> bool:
    """A longer answer in the right writing but another tongue."""
    words = _bare(checked.answer)
    if checked.target not in ("zh", "ja") and len(_lower_words(words)) < 5:
        return False
    detected = checked.language.detect(words, reads=(checked.target, checked.target))
    return detected not in ("und", checked.target)


def _wrong_length(checked: Checked) -> bool:
    asked, given = weight(_bare(checked.words)), weight(_bare(checked.answer))
    return given > MOST_RATIO * asked + 24 or given < LEAST_RATIO * asked - 2


def _chatter(checked: Checked) -> bool:
    """Something of the prompt or of the model itself, which the source does not say."""
    before, after = checked.words.lower(), checked.answer.lower()
    return any(phrase in after and phrase not in before for phrase in _CHATTER)


def _answered(checked: Checked) -> bool:
    """The source asks and the answer does not, or begins with a readiness that the source does not have."""
    willing = _OBLIGING.search(checked.answer)
    if (
        willing
        and willing.start() < 3
        and not any(words.search(checked.words) for words in (_OBLIGING, _PLAIN))
    ):
        return True
    if _ASKED.search(checked.answer):
        return False
    if _MAYBE_QUESTION.search(checked.words) and weight(checked.answer) < 0.6 * weight(checked.words):
        return True
    return bool(
        re.search("[?？]", checked.words) if checked.source == "ja" else _QUESTION.search(checked.words)
    )


def _obeyed(checked: Checked) -> bool:
    """The source orders something to be written, and the answer holds no order."""
    ordered = any(is_order(checked.words, lang) for lang in (checked.source, "zh", "en"))
    return ordered and not has_order(checked.answer, checked.target)


def _numbers_lost(checked: Checked) -> bool:
    """A number of the source is missing; one with 万 or k may be written out, 11月 may be 十一月 or a name."""
    words = _SCALED.sub(" ", unicodedata.normalize("NFKC", checked.words))
    if _MONTH_NAME.search(checked.answer):
        words = _MONTH.sub(" ", words)
    before, after = Counter(_numbers(words)), Counter(_numbers(checked.answer))
    if "han" in scripts_of(checked.target):
        after += Counter(str(_of_han(number)) for number in _HAN_NUMBER.findall(checked.answer))
    whole = unicodedata.normalize("NFKC", checked.answer)
    return any(after[number] < count for number, count in before.items()) or any(
        number not in whole for number in _FORMED.findall(words)
    )


def _numbers_new(checked: Checked) -> bool:
    """A number that the source does not have, neither in digits nor in words."""
    if _NUMBER_WORDS.search(checked.words) or _SCALED.search(checked.words):
        return False
    answer = unicodedata.normalize("NFKC", checked.answer)
    if _MONTH_NAME.search(checked.words):
        answer = _MONTH.sub(" ", answer)
    return bool(set(_numbers(answer)) - set(_numbers(checked.words)))


def _names_lost(checked: Checked) -> bool:
    """A name in Latin letters that the target, Latin too, can only keep: out of another writing, or spelt like eBay."""
    if "latin" not in scripts_of(checked.target):
        return False
    answer = checked.answer.casefold()
    is_foreign = checked.target == "en" and "latin" not in scripts_of(checked.source)
    return any(
        name.casefold() not in answer
        for name in _names(_bare(checked.words))
        if (is_foreign and len(name) > 2) or _BRAND.fullmatch(name)
    )


def _added(checked: Checked) -> bool:
    """A link, a #tag, a @mention or code that nobody wrote."""
    return any(part.kind in (LINK, TAG, MENTION) for part in segments(_bare(checked.answer)))


def _loops(checked: Checked) -> bool:
    """The same words over and over, which the source does not do."""
    for least, times in ((1, 6), (4, 4), (12, 3)):
        repeats = rf"(.{{{least},40}}?)(?:[\s,，、。.!！]*\1){{{times - 1},}}"
        if re.search(repeats, _bare(checked.answer)) and not re.search(
            rf"(.{{1,40}}?)(?:[\s,，、。.!！]*\1){{{2 if least == 1 else 1},}}", checked.words
        ):
            return True
    return False


def _markup(checked: Checked) -> bool:
    """Brackets of markup that were not asked for."""
    return bool(_BRACKET.search(checked.answer)) and not _BRACKET.search(checked.words)


CHECKS: dict[str, Callable[[Checked], bool]] = {
    "mask": _masks_differ,
    "lines": _lines_differ,
    "script": _wrong_script,
    "left_over": _left_over,
    "language": _wrong_language,
    "length": _wrong_length,
    "chatter": _chatter,
    "answered": _answered,
    "obeyed": _obeyed,
    "number_lost": _numbers_lost,
    "number_new": _numbers_new,
    "name_lost": _names_lost,
    "added": _added,
    "loop": _loops,
    "markup": _markup,
}


def mended(masked: Masked, answer: str, hints: Sequence[tuple[str, str]] = ()) -> str:
    """The answer without what engines add of their own: emoji, quotation marks around it, marks of direction, a hint."""
    answer = without_controls(answer).strip()
    for (
        term,
        meaning,
    ) in hints:  # "(term: meaning)", as in the prompt, the term perhaps translated or left out
        if f"({meaning})" not in masked.words:
            answer = re.sub(rf"\s*[(（](?:[^()（）]*[:：] ?)?{re.escape(meaning)}[)）]", "", answer)
            answer = re.sub(rf"\s*[(（]{re.escape(term)}[:：][^()（）]*[)）]", "", answer)
    for left, right in (('"', '"'), ("“", "”"), ("「", "」"), ("«", "»"), ("'", "'")):
        is_quoted = len(answer) > 2 and answer[0] == left and answer[-1] == right and left not in answer[1:-1]
        if is_quoted and not masked.words.startswith(_QUOTES):
            answer = answer[1:-1].strip()
    return "".join(part.text for part in segments(answer) if part.kind != EMOJI).strip()


def _bare(words: str) -> str:
    return re.sub(r"[\[［【]\s*\d{1,3}\s*[\]］】]", " ", words)


def _numbers(words: str) -> list[str]:
    digits = unicodedata.normalize("NFKC", _bare(words))
    return [str(int(number)) for number in _DIGITS.findall(re.sub(r"(?<=\d)[,.](?=\d{3}\b)", "", digits))]


def _of_han(number: str) -> int:
    """十一 is 11, 二〇一六 is 2016."""
    whole = digits = 0
    for sign in number:
        if unit := _HAN_UNITS.get(sign):
            whole, digits = whole + (digits or 1) * unit, 0
        else:
            digits = 10 * digits + _HAN_DIGITS[sign]
    return whole + digits


def _lower_words(words: str) -> list[str]:
    return [word.lower() for word in _LATIN_WORD.findall(_bare(words))]


def _names(words: str) -> set[str]:
    return {word for word in _LATIN_WORD.findall(words) if not word.islower()}


def _shares_words(before: list[str], after: list[str], run: int) -> bool:
    runs = {tuple(before[at : at + run]) for at in range(len(before) - run + 1)}
    return any(tuple(after[at : at + run]) in runs for at in range(len(after) - run + 1))


def _shares_run(before: str, after: str, run: int) -> bool:
    return any(
        before[at : at + run] in after
        for at in range(len(before) - run + 1)
        if letters(before[at : at + run]).get("han", 0) == run
    )
