"""A folder of pictures with a table (CSV) or with Markdown files, read into notes to be kept as drafts.

Nothing here touches a disk: the folder is a list of names and what stands in its texts.
"""

import posixpath
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from vermilion.kernel.errors import Invalid, Problem
from vermilion.kernel.ids import Id
from vermilion.kernel.record import Record
from vermilion.kernel.text import clean, fold_tag, is_blank, tags_in
from vermilion.notes.import_markdown import read_markdown
from vermilion.notes.import_table import read_table
from vermilion.notes.schema import MOST_PICTURES, NewNote, NewPicture

MOST_ROWS = 10_000
"""Rows of a table that are read at all."""
MOST_TEXT = 4_000_000
"""Bytes of one table or Markdown file."""
TEXTS = (".csv", ".tsv", ".md", ".markdown")
PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".avif", ".heic", ".heif", ".gif")


class Raw(Record, kw_only=True, frozen=True):
    """A note as a table or a Markdown file has it, before it is checked. files: as they are named there."""

    line: int
    title: str = ""
    body: str = ""
    tags: str = ""
    place: str = ""
    lang: str = ""
    audience: str = ""
    files: tuple[str, ...] = ()
    alts: tuple[str, ...] = ()
    folder: str = ""
    """What the names of its files are relative to."""


class Fault(Record, kw_only=True, frozen=True):
    """Why a row, or a whole file, cannot become a draft: a code with its facts, and where."""

    source: str
    line: int
    code: str
    facts: dict[str, str | int]


class Planned(Record, kw_only=True, frozen=True):
    """A note that can become a draft, and the files of its pictures in the folder."""

    source: str
    line: int
    note: NewNote
    files: tuple[str, ...]
    alts: tuple[str, ...]


class Plan(Record, kw_only=True, frozen=True):
    """What a folder holds."""

    notes: tuple[Planned, ...]
    faults: tuple[Fault, ...]


def is_text(name: str) -> bool:
    """Whether this is a table or a Markdown file."""
    return name.casefold().endswith(TEXTS)


def is_picture(name: str) -> bool:
    """Whether this is a picture, by its name."""
    return name.casefold().endswith(PICTURES)


def plan(names: Sequence[str], texts: Mapping[str, bytes], room: int) -> Plan:
    """Read a folder. names: all its files, with their folders; texts: what stands in the tables and Markdown files.

    room: how many drafts there is room for. Raises Invalid("import_nothing") where there is no table and no Markdown file.
    """
    if not texts:
        raise Invalid("import_nothing")
    files = _Files(names)
    notes: list[Planned] = []
    faults: list[Fault] = []
    for source, data in sorted(texts.items()):
        try:
            for raw in _rows(source, data):
                try:
                    notes.append(_planned(source, raw, files))
                except Problem as problem:
                    faults.append(_fault(source, raw.line, problem))
        except Problem as problem:
            faults.append(_fault(source, int(str(problem.facts.get("line", 0))), problem))
    if len(notes) > room:
        first = notes[room]
        full = Invalid("import_full", count=len(notes), most=room)
        faults.append(_fault(first.source, first.line, full))
    return Plan(notes=tuple(notes[:room]), faults=tuple(faults))


