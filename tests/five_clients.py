"""A small portfolio with a client for every branch of a page: for AppTest and for the browser."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from app.scoring.applicant import applicant_features
from app.scoring.champion import Champion, write_sums
from app.scoring.features.lineage import form_columns
from app.scoring.points import points_from_probability
from app.store.portfolio import Portfolio
from app.store.publication import publish


@dataclass(frozen=True)
class FiveClients:
    """A small portfolio with a client for every branch of a page; ``unknown`` is in none."""

    root: Path
    accepted: int
    refused: int
    at_threshold: int
    bare: int
    unknown: int = 999_999_998

    def __iter__(self) -> Iterator[int]:
        return iter((self.accepted, self.refused, self.at_threshold, self.bare))


BARE = {
    "SK_ID_CURR": 900_001,
    "NAME_CONTRACT_TYPE": "Cash loans",
    "AMT_CREDIT": 270_000.0,
    "AMT_INCOME_TOTAL": 90_000.0,
}
"""All that the client told of whom nearly everything is missing."""


def publish_five_clients(folder: Path, served: Portfolio) -> FiveClients:
    """Publish into ``folder`` an accepted, a refused and a bare client, and one whose probability is the threshold."""
    at_threshold, accepted, refused = _three_of(served)
    threshold = served.decide(at_threshold, served.champion.recommended).probability
    champion = _champion_with(threshold, served.folder / "champion", folder / "champion")
    known = _nullable(pq.read_table(served.folder / "clients.parquet"))
    known = known.filter(pc.is_in(known["SK_ID_CURR"], pa.array([at_threshold, accepted, refused], pa.int64())))
    rows = pa.concat_tables([known.sort_by("SK_ID_CURR"), _bare_row(champion, known.schema)])
    records = _records_of(rows["SK_ID_CURR"], served.folder / "records", folder / "records")
    facts = {"data_hash": "5" * 64, "demo": True, "absent": []}
    batches = rows.combine_chunks().to_batches()
    publish(folder / "portfolio", champion.folder, batches, served.population, facts, records)
    return FiveClients(folder / "portfolio", accepted, refused, at_threshold, BARE["SK_ID_CURR"])


def _three_of(served: Portfolio) -> tuple[int, int, int]:
    """The client nearest to the recommended threshold, the first clearly accepted, the first clearly refused."""
    scores = pq.read_table(served.folder / "clients.parquet", columns=["SK_ID_CURR", "points"]).to_pandas()
    distance = scores.set_index("SK_ID_CURR").points - served.champion.recommended.threshold_points
    return int(distance.abs().idxmin()), int((distance > 15).idxmax()), int((distance < -15).idxmax())


def _champion_with(threshold: float, champion: Path, folder: Path) -> Champion:
    shutil.copytree(champion, folder)
    declared = folder / "artifacts" / "champion.json"
    facts = json.loads(declared.read_text(encoding="utf-8"))
    facts["policy"]["threshold"] = threshold
    declared.write_text(json.dumps(facts), encoding="utf-8")
    write_sums(folder)
    return Champion.load(folder)


def _bare_row(champion: Champion, schema: pa.Schema) -> pa.Table:
    features = applicant_features(BARE)
    probability = float(champion.probabilities(pd.DataFrame([features]))[0])
    scores = {"population": "current", "probability": probability, "points": points_from_probability(probability)}
    row = {"SK_ID_CURR": BARE["SK_ID_CURR"], **scores, **features}
    return pa.Table.from_pylist([{name: row.get(name) for name in schema.names}], schema)


def _nullable(table: pa.Table) -> pa.Table:
    """A column that no demonstration client lacks is written as one that nobody can lack."""
    return table.cast(pa.schema([field.with_nullable(True) for field in table.schema]))


def _records_of(clients: pa.ChunkedArray, records: Path, folder: Path) -> Path:
    folder.mkdir()
    for file in records.glob("*.parquet"):
        table = _nullable(pq.read_table(file))
        table = table.filter(pc.is_in(table["SK_ID_CURR"], clients.combine_chunks()))
        if file.stem == "application":
            bare = {name: BARE.get(name) for name in form_columns()}
            table = pa.concat_tables([table, pa.Table.from_pylist([bare], table.schema)])
        pq.write_table(table.sort_by("SK_ID_CURR"), folder / file.name)
    return folder
