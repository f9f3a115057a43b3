"""Which topics are the same in several languages: #旅行 is #travel is #viaje."""

import tomllib
from pathlib import Path

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
        names = topic.get(lang.partition("-")[0]) if topic else None
        return names[0] if names else None

    def same(self, tag: str) -> list[str]:
        """Every folded name of the topic, its own among them."""
        topic = self._of_tag.get(fold_tag(tag), {})
        return list(
            dict.fromkeys([fold_tag(tag), *(fold_tag(name) for names in topic.values() for name in names)])
        )
