"""What pages know about languages here: which topics are the same, which pairs machines get wrong."""

from collections.abc import Sequence
from functools import lru_cache

from vermilion.engines.translate import base_of
from vermilion.translation.quality import on_tap_only
from vermilion.translation.table import DEFAULT, Table
from vermilion.translation.topics import Pair, Topics
from vermilion.translation.topics import Table as TopicTable


class Lore:
    """One of a process, and anew when it has grown: what is made with it is kept by which one it is."""

    def __init__(self, topics: TopicTable, grown: Sequence[Pair] = (), table: Table = DEFAULT) -> None:
        self.topics = Topics(topics, grown)
        self.grown = grown
        self.table = table
        self._doubts = lru_cache(maxsize=1024)(lambda source, target: on_tap_only(source, target, table))

    def is_doubtful(self, source: str, target: str) -> bool:
        """Whether a pair is translated on tap alone."""
        return self._doubts(base_of(source), base_of(target))
