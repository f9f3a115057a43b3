"""How a page shows what is in another language: what comes first, with which mark, and what is still to come."""

from collections.abc import Callable, Iterable, Iterator
from typing import Literal, NamedTuple, cast, get_args

from markupsafe import Markup
from msgspec.structs import replace

from vermilion.comments.schema import CommentCard
from vermilion.kernel.errors import Invalid
from vermilion.kernel.record import Record
from vermilion.kernel.text import fold_tag, to_html
from vermilion.kernel.types import Shown, Translate
from vermilion.kernel.viewer import Viewer
from vermilion.media.schema import Picture
from vermilion.notes.schema import NoteCard, NotePage
from vermilion.storage.db import Db
from vermilion.translation.lore import Lore
from vermilion.translation.queue import SEEN
from vermilion.translation.schema import BY_MACHINE, Kind, Passage
from vermilion.translation.seals import opened
from vermilion.translation.topics import Topics
from vermilion.web.context import State
from vermilion.web.render import fill
from vermilion.web.wording import wording

MOST_KEYS, KEYS_LONGEST = 80, 5_000
"""So that no list of keys, however it is written, makes an address longer than the server reads (64 kB)."""

Step = Literal["plain", "done", "poor", "waits", "tap"]
"""plain: in its own language and nothing more to it; done: in the reader's; poor: could not be translated well;
waits: being translated; tap: translated when it is asked for."""


class Manner(NamedTuple):
    """How one reader reads other languages."""

    translate: Translate = "auto"
    shown: Shown = "translation"
    is_on: bool = False
    """Whether a translator is there or coming."""
    tongues: tuple[str, ...] = ()
    """The languages read, the one to show first in front."""
    lore: Lore | None = None
    asked: str = ""
    """The place whose translation was asked for with a form."""

    def step(self, passage: Passage) -> Step:
        """How far a text has come for this reader."""
        if passage.kind == "missing":
            if not self.is_on:
                return "plain"
            return "tap" if self._taps(passage) else "waits"
        return "plain" if passage.kind == "original" else "poor" if passage.kind == "poor" else "done"

    def first(self, passage: Passage) -> Shown:
        """What of a text is shown first."""
        return "original" if passage.kind in BY_MACHINE and self._taps(passage) else self.shown

    def is_doubtful(self, passage: Passage) -> bool:
        """Whether machines are known to translate this pair of languages badly."""
        return (
            passage.kind in {"missing", *BY_MACHINE}
            and self.lore is not None
            and self.lore.is_doubtful(passage.original_lang, self.tongues[0])
        )

    def as_shown(self, shown: str) -> "Manner":
        """The same for one page on which something else is wanted first."""
        return self._replace(shown=cast(Shown, shown)) if shown in get_args(Shown) else self

    def prose(self, text: str) -> Markup:
        """A text as HTML; topics are called what the reader calls them."""
        html = to_html(text, self._namer(self.lore.topics) if self.lore is not None and "#" in text else None)
        return Markup(html)  # noqa: S704 - escaped by to_html

    def _taps(self, passage: Passage) -> bool:
        return self.translate == "tap" or self.is_doubtful(passage)

    def _namer(self, topics: Topics) -> Callable[[str], str | None]:
        """What this reader calls the topics of one text; the second of two they call the same keeps its own name."""
        given: dict[str, str] = {}

        def name(tag: str) -> str | None:
            found = topics.for_reader(tag, self.tongues)
            return found if found is None or given.setdefault(found, fold_tag(tag)) == fold_tag(tag) else None

        return name


PLAIN = Manner()


async def manner_of(viewer: Viewer, parts: State, asked: str = "") -> Manner:
    """How this viewer reads, as things stand."""
    translator, lore = await parts.translation(), await parts.lore()
    return Manner(viewer.translate, viewer.shown, translator.will_translate, viewer.reads, lore, asked)


async def pulling(parts: State) -> int | None:
    """How much of the translator has been downloaded, in percent; None unless it is on its way."""
    translator = await parts.translation()
    return max(1, round(translator.progress * 100)) if translator.state == "pulling" else None


class Told(Record, kw_only=True, frozen=True):
    """A passage as templates show it."""

    step: Step
    kind: Kind
    first: Shown
    text: Markup
    lang: str
    original: Markup
    original_lang: str
    mark: Markup
    """Where the text comes from; empty where it is in its own language."""
    warning: str = ""
    key: str = ""
    """Of what waits, or may be asked for."""
    at: str = ""
    """Where it stands, for forms about it."""

    places: tuple[str, ...] = ()
    """Where corrections may be written, the main text in front."""

    @property
    def is_said(self) -> bool:
        """Whether it is one comment of many, under which a warning once and again would only be noise."""
        return self.at.startswith("comment.")

    @property
    def is_foreign(self) -> bool:
        return self.step != "plain"


