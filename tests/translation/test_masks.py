"""What no engine may touch goes out of its sight and comes back in its place."""

import pytest

from vermilion.translation.masks import mask, restore, segments, shown, undressed, without_controls


def kinds(text: str, *, numbers: bool = False) -> list[tuple[str, str]]:
    return [(part.kind, part.text) for part in segments(text, numbers=numbers) if part.kind]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("read https://example.org/a_(b)?x=1&y=%20#c, then", [("link", "https://example.org/a_(b)?x=1&y=%20#c")]),
        ("菜谱在这里：https://example.com/r?id=42，大家自取", [("link", "https://example.com/r?id=42")]),
        ("see www.example.de/karten, quick", [("link", "www.example.de/karten")]),
        ("write to mei.tan+photos@example.org now", [("link", "mei.tan+photos@example.org")]),
        ("周末去了杭州#旅行 #西湖", [("tag", "#旅行"), ("tag", "#西湖")]),
        ("#穿搭#ootd#日常", [("tag", "#穿搭"), ("tag", "#ootd"), ("tag", "#日常")]),
        ("#美食[话题]# 好吃", [("tag", "#美食[话题]#")]),
        ("we are #1 today", []),
        ("C# and F# are fine", []),
        ("@joao.silva 和 @李小雨 来了", [("mention", "@joao.silva"), ("mention", "@李小雨")]),
        ("好吃😭😭👩🏽‍🚀🇿🇦", [("emoji", "😭😭👩🏽‍🚀🇿🇦")]),
        ("被种草了 (╥﹏╥) 哈", [("kaomoji", "(╥﹏╥)")]),
        ("so tired :( today", [("kaomoji", ":(")]),
        ("<b>big</b> &lt; news", [("code", "<b>"), ("code", "</b>"), ("code", "&lt;")]),
        ("⟦1⟧ and [MASK] and [2]", [("code", "⟦1⟧"), ("code", "[MASK]"), ("code", "[2]")]),
        ("{name} owes %d", [("code", "{name}"), ("code", "%d")]),
        ("５分 and ٤٢", [("number", "٤٢")]),
        ("plain words, nothing else (really)", []),
    ],
)  # fmt: skip
def test_what_is_masked(text: str, found: list[tuple[str, str]]) -> None:
    assert kinds(text) == found
    assert "".join(part.text for part in segments(text)) == text


def test_numbers_and_prices_are_masked_when_asked_for() -> None:
    assert kinds("R$35 por 2 km, -7°C, 20:30", numbers=True) == [
        ("number", "R$35"), ("number", "2 km"), ("number", "-7°C"), ("number", "20:30"),
    ]  # fmt: skip
    assert kinds("R$35 por 2 km") == []


def test_masks_at_the_edges_are_not_shown_to_an_engine() -> None:
    masked = mask(segments("#早餐 今天吃了 @mei 做的面 😋 https://example.org"))
    assert (masked.lead, masked.words, masked.trail) == (
        "#早餐 ",
        "今天吃了 [1] 做的面",
        " 😋 https://example.org",
    )
    assert restore(masked, "had noodles by [1]") == "#早餐 had noodles by @mei 😋 https://example.org"


@pytest.mark.parametrize("answer", ["no mask", "[1]", "[1] [1] [2]", "[1] [2] [3]", "[2] [7]"])
def test_an_answer_without_each_mask_just_once_cannot_be_restored(answer: str) -> None:
    assert restore(mask(segments("和@mei去了#西湖 玩")), answer) is None


@pytest.mark.parametrize("answer", ["went to [2] with [1]!", "went to 【2】 with ［ 1 ］!"])
def test_masks_may_change_places_and_brackets(answer: str) -> None:
    assert restore(mask(segments("和@mei去了#西湖 玩")), answer) == "went to #西湖 with @mei!"


def test_a_tag_does_not_grow_into_its_new_neighbours() -> None:
    assert restore(mask(segments("我爱#西湖 的水")), "I love[1]water") == "I love #西湖 water"


def test_a_text_that_looks_like_a_mask_is_a_mask_of_its_own() -> None:
    masked = mask(segments("脚注[1]和[2]互相指着[1]"))
    assert shown(masked.words) == [1, 2, 3][: len(masked.kept)]
    assert restore(masked, masked.words) == "脚注[1]和[2]互相指着[1]"


def test_invisible_signs_do_not_reach_an_engine() -> None:
    assert mask(segments("wi\u200bdth \u202espaces\u2069")).words == "width spaces"
    assert without_controls("a\u202eb\u0000c\u200bd") == "abcd"
    assert without_controls("می\u200cخواهم") == "می\u200cخواهم"


def test_letters_in_costume() -> None:
    assert undressed("Ｗｈａｔ 𝓲𝓼 ⓣ") == "What is t"
    assert undressed("３，ｱ") == "3，ｱ"
