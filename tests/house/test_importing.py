"""Importing does nothing: no connection, no file written, no process, no thread, no change of the environment."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent

WATCH = """
import importlib, os, pkgutil, sys, threading
done = []
def is_ours():
    frame = sys._getframe(2)
    while frame is not None:
        name = frame.f_code.co_filename
        if "site-packages" in name:
            return False
        if name.startswith(ROOT):
            return True
        frame = frame.f_back
    return False
def see(event, args):
    acts = event in {"socket.connect", "socket.bind", "subprocess.Popen", "os.posix_spawn", "os.fork", "os.mkdir"}
    writes = event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+")
    if (acts or writes) and is_ours():
        done.append(f"{event} {args[0]}")
import PACKAGE
before, threads = dict(os.environ), threading.active_count()
sys.addaudithook(see)
for module in pkgutil.walk_packages(PACKAGE.__path__, "PACKAGE."):
    if not module.name.endswith(("__main__", "_child")):
        importlib.import_module(module.name)
if dict(os.environ) != before:
    done.append("environment")
if threading.active_count() != threads:
    done.append("thread")
print("; ".join(done))
"""


def what_importing_does(package: str, root: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-B", "-c", WATCH.replace("PACKAGE", package).replace("ROOT", repr(str(root)))],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_importing_vermilion_does_nothing() -> None:
    assert what_importing_does("vermilion", ROOT) == ""


def test_an_import_that_acts_is_found(tmp_path: Path) -> None:
    (tmp_path / "busy").mkdir()
    (tmp_path / "busy" / "__init__.py").write_text("")
    (tmp_path / "busy" / "acts.py").write_text(
        "import os, threading, time\nos.environ['X'] = '1'\nopen('written', 'w').close()\n"
        "threading.Thread(target=time.sleep, args=(1,), daemon=True).start()\n"
    )
    assert what_importing_does("busy", tmp_path) == "open written; environment; thread"
