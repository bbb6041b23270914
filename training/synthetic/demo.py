"""The demonstration: synthetic clients, a champion trained on them, a small part of them served, eight months compared.

``make demo`` makes all of it.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from app.scoring import schema
from app.scoring.schema.keys import CLIENT
from app.scoring.tables.scratch import scratch_folder
from app.store.drift_runs import FOLDER as DRIFT_RUNS
from app.store.drift_runs import read_run, runs
from app.store.parquet import write_small
from app.store.portfolio import RELEASES, Portfolio
from training.model.recipe import Recipe
from training.pipeline import run
from training.places import Places
from training.registry.publish import publish_data
from training.synthetic.months import MONTHS, Month, compare_months
from training.synthetic.synthesize import synthesize

CLIENTS = 60_000
CURRENT = 1_000
SERVED_LABELLED = 5_000
SEED = 20181117
LOAN = "SK_ID_BUREAU"


def make_demo(
    folder: Path,
    store: Path,
    clients: int = CLIENTS,
    served: int = SERVED_LABELLED,
    current: int = CURRENT,
    seed: int = SEED,
) -> str:
    """Generate, train and publish the demonstration; returns the served release.

    Args:
        folder: where the served clients' raw tables and portfolio go: ``tables/`` and ``portfolio/``.
        store: where the champion goes.
        clients: generated in all, of which ``current`` without outcome.
        served: labelled clients published, those of the lowest numbers, beside all current ones.
    """
    with scratch_folder() as scratch:
        everyone = scratch / "tables"
        synthesize(clients, seed, everyone, labelled=clients - current)
        chosen = folder / "tables"
        shutil.rmtree(chosen, ignore_errors=True)
        keep_clients(everyone, chosen, served)
        release = run(everyone, Places(store, folder / "portfolio"), Recipe(), synthetic=True, published=chosen)
    _keep_only(folder, release, MONTHS)
    return release


def publish_demo(folder: Path, champion: Path, months: Sequence[Month] = MONTHS) -> str:
    """Serve the demonstration's clients with a champion that learnt from none of them; returns the release.

    A champion and the demonstration it serves are proposed together: the release holds the same files.

    Args:
        months: compared with this champion, unless they were.
    """
    release = publish_data(folder / "tables", champion, folder / "portfolio", synthetic=True, unseen=True)
    _keep_only(folder, release, months)
    return release


def _keep_only(folder: Path, release: str, months: Sequence[Month]) -> None:
    """What is committed holds one release, not the one before as well, and drift runs of its champion, each month's."""
    portfolio = folder / "portfolio"
    for other in (portfolio / RELEASES).iterdir():
        if other.name != release:
            shutil.rmtree(other)
    served = Portfolio.open(portfolio)
    for run_before in runs(portfolio):
        if read_run(portfolio, run_before).model_version != served.champion.version:
            shutil.rmtree(portfolio / DRIFT_RUNS / run_before)
    for _ in compare_months(portfolio, [month for month in months if month.run not in runs(portfolio)]):
        pass


def keep_clients(source: Path, target: Path, labelled: int) -> None:
    """Copy the raw rows of the first ``labelled`` labelled clients and of every current one."""
    target.mkdir(parents=True)
    train = _read(source, "application_train").sort_by(CLIENT).slice(0, labelled)
    current = _read(source, "application_test").sort_by(CLIENT)
    clients = pa.chunked_array([*train[CLIENT].chunks, *current[CLIENT].chunks]).combine_chunks()
    _write(train, target, "application_train")
    _write(current, target, "application_test")
    loans = _keep(source, target, "bureau", CLIENT, clients)[LOAN].combine_chunks()
    _keep(source, target, "bureau_balance", LOAN, loans)
    for name in schema.TABLES:
        if name not in {"application_train", "application_test", "bureau", "bureau_balance"}:
            _keep(source, target, name, CLIENT, clients)


def _keep(source: Path, target: Path, name: str, key: str, wanted: pa.Array) -> pa.Table:
    kept = _read(source, name, pc.field(key).isin(wanted))
    _write(kept, target, name)
    return kept


def _read(source: Path, name: str, rows: pc.Expression | None = None) -> pa.Table:
    return ds.dataset(source / f"{name}.parquet").to_table(filter=rows)


def _write(table: pa.Table, target: Path, name: str) -> None:
    write_small(table, target / f"{name}.parquet")
