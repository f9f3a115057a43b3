"""The command line: serve, work, translate, migrate, backup, restore, sample, models, jobs, bench, doctor."""

import argparse
import asyncio
import importlib
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, Any

import msgspec

from vermilion import __version__
from vermilion.engines.models import ModelError
from vermilion.settings import BadSettingError, Settings
from vermilion.storage.archive import BackupError
from vermilion.storage.migrate import MigrationError, migrate
from vermilion.storage.postgres import Postgres
from vermilion.storage.postgres_home import PostgresError
from vermilion.translation.table import BadTableError
from vermilion.work.supervisor import ServeError, Supervisor

EXPECTED = (
    BackupError,
    BadSettingError,
    BadTableError,
    MigrationError,
    ModelError,
    PostgresError,
    ServeError,
)
"""What the operator can mend: told in one sentence, without a traceback."""


def main(args: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit code."""
    chosen = parser().parse_args(args)
    try:
        return int(chosen.run(chosen) or 0)
    except EXPECTED as error:
        print(f"vermilion: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def parser() -> argparse.ArgumentParser:
    """What may be typed."""
    top = argparse.ArgumentParser(
        prog="vermilion",
        description="One room for everybody, each reading in their own language.",
        epilog="Everything else is set by the environment: VERMILION_DATA, DATABASE_URL and others; see the README.",
    )
    top.add_argument("--version", action="version", version=f"vermilion {__version__}")
    commands = top.add_subparsers(metavar="COMMAND", required=True)

    command = commands.add_parser("serve", help="run everything: database, web and worker, in the foreground")
    command.add_argument(
        "--workers", type=_positive, default=1, metavar="N", help="web processes (default: 1)"
    )
    command.add_argument("--host", help="address to listen on (default: VERMILION_HOST or 127.0.0.1)")
    command.add_argument(
        "--port", type=_positive, help="port to listen on (default: 8000, or the next free one)"
    )
    command.set_defaults(run=_serve)

    command = commands.add_parser("work", help="run a worker alone: what happens later")
    command.set_defaults(run=_work)

    command = commands.add_parser(
        "translate", help="run a translator alone: what people read, in their languages"
    )
    command.add_argument("--status", action="store_true", help="tell how the translators are and what waits")
    command.set_defaults(run=_translate)

    command = commands.add_parser("migrate", help="bring the database's schema up to date")
    command.set_defaults(run=_migrate)

    command = commands.add_parser("sample", help="load the sample world: people, notes and threads")
    command.add_argument("--remove", action="store_true", help="take it away again")
    command.set_defaults(run=_sample)

    _add_keeping(commands)
    _add_tending(commands)
    return top


def _add_keeping(commands: Any) -> None:  # noqa: ANN401 - argparse keeps the name of its type to itself
    """What keeps a room from being lost."""
    command = commands.add_parser(
        "backup", help="write everything into one file: rows, pictures and films, as of one moment"
    )
    command.add_argument(
        "file",
        nargs="+",
        metavar="FILE",
        help='where to; "-" is the standard output; "verify FILE" tells whether one is whole ("-": the standard input)',
    )
    command.set_defaults(run=_backup)

    command = commands.add_parser("restore", help="make a room of a backup, in an empty database")
    command.add_argument("file", metavar="FILE", help='"-" is the standard input')
    command.add_argument(
        "--replace", action="store_true", help="also where it is not empty: what is in it now is lost"
    )
    command.set_defaults(run=_restore)

    command = commands.add_parser(
        "upgrade-database",
        help="carry the rows of an older bundled PostgreSQL over to the one of this version",
    )
    command.set_defaults(run=_upgrade_database)


def _add_tending(commands: Any) -> None:  # noqa: ANN401 - argparse keeps the name of its type to itself
    """What an operator does beside running it."""
    command = commands.add_parser("models", help="list, pull or verify weights, such as the translator's")
    command.add_argument("action", choices=("list", "pull", "verify"))
    command.add_argument("name", nargs="?", metavar="NAME", help="default: the translator's")
    command.add_argument("--from", dest="origin", type=Path, metavar="FILE", help="pull: take it from a file")
    command.set_defaults(run=_models)

    command = commands.add_parser("jobs", help="show the queue and its dead letters")
    command.add_argument(
        "--retry", nargs="+", default=[], metavar="ID", help='held jobs to queue anew, or "all"'
    )
    command.set_defaults(run=_jobs)

    command = commands.add_parser("role", help="say who looks after the room, or give somebody that role")
    command.add_argument("handle", nargs="?", metavar="HANDLE")
    command.add_argument("role", nargs="?", choices=("person", "moderator", "operator"))
    command.set_defaults(run=_role)

    command = commands.add_parser(
        "import-drafts", help="make drafts of a folder of pictures with a table (CSV) or Markdown files"
    )
    command.add_argument("folder", type=Path, metavar="FOLDER")
    command.add_argument(
        "--for", dest="handle", required=True, metavar="HANDLE", help="whose drafts they become"
    )
    command.add_argument(
        "--check",
        action="store_true",
        help="tell what is wrong, line by line and picture by picture, and make nothing",
    )
    command.set_defaults(run=_import_drafts)

    found = _benches()
    listed = "\n".join(f"  {name:13}{what}" for name, what in found.items()) or "  (only in a checkout)"
    command = commands.add_parser(
        "bench",
        help="measure; the last line printed is JSON",
        description=f"Measure one thing, in a checkout of the repository:\n\n{listed}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("name", choices=found or None, metavar="NAME")
    command.add_argument("--quick", action="store_true", help="a small world, under 40 seconds")
    command.add_argument("--data", type=Path, metavar="DIR", help="where evaluation sets lie")
    command.set_defaults(run=_bench)

    command = commands.add_parser("doctor", help="tell what is wrong with this machine or its settings")
    command.set_defaults(run=_doctor)


def _benches() -> dict[str, str]:
    """The benches of this checkout, with what each says of itself."""
    folder = Path(__file__).resolve().parent.parent / "bench"
    texts = {file.stem: file.read_text("utf-8") for file in sorted(folder.glob("*.py"))}
    return {name: text.split('"""')[1] for name, text in texts.items() if "\ndef main(" in text}


def _serve(args: argparse.Namespace) -> int:
    settings = Settings.read()
    may_move = args.port is None and settings.port == Settings.read({}).port
    settings = msgspec.structs.replace(
        settings, host=args.host or settings.host, port=args.port or settings.port
    )
    if settings.translators is not None:
        _named("vermilion.translation.table:read")(
            settings.translators
        )  # what is wrong is told before anything starts
    supervisor = Supervisor(
        settings, workers=args.workers, may_move=may_move, say=_say, welcome=partial(_welcome, settings)
    )
    return asyncio.run(supervisor.run())


def _work(_args: argparse.Namespace) -> None:
    with _settings_with_database() as settings:
        asyncio.run(_named("vermilion.worker:work")(settings))


def _translate(args: argparse.Namespace) -> None:
    with _settings_with_database() as settings:
        if args.status:
            asyncio.run(_named("vermilion.translation.status:tell_status")(settings, _say))
        else:
            asyncio.run(_named("vermilion.translator:translate")(settings))


def _migrate(_args: argparse.Namespace) -> None:
    with _settings_with_database() as settings:
        done = asyncio.run(migrate(settings.database_url or "", say=_say))
    _say(f"{len(done)} applied" if done else "nothing to do")


def _sample(args: argparse.Namespace) -> None:
    with _settings_with_database() as settings:
        deed = _named("vermilion.sample.unload:remove" if args.remove else "vermilion.sample.load:load")
        asyncio.run(migrate(settings.database_url or "", say=_say))
        asyncio.run(deed(settings, _say))


def _backup(args: argparse.Namespace) -> int:
    if args.file[0] == "verify" and len(args.file) == 2:
        with _read_from(args.file[1]) as path:
            _named("vermilion.storage.backup_check:verify")(path, _say)
        return 0
    if len(args.file) != 1:
        print("vermilion: say `backup FILE`, `backup -` or `backup verify FILE`", file=sys.stderr)
        return 2
    if args.file[0] == "-" and sys.stdout.isatty():
        print("vermilion: a backup is no text for a terminal; lead it into a file or a pipe", file=sys.stderr)
        return 2
    with _settings_with_database(_whisper) as settings:
        url, where = settings.database_url, args.file[0]
        if where == "-":
            with _whole_or_nothing(sys.stdout.buffer) as out:
                _named("vermilion.storage.backup:stream_backup")(url, settings.blobs, out, _whisper)
        else:
            _named("vermilion.storage.backup:write_backup")(url, settings.blobs, Path(where), _whisper)
    return 0


def _restore(args: argparse.Namespace) -> None:
    with _read_from(args.file) as path:
        _named("vermilion.storage.backup_check:opened")(path).close()  # told before a database is made
        with _settings_with_database() as settings:
            _named("vermilion.storage.restore:restore")(
                settings.database_url, settings.blobs, path, _say, replace=args.replace
            )


@contextmanager
def _read_from(where: str) -> Iterator[Path]:
    """The file of a backup that is to be read; of "-" what comes through the standard input, while it is needed."""
    if where != "-":
        yield Path(where)
        return
    if sys.stdin.isatty():
        raise BackupError("A backup is nothing to be typed; lead one in through a pipe, or name its file.")
    folder = Settings.read().data
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _named("vermilion.storage.backup_check:received")(sys.stdin.buffer, folder) as path:
        yield path


@contextmanager
def _whole_or_nothing(out: IO[bytes]) -> Iterator[IO[bytes]]:
    """The standard output; where nobody reads it any more, nothing more is tried when Python ends."""
    try:
        yield out
    except BackupError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())
        raise


