"""Pages and fragments: one minijinja environment for each interface language."""

import html
import json
import secrets
from collections.abc import Hashable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape
from minijinja import Environment

from vermilion.kernel.clock import zones
from vermilion.kernel.text import to_html
from vermilion.kernel.types import LANGS
from vermilion.media.schema import Picture
from vermilion.notes.schema import Cover, NoteCard, NotePage
from vermilion.web.wording import ROOM_LANGUAGES, Wording, direction, language_mark, own_name, wording

TEMPLATES = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent / "static"
CARD_SIZES = "(width < 760px) calc(50vw - 12px), 250px"
NOTE_SIZES = "(width < 760px) 100vw, 680px"
COMMENT_SIZES = "120px"


def page(name: str, locale: str, /, **context: Any) -> str:  # noqa: ANN401 - whatever the template names
    """The template `name` in an interface language (a key of wording.INTERFACES), as HTML."""
    return environment(locale).render_template(name, **context)


def framed(name: str, locale: str, slots: Mapping[str, bytes], /, **facts: Hashable) -> bytes:
    """A page whose frame is the same for all who share these facts, kept and filled with `slots`: HTML in UTF-8.

    An empty slot leaves out what stands around it, as an empty value does in `page`.
    """
    filled = tuple([(slot, value != b"") for slot, value in slots.items()])
    first, *rest = _frame(name, locale, filled, tuple(facts.items()))
    pieces = [first[1]]
    for slot, literal in rest:
        pieces += (slots[slot], literal)
    return b"".join(pieces)


@lru_cache(maxsize=512)
def _frame(
    name: str, locale: str, slots: tuple[tuple[str, bool], ...], facts: tuple[tuple[str, Hashable], ...]
) -> list[tuple[str, bytes]]:
    """The page in pieces: a slot (the first piece has none) and the HTML that follows it."""
    mark = _mark()
    marks = {slot: Markup(f"{mark}{slot}{mark}") if filled else "" for slot, filled in slots}  # noqa: S704 - letters and digits
    html = page(name, locale, **dict(facts), **marks)
    first, *rest = html.split(mark)
    return [("", first.encode()), *zip(rest[::2], (text.encode() for text in rest[1::2]), strict=True)]


@lru_cache(maxsize=1)
def _mark() -> str:
    """What stands for a slot in a frame; nobody who writes a text knows it."""
    return f"slot{secrets.token_hex(16)}"


@lru_cache(maxsize=16)
def environment(locale: str) -> Environment:
    """The templates with the words of one locale."""
    words = wording(locale)
    return Environment(
        loader=_load,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined_behavior="chainable",
        auto_escape_callback=lambda name: name.endswith((".html", ".svg")),
        filters=_filters(words),
        globals=_globals(locale, words),
    )


def _load(name: str) -> str | None:
    path = TEMPLATES / name
    return path.read_text("utf-8") if path.is_file() else None


def _filters(words: Wording) -> dict[str, Any]:
    return {
        "compact": words.compact,
        "decimal": words.decimal,
        "ago": words.ago,
        "moment": words.moment,
        "clock": clock,
        "span": lambda seconds: words.span(int(seconds)),
        "size": words.size,
        "language": words.language_name,
        "country": words.country_name,
        "own_name": own_name,
        "mark": language_mark,
        "dir_of": direction,
        "prose": lambda text: Markup(to_html(text)),  # noqa: S704 - to_html escapes
        "title_width": title_width,
        "srcset": srcset,
        "initial": initial,
        "fallback": fallback,
        "ratio": ratio,
        "fill": fill,
        "address": lambda text: Markup(html.escape(text)),  # noqa: S704 - escaped here
        "json": lambda value: json.dumps(value, ensure_ascii=False, separators=(",", ":")),
    }


def _globals(locale: str, words: Wording) -> dict[str, Any]:
    return {
        "_": words.gettext,
        "ngettext": words.ngettext,
        "page_lang": words.tag,
        "page_dir": words.dir,
        "asset": asset,
        "room_languages": ROOM_LANGUAGES,
        "language_options": language_options,
        "zone_options": zone_options,
        "also": lambda note_id, theirs, is_theirs: also(locale, note_id, theirs, is_theirs),
        "card_sizes": CARD_SIZES,
        "note_sizes": NOTE_SIZES,
        "comment_sizes": COMMENT_SIZES,
    }


def also(locale: str, note_id: int, theirs: str, is_theirs: bool) -> Markup:
    """The part of an empty comment form that offers other languages: all but the note's id is kept."""
    return Markup(_also(locale, theirs, is_theirs).replace("/n/0/", f"/n/{int(note_id)}/"))  # noqa: S704 - rendered by our own template, which escapes


@lru_cache(maxsize=2048)
def _also(locale: str, theirs: str, is_theirs: bool) -> str:
    return page("parts/also.html", locale, note={"id": 0}, theirs=theirs, is_theirs=is_theirs)


@lru_cache(maxsize=32)
def language_options(chosen: str = "") -> Markup:
    """Every language a text can be in, by its own name, as the options of a choice."""
    return Markup("").join(
        Markup('<option value="{0}" lang="{0}"{1}>{2}</option>').format(
            lang, Markup(" selected") if lang == chosen else "", own_name(lang)
        )
        for lang in LANGS
    )


