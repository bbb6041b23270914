"""The journal's entries as people read them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from zoneinfo import ZoneInfo

import pytest

from app.language.verdicts import reason, when, zone_of
from app.language.words import words_in
from app.scoring.verdict import REASON_CODES
from app.store.journal import FIRST, Entry
from app.ui.officer.decision_history import facts, title

EN, FR = words_in("en"), words_in("fr")
ENTRY = Entry(
    3, "2026-03-01T23:30:00.000000+00:00", "Ada", 100_002, "accept", ("income", "debts"), "Seen.", "refuse",
    "3-1f0c9a2b", 0.089, 0.0912, FIRST, "0" * 64,
)  # fmt: skip


def test_a_moment_is_told_in_the_readers_time_zone() -> None:
    assert when(ENTRY.at, UTC, EN).replace("\u202f", " ") == "March 1, 2026, 11:30 PM"
    assert when(ENTRY.at, ZoneInfo("Europe/Paris"), FR) == "2 mars 2026, 00:30"
    assert when("yesterday", UTC, EN) == "yesterday"


@pytest.mark.parametrize("name", [None, "", "Nowhere/Atlantis", "../../etc/passwd"])
def test_an_unknown_time_zone_is_utc(name: str | None) -> None:
    assert zone_of(name) is UTC
    assert zone_of("Europe/Paris") == ZoneInfo("Europe/Paris")


def test_an_override_is_called_one() -> None:
    assert title(ENTRY, EN) == "Accept, against the model"
    assert title(replace(ENTRY, choice="refuse"), FR) == "Refuser"
    assert title(replace(ENTRY, choice="refer"), EN) == "Refer to a colleague"
    assert title(replace(ENTRY, choice="{x}"), EN) == "{x}, against the model"


def test_all_it_rested_on_is_told() -> None:
    told = dict(facts(ENTRY, UTC, EN))
    assert told["Reasons"] == "Income or employment checked on documents and Other debts"
    assert (told["Probability of default"], told["Refused from"]) == ("9.1%", "8.9%")
    assert (told["By"], told["Version of the model"], told["Entry"]) == ("Ada", "3-1f0c9a2b", "3")
    assert dict(facts(replace(ENTRY, comment=""), UTC, EN))["Comment"] == "none"


@pytest.mark.parametrize("code", REASON_CODES)
def test_every_reason_has_french_words(code: str) -> None:
    assert reason(code, FR) != reason(code, EN)
    assert reason("{unknown}", EN) == "{unknown}"
