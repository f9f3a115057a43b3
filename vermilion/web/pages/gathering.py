"""The pictures of a form."""

import math

from vermilion.engines.film_read import is_film
from vermilion.kernel.errors import Invalid
from vermilion.kernel.ids import Id
from vermilion.kernel.viewer import Viewer
from vermilion.media.actions import upload
from vermilion.media.film_uploads import take_in
from vermilion.notes.films import choose_cover
from vermilion.notes.schema import NewPicture
from vermilion.storage.db import Db
from vermilion.web.api.films import desk_of
from vermilion.web.context import State
from vermilion.web.pages.forms import Form


def in_order(form: Form) -> list[Id]:
    """The pictures named in a form: where somebody without script wrote another position beside one, it stands there."""
    ids = form.ids("picture")
    wanted = {key: _position(form, key, at) for at, key in enumerate(ids)}
    found = [key for at, key in enumerate(ids) if wanted[key] == at]
    moved = [(wanted[key], -at, key) for at, key in enumerate(ids) if wanted[key] != at]
    for position, _, key in sorted(moved):
        found.insert(position, key)
    return found


def _position(form: Form, key: Id, otherwise: int) -> int:
    """From 0; what is no number leaves a picture where it is."""
    text = form.text(f"at-{key}").strip()
    return max(1, int(text)) - 1 if text.isdecimal() and len(text) < 4 else otherwise


async def gather(
    db: Db, viewer: Viewer, parts: State, form: Form, found: list[NewPicture], most: int
) -> None:
    """Put the pictures of a form into `found`: those named in it, then those a browser without script sent along.

    What is in `found` when a file is refused goes back with the form, so that nothing standing is lost.
    """
    dropped = set(form.texts("drop"))
    found += [
        NewPicture(id=key, alt=form.text(f"alt-{key}").strip())
        for key in in_order(form)
        if str(int(key)) not in dropped
    ]
    files = await form.files("file")
    if len(found) + len(files) > most:
        raise Invalid("too_many_pictures", field="pictures", most=most)
    alone = files.pop() if len(files) == 1 and not found and is_film(files[0]) else None
    for data in [*([alone] if alone else []), *await form.files("film")]:
        film = await take_in(db, viewer, desk_of(parts), data)
        found.append(NewPicture(id=film.id))
    for data in files:
        card = await upload(db, viewer, parts.blobs, parts.images, data)
        found.append(NewPicture(id=card.id))


async def cover_film(db: Db, viewer: Viewer, parts: State, form: Form) -> None:
    """Let the film of a note have the cover a browser without script sent or named the second of. Raises Invalid."""
    films, files, second = form.ids("cover_of"), await form.files("cover"), form.text("cover_at").strip()
    if not films or not (files or second):
        return
    at_ms, picture = None, None
    if files:
        picture = (await upload(db, viewer, parts.blobs, parts.images, files[0])).id
    else:
        at_ms = _milliseconds(second)
    await choose_cover(db, viewer, desk_of(parts), films[0], at_ms, picture)


def _milliseconds(second: str) -> int:
    try:
        found = float(second)
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise Invalid("bad_value", field="cover_at")
    return round(found * 1000)
