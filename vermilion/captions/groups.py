"""Cues grouped into passages that can be translated, and a translation laid back over their times."""

import re
from collections.abc import Iterable, Sequence

from vermilion.captions.schema import BRIEF_MS, Cue
from vermilion.kernel.ids import Id
from vermilion.translation.schema import Words

MOST_CUES, MOST_LETTERS, PAUSE_MS = 5, 260, 2_500
_ENDS = re.compile(r"[.!?…。！？؟][\"'”’)»」』]*$")
_SIGNS = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\u0e00-\u0e7f]")
_UNSPACED = frozenset({"zh", "ja", "th"})
_AFTER_MARK = re.compile(r"[,;:.!?…。！？，、；：؟،]\s*$")


def grouped(cues: Sequence[Cue]) -> list[tuple[Cue, ...]]:
    """Cues that are said in one breath: to the end of a sentence, to a pause, or as many as can be translated at once.

    Cues that are shown together are said by several people, and stand in a group for each of them.
    """
    found: list[list[Cue]] = []
    going: list[list[Cue]] = []
    for cue in cues:
        heard = [group for group in going if group[-1].end_ms > cue.start_ms + BRIEF_MS]
        ended = sorted((group for group in going if group not in heard), key=lambda group: -group[-1].end_ms)
        held = next((group for group in ended if _goes_on(group, cue)), None)
        if held is not None:
            held.append(cue)
        else:
            found.append([cue])
            going = [*heard, found[-1]]
    return [tuple(group) for group in found]


def _goes_on(held: Sequence[Cue], cue: Cue) -> bool:
    return (
        not _ENDS.search(held[-1].text)
        and cue.start_ms - held[-1].end_ms < PAUSE_MS
        and len(held) < MOST_CUES
        and sum(len(one.text) for one in held) + len(cue.text) <= MOST_LETTERS
    )


def passages_of(cues: Sequence[Cue], lang: str, media_id: Id, *, is_public: bool) -> list[Words]:
    """The words of each group, in order."""
    between = "" if lang.partition("-")[0] in _UNSPACED else " "
    return [
        Words(
            text=between.join(cue.text.replace("\n", between) for cue in group),
            lang=lang,
            subject_id=media_id,
            part="caption",
            is_public=is_public,
        )
        for group in grouped(cues)
    ]


def spread(text: str, group: Sequence[Cue]) -> list[Cue]:
    """A translation over the times of the group, cut where its words are in proportion to those of the original."""
    text = " ".join(text.split())
    whole = sum(len(cue.text) for cue in group) or 1
    places = _places(text)
    cuts, said = [0], 0
    for cue in group[:-1]:
        said += len(cue.text)
        cuts.append(_nearest(places, cuts[-1], len(text) * said / whole, text))
    cuts.append(len(text))
    made: list[Cue] = []
    for at, cue in enumerate(group):
        words = text[cuts[at] : cuts[at + 1]].strip()
        if words:
            made.append(Cue(start_ms=cue.start_ms, end_ms=cue.end_ms, text=words, is_unsure=cue.is_unsure))
        elif made:  # too few words: what is there stays longer
            made[-1] = Cue(
                start_ms=made[-1].start_ms,
                end_ms=cue.end_ms,
                text=made[-1].text,
                is_unsure=made[-1].is_unsure,
            )
    return made


def _places(text: str) -> list[int]:
    """Where a text may be cut: after blanks, and after signs that stand without any."""
    return [
        at
        for at in range(1, len(text))
        if text[at - 1].isspace()
        or (
            _SIGNS.match(text[at - 1])
            and text[at].isalnum()
            and not ("\uac00" <= text[at - 1] <= "\ud7a3")
            and not ("\u0e00" <= text[at - 1] <= "\u0e7f")
        )
        or (text[at - 1] in "。！？，、；：" and text[at] not in "”’」』）")
    ]


def _nearest(places: Iterable[int], after: int, wanted: float, text: str) -> int:
    """The best place to cut near `wanted`; behind a mark is worth a way of some letters."""
    best = min(
        (place for place in places if place > after),
        key=lambda place: abs(place - wanted) - (12 if _AFTER_MARK.search(text[:place]) else 0),
        default=None,
    )
    return len(text) if best is None else best
