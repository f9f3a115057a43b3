"""What is worth believing of what a model heard, and how it is cut into lines that can be read under a film."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from vermilion.engines.speech_wire import RawLine, RawWord
from vermilion.kernel.record import Record

LEAST_LOG_PROBABILITY = -1.0
SILENCE, SILENCE_LOG_PROBABILITY = 0.6, -0.6
"""Where probably nobody speaks, the words must be likelier."""
MOST_REPETITION = 2.4
LEAST_WORD, LEAST_LINE = 0.15, 0.5
"""How sure the words of a line must be at least: the mean of the least sure half, and of all."""
MOST_ALIKE = 2
"""So often the same line may come in a row."""
MOST_SAME_WORDS = 4
MOST_LETTERS_A_SECOND, MOST_SIGNS_A_SECOND = 30.0, 11.0
"""Nobody speaks faster: letters of an alphabet, and signs that are a syllable each."""
LEAST_MS, LETTERS_FREE = 120, 4
UNSURE = 0.6
"""A line less sure than this is marked."""

CUE_LETTERS, CUE_SIGNS = 84, 36
"""Two lines of 42 letters, or of 18 signs."""
CUE_MS, LEAST_CUE_MS, PAUSE_MS = 6_000, 900, 700

_ASIDE = re.compile(r"[\[(（【♪♫*].*?[\])）】♪♫*]|[♪♫]")
_BLANKS = re.compile(r"\s+")
_SENTENCE, _CLAUSE = (".", "!", "?", "…", "。", "！", "？", "؟"), (",", ";", ":", "，", "、", "；", "：", "،")
# What the model has learnt from the ends of other people's films, and says where there is noise.
_FAREWELL = re.compile(
    r"thank(s| you) (so much |very much )?for watching|(please )?(like and )?subscribe|see you (in the )?next (time|video)"
    r"|let (us|me) know in the comments|subtit(les|ulos|rage|elung)|legendas? (por|pela)|untertitel|amara\.org|sous-titr"
    r"|字幕|订阅|訂閱|点赞|谢谢(大家)?(观看|收看)|ご視聴|시청해|구독|продолжение следует|редактор субтитров|ترجمة",
    re.IGNORECASE,
)
DOUBTFUL_LEAST = 0.8
"""How sure the words must be all in all where that is said, or numbers alone."""


class Cue(Record, kw_only=True, frozen=True):
    """A line of text and when it is shown, in milliseconds. confidence: 0 to 1."""

    start_ms: int
    end_ms: int
    text: str
    confidence: float


class Belief:
    """Believes of one film what was probably said, and forgets nothing meanwhile."""

    def __init__(self) -> None:
        self._last, self._times = "", 0

    def of(self, lines: Iterable[RawLine]) -> Iterator[RawLine]:
        """The lines to believe."""
        for line in lines:
            bare = bare_text("".join(word.text for word in line.words))
            self._times = self._times + 1 if bare == self._last else 1
            self._last = bare
            if self._times <= MOST_ALIKE and _was_said(line, bare):
                yield line


def _was_said(line: RawLine, bare: str) -> bool:
    if not any(letter.isalnum() for letter in bare) or line.log_probability < LEAST_LOG_PROBABILITY:
        return False
    if line.silence > SILENCE and line.log_probability < SILENCE_LOG_PROBABILITY:
        return False
    if line.repetition > MOST_REPETITION or _stammers(line.words) or _is_too_fast(line, bare):
        return False
    sure = sorted(word.confidence for word in line.words)
    if sum(sure) / len(sure) < LEAST_LINE:
        return False
    half = sure[: (len(sure) + 1) // 2]
    if sum(half) / len(half) < LEAST_WORD:
        return False
    # Numbers alone are as often counted aloud as made up.
    is_doubtful = _FAREWELL.search(bare) or not any(letter.isalpha() for letter in bare)
    return not is_doubtful or sum(sure) / len(sure) >= DOUBTFUL_LEAST


def _stammers(words: Sequence[RawWord]) -> bool:
    """Whether one word, or two or three in turn, come again and again."""
    bare = [word for word in (bare_text(each.text) for each in words) if word]
    for length in (1, 2, 3):
        run = 0
        for at in range(length, len(bare)):
            run = run + 1 if bare[at] == bare[at - length] else 0
            if run >= MOST_SAME_WORDS * length:
                return True
    return False


def _is_too_fast(line: RawLine, bare: str) -> bool:
    """Whether nobody could have said that in its time."""
    lasting = line.words[-1].end_ms - line.words[0].start_ms
    letters = [letter for letter in bare if letter.isalpha()]
    signs = sum(is_sign(letter) for letter in letters)
    needed = signs / MOST_SIGNS_A_SECOND + (len(letters) - signs) / MOST_LETTERS_A_SECOND
    return lasting < LEAST_MS or (len(letters) > LETTERS_FREE and needed * 1000 > lasting)


def cues(lines: Iterable[RawLine]) -> list[Cue]:
    """Believed lines cut where somebody pauses, ends a sentence, or the cue would be too long to be read."""
    found: list[Cue] = []
    for line in lines:
        held: list[RawWord] = []
        for word in line.words:
            if held and _is_full(held, word):
                found += _cue(held)
                held = []
            held.append(word)
        found += _cue(held)
    return _spread(found)


def _is_full(held: Sequence[RawWord], word: RawWord) -> bool:
    text = "".join(each.text for each in held).strip()
    size, most = _size(text), CUE_LETTERS
    if word.start_ms - held[-1].end_ms > PAUSE_MS or word.end_ms - held[0].start_ms > CUE_MS:
        return True
    if text.endswith(_SENTENCE):
        return size > most / 4
    if text.endswith(_CLAUSE):
        return size > most * 0.6
    return size + _size(word.text) > most


def _size(text: str) -> float:
    return sum(CUE_LETTERS / CUE_SIGNS if is_sign(letter) else 1.0 for letter in text)


def _cue(words: Sequence[RawWord]) -> list[Cue]:
    text = _BLANKS.sub(" ", _ASIDE.sub(" ", "".join(word.text for word in words))).strip()
    if not any(letter.isalnum() for letter in text):
        return []
    sure = sum(word.confidence for word in words) / len(words)
    start, end = words[0].start_ms, max(words[-1].end_ms, words[0].start_ms + LEAST_MS)
    return [Cue(start_ms=start, end_ms=end, text=text, confidence=round(sure, 3))]


def _spread(found: list[Cue]) -> list[Cue]:
    """In order, none over the next, each shown as long as it takes to read where there is room."""
    found.sort(key=lambda cue: cue.start_ms)
    made: list[Cue] = []
    for at, cue in enumerate(found):
        start = max(cue.start_ms, made[-1].end_ms if made else 0)
        until = found[at + 1].start_ms if at + 1 < len(found) else cue.end_ms + LEAST_CUE_MS
        end = min(max(cue.end_ms, start + LEAST_CUE_MS), max(until, start + LEAST_MS))
        made.append(Cue(start_ms=start, end_ms=end, text=cue.text, confidence=cue.confidence))
    return made


def bare_text(text: str) -> str:
    """Lower case, without marks, asides and what is around it."""
    text = _ASIDE.sub(" ", unicodedata.normalize("NFKC", text)).casefold()
    return _BLANKS.sub(" ", "".join(each if each.isalnum() or each in ".'" else " " for each in text)).strip(
        " .'"
    )


def is_sign(letter: str) -> bool:
    """Whether a letter is one of the Chinese, Japanese or Korean, a syllable each."""
    return "\u3040" <= letter <= "\u30ff" or "\u3400" <= letter <= "\u9fff" or "\uac00" <= letter <= "\ud7a3"
