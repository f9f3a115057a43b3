"""CTranslate2 model folders as translators: OPUS-MT (Marian), M2M-100 and NLLB, with their SentencePiece models."""

import asyncio
import importlib
import json
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from vermilion.engines.translate import Ask, EngineError, base_of, free_cores, is_pair, seconds_for

BATCH = 8
BEAMS = (2, 5)
"""How widely an attempt searches."""
MOST_TOKENS = 400
_NAMED = re.compile(r"([a-z]{2,3})[-_]([a-z]{2,3})(?:-ct2|-int8)*$")
_VOCABULARIES = ("shared_vocabulary", "source_vocabulary")
# NLLB's names of our languages.
_NLLB = {
    "en": "eng_Latn", "zh": "zho_Hans", "zh-Hant": "zho_Hant", "es": "spa_Latn", "pt": "por_Latn", "fr": "fra_Latn",
    "de": "deu_Latn", "it": "ita_Latn", "ru": "rus_Cyrl", "ja": "jpn_Jpan", "ko": "kor_Hang", "ar": "arb_Arab",
    "id": "ind_Latn", "hi": "hin_Deva", "tr": "tur_Latn", "vi": "vie_Latn", "th": "tha_Thai", "nl": "nld_Latn",
    "pl": "pol_Latn", "uk": "ukr_Cyrl",
}  # fmt: skip


class Layout(NamedTuple):
    """What a folder holds. `tokens`: language -> its token; without any, the model has the one pair alone."""

    source_pieces: Path
    target_pieces: Path
    pair: tuple[str, str] | None
    tokens: dict[str, str]

    def serves(self, source: str, target: str) -> bool:
        """Whether the model knows both languages, in this direction."""
        if self.pair is not None:
            return (base_of(source), base_of(target)) == self.pair
        return is_pair(source, target) and bool(self.token(source) and self.token(target))

    def token(self, lang: str) -> str:
        """The token of a language, "" where there is none."""
        return self.tokens.get(lang) or self.tokens.get(base_of(lang), "")


def layout(folder: Path) -> Layout:
    """What a model folder holds. Raises EngineError("unready") where it is no such folder."""
    if not (folder / "model.bin").is_file():
        raise EngineError("unready", f"{folder.name} has no model.bin")
    words = _vocabulary(folder)
    m2m = {lang: f"__{lang}__" for lang in _NLLB if f"__{lang}__" in words}
    nllb = {lang: token for lang, token in _NLLB.items() if token in words}
    names = ("source.spm", "target.spm")
    if m2m or nllb:
        names = (_first(folder, "sentencepiece.bpe.model", "spm.128k.model", "source.spm"),) * 2
    for name in names:
        if not (folder / name).is_file():
            raise EngineError("unready", f"{folder.name} has no {name}")
    pair = None if m2m or nllb else _pair(folder)
    return Layout(folder / names[0], folder / names[1], pair, m2m or nllb)


def _vocabulary(folder: Path) -> frozenset[str]:
    for name in _VOCABULARIES:
        with suppress(FileNotFoundError, ValueError):
            return frozenset(json.loads((folder / f"{name}.json").read_text(encoding="utf-8")))
        with suppress(FileNotFoundError, ValueError):
            return frozenset((folder / f"{name}.txt").read_text(encoding="utf-8").split("\n"))
    raise EngineError("unready", f"{folder.name} has no vocabulary")


def _first(folder: Path, *names: str) -> str:
    return next((name for name in names if (folder / name).is_file()), names[0])


def _pair(folder: Path) -> tuple[str, str]:
    """The pair of a Marian model: of its tokenizer's configuration, else of the folder's name."""
    with suppress(OSError, ValueError, KeyError, AttributeError):
        config = json.loads((folder / "tokenizer_config.json").read_text(encoding="utf-8"))
        return base_of(config["source_lang"]), base_of(config["target_lang"])
    if found := _NAMED.search(folder.name.lower()):
        return found[1], found[2]
    raise EngineError("unready", f"{folder.name} tells its languages neither in its files nor by its name")


class _Waiting(NamedTuple):
    pieces: list[str]
    prefix: list[str] | None
    attempt: int
    answer: "asyncio.Future[list[str]]"


