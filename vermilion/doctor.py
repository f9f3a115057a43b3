"""`vermilion doctor`: what is wrong with this machine or its settings, and how to mend it."""

import asyncio
import importlib
import os
import secrets
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
from PIL import features

from vermilion.engines.models import (
    ModelError,
    default_translator,
    missing_bytes,
    require_space,
    state,
    told,
)
from vermilion.engines.models_pull import SPARE
from vermilion.engines.translate import outside_of
from vermilion.kernel.errors import Problem
from vermilion.settings import BadSettingError, Settings
from vermilion.storage.blobs import Blobs
from vermilion.storage.figures import disk_of
from vermilion.storage.migrate import UnfitServerError, inspect
from vermilion.storage.postgres import Postgres, program_folder, require_avx
from vermilion.storage.postgres_home import PostgresError
from vermilion.translation.table import BadTableError, read

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MEMORY_NEEDED = 3 * 1024**3


class Finding(msgspec.Struct, kw_only=True, frozen=True):
    """One thing looked at. `mend` says what to do when it is not well; `matters` is False for mere information."""

    what: str
    well: bool
    mend: str = ""
    matters: bool = True


def main() -> int:
    """Look at everything and print it; gives 1 when something has to be mended."""
    try:
        settings = Settings.read()
    except BadSettingError as error:
        print(f"MEND  settings: {error}")
        return 1
    found = list(examine(settings))
    for finding in found:
        mark = "ok  " if finding.well else "MEND" if finding.matters else "info"
        print(
            f"{mark}  {finding.what}"
            + (f"\n      {finding.mend}" if finding.mend and not finding.well else "")
        )
    return 0 if all(finding.well for finding in found if finding.matters) else 1


def examine(settings: Settings) -> Iterator[Finding]:
    """Every finding, in the order in which they should be mended."""
    yield python_version()
    yield data_folder(settings.data)
    yield space(settings.data)
    yield port(settings.host, settings.port)
    yield cookies(settings)
    yield from database(settings)
    yield blobs(settings.blobs)
    yield from pictures()
    yield from translation(settings)
    yield front_end(Path(__file__).parent / "web" / "static")
    yield browser()


def python_version() -> Finding:
    """Whether this Python is new enough."""
    return Finding(
        what=f"Python {sys.version.split(maxsplit=1)[0]}",
        well=sys.version_info >= (3, 11),
        mend="vermilion needs Python 3.11 or newer.",
    )


def data_folder(folder: Path) -> Finding:
    """Whether the data folder can be written to."""
    what = f"data folder {folder}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"x")
    except OSError as error:
        return Finding(
            what=f"{what}: {error.strerror}", well=False, mend="Make it writable, or set VERMILION_DATA."
        )
    return Finding(what=f"{what} is writable", well=True)


def space(folder: Path) -> Finding:
    """Whether there is room for a while."""
    disk = disk_of(folder)
    return Finding(
        what=f"{disk.free / 1024**3:.1f} GiB free on the disk of the data folder",
        well=not disk.is_low,
        mend="Make room, or set VERMILION_DATA to a larger disk; 2 GiB should be free.",
    )


