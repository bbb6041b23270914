"""The customer's screen: the letter, on paper and as a PDF."""

from __future__ import annotations

import streamlit as st

from app.language.words import Words
from app.scoring.problems import PortfolioProblem
from app.scoring.what_if.counterfactual import Counterfactual
from app.settings import settings
from app.ui.customer.letter import Letter, write_letter
from app.ui.customer.letter_html import article, document, letter_style
from app.ui.customer.letter_pdf import can_make_pdf, pdf
from app.ui.customer.signed_link import linked_file
from app.ui.kit.components import show_note
from app.ui.kit.error_boundary import error_boundary
from app.ui.kit.markup import Markup, element, joined
from app.ui.kit.palette import LIGHT
from app.ui.loaders import ClientFile, journal, portfolio, what_it_takes
from app.ui.shell.access_record import record_view
from app.ui.shell.frame import BRAND, LANGUAGE
from app.ui.shell.navigation import LINK

WHO = "customer's link"
PRINT = """<script>
document.getElementById('print-letter')?.addEventListener('click', () => window.print())
</script>"""


def show_customer_screen(words: Words) -> None:
    """What the link opens, once that is logged; a sentence when it opens nothing."""
    with error_boundary(words):
        file, opened = linked_file(), portfolio()
        record_view(WHO, "customer", "customer", file.client.client, opened.champion.version)
        entries = journal().entries(client=file.client.client, limit=1)
        letter = write_letter(
            file,
            entries[0] if entries else None,
            _change(file),
            settings().contact,
            words,
            bool(opened.manifest.get("demo")),
        )
        _show_letter(letter, words)


def _change(file: ClientFile) -> Counterfactual | None:
    try:
        return what_it_takes(file)
    except PortfolioProblem:  # published without the raw applications: the letter says to ask
        return None


def _show_letter(letter: Letter, words: Words) -> None:
    paper = f"@media print{{:root{{{LIGHT.variables}}}}}"
    st.html(f"<style>{letter_style()}{paper}</style>")
    st.html(article(letter))
    with st.container(key="letter_tools", horizontal=True, vertical_alignment="center"):
        button = element("button", words.say("Print"), id="print-letter", type="button")
        st.html(joined(button, Markup(PRINT)), width="content", unsafe_allow_javascript=True)
        if can_make_pdf():
            st.download_button(
                words.say("Download as PDF"),
                lambda: pdf(document(letter, BRAND)),
                file_name=_file_name(words),
                mime="application/pdf",
                icon=":material/download:",
                on_click="ignore",
                key="pdf",
            )
        else:
            show_note(words.say("To keep this letter, print it: your browser can print to a PDF file."))
        kept = {LINK: st.query_params[LINK], LANGUAGE: words.language}
        st.page_link("../pages/data_protection.py", label=words.say("How we protect your data"), query_params=kept)


def _file_name(words: Words) -> str:
    return words.say("loan-request.pdf")
