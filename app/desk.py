"""The desk as each reader meets it: who is here and what that opens; every fault told in one place."""

from __future__ import annotations

import streamlit as st

from app.language.words import Words
from app.store.portfolio import Portfolio
from app.ui.kit.error_boundary import error_boundary
from app.ui.kit.style import apply_style
from app.ui.kit.typed_number import read_what_was_typed
from app.ui.loaders import portfolio
from app.ui.shell import bar, frame
from app.ui.shell.access_record import record_view
from app.ui.shell.acting import forget_click
from app.ui.shell.asked_address import go_to_asked_address
from app.ui.shell.drafts import give_back, keep_draft, what_is_typed_stays
from app.ui.shell.lasting_drafts import lasting_draft
from app.ui.shell.navigation import FILE, DeskPage, is_by_link, navigation, navigation_by_link
from app.ui.shell.sign_in import Person, let_in, remember_here, show_open_to_all, show_person, took_another_role
from app.ui.shell.waiting import badges


def main() -> None:
    """Draw the bar, and under it what the address opens to this reader."""
    frame.name_tab()
    read_what_was_typed()
    places = bar.lay_out()
    with places.behind:
        apply_style()
    with places.language:
        frame.show_language_switch()
    words = frame.reader()
    places.brand.html(frame.brand(words))
    with places.behind:
        frame.declare_language(words)
    with error_boundary(words):
        with places.warning, st.spinner(words.say("Opening the client portfolio…")):
            opened = portfolio()
        with places.notice:
            frame.show_demonstration(opened, words)
        if is_by_link():
            show_to_customer(words)
        elif person := let_in(opened, words):
            remember_here(person)
            with places.seat:
                show_person(person, words)
            with places.behind:
                go_to_asked_address()
                bar.listen()
            with places.warning:
                show_open_to_all(person, words)
            page, about = navigation(words, person.role, changed=took_another_role())
            bar.show_menu(places, person.role, about, badges(person), words)
            show(page, about, places, person, opened, words)
    forget_click()  # not where the next run cuts this one short: that one takes it up


def show(page: st.Page, about: DeskPage, places: bar.Bar, person: Person, opened: Portfolio, words: Words) -> None:
    """The page within its frame, once the access to a client's file is logged."""
    if about.roles:
        give_back(person.identity, about.script)
    else:
        keep_draft(person.identity)
    frame.name_tab(page.title)
    bar.open_header(places)
    with error_boundary(words):
        frame.open_clicked_file()
    with error_boundary(words), places.search:
        frame.show_search(opened, about.about_client, words)
    with error_boundary(words), what_is_typed_stays():
        client = frame.chosen_client() if about.about_client else None
        if about.about_client and client is None and about.script in FILE:
            frame.go_home()
        record_view(person.name, person.role, about.script, client, opened.champion.version, person.identity)
        with places.warning:
            frame.show_suspension(opened, words)
        with lasting_draft(person, about.script, client):
            page.run()
    frame.show_footer(opened, words)


def show_to_customer(words: Words) -> None:
    """What a signed link opens: one client's screen, whoever else is signed in."""
    page, _ = navigation_by_link(words)
    frame.name_tab(page.title)
    page.run()


main()
