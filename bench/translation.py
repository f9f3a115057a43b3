"""Translations of comments, notes and news against references; slang; what must never break."""

import argparse
import asyncio
import contextlib
import hashlib
import json
import os
import time
from collections.abc import Iterable
from itertools import chain, zip_longest
from math import inf
from pathlib import Path
from typing import NamedTuple

import msgspec
from sacrebleu.metrics import BLEU, CHRF

from bench.report import report
from bench.translation_sets import (
    OTHER_PAIRS,
    OWN_PAIRS,
    TITLE_PAIRS,
    Case,
    adversarial,
    as_shown,
    broken,
    is_accepted,
    ntrex,
    redtrans,
    slang,
    titles,
    without_tags,
)
from vermilion import sample
from vermilion.engines.dictionary import Dictionary
from vermilion.engines.language import Language
from vermilion.engines.models import default_translator, path_of
from vermilion.engines.translate import Ask, EngineError, Fault, Make
from vermilion.settings import Settings
from vermilion.translation import table
from vermilion.translation.glossary import Glossary
from vermilion.translation.pipeline import render
from vermilion.translation.routes import Routes, build
from vermilion.translation.topics import Topics
from vermilion.translation.topics import read as read_topics

GOALS = {
    "zh_en_chrf": ">= 48",
    "en_zh_chrf": ">= 32",
    "slang": ">= .60",
    "invariants": "= 1.0",
    "fallback_share": "<= .05",
}
LINES = {"redtrans": 400, "pair": 10, "slang": 60, "invariants": 2_000}
BLOCK = 8
"""So many cases of a set come after one another: an engine that has read the prompt of a pair does the next one sooner."""
WORLD = Path(sample.__file__).with_name("world") / "notes"
QUICK_SECONDS, UNDER_WAY_S = 18.0, 8.0
BOOTSTRAP = 300
WORST = 5
LEAST_LINES = 8
"""A pair that was measured on fewer lines is not published."""


class Shown(NamedTuple):
    """What a reader sees of a case: the answer, or the original and why."""

    text: str
    is_good: bool
    faults: tuple[str, ...]


class Remembering:
    """The makes of some routes; their answers are kept in a file outside of the repository.

    So a run that was ended goes on where it was, and a change of the checks needs no engine. After `until` only what is
    known is answered.
    """

    def __init__(self, routes: Routes, path: Path) -> None:
        self.routes = routes
        self.until: float | None = None
        self.made, self.seconds = 0, 0.0
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        self._known: dict[str, tuple[str, Fault | None]] = {
            key: (text, fault) for key, text, fault in map(json.loads, lines)
        }

    def makes_for(self, source: str, target: str) -> list[Make]:
        """The makes, each with its memory."""
        return [_Remembered(self, make) for make in self.routes.makes_for(source, target)]

    async def answer(self, make: Make, ask: Ask) -> str:
        """What is known, else what the make says."""
        key = hashlib.sha256(
            f"{make.called(ask.source, ask.target)}\0{msgspec.json.encode(ask).decode()}".encode()
        ).hexdigest()[:32]
        if key not in self._known:
            if self.until is not None and time.monotonic() > self.until:
                raise EngineError("unready", "the time is over")
            start = time.monotonic()
            try:
                self._known[key] = (await make.translate(ask), None)
            except EngineError as error:
                if error.is_passing:
                    raise
                self._known[key] = ("", error.fault)
            self.made += 1
            self.seconds += time.monotonic() - start
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps([key, *self._known[key]], ensure_ascii=False) + "\n")
        text, fault = self._known[key]
        if fault is not None:
            raise EngineError(fault)
        return text


class _Remembered:
    def __init__(self, memory: Remembering, make: Make) -> None:
        self._memory = memory
        self._make = make
        self.name, self.outside, self.slots = make.name, make.outside, make.slots

    def called(self, source: str, target: str) -> str:
        return self._make.called(source, target)

    def serves(self, source: str, target: str) -> bool:
        return self._make.serves(source, target)

    async def start(self) -> None:
        """Nothing: the routes are started as a whole."""

    async def close(self) -> None:
        """Nothing."""

    async def translate(self, ask: Ask) -> str:
        return await self._memory.answer(self._make, ask)


