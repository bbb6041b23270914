"""Compare and Find in a real browser: tables whose links and heads are clicked on, choices that a reload keeps."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from app.language.words import words_in
from tests.system.desk import Visit, check_open_to_all, check_whole, follow, on_screen, settle

pytestmark = pytest.mark.system


def test_a_nearest_clients_file_is_a_key_away_and_a_reload_keeps_the_choices(visit: Visit, client: int) -> None:
    language, screen = "en", "telephone"
    words = words_in(language)
    chosen = "items=credit,income,income_type,external_score_2&neighbours=30"
    page = visit(f"/compare?lang={language}&client={client}&{chosen}", screen)
    rows = page.locator(".st-key-wide_nearest tbody tr")
    expect(rows).to_have_count(30)
    expect(page.locator("p.lead")).to_contain_text("30")
    expect(page.locator(".js-plotly-plot")).to_have_count(4)
    drawn = page.locator(".js-plotly-plot text").all_text_contents()
    assert any(words.say("{value} and more", value="").strip() in text for text in drawn)
    check_whole(page, language)
    check_open_to_all(page)
    page.reload()
    settle(page)
    expect(rows).to_have_count(30)
    expect(page.locator(".js-plotly-plot")).to_have_count(4)
    number = on_screen(page, words.say("How many clients"))
    number.fill("400")
    number.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(rows).to_have_count(25)
    link = rows.get_by_role("link").first
    name = link.inner_text()
    link.press("Enter")
    expect(page.locator("h1")).to_have_text(words.say("Client {client}", client=name))
    expect(page).to_have_url(re.compile(rf"/client\?.*client={name}\b"))


def test_find_is_a_table_that_keeps_its_filters_over_a_file_and_a_reload(visit: Visit) -> None:
    language, words = "fr", words_in("fr")
    page = visit(f"/find?lang={language}&answer=accept&smallest=200000")
    table, told = page.locator(".st-key-wide_files table"), page.locator("p.lead")
    found = told.inner_text()
    table.get_by_role("button", name=words.say("Loan amount")).press("Enter")
    expect(table.locator("th[aria-sort=descending]")).to_have_text(words.say("Loan amount"))
    number = on_screen(page, words.say("Page"))
    number.fill("3")
    number.press("Enter")
    expect(page).to_have_url(re.compile(r"[?&]page=3\b"))
    settle(page)
    check_whole(page, language)
    check_open_to_all(page)
    shown = table.inner_text()
    page.reload()
    settle(page)
    assert (table.inner_text(), told.inner_text()) == (shown, found)
    table.get_by_role("link").first.click()
    expect(page).to_have_url(re.compile(r"/client\?"))
    settle(page)
    page.go_back()
    expect(page).to_have_url(re.compile(r"/find\?.*page=3\b"))
    settle(page)
    assert (table.inner_text(), told.inner_text()) == (shown, found)
    follow(page, words.say("Home"))
    follow(page, words.say("Find"))
    assert (table.inner_text(), told.inner_text()) == (shown, found)
