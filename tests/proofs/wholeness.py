"""Whether every note that is there is there altogether, and every other not at all."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import httpx
from PIL import Image

from tests.factories import Person, picture
from vermilion.kernel.ids import Id
from vermilion.storage.db import Db

API = "/api/v1"
PICTURES = 2


@dataclass
class Attempt:
    """A note somebody tried to publish: its uploads that were acknowledged, and its id if it was."""

    author: Person
    title: str
    uploads: list[Id] = field(default_factory=list)
    note_id: Id | None = None

    @property
    def key(self) -> str:
        return self.title.replace(" ", "-")

    async def make(self, client: httpx.AsyncClient) -> int:
        """Send what has not been acknowledged yet; gives the last status."""
        while len(self.uploads) < PICTURES:
            body = picture(40 + len(self.uploads), 30)
            answer = await client.post(f"{API}/uploads", content=body, headers=self.author.bearer)
            if answer.status_code != 201:
                return answer.status_code
            self.uploads.append(Id.parse(answer.json()["id"]))
        return await self.publish(client)

    async def publish(self, client: httpx.AsyncClient) -> int:
        new = {
            "title": self.title, "body": "all of it or nothing #whole", "lang": "en",
            "pictures": [{"id": str(int(upload)), "alt": "a colour"} for upload in self.uploads],
        }  # fmt: skip
        headers = {**self.author.bearer, "idempotency-key": self.key}
        answer = await client.post(f"{API}/notes", json=new, headers=headers)
        if answer.status_code == 201:
            self.note_id = Id.parse(answer.json()["id"])
        return answer.status_code


async def faults(db: Db, client: httpx.AsyncClient, attempts: Sequence[Attempt]) -> list[str]:
    """What is lost, half-written or there twice."""
    rows = await db.rows(
        """SELECT n.id, n.title, n.author_id, n.state, n.picture_count,
               (SELECT count(*) FROM note_count c WHERE c.note_id = n.id) AS counts,
               (SELECT count(*) FROM media m WHERE m.note_id = n.id AND m.subject_id = n.id) AS pictures,
               (SELECT count(DISTINCT r.media_id) FROM rendition r WHERE r.note_id = n.id) AS rendered FROM note n"""
    )
    listed = {row[0] for row in await db.rows("SELECT note_id FROM author_note")}
    tagged = {row[0] for row in await db.rows("SELECT note_id FROM topic_note WHERE tag = 'whole'")}
    wrong = [f"{note_id} is listed and does not exist" for note_id in listed - {row["id"] for row in rows}]
    for row in rows:
        found = (row["counts"], row["pictures"], row["rendered"], row["id"] in listed)
        if found != (1, row["picture_count"], row["picture_count"], True):
            wrong.append(f"{row['title']} is half-written: {found}")
        if (row["state"] == "public") != (row["id"] in tagged):
            wrong.append(f"{row['title']} is {row['state']} and its topic does not say so")
    for row in await db.rows("SELECT account_id, note_count FROM account_count"):
        shown = sum(one["author_id"] == row[0] and one["state"] == "public" for one in rows)
        if row[1] != shown:
            wrong.append(f"{row[0]} has {shown} notes, counted {row[1]}")
    by_title: dict[str, list[int]] = {}
    for row in rows:
        by_title.setdefault(row["title"], []).append(row["id"])
    for attempt in attempts:
        wrong += await _of_attempt(db, client, attempt, by_title)
    return wrong


async def _of_attempt(
    db: Db, client: httpx.AsyncClient, attempt: Attempt, by_title: Mapping[str, list[int]]
) -> list[str]:
    there, wrong = by_title.get(attempt.title, []), []
    if len(there) > 1 or (attempt.note_id is not None and there != [attempt.note_id]):
        wrong.append(f"{attempt.title}: acknowledged as {attempt.note_id}, there as {there}")
    ids = list(attempt.uploads)
    waiting = {row[0] for row in await db.rows("SELECT id FROM upload WHERE id = ANY($1)", ids)}
    standing = {row[0] for row in await db.rows("SELECT id FROM media WHERE note_id = ANY($1)", there)} & set(
        ids
    )
    if waiting | standing != set(ids) or waiting & standing:
        wrong.append(f"{attempt.title}: of {len(ids)} uploads {len(waiting)} wait and {len(standing)} stand")
    for upload in sorted(waiting):
        answer = await client.get(f"/u/{upload}", headers=attempt.author.cookie)
        wrong += [f"{attempt.title}: upload {upload} {why}" for why in _unreadable(answer)]
    for note_id in there:
        answer = await client.get(f"{API}/notes/{note_id}", headers=attempt.author.bearer)
        if answer.status_code != 200:
            wrong.append(f"{attempt.title}: {answer.status_code}")
            continue
        shown = [source["url"] for one in answer.json()["pictures"] for source in one["sources"]]
        for url in shown:
            read = await client.get(url, headers=attempt.author.cookie)
            wrong += [f"{attempt.title}: {url} {why}" for why in _unreadable(read)]
        if len(shown) < PICTURES:
            wrong.append(f"{attempt.title}: {len(shown)} pictures")
    return wrong


def _unreadable(answer: httpx.Response) -> list[str]:
    if answer.status_code != 200:
        return [f"answers {answer.status_code}"]
    try:
        Image.open(io.BytesIO(answer.content)).load()
    except OSError as error:
        return [f"is no picture: {error}"]
    return []