async def render_all(
    memory: Remembering, cases: Iterable[Case], seconds: float | None, dictionary: Dictionary
) -> dict[Case, Shown]:
    """What readers see of the cases, in order, as many as there is time for, and of the rest what is remembered."""
    cases = list(cases)
    language, glossary, waiting = Language(), Glossary.read(), iter(cases)
    await asyncio.to_thread(dictionary.open)
    found: dict[Case, Shown] = {}
    memory.until = None if seconds is None else time.monotonic() + seconds

    async def work(waiting: Iterable[Case]) -> None:
        for case in waiting:
            try:
                done = await render(
                    memory, language, glossary, case.text, case.source, case.target, dictionary=dictionary
                )
            except EngineError:
                continue
            found[case] = Shown(done.text if done.is_good else case.text, done.is_good, done.faults)

    with contextlib.suppress(TimeoutError):  # what is under way then is left out as well
        async with asyncio.timeout(None if seconds is None else max(seconds, 0) + UNDER_WAY_S):
            await asyncio.gather(*(work(waiting) for _ in range(memory.routes.slots)))
    memory.until = -inf
    await work([case for case in cases if case not in found])
    return found


def sets(data: Path, *, quick: bool) -> dict[str, list[Case]]:
    """Every set with its cases; quick: a few short ones of those that the goals are about."""
    found = {
        **redtrans(data, LINES["redtrans"]),
        **slang(data, LINES["slang"]),
        **ntrex(data, OWN_PAIRS + OTHER_PAIRS, LINES["pair"]),
        **titles(WORLD, TITLE_PAIRS, LINES["pair"]),
        **adversarial(Path(__file__).with_name("adversarial"), LINES["invariants"]),
    }
    if not quick:
        return found
    named = [name for name in found if name.partition(" ")[2] not in OTHER_PAIRS + TITLE_PAIRS]
    return {name: sorted(found[name][:60], key=lambda case: abs(len(case.text) - 16))[:6] for name in named}


def in_turns(found: dict[str, list[Case]]) -> list[Case]:
    """The sets' cases mixed in blocks, so that a run cut short has something of each; the main directions come more often."""
    blocks = {
        name: [tuple(cases[at : at + BLOCK]) for at in range(0, len(cases), BLOCK)]
        for name, cases in found.items()
    }
    most = max(map(len, blocks.values()), default=0)
    times = {name: max(1, round(12 * len(of_set) / most)) for name, of_set in blocks.items()}
    lists = [
        of_set[at :: times[name]] for at in range(12) for name, of_set in blocks.items() if at < times[name]
    ]
    return [case for block in chain.from_iterable(zip_longest(*lists)) for case in block or ()]


async def measure(
    data: Path, seconds: float | None, settings: Settings, *, quick: bool = False
) -> dict[str, float]:
    """Translate, print what was found, give the figures."""
    routes = build(table.read(settings.translators), path_of(default_translator(), settings.models or Path()))
    memory = Remembering(routes, settings.data / "bench" / "translation.jsonl")
    wanted = tuple(os.environ.get("VERMILION_BENCH_SETS", "").split()) or ("",)
    found = {name: cases for name, cases in sets(data, quick=quick).items() if name.startswith(wanted)}
    await routes.start()
    try:
        shown = await render_all(memory, in_turns(found), seconds, Dictionary(settings.data / "dictionary"))
    finally:
        await routes.close()
    figures: dict[str, float] = {"asked": memory.made, "s_an_ask": memory.seconds / max(1, memory.made)}
    topics, accepted = Topics(read_topics()), list[bool]()
    for name, of_set in found.items():
        done = [(case, shown[case]) for case in of_set if case in shown]
        print(f"\n{name}: {len(done)} of {len(of_set)} lines")
        if done and name.startswith("slang"):
            accepted += _slang(done)
        elif done and name == "invariants":
            figures |= _invariants(done)
        elif done:
            figures |= _against_references(name, done, topics)
    print("\nfor quality.toml, pairs with some lines:")
    for key in figures:
        if key.endswith("_chrf") and figures[key.replace("_chrf", "_lines")] >= LEAST_LINES:
            print(f'"{key[:-5].replace("_", ">")}" = {figures[key]:.1f}')
    pairs = [figures[key] for key in figures if key.endswith("_chrf") and key[:5] not in ("zh_en", "en_zh")]
    figures |= {"worst_pair": min(pairs)} if pairs else {}
    return figures | (
        {"slang": sum(accepted) / len(accepted), "slang_lines": len(accepted)} if accepted else {}
    )


