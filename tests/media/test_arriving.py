"""Pictures that arrive piece by piece: interrupted, resumed with another file or after signing in again, given up."""

import base64
import hashlib
import io
import random
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
from litestar.exceptions import InternalServerException
from PIL import Image

from tests import factories
from tests.factories import Person
from vermilion.accounts.schema import AccountsErased
from vermilion.kernel.clock import now
from vermilion.media.arriving import drop_old, forget_accounts
from vermilion.media.schema import blob_key, film_blob
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Database, Db
from vermilion.wiring import WIRING
from vermilion.work.jobs import Job
from vermilion.work.runner import run_due

TUS = {"tus-resumable": "1.0.0"}
PART = {**TUS, "content-type": "application/offset+octet-stream"}
PICTURES = "/api/v1/pictures"


def noise(seed: int = 1, side: int = 700) -> bytes:
    """A picture that does not grow smaller when it is packed."""
    file = io.BytesIO()
    Image.frombytes("RGB", (side, side), random.Random(seed).randbytes(side * side * 3)).save(file, "PNG")  # noqa: S311 - no secret
    return file.getvalue()


def print_of(data: bytes) -> dict[str, str]:
    return {"upload-metadata": f"sha256 {base64.b64encode(hashlib.sha256(data).digest()).decode()}"}


async def begin(client: httpx.AsyncClient, who: Person, data: bytes, **more: str) -> str:
    headers = {**who.bearer, **TUS, "upload-length": str(len(data)), **more}
    answer = await client.post(PICTURES, headers=headers)
    assert answer.status_code == 201, answer.text
    return answer.headers["location"]


async def send(
    client: httpx.AsyncClient,
    who: Person,
    address: str,
    at: int,
    data: bytes | AsyncIterator[bytes],
    **more: str,
) -> httpx.Response:
    return await client.patch(
        address, headers={**who.bearer, **PART, "upload-offset": str(at), **more}, content=data
    )


async def offset(client: httpx.AsyncClient, who: Person, address: str) -> int:
    head = await client.head(address, headers={**who.bearer, **TUS})
    assert head.status_code == 200, head.text
    return int(head.headers["upload-offset"])


async def broken(data: bytes) -> AsyncIterator[bytes]:
    yield data
    raise InternalServerException("client disconnected prematurely")


async def parts_left(db: Db) -> int:
    rows = await db.rows("SELECT count(*) FROM arriving_part")
    return int(rows[0][0])


async def test_a_picture_interrupted_ten_times_arrives_whole(
    client: httpx.AsyncClient, db: Db, blobs: Blobs, ines: Person
) -> None:
    data = noise()
    address = await begin(client, ines, data, **print_of(data))
    step = len(data) // 11 + 1
    for cut in range(10):
        at = await offset(client, ines, address)
        assert at == cut * step
        assert (await send(client, ines, address, at, broken(data[at : at + step]))).status_code == 204
    rows = await db.rows(
        "SELECT a.key, p.name FROM arriving a JOIN arriving_part p ON p.arriving_id = a.id ORDER BY p.at"
    )
    assert len(rows) == 10
    stored = b"".join([await blobs.get(film_blob(row[0], row[1])) for row in rows])
    at = await offset(client, ines, address)
    assert (await client.get(address, headers=ines.bearer)).json()["card"] is None
    assert hashlib.sha256(stored + data[at:]).digest() == hashlib.sha256(data).digest()
    assert (await send(client, ines, address, at, data[at:])).status_code == 204
    shown = (await client.get(address, headers=ines.bearer)).json()
    assert (shown["received"], shown["card"]["width"]) == (len(data), 700)
    assert await parts_left(db) == 0
    assert not any([await blobs.exists(film_blob(row[0], row[1])) for row in rows])

    # What stands is what the same file gives when it is sent at one go.
    whole = await client.post("/api/v1/uploads", headers=ines.bearer, content=data)
    keys = dict(await db.rows("SELECT id, key FROM upload"))
    one, other = keys[int(shown["card"]["id"])], keys[int(whole.json()["id"])]
    assert await blobs.get(blob_key(one, "l", "webp")) == await blobs.get(blob_key(other, "l", "webp"))
    note = {"title": "Noise", "pictures": [{"id": shown["card"]["id"], "alt": "snow"}]}
    assert (await client.post("/api/v1/notes", headers=ines.bearer, json=note)).status_code == 201
    # An answer that was lost on its way is given again.
    assert (await send(client, ines, address, len(data), b"")).status_code == 204


async def test_whoever_goes_on_with_another_file_is_told_and_loses_nothing(
    client: httpx.AsyncClient, ines: Person
) -> None:
    data, other = noise(1), noise(2)
    address = await begin(client, ines, data, **print_of(data))
    await send(client, ines, address, 0, data[:9000], **print_of(data))
    refused = await send(client, ines, address, 9000, other[9000:], **print_of(other))
    assert (refused.status_code, refused.json()["code"]) == (409, "other_file")
    assert "another file" in refused.json()["detail"]
    assert await offset(client, ines, address) == 9000
    assert (await send(client, ines, address, 9000, data[9000:], **print_of(data))).status_code == 204
    assert (await client.get(address, headers=ines.bearer)).json()["card"] is not None


