"""A chat server as a translator, against a real one on loopback that behaves well and badly."""

import asyncio

import pytest

from tests.engines.translation_server import Answer, Server, plain, said
from vermilion.engines import translate_http
from vermilion.engines.translate import Ask, EngineError
from vermilion.engines.translate_chat import Chat

ASK = Ask(text="今天好累", source="zh", target="en")


async def asked(answer: Answer, ask: Ask = ASK) -> tuple[str, Server]:
    async with Server(answer).running() as server:
        chat = Chat(url=f"{server.url}/v1/", model="m", key="secret")
        await chat.start()
        try:
            return await chat.translate(ask), server
        finally:
            await chat.close()


async def fault_of(answer: Answer) -> EngineError:
    with pytest.raises(EngineError) as raised:
        await asked(answer)
    return raised.value


async def test_a_good_answer_comes_back_without_space_around_it() -> None:
    text, server = await asked(said(" So tired today\n"))
    assert text == "So tired today"
    assert server.heads[0].startswith("POST /v1/chat/completions ")
    assert "authorization: bearer secret" in server.heads[0].lower()


async def test_the_prompt_is_bounded_exact_and_ends_with_the_text_alone() -> None:
    _, server = await asked(said("ok"))
    body = server.asked[0]
    assert body["temperature"] == 0
    assert len(ASK.text) < body["max_tokens"] < 200
    assert body["messages"][0]["role"] == "system"
    assert body["messages"][-1]["role"] == "user"
    assert ASK.text in body["messages"][-1]["content"]


async def test_what_comes_before_the_text_is_the_same_for_every_text_of_a_pair() -> None:
    _, first = await asked(said("ok"))
    _, second = await asked(said("ok"), Ask(text="明天见", source="zh", target="en"))
    assert first.asked[0]["messages"][:-1] == second.asked[0]["messages"][:-1]


async def test_hints_stand_with_the_text_and_the_second_attempt_asks_otherwise() -> None:
    _, plainly = await asked(said("ok"))
    _, hinted = await asked(
        said("ok"), Ask(text="yyds", source="zh", target="en", hints=(("yyds", "the GOAT"),))
    )
    _, again = await asked(said("ok"), Ask(text=ASK.text, source="zh", target="en", attempt=1))
    assert "the GOAT" in hinted.asked[0]["messages"][-1]["content"]
    assert plainly.asked[0]["messages"] != again.asked[0]["messages"]


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (plain(b"<html>Sign in to the hotel's wi-fi</html>"), "nonsense"),
        (plain(b""), "nonsense"),
        (plain(b'{"choices": [{"mess'), "nonsense"),
        (plain(b"\xff\xfe\x00"), "nonsense"),
        (plain([]), "nonsense"),
        (plain({"choices": []}), "nonsense"),
        (plain({"choices": [{"message": {"content": 7}}]}), "nonsense"),
        (said(None), "nonsense"),
        (said(""), "nonsense"),
        (said("So tired and", "length"), "cut"),
        (plain({}, "400 Bad Request"), "refused"),
        (plain({}, "302 Found\r\nLocation: http://127.0.0.1:1/"), "refused"),
        (plain({}, "401 Unauthorized"), "unready"),
        (plain({}, "404 Not Found"), "unready"),
        (plain({}, "429 Too Many Requests"), "busy"),
        (plain({}, "503 Service Unavailable"), "busy"),
        (plain({}, "500 Oops"), "gone"),
        (b"", "gone"),
        (b"220 mail.example ESMTP\r\n", "gone"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{", "gone"),
    ],
)  # fmt: skip
async def test_every_bad_answer_is_told_as_what_it_is(answer: bytes, fault: str) -> None:
    assert (await fault_of(answer)).fault == fault


async def test_an_answer_without_end_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(translate_http, "MOST_BYTES", 10_000)
    sent = 0

    async def flood(writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(10_000):
            writer.write(b"a" * 10_000)
            await writer.drain()
            sent += 10_000

    assert (await fault_of(flood)).fault == "nonsense"
    assert sent < 50_000_000


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"])
async def test_a_server_that_does_not_come_to_an_end_is_slow(
    head: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vermilion.engines.translate_chat.seconds_for", lambda _: 0.2)

    async def hang(writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        await writer.drain()
        await asyncio.sleep(2)

    assert (await fault_of(hang)).fault == "slow"


async def test_nobody_there_is_gone_and_says_nothing_about_the_words() -> None:
    chat = Chat(url="http://127.0.0.1:9", model="m")
    await chat.start()
    with pytest.raises(EngineError) as raised:
        await chat.translate(ASK)
    await chat.close()
    assert raised.value.fault == "gone"
    assert raised.value.is_passing


async def test_never_more_asks_are_under_way_than_it_has_slots() -> None:
    async def later(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.02)
        writer.write(said("ok"))

    async with Server(later).running() as server:
        chat = Chat(url=server.url, model="m", slots=2)
        await chat.start()
        await asyncio.gather(*(chat.translate(ASK) for _ in range(8)))
        await chat.close()
    assert server.most_under_way == 2
    assert len(server.asked) == 8


async def test_a_fault_never_shows_the_key_or_the_words() -> None:
    error = await fault_of(plain({"error": "bad key secret"}, "401 Unauthorized"))
    assert "secret" not in str(error)
    assert ASK.text not in str(error)


def test_where_words_go_and_what_is_served_are_told() -> None:
    assert Chat(url="https://llm.example/v1", model="m").outside == "llm.example"
    here = Chat(url="http://127.0.0.1:8080/v1", model="m")
    assert here.outside is None
    assert here.serves("zh", "en")
    assert not here.serves("zh", "zh-Hant")
    assert not here.serves("und", "en")
    assert here.called("zh-Hant", "en").startswith("m p")
