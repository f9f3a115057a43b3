"""The bench of translations finds what it looks for: planted faults, and ways to say a thing."""

import argparse
import asyncio
import json
from pathlib import Path

import pytest

from bench import translation as bench
from bench.translation_sets import Case, adversarial, as_shown, broken, is_accepted, titles
from tests.translation.makes import Told
from vermilion.engines.dictionary import Dictionary
from vermilion.translation.routes import Routes
from vermilion.translation.table import Entry
from vermilion.translation.topics import Topics

OWN = Path(bench.__file__).with_name("adversarial")


def case(target: str, text: str = "今天好累", **told: tuple[str, ...]) -> Case:
    return Case("x", "zh", target, text, **told)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("answer", "number"),
    [
        ("so tired #旅行 40", 0),
        ("so tired 40", 1),
        ("so tired #旅行 40 banana banana", 1),
        ("今天真的好累啊 #旅行 40", 1),
        ("", 2),
    ],
)
def test_a_planted_fault_is_found(answer: str, number: int) -> None:
    one = case("en", keep=("#旅行", "40"), canary=("banana banana",))
    assert len(broken(one, answer)) == number


@pytest.mark.parametrize(
    ("target", "accepted", "answer", "is_right"),
    [
        ("es", ("me llevo uno",), "¡Qué lindo! Me voy a llevar uno", True),
        ("es", ("dato curioso:",), "DATOS CURIOSOS: los niños", True),
        ("es", ("dato curioso:",), "un dato", False),
        ("es", ("de la",), "de la casa", False),
        ("ja", ("豆知識", "トリビア"), "豆知識：子供も", True),
        ("ja", ("ﾄﾘﾋﾞｱ",), "トリビア", True),
        ("ja", ("豆知識",), "知識の豆", False),
        ("ja", ("🙏🙏🙏",), "教えて🙏🙏🙏", True),
    ],
)
def test_slang_is_accepted_in_any_form_of_an_accepted_way(
    target: str, accepted: tuple[str, ...], answer: str, is_right: bool
) -> None:
    assert is_accepted(case(target, accepted=accepted), answer) is is_right


def test_there_are_lines_enough_of_our_own_and_most_name_what_must_stand() -> None:
    lines = adversarial(OWN, 10_000)["invariants"]
    assert len({one.text for one in lines}) >= 400
    assert sum(bool(one.keep or one.canary) for one in lines) > len(lines) / 2


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("so tired #旅行", "so tired #travel"),
        ("so tired #旅行[话题]# today", "so tired #travel today"),
        ("so tired #viaje", "so tired #travel"),
        ("so tired #Travel #没有", "so tired #Travel #没有"),
    ],
)
def test_topics_are_scored_by_the_names_that_a_page_shows(text: str, shown: str) -> None:
    topics = Topics([{"zh": ["旅行"], "en": ["travel"], "es": ["viaje"]}])
    assert as_shown(text, "en", topics) == shown


def test_a_set_comes_in_blocks_and_every_set_early() -> None:
    found = {name: [case("en", f"{name}{at}") for at in range(40)] for name in "ab"}
    texts = [one.text for one in bench.in_turns(found)]
    assert texts[: bench.BLOCK] == [f"a{at}" for at in range(bench.BLOCK)]
    assert texts[bench.BLOCK] == "b0"
    assert sorted(texts) == sorted(one.text for cases in found.values() for one in cases)


def test_the_worlds_own_titles_stand_in_every_language_of_the_interface_and_more() -> None:
    found = titles(bench.WORLD, ("ar>en", "zh>id"), 10)
    assert [len(cases) for cases in found.values()] == [10, 10]
    assert all(one.text and one.reference for cases in found.values() for one in cases)


def test_what_was_answered_once_is_remembered_and_what_is_too_late_is_left_out(
    tmp_path: Path, dictionary_folder: Path
) -> None:
    make = Told(lambda ask: f"so tired, {len(ask.text)}")
    path = tmp_path / "kept" / "answers.jsonl"

    async def shown(seconds: float | None) -> list[str]:
        routes = Routes([(Entry(kind="embedded"), make)])
        await routes.start()
        found = await bench.render_all(
            bench.Remembering(routes, path),
            [case("en", "今天好累4"), case("en", "好困2")],
            seconds,
            Dictionary(dictionary_folder),
        )
        return sorted(one.text for one in found.values())

    assert asyncio.run(shown(None))
    asked = len(make.asked)
    assert asyncio.run(shown(-1)) == asyncio.run(shown(None))
    assert len(make.asked) == asked
    path.unlink()
    assert asyncio.run(shown(-1)) == []


def test_without_data_nothing_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    bench.main(argparse.Namespace(data=None, quick=True))
    assert "--data" in capsys.readouterr().out


def test_the_last_line_is_the_figures(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = Told(lambda _: "so tired today")

    def sets(_: Path, *, quick: bool) -> dict[str, list[Case]]:
        assert not quick
        return {
            "redtrans zh>en": [Case("zh>en", "zh", "en", "今天好累", "so tired today")],
            "slang zh>es": [Case("slang", "zh", "es", "今天好累", "", ("cansado",))],
            "ntrex pt>en": [Case("pt>en", "pt", "en", "Estou tão cansado hoje", "I am tired")],
            "invariants": [Case("masks", "zh", "en", "今天好累 #旅行", keep=("#旅行",))],
        }

    monkeypatch.setattr(bench, "sets", sets)
    monkeypatch.setattr(bench, "build", lambda *_: Routes([(Entry(kind="embedded"), make)]))
    monkeypatch.setenv("VERMILION_DATA", str(tmp_path))
    bench.main(argparse.Namespace(data=tmp_path, quick=False))
    figures = json.loads(capsys.readouterr().out.splitlines()[-1])["figures"]
    assert figures["zh_en_chrf"] == 100
    assert figures["zh_en_lines"] == 1
    assert figures["invariants"] == 1
    assert figures["fallback_share"] == 0
    assert figures["slang"] == 0
    assert 0 < figures["worst_pair"] < 100
