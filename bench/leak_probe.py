"""Looking everywhere as everybody: each answer is searched for canaries, each list for what it must show."""

import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx

from bench.leak_world import IN_POOLS, MEANT, STATES, VIEWERS, Canary, Told, World

API = "/api/v1"
ORIGIN = "http://vermilion.test"
LISTS = {
    "explore": ("/", f"{API}/feeds/explore"),
    "watch": ("/watch", f"{API}/watch"),
    "following": ("/following", f"{API}/feeds/following"),
    "topic": ("/topic/travel", f"{API}/feeds/topics/travel"),
    "place": ("/place/7", f"{API}/feeds/places/7"),
    "best of a place": ("/place/7?sort=best", f"{API}/feeds/places/7?sort=best"),
    "channel": ("/channel/travel", f"{API}/feeds/channels/travel"),
    "profile": ("/@author", f"{API}/accounts/{{author}}/notes"),
    "saved": ("/saved", f"{API}/me/saved"),
    "inbox": ("/inbox", f"{API}/notices"),
    "search": ("/search?q=%23travel", f"{API}/search?q=%23travel"),
    "films of a search": ("/search?q=%23travel&tab=films", f"{API}/search?q=%23travel&only=films"),
    "by meaning": (f"/search?q={MEANT}", f"{API}/search?q={MEANT}"),
    "near": ("/search?near=38.71,-9.14", f"{API}/search?q=&near=38.71,-9.14"),
    "saved search": ("/search?q=%23travel+in:saved", f"{API}/search?q=%23travel&in=saved"),
}
PEOPLE = (
    "/@author/followers", "/@author/following", f"{API}/accounts/{{author}}/followers",
    f"{API}/accounts/{{author}}/following", "/@carl", "/@dora", f"{API}/profiles/carl", f"{API}/profiles/dora",
    f"{API}/accounts/{{carl}}/notes", "/settings", "/operate", f"{API}/operate", f"{API}/me", f"{API}/me/blocked", f"{API}/me/muted",
    f"{API}/me/follow-requests", f"{API}/notices/unread",
    "/search/suggestions?q=zq", f"{API}/search/suggestions?q=zq", "/search?q=zq&tab=people", f"{API}/search/people?q=zq",
    "/search?q=zq&tab=places", f"{API}/search/places?q=zq", "/search?q=travel&tab=topics", f"{API}/search/topics?q=tra",
)  # fmt: skip
_TAG = re.compile(r"<[^>]+>")
ELSEWHERE = ("frame of a note", "described to other sites", "card of a note")
"""Surfaces for other sites: what is kept from one region is shown at none of them."""
KEPT_BY_CACHES = {"picture", "film's playlist", "captions"}
SIZES = ("s.webp", "m.webp", "l.webp", "l.avif")


@dataclass(frozen=True)
class Look:
    """One request of one viewer, and the canaries its answer must hold."""

    viewer: str
    surface: str
    path: str
    must: tuple[str, ...] = ()
    method: str = "GET"
    json: object = None
    fragment: str = ""
    form: Mapping[str, str] | None = None
    sent: bytes = b""
    """A file, as the body of a call of the API or in the field of a form."""
    typed: str = ""
    """What the viewer brings themselves: to hear it again tells them nothing."""


@dataclass(frozen=True)
class Finding:
    """Something seen by who must not (leak), or not seen by who must (missing)."""

    kind: str
    viewer: str
    surface: str
    what: str


def looks(world: World, viewers: Sequence[str] = VIEWERS, *, deeds: bool = True) -> Iterator[Look]:
    """Every surface for these viewers; `deeds`: also what liking, saving and commenting gives away."""
    for viewer in viewers:
        yield from _lists(world, viewer)
        for told in world.notes.values():
            yield from _of_note(world, viewer, told)
        yield Look(viewer, "upload", f"/u/{world.upload}", _must(world, viewer, ["upload"]))
        written = _must(world, viewer, ["text of the upload"])
        yield Look(viewer, "text of an upload", f"{API}/uploads/{world.upload}/text", written, method="POST")
        yield Look(
            viewer, "text offered", f"/uploads/{world.upload}/text", written, method="POST", fragment="1"
        )
        yield from _learnt(world, viewer)
        yield from _asked(world, viewer)
        if viewer == "guest":  # whoever asks gets what guests may see
            yield from _outside(world)
        if deeds:
            for told in world.notes.values():
                yield from _deeds(viewer, told)


