"""People's text: cleaning, tags, mentions, links, hashes, and plain text to safe HTML."""

import hashlib
import html
import re
import unicodedata
from collections.abc import Callable, Iterator

from vermilion.kernel.errors import Invalid

_TAG = re.compile(r"(?<![\w&/#])#([\w·]{1,50})")
_MENTION = re.compile(r"(?<![\w@/.])@(\w[\w.]{0,28}\w)")
_LINK = re.compile(r"(?i:https?)://[^\s<>\"'，。！？、；：（）「」『』【】]+")
_TOKEN = re.compile(f"(?P<link>{_LINK.pattern})|{_TAG.pattern}|{_MENTION.pattern}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ufff9-\ufffb]")
# Overrides reorder what follows them; isolates and marks are needed by right-to-left writers.
_BIDI_OVERRIDE = re.compile("[\u202a-\u202e]")
_MANY_MARKS = re.compile(
    r"([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u20d0-\u20ff]{4})[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u20d0-\u20ff]+"
)
_TRAILING = ".,;:!?)]}"


def clean(text: str, field: str, *, lines: bool = True) -> str:
    """Text as it is stored: NFC, line feeds alone, no edge space; raises Invalid for NUL and lone surrogates."""
    if "\0" in text:
        raise Invalid("text_nul", field=field)
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise Invalid("text_surrogate", field=field)
    text = _BIDI_OVERRIDE.sub("", _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    # Composed last: what was taken out may have stood between a letter and its mark.
    text = unicodedata.normalize("NFC", _MANY_MARKS.sub(r"\1", unicodedata.normalize("NFC", text)))
    if not lines:
        return " ".join(text.split())
    return re.sub(r"\n{4,}", "\n\n\n", text).strip()


def is_blank(text: str) -> bool:
    """Whether nobody would see anything of it: only spaces, joiners, marks of direction."""
    return not any(char.isprintable() and not char.isspace() for char in text)


def named(text: str, field: str) -> str:
    """A name as it is stored: `clean`, in one line; raises Invalid("empty_name") when nothing is left of it."""
    name = clean(text, field, lines=False)
    if is_blank(name):
        raise Invalid("empty_name", field=field)
    return name


PLACE_BYTES = 20
"""More than names of words alone have, so that the two are told apart."""


def content_hash(text: str) -> bytes:
    """16 bytes that name these words: BLAKE2b of their UTF-8."""
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def place_hash(text: str, subject_id: int, part: str) -> bytes:
    """PLACE_BYTES that name these words at one place alone: BLAKE2b keyed with the subject and the part of it."""
    key = f"{int(subject_id)}.{part}".encode()
    return hashlib.blake2b(text.encode(), digest_size=PLACE_BYTES, key=key).digest()


def fold_tag(tag: str) -> str:
    """The key of a topic: NFKC and casefolded, so that #Travel, #travel and #ＴＲＡＶＥＬ are one."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", tag).casefold())


def tags_in(text: str) -> list[str]:
    """The #tags of a text as written, each topic once, in order; numbers alone are no tags."""
    found: dict[str, str] = {}
    for tag in _TAG.findall(_LINK.sub(" ", text)):
        if not tag.isdigit():
            found.setdefault(fold_tag(tag), tag)
    return list(found.values())


def mentions_in(text: str) -> list[str]:
    """The @handles of a text, casefolded, each once, in order."""
    return list(dict.fromkeys(name.casefold() for name in _MENTION.findall(_LINK.sub(" ", text))))


def links_in(text: str) -> list[str]:
    """The http and https addresses of a text."""
    return [link.rstrip(_TRAILING) for link in _LINK.findall(text)]


def to_html(text: str, rename: Callable[[str], str | None] | None = None) -> str:
    """Plain text as safe HTML: escaped, paragraphs kept as line breaks, tags, mentions and links as anchors.

    `rename` gives what the reader calls a topic, None where they know it as it is.
    """
    return "".join(_pieces(text, rename))


def _pieces(text: str, rename: Callable[[str], str | None] | None) -> Iterator[str]:
    end = 0
    for match in _TOKEN.finditer(text):
        link, tag, handle = match["link"], match[2], match[3]
        yield _escaped(text[end : match.start()])
        end = match.end()
        if link:
            address = link.rstrip(_TRAILING)
            end -= len(link) - len(address)
            shown = address if len(address) <= 60 else address[:57] + "…"
            yield f'<a href="{html.escape(address)}" rel="nofollow ugc noopener" target="_blank" dir="ltr">{html.escape(shown)}</a>'
        elif tag and not tag.isdigit():
            yield _topic(tag, rename(tag) if rename else None)
        elif handle:
            yield f'<a class="mention" href="/@{html.escape(handle.casefold())}"><bdi>@{html.escape(handle)}</bdi></a>'
        else:
            yield _escaped(match[0])
    yield _escaped(text[end:])


def _topic(tag: str, name: str | None) -> str:
    address, written = html.escape(fold_tag(tag)), html.escape(tag)
    if name is None:
        return f'<a class="tag" href="/topic/{address}">#{written}</a>'
    return f'<a class="tag" href="/topic/{address}" title="#{written}">#{html.escape(name)}</a>'


def _escaped(text: str) -> str:
    return html.escape(text).replace("\n", "<br>")
