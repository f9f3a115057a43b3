"""The Python client: it is generated from the document as it is, and does real work over HTTP."""

import asyncio
import io
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta

import httpx
import pytest
from vermilion_client import (
    Asked,
    BadRequest,
    Client,
    Conflict,
    Expired,
    Forbidden,
    Login,
    NewApplication,
    NewComment,
    NewNote,
    NewPicture,
    NotFound,
    OAuth,
    OAuthError,
    Registered,
    Tokens,
    Unauthorized,
)

from clients.generate import BY_HAND, TARGET, module
from tests import factories
from tests.factories import Person
from tests.films import film
from vermilion.kernel.clock import now
from vermilion.storage.db import Database
from vermilion.web.api.routes import PATH, RESOURCES
from vermilion.web.openapi import document_of
from vermilion.wiring import WIRING


def test_the_client_is_current() -> None:
    assert TARGET.read_text("utf-8") == module(), "run `make client`"


def test_every_operation_is_a_method() -> None:
    document, _ = document_of(tuple(RESOURCES), PATH)
    operations = {
        operation["operationId"] for item in document["paths"].values() for operation in item.values()
    }
    methods = {name.replace("_", "") for name in dir(Client) if not name.startswith("_")}
    assert {name.lower() for name in operations - BY_HAND} <= methods


class Line(httpx.HTTPTransport):
    """A line in which something happens: `before` and `after` each request, by its number and method."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[str] = []
        self.before: Callable[[int, httpx.Request], None] = lambda _number, _request: None
        self.after: Callable[[int, httpx.Request], None] = lambda _number, _request: None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request.method)
        self.before(len(self.sent), request)
        answer = super().handle_request(request)
        self.after(len(self.sent), request)
        return answer


@dataclass
class Room:
    """A server, people in it, and its rows."""

    address: str
    ines: Person
    mei: Person
    database: Database


@pytest.fixture
async def room(server: str, cloned_dsn: str) -> AsyncIterator[Room]:
    database = Database(cloned_dsn, wiring=WIRING)
    db = database.session()
    ines, mei = await factories.person(db, "ines"), await factories.person(db, "mei")
    yield Room(address=server, ines=ines, mei=mei, database=database)
    await database.close()


def allowed(room: Room, person: Person, oauth: OAuth, asked: Asked) -> str:
    """Where the browser of somebody who says yes is sent back to."""
    answer = httpx.post(asked.address, data={"deed": "allow"}, headers=_browser(room, person))
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"].startswith(oauth.redirect_uri)
    return str(answer.headers["location"])


def _browser(room: Room, person: Person) -> dict[str, str]:
    return {"cookie": f"__Host-session={person.secret}", "origin": room.address}


def register(room: Room) -> Registered:
    """An application of mei's; people do this in their browser, so it goes with her cookie."""
    new = NewApplication(name="Tides", address="https://tides.example", redirects=("http://127.0.0.1/back",))
    with Client(room.address, http=httpx.Client(headers=_browser(room, room.mei))) as mei:
        made = mei.register_application(new)
        assert made.application.id in {one.id for one in mei.list_applications()}
    return made


def sign_in(room: Room, *scopes: str) -> tuple[OAuth, Tokens]:
    made = register(room)
    oauth = OAuth(room.address, made.application.id, "http://127.0.0.1:8400/back", scopes)
    asked = oauth.begin()
    back = allowed(room, room.ines, oauth, asked)
    for wrong in (back.replace("state=", "state=x"), back.replace("iss=", "iss=https://evil.example")):
        with pytest.raises(OAuthError, match="mismatch"):
            oauth.finish(asked, wrong)
    return oauth, oauth.finish(asked, back)


async def where_the_line_breaks_a_deed_has_one_effect(room: Room) -> None:
    line = Line()

    def breaks(number: int, _request: httpx.Request) -> None:
        if number == 1:
            raise httpx.ReadError("the line broke after it was sent")

    line.after = breaks

    def work() -> None:
        with Client(room.address, token=room.ines.token, http=httpx.Client(transport=line)) as ines:
            note = ines.publish(NewNote(title="A broken line"))
            assert [card.title.text for card in ines.each(ines.list_notes, str(int(room.ines.id)))].count(
                note.title.text
            ) == 1

    await asyncio.to_thread(work)
    assert line.sent == ["POST", "POST", "GET"]