def _lists(world: World, viewer: str) -> Iterator[Look]:
    ids = {name: str(int(person.id)) for name, person in world.people.items()}
    for surface, (page, twin) in LISTS.items():
        must = tuple(
            told.words["version title"] for told in world.notes.values() if _is_listed(viewer, surface, told)
        )
        yield Look(viewer, surface, page, must)
        yield Look(viewer, f"{surface} as JSON", twin.format(**ids), must)
        yield Look(viewer, f"{surface} as cards", page, must if surface != "inbox" else (), fragment="cards")
    parts = tuple(
        told.words["version title"]
        for told in world.notes.values()
        if viewer in STATES[told.name][3] and told.name != "of a closed account"
    )
    yield Look(viewer, "series", "/@author/series/1", parts)
    yield Look(viewer, "series as JSON", f"{API}/accounts/{ids['author']}/series/1", parts)
    yield from _sent_picture(world, viewer)
    bio = _must(world, viewer, ["bio of author"])
    yield Look(viewer, "profile's head", f"{API}/profiles/author", bio)
    for path in PEOPLE:
        yield Look(viewer, path, path.format(**ids))


def _is_listed(viewer: str, surface: str, told: Told) -> bool:
    must = STATES[told.name][3]
    if viewer not in must or (
        viewer == "author" and surface in ("following", "inbox") and told.name not in IN_POOLS
    ):
        return False
    is_guest = viewer in ("guest", "closed")
    if surface == "profile":
        return True
    if surface in ("saved", "inbox"):
        return not is_guest
    if surface == "saved search" and is_guest:
        return False
    if surface == "following":
        return viewer in ("follower", "mutual") and told.name in IN_POOLS
    return told.name in IN_POOLS and viewer != "muted"


def _must(world: World, viewer: str, whats: Sequence[str]) -> tuple[str, ...]:
    return tuple(
        word for word, canary in world.canaries.items() if canary.what in whats and viewer in canary.must
    )


def _of_note(world: World, viewer: str, told: Told) -> Iterator[Look]:
    page, twin, words = f"/n/{told.id}", f"{API}/notes/{told.id}", told.words
    sees = viewer in STATES[told.name][3]
    whole = (
        tuple(words[kind] for kind in ("version title", "version body", "place", "alt", "sign", "made sign"))
        if sees
        else ()
    )
    said = (
        tuple(words[kind] for kind in ("comment", "comment alt", "reply", "translation of a reply"))
        if sees
        else ()
    )
    help_ = (words["help with a comment"],) if sees else ()
    signs = (words["comment sign"],) if sees else ()
    if told.name == "public":
        said += _must(world, viewer, ["public comment of dora"])
    yield Look(viewer, "note", page, whole + said + help_)
    yield Look(viewer, "note's article", page, whole + said + help_, fragment="note")
    yield Look(viewer, "note as JSON", twin, whole)
    for order in ("newest", "liked"):
        yield Look(viewer, f"thread, {order}", f"{page}/thread?order={order}", said + help_, fragment="1")
        yield Look(viewer, f"thread as JSON, {order}", f"{twin}/comments?order={order}", said + signs)
    reply = (words["reply"],) if sees else ()
    for at, comment_id in enumerate(told.comments):
        must = reply if at == 0 else ()
        yield Look(viewer, "replies", f"{page}/comments/{comment_id}/replies", must, fragment="1")
        yield Look(viewer, "replies as JSON", f"{twin}/comments/{comment_id}/replies", must)
    shown = [words["picture"], words["comment picture"]] if sees else []
    for at, key in enumerate(told.keys):
        for size in SIZES if at == 0 else SIZES[:1]:
            yield Look(viewer, "picture", f"/m/{told.id}/{key}/{size}", tuple(shown[at : at + 1]))
    yield from _alike(world, viewer, told, sees=sees)
    yield from _film(viewer, told, sees=sees)
    yield from _passages(world, viewer, told, sees=sees)
    yield from _words(viewer, told, sees=sees)
    yield from _drafts(viewer, told)
    yield from _answers(viewer, told)
    earlier = (words["earlier words"],) if sees else ()
    yield Look(viewer, "history", f"{page}/history", earlier)
    yield Look(viewer, "history as JSON", f"{twin}/history", earlier)
    yield Look(viewer, "place in a series as JSON", f"{twin}/series")
    own = (words["title"], words["body"]) if sees and viewer == "author" else ()
    yield Look(viewer, "edit form", f"{page}/edit", own)
    yield Look(viewer, "source", f"{twin}/source", own)


