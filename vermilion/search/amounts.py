"""Numbers with what they count: money, times of day, how long, how much."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Literal, NamedTuple

Sort = Literal["price", "hour", "duration", "number"]


class Amount(NamedTuple):
    """A number in a text from `start` to `end`: its unit, and its value in it (times of day and durations in minutes)."""

    sort: Sort
    unit: str
    value: float
    start: int
    end: int


_MONEY = {
    "EUR": "€ euro euros eur евро يورو ユーロ 유로 欧元 歐元", "CNY": "元 块 块钱 塊 rmb yuan kuai 人民币 юань юаня юаней يوان 위안",
    "JPY": "円 yen 日元 엔 иена иен", "KRW": "원 won 韩元 ウォン вон", "GBP": "£ pound pounds quid 英镑 ポンド 파운드",
    "USD": "us$ $ dollar dollars dólares 美元 美金 ドル 달러 доллар доллара долларов bucks", "BRL": "r$ reais real",
    "RUB": "₽ руб рубль рубля рублей ruble rubles rouble roubles 卢布", "IDR": "rp rupiah rupiahs", "pesos": "peso pesos песо 比索",
    "CHF": "chf franken francs franc", "KZT": "тенге tenge 坚戈", "JOD": "دينار دنانير dinar dinars", "EGP": "جنيه جنيها egp",
    "MAD": "درهم دراهم dirham dirhams", "¥": "¥ ￥",
}  # fmt: skip
_LASTS = {
    1: "minute minutes min mins minuto minutos minuti minuten минута минуты минут мин دقيقة دقائق 分钟 分鐘 分間 분 menit",
    60: """hour hours hr hrs h hora horas heure heures stunde stunden std ora ore час часа часов ساعة ساعات
        小时 小時 個小時 个小时 个半小时 個半小時 時間 시간 jam""",
    1440: "day days día días dia dias jour jours tag tage tagen giorno giorni день дня дней сутки суток يوم أيام 天 日間 hari",
    10080: """week weeks semana semanas semaine semaines woche wochen settimana settimane неделя недели недель
        أسبوع أسابيع 周 週間 주 minggu""",
}
_MANY = {
    "km": "km км كم 公里 キロ", "m": "m м metres meters metros", "g": "g gr gram grams gramm г гр 克 グラム 그램 غرام",
    "kg": "kg kilo kilos кг 公斤", "ml": "ml мл", "°": "° °c degrees grad grados graus градусов градуса 度 도", "%": "%",
    "steps": "steps 级 ступеней ступени",
}  # fmt: skip
_UNITS: dict[str, tuple[Sort, str, float]] = {
    **{word: ("price", unit, 1.0) for unit, words in _MONEY.items() for word in words.split()},
    **{word: ("duration", "min", float(size)) for size, words in _LASTS.items() for word in words.split()},
    **{word: ("number", unit, 1.0) for unit, words in _MANY.items() for word in words.split()},
}
_SCALES = {"万": 10_000, "만": 10_000, "ribu": 1_000, "rb": 1_000, "mil": 1_000, "k": 1_000}
_HAN = {sign: at for at, sign in enumerate("零一二三四五六七八九")} | {"两": 2, "半": 0.5}
_SPOKEN = {
    2: "two dos dois duas deux zwei due два две", 3: "three tres três trois drei tre три", 4: "four cuatro quatro quatre vier четыре",
    5: "five cinco cinq fünf cinque пять", 6: "six seis sechs sei шесть", 7: "seven siete sete sept sieben sette семь",
    8: "eight ocho oito huit acht otto восемь", 9: "nine nueve nove neuf neun девять", 10: "ten diez dez dix zehn dieci десять",
    12: "twelve doce doze douze zwölf dodici двенадцать", 15: "fifteen quince quinze fünfzehn quindici пятнадцать",
    20: "twenty veinte vinte vingt zwanzig venti двадцать", 30: "thirty treinta trinta trente dreißig trenta тридцать",
    40: "forty cuarenta quarenta quarante vierzig quaranta сорок",
}  # fmt: skip
_WORDS = {word: number for number, words in _SPOKEN.items() for word in words.split()}
_TENS = {"十": 10, "百": 100, "千": 1000}

_CLOCK = re.compile(
    r"""(?<![\d:.,])(?P<h>[01]?\d|2[0-4])(?:[:：](?P<m>[0-5]\d)|\s?h(?P<m2>[0-5]\d)?(?![a-z])
            |[点點時时시](?:(?P<m3>[0-5]?\d)分?|(?P<half>半))?(?![間间간])|\s(?:uhr|часов\sутра|утра|вечера)(?!\w))?
        (?:\s?(?P<half_day>[ap])\.?\s?m\b\.?)?(?![\d:])""",
    re.IGNORECASE | re.VERBOSE,
)
_NUMBER = re.compile(
    rf"""(?P<before>(?:r\$|us\$|rp\.?|chf|rmb|[€£$¥￥₽₩])\s?)?
        (?:(?P<n>(?<![\d.,:])(?:\d{{1,3}}(?:[.,’'\u00a0\u202f\ ]\d{{3}})+|\d+)(?:[.,]\d{{1,2}})?(?![\d:]))
        |(?P<han>[零一二两三四五六七八九十百千]+)
        |(?<!\w)(?P<word>{"|".join(_WORDS)})(?=[\s\u00a0-]))
        (?:\s?(?P<scale>万|만|ribu\b|rb\b|mil\b|k\b))?[\s\u00a0-]?(?P<after>[€£$₽%°]|[^\W\d_]+)?""",
    re.IGNORECASE | re.VERBOSE,
)


def amounts(text: str) -> list[Amount]:
    """The amounts in a text in their order."""
    plain = "".join(_digit(char) for char in text)
    hours = list(_hours(plain))
    taken = [(one.start, one.end) for one in hours]
    others = [
        one for one in _counted(plain) if not any(one.start < end and start < one.end for start, end in taken)
    ]
    return sorted([*hours, *others], key=lambda one: one.start)


def _digit(char: str) -> str:
    return char if char.isascii() or not char.isdecimal() else str(unicodedata.decimal(char))


def _hours(text: str) -> Iterator[Amount]:
    for found in _CLOCK.finditer(text):
        if found[0].strip().isdigit():
            continue
        minutes = found["m"] or found["m2"] or found["m3"] or ("30" if found["half"] else "0")
        hour = int(found["h"])
        if found["half_day"] and hour <= 12:
            hour = hour % 12 + (12 if found["half_day"].lower() == "p" else 0)
        yield Amount("hour", "h", float(hour * 60 + int(minutes)), found.start(), found.end())


def _counted(text: str) -> Iterator[Amount]:
    for found in _NUMBER.finditer(text):
        unit, end = _unit_of(found)
        if unit is None:
            continue
        sort, name, factor = unit
        if found["after"] and found["after"].startswith(("个半", "個半")):
            sort, name, factor = "duration", "min", 90.0
        number = _number(found)
        scale = _SCALES.get((found["scale"] or "").lower(), 1)
        yield Amount(sort, name, number * scale * factor, found.start(), end)


def _number(found: re.Match[str]) -> float:
    if found["word"]:
        return float(_WORDS[found["word"].lower()])
    return _value(found["n"]) if found["n"] else _han(found["han"])


def _unit_of(found: re.Match[str]) -> tuple[tuple[Sort, str, float] | None, int]:
    """What is counted, by the sign before or the word behind; and where that ends."""
    after = (found["after"] or "").casefold()
    start = found.start("after")
    for size in range(min(len(after), 12), 0, -1):
        # A word counts whole; signs are followed by others.
        if after[:size] in _UNITS and (
            size == len(after) or (not after[size - 1].isascii() and _is_run(after[:size]))
        ):
            return _UNITS[after[:size]], start + size
    before = (found["before"] or "").strip().rstrip(".").casefold()
    if before:
        return _UNITS.get(before), found.end("scale") if found["scale"] else max(
            found.end("n"), found.end("han")
        )
    if (found["scale"] or "").lower() in {"rb", "ribu"}:
        return _UNITS["rp"], found.end("scale")
    return None, found.end()


def _is_run(text: str) -> bool:
    return all("\u3040" <= char <= "\u9fff" or "\uac00" <= char <= "\ud7a3" for char in text)


def _value(written: str) -> float:
    """1,200 and 1.200 are thousands, 7,50 and 3.40 are not."""
    plain = re.sub(r"[’'\u00a0\u202f ]", "", written)
    if re.fullmatch(r"\d{1,3}([.,]\d{3})+", plain):
        return float(re.sub(r"[.,]", "", plain))
    whole, _, rest = plain.replace(",", ".").rpartition(".")
    return float(f"{whole.replace('.', '')}.{rest}") if whole else float(rest)


def _han(written: str) -> float:
    """三十五 as 35; a single 一 is no number, it stands in too many words."""
    total, last = 0.0, 0.0
    for sign in written:
        if sign in _TENS:
            total, last = total + (last or 1) * _TENS[sign], 0.0
        else:
            last = _HAN[sign]
    return total + last
