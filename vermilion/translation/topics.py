"""Which topics are the same in several languages: #旅行 is #travel is #viaje."""

import tomllib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from vermilion.engines.translate import base_of
from vermilion.kernel.text import fold_tag


class Topics:
    """Topics by what they are called; tags are compared folded."""

    def __init__(self, topics: list[dict[str, list[str]]]) -> None:
        self._topics = topics
        self._of_tag: dict[str, dict[str, list[str]]] = {}
        for topic in topics:
            for names in topic.values():
                for name in names:
                    self._of_tag.setdefault(fold_tag(name), topic)

    @classmethod
    def read(cls) -> "Topics":
        """Our own table."""
        return cls(
            tomllib.loads(Path(__file__).with_name("topics.toml").read_text(encoding="utf-8"))["topic"]
        )

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

    def same(self, tag: str) -> list[str]:
        """Every folded name of the topic, its own among them."""
        topic = self._of_tag.get(fold_tag(tag), {})
        return list(
            dict.fromkeys([fold_tag(tag), *(fold_tag(name) for names in topic.values() for name in names)])
        )


@lru_cache(maxsize=1)
def own_topics() -> Topics:
    """Our own table, read once."""
    return Topics.read()
