"""Writes raw tables chunk by chunk, in the raw files' columns and order."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Literal

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from app.scoring.schema import TABLES, Column

Format = Literal["parquet", "csv"]

WHOLE = tuple(
    """TARGET DAYS_ MONTHS_ CNT_ FLAG_ NFLAG_ SK_DPD HOUR_ NUM_ OBS_ DEF_ OWN_CAR_AGE REG_ LIVE_REGION LIVE_CITY
 REGION_RATING SELLERPLACE AMT_REQ_ CREDIT_DAY_OVERDUE""".split()
)  # columns without decimals begin so
INCREASING = ("SK_ID_", "MONTHS_BALANCE")  # packed by their differences: the smallest there is for sorted ids


class TableWriter:
    """Appends chunks of one table to ``<folder>/<name>.parquet`` or ``.csv``; ``rows`` counts them."""

    def __init__(self, folder: Path, name: str, form: Format) -> None:
        self.path = folder / f"{name}.{form}"
        self.rows = 0
        self._schema = pa.schema([(column.name, _type(column)) for column in TABLES[name].columns])
        self._parquet = self._open() if form == "parquet" else None
        if not self._parquet:
            pd.DataFrame(columns=self._schema.names).to_csv(self.path, index=False)

    def __enter__(self) -> TableWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._parquet:
            self._parquet.close()

    def append(self, chunk: pd.DataFrame) -> None:
        """Adds rows; ``chunk`` has at least the table's columns."""
        chunk = chunk[self._schema.names]
        self.rows += len(chunk)
        table = pa.Table.from_pandas(chunk, self._schema, preserve_index=False, safe=False)
        if self._parquet:
            self._parquet.write_table(table.replace_schema_metadata())
        else:
            text = table.to_pandas(types_mapper={pa.int32(): pd.Int32Dtype()}.get)
            text.to_csv(self.path, index=False, header=False, mode="a")

    def _open(self) -> pq.ParquetWriter:
        packed = {name: "DELTA_BINARY_PACKED" for name in self._schema.names if name.startswith(INCREASING)}
        others = [name for name in self._schema.names if name not in packed]
        return pq.ParquetWriter(
            self.path,
            self._schema,
            compression="zstd",
            compression_level=6,
            use_dictionary=others,
            column_encoding=packed,
            store_schema=False,
        )


def _type(column: Column) -> pa.DataType:
    if column.kind == "category":
        return pa.string()
    if column.kind == "id":
        return pa.int64()
    return pa.int32() if column.name.startswith(WHOLE) else pa.float64()