def _rows(source: str, data: bytes) -> Iterator[Raw]:
    if len(data) > MOST_TEXT:
        raise Invalid("import_long", most=MOST_TEXT // 1_000_000)
    text = _decoded(data)
    folder = posixpath.dirname(source)
    if source.casefold().endswith((".md", ".markdown")):
        yield Raw(folder=folder, **read_markdown(text))
        return
    for count, row in enumerate(read_table(text)):
        if count >= MOST_ROWS:
            raise Invalid("import_rows", most=MOST_ROWS, line=row["line"])
        yield Raw(folder=folder, **row)


def _decoded(data: bytes) -> str:
    """UTF-8, with or without a mark, or UTF-16 with one, as spreadsheets write it."""
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Invalid("import_encoding") from error
    if "\0" in text:
        raise Invalid("text_nul")
    return text.removeprefix("\ufeff")


def _planned(source: str, raw: Raw, files: "_Files") -> Planned:
    title, body = clean(raw.title, "title", lines=False), clean(raw.body, "text")
    if len(raw.files) > MOST_PICTURES:
        raise Invalid("too_many_pictures", field="files", most=MOST_PICTURES)
    found = tuple(files.find(raw.folder, name) for name in raw.files)
    if len(set(found)) < len(found):
        raise Invalid("picture_twice", field="files")
    alts = tuple(clean(alt, "alt", lines=False) for alt in raw.alts[: len(found)])
    alts += ("",) * (len(found) - len(alts))
    body = _tagged(title, body, raw.tags)
    if is_blank(title + body) and not found:
        raise Invalid("empty_note")
    sent: dict[str, Any] = {
        "title": title,
        "body": body,
        "lang": raw.lang.strip().lower() or None,
        "audience": raw.audience.strip().lower() or "everyone",
        "place_name": clean(raw.place, "place", lines=False) or None,
        "pictures": [{"id": at + 1, "alt": alt} for at, alt in enumerate(alts)],
    }
    try:
        note = msgspec.convert(sent, NewNote, dec_hook=lambda _kind, value: Id(value))
    except msgspec.ValidationError as error:
        raise _told(str(error)) from error
    return Planned(
        source=source, line=raw.line, note=msgspec.structs.replace(note, pictures=()), files=found, alts=alts
    )


_BOUNDS = {"title": 100, "body": 5000, "place_name": 100, "alt": 1000}


def _told(message: str) -> Invalid:
    """What does not fit, as a code with the name of the column."""
    for field, most in _BOUNDS.items():
        if f".{field}`" in message:
            column = {"body": "text", "place_name": "place"}.get(field, field)
            return Invalid("import_too_long", column=column, most=most)
    return Invalid("import_value", column="lang" if ".lang`" in message else "audience")


def _tagged(title: str, body: str, tags: str) -> str:
    """The text with the tags of their own column below it, as far as they do not stand in it."""
    known = {fold_tag(tag) for tag in tags_in(f"{title}\n{body}")}
    fresh = []
    for word in tags.replace(",", " ").replace(";", " ").replace("#", " ").split():
        if tags_in(f"#{word}") != [word]:
            raise Invalid("import_tag", tag=word[:60])
        if fold_tag(word) not in known:
            known.add(fold_tag(word))
            fresh.append(f"#{word}")
    return f"{body}\n\n{' '.join(fresh)}".strip() if fresh else body


def with_pictures(one: Planned, ids: Sequence[Id]) -> NewNote:
    """The note with its pictures, once they are uploads."""
    pictures = tuple(NewPicture(id=key, alt=alt) for key, alt in zip(ids, one.alts, strict=True))
    return msgspec.structs.replace(one.note, pictures=pictures)


def _fault(source: str, line: int, problem: Problem) -> Fault:
    facts = {name: value for name, value in problem.facts.items() if isinstance(value, str | int)}
    return Fault(source=source, line=line, code=problem.code, facts=facts)


class _Files:
    """The files of a folder by their names, found as people write them: in any case and any normal form."""

    def __init__(self, names: Sequence[str]) -> None:
        self._exact = {name: name for name in names}
        self._folded: dict[str, str] = {}
        for name in names:
            self._folded.setdefault(_folded(name), name)

    def find(self, folder: str, name: str) -> str:
        """A picture by its name, relative to a folder; raises Invalid."""
        if "://" in name:
            raise Invalid("import_remote", file=name[:100])
        path = posixpath.normpath(posixpath.join(folder, name.strip().replace("\\", "/")))
        if path.startswith(("/", "..")) or (len(path) > 1 and path[1] == ":"):
            raise Invalid("import_outside", file=name[:100])
        found = self._exact.get(path) or self._folded.get(_folded(path))
        if found is None:
            raise Invalid("import_no_file", file=name[:100])
        if not is_picture(found):
            raise Invalid("import_no_picture", file=name[:100])
        return found


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
