"""What a town can be typed as, and what it is called in a language."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from string import ascii_lowercase

from babel import Locale

from vermilion.engines.tokens import fold, normal
from vermilion.kernel.record import Record

LONGEST_KEY = 60
_SMALL = frozenset(ascii_lowercase)
_CODE = re.compile("[A-Z]{3}")
_HAN = re.compile("[\u3400-\u9fff]{2,}")
_KANA = re.compile("[\u3400-\u9fff\u3041-\u30ff・]*[\u30a1-\u30fa][\u3400-\u9fff\u3041-\u30ff・]*")
_HANGUL = re.compile("[\uac00-\ud7a3]{2,}( [\uac00-\ud7a3]+)*")
_RUSSIAN = re.compile("[А-Яа-яЁё-]{2,}")
_ARABIC = re.compile("(?!.*ى.)[\u0621-\u063a\u0641-\u064a -]{2,}")
_IN_SIGNS = {"CN", "HK", "JP", "MO", "TW"}
_LOCALES = {
    "en": "en", "zh": "zh_Hans", "es": "es", "pt": "pt", "fr": "fr", "de": "de", "it": "it", "ru": "ru", "ja": "ja",
    "ko": "ko", "ar": "ar", "id": "id", "tr": "tr", "vi": "vi", "th": "th", "nl": "nl", "pl": "pl", "uk": "uk", "hi": "hi",
}  # fmt: skip


class Entry(Record, kw_only=True, frozen=True):
    """A town as the gazetteer has it; which of its names belongs to which language it does not say."""

    geonameid: int
    name: str
    countrycode: str
    latitude: float
    longitude: float
    population: int
    timezone: str
    alternatenames: tuple[str, ...] = ()


def key_of(name: str) -> str:
    """A name as it is looked up: without case, accents, spaces and punctuation."""
    folded = fold(normal(name))
    return "".join(char for char in folded if char.isalnum() or unicodedata.category(char)[0] == "M")[
        :LONGEST_KEY
    ]


def keys_of(entry: Entry, names: Mapping[str, str]) -> dict[str, int]:
    """Everything a town can be typed as, and how much that weighs: its people, fewer for names that are less its own.

    Names in small Latin letters were made by machines, one letter after another. The code of its airport is no name.
    """
    found: dict[str, int] = {}
    for name in (entry.name, *names.values(), *entry.alternatenames):
        if _CODE.fullmatch(name) or not (key := key_of(name)):
            continue
        share = 1 if name == entry.name or name in names.values() else 50 if name[0] in _SMALL else 5
        found.setdefault(key, entry.population // share)
    return found


def zone_towns(entries: Iterable[Entry]) -> dict[int, str]:
    """Of the towns that time zones are called after, by number, the zone; the largest of those called so."""
    best: dict[str, Entry] = {}
    for entry in entries:
        called = entry.timezone.rsplit("/", 1)[-1].replace("_", " ")
        if key_of(called) == key_of(entry.name) or called in entry.alternatenames:
            known = best.get(entry.timezone)
            if known is None or known.population < entry.population:
                best[entry.timezone] = entry
    return {entry.geonameid: zone for zone, entry in best.items()}


def names_of(entry: Entry, zone: str | None) -> dict[str, str]:
    """What a town is called by language, where that is certain: after its time zone, or by the writing of its names."""
    found = {lang: name for lang, pick in _PICKS.items() if (name := pick(entry))}
    if zone is not None:
        found |= _of_zone(zone)
    return {lang: name for lang, name in found.items() if name != entry.name}


def _chinese(entry: Entry) -> str | None:
    """The shortest name in Chinese signs, a simplified one before others; 市 at its end does not count."""
    names = [name for name in entry.alternatenames if _HAN.fullmatch(name)]
    bare = [name.removesuffix("市") if len(name) > 2 else name for name in names]
    return min(bare, key=lambda name: (not _is_simplified(name), len(name)), default=None)


def _is_simplified(name: str) -> bool:
    try:
        name.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _japanese(entry: Entry) -> str | None:
    signs = entry.countrycode in _IN_SIGNS
    names = [name for name in entry.alternatenames if (_HAN if signs else _KANA).fullmatch(name)]
    return min(
        (name.removesuffix("市") for name in names if len(name) > 2 or name[-1] != "市"),
        key=len,
        default=None,
    )


def _korean(entry: Entry) -> str | None:
    names = [name.removesuffix(" 시") for name in entry.alternatenames if _HANGUL.fullmatch(name)]
    return min(names, key=len, default=None)


def _only(form: re.Pattern[str]) -> Callable[[Entry], str | None]:
    """The one name in a writing; where there are several, some are of other languages, and nobody says which."""

    def pick(entry: Entry) -> str | None:
        names: Sequence[str] = [name for name in entry.alternatenames if form.fullmatch(name)]
        return names[0] if len(names) == 1 else None

    return pick


_PICKS: Mapping[str, Callable[[Entry], str | None]] = {
    "zh": _chinese,
    "ja": _japanese,
    "ko": _korean,
    "ru": _only(_RUSSIAN),
    "ar": _only(_ARABIC),
}


@cache
def _zones() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for lang, locale in _LOCALES.items():
        for zone, words in Locale.parse(locale).time_zones.items():
            if city := words.get("city"):
                found[zone][lang] = city
    return dict(found)


def _of_zone(zone: str) -> dict[str, str]:
    return _zones().get(zone, {})
