"""The filters of the search page: a sheet of links, those that are on as chips that take them off, and what empties it."""

from collections.abc import Iterable
from typing import Any, NamedTuple
from urllib.parse import urlencode

from msgspec.structs import replace

from vermilion.kernel.record import Record
from vermilion.kernel.viewer import Viewer
from vermilion.search.query import without_saved
from vermilion.search.schema import Filters
from vermilion.web.asked import Asked
from vermilion.web.pages.feeds import Nothing, empty
from vermilion.web.render import fill
from vermilion.web.sentences import SENTENCES
from vermilion.web.wording import Wording


def _(message: str) -> str:
    return message


SORTS = {
    "best": _("Best"),
    "newest": _("Newest"),
    "liked": _("Most liked"),
    "commented": _("Most commented"),
    "saved": _("Most saved"),
}
TIMES = {"day": _("Past day"), "week": _("Past week"), "half-year": _("Past half year")}
SEEN = {"no": _("Not seen yet"), "yes": _("Seen before")}
KEYS = {
    "within": "within",
    "seen": "seen",
    "is_followed": "who",
    "langs": "lang",
    "is_saved": "in",
    "near": "near",
}
"""A filter, and its name in addresses."""


class Chip(NamedTuple):
    """A filter as a link: to put it on, or where it is on to take it off."""

    name: str
    address: str
    is_on: bool


class Group(NamedTuple):
    """Filters that belong together, under their name."""

    name: str
    chips: list[Chip]


class Sheet(Record, kw_only=True, frozen=True):
    """All that the templates show of filters."""

    groups: list[Group]
    on: list[Chip]
    """Those that are on; their addresses take them off."""
    near: str
    """Where, as it was typed."""
    is_unknown: bool
    """Nobody knows where that is."""
    hidden: list[tuple[str, str]]
    """What the form that asks where carries along."""
    kept: list[tuple[str, str]]
    """What another question carries along: that one looks among what one saved."""


def address(asked: Asked, tab: str | None = None, *, cursor: str | None = None, **changes: str | None) -> str:
    """The address of the same question with another tab, page or filter."""
    given = {**given_of(asked), "cursor": cursor, **changes}
    if tab is not None:
        given["tab"] = tab if tab != "notes" else None
    return "/search?" + urlencode({name: value for name, value in given.items() if value is not None})


def given_of(asked: Asked) -> dict[str, str | None]:
    """What the address of a question says, by name."""
    filters = asked.filters
    return {
        "q": without_saved(asked.query.text) if filters.is_saved else asked.query.text,
        "sort": filters.sort if filters.sort != "best" else None,
        "within": filters.within,
        "seen": filters.seen,
        "who": "followed" if filters.is_followed else None,
        "lang": filters.langs[0] if filters.langs else None,
        "in": "saved" if filters.is_saved else None,
        "near": asked.near or None,
        "tab": "films" if filters.is_film else None,
    }


def asks_by_filters(filters: Filters) -> bool:
    """Whether the filters by themselves ask for notes."""
    return filters.is_saved or filters.near is not None or filters.seen == "yes"


def sheet(words: Wording, asked: Asked, viewer: Viewer, among: Iterable[str] = ()) -> Sheet:
    """The filters in their groups. One that is on leads back. `among`: in which languages there is something."""
    filters, near = asked.filters, asked.near

    def chip(name: str, key: str, value: str, is_on: bool) -> Chip:
        return Chip(name, address(asked, **{key: None if is_on else value}), is_on)

    sorts = [chip(words.gettext(name), "sort", key, filters.sort == key) for key, name in SORTS.items()]
    times = [chip(words.gettext(name), "within", key, filters.within == key) for key, name in TIMES.items()]
    groups = [Group(words.gettext("Sorted by"), sorts), Group(words.gettext("When"), times)]
    mine = []
    if not viewer.is_guest:
        mine = [
            chip(words.gettext("People I follow"), "who", "followed", filters.is_followed),
            *(chip(words.gettext(name), "seen", key, filters.seen == key) for key, name in SEEN.items()),
            chip(words.gettext("Saved by me"), "in", "saved", filters.is_saved),
        ]
        groups.append(Group(words.gettext("Mine"), mine))
    langs = [
        chip(words.language_name(lang), "lang", lang, lang in filters.langs)
        for lang in dict.fromkeys((*viewer.reads, *filters.langs, *among))
    ]
    groups.append(Group(words.gettext("Written in"), langs))
    on = [one for one in (*sorts[1:], *times, *mine, *langs) if one.is_on]
    if filters.near is not None:
        on.append(Chip(_where(words, near), address(asked, near=None), True))
    return Sheet(
        groups=groups,
        on=on,
        near="" if _is_degrees(near) else near,
        is_unknown=bool(near) and filters.near is None,
        kept=[("in", "saved")] if filters.is_saved and not asked.query.is_saved else [],
        hidden=[(name, value) for name, value in given_of(asked).items() if value and name != "near"],
    )


def _where(words: Wording, near: str) -> str:
    return words.gettext("Near me") if _is_degrees(near) else fill(words.gettext("Near {place}"), place=near)


def _is_degrees(near: str) -> bool:
    return "," in near and not any(char.isalpha() for char in near)


def nothing(words: Wording, asked: Asked, emptied: list[str], on: list[Chip]) -> dict[str, Any]:
    """What the page says where nothing is found: which filter is in the way, and the way without it."""
    shown: Nothing
    is_film = asked.filters.is_film
    if asked.query.is_empty and not asks_by_filters(asked.filters):
        shown = empty(
            words.gettext("Nothing was found"), words.gettext(str(SENTENCES["nothing_asked"])),
            "/", words.gettext("Look around"),
        )  # fmt: skip
    elif is_film and asked.filters == Filters(is_film=True):
        shown = empty(
            words.gettext("No film was found"), words.gettext("There may be notes about it without one."),
            address(asked, "notes"), words.gettext("Look among all notes"),
        )  # fmt: skip
    elif asked.filters != Filters():
        free = replace(asked.query, text=without_saved(asked.query.text))
        shown = empty(
            words.gettext("Nothing fits these filters"), words.gettext("Without them there may be more."),
            address(Asked(query=free, filters=Filters(is_film=is_film))), words.gettext("Without filters"),
        )  # fmt: skip
    else:
        shown = empty(
            words.gettext("Nothing was found"), words.gettext("Try fewer or other words, or look around."),
            "/", words.gettext("Look around"),
        )  # fmt: skip
    away = {address(asked, **{KEYS[name]: None}) for name in emptied}
    drops = [one for one in on if one.address in away]
    return {"empty": shown, "drops": drops}