def port(host: str, number: int) -> Finding:
    """Whether somebody listens on our port already."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, number))
        except OSError as error:
            return Finding(
                what=f"port {number} on {host}: {error.strerror}",
                well=False,
                matters=False,
                mend="Perhaps vermilion runs already. Otherwise `serve --port` takes another one.",
            )
    return Finding(what=f"port {number} on {host} is free", well=True)


def cookies(settings: Settings) -> Finding:
    """Whether browsers will keep anybody signed in at the public address."""
    parts = urlsplit(settings.origin)
    safe = parts.scheme == "https" or parts.hostname in {"localhost", "127.0.0.1", "::1"}
    return Finding(
        what=f"public address {settings.origin}",
        well=safe or settings.insecure_cookies,
        mend="Browsers keep secure cookies only over https. Put a proxy with a certificate in front and set "
        "VERMILION_ORIGIN, or, in a network you trust, set VERMILION_INSECURE_COOKIES=1.",
    )


def database(settings: Settings) -> Iterator[Finding]:
    """Whether the database is there and fit, be it the bundled one or another."""
    if settings.database_url is not None:
        yield server(settings.database_url, "database of DATABASE_URL")
        return
    try:
        require_avx()
        program_folder()
    except PostgresError as error:
        yield Finding(what="bundled PostgreSQL", well=False, mend=str(error))
        return
    bundled = Postgres(settings.data / "postgres")
    try:
        dsn = bundled.start()
    except (PostgresError, OSError) as error:
        yield Finding(what="bundled PostgreSQL", well=False, mend=str(error))
        return
    try:
        yield server(dsn, "bundled database")
    finally:
        bundled.stop()


def server(dsn: str, what: str) -> Finding:
    """Whether a database server can be reached, is new enough, has pgvector and keeps its promises on disk."""
    try:
        number = asyncio.run(inspect(dsn))
    except UnfitServerError as error:
        return Finding(what=what, well=False, mend=str(error))
    except Exception as error:  # noqa: BLE001 - whatever the driver says is the finding
        return Finding(
            what=what, well=False, mend=f"{type(error).__name__}: {error}. Check DATABASE_URL and the server."
        )
    return Finding(
        what=f"{what}: PostgreSQL {number // 10000}.{number % 10000} with pgvector, durable", well=True
    )


def blobs(url: str) -> Finding:
    """Whether pictures can be stored, read and taken away."""
    shown = f"{urlsplit(url).scheme}://{urlsplit(url).netloc.rpartition('@')[2]}{urlsplit(url).path}"
    try:
        asyncio.run(_try_blobs(url))
    except Exception as error:  # noqa: BLE001 - whatever the store says is the finding
        said = error.code if isinstance(error, Problem) else f"{type(error).__name__}: {error}"
        return Finding(
            what=f"blobs at {shown}: {said}", well=False, mend="Check VERMILION_BLOBS and its credentials."
        )
    return Finding(what=f"blobs at {shown} are writable", well=True)


async def _try_blobs(url: str) -> None:
    store = Blobs(url)
    key = f"doctor/{secrets.token_hex(8)}"
    await store.put(key, b"x", "application/octet-stream")
    await store.get(key)
    await store.delete([key])


def pictures() -> Iterator[Finding]:
    """Whether the formats of photographs can be read and written."""
    for name, there in (
        ("WebP", features.check("webp")),
        ("AVIF", features.check("avif")),
        ("HEIC", _has_heic()),
    ):
        yield Finding(
            what=f"pictures: {name}",
            well=bool(there),
            mend="Install Pillow and pillow-heif from their wheels: `make clean` and `make run` do that.",
        )


def _has_heic() -> bool:
    try:
        return bool(importlib.import_module("pillow_heif").libheif_info())
    except ImportError:
        return False


def translation(settings: Settings) -> Iterator[Finding]:
    """Whether what translates is there, and where words go."""
    if not settings.translates:
        yield Finding(what="translation: off, for VERMILION_MODELS is none", well=True)
        return
    try:
        table = read(settings.translators)
    except BadTableError as error:
        yield Finding(what="translation", well=False, mend=str(error))
        return
    for entry in table.make:
        if entry.kind == "embedded":
            yield from embedded(settings.models)
        elif entry.kind == "ctranslate2":
            yield Finding(
                what=f"translation: model folder {entry.folder}",
                well=Path(entry.folder, "model.bin").is_file(),
                mend="It must hold a model in CTranslate2 form: model.bin and what came with it.",
            )
        else:
            yield engine(entry.url)


def embedded(folder: Path | None) -> Iterator[Finding]:
    """Whether the embedded translator has its model, and a machine that can bear it."""
    model = default_translator()
    if folder is None:
        yield Finding(
            what="translation: the embedded engine has no folder for its model",
            well=False,
            mend="Set VERMILION_MODELS to a folder, or take the embedded engine out of the table.",
        )
        return
    found = state(model, folder)
    if found in {"absent", "partial"}:
        yield Finding(
            what=f"translation: {model.name} is not here yet ({told(missing_bytes(model, folder))} to fetch)",
            well=False,
            matters=False,
            mend="`serve` fetches it in the background, `vermilion models pull` at once.",
        )
        try:
            require_space(folder, missing_bytes(model, folder) + SPARE)
        except ModelError as error:
            yield Finding(what="translation: room for the model", well=False, mend=str(error))
    else:
        yield Finding(
            what=f"translation: {model.name} in {folder}"
            + ("" if found == "wrong" else " has its full size"),
            well=found != "wrong",
            mend="The file is cut short or altered. `vermilion models pull` gets it anew.",
        )
    yield memory()
    yield vectors()


def memory() -> Finding:
    """Whether the model fits beside all the rest."""
    size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return Finding(
        what=f"translation: {size / 1024**3:.1f} GiB of memory",
        well=size >= MEMORY_NEEDED,
        mend="The embedded engine takes up to 2 GiB of it. Name an engine elsewhere in VERMILION_TRANSLATORS, or set "
        "VERMILION_MODELS=none.",
    )


def vectors() -> Finding:
    """Whether the processor has what makes the embedded engine bearable."""
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace").split()
    except OSError:
        flags = ["avx2"]
    return Finding(
        what="translation: the processor has AVX2"
        if "avx2" in flags
        else "translation: the processor lacks AVX2",
        well="avx2" in flags or "asimd" in flags,
        matters=False,
        mend="The embedded engine will be very slow. Name an engine elsewhere in VERMILION_TRANSLATORS.",
    )


def engine(url: str) -> Finding:
    """Whether an engine can be reached, and whether words leave this machine for it."""
    parts = urlsplit(url)
    outside = outside_of(url)
    where = f"{outside}, to which words leave this machine," if outside else "this machine"
    what = f"translation: the engine on {where}"
    try:
        number = parts.port or (443 if parts.scheme == "https" else 80)
        socket.create_connection((parts.hostname or "", number), timeout=5).close()
    except OSError as error:
        return Finding(
            what=f"{what}: {error.strerror or error}",
            well=False,
            mend="Start it, or mend its url in the table.",
        )
    return Finding(what=f"{what} can be reached", well=True)


def front_end(folder: Path) -> Finding:
    """Whether the front end has been built."""
    return Finding(
        what="front end",
        well=folder.is_dir() and any(folder.iterdir()),
        mend="It is built when the package is installed: `make run` or `pip install .`",
    )


def browser() -> Finding:
    """Whether there is a browser for the tests; vermilion itself needs none."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    return Finding(
        what=f"browser for tests: {found or 'none on the PATH'}",
        well=found is not None,
        matters=False,
        mend="`make test` gets one.",
    )
