"""One real PostgreSQL for the run: tests in the process share a rolled-back transaction, others get a clone."""

import asyncio
import contextlib
import itertools
import os
import shutil
import signal
import socket
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import httpx
import pytest
from litestar import Litestar
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from tests import factories
from tests.databases import create_database, dsn_of, new_database
from tests.factories import Person
from vermilion.accounts.passwords import Passwords
from vermilion.app import create_app
from vermilion.engines import embed
from vermilion.engines.images import Images
from vermilion.engines.language import Language
from vermilion.engines.models import ModelError
from vermilion.engines.models_pull import pull
from vermilion.feed.seen import SeenBuffer
from vermilion.settings import Settings
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Database
from vermilion.storage.migrate import migrate
from vermilion.storage.postgres import Postgres
from vermilion.translation.asking import Asking
from vermilion.translation.queue import CHANNEL
from vermilion.web.context import State
from vermilion.web.limits import Limits
from vermilion.web.metrics import Metrics
from vermilion.wiring import WIRING
from vermilion.work.live import Live

ORIGIN = "http://vermilion.test"
pytest_plugins = ["tests.scene", "tests.serving", "tests.statements"]
LOOPBACK = ("127.", "::1", "localhost", "0.0.0.0")  # noqa: S104 - what may be connected to, nothing is bound


def pytest_configure(config: pytest.Config) -> None:
    # The pages still name their dependencies in the style that Litestar 3 will drop.
    config.addinivalue_line("filterwarnings", "ignore::litestar.exceptions.LitestarDeprecationWarning")
    # Who ends a run ends what it has started.
    signal.signal(signal.SIGTERM, signal.default_int_handler)


class _TwoProcesses(LoadScopeScheduling):
    """The browser has one of them for itself, everything else the other."""

    def _split_scope(self, nodeid: str) -> str:
        return "browser" if nodeid.startswith("tests/browser/") else "rest"


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    return _TwoProcesses(config, log)


@pytest.fixture(scope="session", autouse=True)
def _only_loopback() -> Iterator[None]:
    """Refuse every socket that leads off this machine."""
    patch = pytest.MonkeyPatch()
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def check(sock: socket.socket, address: tuple[object, ...]) -> None:
        if sock.family in (socket.AF_INET, socket.AF_INET6) and not str(address[0]).startswith(LOOPBACK):
            raise PermissionError(f"a test tried to reach {address[0]}")

    def guarded(sock: socket.socket, address: tuple[object, ...]) -> None:
        check(sock, address)
        connect(sock, address)

    def guarded_ex(sock: socket.socket, address: tuple[object, ...]) -> int:
        check(sock, address)
        return connect_ex(sock, address)

    patch.setattr(socket.socket, "connect", guarded)
    patch.setattr(socket.socket, "connect_ex", guarded_ex)
    yield
    patch.undo()


@pytest.fixture(autouse=True)
def _no_more_than_its_share() -> Iterator[None]:
    """An encoder started as root may make its process real-time, and with it whatever that starts from then on."""
    share = os.sched_getscheduler(0)
    yield
    if os.sched_getscheduler(0) != share:
        os.sched_setscheduler(0, share, os.sched_param(0))
        pytest.fail("the test process was made real-time")


