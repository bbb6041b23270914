from __future__ import annotations

from pathlib import Path

import pytest

from app.scoring.problems import AccessProblem
from app.settings import Settings


def test_the_environment_names_the_portfolio(tmp_path: Path) -> None:
    assert Settings.of({"PORTFOLIO_DIR": "/srv/portfolio"}, tmp_path).portfolio == Path("/srv/portfolio")


def test_the_demonstration_is_served_until_a_portfolio_is_published(tmp_path: Path) -> None:
    assert Settings.of({}, tmp_path).portfolio == tmp_path / "data/demo/portfolio"
    own = tmp_path / "data/portfolio"
    own.mkdir(parents=True)
    assert Settings.of({}, tmp_path).portfolio == tmp_path / "data/demo/portfolio"
    (own / "serving.json").write_text("{}")
    assert Settings.of({}, tmp_path).portfolio == own


@pytest.mark.parametrize("value", ["", "0", "true", "yes", "11"])
def test_nobody_is_anonymous_unless_that_is_said_exactly(tmp_path: Path, value: str) -> None:
    assert Settings.of({"ALLOW_ANONYMOUS": value}, tmp_path).allow_anonymous is False
    assert Settings.of({}, tmp_path).allow_anonymous is False
    assert Settings.of({"ALLOW_ANONYMOUS": "1"}, tmp_path).allow_anonymous is True


@pytest.mark.parametrize("value", ["0", "-1", "seven", "1.5", "101", "²"])
def test_a_number_of_days_or_years_that_is_none_is_said(tmp_path: Path, value: str) -> None:
    assert (Settings.of({}, tmp_path).link_days, Settings.of({"LINK_DAYS": "3"}, tmp_path).link_days) == (7, 3)
    for name in ("LINK_DAYS", "RETENTION_YEARS"):
        with pytest.raises(AccessProblem, match=name):
            Settings.of({name: value}, tmp_path)


def test_secrets_are_not_in_what_settings_print(tmp_path: Path) -> None:
    told = repr(Settings.of({"LINK_SECRET": "hush", "ROLES": "ada@lender.example:officer"}, tmp_path))
    assert "hush" not in told and "ada@" not in told
