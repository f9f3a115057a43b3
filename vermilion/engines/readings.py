"""How Chinese is read: pinyin with tone marks, and which of several readings a sign has where it stands."""

import re

_SYLLABLE = re.compile(r"^([A-Za-z:üÜ]+?)([1-5])$")
_MARKS = {
    "a": "āáǎà",
    "e": "ēéěè",
    "i": "īíǐì",
    "o": "ōóǒò",
    "u": "ūúǔù",
    "ü": "ǖǘǚǜ",
    "A": "ĀÁǍÀ",
    "E": "ĒÉĚÈ",
    "O": "ŌÓǑÒ",
}
_PARTED_BEFORE = frozenset("aāáǎàeēéěèoōóǒò")

USUAL = {
    "长": "cháng", "地": "de", "得": "de", "的": "de", "着": "zhe", "了": "le", "还": "hái", "都": "dōu", "只": "zhǐ",
    "行": "xíng", "为": "wèi", "种": "zhǒng", "重": "zhòng", "发": "fā", "干": "gàn", "好": "hǎo", "教": "jiāo",
    "没": "méi", "和": "hé", "空": "kōng", "当": "dāng", "数": "shù", "切": "qiē", "弹": "tán", "更": "gèng", "会": "huì",
    "少": "shǎo", "看": "kàn", "说": "shuō", "把": "bǎ", "差": "chà", "中": "zhōng", "转": "zhuǎn", "几": "jǐ", "应": "yīng",
    "要": "yào", "累": "lèi", "个": "gè", "过": "guò", "上": "shàng", "分": "fēn", "卷": "juǎn", "强": "qiáng", "假": "jiǎ",
    "省": "shěng", "系": "xì", "间": "jiān", "结": "jié", "朝": "cháo", "薄": "báo", "晕": "yūn", "挣": "zhèng", "吗": "ma",
    "吧": "ba", "呢": "ne", "啊": "a", "么": "me", "们": "men", "子": "zi", "背": "bèi", "倒": "dào", "便": "biàn",
    "那": "nà", "哪": "nǎ", "给": "gěi", "量": "liàng", "乐": "lè", "相": "xiāng", "处": "chù", "正": "zhèng",
}  # fmt: skip
"""How a sign is read that stands alone, where the dictionaries know several ways."""

_COUNTED = frozenset("一二两三四五六七八九十百千几这那每半数")
_WHO = frozenset(
    {"我", "你", "您", "他", "她", "它", "咱", "谁", "也", "就", "都", "又", "总", "可", "非", "还", "必"}
)
_AFTER_GROWN = ("了", "着", "得", "出", "满", "高", "胖", "到", "成")


def in_context(sign: str, before: str, after: str) -> str | None:
    """The reading of a sign that is a word by itself, between the words beside it; None: nothing is known of it."""
    counted = before[-1:] in _COUNTED or before[-1:].isdigit()
    reading = USUAL.get(sign)
    match sign:
        case "长" if after.startswith(_AFTER_GROWN) and before[-1:] not in set("很太多么"):
            reading = "zhǎng"
        case "地" if len(before) < 2 or not after:
            reading = "dì"
        case "得" if after and (before in _WHO or before.endswith("们")):
            reading = "děi"
        case "还" if after in {"钱", "书", "清", "了"} or after.startswith("给"):
            reading = "huán"
        case "行" if counted:
            reading = "háng"
        case "只" if counted:
            reading = "zhī"
        case "种" if after in {"菜", "花", "树", "草", "地", "了"} and not counted:
            reading = "zhòng"
        case "重" if after in {"新", "做", "写", "来"}:
            reading = "chóng"
    return reading


def marked(numbered: str) -> str:
    """Pinyin with numbers ("lu:4 xing2") as it is printed: one word, with tone marks ("lǜxíng")."""
    return joined([_marked(syllable) for syllable in numbered.split()])


def joined(syllables: list[str]) -> str:
    """Syllables as one word, an apostrophe where it could be parted wrongly."""
    word = ""
    for syllable in syllables:
        if word and word[-1].isalpha() and syllable[:1].lower() in _PARTED_BEFORE:
            word += "'"
        word += syllable
    return word


def _marked(syllable: str) -> str:
    found = _SYLLABLE.match(syllable)
    if found is None:
        return syllable
    letters, tone = found[1].replace("u:", "ü").replace("U:", "Ü").replace("v", "ü"), int(found[2])
    if letters == "r":
        return "r"
    at = _vowel(letters)
    if tone == 5 or at is None:
        return letters
    return letters[:at] + _MARKS[letters[at]][tone - 1] + letters[at + 1 :]


def _vowel(letters: str) -> int | None:
    """Where the mark goes: on a or e, on the o of ou, else on the last vowel."""
    lower = letters.lower()
    for wanted in ("a", "e", "ou"):
        if wanted in lower:
            return lower.index(wanted)
    return max((at for at, letter in enumerate(letters) if letter in _MARKS), default=None)
