"""From what an author sends to what is stored: cleaned, with languages found and limits kept."""

from collections.abc import Sequence

from vermilion.engines.language import Language
from vermilion.kernel.errors import Conflict, Invalid
from vermilion.kernel.ids import Id
from vermilion.kernel.record import Record
from vermilion.kernel.text import clean, content_hash, fold_tag, is_blank, tags_in
from vermilion.kernel.types import UNDETERMINED
from vermilion.kernel.viewer import Viewer
from vermilion.media.covers import motif_for
from vermilion.notes.schema import NewNote, NewPicture, NewVersion

MOST_TAGS = 30


class Draft(Record, kw_only=True, frozen=True):
    """The texts of a note, ready to be stored."""

    title: str
    title_lang: str
    body: str
    body_lang: str
    tags: tuple[str, ...]
    place_name: str | None
    latitude: float | None
    longitude: float | None
    place_id: Id | None
    alts: tuple[tuple[str, str], ...]
    """An alt text and its language for each picture."""
    versions: tuple[tuple[str, str, str], ...]
    """Part, language and text."""
    motif: str

    def columns(self) -> list[object]:
        """Title to motif, in the order the statements of `notes.actions` name them."""
        return [
            self.title,
            self.title_lang,
            content_hash(self.title),
            self.body,
            self.body_lang,
            content_hash(self.body),
            list(self.tags),
            self.place_name,
            self.latitude,
            self.longitude,
            self.place_id,
            self.motif,
            len(self.alts),
        ]


def prepare(viewer: Viewer, language: Language, new: NewNote, seed: int) -> Draft:
    """Clean and check a note; raises Invalid empty_note, too_many_tags, place_coordinates, Conflict picture_twice."""
    title, body = clean(new.title, "title", lines=False), clean(new.body, "body")
    if is_blank(title + body) and not new.pictures:
        raise Invalid("empty_note")
    if (new.latitude is None) != (new.longitude is None) or (
        new.latitude is not None and not (new.place_name or new.place_id)
    ):
        raise Invalid("place_coordinates", field="place_name")
    tags = tuple(map(fold_tag, tags_in(f"{title}\n{body}")))
    if len(tags) > MOST_TAGS:
        raise Invalid("too_many_tags", most=MOST_TAGS, field="body")
    body_lang = new.lang or language.detect(body or title, reads=viewer.reads)
    return Draft(
        title=title,
        body=body,
        body_lang=body_lang,
        title_lang=new.lang
        or (language.detect(title, reads=(body_lang, *viewer.reads)) if len(title) > 8 else body_lang),
        tags=tags,
        place_name=clean(new.place_name, "place_name", lines=False) or None if new.place_name else None,
        latitude=new.latitude,
        longitude=new.longitude,
        place_id=new.place_id,
        alts=alts(viewer, language, new.pictures, body_lang),
        versions=_versions(new.versions, body_lang),
        motif=motif_for(tags, seed),
    )


def alts(
    viewer: Viewer, language: Language, pictures: Sequence[NewPicture], lang: str
) -> tuple[tuple[str, str], ...]:
    """The alt text and its language for each picture; raises Conflict("picture_twice")."""
    if len({picture.id for picture in pictures}) != len(pictures):
        raise Conflict("picture_twice", field="pictures")
    cleaned = [clean(picture.alt, "alt", lines=False) for picture in pictures]
    return tuple(
        (alt, language.detect(alt, reads=(lang, *viewer.reads)) if alt else UNDETERMINED) for alt in cleaned
    )


def _versions(versions: Sequence[NewVersion], original: str) -> tuple[tuple[str, str, str], ...]:
    made = []
    for version in versions:
        if version.lang == original:
            raise Invalid("version_of_itself", field="versions", lang=original)
        made += (
            [("title", version.lang, clean(version.title, "versions", lines=False))] if version.title else []
        )
        made += [("body", version.lang, clean(version.body, "versions"))] if version.body else []
    if len({(part, lang) for part, lang, _ in made}) != len(made):
        raise Invalid("version_twice", field="versions")
    return tuple(found for found in made if found[2])
