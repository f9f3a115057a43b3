"""The handbook is true: commands exist, variables are read, files and figures are there."""

import argparse
import re
from pathlib import Path

import pytest

from vermilion import cli

ROOT = Path(__file__).parents[1]
PAGES = sorted([*(ROOT / "docs" / "handbook").glob("*.md"), ROOT / "README.md"])
TEXTS = [*PAGES, *sorted(path for path in (ROOT / "deploy").iterdir() if path.is_file())]
SOURCES = "\n".join(
    path.read_text("utf-8") for folder in ("vermilion", "bench") for path in (ROOT / folder).rglob("*.py")
)
CALL = re.compile(r"(?:^|[`/\s])vermilion (?!vermilion)([a-z][a-z-]*)((?: --[a-z]+)*)", re.MULTILINE)


def commands() -> dict[str, argparse.ArgumentParser]:
    """Every command of the command line."""
    (action,) = (one for one in cli.parser()._actions if isinstance(one, argparse._SubParsersAction))  # noqa: SLF001 - argparse has no other way
    return dict(action.choices)


def calls(text: str) -> list[tuple[str, list[str]]]:
    """Commands as they stand in code: behind four spaces, in backticks, or in a unit."""
    code = "\n".join(re.findall(r"^(?: {4}(?! *#)|ExecStart=|CMD ).*$|`vermilion [^`]*`", text, re.MULTILINE))
    return [(name, options.split()) for name, options in CALL.findall(code)]


@pytest.mark.parametrize("page", TEXTS, ids=lambda page: page.name)
def test_commands_and_their_options_exist(page: Path) -> None:
    known = commands()
    for name, options in calls(page.read_text("utf-8")):
        assert name in known, f"{page.name}: vermilion {name}"
        for option in options:
            assert option in known[name]._option_string_actions, f"{page.name}: vermilion {name} {option}"  # noqa: SLF001 - as above


@pytest.mark.parametrize("page", TEXTS, ids=lambda page: page.name)
def test_variables_are_read_somewhere(page: Path) -> None:
    for name in re.findall(r"\bVERMILION_[A-Z]+(?:_[A-Z]+)*", page.read_text("utf-8")):
        assert f'"{name}"' in SOURCES, f"{page.name}: {name}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    prose = re.sub(r"`[^`\n]*`", "", page.read_text("utf-8"))
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", prose):
        assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_figures_are_exposed_by_that_name() -> None:
    for page in PAGES:
        for name in re.findall(r"`(vermilion_[a-z_]+)", page.read_text("utf-8")):
            is_package = (ROOT / "clients" / "python" / name).is_dir()
            assert is_package or f'"{name.removesuffix("_total")}"' in SOURCES, f"{page.name}: {name}"


def test_every_page_of_the_handbook_is_listed() -> None:
    listed = (ROOT / "docs" / "handbook" / "README.md").read_text("utf-8")
    assert [page.name for page in PAGES if page.name != "README.md" and f"({page.name})" not in listed] == []


def test_a_sentence_that_is_looked_up_under_trouble_is_said() -> None:
    """What stands in quotes there is found in the code, up to what varies."""
    said = SOURCES + (ROOT / "vermilion" / "web" / "sentences.py").read_text("utf-8")
    for line in (ROOT / "docs" / "handbook" / "trouble.md").read_text("utf-8").splitlines():
        for sentence in re.findall(r'"([^"]+)"', line.partition(" | ")[0]):
            for piece in re.split(r"…|8000|fsync", sentence):
                words = piece.strip(" .")
                assert words in said, f"{sentence}: {words}"
