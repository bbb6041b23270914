"""How easily a text reads: Flesch's measure, and Kandel and Moles's for French (1958), from 0 to about 120.

Textstat, which has them, wants a part of setuptools that is gone, or puts a package named ``tests`` over this one and
downloads its dictionary when it is called. Words, sentences and syllables are counted as it counts them.
"""

import re
from functools import cache

from pyphen import Pyphen

MEASURES = {"en": (206.835, 1.015, 84.6), "fr": (207.0, 1.015, 73.6)}
"""Language -> where it starts, what a word a sentence takes off, what a syllable a word takes off."""


@cache
def hyphenation(language: str) -> Pyphen:
    return Pyphen(lang=language)


def words(text: str) -> list[str]:
    return re.sub(r"[^\w\s]", "", text).lower().split()


def sentences(text: str) -> list[str]:
    """Whatever ends with a full stop, unless it is of two words or less: an abbreviation, not a sentence."""
    return [each for each in re.findall(r"\b[^.!?]+[.!?]*", text) if len(words(each)) > 2]


def syllables(word: str, language: str) -> int:
    return len(hyphenation(language).positions(word)) + 1


def reading_ease(text: str, language: str) -> float:
    """Plain language starts at 60. A text without a word has none: ZeroDivisionError."""
    start, by_sentence, by_word = MEASURES[language]
    told = words(text)
    spoken = sum(syllables(word, language) for word in told)
    return start - by_sentence * len(told) / max(1, len(sentences(text))) - by_word * spoken / len(told)
