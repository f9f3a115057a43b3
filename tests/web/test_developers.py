"""The page for developers: every operation and every code, nothing from elsewhere, no script of its own."""

import re

import httpx

from vermilion.web.developers import chapters, shapes
from vermilion.web.sentences import SENTENCES


async def test_it_shows_every_operation_shape_and_code(client: httpx.AsyncClient) -> None:
    page = (await client.get("/developers")).text
    for _, _, operations in chapters():
        for operation in operations:
            assert f'id="{operation.name}"' in page
    for shape in shapes():
        assert f'id="shape-{shape.name}"' in page
    for code in SENTENCES:
        assert f'id="problem-{code}"' in page


async def test_it_loads_nothing_from_elsewhere(client: httpx.AsyncClient) -> None:
    page = (await client.get("/developers")).text
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)
    assert "<style" not in page


async def test_its_inner_links_lead_somewhere(client: httpx.AsyncClient) -> None:
    page = (await client.get("/developers")).text
    names = set(re.findall(r'id="([^"]+)"', page))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= names
