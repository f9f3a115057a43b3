"""Orders to whoever writes: a text that tells a reader to write, say or ignore something says so in any language."""

import re

_VERBS = {
    "en": r"\b(?:ignore|disregard|forget|respond|reply|answer|write|say|print|output|tell|list|name|translate)\b",
    "zh": "忽略|无视|無視|忘记|忘掉|回答|回复|写|寫|说|說|输出|告诉|告訴|列出|翻译",
    "es": r"\b(?:ignor[aeá]|olvid[ae]|respond[ae]|contest[ae]|escrib[aei]|di\b|dime|diga|imprim[ae]|traduc[ei]|enumera|nombra)\w*",
    "pt": r"\b(?:ignor[ae]|esque[cç]|respond[ae]|escrev[ae]|diz|diga|imprim[ae]|traduz|list[ae])\w*",
    "fr": r"\b(?:ignor|oubli|répond|écri|di[st]|imprim|tradui|list|nomm)\w*",
    "de": r"\b(?:ignorier|missacht|vergiss|vergess|antwort|schreib|sag|druck|gib|übersetz|nenn)\w*",
    "it": r"\b(?:ignor|dimentic|rispond|scriv|di\b|dì|dimmi|dica|stamp|traduc|elenc)\w*",
    "ja": "無視|忘れ|答え|回答|返信|書|出力|言|教え|述べ|訳",
    "ko": "무시|잊|대답|답하|답해|쓰|써|적|말|출력|알려|번역",
    "ru": r"\b(?:игнорир|проигнорир|забуд|забыв|ответ|отвеч|напиш|пиш|скаж|вывед|назов|перевед)\w*",
    "ar": "تجاهل|انس|أجب|اجب|اكتب|أكتب|قل|اطبع|اذكر|ترجم",
    "id": r"\b(?:abaikan|lupakan|jawab|balas|tulis|katakan|sebutkan|cetak|terjemahkan)\w*",
}
_ONLY = re.compile(
    r"\b(?:only|just|nothing but|sol[oa]|sólo|só|apenas|somente|seulement|uniquement|rien que|nur|soltanto|только|лишь|hanya|saja)\b"
    "|只|仅|僅|だけ|のみ|만|فقط",
    re.IGNORECASE,
)
_ABOVE = re.compile(
    r"\b(?:all|everything|the) (?:of )?(?:the )?(?:above|previous|instructions?|before)|previous instructions?"
    "|todo lo anterior|tudo (?:o que|acima)|tout ce qui précède|alles (?:oben|davor|bisher)|tutto (?:ciò|quanto|quello)"
    "|以上|上面|上述|之前的|ここまで|上記|위의|이전|всё? (?:выше|предыдущ)|ما سبق|كل ما",
    re.IGNORECASE,
)
_COMMAND = re.compile(
    r"\W*(?:please )?(?:ignore|disregard|respond|reply with|answer with|write|print|output|list|translate)\b",
    re.IGNORECASE,
)
_WORDS = {lang: re.compile(verbs, re.IGNORECASE) for lang, verbs in _VERBS.items()}


def is_order(words: str, lang: str) -> bool:
    """Whether it tells its reader what to write: begins as a command, or has such a verb with "only" or "the above"."""
    verbs = _WORDS.get(lang)
    if verbs is None or not verbs.search(words):
        return False
    return bool(_ONLY.search(words) or _ABOVE.search(words) or (lang == "en" and _COMMAND.match(words)))


def has_order(words: str, lang: str) -> bool:
    """Whether such a verb stands in it, as it must in the translation of an order; True where the verbs are not known."""
    verbs = _WORDS.get(lang)
    return verbs is None or verbs.search(words) is not None
