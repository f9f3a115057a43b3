"""What kind of answer a question wants, by its words in twelve languages, and what of it is left to look for."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from vermilion.search.amounts import Amount, amounts
from vermilion.search.schema import AnswerKind as Kind


class Wish(NamedTuple):
    """A question understood: the kind of its answer, and its words without those that say the kind."""

    kind: Kind
    rest: str


# Patterns of words, a blank between two ways; "_" stands for a blank in a way. The first kind that fits holds.
_WAYS: dict[Kind, str] = {
    "price": r"""how_much_(?:is|are|does|do|did|was|for|to_pay)? how_expensive what_does_\w+_cost (?:costs?|prices?|fees?|fares?|charges?)
        cu[aá]nto_(?:cuesta|cuestan|vale|valen|sale|es) cu[aá]nto_se_paga precios? cuesta cuestan
        quanto_(?:custa|custam|[eé]|fica|costa|costano|viene) pre[cç]os? custa custam costa costano prezz[oi]
        combien_(?:co[uû]te(?:nt)?|[cç]a_co[uû]te) prix co[uû]te(?:nt)? tarifs?
        (?:wie_viel|wieviel|was)_(?:kostet|kosten) kostet kosten preise?
        сколько_(?:стоит|стоят|стоило) ц[еи]н[аыу]? стоимость стоит стоят
        بكم كم_(?:سعر|يكلف|تكلف|ثمن|التكلفة|تكلفة) سعر ثمن تكلفة
        多少[钱錢] [几幾][块塊元] 价格 價格 价钱 價錢 费用 費用 贵不贵 いくら(?:です)?か?
        値段 料金 費用 얼마(?:예요|에요|인가요|나|야)? 가격 비용 요금""",
    "duration": r"""how_long(?:_(?:does|do|did|is|will|should|to)(?:_it_take)?)? how_many_(?:hours|minutes|days|weeks)
        cu[aá]nto_(?:tiempo|dura|tarda) cu[aá]nt[ao]s_(?:horas|minutos|d[ií]as)
        quanto_(?:tempo|dura) quant[ao]s_(?:horas|minutos|dias) quant[ei]_(?:ore|minuti|giorni)
        combien_(?:de_temps|d['’]heures|de_jours|de_minutes) wie_lange(?:_dauert)? wie_viele_(?:stunden|minuten|tage)
        (?:сколько|как_долго)_(?:времени|часов|минут|дней|длится|занимает)
        сколько(?=_(?:варить|жарить|печь|ехать|идти|готовить|лететь))
        كم_(?:يستغرق|ساعة|دقيقة|يوما|يومًا|المدة)
        多[长長][时時][间間]? 多久 [几幾](?:个小时|小時|小时|分钟|分鐘|天) 何分 何時間 何日 どのくらい(?:の時間)? どれくらい
        얼마나_(?:걸리\w*|오래) 몇_?(?:분|시간|일)(?:이나|_동안)?""",
    "hour": r"""what_time(?:_(?:does|do|is))? ^when(?:_(?:does|do|is|are|can|should|to))? opening_(?:hours|times?) opens? closes?
        a_qu[eé]_hora horarios? cu[aá]ndo a_que_horas hor[aá]rios? quando quelle_heure horaires? quand
        wann um_wie_viel_uhr öffnungszeiten a_che_ora orari[oi]? во_сколько когда متى في_أي_ساعة
        [几幾][点點][钟鐘]? 什么[时時]候 什麼時候 营业[时時][间間] [营營][业業]时间 何時 いつ 営業時間 몇_시(?:에)? 언제""",
    "number": r"""how_(?:many|much|far|hot|cold|big|old) cu[aá]nt[ao]s? quant[ao]s? quanti quante combien_(?:de|d['’])?
        wie_(?:viele?|weit|heiß|heiss|kalt)
        wieviele? сколько كم 多少 [几幾](?:个|個|公里|度|克|勺|杯) 多[远遠大高]
        何(?:個|度|グラム|枚|キロ) どれだけ
        몇_?(?:개|도|그램|명|킬로)?""",
    "place": r"""where(?:_(?:is|are|can|do|does|to))? d[oó]nde onde où wo(?:hin)? dove где куда أين اين
        哪里 哪裡 哪儿 哪兒 在哪 什么地方 去哪 どこ(?:で|に)? 어디(?:서|에|에서|예요)? """,
    "way": r"""how_(?:to|do|does|can|should|did) c[oó]mo(?:_se)? comment(?:_faire)? wie come(?:_si)? как كيف
        怎么(?:做|样|办|去|写|弄)? 怎麼 如何 怎样 どうやって どうすれば やり方 作り方 어떻게 방법 """,
    "yes_no": r"""^(?:is|are|can|does|do|did|will|should|has|have|may|was|were)_ (?:^|_)(?:est-ce_que) ^هل 吗 嗎
        能不能 可不可以 是不是 有没有 有沒有 好不好 要不要 需不需要
        ですか ますか ^(?:ist|sind|kann|darf|muss|gibt_es|hat)_ (?:^|_)ли(?:_|$) (?:인가요|나요|되나요|을까요|ㄹ까요)""",
}  # fmt: skip

_SMALL_WORDS = """a an the of for to in on at by with from and or is are was were be been do does did can could should would will i you we
    they it me my your there what which who whose any some much many get go need take have has that this best good
    de la el los las un una unos unas del al en por para con y o que qué es son se mi tu su lo le hay puedo debo
    o os as um uma do da dos das no na nos nas em e ou é são eu meu minha para pelo pela
    le les des du au aux à et ou est sont je tu il on mon ma pour dans sur avec ce cette une d l faut peut y a-t-il quel quelle
    der die das den dem des ein eine einen einem einer und oder ist sind ich du man es im am zum zur für mit von auf in zu nach
    il lo gli i una dei delle del della di da per con che è sono si
    в на и с со по к у о об для до от за из не что как это мне я можно нужно ли а
    في من على إلى الى عن مع ما هو هي أن التي الذي هل يا
    的 了 吗 呢 在 是 我 你 有 去 要 能 可以 什么 哪 嗎 想
    は が を に へ と も の で か な です ます"""
_SMALL = frozenset(_SMALL_WORDS.split())
HALF = 0.5

_BARE = re.compile(
    r"(?<![\d:.,])\d{2,6}(?![\d:%])|[两三四五六七八九]?[百千][一二三四五六七八九十百]*|[一二三四五六七八九]?十[一二三四五六七八九]?"
)
_NUMBER = re.compile(r"\d|[一二两三四五六七八九十百千]+[\u4e00-\u9fff]")
_PLACE = re.compile(
    r"""📍|\b(?:near|next\sto|opposite|behind|street|station|square|corner|exit|floor|cerca|junto|calle|esquina|plaza|estaci[oó]n|
        rua|largo|perto|esta[cç][aã]o|rue|place|gare|pr[eè]s|straße|strasse|platz|bahnhof|neben|via|piazza|vicino|stazione|jalan|dekat|
        улиц\w*|ул\.|площад\w*|метро|станци\w*|у\s|metro|m[eé]tro)\b|[路街站巷弄口]|出口|旁边|附近|对面|左转|右转|楼|駅|通り|近く|역|출구|근처|골목|앞|شارع|محطة|قرب|بجانب""",
    re.IGNORECASE | re.VERBOSE,
)
_STEP = re.compile(
    r"(?:\d+\s?[.)、）]|[①-⑳])|(?:step|paso|passo|étape|schritt|шаг)\b|先|首先|まず", re.IGNORECASE
)
_COMPILED: dict[Kind, re.Pattern[str]] = {}
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_SIGNS = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\u0e00-\u0e7f]")


def wish_of(question: str) -> Wish:
    """What kind of answer is wanted, and the question without the words that say so and those that say nothing."""
    kind: Kind = "open"
    text = " ".join(question.split())
    for name in _WAYS:
        if name in ("place", "way", "number", "yes_no") and kind != "open":
            break
        found = _pattern(name).search(text)
        if found:
            kind, text = name, f"{text[: found.start()]} {text[found.end() :]}"
            text = _pattern(name).sub(" ", text) if name != "yes_no" else text
    return Wish(kind, _telling(text) or question)


def cued(kind: Kind, text: str) -> float:
    """Whether a sentence has what such a question wants: 1; something that may be it: a half."""
    found = amounts(text)
    match kind:
        case "price" | "hour" | "duration":
            if any(one.sort == kind for one in found):
                return 1.0
            return HALF if kind == "price" and _BARE.search(_without(text, found)) else 0.0
        case "number":
            return 1.0 if _NUMBER.search(text) else 0.0
        case "place":
            return 1.0 if _PLACE.search(text) else 0.0
        case "way":
            is_step = _STEP.match(text) or any(one.sort in {"duration", "number"} for one in found)
            return 1.0 if is_step else 0.0
    return 0.0


def says_kind(kind: Kind, text: str) -> bool:
    """Whether a sentence names the kind itself: "prices", "opening hours"."""
    return kind in {"price", "hour", "duration"} and _pattern(kind).search(text) is not None


def _without(text: str, found: Sequence[Amount]) -> str:
    """A text without its amounts."""
    for one in reversed(found):
        text = f"{text[: one.start]} {text[one.end :]}"
    return text


def _pattern(kind: Kind) -> re.Pattern[str]:
    if kind not in _COMPILED:
        ways = sorted((way.replace("_", r"\s") for way in _WAYS[kind].split()), key=len, reverse=True)
        _COMPILED[kind] = re.compile(
            "|".join(way if _stands_free(way) else rf"(?<!\w){way}(?!\w)" for way in ways), re.IGNORECASE
        )
    return _COMPILED[kind]


def _stands_free(way: str) -> bool:
    """Whether it is found within a run of signs, or says itself where it stands."""
    return _SIGNS.search(way) is not None or way.startswith(("^", "(?:^"))


def _telling(text: str) -> str:
    return " ".join(word for word in _WORD.findall(text) if word.casefold() not in _SMALL)
