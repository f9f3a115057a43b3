from pathlib import Path

import pytest

from vermilion.settings import BadSettingError, Settings


def test_an_empty_environment_gives_a_room_on_this_machine() -> None:
    settings = Settings.read({})
    assert settings.data == Path("data").absolute()
    assert settings.blobs == (settings.data / "blobs").as_uri()
    assert settings.database_url is None
    assert settings.origin == "http://localhost:8000"
    assert settings.models == settings.data / "models"
    assert settings.sample


def test_an_empty_variable_counts_as_none() -> None:
    assert Settings.read({"DATABASE_URL": "", "VERMILION_PORT": ""}) == Settings.read({})


def test_models_may_be_a_folder_of_their_own_or_none_at_all() -> None:
    assert Settings.read({"VERMILION_MODELS": "/srv/models"}).models == Path("/srv/models")
    assert Settings.read({"VERMILION_MODELS": "none"}).models is None


def test_the_origin_follows_the_port_and_carries_no_path() -> None:
    assert Settings.read({"VERMILION_PORT": "8123"}).origin == "http://localhost:8123"
    assert Settings.read({"VERMILION_ORIGIN": "https://Example.org/"}).origin == "https://example.org"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("VERMILION_PORT", "eighty"),
        ("VERMILION_PORT", "70000"),
        ("VERMILION_DATA", "s3://bucket"),
        ("VERMILION_MODELS", "https://models.example"),
        ("DATABASE_URL", "mysql://here"),
        ("VERMILION_ORIGIN", "example.org"),
        ("VERMILION_ORIGIN", "https://example.org/room"),
        ("VERMILION_INSECURE_COOKIES", "perhaps"),
        ("VERMILION_SAMPLE", "some"),
        ("VERMILION_LOG", "xml"),
    ],
)
def test_a_bad_value_is_told_with_its_variable(name: str, value: str) -> None:
    with pytest.raises(BadSettingError, match=f'{name} is "{value}", but it must be'):
        Settings.read({name: value})


def test_a_password_is_not_repeated_in_the_complaint() -> None:
    with pytest.raises(BadSettingError) as caught:
        Settings.read({"DATABASE_URL": "mysql://me:hunter2@here/room"})
    assert "hunter2" not in str(caught.value)
    assert "here/room" in str(caught.value)