def _alike(world: World, viewer: str, told: Told, *, sees: bool) -> Iterator[Look]:
    """Notes like this one, and those with the same picture: every note of the world is both."""
    must = tuple(
        other.words["version title"]
        for other in world.notes.values()
        if sees and other is not told and _is_listed(viewer, "search", other)
    )
    for surface, path in (("alike", "alike"), ("same picture", f"pictures/{told.picture}/alike")):
        yield Look(viewer, surface, f"/n/{told.id}/{path}", must)
        yield Look(viewer, f"{surface} as JSON", f"{API}/notes/{told.id}/{path}", must)


def _sent_picture(world: World, viewer: str) -> Iterator[Look]:
    """A picture that every note of the world has, sent as a question."""
    must = tuple(
        told.words["version title"]
        for told in world.notes.values()
        if viewer not in ("guest", "closed") and _is_listed(viewer, "search", told)
    )
    yield Look(viewer, "sent picture", "/search/picture", must, method="POST", sent=b"a picture")
    path = f"{API}/search/picture"
    yield Look(viewer, "sent picture as JSON", path, must, method="POST", sent=b"a picture")


def _film(viewer: str, told: Told, *, sees: bool) -> Iterator[Look]:
    """The playlists and every file of a note's film; those of restricted ones lie behind a seal."""
    word = (told.words["film"],) if sees else ()
    folder = f"/f/{told.id}/{told.film}/"
    yield Look(viewer, "film's playlist", f"{folder}master.m3u8", word)
    for file in ("480.m3u8", "film.mp4", "thumbs.vtt"):
        yield Look(viewer, "film's lists", folder + file)
    for file in ("480.mp4", "480/init.mp4", "480/0.m4s", "preview.mp4", "thumbs.webp"):
        yield Look(viewer, "picture", folder + file, word if told.name == "public" else ())
    yield Look(
        viewer,
        "film by itself",
        f"/n/{told.id}/film",
        (told.words["film key"],) if sees else (),
        fragment="1",
    )
    spoken = (told.words["caption"],) if sees else ()
    for lang in ("fr", "en"):
        yield Look(viewer, "captions", f"/captions/{told.id}/{told.picture}/{lang}.vtt", spoken)
        yield Look(
            viewer, "captions as JSON", f"{API}/notes/{told.id}/captions/{told.picture}/{lang}", spoken
        )
    yield Look(viewer, "tracks as JSON", f"{API}/notes/{told.id}/captions")
    yield Look(viewer, "captions to correct", f"/n/{told.id}/captions", spoken if viewer == "author" else ())
    yield Look(viewer, "watches as JSON", f"{API}/notes/{told.id}/watches")
    yield Look(
        viewer,
        "comments as a sheet",
        f"/n/{told.id}",
        (told.words["comment"],) if sees else (),
        fragment="sheet",
    )
    watches = [{"note_id": str(int(told.id)), "key": str(UUID(int=told.number)), "seconds": 9, "share": 1}]
    yield Look(viewer, "telling what was watched", f"{API}/watched", method="POST", json={"watches": watches})


