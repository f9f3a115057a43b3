"""Settings: one frozen record, read from the environment once."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Self, TypeVar
from urllib.parse import urlsplit

import msgspec

T = TypeVar("T")

LEAST_ASKING = 5
"""How many people must have asked something before others are shown it, unless the operator says otherwise."""

TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"0", "false", "no", "off", ""})

ROBOTS = ("open", "listed", "unlisted", "closed")
"""Listed and trained on; listed alone; neither; and neither whatever an author says."""


class BadSettingError(Exception):
    """A variable of the environment carries something unusable; the message names it and says what fits."""

    def __init__(self, name: str, value: str, wanted: str) -> None:
        super().__init__(f'{name} is "{value}", but it must be {wanted}.')
        self.name = name


class Settings(msgspec.Struct, kw_only=True, frozen=True):
    """How this installation runs. Paths are absolute; `database_url` None means the bundled PostgreSQL.

    `models` None: nothing is downloaded and no engine runs inside. `translators`: the table of translation.table;
    `films`: that of media.film_table. `robots`: what programs may do where an author has not said, one of ROBOTS.
    """

    data: Path
    database_url: str | None = None
    blobs: str
    host: str = "127.0.0.1"
    port: int = 8000
    origin: str
    insecure_cookies: bool = False
    models: Path | None
    translators: Path | None = None
    films: Path | None = None
    sample: bool = True
    log: str = "text"
    limits: bool = True
    least_asking: int = LEAST_ASKING
    robots: str = "listed"
    webhooks: str = "on"

    @property
    def translates(self) -> bool:
        """Whether there is anything for a translator to work with."""
        return self.models is not None or self.translators is not None

    @classmethod
    def read(cls, env: Mapping[str, str] | None = None) -> Self:
        """The settings of `env` (the process's own when None); raises BadSettingError."""
        env = os.environ if env is None else env
        data = _read(env, "VERMILION_DATA", "./data", _folder, "a folder")
        port = _read(env, "VERMILION_PORT", "8000", _port, "a number from 1 to 65535")
        return cls(
            data=data,
            database_url=_read(env, "DATABASE_URL", "", _database, "a postgresql:// address") or None,
            blobs=_read(
                env,
                "VERMILION_BLOBS",
                (data / "blobs").as_uri(),
                _blobs,
                "a folder or an address such as s3://bucket/path",
            ),
            host=env.get("VERMILION_HOST") or "127.0.0.1",
            port=port,
            origin=_read(
                env,
                "VERMILION_ORIGIN",
                f"http://localhost:{port}",
                _origin,
                "an address such as https://example.org",
            ),
            insecure_cookies=_read(env, "VERMILION_INSECURE_COOKIES", "0", _switch, "0 or 1"),
            models=_read(env, "VERMILION_MODELS", str(data / "models"), _models, 'a folder or "none"'),
            translators=_read(env, "VERMILION_TRANSLATORS", "", _file, "a file"),
            films=_read(env, "VERMILION_FILMS", "", _file, "a file"),
            sample=_read(env, "VERMILION_SAMPLE", "auto", _one_of("auto", "none"), '"auto" or "none"')
            == "auto",
            limits=_read(env, "VERMILION_LIMITS", "on", _one_of("on", "off"), '"on" or "off"') == "on",
            least_asking=_read(
                env, "VERMILION_LEAST_ASKING", str(LEAST_ASKING), _people, "a number from 2 to 1000000"
            ),
            robots=_read(
                env,
                "VERMILION_ROBOTS",
                "listed",
                _one_of(*ROBOTS),
                '"open", "listed", "unlisted" or "closed"',
            ),
            webhooks=_read(
                env, "VERMILION_WEBHOOKS", "on", _one_of("on", "off", "loopback"), '"on", "off" or "loopback"'
            ),
            log=_read(env, "VERMILION_LOG", "text", _one_of("text", "json"), '"text" or "json"'),
        )


def _read(env: Mapping[str, str], name: str, default: str, parse: Callable[[str], T], wanted: str) -> T:
    value = env.get(name) or default
    try:
        return parse(value)
    except ValueError as error:
        raise BadSettingError(name, _without_password(value), wanted) from error


def _without_password(value: str) -> str:
    """The value as it may be shown: what stands between `://` and `@` is left out."""
    scheme, mark, rest = value.partition("://")
    return f"{scheme}://...@{rest.rpartition('@')[2]}" if mark and "@" in rest else value


def _folder(value: str) -> Path:
    if "\0" in value or "://" in value:
        raise ValueError(value)
    return Path(value).absolute()


def _models(value: str) -> Path | None:
    return None if value.lower() == "none" else _folder(value)


def _file(value: str) -> Path | None:
    return _folder(value) if value else None


def _port(value: str) -> int:
    port = int(value)
    if not 1 <= port <= 65535:
        raise ValueError(value)
    return port


def _people(value: str) -> int:
    people = int(value)
    if not 2 <= people <= 1_000_000:
        raise ValueError(value)
    return people


def _database(value: str) -> str:
    if value and urlsplit(value).scheme not in {"postgresql", "postgres"}:
        raise ValueError(value)
    return value


def _blobs(value: str) -> str:
    parts = urlsplit(value)
    if not parts.scheme:
        return _folder(value).as_uri()
    if not (parts.netloc or parts.path):
        raise ValueError(value)
    return value


def _origin(value: str) -> str:
    parts = urlsplit(value.rstrip("/"))
    if (
        parts.scheme not in {"http", "https"}
        or not parts.hostname
        or parts.path
        or parts.query
        or "@" in parts.netloc
    ):
        raise ValueError(value)
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _switch(value: str) -> bool:
    if value.lower() in TRUE:
        return True
    if value.lower() in FALSE:
        return False
    raise ValueError(value)


def _one_of(*allowed: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if value.lower() not in allowed:
            raise ValueError(value)
        return value.lower()

    return parse
