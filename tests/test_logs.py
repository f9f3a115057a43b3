import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from vermilion import logs


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


def refuse() -> None:
    raise ValueError("duplicate key\nDETAIL:  Key (handle)=(ines) already exists.")


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_secrets_and_what_people_wrote_are_not_logged(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("json")
    structlog.get_logger("vermilion.test").info(
        "joined", account_id=7, password="hunter2", new_title="Oi", ip="::1"
    )
    (line,) = lines(capsys)
    assert line["event"] == "joined"
    assert line["account_id"] == 7
    assert {line["password"], line["new_title"], line["ip"]} == {"(not logged)"}


def test_a_drivers_error_is_logged_without_the_values_it_carries(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("json")
    try:
        refuse()
    except ValueError:
        structlog.get_logger("vermilion.test").exception("failed")
    (line,) = lines(capsys)
    assert line["error"] == "builtins.ValueError"
    assert line["message"] == "duplicate key"
    assert "ines" not in json.dumps(line)
    assert "test_logs.py" in str(line["at"])


def test_a_librarys_warning_takes_the_same_form(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("json")
    logging.getLogger("somebody").info("not worth it")
    logging.getLogger("somebody").warning("worth it", extra={"token": "abc"})
    (line,) = lines(capsys)
    assert (line["event"], line["level"], line["token"]) == ("worth it", "warning", "(not logged)")


def test_what_an_operator_is_told_of_a_failure_carries_no_secret() -> None:
    said = logs.hushed(
        "postgresql://me:pw1@db/x refused; Authorization: Bearer abc.def; token=pw2, api_key: 'pw3' "
        "0123456789abcdef0123456789abcdef0123 Connection reset by peer\nDETAIL: Failing row contains (my diary)"
    )
    assert "diary" not in said
    assert "Connection reset by peer" in said
    assert not any(secret in said for secret in ("pw1", "pw2", "pw3", "abc.def", "0123456789abcdef"))
