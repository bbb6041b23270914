"""The demonstration as the scoring centre meets it: champion, population, clients' forms and feature rows."""

from pathlib import Path

import pytest

from app.store.portfolio import Portfolio
from app.store.records import application_form

DEMO = Path(__file__).parents[2] / "data" / "demo" / "portfolio"


@pytest.fixture(scope="session")
def demo():
    return Portfolio.open(DEMO)


@pytest.fixture(scope="session")
def file_of(demo):
    """A function: client number -> the raw application columns and the feature row."""
    return lambda client: (application_form(demo.folder, client), demo.client(client).features)
