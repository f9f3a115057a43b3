import subprocess
import sys
from pathlib import Path

import pytest

from vermilion.engines.dictionary import LEARNABLE, Dictionary, Span, Word
from vermilion.engines.readings import joined, marked
from vermilion.learning.schema import LEARNT


@pytest.fixture(scope="module")
def dictionary(dictionary_folder: Path) -> Dictionary:
    return Dictionary(dictionary_folder)


def read(words: list[Word]) -> str:
    return " ".join(f"{word.text}:{word.reading}" for word in words)


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("我去银行", "我:wǒ 去:qù 银行:yínháng"),
        ("行走在路上", "行走:xíngzǒu 在:zài 路上:lùshang"),
        ("他长大了", "他:tā 长大:zhǎngdà 了:le"),
        ("头发很长", "头发:tóufa 很:hěn 长:cháng"),
        ("我们还没还钱", "我们:wǒmen 还:hái 没:méi 还:huán 钱:qián"),
        ("三只猫", "三:sān 只:zhī 猫:māo"),
        ("我得走了", "我:wǒ 得:děi 走:zǒu 了:le"),
        ("跑得很快", "跑:pǎo 得:de 很:hěn 快:kuài"),
        ("便宜", "便宜:piányi"),
        ("会计很重", "会计:kuàijì 很:hěn 重:zhòng"),
        ("女儿在西安", "女儿:nǚ'ér 在:zài 西安:Xī'ān"),
        ("音乐快乐", "音乐:yīnyuè 快乐:kuàilè"),
    ],
)
def test_a_word_is_read_as_it_is_meant_where_it_stands(
    dictionary: Dictionary, text: str, readings: str
) -> None:
    assert read(dictionary.tongue("zh").words(text)) == readings


def test_what_is_no_word_is_left_between_the_words(dictionary: Dictionary) -> None:
    words = dictionary.tongue("zh").words("Hi! 你好😀，，2024年 @mei")
    assert [(word.start, word.text) for word in words] == [(4, "你好"), (13, "年")]
    assert [dictionary.tongue("zh").words(text) for text in ("", "…", "ok", "\u200b")] == [[], [], [], []]


def test_a_term_found_by_somebody_else_is_one_word(dictionary: Dictionary) -> None:
    words = dictionary.tongue("zh").words("今天yyds了", [Span(2, "yyds")])
    assert [(word.text, word.reading) for word in words] == [("今天", "jīntiān"), ("yyds", ""), ("了", "le")]


def test_a_word_in_traditional_signs_is_the_same_word(dictionary: Dictionary) -> None:
    words = dictionary.tongue("zh").words("還是很開心")
    assert [(word.text, word.key) for word in words] == [("還是", "还是"), ("很", "很"), ("開心", "开心")]


def test_entries_have_their_senses_the_reading_asked_for_first(dictionary: Dictionary) -> None:
    chinese = dictionary.tongue("zh")
    assert "long" in chinese.entries("长", "cháng")[0].senses
    assert "to grow" in chinese.entries("长", "zhǎng")[0].senses
    bank = chinese.entries("银行")[0]
    assert (bank.other_spelling, bank.senses, bank.measure) == ("銀行", ("bank",), "家 (jiā), 个 (gè)")
    assert chinese.entries("qwerty") == []


def test_english_words_are_looked_up_by_their_base_form(dictionary: Dictionary) -> None:
    english = dictionary.tongue("en")
    text = "It's depressing: the children were sitting in two banks, she went home"
    keys = {word.text: word.key for word in english.words(text)}
    assert {keys[form] for form in ("children", "were", "sitting", "banks", "went")} == {
        "child",
        "be",
        "sit",
        "bank",
        "go",
    }
    assert "银行" in {entry.word for entry in english.entries("bank")}
    assert english.words("123 — 你好 ☕") == []


@pytest.mark.parametrize(
    ("english", "chinese"),
    [("very", "很"), ("happy", "高兴"), ("bank", "银行"), ("friend", "朋友"), ("eat", "吃"), ("say", "说"),
     ("see", "看"), ("delicious", "好吃"), ("tired", "累"), ("child", "孩子"), ("beautiful", "美")],
)  # fmt: skip
def test_what_is_said_most_leads_among_the_words_for_an_english_one(
    dictionary: Dictionary, english: str, chinese: str
) -> None:
    assert dictionary.tongue("en").entries(english)[0].word == chinese


def test_pinyin_is_written_with_marks() -> None:
    assert marked("lu:4 xing2") == "lǜxíng"
    assert marked("Bei3 jing1") == "Běijīng"
    assert marked("yi1 hui4 r5") == "yīhuìr"
    assert marked("gui3 liu1 xx5 3") == "guǐliūxx3"
    assert joined(["xī", "ān"]) == "xī'ān"


def test_nothing_is_read_before_the_first_word(tmp_path: Path) -> None:
    dictionary = Dictionary(tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert set(LEARNABLE) == set(LEARNT)
    asked = "import sys, pathlib, vermilion.engines.dictionary as d; d.Dictionary(pathlib.Path()); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", asked], check=True, capture_output=True, text=True).stdout
    assert "vermilion.engines.dictionary" in loaded.split()
    assert "pypinyin" not in loaded.split()
    with pytest.raises(KeyError):
        dictionary.tongue("tlh")
