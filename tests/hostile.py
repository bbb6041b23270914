"""Texts that try to be more than text, and a desk's data in which they stand in every field that others fill."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from app.scoring.champion import Champion, probability
from app.scoring.points import points_from_log_odds
from app.scoring.verdict import REASON_CODES
from app.store.database import connect
from app.store.drift_runs import HTML, write_run
from app.store.journal import Journal, Verdict
from app.store.policies import PolicyHistory
from app.store.portfolio import Portfolio
from app.store.proposals import Draft
from app.store.publication import publish
from training.monitoring.current_population import CurrentPopulation
from training.monitoring.drift import compare

TOLD = ("income_type", "education", "housing", "occupation")
COLUMNS = {
    "application": ("NAME_INCOME_TYPE", "NAME_EDUCATION_TYPE", "NAME_HOUSING_TYPE", "OCCUPATION_TYPE"),
    "bureau": ("CREDIT_TYPE",),
    "previous_application": ("NAME_CONTRACT_STATUS", "NAME_CONTRACT_TYPE"),
}
"""Raw columns an applicant's file may say anything in."""
CLIENTS = 40
AT = datetime(2026, 11, 1, 9, 5, tzinfo=UTC)


def hostile(beacon: str) -> str:
    """Markdown, HTML, a script, links, LaTeX, colours, icons, a formula, and a mark that turns the line round."""
    return (
        f"[Sign in again]({beacon}/link) ![i]({beacon}/image) [j](javascript:planted()) :red[urgent] "
        f':material/warning: <img src="{beacon}/tag" onerror="planted()"> <a href="{beacon}/anchor">a</a> '
        f"$\\alpha$ {beacon}/bare "
        f'</script><script>fetch("{beacon}/script")</script> =HYPERLINK("{beacon}/formula") '
        "www.evil.example \u202eesrever"
    )


@contextmanager
def listening() -> Iterator[tuple[str, list[str]]]:
    """Address of a beacon, and the paths it was asked for."""
    asked: list[str] = []

    class Beacon(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.end_headers()

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Not on the tests' output."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Beacon)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()


def publish_hostile(folder: Path, served: Portfolio, text: str, report: str) -> Portfolio:
    """A portfolio of some clients who wrote the text wherever they could, with a drift run that met it too."""
    rows = pq.read_table(served.folder / "clients.parquet").to_pandas().head(CLIENTS)
    rows[list(TOLD)] = text
    log_odds = served.champion.log_odds(rows[list(served.champion.features)])
    rows["probability"], rows["points"] = probability(log_odds), points_from_log_odds(log_odds)
    population = {
        name: replace(known, categories=(text, *known.categories[1:])) if name in TOLD else known
        for name, known in served.population.items()
    }
    facts = {"data_hash": "6" * 64, "demo": True, "absent": []}
    batches = pa.Table.from_pandas(rows, preserve_index=False).to_batches()
    records = _records(folder / "records", served, set(rows["SK_ID_CURR"]), text)
    publish(folder / "portfolio", served.folder / "champion", batches, population, facts, records)
    opened = Portfolio.open(folder / "portfolio")
    drift = compare(served, _today(served, text), served.champion.recommended, AT)
    packed = gzip.compress(report.encode())
    write_run(folder / "portfolio", drift, lambda staged: (staged / HTML).write_bytes(packed) and None)
    return opened


def _records(folder: Path, served: Portfolio, clients: set[int], text: str) -> Path:
    folder.mkdir()
    for file in (served.folder / "records").glob("*.parquet"):
        rows = pq.read_table(file).to_pandas()
        rows = rows[rows["SK_ID_CURR"].isin(clients)].copy()
        rows[list(COLUMNS.get(file.stem, ()))] = text
        pq.write_table(pa.Table.from_pandas(rows, preserve_index=False), folder / file.name)
    return folder


def _today(served: Portfolio, text: str) -> CurrentPopulation:
    rows = pd.read_parquet(served.folder / "clients.parquet", filters=[("population", "==", "current")])
    rows = rows.set_index("SK_ID_CURR")
    for name in TOLD:
        rows.loc[rows.index[::3], name] = text
    return CurrentPopulation(rows, pd.Series(float("nan"), index=rows.index))


def write_hostile(store: str, opened: Portfolio, text: str) -> None:
    """A decision and a policy of somebody whose name is the text, with the text for a reason."""
    champion: Champion = opened.champion
    client = opened.random_client()
    verdict = Verdict(text, "accept", tuple(REASON_CODES)[:1], text)
    Journal.open(connect(store)).record(verdict, opened.decide(client, champion.recommended))
    draft = Draft(champion.recommended, 1_000.0, 100.0, champion.version)
    history = PolicyHistory.open(connect(store))
    history.propose(draft, text, text, champion.version)


def attack(beacon: str) -> str:
    """A report that tries everything, and says what it got."""
    return (
        """<!doctype html><body><script>
        const got = {}, tried = (name, act) => { try { got[name] = String(act()) } catch { got[name] = "refused" } };
        tried("page", () => parent.parent.document.body.innerText.length);
        tried("frame", () => parent.document.body.innerHTML.length);
        tried("cookie", () => parent.parent.document.cookie || "empty");
        tried("own cookie", () => document.cookie || "empty");
        tried("storage", () => parent.parent.localStorage.length);
        tried("away", () => { top.location = "BEACON/top" });
        tried("window", () => open("BEACON/window") || "refused");
        new Image().src = "BEACON/image";
        navigator.sendBeacon("BEACON/ping");
        fetch("BEACON/fetch").then(() => got.network = "reached").catch(() => got.network = "refused")
          .finally(() => {
            document.body.append(JSON.stringify(got));
            setTimeout(() => location = "BEACON/leave", 3000);
          });
        </script>"""
    ).replace("BEACON", beacon)
