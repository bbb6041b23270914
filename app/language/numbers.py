"""Numbers read as people write them: "300 000,50" and "10,6 %" in French, "300,000.50" in English."""

from __future__ import annotations

import re

from babel.numbers import NumberFormatError, parse_decimal

from app.language.words import MINUS, Words, mark
from app.scoring.problems import NumberProblem

UNITS = "€%"
DECIMALS = 6
"""Nobody types more; beyond them a number is rounded."""
LONGEST = 40
SPACES = re.compile(r"\s+")
WRITTEN = re.compile(r"[+-]?[0-9., ]*[0-9][0-9., ]*")
POINT_FOR_COMMA = re.compile(r"([+-]?[0-9 ]*)\.([0-9]{1,2}|[0-9]{4,})")
"""Of a numeric keypad: before three digits a point may stand between thousands, elsewhere it can only be a comma."""


def read_number(typed: str, words: Words) -> float:
    """The number that ``typed`` says in the reader's convention; the unit after it may be there.

    Separators between thousands stand where they belong or not at all: "30 0000" is a slip of somebody's, and nobody
    can say whether 30,000 was meant or 300,000.

    Raises:
        NumberProblem: it says none, or two readers would read two.
    """
    written = SPACES.sub(" ", typed.replace(MINUS, "-")).strip().rstrip(UNITS).rstrip()
    try:
        if len(written) > LONGEST or not WRITTEN.fullmatch(written):
            raise NumberFormatError(written)
        if words.language == "fr" and "." in written:
            pointed = POINT_FOR_COMMA.fullmatch(written)
            written = ",".join(pointed.groups()) if pointed else ""
        grouped = written.replace(" ", words.locale.number_symbols["latn"]["group"])
        return round(float(parse_decimal(grouped, words.locale, strict=True)), DECIMALS)
    except NumberFormatError:
        raise NumberProblem(
            mark("“{typed}” cannot be read as a number."),
            mark("A number is written like {example}."),
            mark("Correct the field."),
            typed=typed[:LONGEST],
            example=words.points(300_000.5, 2),
        ) from None