class Folder:
    """One model folder, in threads of this process; asks that wait together are translated as a batch."""

    def __init__(self, folder: Path) -> None:
        self.name = folder.name
        self.outside: str | None = None
        self.slots = 2 * BATCH
        self._folder = folder
        self._layout: Layout | None = None
        self._model: Any = None
        self._source: Any = None
        self._target: Any = None
        self._waiting: asyncio.Queue[_Waiting] = asyncio.Queue()
        self._thread: ThreadPoolExecutor | None = None
        self._task: asyncio.Task[None] | None = None

    def called(self, source: str, target: str) -> str:  # noqa: ARG002 - every pair
        """Its name."""
        return self.name

    def serves(self, source: str, target: str) -> bool:
        """The pairs that the folder's own files name."""
        return self._layout is not None and self._layout.serves(source, target)

    async def start(self) -> None:
        """Load the model, about as much memory as its file. Raises EngineError("unready")."""
        if self._task is not None:
            return
        self._layout = layout(self._folder)
        self._thread = ThreadPoolExecutor(1, "ctranslate2")
        try:
            await asyncio.get_running_loop().run_in_executor(self._thread, self._load, self._layout)
        except (ImportError, RuntimeError, OSError, ValueError) as error:
            self._thread.shutdown(wait=False)
            raise EngineError("unready", f"{self._folder.name}: {type(error).__name__}") from error
        self._task = asyncio.create_task(self._run(self._thread))

    async def close(self) -> None:
        """Give the model back."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None
        if self._thread is not None:
            self._thread.shutdown(wait=False, cancel_futures=True)
        self._model = None

    async def translate(self, ask: Ask) -> str:
        """The piece in the other language; the second attempt searches wider."""
        if self._layout is None or self._task is None:
            raise EngineError("unready", "not started")
        if not self._layout.serves(ask.source, ask.target):
            raise EngineError("refused", f"{ask.source} to {ask.target}")
        pieces = self._source.encode(ask.text, out_type=str)
        if len(pieces) > MOST_TOKENS:
            raise EngineError("refused", "too long a piece")
        prefix = None
        if self._layout.tokens:
            pieces = [self._layout.token(ask.source), *pieces]
            prefix = [self._layout.token(ask.target)]
        answer: asyncio.Future[list[str]] = asyncio.get_running_loop().create_future()
        self._waiting.put_nowait(_Waiting([*pieces, "</s>"], prefix, ask.attempt, answer))
        try:
            async with asyncio.timeout(seconds_for(len(pieces))):
                said = await answer
        except TimeoutError as error:
            raise EngineError("slow", "its deadline ran out") from error
        return str(self._target.decode([piece for piece in said if piece not in (prefix or ())])).strip()

    def _load(self, found: Layout) -> None:
        ctranslate2 = importlib.import_module("ctranslate2")
        sentencepiece = importlib.import_module("sentencepiece")
        self._source = sentencepiece.SentencePieceProcessor(model_file=str(found.source_pieces))
        self._target = sentencepiece.SentencePieceProcessor(model_file=str(found.target_pieces))
        self._model = ctranslate2.Translator(
            str(self._folder), compute_type="int8", inter_threads=1, intra_threads=free_cores()
        )

    async def _run(self, thread: ThreadPoolExecutor) -> None:
        """Take what waits, a batch at a time."""
        while True:
            batch = [await self._waiting.get()]
            while len(batch) < BATCH and not self._waiting.empty():
                batch.append(self._waiting.get_nowait())
            for attempt in {one.attempt for one in batch}:
                alike = [one for one in batch if one.attempt == attempt and not one.answer.done()]
                await self._answer(thread, alike, BEAMS[min(attempt, len(BEAMS) - 1)])

    async def _answer(self, thread: ThreadPoolExecutor, batch: Sequence[_Waiting], beam: int) -> None:
        if not batch:
            return
        try:
            said = await asyncio.get_running_loop().run_in_executor(thread, self._batch, batch, beam)
        except (RuntimeError, ValueError) as error:
            for one in batch:
                if not one.answer.done():
                    one.answer.set_exception(EngineError("nonsense", type(error).__name__))
            return
        for one, pieces in zip(batch, said, strict=True):
            if not one.answer.done():
                one.answer.set_result(pieces)

    def _batch(self, batch: Sequence[_Waiting], beam: int) -> list[list[str]]:
        prefixes = [one.prefix for one in batch]
        results = self._model.translate_batch(
            [one.pieces for one in batch],
            target_prefix=prefixes if any(prefixes) else None,
            beam_size=beam,
            max_decoding_length=MOST_TOKENS,
            no_repeat_ngram_size=6,
        )
        return [result.hypotheses[0] for result in results]