def _passages(world: World, viewer: str, told: Told, *, sees: bool) -> Iterator[Look]:
    """Each text by itself, what readers wrote to correct it, and asking for its translation."""
    words = told.words
    places = {
        f"title.{told.id}.{told.id}": ("version title", "correction of a title"),
        f"body.{told.id}.{told.id}": ("version body",),
        f"comment.{told.id}.{told.comments[0]}": ("comment",),
        f"comment.{told.id}.{told.comments[1]}": ("reply", "translation of a reply"),
    }
    for place, kinds in places.items():
        must = tuple(words[kind] for kind in kinds) if sees else ()
        if place.startswith("title"):
            must += _must(world, viewer, [f"held correction of the note {told.name}"])
        known = viewer not in ("guest", "closed")
        yield Look(viewer, "passage as JSON", f"{API}/passages/{place}", must)
        yield Look(viewer, "corrections", f"/correct?at={place}", must if known else ())
        if not sees:
            yield Look(
                viewer, "asking to translate", f"{API}/passages/{place}/translate", method="POST", json={}
            )
            better = {"text": "a better one"}
            yield Look(
                viewer, "correcting", f"{API}/passages/{place}/corrections", method="POST", json=better
            )
    for comment_id in told.comments[2:]:
        yield Look(viewer, "passage as JSON", f"{API}/passages/comment.{told.id}.{comment_id}")


def _words(viewer: str, told: Told, *, sees: bool) -> Iterator[Look]:
    """Words looked up where they stand, the note word by word, and what others wrote to correct its comments."""
    first, known = told.comments[0], viewer not in ("guest", "closed")
    for comment_id, word in told.spoken.items():
        must = (told.words["comment"],) if sees and known and comment_id == first else ()
        place = f"note={told.id}&comment={comment_id}"
        asked = f"{API}/learning/meaning?lang=en&word={word}"
        yield Look(viewer, "word", f"/learn/word?w={word}&{place}", must)
        yield Look(viewer, "word as JSON", f"{asked}&note_id={told.id}&comment_id={comment_id}", must)
        yield Look(viewer, "saved word as JSON", asked, must)
        at = f"{API}/learning/notes/{told.id}/comments/{comment_id}"
        help_ = (told.words["help with a comment"],) if sees and comment_id == first else ()
        yield Look(viewer, "help as JSON", f"{at}/corrections", help_)
        if not sees:
            yield Look(viewer, "helping", f"{at}/corrections", method="POST", json={"text": "a better one"})
            yield Look(viewer, "asking for help", f"{at}/correct-me", method="PUT")
    must = (told.words["comment"],) if sees and known else ()
    yield Look(viewer, "word by word", f"/n/{told.id}/read", must)


def _answers(viewer: str, told: Told) -> Iterator[Look]:
    """What is answered to a question that a note answers, and the passage of it that was asked for."""
    sees, asked, words = viewer in STATES[told.name][3], told.words["body"], told.words
    quoted = (words["version title"], words["version body"]) if sees and viewer != "muted" else ()
    yield Look(viewer, "answers", f"/search/answers?q={asked}", quoted, typed=asked)
    yield Look(viewer, "answers in place", f"/search/answers?q={asked}", quoted, fragment="1", typed=asked)
    yield Look(viewer, "answers as JSON", f"{API}/search/answers?q={asked}", quoted, typed=asked)
    shown = (words["version body"],) if sees else ()
    address = f"/search/snippet?q={asked}&note={told.id}"
    yield Look(viewer, "passage of a hit", address, shown, fragment="1", typed=asked)
    yield Look(viewer, "sentence of a hit", f"{address}&at=0", shown, fragment="1", typed=asked)


