"""The console of the API at /docs loads nothing from elsewhere."""

from __future__ import annotations

import re

import httpx


def test_the_page_and_its_parts_come_from_this_server(api: httpx.Client) -> None:
    page = api.get("/docs")
    parts = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert page.status_code == 200 and len(parts) == 3
    assert [api.get(part).status_code for part in parts] == [200] * 3
    assert "http" not in " ".join(parts)
    assert "/openapi.json" in page.text
    assert "https://" not in page.headers["content-security-policy"]
