import os
import socket
from pathlib import Path

import msgspec
import pytest

from vermilion import doctor
from vermilion.doctor import Finding
from vermilion.engines.models import default_translator
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


def test_a_room_that_translates_is_told_what_it_lacks(settings: Settings, tmp_path: Path) -> None:
    said = [finding.what for finding in doctor.translation(settings)]
    assert said[0] == "translation: qwen2.5-coder-1.5b is not here yet (1.12 GB to fetch)"
    folder = tmp_path / "models"
    folder.mkdir()
    (folder / default_translator().file).write_bytes(b"cut short")
    first = next(doctor.translation(msgspec.structs.replace(settings, models=folder)))
    assert (first.well, "cut short or altered" in first.mend) == (False, True)
    assert [
        finding.well for finding in doctor.translation(msgspec.structs.replace(settings, models=None))
    ] == [True]


def test_engines_of_the_table_are_tried_and_those_outside_are_named(
    settings: Settings, tmp_path: Path
) -> None:
    table = tmp_path / "translators.toml"
    with socket.create_server(("127.0.0.1", 0)) as there:
        here = f"http://127.0.0.1:{there.getsockname()[1]}/v1"
        table.write_text(
            f'[[make]]\nkind = "chat"\nurl = "{here}"\nmodel = "x"\n[[make]]\nkind = "ctranslate2"\nfolder = "/none"\n'
        )
        tabled = msgspec.structs.replace(settings, translators=table)
        found = list(doctor.translation(tabled))
    assert [(one.what, one.well) for one in found] == [
        ("translation: the engine on this machine can be reached", True),
        ("translation: model folder /none", False),
    ]
    assert not next(doctor.translation(tabled)).well  # it listens no more
    assert "llm.invalid, to which words leave this machine" in doctor.engine("http://llm.invalid:9/v1").what
    table.write_text("nonsense")
    assert [one.well for one in doctor.translation(tabled)] == [False]
