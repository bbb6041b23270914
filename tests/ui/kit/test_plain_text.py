"""Everything that comes from data, people or settings is text; a browser proves it in tests/system."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.ui.kit.markup import element
from app.ui.kit.plain_text import Markdown, in_chart, in_figure, in_script, plain, visible
from tests.ui.kit.shown_texts import SOURCES, doubtful


def torn(text: str) -> str:
    """What the reader sees: the joiner takes no room."""
    return text.replace("\u2060", "|")


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("Of 100 files, about 4 are not repaid (3.5 %): +12 points.", None),
        ("14:30", None),
        ("**bold** _it_ `code`", r"\*\*bold\*\* \_it\_ \`code\`"),
        ("![x](https://evil.example)", r"!\[x\](https:|//evil.example)"),
        ("[Sign in](javascript:alert(1))", r"\[Sign in\](javascript:|alert(1))"),
        ("<b>x</b> &lt;", r"\<b\>x\</b\> \&lt;"),
        ("$x$ ~y~", r"\$x\$ \~y\~"),
        (":red[ok] :material/home: :smile: :+1: :100:", r":|red\[ok\] :|material/home: :|smile: :|+1: :|100:"),
        ("WWW.evil.example, a@evil.example", r"WWW|.evil.example, a|@evil.example"),
        ("# title", r"\# title"),
        ("- item", r"\- item"),
        ("1. item", r"1\. item"),
        ("2) item", r"2\) item"),
        ("---", r"\---"),
        ("> quote", r"\> quote"),
        ("    code", "code"),
        ("-5", None),
        ("1.5 points", None),
        ("two\nlines\t\n# here", "two lines # here"),
        ("a \\ b", r"a \\ b"),
        ("1\u202f000\u00a0€", None),
    ],
)
def test_what_streamlit_reads_as_signs_is_escaped_and_sentences_stay_as_they_are(text: str, escaped: str | None):
    assert torn(plain(text)) == (text if escaped is None else escaped)


def test_nothing_is_escaped_twice() -> None:
    assert plain(plain("*")) == r"\*"
    assert isinstance(plain("*"), Markdown)


@pytest.mark.parametrize("mark", "\u202e\u202d\u202a\u202b\u202c\u2066\u2067\u2068\u2069\u200e\u200f\u061c\x00\x1b\x7f")
def test_marks_nobody_sees_are_seen_everywhere(mark: str) -> None:
    text = f"100{mark}evil"
    escaped = [escape(text) for escape in (visible, plain, in_chart, in_figure, in_script)]
    for shown in (*escaped, element("p", text, title=text)):
        assert mark not in shown
        assert "100\N{REPLACEMENT CHARACTER}evil" in shown


def test_letters_of_any_script_stay(text: str = "Zoë Żółć 李 שלום مرحبا नमस्ते 👩‍👩‍👧 1\u202f000 œuvre ½") -> None:
    assert visible(text) == in_chart(text) == in_figure(text) == in_script(text) == plain(text) == text


def test_plotly_matplotlib_and_scripts_read_no_sign_of_theirs() -> None:
    assert torn(in_script("</script><!--")) == "<|/script><|!--"
    assert in_chart('<a href="x">&lt;') == '&lt;a href="x">&amp;lt;'
    assert in_figure("$x$") == r"\$x\$"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_what_is_shown_is_ours_or_escaped(path: Path) -> None:
    assert list(doubtful(path)) == []


@pytest.mark.parametrize(
    "line",
    [
        "st.markdown(comment)",
        "st.title(words.say('{who}', who=who))",
        "left.caption(label(name, words))",
        "st.header(f'**{name}**')",
        "st.button(words.say('Go'), help=name)",
        "st.markdown(words.say(comment))",
        "st.selectbox('x', options, format_func=str)",
        "st.radio('x', options, format_func=lambda each: visible(each))",
        "st.tabs([name for name in names])",
        "st.html(f'<b>{name}</b>')",
        "st.html(name)",
        "st.info(name)",
        "st.page_link('x.py', label=name)",
        "st.markdown(words.plural(one, many, 2))",
        "st.write(name)",
        "st.markdown(words.plural('{who}', '{who}', 2, who=who))",
        "st.markdown(body=name)",
    ],
)
def test_the_reading_finds_what_is_given_otherwise(tmp_path: Path, line: str) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text(line, encoding="utf-8")
    assert len(list(doubtful(planted))) == 1


@pytest.mark.parametrize(
    "line",
    [
        "st.markdown(plain(comment))",
        "st.title(words.say('Now'))",
        "st.header(f'**{plain(name)}** here')",
        "st.radio('x', options, format_func=lambda each: plain(each))",
        "st.html(element('b', name))",
        "st.selectbox('x', options, format_func=lambda each: visible(each))",
        "name.title()",
        "log.error(name)",
        "st.button(words.say(WAYS[way]), help=plain(name) if name else None)",
        "file.write(text)",
    ],
)
def test_the_reading_lets_pass_what_is_well_given(tmp_path: Path, line: str) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text(line, encoding="utf-8")
    assert list(doubtful(planted)) == []
