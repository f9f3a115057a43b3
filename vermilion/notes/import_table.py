"""Tables of notes: CSV with a line of headings, as spreadsheets write it."""

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

from vermilion.kernel.errors import Invalid

COLUMNS = {
    "file": "files", "files": "files", "picture": "files", "pictures": "files", "image": "files", "images": "files",
    "title": "title", "text": "body", "body": "body", "tags": "tags", "topics": "tags", "place": "place", "alt": "alts",
    "alts": "alts", "description": "alts", "lang": "lang", "language": "lang", "audience": "audience",
}  # fmt: skip
"""What a column may be called -> what it holds; other columns are left alone."""
LISTS = {"files": re.compile(r"[;|\n]"), "alts": re.compile(r"[|\n]")}
"""What stands between several values of one cell."""


def read_table(text: str) -> Iterator[dict[str, Any]]:
    """The rows of a table with the lines they begin in; raises Invalid with the fact `line`."""
    heading = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=heading.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    names: list[str | None] | None = None
    line = 1
    try:
        for cells in reader:
            begins, line = line, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if names is None:
                names = [COLUMNS.get(cell.strip().casefold()) for cell in cells]
                if not {"files", "title", "body"} & set(names):
                    raise Invalid("import_columns", line=begins)
                continue
            if len(cells) > len(names) and any(cells[len(names) :]):
                raise Invalid("import_cells", line=begins, count=len(cells), most=len(names))
            yield _row(begins, names, cells)
    except csv.Error as error:
        raise Invalid("import_csv", line=max(1, reader.line_num)) from error
    if names is None:
        raise Invalid("import_columns", line=1)


def _row(line: int, names: list[str | None], cells: list[str]) -> dict[str, Any]:
    row: dict[str, Any] = {"line": line}
    for name, cell in zip(names, cells, strict=False):
        if name in LISTS:
            values = tuple(part.strip() for part in LISTS[name].split(cell))
            row[name] = row.get(name, ()) + (
                values if name == "alts" and cell.strip() else tuple(filter(None, values))
            )
        elif name is not None and not row.get(name):
            row[name] = cell
    return row
