"""Words that most questions of a language have and that say little of what is asked for."""

from collections.abc import Collection

from vermilion.engines.tokens import fold
from vermilion.search.query import Group, Query

SHARE = 0.3
"""How much a small word counts where the question has others."""
COMMON = 0.15
"""A word in more than this share of the notes of its language is small as well."""
ENOUGH = 300
"""Of so many notes of a language that says something."""

_LISTS = {
    "en": """a about after all also am an and any are as at be been before being between but by can could did do does
        doing during each for from get got had has have he her here him his how i if in into is it its just like many may
        me mean means more most much must my no not of on one only or other our out over own please same she should so
        some such tell than that the their them then there these they this those through to too under until up very was
        way we were what when where which while who whom whose why will with would you your called used""",
    "es": """a al algo algún alguna como cómo con cuál cuando cuándo cuánto cuesta de del dónde donde el ella en es ese eso
        esta este esto está están fue ha hacer hay ir la las le lo los más me mi muy no o para pero por porque puede puedo
        qué que quién se ser si sin sobre son su sus también te tengo tiene tu un una uno unos y ya yo""",
    "pt": """a ao aos as até com como da das de dele do dos e é ela ele em entre era essa esse esta este está eu fazer foi há
        ir isso já lhe mais mas me meu minha muito na não nas no nos o onde os ou para pela pelo pode posso por porque qual
        quando quanto que quem se sem ser seu sua são também te tem tenho um uma umas uns você""",
    "fr": """à a ai au aux avec avoir ce ces cet cette comme comment d dans de des donc du elle en est et être eu fait faire il ils
        j je l la le les leur lui ma mais me mes moi mon n ne nos notre nous on ont ou où par pas peut plus pour pourquoi
        puis qu quand que quel quelle qui quoi s sa sans se ses si son sont sur ta te tes toi ton tu un une vos vous y""",
    "de": """aber alle als am an auch auf aus bei bin bis das dass dein dem den der des die dir doch du ein eine einem einen
        einer er es für gibt hat habe haben hier ich ihr im in ist ja kann kein können man mehr mein mich mir mit muss nach
        nicht noch nur ob oder ohne sein sich sie sind so über um und uns viel vom von vor wann war warum was wenn wer wie
        wir wird wo wohin zu zum zur""",
    "it": """a ad ai al alla alle anche c che chi ci col come con così cosa da dal dalla degli dei del della delle di do dove e è
        fare gli ha ho i il in io l la le lei lo lui ma mi mia mio molto ne nei nel nella no non o per perché più può qual
        quale quando quanto quello questo qui se sei si sono sta su sua sul sulla suo tra tu un una uno voi""",
    "ru": """а бы был была было быть в вам вас вот все всё вы где да для до его ее её если есть еще ещё же за и из или им их к
        как какая какие какой когда кто ли меня мне можно мой мы на надо не нет ни но нужно о об он она они от по под при с
        сколько со так такое там то тоже только ты у уже чем что чтобы это этот я""",
    "zh": "什么 怎么 么样 怎样 如何 为什 哪里 哪儿 哪个 哪些 多少 请问 可以 有没 没有 是不 一个 这个 那个 我们 你们 他们 知道 不知 的吗",
    "ja": """とは です ます して する した から まで こと もの どう なに どこ すか って ない いる ある たい ので ため くだ ださ
        さい どれ れは 教え えて のは""",
    "ko": "어떻 떻게 무엇 어디 에서 하는 으로 있는 합니 니다 인가 가요 나요 세요 해요 뭐예 예요 이란 무슨 어느 얼마 마나",
    "ar": "ما ماذا كيف أين متى لماذا من في على إلى عن هل هو هي هذا هذه ذلك التي الذي مع أو و ثم كل لا لم لن إن أن كان أي كم بعد قبل",
    "id": """ada adalah agar apa atau bagaimana bisa dan dari dengan di dia dimana ini itu jika juga kami kapan karena ke kita
        kenapa lagi mana mereka saya seperti sudah tidak untuk yang""",
}  # fmt: skip
SMALL = {lang: frozenset(map(fold, words.split())) for lang, words in _LISTS.items()}


def small_groups(query: Query, rates: dict[str, float]) -> frozenset[int]:
    """The places of those groups that say little, where another says more: also what small words are called elsewhere.

    `rates`: in which share of the notes of the question's language a word stands, as far as that says something.
    """
    if query.tags or query.phrases:
        return frozenset()
    known = SMALL.get(query.lang, SMALL["en"])
    units = frozenset(
        unit
        for group in query.groups
        if group.source == "words" and len(group.units) == 1 and _is_small(group, known, rates)
        for unit in group.units
        if not _has_more(query, unit, known, rates)
    )
    found = frozenset(
        at
        for at, group in enumerate(query.groups)
        if set(group.units) <= units or (group.source == "words" and _is_small(group, known, rates))
    )
    return found if len(found) < len(query.groups) else frozenset()


def _has_more(query: Query, unit: int, known: Collection[str], rates: dict[str, float]) -> bool:
    """Whether a run has other signs than small ones."""
    return any(
        not _is_small(group, known, rates)
        for group in query.groups
        if group.source == "words" and unit in group.units
    )


def _is_small(group: Group, known: Collection[str], rates: dict[str, float]) -> bool:
    word = group.alternatives[0].words[0]
    return word in known or rates.get(word, 0.0) > COMMON
