"""Bring the catalogues up to date with the templates and the code: `python -m tests.web.pages.messages`."""

import re
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[3]
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
"""So that nothing changes in a catalogue when no message has."""
LOCALES = ROOT / "vermilion" / "web" / "locales"
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None, "gettext": None, "ngettext": (1, 2), "_n": (1, 2),
}  # fmt: skip

CODE = re.compile(r"[a-z]+(_[a-z]+)+")
"""Keys of our own tables that stand inside a call, such as gettext(SENTENCES["bad_request"])."""


def extract() -> Catalog:
    """Every message for people, from templates and code."""
    found = Catalog(project="vermilion", version="1", charset="utf-8", fuzzy=False)
    options = {"templates/**.html": {"trimmed": "true"}}
    web = str(ROOT / "vermilion" / "web")
    for name, line, message, notes, context in extract_from_dir(
        web, method_map=METHODS, options_map=options, keywords=KEYWORDS
    ):
        if isinstance(message, str) and CODE.fullmatch(message):
            continue
        found.add(message, None, [(f"vermilion/web/{name}", line)], auto_comments=notes, context=context)
    return found


def update(locale: str, template: Catalog) -> None:
    """Write a locale's catalogue anew: what is gone goes, what is new waits for its translation."""
    path = LOCALES / locale / "LC_MESSAGES" / "vermilion.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue = Catalog(locale=locale, project="vermilion", version="1")
    if path.exists():
        with path.open("rb") as file:
            catalogue = read_po(file, locale=locale)
    catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    catalogue.fuzzy = False
    catalogue.creation_date = catalogue.revision_date = EPOCH
    catalogue.header_comment = f"# The words of vermilion's interface: {locale}."
    with path.open("wb") as file:
        write_po(file, catalogue, width=110, sort_output=True, no_location=True, omit_header=False)


if __name__ == "__main__":
    messages = extract()
    for folder in sorted(path.name for path in LOCALES.iterdir() if path.is_dir()):
        update(folder, messages)
        sys.stdout.write(f"{folder}: {len(messages)} messages\n")
