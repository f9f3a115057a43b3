import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent

PLANTED = {
    "vermilion/kernel/planted.py": "import vermilion.web.render\n",
    "vermilion/newcomer.py": "",
    "vermilion/notes/planted.py": "import litestar\n",
    "vermilion/feed/planted.py": "import asyncpg\n",
    "vermilion/web/planted.py": "import vermilion.wiring\n",
}
SAID = (
    "vermilion.kernel is not allowed to import vermilion.web",
    "vermilion.newcomer",
    "vermilion.notes is not allowed to import litestar",
    "vermilion.feed is not allowed to import asyncpg",
    "vermilion.web is not allowed to import vermilion.wiring",
)


def lint(root: Path) -> tuple[int, str]:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, " ".join((done.stdout + done.stderr).split())


def test_every_floor_imports_only_floors_below_it() -> None:
    code, said = lint(ROOT)
    assert code == 0, said


def test_an_import_upwards_and_a_module_without_a_floor_are_found(tmp_path: Path) -> None:
    shutil.copyfile(ROOT / "pyproject.toml", tmp_path / "pyproject.toml")
    for path in (ROOT / "vermilion").rglob("*.py"):
        target = tmp_path / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    for name, text in PLANTED.items():
        (tmp_path / name).write_text(text)
    code, said = lint(tmp_path)
    assert code == 1
    for sentence in SAID:
        assert sentence in said