def _learnt(world: World, viewer: str) -> Iterator[Look]:
    """One's words with the sentences they were saved from, the review, and words met in what one has opened."""
    if viewer == "guest":
        must: tuple[str, ...] = ()
    else:
        must = _must(world, viewer, [f"word saved by {viewer}"])
    said = tuple(
        told.words["comment"]
        for told in world.notes.values()
        if viewer in STATES[told.name][3] and viewer not in ("guest", "closed")
    )
    often = (
        (world.notes["public"].words["comment"],) if world.notes["public"].words["comment"] in said else ()
    )
    yield Look(viewer, "words", "/learn/words", must + said)
    yield Look(viewer, "words as JSON", f"{API}/learning/words?lang=en", must + said)
    yield Look(viewer, "review", "/learn", must)
    yield Look(viewer, "review as JSON", f"{API}/learning/review", must)
    yield Look(viewer, "suggested as JSON", f"{API}/learning/suggestions", often)


def _asked(world: World, viewer: str) -> Iterator[Look]:
    """What many ask, what one asked oneself, the searches one saved and what is new for them, the feed of a search."""
    hot = _must(world, viewer, [f"question that finds {name}" for name in STATES])
    past = _must(world, viewer, [f"asked by {viewer}"])
    saved = _must(world, viewer, [f"search saved by {viewer}"])
    yield Look(viewer, "empty search", "/search", hot + past)
    yield Look(viewer, "hot searches as JSON", f"{API}/search/hot?lang=en", hot)
    yield Look(viewer, "past searches as JSON", f"{API}/me/searches", past)
    yield Look(viewer, "saved searches", "/search/saved", saved)
    yield Look(viewer, "saved searches as JSON", f"{API}/me/saved-searches", saved)
    for told in world.notes.values():
        for owner, search_id in told.searches.items():
            if owner != viewer:
                yield Look(viewer, "another's saved search", f"/search/saved/{search_id}")
                break
    if viewer == "guest":  # whoever asks gets what guests may see
        titles = tuple(
            told.words["title"]
            for told in world.notes.values()
            if viewer in STATES[told.name][3] and told.name in IN_POOLS
        )
        yield Look(viewer, "feed of a search", "/search.atom?q=%23travel", titles)


def _outside(world: World) -> Iterator[Look]:
    """What is made for other programs: feeds, the sitemap."""
    seen = [told for told in world.notes.values() if "guest" in STATES[told.name][3]]
    whole = tuple(told.words[kind] for told in seen for kind in ("title", "body", "alt", "film key"))
    yield Look("guest", "feed of a person", "/@author/feed.atom", whole)
    yield Look("guest", "feed of a topic", "/topic/travel/feed.atom", whole)
    for name in ("carl", "dora"):
        yield Look("guest", "feed of a person", f"/@{name}/feed.atom")
    addresses = tuple(f"/n/{told.id}" for told in seen if not told.name.startswith("withheld"))
    yield Look("guest", "sitemap", "/sitemap/notes/0.xml", addresses)
    for told in world.notes.values():
        shown = told in seen and not told.name.startswith("withheld")
        framed = (told.words["version title"], told.words["version body"]) if shown else ()
        yield Look("guest", "frame of a note", f"/n/{told.id}/embed", framed)
        card = f"/card/n/{told.id}/"
        yield Look("guest", "card of a note", f"{card}en/x.jpg", (card,) if shown else ())
        yield Look("guest", "sharing", f"/n/{told.id}/share", framed[:1])
        for form in ("json", "xml"):
            asked = f"/oembed?url={ORIGIN}/n/{told.id}&format={form}"
            yield Look("guest", "described to other sites", asked, framed[:1])
    yield Look("guest", "sitemap", "/sitemap/people/0.xml")
    yield Look("guest", "sitemap", "/sitemap.xml")


def _drafts(viewer: str, told: Told) -> Iterator[Look]:
    """Whoever guesses words that are not public learns nothing of what was made of them."""
    state, audience, may, _ = STATES[told.name]
    if (state, audience) == ("public", "everyone") or viewer in may:
        return
    text = told.words["reply"]
    asked = {"text": text, "into": ["en"], "lang": "fr", "part": "comment"}
    yield Look(viewer, "draft as JSON", f"{API}/drafts", method="POST", json=asked, typed=text)
    form = {"body": text, "lang": "fr", "as": "en", "tap": "1"}
    yield Look(viewer, "preview", "/preview", method="POST", form=form, fragment="1", typed=text)


