"""How an interface language says things: its catalogue, counts, times and the names of languages."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import (
    format_date,
    format_datetime,
    format_skeleton,
    format_time,
    format_timedelta,
    get_timezone_location,
)
from babel.messages.pofile import read_po
from babel.numbers import format_compact_decimal, format_decimal
from babel.units import format_unit

from vermilion.kernel.types import UNDETERMINED

INTERFACES = {
    "en": "en", "zh": "zh_Hans", "zh-Hant": "zh_Hant", "es": "es", "pt": "pt", "fr": "fr", "de": "de", "it": "it",
    "ar": "ar", "ja": "ja", "ko": "ko", "ru": "ru",
}  # fmt: skip
"""Reading language -> the interface's locale; any other reader is spoken to in English."""

ROOM_LANGUAGES = ("en", "zh", "es", "pt", "ar", "fr", "de", "it", "ru", "ja", "ko", "id")
"""Languages the first page offers to be read in."""

_MARKS = {
    "zh": "中", "ja": "日", "ko": "한", "ar": "ع", "ru": "РУ", "uk": "УК", "hi": "हि", "th": "ไทย",
}  # fmt: skip
_OWN_NAMES = {
    "zh": "中文",
    "zh-Hans": "简体中文",
    "zh-Hant": "繁體中文",
    "pt": "Português",
    "es": "Español",
    "id": "Bahasa Indonesia",
    "und": "",
}


def _one_or_many(number: int) -> int:
    return int(number != 1)


def _always(_number: int) -> int:
    return 0


def _russian(number: int) -> int:
    if number % 10 == 1 and number % 100 != 11:
        return 0
    return 1 if 2 <= number % 10 <= 4 and not 10 <= number % 100 < 20 else 2


PLURAL_FORMS: dict[str, Callable[[int], int]] = {
    "en": _one_or_many,
    "es": _one_or_many,
    "pt": _one_or_many,
    "de": _one_or_many,
    "it": _one_or_many,
    "fr": lambda n: int(n > 1),
    "ru": _russian,
    "zh_Hans": _always,
    "zh_Hant": _always,
    "ja": _always,
    "ko": _always,
    "ar": lambda n: n if n < 3 else 3 if 3 <= n % 100 <= 10 else 4 if n % 100 <= 2 else 5,
}
"""As Babel writes the Plural-Forms of these catalogues."""
_SPANS = ((730 * 86400, "year"), (60 * 86400, "month"), (86400, "day"), (3600, "hour"), (60, "minute"))
_LOCALES = Path(__file__).parent / "locales"


@lru_cache(maxsize=1)
def read_catalogues() -> dict[str, Mapping[str, str | tuple[str, ...]]]:
    """Locale -> message id -> its translation (a tuple of forms for plurals), from the .po files."""
    return {
        locale: _read_catalogue(_LOCALES / locale / "LC_MESSAGES" / "vermilion.po")
        for locale in INTERFACES.values()
    }


def _read_catalogue(path: Path) -> dict[str, str | tuple[str, ...]]:
    if not path.exists():
        return {}
    with path.open("rb") as file:
        catalogue = read_po(file)
    found: dict[str, str | tuple[str, ...]] = {}
    for message in catalogue:
        key = message.id if isinstance(message.id, str) else message.id[0]
        words = message.string if isinstance(message.string, str) else tuple(message.string or ())
        if key and words and all(words):
            found[key] = words
    return found


def language_mark(lang: str) -> str:
    """One or two signs for a language, such as 中 or EN."""
    base = lang.split("-", maxsplit=1)[0]
    return _MARKS.get(base) or base.upper()


@lru_cache(maxsize=256)
def own_name(lang: str) -> str:
    """What a language calls itself."""
    if lang in _OWN_NAMES:
        return _OWN_NAMES[lang]
    try:
        locale = Locale.parse(lang, sep="-")
    except (ValueError, LookupError):
        return lang
    name = locale.get_display_name(locale) or lang
    return name[0].upper() + name[1:]


def direction(lang: str) -> str:
    """The direction a language is written in: rtl or ltr."""
    return "rtl" if lang.split("-", maxsplit=1)[0] in {"ar", "he", "fa", "ur"} else "ltr"


_SIZES = ((10**12, "terabyte"), (10**9, "gigabyte"), (10**6, "megabyte"), (10**3, "kilobyte"), (1, "byte"))


