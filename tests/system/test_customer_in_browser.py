"""The customer's screen as people meet it: on both screens, on paper, as a PDF."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
from playwright.sync_api import Page, expect

from app.scoring.case.dossier import Terms
from app.scoring.verdict import REASON_CODES
from app.settings import settings
from app.store.portfolio import Portfolio
from app.ui.customer.signed_link import Links
from tests.decided_file import decide_and_write
from tests.pdf_text import pdf_text
from tests.system.desk import SCREENS, Visit, check_open_to_all, check_whole, in_the_grey_zone, running_desk

pytestmark = pytest.mark.system

KEY = "3b9c0e71d5a84f26b7e1904cda6f8253"
TITLE = {"en": "Subject: your loan request for", "fr": "Objet\u202f: votre demande de crédit de"}

BEHIND = """[...new Set([...document.querySelectorAll('*')]
  .filter(part => part.contains(document.querySelector('.letter')))
  .map(part => getComputedStyle(part).backgroundColor))].filter(colour => colour != 'rgba(0, 0, 0, 0)')"""
"""Colours that lie behind the letter."""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"sqlite:///{tmp_path_factory.mktemp('store') / 'journal.sqlite'}"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, store: str) -> Iterator[str]:
    with running_desk(tmp_path_factory.mktemp("desk"), STORE_URL=store, LINK_SECRET=KEY) as address:
        yield address


@pytest.fixture(scope="module")
def written(store: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Links of clients who were refused for every reason there is: the longest letters."""
    served = Portfolio.open(settings().portfolio)

    def made() -> Iterator[str]:
        client, folder = 0, tmp_path_factory.mktemp("champions")
        while True:
            client = in_the_grey_zone(served, "refuse", after=client)
            decide_and_write(store, folder, served, client, reasons=tuple(REASON_CODES))
            yield Links(KEY, timedelta(days=7)).token(client)

    return made()


@pytest.fixture(scope="module")
def token(written: Iterator[str]) -> str:
    """A link that all tests read by."""
    return next(written)


@pytest.fixture
def fresh(written: Iterator[str]) -> str:
    """A link of one test's own."""
    return next(written)


