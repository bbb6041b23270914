"""The style sheet that the desk serves; what pages look like in it, the browser tests see."""

from __future__ import annotations

import asyncio
import hashlib

from httpx import ASGITransport, AsyncClient, Response
from starlette.applications import Starlette
from streamlit.testing.v1 import AppTest

from app.ui.kit import style


async def served(address: str) -> Response:
    desk = ASGITransport(Starlette(routes=[style.ROUTE]))
    async with AsyncClient(transport=desk, base_url="http://desk") as browser:
        return await browser.get(address)


def test_a_page_asks_for_the_sheet_where_it_is_served_and_a_browser_keeps_this_edition() -> None:
    drawn = AppTest.from_string("from app.ui.kit.style import apply_style\napply_style()").run()
    assert not drawn.exception
    address = drawn.get("html")[0].proto.body.partition('url("')[2].partition('"')[0]
    answer = asyncio.run(served(address))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert b".st-key-bar" in answer.content
    assert hashlib.sha256(answer.content).hexdigest().startswith(address.partition("?")[2])
    assert "immutable" in answer.headers["cache-control"]
