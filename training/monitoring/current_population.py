"""The population of today: its feature rows and, once they are known, its outcomes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import csv, parquet

from app.scoring.problems import DriftProblem
from app.scoring.schema import APPLICATIONS
from app.scoring.schema.keys import CLIENT
from training.features.rows import read_data

TARGET = "TARGET"
SMALLEST = 500
"""Clients under which indices of 244 features go beyond their bands by chance, whatever their distribution says."""


@dataclass(frozen=True)
class CurrentPopulation:
    """The population of today.

    Attributes:
        rows: feature rows, SK_ID_CURR index.
        defaulted: 1, 0, or NaN where unknown; same index.
        strangers: labels that are of nobody here.
        outcomes_given: labels in the file; None without one.
        notices: what was found in the tables and tolerated.
    """

    rows: pd.DataFrame
    defaulted: pd.Series
    strangers: int = 0
    outcomes_given: int | None = None
    notices: tuple[str, ...] = ()


def read_current_population(folder: Path, labels: Path | None = None) -> CurrentPopulation:
    """The clients of ``application_test`` where the folder has any, else those of ``application_train``.

    Raises:
        TableProblem: the tables cannot be read as the schema declares them.
        DriftProblem: too few clients, or labels that cannot be read.
    """
    with read_data(folder) as data:
        rows, found = data.rows("current"), data.tables.notices
        rows = rows if len(rows) else data.rows()
    if len(rows) < SMALLEST:
        raise DriftProblem(
            "{folder} holds {count} current clients.",
            "Fewer than {smallest} cannot be told from chance.",
            "Wait until there are more, or give a longer period.",
            folder=folder,
            count=len(rows),
            smallest=SMALLEST,
        )
    unknown = pd.Series(np.nan, index=rows.index)
    defaulted, strangers = read_outcomes(labels, rows.index) if labels else (unknown, 0)
    given = strangers + int(defaulted.notna().sum()) if labels else None
    told = tuple(notice.sentence for notice in found if notice.table not in APPLICATIONS or notice.column)
    return CurrentPopulation(rows, defaulted, strangers, given, told)


def read_outcomes(file: Path, clients: pd.Index) -> tuple[pd.Series, int]:
    """Outcome of each of ``clients``, NaN where the file has none, and how many labels are of other clients.

    Args:
        file: CSV or Parquet with SK_ID_CURR and TARGET, 1 for a default and 0 otherwise; other columns are ignored.

    Raises:
        DriftProblem: the file cannot be read, or labels a client twice.
    """
    labels = _read(file).dropna(subset=[TARGET])
    outside = sorted(set(labels[TARGET]) - {0, 1})
    if outside:
        raise DriftProblem(
            "{file}: column TARGET holds {value}.",
            "TARGET is 1 for a default and 0 otherwise.",
            "Correct the labels.",
            file=file,
            value=outside[0],
        )
    known = labels[labels[CLIENT].isin(clients)].set_index(CLIENT)[TARGET]
    if known.index.has_duplicates:
        raise DriftProblem(
            "{file}: client {client} stands there more than once.",
            "A client has one outcome.",
            "Keep one row for each.",
            file=file,
            client=known.index[known.index.duplicated()][0],
        )
    return known.astype("float64").reindex(clients), len(labels) - len(known)


def _read(file: Path) -> pd.DataFrame:
    columns = [CLIENT, TARGET]
    try:
        if file.suffix == ".parquet":
            return parquet.read_table(file, columns=columns).to_pandas()
        return csv.read_csv(file, convert_options=csv.ConvertOptions(include_columns=columns)).to_pandas()
    except (OSError, pa.ArrowException, KeyError) as error:
        raise DriftProblem(
            "{file} cannot be read as labels: {cause}.",
            "Labels are a CSV or Parquet file with SK_ID_CURR and TARGET.",
            "Give such a file, application_train for instance.",
            file=file,
            cause=str(error).splitlines()[0],
        ) from error
