"""Evidently's own report of the same two populations, HTML and JSON: what colleagues know to read. Offline only.

The method of each column is chosen by its kind, never left to Evidently's default, which changes with the row count:

- a number by the Wasserstein distance in standard deviations of the reference: an effect size, where the
  Kolmogorov-Smirnov test calls any difference of 49,000 rows significant, and Evidently's PSI bins by equal width over
  both samples, so that one outlier hides the rest;
- a category or flag by the Jensen-Shannon distance: bounded, defined when a category is new, and no p-value either.

All of them leave missing values out: that is why our own result stands beside it.
"""

from __future__ import annotations

import gzip
import logging
import os
import re
import time
from html import escape
from pathlib import Path

os.environ.setdefault("DO_NOT_TRACK", "1")

import numpy as np
import pandas as pd
import plotly.io
from evidently import DataDefinition, Dataset, Report
from evidently.presets import DataDriftPreset

from app.scoring.features import by_name

LOG = logging.getLogger("training")
METHODS = {"number": "wasserstein", "flag": "jensenshannon", "category": "jensenshannon"}
DISTANCE = 0.1
"""Evidently's own threshold for both distances."""
SAMPLE, SEED = 10_000, 20180517
"""Rows of either side: the distances are the same to the second digit, and the report takes a fifth of the time."""
HTML, JSON = "evidently.html.gz", "evidently.json"
LONG = re.compile(rb"(?<=[\[ ])-?\d+\.\d{6,}(?:e[+-]?\d+)?(?=[,\]}])")
"""Numbers of the page's JSON, whose lists and objects are written with a space after each comma and colon."""


def write_report(reference: pd.DataFrame, current: pd.DataFrame, folder: Path) -> None:
    """Write ``HTML`` and ``JSON`` into ``folder``.

    Args:
        reference, current: feature rows, numbers and flags as doubles, categories as text.
    """
    sides = [_fit(rows) for rows in (current, reference)]
    names = [name for name in by_name if all(name in rows and rows[name].notna().any() for rows in sides)]
    LOG.info("Evidently's report leaves out %d features without any value on one side", len(by_name) - len(names))
    plotly.io.templates.default = None  # copied into each of 700 figures, it takes half of the time
    categories = [name for name in names if by_name[name].kind == "category"]
    definition = DataDefinition(
        numerical_columns=[name for name in names if name not in categories], categorical_columns=categories
    )
    data = [Dataset.from_pandas(_escaped(rows[names], categories), data_definition=definition) for rows in sides]
    methods = {name: METHODS[by_name[name].kind] for name in names}
    preset = DataDriftPreset(per_column_method=methods, per_column_threshold=dict.fromkeys(names, DISTANCE))
    started = time.perf_counter()
    snapshot = Report([preset], include_tests=True).run(*data)
    (folder / JSON).write_text(snapshot.json(), encoding="utf-8")
    page = folder / "evidently.html"
    snapshot.save_html(str(page))
    (folder / HTML).write_bytes(gzip.compress(_as_seen(page.read_bytes()), mtime=0))
    page.unlink()
    LOG.info("Evidently's report took %.1f s", time.perf_counter() - started)


def _as_seen(page: bytes) -> bytes:
    """The page without the digits nobody sees: its figures hold sixteen of each number, a third of what is kept."""
    return LONG.sub(lambda number: b"%.6g" % float(number[0]), page)


def _fit(rows: pd.DataFrame) -> pd.DataFrame:
    """A sample of the rows, infinities counted as missing: Evidently raises on them."""
    chosen = rows.sample(SAMPLE, random_state=SEED) if len(rows) > SAMPLE else rows
    return chosen.replace([np.inf, -np.inf], np.nan)


def _escaped(rows: pd.DataFrame, categories: list[str]) -> pd.DataFrame:
    """Category names as text: Evidently writes them into a script, Plotly reads tags in them."""
    return rows.assign(**{name: rows[name].map(escape, na_action="ignore") for name in categories})
