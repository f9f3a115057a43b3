"""What every make shares."""

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import os
from pathlib import Path
from vermilion.engines.translate import stand_back
stand_back(3)
group = Path("/proc/self/autogroup")
print(os.nice(0), group.read_text().split()[-1] if group.exists() else "")
"""


def stood_back() -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        check=True,
        capture_output=True,
        text=True,
        start_new_session=True,
    )
    niceness, _, group = done.stdout.strip().partition(" ")
    return int(niceness), group


def test_a_translator_stands_back_behind_pages() -> None:
    before = subprocess.run(
        [sys.executable, "-c", "import os; print(os.nice(0))"], check=True, capture_output=True, text=True
    )
    assert stood_back()[0] == min(19, int(before.stdout) + 3)


@pytest.mark.skipif(not Path("/proc/self/autogroup").exists(), reason="this kernel weighs no sessions")
def test_its_session_stands_back_as_a_whole() -> None:
    niceness, group = stood_back()
    assert group == str(niceness)
