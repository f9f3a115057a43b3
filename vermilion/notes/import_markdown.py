"""Markdown files of one note each: headings of their own between lines of dashes, a title, pictures by link."""

import re
from typing import Any
from urllib.parse import unquote

from vermilion.kernel.errors import Invalid

_PICTURE = re.compile(r"!\[([^\]\n]*)\]\(\s*<?([^)>\n]+?)>?(?:\s+[\"'][^\"'\n]*[\"'])?\s*\)")
_KEY = re.compile(r"([A-Za-z_]+)\s*:\s*(.*)")
_TITLE = re.compile(r"#\s+(.+?)\s*#*\s*")
KEYS = {
    "title": "title", "tags": "tags", "topics": "tags", "place": "place", "lang": "lang", "language": "lang",
    "audience": "audience",
}  # fmt: skip


def read_markdown(text: str) -> dict[str, Any]:
    """A note as a Markdown file has it; raises Invalid("import_front_matter") with the fact `line`."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    row: dict[str, Any] = {"line": 1}
    start = 0
    if lines and lines[0].strip() == "---":
        end = next((at for at, line in enumerate(lines[1:], 1) if line.strip() in ("---", "...")), None)
        if end is None:
            raise Invalid("import_front_matter", line=1)
        row |= _front(lines[1:end])
        start = end + 1
    body = lines[start:]
    while body and not body[0].strip():
        body = body[1:]
    if body and not row.get("title") and (title := _TITLE.fullmatch(body[0])):
        row["title"], body = title[1], body[1:]
    text = "\n".join(body)
    found = _PICTURE.findall(text)
    row["files"] = tuple(unquote(place) if "://" not in place else place for _, place in found)
    row["alts"] = tuple(alt for alt, _ in found)
    row["body"] = re.sub(r"\n{3,}", "\n\n", _PICTURE.sub("", text)).strip()
    return row


def _front(lines: list[str]) -> dict[str, str]:
    """What stands before the text: `key: value`, lists in brackets or line by line."""
    found: dict[str, str] = {}
    key = None
    for at, line in enumerate(lines, 2):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if key is not None and (item := re.fullmatch(r"\s*-\s+(.*)", line)):
            found[key] = f"{found.get(key, '')} {_plain(item[1])}".strip()
            continue
        pair = _KEY.fullmatch(line.rstrip())
        if pair is None:
            if line[0] in " \t":  # below a key that is not read
                continue
            raise Invalid("import_front_matter", line=at)
        key = KEYS.get(pair[1].casefold(), "")
        if key:
            found[key] = _plain(pair[2].strip("[] ") if pair[2].startswith("[") else pair[2])
    found.pop("", None)
    return found


def _plain(value: str) -> str:
    value = value.strip()
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value
