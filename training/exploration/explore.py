"""Explore: what the raw tables hold, as one HTML page, also in MLflow (``make explore DATA=folder``).

Counts are exact; pictures are drawn from a sample of the clients, so that 57 million rows take minutes and megabytes.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path

os.environ.setdefault("DO_NOT_TRACK", "1")

import mlflow
import pandas as pd
import plotly.io
from evidently import DataDefinition, Dataset, Report
from evidently.presets import DataSummaryPreset

from app.scoring.schema import TABLES
from training.exploration.inspection import Inspection, inspect, open_raw, sample
from training.exploration.page import page
from training.registry import mlflow_registry

LOG = logging.getLogger("training")
EXPERIMENT = "exploration"
SAMPLE = 20_000


def explore(data: Path, out: Path, store: Path) -> Inspection:
    """Inspect the tables of a folder, write the page, log both.

    Args:
        out: the HTML file.

    Raises:
        TableProblem: the tables cannot be read as the schema declares them.
    """
    LOG.info("reading %s", data)
    with open_raw(data) as raw:
        LOG.info("counting")
        found, rows = inspect(raw), sample(raw, SAMPLE)
    LOG.info("drawing %d clients", len(rows))
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(page(found, rows, summarise(rows)), encoding="utf-8")
    _log(found, out, store)
    return found


def summarise(rows: pd.DataFrame) -> str:
    """Evidently's summary of application rows, as HTML to put into a page."""
    plotly.io.templates.default = None  # copied into each figure, it takes half of the time
    columns = [c for c in TABLES["application_train"].columns if c.name in rows and rows[c.name].notna().any()]
    categories = [c.name for c in columns if c.kind == "category"]
    numbers = [c.name for c in columns if c.kind in ("number", "flag")]
    definition = DataDefinition(numerical_columns=numbers, categorical_columns=categories)
    texts = {name: rows[name].astype(object).where(rows[name].notna(), None) for name in categories}
    data = Dataset.from_pandas(rows[numbers].assign(**texts), data_definition=definition)
    html: str = Report([DataSummaryPreset()]).run(data, None).get_html_str(as_iframe=True)
    return html


def _log(found: Inspection, out: Path, store: Path) -> None:
    mlflow_registry.connect(store, EXPERIMENT)
    with mlflow_registry.answering(), mlflow.start_run(run_name="exploration"):
        mlflow.log_metrics({f"rows.{table.name}": table.rows for table in found.tables})
        mlflow.log_metrics({f"duplicates.{table.name}": table.duplicates for table in found.tables})
        mlflow.log_metrics({"anomalies": len(found.anomalies), "broken_keys": sum(key.broken for key in found.keys)})
        mlflow.log_artifact(str(out))
