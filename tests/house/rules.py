"""The rules of the house that a machine can check: each gives what breaks it, as lines for a person."""

import ast
import json
import re
import sys
import tomllib
from collections.abc import Callable, Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

MODULE_LINES = 400
FUNCTION_LINES = 60

FORBIDDEN_NAMES = frozenset(
    {"util", "utils", "helper", "helpers", "common", "core", "misc", "manager", "managers", "models"}
    | {"service", "services", "repository", "repositories", "interface", "interfaces"}
)
NAMED_MODELS = "engines/models.py"
DOMAINS = ("accounts", "moderation", "media", "notes", "comments", "feed", "notifications")
PROBLEMS = frozenset(
    {"NotFound", "Forbidden", "Conflict", "Invalid", "TooMany", "Unavailable", "Unauthorized"}
)
UNREASONED = re.compile(r"#.*\b(noqa|type: ignore)\b(?!.*(?: - |\]  # )\S)")
LOCAL = "local to one database"

Function = ast.FunctionDef | ast.AsyncFunctionDef


def modules(root: Path) -> Iterator[tuple[str, ast.Module, str]]:
    """Every module of the package below `root`: its path, its tree, its text."""
    for path in sorted((root / "vermilion").rglob("*.py")):
        text = path.read_text()
        yield str(path.relative_to(root)), ast.parse(text), text


def functions(tree: ast.Module) -> Iterator[Function]:
    """Every function, methods and inner ones included."""
    for node in ast.walk(tree):
        if isinstance(node, Function):
            yield node


def too_long(root: Path) -> Iterator[str]:
    """A function fits one screen, a module ten."""
    for path, tree, text in modules(root):
        if (lines := len(text.splitlines())) > MODULE_LINES:
            yield f"{path} has {lines} lines; {MODULE_LINES} are enough"
        for function in functions(tree):
            lines = (function.end_lineno or 0) - function.lineno + 1
            if lines > FUNCTION_LINES:
                yield f"{path}:{function.lineno} {function.name} has {lines} lines; {FUNCTION_LINES} are enough"


def badly_named(root: Path) -> Iterator[str]:
    """A module is named after what it is about."""
    for path in sorted((root / "vermilion").rglob("*")):
        name = str(path.relative_to(root / "vermilion"))
        if path.stem in FORBIDDEN_NAMES and name != NAMED_MODELS and (path.suffix == ".py" or path.is_dir()):
            yield f"vermilion/{name}: the name says nothing about what is in it"


def imports_in_functions(root: Path) -> Iterator[str]:
    """What a module needs stands at its top."""
    for path, tree, _ in modules(root):
        for function in functions(tree):
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    yield f"{path}:{node.lineno} imports inside {function.name}"


def loose_records(root: Path) -> Iterator[str]:
    """Each Record says kw_only and frozen itself: msgspec does not inherit them."""
    for path, tree, _ in modules(root):
        for node in ast.walk(tree):
            if not isinstance(node, ast.ClassDef):
                continue
            bases = {
                base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", "")
                for base in node.bases
            }
            said = {
                word.arg
                for word in node.keywords
                if isinstance(word.value, ast.Constant) and word.value.value is True
            }
            if bases & {"Record", "Event", "Struct"} and not {"kw_only", "frozen"} <= said:
                yield f"{path}:{node.lineno} {node.name} is not kw_only=True, frozen=True"


def viewer_not_second(root: Path) -> Iterator[str]:
    """`viewer` comes right after `db`, wherever both are asked for."""
    for path, tree, _ in modules(root):
        for function in functions(tree):
            names = [arg.arg for arg in function.args.args if arg.arg not in {"self", "cls"}]
            if names[:1] == ["db"] and "viewer" in names and names[1] != "viewer":
                yield f"{path}:{function.lineno} {function.name}: viewer comes second"