@contextlib.contextmanager
def passable_folder() -> Iterator[Path]:
    """A new folder that others may enter, as pytest's may not: under root the database runs as somebody else."""
    folder = Path(tempfile.mkdtemp(prefix="vmt-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def passable() -> Iterator[Path]:
    """A folder that others may enter."""
    with passable_folder() as folder:
        yield folder


@pytest.fixture(scope="session")
def server_dsn() -> Iterator[str]:
    """The run's server: TEST_DATABASE_URL where it is set, else the bundled one in a folder of its own."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given
        return
    with passable_folder() as folder, Postgres(folder / "postgres") as server:
        yield server.start()


@pytest.fixture(scope="session")
async def template(server_dsn: str) -> str:
    """The name of a migrated database nobody connects to, to be cloned."""
    name = f"room_{os.getpid()}"
    await create_database(server_dsn, name)
    await migrate(dsn_of(server_dsn, name))
    return name


_numbers = itertools.count(1)


@pytest.fixture
async def cloned_dsn(server_dsn: str, template: str) -> AsyncIterator[str]:
    """A database of this test's own, for workers, servers and concurrency."""
    async with new_database(server_dsn, f"{template}_{next(_numbers)}", template) as dsn:
        yield dsn


@pytest.fixture(scope="session")
async def shared_dsn(server_dsn: str, template: str) -> str:
    """The database in which transactions are rolled back, so that it stays empty."""
    name = f"{template}_shared"
    await create_database(server_dsn, name, template)
    return dsn_of(server_dsn, name)


class PinnedDatabase(Database):
    """Every session on one connection, inside a transaction somebody else rolls back."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        super().__init__("", wiring=WIRING)
        self._pinned = connection
        self._lock = asyncio.Lock()

    async def open(self) -> None:
        pass

    async def close(self) -> None:
        pass

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[asyncpg.Connection]:
        async with self._lock:
            yield self._pinned


@pytest.fixture(scope="session")
async def pinned_connection(shared_dsn: str) -> AsyncIterator[asyncpg.Connection]:
    database = Database(shared_dsn, max_size=1)
    await database.open()
    async with database.connection() as connection:
        yield connection
    await database.close()


@pytest.fixture
async def database(pinned_connection: asyncpg.Connection) -> AsyncIterator[Database]:
    """A Database whose every statement is undone after the test."""
    transaction = pinned_connection.transaction()
    await transaction.start()
    try:
        yield PinnedDatabase(pinned_connection)
    finally:
        await transaction.rollback()


@pytest.fixture(scope="session")
async def images() -> AsyncIterator[Images]:
    engine = Images()
    yield engine
    await engine.close()


@pytest.fixture(scope="session")
def language() -> Language:
    return Language()


@pytest.fixture
def passwords() -> Iterator[Passwords]:
    pool = Passwords()
    yield pool
    pool.close()


MakeState = Callable[[Database], State]


@pytest.fixture
def make_state(images: Images, language: Language, passwords: Passwords, tmp_path: Path) -> MakeState:
    """Builds the parts of a process over a database; limits are off unless a test sets its own."""

    def make(database: Database) -> State:
        settings = Settings(data=tmp_path, blobs="memory:///", origin=ORIGIN, models=tmp_path)
        return State(
            settings=settings,
            database=database,
            blobs=Blobs(settings.blobs),
            images=images,
            language=language,
            passwords=passwords,
            seen=SeenBuffer(database),
            limits=Limits(0.0),
            metrics=Metrics(),
            asking=Asking(database),
            live=Live(database, CHANNEL),
        )

    return make


@pytest.fixture
def state(database: Database, make_state: MakeState) -> State:
    return make_state(database)


@pytest.fixture(scope="session")
def _built() -> list[Litestar]:
    """The application, built once for the run: building it takes half a second."""
    return []


@pytest.fixture
def app(state: State, _built: list[Litestar]) -> Litestar:
    """The application over the rolled-back transaction; its lifespan is not run."""
    if not _built:
        _built.append(create_app(state=state))
    _built[0].state.vermilion = state
    return _built[0]


def client_of(app: Litestar, **options: object) -> httpx.AsyncClient:
    """A client that speaks to the application in this process and this loop."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url=ORIGIN, **options)


@pytest.fixture
async def client(app: Litestar) -> AsyncIterator[httpx.AsyncClient]:
    """A guest."""
    async with client_of(app) as guest:
        yield guest


@pytest.fixture
async def people(state: State) -> Callable[..., Awaitable[Person]]:
    """Makes people who hold a bearer token: `ines = await people("ines")`."""

    async def make(handle: str = "ines", **fields: object) -> Person:
        return await factories.person(state.database.session(), handle, **fields)

    return make


@pytest.fixture
async def ines(people: Callable[..., Awaitable[Person]]) -> Person:
    return await people("ines")


@pytest.fixture
async def mei(people: Callable[..., Awaitable[Person]]) -> Person:
    return await people("mei", reads=("zh", "en"))


@pytest.fixture(scope="session")
def search_model(pytestconfig: pytest.Config) -> Path:
    """The folder with the weights that search finds by meaning with: 33 MB, fetched once and kept between runs."""
    folder = Path(pytestconfig.cache.mkdir("models"))
    try:
        for model in embed.parts():
            pull(model, folder, lambda _done, _total: None)
    except ModelError as error:
        pytest.skip(str(error))
    return folder
