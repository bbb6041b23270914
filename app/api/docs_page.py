"""The page at /docs, where operations are tried: its script and style come from this server, never from another."""

from __future__ import annotations

from pathlib import Path

import fastapi_offline
from fastapi import FastAPI, Request
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

PARTS = "/docs-parts"
SOURCES = Path(fastapi_offline.__file__).with_name("static")


def install(api: FastAPI) -> None:
    """Serve the page and its parts."""
    api.mount(PARTS, StaticFiles(directory=SOURCES), name="docs parts")
    api.get("/docs", include_in_schema=False)(docs)


async def docs(request: Request) -> HTMLResponse:
    """Swagger UI over this application's description."""
    root = request.scope.get("root_path", "")
    return get_swagger_ui_html(
        openapi_url=f"{root}{request.app.openapi_url}",
        title=request.app.title,
        swagger_js_url=f"{root}{PARTS}/swagger-ui-bundle.js",
        swagger_css_url=f"{root}{PARTS}/swagger-ui.css",
        swagger_favicon_url=f"{root}{PARTS}/favicon.png",
    )
