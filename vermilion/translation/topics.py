"""Which topics are the same in several languages: #旅行 is #travel is #viaje. Our own table, the operator's, and use."""

import tomllib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from vermilion.engines.translate import base_of
from vermilion.kernel.clock import now
from vermilion.kernel.ids import Id
from vermilion.kernel.record import Record
from vermilion.kernel.text import fold_tag, tags_in
from vermilion.storage.db import Db

AGREE = 3
"""So many authors must have called two topics the same before everybody's are."""
MOST_GROWN = 5_000
Table = list[dict[str, list[str]]]


class Pair(Record, kw_only=True, frozen=True):
    """A topic in one language and what authors call it in another."""

    lang: str
    tag: str
    other_lang: str
    other: str


class Written(NamedTuple):
    """A text with tags in it."""

    lang: str
    text: str


class Topics:
    """Topics by what they are called; tags are compared folded."""

    def __init__(self, topics: Table, grown: Iterable[Pair] = ()) -> None:
        self._of_tag: dict[str, dict[str, list[str]]] = {}
        for topic in topics:
            self._add({lang: list(names) for lang, names in topic.items()})
        for pair in grown:
            topic = self._of_tag.get(fold_tag(pair.tag)) or {base_of(pair.lang): [pair.tag]}
            names = topic.setdefault(base_of(pair.other_lang), [])
            if fold_tag(pair.other) not in map(fold_tag, names):
                names.append(pair.other)
            self._add(topic)

    def _add(self, topic: dict[str, list[str]]) -> None:
        for names in topic.values():
            for name in names:
                self._of_tag.setdefault(fold_tag(name), topic)

    def in_language(self, tag: str, lang: str) -> str | None:
        """What a topic is called in a language, without #; None where the table does not know it."""
        topic = self._of_tag.get(fold_tag(tag))
        names = topic.get(base_of(lang)) if topic else None
        return names[0] if names else None

    def for_reader(self, tag: str, reads: Sequence[str]) -> str | None:
        """What whoever reads these languages calls a topic; None where they know the tag as it is, or the table does not."""
        topic = self._of_tag.get(fold_tag(tag))
        if topic is None or not reads:
            return None
        known = {fold_tag(name) for lang in reads for name in topic.get(base_of(lang), ())}
        return None if fold_tag(tag) in known else self.in_language(tag, reads[0])

    def names(self, tag: str) -> dict[str, str]:
        """What a topic is called, by language; empty where the table does not know it."""
        topic = self._of_tag.get(fold_tag(tag), {})
        return {lang: names[0] for lang, names in topic.items() if names}

    def same(self, tag: str) -> list[str]:
        """Every folded name of the topic, its own among them."""
        topic = self._of_tag.get(fold_tag(tag), {})
        return list(
            dict.fromkeys([fold_tag(tag), *(fold_tag(name) for names in topic.values() for name in names)])
        )


def read(extra: Path | None = None) -> Table:
    """Our own table and, where it is there, the operator's file of the same form. Raises ValueError for a broken file."""
    own: Table = _table(Path(__file__).with_name("topics.toml"))
    return own if extra is None or not extra.is_file() else [*_table(extra), *own]


@lru_cache(maxsize=2)
def _table(path: Path) -> Table:
    found: Table = tomllib.loads(path.read_text(encoding="utf-8")).get("topic", [])
    return found


async def grown(db: Db) -> list[Pair]:
    """What enough authors agree on."""
    return await db.all(
        Pair,
        """SELECT lang, tag, other_lang, min(other) AS other FROM topic_pair GROUP BY lang, tag, other_lang, lower(other)
           HAVING count(DISTINCT account_id) >= $1 ORDER BY count(*) DESC LIMIT $2""",
        AGREE,
        MOST_GROWN,
    )


async def learn(db: Db, account_id: Id, original: Written, versions: Sequence[Written]) -> None:
    """Note what an author calls the same: the tags of a text and of its versions, where they are as many, in order."""
    tags = tags_in(original.text)
    pairs = [
        (original.lang, fold_tag(tag), version.lang, other)
        for version in versions
        if tags and len(others := tags_in(version.text)) == len(tags)
        for tag, other in zip(tags, others, strict=True)
        if fold_tag(tag) != fold_tag(other)
    ]
    if pairs:
        await db.run_many(
            """INSERT INTO topic_pair (lang, tag, other_lang, other, account_id, created_at)
               VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING""",
            [[*pair, account_id, now()] for pair in pairs],
        )
