"""About the house: who took the photographs, who translates."""

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any

from litestar import get

from vermilion.kernel.viewer import Viewer
from vermilion.storage.db import Db
from vermilion.translation.queue import backlog
from vermilion.translation.table import Entry
from vermilion.web.context import State
from vermilion.web.pages.answers import Html, whole
from vermilion.web.wording import ROOM_LANGUAGES


@lru_cache(maxsize=1)
def photographs() -> list[dict[str, Any]]:
    """The sample world's photographs with title, credit, licence and source."""
    path = files("vermilion.sample") / "photographs.toml"
    return list(tomllib.loads(path.read_text("utf-8")).values()) if path.is_file() else []


@get("/about/photographs", include_in_schema=False)
async def show_photographs(db: Db, viewer: Viewer, locale: str) -> Html:
    """Credits."""
    return await whole(db, viewer, locale, "photographs.html", here="about", photographs=photographs())


@get("/about/translation", include_in_schema=False)
async def show_translation(db: Db, viewer: Viewer, locale: str, parts: State) -> Html:
    """Who translates here, where words go, what waits."""
    translator, lore = await parts.translation(), await parts.lore()
    on_tap = {
        target: [source for source in ROOM_LANGUAGES if source != target and lore.is_doubtful(source, target)]
        for target in ROOM_LANGUAGES
    }
    waiting = await parts.waiting.get(lambda: backlog(db))
    return await whole(
        db, viewer, locale, "translation.html",
        here="about", state=translator.state, percent=round(translator.progress * 100), hosts=translator.hosts,
        search_host=parts.meanings.outside,
        engines=[made_of(entry) for entry in lore.table.make] if translator.will_translate else [],
        waiting=waiting.waited + waiting.seen + waiting.ahead,
        on_tap=[(target, sources) for target, sources in on_tap.items() if sources],
    )  # fmt: skip


def made_of(entry: Entry) -> str:
    """An engine as its operator has set it up, by kind and model, without its address."""
    return " · ".join(part for part in (entry.kind, entry.model or "") if part)


HANDLERS = [show_photographs, show_translation]
