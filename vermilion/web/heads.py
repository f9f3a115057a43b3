"""What pages say of themselves to other sites and to search engines: OpenGraph, JSON-LD (schema.org), the canonical address.

For guests alone, and of what everybody everywhere may see: nothing else may be shown anywhere by its address.
Addresses are made from the room's own origin, never from what a request calls it. There is no `hreflang`: a page has one
address in all languages.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from markupsafe import Markup, escape

from vermilion.accounts.schema import AccountCard, Profile
from vermilion.kernel.text import fold_tag
from vermilion.kernel.viewer import Viewer
from vermilion.media.schema import SIZES, Picture
from vermilion.notes.schema import NoteCard, NotePage
from vermilion.notes.series_schema import SeriesPage

SITE = "Vermilion"
SCHEMA = "https://schema.org"
MOST_TITLE, MOST_DESCRIPTION, MOST_LISTED = 110, 200, 20
TALLEST = 1920
"""Of the largest size of a picture, in pixels."""

Pairs = Iterable[tuple[str, str | int | None]]
Linked = dict[str, Any]


class Shown(NamedTuple):
    """A picture as other sites fetch it: its whole address, pixels, and what is to be seen in it."""

    url: str
    width: int
    height: int
    alt: str
    kind: str = "image/webp"


def note_path(note_id: int) -> str:
    """Where a note is."""
    return f"/n/{int(note_id)}"


def person_path(handle: str) -> str:
    """Where a person's page is."""
    return f"/@{quote(handle)}"


def topic_path(tag: str) -> str:
    """Where a topic is."""
    return f"/topic/{quote(fold_tag(tag), safe='')}"


def album_path(handle: str, album_id: int) -> str:
    """Where an album is."""
    return f"{person_path(handle)}/albums/{int(album_id)}"


def embed_path(note_id: int) -> str:
    """Where a note is to be had for a frame on another site."""
    return f"{note_path(note_id)}/embed"


def feed_of(path: str, cursor: str | None = None) -> str:
    """Where the feed of a page is that has one."""
    return f"{path}/feed.atom" + (f"?cursor={cursor}" if cursor else "")


def is_for_others(note: NotePage) -> bool:
    """Whether other sites may show anything of a note."""
    return note.is_for_everybody and note.deleted_at is None


def head_of_note(origin: str, viewer: Viewer, note: NotePage, card: Shown) -> Markup:
    """The head of a note's page: its canonical address alone where it is not for everybody or somebody is signed in."""
    url = origin + note_path(note.id)
    if not viewer.is_guest or not is_for_others(note):
        return _links(url)
    title = in_one_line(note.title.text or note.body.text, MOST_TITLE)
    pictures = [shown_picture(origin, picture) for picture in note.pictures]
    film = next((one.film for one in note.pictures if one.film and one.film.is_playable), None)
    pairs: list[tuple[str, str | int | None]] = [
        *_open_graph("article", url, title, in_one_line(note.body.text or note.title.text, MOST_DESCRIPTION)),
        ("twitter:card", "summary_large_image"),
        *(pair for picture in (card, *pictures[:3]) for pair in picture_pairs(picture)),
    ]
    if film is not None:
        pairs += [
            ("og:video", origin + film.file), ("og:video:type", "video/mp4"), ("og:video:width", film.width),
            ("og:video:height", film.height), ("og:video:duration", round(film.duration_ms / 1000)),
        ]  # fmt: skip
    pairs += [
        ("article:published_time", note.created_at.isoformat()),
        ("article:modified_time", (note.edited_at or note.created_at).isoformat()),
        ("article:author", origin + person_path(note.author.handle)),
        *(("article:tag", tag) for tag in note.tags),
    ]
    return (
        _links(url)
        + _embeds(url, origin, title)
        + _metas(pairs)
        + data_block(linked_note(origin, note, pictures, card))
    )


