"""The desk as its pages are tested: Streamlit's own runner, the served portfolio, no browser."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from app.settings import settings
from app.store.access import AccessLog
from app.store.database import connect
from app.store.portfolio import Portfolio
from tests.five_clients import FiveClients, publish_five_clients

MAIN = Path(__file__).parents[2] / "app" / "desk.py"
OpenDesk = Callable[..., AppTest]


@pytest.fixture(scope="session", autouse=True)
def components_scanned_once() -> Iterator[None]:
    """Each AppTest looks through all installed packages for Streamlit components: four fifths of a page's time."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture(scope="session")
def served() -> Portfolio:
    """The portfolio the desk serves by default."""
    return Portfolio.open(settings().portfolio)


@pytest.fixture(scope="session")
def new_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store as the desk makes it where there is none, made once: the way through all its revisions takes longer than
    many a page."""
    file = tmp_path_factory.mktemp("store") / "new.sqlite"
    engine = connect(f"sqlite:///{file}")
    AccessLog.open(engine)
    engine.dispose()  # what was written ahead goes into the file
    return file


@pytest.fixture(autouse=True)
def own_store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, new_store: Path) -> Iterator[None]:
    """Accesses are logged into a database of the test's own."""
    monkeypatch.setenv("STORE_URL", f"sqlite:///{shutil.copyfile(new_store, tmp_path / 'own.sqlite')}")
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.fixture
def serving(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Path], None]]:
    """Have the desk serve another folder for one test."""

    def serve(folder: Path) -> None:
        monkeypatch.setenv("PORTFOLIO_DIR", str(folder))
        settings.cache_clear()

    yield serve
    settings.cache_clear()


@pytest.fixture
def desk() -> OpenDesk:
    """Opens the desk at an address; returns it after its first run."""

    def opened(**address: str) -> AppTest:
        app = AppTest.from_file(str(MAIN), default_timeout=30)
        app.query_params.update({"lang": "en", **address})
        return app.run()

    return opened


@pytest.fixture
def read() -> Callable[[AppTest], str]:
    """Reads every text on the page, charts' alternatives included."""
    return _read


def _read(app: AppTest) -> str:
    texts = [
        element.proto.body for element in app.get("html") if not element.proto.body.startswith(("<style", "<script"))
    ]
    texts += [element.value for kind in (app.title, app.header, app.markdown) for element in kind]
    texts += [element.proto.alt for element in app.get("plotly_chart")]
    texts += [element.label for element in (*app.text_input, *app.button, *app.expander)]
    return re.sub(r"<[^>]+>", " ", " \n".join(texts))


@pytest.fixture(scope="session")
def five_clients(tmp_path_factory: pytest.TempPathFactory, served: Portfolio) -> FiveClients:
    """Clients for every branch of a page, published once."""
    return publish_five_clients(tmp_path_factory.mktemp("five"), served)
