"""LibreTranslate's way of asking and answering."""

import pytest

from tests.engines.translation_server import Server, plain
from vermilion.engines.translate import Ask, EngineError
from vermilion.engines.translate_libre import Libre


async def asked(answer: bytes, ask: Ask, key: str = "") -> tuple[str, dict[str, object]]:
    async with Server(answer).running() as server:
        libre = Libre(url=f"{server.url}/", key=key)
        await libre.start()
        try:
            return await libre.translate(ask), server.asked[0]
        finally:
            await libre.close()


async def test_it_is_asked_in_its_own_words() -> None:
    text, body = await asked(
        plain({"translatedText": " 你好 "}), Ask(text="hello", source="en-GB", target="zh-Hant"), "k"
    )
    assert text == "你好"
    assert body == {"q": "hello", "source": "en", "target": "zt", "format": "text", "api_key": "k"}


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (plain({"error": "xx is not supported"}, "400 Bad Request"), "refused"),
        (plain({"error": "Slowdown"}, "429 Too Many Requests"), "busy"),
        (plain({"error": "key"}, "403 Forbidden"), "unready"),
        (plain({"translatedText": "  "}), "nonsense"),
        (plain({"translatedText": ["a"]}), "nonsense"),
        (plain({"error": "?"}), "nonsense"),
        (b"", "gone"),
    ],
)
async def test_its_faults_are_told_as_what_they_are(answer: bytes, fault: str) -> None:
    with pytest.raises(EngineError) as raised:
        await asked(answer, Ask(text="hello", source="en", target="zh"))
    assert raised.value.fault == fault
