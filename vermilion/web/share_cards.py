"""Cards of notes, people and topics for other sites: what stands on each, where it is, and the drawn picture itself.

An address names what is on the card; another one leads to it. So a card is drawn once for each state it was ever in, and kept
for ever by whoever fetched it.
"""

import hashlib
from typing import NamedTuple
from urllib.parse import quote

import msgspec
from litestar import Response, get
from litestar.params import FromPath
from litestar.response import Redirect

from vermilion.accounts.reads import get_profile
from vermilion.accounts.schema import Profile, Wishes
from vermilion.comments.reads import get_picture
from vermilion.engines.cards import HEIGHT, KIND, WIDTH, CardOrder
from vermilion.feed import reads as feeds
from vermilion.kernel.errors import NotFound
from vermilion.kernel.ids import Id
from vermilion.kernel.text import fold_tag
from vermilion.kernel.types import LANGS, UNDETERMINED
from vermilion.kernel.viewer import GUEST, Viewer
from vermilion.media import covers
from vermilion.media.reads import get_avatar
from vermilion.notes.schema import Cover, NoteCard, NotePage
from vermilion.storage.db import Db
from vermilion.web.context import State, TheDb, TheParts
from vermilion.web.files import ANYWHERE, FOREVER
from vermilion.web.heads import SITE, Shown, in_one_line
from vermilion.web.limits import CARDS
from vermilion.web.oembed import note_for_others
from vermilion.web.render import initial
from vermilion.web.robots import rules_of

MADE = "1"
"""To be changed with the way cards are drawn."""
MOST_TITLE = 140
GREY = "#5f5f66"
_OPTIONS = {"limit": CARDS}


class Face(NamedTuple):
    """What a card shows. cover: the address of a picture or a drawing of ours, or nothing."""

    place: str
    order: CardOrder
    cover: str

    @property
    def path(self) -> str:
        """Where the card is."""
        said = msgspec.json.encode((MADE, self.order, self.cover))
        return f"/card/{self.place}/{hashlib.blake2b(said, digest_size=12).hexdigest()}.jpg"

    def shown(self, origin: str) -> Shown:
        """The card as other sites fetch it."""
        return Shown(origin + self.path, WIDTH, HEIGHT, self.order.title, KIND)


def face_of_note(note: NotePage) -> Face:
    """The card of a note, with its title in the language it is shown in."""
    words = note.title if note.title.text else note.body
    lang = _known(words.lang)
    order = CardOrder(
        title=in_one_line(words.text, MOST_TITLE),
        lang=lang,
        below=f"{note.author.display_name} · @{note.author.handle}",
        site=SITE.lower(),
        color=note.cover.mean_color,
    )
    return Face(f"n/{int(note.id)}/{lang}", order, _cover(note.cover))


def face_of_person(profile: Profile) -> Face:
    """The card of a person."""
    order = CardOrder(
        title=profile.display_name,
        lang=UNDETERMINED,
        below=f"@{profile.handle}",
        site=SITE.lower(),
        color=profile.color,
        initial=initial(profile.display_name),
    )
    return Face(f"p/{quote(profile.handle)}", order, profile.portrait or "")


def face_of_topic(tag: str, name: str, lang: str, cards: list[NoteCard]) -> Face:
    """The card of a topic by the name somebody who reads this language knows, with the cover of its newest note."""
    lang, cover = _known(lang), cards[0].cover if cards else None
    order = CardOrder(
        title=f"#{name}",
        lang=lang,
        below="",
        site=SITE.lower(),
        color=cover.mean_color if cover else GREY,
        initial="#",
    )
    return Face(f"t/{quote(fold_tag(tag), safe='')}/{lang}", order, _cover(cover) if cover else "")


def _known(lang: str) -> str:
    return lang if lang in LANGS else UNDETERMINED


def _cover(cover: Cover) -> str:
    if cover.picture is None:
        return cover.drawn or ""
    found = [source.url for source in cover.picture.sources if source.url.endswith("/m.webp")]
    return found[0] if found else ""


@get("/card/n/{note_id:str}/{lang:str}/{file:str}", include_in_schema=False, opt=_OPTIONS)
async def card_of_note(
    note_id: FromPath[Id], lang: FromPath[str], file: FromPath[str], db: TheDb, parts: TheParts
) -> Response[bytes]:
    """The card of a note in one language."""
    if lang != _known(lang):
        raise NotFound("not_found")
    note = await note_for_others(db, Viewer(reads=(lang,)), note_id)
    return await _sent(db, parts, face_of_note(note), file, note.wishes)


@get("/card/p/{handle:str}/{file:str}", include_in_schema=False, opt=_OPTIONS)
async def card_of_person(
    handle: FromPath[str], file: FromPath[str], db: TheDb, parts: TheParts
) -> Response[bytes]:
    """The card of a person."""
    profile = await get_profile(db, GUEST, handle)
    return await _sent(db, parts, face_of_person(profile), file, profile.wishes)


@get("/card/t/{tag:str}/{lang:str}/{file:str}", include_in_schema=False, opt=_OPTIONS)
async def card_of_topic(
    tag: FromPath[str], lang: FromPath[str], file: FromPath[str], db: TheDb, parts: TheParts
) -> Response[bytes]:
    """The card of a topic as readers of one language know it."""
    if lang != _known(lang):
        raise NotFound("not_found")
    tag, topics = tag.replace("\0", ""), (await parts.lore()).topics
    found = await feeds.topic(db, Viewer(reads=(lang,)), tag, None, topics.same(tag))
    face = face_of_topic(tag, topics.for_reader(tag, (lang,)) or tag, lang, found.items)
    return await _sent(db, parts, face, file)


async def _sent(db: Db, parts: State, face: Face, file: str, *wishes: Wishes) -> Response[bytes]:
    """The card where this is its address; else the way to it."""
    if not face.path.endswith(f"/{file}"):
        return Redirect(face.path, headers={"cache-control": "no-store"})
    card = parts.cards.kept(face.path) or await parts.cards.draw(
        face.path, await _with_cover(db, parts, face)
    )
    headers = {"cache-control": FOREVER, **ANYWHERE, **rules_of(parts.settings, *wishes).headers}
    return Response(card.data, media_type=KIND, headers=headers)


async def _with_cover(db: Db, parts: State, face: Face) -> CardOrder:
    """What is to be drawn with the cover in it, which everybody may see as well."""
    kind, *names = face.cover.strip("/").split("/")
    if kind == "m":
        note_id, key, _ = names
        found = await get_picture(db, GUEST, parts.blobs, int(note_id), key, "m", "webp")
        return msgspec.structs.replace(face.order, picture=found.data) if found.is_public else face.order
    if kind == "avatar":
        return msgspec.structs.replace(face.order, picture=await get_avatar(parts.blobs, names[0], "m"))
    if kind == "cover":
        motif, _, seed = names[0].removesuffix(".svg").rpartition("-")
        return msgspec.structs.replace(face.order, drawing=covers.draw(motif, int(seed)))
    return face.order


HANDLERS = [card_of_note, card_of_person, card_of_topic]