def _upgrade_database(_args: argparse.Namespace) -> None:
    settings = Settings.read()
    if settings.database_url is not None:
        _say("nothing to do: the server of DATABASE_URL is brought up to date by who runs it")
        return
    _named("vermilion.storage.postgres_upgrade:upgrade")(settings.data / "postgres", _say)


def _jobs(args: argparse.Namespace) -> None:
    with _settings_with_database() as settings:
        asyncio.run(_named("vermilion.work.dead:tend")(settings, _say, args.retry))


def _role(args: argparse.Namespace) -> int:
    with _settings_with_database() as settings:
        return int(
            asyncio.run(_named("vermilion.accounts.roles:tend")(settings, _say, args.handle, args.role))
        )


def _import_drafts(args: argparse.Namespace) -> int:
    tend = _named("vermilion.importer:tend")
    with _settings_with_database() as settings:
        return int(asyncio.run(tend(settings, _say, args.folder, args.handle, is_trial=args.check)))


def _models(args: argparse.Namespace) -> int:
    tend = _named("vermilion.engines.models_command:tend")
    return int(tend(Settings.read().models, args.action, args.name, args.origin, _say, sys.stdout))


def _bench(args: argparse.Namespace) -> int:
    root = Path(__file__).resolve().parent.parent
    if not (root / "bench" / f"{args.name}.py").exists():
        print(f"vermilion: there is no bench/{args.name}.py in {root}", file=sys.stderr)
        return 2
    sys.path.insert(0, str(root))
    return int(_named(f"bench.{args.name}:main")(args) or 0)


