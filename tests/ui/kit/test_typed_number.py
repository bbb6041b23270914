"""Fields for numbers: the reader's convention, a sentence beside what cannot be read, nothing typed lost."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from app.ui.kit.typed_number import READING, TEXT

KEY = "amount"


def form() -> None:
    import streamlit as st

    from app.language.words import words_in
    from app.ui.kit.typed_number import Limits, is_unread, read_what_was_typed, set_number, type_number

    read_what_was_typed()
    words = words_in(st.session_state["language"])
    limits = Limits(0.0, 1_000_000.0, 2, needed=st.session_state.get("needed", False))
    st.button("put", on_click=set_number, args=("amount", 1_234.5))
    st.button("empty", on_click=set_number, args=("amount", None))
    if not st.session_state.get("away"):
        lasting = st.session_state.get("lasting", True)
        said = type_number("Amount", "amount", limits, words, begin=300_000.5, lasting=lasting)
        st.markdown(f"says {said} unread {is_unread('amount')}")


@pytest.fixture
def opened():
    def start(language: str = "en", **state: object) -> AppTest:
        app = AppTest.from_function(form)
        app.session_state["language"] = language
        for key, value in state.items():
            app.session_state[key] = value
        return app.run()

    return start


def typed(app: AppTest, text: str) -> AppTest:
    return app.text_input(key=f"{TEXT}{KEY}").set_value(text).run()


def says(app: AppTest) -> str:
    assert not app.exception
    return str(app.markdown[-1].value)


def told(app: AppTest) -> str:
    return " ".join(each.proto.body for each in app.get("html") if "alert" in each.proto.body)


@pytest.mark.parametrize(("language", "shown"), [("en", "300,000.5"), ("fr", "300\u202f000,5")])
def test_it_begins_with_a_number_as_the_reader_writes_it(opened, language, shown) -> None:
    app = opened(language)
    assert app.text_input(key=f"{TEXT}{KEY}").value == shown
    assert says(app) == "says 300000.5 unread False" and not told(app)


def test_what_is_typed_is_read_and_stays_as_it_was_typed(opened) -> None:
    app = typed(opened("fr"), "12 000,50 €")
    assert says(app) == "says 12000.5 unread False"
    field = app.text_input(key=f"{TEXT}{KEY}")
    assert field.value == "12 000,50 €" and not field.proto.set_value


@pytest.mark.parametrize("text", ["12 mille", "300.000", "-1", "1000000,01"])
def test_what_cannot_be_read_is_a_sentence_and_stays(opened, text) -> None:
    app = typed(opened("fr"), text)
    assert says(app) == "says None unread True"
    assert "Corrigez le champ." in told(app)
    assert app.run().text_input(key=f"{TEXT}{KEY}").value == text
    assert says(typed(app, "5")) == "says 5.0 unread False" and not told(app)


def test_an_empty_field_is_nothing_and_a_fault_where_a_number_is_needed(opened) -> None:
    assert says(typed(opened(), "")) == "says None unread False"
    app = typed(opened(needed=True), " ")
    assert says(app) == "says None unread True" and "Nothing is typed here." in told(app)


def test_the_other_language_writes_the_same_number_and_may_read_what_this_one_could_not(opened) -> None:
    app = typed(opened("en"), "2,500.25")
    app.session_state["language"] = "fr"
    assert app.run().text_input(key=f"{TEXT}{KEY}").value == "2\u202f500,25" and says(app).startswith("says 2500.25 ")
    app.session_state["language"] = "en"
    app = typed(app.run(), "10,6")
    assert says(app) == "says None unread True"
    app.session_state["language"] = "fr"
    assert says(app.run()) == "says 10.6 unread False" and app.text_input(key=f"{TEXT}{KEY}").value == "10,6"


@pytest.mark.parametrize("before", ["12", "12a"])
def test_the_desk_puts_a_number_over_whatever_was_typed(opened, before) -> None:
    app = typed(opened(), before)
    app = app.button[0].click().run()
    assert app.text_input(key=f"{TEXT}{KEY}").value == "1,234.5" and says(app) == "says 1234.5 unread False"
    app = typed(app, before).button[1].click().run()
    assert app.text_input(key=f"{TEXT}{KEY}").value == "" and says(app) == "says None unread False"


@pytest.mark.parametrize(("lasting", "text"), [(True, "77"), (True, "77a"), (False, "300,000.5")])
def test_another_page_in_between(opened, lasting, text) -> None:
    app = typed(opened(lasting=lasting), text if lasting else "77")
    app.session_state["away"] = True
    app.run()
    app.session_state["away"] = False
    assert app.run().text_input(key=f"{TEXT}{KEY}").value == text
    assert app.session_state[f"{READING}{KEY}"].text == text
