"""The embedded model's child process is kept alive: killed, hung, without weights. A small server stands in for it."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from vermilion.engines import translate_llama
from vermilion.engines.translate import Ask, EngineError, free_cores
from vermilion.engines.translate_llama import Llama

ASK = Ask(text="今天好累", source="zh", target="en")
# Says its own process number; "hang" is never answered, "die" is its end.
STANDIN = """
import http.server, json, os, sys, threading, time
orders = json.loads(sys.stdin.readline())
class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        text = body["messages"][-1]["content"]
        if self.headers["authorization"] != "Bearer " + orders["key"]:
            return self.send_error(401)
        if "hang" in text:
            time.sleep(60)
        if "die" in text and not os.path.exists(orders["model"] + ".died"):
            open(orders["model"] + ".died", "w").close()
            os._exit(3)
        said = json.dumps({"choices": [{"message": {"content": f"{os.getpid()} {orders['threads']}"}, "finish_reason": "stop"}]})
        self.send_response(200)
        self.send_header("content-length", str(len(said)))
        self.end_headers()
        self.wfile.write(said.encode())
    def log_message(self, *args):
        pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(json.dumps({"address": f"http://127.0.0.1:{server.server_port}"}), flush=True)
sys.stdin.read()
"""


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[Llama]:
    model = folder / "small.gguf"
    model.write_bytes(b"GGUF")
    make = Llama(model, command=(sys.executable, "-c", STANDIN))
    await make.start()
    try:
        yield make
    finally:
        await make.close()


async def test_it_is_started_spoken_to_with_its_key_and_ended(tmp_path: Path) -> None:
    async with running(tmp_path) as make:
        pid = make.pid
        assert await make.translate(ASK) == f"{pid} {free_cores()}"
        assert make.outside is None
    assert make.pid is None
    with pytest.raises(ProcessLookupError):
        os.kill(pid or 0, 0)


async def test_killed_it_comes_back_and_the_next_ask_waits_for_it(tmp_path: Path) -> None:
    async with running(tmp_path) as make:
        first = make.pid
        os.kill(first or 0, signal.SIGKILL)
        said = await make.translate(ASK)
        assert said.split()[0] == str(make.pid)
        assert make.pid != first


async def test_an_ask_over_which_it_dies_is_asked_once_more(tmp_path: Path) -> None:
    async with running(tmp_path) as make:
        first = make.pid
        said = await make.translate(Ask(text="die", source="en", target="zh"))
        assert said.split()[0] == str(make.pid) != str(first)


async def test_one_that_hangs_is_put_down_and_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(translate_llama, "PATIENCE", 0.3)
    monkeypatch.setattr("vermilion.engines.translate_chat.seconds_for", lambda _: 0.3)
    async with running(tmp_path) as make:
        first = make.pid
        with pytest.raises(EngineError) as raised:
            await make.translate(Ask(text="hang", source="en", target="zh"))
        assert raised.value.fault == "slow"
        async with asyncio.timeout(60):
            while make.pid in (first, None):  # noqa: ASYNC110 - the number of a process is no event
                await asyncio.sleep(0.02)
        assert (await make.translate(ASK)).startswith(str(make.pid))


async def test_one_that_answers_others_is_not_put_down_for_a_slow_ask(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(translate_llama, "PATIENCE", 1.0)
    monkeypatch.setattr("vermilion.engines.translate_chat.seconds_for", lambda _: 1.0)
    async with running(tmp_path) as make:
        first = make.pid
        slow = asyncio.create_task(make.translate(Ask(text="hang", source="en", target="zh")))
        await asyncio.sleep(0.2)
        await make.translate(ASK)
        with pytest.raises(EngineError):
            await slow
        assert (await make.translate(ASK)).startswith(str(first))


async def test_one_that_does_not_come_back_is_gone_for_the_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(translate_llama, "BACK_SECONDS", 0.2)
    async with running(tmp_path) as make:
        make._command = (sys.executable, "-c", "raise SystemExit(1)")  # noqa: SLF001 - what cannot start any more
        os.kill(make.pid or 0, signal.SIGKILL)
        with pytest.raises(EngineError) as raised:
            await make.translate(ASK)
        assert raised.value.is_passing


async def test_without_weights_it_is_unready(tmp_path: Path) -> None:
    with pytest.raises(EngineError) as raised:
        await Llama(tmp_path / "none.gguf").start()
    assert (raised.value.fault, "none.gguf" in str(raised.value)) == ("unready", True)


async def test_weights_cut_short_are_unready_and_leave_no_process(tmp_path: Path) -> None:
    model = tmp_path / "cut.gguf"
    model.write_bytes(b"GGUF\x03\x00\x00\x00" + b"\x00" * 100)
    make = Llama(model)
    with pytest.raises(EngineError) as raised:
        await make.start()
    assert raised.value.fault == "unready"
    assert make.pid is None


async def test_asked_before_it_was_started_it_is_unready(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(translate_llama, "BACK_SECONDS", 0.05)
    with pytest.raises(EngineError):
        await Llama(tmp_path / "none.gguf").translate(ASK)
