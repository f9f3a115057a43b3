"""Figures for Prometheus are those of every process, whichever is asked."""

import os
import subprocess
import sys
from pathlib import Path

ONE = "from vermilion.web.metrics import Metrics; Metrics().answers.labels('GET', 'home', '200').inc()"
ALL = "from vermilion.web.metrics import Metrics; print(Metrics().exposed().decode())"


def run(code: str, folder: Path) -> str:
    env = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(folder)}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    return done.stdout


def test_the_figures_of_several_processes_are_added_up(tmp_path: Path) -> None:
    for _ in range(3):
        run(ONE, tmp_path)
    assert 'vermilion_answers_total{handler="home",method="GET",status="200"} 3.0' in run(ALL, tmp_path)
