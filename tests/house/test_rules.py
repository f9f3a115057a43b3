import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.house import rules
from tests.house.rules import RULES

ROOT = Path(__file__).parent.parent.parent

Rule = Callable[[Path], Iterator[str]]

LONG = "def publish() -> None:\n" + "    pass\n" * rules.FUNCTION_LINES

PLANTED: dict[str, tuple[str, str, str]] = {  # rule -> file, what is planted there, what must be said of it
    "too_long": ("vermilion/notes/long.py", LONG, "publish has 61 lines"),
    "badly_named": ("vermilion/notes/utils.py", "", "says nothing"),
    "imports_in_functions": ("vermilion/a.py", "def f() -> None:\n    import json\n", "inside f"),
    "loose_records": (
        "vermilion/a.py",
        "class Note(Record, frozen=True):\n    id: int\n",
        "Note is not kw_only",
    ),
    "viewer_not_second": (
        "vermilion/a.py",
        "def get_note(db, note_id, viewer): ...\n",
        "viewer comes second",
    ),
    "reads_without_viewer": ("vermilion/notes/reads.py", "async def get_note(db, id): ...\n", "does not ask"),
    "odd_codes": ("vermilion/a.py", "def f():\n    raise NotFound('No such note.')\n", "is not a code"),
    "silent_exceptions": ("vermilion/a.py", "x = 1  # noqa: S101\n", "gives no reason"),
    "unsharded_tables": (
        "vermilion/storage/migrations/0001_a.sql",
        "CREATE TABLE a (id int);\n",
        "a is not given",
    ),
    "undeclared_imports": ("vermilion/a.py", "import requests\n", "does not declare"),
    "loose_locks": ("requirements.lock", "msgspec==0.22.0\n", "has no version or no hash"),
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps(rule: Rule) -> None:
    assert list(rule(ROOT)) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_planted_fault_is_found_by(rule: Rule, tmp_path: Path) -> None:
    for name in (
        "pyproject.toml",
        "requirements.lock",
        "requirements-dev.lock",
        "requirements-speech.lock",
        "frontend/package-lock.json",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(ROOT / name, tmp_path / name)
    (tmp_path / "vermilion").mkdir()
    assert list(rule(tmp_path)) == []
    where, what, said = PLANTED[rule.__name__]
    (tmp_path / where).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / where).write_text(what)
    found = list(rule(tmp_path))
    assert len(found) == 1
    assert said in found[0]
