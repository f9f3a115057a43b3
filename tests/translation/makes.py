"""Makes that do as they are told, for tests of what stands around them."""

from collections.abc import Callable, Sequence

from vermilion.engines.translate import Ask, EngineError, Make, is_pair

GOOD = {
    "en": "we went to the seaside and watched the sun go down",
    "zh": "我们今天去海边看了日落",
    "es": "hoy fuimos a la playa y vimos la puesta de sol",
    "ar": "ذهبنا اليوم إلى البحر وشاهدنا غروب الشمس",
    "ja": "今日は海に行って夕日を見ました",
}


class Told:
    """Answers with what `say` makes of an ask; an EngineError is raised."""

    outside = None
    slots = 4

    def __init__(self, say: Callable[[Ask], str | EngineError], name: str = "told") -> None:
        self.say = say
        self.name = name
        self.asked: list[Ask] = []
        self.pairs: set[tuple[str, str]] | None = None

    def called(self, source: str, target: str) -> str:  # noqa: ARG002 - every pair
        return self.name

    def serves(self, source: str, target: str) -> bool:
        return is_pair(source, target) and (self.pairs is None or (source, target) in self.pairs)

    async def start(self) -> None:
        """Nothing to get ready."""

    async def translate(self, ask: Ask) -> str:
        self.asked.append(ask)
        said = self.say(ask)
        if isinstance(said, EngineError):
            raise said
        return said

    async def close(self) -> None:
        """Nothing to give back."""


class By:
    """Routes that have the same makes for every pair."""

    def __init__(self, *makes: Make) -> None:
        self.makes = makes

    def makes_for(self, source: str, target: str) -> Sequence[Make]:  # noqa: ARG002 - every pair
        return self.makes