async def an_application_is_allowed_and_leaves(room: Room) -> None:
    def work() -> None:
        oauth, tokens = sign_in(room, "public", "notices")
        with Client(room.address, login=Login(oauth, tokens)) as tides:
            assert tides.count_unread().count == 0
            with pytest.raises(Forbidden) as narrow:
                tides.publish(NewNote(title="x"))
            assert narrow.value.facts == {"scope": "write"}
            oauth.revoke(tokens)
            with pytest.raises((Unauthorized, OAuthError)):
                tides.get_me()
        oauth.close()

    await asyncio.to_thread(work)


async def test_it_writes_reads_pages_and_says_what_is_wrong(room: Room) -> None:
    shown = str(int((await factories.note(room.database.session(), room.mei)).id))

    def work() -> None:
        with Client(room.address, token=room.ines.token) as ines, Client(room.address) as guest:
            picture = ines.upload_picture(io.BytesIO(factories.picture(300, 300)), part=100)
            assert picture.card is not None
            shows = (NewPicture(id=picture.card.id, alt="A blue square"),)
            assert ines.publish(NewNote(title="Blue", pictures=shows)).pictures[0].alt == "A blue square"
            note = ines.publish(NewNote(title="Six in the morning", body="Bring cash. #lisbon"))
            assert (note.title.text, note.tags) == ("Six in the morning", ("lisbon",))
            for number in range(25):
                ines.add_comment(shown, NewComment(body=f"Number {number}"))
            said = list(ines.each(ines.list_comments, shown))
            assert len(said) == 25
            assert len({comment.id for comment in said}) == 25
            assert len(list(ines.each(ines.list_comments, shown, most=7))) == 7
            assert ines.like_note(shown).is_on
            once = ines.publish(NewNote(title="Once"), idempotency_key="a-word")
            assert ines.publish(NewNote(title="Once"), idempotency_key="a-word").id == once.id
            with pytest.raises(Conflict) as reused:
                ines.publish(NewNote(title="Twice"), idempotency_key="a-word")
            assert (reused.value.code, reused.value.status) == ("key_reused", 409)
            with pytest.raises(BadRequest) as refused:
                ines.publish(NewNote(title="x" * 200))
            assert (refused.value.code, refused.value.facts["max"]) == ("too_long", 100)
            assert refused.value.errors[0]["field"] == "title"
            with pytest.raises(NotFound, match="note_gone"):
                guest.get_note("1")
            with pytest.raises(Unauthorized, match="sign_in_first"):
                guest.get_me()
            with pytest.raises(Forbidden, match="only_in_person"):
                ines.list_accesses()
            with (
                Client(room.address, token="t.1.x") as nobody,
                pytest.raises(Unauthorized, match="bad_token"),
            ):
                nobody.get_me()

    await asyncio.to_thread(work)
    await where_the_line_breaks_a_deed_has_one_effect(room)


async def test_a_token_that_ends_in_the_middle_of_an_upload_is_renewed_and_the_upload_goes_on(
    room: Room,
) -> None:
    loop, line, kept = asyncio.get_running_loop(), Line(), list[Tokens]()
    data = film(1, 160, 120)
    part = len(data) // 6 + 1

    async def end_tokens() -> None:
        ended = now() - timedelta(minutes=1)
        await room.database.session().run("UPDATE token SET expires_at = $1", ended)
        await asyncio.sleep(2.1)  # for as long as a process keeps who asked

    def ends(_number: int, request: httpx.Request) -> None:
        if request.method == "PATCH" and line.sent.count("PATCH") == 3:
            asyncio.run_coroutine_threadsafe(end_tokens(), loop).result()

    line.before = ends

    def work() -> None:
        oauth, tokens = sign_in(room, "read", "write")
        login = Login(oauth, tokens, kept.append)
        with Client(room.address, login=login, http=httpx.Client(transport=line, timeout=60)) as ines:
            made = ines.upload_film(io.BytesIO(data), part=part)
            assert (made.received, made.length) == (len(data), len(data))
            assert login.tokens == kept[0] != tokens
        with Client(room.address, token=tokens.access_token) as old, pytest.raises(Expired) as over:
            old.get_me()
        assert over.value.code == "token_expired"
        with pytest.raises(OAuthError, match="invalid_grant"):
            oauth.refresh(tokens)  # it was spent
        oauth.close()

    await asyncio.to_thread(work)
    assert line.sent.count("PATCH") == 7, "six parts, one of them sent twice"
    assert len(kept) == 1
    await an_application_is_allowed_and_leaves(room)