async def test_another_file_that_is_not_told_apart_in_time_is_not_taken(
    client: httpx.AsyncClient, db: Db, ines: Person
) -> None:
    data, other = noise(1), noise(2)
    address = await begin(client, ines, data, **print_of(data))
    await send(client, ines, address, 0, data[:9000])
    refused = await send(client, ines, address, 9000, other[9000:][: len(data) - 9000])
    assert (refused.status_code, refused.json()["code"]) == (400, "picture_damaged")
    assert await db.value("SELECT count(*) FROM upload") == 0


async def test_who_was_signed_out_in_the_middle_goes_on_after_signing_in_again(
    client: httpx.AsyncClient, db: Db, ines: Person
) -> None:
    data = noise()
    address = await begin(client, ines, data)
    await send(client, ines, address, 0, data[:5000])
    ended = Person(viewer=ines.viewer, token=await factories.token(db, ines.id), secret="")
    await db.run(
        "UPDATE token SET expires_at = $2 WHERE account_id = $1", ines.id, now() - timedelta(hours=1)
    )
    refused = await send(client, ended, address, 5000, data[5000:])
    assert refused.status_code == 401
    again = Person(viewer=ines.viewer, token=await factories.token(db, ines.id), secret="")
    assert await offset(client, again, address) == 5000
    assert (await send(client, again, address, 5000, data[5000:])).status_code == 204


async def test_what_is_no_picture_is_refused_and_leaves_nothing(
    client: httpx.AsyncClient, db: Db, ines: Person, mei: Person
) -> None:
    for data, code in ((b"no picture", "picture_type"), (noise()[:5000], "picture_not_readable")):
        address = await begin(client, ines, data)
        answer = await send(client, ines, address, 0, data)
        assert (answer.status_code, answer.json()["code"]) == (400, code)
        assert (await client.head(address, headers=ines.bearer)).status_code == 404
    for length in ("0", "-1", "x", str(20 * 1024 * 1024 + 1)):
        answer = await client.post(PICTURES, headers={**ines.bearer, **TUS, "upload-length": length})
        assert answer.status_code in {400, 413}
    data = noise()
    address = await begin(client, ines, data)
    assert (await send(client, mei, address, 0, data)).status_code == 404
    assert (await send(client, ines, address, 5, data)).json()["code"] == "picture_offset"
    long = await send(client, ines, address, 0, data + b"x")
    assert (long.status_code, long.json()["code"]) == (413, "picture_too_long_body")
    wrong = await client.post(
        PICTURES, headers={**ines.bearer, **TUS, "upload-length": "9", "upload-metadata": "sha256 !"}
    )
    assert wrong.json()["code"] == "tus_header"
    assert (await client.delete(address, headers={**ines.bearer, **TUS})).status_code == 204
    assert (await client.head(address, headers=ines.bearer)).status_code == 404
    assert await db.value("SELECT count(*) FROM arriving") == await parts_left(db) == 0


async def begun(client: httpx.AsyncClient, db: Db, ines: Person) -> list[str]:
    """A picture of which a part has arrived; gives the blobs."""
    data = noise()
    address = await begin(client, ines, data)
    await send(client, ines, address, 0, data[:4000])
    rows = await db.rows("SELECT a.key, p.name FROM arriving a JOIN arriving_part p ON p.arriving_id = a.id")
    return [film_blob(row[0], row[1]) for row in rows]


async def test_what_is_never_sent_to_its_end_is_cleared_away(
    client: httpx.AsyncClient, db: Db, blobs: Blobs, ines: Person
) -> None:
    (key,) = await begun(client, db, ines)
    job = Job(db=db, blobs=blobs)
    assert await drop_old(job) == 0
    assert await blobs.exists(key)
    await db.run("UPDATE arriving SET expires_at = $1", now() - timedelta(seconds=1))
    assert await drop_old(job) == 1
    assert not await blobs.exists(key)
    assert await parts_left(db) == 0


async def test_what_was_on_its_way_goes_with_its_account(
    client: httpx.AsyncClient, database: Database, db: Db, blobs: Blobs, ines: Person
) -> None:
    (key,) = await begun(client, db, ines)
    async with db.transaction():
        await forget_accounts(db, AccountsErased(account_ids=(ines.id,)))
    await run_due(database, blobs, WIRING)
    assert not await blobs.exists(key)
    assert await db.value("SELECT count(*) FROM arriving") == 0


@pytest.mark.usefixtures("ines")
async def test_what_is_spoken_here_is_told_to_everybody(client: httpx.AsyncClient) -> None:
    answer = await client.options(PICTURES)
    assert answer.status_code == 204
    assert answer.headers["tus-max-size"] == str(20 * 1024 * 1024)
    assert (await client.post(PICTURES, headers={**TUS, "upload-length": "9"})).status_code == 401
