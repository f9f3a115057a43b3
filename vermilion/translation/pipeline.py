"""From a person's words to the same words in another language: cut, mask, ask, check, put together."""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from vermilion.engines.dictionary import Dictionary
from vermilion.engines.language import Language
from vermilion.engines.translate import Ask, EngineError, Make, base_of
from vermilion.kernel.record import Record
from vermilion.translation import checks, masks, pieces, strays
from vermilion.translation.glossary import Glossary
from vermilion.translation.names import spelt
from vermilion.translation.pieces import Piece
from vermilion.translation.schema import IN_PART

NO_ENGINE = "none"
UNRULY = frozenset({"answered", "obeyed", "chatter", "no_engine"})
"""Faults of an engine that does something else than translate: what it makes of the single sentences is no better."""
LEAST_PIECES, LEAST_SHARE = 3, 0.6
"""A text of so many pieces is shown when so much of it could be translated well; the rest stays as it was written."""


class Rendered(Record, kw_only=True, frozen=True):
    """A text in another language. Not good: `text` is empty and `faults` says what was wrong with every answer.

    Good with faults: some pieces of it stand as they were written, which its engine's name says, too.
    """

    text: str
    engine: str
    is_good: bool
    faults: tuple[str, ...] = ()


class Routes(Protocol):
    """Which makes serve a pair of languages, best first."""

    def makes_for(self, source: str, target: str) -> Sequence[Make]: ...


class _Answer(Record, kw_only=True, frozen=True):
    text: str
    engine: str = NO_ENGINE
    faults: tuple[str, ...] = ()


class _Told(NamedTuple):
    """A piece and what came of it."""

    part: Piece
    answer: _Answer


