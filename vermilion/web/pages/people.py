"""A person's page, and what stands between two people."""

from collections.abc import Awaitable, Callable
from functools import lru_cache

from babel import Locale
from litestar import get, post

from vermilion.accounts import actions, reads
from vermilion.accounts.schema import AccountCard, Profile
from vermilion.kernel.errors import NotFound
from vermilion.kernel.ids import Id
from vermilion.kernel.pages import Page
from vermilion.kernel.viewer import Viewer
from vermilion.notes import reads as notes
from vermilion.notes.albums import albums_of
from vermilion.notes.schema import NoteCard
from vermilion.storage.db import Db
from vermilion.translation.reads import bio_words, passages
from vermilion.translation.schema import Place
from vermilion.web.cards import cards_html
from vermilion.web.context import AnyRequest, State, wants_fragment
from vermilion.web.heads import head_of_profile
from vermilion.web.pages.answers import Html, back, fragment, go, inside, to_door, whole
from vermilion.web.pages.feeds import Cursor, Nothing, after, cards_manner, empty, more_cards, wants_cards
from vermilion.web.pages.forms import read_form
from vermilion.web.reading import Told, ask_for, manner_of, told
from vermilion.web.render import fill, safe
from vermilion.web.robots import rules_of
from vermilion.web.share_cards import face_of_person
from vermilion.web.wording import INTERFACES, Wording, wording

SHOWN_ALBUMS = 12
"""Albums on a profile; the others are a step away."""

Deed = Callable[[Db, Viewer, Id], Awaitable[AccountCard]]

DEEDS: dict[str, tuple[Deed, Deed]] = {
    "follow": (actions.follow, actions.unfollow),
    "block": (actions.block, actions.unblock),
    "mute": (actions.mute, actions.unmute),
    "unmute": (actions.unmute, actions.unmute),
    "approve": (actions.approve, actions.refuse),
}
"""Path -> what `on=1` and `on=0` do."""


def handle_in(name: str) -> str:
    """The handle of an address such as /@mei; any other word has no page."""
    if not name.startswith("@") or not 1 < len(name) <= 31:
        raise NotFound("not_found")
    return name[1:]


NOWHERE = frozenset(["EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"])
"""Codes of what is no country: unions, rests, and languages to test with."""


@lru_cache(maxsize=8)
def regions(locale: str) -> list[tuple[str, str]]:
    """Countries by their names in an interface language."""
    names = Locale.parse(INTERFACES.get(locale, "en")).territories
    found = [
        (code, name)
        for code, name in names.items()
        if len(code) == 2 and code.isalpha() and code not in NOWHERE
    ]
    return sorted(found, key=lambda pair: pair[1])


@get("/{name:str}", include_in_schema=False)
async def show_profile(  # noqa: PLR0913, PLR0917 - one for each part of the address
    request: AnyRequest,
    db: Db,
    viewer: Viewer,
    locale: str,
    parts: State,
    name: str,
    cursor: Cursor = None,
    deleted: str | None = None,
    asked: str = "",
) -> Html:
    """A person and their notes."""
    profile = await reads.get_profile(db, viewer, handle_in(name))
    found: Page[NoteCard] = Page(items=[])
    if not profile.is_blocked:
        found = await notes.notes_by(db, viewer, profile.id, cursor)
    onward = after(f"/@{profile.handle}", found)
    manner = await cards_manner(viewer, parts, found)
    if wants_cards(request):
        return more_cards(locale, viewer, cards_html(locale, found.items, manner, later=True), onward)
    about = await _about(db, viewer, parts, profile, locale, asked)
    albums = [] if cursor else (await albums_of(db, viewer, profile.id, most=SHOWN_ALBUMS)).items
    words = wording(locale)
    undo = None
    if deleted and deleted.isdigit() and profile.is_viewer:
        undo = {"action": f"/n/{deleted}/restore", "sentence": words.gettext("Note deleted")}
    rules, origin = rules_of(parts.settings, profile.wishes), parts.settings.origin
    return await whole(
        db, viewer, locale, "profile.html",
        here="me" if profile.is_viewer else "profile", profile=profile, surface="profile", about=about, albums=albums,
        cards=safe(cards_html(locale, found.items, manner)), next=onward,
        headers=rules.headers, head=rules.metas + head_of_profile(origin, viewer, profile, face_of_person(profile).shown(origin)),
        region=dict(regions(locale)).get(profile.region or ""), undo=undo,
        empty=_no_notes(words, profile),
    )  # fmt: skip


