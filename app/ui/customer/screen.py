"""The customer's screen: the letter, on paper and as a PDF."""

from __future__ import annotations

import streamlit as st

from app.language.words import Words
from app.settings import settings
from app.ui.customer.letter import Letter, letter_as_issued
from app.ui.customer.letter_html import article, document, letter_style
from app.ui.customer.progress import progress
from app.ui.customer.review import record_what_was_asked, show_review
from app.ui.customer.signed_link import linked_case, linked_file, not_held
from app.ui.kit.components import show_note
from app.ui.kit.error_boundary import error_boundary
from app.ui.kit.markup import Markup, element, joined
from app.ui.kit.palette import LIGHT
from app.ui.kit.pdf import can_make_pdf, pdf
from app.ui.loaders import cases, portfolio
from app.ui.shell.access_record import record_view
from app.ui.shell.frame import LANGUAGE
from app.ui.shell.navigation import LINK

WHO = "customer's link"
PRINT = """<script>
document.getElementById('print-letter')?.addEventListener('click', () => window.print())
</script>"""


def show_customer_screen(words: Words) -> None:
    """What the link opens, once that is logged: the letter as issued, before that where the request stands."""
    with error_boundary(words):
        case, opened = linked_case(), portfolio()
        record_view(WHO, "customer", "customer", case.client, opened.champion.version)
        if record_what_was_asked(words):
            case = cases().case(case.client)
        if case.state.letter is None:
            amount = linked_file(case).client.features["credit"]
            _apply_letter_style()
            st.html(progress(case, None if amount is None else float(amount), settings().contact, words))
            with st.container(key="letter_tools"):
                _link_to_data_protection(words)
            return
        issued = case.contents.get(case.state.letter)
        if issued is None:  # erased
            raise not_held()
        _show_letter(letter_as_issued(issued["letter"], words.language), words)
        show_review(case, words)


def _show_letter(letter: Letter, words: Words) -> None:
    _apply_letter_style()
    st.html(article(letter))
    with st.container(key="letter_tools", horizontal=True, vertical_alignment="center"):
        button = element("button", words.say("Print"), id="print-letter", type="button")
        st.html(joined(button, Markup(PRINT)), width="content", unsafe_allow_javascript=True)
        if can_make_pdf():
            st.download_button(
                words.say("Download as PDF"),
                lambda: pdf(document(letter)),
                file_name=_file_name(words),
                mime="application/pdf",
                icon=":material/download:",
                on_click="ignore",
                key="pdf",
            )
        else:
            show_note(words.say("To keep this letter, print it: your browser can print to a PDF file."))
        _link_to_data_protection(words)


def _apply_letter_style() -> None:
    paper = f"@media print{{:root{{{LIGHT.variables}}}}}"
    st.html(f"<style>{letter_style()}{paper}</style>")


def _link_to_data_protection(words: Words) -> None:
    kept = {LINK: st.query_params[LINK], LANGUAGE: words.language}
    st.page_link("../pages/data_protection.py", label=words.say("How we protect your data"), query_params=kept)


def _file_name(words: Words) -> str:
    return words.say("loan-request.pdf")
