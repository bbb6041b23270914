"""The measure of plain language, against what its formulas give by hand."""

import pytest

from tests.reading_ease import reading_ease


@pytest.mark.parametrize(
    ("language", "text", "ease"),
    [
        ("en", "The cat sat on the mat.", 206.835 - 1.015 * 6 - 84.6 * 6 / 6),
        ("en", "We cannot lend you money. We are sorry for it.", 206.835 - 1.015 * 10 / 2 - 84.6 * 11 / 10),
        ("fr", "Le chat dort sur le tapis.", 207 - 1.015 * 6 - 73.6 * 7 / 6),
        ("fr", "Nous refusons. Votre demande sera relue.", 207 - 1.015 * 6 - 73.6 * 11 / 6),
    ],
)
def test_it_counts_words_sentences_and_syllables(language: str, text: str, ease: float) -> None:
    assert reading_ease(text, language) == pytest.approx(ease)


def test_long_words_in_long_sentences_read_less_easily() -> None:
    heavy = "Notwithstanding considerable administrative documentation, eligibility determinations remain provisional."
    assert reading_ease(heavy, "en") < 0 < reading_ease("We need more time. We will write to you.", "en")
