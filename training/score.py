"""Score: raw tables and a champion folder in, one decision per client out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
from sqlalchemy import make_url

from app.scoring.champion import Champion, probability
from app.scoring.points import points_from_log_odds
from app.scoring.policy import Policy
from app.scoring.schema.keys import CLIENT
from app.settings import settings
from app.store.database import connect
from app.store.heads import Heads
from app.store.policies import PolicyHistory
from app.store.suspensions import Suspensions
from training.features.rows import read_data
from training.registry.publish import BATCH

SCHEMA = pa.schema(
    [(CLIENT, pa.int64()), ("probability", pa.float64()), ("points", pa.float64()), ("decision", pa.string())]
)


def score(data: Path, model: Path, out: Path, contributions: bool = False, threshold: float | None = None) -> int:
    """Score every client of the raw tables in ``data``, as ``score_rows`` does."""
    with read_data(data) as found:
        return score_rows(found.features, model, out, contributions, threshold)


def score_rows(rows: Path, model: Path, out: Path, contributions: bool = False, threshold: float | None = None) -> int:
    """Score a Parquet data set of feature rows with the champion in ``model``.

    Args:
        threshold: what decisions are taken at; the champion's recommendation when None.

    Writes SK_ID_CURR, probability, points and decision ("accept", "refuse") in Parquet, in the order of ``rows``, and
    where asked the contribution of every input in points under its name; returns the number of clients. ``out`` appears
    only when it is whole.
    """
    champion = Champion.load(model)
    decided_at = champion.recommended.threshold if threshold is None else threshold
    part = out.with_name(out.name + ".part")
    explained = champion.features if contributions else ()
    schema = pa.schema([*SCHEMA, *((name, pa.float64()) for name in explained)])
    # Contributions are all distinct: a dictionary of them only costs time.
    dictionary = [name for name in schema.names if name not in explained]
    with pq.ParquetWriter(part, schema, compression="zstd", use_dictionary=dictionary) as writer:
        for batch in ds.dataset(rows).to_batches(columns=[CLIENT, *champion.features], batch_size=BATCH):
            writer.write_batch(_decisions(batch, champion, decided_at, schema))
    part.replace(out)
    scored: int = pq.read_metadata(out).num_rows
    return scored


def _decisions(batch: pa.RecordBatch, champion: Champion, threshold: float, schema: pa.Schema) -> pa.RecordBatch:
    rows = batch.to_pandas()
    log_odds = champion.log_odds(rows)
    chance = probability(log_odds)
    decision = np.where(chance >= threshold, "refuse", "accept")
    columns = [batch.column(CLIENT), pa.array(chance), pa.array(points_from_log_odds(log_odds)), pa.array(decision)]
    if len(schema) > len(columns):
        columns += [pa.array(effects) for effects in champion.contributions(rows).T]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def threshold_in_force(model: Path, url: str) -> float:
    """What the desk decides at: of the policy in force in the store at ``url``, for this champion."""
    policy: Policy = PolicyHistory.open(connect(url), heads=Heads.of(settings())).decides(Champion.load(model))
    return policy.threshold


def check_not_suspended(model: Path, url: str) -> None:
    """Raise AdviceSuspended where the desk's store at ``url`` says so of this champion; without a store nobody did."""
    known = make_url(url)
    if known.get_backend_name() == "sqlite" and not Path(known.database or "").is_file():
        return
    Suspensions.open(connect(url), heads=Heads.of(settings())).check(Champion.load(model).version)