def told(passage: Passage, manner: Manner, locale: str, at: str = "") -> Told:
    """A passage for a template; `at` is its Place as it is written."""
    step, first = manner.step(passage), manner.first(passage)
    if at and at == manner.asked:
        step, first = ("waits" if step == "tap" else step), ("translation" if first == "original" else first)
    doubtful = step != "plain" and manner.is_doubtful(passage)
    return Told(
        step=step,
        kind=passage.kind,
        first=first,
        text=manner.prose(passage.text),
        lang=passage.lang,
        original=Markup(to_html(passage.original) if step == "done" else ""),  # noqa: S704 - as its author wrote it, escaped
        original_lang=passage.original_lang,
        mark=mark_of(passage.kind, passage.original_lang, locale, passage.by)
        if step != "plain"
        else Markup(""),
        warning=wording(locale).gettext("Machines often get this pair of languages wrong.")
        if doubtful
        else "",
        key=passage.key or "",
        at=at,
        places=(at,) if at else (),
    )


def mark_of(kind: Kind, original_lang: str, locale: str, by: str | None = None) -> Markup:
    """The sentence that says how a text came into the reader's language."""
    words = wording(locale)
    language = words.language_name(original_lang)
    if kind == "missing":
        return Markup("")
    if kind == "poor":
        return fill(words.gettext("{language} · could not be translated well"), language=language)
    if kind == "version":
        return fill(words.gettext("Translated from {language} · by its author"), language=language)
    if kind == "corrected" and by is not None:
        who = Markup('<a href="/@{0}"><bdi dir="ltr">@{0}</bdi></a>').format(by)
        return fill(
            words.gettext("Translated from {language} · corrected by {who}"), language=language, who=who
        )
    if kind == "partly":
        sentence = words.gettext(
            "Translated from {language} · by machine; some lines stand as they were written"
        )
        return fill(sentence, language=language)
    return fill(words.gettext("Translated from {language} · by machine"), language=language)


class ToldNote(Record, kw_only=True, frozen=True):
    """Title and body of a note with the one line below both."""

    title: Told
    body: Told
    foot: Told


def told_note(note: NotePage, manner: Manner, locale: str) -> ToldNote:
    """The texts of a note; where both are foreign their line speaks for both."""
    title = told(note.title, manner, locale, f"title.{note.id}.{note.id}")
    body = told(note.body, manner, locale, f"body.{note.id}.{note.id}")
    both = [one for one in (body, title) if one.is_foreign] or [body]
    foot = min(both, key=lambda one: ("waits", "tap", "poor", "done", "plain").index(one.step))
    alike = [one for one in both if one.step == foot.step]
    if foot.step in {"waits", "tap"}:
        foot = replace(foot, key=" ".join(one.key for one in alike), at=" ".join(one.at for one in alike))
    if manner.asked in {title.at, body.at}:  # one of the two was: it is seen, whatever the other waits for
        foot = replace(foot, first="translation" if foot.first == "original" else foot.first)
    foot = replace(foot, places=tuple(one.at for one in both if one.kind != "version"))
    return ToldNote(title=title, body=body, foot=foot)


def of_cards(cards: Iterable[NoteCard]) -> Iterator[Passage]:
    """The texts of some cards."""
    return (card.title for card in cards)


def of_note(note: NotePage) -> Iterator[Passage]:
    """The texts of a note's page but the thread."""
    yield note.title
    yield note.body
    yield from _of_pictures(note.pictures)


def of_comments(comments: Iterable[CommentCard]) -> Iterator[Passage]:
    """The texts of a thread."""
    for comment in comments:
        yield comment.body
        yield from _of_pictures(comment.pictures)
        yield from of_comments(comment.replies)


def _of_pictures(pictures: Iterable[Picture]) -> Iterator[Passage]:
    for picture in pictures:
        if picture.description is not None:
            yield picture.description
        yield from (text.words for text in picture.texts)


def ask_for(parts: State, manner: Manner, passages: Iterable[Passage], level: int = SEEN) -> None:
    """Have translated what this reader waits for; `level`: how urgently."""
    if manner.is_on:
        parts.asking.add([one for one in passages if manner.step(one) == "waits"], level)


def tapped(manner: Manner) -> Manner:
    """The manner of somebody who asked for these very words, whatever the pair of languages."""
    return manner._replace(translate="auto", lore=None)


async def read_keys(db: Db, keys: str, lang: str) -> dict[bytes, str]:
    """By their text hashes those of some keys, with commas between, that lead into a language; raises Invalid."""
    if len(keys) > KEYS_LONGEST:
        raise Invalid("too_long", field="keys", max=KEYS_LONGEST)
    try:
        return await opened(db, keys.split(",")[:MOST_KEYS], lang)
    except ValueError as error:
        raise Invalid("wrong_form", field="keys") from error