def _doctor(_args: argparse.Namespace) -> int:
    return int(_named("vermilion.doctor:main")())


@contextmanager
def _settings_with_database(say: Callable[[str], None] | None = None) -> Iterator[Settings]:
    """Settings whose `database_url` is set: the bundled server is started, or joined, when none is configured."""
    settings = Settings.read()
    _named("vermilion.logs:set_up")(settings.log)
    if settings.database_url is not None:
        yield settings
        return
    server = Postgres(settings.data / "postgres", say=say or _say)
    dsn = server.start()
    try:
        yield msgspec.structs.replace(settings, database_url=dsn)
    finally:
        server.stop()


def _welcome(settings: Settings, address: str) -> None:
    people = _named("vermilion.sample:people_to_try")(settings.data)
    if people:
        _say("people of the sample world to sign in as:")
        for handle, who, password in people:
            _say(f"  {handle:<16} password  {password:<16} {who}")
    _say(f"open {address}")


def _named(name: str) -> Any:  # noqa: ANN401 - whatever stands there
    """`module:name`, loaded when its command is called: the others need not wait for its imports."""
    module, _, attribute = name.partition(":")
    return getattr(importlib.import_module(module), attribute)


def _positive(value: str) -> int:
    number = int(value)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{value} is not 1 or more")
    return number


def _say(line: str) -> None:
    print(f"· {line}", flush=True)


def _whisper(line: str) -> None:
    """To the error output: the standard one may carry data."""
    print(f"· {line}", file=sys.stderr, flush=True)
