from __future__ import annotations

from pathlib import Path

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
