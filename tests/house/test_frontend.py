"""The front end holds to the types it declares."""

import subprocess
from pathlib import Path

FRONTEND = Path(__file__).parents[2] / "frontend"
COMPILER = FRONTEND / "node_modules" / ".bin" / "tsc"


def faults(folder: Path) -> str:
    """What the compiler has to say; nothing where everything holds."""
    done = subprocess.run([COMPILER, "--noEmit", "-p", folder], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def test_its_types_hold() -> None:
    assert not faults(FRONTEND)


def test_a_planted_fault_is_found(tmp_path: Path) -> None:
    (tmp_path / "tsconfig.json").write_text((FRONTEND / "tsconfig.json").read_text())
    (tmp_path / "src").mkdir()
    for source, fault in (("export const first = (all: string[]): string => all[0];", "TS2322"), ("", "")):
        (tmp_path / "src" / "one.ts").write_text(source or "export const none = 0;")
        assert fault in faults(tmp_path) if fault else not faults(tmp_path)
