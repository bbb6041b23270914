"""The desk: ``streamlit run app/main.py``. Language, picker, then the page, every fault told in one place."""

from __future__ import annotations

import streamlit as st

from app.ui import frame
from app.ui.components import FAVICON, apply_style
from app.ui.frame import BRAND
from app.ui.loaders import portfolio
from app.ui.navigation import DeskPage, navigation
from app.ui.problems import told
from app.ui.words import Words


def main() -> None:
    """Draw the frame and run the page the address asks for."""
    apply_style()
    with st.container(key="masthead", horizontal=True, vertical_alignment="center"):
        brand = st.container()
        frame.show_language_switch()
    words = frame.reader()
    frame.declare_language(words)
    brand.html(frame.brand(words))
    page, about = navigation(words)
    st.set_page_config(page_title=f"{page.title} · {BRAND}", page_icon=str(FAVICON), layout="wide")
    with told(words):
        show(page, about, words)


def show(page: st.Page, about: DeskPage, words: Words) -> None:
    """The page within its frame; nothing of either when what is served is not whole."""
    opened = portfolio(words)
    frame.show_demonstration(opened, words)
    if about.about_client:
        frame.show_picker(opened, words)
    with told(words):
        page.run()
    frame.show_footer(opened, words)


main()
