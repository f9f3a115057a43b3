import html
import random
import re
import unicodedata

import pytest

from vermilion.kernel.errors import Invalid
from vermilion.kernel.text import clean, content_hash, fold_tag, links_in, mentions_in, tags_in, to_html

# Pieces that break naive handling of text; random strings are put together from them.
PIECES = (
    "a", "Z", "9", " ", "\n", "\r\n", "\t", "<", ">", "&", '"', "'", "#", "@", "·", ".", "_", "/", ":", "-", "é", "e\u0301",
    "ß", "İ", "旅", "行", "ね", "고", "ق", "ط", "\u202e", "\u202c", "\u2067", "\u2069", "\u200b", "\u200d", "\ufeff",
    "\x07", "\x7f", "\u0301", "\u0336", "\u0489", "\u05b7", "😀", "👩‍👧", "#travel", "@mei.lin", "https://a.example/x?y=1&z=<b>",
    "http://", "<script>", "</p>", "&lt;", "javascript:", "#1", "##", "@@", "𝕏", "ﬁ", "\u1e9b\u0323", "ー", "\u2028",
)  # fmt: skip


def texts(count: int = 400) -> list[str]:
    chance = random.Random(7)  # noqa: S311 - the same texts each time
    return ["".join(chance.choices(PIECES, k=chance.randrange(40))) for _ in range(count)]


def test_cleaning_twice_is_cleaning_once() -> None:
    for text in texts():
        once = clean(text, "body")
        assert clean(once, "body") == once, ascii(text)
        line = clean(text, "title", lines=False)
        assert clean(line, "title", lines=False) == line, ascii(text)


def test_clean_text_is_composed_and_has_no_controls_overrides_or_edges() -> None:
    for text in texts():
        found = clean(text, "body")
        assert unicodedata.is_normalized("NFC", found), ascii(text)
        assert found == found.strip()
        assert "\n\n\n\n" not in found
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\ufeff]", found), ascii(text)
        assert "\n" not in clean(text, "title", lines=False)


def test_isolates_and_joiners_stay_because_writers_need_them() -> None:
    assert clean("\u2067שלום\u2069 👩‍👧", "body") == "\u2067שלום\u2069 👩‍👧"


def test_zalgo_keeps_at_most_a_few_marks() -> None:
    found = clean("Z" + "\u0300\u0336\u0489" * 40 + "algo", "body")
    assert sum(unicodedata.combining(char) > 0 for char in found) <= 4
    assert found.endswith("algo")


def test_many_marks_of_ordinary_writing_stay() -> None:
    vietnamese = "Tiếng Việt nghiễm nhiên"
    assert clean(unicodedata.normalize("NFD", vietnamese), "body") == vietnamese


def test_an_override_inside_a_word_does_not_split_what_belongs_together() -> None:
    assert clean("e\u202a\u0301", "body") == "é"


@pytest.mark.parametrize(
    ("text", "code"), [("a\0b", "text_nul"), ("a\ud800", "text_surrogate"), ("\udfffb", "text_surrogate")]
)
def test_nul_and_lone_surrogates_are_refused_with_the_field_they_stand_in(text: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        clean(text, "bio")
    assert (caught.value.code, caught.value.facts["field"]) == (code, "bio")
    assert clean(text.replace("\0", "").encode("utf-16", "ignore").decode("utf-16"), "bio")


def test_tags_are_found_once_each_in_order_and_as_written() -> None:
    assert tags_in("#Travel #旅行 #travel, #猫税! x#no &#39; #123 #2024年 a/#b ##c") == [
        "Travel",
        "旅行",
        "猫税",
        "2024年",
    ]
    assert tags_in("https://a.example/#frag #real") == ["real"]


def test_tags_that_mean_the_same_have_one_key() -> None:
    assert fold_tag("Travel") == fold_tag("TRAVEL") == fold_tag("ＴＲＡＶＥＬ") == "travel"
    assert fold_tag("e\u0301te\u0301") == fold_tag("été")
    for text in texts(100):
        for tag in tags_in(text):
            assert fold_tag(fold_tag(tag)) == fold_tag(tag), ascii(tag)


def test_mentions_are_handles_and_not_addresses() -> None:
    assert mentions_in("@Mei.Lin, @mei.lin. @小林 mail@host.example https://a.example/@x @a") == [
        "mei.lin",
        "小林",
    ]


def test_links_end_where_the_sentence_goes_on() -> None:
    assert links_in("see https://a.example/x, (http://b.example/y) https://c.example/路。再见 ftp://no") == [
        "https://a.example/x", "http://b.example/y", "https://c.example/路",
    ]  # fmt: skip
    assert links_in("HTTPS://LOUD.EXAMPLE/a") == ["HTTPS://LOUD.EXAMPLE/a"]


def test_html_holds_no_markup_but_our_own_and_says_what_the_text_said() -> None:
    for text in texts():
        made = to_html(clean(text, "body"))
        tags = re.findall(r"<[^>]*>", made)
        assert all(re.fullmatch(r"</?(a|bdi|br)( [a-z]+=\"[^\"<>]*\")*>", tag) for tag in tags), (
            ascii(text),
            tags,
        )
        assert tags.count("</a>") == sum(tag.startswith("<a ") for tag in tags)
        said = html.unescape(re.sub(r"<[^>]*>", "", made.replace("<br>", "\n")))
        assert said.replace("…", "") in clean(text, "body") or said == clean(text, "body"), ascii(text)


def test_only_http_addresses_become_links() -> None:
    made = to_html('javascript:alert(1) https://a.example/?q="><script> data:text/html,x')
    assert re.findall(r'href="([^"]*)"', made) == ["https://a.example/?q="]
    assert "<script>" not in made


def test_tags_and_mentions_link_to_their_pages() -> None:
    made = to_html("#Travel @Mei")
    assert 'href="/topic/travel"' in made
    assert 'href="/@mei"' in made


def test_long_addresses_are_shown_short_but_kept_whole() -> None:
    address = "https://a.example/" + "x" * 80
    made = to_html(address)
    assert f'href="{address}"' in made
    assert "…" in made


def test_the_same_words_have_the_same_hash() -> None:
    assert content_hash("旅行") == content_hash("旅行") != content_hash("旅行 ")
    assert len(content_hash("")) == 16
