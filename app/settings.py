"""Where things are, read once from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

COMMITS = ("COMMIT", "RENDER_GIT_COMMIT")
ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Settings:
    """What differs from one installation to the next.

    Attributes:
        portfolio: folder of the served portfolio.
        store: URL of the database that is written to: journal, policy, access log.
        api_keys: the API's keys, a ``name:role:hash`` each, as ``python -m app.serving.keys`` prints them.
        api_rate: what one caller may ask of one worker, e.g. ``"600/minute"``.
        api_url: where the dashboard's API console finds the API.
        api_console_key: the key it calls with.
        commit: the revision that runs, when the host says it.
    """

    portfolio: Path
    store: str = field(repr=False)
    api_keys: str = field(repr=False)
    api_rate: str
    api_url: str
    api_console_key: str = field(repr=False)
    commit: str

    @classmethod
    def of(cls, environment: Mapping[str, str], root: Path = ROOT) -> Settings:
        """Settings an environment asks for.

        ``PORTFOLIO_DIR`` names the portfolio; without it, the lender's own in ``data/portfolio`` once one is published
        there, the committed demonstration until then.
        """
        own, demo = root / "data" / "portfolio", root / "data" / "demo" / "portfolio"
        default = own if (own / "serving.json").is_file() else demo
        return cls(
            portfolio=Path(environment.get("PORTFOLIO_DIR") or default),
            store=environment.get("STORE_URL") or f"sqlite:///{root / 'data' / 'journal.sqlite'}",
            api_keys=environment.get("API_KEYS", ""),
            api_rate=environment.get("API_RATE") or "600/minute",
            api_url=environment.get("API_URL") or "http://127.0.0.1:8000",
            api_console_key=environment.get("API_CONSOLE_KEY", ""),
            commit=next((environment[name] for name in COMMITS if environment.get(name)), "unknown"),
        )


@cache
def settings() -> Settings:
    """This process's settings."""
    return Settings.of(os.environ)
