"""About the house: who took the photographs."""

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any

from litestar import get

from vermilion.kernel.viewer import Viewer
from vermilion.storage.db import Db
from vermilion.web.pages.answers import Html, whole


@lru_cache(maxsize=1)
def photographs() -> list[dict[str, Any]]:
    """The sample world's photographs with title, credit, licence and source."""
    path = files("vermilion.sample") / "photographs.toml"
    return list(tomllib.loads(path.read_text("utf-8")).values()) if path.is_file() else []


@get("/about/photographs", include_in_schema=False)
async def show_photographs(db: Db, viewer: Viewer, locale: str) -> Html:
    """Credits."""
    return await whole(db, viewer, locale, "photographs.html", here="about", photographs=photographs())


HANDLERS = [show_photographs]
