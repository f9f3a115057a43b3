import math
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.engines.translation_server import Server, plain
from vermilion.engines import embed
from vermilion.engines.embed import Embedded, Outside
from vermilion.engines.translate import EngineError


def data(*vectors: object) -> bytes:
    return plain({"data": [{"index": at, "embedding": vector} for at, vector in enumerate(vectors)]})


async def ask(server: Server, *texts: str, key: str = "") -> list[embed.Vector]:
    make = embed.Server(url=f"{server.url}/v1", model="small", key=key)
    await make.start()
    try:
        return await make.vectors(texts)
    finally:
        await make.close()


async def test_a_server_is_asked_with_its_key_and_model_and_its_vectors_are_of_length_one() -> None:
    turned = plain({"data": [{"index": 1, "embedding": [0, 2]}, {"index": 0, "embedding": [3, 4]}]})
    async with Server(turned).running() as server:
        assert await ask(server, "one", "two", key="secret") == [(0.6, 0.8), (0.0, 1.0)]
        assert server.asked == [{"model": "small", "input": ["one", "two"], "encoding_format": "float"}]
        assert server.heads[0].startswith("POST /v1/embeddings ")
        assert "authorization: bearer secret" in server.heads[0].lower()


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (data([1.0, 0.0]), "nonsense"),
        (data([1.0, 0.0], [1.0]), "nonsense"),
        (data([0.0, 0.0], [1.0, 0.0]), "nonsense"),
        (data([], []), "nonsense"),
        (data([1e400, 0.0], [1.0, 0.0]), "nonsense"),
        (plain(b"<html>"), "nonsense"),
        (plain({}, "401 Unauthorized"), "unready"),
        (plain({}, "400 Bad Request"), "refused"),
        (plain({}, "500 Oops"), "gone"),
    ],
)
async def test_what_is_not_a_vector_for_each_text_is_refused(answer: bytes, fault: str) -> None:
    async with Server(answer).running() as server:
        with pytest.raises(EngineError) as refused:
            await ask(server, "one", "two")
    assert refused.value.fault == fault


def test_what_is_configured_is_built(tmp_path: Path) -> None:
    assert embed.build(None, None) is None
    inside = embed.build(None, tmp_path)
    assert inside is not None
    assert (inside.name, inside.outside) == ("use-multilingual-v3", None)
    outside = embed.build(Outside(url="https://llm.example.org/v1", model="e5"), tmp_path)
    assert outside is not None
    assert (outside.name, outside.outside) == ("e5 at llm.example.org", "llm.example.org")


async def test_without_weights_the_embedded_model_is_unready(tmp_path: Path) -> None:
    with pytest.raises(EngineError) as refused:
        await Embedded(tmp_path).start()
    assert refused.value.fault == "unready"


@pytest.fixture
async def model(search_model: Path) -> AsyncIterator[Embedded]:
    made = Embedded(search_model)
    await made.start()
    yield made
    await made.close()


async def test_the_embedded_model_knows_what_means_the_same_in_another_language(model: Embedded) -> None:
    lisbon, dog, rain = "Three days in Lisbon", "Mein Hund frisst nicht mehr", "明天会下雨吗"
    same = ["里斯本三日游攻略", "我的狗不吃东西了", "Will it rain tomorrow?"]
    asked, answers = await model.vectors([lisbon, dog, rain]), await model.vectors(same)
    for at, one in enumerate(asked):
        close = [sum(a * b for a, b in zip(one, other, strict=True)) for other in answers]
        assert max(close) == close[at] > 0.3
        assert len(one) == 512
        assert math.hypot(*one) == pytest.approx(1)


async def test_whatever_is_embedded_gives_a_vector(model: Embedded) -> None:
    texts = ["", " ", "\0", "🏮" * 3_000, "x" * 100_000, "\ud83d".encode("utf-16", "surrogatepass").hex()]
    assert len(await model.vectors(texts)) == len(texts)
