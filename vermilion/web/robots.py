"""What programs of others may do with what is published here, and how they are told: robots.txt, meta elements, headers.

`noindex` (search engines), `noai` and `noimageai` (programs that collect for training) in X-Robots-Tag and in a meta
element; `tdm-reservation` (TDM Reservation Protocol), the reservation of rights in a form that machines read which article
4(3) of the European directive 2019/790 asks for; and robots.txt (RFC 9309), which names the known collectors.
"""

from collections.abc import Iterable
from typing import NamedTuple

from litestar import Response, get
from markupsafe import Markup

from vermilion.accounts.schema import Wishes
from vermilion.settings import Settings
from vermilion.web.context import TheParts

COLLECTORS = (
    "AI2Bot", "Applebot-Extended", "Bytespider", "CCBot", "ClaudeBot", "anthropic-ai", "cohere-training-data-crawler",
    "Diffbot", "FacebookBot", "Google-Extended", "GPTBot", "img2dataset", "Meta-ExternalAgent", "omgili", "PanguBot",
)  # fmt: skip
"""What programs that collect for training call themselves, as far as they say so."""

KEPT_OUT = ("/api/", "/search", "/n/*/", "/sign-in", "/join")
"""What is of no use to anybody who lists pages."""


class Rules(NamedTuple):
    """What programs may do with a page, a picture or a feed."""

    may_list: bool = True
    may_train: bool = True

    @property
    def words(self) -> str:
        """As X-Robots-Tag and the meta element have it; empty where everything is allowed."""
        said = ["noindex"] * (not self.may_list) + ["noai", "noimageai"] * (not self.may_train)
        return ", ".join(said)

    @property
    def headers(self) -> dict[str, str]:
        """The headers of an answer."""
        return ({"x-robots-tag": self.words} if self.words else {}) | (
            {} if self.may_train else {"tdm-reservation": "1"}
        )

    @property
    def metas(self) -> Markup:
        """The same in the head of a page."""
        found = Markup('<meta name="robots" content="{}">\n').format(self.words) if self.words else Markup("")
        return found if self.may_train else found + Markup('<meta name="tdm-reservation" content="1">\n')


def lists_unasked(settings: Settings) -> bool:
    """Whether search engines may list what an author has said nothing about."""
    return settings.robots in ("open", "listed")


def trains_unasked(settings: Settings) -> bool:
    """Whether programs may be trained on what an author has said nothing about."""
    return settings.robots == "open"


def rules_of(settings: Settings, *wishes: Wishes) -> Rules:
    """The rules for what these authors published together: as strict as the strictest of them, and as the room."""
    if settings.robots == "closed":
        return Rules(may_list=False, may_train=False)
    return Rules(
        may_list=all(_said(one.may_list, lists_unasked(settings)) for one in wishes),
        may_train=all(_said(one.may_train, trains_unasked(settings)) for one in wishes),
    )


def _said(wish: bool | None, otherwise: bool) -> bool:
    return otherwise if wish is None else wish


@get("/robots.txt", include_in_schema=False, opt={"open": True})
async def robots_txt(parts: TheParts) -> Response[bytes]:
    """Where robots may go. It cannot tell authors apart, so collectors stay out unless the room is open to them."""
    body = "\n".join([*_lines(parts.settings), ""])
    return Response(
        body.encode(),
        media_type="text/plain",
        headers={"cache-control": "public, max-age=3600"},
    )


def _lines(settings: Settings) -> Iterable[str]:
    if settings.robots == "closed":
        return ("User-agent: *", "Disallow: /")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in KEPT_OUT)]
    if not trains_unasked(settings):
        lines += ["", *(f"User-agent: {name}" for name in COLLECTORS), "Disallow: /"]
    return [*lines, "", f"Sitemap: {settings.origin}/sitemap.xml"]


HANDLERS = [robots_txt]