def _against_references(name: str, done: list[tuple[Case, Shown]], topics: Topics) -> dict[str, float]:
    """Over whole lines as pages show them, which name the #tags they know in the reader's language.

    `_strict`: #tags as they were written; `_words`: with the tags taken out on both sides.
    """
    raw, references = [shown.text for _, shown in done], [case.reference for case, _ in done]
    answers = [as_shown(text, done[0][0].target, topics) for text in raw]
    key = name.split()[1].replace(">", "_")
    chrf = CHRF().corpus_score(answers, [references], n_bootstrap=BOOTSTRAP if len(done) > 1 else 1)
    bleu = BLEU(tokenize={"zh": "zh", "ja": "char", "ko": "char"}.get(done[0][0].target, "13a"))
    mean, half = float(getattr(chrf, "_mean", chrf.score)), max(0.0, float(getattr(chrf, "_ci", 0.0)))
    fallen = sum(not shown.is_good for _, shown in done) / len(done)
    print(f"  chrF {chrf.score:.1f} (95 %: {mean - half:.1f} to {mean + half:.1f}), fallen back {fallen:.3f}")
    scored = sorted(
        (CHRF().sentence_score(shown.text, [case.reference]).score, case, shown) for case, shown in done
    )
    for score, case, shown in scored[:WORST] if name.startswith("redtrans") else ():
        print(f"  {score:5.1f}  {case.text[:70]!r}\n         -> {shown.text[:90]!r} {' '.join(shown.faults)}")
    words = CHRF().corpus_score(list(map(without_tags, answers)), [list(map(without_tags, references))])
    return {
        f"{key}_chrf": chrf.score,
        f"{key}_strict": CHRF().corpus_score(raw, [references]).score,
        f"{key}_words": words.score,
        f"{key}_chrf_half": half,
        f"{key}_bleu": bleu.corpus_score(answers, [references]).score,
        f"{key}_lines": len(done),
        f"{key}_fallback": fallen,
    }


def _slang(done: list[tuple[Case, Shown]]) -> list[bool]:
    right = [shown.is_good and is_accepted(case, shown.text) for case, shown in done]
    print(f"  acceptable {sum(right) / len(right):.3f}, fallen back {sum(not s.is_good for _, s in done)}")
    for case, shown in [pair for pair, is_right in zip(done, right, strict=True) if not is_right][:WORST]:
        print(
            f"  {case.accepted[0]!r}  {case.text[:50]!r}\n         -> {shown.text[:90]!r} {' '.join(shown.faults)}"
        )
    return right


def _invariants(done: list[tuple[Case, Shown]]) -> dict[str, float]:
    """A text that is not shown breaks nothing. In a language that nobody knows, falling back is what is wanted."""
    faults = [
        (case, shown, wrong) for case, shown in done if shown.is_good and (wrong := broken(case, shown.text))
    ]
    known = [(case, shown) for case, shown in done if case.source != "und"]
    fallen = [(case, shown) for case, shown in known if not shown.is_good]
    for case, shown, wrong in faults[: 6 * WORST]:
        print(
            f"  BROKEN {case.bench} {case.source}>{case.target} {wrong}: {case.text[:80]!r} -> {shown.text[:100]!r}"
        )
    for case, shown in fallen[: 4 * WORST]:
        print(
            f"  fell back {case.bench} {case.source}>{case.target} {' '.join(shown.faults)}: {case.text[:70]!r}"
        )
    return {
        "invariants": 1 - len(faults) / len(done),
        "fallback_share": len(fallen) / max(1, len(known)),
        "invariants_lines": len(done),
    }


def main(args: argparse.Namespace) -> None:
    """Print a table for each set and, as the last line, the figures as JSON."""
    if args.data is None:
        print("translation: give the folder of the evaluation sets with --data; nothing was measured")
        return
    seconds = QUICK_SECONDS if args.quick else None
    if told := os.environ.get("VERMILION_BENCH_SECONDS"):
        seconds = float(told)
    # What a quick run had no time for is told as nought, with no lines.
    figures = dict.fromkeys(("zh_en_chrf", "en_zh_chrf", "worst_pair", *list(GOALS)[2:]), 0.0) | asyncio.run(
        measure(args.data, seconds, Settings.read(), quick=args.quick)
    )
    report("translation", figures, {}, quick=args.quick, goals=GOALS)
