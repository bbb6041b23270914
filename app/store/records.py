"""Each client's own raw rows, as published: the application a what-if starts from, the histories a client file shows.

One Parquet file per raw table in ``records/`` of the release, ordered by client, with the columns of ``RECORDS`` under
their raw names, cleaned as ``app.scoring.tables.tables`` cleans them. A table that was absent has no file.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from app.scoring.features.lineage import form_columns
from app.scoring.problems import PortfolioProblem, UnknownClient
from app.scoring.schema.keys import CLIENT
from app.scoring.tables.tables import Tables
from app.store.parquet import write_small

FOLDER = "records"
# A client's rows are found by the range of ids of each group of rows: small groups are read faster.
ROWS_TOGETHER = 8_192

RECORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "application": form_columns(),
        "bureau": (
            CLIENT,
            "SK_ID_BUREAU",
            "DAYS_CREDIT",
            "CREDIT_TYPE",
            "CREDIT_ACTIVE",
            "DAYS_CREDIT_ENDDATE",
            "DAYS_ENDDATE_FACT",
            "AMT_CREDIT_SUM",
            "AMT_CREDIT_SUM_DEBT",
            "AMT_CREDIT_SUM_OVERDUE",
            "CREDIT_DAY_OVERDUE",
        ),
        "previous_application": (
            CLIENT,
            "SK_ID_PREV",
            "DAYS_DECISION",
            "NAME_CONTRACT_TYPE",
            "NAME_CONTRACT_STATUS",
            "CODE_REJECT_REASON",
            "AMT_APPLICATION",
            "AMT_CREDIT",
            "AMT_ANNUITY",
            "CNT_PAYMENT",
        ),
        "POS_CASH_balance": (
            CLIENT,
            "SK_ID_PREV",
            "MONTHS_BALANCE",
            "NAME_CONTRACT_STATUS",
            "CNT_INSTALMENT_FUTURE",
            "SK_DPD",
        ),
        "credit_card_balance": (
            CLIENT,
            "SK_ID_PREV",
            "MONTHS_BALANCE",
            "AMT_BALANCE",
            "AMT_CREDIT_LIMIT_ACTUAL",
            "SK_DPD",
        ),
        "installments_payments": (
            CLIENT,
            "SK_ID_PREV",
            "DAYS_INSTALMENT",
            "NUM_INSTALMENT_NUMBER",
            "DAYS_ENTRY_PAYMENT",
            "AMT_INSTALMENT",
            "AMT_PAYMENT",
        ),
    }
)
"""Raw table -> the columns kept, the client first; rows are ordered by the first three."""


def write_records(tables: Tables, folder: Path) -> None:
    """Write the rows of every client of ``tables`` into ``folder``, a file per table that is not absent."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, columns in RECORDS.items():
        if name not in tables.absent:
            rows = getattr(tables, name.lower()).select(*columns).order_by(*columns[:3])
            write_small(rows.to_pyarrow(), folder / f"{name}.parquet", ROWS_TOGETHER, level=9)


def read_record(release: Path, table: str, client: int) -> list[dict[str, Any]]:
    """A client's rows of one raw table, oldest key first; none when the client has none or the table was absent.

    Args:
        release: folder of an open release (``Portfolio.folder``).
        table: a name of ``RECORDS``.

    Raises:
        PortfolioProblem: the release was published without records.
    """
    folder = release / FOLDER
    if not folder.is_dir():
        raise PortfolioProblem(
            "This portfolio holds scores but no raw rows.",
            "A simulation and a client's history start from them.",
            "Publish again: make train DATA=folder.",
        )
    file = folder / f"{table}.parquet"
    if not file.is_file():
        return []
    return _rows_of(client, file)


@dataclass(frozen=True, slots=True)
class _Places:
    """Where a file's clients lie: the first and last client of each group of rows, ascending."""

    metadata: pq.FileMetaData
    first: tuple[int, ...]
    last: tuple[int, ...]


# The tables of two releases. A query engine would look at each of some thousand groups of rows again at every call.
@lru_cache(maxsize=12)
def _places(file: Path) -> _Places:
    metadata = pq.read_metadata(file)
    ranges = [metadata.row_group(group).column(0).statistics for group in range(metadata.num_row_groups)]
    return _Places(metadata, tuple(each.min for each in ranges), tuple(each.max for each in ranges))


def _rows_of(client: int, file: Path) -> list[dict[str, Any]]:
    places = _places(file)
    groups = range(bisect_left(places.last, client), bisect_right(places.first, client))
    if not groups:
        return []
    table = pq.ParquetFile(file, metadata=places.metadata).read_row_groups(list(groups), use_threads=False)
    clients = table[CLIENT].to_numpy()
    start, end = np.searchsorted(clients, client, "left"), np.searchsorted(clients, client, "right")
    rows: list[dict[str, Any]] = table.slice(start, end - start).to_pylist()
    return rows


def read_histories(release: Path, client: int) -> dict[str, list[dict[str, Any]]]:
    """Every history table's rows of a client, for ``scoring.history``; arguments and errors as ``read_record``."""
    return {table: read_record(release, table, client) for table in RECORDS if table != "application"}


def application_form(release: Path, client: int) -> dict[str, Any]:
    """The raw application columns that features read, by name; None where not provided.

    Raises:
        UnknownClient: the portfolio has no such client.
        PortfolioProblem: the release was published without records.
    """
    rows = read_record(release, "application", client)
    if not rows:
        raise UnknownClient(
            "Client {client} is not in this portfolio.",
            "Only published clients can be shown.",
            "Check the number on the application, or pick a random client.",
            client=client,
        )
    return rows[0]
