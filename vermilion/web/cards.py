"""Cards as HTML, each rendered once for everybody who sees it the same way."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import urlencode

from markupsafe import Markup

from vermilion.kernel.ids import Id
from vermilion.kernel.types import Shown
from vermilion.media.schema import Picture
from vermilion.notes.schema import Cover, NoteCard
from vermilion.search.marking import marks
from vermilion.search.query import Query
from vermilion.search.schema import Marks, Snippet
from vermilion.translation.schema import Kind, Passage
from vermilion.web.asked import MOST_WAITED
from vermilion.web.reading import PLAIN, Manner, Step
from vermilion.web.render import clock, fallback, fill, initial, marked, page, ratio, srcset, title_width
from vermilion.web.wording import Wording, language_mark, wording

MOST_KEPT = 8192


def _(message: str) -> str:
    return message


FIRST, EARLY = 2, 8
"""Cards whose covers are fetched first, and those that are not left until they come near."""


class Said(NamedTuple):
    """The passage of a note around what was asked for, as the template shows it."""

    text: Markup
    lang: str
    original: Markup
    original_lang: str
    step: Step
    first: Shown
    key: str
    at: str
    again: str
    """Where the passage is to be had once its note is translated."""
    mark: str
    title: str
    """Which language it comes from and how; empty where it is in its own."""
    width: float


class Face(NamedTuple):
    """All that the HTML of a card is made from, and the key it is kept under: the template is given nothing else."""

    locale: str
    when: str
    id: Id
    text: str
    lang: str
    original_lang: str
    kind: Kind
    step: Step
    key: str
    also: str
    """The original below its translation, for who wants both."""
    cover: Cover
    handle: str
    name: str
    avatar: str | None
    color: str
    picture_count: int
    like_count: int
    is_liked: bool
    state: str
    audience: str
    made_with_ai: bool
    source: str | None
    marks: Marks = ()
    also_marks: Marks = ()
    day: str = ""
    ago: str = ""
    """When it was published, where that is told."""
    said: Said | None = None
    filtered: str | None = None
    why: str = ""
    """What it has in common with what it is compared to."""


def cards_html(
    locale: str,
    cards: Sequence[NoteCard],
    manner: Manner = PLAIN,
    *,
    later: bool = False,
    asked: Query | None = None,
    snippets: Sequence[Snippet | None] = (),
    whys: Mapping[Id, str] = MappingProxyType({}),
) -> bytes:
    """The list items of some cards in UTF-8; `later`: none of them is on the first screen.

    `asked`: they answer a question, so its words are marked and each says how old it is; `snippets`: and what it says of it.
    `whys`: why each is there.
    """
    told = dict(zip((card.id for card in cards), snippets, strict=False))
    return b"".join(
        [
            rendered(
                _face(
                    card,
                    locale,
                    manner,
                    "late" if later or at >= EARLY else "first" if at < FIRST else "early",
                    asked,
                    _said(told.get(card.id), card.id, at, manner, asked, locale),
                )._replace(why=whys.get(card.id, ""))
            )
            for at, card in enumerate(cards)
        ]
    )


@lru_cache(maxsize=MOST_KEPT)
def rendered(face: Face) -> bytes:
    """The list item of one card."""
    words = wording(face.locale)
    picture = face.cover.picture
    return page(
        "parts/card.html",
        face.locale,
        **{**face._asdict(), "said": face.said and face.said._asdict()},
        picture=picture and {
            "avif": srcset(picture, "avif"),
            "webp": srcset(picture, "webp"),
            "fallback": fallback(picture),
            "thumbhash": picture.thumbhash,
            "width": picture.width,
            "height": picture.height,
        },
        film=_film(picture, words),
        drawn=face.cover.drawn and Markup(face.cover.drawn),  # noqa: S704 - an address of ours
        width=face.cover.width,
        height=face.cover.height,
        mean_color=face.cover.mean_color,
        ratio=ratio(face.cover),
        title_width=_width(face),
        initial=None if face.avatar else initial(face.name),
        likes=words.compact(face.like_count) if face.like_count else "",
        like=words.gettext("Like"),
        pictures=_pictures(face.picture_count, words),
        turned=turned(face.original_lang, "".join(face.key.split(".")[1:2]) or face.lang, face.kind, face.locale)
        if face.step != "plain"
        else None,
        translate=words.gettext("Translate"),
        shown=marked(face.text, face.marks),
        also_shown=marked(face.also, face.also_marks),
    ).encode()  # fmt: skip


def _film(picture: Picture | None, words: Wording) -> dict[str, str | None] | None:
    """How long a film lasts, as a card says it, and where its silent preview is."""
    if picture is None or picture.film is None:
        return None
    time = clock(picture.film.duration_ms)
    return {
        "time": time,
        "label": fill(words.gettext(_("Film, {time}")), time=time),
        "preview": picture.film.preview,
    }


def _face(
    card: NoteCard, locale: str, manner: Manner, when: str, asked: Query | None, said: Said | None
) -> Face:
    author = card.author
    face = Face(
        locale, when, card.id, *_title(card.title, manner), card.cover, author.handle, author.display_name,
        author.avatar, author.color, card.picture_count, card.like_count, card.is_liked, card.state, card.audience,
        card.made_with_ai, card.reason.source if card.reason else None,
    )  # fmt: skip
    face = face._replace(filtered=card.filtered)
    if asked is None:
        return face
    return face._replace(
        marks=marks(asked, face.text, face.lang),
        also_marks=marks(asked, face.also, face.original_lang),
        day=card.created_at.date().isoformat(),
        ago=wording(locale).ago(card.created_at),
        said=said,
    )


def _said(
    snippet: Snippet | None, note_id: Id, at: int, manner: Manner, asked: Query | None, locale: str
) -> Said | None:
    """What a card says of the question; of cards further down nothing is translated unasked."""
    if snippet is None or asked is None:
        return None
    said = said_face(snippet, note_id, manner, asked, locale)
    return said._replace(step="tap") if said.step == "waits" and at >= MOST_WAITED else said


def said_face(
    snippet: Snippet, note_id: Id, manner: Manner, asked: Query, locale: str, start: int | None = None
) -> Said:
    """The passage of a note as the template shows it; `start`: where it begins, if it is a sentence that is quoted."""
    shown = Passage(
        text=snippet.text, lang=snippet.lang, original=snippet.original, original_lang=snippet.original_lang,
        kind=snippet.kind,
    )  # fmt: skip
    step = manner.step(shown)
    marks = {"title": "", "text": ""}
    if step != "plain":
        marks = turned(snippet.original_lang, manner.tongues[0], snippet.kind, locale)
    return Said(
        text=marked(snippet.text, snippet.marks),
        lang=snippet.lang,
        original=marked(snippet.original, snippet.original_marks),
        original_lang=snippet.original_lang,
        step=step,
        first=manner.first(shown),
        key=snippet.key or "",
        at=f"body.{int(note_id)}.{int(note_id)}",
        again=_again(asked, note_id, start) if snippet.key else "",
        mark=marks["text"],
        title=marks["title"],
        width=title_width(snippet.text) * (1.5 if step in {"waits", "tap"} else 1.0),
    )


def _again(asked: Query, note_id: Id, start: int | None) -> str:
    given: dict[str, str | int] = {"q": asked.text, "note": int(note_id)}
    return "/search/snippet?" + urlencode(given if start is None else {**given, "at": start})


def _pictures(count: int, words: Wording) -> str:
    return fill(words.ngettext("{n} picture", "{n} pictures", count), n=count) if count > 1 else ""


def _title(title: Passage, manner: Manner) -> tuple[str, str, str, Kind, Step, str, str]:
    """The fields text to also of a Face. What is to be asked for stands in its own language until then."""
    step = manner.step(title)
    if step == "done" and manner.first(title) == "original":
        taps = manner.shown != "original"
        return (
            title.original, title.original_lang, title.original_lang, "missing" if taps else "original",
            "tap" if taps else "plain", (title.key or "") if taps else "", "",
        )  # fmt: skip
    also = title.original if step == "done" and manner.shown == "both" else ""
    key = title.key or "" if step in {"waits", "tap"} else ""
    return title.text, title.lang, title.original_lang, title.kind, step, key, also


def _width(face: Face) -> float:
    """How wide the title is; for one that waits, the room its translation may need."""
    width = title_width(face.text) + (title_width(face.also) if face.also else 0.0)
    return round(width * 1.8, 1) if face.step in {"waits", "tap"} else width


_MARKS: dict[Kind, str] = {
    "machine": _("Written in {original}, translated into {shown} by machine"),
    "partly": _("Written in {original}, translated into {shown} by machine"),
    "corrected": _("Written in {original}, translated into {shown}, corrected by a reader"),
    "version": _("Written in {original}, shown in {shown} in its author's words"),
    "poor": _("Written in {original}; could not be translated well"),
    "missing": _("Written in {original}, not translated yet"),
}


@lru_cache(maxsize=512)
def turned(original: str, shown: str, kind: Kind, locale: str) -> dict[str, str]:
    """The mark of a title of another language; an arrow stands for a machine, a point for its author."""
    words = wording(locale)
    names = {"original": words.language_name(original), "shown": words.language_name(shown)}
    between = {"version": "·", "poor": "↛"}.get(kind, "→")
    return {
        "title": fill(words.gettext(_MARKS[kind]), **names),
        "text": f"{language_mark(original)} {between} {language_mark(shown)}",
    }