def linked_note(origin: str, note: NotePage, pictures: Sequence[Shown], card: Shown) -> Linked:
    """A note as schema.org has it, in the words of its author; `pictures`: those of the note in their order, else its card."""
    url = origin + note_path(note.id)
    found: Linked = {
        "@context": SCHEMA,
        "@type": "SocialMediaPosting",
        "@id": url,
        "url": url,
        "mainEntityOfPage": url,
        "headline": in_one_line(note.title.original or note.body.original, MOST_TITLE),
        "articleBody": note.body.original,
        "inLanguage": note.body.original_lang if note.body.original else note.title.original_lang,
        "datePublished": note.created_at.isoformat(),
        "dateModified": (note.edited_at or note.created_at).isoformat(),
        "author": linked_person(origin, note.author),
        "publisher": {"@type": "Organization", "name": SITE, "url": origin + "/"},
        "isAccessibleForFree": True,
        "keywords": list(note.tags),
        "image": [_linked_picture(picture) for picture in pictures or (card,)],
        "video": [
            _linked_film(origin, note, one, picture.url)
            for one, picture in zip(note.pictures, pictures, strict=True)
            if one.film and one.film.is_playable
        ],
        "contentLocation": {"@type": "Place", "name": note.place_name} if note.place_name else None,
        "digitalSourceType": "https://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
        if note.made_with_ai
        else None,
        "commentCount": note.comment_count,
        "interactionStatistic": [
            _counter("LikeAction", note.like_count),
            _counter("BookmarkAction", note.save_count),
            _counter("CommentAction", note.comment_count),
        ],
    }
    return {name: value for name, value in found.items() if value not in (None, [], "")}


def head_of_profile(origin: str, viewer: Viewer, profile: Profile, card: Shown) -> Markup:
    """The head of a person's page."""
    url = origin + person_path(profile.handle)
    links = _links(url, feed_of(url), profile.display_name)
    if not viewer.is_guest:
        return links
    pairs: list[tuple[str, str | int | None]] = [
        *_open_graph("profile", url, profile.display_name, in_one_line(profile.bio, MOST_DESCRIPTION)),
        ("profile:username", profile.handle),
        ("twitter:card", "summary_large_image"),
        *picture_pairs(card),
    ]
    person = linked_person(origin, profile)
    if profile.portrait:
        portrait = Shown(origin + profile.portrait, 320, 320, profile.display_name)
        person["image"] = _linked_picture(portrait)
    if profile.bio:
        person["description"] = profile.bio
    linked = {
        "@context": SCHEMA,
        "@type": "ProfilePage",
        "url": url,
        "dateCreated": profile.created_at.isoformat(),
        "mainEntity": person | {
            "identifier": str(int(profile.id)),
            "interactionStatistic": [_counter("FollowAction", profile.follower_count)],
            "agentInteractionStatistic": [_counter("WriteAction", profile.note_count)],
        },
    }  # fmt: skip
    return links + _metas(pairs) + data_block(linked)


def head_of_list(
    origin: str, viewer: Viewer, path: str, name: str, cards: Sequence[NoteCard], card: Shown | None = None
) -> Markup:
    """The head of a topic's or an album's page at `path`; `name`: what this reader calls it, `cards`: the notes on it.

    `card`: for other sites; without one they get the first cover.
    """
    url = origin + path
    links = _links(url, feed_of(url), name)
    if not viewer.is_guest:
        return links
    pairs: list[tuple[str, str | int | None]] = [*_open_graph("website", url, name, "")]
    cover = card or next(
        (shown_picture(origin, one.cover.picture) for one in cards if one.cover.picture), None
    )
    if cover is not None:
        pairs += [("twitter:card", "summary_large_image"), *picture_pairs(cover)]
    linked = {
        "@context": SCHEMA,
        "@type": "CollectionPage",
        "url": url,
        "name": name,
        "mainEntity": listed(origin, [note_path(card.id) for card in cards]),
    }
    return links + _metas(pairs) + data_block(linked)


def head_of_series(origin: str, viewer: Viewer, path: str, found: SeriesPage) -> Markup:
    """The head of a series at `path`, with its parts that everybody may see."""
    url = origin + path
    if not viewer.is_guest:
        return _links(url)
    pairs: list[tuple[str, str | int | None]] = [*_open_graph("website", url, found.title, "")]
    cover = next((shown_picture(origin, one.cover.picture) for one in found.parts if one.cover.picture), None)
    if cover is not None:
        pairs += [("twitter:card", "summary_large_image"), *picture_pairs(cover)]
    linked = {
        "@context": SCHEMA,
        "@type": "CreativeWorkSeries",
        "url": url,
        "name": found.title,
        "inLanguage": found.lang,
        "author": linked_person(origin, found.owner),
        "hasPart": [
            {"@type": "SocialMediaPosting", "url": origin + note_path(card.id), "position": at}
            for at, card in enumerate(found.parts, 1)
        ],
    }
    return _links(url) + _metas(pairs) + data_block(linked)


def head_of_site(origin: str, viewer: Viewer, title: str, description: str) -> Markup:
    """The head of the front page."""
    url = origin + "/"
    if not viewer.is_guest:
        return _links(url)
    linked = {
        "@context": SCHEMA,
        "@type": "WebSite",
        "url": url,
        "name": SITE,
        "description": description,
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": origin + "/search?q={search_term_string}"},
            "query-input": "required name=search_term_string",
        },
    }
    return _links(url) + _metas(_open_graph("website", url, title, description)) + data_block(linked)


