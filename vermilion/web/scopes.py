"""What a token may do: the scope of every route, and what people read when an application asks for one."""

from litestar.handlers import BaseRouteHandler, HTTPRouteHandler

PERSON = "person"
"""`opt={"scope": PERSON}`: what somebody does only themselves, signed in; no token can."""

PUBLIC, READ, WRITE = "public", "read", "write"


def _(message: str) -> str:
    """Marks a message for the catalogues; it is translated when it is said."""
    return message


WORDS: dict[str, str] = {
    "public": _("Read what everybody can read"),
    "read": _("Read what you can read, also what is for followers or for you alone"),
    "notices": _("Read your notices"),
    "write": _("Write, change and delete notes and comments for you"),
    "react": _("Like, save and follow for you"),
    "account": _("Change your profile and settings"),
}
"""Scope -> what it lets an application do, in words."""

ABOUT: dict[str, str] = {
    "public": "Read as a guest does, in the languages of the account.",
    "read": "Read everything the account may see.",
    "notices": "Read notices and mark them as read.",
    "write": "Write, change and delete notes, comments, pictures, films, corrections, words.",
    "react": "Like, save, follow, block and mute.",
    "account": "Change the profile and the settings of the account.",
}
"""The same for developers."""

_OWN = (
    "/me",
    "/notices",
    "/following",
    "/learning/",
    "/watches",
    "/films/",
    "/source",
    "/notes/{note_id:str}/albums",
)


def scope_of(handler: BaseRouteHandler) -> str | None:
    """The scope a token needs here: `opt["scope"]`, else by the method; None where nobody looks at one."""
    methods: set[str] = set(handler.http_methods) if isinstance(handler, HTTPRouteHandler) else {"GET"}
    return None if handler.opt.get("open") else handler.opt.get("scope", READ if "GET" in methods else WRITE)


def is_for_guests(handler: BaseRouteHandler) -> bool:
    """Whether guests are answered here, by what the address says."""
    paths = " ".join(handler.paths)
    is_own = any(part in paths for part in _OWN) and "/learning/notes/" not in paths
    return scope_of(handler) == READ and not is_own
