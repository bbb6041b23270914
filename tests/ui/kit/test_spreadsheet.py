"""What people open in a spreadsheet runs nothing there, whatever the spreadsheet splits cells at."""

from __future__ import annotations

import csv
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.ui.kit.spreadsheet import csv_text, harmless

SEPARATORS = (",", ";", "\t", "|")
RUN = re.compile(r"[\s\"']*[=+\-@＝＋－＠]|[\t\r]")


def cells(text: str, separator: str) -> list[str]:
    """Cells of a reader that heeds quotes, and of one that does not."""
    heeded = [cell for row in csv.reader(text.splitlines(keepends=True), delimiter=separator) for cell in row]
    return heeded + [cell for line in text.splitlines() for cell in line.split(separator)]


def is_run(cell: str) -> bool:
    return bool(RUN.match(cell)) and not cell.lstrip(' "\t\r\n').startswith("'")


@pytest.mark.parametrize("separator", SEPARATORS)
@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝", "＠", " =", '"='])
@pytest.mark.parametrize("before", ["", "fine{}", "fine\n", 'said "so"{}'])
def test_no_text_is_a_formula_whatever_the_separator(before: str, start: str, separator: str) -> None:
    text = f"{before.format(separator)}{start}cmd|'/c calc'!A1"
    written = csv_text(("entry", "comment"), [(7, text)])
    assert [cell for cell in cells(written, separator) if is_run(cell)] == []


@given(st.text(alphabet="=+-@;,|\t\r\n\"' aé", max_size=12), st.sampled_from(SEPARATORS))
@example('a;"\t', ";")
def test_no_text_at_all_is_one(text: str, separator: str) -> None:
    assert [cell for cell in cells(csv_text(("a",), [(1, text)]), separator) if is_run(cell)] == []


def test_a_number_stays_one_and_a_plain_text_itself() -> None:
    assert csv_text(("a", "b"), [(-1.5, "Ada, who repays - mostly")]) == 'a,b\n-1.5,"Ada, who repays - mostly"\n'
    assert harmless("ada@lender.example") == "ada@lender.example"