def linked_person(origin: str, person: AccountCard) -> Linked:
    """A person as schema.org has them."""
    found = {
        "@type": "Person",
        "name": person.display_name,
        "alternateName": f"@{person.handle}",
        "url": origin + person_path(person.handle),
    }
    return found | ({"image": origin + person.avatar} if person.avatar else {})


def listed(origin: str, paths: Sequence[str]) -> Linked:
    """A list of pages, in their order."""
    elements = [
        {"@type": "ListItem", "position": at, "url": origin + path}
        for at, path in enumerate(paths[:MOST_LISTED], 1)
    ]
    return {"@type": "ItemList", "itemListElement": elements}


def shown_picture(origin: str, picture: Picture) -> Shown:
    """The largest size of a picture that every program can read."""
    sources = [source for source in picture.sources if source.format == "webp"]
    width = min(SIZES["l"], picture.width)
    height = max(1, round(picture.height * width / picture.width))
    if height > TALLEST:
        width, height = max(1, round(width * TALLEST / height)), TALLEST
    return Shown(origin + sources[-1].url, width, height, picture.alt)


def picture_pairs(picture: Shown) -> Pairs:
    """How OpenGraph names a picture."""
    yield "og:image", picture.url
    yield "og:image:type", picture.kind
    yield "og:image:width", picture.width
    yield "og:image:height", picture.height
    yield "og:image:alt", in_one_line(picture.alt, 400)


def data_block(linked: Mapping[str, Any]) -> Markup:
    """Structured data as a block that no browser executes, and that no text can end."""
    text = json.dumps(linked, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(f'<script type="application/ld+json">{text}</script>\n')  # noqa: S704 - what could end it is escaped


def _open_graph(kind: str, url: str, title: str, description: str) -> Pairs:
    yield "og:site_name", SITE
    yield "og:type", kind
    yield "og:url", url
    yield "og:title", title
    yield "og:description", description


def _metas(pairs: Pairs) -> Markup:
    """The elements; those with nothing to say are left out."""
    found = "".join(
        f'<meta property="{name}" content="{escape(value)}">\n'
        for name, value in pairs
        if value not in ("", None)
    )
    return Markup(found)  # noqa: S704 - the names are ours, the values escaped


def _links(url: str, feed: str = "", title: str = "") -> Markup:
    found = Markup('<link rel="canonical" href="{}">\n').format(url)
    if not feed:
        return found
    form = Markup('<link rel="alternate" type="application/atom+xml" title="{}" href="{}">\n')
    return found + form.format(title, feed)


def _embeds(url: str, origin: str, title: str) -> Markup:
    """Where other sites learn how to show the page (oEmbed)."""
    form = Markup('<link rel="alternate" type="{}+oembed" title="{}" href="{}">\n')
    kinds = (("application/json", "json"), ("text/xml", "xml"))
    return Markup("").join(
        form.format(kind, title, f"{origin}/oembed?{urlencode({'url': url, 'format': name})}")
        for kind, name in kinds
    )


def _linked_picture(picture: Shown) -> Linked:
    found: Linked = {
        "@type": "ImageObject", "url": picture.url, "width": picture.width, "height": picture.height,
        "encodingFormat": picture.kind,
    }  # fmt: skip
    return found | ({"caption": picture.alt} if picture.alt else {})


def _linked_film(origin: str, note: NotePage, picture: Picture, thumbnail: str) -> Linked:
    film = picture.film
    assert film is not None
    return {
        "@type": "VideoObject",
        "name": in_one_line(note.title.original or note.body.original or picture.alt or SITE, MOST_TITLE),
        "description": in_one_line(
            note.body.original or note.title.original or picture.alt or SITE, MOST_DESCRIPTION
        ),
        "contentUrl": origin + film.file,
        "thumbnailUrl": thumbnail,
        "encodingFormat": "video/mp4",
        "uploadDate": note.created_at.isoformat(),
        "duration": duration(film.duration_ms),
        "width": film.width,
        "height": film.height,
    }


def duration(milliseconds: int) -> str:
    """A length of time as ISO 8601 writes it."""
    return f"PT{max(1, round(milliseconds / 1000))}S"


def _counter(action: str, count: int) -> Linked:
    return {
        "@type": "InteractionCounter",
        "interactionType": f"{SCHEMA}/{action}",
        "userInteractionCount": count,
    }


def in_one_line(text: str, most: int) -> str:
    """The beginning of a text in one line."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"