class _Work:
    """One text under way."""

    def __init__(
        self,
        routes: Routes,
        language: Language,
        glossary: Glossary,
        target: str,
        dictionary: Dictionary | None = None,
    ) -> None:
        self.routes = routes
        self.language = language
        self.glossary = glossary
        self.target = target
        self.dictionary = dictionary
        self.slots: dict[str, asyncio.Semaphore] = {}

    async def all(self, parts: Sequence[Piece]) -> list[_Told]:
        """Every piece, some of them in sentences; the same words are asked for once."""
        asked: dict[tuple[str, str], asyncio.Task[list[_Told]]] = {}
        async with asyncio.TaskGroup() as group:
            for part in parts:
                if part.source and (key := (part.text, part.source)) not in asked:
                    asked[key] = group.create_task(self.piece_or_sentences(part))
        return [
            told
            for part in parts
            for told in (
                asked[part.text, part.source].result()
                if part.source
                else [_Told(part, _Answer(text=part.text))]
            )
        ]

    async def piece_or_sentences(self, part: Piece) -> list[_Told]:
        """The piece; where no answer holds, each of its sentences alone, so that one does not take the others along."""
        answer = await self.piece(part)
        sentences = pieces.sentences(part) if answer.faults and not UNRULY & set(answer.faults) else []
        if len(sentences) < 2:
            return [_Told(part, answer)]
        return [
            _Told(one, await self.piece(one) if one.source else _Answer(text=one.text)) for one in sentences
        ]

    async def piece(self, part: Piece) -> _Answer:
        """The piece by the first make whose answer holds; raises EngineError where none answered at all."""
        error: EngineError | None = None
        worst: _Answer | None = None
        for make in self.routes.makes_for(part.source, self.target):
            if not make.serves(part.source, self.target):
                continue
            slots = self.slots.setdefault(make.name, asyncio.Semaphore(max(1, make.slots)))
            try:
                async with slots:
                    worst = await self.by(make, part)
            except EngineError as raised:
                error = raised
                continue
            if not worst.faults:
                return worst
        if worst is None and error is not None:
            raise error
        return worst or _Answer(text="", faults=("no_engine",))

    async def by(self, make: Make, part: Piece) -> _Answer:
        """The piece by one make: as it is, with the other prompt and numbers masked, cut around its masks."""
        masked = masks.mask(part.parts)
        first = await self.once(make, part, masked, attempt=0)
        if not first.faults:
            return first
        again = masks.mask(
            masks.segments(part.text, numbers=bool({"number_lost", "number_new"} & set(first.faults)))
        )
        second = await self.once(make, part, again, attempt=1)
        if not second.faults or not masked.kept or "mask" not in (*first.faults, *second.faults):
            return second
        return await self.around(make, part)

    async def around(self, make: Make, part: Piece) -> _Answer:
        """What stands between the masks, each stretch by itself."""
        answers = []
        for bit in pieces.smaller(part):
            masked = masks.mask(bit.parts)
            done = await self.once(make, bit, masked, attempt=0) if bit.source else _Answer(text=bit.text)
            if done.faults:
                return done
            answers.append(done.text)
        return _Answer(text="".join(answers), engine=make.called(part.source, self.target))

    async def once(self, make: Make, part: Piece, masked: masks.Masked, *, attempt: int) -> _Answer:
        if not masked.words:
            return _Answer(text=part.text)
        hints = self.glossary.hints(masked.words, part.source, base_of(self.target))
        ask = Ask(text=masked.words, source=part.source, target=self.target, attempt=attempt, hints=hints)
        try:
            said = await make.translate(ask)
        except EngineError as error:
            if error.is_passing:
                raise
            return _Answer(text="", engine=make.called(part.source, self.target), faults=(error.fault,))
        answer = checks.mended(masked, said, hints)
        if part.source == "zh":
            answer = spelt(masked.words, answer, base_of(self.target))
        checked = checks.Checked(masked, answer, part.source, base_of(self.target), self.language)
        found = checks.faults(checked)
        if attempt and found == ("left_over",):
            checked = await self.without_strays(checked)
            found, answer = checks.faults(checked), checked.answer
        text = masks.restore(masked, answer) if not found else None
        return _Answer(text=text or "", engine=make.called(part.source, self.target), faults=found)

    async def without_strays(self, checked: checks.Checked) -> checks.Checked:
        """The answer with a word or two that were left standing in it put by the dictionary."""
        words = checks.strays(checked) if (checked.source, checked.target) in strays.PAIRS else []
        if self.dictionary is None or not words:
            return checked
        answer = await asyncio.to_thread(strays.put, self.dictionary, checked.answer, words, self.target)
        return checked._replace(answer=answer)


async def render(
    routes: Routes,
    language: Language,
    glossary: Glossary,
    text: str,
    source: str,
    target: str,
    *,
    dictionary: Dictionary | None = None,
) -> Rendered:
    """The text in `target`, line breaks and all that is no words kept. Raises EngineError where no engine answered.

    What has no words, or stands in the target language already, comes back as it is, from the engine "none".
    """
    parts = pieces.cut(text, source, base_of(target), language)
    told = await _gathered(_Work(routes, language, glossary, target, dictionary), parts)
    engines = {answer.engine for _, answer in told} - {NO_ENGINE}
    engine = " + ".join(sorted(engines)) or NO_ENGINE
    wrong = tuple(dict.fromkeys(fault for _, answer in told for fault in answer.faults))
    if wrong and not _is_mostly_good(told):
        return Rendered(text="", engine=engine, is_good=False, faults=wrong)
    shown = "".join(part.text if answer.faults else answer.text for part, answer in told)
    return Rendered(text=shown, engine=engine + IN_PART if wrong else engine, is_good=True, faults=wrong)


def _is_mostly_good(told: Sequence[_Told]) -> bool:
    asked = [(len(part.text), answer) for part, answer in told if part.source]
    good = sum(length for length, answer in asked if not answer.faults)
    return len(asked) >= LEAST_PIECES and good >= LEAST_SHARE * sum(length for length, _ in asked)


async def _gathered(work: _Work, parts: Sequence[Piece]) -> list[_Told]:
    try:
        return await work.all(parts)
    except* EngineError as group:
        error = group.exceptions[0]
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        raise error from None
