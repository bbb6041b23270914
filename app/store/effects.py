"""What every model input does to the score over a fixed sample of clients: global importance, dependence of a feature.

Computed when a release is published (contributions of everyone would take minutes) and never by a page. The sample is
evenly spaced over the clients by number, so that the same release always tells the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from app.scoring.champion import Champion
from app.scoring.dependence import Dependence
from app.scoring.problems import QuestionProblem
from app.scoring.schema.keys import CLIENT
from app.store.questions import answers, column, rows_of

FILE = "effects.parquet"
SAMPLE = 1_000
DECIMALS = 2
"""A hundredth of a point is nothing to anyone, and a third of the file."""


def write_effects(release: Path, champion: Champion) -> None:
    """Write SK_ID_CURR and the effect in points of each input, for at most ``SAMPLE`` clients of the release."""
    clients = pq.ParquetFile(release / "clients.parquet")
    chosen = np.unique(np.linspace(0, clients.metadata.num_rows - 1, SAMPLE).astype(int))
    ids, effects, start = [], [], 0
    for batch in clients.iter_batches(columns=[CLIENT, *champion.features]):
        within = chosen[(chosen >= start) & (chosen < start + batch.num_rows)] - start
        start += batch.num_rows
        if len(within):
            rows = batch.take(pa.array(within)).to_pandas()
            ids.append(rows[CLIENT].to_numpy())
            effects.append(champion.contributions(rows).round(DECIMALS).astype("float32"))
    table = pd.DataFrame(np.concatenate(effects), columns=list(champion.features))
    table.insert(0, CLIENT, np.concatenate(ids))
    table.to_parquet(release / FILE, compression="zstd", compression_level=19, index=False)


def importance(release: Path) -> dict[str, float]:
    """Mean absolute effect of each model input in points, largest first: over the release's sample of clients."""
    effects = pd.read_parquet(release / FILE).drop(columns=CLIENT)
    mean = effects.abs().mean().astype(float)
    return {str(name): float(mean[name]) for name in sorted(mean.index, key=lambda name: (-mean[name], name))}


def dependence(release: Path, feature: str) -> Dependence:
    """Value and effect of one model input over the release's sample; raises as ``dependences``."""
    return dependences(release, (feature,))[0]


def dependences(release: Path, features: Sequence[str]) -> tuple[Dependence, ...]:
    """Value and effect of several model inputs over the release's sample, read in one go.

    Raises:
        QuestionProblem: the model reads no such feature.
    """
    read = pq.read_schema(release / FILE).names[1:]
    names = [column(feature) for feature in features]
    for feature in features:
        if feature not in read:
            raise QuestionProblem(
                "The model does not read {name}.",
                "Effects are known for what the model reads.",
                "Choose another item.",
                name=feature,
            )
    pairs = ", ".join(f"rows.{name}, effects.{name}" for name in names)
    told = answers(
        f"SELECT {pairs} FROM read_parquet(?) AS effects "
        f"JOIN {rows_of(release)} AS rows USING ({CLIENT}) ORDER BY {CLIENT}",
        [str(release / FILE)],
    )
    columns = list(zip(*told, strict=True))
    return tuple(Dependence(each, *columns[2 * at : 2 * at + 2]) for at, each in enumerate(features))