def _deeds(viewer: str, told: Told) -> Iterator[Look]:
    twin = f"{API}/notes/{told.id}"
    for deed in ("save", "like"):
        for method in ("DELETE", "PUT", "DELETE"):
            yield Look(viewer, f"{method} {deed}", f"{twin}/{deed}", method=method)
    if viewer not in STATES[told.name][2]:
        yield Look(viewer, "saying", f"{twin}/comments", method="POST", json={"body": "hello"})
        yield Look(viewer, "deleting", twin, method="DELETE")
        yield Look(viewer, "restoring", f"{twin}/restore", method="POST", json={})
        for comment_id in told.comments:
            yield Look(viewer, "liking a comment", f"{twin}/comments/{comment_id}/like", method="PUT")
            answer = {"body": "hello", "reply_to": str(int(comment_id))}
            yield Look(viewer, "answering", f"{twin}/comments", method="POST", json=answer)


async def search(client: httpx.AsyncClient, world: World, wanted: Iterator[Look]) -> AsyncIterator[Finding]:
    """Look, and give what is wrong with each answer."""
    for look in wanted:
        answer = await client.request(
            look.method,
            look.path,
            headers=_headers(world, look),
            json=look.json,
            data=look.form,
            **_sent(look),
            follow_redirects=False,
        )
        found = _found(world, look, f"{answer.headers}\n{answer.text}")
        for canary in found.values():
            if look.viewer not in canary.may:
                yield Finding("leak", look.viewer, look.surface, canary.what)
        if answer.status_code >= 500:
            yield Finding("error", look.viewer, look.surface, f"{answer.status_code} at {look.path}")
        is_kept = look.surface == "picture" and "public" in answer.headers.get("cache-control", "")
        if is_kept or look.surface in ELSEWHERE:
            for canary in found.values():
                if not _is_for_all(world, canary):
                    yield Finding("leak", look.viewer, "shared caches", canary.what)
        for word in look.must:
            if word not in found:
                what = world.canaries[word].what if word in world.canaries else word
                yield Finding("missing", look.viewer, look.surface, what)


def _sent(look: Look) -> dict[str, Any]:
    if not look.sent:
        return {}
    return {"content": look.sent} if look.path.startswith(API) else {"files": {"file": look.sent}}


def _found(world: World, look: Look, text: str) -> dict[str, Canary]:
    if look.surface == "word by word":  # each word is a link, and a canary is two of them
        text = _TAG.sub("", text)
    found = {canary.word: canary for canary in world.found_in(text) if canary.word != look.typed}
    if look.surface == "sitemap":  # it tells addresses, and nothing else
        found |= {
            (address := f"/n/{told.id}"): Canary(
                address, f"address of the note {told.name}", STATES[told.name][2]
            )
            for told in world.notes.values()
            if f"/n/{told.id}<" in text
        }
    if look.surface == "card of a note":  # the way to it, which is there where it would be drawn
        found |= {
            (address := f"/card/n/{told.id}/"): Canary(
                address, f"card of the note {told.name}",
                frozenset() if told.name.startswith("withheld") else STATES[told.name][2],
            )
            for told in world.notes.values()
            if f"/card/n/{told.id}/" in text
        }  # fmt: skip
    return found


def _is_for_all(world: World, canary: Canary) -> bool:
    return "guest" in canary.may and not any(
        canary.word in told.words.values()
        for told in world.notes.values()
        if told.name.startswith("withheld")
    )


def _headers(world: World, look: Look) -> dict[str, str]:
    headers = {"accept": "text/html"} | ({"x-fragment": look.fragment} if look.fragment else {})
    if look.viewer == "guest":
        return headers
    person = world.people[look.viewer]
    return headers | (
        person.bearer if look.path.startswith(API) and look.viewer != "closed" else person.cookie
    )