def reads_without_viewer(root: Path) -> Iterator[str]:
    """A public read that shows a note or a comment asks who is looking."""
    for path, tree, _ in modules(root):
        if path not in {"vermilion/notes/reads.py", "vermilion/comments/reads.py", "vermilion/feed/reads.py"}:
            continue
        for function in [node for node in tree.body if isinstance(node, Function)]:
            names = [arg.arg for arg in function.args.args]
            if not function.name.startswith("_") and names[:1] == ["db"] and "viewer" not in names:
                yield f"{path}:{function.lineno} {function.name} does not ask for the viewer"


def odd_codes(root: Path) -> Iterator[str]:
    """What is raised carries a code, in lower case with underscores; sentences live in the web."""
    for path, tree, _ in modules(root):
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)):
                continue
            name, args = getattr(node.exc.func, "id", ""), node.exc.args
            if name not in PROBLEMS or not args or not isinstance(args[0], ast.Constant):
                continue
            if not re.fullmatch(r"[a-z][a-z0-9_]*", str(args[0].value)):
                yield f"{path}:{node.lineno} {name}({args[0].value!r}) is not a code"


def silent_exceptions(root: Path) -> Iterator[str]:
    """An exception from a check carries its reason: `# noqa: X - because`."""
    for path, _, text in modules(root):
        for number, line in enumerate(text.splitlines(), 1):
            if UNREASONED.search(line):
                yield f"{path}:{number} gives no reason: {line.strip()}"


def unsharded_tables(root: Path) -> Iterator[str]:
    """Each table is given to shard_by right after it is made, or its comment says that it is local to one database."""
    for path in sorted((root / "vermilion" / "storage" / "migrations").glob("*.sql")):
        text = path.read_text()
        for match in re.finditer(
            r"^CREATE (?:UNLOGGED )?TABLE (?:IF NOT EXISTS )?(\w+)", text, re.MULTILINE | re.IGNORECASE
        ):
            rest = text[match.end() :]
            following = re.search(
                r"^(CREATE (?:UNLOGGED )?TABLE|SELECT shard_by\('(\w+)')", rest, re.MULTILINE | re.IGNORECASE
            )
            before = text[: match.start()].rstrip().rpartition("\n")[2].lower()
            if (following is None or following[2] != match[1]) and LOCAL not in before:
                yield f"{path.name}: {match[1]} is not given to shard_by"


def undeclared_imports(root: Path) -> Iterator[str]:
    """What vermilion imports, it declares: what others happen to bring along may go with them."""
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    declared = {
        re.split(r"[^A-Za-z0-9_.-]", name)[0].lower().replace("_", "-") for name in project["dependencies"]
    }
    homes = packages_distributions()
    for path, tree, _ in modules(root):
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            else:
                continue
            for top in {name.partition(".")[0] for name in names} - sys.stdlib_module_names - {"vermilion"}:
                if not declared & {home.lower().replace("_", "-") for home in homes.get(top, [top])}:
                    yield f"{path}:{node.lineno} imports {top}, which pyproject.toml does not declare"


def loose_locks(root: Path) -> Iterator[str]:
    """Lock files carry versions and hashes, and no addresses."""
    for name in ("requirements.lock", "requirements-dev.lock", "requirements-speech.lock"):
        text = (root / name).read_text()
        if "://" in text:
            yield f"{name} carries an address"
        for entry in re.split(
            r"\n(?=[A-Za-z0-9])", re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE).strip()
        ):
            if "==" not in entry or "--hash=sha256:" not in entry:
                yield f"{name}: {entry.splitlines()[0]} has no version or no hash"
    for name, package in json.loads((root / "frontend" / "package-lock.json").read_text())[
        "packages"
    ].items():
        if "resolved" in package:
            yield f"package-lock.json: {name} carries an address"
        if name and "integrity" not in package and not package.get("link"):
            yield f"package-lock.json: {name} has no hash"


RULES: tuple[Callable[[Path], Iterator[str]], ...] = (
    too_long,
    badly_named,
    imports_in_functions,
    loose_records,
    viewer_not_second,
    reads_without_viewer,
    odd_codes,
    silent_exceptions,
    unsharded_tables,
    undeclared_imports,
    loose_locks,
)