@pytest.fixture(scope="module")
def answered(written: Iterator[str], store: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Links of somebody refused, somebody accepted, and somebody accepted otherwise."""
    served, folder = Portfolio.open(settings().portfolio), tmp_path_factory.mktemp("champions")
    found: dict[str, str] = {"refuse": next(written)}
    client = 0
    for ruling, terms in (("accept", None), ("other", Terms(155_000.0, 24.0, 6_567.0))):
        client = in_the_grey_zone(served, "accept", after=client)
        decide_and_write(store, folder, served, client, ruling, terms=terms)
        found[ruling] = Links(KEY, timedelta(days=7)).token(client)
    return found


@pytest.fixture(scope="module")
def undecided() -> str:
    """A link of somebody on whom nobody has decided."""
    served = Portfolio.open(settings().portfolio)
    return Links(KEY, timedelta(days=7)).token(served.random_client())


def pages_of(pdf: bytes) -> int:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return len(document.pages)


def opened(visit: Visit, token: str, language: str, screen: str = "desk", theme: str = "light") -> Page:
    page = visit(f"/?letter={token}&lang={language}", screen, theme=theme)
    expect(page.get_by_role("heading", level=1)).to_contain_text(TITLE[language])
    expect(page.locator("[data-testid=stDownloadButton]")).to_be_visible()
    return page


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_letter_is_whole_open_to_all_and_one_page_on_paper(
    visit: Visit, token: str, language: str, screen: str
) -> None:
    page = opened(visit, token, language, screen, theme="dark" if screen == "desk" else "light")
    check_whole(page, language)
    check_open_to_all(page)
    assert page.locator("[data-testid^=stTopNav], [data-testid=stSidebar]").count() == 0
    assert pages_of(page.pdf(prefer_css_page_size=True)) == 1
    page.emulate_media(media="print", color_scheme="dark" if screen == "desk" else "light")
    assert page.evaluate(BEHIND) == ["rgb(255, 255, 255)"]
    check_open_to_all(page)
    page.close()  # it stays paper


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_pdf_is_one_tagged_page_in_the_readers_language(
    visit: Visit, token: str, language: str, tmp_path: Path
) -> None:
    page = opened(visit, token, language)
    with page.expect_download() as download:
        page.locator("[data-testid=stDownloadButton] button").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    with pikepdf.open(file) as document:
        assert len(document.pages) == 1
        assert document.Root.MarkInfo.Marked and "/StructTreeRoot" in document.Root
        assert str(document.Root.Lang) == language
        assert str(document.docinfo["/Title"]).startswith(TITLE[language])
        assert document.Root.ViewerPreferences.DisplayDocTitle
        kinds = kinds_of(document.Root.StructTreeRoot)
    assert kinds.count("/H1") == 1 and kinds.count("/H2") == 6 and kinds.count("/L") == 5


@pytest.mark.parametrize("ruling", ["refuse", "accept", "other"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_screen_paper_and_pdf_say_the_same(
    visit: Visit, answered: dict[str, str], language: str, ruling: str, tmp_path: Path
) -> None:
    page = opened(visit, answered[ruling], language)
    check_whole(page, language)
    check_open_to_all(page)
    assert page.locator(".letter dl").count() == (ruling != "refuse")
    screen = page.locator(".letter").inner_text()
    paper = page.pdf(prefer_css_page_size=True)
    with page.expect_download() as download:
        page.locator("[data-testid=stDownloadButton] button").click()
    download.value.save_as(tmp_path / "letter.pdf")
    downloaded = (tmp_path / "letter.pdf").read_bytes()
    assert pages_of(paper) == pages_of(downloaded) == 1
    assert bare(pdf_text(paper)) == bare(screen), "on paper stands the letter, and nothing else"
    assert bare(pdf_text(downloaded)) == bare(screen)


def bare(text: str) -> str:
    """Without what breaks lines and begins items; letters drawn as one are two again."""
    return re.sub(r"[\s•]", "", unicodedata.normalize("NFKC", text))


def kinds_of(element: pikepdf.Object) -> list[str]:
    """Kinds of structure elements, depth first."""
    own = [str(element.S)] if "/S" in element else []
    children = element.K if "/K" in element else []
    children = children if isinstance(children, pikepdf.Array) else [children]
    return own + [kind for child in children if isinstance(child, pikepdf.Dictionary) for kind in kinds_of(child)]


def test_the_print_button_prints(visit: Visit, token: str) -> None:
    page = opened(visit, token, "en")
    page.evaluate("window.print = () => { window.printed = true }")
    page.get_by_role("button", name="Print", exact=True).click()
    assert page.evaluate("window.printed") is True


def test_a_link_that_opens_nothing_is_open_to_all_too(visit: Visit, token: str) -> None:
    page = visit(f"/?letter={token}x&lang=fr", "telephone")
    expect(page.get_by_role("alert")).to_contain_text("Ce lien n’est pas l’un des nôtres")
    check_whole(page, "fr")
    check_open_to_all(page)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_review_is_asked_for_and_has_a_receipt(visit: Visit, fresh: str, language: str) -> None:
    page = opened(visit, fresh, language, "telephone")
    page.get_by_role("textbox").first.fill("<b>My salary</b> went up :red[twice] $x$.")
    page.get_by_role("textbox").last.fill("01 02 03 04 05")
    page.locator("[data-testid=stFormSubmitButton] button").click()
    expect(page.get_by_role("status").filter(has_text={"en": "receipt", "fr": "reçu"}[language])).to_be_visible()
    assert page.get_by_role("textbox").count() == 0
    check_whole(page, language)
    check_open_to_all(page)


@pytest.mark.parametrize("screen", SCREENS)
def test_before_a_decision_the_screen_says_where_the_request_stands(visit: Visit, undecided: str, screen: str) -> None:
    page = visit(f"/?letter={undecided}&lang=fr", screen)
    expect(page.locator(".letter .lead")).to_contain_text("Nous étudions votre demande")
    check_whole(page, "fr")
    check_open_to_all(page)
