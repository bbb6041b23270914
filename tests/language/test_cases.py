"""Every status, event and ruling of a file has its words."""

from typing import get_args

import pytest

from app.language.cases import EVENTS, RULINGS, STATUSES, event_in_words, ruling_in_words, status_in_words
from app.language.words import LANGUAGES, words_in
from app.scoring.case.events import KINDS
from app.scoring.case.events import RULINGS as RULED
from app.scoring.case.state import Status


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_has_words_of_its_own(language: str) -> None:
    words = words_in(language)
    for known, said, told in (
        (get_args(Status), STATUSES, status_in_words),
        (KINDS, EVENTS, event_in_words),
        (RULED, RULINGS, ruling_in_words),
    ):
        assert set(said) == set(known)
        assert len({told(each, words) for each in known}) == len(known)
        assert told("unheard of", words) == "unheard of"
