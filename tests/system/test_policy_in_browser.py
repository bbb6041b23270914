"""The manager’s story in a real browser: one moves the threshold and proposes, another activates, all pages follow."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Page, expect

from app.settings import settings
from app.store.portfolio import Portfolio
from tests.system.desk import Visit, follow, on_screen, settle

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("browser")]


@pytest.fixture(scope="module")
def server(own_server: str) -> str:
    return own_server


@pytest.fixture(scope="module")
def served() -> Portfolio:
    return Portfolio.open(settings().portfolio)


def go_to(page: Page, title: str) -> None:
    follow(page, title)


def test_keys_move_the_slider_and_every_figure_with_it(visit: Visit) -> None:
    page = visit("/threshold?lang=en")
    number = on_screen(page, "Threshold, in %")
    expected = round(float(number.input_value()), 1) + 2.0  # the slider stands at the nearest tenth
    page.get_by_role("slider").focus()
    for _ in range(20):
        page.keyboard.press("ArrowRight")
    expect(number).to_have_value(f"{expected:.4g}")
    expect(page.locator("p.lead")).to_contain_text(f"Refusing from {expected:.1f}% on")
    expect(page.locator(".js-plotly-plot").first).to_contain_text(f"Tried {expected:.1f}%")


def test_a_policy_is_proposed_activated_by_a_second_manager_and_followed(visit: Visit, served: Portfolio) -> None:
    client = served.next_in_grey_zone(served.champion.recommended)
    manager = visit("/threshold?lang=en")
    manager.get_by_label("Threshold, in %").fill("40")
    manager.get_by_label("Threshold, in %").press("Enter")
    expect(manager.locator("p.lead")).to_contain_text("Refusing from 40.0% on")
    settle(manager)
    go_to(manager, "Policy")
    expect(manager.locator("h1")).to_have_text("Which policy is in force?")
    assert manager.get_by_label("Threshold, in %").input_value() == "40"
    manager.get_by_label("Reason, needed").fill("Volume before the summer.")
    manager.get_by_role("button", name="Propose", exact=True).click()
    expect(manager.get_by_role("status").filter(has_text="Proposal 1 is recorded")).to_be_visible()

    officer = visit(f"/?lang=en&client={client}")
    expect(officer.locator(".verdict")).to_have_text("To review")
    second = visit("/policy?lang=en")
    second.get_by_text("Demo manager B", exact=True).click()
    time.sleep(1)
    settle(second)
    second.get_by_role("button", name="Activate proposal 1").click()
    expect(second.locator("p.lead")).to_contain_text("proposed by Demo manager A, activated by Demo manager B")
    officer.reload()
    settle(officer)
    expect(officer.locator(".verdict")).to_have_text("Accept")


def menu(page: Page, title: str) -> None:
    follow(page, title)


def test_the_advice_is_stopped_as_it_was_chosen_over_another_page_and_language(visit: Visit, served: Portfolio) -> None:
    page, version = visit("/stop_switch?lang=fr"), served.champion.version
    chosen = page.locator("[data-testid=stRadio] label[data-selected=true]")
    page.locator("[data-testid=stRadio] label").filter(has_text=version).click()
    expect(chosen).to_contain_text(f"Modèle {version}")
    typed = page.get_by_label("Motif, obligatoire, sans nommer de client")
    typed.fill("Les probabilités ont sauté.")
    typed.blur()  # else Streamlit takes the field's change for the later wish, and stays on the page
    settle(page)
    menu(page, "Incidents")
    menu(page, "Arrêt d’urgence")
    page.locator(".st-key-lang").get_by_text("EN").click()
    settle(page)
    reason = page.get_by_label("Reason, needed; it names no client")
    expect(reason).to_have_value("Les probabilités ont sauté.")
    expect(chosen).to_contain_text(f"Model {version}")
    page.get_by_role("button", name="Suspend the advice now").click()
    expect(page.locator("p.lead")).to_contain_text("No: Demo manager A suspended it on")
    expect(page.locator(".suspended")).to_contain_text("Les probabilités ont sauté.")
    expect(page.locator(".card")).to_contain_text(f"Model {version}")
    expect(reason).to_have_value("")
    expect(page.get_by_role("button", name="Lift suspension 1")).to_be_disabled()
    page.get_by_text("Demo manager B").click()
    settle(page)
    page.get_by_label("Why suspension 1 is lifted, needed").fill("A test.")
    page.get_by_role("button", name="Lift suspension 1").click()
    expect(page.locator("p.lead")).to_contain_text("Yes: model")
    expect(page.locator(".suspended")).to_have_count(0)
