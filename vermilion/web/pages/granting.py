"""An application asks for access (OAuth 2.1, authorization code with PKCE): the question, and the way back."""

from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from litestar import get, post
from litestar.datastructures import MultiDict

from vermilion.accounts import grants
from vermilion.accounts.applications import Known, find_application, is_private, is_redirect_of
from vermilion.accounts.schema import SCOPES
from vermilion.kernel.errors import Invalid, Problem
from vermilion.kernel.record import Record
from vermilion.kernel.viewer import Viewer
from vermilion.storage.db import Db
from vermilion.web.context import AnyRequest, State
from vermilion.web.pages.answers import Html, go, whole
from vermilion.web.pages.forms import read_form
from vermilion.web.problems import sentence
from vermilion.web.scopes import PUBLIC, WORDS
from vermilion.web.security import policy_to
from vermilion.web.wording import wording

PATH = "/oauth/authorize"
_ERRORS = {"response_type": "unsupported_response_type", "invalid_scope": "invalid_scope"}
_LONGEST = 2000


class Asked(Record, kw_only=True, frozen=True):
    """What an application asks for, where it is known and would be answered at an address of its own."""

    known: Known
    redirect: str
    state: str
    scopes: tuple[str, ...]
    challenge: str

    @property
    def is_assured(self) -> bool:
        """Whether whoever gets the answer is the application: others can listen on a person's own machine."""
        return self.known.application.is_confidential or not is_private(self.redirect)


@get(PATH, include_in_schema=False)
async def show_question(request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State) -> Html:
    """The question; who has said yes before goes straight back."""
    asked, refusal = await _asked(request, db, parts)
    if refusal:
        return go(refusal)
    if viewer.is_guest:
        return _to_door(request)
    held = await grants.consented(db, viewer, asked.known.application.id)
    if asked.is_assured and held.issuperset(asked.scopes):
        return go(await _allowed(db, viewer, asked, parts))
    words = wording(locale)
    return await whole(
        db, viewer, locale, "granting.html", headers={"content-security-policy": policy_to(asked.redirect)},
        here="me", application=asked.known.application, developer=_isolated(asked.known.developer), me=_isolated(viewer.handle or ""),
        home=urlsplit(asked.known.application.address).hostname,
        back_to=None if is_private(asked.redirect) else urlsplit(asked.redirect).hostname,
        scopes=[(words.gettext(WORDS[scope]), scope in held) for scope in SCOPES if scope in asked.scopes],
        query=request.url.query,
    )  # fmt: skip


@post(PATH, include_in_schema=False)
async def answer_question(request: AnyRequest, db: Db, viewer: Viewer, parts: State) -> Html:
    """Yes or no; what was asked stands in the address, and is looked at again."""
    asked, refusal = await _asked(request, db, parts)
    if refusal:
        return go(refusal)
    if viewer.is_guest:
        return _to_door(request)
    form = await read_form(request)
    if form.text("deed") == "allow":
        return go(await _allowed(db, viewer, asked, parts))
    return go(_way_back(asked.redirect, parts, asked.state, error="access_denied"))


async def _allowed(db: Db, viewer: Viewer, asked: Asked, parts: State) -> str:
    code = await grants.allow(
        db, viewer, asked.known.application, asked.redirect, asked.challenge, asked.scopes
    )
    return _way_back(asked.redirect, parts, asked.state, code=code)


async def _asked(request: AnyRequest, db: Db, parts: State) -> tuple[Asked, str]:
    """What is asked for; with an address where it is refused there.

    As long as it is not certain that the address belongs to the application, the person is told and nobody else:
    raises Invalid("client_unknown"), Invalid("redirect_mismatch").
    """
    sent = request.query_params
    ids, redirects = sent.getall("client_id", []), sent.getall("redirect_uri", [])
    known = await find_application(db, ids[0]) if len(ids) == 1 else None
    if known is None:
        raise Invalid("client_unknown")
    if len(redirects) != 1 or not is_redirect_of(known.application, redirects[0]):
        raise Invalid("redirect_mismatch", application=known.application.name)
    states = sent.getall("state", [])
    state = states[0] if len(states) == 1 else ""
    asked = Asked(known=known, redirect=redirects[0], state=state, scopes=(), challenge="")
    try:
        challenge, scopes = _read(sent)
    except Problem as problem:
        error = _ERRORS.get(problem.code, "invalid_request")
        return asked, _way_back(
            asked.redirect, parts, state, error=error, error_description=_english(problem)
        )
    return Asked(known=known, redirect=asked.redirect, state=state, scopes=scopes, challenge=challenge), ""


def _read(sent: MultiDict[Any]) -> tuple[str, tuple[str, ...]]:
    """The challenge and the scopes; raises Invalid."""
    values = {name: sent.getall(name) for name in set(sent)}
    for name, several in values.items():
        if len(several) > 1:
            raise Invalid("sent_twice", field=name)
    one = {name: several[0] for name, several in values.items()}
    if len(one.get("state", "")) > _LONGEST or any(ord(char) < 32 for char in one.get("state", "")):
        raise Invalid("bad_value", field="state")
    if one.get("response_type") != "code":
        raise Invalid("response_type")
    if one.get("code_challenge_method") != "S256" or not grants.is_challenge(one.get("code_challenge", "")):
        raise Invalid("pkce_needed")
    wanted = one.get("scope", "").split() or [PUBLIC]
    if unknown := next((scope for scope in wanted if scope not in SCOPES), None):
        raise Invalid("invalid_scope", scope=unknown[:40])
    return one["code_challenge"], tuple(scope for scope in SCOPES if scope in wanted)


def _way_back(redirect: str, parts: State, state: str, **said: str) -> str:
    """The application's address with the answer, and who gives it (RFC 9207)."""
    answer = {**said, **({"state": state} if state else {}), "iss": parts.settings.origin}
    return f"{redirect}{'&' if urlsplit(redirect).query else '?'}{urlencode(answer)}"


def _isolated(handle: str) -> str:
    """A handle as it stands in a sentence of either direction."""
    return f"\u2066@{handle}\u2069"


def _english(problem: Problem) -> str:
    words = sentence(problem.code, problem.facts, "en")
    return "".join(char for char in words if " " <= char <= "~" and char not in '"\\')


def _to_door(request: AnyRequest) -> Html:
    return go(f"/sign-in?next={quote(f'{PATH}?{request.url.query}', safe='')}")


HANDLERS = [show_question, answer_question]