async def _about(
    db: Db, viewer: Viewer, parts: State, profile: Profile, locale: str, asked: str
) -> Told | None:
    """What a person says about themselves; asked for where it is foreign."""
    if not profile.bio:
        return None
    words = bio_words(profile.id, profile.bio, profile.bio_lang)
    found = await passages(db, viewer, [words])
    manner = await manner_of(viewer, parts, asked)
    ask_for(parts, manner, found)
    place = Place(part="bio", note_id=None, subject_id=profile.id)
    return told(found[0], manner, locale, str(place))


def _no_notes(words: Wording, profile: Profile) -> Nothing:
    if not profile.is_viewer:
        return empty(
            words.gettext("No notes yet"), words.gettext("What they publish for you to see appears here.")
        )
    return empty(
        words.gettext("Your first note"), words.gettext("A photograph, a question, an ordinary day: anything is welcome."),
        "/publish", words.gettext("Publish a note"),
    )  # fmt: skip


@get("/{name:str}/followers", include_in_schema=False)
async def show_followers(
    db: Db, viewer: Viewer, locale: str, parts: State, name: str, cursor: Cursor = None
) -> Html:
    """Who follows a person."""
    profile = await reads.get_profile(db, viewer, handle_in(name))
    found = await reads.followers(db, viewer, profile.id, cursor)
    return await _people(
        db, viewer, locale, parts, profile, found, "followers", wording(locale).gettext("Followers")
    )


@get("/{name:str}/following", include_in_schema=False)
async def show_following(
    db: Db, viewer: Viewer, locale: str, parts: State, name: str, cursor: Cursor = None
) -> Html:
    """Whom a person follows."""
    profile = await reads.get_profile(db, viewer, handle_in(name))
    found = await reads.following(db, viewer, profile.id, cursor)
    return await _people(
        db, viewer, locale, parts, profile, found, "following", wording(locale).gettext("Following")
    )


async def _people(
    db: Db, viewer: Viewer, locale: str, parts: State, profile: Profile, found: Page[AccountCard], path: str, heading: str,
) -> Html:  # fmt: skip
    onward = f"/@{profile.handle}/{path}?cursor={found.next}" if found.next else ""
    return await whole(
        db, viewer, locale, "people.html", profile=profile, people=found.items, next=onward, heading=heading,
        headers=rules_of(parts.settings, profile.wishes).headers,
    )  # fmt: skip


@get("/{name:str}/{deed:str}", include_in_schema=False)
async def no_page(name: str, deed: str) -> None:  # noqa: ARG001 - the address names them
    """What is done to people has no page."""
    raise NotFound("not_found")


@post("/{name:str}/{deed:str}", include_in_schema=False)
async def do(request: AnyRequest, db: Db, viewer: Viewer, locale: str, name: str, deed: str) -> Html:
    """Follow, block, mute a person or let them follow; or no longer."""
    handle = handle_in(name)
    if deed not in DEEDS:
        raise NotFound("not_found")
    if viewer.is_guest:
        return to_door(request)
    form = await read_form(request)
    account_id = await reads.find_id(db, viewer, handle)
    if account_id is None:
        raise NotFound("account_gone")
    begin, end = DEEDS[deed]
    card = await (begin if form.is_on() else end)(db, viewer, account_id)
    if wants_fragment(request) and deed == "mute":
        undo = {
            "action": f"/@{card.handle}/unmute",
            "sentence": fill(wording(locale).gettext("{name} is hidden"), name=card.display_name),
        }
        return fragment(locale, "parts/undo.html", viewer, undo={**undo, "reloads": True})
    if wants_fragment(request):
        return fragment(locale, "parts/followed.html", viewer, person=card)
    if deed == "block" and form.is_on():
        return go(f"/@{card.handle}")
    return go(inside(form.text("next")) if form.text("next") else back(request, f"/@{card.handle}"))


HANDLERS = [show_profile, show_followers, show_following, no_page, do]