class Wording:
    """The words of one interface language."""

    def __init__(self, locale: str) -> None:
        self.locale = locale
        self.tag = locale.replace("_", "-")
        self.dir = direction(self.tag)
        self._babel = Locale.parse(locale)
        self._messages = read_catalogues().get(locale, {})
        self.compact = lru_cache(maxsize=4096)(self._compact)
        self.language_name = lru_cache(maxsize=256)(self._language_name)
        self._span = lru_cache(maxsize=2048)(self._say_span)
        self._day = lru_cache(maxsize=2048)(self._say_day)
        self._moment = lru_cache(maxsize=2048)(self._say_moment)

    def gettext(self, message: str) -> str:
        """The message in this language, or itself where it has no translation."""
        found = self._messages.get(message, message)
        return found if isinstance(found, str) else found[0]

    def ngettext(self, one: str, many: str, number: int) -> str:
        """The form that goes with the number."""
        found = self._messages.get(one)
        if isinstance(found, tuple):
            return found[min(self._plural(number), len(found) - 1)]
        return one if number == 1 else many

    def _plural(self, number: int) -> int:
        return PLURAL_FORMS[self.locale](number)

    def _compact(self, number: int) -> str:
        if number < 1000:
            return str(number)
        return format_compact_decimal(number, locale=self._babel, fraction_digits=1)

    def decimal(self, number: int) -> str:
        """A whole number with the language's separators."""
        return format_decimal(number, locale=self._babel)

    def _language_name(self, lang: str) -> str:
        """What this language calls another one."""
        if lang == UNDETERMINED:
            return self.gettext("an unknown language")
        try:
            name = Locale.parse(lang, sep="-").get_display_name(self._babel)
        except (ValueError, LookupError):
            return lang
        return name or lang

    def country_name(self, code: str) -> str:
        """What this language calls a country."""
        return str(self._babel.territories.get(code, code))

    def ago(self, at: datetime) -> str:
        """How long ago, in the shortest form; a date when it is more than a week."""
        seconds = (datetime.now(UTC) - at).total_seconds()
        if seconds < 60:
            return self.gettext("just now")
        if seconds >= 7 * 86400:
            return self._date(at)
        unit = next(size for size in (86400, 3600, 60) if seconds >= size)
        return self._span(int(seconds // unit) * unit)

    def _say_span(self, seconds: int) -> str:
        """The shorter of the two short forms; never one that only puts a minus before the number ("-3 j")."""
        forms = [
            format_timedelta(-seconds, add_direction=True, format=form, threshold=1, locale=self._babel)
            for form in ("narrow", "short")
        ]
        return min(
            (form for form in forms if form[0] not in "-\u2212\u200e\u200f"), key=len, default=forms[1]
        )

    def span(self, seconds: int) -> str:
        """How long, in a unit that tells it well: "10 min", "8 days"."""
        size, unit = next((one for one in _SPANS if seconds >= one[0]), _SPANS[-1])
        length = {"year": 365 * 86400, "month": 30 * 86400}.get(unit, size)
        return str(
            format_unit(max(1, round(seconds / length)), f"duration-{unit}", "short", locale=self._babel)
        )

    def size(self, count: int) -> str:
        """Bytes in a unit that tells them well: "1.2 MB"."""
        step, unit = next((one for one in _SIZES if count >= one[0]), _SIZES[-1])
        number = round(count / step, 1 if step > 1000 and count < 100 * step else 0)
        return str(format_unit(number, f"digital-{unit}", "short", locale=self._babel))

    def _date(self, at: datetime) -> str:
        return self._day(at.date(), datetime.now(UTC).year)

    def _say_day(self, day: date, this_year: int) -> str:
        if day.year != this_year:
            return format_date(day, format="medium", locale=self._babel)
        return format_skeleton("MMMd", datetime.combine(day, time.min), locale=self._babel)

    def at(self, at: datetime, zone: str) -> str:
        """Day and time in a time zone, with its name: "Nov 3, 2026, 9:00 AM (Lisbon Time)"."""
        name = get_timezone_location(ZoneInfo(zone), locale=self._babel, return_city=True)
        there = ZoneInfo(zone)
        day = format_skeleton("yMMMEd", at, tzinfo=there, locale=self._babel)
        return f"{day}, {format_time(at, 'short', tzinfo=there, locale=self._babel)} ({name})"

    def time(self, at: datetime) -> str:
        """The time of day in the zone it is given in: "7:15 AM"."""
        return format_time(at, "short", tzinfo=at.tzinfo, locale=self._babel)

    def moment(self, at: datetime) -> str:
        """Date and time in full, for what is shown on hovering."""
        return self._moment(at)

    def _say_moment(self, at: datetime) -> str:
        return format_datetime(at, format="medium", locale=self._babel)


@lru_cache(maxsize=16)
def wording(language: str) -> Wording:
    """The words of an interface language, a key of INTERFACES."""
    return Wording(INTERFACES.get(language, "en"))
