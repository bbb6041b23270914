"""The style sheet: served once by the desk's own server, kept by the browser, asked for by every page."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

import streamlit as st
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.ui.kit.components import palette

SHEET: Final = Path(__file__).with_name("desk.css").read_bytes()
EDITION: Final = hashlib.sha256(SHEET).hexdigest()[:12]
A_YEAR: Final = "public, max-age=31536000, immutable"


def apply_style() -> None:
    """Ask for the style sheet, and say the colours of the reader's theme: Streamlit sends a page's markup again with
    every step, and a sheet of 15 kB would be most of it."""
    st.html(f'<style>@import url("{ROUTE.path}?{EDITION}");:root{{{palette().variables}}}</style>')


async def serve_sheet(_: Request) -> Response:
    """The style sheet as it is. Its address changes with its text: a browser asks once an edition."""
    return Response(SHEET, media_type="text/css", headers={"Cache-Control": A_YEAR})


ROUTE: Final = Route("/desk.css", serve_sheet)
