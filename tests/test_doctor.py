import os
import socket
from pathlib import Path

import msgspec
import pytest

from vermilion import doctor
from vermilion.doctor import Finding
from vermilion.settings import Settings


@pytest.fixture
def settings(tmp_path: Path, server_dsn: str) -> Settings:
    env = {"VERMILION_DATA": str(tmp_path / "data"), "DATABASE_URL": server_dsn}
    return Settings.read(env)


def unwell(settings: Settings) -> list[str]:
    findings = [finding for finding in doctor.examine(settings) if finding.matters and not finding.well]
    assert all(finding.mend for finding in findings)
    return [finding.what for finding in findings if finding.what != "front end"]


def test_a_healthy_machine_has_nothing_to_mend(settings: Settings) -> None:
    assert unwell(settings) == []


def test_a_database_that_is_not_there_is_named(settings: Settings) -> None:
    away = msgspec.structs.replace(settings, database_url="postgresql://me:hunter2@127.0.0.1:1/room")
    assert unwell(away) == ["database of DATABASE_URL"]
    assert all("hunter2" not in finding.mend + finding.what for finding in doctor.examine(away))


def test_a_public_address_without_a_certificate_is_named(settings: Settings) -> None:
    bare = msgspec.structs.replace(settings, origin="http://example.org")
    assert unwell(bare) == ["public address http://example.org"]
    assert unwell(msgspec.structs.replace(bare, insecure_cookies=True)) == []


def test_blobs_that_cannot_be_written_are_named(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (what,) = unwell(msgspec.structs.replace(settings, blobs=(tmp_path / "file" / "blobs").as_uri()))
    assert what.startswith("blobs at")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_data_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert not doctor.data_folder(tmp_path / "data").well


def test_a_port_that_is_taken_is_mere_information() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        finding = doctor.port("127.0.0.1", taken.getsockname()[1])
    assert not finding.well
    assert not finding.matters


def test_the_exit_code_says_whether_something_has_to_be_mended(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    well, ill = Finding(what="this", well=True), Finding(what="that", well=False, mend="Mend it so.")
    monkeypatch.setattr(doctor, "examine", lambda _: iter([well]))
    assert doctor.main() == 0
    monkeypatch.setattr(doctor, "examine", lambda _: iter([well, ill]))
    assert doctor.main() == 1
    assert "MEND  that\n      Mend it so." in capsys.readouterr().out
