"""The operator's table of makes, what is wrong with it, and which make serves which pair."""

from pathlib import Path

import pytest

from tests.translation.makes import Told
from vermilion.engines.translate import EngineError
from vermilion.translation.quality import on_tap_only, published
from vermilion.translation.routes import Routes, build
from vermilion.translation.table import DEFAULT, BadTableError, Entry, Table, read

MODEL = Path("/nowhere/a-model-q4.gguf")
FULL = """
[[make]]
kind = "chat"
url = "https://llm.example/v1"
model = "big"
key_env = "LLM_KEY"
pairs = ["zh>en", "*>pt"]
chrf = 55

[[make]]
kind = "libre"
url = "http://localhost:5000"

[[make]]
kind = "embedded"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "makes.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_file_the_embedded_model_serves_every_pair() -> None:
    (make,) = build(read(None), MODEL, {}).makes
    assert make.called("zh", "en") == "a-model-q4 p1"
    assert make.called("pt", "zh") == "a-model-q4 p2"
    assert make.outside is None
    assert make.serves("pt", "zh")


def test_a_table_keeps_its_order_its_pairs_and_its_key(tmp_path: Path) -> None:
    routes = build(read(written(tmp_path, FULL)), MODEL, {"LLM_KEY": "secret"})
    assert [make.name.split()[0] for make in routes.makes] == ["big", "libretranslate", "a-model-q4"]
    assert routes.outside == ("llm.example",)
    assert "secret" not in repr(vars(routes)) + repr(routes.makes)


def test_an_embedded_model_that_is_turned_off_is_left_out(tmp_path: Path) -> None:
    routes = build(read(written(tmp_path, FULL)), None, {"LLM_KEY": "secret"})
    assert len(routes.makes) == 2
    assert build(DEFAULT, None, {}).makes == ()


def test_a_key_that_is_not_set_is_told_by_its_variable(tmp_path: Path) -> None:
    with pytest.raises(BadTableError, match="LLM_KEY"):
        build(read(written(tmp_path, FULL)), MODEL, {})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "make"),
        ("make = []", "no .*make"),
        ("[[make]]\nkind = 'psychic'", "kind"),
        ("[[make]]\nkind = 'chat'", "url and model"),
        ("[[make]]\nkind = 'libre'\nurl = 'ftp://x'", "http"),
        ("[[make]]\nkind = 'libre'\nurl = 'http://me:secret@x'", "without a user"),
        ("[[make]]\nkind = 'ctranslate2'", "folder"),
        ("[[make]]\nkind = 'embedded'\npairs = ['zh-en']", "no pair"),
        ("[[make]]\nkind = 'embedded'\nkey = 'secret'", "key"),
        ("[[make", "makes.toml"),
    ],
)
def test_a_table_that_cannot_be_used_is_told_where_and_why(text: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(BadTableError, match=told) as raised:
        read(written(tmp_path, text))
    assert "makes.toml" in str(raised.value)
    assert "me:secret" not in str(raised.value)


def test_a_table_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadTableError, match=r"nothing\.toml"):
        read(tmp_path / "nothing.toml")


async def test_a_make_that_cannot_start_is_left_out_and_the_next_serves() -> None:
    class Broken(Told):
        async def start(self) -> None:
            raise EngineError("unready", "no weights")

    broken, well = Broken(lambda _: "", "broken"), Told(lambda _: "", "well")
    routes = Routes([(Entry(kind="embedded"), broken), (Entry(kind="embedded", pairs=("zh>*",)), well)])
    assert routes.makes_for("zh", "en") == []
    await routes.start()
    assert routes.makes_for("zh-Hant", "en") == [well]
    assert routes.makes_for("en", "zh") == []
    await routes.close()


async def test_no_make_that_starts_is_told() -> None:
    routes = build(DEFAULT, MODEL, {})
    with pytest.raises(EngineError) as raised:
        await routes.start()
    assert raised.value.fault == "unready"
    with pytest.raises(EngineError):
        await build(DEFAULT, None, {}).start()


def test_what_was_not_measured_or_falls_short_is_translated_on_tap_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    figures = published()._replace(pair={"zh>en": 45.0, "en>ja": 12.0})
    monkeypatch.setattr("vermilion.translation.quality.published", lambda: figures)
    assert not on_tap_only("zh-Hant", "en")
    assert on_tap_only("en", "ja")
    assert on_tap_only("ko", "ar")


def test_an_operators_make_lifts_the_doubt_unless_its_own_figure_says_otherwise() -> None:
    def table(**told: object) -> Table:
        chat = Entry(kind="chat", url="https://x/v1", model="m", pairs=("ko>ar",), **told)  # type: ignore[arg-type]
        return Table(make=(chat, Entry(kind="embedded")))

    assert not on_tap_only("ko", "ar", table())
    assert not on_tap_only("ko", "ar", table(chrf=60))
    assert on_tap_only("ko", "ar", table(chrf=5))
    assert on_tap_only("ar", "ko", table())


def test_the_published_figures_are_of_pairs_and_within_bounds() -> None:
    figures = published()
    assert all(0 < value <= 100 for value in (*figures.pair.values(), *figures.threshold.values()))
    assert all(len(pair.split(">")) == 2 for pair in figures.pair)
    assert not on_tap_only("zh", "en")
    assert not on_tap_only("en", "zh")
    assert on_tap_only("ja", "en")
    assert on_tap_only("pt", "zh")
