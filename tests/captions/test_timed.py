"""Timed text is read strictly: only times and words come in, and what does not fit is told with its line."""

import pytest

from vermilion.captions.schema import MOST_CUES, Cue
from vermilion.captions.timed import MAX_BYTES, decoded, read, write
from vermilion.kernel.errors import Invalid

VTT = """WEBVTT - a head
Kind: captions

NOTE
nobody reads this --> 00:09.000

STYLE
::cue { background: url(https://elsewhere.example/x.png) }

REGION
id:fred

one
00:01.000 --> 00:02.500 align:start position:10%
<v Ana><b>Good</b> <00:01.500>morning &amp; &lt;hello&gt;</v>

00:00:02.500 --> 00:00:04.000
<img src="https://elsewhere.example/x.png">two
lines
"""

SRT = (
    "\ufeff1\r\n00:00:01,000 --> 00:00:02,500\r\n{\\an8}<i>Bom dia</i>\r\n\r\n"
    "2\r\n00:00:03,000 --> 00:00:04,000\r\n\r\n3\r\n00:00:05,000 --> 00:00:06,000\r\nTchau\r\n"
)


def test_of_webvtt_times_and_words_are_taken_and_nothing_else() -> None:
    assert read(VTT) == (
        Cue(start_ms=1000, end_ms=2500, text="Good morning & <hello>"),
        Cue(start_ms=2500, end_ms=4000, text="two\nlines"),
    )


def test_subrip_is_read_as_well_and_empty_lines_are_left_out() -> None:
    assert [(cue.start_ms, cue.text) for cue in read(SRT)] == [(1000, "Bom dia"), (5000, "Tchau")]


def test_lines_may_be_shown_together_and_stand_by_when_they_begin() -> None:
    found = read(
        "1\n00:00:05,000 --> 00:00:06,000\nlast\n\n2\n00:00:01,000 --> 00:00:04,000\n- first\n\n"
        "3\n00:00:01,000 --> 00:00:03,000\n- second\n\n4\n00:00:02,000 --> 00:00:09,000\n- third\n"
    )
    assert [(cue.start_ms, cue.end_ms, cue.text) for cue in found] == [
        (1000, 4000, "- first"),
        (1000, 3000, "- second"),
        (2000, 9000, "- third"),
        (5000, 6000, "last"),
    ]
    assert read(write(found)) == found


def test_times_that_were_rounded_over_one_another_follow_one_another() -> None:
    found = read(
        "1\n00:00:01,000 --> 00:00:02,001\na\n\n2\n00:00:02,000 --> 00:00:03,080\nb\n\n"
        "3\n00:00:03,000 --> 00:00:04,200\nc\n\n4\n00:00:04,000 --> 00:00:04,050\nd\n\n"
        "5\n00:00:04,040 --> 00:00:05,000\ne\n"
    )
    assert [(cue.start_ms, cue.end_ms) for cue in found] == [
        (1000, 2000),
        (2000, 3000),
        (3000, 4200),
        (4000, 4050),
        (4040, 5000),
    ]


def test_what_is_written_is_read_again() -> None:
    cues = (
        Cue(start_ms=0, end_ms=900, text="a < b & c > d"),
        Cue(start_ms=3_600_000, end_ms=3_601_000, text="你好\n再见", is_unsure=True),
    )
    again = read(write(cues, "heard --> by a machine"))
    assert [(cue.start_ms, cue.end_ms, cue.text) for cue in again] == [
        (cue.start_ms, cue.end_ms, cue.text) for cue in cues
    ]


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("", "captions_empty", None),
        ("WEBVTT\n\nNOTE nothing", "captions_empty", None),
        ("just words", "captions_no_times", 1),
        ("WEBVTT\n\n00:01.000 --> 00:0x.000\na", "captions_times", 3),
        ("WEBVTT\n\n00:61.000 --> 01:02.000\na", "captions_times", 3),
        ("WEBVTT\n\n00:03.000 --> 00:02.000\na", "captions_backwards", 3),
        ("WEBVTT\n\n00:03.000 --> 00:03.000\na", "captions_backwards", 3),
        ("WEBVTT\n\n00:05.000 --> 00:06.000\na\n\n00:04.000 --> 00:02.000\nb", "captions_backwards", 6),
        ("WEBVTT\n\n02:00.000 --> 02:01.000\na", "captions_after_end", 3),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\na\n00:02.000 --> 00:03.000\nb", "captions_times", 5),
        (f"WEBVTT\n\n00:01.000 --> 00:02.000\n{'a' * 500}", "captions_long", 4),
    ],
)
def test_what_does_not_fit_is_told_with_its_line(text: str, code: str, line: int | None) -> None:
    with pytest.raises(Invalid) as told:
        read(text, until_ms=60_000)
    assert (told.value.code, told.value.facts.get("line")) == (code, line)


def test_a_track_is_bounded() -> None:
    many = "WEBVTT\n\n" + "\n".join(
        f"{at // 60:02d}:{at % 60:02d}.000 --> {at // 60:02d}:{at % 60:02d}.900\na\n"
        for at in range(MOST_CUES + 1)
    )
    with pytest.raises(Invalid) as told:
        read(many)
    assert told.value.code == "captions_many"
    with pytest.raises(Invalid) as told:
        decoded(b"a" * (MAX_BYTES + 1))
    assert told.value.code == "captions_too_large"


def test_older_encodings_are_read_where_the_language_says_which() -> None:
    assert decoded("Привет".encode("cp1251"), "ru") == "Привет"
    assert decoded("你好".encode("gb18030"), "zh") == "你好"
    assert decoded("olá".encode("utf-16"), "pt") == "olá"
    for data in (b"\x00\x01\x02", b"WEBVTT\n\x1b[31m", "你好".encode("gb18030")[:-1]):
        with pytest.raises(Invalid) as told:
            decoded(data, "zh")
        assert told.value.code == "captions_encoding"
