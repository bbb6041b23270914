"""Tables that people open in a spreadsheet: none of their texts is a formula there, whatever it splits cells at."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

# OWASP, "CSV injection": a cell that starts so is run. A spreadsheet of another country splits at ; or a tab, within
# quotes too when the cell began otherwise; full-width signs are run where people write them.
STARTS = re.compile(r"(^|[,;|\t\r\n])(?=[\s\"']*[=+\-@＝＋－＠]|[\"']*[\t\r])")


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The rows as comma-separated text, a line each; numbers are numbers, an apostrophe stops what could be run."""
    written = io.StringIO()
    lines = csv.writer(written, lineterminator="\n")
    lines.writerow(header)
    lines.writerows([harmless(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return written.getvalue()


def harmless(text: str) -> str:
    """The text with an apostrophe wherever a cell could begin that a spreadsheet would run."""
    return STARTS.sub(r"\1'", text)
