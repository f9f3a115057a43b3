"""Nobody sees what is not for them, wherever they look; and everybody finds what is."""

import httpx

from bench.leak_probe import Finding, looks, search
from bench.leak_world import build
from vermilion.web.context import State


async def test_everybody_sees_what_is_for_them_and_nothing_else(client: httpx.AsyncClient, state: State) -> None:
    world = await build(state.database.session(), state.blobs)
    found: list[Finding] = [finding async for finding in search(client, world, looks(world))]
    assert found == []
