from __future__ import annotations

from app.ui.kit.markup import element, joined


def test_text_and_attributes_are_escaped() -> None:
    assert element("p", "<img src=x onerror=1>", class_='a"b') == '<p class="a&quot;b">&lt;img src=x onerror=1&gt;</p>'


def test_elements_are_nested_as_they_are() -> None:
    assert element("p", element("b", "1 < 2"), " & so on") == "<p><b>1 &lt; 2</b> &amp; so on</p>"
    assert joined("a", element("br")) == "a<br>"


def test_attributes_may_be_bare_or_left_out() -> None:
    assert element("p", hidden=True, title=False, aria_label="x") == '<p hidden aria-label="x"></p>'
