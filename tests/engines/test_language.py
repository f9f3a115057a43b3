import subprocess
import sys

import pytest

from vermilion.engines.language import LANGUAGES, Language

SAID = {
    "en": "Just moved here and I have no idea where to buy a bike, any tips?",
    "zh": "今天去吃了巷子里的馄饨，真的绝绝子",
    "es": "¿Alguien sabe dónde hay un sitio tranquilo para estudiar por aquí?",
    "pt": "Alguém sabe onde fica uma padaria boa perto da estação?",
    "fr": "On a trouvé une petite boulangerie, les croissants sont une tuerie",
    "de": "Weiß jemand, wo man hier am Sonntag noch Brötchen bekommt?",
    "it": "Qualcuno sa dove si mangia bene senza spendere troppo?",
    "ru": "Сегодня наконец-то солнце, гуляли весь день по набережной",
    "ja": "猫が箱に入って出てこない件について",
    "ko": "오늘 날씨 진짜 좋다 한강 가자",
    "ar": "صباح الخير من القاهرة، القهوة جاهزة",
    "id": "Pagi ini hujan terus, enaknya makan bakso sama teman-teman",
    "hi": "आज का दिन बहुत अच्छा था",
    "tr": "Bugün hava çok güzel, hep beraber sahile gidiyoruz",
    "vi": "Hôm nay trời đẹp quá, đi cà phê không mọi người?",
    "th": "วันนี้อากาศดีมาก ไปเที่ยวกันเถอะ",
    "nl": "Weet iemand waar je hier goede koffie kunt krijgen?",
    "pl": "Czy ktoś wie, gdzie można tu kupić dobry chleb?",
    "uk": "Сьогодні їздили в гори, було дуже гарно і тихо",
}


@pytest.fixture(scope="module")
def language() -> Language:
    return Language()


def test_every_language_has_a_sentence_here() -> None:
    assert set(SAID) == set(LANGUAGES)


@pytest.mark.parametrize("lang", sorted(SAID))
def test_a_sentence_is_recognised(language: Language, lang: str) -> None:
    assert language.detect(SAID[lang]) == lang


@pytest.mark.parametrize("lang", sorted(SAID))
def test_links_mentions_tags_emoji_and_numbers_do_not_count(language: Language, lang: str) -> None:
    assert (
        language.detect(f"😂😂 {SAID[lang]} https://example.org/the/best #foodie @the_cat 12:30 $40") == lang
    )


@pytest.mark.parametrize(
    "text",
    ["", "   ", "😂🔥🔥", "12:30 — 14:00", "https://example.org/the/best", "@ana_lx", "...!?", "Ω≈ç"[:2]],
)
def test_where_there_are_no_words_nothing_is_claimed(language: Language, text: str) -> None:
    assert language.detect(text) == "und"


def test_the_words_of_tags_count_where_there_are_no_others(language: Language) -> None:
    assert language.detect("#上海 #美食") == "zh"


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("今天的 mood，是 coffee time", "zh"),
        ("このcoffee shop最高すぎる", "ja"),
        ("超の好吃，我们下次再来", "zh"),
        ("營業時間請看門口", "zh"),
        ("ㅋㅋㅋㅋ", "ko"),
        ("meu 中文 é péssimo mas estou tentando", "pt"),
    ],
)
def test_mixed_texts_go_to_the_language_that_carries_them(language: Language, text: str, lang: str) -> None:
    assert language.detect(text) == lang


def test_what_its_author_reads_settles_a_doubtful_text(language: Language) -> None:
    assert language.detect("Casa Verde", reads=["pt"]) == "pt"
    assert language.detect("Casa Verde", reads=["es"]) == "es"
    assert language.detect("東京", hint="ja") == "ja"
    assert language.detect("東京", reads=["zh-Hans"]) == "zh"


def test_what_its_author_reads_does_not_overrule_a_clear_text(language: Language) -> None:
    assert language.detect(SAID["de"], reads=["pt", "en"]) == "de"
    assert language.detect(SAID["zh"], reads=["ja"]) == "zh"


@pytest.mark.parametrize("text", ["\0", "\ud800", "a\nb" * 5000, "\u202e" * 50, "e" + "\u0301" * 500])
def test_odd_texts_are_no_trouble(language: Language, text: str) -> None:
    assert language.detect(text) in (*LANGUAGES, "und")


def test_importing_reads_no_model() -> None:
    probe = (
        "import sys, vermilion.engines.language as module\n"
        "sys.addaudithook(lambda name, given: sys.exit(3) if name == 'socket.connect' else None)\n"
        "language = module.Language()\n"
        "assert '_model' not in vars(language)\n"
        "assert language.detect('Guten Morgen zusammen') == 'de'\n"
    )
    assert subprocess.run([sys.executable, "-c", probe], check=False).returncode == 0