@lru_cache(maxsize=1)
def zone_options() -> Markup:
    """Every time zone, to choose from while one types."""
    return Markup("").join(Markup('<option value="{}">').format(zone) for zone in zones())


@lru_cache(maxsize=1)
def manifest() -> Mapping[str, str]:
    """Name of a built file -> its hashed name; empty before the front end has been built."""
    path = STATIC / "manifest.json"
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def asset(name: str) -> Markup:
    """Address of a built file."""
    return Markup(f"/static/{manifest().get(name, name)}")  # noqa: S704 - names of our own files


def safe(html: bytes) -> Markup:
    """HTML of our own templates in UTF-8, for another template."""
    return Markup(html.decode())  # noqa: S704 - rendered by our own templates, which escape


def error_page(locale: str, status: int, sentence: str, *, signed_in: bool = False) -> str:
    """A whole page that says what is the matter."""
    return page("error.html", locale, status=status, sentence=sentence, viewer={"is_guest": not signed_in})


def error_fragment(locale: str, sentence: str) -> str:
    """The same as a short passage, for beside a form."""
    return page("parts/problem.html", locale, sentence=sentence)


def clock(duration_ms: int) -> str:
    """How long a film lasts, as players write it: "1:05", "1:00:05"."""
    minutes, seconds = divmod(round(duration_ms / 1000), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def initial(name: str) -> str:
    """The letter to draw for somebody without a picture."""
    return next((char for char in name if char.isalnum()), "·").upper()


def marked(text: str, marks: Sequence[tuple[int, int]]) -> Markup:
    """A text, escaped, with some stretches of it marked."""
    pieces, end = [], 0
    for start, stop in marks:
        pieces += [escape(text[end:start]), Markup("<mark>"), escape(text[start:stop]), Markup("</mark>")]
        end = stop
    return Markup("").join([*pieces, escape(text[end:])])


@lru_cache(maxsize=8192)
def title_width(title: str) -> float:
    """Roughly how wide a bold title is, in ems, so that a card knows its lines before it is laid out."""
    return round(len(title) * _em("a") if title.isascii() else sum(map(_em, title)), 1)


def _em(char: str) -> float:
    code = ord(char)
    if code < 0x250:
        return 0.62
    if 0x600 <= code < 0x780:
        return 0.5
    return 1.0 if code >= 0x1100 else 0.66


@lru_cache(maxsize=16384)
def srcset(picture: Picture, format_: str) -> Markup:
    """The `srcset` of a picture in one format; empty unless it has every size in it."""
    sources = [source for source in picture.sources if source.format == format_]
    if format_ == "avif" and 2 * len(sources) < len(picture.sources):
        return Markup("")
    return Markup(", ".join(f"{source.url} {source.width}w" for source in sources))  # noqa: S704 - our own addresses


@lru_cache(maxsize=16384)
def fallback(picture: Picture) -> Markup:
    """The address for a browser that reads no `srcset`."""
    fitting = [source for source in picture.sources if source.format == "webp"] or list(picture.sources)
    url = next((source.url for source in fitting if source.width >= 480), fitting[-1].url if fitting else "")
    return Markup(url)  # noqa: S704 - our own address


def ratio(cover: Cover) -> float:
    """Height by width as a list shows it: very tall and very wide pictures are cut."""
    return round(min(max(cover.height / max(cover.width, 1), 0.62), 1.5), 3)


def fill(text: str, **values: object) -> Markup:
    """A sentence with its `{name}` places filled; everything is escaped."""
    return Markup(escape(text).format(**values))  # noqa: S704 - Markup's own format escapes the values


def preloads(cards: Sequence[NoteCard], most: int = 4) -> Markup:
    """What the head of a list loads early: the covers certain to be on the first screen."""
    found = (_preload_html(card.cover, at < 2) for at, card in enumerate(cards[:most]))
    return Markup("").join(found)


@lru_cache(maxsize=4096)
def _preload_html(cover: Cover, is_urgent: bool) -> Markup:
    made = page("parts/preload.html", "en", item=_preload(cover), sizes=CARD_SIZES, is_urgent=is_urgent)
    return Markup(made)  # noqa: S704 - rendered by our own template, which escapes


def preload_of(note: NotePage) -> Markup:
    """What the head of a note's page loads early: its first picture."""
    picture = note.cover.picture
    item = (
        _preload(note.cover)
        if picture is None or picture.film is None
        else {"href": fallback(picture), "srcset": "", "type": "image/webp"}
    )
    made = page("parts/preload.html", "en", item=item, sizes=NOTE_SIZES, is_urgent=True)
    return Markup(made)  # noqa: S704 - rendered by our own template, which escapes


def _preload(cover: Cover) -> dict[str, str]:
    if cover.picture is None:
        return {"href": cover.drawn or "", "srcset": "", "type": "image/svg+xml"}
    format_ = "avif" if srcset(cover.picture, "avif") else "webp"
    return {"href": "", "srcset": srcset(cover.picture, format_), "type": f"image/{format_}"}
