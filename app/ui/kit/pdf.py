"""Documents as accessible PDFs: tagged from the same HTML as the screen."""

from __future__ import annotations

from ctypes.util import find_library
from functools import cache
from importlib.util import find_spec


@cache
def can_make_pdf() -> bool:
    """Whether WeasyPrint and the library it draws text with are installed; neither is loaded."""
    return find_spec("weasyprint") is not None and find_library("pango-1.0") is not None


def pdf(document: str) -> bytes:
    """A tagged PDF (PDF/UA-1) of an HTML document; it fetches nothing."""
    from weasyprint import HTML  # half a second and 40 MB: only when somebody asks for a PDF

    return bytes(HTML(string=document, base_url=None, url_fetcher=_refuse).write_pdf(pdf_variant="pdf/ua-1"))


def _refuse(url: str, *_: object, **__: object) -> dict[str, object]:
    raise ValueError(f"A document is whole in itself and fetches nothing: {url[:80]}")
